//! Capital or small: what the reading leaves open, the neighbours decide.
//!
//! `O`, `C`, `S`, `V` look the same in both cases, and so `Bộ` is read `BO` in the middle of small letters; digits
//! and symbols (`$6` for *Số*) have no case at all.

use super::channel::Setting;
use super::lattice::{Arc, Gap, Slot, Why};
use crate::normalise::token::Shape;
use crate::syllable::{is_syllable, strip_marks};

/// The spelling `to` of a replaced token, with the case that its neighbours ask for.
pub fn fit(to: String, text: &str, slots: &[Slot], k: usize, arc: &Arc) -> String {
    if arc.why == Why::Keep || arc.count != 1 || arc.spelling > 0 {
        return to;
    }
    let token = &text[slots[k].range.clone()];
    if let Some(same) = as_in(token, &to) {
        return same;
    }
    let neighbours = [
        k.checked_sub(1).filter(|_| slots[k].adjacent),
        Some(k + 1).filter(|&n| slots.get(n).is_some_and(|s| s.adjacent)),
    ];
    let neighbours = || {
        neighbours
            .iter()
            .flatten()
            .filter(|&&n| slots[n].shape == Shape::Word)
            .map(|&n| &text[slots[n].range.clone()])
    };
    let small = |w: &str| w.chars().skip(1).any(char::is_lowercase);
    let cased = token.chars().any(|c| c.is_alphabetic());
    match arc.settings[0] {
        Setting::Capitals
            if token.chars().count() <= 3
                && is_syllable(&to)
                && neighbours().any(small)
                && !neighbours().any(in_capitals) =>
        {
            initial(&to)
        }
        Setting::Small | Setting::Initial if !cased && neighbours().any(in_capitals) => {
            to.to_uppercase()
        }
        Setting::Small if !cased && slots[k].gap != Gap::None => initial(&to),
        _ => to,
    }
}

/// Whether `word` is set in capitals: two or more, and no small letter.
pub fn in_capitals(word: &str) -> bool {
    word.chars().filter(|c| c.is_uppercase()).count() >= 2 && !word.chars().any(char::is_lowercase)
}

/// `to` with every letter in the case that it has in `token`, where two words stand together (`moreMau`) and only
/// marks differ.
fn as_in(token: &str, to: &str) -> Option<String> {
    let inner = token
        .chars()
        .zip(token.chars().skip(1))
        .any(|(a, b)| a.is_lowercase() && b.is_uppercase());
    let base = |w: &str| strip_marks(w).to_lowercase();
    if !inner || token.chars().count() != to.chars().count() || base(token) != base(to) {
        return None;
    }
    let letter = |(from, to): (char, char)| {
        let upper = from.is_uppercase();
        let (large, small) = (to.to_uppercase(), to.to_lowercase());
        large
            .filter(move |_| upper)
            .chain(small.filter(move |_| !upper))
    };
    Some(token.chars().zip(to.chars()).flat_map(letter).collect())
}

fn initial(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.flat_map(char::to_lowercase)).collect()
}
