//! Text without its marks, for comparing with cue words that the OCR may have damaged.
//!
//! [`Folded`] keeps one ASCII byte for each character of the text, so that patterns are written once, without
//! diacritics, and still match `Kinh gửi`, `Kính giri` or `KÍNH GỬI`; a match is mapped back to bytes of the text.
//! [`find`], [`prefix`] and [`same`] allow wrong letters on top (Sellers' approximate matching with Myers'
//! bit vectors, J. ACM 46(3), 1999).

use std::ops::Range;
use std::sync::LazyLock;
use unicode_normalization::char::decompose_canonical;

/// What is known of a character; looked up, because the tables of `char` are searched and every stage asks.
#[derive(Debug, Clone, Copy)]
struct Glyph {
    folded: u8,
    letter: bool,
    upper: bool,
    numeric: bool,
}

impl Glyph {
    fn new(c: char) -> Self {
        Self {
            folded: likeness(c),
            letter: c.is_alphabetic(),
            upper: c.is_uppercase(),
            numeric: c.is_numeric(),
        }
    }

    #[inline(always)]
    fn of(c: char) -> Self {
        match c.is_ascii() {
            true => Self {
                folded: (c as u8).to_ascii_lowercase(),
                letter: c.is_ascii_alphabetic(),
                upper: c.is_ascii_uppercase(),
                numeric: c.is_ascii_digit(),
            },
            false => Self::beyond_ascii(c),
        }
    }

    #[inline(never)]
    fn beyond_ascii(c: char) -> Self {
        /// Latin with its additions, those for Vietnamese, and the signs of print: from each block's first on.
        const BLOCKS: [Range<u32>; 3] = [0x80..0x250, 0x1ea0..0x1f00, 0x2000..0x2070];
        static KNOWN: LazyLock<Vec<Glyph>> = LazyLock::new(|| {
            let all = BLOCKS.into_iter().flatten().filter_map(char::from_u32);
            all.map(Glyph::new).collect()
        });
        let place = match c as u32 {
            c @ 0x80..0x250 => c - 0x80,
            c @ 0x1ea0..0x1f00 => c - 0x1ea0 + 0x1d0,
            c @ 0x2000..0x2070 => c - 0x2000 + 0x230,
            _ => return Self::new(c),
        };
        KNOWN[place as usize]
    }
}

/// As [`char::is_alphabetic`].
#[inline]
pub fn is_letter(c: char) -> bool {
    Glyph::of(c).letter
}

/// As [`char::is_uppercase`].
#[inline]
pub fn is_upper(c: char) -> bool {
    Glyph::of(c).upper
}

/// What characters a text has, counted while it is folded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Letters.
    pub letters: usize,
    /// Capitals among them.
    pub upper: usize,
    /// Digits and other numbers.
    pub numeric: usize,
    /// The first letter.
    pub first: Option<char>,
}

/// A text reduced to lower-case ASCII, one byte for each character.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    text: String,
    at: Vec<usize>,
    tally: Tally,
}

impl Folded {
    /// Folds `text`.
    pub fn new(text: &str) -> Self {
        let mut at = Vec::with_capacity(text.len() + 1);
        let mut folded = Vec::with_capacity(text.len());
        let mut tally = Tally::default();
        for (k, c) in text.char_indices() {
            let glyph = Glyph::of(c);
            at.push(k);
            folded.push(glyph.folded);
            if glyph.letter {
                tally.letters += 1;
                tally.first.get_or_insert(c);
            } else {
                tally.numeric += usize::from(glyph.numeric);
            }
            tally.upper += usize::from(glyph.upper);
        }
        at.push(text.len());
        let text = String::from_utf8(folded).unwrap_or_default();
        Self { text, at, tally }
    }

    /// What characters the original has.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The folded text: ASCII, as many bytes as the original has characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that `range` of the folded text stands for.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        let last = self.at.len() - 1;
        self.at[range.start.min(last)]..self.at[range.end.min(last)]
    }
}

/// Folded text from its first letter or digit on.
pub fn signless(folded: &str) -> &str {
    folded.trim_start_matches(|c: char| !c.is_ascii_alphanumeric())
}

