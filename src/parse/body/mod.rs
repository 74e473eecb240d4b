//! The body: preamble, sections, references, tasks, events, contacts, footnotes, execution clause.
//!
//! Lines are joined to paragraphs first; each group of fields is then read from the paragraphs by its own file.

mod agents;
mod commands;
mod contacts;
mod dates;
mod deadline;
mod events;
mod footnotes;
mod paragraphs;
mod references;
mod sections;
mod sentences;
mod tables;
mod tasks;
mod titles;

use super::Page;
use super::dispatch::{Dispatch, RecordKind};
use super::zones::Cell;
use deadline::Issued;
use paragraphs::{Mark, Paragraph};
use std::ops::Range;

/// Reads the body of `page` into `dispatch`, whose header and footer fields are already there.
pub fn read(page: &Page<'_>, dispatch: &mut Dispatch) {
    let own = dispatch.number_symbol.as_deref().map(references::key);
    let subject = paragraphs::read(page, |l| l.cell == Cell::Subject);
    // What is no dispatch has no cells to be told apart.
    let plain = dispatch.record_kind != RecordKind::Dispatch;
    let tables = if plain {
        Vec::new()
    } else {
        tables::find(page)
    };
    let tabled = |line: usize| tables.iter().any(|t| t.lines.contains(&line));
    let body = paragraphs::read(page, |l| {
        (l.cell == Cell::Body && !tabled(l.line)) || plain && l.cell != Cell::Noise
    });
    let mut notes = paragraphs::read(page, |l| l.cell == Cell::Footnote && !plain);
    let attached = paragraphs::read(page, |l| {
        l.cell == Cell::Appendix && !plain && !tabled(l.line)
    });
    // Notes that follow the signature stand before the title of what is attached.
    notes.extend(attached.into_iter().take_while(|p| p.mark == Mark::Note));
    let rows = tables.iter().flat_map(|t| &t.rows).map(|r| &r.content);
    for p in body.iter().chain(&notes).chain(&subject).chain(rows) {
        references::read(p, own.as_deref(), &|p, r| as_read(page, p, r), dispatch);
    }
    dispatch.references.sort_by_key(|r| r.range.start);
    let issued = Issued {
        year: dispatch.date.year.and_then(|y| i16::try_from(y).ok()),
        month: dispatch.date.month.and_then(|m| i8::try_from(m).ok()),
        day: dispatch.date.day.and_then(|d| i8::try_from(d).ok()),
    };
    tasks::read(&body, &tables, dispatch, issued);
    if !plain {
        sections::read(&body, dispatch);
        events::read(&body, dispatch);
        footnotes::read(&body, &notes, dispatch);
    }
    let reach = paragraphs::read(page, |l| l.cell == Cell::Address && !plain);
    for p in body.iter().chain(&reach) {
        contacts::read(p, dispatch);
    }
}

/// What stood at these characters before repair, when repair changed them.
fn as_read(page: &Page<'_>, p: &Paragraph, range: Range<usize>) -> Option<String> {
    let span = page.input.text.source_span(p.range(range.clone()));
    let mut raw = p.str(range).to_owned();
    let mut at = 0;
    let mut changed = false;
    for edit in page.input.edits_at(span) {
        if let Some(k) = raw[at..].find(edit.to.as_str()) {
            raw.replace_range(at + k..at + k + edit.to.len(), &edit.from);
            at += k + edit.from.len();
            changed = true;
        }
    }
    changed.then_some(raw)
}
