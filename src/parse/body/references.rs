//! Documents cited in the dispatch.
//!
//! ```text
//! citation = type ["số"] number_symbol [","] ["ngày" date | "(" date ")"] ["của" issuer] ["về" title]
//! state    = n [letter] ["/" year] "/" symbol          3249/SKHCN-HTS  30c/NQ-CP  12/2021/TT-BTTTT
//! law      = n "/" year "/" "QH" term                  56/2010/QH12
//! party    = n [letter] "-" type "/" organ             202-KH/TU  36-HD/VPTW
//! symbol   = part {("-" | "/" | "," | "." | "+" | "&") part}
//! part     = capitals; marks other than those of the letters Đ, Ă, Â, Ê, Ô, Ơ, Ư do not occur
//! ```
//!
//! OCR writes Ð for Đ, `_` for `-`, puts spaces around `/` and `-`, and reads the Party's `/` as `I` or `l`. Two
//! citations in one clause share the date that follows the second. Each document is told once, with what all its
//! citations say together; the dispatch's own number is none.

use super::super::cues;
use super::super::dispatch::{Dispatch, Family, Reference};
use super::super::number;
use super::dates;
use super::paragraphs::Paragraph;
use super::titles;
use crate::parse::fold::signless;
use crate::parse::pattern::{Pattern, pattern};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

const PART: &str = r"[A-Z][A-Za-z0-9]{0,11}";

/// Number and symbol of a state document, on the shadow in the case of the page.
static STATE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(&format!(
        r"(\d{{1,5}}\s?[A-Za-z]?)\s?/\s?(?:((?:19|20)\d\d)\s?/\s?)?({PART}(?:(?:\s?[-_~]\s?|[/.,+&]){PART}){{0,6}})"
    ))
});
/// Number and symbol of a Party document.
static PARTY: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(&format!(
        r"(\d{{1,5}}[a-z]?)\s?[-_~]{{1,2}}\s?(NQ|CT|CTr|CTR|KL|QD|QC|QyD|Qd|KH|HD|TB|BC|TTr|CV|DA|PA|TT|GM|BB|CTHD|NQLT|TTLT|DCT)\s?[/I|l]\s?((?:TW|TU|HU|DU|QU|BTGTW|VPTW|DUK|DUCA|BTCTW|UBKTTW|BCSD|DTN|{PART})(?:\s?-\s?{PART})*)"
    ))
});
/// Number and symbol that have lost the slash, behind the word "số" only.
static SLASHLESS: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\b(?:so|S0)\s?:?\s?(\d{1,5}[a-z]?)\s?(?:[|lI1\\]|\s)\s?((?:QD|NQ|KH|TB|CT|BC|HD|TTr)-[A-Z]{2,10})\b",
    )
});

static TORN: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(r"(?:\bso|\bSo|dinh|van|hoach|bao|dan|tu|thi|trinh|quyet) (\d{1,3}) $")
});

/// Letters that stand in symbols.
fn symbol_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || "ĐÐĂÂÊÔƠƯđăâêôơưð".contains(c)
}

/// A number and symbol and where they stand, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cited {
    number: String,
    year: Option<String>,
    symbol: String,
    party: bool,
    range: Range<usize>,
}

impl Cited {
    fn number_symbol(&self) -> String {
        match (&self.year, self.party) {
            (Some(y), _) => format!("{}/{y}/{}", self.number, self.symbol),
            (None, true) => format!("{}-{}", self.number, self.symbol),
            (None, false) => format!("{}/{}", self.number, self.symbol),
        }
    }
}

