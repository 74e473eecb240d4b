//! Who signed, in what position and by what authority.
//!
//! ```text
//! signer    = {authority body} position ["(Đã ký)"] name
//! authority = "TM." | "KT." | "TL." | "TUQ." | "Q."        the Party writes T/M, K/T, T/L
//! ```
//!
//! `KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC`: a deputy signs for the head. Where the line of the deputy is lost under the seal it
//! follows from KT.; where KT. is lost it follows from the deputy's position. Positions are a closed vocabulary and
//! are read through wrong letters; names of persons never are.

use super::Page;
use super::dispatch::{Dispatch, Signer, SignerKind, TextRange, Value};
use super::fold::{self, Folded};
use super::positions::{canonical, deputy, head, position};
use super::wording::one_line;
use super::zones::{self, Cell, ZoneLine};
use crate::parse::pattern::{Pattern, pattern};
use std::sync::LazyLock;

static AUTHORITY: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"^[^a-z0-9]{0,3}(tm|kt|tl|tuq|q|t/m|k/t|t/l)[.,:/]?\s*"));

/// Where one element of a signature ends and the next begins on the same line.
static NEXT: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"[a-z)]\s+((?:tm|kt|tl|tuq)\s?[.,:]\s*[a-z]|pho [a-z]{2,6} |thu truong\b|chanh van phong\b|pho van phong\b)",
    )
});

/// What is left of KT. under a seal.
static DAMAGED_KT: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"^[kv][a-z/\\\[|~]{0,2}\s?[.,:]{0,2}$"));

/// Titles before a name.
static TITLE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:pgs|gs|ts|ths|bs|ds|cn|ks|bscki+|bs\.?ck\s?i+|cki+|luat su|thac si|tien si|dai ta|thuong ta|trung ta|thieu tuong|trung tuong|thuong tuong|dai tuong)\s?[.,]?\s?)+\s*",
    )
});

