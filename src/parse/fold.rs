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
}

impl Glyph {
    fn new(c: char) -> Self {
        Self {
            folded: likeness(c),
            letter: c.is_alphabetic(),
            upper: c.is_uppercase(),
        }
    }

    fn of(c: char) -> Self {
        if c.is_ascii() {
            return Self {
                folded: (c as u8).to_ascii_lowercase(),
                letter: c.is_ascii_alphabetic(),
                upper: c.is_ascii_uppercase(),
            };
        }
        /// The letters of Vietnamese among them, and the signs of print.
        static KNOWN: LazyLock<[Vec<Glyph>; 3]> = LazyLock::new(|| {
            let glyphs = |block: Range<char>| block.map(Glyph::new).collect();
            BLOCKS.map(glyphs)
        });
        const BLOCKS: [Range<char>; 3] = [
            '\u{80}'..'\u{250}',
            '\u{1ea0}'..'\u{1f00}',
            '\u{2000}'..'\u{2070}',
        ];
        let block = BLOCKS.iter().position(|b| b.contains(&c));
        block.map_or_else(
            || Self::new(c),
            |k| KNOWN[k][c as usize - BLOCKS[k].start as usize],
        )
    }
}

/// As [`char::is_alphabetic`].
pub fn is_letter(c: char) -> bool {
    Glyph::of(c).letter
}

/// As [`char::is_uppercase`].
pub fn is_upper(c: char) -> bool {
    Glyph::of(c).upper
}

/// A text reduced to lower-case ASCII, one byte for each character.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    text: String,
    at: Vec<usize>,
}

impl Folded {
    /// Folds `text`.
    pub fn new(text: &str) -> Self {
        let mut at = Vec::with_capacity(text.len() + 1);
        let mut folded = Vec::with_capacity(text.len());
        for (k, c) in text.char_indices() {
            at.push(k);
            folded.push(fold_byte(c));
        }
        at.push(text.len());
        let text = String::from_utf8(folded).unwrap_or_default();
        Self { text, at }
    }

    /// The same for the bytes `range` of the original alone.
    pub fn part(&self, range: Range<usize>) -> Self {
        let place = |byte: usize| self.at.partition_point(|at| *at < byte);
        let (from, to) = (place(range.start), place(range.end));
        let at = self.at[from..=to].iter().map(|at| at - range.start);
        Self {
            text: self.text[from..to].to_owned(),
            at: at.collect(),
        }
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

fn fold_byte(c: char) -> u8 {
    Glyph::of(c).folded
}

/// One character without its marks, in its own case.
pub fn cased_char(c: char) -> char {
    char::from(cased_byte(c))
}

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
    let worth = errors > 3
        || parts(cue.len(), errors).any(|part| holds(text.as_bytes(), &cue.as_bytes()[part]));
    if cue.is_empty() || cue.len() > LONGEST || !worth {
        return None;
    }
    let scan = Scan::new(cue.bytes(), false);
    best(text.bytes(), scan, errors)
}

/// Where `cue` stands in `text`: as [`find`], from its first to its last letter.
pub fn locate(text: &str, cue: &str, errors: usize) -> Option<Range<usize>> {
    let (errors, end) = find(text, cue, errors)?;
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

/// Whether a few letters stand anywhere in a line: searchers for longer texts take longer to set up than this to look.
fn holds(text: &[u8], part: &[u8]) -> bool {
    let Some(first) = part.first() else {
        return true;
    };
    // The first letter tells most places apart.
    text.windows(part.len())
        .any(|w| w[0] == *first && w == part)
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
