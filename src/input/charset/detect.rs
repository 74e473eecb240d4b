//! Which encoding a text is in: every candidate is tried, and the one whose words are Vietnamese is taken.
//!
//! A word that holds a letter with a mark is a witness: read in the right encoding it is a syllable by the rules of
//! spelling nearly always, read in a wrong one seldom. The confidence is the posterior probability under these two
//! rates, with "none of them" as one more candidate.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::{Charset, Unit, bytes, read, unwrapped, utf16};
use crate::syllable::Syllable;

/// An encoding and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// The encoding.
    pub charset: Charset,
    /// Whether its bytes were taken for windows-1252 and written as UTF-8.
    pub wrapped: bool,
    /// Probability that it is right, 0 to 1.
    pub confidence: f64,
}

/// Share of marked words that are syllables in the right encoding, and in a wrong one.
const RIGHT: f64 = 0.93;
const WRONG: f64 = 0.25;

/// Bytes that are looked at.
const SAMPLE: usize = 1 << 16;

/// An older encoding is taken when it is at least so sure.
const ENOUGH: f64 = 0.8;

/// The encoding of `bytes_in`, `None` when it is none of those known.
pub fn detect(bytes_in: &[u8]) -> Option<Guess> {
    let sure = |charset| {
        Some(Guess {
            charset,
            wrapped: false,
            confidence: 1.0,
        })
    };
    if bytes_in.starts_with(b"\xef\xbb\xbf") {
        return sure(Charset::Utf8);
    }
    if bytes_in.starts_with(b"\xff\xfe") {
        return sure(Charset::Utf16Le);
    }
    if bytes_in.starts_with(b"\xfe\xff") {
        return sure(Charset::Utf16Be);
    }
    let sample = &bytes_in[..bytes_in.len().min(SAMPLE)];
    if sample.contains(&0) {
        return wide(sample);
    }
    if let Ok(text) = std::str::from_utf8(sample) {
        return match text.is_ascii() {
            true => viqr(sample),
            false => wrapped(text),
        };
    }
    let (mut many, mut bad) = (0, 0);
    for chunk in sample.utf8_chunks() {
        let marked = chunk.valid().chars().filter(|c| !c.is_ascii());
        many += marked.count();
        bad += chunk.invalid().len();
    }
    // A character cut off at the end of the sample is no damage.
    if bad > 0 && bad <= 3 && sample.len() < bytes_in.len() {
        bad = 0;
    }
    match (many, bad) {
        (0, 0) => viqr(sample),
        (_, 0) => wrapped(&String::from_utf8_lossy(sample)),
        // Damage is a few bytes among letters that are whole; in another encoding hardly a letter is.
        _ if many >= 2 * bad => sure(Charset::Utf8),
        _ => older(&bytes(sample), false).or(
            // A few stray bytes; a page full of them would be offered as read when it was not.
            (bad <= 16 || bad * 10 <= sample.len()).then_some(Guess {
                charset: Charset::Utf8,
                wrapped: false,
                confidence: 0.5,
            }),
        ),
    }
}

/// UTF-16 without a mark: the high bytes of most characters are 0.
fn wide(sample: &[u8]) -> Option<Guess> {
    let zeros = |from: usize| {
        let all = sample.iter().skip(from).step_by(2);
        all.filter(|b| **b == 0).count()
    };
    let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    let charset = match () {
        () if odd * 3 > pairs && even * 20 < odd => Charset::Utf16Le,
        () if even * 3 > pairs && odd * 20 < even => Charset::Utf16Be,
        () => return None,
    };
    let units = utf16(sample, 0, charset == Charset::Utf16Be);
    let odd = |u: &&Unit| u.c == '\u{FFFD}' || (u.c.is_control() && !u.c.is_whitespace());
    let strange = units.iter().filter(odd).count();
    (strange * 20 <= units.len()).then_some(Guess {
        charset,
        wrapped: false,
        confidence: 0.99,
    })
}

/// UTF-8; perhaps with an older encoding in it, whose letters then are signs and foreign letters of Latin-1.
fn wrapped(text: &str) -> Option<Guess> {
    let plain = Some(Guess {
        charset: Charset::Utf8,
        wrapped: false,
        confidence: 1.0,
    });
    let (mut own, mut foreign) = (0usize, 0usize);
    for c in text.chars() {
        match c {
            '\0'..='\x7F' => {}
            'ă' | 'Ă' | 'đ' | 'Đ' | 'ĩ' | 'Ĩ' | 'ũ' | 'Ũ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' => {
                own += 1
            }
            '\u{1EA0}'..='\u{1EF9}' | '\u{300}'..='\u{323}' => own += 1,
            'À'..='Ã' | 'È'..='Ê' | 'Ì' | 'Í' | 'Ò'..='Õ' | 'Ù' | 'Ú' | 'Ý' => {}
            'à'..='ã' | 'è'..='ê' | 'ì' | 'í' | 'ò'..='õ' | 'ù' | 'ú' | 'ý' => {}
            '§' | '°' | '«' | '»' => {}
            '\u{A1}'..='\u{FF}' => {
                foreign += 1;
            }
            _ => {}
        }
    }
    if foreign < 3 || own * 4 > foreign {
        return plain;
    }
    let as_it_is: Vec<Unit> = units_of(text);
    let before = Witnesses::of(&as_it_is);
    match older(&unwrapped(text, 0), true) {
        Some(guess) if before.good * 2 < before.all => Some(guess),
        _ => plain,
    }
}

