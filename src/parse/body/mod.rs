//! The body: preamble, sections, references, tasks, events, contacts, footnotes, execution clause.
//!
//! Lines are joined to [`paragraphs`] first; each group of fields is then read from the paragraphs by its own file.

mod agents;
mod commands;
mod dates;
mod deadline;
mod paragraphs;
mod plan;
mod references;
mod tasks;

use super::dispatch::Dispatch;
use super::zones::Cell;
use super::{Page, pattern};
use deadline::Issued;

/// Reads the body of `page` into `dispatch`, whose header and footer fields are already there.
pub fn read(page: &Page<'_>, dispatch: &mut Dispatch) {
    let own = dispatch.number_symbol.as_deref().map(references::key);
    let subject = paragraphs::read(page, |l| l.cell == Cell::Subject);
    let body = paragraphs::read(page, |l| l.cell == Cell::Body);
    let notes = paragraphs::read(page, |l| l.cell == Cell::Footnote);
    for p in body.iter().chain(&notes).chain(&subject) {
        references::read(p, own.as_deref(), dispatch);
    }
    dispatch.references.sort_by_key(|r| r.range.start);
    let issued = Issued {
        year: dispatch.date.year.and_then(|y| i16::try_from(y).ok()),
        month: dispatch.date.month.and_then(|m| i8::try_from(m).ok()),
        day: dispatch.date.day.and_then(|d| i8::try_from(d).ok()),
    };
    tasks::read(&body, dispatch, issued);
}
