//! The form in which texts are compared: what a reader would call the same text is the same text here.
//!
//! NFC, white space collapsed, dashes and quotes of one kind, the tone on one fixed vowel (`hoà` = `hòa`).
//! Handwriting marked `⟦...⟧` in a truth is left out. Case and punctuation stay.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

static HANDWRITING: LazyLock<Regex> = LazyLock::new(|| pattern(r"⟦[^⟧]*⟧"));
static LETTER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\p{L}$"));
/// Signs that count as digits beside the decimal ones: superscripts, subscripts, circled digits.
static DIGIT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^[\p{Nd}\u{B2}\u{B3}\u{B9}\u{2070}\u{2074}-\u{2079}\u{2080}-\u{2089}\u{2460}-\u{2468}\u{2474}-\u{247C}",
        r"\u{2488}-\u{2490}\u{24EA}\u{24F5}-\u{24FD}\u{24FF}\u{2776}-\u{277E}\u{2780}-\u{2788}\u{278A}-\u{2792}]$"
    ))
});

#[allow(clippy::expect_used)]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

fn is(pattern: &Regex, c: char) -> bool {
    pattern.is_match(c.encode_utf8(&mut [0; 4]))
}

/// A letter in the sense of Unicode's general category.
fn is_letter(c: char) -> bool {
    match c {
        '\0'..='\u{7F}' => c.is_ascii_alphabetic(),
        _ => c.is_alphabetic() && (('\u{C0}'..='\u{24F}').contains(&c) || is(&LETTER, c)),
    }
}

/// A digit, superscripts and circled digits among them.
pub fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && is(&DIGIT, c))
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&c)
}

fn base(letter: &str) -> char {
    let first = letter.nfd().next().unwrap_or(' ');
    first.to_lowercase().next().unwrap_or(first)
}

/// Ends a run of letters: the tone goes to the last vowel that carries a mark, else to the first vowel.
fn finish(letters: &mut Vec<String>, tone: &mut Option<char>, out: &mut String) {
    if let Some(tone) = tone.take() {
        let bases: Vec<char> = letters.iter().map(|l| base(l)).collect();
        let marked = (0..letters.len())
            .rev()
            .find(|&k| "aeou".contains(bases[k]) && letters[k].nfd().nth(1).is_some());
        let vowel = || bases.iter().position(|&b| "aeiouy".contains(b));
        let k = marked.or_else(vowel).unwrap_or(letters.len() - 1);
        letters[k] = letters[k].chars().chain([tone]).nfc().collect();
    }
    out.extend(letters.drain(..));
}

/// The canonical form of `text`.
pub fn canonical(text: &str) -> String {
    let text = HANDWRITING.replace_all(text, " ");
    let mut same = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '–' | '—' | '−' | '‐' => same.push('-'),
            '“' | '”' => same.push('"'),
            '’' | '‘' => same.push('\''),
            '…' => same.push_str("..."),
            _ => same.push(c),
        }
    }
    let mut out = String::with_capacity(same.len());
    let (mut letters, mut tone) = (Vec::<String>::new(), None);
    for c in same.nfd() {
        let combining = canonical_combining_class(c) != 0;
        if matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
            && !letters.is_empty()
        {
            tone = Some(c);
        } else if combining && let Some(last) = letters.last_mut() {
            *last = last.chars().chain([c]).nfc().collect();
        } else if is_letter(c) {
            letters.push(c.to_string());
        } else {
            finish(&mut letters, &mut tone, &mut out);
            out.push(c);
        }
    }
    finish(&mut letters, &mut tone, &mut out);
    let words: Vec<&str> = out.split(is_space).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

/// The tokens of a canonical text: what stands between white space.
pub fn tokens(canonical: &str) -> Vec<&str> {
    canonical.split(' ').filter(|t| !t.is_empty()).collect()
}

/// The syllables among `tokens`: in lower case, without the punctuation around them, none that holds a digit.
pub fn syllables(tokens: &[&str]) -> Vec<String> {
    let inside = |c: char| is_letter(c) || c.is_numeric() || c == '_';
    tokens
        .iter()
        .map(|t| t.to_lowercase())
        .map(|t| t.trim_matches(|c| !inside(c)).to_owned())
        .filter(|w| !w.is_empty() && !w.chars().any(is_digit))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_has_one_form() {
        assert_eq!(canonical("hoà  –\tthuỷ"), canonical("hòa - thủy"));
        assert_eq!(
            canonical("Nguyễn".nfd().collect::<String>().as_str()),
            "Nguyễn"
        );
        assert_eq!(canonical("ngày ⟦12⟧ tháng …"), "ngày tháng ...");
        assert_ne!(canonical("qủa"), canonical("qua"));
        assert_eq!(canonical(" a\u{1F}b "), "a b");
    }

    #[test]
    fn syllables_are_without_punctuation_and_digits() {
        let text = canonical("(Số: 12/QĐ-UBND), Điều 3².");
        assert_eq!(syllables(&tokens(&text)), ["số", "điều"]);
    }
}
