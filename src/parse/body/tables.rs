//! Tables of plans: what is to be done, who leads, who helps, by when.
//!
//! ```text
//! table  = head {row}
//! head   = ["TT"] content lead ["phối hợp"] [time]       on one line or, wrapped, on several
//! row    = cell {("|" | wide gap) cell}                   with rules, or aligned under the head
//! ```
//!
//! A table is told by its head: a column for the content and one for who leads or carries it out. Columns are the
//! cells between rules, or what stands under the words of the head. A row begins with its number or, without numbers,
//! wherever its content begins anew; what stands below in the same columns goes on with it. Rows without anybody who
//! leads are headings, unless the cell above them spans several rows.

use super::super::Page;
use super::super::dispatch::TextRange;
use super::super::fold;
use super::super::zones::{Cell, ZoneLine};
use super::paragraphs::Paragraph;
use crate::parse::pattern::{Pattern, pattern};
use std::ops::Range;
use std::sync::LazyLock;

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Number,
    Content,
    Lead,
    Help,
    Time,
    Other,
}

/// A row of a table: its cells as texts of their own.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its number, as printed.
    pub label: Option<String>,
    /// What is to be done.
    pub content: Paragraph,
    /// Who leads or carries it out.
    pub lead: Option<Paragraph>,
    /// Who helps.
    pub help: Option<Paragraph>,
    /// By when.
    pub time: Option<Paragraph>,
}

/// A table of tasks.
#[derive(Debug, Clone)]
pub struct Table {
    /// Lines of the text that it takes.
    pub lines: Range<usize>,
    /// Its rows, headings left out.
    pub rows: Vec<Row>,
}

static CONTENT: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\b(?:noi dung|nhiem vu|cong viec|hoat dong|ten (?:nhiem vu|cong viec)|dau viec|viec can lam)\b",
    )
});
static LEAD: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\b(?:chu tri|chu tri thuc hien|(?:don vi|co quan|nguoi|bo phan|phong|to chuc) (?:thuc hien|phu trach|duoc giao|chiu trach nhiem)|phan cong|phu trach|trach nhiem)\b",
    )
});
static HELP: LazyLock<Pattern> = LazyLock::new(|| pattern(r"\bphoi hop\b"));
static TIME: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(r"\b(?:thoi (?:gian|han|diem)|han hoan thanh|hoan thanh|tien do|ngay hoan thanh)\b")
});
static NUMBER: LazyLock<Pattern> = LazyLock::new(|| pattern(r"^(?:tt|stt|so tt|so thu tu)\.?$"));
static LABEL: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"^(?:\d{1,2}(?:\.\d{1,2}){0,2}|[ivx]{1,4}|[a-h])[.)]?$"));

/// A cell of one line: columns of characters it covers, and its bytes of the text.
#[derive(Debug, Clone)]
struct CellAt {
    from: usize,
    to: usize,
    range: TextRange,
}

/// The tables of tasks in the body and in what is attached to the dispatch.
pub fn find(page: &Page<'_>) -> Vec<Table> {
    let lines = lines(page);
    let mut out = Vec::new();
    let mut k = 0;
    while k < lines.len() {
        match read(page, &lines[k..]) {
            Some((table, used)) => {
                out.push(table);
                k += used.max(1);
            }
            None => k += 1,
        }
    }
    out
}

/// One line of the page: its number, its bytes, and whether it can belong to a table.
struct Line {
    number: usize,
    range: TextRange,
    inside: bool,
}

fn lines(page: &Page<'_>) -> Vec<Line> {
    let outside = |l: &&ZoneLine| {
        matches!(
            l.cell,
            Cell::Signature
                | Cell::Copies
                | Cell::Archive
                | Cell::Motto
                | Cell::Number
                | Cell::Recipients
        )
    };
    // In the order of their numbers.
    let outside: Vec<usize> = page.lines.iter().filter(outside).map(|l| l.line).collect();
    let line = |(number, range)| Line {
        number,
        range,
        inside: outside.binary_search(&number).is_err(),
    };
    page.whole_lines().map(line).collect()
}

