//! Reads the fields of a dispatch out of its text.
//!
//! First [`zones`] says which line belongs to which cell of the page (letterhead, number, subject, body,
//! signature ...), in whichever order the text layer holds them. Then each group of fields is read from its own
//! cells by its own file. Every value says which rule read it; what is not on the paper stays empty.

pub mod body;
pub mod dispatch;
pub mod fold;
pub mod zones;

use crate::document::{Edit, Text};
use dispatch::{Dispatch, RecordKind, TextRange};
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
    /// Its lines in reading order; a line that holds two columns appears as two entries.
    pub lines: Vec<ZoneLine>,
}

impl<'a> Page<'a> {
    /// The lines of one cell, in reading order.
    pub fn cell(&self, cell: Cell) -> impl Iterator<Item = &ZoneLine> {
        self.lines.iter().filter(move |l| l.cell == cell)
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
        let mut d = Dispatch {
            document_index: k + 1,
            document_count: count,
            range: page.range.clone(),
            record_kind: RecordKind::Unknown,
            ..Dispatch::default()
        };
        body::read(page, &mut d);
        d
    };
    pages.iter().enumerate().map(read).collect()
}