/// Cuts a symbol back to the parts that can belong to it.
fn symbol(p: &Paragraph, range: Range<usize>) -> Option<(String, usize)> {
    let shape = &p.cased[range.clone()];
    let mut end = 0;
    let mut at = 0;
    for (k, part) in shape
        .split_inclusive(['-', '_', '~', '/', '.', ',', '+', '&'])
        .enumerate()
    {
        let core = part.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        // "QĐ-SYTngày": the word behind is glued.
        let core = core
            .strip_suffix("ngay")
            .filter(|c| !c.is_empty())
            .unwrap_or(core);
        let upper = core.chars().filter(char::is_ascii_uppercase).count();
        let lower = core.chars().filter(char::is_ascii_lowercase).count();
        let start = at + part.find(core).unwrap_or(0);
        let letters = p.str(range.start + start..range.start + start + core.len());
        let spaced = part.starts_with(' ') || shape[..at].ends_with(' ');
        let fits = !core.is_empty()
            && letters.chars().all(symbol_letter)
            && upper > 0
            && (upper * 2 > lower + usize::from(k > 0) || matches!(core, "TTra" | "CTr" | "TTr" | "TTg" | "QyD" | "CTrinh"))
            && !(spaced && (lower > 1 || upper < 2))
            // A list "…/UBND, HĐND": a comma joins only what has no space.
            && !(k > 0 && shape[..at].trim_end().ends_with(['.', ',']) && shape[..at].ends_with(' '));
        if !fits {
            break;
        }
        end = start + core.len();
        at += part.len();
    }
    let text = p.str(range.start..range.start + end);
    let upper = text.chars().filter(|c| c.is_uppercase()).count();
    (upper >= 2).then(|| (tidy(text), range.start + end))
}

/// Whether the symbol goes on with what cannot be read: `QĐ- §SYT`.
fn broken(p: &Paragraph, end: usize) -> bool {
    let rest = &p.folded.as_bytes()[end..];
    matches!(rest, [b'-' | b'_' | b'/', c, ..] if *c != b' ')
        || matches!(rest, [b'-', b' ', b'~', ..])
}

fn tidy(s: &str) -> String {
    s.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            'Ð' => 'Đ',
            'ð' => 'đ',
            '_' | '~' | '–' | '—' => '-',
            c => c,
        })
        .collect()
}

/// The symbol with the Đ that an engine without Vietnamese reads as D, where the lists know the one and not the other.
fn marked(symbol: &str) -> String {
    let part = |part: &str| {
        let code = part.trim_end_matches(['-', '/']);
        // `QĐ`, `NĐ` are types; `QD`, `ND` are none, whatever else they may stand for.
        let named = |s: &str| cues::type_by_code(s).is_some();
        let kind = |better: &String| named(better) && !named(code);
        match number::with_d(code).filter(|d| kind(d) || !number::is_unit(code)) {
            Some(better) => format!("{better}{}", &part[code.len()..]),
            None => part.to_owned(),
        }
    };
    symbol.split_inclusive(['-', '/']).map(part).collect()
}

/// `QHI13`, `QHl2`: the term behind QH is a number.
fn law(symbol: &str) -> String {
    match symbol.strip_prefix("QH") {
        Some(term) if (2..=3).contains(&term.len()) => {
            let digits: String = term
                .chars()
                .map(|c| if matches!(c, 'I' | 'l' | '|') { '1' } else { c })
                .collect();
            let digits = if digits.len() == 3 {
                digits.replacen("11", "1", 1)
            } else {
                digits
            };
            if digits.bytes().all(|b| b.is_ascii_digit()) {
                format!("QH{digits}")
            } else {
                symbol.to_owned()
            }
        }
        _ => symbol.to_owned(),
    }
}

/// The citations of a paragraph, in its order.
fn cited(p: &Paragraph) -> Vec<Cited> {
    let mut out: Vec<Cited> = Vec::new();
    if !p.cased.bytes().any(|b| b.is_ascii_digit()) {
        return out;
    }
    let free = |out: &[Cited], r: &Range<usize>| {
        !out.iter()
            .any(|o: &Cited| o.range.start < r.end && r.start < o.range.end)
    };
    for c in PARTY.captures_iter(&p.cased) {
        let (Some(whole), Some(n), Some(t), Some(o)) = (c.get(0), c.get(1), c.get(2), c.get(3))
        else {
            continue;
        };
        if glued_before(&p.cased, whole.start()) {
            continue;
        }
        let Some((organ, end)) = symbol(p, o.range()) else {
            continue;
        };
        let slash = p.cased[t.end()..o.start()].contains('/');
        if !slash && !matches!(organ.as_str(), "TW" | "TU" | "TƯ" | "HU" | "ĐU" | "VPTW") {
            continue;
        }
        out.push(Cited {
            number: n.as_str().to_owned(),
            year: None,
            symbol: format!("{}/{organ}", tidy(p.str(t.range()))),
            party: true,
            range: whole.start()..end,
        });
    }
    for c in STATE.captures_iter(&p.cased) {
        let (Some(whole), Some(n), Some(s)) = (c.get(0), c.get(1), c.get(3)) else {
            continue;
        };
        if glued_before(&p.cased, whole.start()) || !free(&out, &whole.range()) {
            continue;
        }
        let Some((symbol, end)) = symbol(p, s.range()).filter(|(_, end)| !broken(p, *end)) else {
            continue;
        };
        // "số 22 5/QĐ-SYT": a number that was torn apart.
        let torn = TORN
            .captures(&p.cased[..whole.start()])
            .and_then(|c| c.get(1));
        let torn = torn.filter(|t| t.len() + n.len() <= 5 && c.get(2).is_none());
        let head = torn.map_or("", |t| t.as_str());
        out.push(Cited {
            number: format!("{head}{}", n.as_str().replace(' ', "")),
            year: c.get(2).map(|y| y.as_str().to_owned()),
            symbol: marked(&law(&symbol)),
            party: false,
            range: whole.start()..end,
        });
    }
    for c in SLASHLESS.captures_iter(&p.cased) {
        let (Some(n), Some(s)) = (c.get(1), c.get(2)) else {
            continue;
        };
        let range = n.start()..s.end();
        if free(&out, &range) {
            out.push(Cited {
                number: n.as_str().to_owned(),
                year: None,
                symbol: tidy(p.str(s.range())),
                party: false,
                range,
            });
        }
    }
    out.sort_by_key(|c| c.range.start);
    out
}

