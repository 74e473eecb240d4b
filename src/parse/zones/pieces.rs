//! Lines cut where two columns meet.
//!
//! A cut is made at column rules and wide gaps, and around what can only stand in one column: the motto, a number
//! with its symbol, a place with a date, a signer's position beside a list of copies.

use crate::parse::dispatch::TextRange;
use crate::parse::fold::{self, Folded};
use crate::parse::pattern::{Pattern, pattern};
use crate::parse::{cues, number};
use std::ops::Range;
use std::sync::LazyLock;

/// What a piece was cut out as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// First or second line of the motto.
    Motto,
    /// The Party's line.
    Party,
    /// Number and symbol.
    Number,
    /// Place and date.
    PlaceDate,
    /// Position of a signer, right of something else.
    Position,
    /// Mark of urgency before something else.
    Urgency,
}

/// A line, or a part of it that lies in one column.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Bytes of the text, trimmed.
    pub range: TextRange,
    /// Line, from 0.
    pub line: usize,
    /// Folded text of the range.
    folded: Folded,
    /// Bullets and debris at the front of the folded text.
    front: usize,
    /// What it was cut out as.
    pub hint: Option<Hint>,
    /// Share of capitals among its letters.
    pub capitals: f32,
    /// Whether its first letter is lower case.
    pub starts_lower: bool,
    /// Letters and digits.
    pub alnum: usize,
    /// Characters.
    pub chars: usize,
    /// Blank lines before it.
    pub gap: usize,
}

impl Piece {
    /// The folded text.
    pub fn text(&self) -> &str {
        self.folded.as_str()
    }

    /// The folded text without list bullets and debris at its front.
    pub fn bare(&self) -> &str {
        &self.text()[self.front..]
    }

    fn new(text: &str, (range, folded, hint): Cut, line: usize, gap: usize) -> Option<Self> {
        let s = &text[range.clone()];
        if s.is_empty() {
            return None;
        }
        let (mut letters, mut upper, mut alnum) = (0_usize, 0_usize, 0);
        let mut first = None;
        for c in s.chars() {
            if fold::is_letter(c) {
                letters += 1;
                first.get_or_insert(c);
            } else {
                alnum += usize::from(c.is_numeric());
            }
            upper += usize::from(fold::is_upper(c));
        }
        Some(Self {
            front: folded.as_str().len() - fold::signless(folded.as_str()).len(),
            chars: folded.as_str().len(),
            folded,
            line,
            hint,
            capitals: if letters == 0 {
                0.0
            } else {
                upper as f32 / letters as f32
            },
            starts_lower: first.is_some_and(char::is_lowercase),
            alnum: letters + alnum,
            gap,
            range,
        })
    }
}

/// `range` without white space, column rules and emphasis marks at its ends.
pub fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let s = &text[range.clone()];
    let debris = |c: char| c.is_whitespace() || matches!(c, '|' | '\u{feff}' | '\u{200b}');
    let front = s.len() - s.trim_start_matches(debris).len();
    let body = s[front..].trim_end_matches(debris);
    let stars = body.len() - body.trim_start_matches("**").len();
    let body = body[stars..].trim_end_matches("**");
    let start = range.start + front + stars;
    start..start + body.len()
}

/// A date in words: day and month may be blank or unreadable.
static DATE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(?:ng[a-tv-z~]y|[ij]gay|ngdy)[^a-z0-9]{0,3}(.{0,12}?)\s?\bth[a-z~0-9]{1,2}ng\b?[^a-z0-9]{0,3}(.{0,9}?)[\s.,]{0,2}n[a-z~]{1,2}m[^a-z0-9]{0,3}([12il|][0-9a-z~]{3,4}|[._ ]{2,9}|20\b|$)",
    )
});

/// A date whose end stands on the next line.
static OPEN_DATE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(r"[,.;]\s?\bng[a-z~]y\b.{0,6}?(?:th[a-z~]{1,2}ng\b.{0,4}?(?:n[a-z~]m\b)?)?\W*$")
});

/// The end of a date whose front stands on the line before.
static REST_OF_DATE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(r"^(?:\d{1,2}\s+)?(?:thang\s+\d{1,2}\s+)?(?:nam\s+)?(?:19|20)\d\d\W*$")
});

