//! The model as it is asked: a trie of sorted arrays, in place.
//!
//! Sections: `words` (the vocabulary, one a line), `uni` (12 bytes a word: log-probability and back-off weight
//! as floats, first bigram), `bi` (8 bytes: word, two quantised weights, first trigram), `tri` (3 bytes: word,
//! quantised log-probability). Weights are quantised in steps of 1/[`STEPS`] nat, far below what a decision
//! turns on.

use std::ops::Range;
use std::sync::Arc;

use super::memo::{Memo, Three, Two};
use super::store::{Container, f32_at, u16_at, u32_at};
use super::train::Estimate;
use super::words::{UNKNOWN, WordId};
use crate::error::Result;

/// Quantisation steps in a nat.
pub const STEPS: f32 = 14.0;
/// Back-off weights are stored from this value (nats) downwards: a few are slightly above zero.
const BACK_OFF_TOP: f32 = 3.0;

const UNI: usize = 12;
const BI: usize = 8;
const TRI: usize = 3;

/// Position of an n-gram in the trie: the history as far as the model can tell histories apart.
///
/// Two histories with the same state have the same future, so a decoder may merge them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct State {
    /// The last word.
    pub word: WordId,
    /// The stored bigram that ends the history, if there is one with trigrams below it.
    bigram: u32,
}

pub(super) const NONE: u32 = u32::MAX;

/// A model that can be asked.
#[derive(Debug, Clone)]
pub struct Model {
    file: Container,
    uni: Range<usize>,
    bi: Range<usize>,
    tri: Range<usize>,
    words: usize,
    memo: Arc<Memo>,
}

impl Model {
    /// Uses the sections of `file`.
    ///
    /// # Errors
    /// When a section is missing or does not have the size that the others ask for.
    pub fn new(file: Container) -> Result<Self> {
        let (uni, bi, tri) = (
            file.section("uni").len(),
            file.section("bi").len(),
            file.section("tri").len(),
        );
        let words = (uni / UNI).saturating_sub(1);
        let bigrams = (bi / BI).saturating_sub(1);
        let whole = uni % UNI == 0
            && bi % BI == 0
            && tri % TRI == 0
            && words > usize::from(UNKNOWN)
            && words < 65_536;
        let ends = whole
            && bi >= BI
            && u32_at(file.section("uni"), words * UNI + 8) as usize == bigrams
            && u32_at(file.section("bi"), bigrams * BI + 4) as usize == tri / TRI;
        if !ends {
            return Err(file.error("its language model is incomplete"));
        }
        let (uni, bi, tri) = (file.range("uni"), file.range("bi"), file.range("tri"));
        Ok(Self {
            file,
            uni,
            bi,
            tri,
            words,
            memo: Arc::default(),
        })
    }

    /// The file this model is part of.
    pub fn file(&self) -> &Container {
        &self.file
    }

    /// Number of words, special ones included.
    pub fn len(&self) -> usize {
        self.words
    }

    /// Whether the model knows no word.
    pub fn is_empty(&self) -> bool {
        self.words == 0
    }

