//! The words of the model, and how text becomes words.

use std::borrow::Cow;

use crate::normalise::token::{Shape, Token, ends_sentence, parts};
use crate::syllable::fold_tone_placement;

/// Number of a word in the model's vocabulary.
pub type WordId = u16;

/// Begin of a sentence: stands in histories only.
pub const START: WordId = 0;
/// End of a sentence.
pub const END: WordId = 1;
/// Any word that is not in the vocabulary.
pub const UNKNOWN: WordId = 2;
/// Any number.
pub const NUMBER: WordId = 3;
/// Any mixture of letters and digits.
pub const CODE: WordId = 4;

/// A comma, a bracket, a dash: what parts a sentence without ending it.
pub const PAUSE: WordId = 5;

/// The names of the words that are no words, in the order of their numbers.
pub const SPECIAL: [&str; 6] = ["<s>", "</s>", "<unk>", "<num>", "<code>", "<,>"];

/// The form in which the model knows a word: lower case, one tone placement, `đ` for the eth (U+00F0) that
/// engines take for it.
pub fn key(word: &str) -> Cow<'_, str> {
    if word.chars().any(|c| c.is_uppercase() || c == 'ð') {
        let lower: String = word
            .chars()
            .flat_map(char::to_lowercase)
            .map(|c| if c == 'ð' { 'đ' } else { c })
            .collect();
        Cow::Owned(fold_tone_placement(&lower).into_owned())
    } else {
        fold_tone_placement(word)
    }
}

/// What one token is to the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<'t> {
    /// A word, to be looked up by its [`key`].
    Word(&'t str),
    /// A number, a date, a sum: whatever of digits stands without white space.
    Number,
    /// Letters and digits.
    Code,
    /// A pause inside a sentence.
    Pause,
    /// The end of a sentence.
    End,
}

/// Calls `each` for every event of a line of tokens.
pub fn events<'t>(line: &'t str, tokens: &[Token], mut each: impl FnMut(Event<'t>)) {
    let mut number_open = false;
    let mut pause = false;
    for (k, token) in tokens.iter().enumerate() {
        let number_goes_on = number_open && !token.spaced;
        let event = match token.shape {
            Shape::Separator(_) => {
                if ends_sentence(tokens, k) {
                    pause = false;
                    each(Event::End);
                } else {
                    pause |= parts(tokens, k);
                }
                number_open = number_goes_on;
                continue;
            }
            Shape::Word => Event::Word(&line[token.range.clone()]),
            Shape::Mixed => Event::Code,
            Shape::Number => Event::Number,
        };
        number_open = event == Event::Number;
        if event == Event::Number && number_goes_on {
            continue;
        }
        if std::mem::take(&mut pause) {
            each(Event::Pause);
        }
        each(event);
    }
}
