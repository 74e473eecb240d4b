//! Issuing body and the one above it.
//!
//! ```text
//! letterhead = [parent] issuer | issuer {("-" | ",") issuer}      joint issuers stand one under the other
//! unit       = line {continuation}     "SỞ THÔNG TIN" "VÀ TRUYỀN THÔNG", "ỦY BAN NHÂN DÂN" "TỈNH KON TUM"
//! ```
//!
//! A People's Committee, a ministry, the Government, the Prime Minister and the National Assembly print no body
//! above them (NĐ 30/2020/NĐ-CP, Phụ lục I).

use super::dispatch::{Dispatch, Family, TextRange, Value};
use super::wording::{normal_case, one_line};
use super::zones::Cell;
use super::{Page, cues, fold};

/// One agency, over one or more lines.
#[derive(Debug, Clone)]
struct Unit {
    text: String,
    ranges: Vec<TextRange>,
}

impl Unit {
    fn folded(&self) -> String {
        fold::fold(&self.text)
    }

    fn value(&self, place: Option<&str>, basis: &'static str) -> Value<String> {
        let text = self.text.trim_end_matches(['-', '–', ',', ' ']);
        Value::read_at(normal_case(text, place), self.ranges.clone(), basis)
    }
}

/// Reads issuers and parent agency; the place has been read.
pub fn read(page: &Page<'_>, d: &mut Dispatch) {
    let place = d.place.as_deref().map(str::to_owned);
    let place = place.as_deref();
    let mut units = units(page);
    if units.is_empty() {
        return;
    }
    if page
        .cell(Cell::Motto)
        .any(|l| fold::find(&fold::fold(page.str(l)), cues::PARTY, 3).is_some())
    {
        d.family = Family::Party;
    }
    split_joint(&mut units);
    let from = joint_from(&units);
    let issuers = &mut units[from..];
    share_place(issuers);
    let basis = if issuers.len() > 1 {
        "letterhead: joint issuers"
    } else {
        "letterhead: last agency above the number"
    };
    d.issuers = issuers.iter().map(|u| u.value(place, basis)).collect();
    d.parent_agency = match from.checked_sub(1) {
        Some(k) => units[k].value(place, "letterhead: agency above the issuer"),
        None => Value::absent("letterhead: none above the issuer"),
    };
    d.issuer_full = full_name(d);
    let organ = units.last().map(Unit::folded).unwrap_or_default();
    if [
        "doan thanh nien",
        "tinh doan",
        "lien doan",
        "cong doan",
        "hoi lien hiep",
        "hoi nong dan",
        "mat tran",
        "ubmttq",
        "hoi cuu chien binh",
    ]
    .iter()
    .any(|c| organ.contains(c))
        && d.family == Family::State
    {
        d.family = Family::Union;
    } else if [
        "tinh uy",
        "thanh uy",
        "huyen uy",
        "dang uy",
        "dang bo",
        "ban tuyen giao",
        "ban to chuc trung",
        "van phong trung uong",
    ]
    .iter()
    .any(|c| organ.contains(c))
    {
        d.family = Family::Party;
    } else if organ.starts_with("cong ty")
        || organ.starts_with("tap doan")
        || organ.starts_with("tong cong ty")
    {
        d.family = Family::Other;
    }
}

/// Lines of the letterhead put together to agencies.
fn units(page: &Page<'_>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for line in page.cell(Cell::Letterhead) {
        let s = page.str(line);
        let start = s
            .find(|c: char| c.is_alphanumeric() || c == '(')
            .unwrap_or(s.len());
        let end = s
            .rfind(|c: char| c.is_alphanumeric() || matches!(c, ')' | ','))
            .map_or(start, |k| {
                k + s[k..].chars().next().map_or(0, char::len_utf8)
            });
        let dash = s[end..].trim_start().starts_with(['-', '–'])
            && s[end..]
                .chars()
                .filter(|c| matches!(c, '-' | '–' | '_' | '*'))
                .count()
                == 1
            && !s.trim_start().starts_with(['-', '–', '_']);
        let text = one_line(&s[start..end]);
        if text.chars().filter(|c| c.is_alphabetic()).count() < 2 {
            continue;
        }
        let range = line.range.start + start..line.range.start + end;
        match units.last_mut() {
            Some(last) if continues(&last.text, &text) => {
                let front = last.text.trim_end_matches(['-', '–']).trim_end();
                last.text = format!("{front} {text}");
                last.ranges.push(range);
            }
            _ => units.push(Unit {
                text,
                ranges: vec![range],
            }),
        }
        if let Some(last) = units.last_mut().filter(|_| dash) {
            last.text.push('-');
        }
    }
    units
}