/// The cells of a line: between rules, or between gaps of two spaces and more.
fn cells(text: &str, range: &TextRange) -> Vec<CellAt> {
    let s = &text[range.clone()];
    let ruled = s.contains('|');
    let mut out: Vec<CellAt> = Vec::new();
    let mut start: Option<(usize, usize)> = None;
    let mut last = (0, 0);
    let mut spaces = 0;
    let mut end_cell = |start: &mut Option<(usize, usize)>, last: (usize, usize)| {
        if let Some((from, byte)) = start.take() {
            out.push(CellAt {
                from,
                to: last.0,
                range: range.start + byte..range.start + last.1,
            });
        }
    };
    for (column, (k, c)) in s.char_indices().enumerate() {
        if ruled && c == '|' || c == '\t' {
            end_cell(&mut start, last);
            spaces = 0;
        } else if c.is_whitespace() {
            spaces += 1;
            if !ruled && spaces > 1 {
                end_cell(&mut start, last);
            }
        } else {
            if start.is_none() {
                start = Some((column, k));
            }
            last = (column + 1, k + c.len_utf8());
            spaces = 0;
        }
    }
    end_cell(&mut start, last);
    out
}

/// The cells between the rules of a line, empty ones included.
fn ruled(text: &str, range: &TextRange) -> Vec<TextRange> {
    let s = &text[range.clone()];
    let trimmed = s.trim_end();
    let inner = trimmed.trim_start().trim_start_matches('|');
    let start = range.start + trimmed.len() - inner.len();
    let inner = inner.trim_end_matches('|');
    let mut at = start;
    let mut out = Vec::new();
    for part in inner.split('|') {
        let front = part.len() - part.trim_start().len();
        out.push(at + front..at + front + part.trim().len());
        at += part.len() + 1;
    }
    out
}

fn kind(heading: &str) -> Column {
    let f = fold::fold(heading);
    let f = f.split_whitespace().collect::<Vec<_>>().join(" ");
    if NUMBER.is_match(&f) {
        Column::Number
    } else if HELP.is_match(&f) && !f.contains("chu tri") {
        Column::Help
    } else if TIME.is_match(&f) {
        Column::Time
    } else if LEAD.is_match(&f) {
        Column::Lead
    } else if CONTENT.is_match(&f) {
        Column::Content
    } else {
        Column::Other
    }
}

/// Whether the columns make a table of tasks.
fn is_plan(columns: &[Column]) -> bool {
    let count = |c: Column| columns.iter().filter(|k| **k == c).count();
    let clear = count(Column::Content) == 1 && count(Column::Lead) == 1;
    clear && (count(Column::Time) + count(Column::Help) + count(Column::Number) > 0)
}

/// A table that begins with the first of `lines`, and how many of them it takes.
fn read(page: &Page<'_>, lines: &[Line]) -> Option<(Table, usize)> {
    let first = lines.first().filter(|l| l.inside)?;
    let s = &page.text[first.range.clone()];
    let barred = s.matches('|').count() >= 2;
    let mut spaces = 0;
    let wide = |c: char| {
        spaces = if fold::fold_char(c) == ' ' {
            spaces + 1
        } else {
            0
        };
        spaces == 3
    };
    if !(barred || s.contains('\t') || s.chars().any(wide)) {
        return None;
    }
    if ![&CONTENT, &LEAD, &TIME, &HELP, &NUMBER].iter().any(|r| {
        cells(page.text, &first.range)
            .iter()
            .any(|c| r.is_match(&fold::fold(&page.text[c.range.clone()])))
    }) {
        return None;
    }
    if barred {
        read_ruled(page, lines)
    } else {
        read_aligned(page, lines)
    }
}

