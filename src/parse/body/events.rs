//! Meetings, ceremonies, training courses the dispatch announces.
//!
//! ```text
//! when  = "Thời gian" ... [time] date                       08 giờ 00 ngày 25 tháng 3 năm 2022
//!       | "từ" time "đến" time date                         từ 14h00 đến 17h00 ngày 12/9/2017
//!       | d ("-" | "và") date                               18-19/01/2018
//!       | "từ" [time] date "đến" [time] date
//! where = "Địa điểm" ... "."
//! chair = "Chủ trì" ":" person
//! who   = list under "Thành phần"
//! ```
//!
//! A time of day counts only beside a date. The hour of the first day goes to the start.

use super::super::dispatch::{Dispatch, Event};
use super::dates::{self, Date, DateAt};
use super::paragraphs::{Mark, Paragraph};
use crate::parse::pattern::{Pattern, pattern};
use std::ops::Range;
use std::sync::LazyLock;

static WHEN: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\bthoi gian(?: hop| lam viec| to chuc| kiem tra| du kien| tap huan| khai mac| bat dau)?[^:,;.]{0,25}?(?:[:,]|\s)",
    )
});
static NO_EVENT: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^thoi gian (?:thuc hien|hoan thanh|gian cach|nop|gui|bao cao|tiep nhan|lam viec cua|nghi|dao tao toi|toi|qua|tu khi)",
    )
});
static WHERE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(r"\bdia diem(?: hop| to chuc| tap trung| kiem tra| tap huan)?\s?:?\s*(?:tai\s)?")
});
static CHAIR: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"\bchu tri\s?:\s*|\bnguoi chu tri\s?:?\s*"));
static WHO: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"^\W*(?:thanh phan|doi tuong|dai bieu)(?: tham (?:du|gia))?"));
static SPAN: LazyLock<Pattern> = LazyLock::new(|| pattern(r"\b(\d{1,2})\s?(?:-|va|,)\s?$"));

/// Reads the events of the body.
pub fn read(paragraphs: &[Paragraph], d: &mut Dispatch) {
    let invitation = matches!(d.type_code, Some("GM" | "TM"));
    let places = paragraphs.iter().any(|p| WHERE.is_match(&p.folded));
    if !invitation && !places {
        return;
    }
    for (k, p) in paragraphs.iter().enumerate() {
        let Some(cue) = WHEN
            .find_iter(&p.folded)
            .find(|m| !NO_EVENT.is_match(&p.folded[m.start()..]))
        else {
            continue;
        };
        let limit = sentence_end(p, cue.end());
        let Some((start, end)) = when(&p.folded[cue.start()..limit]) else {
            continue;
        };
        let place = place(paragraphs, k, cue.start());
        let mut ranges = p.ranges(cue.start()..limit);
        if let Some((at, r)) = &place {
            ranges.extend(paragraphs[*at].ranges(r.clone()));
        }
        d.events.push(Event {
            start: Some(start),
            end,
            place: place.map(|(at, r)| {
                paragraphs[at]
                    .str(r)
                    .trim_end_matches(['.', '/'])
                    .trim()
                    .to_owned()
            }),
            chair: chair(paragraphs),
            attendees: attendees(paragraphs),
            ranges,
            confidence: if invitation { 0.9 } else { 0.75 },
        });
    }
}

/// Where the sentence ends: at a full stop before a capital, or with the paragraph.
fn sentence_end(p: &Paragraph, from: usize) -> usize {
    static END: LazyLock<Pattern> = LazyLock::new(|| pattern(r"(?:[a-z0-9)/\x22][.;]|;)\s+[A-Z]"));
    let from = from.min(p.len());
    END.find(&p.cased[from..]).map_or(p.len(), |m| {
        let at = m.as_str().find(['.', ';']).unwrap_or(0);
        from + m.start() + at + 1
    })
}

