//! A part of a line cut around what can only stand in a cell of its own: the motto, a number with its symbol, a place
//! with a date, a mark of urgency, a signer's position or name beside a list of copies.

use super::names::{is_name_like, is_person};
use super::pieces::{Hint, trim};
use crate::parse::fold::{self, Folded};
use crate::parse::pattern::{Pattern, pattern};
use crate::parse::{cues, number_line};
use std::ops::Range;
use std::sync::LazyLock;

/// A date in words: day and month may be blank or unreadable.
static DATE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(?:ng[a-tv-z~]y|[ij]gay|ngdy)[^a-z0-9]{0,3}(.{0,12}?)\s?\bth[a-z~0-9]{1,2}ng\b?[^a-z0-9]{0,3}(.{0,9}?)[\s.,]{0,2}n[a-z~]{1,2}m[^a-z0-9]{0,3}([12il|][0-9a-z~]{3,4}|[._ ]{2,9}|20\b|$)",
    )
});

/// A date whose end stands on the next line.
pub static OPEN_DATE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(r"[,.;]\s?\bng[a-z~]y\b.{0,6}?(?:th[a-z~]{1,2}ng\b.{0,4}?(?:n[a-z~]m\b)?)?\W*$")
});

/// The end of a date whose front stands on the line before.
pub static REST_OF_DATE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(r"^(?:\d{1,2}\s+)?(?:thang\s+\d{1,2}\s+)?(?:nam\s+)?(?:19|20)\d\d\W*$")
});

/// Whether `ngày` may stand in the folded text, with whichever vowel.
fn names_day(f: &str) -> bool {
    f.as_bytes()
        .windows(3)
        .any(|w| w[0] == b'g' && w[2] == b'y')
}

/// The lines of the motto.
const MOTTO: [&str; 2] = [cues::COUNTRY, cues::MOTTO];
static LINES: LazyLock<fold::Pair> = LazyLock::new(|| fold::Pair::new(MOTTO));

/// How much of a long line is looked at for cells of the header and footer.
const WINDOW: usize = 420;

/// A part of a line, trimmed, its folded text, and what it was cut out as.
pub type Cut = (Range<usize>, Folded, Option<Hint>);

