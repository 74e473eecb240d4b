//! The model as it is asked: a trie of sorted arrays, in place.
//!
//! Sections: `words` (the vocabulary, one a line); `uni` (12 bytes a word: log-probability and back-off weight as
//! floats, first bigram); `bi` (2 bytes a bigram: [`scattered`] number of its second word, ascending within the first
//! word) with `bi.row` (6 bytes: two quantised weights, first trigram); `tri` (2 bytes a trigram: the same of its third
//! word) with `tri.row` (1 byte: quantised log-probability). Weights are quantised in steps of 1/[`STEPS`] nat, far
//! below what a decision turns on.
//!
//! A question finds its n-gram by interpolation: scattered numbers lie evenly, so where one stands is known to within
//! the square root of how many there are, a cache line or two.

use std::ops::Range;
use std::sync::Arc;

use super::memo::{Memo, Three, Two};
use super::store::{Container, f32_at, u32_at};
use super::train::{Entry, Estimate};
use super::words::{UNKNOWN, WordId};
use crate::error::Result;

/// Quantisation steps in a nat.
pub const STEPS: f32 = 14.0;
/// Back-off weights are stored from this value (nats) downwards: a few are slightly above zero.
const BACK_OFF_TOP: f32 = 3.0;

const UNI: usize = 12;
const KEY: usize = 2;
const BI: usize = 6;

/// Where `word` stands among the followers of a history: the number of the word, spread over all numbers one to one
/// by the golden ratio, so that followers, which are frequent words and so small numbers, lie evenly.
#[inline]
pub fn scattered(word: WordId) -> u16 {
    word.wrapping_mul(0x9E37)
}

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
    bi: [Range<usize>; 2],
    tri: [Range<usize>; 2],
    words: usize,
    memo: Arc<Memo>,
}

