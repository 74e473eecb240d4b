//! Dates and times of running text.
//!
//! ```text
//! date    = ["ngày"] d "tháng" m "năm" y | ["ngày"] d ("/" | "." | "-") m ("/" | "." | "-") y
//! day     = "ngày" d ("/" | "." | "tháng") m                         the year is understood
//! month   = "tháng" m ("/" | "năm") y
//! quarter = "quý" (I..IV | 1..4) ("/" | "năm") y
//! time    = h ("giờ" | "h" | "g") [mm] ["phút"]
//! ```
//!
//! `ngày` may be glued to the day; spaces may stand around the separators. What is no day of the calendar is no date.

use crate::parse::pattern::{Pattern, pattern};
use std::ops::Range;
use std::sync::LazyLock;

/// A date as precise as it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Date {
    /// A day of a year.
    Day(i16, i8, i8),
    /// A day without its year.
    DayOfMonth(i8, i8),
    /// A month of a year.
    Month(i16, i8),
    /// A quarter of a year.
    Quarter(i16, i8),
}

impl Date {
    /// ISO 8601, when year and month are known.
    pub fn iso(self) -> Option<String> {
        match self {
            Self::Day(y, m, d) => Some(format!("{y:04}-{m:02}-{d:02}")),
            Self::Month(y, m) => Some(format!("{y:04}-{m:02}")),
            Self::DayOfMonth(..) | Self::Quarter(..) => None,
        }
    }
}

/// A date and where it stands: characters from its first word (`ngày` included).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateAt {
    /// The date.
    pub date: Date,
    /// Characters of the folded text.
    pub range: Range<usize>,
}

static DAY: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(?:\bngay[\s.:,]{0,2})?\b?([0-3]?\d)\s?(?:thang\s?(\d{1,2})\s?nam\s?((?:19|20)\d\d)|/\s?(\d{1,2})\s?/\s?((?:19|20)\d\d)|\.\s?(\d{1,2})\s?\.\s?((?:19|20)\d\d)|-(\d{1,2})-((?:19|20)\d\d))",
    )
});
static DAY_OF_MONTH: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"\bngay\s{0,2}([0-3]?\d)\s?(?:thang\s?|[/.]\s?)(\d{1,2})\b"));
static MONTH: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"\bthang\s?(\d{1,2})\s?(?:/|nam|-)\s?((?:19|20)\d\d)\b"));
static QUARTER: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"\bquy\s(i{1,3}|iv|[1-4])\s?(?:/|nam|-)\s?((?:19|20)\d\d)\b"));
static TIME: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"\b([01]?\d|2[0-4])\s?(?:gio|h|g)\s?(?:([0-5]\d)(?:\s?phut|\b))?"));

/// Whether there is such a day.
pub fn is_day(year: i16, month: i8, day: i8) -> bool {
    jiff::civil::Date::new(year, month, day).is_ok()
}

/// The dates of a folded text, in its order.
pub fn find(folded: &str) -> Vec<DateAt> {
    let mut out: Vec<DateAt> = Vec::new();
    let bytes = folded.as_bytes();
    if !bytes.iter().any(u8::is_ascii_digit) {
        return out;
    }
    for c in DAY.captures_iter(folded) {
        let whole = c.get(0).map_or(0..0, |m| m.range());
        // The tail of a longer number is no day.
        if whole.start > 0
            && bytes[whole.start].is_ascii_digit()
            && bytes[whole.start - 1].is_ascii_digit()
        {
            continue;
        }
        let number = |k: usize| c.get(k).and_then(|m| m.as_str().parse::<i16>().ok());
        let pair = [(2, 3), (4, 5), (6, 7), (8, 9)]
            .into_iter()
            .find_map(|(m, y)| number(m).zip(number(y)));
        if let (Some((m, y)), Some(d)) = (pair, number(1)) {
            add(&mut out, day(y, m, d), whole);
        }
    }
    let others = [
        ("thang", &MONTH, 0),
        ("quy", &QUARTER, 1),
        ("ngay", &DAY_OF_MONTH, 2),
    ];
    for (_, r, k) in others.iter().filter(|(cue, ..)| folded.contains(cue)) {
        for c in r.captures_iter(folded) {
            let whole = c.get(0).map_or(0..0, |m| m.range());
            let small = |k: usize| c.get(k).and_then(|m| m.as_str().parse::<i8>().ok());
            let year = c
                .get(2)
                .and_then(|m| m.as_str().parse::<i16>().ok())
                .unwrap_or(0);
            let date = match k {
                0 => small(1)
                    .filter(|m| (1..=12).contains(m))
                    .map(|m| Date::Month(year, m)),
                1 => {
                    let q = match &c[1] {
                        "i" | "1" => 1,
                        "ii" | "2" => 2,
                        "iii" | "3" => 3,
                        _ => 4,
                    };
                    Some(Date::Quarter(year, q))
                }
                _ => {
                    let after = bytes.get(whole.end).copied().unwrap_or(b' ');
                    let dated = after == b'/'
                        || after == b'.'
                            && bytes.get(whole.end + 1).is_some_and(u8::is_ascii_digit);
                    small(1)
                        .zip(small(2))
                        .filter(|(d, m)| !dated && is_day(2024, *m, *d))
                        .map(|(d, m)| Date::DayOfMonth(m, d))
                }
            };
            add(&mut out, date, whole);
        }
    }
    out.sort_by_key(|d| d.range.start);
    out
}

