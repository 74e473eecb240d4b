//! What was read in one place, how surely, and by which rule.

use super::dispatch::TextRange;
use std::borrow::Cow;

/// How a value came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Status {
    /// Stands in the text as it is.
    Read,
    /// Stands in the text after repair.
    Repaired,
    /// Not written; follows from the form of the document.
    Inferred,
    /// Something is written there that cannot be read with certainty.
    Unreadable,
    /// Not in the document.
    #[default]
    Absent,
}

impl Status {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Repaired => "repaired",
            Self::Inferred => "inferred",
            Self::Unreadable => "unreadable",
            Self::Absent => "absent",
        }
    }
}

/// Another reading of a value, and the witness that speaks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherReading {
    /// The reading.
    pub value: String,
    /// Probability, 0 to 1.
    pub confidence: f64,
    /// The rule or witness.
    pub basis: Cow<'static, str>,
}

/// A value with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Value<T = String> {
    /// The value; `None` when unreadable or absent.
    pub value: Option<T>,
    /// Where it stands; several ranges when the field is interleaved with another.
    pub ranges: Vec<TextRange>,
    /// Probability that the value is right, 0 to 1; of an absent value, that it is absent.
    pub confidence: f64,
    /// How it came about.
    pub status: Status,
    /// The rule that read it.
    pub basis: Cow<'static, str>,
    /// Other readings, most probable first.
    pub alternatives: Vec<OtherReading>,
}

impl<T> Default for Value<T> {
    fn default() -> Self {
        Self::absent("not found")
    }
}

impl<T> Value<T> {
    /// A value that stands in the text.
    pub fn read(value: T, range: TextRange, basis: &'static str) -> Self {
        Self::read_at(value, vec![range], basis)
    }

    /// A value that stands in the text in several pieces.
    pub fn read_at(value: T, ranges: Vec<TextRange>, basis: &'static str) -> Self {
        Self {
            value: Some(value),
            ranges,
            confidence: 0.95,
            status: Status::Read,
            basis: Cow::Borrowed(basis),
            alternatives: Vec::new(),
        }
    }

    /// A value that is not written but follows from the form.
    pub fn inferred(value: T, ranges: Vec<TextRange>, basis: &'static str) -> Self {
        Self {
            confidence: 0.9,
            status: Status::Inferred,
            ..Self::read_at(value, ranges, basis)
        }
    }

    /// Something stands there that cannot be read.
    pub fn unreadable(range: TextRange, basis: &'static str) -> Self {
        Self {
            value: None,
            ranges: vec![range],
            confidence: 0.0,
            status: Status::Unreadable,
            basis: Cow::Borrowed(basis),
            alternatives: Vec::new(),
        }
    }

    /// The document does not say.
    pub fn absent(basis: &'static str) -> Self {
        Self {
            value: None,
            ranges: Vec::new(),
            confidence: 0.0,
            status: Status::Absent,
            basis: Cow::Borrowed(basis),
            alternatives: Vec::new(),
        }
    }

    /// The same value with this confidence.
    pub fn sure(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// Whether there is a value.
    pub fn is_some(&self) -> bool {
        self.value.is_some()
    }
}

impl Value<String> {
    /// The value as text, when there is one.
    pub fn as_deref(&self) -> Option<&str> {
        self.value.as_deref()
    }
}
