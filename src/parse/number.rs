//! Số, ký hiệu.
//!
//! ```text
//! line    = "Số" [":"] number ["/" year] "/" symbol            09/2010/QĐ-UBND, 3249/SKHCN-HTS, 30c/NQ-CP
//!         | "Số" number "-" type "/" organ                     202-KH/TU (the Party's form)
//!         | "Luật số:" number "/" year "/" "QH" term
//! number  = digits [letter] | blank | handwriting
//! symbol  = part {("-" | "/" | "+") part}                      QĐ-UBND, CTPH-LĐLĐ-SVH,TT,DL
//! ```
//!
//! The number is often handwritten: a clean number may still be a wrong one, so it is never quite sure without a
//! second witness (the file's name), and whatever is not digits is unreadable rather than guessed. Only glyphs that
//! are digits in any reading (`l`, `I`, `|` for 1, `O` for 0) are folded, and only between digits.

use super::cues;
use super::dispatch::{Dispatch, Family, OtherReading, Status, Value};
use super::fold::Folded;
use super::pattern::{Captures, Pattern, pattern};
use super::zones::Cell;
use super::{Page, fold};
use crate::lexicon::Lexicon;
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

/// What stands between the cue and the symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Digits {
    Blank,
    Clean(String, Option<String>),
    Folded(String, Option<String>),
    Unreadable,
}

/// A number and the year behind it: `09/2010`, `09 / 2010/`.
fn with_year(s: &str) -> Option<(&str, &str)> {
    let s = s.strip_suffix('/').unwrap_or(s).trim_end();
    let (front, year) = s.split_at_checked(s.len().checked_sub(4)?)?;
    let number = front.trim_end().strip_suffix('/')?;
    let century = year.starts_with("19") || year.starts_with("20");
    (century && year.bytes().all(|b| b.is_ascii_digit())).then_some((number.trim(), year))
}

fn digits(s: &str) -> Digits {
    let s = s.trim();
    let (number, year) = match with_year(s) {
        Some((number, year)) => (number.to_owned(), Some(year.to_owned())),
        None => (s.to_owned(), None),
    };
    let core = number.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '.' | ',' | ':' | '…' | '_' | '-' | '\'' | '`' | '*')
    });
    if core.is_empty() {
        return Digits::Blank;
    }
    if is_number(core) {
        return Digits::Clean(core.to_owned(), year);
    }
    // Dots between handwritten digits: `5.7.7.1.`
    let undotted: String = core
        .chars()
        .filter(|c| !matches!(c, '.' | '…' | ' '))
        .collect();
    if is_number(&undotted) && core.contains('.') && undotted.len() <= 5 {
        return Digits::Folded(undotted, year);
    }
    let folded: String = core
        .chars()
        .map(|c| match c {
            'l' | 'I' | '|' => '1',
            'O' | 'o' => '0',
            c => c,
        })
        .collect();
    let digit = |c: char| c.is_ascii_digit();
    if is_number(&folded) && core.starts_with(digit) && core.ends_with(digit) {
        return Digits::Folded(folded, year);
    }
    Digits::Unreadable
}

/// Digits and at most one letter.
fn is_number(s: &str) -> bool {
    let body = s
        .strip_suffix(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'I' | 'l' | 'O' | 'o'))
        .unwrap_or(s);
    !body.is_empty() && body.len() <= 6 && body.chars().all(|c| c.is_ascii_digit())
}

/// Reads number, year and symbol.
pub fn read(page: &Page<'_>, d: &mut Dispatch) {
    let Some(line) = page
        .cell(Cell::Number)
        .find(|l| parts(page.str(l)).is_some())
    else {
        if let Some(line) = page.cell(Cell::Number).next() {
            d.number = Value::unreadable(line.range.clone(), "number: no symbol on the line");
            d.symbol = Value::unreadable(line.range.clone(), "number: no symbol on the line");
        }
        return;
    };
    let s = page.str(line);
    let Some(p) = parts(s) else { return };
    let at = |r: &Range<usize>| line.range.start + r.start..line.range.start + r.end;
    let symbol = tidy_symbol(&s[p.symbol.clone()]);
    d.symbol = Value::read(
        symbol.clone(),
        at(&p.symbol),
        "number: capitals after the slash",
    );
    if p.party {
        d.family = Family::Party;
    }
    let raw = &s[p.number.clone()];
    let range = page.trim(at(&p.number));
    d.number = match digits(raw) {
        Digits::Blank => {
            d.quality.flags.push("number_blank");
            Value::absent("number: blank before the slash")
        }
        Digits::Clean(n, year) => {
            d.number_year = year;
            // A space before the slash is what a hand has filled in on a printed form.
            let clear = raw.trim_start() == n || d.number_year.is_some();
            Value::read(n, range.clone(), "number: digits before the slash").sure(if clear {
                0.8
            } else {
                0.6
            })
        }
        Digits::Folded(n, year) => {
            d.number_year = year;
            d.quality.flags.push("number_glyphs_folded");
            Value::read(n, range.clone(), "number: digits under dots or look-alikes").sure(0.4)
        }
        Digits::Unreadable => {
            d.quality.flags.push("number_unreadable");
            Value::unreadable(range.clone(), "number: not digits (handwriting?)")
        }
    };
    witness(page, d, range);
    let shown = d.number.as_deref().unwrap_or_default();
    let year = d
        .number_year
        .as_ref()
        .map(|y| format!("/{y}"))
        .unwrap_or_default();
    let joint = if p.party { "-" } else { "/" };
    if d.number.is_some() {
        let all = format!("{shown}{year}{joint}{symbol}");
        d.canonical_id = Some(all.to_uppercase());
        d.number_symbol = Value::read(
            all,
            at(&(p.cue.start..p.symbol.end)),
            "number: number and symbol",
        )
        .sure(d.number.confidence);
    } else {
        d.number_symbol = Value {
            value: None,
            ranges: vec![at(&(p.cue.start..p.symbol.end))],
            ..d.number.clone()
        };
    }
}