/// `text` without marks, in lower case.
pub fn fold(text: &str) -> String {
    shadow(text, fold_byte)
}

/// `text` without marks, in its own case.
pub fn cased(text: &str) -> String {
    shadow(text, cased_byte)
}

/// One byte of ASCII for each character.
fn shadow(text: &str, byte: impl Fn(char) -> u8) -> String {
    let mut out = Vec::with_capacity(text.len());
    out.extend(text.chars().map(byte));
    String::from_utf8(out).unwrap_or_default()
}

/// One character without its marks, in lower case; `~` for what has no ASCII likeness.
pub fn fold_char(c: char) -> char {
    char::from(fold_byte(c))
}

#[inline]
fn fold_byte(c: char) -> u8 {
    Glyph::of(c).folded
}

/// One character without its marks, in its own case: ASCII.
#[inline]
fn cased_byte(c: char) -> u8 {
    let glyph = Glyph::of(c);
    match glyph.upper {
        true => glyph.folded.to_ascii_uppercase(),
        false => glyph.folded,
    }
}

fn likeness(c: char) -> u8 {
    match c {
        'đ' | 'Đ' | 'ð' | 'Ð' => b'd',
        '–' | '—' | '−' | '‐' | '‑' | '―' | '¬' => b'-',
        '“' | '”' | '„' | '«' | '»' => b'"',
        '‘' | '’' | '´' => b'\'',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{3000}' => b' ',
        '…' => b'.',
        '•' | '·' | '●' => b'*',
        _ => {
            let mut base = None;
            decompose_canonical(c, |part| {
                base.get_or_insert(part);
            });
            let ascii = base.and_then(|b| u8::try_from(b).ok()).filter(u8::is_ascii);
            ascii.map_or(b'~', |b| b.to_ascii_lowercase())
        }
    }
}

/// The best place of `cue` (folded, at most 64 letters) in `text` (folded) with at most `errors` wrong, missing
/// or additional letters: the number of errors and the end of the match.
pub fn find(text: &str, cue: &str, errors: usize) -> Option<(usize, usize)> {
    if text.len() + errors < cue.len() {
        return None;
    }
    if errors == 0 && (1..=LONGEST).contains(&cue.len()) {
        return text.find(cue).map(|at| (0, at + cue.len()));
    }
    // Of more parts than errors one is free of them; short parts are found anywhere.
    let worth = errors > 3 || parts(cue.len(), errors).any(|part| text.contains(&cue[part]));
    if cue.is_empty() || cue.len() > LONGEST || !worth {
        return None;
    }
    let scan = Scan::new(cue.bytes(), false);
    best(text.bytes(), scan, errors)
}

/// Where `cue` stands in `text`: as [`find`], from its first to its last letter.
pub fn locate(text: &str, cue: &str, errors: usize) -> Option<Range<usize>> {
    whole(text, cue, find(text, cue, errors)?)
}

/// The whole of a match of which the errors and the end are known.
pub fn whole(text: &str, cue: &str, (errors, end): (usize, usize)) -> Option<Range<usize>> {
    let back = text[..end].bytes().rev().take(cue.len() + errors);
    let (_, length) = best(back, Scan::new(cue.bytes().rev(), true), errors)?;
    Some(end - length..end)
}

/// Whether `text` begins with `cue` with at most `errors` errors: the errors and the end of the match.
pub fn prefix(text: &str, cue: &str, errors: usize) -> Option<(usize, usize)> {
    let fits = (1..=LONGEST).contains(&cue.len());
    if errors == 0 {
        return (fits && text.starts_with(cue)).then_some((0, cue.len()));
    }
    let worth = fits && likely(text, cue, errors);
    let window = text.bytes().take(cue.len() + errors);
    worth
        .then(|| best(window, Scan::new(cue.bytes(), true), errors))
        .flatten()
}

/// Where `cue` may end at the front of `text`, with the errors it then has before the end.
pub fn prefixes(text: &str, cue: &str, errors: usize) -> impl Iterator<Item = (usize, usize)> {
    let worth = (1..=LONGEST).contains(&cue.len()) && likely(text, cue, errors);
    let scan = worth.then(|| Scan::new(cue.bytes(), true));
    let window = text.bytes().take(cue.len() + errors);
    let scores = scan
        .into_iter()
        .flat_map(move |mut scan| window.clone().map(move |b| scan.step(b)).zip(1..));
    scores.filter(move |(score, _)| *score <= errors)
}

