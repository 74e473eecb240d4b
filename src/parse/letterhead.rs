//! Issuing body and the one above it.
//!
//! ```text
//! letterhead = [parent] issuer | issuer {("-" | ",") issuer}      joint issuers stand one under the other
//! unit       = line {continuation}     "SỞ THÔNG TIN" "VÀ TRUYỀN THÔNG", "ỦY BAN NHÂN DÂN" "TỈNH KON TUM"
//! ```
//!
//! A People's Committee, a ministry, the Government, the Prime Minister and the National Assembly print no body
//! above them (NĐ 30/2020/NĐ-CP, Phụ lục I).

use super::agency::{self, Known, Witness};
use super::dispatch::{Dispatch, Family, Status, TextRange, Value};
use super::wording::{normal_case, one_line};
use super::zones::{Cell, ZoneLine};
use super::{Page, cues, fold};
use crate::lexicon::Lexicon;
use crate::syllable::fold_tone_placement;

/// One agency, over one or more lines.
#[derive(Debug, Clone)]
struct Unit {
    text: String,
    ranges: Vec<TextRange>,
    /// The agency of the lists that it is; its name then stands in `text`.
    known: Option<Known>,
}

impl Unit {
    fn folded(&self) -> String {
        fold::fold(&self.text)
    }

    fn value(&self, place: Option<&str>, basis: &'static str) -> Value<String> {
        let text = self.text.trim_end_matches(['-', '–', ',', ' ']);
        let mut v = Value::read_at(normal_case(text, place), self.ranges.clone(), basis);
        match &self.known {
            Some(k) if k.place_inferred => {
                (v.status, v.confidence) = (Status::Inferred, 0.6);
                v.basis = "letterhead: the place is that of the date's line".into();
            }
            Some(k) if k.errors > 0 => {
                v.status = Status::Repaired;
                v.confidence = (0.95 - 0.05 * k.errors as f64).max(0.6);
                v.basis = "letterhead: the nearest agency of the lists".into();
            }
            Some(_) => {}
            // Capitals that are no Vietnamese words were read wrong.
            None if !worded(text) => v.confidence = 0.5,
            None => {}
        }
        v
    }
}

