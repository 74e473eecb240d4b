//! Text without its marks, for comparing with cue words that the OCR may have damaged.
//!
//! [`Folded`] keeps one ASCII byte for each character of the text, so that patterns are written once, without
//! diacritics, and still match `Kinh gửi`, `Kính giri` or `KÍNH GỬI`; a match is mapped back to bytes of the text.
//! [`find`], [`prefix`] and [`same`] allow wrong letters on top (Sellers' approximate matching with Myers'
//! bit vectors, J. ACM 46(3), 1999).

use std::ops::Range;
use unicode_normalization::char::decompose_canonical;

/// A text reduced to lower-case ASCII, one byte for each character.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    text: String,
    at: Vec<usize>,
}

impl Folded {
    /// Folds `text`.
    pub fn new(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut at = Vec::with_capacity(text.len() + 1);
        for (i, c) in text.char_indices() {
            at.push(i);
            folded.push(fold_char(c));
        }
        at.push(text.len());
        Self { text: folded, at }
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

/// `text` without marks, in lower case.
pub fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// One character without its marks, in lower case; `~` for what has no ASCII likeness.
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        'đ' | 'Đ' | 'ð' | 'Ð' => 'd',
        '–' | '—' | '−' | '‐' | '‑' | '―' | '¬' => '-',
        '“' | '”' | '„' | '«' | '»' => '"',
        '‘' | '’' | '´' => '\'',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{3000}' => ' ',
        '…' => '.',
        '•' | '·' | '●' => '*',
        _ => {
            let mut base = None;
            decompose_canonical(c, |part| {
                base.get_or_insert(part);
            });
            match base {
                Some(b) if b.is_ascii() => b.to_ascii_lowercase(),
                _ => '~',
            }
        }
    }
}

/// The best place of `cue` (folded, at most 64 letters) in `text` (folded) with at most `errors` wrong, missing
/// or additional letters: the number of errors and the end of the match.
pub fn find(text: &str, cue: &str, errors: usize) -> Option<(usize, usize)> {
    search(text.as_bytes(), cue.as_bytes(), errors, false)
}

/// Whether `text` begins with `cue` with at most `errors` errors: the errors and the end of the match.
pub fn prefix(text: &str, cue: &str, errors: usize) -> Option<(usize, usize)> {
    let window = (cue.len() + errors).min(text.len());
    search(&text.as_bytes()[..window], cue.as_bytes(), errors, true)
}

/// Whether the whole of `text` is `cue` with at most `errors` errors.
pub fn same(text: &str, cue: &str, errors: usize) -> bool {
    distance(text, cue, errors).is_some()
}

/// The edit distance of two folded texts, when it is at most `errors`.
pub fn distance(a: &str, b: &str, errors: usize) -> Option<usize> {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > errors {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substitute = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(diagonal + 1).min(row[j] + 1);
        }
        if row.iter().all(|d| *d > errors) {
            return None;
        }
    }
    row.last().copied().filter(|d| *d <= errors)
}

fn search(text: &[u8], cue: &[u8], errors: usize, anchored: bool) -> Option<(usize, usize)> {
    if cue.is_empty() || cue.len() > 64 {
        return None;
    }
    let mut peq = [0u64; 128];
    for (i, b) in cue.iter().enumerate() {
        peq[usize::from(b & 127)] |= 1 << i;
    }
    let high = 1u64 << (cue.len() - 1);
    let (mut pv, mut mv, mut score) = (!0u64, 0u64, cue.len());
    let mut best: Option<(usize, usize)> = None;
    for (i, b) in text.iter().enumerate() {
        let eq = peq[usize::from(b & 127)];
        let xv = eq | mv;
        let xh = (((eq & pv).wrapping_add(pv)) ^ pv) | eq;
        let (mut ph, mut mh) = (mv | !(xh | pv), pv & xh);
        if ph & high != 0 {
            score += 1;
        } else if mh & high != 0 {
            score -= 1;
        }
        ph = (ph << 1) | u64::from(anchored);
        mh <<= 1;
        pv = mh | !(xv | ph);
        mv = ph & xv;
        if score <= errors && best.is_none_or(|(e, _)| score < e) {
            best = Some((score, i + 1));
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
