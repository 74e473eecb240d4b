//! `records.xlsx`: the tables for people who live in a spreadsheet. Dates are dates, the file's name is a link to its
//! text, heads stay in sight and filter, and what is doubtful has a sheet of its own.
//!
//! Rows and links go to files as they come, so memory does not grow with the batch. Text cells hold text, so nothing in
//! them is taken for a formula.

mod links;

use std::borrow::Cow;
use std::fs::File;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::csv::{self, Beside, RECORD_COLUMNS, TASK_COLUMNS};
use super::record::{Record, Spans};
use links::Links;

/// Rows a sheet may hold, its head included.
const MOST_ROWS: u32 = 1_048_576;
/// What the last of them says when there are more.
const REST: &str = "a sheet holds no more rows: the rest stands in records.jsonl and the CSV files";
/// Characters a cell may hold.
const MOST_CHARACTERS: usize = 32_767;

/// Columns of the sheet of references: one row a document cited.
const REFERENCE_COLUMNS: [&str; 11] = [
    "file",
    "document",
    "reference",
    "role",
    "type",
    "number",
    "symbol",
    "date",
    "issuer",
    "title",
    "confidence",
];

/// Columns of the sheet of doubtful values: fields that could not be read, words that may be wrong.
const DOUBT_COLUMNS: [&str; 7] = [
    "file",
    "document",
    "what",
    "line",
    "as_read",
    "confidence",
    "may_be",
];

/// How a column is shown.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    Text,
    Number,
    Date,
    Link,
}

fn look(column: &str) -> Look {
    match column {
        "date" | "next_deadline" | "deadline" | "issued" => Look::Date,
        "references" | "tasks" | "edits" | "doubtful" | "line" | "confidence" => Look::Number,
        "file" => Look::Link,
        _ => Look::Text,
    }
}

fn width(column: &str) -> f64 {
    match column {
        "subject" | "action" | "title" => 60.0,
        "file" | "issuers" | "recipients" | "copies" | "assignees" | "may_be" => 32.0,
        "document" | "line" | "task" | "reference" | "confidence" | "edits" | "doubtful" => 10.0,
        _ => 16.0,
    }
}

struct Sheet {
    sheet: Worksheet,
    columns: &'static [&'static str],
    row: u32,
    most_rows: u32,
    links: Links,
}

/// The workbook as it grows.
pub struct Tables {
    workbook: Workbook,
    sheets: [Sheet; 4],
    looks: Looks,
    scratch: PathBuf,
}

/// Formats of cells.
struct Looks {
    date: Format,
    link: Format,
}

impl Tables {
    /// Begins the workbook; what it holds is kept in files in `scratch` until it is saved.
    ///
    /// # Errors
    /// When `scratch` cannot be written.
    pub fn new(scratch: &Path) -> Result<Self, XlsxError> {
        Self::of_rows(MOST_ROWS, scratch)
    }

    /// The same for sheets that may hold so many rows.
    fn of_rows(most_rows: u32, scratch: &Path) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(scratch)?;
        // A fixed day: the same records give the same bytes.
        let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&day));
        let head = Format::new()
            .set_bold()
            .set_background_color(Color::RGB(0xE7_EEEE))
            .set_border_bottom(FormatBorder::Thin);
        let mut begin = |name: &str, columns: &'static [&'static str]| {
            let mut sheet = workbook.new_worksheet_with_constant_memory();
            sheet.set_name(name)?;
            sheet.set_freeze_panes(1, 1)?;
            for (k, column) in (0u16..).zip(columns) {
                sheet.set_column_width(k, width(column))?;
            }
            for (k, column) in (0u16..).zip(columns) {
                sheet.write_string_with_format(0, k, *column, &head)?;
            }
            Ok::<_, XlsxError>(Sheet {
                sheet,
                columns,
                row: 1,
                most_rows,
                links: Links::new(scratch)?,
            })
        };
        let sheets = [
            begin("records", &RECORD_COLUMNS)?,
            begin("tasks", &TASK_COLUMNS)?,
            begin("references", &REFERENCE_COLUMNS)?,
            begin("doubtful", &DOUBT_COLUMNS)?,
        ];
        let looks = Looks {
            date: Format::new().set_num_format("dd/mm/yyyy"),
            link: Format::new().set_hyperlink(),
        };
        Ok(Self {
            workbook,
            sheets,
            looks,
            scratch: scratch.to_owned(),
        })
    }

    /// Adds one record.
    ///
    /// # Errors
    /// When the system cannot write.
    pub fn add(&mut self, record: &Record, beside: &Beside<'_>) -> Result<(), XlsxError> {
        let [records, tasks, references, doubts] = &mut self.sheets;
        let link = beside.text;
        records.add(&csv::record_row(record, beside), link, &self.looks)?;
        for row in csv::task_rows(record) {
            tasks.add(&row, link, &self.looks)?;
        }
        for row in reference_rows(record) {
            references.add(&row, link, &self.looks)?;
        }
        for row in doubt_rows(record) {
            doubts.add(&row, link, &self.looks)?;
        }
        Ok(())
    }

    /// Writes the workbook to `path`.
    ///
    /// # Errors
    /// When the system cannot write.
    pub fn save(mut self, path: &Path) -> Result<(), XlsxError> {
        let mut all = Vec::new();
        for mut one in self.sheets {
            let last = u16::try_from(one.columns.len()).unwrap_or(1) - 1;
            one.sheet.autofilter(0, 0, (one.row - 1).max(1), last)?;
            self.workbook.push_worksheet(one.sheet);
            all.push(one.links);
        }
        let mut plain = tempfile::tempfile_in(&self.scratch)?;
        self.workbook.save_to_writer(&mut plain)?;
        links::insert(plain, File::create(path)?, &mut all)?;
        Ok(())
    }
}

