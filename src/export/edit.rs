//! Edits and doubts as JSON lines: one object for every token that was changed or could not be decided.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::{Alternative, Document, Doubt, Edit, EditKind, Ground, Span};

/// One change, or one token that stayed although it may be wrong.
///
/// Applying the edits of a text file in UTF-8 to its bytes from the last to the first gives the repaired text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "vanthu.edit/1")]
pub struct EditLine {
    /// Line of the source, 1-based.
    pub line: usize,
    /// First byte in the source, and one past the last.
    pub span: [usize; 2],
    /// Page, 1-based, where the format has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<usize>,
    /// Left, top, right, bottom on the page, where the format has boxes.
    #[serde(default, rename = "box", skip_serializing_if = "Option::is_none")]
    pub area: Option<[u32; 4]>,
    /// What stood there.
    pub from: String,
    /// What stands there now; the same as `from` for a token that is only doubtful.
    pub to: String,
    /// Calibrated probability that `to` is right.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub confidence: f64,
    /// Why it was changed, or `doubtful`.
    pub kind: Kind,
    /// Other readings, most probable first.
    pub alternatives: Vec<Reading>,
}

/// Another reading of a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// The reading.
    pub text: String,
    /// Its probability.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub confidence: f64,
}

/// The closed list of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Marks were put back or changed; the base letters stayed.
    Diacritics,
    /// Letters were taken for other letters.
    Confusion,
    /// A digit stood for a letter, or a letter for a digit, where the place leaves one reading.
    Digit,
    /// One token became several.
    Split,
    /// Several tokens became one.
    Join,
    /// Only the case changed.
    Case,
    /// A line of the closed vocabulary of headers and footers.
    Boilerplate,
    /// Bytes that were no valid text.
    Charset,
    /// A person decided it.
    Reviewed,
    /// Nothing was changed: the token may be wrong, but no other reading is sure enough.
    Doubtful,
}

impl From<EditKind> for Kind {
    fn from(kind: EditKind) -> Self {
        match kind {
            EditKind::Diacritics => Self::Diacritics,
            EditKind::Confusion => Self::Confusion,
            EditKind::Digit => Self::Digit,
            EditKind::Split => Self::Split,
            EditKind::Join => Self::Join,
            EditKind::Case => Self::Case,
            EditKind::Boilerplate => Self::Boilerplate,
            EditKind::Charset => Self::Charset,
            EditKind::Reviewed => Self::Reviewed,
        }
    }
}

impl Kind {
    /// The kind of the edit; `None` for a doubt.
    fn of_edit(self) -> Option<EditKind> {
        Some(match self {
            Self::Diacritics => EditKind::Diacritics,
            Self::Confusion => EditKind::Confusion,
            Self::Digit => EditKind::Digit,
            Self::Split => EditKind::Split,
            Self::Join => EditKind::Join,
            Self::Case => EditKind::Case,
            Self::Boilerplate => EditKind::Boilerplate,
            Self::Charset => EditKind::Charset,
            Self::Reviewed => EditKind::Reviewed,
            Self::Doubtful => return None,
        })
    }
}

impl From<&Reading> for Alternative {
    fn from(r: &Reading) -> Self {
        Self {
            text: r.text.clone(),
            confidence: r.confidence,
        }
    }
}

impl From<&Edit> for EditLine {
    fn from(e: &Edit) -> Self {
        Self {
            line: e.line,
            span: bytes(e.span),
            page: None,
            area: None,
            from: e.from.clone(),
            to: e.to.clone(),
            confidence: rounded(e.confidence),
            kind: e.kind.into(),
            alternatives: readings(&e.alternatives),
        }
    }
}

impl From<&Doubt> for EditLine {
    fn from(d: &Doubt) -> Self {
        Self {
            line: d.line,
            span: bytes(d.span),
            page: None,
            area: None,
            from: d.token.clone(),
            to: d.token.clone(),
            confidence: rounded(d.confidence),
            kind: Kind::Doubtful,
            alternatives: readings(&d.alternatives),
        }
    }
}

fn bytes(span: Span) -> [usize; 2] {
    [span.start, span.end]
}

/// Four digits: more would claim a precision that no calibration has.
fn rounded(confidence: f64) -> f64 {
    (confidence * 1e4).round() / 1e4
}

