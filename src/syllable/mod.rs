//! What a Vietnamese syllable is: onset, rime, tone.
//!
//! Pure spelling: no statistics, no lists of attested words, no I/O. It answers whether a token *can* be a
//! syllable (`chyng`, `Cic` and `1ap` cannot), folds the two placements of the tone mark, and takes marks off.
//!
//! ```
//! use vanthu::syllable::{Syllable, Tone, fold_tone_placement, is_bare_syllable, is_syllable, strip_marks};
//! let syllable = Syllable::parse("Thuỷ").unwrap();
//! assert_eq!((syllable.onset, syllable.rime, syllable.tone), ("th", "uy", Tone::Hoi));
//! assert_eq!(syllable.to_string(), "thủy");
//! assert!(!is_syllable("chyng"));
//! assert_eq!(fold_tone_placement("Uỷ ban, hoà giải, quý"), "Ủy ban, hòa giải, quý");
//! assert_eq!(strip_marks("Quyết định"), "Quyet dinh");
//! assert!(is_bare_syllable("quyet") && !is_bare_syllable("and"));
//! ```

mod letters;
mod rimes;

use std::borrow::Cow;
use std::fmt;

pub use letters::{bare, is_letter, put_tone, small, split_tone};

/// The six tones, by their Vietnamese names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// Unmarked: `a`.
    Ngang,
    /// Grave: `à`.
    Huyen,
    /// Hook above: `ả`.
    Hoi,
    /// Tilde: `ã`.
    Nga,
    /// Acute: `á`.
    Sac,
    /// Dot below: `ạ`.
    Nang,
}

impl Tone {
    /// All six, in the order of the dictionaries.
    pub const ALL: [Tone; 6] = [
        Tone::Ngang,
        Tone::Huyen,
        Tone::Hoi,
        Tone::Nga,
        Tone::Sac,
        Tone::Nang,
    ];
}

/// Letters of the longest syllable (`nghiêng`).
const MAX_LETTERS: usize = 7;

/// A syllable taken apart, in small letters. [`fmt::Display`] spells it with the traditional tone placement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Syllable {
    /// Initial consonant as spelt (`ngh`, `gi`, `qu`), empty where there is none.
    pub onset: &'static str,
    /// The rest, with the quality of the vowels and without tone (`iêng`, `oai`). After `gi` it begins with the
    /// `i` that the spelling writes once (`giêng` is `gi` + `iêng`).
    pub rime: &'static str,
    /// The tone.
    pub tone: Tone,
}

impl Syllable {
    /// Reads a token of NFC letters, in small letters or capitals, with either placement of the tone mark.
    ///
    /// `None` where the token is no syllable by the rules of spelling: wrong letters, a rime that does not exist,
    /// an onset written against the rules (`ki` but `ca`), a tone mark on a wrong letter or a second one, a final
    /// stop (`p t c ch`) with a tone other than sắc and nặng.
    pub fn parse(token: &str) -> Option<Syllable> {
        let mut buffer = [0; MAX_LETTERS * 2];
        let (mut len, mut letters) = (0, 0);
        let mut marked = None;
        for c in token.chars() {
            let (letter, tone) = letters::small(c)?;
            if letters == MAX_LETTERS
                || (tone != Tone::Ngang && marked.replace((letters, tone)).is_some())
            {
                return None;
            }
            len += letter.encode_utf8(&mut buffer[len..]).len();
            letters += 1;
        }
        let (onset, rime) = rimes::split(std::str::from_utf8(&buffer[..len]).ok()?)?;
        let tone = match marked {
            None => Tone::Ngang,
            Some((at, tone)) => {
                let before = letters - rime.chars().count();
                let (old, new) = rimes::tone_places(rime);
                if at != before + old && at != before + new {
                    return None;
                }
                tone
            }
        };
        let syllable = Syllable { onset, rime, tone };
        syllable.takes(tone).then_some(syllable)
    }

    /// The same syllable with another tone, or `None` where the final does not take it.
    pub fn with_tone(self, tone: Tone) -> Option<Syllable> {
        self.takes(tone).then_some(Syllable { tone, ..self })
    }

    /// Whether the rime takes the tone: after a final stop only sắc and nặng.
    fn takes(&self, tone: Tone) -> bool {
        let stop = self.rime.ends_with(['p', 't', 'c']) || self.rime.ends_with("ch");
        !stop || matches!(tone, Tone::Sac | Tone::Nang)
    }
}

impl fmt::Display for Syllable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = self.onset == "gi" && self.rime.starts_with('i');
        f.write_str(if shared { "g" } else { self.onset })?;
        let (place, _) = rimes::tone_places(self.rime);
        self.rime.chars().enumerate().try_for_each(|(at, letter)| {
            fmt::Write::write_char(
                f,
                if at == place {
                    put_tone(letter, self.tone)
                } else {
                    letter
                },
            )
        })
    }
}

/// Whether the token is a syllable by the rules of spelling ([`Syllable::parse`]).
pub fn is_syllable(token: &str) -> bool {
    Syllable::parse(token).is_some()
}

/// Whether the token, its marks taken off, is what is left of some syllable: `cap` (of *cấp*), `truong` (of *trường*),
/// but not `of` or `and`.
pub fn is_bare_syllable(token: &str) -> bool {
    let mut buffer = [0; MAX_LETTERS];
    let mut len = 0;
    for c in token.chars() {
        let c = bare(c);
        if !c.is_ascii_alphabetic() || len == MAX_LETTERS {
            return false;
        }
        buffer[len] = c.to_ascii_lowercase() as u8;
        len += 1;
    }
    std::str::from_utf8(&buffer[..len]).is_ok_and(rimes::is_bare)
}

/// Moves the tone mark of open `oa`, `oe`, `uy` to the traditional place (`hoà` → `hòa`, `UỶ` → `ỦY`), in every
/// syllable of the text; all else stays. For comparing: texts of every period mix the two.
pub fn fold_tone_placement(text: &str) -> Cow<'_, str> {
    let mut out: Option<String> = None;
    let mut copied = 0;
    let mut rest = text.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        if !is_letter(first) {
            continue;
        }
        let (mut before, mut last) = (None, (start, first));
        while let Some(next) = rest.next_if(|(_, c)| is_letter(*c)) {
            before = Some(last);
            last = next;
        }
        let end = last.0 + last.1.len_utf8();
        let Some((at, glide)) = before else { continue };
        let (vowel, tone) = split_tone(last.1);
        let open = matches!(
            (glide, vowel),
            ('o' | 'O', 'a' | 'A' | 'e' | 'E') | ('u' | 'U', 'y' | 'Y')
        );
        if !open || tone == Tone::Ngang {
            continue;
        }
        match Syllable::parse(&text[start..end]) {
            Some(Syllable {
                rime: "oa" | "oe" | "uy",
                ..
            }) => {
                let out = out.get_or_insert_with(|| String::with_capacity(text.len()));
                out.push_str(&text[copied..at]);
                out.push(put_tone(glide, tone));
                out.push(vowel);
                copied = end;
            }
            _ => continue,
        }
    }
    match out {
        None => Cow::Borrowed(text),
        Some(mut out) => {
            out.push_str(&text[copied..]);
            Cow::Owned(out)
        }
    }
}

/// The text without tones, vowel qualities and the bar of `đ` (`Độc lập` → `Doc lap`).
pub fn strip_marks(text: &str) -> String {
    text.chars().map(bare).collect()
}

#[cfg(test)]
mod tests;
