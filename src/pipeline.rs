//! The one place where the stages are called in order: bytes, document, repair, parse, records.
//!
//! A [`Pipeline`] is built once from [`Settings`], holds what is read-only and costly (the model, the lists), and
//! is shared by all threads. It does no input or output of its own: the same bytes and settings give the same
//! [`Outcome`], wherever and however often it is asked.

use crate::document::{Document, Doubt, Edit, Text};
use crate::error::Result;
use crate::export::record::{Origin, Record};
use crate::input;
use crate::parse;

/// What the outcome depends on besides the bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How bytes are read.
    pub input: input::Options,
    /// Whether the text is repaired; without, it is parsed as it stands.
    pub repair: bool,
    /// Edits less sure than this are not made; the token stays and is reported as doubtful.
    pub min_confidence: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            input: input::Options::default(),
            repair: true,
            min_confidence: 0.5,
        }
    }
}

/// Repaired text and what was done to it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Repaired {
    /// The text, line for line that of the document.
    pub text: Text,
    /// What was changed, in the order of the text.
    pub edits: Vec<Edit>,
    /// What stayed although it may be wrong, in the order of the text.
    pub doubts: Vec<Doubt>,
}

/// What one file became.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The file as read.
    pub document: Document,
    /// Its text after repair.
    pub repaired: Repaired,
    /// Its dispatches, at least one record.
    pub records: Vec<Record>,
}

/// The stages, ready for use by any number of threads.
#[derive(Debug)]
pub struct Pipeline {
    settings: Settings,
}

impl Pipeline {
    /// Loads what the stages need.
    ///
    /// # Errors
    /// [`crate::Error::Model`] when the model cannot be used.
    pub fn new(settings: Settings) -> Result<Self> {
        Ok(Self { settings })
    }

    /// What it was built from.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Identifies the model; `None` while there is none.
    pub fn model_id(&self) -> Option<&str> {
        None
    }

    /// Identifies everything but the bytes that an outcome depends on: version, model, options.
    ///
    /// Two pipelines with the same identity give the same bytes for the same bytes.
    pub fn id(&self) -> String {
        let facts = (
            env!("CARGO_PKG_VERSION"),
            self.model_id(),
            self.settings.repair,
            self.settings.min_confidence.to_bits(),
        );
        input::sha256(format!("{facts:?}").as_bytes())[..16].to_owned()
    }

    /// Reads and repairs: all of the work but the parsing.
    ///
    /// # Errors
    /// [`crate::Error::Format`] when the bytes are no document.
    pub fn repair(&self, name: &str, bytes: &[u8]) -> Result<(Document, Repaired)> {
        let document = input::read(name, bytes, &self.settings.input)?;
        // The repair stage is not part of the crate yet: the text goes through as it was read, and no edit is
        // claimed.
        let repaired = Repaired {
            text: document.text.clone(),
            ..Repaired::default()
        };
        Ok((document, repaired))
    }

    /// Reads, repairs and parses `bytes`, which the user calls `name`.
    ///
    /// # Errors
    /// [`crate::Error::Format`] when the bytes are no document.
    pub fn process(&self, name: &str, bytes: &[u8]) -> Result<Outcome> {
        let (document, repaired) = self.repair(name, bytes)?;
        let file_name = name.rsplit('/').next();
        let dispatches = parse::parse(&parse::Input {
            text: &repaired.text,
            edits: &repaired.edits,
            file_name: file_name.filter(|n| *n != "-"),
        });
        let origin = Origin {
            source: &document.source,
            original: bytes,
            text: &repaired.text,
            edits: &repaired.edits,
            doubts: &repaired.doubts,
        };
        let records = Record::all(&origin, &dispatches);
        Ok(Outcome {
            document,
            repaired,
            records,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_a_record_of_unknown_kind() {
        let pipeline = Pipeline::new(Settings::default()).expect("pipeline");
        let outcome = pipeline.process("a.txt", b"").expect("outcome");
        assert_eq!(outcome.repaired.text.as_str(), "");
        let kinds: Vec<_> = outcome.records.iter().map(|r| &r.record_kind[..]).collect();
        assert_eq!(kinds, ["unknown"]);
    }

    #[test]
    fn the_identity_follows_the_settings() {
        let id = |min_confidence| {
            let settings = Settings {
                min_confidence,
                ..Settings::default()
            };
            Pipeline::new(settings).expect("pipeline").id()
        };
        assert_eq!(id(0.5), id(0.5));
        assert_ne!(id(0.5), id(0.6));
    }
}