fn units_of(text: &str) -> Vec<Unit> {
    let unit = |(start, c): (usize, char)| Unit {
        c,
        start,
        end: start + c.len_utf8(),
    };
    text.char_indices().map(unit).collect()
}

/// ASCII; VIQR when its signs make syllables of most of the words they stand in.
fn viqr(sample: &[u8]) -> Option<Guess> {
    let plain = Guess {
        charset: Charset::Utf8,
        wrapped: false,
        confidence: 1.0,
    };
    // `u+`, `a^` and `dd` end hardly any word of a text without marks.
    let sign = |w: &[u8]| {
        matches!(
            (w[0].to_ascii_lowercase(), w[1]),
            (b'a' | b'e' | b'o', b'^') | (b'a', b'(') | (b'o' | b'u', b'+')
        )
    };
    if !sample.windows(2).any(sign) {
        return Some(plain);
    }
    let units = bytes(sample);
    let found = Witnesses::of(&read(&units, Charset::Viqr));
    let words = super::words(&units).len();
    let confidence = found.confidence();
    if found.all * 5 >= words && found.good * 4 >= found.all * 3 && confidence >= ENOUGH {
        return Some(Guess {
            charset: Charset::Viqr,
            wrapped: false,
            confidence,
        });
    }
    Some(plain)
}

/// The best of the encodings of one byte a character.
fn older(units: &[Unit], wrapped: bool) -> Option<Guess> {
    let candidates = [
        Charset::Tcvn3,
        Charset::Vni,
        Charset::Viscii,
        Charset::Windows1258,
    ];
    let found = candidates.map(|c| (c, Witnesses::of(&read(units, c))));
    let best = found
        .iter()
        .max_by(|a, b| a.1.weight().total_cmp(&b.1.weight()))?;
    let rivals: f64 = found
        .iter()
        .filter(|(c, _)| *c != best.0)
        .map(|(_, w)| (w.weight() - best.1.weight()).exp())
        .sum();
    let none = (-best.1.weight()).exp();
    let confidence = 1.0 / (1.0 + rivals + none);
    let enough = best.1.good * 5 >= best.1.all * 3 && confidence >= ENOUGH;
    enough.then_some(Guess {
        charset: best.0,
        wrapped,
        confidence: (confidence * 1e4).round() / 1e4,
    })
}

/// The words that hold a letter with a mark, and how many of them are syllables.
#[derive(Debug, Clone, Copy, Default)]
struct Witnesses {
    all: usize,
    good: usize,
}

impl Witnesses {
    fn of(units: &[Unit]) -> Self {
        let mut found = Self::default();
        let mut word = String::new();
        for range in pieces(units) {
            let piece = &units[range];
            if piece.iter().all(|u| u.c.is_ascii()) {
                continue;
            }
            word.clear();
            word.extend(piece.iter().map(|u| u.c).nfc());
            found.all += 1;
            found.good += usize::from(Syllable::parse(&word).is_some() && cased(&word));
        }
        found
    }

    /// Logarithm of how much more probable the text is in this encoding than in none.
    fn weight(self) -> f64 {
        let bad = (self.all - self.good) as f64;
        self.good as f64 * (RIGHT / WRONG).ln() + bad * ((1.0 - RIGHT) / (1.0 - WRONG)).ln()
    }

    fn confidence(self) -> f64 {
        1.0 / (1.0 + (-self.weight()).exp())
    }
}

/// Small letters, capitals, or a capital first.
fn cased(word: &str) -> bool {
    let mut letters = word.chars();
    let first = letters.next().is_some_and(char::is_uppercase);
    let upper = letters.clone().filter(|c| c.is_uppercase()).count();
    upper == 0 || first && upper == letters.count()
}

/// What stands between spaces and the punctuation of ASCII and of print.
fn pieces(units: &[Unit]) -> Vec<Range<usize>> {
    let parts = |c: char| {
        c.is_whitespace()
            || c.is_ascii_punctuation()
            || c.is_ascii_digit()
            || matches!(c, '\u{2010}'..='\u{2026}' | '°' | '§' | '\u{AD}')
    };
    super::runs(units, |c| !parts(c))
}

#[cfg(test)]
mod tests {
    use super::super::encode::encode;
    use super::*;

