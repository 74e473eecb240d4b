//! Trích yếu.
//!
//! ```text
//! công văn   = ("V/v" | "Về việc") text            under the number, wrapped, often beside the place and date
//! others     = [("Về việc" | "V/v" | "Về")] text   under the title
//! giấy mời   = nothing: what the invitation is to, out of the body (inferred)
//! ```

use super::dispatch::{Dispatch, TextRange, Value};
use super::fold::Folded;
use super::wording::{one_line, without_quotes, without_specks};
use super::zones::Cell;
use super::{Page, doctype};
use crate::parse::pattern::{Pattern, pattern};
use std::sync::LazyLock;

static PREFIX: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^[^a-z0-9]{0,5}(v\s?[/'\\|\x22]{1,2}\s?[vwnyi]{0,2}[\s:.-]+|v\s?[il1j#]{1,2}[vw][\s:.-]+|v[vw#]{1,2}\s|v#\s|va[nw]\s|v[eao]n? viec\s*:?|trich yeu\s*:?)\s*",
    )
});

static OPENING: LazyLock<Pattern> = LazyLock::new(|| pattern(r"^\W{0,4}(?:v/v|viv)[\s:.-]"));

/// V/v behind scraps of the seal or the rule, or what is left of it when it was taken for a word.
static LATE_PREFIX: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"^.{0,24}?\b(?:v/v|vi?v|v\.v)[\s:.-]+"));
static MISTAKEN: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(r"^[^a-z0-9]{0,4}(?:v[avwn]{0,2}|wv?|ww|w/v|wy|vi|ve|vay|tu|vua|tru|vav)\s+")
});

/// What a giấy mời invites to.
static EVENT: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\b(?:to chuc|du|tham du|tham gia)\s+((?:hoi nghi|hoi thao|cuoc hop|buoi lam viec|buoi hop|hop |le |tap huan|lop |phien hop|dai hoi|toa dam|gap mat|lam viec)[^.;:]{10,220}?)(?:\s*[.;:]|\s+(?:voi noi dung|cu the|nhu sau|theo noi dung|duoc to chuc|vao luc|vao ngay))",
    )
});

/// Reads the subject; the type has been read.
pub fn read(page: &Page<'_>, d: &mut Dispatch) {
    let mut ranges: Vec<TextRange> = Vec::new();
    for line in page.lines.iter().filter(|l| l.cell == Cell::Type) {
        if let Some((_, r)) = doctype::title(page.str(line)) {
            let rest = page.trim(line.range.start + r.end..line.range.end);
            if page.text[rest.clone()]
                .chars()
                .filter(|c| c.is_alphabetic())
                .count()
                > 5
            {
                ranges.push(rest);
            }
        }
    }
    let titled = !ranges.is_empty() || page.cell(Cell::Type).next().is_some();
    let lines: Vec<TextRange> = page.cell(Cell::Subject).map(|l| l.range.clone()).collect();
    // What stands before V/v is of another column, or what a seal or a rule has left.
    let opening = |r: &TextRange| OPENING.is_match(&super::fold::fold(&page.text[r.clone()]));
    let from = lines
        .iter()
        .position(opening)
        .filter(|_| !titled)
        .unwrap_or(0);
    ranges.extend(lines.into_iter().skip(from));
    let Some(first) = ranges.first().cloned() else {
        if d.type_code == Some("GM") {
            event(page, d);
        }
        return;
    };
    let basis = if page.cell(Cell::Type).next().is_some() {
        "subject: under the title"
    } else {
        "subject: V/v under the number"
    };
    let f = Folded::new(&page.text[first.clone()]);
    if let Some(m) = PREFIX.find(f.as_str()) {
        let cut = first.start + f.original(m.range()).end;
        d.subject_prefix = Some(
            one_line(&page.text[first.start..cut])
                .trim_end_matches([':', ' '])
                .to_owned(),
        );
        ranges[0] = page.trim(cut..first.end);
    }
    if d.subject_prefix.is_none() && page.cell(Cell::Type).next().is_none() {
        let s = &page.text[first.clone()];
        let capital = s
            .chars()
            .find(|c| c.is_alphabetic())
            .is_some_and(char::is_uppercase);
        let mistaken = MISTAKEN.find(f.as_str()).filter(|m| {
            capital
                && s[f.original(m.range()).end..]
                    .starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit())
        });
        if let Some(m) = LATE_PREFIX.find(f.as_str()).or(mistaken) {
            let cut = first.start + f.original(m.range()).end;
            d.subject_prefix = Some("V/v".to_owned());
            ranges[0] = page.trim(cut..first.end);
        }
    }
    ranges.retain(|r| !r.is_empty());
    let pieces: Vec<&str> = ranges
        .iter()
        .map(|r| without_specks(&page.text[r.clone()]))
        .collect();
    let text = without_quotes(&one_line(&pieces.join(" ")));
    let text = text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ';' | ':' | '_' | '*' | '`' | '\'' | '~' | ',' | '-' | '–' | '|'
            )
    });
    let text = text.strip_suffix('.').unwrap_or(text).trim_end().to_owned();
    if text.is_empty() {
        return;
    }
    d.subject = Value::read_at(text, merge(page.text, ranges), basis);
}

/// Neighbouring ranges with nothing but white space between them are one.
pub fn merge(text: &str, ranges: Vec<TextRange>) -> Vec<TextRange> {
    let mut out: Vec<TextRange> = Vec::new();
    for r in ranges {
        match out.last_mut() {
            Some(last) if last.end <= r.start && text[last.end..r.start].trim().is_empty() => {
                last.end = r.end
            }
            _ => out.push(r),
        }
    }
    out
}

fn event(page: &Page<'_>, d: &mut Dispatch) {
    let body: Vec<_> = page.cell(Cell::Body).collect();
    let (Some(first), Some(last)) = (body.first(), body.last()) else {
        return;
    };
    let range = first.range.start..last.range.end;
    let f = Folded::new(&page.text[range.clone()]);
    let flat = f.as_str().replace('\n', " ");
    if let Some(m) = EVENT.captures(&flat).and_then(|c| c.get(1)) {
        let r = f.original(m.range());
        let r = range.start + r.start..range.start + r.end;
        let text = one_line(&page.text[r.clone()]);
        d.subject = Value::inferred(text, vec![r], "subject: what the body invites to");
        d.subject.confidence = 0.7;
    }
}