fn readings(alternatives: &[Alternative]) -> Vec<Reading> {
    let reading = |a: &Alternative| Reading {
        text: a.text.clone(),
        confidence: rounded(a.confidence),
    };
    alternatives.iter().map(reading).collect()
}

/// Edits and doubts of one file in the order of its text.
pub fn lines(document: &Document, edits: &[Edit], doubts: &[Doubt]) -> Vec<EditLine> {
    let mut all: Vec<EditLine> = edits.iter().map(EditLine::from).collect();
    all.extend(doubts.iter().map(EditLine::from));
    all.sort_by_key(|e| e.span);
    if document.ground != Ground::File {
        for line in &mut all {
            let [start, end] = line.span;
            let place = document.place(Span { start, end });
            line.span = bytes(place.span);
            (line.page, line.area) = (place.page, place.area);
        }
    }
    all
}

/// The way back of [`lines`]: edits and doubts with their places in the text as read.
pub fn back(document: &Document, lines: &[EditLine]) -> (Vec<Edit>, Vec<Doubt>) {
    let (mut edits, mut doubts) = (Vec::new(), Vec::new());
    for l in lines {
        let [start, end] = l.span;
        let place = Span { start, end };
        let span = match document.ground {
            Ground::File => place,
            _ => document.text.source_span(document.at(place, &l.from)),
        };
        let alternatives = l.alternatives.iter().map(Alternative::from).collect();
        match l.kind.of_edit() {
            Some(kind) => edits.push(Edit {
                line: l.line,
                span,
                from: l.from.clone(),
                to: l.to.clone(),
                confidence: l.confidence,
                kind,
                alternatives,
            }),
            None => doubts.push(Doubt {
                line: l.line,
                span,
                token: l.from.clone(),
                confidence: l.confidence,
                alternatives,
            }),
        }
    }
    (edits, doubts)
}

/// The text as read of which edits made `text`, where spans are bytes of the text as read; `None` when they did not.
pub fn unmade(text: &str, lines: &[EditLine]) -> Option<String> {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    for l in lines {
        let (same, after) = rest.split_at_checked(l.span[0].checked_sub(read.len())?)?;
        read.push_str(same);
        read.push_str(&l.from);
        rest = after.strip_prefix(l.to.as_str())?;
        if read.len() != l.span[1] {
            return None;
        }
    }
    read.push_str(rest);
    Some(read)
}

/// Reads back JSON lines of edits.
///
/// # Errors
/// When a line is not the JSON of an edit.
pub fn read_back(json: &str) -> serde_json::Result<Vec<EditLine>> {
    json.lines().map(serde_json::from_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_and_doubts_stand_in_the_order_of_the_file() {
        let edit = |start, kind| Edit {
            line: 1,
            span: Span {
                start,
                end: start + 2,
            },
            from: "so".into(),
            to: "số".into(),
            confidence: 0.987_654,
            kind,
            alternatives: vec![],
        };
        let doubt = Doubt {
            line: 1,
            span: Span { start: 4, end: 6 },
            token: "ve".into(),
            confidence: 0.5,
            alternatives: vec![Alternative {
                text: "về".into(),
                confidence: 0.4,
            }],
        };
        let document = crate::input::read("a", b"so ve so", &Default::default()).expect("text");
        let all = lines(
            &document,
            &[edit(0, EditKind::Diacritics), edit(9, EditKind::Digit)],
            &[doubt],
        );
        let kinds: Vec<_> = all.iter().map(|e| e.kind).collect();
        assert_eq!(kinds, [Kind::Diacritics, Kind::Doubtful, Kind::Digit]);
        assert_eq!(
            serde_json::to_string(&all[0]).expect("json"),
            r#"{"line":1,"span":[0,2],"from":"so","to":"số","confidence":0.9877,"kind":"diacritics","alternatives":[]}"#
        );
    }

    #[test]
    fn the_names_are_those_of_the_document() {
        for kind in [EditKind::Diacritics, EditKind::Boilerplate, EditKind::Join] {
            let json = serde_json::to_string(&Kind::from(kind)).expect("json");
            assert_eq!(json, format!("\"{}\"", kind.name()));
        }
    }
}
