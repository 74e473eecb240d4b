//! Lines of the body joined to paragraphs.
//!
//! ```text
//! paragraph = [mark] text                      on as many lines as it needs
//! mark      = bullet | label | note
//! note      = n | "(" n ")"                       a footnote, or a row of a table
//! bullet    = "-" | "+" | "*" | "•"            and what OCR makes of them: "~", "–", "¬"
//! label     = "Phần" n | "Chương" n | "Mục" n | "Điều" n ["." | ":"]
//!           | roman ("." | "-" | "/" | ")")    I. II- III.
//!           | capital ("." | ")")              A. B.
//!           | n {"." n} ["." | "-" | "/" | ")" | ","]     1.  1.1  2-  3/
//!           | letter ("." | "/" | ")")         a) đ) b.
//! ```
//!
//! A paragraph is kept on one line, with a way back from its characters to the bytes of the text. It has two shadow
//! strings of one ASCII byte a character, without marks: `folded` in lower case and `cased` in the case of the page.
//! Patterns run on the shadows, so positions are characters everywhere in `body`.

use super::super::Page;
use super::super::dispatch::TextRange;
use super::super::fold::{cased, signless};
use super::super::zones::{Cell, ZoneLine};
use crate::parse::pattern::{Pattern, pattern};
use std::ops::Range;
use std::sync::LazyLock;

/// Style of a label; the order is the usual order of depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// Phần.
    Part,
    /// Chương.
    Chapter,
    /// Mục.
    Division,
    /// Điều.
    Article,
    /// `A.`
    Capital,
    /// `I.`
    Roman,
    /// `1.` has depth 1, `1.1` depth 2 ...
    Number(u8),
    /// `a)`
    Letter,
}

/// What a paragraph begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    None,
    /// A bullet: `-`, `+` or `*`.
    Bullet(char),
    /// A label, without its punctuation.
    Label(Style, String),
    /// A row of a table.
    Row,
    /// A number without punctuation: a footnote, or a row of a table that has lost its rules.
    Note,
}

/// A paragraph on one line.
#[derive(Debug, Clone)]
pub struct Paragraph {
    /// Its text, single spaces.
    pub text: String,
    /// Without marks, in lower case; one byte a character of `text`.
    pub folded: String,
    /// Without marks, in the case of the page; one byte a character of `text`.
    pub cased: String,
    /// What it begins with.
    pub mark: Mark,
    /// First character after the mark.
    pub content: usize,
    /// Byte of `text` where each character begins.
    at: Vec<usize>,
    /// Byte of the parsed text where each character begins.
    source: Vec<usize>,
    /// Lines it was joined from, as ranges of the parsed text.
    lines: Vec<TextRange>,
}