/// Whether the whole of `text` is `cue` with at most `errors` errors.
pub fn same(text: &str, cue: &str, errors: usize) -> bool {
    distance(text, cue, errors).is_some()
}

/// The edit distance of two folded texts of at most 64 letters, when it is at most `errors`.
pub fn distance(a: &str, b: &str, errors: usize) -> Option<usize> {
    if a == b {
        return Some(0);
    }
    if errors == 0 || a.len().abs_diff(b.len()) > errors || b.len() > LONGEST {
        return None;
    }
    if a.is_empty() || b.is_empty() {
        return Some(a.len() + b.len());
    }
    if !likely(a, b, errors) {
        return None;
    }
    let mut scan = Scan::new(b.bytes(), true);
    a.bytes().for_each(|letter| {
        scan.step(letter);
    });
    Some(scan.score).filter(|d| *d <= errors)
}

/// A cue of `length` in one part more than `errors`, all about as long.
fn parts(length: usize, errors: usize) -> impl Iterator<Item = Range<usize>> {
    let count = errors + 1;
    (0..count).map(move |k| k * length / count..(k + 1) * length / count)
}

/// Whether a few letters stand in a window hardly longer: a searcher takes longer to set up than this to look.
fn holds(window: &[u8], part: &[u8]) -> bool {
    let Some(first) = part.first() else {
        return true;
    };
    // The first letter tells most places apart, and the rest is too short to call upon a comparison of memory.
    let mut places = window.windows(part.len());
    places.any(|w| w[0] == *first && w.iter().zip(part).all(|(a, b)| a == b))
}

/// Whether one of those parts stands at the front of `text` about where it should: without, `cue` does not.
fn likely(text: &str, cue: &str, errors: usize) -> bool {
    let (text, cue) = (text.as_bytes(), cue.as_bytes());
    parts(cue.len(), errors).any(|part| {
        let own = &cue[part.clone()];
        let from = part.start.saturating_sub(errors).min(text.len());
        let end = (part.end + errors).min(text.len());
        holds(&text[from..end], own)
    })
}

/// The letters that a word of the machine has room for.
const LONGEST: usize = 64;

/// The errors of a cue of 1 to 64 letters, letter by letter of a text.
struct Scan {
    /// Where each letter stands in the cue.
    letters: [u64; 128],
    last: u64,
    /// Which differences down the column are +1, and which -1.
    more: u64,
    less: u64,
    score: usize,
    /// 1 when the match begins with the text.
    anchor: u64,
}

impl Scan {
    fn new(cue: impl Iterator<Item = u8>, anchored: bool) -> Self {
        let mut letters = [0; 128];
        let mut score = 0_usize;
        for b in cue {
            letters[usize::from(b & 127)] |= 1 << score;
            score += 1;
        }
        Self {
            letters,
            last: 1 << score.saturating_sub(1),
            more: !0,
            less: 0,
            score,
            anchor: u64::from(anchored),
        }
    }

    /// The errors of the best match that ends with this letter.
    fn step(&mut self, letter: u8) -> usize {
        let equal = self.letters[usize::from(letter & 127)];
        let vertical = equal | self.less;
        let horizontal = (((equal & self.more).wrapping_add(self.more)) ^ self.more) | equal;
        let (up, down) = (
            self.less | !(horizontal | self.more),
            self.more & horizontal,
        );
        self.score += usize::from(up & self.last != 0);
        self.score -= usize::from(down & self.last != 0);
        let (up, down) = (up << 1 | self.anchor, down << 1);
        self.more = down | !(vertical | up);
        self.less = up & vertical;
        self.score
    }
}

/// Two cues of at most 64 letters together, looked for in one pass: each in its own bits of a word.
pub struct Pair {
    letters: [u64; 128],
    lengths: [usize; 2],
    /// The bits of their first letters, and of their last ones.
    first: u64,
    last: [u64; 2],
}

