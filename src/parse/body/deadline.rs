//! By when: the language of deadlines.
//!
//! ```text
//! before       = "trước" [time] date
//! on_or_before = ("chậm nhất" | "muộn nhất" | "hạn cuối") ["là" | "đến hết" | "vào"] [time] date
//!              | ("đến hết" | "không quá" | "xong" | "hoàn thành") [time] date
//!              | "sau" date ... "không"                         the negative form: sent later it is not taken
//! in           = "trong" (month | quarter)
//! recurring    = bound? "ngày" n ("hằng" unit | "của tháng cuối quý") | ("hằng" | "định kỳ") unit
//! relative     = "trong vòng" n unit | "ngay sau khi" ... | n "ngày" ("kể từ" | "sau khi") ...
//! event        = "trước" ("Tết" | "Đại hội" | ...)
//! ```
//!
//! Not deadlines: periods (`từ ngày ... đến hết ngày ...`), data as of a day (`tính đến hết ngày`), days on which
//! something takes place or takes effect, deadlines of another dispatch (`đã đề nghị ... trước ngày`).

use super::super::dispatch::DeadlineKind;
use super::dates::{self, Date, DateAt};
use crate::parse::pattern::{Pattern, pattern};
use std::ops::Range;
use std::sync::LazyLock;

/// A deadline in the characters of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// ISO 8601, when a day is known.
    pub iso: Option<String>,
    /// `15:00`
    pub time: Option<String>,
    /// `before`, `on_or_before` or `in`.
    pub bound: &'static str,
    /// Kind.
    pub kind: DeadlineKind,
    /// Characters, from the word that bounds to the end of the date.
    pub range: Range<usize>,
    /// Whether the year was inferred from the dispatch's own.
    pub year_inferred: bool,
}

const TIME: &str = r"(?:(?:luc\s)?\d{1,2}\s?(?:gio|h|g)\s?(?:\d\d)?(?:\s?phut)?,?\s*)?";

static BEFORE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?:truoc|tuoc|trudc)\s*(?:thoi (?:gian|diem|han)\s)?{TIME}(?:ngay\s)?(?:thu \w+\s?,?\s?)?\(?$"
    ))
});
static AT_LATEST: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?:cham nhat|muon nhat|tre nhat|han cuoi(?: cung)?|han chot|han nop|han gui|thoi han(?: (?:nop|gui|hoan thanh|bao cao|thuc hien))?|thoi gian (?:hoan thanh|nop|gui)(?: bao cao)?|hoan thanh|xong)\s*[:,]?\s*(?:(?:la|vao|den|trong|het|truoc)\s*)*{TIME}(?:ngay\s)?$"
    ))
});
static UNTIL: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(den het|het|den|khong (?:qua|muon hon|cham hon|tre hon))\s*{TIME}(?:ngay\s)?$"
    ))
});
/// A period or a cut of data ends here.
static PERIOD: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:tu|ke tu|bat dau)\b[^;]{0,70}|\b(?:tinh|so lieu|keo dai|duy tri|hieu luc|ap dung|gian cach|giai doan|nghi|luu hanh|gia han|ke)\b[^.;]{0,25})$",
    )
});
static AFTER: LazyLock<Pattern> =
    LazyLock::new(|| pattern(&format!(r"\bsau\s*{TIME}(?:ngay\s)?$")));