/// Whether the digits are the tail of something longer.
fn glued_before(cased: &str, at: usize) -> bool {
    cased[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.'))
        || cased[..at].ends_with('-')
            && cased[..at - 1].ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// The type's name before the number, within the clause that begins at `from`.
fn kind(p: &Paragraph, from: usize, at: usize) -> Option<(&'static str, usize)> {
    let clause = &p.folded[from..at];
    let letter = |k: usize| clause.as_bytes()[k].is_ascii_alphanumeric();
    let begins = |k: &usize| letter(*k) && (*k == 0 || !letter(k - 1));
    let words: Vec<usize> = (0..clause.len()).filter(begins).collect();
    let mut best: Option<(&'static str, usize, usize)> = None;
    for t in cues::TYPES.iter().map(|t| (t.name, t.folded)).chain([
        ("Văn bản", "van ban"),
        ("Giấy chứng nhận", "giay chung nhan"),
    ]) {
        for &k in &words {
            let end = k + t.1.len();
            // The first letter tells most words apart.
            let word = clause.as_bytes()[k] == t.1.as_bytes()[0]
                && clause[k..].starts_with(t.1)
                && !(end < clause.len() && letter(end));
            if !word {
                continue;
            }
            let capital = p
                .cased
                .as_bytes()
                .get(from + k)
                .is_some_and(u8::is_ascii_uppercase);
            let near = clause.len() - k < 24 || capital;
            // Nearest to the number wins; a law's title may hold names of types in lower case.
            if near && best.is_none_or(|(_, b, len)| k > b || (k == b && t.1.len() > len)) {
                best = Some((t.0, k, t.1.len()));
            }
        }
    }
    best.map(|(n, k, _)| (n, from + k))
}

static DATE_LEAD: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"^\s*[,;(]?\s*(?:(?:ban hanh|ky|de|duoc ban hanh)\s)?(?:vao\s)?$"));
static ISSUER: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^[\s,)]*(?:cua|do)\s(.{2,140}?)(?:\s(?:ve |v/v|ban hanh|quy dinh|huong dan|phe duyet|trien khai|sua doi|thanh lap|xay dung|to chuc|dieu chinh|kem theo|cong bo|giao |thuc hien|kien toan|bo sung|thong bao|de nghi|tang cuong|(?:da )?duoc |dang |noi dung|nhu sau|va (?:cac|cong van|ke hoach|quyet dinh|nghi|chi thi|thong tu|van ban|bao cao|huong dan|to trinh|y kien|phuong an|ho so))|[;.(:\x22]|,\s|$)",
    )
});
fn role(p: &Paragraph, at: usize) -> &'static str {
    let content = signless(&p.folded[p.content.min(p.folded.len())..]);
    let before = &p.folded[at.saturating_sub(90)..at];
    let near = |words: &[&str]| words.iter().any(|w| before.contains(w));
    if near(&["thay the", "bai bo", "huy bo"]) {
        "replaces"
    } else if near(&["sua doi", "dinh chinh"]) {
        "amends"
    } else if near(&["phuc dap", "tra loi"]) {
        "replies_to"
    } else if near(&["to trinh", "de nghi cua", "theo de nghi", "xet de nghi"]) {
        "proposal"
    } else if content.starts_with("can cu") {
        "basis"
    } else if ["thuc hien", "trien khai", "theo ", "tiep theo", "thi hanh"]
        .iter()
        .any(|w| content.starts_with(w))
    {
        "implements"
    } else {
        "mentioned"
    }
}

