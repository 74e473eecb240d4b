//! Tables that open right in a spreadsheet: UTF-8 with a byte order mark, lists joined by `; `, no formulas.
//!
//! A table is a projection for people. A value that is unreadable is an empty cell here, and its name stands in
//! the column `unreadable`, so that nobody takes an empty cell for "the paper does not say".

use super::record::{Field, REVIEWED, Record, Spans, Task};

/// What stands before the first row, without which spreadsheets guess the encoding.
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Columns of `records.csv`, one row a dispatch.
///
/// `file` as given; `document` counts the dispatches in a file; values as in the record; `tasks` and `references`
/// say how many there are; `next_deadline` is the earliest date among the tasks; `unreadable` names the fields
/// that stand on the paper but not in the text; `edits` and `doubtful` count words; `text` and `record` are paths
/// beside the table.
pub const RECORD_COLUMNS: [&str; 28] = [
    "file",
    "document",
    "record_kind",
    "family",
    "document_type",
    "number",
    "symbol",
    "date",
    "place",
    "issuers",
    "parent_agency",
    "subject",
    "urgency",
    "secrecy",
    "recipients",
    "signers",
    "positions",
    "copies",
    "archive_line",
    "references",
    "tasks",
    "next_deadline",
    "unreadable",
    "edits",
    "doubtful",
    "text",
    "record",
    "sha256",
];

/// Columns of `tasks.csv`, one row a task; `line` is where the task begins in the file.
pub const TASK_COLUMNS: [&str; 17] = [
    "file",
    "document",
    "task",
    "kind",
    "assignees",
    "action",
    "coordinating",
    "deadline",
    "bound",
    "deadline_as_printed",
    "recurring",
    "deliver_to",
    "section",
    "line",
    "confidence",
    "number",
    "issued",
];

/// What a row says that the record does not.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// Path of the repaired text, relative to the table.
    pub text: &'a str,
    /// Path of the record, relative to the table.
    pub record: &'a str,
    /// Number of edits in the file.
    pub edits: usize,
    /// Number of doubtful tokens in the file.
    pub doubtful: usize,
}

/// The row of one record, in the order of [`RECORD_COLUMNS`].
pub fn record_row(r: &Record, beside: &Beside<'_>) -> Vec<String> {
    let subject = r.subject.as_ref().map(|s| &s.field);
    let date = r.date.as_ref().map(|d| &d.field);
    let kind = r.document_type.as_ref().map(|t| &t.field);
    let archive = r.archive_line.as_ref().map(|a| &a.field);
    let recipients = r.recipients.iter().map(|x| &x.field);
    let deadlines = r.tasks.iter().filter_map(|t| t.deadline.as_ref());
    vec![
        r.source.file.clone(),
        document(r),
        r.record_kind.clone(),
        r.family.clone().unwrap_or_default(),
        value(kind),
        value(r.number.as_ref()),
        value(r.symbol.as_ref()),
        value(date),
        value(r.place.as_ref()),
        values(r.issuers.iter()),
        value(r.parent_agency.as_ref()),
        value(subject),
        value(r.urgency.as_ref()),
        value(r.secrecy.as_ref()),
        values(recipients),
        values(r.signers.iter().map(|s| &s.name)),
        values(r.signers.iter().map(|s| &s.position)),
        values(r.copies.iter().map(|c| &c.field)),
        value(archive),
        r.references.len().to_string(),
        r.tasks.len().to_string(),
        deadlines
            .filter_map(|d| d.iso.clone())
            .min()
            .unwrap_or_default(),
        unreadable(r).join("; "),
        beside.edits.to_string(),
        beside.doubtful.to_string(),
        beside.text.to_owned(),
        beside.record.to_owned(),
        r.source.sha256.clone(),
    ]
}

/// The rows of a record's tasks, in the order of [`TASK_COLUMNS`].
pub fn task_rows(r: &Record) -> Vec<Vec<String>> {
    r.tasks.iter().map(|t| task_row(r, t)).collect()
}

fn task_row(r: &Record, t: &Task) -> Vec<String> {
    let text = |s: &Option<String>| s.clone().unwrap_or_default();
    let line = match &t.span {
        Some(Spans::One(s)) => s.line_start.to_string(),
        Some(Spans::Several(s)) => s
            .first()
            .map_or(String::new(), |s| s.line_start.to_string()),
        None => String::new(),
    };
    let deadline = t.deadline.as_ref();
    vec![
        r.source.file.clone(),
        document(r),
        t.id.clone(),
        t.kind.clone(),
        t.assignees.join("; "),
        t.action.clone(),
        t.coordinating.join("; "),
        deadline.map_or(String::new(), |d| text(&d.iso)),
        deadline.map_or(String::new(), |d| d.bound.clone()),
        deadline.map_or(String::new(), |d| text(&d.raw)),
        text(&t.recurring),
        text(&t.deliver_to),
        text(&t.section),
        line,
        t.confidence.to_string(),
        value(r.number_symbol.as_ref()),
        value(r.date.as_ref().map(|d| &d.field)),
    ]
}

/// Which of the file's dispatches a record is.
pub fn document(r: &Record) -> String {
    format!("{}/{}", r.document_index, r.document_count)
}