/// A table with rules; its head may take several lines.
fn read_ruled(page: &Page<'_>, lines: &[Line]) -> Option<(Table, usize)> {
    const HEAD: usize = 3;
    let width = ruled(page.text, &lines[0].range).len();
    let mut heads: Vec<String> = vec![String::new(); width];
    let mut found = None;
    for (n, line) in lines.iter().take(HEAD).enumerate() {
        let parts = ruled(page.text, &line.range);
        if parts.len() != width {
            break;
        }
        for (head, part) in heads.iter_mut().zip(&parts) {
            head.push(' ');
            head.push_str(&page.text[part.clone()]);
        }
        let columns: Vec<Column> = heads.iter().map(|h| kind(h.trim())).collect();
        if is_plan(&columns) {
            found = Some((n + 1, columns));
        }
        let begun = parts
            .first()
            .is_some_and(|p| LABEL.is_match(&fold::fold(page.text[p.clone()].trim())));
        if begun || found.is_some() {
            break;
        }
    }
    let (mut used, columns) = found?;
    let body = used;
    let mut rows: Vec<Vec<Vec<TextRange>>> = Vec::new();
    let mut blank = 0;
    while let Some(line) = lines.get(used) {
        let s = page.text[line.range.clone()].trim();
        if s.is_empty() && blank == 0 {
            blank += 1;
            used += 1;
            continue;
        }
        let rule = !s.is_empty()
            && s.chars()
                .all(|c| matches!(c, '|' | '-' | '+' | ':' | '=' | ' ' | '_'));
        if rule {
            used += 1;
            continue;
        }
        let parts = ruled(page.text, &line.range);
        if !s.contains('|') || parts.len() != width || !line.inside {
            break;
        }
        blank = 0;
        place(page, &columns, parts, &mut rows);
        used += 1;
    }
    finish(page, lines, body, used, &columns, rows)
}

/// A table whose columns are told by where the words of its head begin.
fn read_aligned(page: &Page<'_>, lines: &[Line]) -> Option<(Table, usize)> {
    const HEAD: usize = 4;
    let mut heads: Vec<(usize, usize, String)> = Vec::new();
    let mut found = None;
    for (n, line) in lines.iter().take(HEAD).enumerate() {
        let parts = cells(page.text, &line.range);
        let begun = parts
            .first()
            .is_some_and(|c| LABEL.is_match(&fold::fold(&page.text[c.range.clone()])));
        if begun || (n > 0 && parts.is_empty()) {
            break;
        }
        for c in parts {
            let word = &page.text[c.range.clone()];
            match heads
                .iter_mut()
                .find(|(from, to, _)| c.from < *to + 1 && *from < c.to + 1)
            {
                Some((from, to, head)) => {
                    (*from, *to) = ((*from).min(c.from), (*to).max(c.to));
                    head.push(' ');
                    head.push_str(word);
                }
                None => heads.push((c.from, c.to, word.to_owned())),
            }
        }
        heads.sort_by_key(|h| h.0);
        let columns: Vec<Column> = heads.iter().map(|h| kind(&h.2)).collect();
        if is_plan(&columns) {
            found = Some((n + 1, columns));
        } else if found.is_some() {
            break;
        }
    }
    let (mut used, columns) = found?;
    let body = used;
    let mut rows: Vec<Vec<Vec<TextRange>>> = Vec::new();
    let mut blank = 0;
    while let Some(line) = lines.get(used) {
        let parts = cells(page.text, &line.range);
        if parts.is_empty() {
            blank += 1;
            used += 1;
            if blank > 2 {
                break;
            }
            continue;
        }
        if !line.inside || !under(&parts, &heads) {
            break;
        }
        blank = 0;
        let mut row: Vec<TextRange> = vec![line.range.end..line.range.end; columns.len()];
        for c in parts {
            let at = nearest(&c, &heads);
            let old = &mut row[at];
            *old = if old.start == old.end {
                c.range
            } else {
                old.start..c.range.end
            };
        }
        place(page, &columns, row, &mut rows);
        used += 1;
    }
    finish(page, lines, body, used, &columns, rows)
}