/// What stood at these characters before repair, when repair changed them.
pub type AsRead<'a> = &'a dyn Fn(&Paragraph, Range<usize>) -> Option<String>;

/// Appends the citations of `p` to what `d` has; `own` is the dispatch's own number and symbol in the form of a key.
pub fn read(p: &Paragraph, own: Option<&str>, as_read: AsRead<'_>, d: &mut Dispatch) {
    let mut all = cited(p);
    for c in &mut all {
        if let Some(raw) = as_read(p, c.range.clone()) {
            c.symbol = sure_symbol(&raw, &c.symbol);
        }
    }
    let dates = dates::find(&p.folded);
    for (k, c) in all.iter().enumerate() {
        let from = k.checked_sub(1).map_or(0, |j| all[j].range.end);
        let to = all.get(k + 1).map_or(p.len(), |n| n.range.start);
        let key = key(&c.number_symbol());
        if own == Some(key.as_str()) {
            continue;
        }
        let clause = from.max(c.range.start.saturating_sub(160));
        let kind = kind(p, clause, c.range.start);
        let date_after = |end: usize, to: usize| {
            dates.iter().find(|d| {
                d.range.start >= end
                    && d.range.start < to
                    && DATE_LEAD.is_match(&p.folded[end..d.range.start])
            })
        };
        let own_date = date_after(c.range.end, to);
        // `số A và Kế hoạch số B, ngày D`: the two share the date.
        let shared = all.get(k + 1).filter(|n| {
            let between = &p.folded[c.range.end..n.range.start];
            own_date.is_none()
                && between.len() < 45
                && (between.trim_start().starts_with("va ")
                    || between.trim_start().starts_with(','))
        });
        let shared_date = shared.and_then(|n| {
            let to = all.get(k + 2).map_or(p.len(), |m| m.range.start);
            let comma = p.folded[n.range.end..].starts_with(',');
            date_after(n.range.end, to).filter(|_| comma)
        });
        let date = own_date.or(shared_date);
        let after = own_date.map_or(c.range.end, |d| {
            let end = d.range.end;
            end + usize::from(p.folded[end..].starts_with(')'))
        });
        let end = all
            .get(k + 1)
            .map_or(p.len(), |n| kind_start(p, after, n.range.start));
        let rest = &p.folded[after..end.max(after)];
        let issuer = ISSUER
            .captures(rest)
            .and_then(|c| c.get(1))
            .map(|m| after + m.start()..after + m.end());
        let told = issuer.as_ref().map_or(after, |i| i.end);
        let title =
            titles::find(&p.folded[told..end.max(told)]).map(|r| told + r.start..told + r.end);
        let text = |r: Range<usize>| {
            let s = p.str(p.trim(r)).trim_end_matches('.');
            s.trim_end_matches(|c| c == ')' && !s.contains('('))
                .to_owned()
        };
        let start = kind.map_or(c.range.start, |k| k.1);
        let last = title
            .as_ref()
            .or(issuer.as_ref())
            .map_or(after.max(c.range.end), |r| r.end);
        let by_symbol = || {
            let code = c.symbol.split(['-', '/']).next().unwrap_or_default();
            let law = c.symbol.starts_with("QH");
            cues::type_by_code(code)
                .filter(|_| c.symbol.contains(['-', '/']))
                .map(|t| t.name)
                .or(law.then_some("Luật"))
        };
        let reference = Reference {
            kind: kind.map(|k| k.0).or_else(by_symbol).map(str::to_owned),
            number: Some(c.number.clone()),
            symbol: Some(c.symbol.clone()),
            number_symbol: Some(c.number_symbol()),
            date: date.and_then(|d| d.date.iso()),
            issuer: issuer
                .map(text)
                .filter(|s| s.chars().any(char::is_uppercase)),
            title: title
                .map(text)
                .filter(|t| t.chars().filter(|c| c.is_alphabetic()).count() > 4),
            role: role(p, c.range.start),
            family: if c.party {
                Family::Party
            } else {
                Family::State
            },
            range: p.range(start..last),
            confidence: if kind.is_some() { 0.95 } else { 0.8 },
            basis: Cow::Borrowed(if c.party {
                "reference: Party's number"
            } else {
                "reference: number and symbol"
            }),
        };
        merge(d, reference);
    }
}