impl Model {
    /// Uses the sections of `file`.
    ///
    /// # Errors
    /// When a section is missing or does not have the size that the others ask for.
    pub fn new(file: Container) -> Result<Self> {
        let [uni, bi, bi_row, tri, tri_row] =
            ["uni", "bi", "bi.row", "tri", "tri.row"].map(|name| file.range(name));
        let words = (uni.len() / UNI).saturating_sub(1);
        let (bigrams, trigrams) = (bi.len() / KEY, tri.len() / KEY);
        let whole = uni.len().is_multiple_of(UNI)
            && bi_row.len() == (bigrams + 1) * BI
            && tri_row.len() == trigrams
            && words > usize::from(UNKNOWN)
            && words < 65_536
            && u32_at(file.bytes(), uni.end - 4) as usize == bigrams
            && u32_at(file.bytes(), bi_row.end - 4) as usize == trigrams;
        if !whole {
            return Err(file.error("its language model is incomplete"));
        }
        let (bi, tri) = ([bi, bi_row], [tri, tri_row]);
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

    /// The keys of the bigrams, and what is said of each.
    #[inline]
    fn bigrams(&self) -> (&[[u8; KEY]], &[[u8; BI]]) {
        let [keys, rows] = &self.bi;
        let bytes = self.file.bytes();
        (
            bytes[keys.clone()].as_chunks().0,
            bytes[rows.clone()].as_chunks().0,
        )
    }

    /// The keys of the trigrams, and what is said of each.
    #[inline]
    fn trigrams(&self) -> (&[[u8; KEY]], &[u8]) {
        let [keys, rows] = &self.tri;
        let bytes = self.file.bytes();
        (bytes[keys.clone()].as_chunks().0, &bytes[rows.clone()])
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
        let (unigrams, (keys, rows)) = (self.unigrams(), self.bigrams());
        let first = |word: usize| u32_at(&unigrams[word], 8) as usize;
        let (from, to) = (first(usize::from(before)), first(usize::from(before) + 1));
        let Some(k) = find(keys, from..to, word) else {
            return Two::Missing;
        };
        let (row, next) = (&rows[k], &rows[k + 1]);
        Two::Found {
            quantised: row[0],
            bigram: if u32_at(row, 2) < u32_at(next, 2) {
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
        let ((_, rows), (keys, values)) = (self.bigrams(), self.trigrams());
        let (row, next) = (&rows[bigram as usize], &rows[bigram as usize + 1]);
        let (from, to) = (u32_at(row, 2) as usize, u32_at(next, 2) as usize);
        match find(keys, from..to, word) {
            Some(k) => Three::Found(values[k]),
            None => Three::Missing(row[1]),
        }
    }

    /// Number of stored bigrams and trigrams.
    pub fn sizes(&self) -> (usize, usize) {
        (self.bigrams().0.len(), self.trigrams().0.len())
    }
}

#[inline]
fn probability(q: u8) -> f32 {
    -f32::from(q) / STEPS
}

/// Position of `word` among those of `keys` that lie in `range`.
#[inline]
fn find(keys: &[[u8; KEY]], range: Range<usize>, word: WordId) -> Option<usize> {
    let (first, keys) = (range.start, keys.get(range)?);
    let key = scattered(word);
    let at = |k: usize| u16::from_le_bytes(keys[k]);
    // Evenly spread, it would stand here; the window is some two standard deviations to either side.
    let guess = (usize::from(key) * keys.len()) >> 16;
    let (mut low, mut high) = (0, keys.len());
    if keys.len() > NEAR {
        let window = keys.len().isqrt();
        let (before, behind) = (guess.saturating_sub(window), guess + window);
        if at(before) <= key {
            low = before;
        } else {
            high = before;
        }
        if behind < high {
            if key < at(behind) {
                high = behind;
            } else {
                low = behind;
            }
        }
    }
    let found = keys[low..high].binary_search_by_key(&key, |k| u16::from_le_bytes(*k));
    found.ok().map(|k| first + low + k)
}

/// So many keys lie in a cache line or two.
const NEAR: usize = 64;

/// The sections of an estimate: `words`, `uni`, `bi`, `bi.row`, `tri`, `tri.row`.
pub fn sections(e: &Estimate) -> Vec<(&'static str, Vec<u8>)> {
    let quantise = |x: f32| (x * STEPS).round().clamp(0.0, 255.0) as u8;
    let last = |e: &Entry| (e.key & 0xFFFF) as WordId;
    let by_key = |e: &&Entry| scattered(last(e));
    let words = e.words.join("\n").into_bytes();
    let (mut uni, mut bi, mut bi_row) = (Vec::new(), Vec::new(), Vec::new());
    let (mut tri, mut tri_row) = (Vec::new(), Vec::new());
    let below = |list: &[Entry], key: u64| -> Range<usize> {
        list.partition_point(|b| b.key >> 16 < key)..list.partition_point(|b| b.key >> 16 <= key)
    };
    for u in &e.unigrams {
        uni.extend(u.log_p.to_le_bytes());
        uni.extend(u.back_off.to_le_bytes());
        uni.extend((bi.len() as u32 / KEY as u32).to_le_bytes());
        let mut bigrams: Vec<&Entry> = e.bigrams[below(&e.bigrams, u.key)].iter().collect();
        bigrams.sort_unstable_by_key(by_key);
        for b in bigrams {
            bi.extend(scattered(last(b)).to_le_bytes());
            bi_row.push(quantise(-b.log_p));
            bi_row.push(quantise(BACK_OFF_TOP - b.back_off));
            bi_row.extend((tri_row.len() as u32).to_le_bytes());
            let mut trigrams: Vec<&Entry> = e.trigrams[below(&e.trigrams, b.key)].iter().collect();
            trigrams.sort_unstable_by_key(by_key);
            for t in trigrams {
                tri.extend(scattered(last(t)).to_le_bytes());
                tri_row.push(quantise(-t.log_p));
            }
        }
    }
    uni.extend([0; 8]);
    uni.extend((bi.len() as u32 / KEY as u32).to_le_bytes());
    bi_row.extend([0; 2]);
    bi_row.extend((tri_row.len() as u32).to_le_bytes());
    vec![
        ("words", words),
        ("uni", uni),
        ("bi", bi),
        ("bi.row", bi_row),
        ("tri", tri),
        ("tri.row", tri_row),
    ]
}
