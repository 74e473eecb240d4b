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
use super::number_line::{parts, tidy_symbol};
use super::zones::Cell;
use super::{Page, fold};
use crate::lexicon::Lexicon;
use std::ops::Range;

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
