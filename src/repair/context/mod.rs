//! What stands around: evidence from further away than the language model sees.
//!
//! A trigram knows two words to the left and, through their own probabilities, two to the right. Whether `da` is
//! *đá* or *đã* may turn on *vôi* six words away. For every word and every word near it there is a weight, learnt
//! so that among the words that a token may stand for, the right one wins given what the language model says
//! already: a log-linear model (Roth 1998, Golding & Roth 1999) over hashed features (Weinberger et al. 2009). It
//! is asked once the best path is known, with the path's words as the surroundings.

pub mod learn;

use std::ops::Range;

use crate::language_model::store::{Container, f32_at};
use crate::language_model::words::SPECIAL;
use crate::language_model::{Bigrams, END, Model, START, State, Trigrams, Two, WordId};
use crate::syllable::is_letter;

/// How many weights the table holds: what the limit on the size of the model leaves.
pub const SIZE: usize = 6_000_000;
/// How far words count.
const FAR: usize = 16;

/// The weights, in place: sections `ctx` (a signed byte a weight) and `ctxscale` (what one step is worth).
#[derive(Debug, Clone)]
pub struct Context {
    file: Container,
    table: Range<usize>,
    scale: f32,
}

/// How a token of the text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Small letters, or no letters.
    Small,
    /// A capital, then small letters.
    Initial,
    /// Two capitals or more and no small letter.
    Capitals,
}

impl Look {
    /// How `token` is set.
    pub fn of(token: &str) -> Self {
        let mut letters = token.chars().filter(|c| is_letter(*c));
        let mut capital = || letters.next().is_some_and(char::is_uppercase);
        if !capital() {
            Self::Small
        } else if capital() {
            Self::Capitals
        } else {
            Self::Initial
        }
    }
}

/// A word of a path, with the look of the token behind it.
pub type Seen = (WordId, Look);

/// What can be said about a place from what stands around it.
#[derive(Debug, Clone, Default)]
pub struct Place {
    keys: Vec<u64>,
    /// The words near it.
    near: Vec<WordId>,
}

/// A piece of evidence as a number.
fn feature(kind: u64, value: u64) -> u64 {
    (value << 8 | kind).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

impl Place {
    /// Gathers the evidence around `path[at]`.
    pub fn gather(&mut self, path: &[Seen], at: usize) {
        let keys = &mut self.keys;
        keys.clear();
        let mut add = |kind: u64, value: u64| keys.push(feature(kind, value));
        let seen = |k: isize| at.checked_add_signed(k).and_then(|k| path.get(k));
        let word = |k| seen(k).map_or(0, |p| u64::from(p.0));
        let look = |k| seen(k).map_or(3, |p| p.1 as u64);
        add(0, 0);
        add(1, look(0) | look(-1) << 2 | look(1) << 4);
        add(2, word(-1));
        add(3, word(1));
        add(4, word(-1) << 16 | word(1));
        self.far(path, at, 1);
    }

    /// Gathers what stands near the `count` words from `path[at]`, whatever they are themselves.
    pub fn gather_far(&mut self, path: &[Seen], at: usize, count: usize) {
        self.keys.clear();
        self.far(path, at, count);
    }

    fn far(&mut self, path: &[Seen], at: usize, count: usize) {
        let behind = at + count;
        let far = (at.saturating_sub(FAR)..at).chain(behind..path.len().min(behind + FAR));
        let near = &mut self.near;
        near.clear();
        near.extend(
            far.map(|k| path[k].0)
                .filter(|&w| usize::from(w) >= SPECIAL.len()),
        );
        // A word that stands there ten times says no more than one that stands there once.
        near.sort_unstable();
        near.dedup();
        let keys = near.iter().map(|&word| feature(5, u64::from(word)));
        self.keys.extend(keys);
    }

    /// The places in the table that speak for or against `word` here.
    fn indices(&self, word: WordId) -> impl Iterator<Item = usize> {
        let word = (u64::from(word) + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        self.keys.iter().map(move |k| {
            let hash = (k ^ word).wrapping_mul(0xFF51_AFD7_ED55_8CCD) >> 32;
            ((hash * SIZE as u64) >> 32) as usize
        })
    }
}

impl Context {
    /// The weights in `file`; none when it has none.
    pub fn new(file: &Container) -> Option<Self> {
        let (table, scale) = (file.range("ctx"), file.section("ctxscale"));
        (table.len() == SIZE && scale.len() == 4).then(|| Self {
            file: file.clone(),
            table,
            scale: f32_at(scale, 0),
        })
    }

    /// What the surroundings add (nats) to the logarithm of the probability of `word` at `place`; only
    /// differences between words mean anything.
    pub fn score(&self, place: &Place, word: WordId) -> f32 {
        let table = &self.file.bytes()[self.table.clone()];
        let sum: i32 = place.indices(word).map(|k| i32::from(table[k] as i8)).sum();
        sum as f32 * self.scale
    }
}

/// What stands before and behind a place, as far as the model can tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Around {
    before: State,
    after: [Option<WordId>; 2],
}

impl Around {
    /// What stands around the `count` words from `path[at]`.
    pub fn new(model: &Model, path: &[Seen], at: usize, count: usize) -> Self {
        let before = |k: usize| match at.checked_sub(k).map(|k| path[k].0) {
            Some(END) | None => None,
            word => word,
        };
        let before = match (before(1), before(2)) {
            (None, _) => model.start(START),
            (Some(w), v) => model.after(v.unwrap_or(START)).score(w).state,
        };
        let after = |k: usize| path.get(at + count + k).map(|w| w.0);
        let after = match after(0) {
            Some(END) => [Some(END), None],
            first => [first, after(1)],
        };
        Self { before, after }
    }

    /// What the model says with this around.
    pub fn ask<'m>(&self, model: &'m Model) -> Asked<'m> {
        let [first, second] = self.after;
        let last = first.zip(second);
        let last = last.map(|(first, second)| (second, model.after(first).score(second)));
        Asked {
            model,
            before: self.before,
            bigrams: model.after(self.before.word),
            trigrams: model.behind(self.before),
            first,
            last,
        }
    }
}

/// What the model says of one place, found once for all the words that may stand there.
#[derive(Debug)]
pub struct Asked<'m> {
    model: &'m Model,
    before: State,
    bigrams: Bigrams<'m>,
    trigrams: Trigrams<'m>,
    /// The word that follows.
    first: Option<WordId>,
    /// The one behind it, and what the model says of it after the first alone.
    last: Option<(WordId, Two)>,
}

impl Asked<'_> {
    /// What the model says (nats) of `words` here and of the two words that follow, as far as they depend on them.
    /// Once that is known to be less than `least`, it is not worth asking for.
    pub fn score(&self, words: &[WordId], least: f32) -> Option<f32> {
        let likely = |sum: f32| (sum >= least).then_some(sum);
        let (mut state, mut sum) = (self.before, likely(0.0)?);
        for (k, &word) in words.iter().enumerate() {
            let (score, next) = match k {
                0 => {
                    let two = self.bigrams.score(word);
                    (self.trigrams.score(word, two), two.state)
                }
                _ => self.model.score(state, word),
            };
            (sum, state) = (likely(sum + score)?, next);
        }
        if let Some(first) = self.first {
            let (score, next) = self.model.score(state, first);
            (sum, state) = (likely(sum + score)?, next);
        }
        if let Some((word, two)) = self.last {
            sum = likely(sum + self.model.behind(state).score(word, two))?;
        }
        Some(sum)
    }
}