impl Paragraph {
    fn empty() -> Self {
        Self {
            text: String::new(),
            folded: String::new(),
            cased: String::new(),
            mark: Mark::None,
            content: 0,
            at: Vec::new(),
            source: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// A text of its own, without regard to its mark.
    pub fn single(text: &str) -> Self {
        let mut p = Self::empty();
        p.push(text, 0..text.len());
        p
    }

    /// The paragraph that these lines, or parts of lines, make up, without regard to its mark.
    pub fn of_lines(text: &str, ranges: &[TextRange]) -> Self {
        let mut p = Self::empty();
        for r in ranges {
            p.push(text, r.clone());
        }
        p
    }

    /// A paragraph of one line, without regard to its mark.
    #[cfg(test)]
    pub fn of_line(text: &str, range: TextRange) -> Self {
        let mut p = Self::empty();
        p.push(text, range);
        p
    }

    /// The same paragraph with its mark.
    #[cfg(test)]
    pub fn marked(mut self) -> Self {
        (self.mark, self.content) = mark(&self.cased, &self.text);
        self
    }

    /// Appends a line of the parsed text.
    fn push(&mut self, text: &str, range: TextRange) {
        let shadow = cased(&text[range.clone()]);
        self.push_line(text, range, &shadow);
    }

    /// Appends a line of the parsed text; `shadow` is the line without marks, in the case of the page.
    fn push_line(&mut self, text: &str, range: TextRange, shadow: &str) {
        let line = &text[range.clone()];
        if !self.text.is_empty() && !glued(&self.cased, line) {
            let before = self.lines.last().map_or(range.start, |l| l.end);
            self.push_space(before);
        }
        self.text.reserve(line.len());
        self.cased.reserve(shadow.len());
        for places in [&mut self.at, &mut self.source] {
            places.reserve(shadow.len());
        }
        // Word by word: byte and character where each begins.
        let mut begin = None;
        let end = (line.len(), ' ');
        for (n, (k, c)) in line.char_indices().chain([end]).enumerate() {
            if !c.is_whitespace() {
                begin.get_or_insert((k, n));
                continue;
            }
            let Some((byte, letter)) = begin.take() else {
                continue;
            };
            let source = range.start + byte;
            if byte > 0 && !self.text.is_empty() && !self.text.ends_with(' ') {
                self.push_space(source);
            }
            let (word, at) = (&line[byte..k], self.text.len());
            for (place, _) in word.char_indices() {
                self.at.push(at + place);
                self.source.push(source + place);
            }
            self.text.push_str(word);
            self.cased.push_str(&shadow[letter..n]);
        }
        let folded = self.folded.len();
        self.folded.push_str(&self.cased[folded..]);
        self.folded[folded..].make_ascii_lowercase();
        self.lines.push(range);
    }

    /// Appends a space that stands for what begins at `source`; the folded shadow follows with the rest of the line.
    fn push_space(&mut self, source: usize) {
        self.at.push(self.text.len());
        self.source.push(source);
        self.text.push(' ');
        self.cased.push(' ');
    }

    /// Number of characters.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// The characters `range` as text.
    pub fn str(&self, range: Range<usize>) -> &str {
        let byte = |k: usize| self.at.get(k).copied().unwrap_or(self.text.len());
        &self.text[byte(range.start.min(self.len()))..byte(range.end.max(range.start))]
    }

    /// Where the characters `range` stand in the parsed text; one range a line.
    pub fn ranges(&self, range: Range<usize>) -> Vec<TextRange> {
        let whole = self.range(range);
        (self.lines.iter())
            .map(|l| l.start.max(whole.start)..l.end.min(whole.end))
            .filter(|r| r.start < r.end)
            .collect()
    }

    /// The stretch of the parsed text from the first to the last of the characters `range`.
    pub fn range(&self, range: Range<usize>) -> TextRange {
        let end = range.end.min(self.len());
        let (Some(&a), Some(k)) = (self.source.get(range.start), end.checked_sub(1)) else {
            let end = self.lines.last().map_or(0, |l| l.end);
            return end..end;
        };
        let last = self.text[self.at[k]..]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        a..(self.source[k] + last).max(a)
    }

    /// `range` without spaces and separators at its ends.
    pub fn trim(&self, range: Range<usize>) -> Range<usize> {
        let b = self.folded.as_bytes();
        let (mut s, mut e) = (range.start, range.end.min(b.len()));
        while s < e && matches!(b[s], b' ' | b',' | b';' | b':' | b'.' | b'-' | b'*' | b'_') {
            s += 1;
        }
        while s < e && matches!(b[e - 1], b' ' | b',' | b';' | b':') {
            e -= 1;
        }
        s..e
    }
}

/// Ends with `.`, `;`, `:`, `!` or a bracket after one.
fn closed(folded: &str) -> bool {
    let s = folded
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '*' | '~' | '`'));
    s.ends_with(['.', ';', ':', '!', '?']) || s.ends_with(".)")
}

/// Length of a line without the specks that follow its closing sign: `... kiểm tra. ụ`, `... tập trung. - :`.
fn without_debris(cased: &str) -> usize {
    let mut end = cased.trim_end().len();
    loop {
        let s = &cased[..end];
        let token = s.rsplit(' ').next().unwrap_or_default();
        let speck = !token.chars().any(|c| c.is_ascii_alphanumeric())
            || token.len() == 1 && token.starts_with(|c: char| c.is_ascii_lowercase());
        let rest = s[..s.len() - token.len()].trim_end();
        if !speck || rest.is_empty() || rest.len() == s.len() {
            break;
        }
        end = rest.len();
    }
    if end < cased.trim_end().len() && closed(&cased[..end]) {
        end
    } else {
        cased.len()
    }
}

