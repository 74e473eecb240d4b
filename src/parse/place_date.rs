//! Place and date of issue.
//!
//! ```text
//! line  = [place ","] "ngày" day "tháng" month "năm" year
//! day   = 1..31 | blank | handwriting          month = 1..12 | blank | handwriting
//! ```
//!
//! Only the letterhead's line counts: dates of the body, of stamps and of electronic signatures are not the date of
//! issue. A day that was left blank in a draft gives a date of month's precision; a day that stands there but cannot
//! be read, or that a numbered dispatch has lost, makes the date unreadable (month and year are still told).

use super::Page;
use super::dispatch::{DateField, Dispatch, OtherReading, Status, Value};
use super::fold::Folded;
use super::wording::one_line;
use super::zones::Cell;
use crate::lexicon::Lexicon;
use crate::parse::pattern::{Pattern, pattern};
use std::sync::LazyLock;

/// The parts of the line, on folded text.
static LINE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(?:ng[a-tv-z~]y|[ij]gay|ngdy)(.{0,14}?)\bth[a-z~0-9]{1,2}ng\b?(.{0,11}?)[\s.,]{0,2}\bn[a-z~]{1,2}m\b?(.{0,12})",
    )
});

/// A part of a date as it stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Blank,
    /// The value, and whether it is clean.
    Number(u16, bool),
    Unreadable,
}

/// Reads digits; look-alikes of digits count only beside a true digit.
fn part(s: &str, range: std::ops::RangeInclusive<u16>) -> Part {
    let core = s.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '.' | '…' | ',' | '_' | ':' | ';' | '-')
    });
    if core.is_empty() {
        return Part::Blank;
    }
    let folded: String = core
        .chars()
        .map(|c| match c {
            'l' | 'I' => '1',
            'O' | 'o' => '0',
            c => c,
        })
        .collect();
    let clean = folded == core;
    let digits = core.chars().filter(char::is_ascii_digit).count();
    match folded.parse::<u16>() {
        Ok(n) if range.contains(&n) && digits > 0 && core.len() <= 4 => Part::Number(n, clean),
        _ => Part::Unreadable,
    }
}

/// Reads place and date.
pub fn read(page: &Page<'_>, d: &mut Dispatch) {
    let lines: Vec<_> = page.cell(Cell::PlaceDate).collect();
    let mut found = None;
    'lines: for (k, line) in lines.iter().enumerate() {
        // The end of the date may stand on the next line.
        let ends = [
            Some(line.range.end),
            lines
                .get(k + 1)
                .filter(|n| n.line <= line.line + 3)
                .map(|n| n.range.end),
        ];
        for end in ends.into_iter().flatten() {
            let s = &page.text[line.range.start..end];
            let f = Folded::new(s);
            let flat = f.as_str().replace('\n', " ");
            if let Some(c) = LINE.captures(&flat) {
                let part = |k: usize| c.get(k).map_or(0..0, |m| f.original(m.range()));
                let whole = c.get(0).map_or(0..0, |m| f.original(m.range()));
                let dated = c
                    .get(3)
                    .is_some_and(|m| m.as_str().contains(|c: char| c.is_ascii_digit()));
                if found.is_none() || dated {
                    found = Some((*line, s, part(1), part(2), part(3), whole));
                }
                if dated {
                    break 'lines;
                }
            }
        }
    }
    let Some((line, s, day, month, year, whole)) = found else {
        return;
    };
    let at = |r: std::ops::Range<usize>| line.range.start + r.start..line.range.start + r.end;
    let place_range = page.trim(at(0..whole.start));
    let place = page.text[place_range.clone()].trim_matches(|c: char| !c.is_alphabetic());
    if place.chars().filter(|c| c.is_alphabetic()).count() > 1 {
        let start = place_range.start + page.text[place_range.clone()].find(place).unwrap_or(0);
        d.place = Value::read(
            one_line(place),
            start..start + place.len(),
            "place: before the date of the letterhead",
        );
    } else {
        d.place = Value::absent("place: none before the date");
    }
    let year_text = s[year.clone()].trim_start_matches(|c: char| !c.is_alphanumeric());
    let year_end = year_text
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(year_text.len());
    let y = part(&year_text[..year_end], 1945..=2099);
    let m = part(&s[month], 1..=12);
    let dd = part(&s[day.clone()], 1..=31);
    let end = year.start + (s[year.clone()].len() - year_text.len()) + year_end;
    let range = page.trim(at(whole.start..end.max(whole.start)));
    let numbered = d.number.value.is_some() || d.number.status == Status::Unreadable;
    d.date = assemble(d, dd, m, y, range, numbered, s[day].trim());
    witness(d);
}

