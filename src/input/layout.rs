//! Words on pages to lines of text.
//!
//! An engine writes the columns of a head or foot one after the other, or runs them together; the boxes say how the
//! page is. What stands at one height becomes one line, and where the paper is empty between two words a tab says
//! that a column ends. Blank lines stand where the paper has them.

mod running;

use super::text;
use crate::document::{Area, Ground, Span, Text, TextBuilder, Word};

/// A word as a format gives it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawWord {
    /// Its text, as the engine wrote it.
    pub text: String,
    /// Its bytes in the file.
    pub span: Option<Span>,
    /// Its box.
    pub area: Area,
    /// How sure the engine was, 0 to 1.
    pub confidence: Option<f32>,
}

/// A line of one column.
pub(super) type RawLine = Vec<RawWord>;

/// A page: its lines in the order of the engine.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct RawPage {
    /// The lines.
    pub lines: Vec<RawLine>,
    /// Width and height; 0 where the file does not say.
    pub size: [u32; 2],
}

impl RawPage {
    /// A page of this size without lines.
    pub fn sized(size: [u32; 2]) -> Self {
        let lines = Vec::new();
        Self { lines, size }
    }
}

/// Between two words of one line, so many heights of a letter are a column's end.
const COLUMN: f64 = 1.6;
/// The same between two lines that the engine took for separate.
const APART: f64 = 0.9;
/// So many heights between two lines are a blank line.
const BLANK: f64 = 0.9;
/// Of the lines beside one another so many are compared with a further one; no page has as many columns.
const COLUMNS: usize = 64;
/// A line whose words are less sure than this on average stands alone.
const DEBRIS: f32 = 0.5;

/// What stands at one height, from left to right.
type Row = Vec<Line>;

/// The text of `pages` and its words. Pages begin with a form feed, but for the first; what runs along the edges of
/// the pages stands behind the last one, so that it cuts no sentence in two.
pub(super) fn document(pages: Vec<RawPage>) -> (Text, Ground) {
    let lines = |p: RawPage| p.lines.into_iter().filter_map(Line::new).collect();
    let mut pages: Vec<Vec<Row>> = pages.into_iter().map(|p| rows(lines(p))).collect();
    let running = running::take(&mut pages);
    let mut read = String::new();
    let mut words = Vec::new();
    for (k, page) in pages.into_iter().enumerate() {
        if k > 0 {
            read.push('\u{C}');
        }
        write(page, k + 1, &mut read, &mut words);
    }
    for (k, (page, row)) in running.into_iter().enumerate() {
        if k == 0 {
            read.push('\u{C}');
        }
        write(vec![row], page + 1, &mut read, &mut words);
    }
    (TextBuilder::plain(&read), Ground::Pages(read, words))
}

fn write(rows: Vec<Row>, number: usize, read: &mut String, words: &mut Vec<Word>) {
    let height = median(rows.iter().flatten().map(|l| l.height).collect());
    let mut before: Option<f64> = None;
    for row in rows {
        let top = row.iter().map(|l| l.top).fold(f64::MAX, f64::min);
        let bottom = row.iter().map(|l| l.bottom).fold(0.0, f64::max);
        if before.is_some_and(|b| top - b > BLANK * height) {
            read.push('\n');
        }
        before = Some(bottom);
        let mut end: Option<(u32, usize)> = None;
        for (column, line) in row.into_iter().enumerate() {
            for w in line.words {
                let clean = text::cleaned(&w.text);
                let clean = clean.as_str().trim();
                if clean.is_empty() {
                    continue;
                }
                if let Some((right, last)) = end {
                    let gap = f64::from(w.area[0]) - f64::from(right);
                    let wide = if last == column { COLUMN } else { APART };
                    read.push(if gap > wide * line.height { '\t' } else { ' ' });
                }
                let start = read.len();
                // What was one word stays one, whatever stands in it.
                read.extend(clean.chars().map(|c| if c == '\n' { ' ' } else { c }));
                words.push(Word {
                    range: start..read.len(),
                    span: w.span,
                    page: number,
                    area: w.area,
                    confidence: w.confidence,
                });
                end = Some((w.area[2], column));
            }
        }
        read.push('\n');
    }
}

struct Line {
    words: Vec<RawWord>,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    /// Of most of its words.
    height: f64,
    /// Whether the engine itself thinks that it read no words there: a seal, a rule, a pen.
    debris: bool,
}

impl Line {
    fn new(mut words: RawLine) -> Option<Self> {
        let high = |w: &RawWord| f64::from(w.area[3]) - f64::from(w.area[1]);
        let height = median(words.iter().map(high).collect());
        words.retain(|w| !w.text.trim().is_empty());
        // Some engines give a word the box of the whole page.
        let plain = |w: &&RawWord| high(w) <= 4.0 * height;
        let of = |k: usize| {
            words
                .iter()
                .filter(plain)
                .map(move |w| f64::from(w.area[k]))
        };
        let line = Self {
            left: of(0).fold(f64::MAX, f64::min),
            right: of(2).fold(0.0, f64::max),
            top: median(of(1).collect()),
            bottom: median(of(3).collect()),
            height: height.max(1.0),
            debris: mean(&words) < DEBRIS,
            words: Vec::new(),
        };
        (!words.is_empty()).then_some(Self { words, ..line })
    }