/// Whether a number or symbol goes on in the next line: `02/CT-` + `UBND`, `2025-` + `2030`.
fn glued(cased: &str, next: &str) -> bool {
    let b = cased.as_bytes();
    let Some((&last, before)) = b.split_last() else {
        return false;
    };
    let joint = matches!(last, b'-' | b'/')
        && before
            .last()
            .is_some_and(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    joint && next.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
}

static ARTICLE: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r#"^\W{0,2}(?:Dieu|DIEU|Dicu) (\d{1,3}[a-z]?)\s?[.:,]?(?:\s|$)"#));
static UPPER: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^(?i:(phan)|(chuong)|(muc)) ((?i:thu )?[IVXLC]{1,6}|\d{1,2}|(?i:thu [a-z]{2,4}))\s?[.:]?(?:\s|$)",
    )
});
static ROMAN: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(r"^\W{0,2}([IVX]{1,5}|I[HL]|[IH]{2,3}|IIL)\s?([.)/]|-(?:\s|$))\s?[A-Z]")
});
static CAPITAL: LazyLock<Pattern> = LazyLock::new(|| pattern(r"^([A-H])[.)]\s[A-Z]"));
static NUMBER: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r#"^[^A-Za-z0-9(]{0,3}(\d{1,2}(?:\.\s?\d{1,2}){0,3})(\s?[.)/,:\-]+)?(\s*)([A-Za-z"'(\[*]|$)"#,
    )
});
static LETTER: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r#"^[^A-Za-z0-9(]{0,2}([a-l])\s?[.)/](\s|[A-Z])"#));
static NOTE: LazyLock<Pattern> = LazyLock::new(|| pattern(r"^(?:\(\d{1,2}\)|\d{1,2})\s+[A-Z]"));
static BULLET: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"^[^A-Za-z0-9(]{0,3}?([-+*~])[-_~]?\s*([A-Za-z0-9(\[])"));

/// The mark of a line, given without marks in the case of the page, and the number of characters it takes.
pub fn mark(cased: &str, line: &str) -> (Mark, usize) {
    if line.starts_with(['¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']) {
        return (Mark::Note, 1);
    }
    // A word is no mark, but for Điều, Phần, Chương, Mục.
    let word = match cased.as_bytes() {
        [a, b, ..] => {
            a.is_ascii_alphabetic()
                && b.is_ascii_lowercase()
                && !matches!(a.to_ascii_lowercase(), b'd' | b'p' | b'c' | b'm')
        }
        _ => false,
    };
    if let Some(mark) = (!word).then(|| label(cased, line)).flatten() {
        return mark;
    }
    if cased.starts_with('|') || cased.matches('|').count() > 1 {
        return (Mark::Row, 0);
    }
    (Mark::None, 0)
}

fn label(cased: &str, line: &str) -> Option<(Mark, usize)> {
    if let Some(c) = ARTICLE.captures(cased) {
        return Some((Mark::Label(Style::Article, c[1].to_owned()), c[0].len()));
    }
    if let Some(c) = UPPER.captures(cased) {
        let style = if c.get(1).is_some() {
            Style::Part
        } else if c.get(2).is_some() {
            Style::Chapter
        } else {
            Style::Division
        };
        return Some((Mark::Label(style, c[4].to_owned()), c[0].len()));
    }
    if let Some(c) = ROMAN.captures(cased) {
        let label = c[1].replace(['H', 'L'], "I");
        return Some((Mark::Label(Style::Roman, label), c[0].len() - 1));
    }
    if let Some(c) = CAPITAL.captures(cased) {
        return Some((Mark::Label(Style::Capital, c[1].to_owned()), c[0].len() - 1));
    }
    if let Some(c) = NUMBER.captures(cased) {
        let (n, p) = (&c[1], c.get(2).map_or("", |m| m.as_str().trim()));
        // "2. 2. Doanh nghiệp" is 2.2; "1. 2 giảng viên" is not.
        let torn = n.contains(' ');
        if torn && !matches!(p, "." | ")") {
            let first = n.split('.').next().unwrap_or(n);
            let at = cased.find(first).unwrap_or(0) + first.len() + 1;
            return Some((Mark::Label(Style::Number(1), first.to_owned()), at));
        }
        let n = n.replace(' ', "");
        let dotted = n.contains('.');
        let space = !c[3].is_empty() || c[4].is_empty();
        let clean = matches!(p, "." | ")" | "/" | "-" | ".-" | ":");
        let word = c[4].starts_with(|c: char| c.is_ascii_uppercase()) && p != "/";
        if (clean && (space || word))
            || (p == "," && space && c[4].starts_with(|c: char| c.is_ascii_uppercase()))
            || (dotted
                && p.is_empty()
                && space
                && c[4].starts_with(|c: char| c.is_ascii_uppercase()))
        {
            let depth = u8::try_from(n.split('.').count()).unwrap_or(4);
            return Some((
                Mark::Label(Style::Number(depth), n),
                c[0].len() - c[4].len(),
            ));
        }
    }
    if let Some(c) = LETTER.captures(cased) {
        let at = c.get(1).map_or(0, |m| m.start());
        let letter = line
            .chars()
            .nth(at)
            .unwrap_or('a')
            .to_lowercase()
            .to_string();
        let end = c[0].len() - usize::from(!c[2].starts_with(' '));
        return Some((Mark::Label(Style::Letter, letter), end));
    }
    if let Some(c) = BULLET.captures(cased) {
        let kind = match &c[1] {
            "+" => '+',
            "*" => '*',
            _ => '-',
        };
        return Some((Mark::Bullet(kind), c[0].len() - c[2].len()));
    }
    let note = NOTE.captures(cased)?;
    Some((Mark::Note, note[0].len() - 1))
}

