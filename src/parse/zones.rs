//! Which line belongs to which cell of the page.
//!
//! A flat text holds the page in one of three layouts, or a mixture: the two columns of header and footer merged on
//! one line, one column after the other, or the rows of a table. Lines are therefore first split into pieces where
//! two columns meet, and then the pieces are labelled together.

use super::dispatch::TextRange;
use super::{Input, Page};

/// A cell of the page (NĐ 30/2020/NĐ-CP, Phụ lục I; numbers of its diagram in brackets).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cell {
    /// Quốc hiệu, tiêu ngữ, or the Party's line (1).
    Motto,
    /// Issuing body and the one above it (2).
    Letterhead,
    /// Số, ký hiệu (3).
    Number,
    /// Place and date (4).
    PlaceDate,
    /// Name of the type (5a).
    Type,
    /// Trích yếu (5a, 5b).
    Subject,
    /// Kính gửi (9a).
    Recipients,
    /// Body (6).
    Body,
    /// Authority, position, name (7).
    Signature,
    /// Nơi nhận (9b).
    Copies,
    /// The Lưu line (9b).
    Archive,
    /// Mark of secrecy (10a).
    Secrecy,
    /// Mark of urgency (10b).
    Urgency,
    /// Limits of circulation (11).
    Circulation,
    /// Address at the foot of the page (13).
    Address,
    /// Text block of an electronic signature (8, 14).
    DigitalSignature,
    /// Stamp of the receiving registry.
    IncomingStamp,
    /// What follows the signature.
    Appendix,
    /// Footnote.
    Footnote,
    /// Page number, rule, debris.
    Noise,
}

impl Cell {
    /// The name shown by `vanthu parse --explain`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Motto => "motto",
            Self::Letterhead => "letterhead",
            Self::Number => "number",
            Self::PlaceDate => "place-date",
            Self::Type => "type",
            Self::Subject => "subject",
            Self::Recipients => "recipients",
            Self::Body => "body",
            Self::Signature => "signature",
            Self::Copies => "copies",
            Self::Archive => "archive",
            Self::Secrecy => "secrecy",
            Self::Urgency => "urgency",
            Self::Circulation => "circulation",
            Self::Address => "address",
            Self::DigitalSignature => "digital-signature",
            Self::IncomingStamp => "incoming-stamp",
            Self::Appendix => "appendix",
            Self::Footnote => "footnote",
            Self::Noise => "noise",
        }
    }
}

/// A line, or the part of a line that lies in one column, and the cell it was put into.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneLine {
    /// Bytes of the parsed text, without surrounding white space and column rules.
    pub range: TextRange,
    /// Line of the parsed text, from 0.
    pub line: usize,
    /// The cell.
    pub cell: Cell,
    /// How well it fits there; comparable within one file only.
    pub score: f32,
    /// The strongest reason.
    pub why: &'static str,
}

/// Cuts the text into dispatches and their lines into cells.
pub fn pages<'a>(input: &Input<'a>) -> Vec<Page<'a>> {
    let text = input.text.as_str();
    let lines = input.text.lines().enumerate();
    let lines = lines
        .filter(|(_, (_, s))| !s.trim().is_empty())
        .map(|(k, (range, s))| {
            let start = range.start + (s.len() - s.trim_start().len());
            ZoneLine {
                range: start..start + s.trim().len(),
                line: k,
                cell: Cell::Body,
                score: 0.0,
                why: "running text",
            }
        });
    vec![Page {
        input: *input,
        text,
        range: 0..text.len(),
        lines: lines.collect(),
    }]
}