static REFUSED: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^[^.;]{0,60}\b(?:se )?(?:khong (?:duoc|con|tiep nhan|nhan|xem xet|giai quyet|dua|tong hop|hop le|co gia tri)|bi (?:loai|tu choi)|coi nhu)",
    )
});
static FORBIDDEN: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\bkhong (?:duoc )?(?:gieo|nhan|tiep nhan|gui|nop|trinh|giai quyet|to chuc|thuc hien|cap|ky|muon|cham|tre|de|bo sung)[^.;,]{0,30}\bsau\s*$",
    )
});
static IN: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"\btrong\s*(?:(?:tuan|dau|cuoi|nua)[^.;,]{0,20})?$"));
static RETOLD: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\b(?:da|truoc do|truoc day)\b[^.;]{0,60}(?:de nghi|yeu cau|giao|quy dinh|thong bao)[^.;]{0,80}$|\bda (?:ban hanh|thuc hien|hoan thanh)[^.;]{0,40}$",
    )
});
static RECURRING: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:truoc|cham nhat|vao|muon nhat)\s(?:la\s)?(?:\d{1,2} gio (?:\d\d )?)?(?:ngay (?:mung )?\d{1,2}|thu \w+|chieu thu \w+|sang thu \w+)?\s?)?\b(?:(?:hang|moi|hai|dinh ky(?: moi| hang)?)\s(?:ngay|tuan|thang|quy|nam|6 thang|sau thang)\b|cua thang (?:cuoi|dau|sau|tiep)[^.;,]{0,12}|dinh ky \d{1,2} thang|6 thang(?:/lan| mot lan)|dinh ky\b)",
    )
});
static RELATIVE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(?:trong (?:vong|thoi han)|khong qua|cham nhat(?: la)?|sau)\s\(?\d{1,3}\)?\s?(?:\([^)]{0,20}\)\s)?(?:gio|ngay|tuan|thang)(?: lam viec)?(?:[,\s]*(?:ke tu|tu|sau|truoc|tinh tu)\s[^.;,]{2,60})?|ngay sau (?:khi|ngay)\s[^.;,]{2,60}",
    )
});
static EVENT: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\btruoc (?:khi khai mac|tet|dai hoi|ngay (?:bau cu|khai giang|khai mac|le)|ky hop|mua mua|mua kho)[^.;,]{0,40}",
    )
});

/// Year and month of the dispatch's date, for dates that leave the year out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Issued {
    /// Year.
    pub year: Option<i16>,
    /// Month.
    pub month: Option<i8>,
    /// Day.
    pub day: Option<i8>,
}

/// The deadline of a passage: the first that names a day, or else the first of another kind.
pub fn find(folded: &str, issued: Issued) -> Option<Found> {
    let dates = dates::find(folded);
    let with_day = dates.iter().enumerate().find_map(|(k, d)| {
        let end_of_period = k > 0 && folded[dates[k - 1].range.end..d.range.start].len() < 25;
        absolute(folded, d, end_of_period, issued)
    });
    if let Some(found) = with_day {
        return Some(found);
    }
    let others = [
        RECURRING
            .find(folded)
            .map(|m| (m, DeadlineKind::Recurring, bound_of(m.as_str()))),
        RELATIVE
            .find(folded)
            .map(|m| (m, DeadlineKind::Relative, "on_or_before")),
        EVENT
            .find(folded)
            .map(|m| (m, DeadlineKind::Event, "before")),
    ];
    let period = dates.iter().find_map(|d| within(folded, d));
    period.or_else(|| {
        others
            .into_iter()
            .flatten()
            .next()
            .map(|(m, kind, bound)| Found {
                iso: None,
                time: None,
                bound,
                kind,
                range: m.range(),
                year_inferred: false,
            })
    })
}

/// The deadline that a cell of a plan's column of time names: there a date stands without a word that bounds it.
pub fn of_cell(folded: &str, issued: Issued) -> Option<Found> {
    static BARE: LazyLock<Pattern> = LazyLock::new(|| pattern(r"^\W*\d{1,2}\s?[/.]\s?\d{1,2}\W*$"));
    static YEAR: LazyLock<Pattern> = LazyLock::new(|| pattern(r"\bnam (?:19|20)\d\d\b"));
    static BEFORE_MONTH: LazyLock<Pattern> = LazyLock::new(|| pattern(r"^\W*truoc\b"));
    if let Some(found) = find(folded, issued) {
        return Some(found);
    }
    let found = |iso, bound, kind, range, year_inferred| Found {
        iso,
        time: None,
        bound,
        kind,
        range,
        year_inferred,
    };
    let whole = 0..folded.len();
    if BARE.is_match(folded) {
        let named = format!("ngay {}", folded.trim());
        let at = dates::find(&named);
        if let Some(Date::DayOfMonth(m, d)) = at.first().map(|d| d.date) {
            let iso = Date::Day(year_for(m, d, issued)?, m, d).iso();
            return Some(found(
                iso,
                "on_or_before",
                DeadlineKind::Absolute,
                whole,
                true,
            ));
        }
    }
    // Of a period its end.
    let last = dates::find(folded).pop();
    if let Some(d) = last {
        let bound = if BEFORE_MONTH.is_match(folded) {
            "before"
        } else {
            "on_or_before"
        };
        return match d.date {
            Date::Day(..) => Some(found(
                d.date.iso(),
                bound,
                DeadlineKind::Absolute,
                whole,
                false,
            )),
            Date::DayOfMonth(m, day) => {
                let iso = Date::Day(year_for(m, day, issued)?, m, day).iso();
                Some(found(iso, bound, DeadlineKind::Absolute, whole, true))
            }
            Date::Month(..) | Date::Quarter(..) => {
                let bound = if bound == "before" { bound } else { "in" };
                Some(found(None, bound, DeadlineKind::Absolute, whole, false))
            }
        };
    }
    let m = YEAR.find(folded)?;
    Some(found(None, "in", DeadlineKind::Absolute, m.range(), false))
}