impl Sheet {
    /// Adds a row; one that the format has no place for is left out, and the last row says so.
    fn add(&mut self, cells: &[String], path: &str, looks: &Looks) -> Result<(), XlsxError> {
        if self.row + 1 >= self.most_rows {
            if self.row + 1 == self.most_rows {
                self.sheet.write_string(self.row, 0, REST)?;
                self.row += 1;
            }
            return Ok(());
        }
        for (k, (column, cell)) in (0u16..).zip(self.columns.iter().zip(cells)) {
            if cell.is_empty() {
                continue;
            }
            let text: Cow<str> = match cell.len() > MOST_CHARACTERS {
                true => cell.chars().take(MOST_CHARACTERS).collect(),
                false => cell.into(),
            };
            let (sheet, look) = (&mut self.sheet, look(column));
            let day = (look == Look::Date).then(|| full_date(cell)).flatten();
            let number = (look == Look::Number).then(|| cell.parse::<f64>());
            match (look, day, number) {
                (Look::Date, Some(day), _) => {
                    sheet.write_datetime_with_format(self.row, k, &day, &looks.date)?;
                }
                (Look::Number, _, Some(Ok(n))) => {
                    sheet.write_number(self.row, k, n)?;
                }
                (Look::Link, ..) if self.links.add(self.row, path)? => {
                    sheet.write_string_with_format(self.row, k, text, &looks.link)?;
                }
                _ => {
                    sheet.write_string(self.row, k, text)?;
                }
            }
        }
        self.row += 1;
        Ok(())
    }
}

/// A day as precise as a spreadsheet needs; 1900 is the first year it knows.
fn full_date(iso: &str) -> Option<ExcelDateTime> {
    let day: jiff::civil::Date = (iso.len() == 10).then(|| iso.parse().ok())??;
    let (year, month, day) = (day.year(), day.month(), day.day());
    let year = u16::try_from(year).ok().filter(|y| *y > 1900)?;
    let [month, day] = [month, day].map(|n| u8::try_from(n).unwrap_or_default());
    ExcelDateTime::from_ymd(year, month, day).ok()
}

fn reference_rows(r: &Record) -> Vec<Vec<String>> {
    let row = |(k, x): (usize, &super::record::Reference)| {
        let text = |s: &Option<String>| s.clone().unwrap_or_default();
        vec![
            r.source.file.clone(),
            csv::document(r),
            (k + 1).to_string(),
            text(&x.role),
            text(&x.kind),
            text(&x.number),
            text(&x.symbol),
            text(&x.date),
            text(&x.issuer),
            text(&x.title),
            x.confidence.to_string(),
        ]
    };
    r.references.iter().enumerate().map(row).collect()
}

fn doubt_rows(r: &Record) -> Vec<Vec<String>> {
    let row = |what: &str, line: String, raw: &str, confidence: f64, may_be: String| {
        let file = r.source.file.clone();
        let (what, raw) = (what.to_owned(), raw.to_owned());
        vec![
            file,
            csv::document(r),
            what,
            line,
            raw,
            confidence.to_string(),
            may_be,
        ]
    };
    let line = |span: Option<&Spans>| match span {
        Some(Spans::One(s)) => s.line_start.to_string(),
        Some(Spans::Several(s)) => s
            .first()
            .map_or(String::new(), |s| s.line_start.to_string()),
        None => String::new(),
    };
    let fields = csv::unreadable_fields(r).into_iter().map(|(name, f)| {
        let others: Vec<&str> = f.alternatives.iter().map(|a| a.value.as_str()).collect();
        let raw = f.raw.as_deref().unwrap_or_default();
        row(
            name,
            line(f.span.as_ref()),
            raw,
            f.confidence,
            others.join("; "),
        )
    });
    let words = r.quality.uncertain.iter().map(|u| {
        let others = u.alternatives.join("; ");
        row("word", u.line.to_string(), &u.token, u.confidence, others)
    });
    fields.chain(words).collect()
}

#[cfg(test)]
mod tests {
    use super::super::record::{Deadline, Field, Reference, Task, Uncertain};
    use super::*;
    use crate::invariants::documented;

