//! Nơi nhận and the Lưu line.
//!
//! ```text
//! copies  = "Nơi nhận" ":" list ["-" "Lưu" [":"] archive "."]
//! item    = name ["(" purpose ")"]
//! archive = unit {("," | ";") unit} [typist] ["(" copies ")"]           VT, NVY, ntphong (02b)
//! ```

use super::dispatch::{ArchiveLine, Copy, Dispatch, Status, TextRange, Value};
use super::fold::{self, Folded};
use super::wording::one_line;
use super::zones::{self, Cell};
use super::{Page, list, number};
use crate::parse::pattern::{Pattern, pattern};
use std::sync::LazyLock;

static PURPOSE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\s*\(\s*((?:d[ea]\s+)?(?:b[/.]?c|bao cao|p[/.]h|phoi hop|t[/.]?h\b|thuc hien|biet|theo doi|chi dao|dua tin|dang tai|dang website|phoi hop chi dao|kiem tra|thay b/c|b/.|trien khai|gui|bc|niem yet|cong bo|dang cong bao|p/hop|b/cao)[^)]{0,40})\)?\s*$",
    )
});

static LUU: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^(?:.{0,6}\b[l1i|][a-z]{0,2}[uw]{1,2}\s?:+|[^a-z0-9]{0,5}[l1i|][uaw]{1,2}u?\s?[:;.,]*)\s*",
    )
});

/// `Lưu:` inside a line that holds the whole list.
static INLINE_LUU: LazyLock<Pattern> = LazyLock::new(|| pattern(r"[-;]\s*luu\s?[:.]?\s+?[a-z]"));

static COUNT: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"\(?\b(?:l-)?(\d{1,3})\s?(?:b|ban)?\)"));

/// Reads the copies and the archive line.
pub fn read(page: &Page<'_>, d: &mut Dispatch) {
    let mut lines: Vec<TextRange> = Vec::new();
    let mut archive: Option<TextRange> = None;
    for line in &page.lines {
        match line.cell {
            Cell::Copies => {
                let f = Folded::new(page.str(line));
                let cue = zones::copies_cue(f.as_str())
                    .or_else(|| f.as_str().starts_with("noi nhan").then_some(8));
                let start = line.range.start + cue.map_or(0, |end| f.original(end..end).start);
                let mut end = line.range.end;
                if let Some(m) = INLINE_LUU.find(f.as_str()) {
                    let k = line.range.start + f.original(m.range()).start;
                    if k > start {
                        archive = Some(k..end);
                        end = k + 1;
                    }
                }
                let range = page.trim(start..end.max(start));
                let s = page.text[range.clone()].trim_start_matches([':', ';', '.', ' ']);
                // Debris of the other column behind the cue.
                let scrap = cue.is_some()
                    && !s.ends_with([';', '.', ':'])
                    && !zones::is_bullet(&fold::fold(s));
                if !s.is_empty() && !scrap {
                    lines.push(range.end - s.len()..range.end);
                }
            }
            Cell::Archive if archive.is_none() => archive = Some(line.range.clone()),
            _ => {}
        }
    }
    for item in list::items(page.text, &lines) {
        d.copies.push(copy(page, item));
    }
    if let Some(range) = archive {
        d.archive_line = archive_line(page, range);
    }
}

fn copy(page: &Page<'_>, mut item: list::Item) -> Copy {
    let f = Folded::new(&item.text);
    let mut purpose = None;
    if let Some(c) = PURPOSE.captures(f.as_str())
        && let (Some(all), Some(inner)) = (c.get(0), c.get(1))
    {
        purpose = Some(spelled(
            inner.as_str(),
            &item.text[f.original(inner.range())],
        ));
        let cut = f.original(all.range()).start;
        item.text.truncate(cut);
        if let [only] = item.ranges.as_slice()
            && let Some(k) = page.text[only.clone()].rfind('(')
        {
            item.ranges = vec![page.trim(only.start..only.start + k)];
        }
    }
    let folded = fold::fold(&item.text);
    let text = with_d(&item.text);
    let mut value = Value::read_at(text.clone(), item.ranges, "copies: Nơi nhận");
    if text != item.text {
        value.status = Status::Repaired;
        value.confidence = 0.85;
    }
    Copy {
        is_back_reference: folded.starts_with("nhu "),
        value,
        purpose,
    }
}

