//! The line of the number, taken apart: cue, number, symbol.

use super::fold::{self, Folded};
use super::pattern::{Captures, Pattern, pattern};
use std::ops::Range;
use std::sync::LazyLock;

/// The cue `Số` as OCR leaves it, on folded text.
static CUE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^[^a-z0-9$~]{0,4}(?:luat |quyet dinh )?(s\s?[o06eba@~*]{1,2}'?|[$8~][o06]|5[6o]|86|s)(\s?[':.;,]+|\s|\d|[{(|/\[])",
    )
});

/// A text by what its characters are, one ASCII byte each: what is not ASCII is told apart as far as the patterns
/// below ask.
struct Shape {
    text: String,
    at: Vec<usize>,
}

/// `§` in a [`Shape`].
const SECTION: char = '\x01';

/// A dash in a [`Shape`].
const DASH: char = '\x02';

/// An ellipsis in a [`Shape`].
const DOTS: char = '\x03';

/// A small letter with a mark in a [`Shape`].
const SMALL: char = '\x04';

impl Shape {
    fn new(s: &str) -> Self {
        let byte = |c: char| match c {
            _ if c.is_ascii() => c,
            'đ' => 'd',
            '§' => SECTION,
            '–' | '—' => DASH,
            '…' => DOTS,
            _ if c.is_whitespace() => ' ',
            _ if c.is_numeric() || !fold::is_letter(c) => '?',
            _ if fold::is_upper(c) => 'X',
            _ => SMALL,
        };
        let at = s.char_indices().map(|(k, _)| k);
        Self {
            text: s.chars().map(byte).collect(),
            at: at.chain([s.len()]).collect(),
        }
    }

    /// The bytes of the text where a group of a match stands.
    fn group(&self, c: &Captures<'_>, k: usize) -> Option<Range<usize>> {
        let m = c.get(k)?;
        Some(self.at[m.start()]..self.at[m.end()])
    }
}

/// A symbol: parts of capitals joined by hyphens and the like.
static SYMBOL: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^\s*((?:[A-Z]|[a-z]{1,2}[A-Z])[A-Za-z\x04\d&,\x01]*(?:\s?[-\x02_+~]{1,2}\s?[A-Z\d&][A-Za-z\x04\d&,]*|[./+,]\s?[A-Z][A-Za-z\x04\d&]*)*)",
    )
});

/// The Party's form: number, hyphen, type, slash, organ.
static PARTY: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^\s*(\d{0,5}[a-z]?|[.\x03\s]*)\s*[-\x02]\s*([A-Z][A-Za-z\x04]{0,5}\s?[/|]\s?[A-Z][A-Za-z\x04]*(?:\s?[-\x02]\s?[A-Z\d&]+)*)",
    )
});

/// A symbol that has lost its slash.
static BARE_SYMBOL: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"[A-Z][A-Za-z\x04&]{1,9}\s?[-\x02_]\s?[A-Z][A-Za-z\x04\d&]{1,9}(?:\s?[-\x02,]\s?[A-Z][A-Za-z\x04\d&]*)*",
    )
});

/// Parts of a number line, in bytes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The cue `Số`.
    pub cue: Range<usize>,
    /// Between the cue and the symbol: number, and year when there is one.
    pub number: Range<usize>,
    /// The symbol.
    pub symbol: Range<usize>,
    /// Whether it has the Party's form.
    pub party: bool,
}

/// A number with its symbol and nothing else, where `Số:` stands on a line of its own.
static BARE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^\s*(\d{1,5}[a-z]?\s?/\s?(?:(?:19|20)\d\d\s?/\s?)?)([A-Z]{1,6}[A-Za-z\x04\d]{0,8}-[A-Za-z\x04\d&-]{2,16})\s*$",
    )
});

/// Whether the line is a number with its symbol and nothing else.
pub fn is_bare(s: &str) -> bool {
    bare(s).is_some()
}