/// Whether the cells of a line stand under the columns rather than across them.
fn under(parts: &[CellAt], heads: &[(usize, usize, String)]) -> bool {
    parts.iter().all(|c| {
        let begun = heads
            .iter()
            .filter(|h| h.0 > c.from + 1 && h.0 + 2 < c.to)
            .count();
        begun == 0 || (begun == 1 && parts.len() > 1)
    })
}

/// The column whose words stand nearest above the cell.
fn nearest(c: &CellAt, heads: &[(usize, usize, String)]) -> usize {
    let gap = |h: &(usize, usize, String)| {
        let overlap = c.to.min(h.1).saturating_sub(c.from.max(h.0));
        let distance = if overlap > 0 {
            0
        } else {
            c.from.abs_diff(h.0).min(c.from.abs_diff(h.1))
        };
        (usize::from(overlap == 0), distance, usize::MAX - overlap)
    };
    (0..heads.len())
        .min_by_key(|k| gap(&heads[*k]))
        .unwrap_or(0)
}

/// Puts the cells of a line into a new row, or behind those of the row before.
fn place(
    page: &Page<'_>,
    columns: &[Column],
    parts: Vec<TextRange>,
    rows: &mut Vec<Vec<Vec<TextRange>>>,
) {
    let text = |c: Column| {
        let k = columns.iter().position(|k| *k == c)?;
        parts.get(k).map(|r| page.text[r.clone()].trim())
    };
    let numbered = columns.contains(&Column::Number);
    let begins = if numbered {
        text(Column::Number).is_some_and(|s| LABEL.is_match(&fold::fold(s)))
    } else {
        let upper = text(Column::Content)
            .is_some_and(|s| s.starts_with(char::is_uppercase) || s.starts_with(['-', '+']));
        upper && text(Column::Lead).is_some_and(|s| !s.is_empty())
    };
    if begins || rows.is_empty() {
        rows.push(
            parts
                .into_iter()
                .map(|r| if r.is_empty() { Vec::new() } else { vec![r] })
                .collect(),
        );
        return;
    }
    if let Some(last) = rows.last_mut() {
        for (cell, r) in last.iter_mut().zip(parts) {
            if !r.is_empty() {
                cell.push(r);
            }
        }
    }
}

/// The rows as texts; a lead that spans rows holds for those below it.
fn finish(
    page: &Page<'_>,
    lines: &[Line],
    body: usize,
    used: usize,
    columns: &[Column],
    rows: Vec<Vec<Vec<TextRange>>>,
) -> Option<(Table, usize)> {
    let cell = |row: &[Vec<TextRange>], c: Column| {
        let k = columns.iter().position(|k| *k == c)?;
        let ranges = row.get(k).filter(|r| !r.is_empty())?;
        let p = Paragraph::of_lines(page.text, ranges);
        (p.folded.bytes().any(|b| b.is_ascii_alphanumeric())).then_some(p)
    };
    let mut out: Vec<Row> = Vec::new();
    for row in &rows {
        let Some(content) = cell(row, Column::Content) else {
            continue;
        };
        let label =
            cell(row, Column::Number).map(|p| p.text.trim_end_matches(['.', ')']).to_owned());
        let (lead, help, time) = (
            cell(row, Column::Lead),
            cell(row, Column::Help),
            cell(row, Column::Time),
        );
        let roman = label
            .as_deref()
            .is_some_and(|l| l.starts_with(|c: char| c.is_ascii_alphabetic()));
        if lead.is_none() && (roman || time.is_none() && help.is_none()) {
            continue;
        }
        let lead = lead.or_else(|| out.last().and_then(|r| r.lead.clone()));
        out.push(Row {
            label,
            content,
            lead,
            help,
            time,
        });
    }
    if out.is_empty() || rows.len() < body.min(1) {
        return None;
    }
    let end = lines
        .get(used)
        .map_or(lines[used - 1].number + 1, |l| l.number);
    let lines = lines[0].number..end;
    Some((Table { lines, rows: out }, used))
}
