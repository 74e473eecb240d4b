//! The table of a plan.

use super::super::dispatch::Task;
use super::deadline::Issued;
use super::paragraphs::Paragraph;
use std::ops::Range;

/// A task, the paragraph it begins in and its characters there.
pub type Row = (Task, usize, Range<usize>);

/// The tasks of a table that begins at paragraph `k`, and the first paragraph after it.
pub fn rows(_p: &[Paragraph], _k: usize, _issued: Issued) -> Option<(Vec<Row>, usize)> {
    None
}
