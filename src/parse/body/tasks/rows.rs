//! Tasks in the rows of a plan's table: who leads, who helps, by when.

use super::super::super::dispatch::Task;
use super::super::agents;
use super::super::deadline::{self, Issued};
use super::super::paragraphs::Paragraph;
use super::super::tables::{Row, Table};
use super::details;
use crate::parse::pattern::{Pattern, pattern};
use std::borrow::Cow;
use std::sync::LazyLock;

/// An hour, as the programme of a meeting has it in the column of time.
static CLOCK: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"^\W*\d{1,2}\s?(?:h|gio|g|:)\s?\d{0,2}"));
/// What has no end.
static ALWAYS: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\b(?:thuong xuyen|hang (?:ngay|tuan|thang|quy|nam)|ca nam|quanh nam|dinh ky[^.;]{0,30})",
    )
});

/// The tasks of all rows. Reports and invitations tell of what was done or who speaks when.
pub(super) fn read(tables: &[Table], code: &str, issued: Issued) -> Vec<Task> {
    if matches!(code, "BC" | "GM" | "TM" | "BB") {
        return Vec::new();
    }
    let mut out = Vec::new();
    for table in tables {
        let timed = table.rows.iter().filter_map(|r| r.time.as_ref());
        let (mut hours, mut all) = (0, 0);
        for t in timed {
            all += 1;
            hours += usize::from(CLOCK.is_match(&t.folded));
        }
        if hours * 2 > all {
            continue;
        }
        out.extend(table.rows.iter().filter_map(|r| task(r, issued)));
    }
    out
}

fn task(row: &Row, issued: Issued) -> Option<Task> {
    let lead = row.lead.as_ref()?;
    let whole = |p: &Paragraph| p.trim(0..p.len());
    let assignees = agents::split(lead, whole(lead));
    let action = row.content.str(whole(&row.content)).to_owned();
    if assignees.is_empty() || action.chars().filter(|c| c.is_alphabetic()).count() < 4 {
        return None;
    }
    let mut ranges = row.content.ranges(0..row.content.len());
    ranges.extend(lead.ranges(0..lead.len()));
    let deadline = row.time.as_ref().and_then(|t| {
        let found = deadline::of_cell(&t.folded, issued)?;
        Some(details::deadline_of(t, 0, &found))
    });
    let recurring = row.time.as_ref().and_then(|t| {
        let m = ALWAYS.find(&t.folded)?;
        Some(t.str(m.range()).to_owned())
    });
    let coordinating = row
        .help
        .as_ref()
        .map(|h| agents::split(h, whole(h)))
        .unwrap_or_default();
    if let Some(h) = &row.help {
        ranges.extend(h.ranges(0..h.len()));
    }
    if let Some(t) = &row.time {
        ranges.extend(t.ranges(0..t.len()));
    }
    Some(Task {
        kind: "task",
        assignees,
        role: Some("chủ trì".to_owned()).filter(|_| row.help.is_some()),
        action,
        coordinating,
        deadline,
        recurring,
        section: row.label.clone(),
        ranges,
        confidence: 0.85,
        basis: Cow::Borrowed("task: row of a table"),
        ..Task::default()
    })
}