/// Abbreviations that an engine without Vietnamese has read with D for Đ (`BGD SYT`), and Eth for Đ.
fn with_d(text: &str) -> String {
    let text = text.replace('\u{d0}', "Đ").replace('\u{f0}', "đ");
    let word = |w: &str| {
        let code = w.trim_matches(|c: char| !c.is_alphanumeric());
        let capitals = code.chars().count() > 2 && code.chars().all(char::is_uppercase);
        match number::with_d(code).filter(|_| capitals && !number::is_unit(code)) {
            Some(better) => w.replace(code, &better),
            None => w.to_owned(),
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// The first unit of the line is the registry; behind a unit stands a comma.
fn closed_words(text: &str) -> String {
    let text = text.replace("; ", ", ");
    let end = text.find([',', '.', ' ']).unwrap_or(text.len());
    let registry = matches!(
        fold::fold(&text[..end]).as_str(),
        "vi" | "v1" | "vf" | "v'f" | "vl" | "v7"
    ) && text.starts_with('V')
        && text[end..].starts_with([',', '.']);
    if registry {
        format!("VT{}", &text[end..])
    } else {
        text
    }
}

/// A purpose in full words.
fn spelled(folded: &str, printed: &str) -> String {
    let bare = folded.trim().trim_start_matches("de ").trim();
    match bare {
        "b/c" | "bc" | "b.c" | "b/cao" => "báo cáo".to_owned(),
        "p/h" | "ph" | "p/hop" => "phối hợp".to_owned(),
        "t/h" | "th" => "thực hiện".to_owned(),
        _ => {
            let printed = one_line(printed);
            let chars = printed.chars().count() - bare.chars().count().min(printed.chars().count());
            if folded.trim().starts_with("de ") {
                printed.chars().skip(chars).collect()
            } else {
                printed
            }
        }
    }
}

/// Without colons and stops that the OCR has set before a unit.
fn tidy(s: &str) -> String {
    let words = s
        .split(' ')
        .map(|w| w.trim_start_matches([':', '.', '\'', '`']))
        .filter(|w| !w.is_empty());
    words
        .collect::<Vec<_>>()
        .join(" ")
        .replace(",:", ", ")
        .replace(":.", "")
        .replace(".,", ",")
}

/// The text with the initials of typists as they were read (`KTTHmo`): like mailboxes they are never corrected.
fn logins_as_read(page: &Page<'_>, range: TextRange) -> String {
    let mut text = page.text[range.clone()].to_owned();
    let span = page.input.text.source_span(range);
    let inside = |e: &&crate::document::Edit| e.span.start >= span.start && e.span.end <= span.end;
    for edit in page.input.edits_at(span).iter().filter(inside) {
        let capitals = edit.from.chars().take_while(|c| c.is_uppercase()).count();
        let tail = edit.from.chars().skip(capitals).any(char::is_alphanumeric);
        if capitals > 1 && tail && edit.to.chars().count() < edit.from.chars().count() {
            text = text.replacen(edit.to.as_str(), &edit.from, 1);
        }
    }
    text
}

fn archive_line(page: &Page<'_>, range: TextRange) -> ArchiveLine {
    let s = &page.text[range.clone()];
    let f = Folded::new(s);
    let skip = LUU
        .find(f.as_str())
        .map_or(0, |m| f.original(m.range()).end);
    let range = page.trim(range.start + skip..range.end);
    let mut text = one_line(&logins_as_read(page, range.clone()));
    // Debris behind the full stop: no unit is that short.
    let closing = |c: char| {
        matches!(
            c,
            '.' | ',' | ';' | ':' | ' ' | '-' | '_' | '|' | '`' | '\''
        )
    };
    text.truncate(text.trim_end_matches(closing).len());
    let text_before = text.clone();
    if let Some(k) = text_before.rfind(['.', ';']) {
        let tail = text[k + 1..].trim();
        let letters = tail.chars().filter(|c| c.is_alphabetic()).count();
        if letters < 2
            || tail
                .chars()
                .any(|c| !c.is_alphanumeric() && !matches!(c, ' ' | '(' | ')' | '"' | '“' | '”'))
        {
            text.truncate(k);
        }
    }
    let text = closed_words(&tidy(text.trim_end_matches(closing)));
    if text.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return ArchiveLine {
            value: Value::unreadable(range, "archive line: nothing readable behind Lưu"),
            ..ArchiveLine::default()
        };
    }
    let flat = text.replace(" và ", ",");
    let mut units: Vec<String> = Vec::new();
    let mut typist = None;
    for part in flat.split([',', ';', '+']) {
        let part = part
            .split('(')
            .next()
            .unwrap_or_default()
            .trim()
            .trim_matches(['.', '“', '”', '"', ' ']);
        if part.is_empty() {
            continue;
        }
        let initials = part.starts_with(char::is_lowercase) && !part.contains(' ');
        if initials {
            typist = Some(part.to_owned())
        } else {
            units.push(part.to_owned())
        }
    }
    let count = COUNT
        .captures(&fold::fold(&text))
        .and_then(|c| c.get(1)?.as_str().parse().ok());
    let end = range.start
        + page.text[range.clone()]
            .find(text.split(' ').next_back().unwrap_or_default())
            .map_or(range.len(), |k| {
                k + text.split(' ').next_back().map_or(0, str::len)
            });
    ArchiveLine {
        value: Value::read(text, range.start..end.min(range.end), "archive line: Lưu"),
        units,
        typist,
        copies_count: count,
    }
}