/// A symbol of which repair changed letters: a part that was a possible abbreviation as it was read stays so, for
/// `SYT` and `BYT`, `QC` and `BC` are both names, and the more frequent one is not the more probable.
fn sure_symbol(raw: &str, repaired: &str) -> String {
    let line = Paragraph::single(raw);
    let found = cited(&line);
    let [was] = found.as_slice() else {
        return repaired.to_owned();
    };
    let cut = |s: &str| s.split(['-', '/']).map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (cut(&was.symbol), cut(repaired));
    if old.len() != new.len() {
        return repaired.to_owned();
    }
    let mut out = String::new();
    let mut at = 0;
    for (o, n) in old.iter().zip(&new) {
        let joint = repaired[at..].find(n.as_str()).map_or(at, |k| at + k);
        out.push_str(&repaired[at..joint]);
        at = joint + n.len();
        let known = |s: &str| cues::type_by_code(s).is_some();
        let possible = o.chars().count() > 1 && o.chars().all(|c| c.is_uppercase());
        let same = super::super::fold::fold(o) == super::super::fold::fold(n);
        // A damaged type keeps its length: `QB` is `QĐ`, `QLD` is not.
        let damaged_type = known(n) && o.chars().count() == n.chars().count();
        out.push_str(if !same && (known(o) || possible && !damaged_type) {
            o
        } else {
            n
        });
    }
    out.push_str(&repaired[at..]);
    out
}

/// Where the next citation's type begins, or its number.
fn kind_start(p: &Paragraph, from: usize, at: usize) -> usize {
    kind(p, from, at).map_or(at, |k| k.1)
}

/// Number and symbol for comparison: upper case, no leading zeros, Đ and D alike.
pub fn key(number_symbol: &str) -> String {
    let folded = super::super::fold::fold(number_symbol);
    let s: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
    s.trim_start_matches('0').to_ascii_uppercase()
}