/// Whether `next` goes on with the agency `before` rather than naming another one.
fn continues(before: &str, next: &str) -> bool {
    let (b, n) = (fold::fold(before), fold::fold(next));
    let opens = |words: &[&str]| {
        words
            .iter()
            .any(|w| n == *w || n.starts_with(&format!("{w} ")))
    };
    // "MÔI" / "TRƯỜNG", "DU" / "LỊCH": one word is the end of a line that was too long.
    let alone = !n.contains(' ') && !n.contains("ubnd");
    if alone || (before.ends_with(['-', '–', ',']) && !agency(&n)) {
        return true;
    }
    if before.ends_with(['-', '–', ',']) {
        return false;
    }
    if next.starts_with('(')
        || opens(&[
            "va",
            "tinh",
            "tinh:",
            "huyen",
            "quan",
            "xa",
            "phuong",
            "thi",
            "thanh pho",
            "pho",
            "tp",
            "tp.",
            "thuoc",
        ])
    {
        // "TỈNH ỦY X" and "THÀNH PHỐ X" may be agencies of their own below another one.
        return !(n.starts_with("tinh uy")
            || n.starts_with("tinh doan")
            || n.starts_with("huyen uy")
            || n.starts_with("thanh uy"));
    }
    if b.ends_with(" va")
        || b.ends_with(" thanh")
        || b.ends_with(" nhan dan") && !n.starts_with("so ") && !agency(&n)
    {
        return true;
    }
    !agency(&n)
}

fn agency(n: &str) -> bool {
    cues::AGENCY.iter().any(|c| {
        n.starts_with(c) || (c.len() > 6 && fold::prefix(n, c, 1).is_some()) || n == c.trim_end()
    })
}

/// "SỞ Y TẾ - SỞ GIÁO DỤC VÀ ĐÀO TẠO" on one line: the dash parts two agencies.
fn split_joint(units: &mut Vec<Unit>) {
    let Some(last) = units.last().cloned() else {
        return;
    };
    let parts: Vec<&str> = last
        .text
        .split(
            [" - ", " – "]
                .iter()
                .find(|d| last.text.contains(**d))
                .copied()
                .unwrap_or(" - "),
        )
        .collect();
    let head = |p: &str| {
        fold::fold(p)
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    if parts.len() < 2
        || !parts.iter().all(|p| {
            matches!(
                head(p).as_str(),
                "so" | "bo"
                    | "ubnd"
                    | "lien"
                    | "hoi"
                    | "cong"
                    | "doan"
                    | "tinh"
                    | "cuc"
                    | "ban"
                    | "uy"
            )
        })
    {
        return;
    }
    units.pop();
    let n = parts.len();
    for (k, p) in parts.into_iter().enumerate() {
        let text = if k + 1 < n {
            format!("{p}-")
        } else {
            p.to_owned()
        };
        units.push(Unit {
            text,
            ranges: last.ranges.clone(),
        });
    }
}

/// Where the issuers begin: the last agency, and those before it that a dash or comma, or equal rank, joins to it.
fn joint_from(units: &[Unit]) -> usize {
    let head = |u: &Unit| u.folded().split(' ').next().unwrap_or_default().to_owned();
    let mut from = units.len() - 1;
    while from > 0 {
        let above = &units[from - 1];
        let equal =
            head(above) == head(&units[from]) && matches!(head(above).as_str(), "bo" | "so");
        if !above.text.ends_with(['-', '–', ',']) && !equal {
            break;
        }
        from -= 1;
    }
    from
}

/// "LIÊN ĐOÀN LAO ĐỘNG - / SỞ Y TẾ / TỈNH AN GIANG": the place belongs to each of them.
fn share_place(units: &mut [Unit]) {
    let Some(last) = units.last().map(|u| u.text.clone()) else {
        return;
    };
    let Some((k, _)) = last
        .match_indices(" TỈNH ")
        .next()
        .or_else(|| last.match_indices(" THÀNH PHỐ ").next())
    else {
        return;
    };
    let place = last[k..].to_owned();
    let n = units.len();
    for u in &mut units[..n.saturating_sub(1)] {
        let bare = u.text.trim_end_matches(['-', '–', ',', ' ']).to_owned();
        u.text = format!("{bare}{place}");
    }
}

/// `Sở Y tế` under `UBND tỉnh Kiên Giang` is `Sở Y tế tỉnh Kiên Giang`.
fn full_name(d: &Dispatch) -> Option<String> {
    let issuer = d.issuers.first()?.as_deref()?.to_owned();
    let Some(parent) = d.parent_agency.as_deref() else {
        return Some(issuer);
    };
    let folded = fold::fold(parent);
    let cue = ["uy ban nhan dan ", "ubnd "]
        .into_iter()
        .find(|c| folded.starts_with(c));
    let Some(cue) = cue else { return Some(issuer) };
    let place: String = parent.chars().skip(cue.len()).collect();
    if fold::fold(&issuer).contains(&fold::fold(&place)) {
        return Some(issuer);
    }
    Some(format!("{issuer} {place}"))
}