/// Units whose abbreviation holds a Đ, beside those of the lists.
const UNITS: &[&str] = &[
    "CNCĐS",
    "CQĐP",
    "ĐKKD",
    "ĐMDN",
    "ĐTDN",
    "ĐTKT",
    "ĐTPT",
    "GDĐH",
    "GDĐT",
    "HĐKD",
    "HĐXD",
    "KCHTĐT",
    "KTKĐCLGD",
    "KTĐT",
    "LĐVL",
    "QLĐĐ",
    "QLĐT",
    "THĐT",
    "TMĐT",
    "VLATLĐ",
];

/// The symbol with the letters that an engine without Vietnamese has lost: Đ where the lists know no D, and the
/// abbreviation of the issuer where one letter of it was misread. The agencies have been read.
pub fn settle(d: &mut Dispatch) {
    let Some(read) = d.symbol.as_deref().map(str::to_owned) else {
        return;
    };
    let issuers: Vec<&str> = d.issuers.iter().filter_map(Value::as_deref).collect();
    let own: Vec<&str> = Lexicon::agencies()
        .filter(|(_, name)| issuers.iter().any(|i| i.starts_with(name)))
        .map(|(code, _)| code)
        .collect();
    let mut repaired = String::new();
    let mut basis = "symbol: Đ, as the abbreviation is known";
    for (k, part) in read.split_inclusive(['-', '/']).enumerate() {
        let code = part.trim_end_matches(['-', '/']);
        let sign = &part[code.len()..];
        let misread = |c: &&&str| {
            c.len() > 2 && fold::distance(&fold::fold(c), &fold::fold(code), 1).is_some()
        };
        let known = is_unit(code);
        let issuer = own.iter().find(misread).filter(|_| k == 0 && !known);
        let found = match (with_d(code), issuer) {
            (Some(better), _) if !known || own.contains(&better.as_str()) => better,
            (None, Some(issuer)) => {
                basis = "symbol: the abbreviation of the issuer, through a wrong letter";
                (*issuer).to_owned()
            }
            // The front of an abbreviation whose small capitals were read as small letters.
            _ if !known
                && code.starts_with(char::is_lowercase)
                && is_unit(&code.to_uppercase()) =>
            {
                basis = "symbol: capitals";
                code.to_uppercase()
            }
            _ => code.to_owned(),
        };
        repaired.push_str(&found);
        repaired.push_str(sign);
    }
    if repaired == read {
        return;
    }
    for v in [&mut d.symbol, &mut d.number_symbol] {
        let Some(old) = v.value.take() else { continue };
        v.value = Some(old.replace(&read, &repaired));
        v.alternatives.push(OtherReading {
            value: old,
            confidence: 0.1,
            basis: "symbol: as read".into(),
        });
        v.status = Status::Repaired;
        v.confidence = v.confidence.min(0.85);
        v.basis = basis.into();
    }
    d.canonical_id = d
        .canonical_id
        .take()
        .map(|id| id.replace(&read.to_uppercase(), &repaired.to_uppercase()));
}

/// Whether the lists know the abbreviation.
pub fn is_unit(code: &str) -> bool {
    Lexicon::new().is_abbreviation(code)
        || UNITS.contains(&code)
        || cues::type_by_code(code).is_some()
}

/// The known abbreviation that `code` is when some of its D (or its first B) are Đ.
pub fn with_d(code: &str) -> Option<String> {
    let at: Vec<usize> = code
        .char_indices()
        .filter(|(k, c)| *c == 'D' || *k == 0 && *c == 'B')
        .map(|(k, _)| k)
        .collect();
    if at.is_empty() || at.len() > 4 || code.len() < 2 {
        return None;
    }
    (1_u32..1 << at.len()).find_map(|mask| {
        let changed = |(k, c): (usize, char)| match at.iter().position(|a| *a == k) {
            Some(bit) if mask >> bit & 1 == 1 => 'Đ',
            _ => c,
        };
        let variant: String = code.char_indices().map(changed).collect();
        is_unit(&variant).then_some(variant)
    })
}