/// First words (folded) with which a paragraph of a dispatch often begins.
static OPENER: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^(?:can cu|thuc hien|nhan duoc|de nghi|yeu cau|giao |rieng |ket qua|trong qua trinh|qua trinh|tren day|vay|kinh phi|van ban|bao cao|nham|ngoai ra|truong hop|de (?:bao dam|dam bao|thuan)|so |cac don vi|cac co quan|thoi gian|dia diem|theo de nghi|xet |tran trong|rat mong|moi (?:thong tin|vuong mac)|quyet dinh nay|nghi quyet nay|chi thi nay)",
    )
});

struct Line {
    range: TextRange,
    cased: String,
    gap: bool,
    indent: usize,
    mark: Mark,
    content: usize,
}

/// The paragraphs of the lines that `wanted` accepts.
pub fn read(page: &Page<'_>, wanted: impl Fn(&ZoneLine) -> bool) -> Vec<Paragraph> {
    let mut lines: Vec<Line> = Vec::new();
    let mut last = None;
    for l in page.lines.iter().filter(|l| wanted(l)) {
        let s = page.str(l);
        let mut cased = cased(s);
        let cut = without_debris(&cased);
        let end = match cut < cased.len() {
            true => s.char_indices().nth(cut).map_or(s.len(), |(k, _)| k),
            false => s.len(),
        };
        cased.truncate(cut);
        let s = &s[..end];
        let start = page.text[..l.range.start].rfind('\n').map_or(0, |k| k + 1);
        let (mark, content) = mark(&cased, s);
        lines.push(Line {
            range: l.range.start..l.range.start + end,
            gap: last.is_some_and(|k| l.line > k + 1) && !foreign_between(page, last, l.line),
            indent: page.text[start..l.range.start].chars().count(),
            cased,
            mark,
            content,
        });
        last = Some(l.line);
    }
    let width = width(&lines);
    let spaced = double_spaced(&lines);
    let mut out: Vec<Paragraph> = Vec::new();
    for k in 0..lines.len() {
        let l = &lines[k];
        let fresh = match (k.checked_sub(1).map(|p| &lines[p]), out.last()) {
            (Some(p), Some(open)) => begins(p, l, open, width, spaced),
            _ => true,
        };
        if fresh {
            let mut p = Paragraph::empty();
            p.push_line(page.text, l.range.clone(), &l.cased);
            (p.mark, p.content) = (l.mark.clone(), l.content.min(p.len()));
            out.push(p);
        } else if let Some(p) = out.last_mut() {
            p.push_line(page.text, l.range.clone(), &l.cased);
        }
    }
    out
}

/// Whether only lines of other cells (a page number, a footnote) stand between two lines.
fn foreign_between(page: &Page<'_>, from: Option<usize>, to: usize) -> bool {
    let Some(from) = from else { return false };
    let next = page.lines.partition_point(|l| l.line <= from);
    let mut between = page.lines[next..].iter().take_while(|l| l.line < to);
    between.any(|l| matches!(l.cell, Cell::Noise | Cell::Footnote))
}

/// Length of a full line, in characters.
fn width(lines: &[Line]) -> usize {
    let mut lengths: Vec<usize> = lines.iter().map(|l| l.cased.len()).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len() * 8 / 10).copied().unwrap_or(0)
}

/// Whether empty lines stand between the lines of one paragraph.
fn double_spaced(lines: &[Line]) -> bool {
    let pairs = lines.windows(2).filter(|w| {
        !closed(&w[0].cased)
            && matches!(w[1].mark, Mark::None)
            && w[1].cased.starts_with(|c: char| c.is_ascii_lowercase())
    });
    let (mut with, mut all) = (0, 0);
    for w in pairs {
        all += 1;
        with += usize::from(w[1].gap);
    }
    all > 2 && with * 2 > all
}