impl Pair {
    /// The cues, folded.
    pub fn new(cues: [&str; 2]) -> Self {
        let mut letters = [0; 128];
        for (k, b) in cues.iter().flat_map(|c| c.bytes()).enumerate() {
            letters[usize::from(b & 127)] |= 1 << k;
        }
        let lengths = cues.map(str::len);
        let second = 1 << lengths[0];
        Self {
            letters,
            lengths,
            first: 1 | second,
            last: [second >> 1, second << (lengths[1] - 1)],
        }
    }

    /// The best place of each in `text`, with at most so many errors: as [`find`].
    pub fn find(&self, text: &str, errors: [usize; 2]) -> [Option<(usize, usize)>; 2] {
        let below = !(self.last[0] | self.last[1]);
        let (mut more, mut less) = (!0, 0);
        let mut scores = self.lengths;
        let mut allowed = errors.map(|e| e + 1);
        let mut best = [None; 2];
        for (k, letter) in text.bytes().enumerate() {
            // As in `Scan::step`; nothing is carried from one cue into the other.
            let equal = self.letters[usize::from(letter & 127)];
            let vertical = equal | less;
            let open = more & below;
            let horizontal = ((equal & open).wrapping_add(open) ^ open) | equal;
            let (up, down): (u64, u64) = (less | !(horizontal | more), more & horizontal);
            for cue in 0..2 {
                scores[cue] += usize::from(up & self.last[cue] != 0);
                scores[cue] -= usize::from(down & self.last[cue] != 0);
                if scores[cue] < allowed[cue] {
                    (best[cue], allowed[cue]) = (Some((scores[cue], k + 1)), scores[cue]);
                }
            }
            let (up, down) = (up << 1 & !self.first, down << 1 & !self.first);
            more = down | !(vertical | up);
            less = up & vertical;
        }
        best
    }
}

/// The least errors, and the first end that has them.
fn best(text: impl Iterator<Item = u8>, mut scan: Scan, errors: usize) -> Option<(usize, usize)> {
    let mut best = None;
    let mut allowed = errors + 1;
    for (k, letter) in text.enumerate() {
        let score = scan.step(letter);
        if score < allowed {
            (best, allowed) = (Some((score, k + 1)), score);
        }
        if allowed == 0 {
            break;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_for_each_character() {
        let f = Folded::new("Kính gửi: Ủy ban – “Đ”");
        assert_eq!(f.as_str(), "kinh gui: uy ban - \"d\"");
        assert_eq!(f.original(0..4), 0..5);
        assert_eq!(f.original(10..12), 13..17);
    }

    #[test]
    fn a_pair_is_found_as_each_alone() {
        let cues = ["cong hoa xa hoi chu nghia viet nam", "doc lap - tu do"];
        let pair = Pair::new(cues);
        for text in [
            "cong hoa xa hoi chu nghia viet nam doc lap - tu do",
            "ubnd tinh cong hoa xa hol chu nghla vlet nam",
            "d0c lap tu d0 - hanh phuc",
            "doc doc lap - tu d cong hoa xa hoi",
            "can cu luat to chuc chinh quyen dia phuong",
            "",
        ] {
            for errors in [[0, 0], [2, 1], [9, 4], [34, 15]] {
                let alone = [0, 1]
                    .map(|k| best(text.bytes(), Scan::new(cues[k].bytes(), false), errors[k]));
                assert_eq!(pair.find(text, errors), alone, "{text} {errors:?}");
            }
        }
    }

    #[test]
    fn cues_survive_wrong_letters() {
        assert_eq!(prefix("kinh giri: cac", "kinh gui", 2), Some((1, 7)));
        assert_eq!(prefix("noi nhan:", "noi nhan", 1), Some((0, 8)));
        assert_eq!(prefix("moi nhan:", "noi nhan", 1), Some((1, 8)));
        assert_eq!(prefix("xin kinh gui", "kinh gui", 1), None);
        assert_eq!(
            find("ubnd tinh x cong hoa xa hoi", "cong hoa", 1),
            Some((0, 20))
        );
        assert!(same("quyet djnh", "quyet dinh", 1));
        assert!(!same("quyet dinh so", "quyet dinh", 1));
        assert_eq!(distance("abc", "abc", 0), Some(0));
    }
}