fn bound_of(s: &str) -> &'static str {
    if s.starts_with("truoc") {
        "before"
    } else if s.starts_with("cham nhat") || s.starts_with("muon nhat") {
        "on_or_before"
    } else {
        "in"
    }
}

/// `trong tháng 3/2021`, `trong quý I năm 2021`, `trước tháng 5/2021`.
fn within(folded: &str, d: &DateAt) -> Option<Found> {
    if !matches!(d.date, Date::Month(..) | Date::Quarter(..)) {
        return None;
    }
    let before = &folded[..d.range.start];
    let (m, bound) = [
        (&IN, "in"),
        (&BEFORE, "before"),
        (&AT_LATEST, "on_or_before"),
    ]
    .into_iter()
    .find_map(|(r, b)| r.find(before).map(|m| (m, b)))?;
    Some(Found {
        iso: None,
        time: None,
        bound,
        kind: DeadlineKind::Absolute,
        range: m.start()..d.range.end,
        year_inferred: false,
    })
}

fn absolute(folded: &str, d: &DateAt, end_of_period: bool, issued: Issued) -> Option<Found> {
    let (date, year_inferred) = match d.date {
        Date::Day(..) => (d.date, false),
        Date::DayOfMonth(m, day) => (Date::Day(year_for(m, day, issued)?, m, day), true),
        _ => return None,
    };
    // "số liệu ... trước ngày": only the sentence counts.
    let from = folded[..d.range.start].rfind([';', '.']).map_or(0, |k| {
        let sentence = folded[k..].starts_with("; ") || folded[k..].starts_with(". ");
        if sentence { k + 1 } else { 0 }
    });
    let before = &folded[from..d.range.start];
    let (start, bound) = bound(folded, before, d, end_of_period)?;
    if RETOLD.is_match(&before[..start]) {
        return None;
    }
    let range = from + start..d.range.end;
    Some(Found {
        iso: date.iso(),
        time: dates::time(&folded[range.clone()]).map(|t| t.0),
        bound,
        kind: DeadlineKind::Absolute,
        range,
        year_inferred,
    })
}

/// Where the bounding words begin, and the bound.
fn bound(
    folded: &str,
    before: &str,
    d: &DateAt,
    end_of_period: bool,
) -> Option<(usize, &'static str)> {
    if let Some(m) = BEFORE.find(before) {
        let latest = before[..m.start()].trim_end();
        let latest_at = AT_LATEST.find(latest).map(|m| m.start());
        return Some((latest_at.unwrap_or(m.start()), "before"));
    }
    if let Some(m) = AT_LATEST.find(before) {
        return Some((m.start(), "on_or_before"));
    }
    if let Some(m) = UNTIL.find(before) {
        let plain =
            before[m.start()..].starts_with("den ") || before[m.start()..].starts_with("het ");
        let lead = &before[..m.start()];
        let sends = lead.contains("gui")
            || lead.contains("nop")
            || lead.contains("hoan th")
            || lead.contains("bao cao")
            || lead.contains("han ");
        if end_of_period || PERIOD.is_match(lead) || (plain && !sends) {
            return None;
        }
        return Some((m.start(), "on_or_before"));
    }
    if let Some(m) = AFTER.find(before)
        && (FORBIDDEN.is_match(&before[..m.start() + 3])
            || REFUSED.is_match(&folded[d.range.end..]))
    {
        return Some((m.start(), "on_or_before"));
    }
    None
}