    fn sample() -> Record {
        let mut r = Record {
            document_index: 1,
            document_count: 1,
            number: Some(Field {
                status: "unreadable".into(),
                raw: Some("Số: /".into()),
                ..Field::default()
            }),
            ..Record::default()
        };
        r.source.file = "a/b.txt".into();
        r.tasks = vec![Task {
            action: "=1+1 <nộp> & báo cáo".into(),
            deadline: Some(Deadline {
                iso: Some("2025-05-01".into()),
                ..Deadline::default()
            }),
            ..Task::default()
        }];
        r.references = vec![Reference {
            number: Some("007".into()),
            date: Some("2021-03".into()),
            ..Reference::default()
        }];
        r.quality.uncertain = vec![Uncertain {
            line: 4,
            token: "ve".into(),
            confidence: 0.5,
            alternatives: vec!["về".into(), "vẽ".into()],
            ..Uncertain::default()
        }];
        r
    }

    fn workbook() -> Vec<u8> {
        let dir = tempfile::tempdir().expect("folder");
        let mut tables = Tables::new(dir.path()).expect("workbook");
        let beside = Beside {
            text: "a/b.txt",
            record: "a/b.json",
            edits: 1,
            doubtful: 1,
        };
        tables.add(&sample(), &beside).expect("added");
        let path = dir.path().join("records.xlsx");
        tables.save(&path).expect("saved");
        std::fs::read(path).expect("file")
    }

    #[test]
    fn the_same_records_give_the_same_bytes() {
        let first = workbook();
        assert!(first.starts_with(b"PK"));
        assert_eq!(first, workbook());
    }

    /// The rows of a sheet: the text of the first cell of each.
    fn first_cells(path: &Path, sheet: usize) -> Vec<String> {
        let mut book = zip::ZipArchive::new(File::open(path).expect("book")).expect("zip");
        let mut part = |name: &str| {
            let mut text = String::new();
            let mut part = book.by_name(name).expect("part");
            std::io::Read::read_to_string(&mut part, &mut text).expect("text");
            text
        };
        let rows = part(&format!("xl/worksheets/sheet{sheet}.xml"));
        let cell = |row: &str| {
            let text = row.split("<t").nth(1)?.split_once('>')?.1;
            Some(text.split("</t>").next()?.to_owned())
        };
        rows.split("<row ").skip(1).filter_map(cell).collect()
    }

    /// The limit of 1,048,576 rows, set lower.
    #[test]
    fn a_sheet_that_is_full_says_where_the_rest_stands() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("records.xlsx");
        let beside = Beside {
            text: "a/b.txt",
            record: "a/b.json",
            edits: 1,
            doubtful: 1,
        };
        for (records, rows) in [(3, 4), (4, 5), (5, 5), (9, 5)] {
            let mut tables = Tables::of_rows(5, dir.path()).expect("workbook");
            for _ in 0..records {
                tables.add(&sample(), &beside).expect("added");
            }
            tables.save(&path).expect("saved");
            let cells = first_cells(&path, 1);
            assert_eq!(cells.len(), rows, "{records} records: {cells:?}");
            let full = records >= 4;
            assert_eq!(
                cells.last().is_some_and(|c| c == REST),
                full,
                "{records}: {cells:?}"
            );
            assert!(
                cells[1..rows - usize::from(full)]
                    .iter()
                    .all(|c| c == "a/b.txt"),
                "{cells:?}"
            );
        }
    }

    #[test]
    fn a_cell_holds_what_excel_takes_and_no_more() {
        let [limit, reason] = documented("cells of the workbook");
        let rows = MOST_ROWS.to_string();
        let rows = format!("{},{},{}", &rows[..1], &rows[1..4], &rows[4..]);
        let characters = MOST_CHARACTERS.to_string();
        let characters = format!("{},{}", &characters[..2], &characters[2..]);
        assert_eq!(
            limit,
            format!("what Excel takes: {rows} rows, {characters} characters")
        );
        assert_eq!(reason, "the last row says so");
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("records.xlsx");
        let mut tables = Tables::new(dir.path()).expect("workbook");
        let mut long = sample();
        long.source.file = "x".repeat(MOST_CHARACTERS + 1);
        let beside = Beside {
            text: "a/b.txt",
            record: "a/b.json",
            edits: 1,
            doubtful: 1,
        };
        tables.add(&long, &beside).expect("added");
        tables.save(&path).expect("saved");
        assert_eq!(first_cells(&path, 1)[1].len(), MOST_CHARACTERS);
    }

    #[test]
    fn doubts_are_fields_and_words() {
        let rows = doubt_rows(&sample());
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0][2..5], ["number", "", "Số: /"]);
        assert_eq!(rows[1][2..], ["word", "4", "ve", "0.5", "về; vẽ"]);
        assert!(rows.iter().all(|r| r.len() == DOUBT_COLUMNS.len()));
        assert_eq!(reference_rows(&sample())[0].len(), REFERENCE_COLUMNS.len());
    }

    #[test]
    fn only_whole_days_are_dates() {
        assert!(full_date("2025-05-01").is_some());
        assert!(full_date("2025-05").is_none() && full_date("2025-02-30").is_none());
        assert!(full_date("1899-05-01").is_none());
    }
}