/// A part cut around the cells it holds.
pub fn cuts(text: &str, part: Range<usize>) -> Vec<Cut> {
    let s = &text[part.clone()];
    let folded = Folded::new(s);
    let whole = folded.as_str();
    let f = &whole[..whole.len().min(WINDOW)];
    let mut found: Vec<(Range<usize>, Hint)> = Vec::new();
    let upper = folded.tally().upper;
    // Fewer are not two thirds of any of the cues that stand in capitals.
    let capitals = upper > 5;
    // Both lines of the motto have capitals, the second three.
    let found_lines = (upper > 1).then(|| LINES.find(f, [9, 8]));
    for (cue, m) in MOTTO.iter().zip(found_lines.into_iter().flatten()) {
        if let Some(r) = m.and_then(|m| fold::whole(f, cue, m)) {
            found.push((whole_words(f, r), Hint::Motto));
        }
    }
    if capitals
        && let Some(r) = fold::locate(f, cues::PARTY, 3)
        && is_capital(&s[folded.original(r.clone())])
    {
        found.push((whole_words(f, r), Hint::Party));
    }
    if capitals && !found.iter().any(|(_, h)| *h == Hint::Motto) {
        // The motto broken over two lines.
        for (cue, errors) in [
            ("hoi chu nghia viet nam", 2),
            ("chu nghia viet nam", 1),
            ("cong hoa xa hoi", 1),
            ("cong hoa xa", 0),
        ] {
            if let Some(r) = fold::locate(f, cue, errors)
                && is_capital(&s[folded.original(r.clone())])
                && (f[r.end..].trim().is_empty() || f[..r.start].trim().is_empty())
            {
                found.push((whole_words(f, r), Hint::Motto));
                break;
            }
        }
    }
    let dated = names_day(f);
    if let Some(m) = (dated.then(|| DATE.find(f))).flatten() {
        let place = place_start(s, &folded, m.start());
        // A date inside a sentence is not the date of the letterhead.
        let tail = f[m.end()..].trim_start();
        let front = f[..place].trim();
        let opens = front.is_empty()
            || !found.is_empty()
            || front.chars().filter(char::is_ascii_alphanumeric).count() < 3;
        let named = place < m.start();
        let beside = named && number_at(s, &folded, place, false).is_some();
        let subject = named && front.starts_with('v') && front.len() < 60;
        let ends = tail.len() < 4 || !found.is_empty() || is_capital_tail(s, &folded, m.end());
        if ends && (opens || beside || subject) {
            found.push((place..m.end(), Hint::PlaceDate));
        }
    } else if let Some(m) = (dated.then(|| OPEN_DATE.find(f))).flatten() {
        let place = place_start(s, &folded, m.start());
        let front = f[..place].trim();
        let alone = front.chars().filter(char::is_ascii_alphanumeric).count() < 3;
        if place < m.start() && (alone || number_at(s, &folded, place, false).is_some()) {
            found.push((place..m.end(), Hint::PlaceDate));
        }
    } else if REST_OF_DATE.is_match(f) {
        found.push((0..f.len(), Hint::PlaceDate));
    }
    let limit = found
        .iter()
        .filter(|(_, h)| *h == Hint::PlaceDate)
        .map(|(r, _)| r.start)
        .min()
        .unwrap_or(f.len());
    if let Some(r) = number_at(
        s,
        &folded,
        f.len().min(limit),
        found.iter().any(|(_, h)| *h == Hint::Motto),
    ) {
        found.push((r, Hint::Number));
    }
    if found.is_empty() {
        let range = trim(text, part.clone());
        let own = match range == part {
            true => folded,
            false => Folded::new(&text[range.clone()]),
        };
        return split_tail(text, range, own);
    }
    found.sort_by_key(|(r, _)| r.start);
    let mut out = Vec::new();
    let mut at = 0;
    for (r, hint) in found {
        if r.start < at {
            continue;
        }
        out.push((at..r.start, None));
        out.push((r.clone(), Some(hint)));
        at = r.end;
    }
    out.push((at..whole.len(), None));
    let mut pieces: Vec<_> = Vec::new();
    for (r, hint) in out {
        if hint.is_none()
            && r.start > 0
            && whole[r.clone()]
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .count()
                == 0
        {
            continue;
        }
        let range = folded.original(r);
        let range = trim(text, part.start + range.start..part.start + range.end);
        let own = Folded::new(&text[range.clone()]);
        match hint {
            None => pieces.extend(split_tail(text, range, own)),
            Some(_) => pieces.push((range, own, hint)),
        }
    }
    pieces
}

/// Cuts a mark of urgency off the front, and a signer's position off the end.
fn split_tail(text: &str, range: Range<usize>, f: Folded) -> Vec<Cut> {
    let s = &text[range.clone()];
    let byte = |k: usize| f.original(k..k).start;
    let urgent = fold::prefix(f.as_str(), "hoa toc", 1).filter(|(_, end)| {
        let rest = f.as_str()[*end..].trim();
        rest.len() > 3 && !rest.starts_with("hen") && is_capital(&s[..byte(*end)])
    });
    let (at, front, tail) = if let Some((_, end)) = urgent {
        (byte(end), Some(Hint::Urgency), None)
    } else if let Some(k) = name_at(s, &f) {
        (k, None, Some(Hint::Position))
    } else if let Some(k) = position_at(s, &f) {
        (byte(k), None, Some(Hint::Position))
    } else {
        return vec![(range, f, None)];
    };
    let cut = |r: Range<usize>, hint| {
        let r = trim(text, r);
        let own = Folded::new(&text[r.clone()]);
        (r, own, hint)
    };
    let at = range.start + at;
    vec![cut(range.start..at, front), cut(at..range.end, tail)]
}