/// A wide gap between two columns.
static GAP: LazyLock<Pattern> = LazyLock::new(|| pattern(r"\t+| {4,}|\s*\|\s*"));

/// Lines of the text as pieces.
pub fn pieces(text: &str, lines: impl Iterator<Item = (TextRange, usize)>) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut gap = 0;
    for (range, line) in lines {
        let s = &text[range.clone()];
        if s.trim().is_empty() {
            gap += 1;
            continue;
        }
        let mut column = 0;
        for part in columns(s, range.start) {
            for cut in cuts(text, part) {
                if let Some(p) = Piece::new(text, cut, line, gap) {
                    column += 1;
                    out.push(p);
                }
            }
        }
        if column > 0 {
            gap = 0;
        }
    }
    for k in 0..out.len() {
        // The end of a date needs its front.
        let rest = out[k].hint == Some(Hint::PlaceDate) && REST_OF_DATE.is_match(out[k].text());
        let open = |p: &Piece| p.hint == Some(Hint::PlaceDate) && OPEN_DATE.is_match(p.text());
        if rest && !out[k.saturating_sub(3)..k].iter().any(open) {
            out[k].hint = None;
        }
    }
    out
}

/// Parts of a line between wide gaps; the gap after a bullet or a label is none.
fn columns(s: &str, at: usize) -> Vec<Range<usize>> {
    if !s.contains(['\t', '|', '\u{a0}']) && !s.contains("    ") {
        return vec![at..at + s.len()];
    }
    let folded = Folded::new(s);
    let mut parts = Vec::new();
    let mut start = 0;
    for m in GAP.find_iter(folded.as_str()) {
        let m = folded.original(m.range());
        let (left, gap, right) = (s[start..m.start].trim(), &s[m.clone()], &s[m.end..]);
        let label = left.chars().filter(|c| c.is_alphanumeric()).count() < 2;
        let rule = gap.contains('|');
        let blank = is_blank_field(left) || right.trim_start().starts_with(['/', '-']);
        // A wide space inside a sentence, as a justified line leaves it.
        let goes_on = right.starts_with(char::is_lowercase) && !gap.contains('\t');
        if (label && !rule)
            || blank
            || (goes_on && !rule)
            || is_blank_date(&s[start..m.start], right)
        {
            continue;
        }
        parts.push(at + start..at + m.start);
        start = m.end;
    }
    parts.push(at + start..at + s.len());
    parts.retain(|r| !r.is_empty());
    parts
}

/// `Số:` with nothing behind it yet.
fn is_blank_field(left: &str) -> bool {
    let f = fold::fold(left);
    let f = f.trim_end_matches([':', '.', ' ']);
    matches!(f, "so" | "s6" | "ngay" | "kinh gui")
        || f.ends_with(" so")
        || f.ends_with(" ngay")
        || f.ends_with(" thang")
}

static BEFORE_GAP: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(r"(?:\bngay|[,;]\s*n[a-z~]{2}y)\W{0,3}.{0,4}$|\bthang\W{0,3}.{0,4}$|\bnam$")
});
static AFTER_GAP: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"^.{0,5}\s?thang\b|^.{0,5}\s?nam\b|^[12][09]\d\d\b"));

/// A gap inside `ngày    tháng`.
fn is_blank_date(left: &str, right: &str) -> bool {
    let (l, r) = (fold::fold(left.trim_end()), fold::fold(right.trim_start()));
    BEFORE_GAP.is_match(&l) && AFTER_GAP.is_match(&r)
}

/// How much of a long line is looked at for cells of the header and footer.
const WINDOW: usize = 420;

/// A part of a line, trimmed, its folded text, and what it was cut out as.
type Cut = (Range<usize>, Folded, Option<Hint>);