/// One line or part of a line of the signature.
#[derive(Debug, Clone)]
enum Element {
    /// Authority, what follows it, where both stand.
    For(&'static str, TextRange, String, TextRange),
    /// Position: canonical name, where it stands, letters before it that are no word, whether read through errors.
    Position(String, TextRange, bool, bool),
    Name(String, TextRange),
    Approval,
    Other,
}

/// Reads the signers; the body and the copies have been cut off.
pub fn read(page: &Page<'_>, d: &mut Dispatch) {
    let mut elements = Vec::new();
    for line in in_columns(page) {
        for part in parts(page.text, line) {
            elements.extend(classify(page, part));
        }
    }
    let mut signers: Vec<Signer> = Vec::new();
    let mut now = Signer::default();
    let mut approval = false;
    let finish = |now: &mut Signer, signers: &mut Vec<Signer>, approval: bool| {
        if now.position.is_some() || now.name.is_some() || now.acting_for.is_some() {
            now.kind = if approval {
                SignerKind::Approval
            } else {
                SignerKind::Author
            };
            signers.push(std::mem::take(now));
        }
    };
    for e in elements {
        match e {
            Element::For(short, short_range, body, body_range) => {
                if now.name.is_some() || now.position.is_some() {
                    finish(&mut now, &mut signers, approval);
                }
                now.authority.push(Value::read(
                    short.to_owned(),
                    short_range,
                    "signer: authority",
                ));
                let place = d.place.as_deref();
                if short == "Q." {
                    // An acting head bears the head's own title.
                    now.position = Value::read(
                        canonical(&body, place),
                        body_range,
                        "signer: position behind Q.",
                    );
                    continue;
                }
                now.acting_for = Value::read(
                    canonical(&body, place),
                    body_range,
                    "signer: behind the authority",
                );
            }
            Element::Position(name, range, debris, damaged) => {
                if now.name.is_some() {
                    finish(&mut now, &mut signers, approval);
                }
                if let Some(before) = now.position.value.clone() {
                    if same_office(&before, &name) && now.authority.is_empty() {
                        deputise(&mut now, &name, range, debris);
                    } else if now.authority.is_empty() && name.starts_with("Phó") {
                        now.acting_for = std::mem::take(&mut now.position);
                        now.position = Value::read(name, range, "signer: position");
                    }
                    continue;
                }
                let same_as_head = now.authority.last().and_then(|a| a.as_deref()) == Some("KT.")
                    && now.acting_for.as_deref().is_some_and(|h| h == name);
                now.position = if same_as_head && let Some(deputy) = deputy(&name) {
                    Value::inferred(
                        deputy.to_owned(),
                        vec![range],
                        "signer: a damaged deputy under KT.",
                    )
                } else if damaged {
                    let mut v = Value::read(name, range, "signer: position, through wrong letters");
                    v.confidence = 0.85;
                    v
                } else {
                    Value::read(name, range, "signer: position")
                };
            }
            Element::Name(name, range) => {
                if now.name.is_some() {
                    finish(&mut now, &mut signers, approval);
                }
                now.name = Value::read(name, range, "signer: name under the position").sure(0.8);
            }
            Element::Approval => {
                finish(&mut now, &mut signers, approval);
                approval = true;
            }
            Element::Other => {}
        }
    }
    finish(&mut now, &mut signers, approval);
    for s in &mut signers {
        complete(s);
    }
    d.signers = join(signers);
    // Names without any office are a list, not signatures.
    let nameless = d
        .signers
        .iter()
        .filter(|s| !s.position.is_some() && !s.acting_for.is_some())
        .count();
    if nameless > 2 {
        d.signers
            .retain(|s| s.position.is_some() || s.acting_for.is_some());
    }
}

/// The lines of the signature; where two positions stand side by side, one column after the other.
fn in_columns(page: &Page<'_>) -> Vec<TextRange> {
    let lines: Vec<&ZoneLine> = page.cell(Cell::Signature).collect();
    let office = |l: &ZoneLine| {
        let found = |e: &Element| matches!(e, Element::Position(..) | Element::For(..));
        classify(page, l.range.clone()).iter().any(found)
    };
    let centre = |l: &ZoneLine| {
        let start = page.text[..l.range.start].rfind('\n').map_or(0, |k| k + 1);
        let before = page.text[start..l.range.start].chars().count();
        before + page.str(l).chars().count() / 2
    };
    let beside = lines.iter().find_map(|l| {
        let row: Vec<&ZoneLine> = lines
            .iter()
            .copied()
            .filter(|o| o.line == l.line && office(o))
            .collect();
        (row.len() > 1).then_some(row)
    });
    let Some(row) = beside else {
        return lines.iter().map(|l| l.range.clone()).collect();
    };
    let columns: Vec<usize> = row.iter().map(|l| centre(l)).collect();
    let column = |l: &ZoneLine| {
        let side: Vec<&ZoneLine> = lines.iter().copied().filter(|o| o.line == l.line).collect();
        if side.len() == columns.len() {
            return side.iter().position(|o| o.range == l.range).unwrap_or(0);
        }
        let near = |k: &usize| columns[*k].abs_diff(centre(l));
        (0..columns.len()).min_by_key(near).unwrap_or(0)
    };
    let mut ordered: Vec<(usize, usize)> =
        (0..lines.len()).map(|k| (column(lines[k]), k)).collect();
    ordered.sort_unstable();
    ordered
        .into_iter()
        .map(|(_, k)| lines[k].range.clone())
        .collect()
}

/// A name without a position belongs to the signer before it that has no name.
fn join(signers: Vec<Signer>) -> Vec<Signer> {
    let mut out: Vec<Signer> = Vec::new();
    for s in signers {
        match out.last_mut() {
            Some(last)
                if !last.name.is_some()
                    && last.position.is_some()
                    && !s.position.is_some()
                    && s.name.is_some() =>
            {
                last.name = s.name
            }
            Some(last)
                if last.name.is_some()
                    && !last.position.is_some()
                    && s.position.is_some()
                    && !s.name.is_some() =>
            {
                let name = std::mem::take(&mut last.name);
                *last = Signer { name, ..s };
            }
            _ => out.push(s),
        }
    }
    out
}

/// What follows from KT. and from a deputy's position.
fn complete(s: &mut Signer) {
    let kt = s.authority.last().and_then(|a| a.as_deref()) == Some("KT.");
    if kt && !s.position.is_some() {
        let head = s.acting_for.as_deref().unwrap_or_default();
        if let Some(name) = deputy(head) {
            s.position = Value::inferred(
                name.to_owned(),
                s.acting_for.ranges.clone(),
                "signer: KT. is signed by a deputy; the line is lost",
            );
        }
    }
    if !kt
        && s.authority.is_empty()
        && !s.acting_for.is_some()
        && let Some(p) = s.position.as_deref()
        && let Some(head) = head(p)
    {
        let ranges = s.position.ranges.clone();
        s.authority.push(Value::inferred(
            "KT.".to_owned(),
            ranges.clone(),
            "signer: a deputy signs for the head",
        ));
        s.acting_for = Value::inferred(
            head.to_owned(),
            ranges,
            "signer: a deputy signs for the head",
        );
    }
    for a in std::iter::once(&mut s.position).chain([&mut s.name, &mut s.acting_for]) {
        if !a.is_some() && a.basis == "not found" {
            a.basis = "signer: not in the text".into();
        }
    }
}

/// `GIÁM ĐỐC / (Ó GIÁM ĐỐC`: head and deputy, their KT. and PHÓ lost under the seal.
fn deputise(s: &mut Signer, name: &str, range: TextRange, debris: bool) {
    let Some(deputy) = deputy(name).filter(|_| debris || s.position.is_some()) else {
        return;
    };
    let head = std::mem::take(&mut s.position);
    s.authority.push(Value::inferred(
        "KT.".to_owned(),
        head.ranges.clone(),
        "signer: two heads one under the other are head and deputy",
    ));
    s.acting_for = head;
    s.position = Value::inferred(
        deputy.to_owned(),
        vec![range],
        "signer: two heads one under the other are head and deputy",
    );
    s.position.confidence = 0.75;
}

fn same_office(a: &str, b: &str) -> bool {
    a == b
}

/// Parts of a line: before each authority or deputy, and before a name in normal case.
fn parts(text: &str, range: TextRange) -> Vec<TextRange> {
    let s = &text[range.clone()];
    let f = Folded::new(s);
    let mut cuts: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(c) = NEXT.captures_at(f.as_str(), at) {
        let Some(m) = c.get(1) else { break };
        let head = f.as_str()[..m.start()].trim_end();
        if !matches!(head, "kt." | "q." | "kt" | "tl." | "tm.") {
            cuts.push(f.original(m.range()).start);
        }
        at = m.start() + 3;
    }
    if let Some(k) = name_after_capitals(s) {
        cuts.push(k);
    }
    cuts.sort_unstable();
    cuts.dedup();
    let mut out = Vec::new();
    let mut start = 0;
    for c in cuts.into_iter().chain([s.len()]) {
        if c > start {
            out.push(zones::trim(text, range.start + start..range.start + c));
            start = c;
        }
    }
    out.retain(|r| !r.is_empty());
    out
}

/// Where a name in normal case begins behind a position in capitals.
fn name_after_capitals(s: &str) -> Option<usize> {
    let starts = s
        .char_indices()
        .filter(|(k, c)| c.is_uppercase() && *k > 0 && s[..*k].ends_with([' ', '\t', '-', '–']));
    for (k, _) in starts {
        let before = &s[..k];
        let capitals = before.chars().filter(|c| c.is_uppercase()).count();
        let letters = before.chars().filter(|c| c.is_alphabetic()).count();
        let name = s[k..].split(['-', '–', '(']).next().unwrap_or_default();
        if letters >= 6
            && capitals * 10 >= letters * 8
            && name.chars().nth(1).is_some_and(char::is_lowercase)
            && zones::is_person(name)
        {
            return Some(k);
        }
    }
    None
}

fn classify(page: &Page<'_>, range: TextRange) -> Vec<Element> {
    let s = &page.text[range.clone()];
    let f = Folded::new(s);
    let text = f.as_str();
    if let Some(k) = text.find("phe duyet").filter(|_| text.len() < 70) {
        let rest = f.original(k + 9..text.len());
        let mut out = vec![Element::Approval];
        if !s[rest.clone()].trim().is_empty() {
            out.extend(classify(
                page,
                page.trim(range.start + rest.start..range.end),
            ));
        }
        return out;
    }
    if let Some(c) = AUTHORITY.captures(text)
        && let (Some(all), Some(a)) = (c.get(0), c.get(1))
        && (a.as_str().len() > 1 || all.as_str().contains('.'))
    {
        let short = match a.as_str() {
            "tm" | "t/m" => "TM.",
            "kt" | "k/t" => "KT.",
            "tl" | "t/l" => "TL.",
            "tuq" => "TUQ.",
            _ => "Q.",
        };
        let cut = range.start + f.original(all.range()).end;
        let body = one_line(&page.text[cut..range.end]);
        if short == "TM."
            && let Some((name, r, _, damaged)) = position(&page.text[cut..range.end])
            && page.text[cut..cut + r.start].split_whitespace().count() > 1
        {
            // "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH" on one line.
            let split = cut + r.start;
            let split =
                split - page.text[cut..split].len() + page.text[cut..split].trim_end().len();
            return vec![
                Element::For(
                    short,
                    range.start..cut,
                    one_line(&page.text[cut..split]),
                    cut..split,
                ),
                Element::Position(name, cut + r.start..cut + r.end, false, damaged),
            ];
        }
        if body.chars().filter(|c| c.is_alphabetic()).count() > 2 {
            return vec![Element::For(short, range.start..cut, body, cut..range.end)];
        }
        return Vec::new();
    }
    let skip = TITLE.find(text).map_or(0, |m| f.original(m.range()).end);
    let name = |s: &str| zones::is_person(s) || zones::is_name_like(s);
    if name(s) || name(&s[skip..]) {
        let skip = if name(s) { 0 } else { skip };
        let name = &s[skip..];
        let front = name.len() - name.trim_start_matches(|c: char| !c.is_alphabetic()).len();
        let name = name.trim_matches(|c: char| !c.is_alphabetic());
        let start = range.start + skip + front;
        return vec![Element::Name(one_line(name), start..start + name.len())];
    }
    let capitals = s.chars().filter(|c| c.is_uppercase()).count();
    let letters = s.chars().filter(|c| c.is_alphabetic()).count();
    if capitals * 10 >= letters * 6
        && let Some((name, r, debris, damaged)) = position(s)
    {
        let at = range.start + r.start..range.start + r.end;
        let before = fold::fold(s[..r.start].trim());
        if debris && DAMAGED_KT.is_match(&before) && deputy(&name).is_some() {
            let short = range.start..at.start;
            return vec![Element::For("KT.", short, s[r].to_owned(), at)];
        }
        return vec![Element::Position(name, at, debris, damaged)];
    }
    vec![Element::Other]
}