    /// The words, in the order of their numbers.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        std::str::from_utf8(self.file.section("words"))
            .unwrap_or("")
            .lines()
    }

    /// The state after `word` alone.
    pub fn start(&self, word: WordId) -> State {
        State { word, bigram: NONE }
    }

    #[inline]
    fn unigrams(&self) -> &[[u8; UNI]] {
        self.file.bytes()[self.uni.clone()].as_chunks().0
    }

    #[inline]
    fn bigrams(&self) -> &[[u8; BI]] {
        self.file.bytes()[self.bi.clone()].as_chunks().0
    }

    #[inline]
    fn trigrams(&self) -> &[[u8; TRI]] {
        self.file.bytes()[self.tri.clone()].as_chunks().0
    }

    /// Log-probability of a word on its own.
    #[inline]
    pub fn alone(&self, word: WordId) -> f32 {
        f32_at(&self.unigrams()[usize::from(word)], 0)
    }

    /// Back-off weight of a word as a history.
    #[inline]
    fn back_off(&self, word: WordId) -> f32 {
        f32_at(&self.unigrams()[usize::from(word)], 4)
    }

    /// Natural logarithm of the probability of `word` after `state`, and the state after it.
    #[inline]
    pub fn score(&self, state: State, word: WordId) -> (f32, State) {
        let (two, next) = self.score_two(state.word, word);
        (self.score_three(state, word, two), next)
    }

    /// The bigram part of [`Model::score`]: it does not depend on what stands before `before`.
    #[inline]
    pub fn score_two(&self, before: WordId, word: WordId) -> (f32, State) {
        match self.memo.two(before, word, || self.two(before, word)) {
            Two::Found { quantised, bigram } => (probability(quantised), State { word, bigram }),
            Two::Missing => (
                self.back_off(before) + self.alone(word),
                State { word, bigram: NONE },
            ),
        }
    }

    fn two(&self, before: WordId, word: WordId) -> Two {
        let (unigrams, bigrams) = (self.unigrams(), self.bigrams());
        let first = |word: usize| u32_at(&unigrams[word], 8) as usize;
        let (from, to) = (first(usize::from(before)), first(usize::from(before) + 1));
        let Some(k) = find(bigrams, from..to, word) else {
            return Two::Missing;
        };
        let (row, next) = (&bigrams[k], &bigrams[k + 1]);
        Two::Found {
            quantised: row[2],
            bigram: if u32_at(row, 4) < u32_at(next, 4) {
                k as u32
            } else {
                NONE
            },
        }
    }

    /// The trigram part: `two` is what [`Model::score_two`] said of the last two words.
    #[inline]
    pub fn score_three(&self, state: State, word: WordId, two: f32) -> f32 {
        if state.bigram == NONE {
            return two;
        }
        let ask = || self.three(state.bigram, word);
        match self.memo.three(state.bigram, word, ask) {
            Three::Found(quantised) => probability(quantised),
            Three::Missing(back_off) => BACK_OFF_TOP - f32::from(back_off) / STEPS + two,
        }
    }

    fn three(&self, bigram: u32, word: WordId) -> Three {
        let (bigrams, trigrams) = (self.bigrams(), self.trigrams());
        let (row, next) = (&bigrams[bigram as usize], &bigrams[bigram as usize + 1]);
        let (from, to) = (u32_at(row, 4) as usize, u32_at(next, 4) as usize);
        match find(trigrams, from..to, word) {
            Some(k) => Three::Found(trigrams[k][2]),
            None => Three::Missing(row[3]),
        }
    }

    /// Number of stored bigrams and trigrams.
    pub fn sizes(&self) -> (usize, usize) {
        (self.bigrams().len() - 1, self.trigrams().len())
    }
}

#[inline]
fn probability(q: u8) -> f32 {
    -f32::from(q) / STEPS
}

/// Position of `word` among those of `rows` that lie in `range`, which are sorted by it.
#[inline]
fn find<const N: usize>(rows: &[[u8; N]], range: Range<usize>, word: WordId) -> Option<usize> {
    let first = range.start;
    let found = rows
        .get(range)?
        .binary_search_by_key(&word, |row| u16_at(row, 0));
    found.ok().map(|k| first + k)
}

/// The sections of an estimate: `words`, `uni`, `bi`, `tri`.
pub fn sections(e: &Estimate) -> Vec<(&'static str, Vec<u8>)> {
    let quantise = |x: f32| (x * STEPS).round().clamp(0.0, 255.0) as u8;
    let words = e.words.join("\n").into_bytes();
    let (mut uni, mut bi, mut tri) = (Vec::new(), Vec::new(), Vec::new());
    let mut at = 0;
    for u in &e.unigrams {
        uni.extend(u.log_p.to_le_bytes());
        uni.extend(u.back_off.to_le_bytes());
        uni.extend((at as u32).to_le_bytes());
        at += e.bigrams[at..].partition_point(|b| b.key >> 16 <= u.key);
    }
    uni.extend([0; 8]);
    uni.extend((at as u32).to_le_bytes());
    let mut at = 0;
    for b in &e.bigrams {
        bi.extend(((b.key & 0xFFFF) as u16).to_le_bytes());
        bi.push(quantise(-b.log_p));
        bi.push(quantise(BACK_OFF_TOP - b.back_off));
        bi.extend((at as u32).to_le_bytes());
        at += e.trigrams[at..].partition_point(|t| t.key >> 16 <= b.key);
    }
    bi.extend([0; 4]);
    bi.extend((at as u32).to_le_bytes());
    for t in &e.trigrams[..at] {
        tri.extend(((t.key & 0xFFFF) as u16).to_le_bytes());
        tri.push(quantise(-t.log_p));
    }
    vec![("words", words), ("uni", uni), ("bi", bi), ("tri", tri)]
}