/// The year that is meant when only day and month are printed: that of the dispatch, or the next when the day has
/// passed by then.
fn year_for(month: i8, day: i8, issued: Issued) -> Option<i16> {
    let year = issued.year?;
    let passed = match (issued.month, issued.day) {
        (Some(m), Some(d)) => (month, day) < (m, d),
        (Some(m), None) => month < m,
        _ => false,
    };
    let year = year + i16::from(passed);
    dates::is_day(year, month, day).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::super::super::fold::fold;
    use super::*;

    const MARCH: Issued = Issued {
        year: Some(2021),
        month: Some(3),
        day: Some(10),
    };

    fn iso(s: &str) -> Option<(String, &'static str)> {
        let f = find(&fold(s), MARCH)?;
        Some((f.iso?, f.bound))
    }

    fn day(s: &str, bound: &'static str) -> Option<(String, &'static str)> {
        Some((s.to_owned(), bound))
    }

    #[test]
    fn bounds() {
        assert_eq!(
            iso("gửi về Sở trước ngày 22 tháng 5 năm 2021"),
            day("2021-05-22", "before")
        );
        assert_eq!(
            iso("trước 15 giờ 00 ngày 02/8/2021"),
            day("2021-08-02", "before")
        );
        assert_eq!(
            iso("chậm nhất ngày 01 tháng 4 năm 2021"),
            day("2021-04-01", "on_or_before")
        );
        assert_eq!(
            iso("chậm nhất là ngày 01/4/2021"),
            day("2021-04-01", "on_or_before")
        );
        assert_eq!(
            iso("chậm nhất đến hết ngày 20/5/2016"),
            day("2016-05-20", "on_or_before")
        );
        assert_eq!(
            iso("gửi về Hội đồng đến hết ngày 22/01/2018 (bản"),
            day("2018-01-22", "on_or_before")
        );
        assert_eq!(
            iso("chậm nhất 15 giờ 00 ngày 05/9/2019"),
            day("2019-09-05", "on_or_before")
        );
        assert_eq!(
            iso("hạn cuối là ngày 31/7/2023"),
            day("2023-07-31", "on_or_before")
        );
        assert_eq!(
            iso("hồ sơ gửi sau ngày 22/12/2017 sẽ không được xét"),
            day("2017-12-22", "on_or_before")
        );
        assert_eq!(
            iso("không gieo sạ sau ngày 15 tháng 01 năm 2026"),
            day("2026-01-15", "on_or_before")
        );
        assert_eq!(iso("trước ngày 22/5"), day("2021-05-22", "before"));
        assert_eq!(iso("trước ngày 15/01"), day("2022-01-15", "before"));
    }

    #[test]
    fn not_deadlines() {
        for s in [
            "số liệu từ 08/8/2017 đến hết 31/12/2017",
            "số liệu tính đến hết ngày 30 tháng 6 năm 2024",
            "có hiệu lực từ ngày 15/10/2023",
            "chuyển sinh hoạt đến sau ngày 01/7/2025 nhưng chưa nộp",
            "đã đề nghị Công ty nộp chứng từ trước ngày 20/6/2024 nhưng",
            "tổ chức vào ngày 15/3/2026",
            "thời gian giãn cách từ ngày 19/7/2021 đến hết ngày 15/8/2021",
            "cuộc thi diễn ra từ ngày 12/9/2017 đến ngày 16/9/2017",
            "không để người ở lại kể từ 12 giờ 00 ngày 28/9/2025",
            "hoàn thành trong tháng 01 năm 2018",
        ] {
            assert_eq!(iso(s), None, "{s}");
        }
    }

    #[test]
    fn kinds() {
        let kind = |s: &str| find(&fold(s), MARCH).map(|f| f.kind);
        assert_eq!(
            kind("định kỳ trước ngày 20 hằng tháng báo cáo"),
            Some(DeadlineKind::Recurring)
        );
        assert_eq!(
            kind("trước ngày 20 của tháng cuối quý"),
            Some(DeadlineKind::Recurring)
        );
        assert_eq!(
            kind("trong vòng 10 ngày kể từ ngày nhận"),
            Some(DeadlineKind::Relative)
        );
        assert_eq!(
            kind("ngay sau khi có danh sách"),
            Some(DeadlineKind::Relative)
        );
        assert_eq!(kind("trong quý IV/2025"), Some(DeadlineKind::Absolute));
        assert_eq!(kind("rà soát hồ sơ"), None);
    }
}
