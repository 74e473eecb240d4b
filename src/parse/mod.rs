//! Reads the fields of a dispatch out of its text.
//!
//! First [`zones`] says which line belongs to which cell of the page (letterhead, number, subject, body,
//! signature ...), in whichever order the text layer holds them. Then each group of fields is read from its own
//! cells by its own file. Every value says which rule read it; what is not on the paper stays empty.

pub mod body;
pub mod cues;
pub mod dispatch;
pub mod fold;
pub mod list;
pub mod wording;
pub mod zones;

mod agency;
mod appendix;
mod copies;
mod doctype;
mod kind;
mod letterhead;
mod marks;
mod number;
mod number_line;
mod pattern;
mod phrases;
mod place_date;
mod positions;
mod quality;
mod recipients;
mod signature;
mod subject;
mod value;

use crate::document::{Edit, Span, Text};
use dispatch::{Dispatch, Quality, RecordKind, TextRange};
use std::ops::Range;
use zones::{Cell, ZoneLine};

/// What the parser is given.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The text, repaired or as read.
    pub text: &'a Text,
    /// What repair changed; empty when it did not run.
    pub edits: &'a [Edit],
    /// Name of the file, without folders: a witness for the number.
    pub file_name: Option<&'a str>,
}

/// One dispatch's part of the text, cut into cells: what the readers of the fields work on.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// What the parser was given.
    pub input: Input<'a>,
    /// The whole text; ranges everywhere are bytes of it.
    pub text: &'a str,
    /// The part of the text that is this dispatch.
    pub range: TextRange,
    /// The line of the text in which it begins, from 0.
    pub first_line: usize,
    /// Its lines in reading order; a line that holds two columns appears as two entries.
    pub lines: Vec<ZoneLine>,
}

impl Input<'_> {
    /// The edits that touch `span` of the source: they stand in its order.
    fn edits_at(&self, span: Span) -> &[Edit] {
        let first = self.edits.partition_point(|e| e.span.end <= span.start);
        let count = self.edits[first..].partition_point(|e| e.span.start < span.end);
        &self.edits[first..first + count]
    }
}

impl<'a> Page<'a> {
    /// The lines of the text that are wholly its own, blank ones too: their numbers and bytes.
    fn whole_lines(&self) -> impl Iterator<Item = (usize, TextRange)> {
        let Range { start, end } = self.range;
        let mut at = self.text[..start].rfind('\n').map_or(0, |k| k + 1);
        let begun = at < start;
        let part = match self.text.len() == end {
            true => &self.text[at..],
            // The rest is the front of the next dispatch's first line.
            false => &self.text[at..self.text[..end].rfind('\n').map_or(at, |k| k + 1)],
        };
        let lines = part.split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            start..start + line.strip_suffix('\n').unwrap_or(line).len()
        });
        (self.first_line..).zip(lines).skip(usize::from(begun))
    }

    /// The lines of one cell, in reading order.
    pub fn cell(&self, cell: Cell) -> impl Iterator<Item = &ZoneLine> {
        self.lines.iter().filter(move |l| l.cell == cell)
    }

    /// `range` without white space and column rules at its ends.
    pub fn trim(&self, range: TextRange) -> TextRange {
        zones::trim(self.text, range)
    }

    /// The text of a line.
    pub fn str(&self, line: &ZoneLine) -> &'a str {
        &self.text[line.range.clone()]
    }
}

/// The dispatches of one file, in their order; one of [`RecordKind::Unknown`] or another kind when it holds none.
pub fn parse(input: &Input<'_>) -> Vec<Dispatch> {
    let pages = zones::pages(input);
    let count = pages.len();
    let read = |(k, page): (usize, &Page<'_>)| {
        let mut d = read_page(page);
        (d.document_index, d.document_count, d.range) = (k + 1, count, page.range.clone());
        d
    };
    pages.iter().enumerate().map(read).collect()
}

/// Reads one dispatch: marks and numbers first, what leans on them later.
fn read_page(page: &Page<'_>) -> Dispatch {
    let mut d = Dispatch::default();
    copies::read(page, &mut d);
    marks::read(page, &mut d);
    number::read(page, &mut d);
    place_date::read(page, &mut d);
    letterhead::read(page, &mut d);
    place_date::settle(&mut d);
    number::settle(&mut d);
    doctype::read(page, &mut d);
    subject::read(page, &mut d);
    recipients::read(page, &mut d);
    signature::read(page, &mut d);
    appendix::read(page, &mut d);
    d.record_kind = kind::read(page, &d);
    if d.record_kind != RecordKind::Dispatch {
        // What is no dispatch has no fields of one; its flags stay.
        let quality = Quality {
            flags: vec!["not_a_dispatch"],
            ..d.quality
        };
        d = Dispatch {
            record_kind: d.record_kind,
            quality,
            ..Dispatch::default()
        };
    }
    body::read(page, &mut d);
    quality::read(page, &mut d);
    d
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::TextBuilder;

    #[test]
    fn each_line_of_many_dispatches_is_looked_at_once() {
        let one = |k: usize| {
            format!(
                "SỞ Y TẾ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\n  Số: {k}/SYT-NVY\nKính gửi: Các phòng.\n\
                 Đề nghị các phòng báo cáo trước ngày 12/5/2021.\nNơi nhận:\n- Như trên;\n- Lưu: VT.\n\n"
            )
        };
        let text = TextBuilder::plain(&(1..=500).map(one).collect::<String>());
        let input = Input {
            text: &text,
            edits: &[],
            file_name: None,
        };
        let pages = zones::pages(&input);
        assert_eq!(pages.len(), 500);
        let seen: Vec<_> = pages.iter().flat_map(Page::whole_lines).collect();
        let lines = text.lines().enumerate();
        let lines: Vec<_> = lines.map(|(k, (range, _))| (k, range)).collect();
        assert_eq!(seen, lines);
    }
}