/// Reads issuers and parent agency; the place has been read.
pub fn read(page: &Page<'_>, d: &mut Dispatch) {
    let place = d.place.as_deref().map(str::to_owned);
    let place = place.as_deref();
    let symbol = d.symbol.as_deref().map(str::to_owned);
    let witness = Witness {
        place,
        symbol: symbol.as_deref(),
    };
    let mut units = units(page, witness);
    if units.is_empty() {
        let named = symbol.as_deref().and_then(agency::of_symbol);
        if let Some(name) = named.filter(|_| page.cell(Cell::Motto).next().is_some()) {
            let ranges = d.symbol.ranges.clone();
            let basis = "letterhead: lost; the agency of the symbol";
            d.issuers = vec![Value::inferred(name.to_owned(), ranges, basis).sure(0.6)];
        }
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

/// A line of the letterhead without signs at its ends.
struct Line {
    text: String,
    range: TextRange,
    /// Whether a dash that joins it to the next agency stands behind it.
    dash: bool,
}

/// The lines of the letterhead; agencies named after the subject belong to something else.
fn lines(page: &Page<'_>) -> Vec<Line> {
    let later = |l: &ZoneLine| {
        matches!(
            l.cell,
            Cell::Subject | Cell::Recipients | Cell::Type | Cell::Body
        )
    };
    let first = page.lines.iter().position(|l| l.cell == Cell::Letterhead);
    let end = page
        .lines
        .iter()
        .enumerate()
        .position(|(k, l)| first.is_some_and(|first| k > first) && later(l));
    let mut out = Vec::new();
    for line in page.lines[..end.unwrap_or(page.lines.len())]
        .iter()
        .filter(|l| l.cell == Cell::Letterhead)
    {
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
        let title = cues::TYPES.iter().any(|t| t.folded == fold::fold(&text));
        if text.chars().filter(|c| c.is_alphabetic()).count() < 2 || title || of_motto(&text) {
            continue;
        }
        let range = line.range.start + start..line.range.start + end;
        out.push(Line { text, range, dash });
    }
    out
}

/// Whether the line is what is left of the motto.
fn of_motto(text: &str) -> bool {
    let l = agency::letters(text);
    let motto = [cues::COUNTRY, cues::MOTTO].map(agency::letters);
    l.len() > 5
        && motto
            .iter()
            .any(|m| m.contains(&l) || fold::find(m, &l, l.len() / 5).is_some())
}

/// Lines of the letterhead put together to agencies: first those of the lists, then the others by their wording.
fn units(page: &Page<'_>, witness: Witness<'_>) -> Vec<Unit> {
    let lines = lines(page);
    let mut units: Vec<Unit> = Vec::new();
    let mut k = 0;
    for (n, known) in groups(&lines, witness) {
        let group = &lines[k..k + n];
        k += n;
        let ranges = || group.iter().map(|l| l.range.clone());
        let dash = group.last().is_some_and(|l| l.dash);
        if let Some(mut known) = known {
            let printed: Vec<&str> = group.iter().map(|l| l.text.as_str()).collect();
            if !same_words(&printed.join(" "), &known.name) {
                known.errors = known.errors.max(1);
            }
            let mut text = known.name.clone();
            if dash {
                text.push('-');
            }
            units.push(Unit {
                text,
                ranges: ranges().collect(),
                known: Some(known),
            });
            continue;
        }
        for line in group {
            let goes_on = units.last().is_some_and(|last| {
                let scrap =
                    last.known.is_some() && !line.text.starts_with('(') && !worded(&line.text);
                !scrap && continues(&last.text, &line.text)
            });
            if goes_on && let Some(last) = units.last_mut() {
                let front = last.text.trim_end_matches(['-', '–']).trim_end();
                let known = last.known.take().is_some();
                let text = if known {
                    normal_case(&line.text, None)
                } else {
                    line.text.clone()
                };
                last.text = format!("{front} {text}");
                last.ranges.push(line.range.clone());
            } else if units.is_empty() || worded(&line.text) || agency(&fold::fold(&line.text)) {
                units.push(Unit {
                    text: line.text.clone(),
                    ranges: vec![line.range.clone()],
                    known: None,
                });
            }
            if let Some(last) = units.last_mut().filter(|_| line.dash) {
                last.text.push('-');
            }
        }
    }
    // Scraps beside an agency of the lists are none.
    if units.iter().any(|u| u.known.is_some()) {
        units.retain(|u| u.known.is_some() || worded(&u.text) || agency(&u.folded()));
    }
    units
}

/// Whether both are the same words with the same marks, in any case and with the tone on either vowel.
fn same_words(a: &str, b: &str) -> bool {
    let words = |s: &str| {
        let small = s.to_lowercase().replace(['–', '—'], "-");
        fold_tone_placement(&one_line(&small)).into_owned()
    };
    words(a) == words(b)
}

/// The lines as groups, each an agency of the lists or one line of unknown wording: the cheapest division.
fn groups(lines: &[Line], witness: Witness<'_>) -> Vec<(usize, Option<Known>)> {
    const LONGEST: usize = 4;
    const UNKNOWN: usize = 8;
    let mut best: Vec<(usize, usize, Option<Known>)> = vec![(0, 0, None)];
    for end in 1..=lines.len() {
        let mut choice = (best[end - 1].0 + UNKNOWN, 1, None);
        for n in 1..=LONGEST.min(end) {
            let group = &lines[end - n..end];
            if group[..n - 1].iter().any(|l| l.dash && l.text.len() > 30) {
                break;
            }
            let text: Vec<&str> = group.iter().map(|l| l.text.as_str()).collect();
            let Some(known) = agency::read(&text.join(" "), witness) else {
                continue;
            };
            let cost = best[end - n].0 + 2 + known.errors + usize::from(known.place_inferred);
            if cost < choice.0 {
                choice = (cost, n, Some(known));
            }
        }
        best.push(choice);
    }
    let mut out = Vec::new();
    let mut end = lines.len();
    while end > 0 {
        let (_, n, known) = best[end].clone();
        out.push((n, known));
        end -= n;
    }
    out.reverse();
    out
}

/// Whether most words of the line are Vietnamese, as they are not in what a seal or a rule leaves.
fn worded(text: &str) -> bool {
    let lexicon = Lexicon::new();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| w.chars().count() > 1)
        .collect();
    let good = words
        .iter()
        .filter(|w| lexicon.is_known_syllable(&w.to_lowercase()) || lexicon.is_abbreviation(w))
        .count();
    good > 0 && good * 3 >= words.len() * 2
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
    agency::opens(n) || cues::AGENCY.iter().any(|c| n == c.trim_end())
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
            known: None,
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
        // A dash behind a committee is the rule under it: its departments are below it, not beside it.
        let committee = |u: &Unit| matches!(head(u).as_str(), "uy" | "ubnd");
        let below = committee(above) && !committee(&units[from]);
        if below || !above.text.ends_with(['-', '–', ',']) && !equal {
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
    let found = [" TỈNH ", " THÀNH PHỐ ", " tỉnh ", " thành phố "]
        .iter()
        .find_map(|cue| last.match_indices(cue).next());
    let Some((k, _)) = found else {
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