    /// The true texts of `corpus/`, without what marks handwriting.
    fn corpus() -> Vec<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/truth");
        let mut paths: Vec<_> = std::fs::read_dir(folder)
            .expect("corpus")
            .map(|e| e.expect("entry").path())
            .collect();
        paths.sort();
        let text = |p| std::fs::read_to_string(p).expect("text");
        let plain = |s: String| {
            s.replace(['⟦', '⟧', '\u{C}'], "")
                .replace(['“', '”'], "\"")
                .replace(['–', '…'], "-")
        };
        paths.into_iter().map(text).map(plain).collect()
    }

    fn older_ones() -> [Charset; 5] {
        [
            Charset::Windows1258,
            Charset::Tcvn3,
            Charset::Vni,
            Charset::Viscii,
            Charset::Viqr,
        ]
    }

    /// Passages of `lines` lines that hold at least `marked` words with marks.
    fn passages(lines: usize, marked: usize) -> Vec<String> {
        let mut out = Vec::new();
        for text in corpus() {
            let all: Vec<&str> = text.lines().collect();
            for part in all.chunks(lines) {
                let part = part.join("\n") + "\n";
                if Witnesses::of(&units_of(&part)).all >= marked {
                    out.push(part);
                }
            }
        }
        out
    }

    #[test]
    fn corpus_goes_there_and_back() {
        for text in corpus() {
            for charset in older_ones() {
                let Some(coded) = encode(&text, charset) else {
                    continue;
                };
                let back = read(&bytes(&coded), charset);
                let back: String = back.iter().map(|u| u.c).nfc().collect();
                if charset == Charset::Tcvn3 {
                    // Capitals among small letters have no form of their own.
                    assert_eq!(back.to_lowercase(), text.to_lowercase());
                    let other = back.chars().zip(text.chars()).filter(|(a, b)| a != b);
                    assert!(other.count() * 250 < text.chars().count());
                } else {
                    assert_eq!(back, text, "{charset:?}");
                }
            }
        }
    }

    /// Of passages in each encoding, how many are told right and how many wrong.
    fn score(lines: usize, marked: usize) -> Vec<(Charset, usize, usize, usize)> {
        let all = passages(lines, marked);
        let mut out = Vec::new();
        for charset in Charset::ALL {
            let (mut right, mut wrong, mut count) = (0, 0, 0);
            for text in &all {
                let wide = |pair: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(pair).collect();
                let coded = match charset {
                    Charset::Utf16Le => Some(wide(u16::to_le_bytes)),
                    Charset::Utf16Be => Some(wide(u16::to_be_bytes)),
                    _ => encode(text, charset),
                };
                let Some(coded) = coded else {
                    continue;
                };
                count += 1;
                match detect(&coded) {
                    Some(g) if g.charset == charset => right += 1,
                    Some(g) if g.charset != Charset::Utf8 => wrong += 1,
                    _ => {}
                }
            }
            out.push((charset, right, wrong, count));
        }
        out
    }

    #[test]
    #[expect(clippy::print_stdout, reason = "the figures of docs/formats.md")]
    fn encodings_are_told_at_1_5_and_50_lines() {
        for (lines, marked, least) in [(1, 4, 0.97), (5, 4, 0.98), (50, 4, 1.0)] {
            for (charset, right, wrong, count) in score(lines, marked) {
                println!(
                    "{lines:>2} lines {:<12} right {right} wrong {wrong} of {count}",
                    charset.name()
                );
                assert!(
                    right as f64 >= least * count as f64,
                    "{charset:?} at {lines}"
                );
                assert!(
                    wrong * 500 <= count,
                    "{charset:?} at {lines}: {wrong} of {count}"
                );
            }
        }
    }

    #[test]
    fn texts_in_utf8_are_left_alone() {
        for lines in [1, 5, 50] {
            for text in passages(lines, 0) {
                let guess = detect(text.as_bytes()).expect("text");
                assert_eq!(
                    (guess.charset, guess.wrapped),
                    (Charset::Utf8, false),
                    "{text}"
                );
            }
        }
        for folder in ["eng", "vie"] {
            let folder = format!("{}/corpus/{folder}", env!("CARGO_MANIFEST_DIR"));
            for entry in std::fs::read_dir(folder).expect("corpus") {
                let text = std::fs::read_to_string(entry.expect("entry").path()).expect("text");
                for part in text.lines().collect::<Vec<_>>().chunks(3) {
                    let guess = detect(part.join("\n").as_bytes()).expect("text");
                    assert_eq!(
                        (guess.charset, guess.wrapped),
                        (Charset::Utf8, false),
                        "{part:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn older_encodings_inside_utf8_are_found() {
        for charset in [Charset::Tcvn3, Charset::Vni] {
            for text in passages(5, 8) {
                let Some(coded) = encode(&text, charset) else {
                    continue;
                };
                let (wrapped, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&coded);
                let guess = detect(wrapped.as_bytes()).expect("text");
                assert_eq!((guess.charset, guess.wrapped), (charset, true), "{wrapped}");
            }
        }
    }

    #[test]
    fn utf16_is_told_without_a_mark() {
        for text in passages(1, 1) {
            let wide = |pair: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(pair).collect();
            let le: Vec<u8> = wide(u16::to_le_bytes);
            let be: Vec<u8> = wide(u16::to_be_bytes);
            assert_eq!(
                detect(&le).map(|g| g.charset),
                Some(Charset::Utf16Le),
                "{text}"
            );
            assert_eq!(
                detect(&be).map(|g| g.charset),
                Some(Charset::Utf16Be),
                "{text}"
            );
        }
    }
}