/// Where a signer's name, or "(Đã ký)", begins behind the last item of the copies.
fn name_at(s: &str, f: &Folded) -> Option<usize> {
    let front = fold::signless(f.as_str());
    if s.len() > 200 || !(front.starts_with("luu") || f.as_str().starts_with(['-', '*', '+', '~']))
    {
        return None;
    }
    let (k, _) = s.match_indices(['.', ';', ')']).rfind(|(k, _)| {
        let tail = s[k + 1..].trim();
        let signed = fold::fold(tail).contains("(da ky");
        s[k + 1..].starts_with([' ', '\t'])
            && (signed || is_person(tail) || (is_name_like(tail) && front.starts_with("luu")))
    })?;
    Some(k + 1)
}

/// Where a signer's position in capitals begins behind something in normal case.
fn position_at(s: &str, f: &Folded) -> Option<usize> {
    let text = f.as_str();
    let front = fold::signless(text);
    let opens_copies =
        fold::prefix(front, "noi nhan", 2).is_some() || fold::prefix(front, "luu", 0).is_some();
    if !opens_copies && !text.starts_with(['-', '*', '+', '~', '\'', '_']) && !text.contains(';') {
        return None;
    }
    let chars: Vec<char> = s.chars().collect();
    // A list on one line ends with the signature.
    let tail = text.len().saturating_sub(160);
    let capitals = chars[tail..].iter().filter(|c| fold::is_upper(**c));
    if capitals.count() < 4 {
        return None;
    }
    for cue in cues::POSITION {
        let errors = if cue.len() > 7 { 2 } else { 1 };
        let Some(r) = fold::locate(&text[tail..], cue, errors) else {
            continue;
        };
        let r = r.start + tail..r.end + tail;
        let original = chars.get(r.clone()).unwrap_or_default();
        let upper = original.iter().filter(|c| c.is_uppercase()).count();
        let lower = original.iter().filter(|c| c.is_lowercase()).count();
        if upper < 4 || lower > upper / 3 || r.start < 3 {
            continue;
        }
        // Back to the front of the run of capitals ("TL. ", "KT. ", "PHÓ "), or of glued debris.
        let mut start = r.start;
        while start > 0 {
            let before = text[..start].trim_end_matches(' ');
            let word = before.rfind(' ').map_or(0, |k| k + 1);
            let w: String = chars[word..before.len()].iter().collect();
            let capital = w.chars().any(char::is_uppercase)
                && !w.chars().any(|c| c.is_lowercase() || c.is_ascii_digit());
            let long = w.chars().count() > 7;
            let ends_item = before.ends_with([';', ':', ',']) || long || !capital;
            if ends_item || before.is_empty() || (before.len() == start && start != r.start) {
                break;
            }
            start = word;
        }
        if text[..start]
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .count()
            >= 2
        {
            return Some(start);
        }
    }
    None
}

/// `range` widened by up to three letters on each side, to the ends of its words.
fn whole_words(text: &str, range: Range<usize>) -> Range<usize> {
    let letter = |k: usize| {
        text.as_bytes()
            .get(k)
            .is_some_and(u8::is_ascii_alphanumeric)
    };
    let front =
        (0..=3).find(|n| *n <= range.start && (range.start == *n || !letter(range.start - n - 1)));
    let back = (0..=3).find(|n| !letter(range.end + n));
    range.start - front.unwrap_or(0)..range.end + back.unwrap_or(0)
}

fn is_capital(s: &str) -> bool {
    let letters = s.chars().filter(|c| fold::is_letter(*c)).count();
    s.chars().filter(|c| fold::is_upper(*c)).count() * 10 >= letters * 7
}

/// Whether what follows a date is in capitals: the next cell of the header on the same line.
fn is_capital_tail(s: &str, f: &Folded, end: usize) -> bool {
    let tail = s[f.original(end..end).start..].trim();
    let head: String = tail.chars().take(12).collect();
    tail.chars().count() > 4 && is_capital(&head)
}