/// The fields that stand on the paper but could not be read, with their names.
pub fn unreadable_fields(r: &Record) -> Vec<(&'static str, &Field)> {
    let single = [
        ("document_type", r.document_type.as_ref().map(|t| &t.field)),
        ("number", r.number.as_ref()),
        ("symbol", r.symbol.as_ref()),
        ("date", r.date.as_ref().map(|d| &d.field)),
        ("place", r.place.as_ref()),
        ("parent_agency", r.parent_agency.as_ref()),
        ("subject", r.subject.as_ref().map(|s| &s.field)),
        ("urgency", r.urgency.as_ref()),
        ("secrecy", r.secrecy.as_ref()),
        ("archive_line", r.archive_line.as_ref().map(|a| &a.field)),
    ];
    let single = single.into_iter().filter_map(|(name, f)| Some((name, f?)));
    let issuers = r.issuers.iter().map(|f| ("issuers", f));
    let signers = r.signers.iter().map(|s| ("signers", &s.name));
    let all = single.chain(issuers).chain(signers);
    all.filter(|(_, f)| f.status == "unreadable").collect()
}

/// Names of the fields that stand on the paper but could not be read, each once.
pub fn unreadable(r: &Record) -> Vec<&'static str> {
    let mut names: Vec<_> = unreadable_fields(r).iter().map(|(name, _)| *name).collect();
    names.dedup();
    names
}

/// The same without those of which a person said that they cannot be read.
pub fn undecided(r: &Record) -> Vec<&'static str> {
    let all = unreadable_fields(r).into_iter();
    let open = all.filter(|(_, f)| f.basis != REVIEWED);
    let mut names: Vec<_> = open.map(|(name, _)| name).collect();
    names.dedup();
    names
}

/// One row as bytes; ends in CR LF, as RFC 4180 says.
pub fn row<S: AsRef<str>>(cells: &[S]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing to memory fails only when memory does.
    let _ = writer.write_record(cells.iter().map(|c| cell(c.as_ref())));
    writer.into_inner().unwrap_or_default()
}

/// The text of a cell: on one line, and defused when a spreadsheet would take it for a formula (OWASP, "CSV
/// injection").
fn cell(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        _ => text,
    }
}

fn value(field: Option<&Field>) -> String {
    field
        .filter(|f| f.status != "unreadable")
        .and_then(|f| f.value.clone())
        .unwrap_or_default()
}

fn values<'a>(fields: impl Iterator<Item = &'a Field>) -> String {
    let all: Vec<_> = fields
        .map(|f| value(Some(f)))
        .filter(|v| !v.is_empty())
        .collect();
    all.join("; ")
}

#[cfg(test)]
mod tests {
    use super::super::record::{Deadline, Signer};
    use super::*;

    fn field(value: &str) -> Field {
        Field {
            value: Some(value.to_owned()),
            status: "read".to_owned(),
            ..Field::default()
        }
    }

    fn sample() -> Record {
        let mut r = Record {
            document_index: 1,
            document_count: 1,
            number: Some(Field {
                value: Some("12".into()),
                status: "unreadable".into(),
                ..Field::default()
            }),
            issuers: vec![field("Sở Nội vụ"), field("Sở Tài chính")],
            signers: vec![Signer {
                name: field("=HYPERLINK(1)"),
                ..Signer::default()
            }],
            ..Record::default()
        };
        let until = |iso: &str| Task {
            deadline: Some(Deadline {
                iso: Some(iso.into()),
                ..Deadline::default()
            }),
            ..Task::default()
        };
        r.tasks = vec![until("2025-05-01"), until("2025-04-01")];
        r
    }

    fn cell_of(r: &Record, column: &str) -> String {
        let beside = Beside {
            text: "a.txt",
            record: "a.json",
            edits: 3,
            doubtful: 0,
        };
        let k = RECORD_COLUMNS.iter().position(|c| *c == column);
        record_row(r, &beside)[k.expect("column")].clone()
    }

    #[test]
    fn a_row_has_a_cell_for_each_column() {
        let r = sample();
        assert_eq!(cell_of(&r, "sha256"), "");
        assert_eq!(cell_of(&r, "record"), "a.json");
        assert_eq!(cell_of(&r, "issuers"), "Sở Nội vụ; Sở Tài chính");
        assert_eq!(cell_of(&r, "next_deadline"), "2025-04-01");
        assert_eq!(cell_of(&r, "edits"), "3");
        for row in task_rows(&r) {
            assert_eq!(row.len(), TASK_COLUMNS.len());
        }
    }

    #[test]
    fn an_unreadable_value_is_named_and_not_shown() {
        let r = sample();
        assert_eq!(cell_of(&r, "number"), "");
        assert_eq!(cell_of(&r, "unreadable"), "number");
    }

    #[test]
    fn formulas_are_defused_and_cells_stay_on_one_line() {
        let bytes = row(&["=1+1", "@SUM", "-5", "a\nb", "x,\"y\""]);
        let text = String::from_utf8(bytes).expect("utf-8");
        assert_eq!(text, "'=1+1,'@SUM,'-5,a b,\"x,\"\"y\"\"\"\r\n");
    }
}