/// A part cut around the cells it holds.
fn cuts(text: &str, part: Range<usize>) -> Vec<Cut> {
    let s = &text[part.clone()];
    let folded = Folded::new(s);
    let whole = folded.as_str();
    let f = &whole[..whole.len().min(WINDOW)];
    let mut found: Vec<(Range<usize>, Hint)> = Vec::new();
    // Fewer are not two thirds of any of the cues that stand in capitals.
    let capitals = s.chars().filter(|c| fold::is_upper(*c)).nth(5).is_some();
    for (cue, errors, hint) in [
        (cues::COUNTRY, 9, Hint::Motto),
        (cues::MOTTO, 8, Hint::Motto),
        (cues::PARTY, 3, Hint::Party),
    ] {
        if (hint != Hint::Party || capitals)
            && let Some(r) = fold::locate(f, cue, errors)
            && (hint != Hint::Party || is_capital(&s[folded.original(r.clone())]))
        {
            found.push((whole_words(f, r), hint));
        }
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
    if let Some(m) = DATE.captures(f).and_then(|c| c.get(0)) {
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
    } else if let Some(m) = OPEN_DATE.find(f) {
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
        let own = folded.part(range.start - part.start..range.end - part.start);
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
        let own = f.part(r.start - range.start..r.end - range.start);
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
            && (signed
                || super::score::is_person(tail)
                || (super::score::is_name_like(tail) && front.starts_with("luu")))
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
        let number = words == 0 && w.len() <= 2 && w.iter().all(char::is_ascii_digit) && word > 0;
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
    if number::is_bare(s) {
        return Some(0..f.as_str().len());
    }
    let starts = text.match_indices('s').map(|(k, _)| k).filter(|k| {
        let before = text[..*k].trim_end();
        let alone = before.chars().filter(char::is_ascii_alphanumeric).count() < 3
            || before.ends_with("luat");
        let boundary = *k == 0 || !text.as_bytes()[k - 1].is_ascii_alphanumeric();
        boundary && (alone || behind)
    });
    let starts: Vec<usize> = starts
        .chain(text.find("86:"))
        .chain(text.find("$6:"))
        .chain(text.find("~6:"))
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
        let Some(p) = number::parts(&s[from..f.original(limit..limit).start]) else {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(line: &str) -> Vec<(String, Option<Hint>)> {
        let all = pieces(line, std::iter::once((0..line.len(), 0)));
        all.into_iter()
            .map(|p| (line[p.range].to_owned(), p.hint))
            .collect()
    }

    #[test]
    fn merged_columns_are_parted() {
        assert_eq!(
            cut("UBND TỈNH A CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            [
                ("UBND TỈNH A".to_owned(), None),
                (
                    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM".to_owned(),
                    Some(Hint::Motto)
                )
            ]
        );
        assert_eq!(
            cut("Só: 12 /SYT-NVY Nam Định, ngày 04 tháng 01 năm 2018"),
            [
                ("Só: 12 /SYT-NVY".to_owned(), Some(Hint::Number)),
                (
                    "Nam Định, ngày 04 tháng 01 năm 2018".to_owned(),
                    Some(Hint::PlaceDate)
                )
            ]
        );
        assert_eq!(
            cut("Số:          /UBND-KGVX Kon Tum, ngày     tháng 4 năm 2025"),
            [
                ("Số:          /UBND-KGVX".to_owned(), Some(Hint::Number)),
                (
                    "Kon Tum, ngày     tháng 4 năm 2025".to_owned(),
                    Some(Hint::PlaceDate)
                )
            ]
        );
        assert_eq!(
            cut("- Như trên; KT. GIÁM ĐỐC"),
            [
                ("- Như trên;".to_owned(), None),
                ("KT. GIÁM ĐỐC".to_owned(), Some(Hint::Position))
            ]
        );
        assert_eq!(
            cut("|- Văn phòng;      |PHÓ CHỦ TỊCH     |"),
            [
                ("- Văn phòng;".to_owned(), None),
                ("PHÓ CHỦ TỊCH".to_owned(), None)
            ]
        );
    }

    #[test]
    fn running_text_stays_whole() {
        for line in [
            "Căn cứ Luật Khoa học ngày 09 tháng 6 năm 2000 của Quốc hội;",
            "Thực hiện Công văn số 15/PAS-KSDB ngày 03/01/2018 của Viện Pasteur",
            "phải gửi về trước ngày 20 tháng 12 năm 2017, đồng thời gửi",
        ] {
            assert_eq!(cut(line), [(line.to_owned(), None)]);
        }
    }
}
