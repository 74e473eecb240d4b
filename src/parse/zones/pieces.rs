//! Lines cut where two columns meet: at column rules and wide gaps, and around the cells that [`super::cuts`] finds.

use super::cuts::{Cut, OPEN_DATE, REST_OF_DATE, cuts};
use crate::parse::dispatch::TextRange;
use crate::parse::fold::{self, Folded};
use crate::parse::pattern::{Pattern, pattern};
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

    fn new((range, folded, hint): Cut, line: usize, gap: usize) -> Option<Self> {
        if range.is_empty() {
            return None;
        }
        let tally = folded.tally();
        Some(Self {
            front: folded.as_str().len() - fold::signless(folded.as_str()).len(),
            chars: folded.as_str().len(),
            folded,
            line,
            hint,
            capitals: if tally.letters == 0 {
                0.0
            } else {
                tally.upper as f32 / tally.letters as f32
            },
            starts_lower: tally.first.is_some_and(char::is_lowercase),
            alnum: tally.letters + tally.numeric,
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
                if let Some(p) = Piece::new(cut, line, gap) {
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
        return std::iter::once(at..at + s.len()).collect();
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
