//! Lists of words that are looked for in folded text: where an automaton would be larger than the list.

use super::fold;

/// A letter, a digit or `_`, as `\w` means it.
fn in_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

/// The word that `folded` begins with; empty when it begins with none.
pub fn first_word(folded: &str) -> &str {
    let end = folded.bytes().position(|b| !in_word(b));
    &folded[..end.unwrap_or(folded.len())]
}

/// Where the words of `folded` begin.
pub fn word_starts(folded: &str) -> impl Iterator<Item = usize> {
    let b = folded.as_bytes();
    (0..b.len()).filter(|k| in_word(b[*k]) && (*k == 0 || !in_word(b[*k - 1])))
}

/// Whether `folded` ends with one of `words`, parted by `|`, which does not begin within a longer word.
pub fn ends_with_one(folded: &str, words: &str) -> bool {
    words.split('|').any(|w| {
        let front = folded.strip_suffix(w);
        front.is_some_and(|front| !front.bytes().next_back().is_some_and(in_word))
    })
}

/// Phrases by their first words.
#[derive(Debug)]
pub struct Phrases(Vec<(&'static str, &'static str)>);

impl Phrases {
    /// Phrases parted by `|`; of two that stand at the same place the first one counts.
    pub fn new(phrases: &'static str) -> Self {
        let mut all: Vec<_> = phrases.split('|').map(|p| (first_word(p), p)).collect();
        all.sort_by_key(|(first, _)| *first);
        Self(all)
    }

    /// Where the phrase ends that `folded` begins with, when a word ends there.
    fn end(&self, folded: &str) -> Option<usize> {
        let word = first_word(folded);
        let from = self.0.partition_point(|(first, _)| *first < word);
        let mut near = self.0[from..]
            .iter()
            .take_while(|(first, _)| *first == word);
        near.find_map(|(_, phrase)| {
            let rest = folded.strip_prefix(phrase)?;
            first_word(rest).is_empty().then_some(phrase.len())
        })
    }

    /// The text without them.
    pub fn without(&self, folded: &str) -> String {
        let mut out = String::with_capacity(folded.len());
        let mut at = 0;
        for k in word_starts(folded) {
            if k >= at
                && let Some(length) = self.end(&folded[k..])
            {
                out.push_str(&folded[at..k]);
                at = k + length;
            }
        }
        out.push_str(&folded[at..]);
        out
    }
}

/// How many letters are compared at once.
const KEY: usize = 3;

/// Openings of a text, of which long ones may have one letter wrong, missing or added.
///
/// With one error either the first letters are as they should be, or what follows them is: these are looked up.
#[derive(Debug)]
pub struct Openings {
    fronts: Vec<([u8; KEY], Opening)>,
    rests: Vec<([u8; KEY], Opening)>,
}

/// A cue of three letters or more, and the errors that it may have.
#[derive(Debug, Clone, Copy)]
struct Opening {
    cue: &'static str,
    errors: usize,
}

impl Openings {
    /// Cues of more than `exact` letters, which must not be fewer than five, may have an error.
    pub fn new(cues: &[&'static str], exact: usize) -> Self {
        let errors = |cue: &str| usize::from(cue.len() > exact);
        let opening = |cue: &'static str| Opening {
            cue,
            errors: errors(cue),
        };
        let by_key = |at: usize, cues: &mut dyn Iterator<Item = &&'static str>| {
            let keyed = cues.filter_map(|c| Some((key(c, at)?, opening(c))));
            let mut all: Vec<_> = keyed.collect();
            all.sort_by_key(|(key, _)| *key);
            all
        };
        Self {
            fronts: by_key(0, &mut cues.iter()),
            rests: by_key(KEY, &mut cues.iter().filter(|c| errors(c) > 0)),
        }
    }

    /// Whether `folded` begins with one of them.
    pub fn is_match(&self, folded: &str) -> bool {
        let holds = |all: &[([u8; KEY], Opening)], at: usize| {
            let Some(letters) = key(folded, at) else {
                return false;
            };
            let from = all.partition_point(|(key, _)| *key < letters);
            let mut near = all[from..].iter().take_while(|(key, _)| *key == letters);
            near.any(|(_, o)| fold::prefix(folded, o.cue, o.errors).is_some())
        };
        holds(&self.fronts, 0) || (KEY - 1..=KEY + 1).any(|at| holds(&self.rests, at))
    }
}

/// The letters at a place.
fn key(folded: &str, at: usize) -> Option<[u8; KEY]> {
    folded.as_bytes().get(at..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_whole_words_and_the_first_counts() {
        let all = Phrases::new("dung|dung quy dinh|thuc hien|so");
        assert_eq!(
            all.without("thuc hien dung quy dinh, co so: soat"),
            "  quy dinh, co : soat"
        );
        assert!(ends_with_one("xet de nghi", "nghi|theo"));
        assert!(!ends_with_one("xet de nghi", "ghi"));
    }

    #[test]
    fn openings_forgive_one_letter_of_long_cues() {
        let all = Openings::new(&["so ", "uy ban", "hoi dong"], 6);
        for text in [
            "so y te",
            "uy ban nhan",
            "hoi dong",
            "hoi don",
            "hoi dang",
            "hi dong x",
            "hxoi dong",
            "xoi dong nhan dan",
        ] {
            assert!(all.is_match(text), "{text}");
        }
        for text in ["s0 y te", "uy bn", "hi dang", "x hoi dong", "ho", ""] {
            assert!(!all.is_match(text), "{text}");
        }
    }
}