/// Start and end in ISO 8601.
fn when(folded: &str) -> Option<(String, Option<String>)> {
    let days: Vec<DateAt> = dates::find(folded)
        .into_iter()
        .filter(|d| matches!(d.date, Date::Day(..)))
        .collect();
    let first = days.first()?;
    let Date::Day(y, m, last) = first.date else {
        return None;
    };
    let iso = |d: Date| d.iso().unwrap_or_default();
    let opens = SPAN.captures(&folded[..digits_at(folded, &first.range)]);
    let opening = opens
        .and_then(|c| c[1].parse::<i8>().ok())
        .filter(|d| *d < last && dates::is_day(y, m, *d));
    let times = times(folded);
    let start_day = opening.map_or(iso(first.date), |d| iso(Date::Day(y, m, d)));
    let end_day = match (opening, days.get(1)) {
        (Some(_), _) => Some(iso(first.date)),
        (None, Some(second)) => {
            let between = &folded[first.range.end..second.range.start];
            (between.contains("den") && between.len() < 40 && second.date > first.date)
                .then(|| iso(second.date))
        }
        _ => None,
    };
    let start = times
        .first()
        .map_or(start_day.clone(), |t| format!("{start_day}T{t}"));
    let end = match (end_day, times.get(1)) {
        (Some(d), Some(t)) => Some(format!("{d}T{t}")),
        (Some(d), None) => Some(d),
        (None, Some(t)) if folded.contains("den") => Some(format!("{start_day}T{t}")),
        _ => None,
    };
    Some((start, end))
}

/// Where the day of a date begins, behind `ngày`.
fn digits_at(folded: &str, range: &Range<usize>) -> usize {
    range.start
        + folded[range.clone()]
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(0)
}

fn times(folded: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some((t, r)) = dates::time(&folded[at..]) {
        out.push(t);
        at += r.end.max(1);
        if out.len() == 2 {
            break;
        }
    }
    out
}

/// The place that is told in the same paragraph or one of the next four.
fn place(paragraphs: &[Paragraph], k: usize, from: usize) -> Option<(usize, Range<usize>)> {
    let near = (k..paragraphs.len().min(k + 5)).chain(k.saturating_sub(3)..k);
    near.into_iter().find_map(|at| {
        let p = &paragraphs[at];
        let from = if at == k { from } else { 0 };
        let m = WHERE.find(&p.folded[from..])?;
        let start = from + m.end();
        let end = sentence_end(p, start);
        (end > start + 3).then(|| (at, p.trim(start..end)))
    })
}

fn chair(paragraphs: &[Paragraph]) -> Option<String> {
    let marked = paragraphs.iter().find_map(|p| {
        p.folded
            .find("(chu tri)")
            .map(|k| p.str(p.trim(p.content..k)).to_owned())
    });
    marked.or_else(|| {
        paragraphs.iter().find_map(|p| {
            let m = CHAIR.find(&p.folded)?;
            let end = sentence_end(p, m.end());
            let text = p.str(p.trim(m.end()..end)).trim_end_matches('.').to_owned();
            (text.len() > 3).then_some(text)
        })
    })
}

/// The list under "Thành phần".
fn attendees(paragraphs: &[Paragraph]) -> Vec<String> {
    let Some(k) = paragraphs
        .iter()
        .position(|p| WHO.is_match(&p.folded[p.content.min(p.len())..]))
    else {
        return Vec::new();
    };
    paragraphs[k + 1..]
        .iter()
        .take_while(|p| matches!(p.mark, Mark::Bullet(_)))
        .map(|p| {
            p.str(p.trim(p.content..p.len()))
                .trim_end_matches('.')
                .to_owned()
        })
        .filter(|s| s.len() > 2)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::fold::fold;
    use super::*;

    fn at(s: &str) -> Option<(String, Option<String>)> {
        when(&fold(s))
    }

    fn some(start: &str, end: &str) -> Option<(String, Option<String>)> {
        Some((start.to_owned(), (!end.is_empty()).then(|| end.to_owned())))
    }

    #[test]
    fn start_and_end() {
        assert_eq!(
            at("Thời gian: 08 giờ 00 ngày 25 tháng 3 năm 2022 (thứ Sáu)"),
            some("2022-03-25T08:00", "")
        );
        assert_eq!(
            at("Thời gian buổi sáng ngày 09/01/2018, bắt đầu lúc 08 giờ."),
            some("2018-01-09T08:00", "")
        );
        assert_eq!(
            at("từ 14h00 đến 17h00 ngày 12/9/2017"),
            some("2017-09-12T14:00", "2017-09-12T17:00")
        );
        assert_eq!(
            at("Thời gian: 02 ngày (19 - 20/10/2017), khai mạc 08h30"),
            some("2017-10-19T08:30", "2017-10-20")
        );
        assert_eq!(
            at("từ 07 giờ 00 ngày 24/4/2018 đến ngày 26/4/2018"),
            some("2018-04-24T07:00", "2018-04-26")
        );
        assert_eq!(at("trong tuần tới"), None);
    }
}