/// The file's name as a witness: `2030 syt nvy.pdf` speaks for 2030 when it also holds the symbol's letters.
fn witness(page: &Page<'_>, d: &mut Dispatch, range: Range<usize>) {
    let (Some(name), Some(symbol)) = (page.input.file_name, d.symbol.as_deref()) else {
        return;
    };
    let folded = fold::fold(name);
    let letters: Vec<&str> = folded
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|w| w.len() > 1)
        .collect();
    let symbol = fold::fold(symbol);
    let parts: Vec<&str> = symbol
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| w.len() > 1)
        .collect();
    if parts.is_empty() || !parts.iter().all(|p| letters.iter().any(|l| l == p)) {
        return;
    }
    let first = name
        .trim_start()
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    if first.is_empty()
        || first.len() > 5
        || (first.len() == 4
            && (first.starts_with("19") || first.starts_with("20"))
            && d.date.year == first.parse().ok())
    {
        return;
    }
    let same = |a: &str, b: &str| a.trim_start_matches('0') == b.trim_start_matches('0');
    match d.number.as_deref() {
        Some(n) if same(n, first) => d.number.confidence = 0.97,
        Some(_) => {
            d.number.confidence = d.number.confidence.min(0.4);
            d.quality.flags.push("number_witnesses_disagree");
            d.number.alternatives.push(OtherReading {
                value: first.to_owned(),
                confidence: 0.6,
                basis: "number: the file's name".into(),
            });
        }
        None if !d.number.ranges.is_empty() => {
            let mut v = Value::inferred(
                first.to_owned(),
                vec![range],
                "number: the file's name, where the text cannot be read",
            );
            v.confidence = 0.7;
            d.number = v;
        }
        None => {}
    }
}

/// The type that the symbol names, when its first part is a type's abbreviation.
pub fn type_of_symbol(symbol: &str, party: bool) -> Option<&'static cues::DocumentType> {
    let first = symbol.split(['-', '/']).next()?;
    let rest = symbol[first.len()..].trim_start_matches(['-', '/']);
    if rest.is_empty() || (party && first == "CV") {
        return None;
    }
    cues::type_by_code(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(s: &str) -> Option<(String, String)> {
        let p = parts(s)?;
        Some((s[p.number].trim().to_owned(), tidy_symbol(&s[p.symbol])))
    }

    fn some(a: &str, b: &str) -> Option<(String, String)> {
        Some((a.to_owned(), b.to_owned()))
    }

    #[test]
    fn numbers_and_symbols() {
        assert_eq!(read("Số: 3249/SKHCN-HTS"), some("3249", "SKHCN-HTS"));
        assert_eq!(read("Sb: 3249/SKHCN-HTS"), some("3249", "SKHCN-HTS"));
        assert_eq!(read("S6: 12 /QÐ - UBND"), some("12", "QĐ-UBND"));
        assert_eq!(read("Số:09/2010/QĐ-UBND"), some("09/2010", "QĐ-UBND"));
        assert_eq!(read("Số 202-KH/TU"), some("202", "KH/TU"));
        assert_eq!(read("Số:          /UBND-KGVX"), some("", "UBND-KGVX"));
        assert_eq!(read("Số: /STTTT-BCVT"), some("", "STTTT-BCVT"));
        assert_eq!(read("Só4Z//QÐ-SYT `"), some("4Z/", "QĐ-SYT"));
        assert_eq!(read("Số: |4 ‡7GM-TB"), some("|4 ‡7", "GM-TB"));
        assert_eq!(read("Số 26 /KH-UBND"), some("26", "KH-UBND"));
        assert_eq!(read("Luật số: 48/2024/QH15"), some("48/2024", "QH15"));
        assert_eq!(read("Số điện thoại: 02973.872.704"), None);
        assert_eq!(read("Sở Y tế tổ chức"), None);
    }

    #[test]
    fn digits_are_not_guessed() {
        assert_eq!(digits(" 155 "), Digits::Clean("155".into(), None));
        assert_eq!(digits("93."), Digits::Clean("93".into(), None));
        assert_eq!(digits("3176B"), Digits::Clean("3176B".into(), None));
        assert_eq!(
            digits("09/2010"),
            Digits::Clean("09".into(), Some("2010".into()))
        );
        assert_eq!(digits("5.7.7.1. "), Digits::Folded("5771".into(), None));
        assert_eq!(digits("2l4"), Digits::Folded("214".into(), None));
        assert_eq!(digits("........"), Digits::Blank);
        for hand in [
            "JU_", "20€2)", "4Z/", "{24.2", "39 5Ö", "391Ê", "2(/1", "D2.",
        ] {
            assert_eq!(digits(hand), Digits::Unreadable, "{hand}");
        }
    }
}
