//! Which line belongs to which cell of the page.
//!
//! A flat text holds the page in one of three layouts, or a mixture: the two columns of header and footer merged on
//! one line, one column after the other, or the rows of a table. Lines are therefore first split into pieces where
//! two columns meet, and then the pieces are labelled together.

mod cuts;
mod decode;
mod names;
mod openings;
mod pieces;
mod score;

pub use names::{is_name_like, is_person};
pub use openings::{copies_cue, is_bullet, recipients_cue};
pub use pieces::trim;

use super::dispatch::TextRange;
use super::{Input, Page};
use decode::{Label, Phase};
use pieces::{Hint, Piece};

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
    /// Number of cells.
    pub const COUNT: usize = Cell::Noise as usize + 1;

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
///
/// There is always at least one page, also for a text that is no dispatch.
pub fn pages<'a>(input: &Input<'a>) -> Vec<Page<'a>> {
    let text = input.text.as_str();
    let lines = input
        .text
        .lines()
        .enumerate()
        .map(|(k, (range, _))| (range, k));
    let pieces = pieces::pieces(text, lines);
    let labels = decode::decode(text, &pieces);
    let mut pages = Vec::new();
    for part in documents(&pieces, &labels) {
        let mut lines = Vec::new();
        for k in part.first..part.end {
            let mut label = labels[k];
            if k < part.header {
                (label.cell, label.why) = (Cell::Noise, "before the letterhead");
            } else if k >= part.attached && label.cell != Cell::Noise {
                (label.cell, label.why) =
                    (Cell::Appendix, "a letterhead without a number of its own");
            }
            push(&mut lines, text, &pieces[k], &label);
        }
        let (start, first_line) = match pieces.get(part.first).filter(|_| !pages.is_empty()) {
            Some(first) => (first.range.start, first.line),
            None => (0, 0),
        };
        pages.push(Page {
            input: *input,
            text,
            range: start..text.len(),
            first_line,
            lines,
        });
    }
    for k in 1..pages.len() {
        let start = pages[k].range.start;
        pages[k - 1].range.end = start;
    }
    pages
}

/// Appends a piece, joined to the piece before it when a cut turned out to be none.
fn push(lines: &mut Vec<ZoneLine>, text: &str, p: &Piece, label: &Label) {
    let cell = label.cell;
    if let Some(last) = lines.last_mut()
        && last.line == p.line
        && last.cell == cell
        && !matches!(cell, Cell::Motto | Cell::Letterhead | Cell::Signature)
        && text[last.range.end..p.range.start]
            .chars()
            .all(|c| c == ' ')
    {
        last.range.end = p.range.end;
        return;
    }
    lines.push(ZoneLine {
        range: p.range.clone(),
        line: p.line,
        cell,
        score: label.score,
        why: label.why,
    });
}

/// Pieces of one dispatch.
struct Part {
    first: usize,
    /// Where its header begins: what stands before it is none of it.
    header: usize,
    /// Where a letterhead without a number begins.
    attached: usize,
    end: usize,
}

/// Where one dispatch ends and the next begins: a new letterhead with a number of its own.
fn documents(pieces: &[Piece], labels: &[Label]) -> Vec<Part> {
    let begins = |k: usize| {
        labels[k].phase == Phase::Header && k > 0 && labels[k - 1].phase != Phase::Header
    };
    let mut starts: Vec<usize> = (0..pieces.len()).filter(|k| begins(*k)).collect();
    if labels.first().is_none_or(|l| l.phase == Phase::Header) {
        starts.insert(0, 0);
    }
    let mut parts: Vec<Part> = Vec::new();
    for (n, &start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(pieces.len());
        let numbered = (start..end)
            .any(|k| pieces[k].hint == Some(Hint::Number) && labels[k].cell == Cell::Number);
        match parts.last_mut() {
            Some(last) if !numbered => {
                last.attached = last.attached.min(start);
                last.end = end;
            }
            last => {
                let first = if last.is_none() { 0 } else { start };
                parts.push(Part {
                    first,
                    header: start,
                    attached: usize::MAX,
                    end,
                });
            }
        }
    }
    if parts.is_empty() {
        parts.push(Part {
            first: 0,
            header: 0,
            attached: usize::MAX,
            end: pieces.len(),
        });
    }
    parts
}