/// The place as the lists have it: of the letterhead's province, or one that differs in marks alone. The agencies have
/// been read.
pub fn settle(d: &mut Dispatch) {
    let Some(read) = d.place.as_deref().map(str::to_owned) else {
        return;
    };
    let lexicon = Lexicon::new();
    let folded = super::fold::fold(&read);
    let level = ["thanh pho ", "tinh ", "tp. ", "tp."]
        .iter()
        .find(|l| folded.starts_with(**l))
        .map_or(0, |l| l.len());
    let at = read.char_indices().nth(level).map_or(0, |(k, _)| k);
    let (front, name) = read.split_at(at);
    if lexicon.is_place(name) || lexicon.province(name).is_some() {
        return;
    }
    let agencies: Vec<String> = d
        .issuers
        .iter()
        .chain([&d.parent_agency])
        .filter(|v| v.status != Status::Inferred)
        .filter_map(|v| v.value.clone())
        .collect();
    let Some(listed) = super::agency::province(name, &agencies) else {
        d.place.confidence = d.place.confidence.min(0.7);
        return;
    };
    let level = if front.is_empty() {
        ""
    } else {
        "Thành phố "
    };
    let level = if folded.starts_with("thanh") {
        level
    } else {
        front
    };
    d.place.alternatives.push(OtherReading {
        value: read.clone(),
        confidence: 0.1,
        basis: "place: as read".into(),
    });
    d.place.value = Some(format!("{level}{listed}"));
    d.place.status = Status::Repaired;
    d.place.confidence = 0.85;
    d.place.basis = "place: the nearest province of the lists".into();
}

fn assemble(
    d: &mut Dispatch,
    day: Part,
    month: Part,
    year: Part,
    range: std::ops::Range<usize>,
    numbered: bool,
    day_text: &str,
) -> DateField {
    let number = |p: Part| {
        if let Part::Number(n, _) = p {
            Some(n)
        } else {
            None
        }
    };
    let small = |p: Part| number(p).and_then(|n| u8::try_from(n).ok());
    let mut date = DateField {
        day: small(day),
        month: small(month),
        year: number(year),
        ..DateField::default()
    };
    let clean = [day, month, year]
        .iter()
        .all(|p| matches!(p, Part::Number(_, true)));
    let unreadable = |basis| Value::unreadable(range.clone(), basis);
    date.value = match (year, month, day) {
        (Part::Number(y, _), Part::Number(m, _), Part::Number(dd, _)) => {
            if is_date(y, m, dd) {
                // Days under 10 are written with a 0 in front (NĐ 30/2020): a lone digit may have lost its fellow.
                let lone = day_text.chars().filter(char::is_ascii_digit).count() == 1;
                let sure = if !clean {
                    0.5
                } else if lone {
                    0.7
                } else {
                    0.9
                };
                Value::read(format!("{y:04}-{m:02}-{dd:02}"), range, "date: letterhead").sure(sure)
            } else {
                d.quality.flags.push("date_impossible");
                unreadable("date: no such day")
            }
        }
        (Part::Number(..), Part::Number(..), Part::Blank) if numbered => {
            d.quality.flags.push("date_day_lost");
            unreadable("date: the day of a numbered dispatch is lost")
        }
        (Part::Number(y, _), Part::Number(m, _), Part::Blank) => {
            d.quality.flags.push("date_day_blank");
            Value::read(format!("{y:04}-{m:02}"), range, "date: the day is blank")
        }
        (Part::Number(y, _), Part::Blank, Part::Blank) if !numbered => {
            d.quality.flags.push("date_month_blank");
            Value::read(format!("{y:04}"), range, "date: day and month are blank")
        }
        (Part::Blank, Part::Blank, Part::Blank) => {
            d.quality.flags.push("date_blank");
            Value::absent("date: blank")
        }
        _ => {
            d.quality.flags.push("date_unreadable");
            unreadable("date: not digits (handwriting?)")
        }
    };
    date
}

/// Whether there is such a day.
pub fn is_date(year: u16, month: u16, day: u16) -> bool {
    let small = |n: u16| i8::try_from(n).unwrap_or(0);
    jiff::civil::Date::new(i16::try_from(year).unwrap_or(0), small(month), small(day)).is_ok()
}

/// The time of the electronic signature speaks for or against the day; it never takes its place.
fn witness(d: &mut Dispatch) {
    let Some(signed) = d
        .digital_signature
        .as_ref()
        .and_then(|s| s.signed_at.value.as_deref())
    else {
        return;
    };
    let signed = signed.get(..10).unwrap_or_default().to_owned();
    let month = d
        .date
        .year
        .zip(d.date.month)
        .map(|(y, m)| format!("{y:04}-{m:02}"));
    if signed.len() != 10 || month.is_none_or(|m| !signed.starts_with(&m)) {
        return;
    }
    if d.date.value.as_deref() == Some(signed.as_str()) {
        d.date.value.confidence = 0.97;
    } else if d.date.value.status == Status::Unreadable && d.date.day.is_none() {
        // The printed month and year agree: the signature stands in for the handwritten day.
        let ranges = std::mem::take(&mut d.date.value.ranges);
        d.date.day = signed.get(8..10).and_then(|s| s.parse().ok());
        d.date.value = Value::inferred(
            signed,
            ranges,
            "date: day of the electronic signature, in the printed month",
        )
        .sure(0.7);
    } else {
        d.date.value.alternatives.push(OtherReading {
            value: signed,
            confidence: 0.6,
            basis: "date: time of the electronic signature".into(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_date() {
        assert_eq!(part(" 04 ", 1..=31), Part::Number(4, true));
        assert_eq!(part("25_ ", 1..=31), Part::Number(25, true));
        assert_eq!(part(" I1 ", 1..=12), Part::Number(11, false));
        assert_eq!(part("     ", 1..=31), Part::Blank);
        assert_eq!(part(".....", 1..=31), Part::Blank);
        for hand in ["32", "|Ê.", "f2", "(O-", "0?", "ÒŠ", "I", "ll", "410"] {
            assert_eq!(part(hand, 1..=31), Part::Unreadable, "{hand}");
        }
        assert!(!is_date(2021, 2, 31));
        assert!(is_date(2024, 2, 29));
    }
}