/// Where the name of the place before a date begins: back over capitalised words and a comma.
fn place_start(s: &str, f: &Folded, date: usize) -> usize {
    let chars: Vec<char> = s.chars().collect();
    let text = f.as_str();
    let mut start = date;
    let mut words = 0;
    let before = text[..date].trim_end();
    let mut end = before.trim_end_matches([',', '.', ';', ' ']).len();
    while end > 0 && words < 5 {
        let word = text[..end].rfind([' ', '\t', '/']).map_or(0, |k| k + 1);
        let sign = |c: &char| matches!(c, '\'' | '’' | '‘' | '`');
        let quoted = chars[word..end].iter().take_while(|c| sign(c)).count();
        let w = &chars[(word + quoted).min(end)..end];
        let proper = w.first().is_some_and(|c| c.is_uppercase());
        let letters = w
            .iter()
            .filter(|c| c.is_alphabetic() || matches!(**c, '.' | '-' | '\'' | '’'))
            .count();
        let capitals = w.iter().filter(|c| c.is_uppercase()).count();
        let bare = text[word..end].trim_matches(['\'', '`']);
        let short_title = matches!(bare, "tp." | "tp" | "tx." | "tt.");
        // Behind a stroke there may be no word at all, and nothing to go back over.
        let some = word > 0 && word < end;
        let number = some && words == 0 && w.len() <= 2 && w.iter().all(char::is_ascii_digit);
        let dash = words > 0 && matches!(&text[word..end], "-");
        if number || dash {
            end = text[..word].trim_end().len();
            continue;
        }
        let glued = word > 0 && text.as_bytes()[word - 1] == b'/';
        let kind = matches!(bare, "pho" | "xa" | "tran") && words > 0;
        if glued
            || (!proper && !kind)
            || letters < w.len()
            || (capitals > 1 && !short_title && !w.contains(&'’') && !w.contains(&'\''))
            || w.len() > 9
        {
            break;
        }
        words += 1;
        start = word;
        let previous = text[..word].trim_end();
        if previous.len() + 2 < word || previous.ends_with([',', ':', ';']) {
            break;
        }
        end = previous.len();
    }
    start
}

/// Where a number with its symbol stands in the first `limit` letters: at the front, or behind another cell.
fn number_at(s: &str, f: &Folded, limit: usize, behind: bool) -> Option<Range<usize>> {
    let text = &f.as_str()[..limit];
    if number_line::is_bare(s) {
        return Some(0..f.as_str().len());
    }
    let starts = text.match_indices('s').map(|(k, _)| k).filter(|k| {
        let boundary = *k == 0 || !text.as_bytes()[k - 1].is_ascii_alphanumeric();
        let alone = || {
            let before = text[..*k].trim_end();
            before.bytes().filter(u8::is_ascii_alphanumeric).count() < 3 || before.ends_with("luat")
        };
        boundary && (behind || alone())
    });
    let damaged = text.as_bytes().windows(2).any(|w| w == b"6:");
    let damaged = ["86:", "$6:", "~6:"].into_iter().filter(|_| damaged);
    let starts: Vec<usize> = starts
        .chain(damaged.filter_map(|cue| text.find(cue)))
        // Beside the date of the letterhead whatever stands first is tried.
        .chain((limit < f.as_str().len() && !text.starts_with('s')).then_some(0))
        .collect();
    for k in starts {
        let from = f.original(k..k).start;
        // In small letters it is a citation, unless the date of the letterhead stands beside it.
        let beside = limit < f.as_str().len() && k < 3;
        if s[from..].starts_with('s') && !beside {
            continue;
        }
        let Some(p) = number_line::parts(&s[from..f.original(limit..limit).start]) else {
            continue;
        };
        if s[from + p.symbol.end..].chars().count() > 260 {
            continue;
        }
        let length = |to: usize| s[from..from + to].chars().count();
        return Some(k + length(p.cue.start)..k + length(p.symbol.end));
    }
    None
}