fn bare(s: &str) -> Option<Parts> {
    let line = s.trim();
    if line.len() > 120 || !line.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let shape = Shape::new(s);
    let c = BARE.captures(&shape.text)?;
    let number = shape.group(&c, 1)?;
    Some(Parts {
        cue: 0..0,
        number: number.start..number.end - 1,
        symbol: shape.group(&c, 2)?,
        party: false,
    })
}

/// The parts of a line that begins with the cue, when it holds a symbol.
pub fn parts(s: &str) -> Option<Parts> {
    if let Some(parts) = bare(s) {
        return Some(parts);
    }
    let folded = Folded::new(s);
    let c = CUE.captures(folded.as_str())?;
    let cue = c.get(1)?;
    let colon = c.get(2).is_some_and(|m| m.as_str().contains(':'));
    if cue.as_str().starts_with('5') && !colon {
        return None;
    }
    let after = c
        .get(2)
        .filter(|m| m.as_str().contains([':', '.', ';', ',', '\'', ' ', '\t']));
    let cue_end = folded.original(0..after.map_or(cue.end(), |m| m.end())).end;
    let cue = folded.original(cue.range());
    let rest = &s[cue_end..];
    let shape = Shape::new(rest);
    let shift = |r: Range<usize>| cue_end + r.start..cue_end + r.end;
    if let Some(m) = PARTY.captures(&shape.text)
        && let (Some(number), Some(symbol)) = (shape.group(&m, 1), shape.group(&m, 2))
    {
        return Some(Parts {
            cue,
            number: shift(number),
            symbol: shift(symbol),
            party: true,
        });
    }
    let mut best = None;
    let slashes = rest.chars().enumerate();
    for (n, _) in slashes.filter(|(_, c)| matches!(c, '/' | '\u{2044}')) {
        let k = shape.at[n];
        if k > 40 {
            break;
        }
        let Some(m) = SYMBOL.captures(&shape.text[n + 1..]).and_then(|c| c.get(1)) else {
            continue;
        };
        let symbol = shape.at[n + 1 + m.start()]..shape.at[n + 1 + m.end()];
        let words = rest[..k]
            .split(|c: char| !c.is_lowercase())
            .any(|w| w.chars().count() > 2);
        if is_symbol(&rest[symbol.clone()], true) && !words {
            best = Some((k, symbol));
            break;
        }
    }
    if best.is_none() {
        let m = BARE_SYMBOL.find(&shape.text)?;
        let symbol = shape.at[m.start()]..shape.at[m.end()];
        let front = &rest[..symbol.start];
        let numbered = front.contains(|c: char| c.is_ascii_digit())
            || s[..cue_end].trim_end().ends_with([':', '.']);
        if symbol.start >= 24 || !is_symbol(&rest[symbol.clone()], false) || !numbered {
            return None;
        }
        best = Some((symbol.start, symbol));
    }
    let (end, symbol) = best?;
    Some(Parts {
        cue,
        number: cue_end..cue_end + end,
        symbol: shift(symbol),
        party: false,
    })
}

/// Whether `s` can be a symbol: at least two capitals, and mostly capitals.
fn is_symbol(s: &str, after_slash: bool) -> bool {
    let letters = s.chars().filter(|c| c.is_alphabetic()).count();
    let upper = s.chars().filter(|c| c.is_uppercase()).count();
    upper >= 2 && upper * 2 > letters && (after_slash || s.contains(['-', '–', '—', '_']))
}

/// A symbol in the form used for comparison and output: no spaces, Đ for Ð, hyphens for dashes.
pub fn tidy_symbol(s: &str) -> String {
    let s: String = s
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '\u{d0}' => 'Đ',
            '–' | '—' | '_' | '~' => '-',
            c => c,
        })
        .collect();
    let mut out = s.replace("--", "-");
    out.truncate(out.trim_end_matches(['.', ',', '-', '/', ':', ';']).len());
    out
}