fn day(y: i16, m: i16, d: i16) -> Option<Date> {
    let (m, d) = (i8::try_from(m).ok()?, i8::try_from(d).ok()?);
    is_day(y, m, d).then_some(Date::Day(y, m, d))
}

/// Adds a date unless it lies within one that is there.
fn add(out: &mut Vec<DateAt>, date: Option<Date>, range: Range<usize>) {
    let Some(date) = date else { return };
    if !out
        .iter()
        .any(|o| o.range.start < range.end && range.start < o.range.end)
    {
        out.push(DateAt { date, range });
    }
}

/// The first time of day in a folded text: `HH:MM`, and where it stands.
pub fn time(folded: &str) -> Option<(String, Range<usize>)> {
    TIME.captures_iter(folded).find_map(|c| {
        let whole = c.get(0)?;
        let end = folded[whole.end()..].chars().next();
        // "24 giờ/ngày" and "24/24 giờ" are spans of time.
        let before = folded[..whole.start()].chars().next_back();
        if matches!(end, Some('/')) || before == Some('/') {
            return None;
        }
        let h: u8 = c[1].parse().ok()?;
        let m: u8 = c.get(2).map_or(Some(0), |m| m.as_str().parse().ok())?;
        (h < 24 || m == 0).then(|| (format!("{h:02}:{m:02}"), whole.range()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::fold::fold;
    use super::*;

    fn dates(s: &str) -> Vec<Date> {
        find(&fold(s)).into_iter().map(|d| d.date).collect()
    }

    #[test]
    fn forms() {
        assert_eq!(dates("ngày 24 tháng 02 năm 2021"), [Date::Day(2021, 2, 24)]);
        assert_eq!(dates("từ ngày 22/ 12/ 2011"), [Date::Day(2011, 12, 22)]);
        assert_eq!(dates("(25.12.2021)"), [Date::Day(2021, 12, 25)]);
        assert_eq!(dates("ngày29/01/2021"), [Date::Day(2021, 1, 29)]);
        assert_eq!(dates("trước ngày 22/5"), [Date::DayOfMonth(5, 22)]);
        assert_eq!(
            dates("tháng 11/2024, quý IV năm 2025"),
            [Date::Month(2024, 11), Date::Quarter(2025, 4)]
        );
        assert_eq!(dates("ngày 31/02/2021"), []);
        assert_eq!(dates("Điện thoại 0219.3111.2020"), []);
        assert_eq!(
            dates("ngày 3/1, ngày 2/1/2020"),
            [Date::DayOfMonth(1, 3), Date::Day(2020, 1, 2)]
        );
        assert_eq!(dates("ngày 8/5. Các"), [Date::DayOfMonth(5, 8)]);
    }

    #[test]
    fn times() {
        let at = |s: &str| time(&fold(s)).map(|t| t.0);
        assert_eq!(at("trước 15 giờ 00 ngày").as_deref(), Some("15:00"));
        assert_eq!(at("lúc 7h30").as_deref(), Some("07:30"));
        assert_eq!(at("bắt đầu lúc 7giờ 30 phút").as_deref(), Some("07:30"));
        assert_eq!(at("bắt đầu lúc 08 giờ.").as_deref(), Some("08:00"));
        assert_eq!(at("trực 24/24 giờ"), None);
    }
}