/// Whether line `l` begins a paragraph, when `p` is the line before it and `open` the paragraph so far.
fn begins(p: &Line, l: &Line, open: &Paragraph, width: usize, spaced: bool) -> bool {
    let first = l.cased[l.content.min(l.cased.len())..]
        .chars()
        .find(|c| c.is_ascii_alphanumeric());
    let upper = first.is_some_and(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let end = closed(&p.cased);
    match l.mark {
        Mark::Bullet(_) => {
            // A dash within a sentence that was broken before it.
            return end || upper;
        }
        Mark::Label(Style::Letter, _) => return true,
        Mark::Label(Style::Number(1), _) => return upper || end,
        Mark::Label(..) | Mark::Row | Mark::Note => return true,
        Mark::None => {}
    }
    if matches!(open.mark, Mark::Row) {
        return !p.cased.contains('|') || upper;
    }
    if !upper {
        // A list item may begin with a lower-case word after a gap.
        return p.cased.trim_end().ends_with(':') && l.gap && !spaced;
    }
    let short = p.cased.len() * 100 < width * 85;
    if p.cased.trim_end().ends_with(':') {
        return short || l.gap && !spaced || p.cased.len() * 100 < width * 97;
    }
    if l.gap && !spaced {
        return true;
    }
    if end && (short || l.indent > p.indent + 1) {
        return true;
    }
    if p.cased.trim_end().ends_with('.') && OPENER.is_match(signless(&l.cased.to_ascii_lowercase()))
    {
        return true;
    }
    // A heading: a label, a few words, no end.
    let heading = matches!(open.mark, Mark::Label(..));
    heading && !end && p.cased.len() * 100 < width * 75
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(s: &str) -> (Mark, usize) {
        mark(&cased(s), s)
    }

    fn label(style: Style, s: &str) -> Mark {
        Mark::Label(style, s.to_owned())
    }

    #[test]
    fn marks() {
        assert_eq!(marked("- Rà soát"), (Mark::Bullet('-'), 2));
        assert_eq!(marked("+ Rà soát"), (Mark::Bullet('+'), 2));
        assert_eq!(marked("• Rà soát"), (Mark::Bullet('*'), 2));
        assert_eq!(marked("1. Sở Nội vụ"), (label(Style::Number(1), "1"), 3));
        assert_eq!(marked("2.1. Cấp xã"), (label(Style::Number(2), "2.1"), 5));
        assert_eq!(
            marked("2. 2. Doanh nghiệp"),
            (label(Style::Number(2), "2.2"), 6)
        );
        assert_eq!(marked("1. 2 giảng viên"), (label(Style::Number(1), "1"), 2));
        assert_eq!(marked("2- Thời gian"), (label(Style::Number(1), "2"), 3));
        assert_eq!(marked("1.Thành phần"), (label(Style::Number(1), "1"), 2));
        assert_eq!(marked("a) Hoàn thành"), (label(Style::Letter, "a"), 3));
        assert_eq!(marked("đ) Hoàn thành"), (label(Style::Letter, "đ"), 3));
        assert_eq!(marked("Điều 3. Các ông"), (label(Style::Article, "3"), 8));
        assert_eq!(marked("II. NHIỆM VỤ"), (label(Style::Roman, "II"), 4));
        assert_eq!(marked("III- TỔ CHỨC"), (label(Style::Roman, "III"), 5));
        for running in [
            "1.126 nhà",
            "24/24 giờ",
            "2030; đề cao",
            "10/2007",
            "04 tháng 5",
            "02/CT-UBND",
            "19 – 20/10",
        ] {
            assert_eq!(marked(running).0, Mark::None, "{running}");
        }
    }

    #[test]
    fn specks_behind_the_closing_sign() {
        for (line, clean) in [
            ("dot kiem tra. u", "dot kiem tra."),
            ("tap trung. - :", "tap trung."),
            ("cac trung tam: ;", "cac trung tam:"),
            ("Luat so 5", "Luat so 5"),
            ("chuyen mon y", "chuyen mon y"),
        ] {
            assert_eq!(&line[..without_debris(line)], clean);
        }
    }

    #[test]
    fn wrapped_symbols_are_joined() {
        let text = "Chỉ thị số 02/CT-\nUBND ngày 11";
        let mut p = Paragraph::empty();
        p.push(text, 0.."Chỉ thị số 02/CT-".len());
        p.push(text, "Chỉ thị số 02/CT-\n".len()..text.len());
        assert_eq!(p.text, "Chỉ thị số 02/CT-UBND ngày 11");
        let at = p.folded.find("ubnd").expect("found");
        assert_eq!(&text[p.range(at..at + 4)], "UBND");
        assert_eq!(p.ranges(0..p.len()).len(), 2);
    }
}