    /// Share of the lower of the two heights that both have in common.
    fn level(&self, other: &Line) -> f64 {
        let common = self.bottom.min(other.bottom) - self.top.max(other.top);
        let lower = (self.bottom - self.top).min(other.bottom - other.top);
        common / lower.max(1.0)
    }
}

/// Lines beside each other in one row, from left to right; rows from top to bottom.
fn rows(mut lines: Vec<Line>) -> Vec<Row> {
    lines.sort_by(|a, b| (a.top + a.bottom).total_cmp(&(b.top + b.bottom)));
    let mut rows: Vec<Row> = Vec::new();
    for line in lines {
        // On a page that is not straight the nearest line of the row is the one to compare with.
        let distance = |l: &Line| (l.left - line.right).max(line.left - l.right);
        let fits = |row: &Row| {
            let nearest = row
                .iter()
                .rev()
                .take(COLUMNS)
                .min_by(|a, b| distance(a).total_cmp(&distance(b)));
            let beside = |l: &Line| distance(l) > 0.0 && l.level(&line) > 0.5;
            nearest.is_some_and(|l| !l.debris && !line.debris && beside(l))
        };
        let from = rows.len().saturating_sub(6);
        match rows[from..].iter().rposition(fits) {
            Some(k) => rows[from + k].push(line),
            None => rows.push(vec![line]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.left.total_cmp(&b.left));
    }
    rows
}

/// Mean confidence; 1 where the engine says nothing.
fn mean(words: &[RawWord]) -> f32 {
    let all = words.iter().map(|w| w.confidence.unwrap_or(1.0));
    all.sum::<f32>() / words.len().max(1) as f32
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, left: u32, top: u32) -> RawWord {
        let right = left + 10 * text.chars().count() as u32;
        RawWord {
            text: text.to_owned(),
            span: None,
            area: [left, top, right, top + 20],
            confidence: None,
        }
    }

    fn read(lines: Vec<RawLine>) -> String {
        document(vec![RawPage {
            lines,
            ..RawPage::default()
        }])
        .0
        .as_str()
        .to_owned()
    }

    #[test]
    fn columns_stand_beside_each_other() {
        let text = read(vec![
            vec![word("ỦY", 0, 0), word("BAN", 30, 1)],
            vec![word("Số:", 0, 30), word("12/UBND", 40, 30)],
            vec![word("CỘNG", 400, 4), word("HÒA", 450, 5)],
            vec![
                word("Kính", 100, 100),
                word("gửi:", 150, 100),
                word("Sở", 300, 101),
            ],
        ]);
        assert_eq!(text, "ỦY BAN\tCỘNG HÒA\nSố: 12/UBND\n\nKính gửi:\tSở\n");
    }

    #[test]
    fn what_runs_along_the_edges_stands_behind_the_text() {
        let spread = |text: &str, top| -> RawLine {
            let place = |(k, w): (usize, &str)| word(w, 55 * k as u32, top);
            text.split(' ').enumerate().map(place).collect()
        };
        let page = |number: &str, body: [&str; 3]| {
            let mut lines = vec![spread("CÔNG BÁO", 0)];
            let rows = body.iter().enumerate();
            lines.extend(rows.map(|(k, b)| spread(b, 60 + 30 * k as u32)));
            lines.push(spread(number, 400));
            RawPage {
                lines,
                ..RawPage::default()
            }
        };
        let text = |pages: &[RawPage]| document(pages.to_vec()).0.as_str().to_owned();
        let two = [
            page("1", ["một", "hai", "ba"]),
            page("2", ["bốn", "năm", "sáu"]),
        ];
        let read = text(&two).replace("\n\n", "\n").replace('\t', " ");
        assert_eq!(
            read,
            "một\nhai\nba\n\u{C}bốn\nnăm\nsáu\n\u{C}CÔNG BÁO\n1\nCÔNG BÁO\n2\n"
        );
        // Two letters of one office begin alike in more rows than a running head has.
        let letters = [
            page("a", ["SỞ NỘI", "Số 12", "xin"]),
            page("b", ["SỞ NỘI", "Số 13", "gửi"]),
        ];
        assert!(text(&letters).starts_with("CÔNG"));
    }

    #[test]
    fn words_know_their_places() {
        let pages = [vec![vec![word("a", 5, 5)]], vec![vec![word("b c", 7, 7)]]];
        let pages = pages.map(|lines| RawPage {
            lines,
            ..RawPage::default()
        });
        let pages = pages.into();
        let (text, ground) = document(pages);
        assert_eq!(text.as_str(), "a\n\u{C}b c\n");
        let Ground::Pages(_, words) = ground else {
            panic!("no pages")
        };
        assert_eq!((words[1].range.clone(), words[1].page), (3..6, 2));
        assert_eq!(document(Vec::new()).0.as_str(), "");
    }
}