fn merge(d: &mut Dispatch, new: Reference) {
    let same = |r: &&mut Reference| {
        let (a, b) = (r.number_symbol.as_deref(), new.number_symbol.as_deref());
        a.zip(b).is_some_and(|(a, b)| key(a) == key(b))
    };
    match d.references.iter_mut().find(same) {
        None => d.references.push(new),
        Some(old) => {
            // A citation with a date beats one without.
            if old.date.is_none() && new.date.is_some() {
                (old.date, old.range) = (new.date, new.range);
            }
            old.issuer = old.issuer.take().or(new.issuer);
            old.title = old.title.take().or(new.title);
            if new.confidence > old.confidence {
                (old.kind, old.confidence) = (new.kind, new.confidence);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refs(s: &str) -> Vec<Reference> {
        let mut d = Dispatch::default();
        read(&Paragraph::single(s), None, &|_, _| None, &mut d);
        d.references
    }

    fn short(s: &str) -> Vec<(String, Option<String>)> {
        refs(s)
            .into_iter()
            .map(|r| (r.number_symbol.unwrap_or_default(), r.date))
            .collect()
    }

    fn one(n: &str, date: &str) -> (String, Option<String>) {
        (n.to_owned(), (!date.is_empty()).then(|| date.to_owned()))
    }

    #[test]
    fn forms_of_numbers() {
        for (s, n, date) in [
            (
                "Công văn số 217/UBND-TCD-NC ngày 24 tháng 02 năm 2021 của Ủy ban",
                "217/UBND-TCD-NC",
                "2021-02-24",
            ),
            (
                "Kế hoạch số 202-KH/TU ngày 08 tháng 4 năm 2025",
                "202-KH/TU",
                "2025-04-08",
            ),
            (
                "Nghị quyết số 30c/NQ-CP ngày 08/11/2011",
                "30c/NQ-CP",
                "2011-11-08",
            ),
            (
                "Luật Dược số 105/2016/QHI13 ngày 06 tháng 4 năm 2016; Luật",
                "105/2016/QH13",
                "2016-04-06",
            ),
            (
                "Chỉ thị số 02/CT- UBND ngày 11/4/2017",
                "02/CT-UBND",
                "2017-04-11",
            ),
            (
                "Quyết định số 10/2007/QĐ_BKHCN ngày 11 tháng 5 năm 2007",
                "10/2007/QĐ-BKHCN",
                "2007-05-11",
            ),
            (
                "Quyết định 318/QÐ-SYT ngày 06/8/2015 về việc",
                "318/QĐ-SYT",
                "2015-08-06",
            ),
            (
                "12/2021/TT-BTTTT (25.12.2021)",
                "12/2021/TT-BTTTT",
                "2021-12-25",
            ),
            (
                "Công văn số 89/PDT ngày 26/7/2021 của Phòng",
                "89/PDT",
                "2021-07-26",
            ),
            (
                "Chương trình phối hợp 903b/CTPH-BVHTTDL-TLĐLĐVN ngày 23/11/2016",
                "903b/CTPH-BVHTTDL-TLĐLĐVN",
                "2016-11-23",
            ),
            (
                "Nghị quyết số 33-NQITW ngày 09/6/2014",
                "33-NQ/TW",
                "2014-06-09",
            ),
            (
                "Công văn số 1207/LĐTBXH-BTXH của Sở",
                "1207/LĐTBXH-BTXH",
                "",
            ),
            (
                "Chương trình 77/CTPH-LĐLĐ-SVH,TT,DL ngày 28/4/2017",
                "77/CTPH-LĐLĐ-SVH,TT,DL",
                "2017-04-28",
            ),
            (
                "Công văn số 14514-CV/VPTW ngày 01/01/2020",
                "14514-CV/VPTW",
                "2020-01-01",
            ),
            (
                "Văn bản số 4410/VPCP-KSTT, ngày 21/9/2011 của",
                "4410/VPCP-KSTT",
                "2011-09-21",
            ),
            (
                "Kế hoạch số 09/KH-TTra ngày 28/8/2017",
                "09/KH-TTra",
                "2017-08-28",
            ),
        ] {
            assert_eq!(short(s), [one(n, date)], "{s}");
        }
    }

    #[test]
    fn repair_does_not_choose_the_agency() {
        assert_eq!(sure_symbol("2450/QĐ-SYT", "QĐ-BYT"), "QĐ-SYT");
        assert_eq!(sure_symbol("03-QC/ĐU", "BC/ĐU"), "QC/ĐU");
        assert_eq!(sure_symbol("175/QD-SYT", "QĐ-SYT"), "QĐ-SYT");
        assert_eq!(sure_symbol("175/QB-SYT", "QĐ-SYT"), "QĐ-SYT");
        assert_eq!(sure_symbol("175/$YT", "SYT"), "SYT");
        assert_eq!(sure_symbol("12/QLD-CL", "QĐ-CL"), "QLD-CL");
    }

    #[test]
    fn no_citations() {
        for s in [
            "trực 24/24 giờ",
            "31/38 cơ quan",
            "VD-12345-16",
            "ngày 12/12/2021",
            "UBND các huyện/thị/thành phố",
            "02 xe/01 Tổ",
        ] {
            assert_eq!(short(s), [], "{s}");
        }
    }

    #[test]
    fn two_in_one_clause() {
        let s = "Công văn số 51/UBND-VX và Kế hoạch số 52/KH-UBND, ngày 01/11/2017 của Ủy ban nhân dân tỉnh về việc tổ chức";
        assert_eq!(
            short(s),
            [
                one("51/UBND-VX", "2017-11-01"),
                one("52/KH-UBND", "2017-11-01")
            ]
        );
        let r = refs(s);
        assert_eq!(r[1].issuer.as_deref(), Some("Ủy ban nhân dân tỉnh"));
        assert_eq!(r[1].title.as_deref(), Some("tổ chức"));
        assert_eq!(r[0].kind.as_deref(), Some("Công văn"));
    }

    #[test]
    fn parts_of_a_citation() {
        let s = "Căn cứ Nghị định số 63/2010/NĐ-CP ngày 08/6/2010 của Chính phủ về kiểm soát thủ tục hành chính;";
        let r = refs(s).remove(0);
        assert_eq!(r.kind.as_deref(), Some("Nghị định"));
        assert_eq!(r.issuer.as_deref(), Some("Chính phủ"));
        assert_eq!(r.title.as_deref(), Some("kiểm soát thủ tục hành chính"));
        assert_eq!(r.role, "basis");
        assert_eq!(r.symbol.as_deref(), Some("NĐ-CP"));
    }
}
