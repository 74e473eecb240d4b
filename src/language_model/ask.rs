//! The model as it is asked: a trie of sorted arrays, in place.
//!
//! Sections: `words` (the vocabulary, one a line); `uni` (12 bytes a word: log-probability and back-off weight as
//! floats, first bigram); `bi` (2 bytes a bigram: [`scattered`] number of its second word, ascending within the first
//! word) with `bi.row` (6 bytes: two quantised weights, first trigram); `tri` (2 bytes a trigram: the same of its third
//! word) with `tri.row` (1 byte: quantised log-probability). Weights are quantised in steps of 1/[`STEPS`] nat, far
//! below what a decision turns on.
//!
//! Of every trigram the last two words are stored as a bigram too, so that most questions end with a bigram that is not.
//!
//! A question finds its n-gram by interpolation: scattered numbers lie evenly, so where one stands is known to within
//! the square root of how many there are, a cache line or two.

use std::hint::black_box;
use std::ops::Range;

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

const NONE: u32 = u32::MAX;

/// A model that can be asked.
#[derive(Debug, Clone)]
pub struct Model {
    file: Container,
    /// The words, and where each of them ends.
    text: Range<usize>,
    ends: Vec<u32>,
    uni: Range<usize>,
    bi: [Range<usize>; 2],
    tri: [Range<usize>; 2],
    words: usize,
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
        let text = file.range("words");
        let bytes = &file.bytes()[text.clone()];
        let ends = memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]);
        Ok(Self {
            ends: ends.map(|end| end as u32).collect(),
            text,
            file,
            uni,
            bi,
            tri,
            words,
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
        (0..self.words).map(|k| self.word(k as WordId))
    }

    /// The word of this number; an empty text when there is none.
    pub fn word(&self, word: WordId) -> &str {
        let number = usize::from(word);
        let Some(&end) = self.ends.get(number) else {
            return "";
        };
        let begin = match number {
            0 => 0,
            _ => self.ends[number - 1] + 1,
        };
        let bytes = &self.file.bytes()[self.text.clone()];
        str::from_utf8(&bytes[begin as usize..end as usize]).unwrap_or("")
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

    /// Natural logarithm of the probability of `word` after `state`, and the state after it.
    #[inline]
    pub fn score(&self, state: State, word: WordId) -> (f32, State) {
        let two = self.after(state.word).score(word);
        (self.behind(state).score(word, two), two.state)
    }

    /// What the model says of the words after `before`, whatever stands before that.
    #[inline]
    pub fn after(&self, before: WordId) -> Bigrams<'_> {
        let (unigrams, (keys, rows)) = (self.unigrams(), self.bigrams());
        let [own, next] = [0, 1].map(|k| &unigrams[usize::from(before) + k]);
        Bigrams {
            model: self,
            before,
            rows,
            back_off: f32_at(own, 4),
            followers: Followers::new(keys, u32_at(own, 8)..u32_at(next, 8)),
        }
    }

    /// What the model says of the words after `state` beyond that.
    #[inline]
    pub fn behind(&self, state: State) -> Trigrams<'_> {
        let ((_, rows), (keys, values)) = (self.bigrams(), self.trigrams());
        let Some([row, next]) = rows
            .get(state.bigram as usize..)
            .and_then(<[_]>::first_chunk)
        else {
            return Trigrams::default();
        };
        Trigrams {
            values,
            back_off: BACK_OFF_TOP - f32::from(row[1]) / STEPS,
            followers: Followers::new(keys, u32_at(row, 2)..u32_at(next, 2)),
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

/// The words that are stored behind one history.
#[derive(Debug, Clone, Copy, Default)]
struct Followers<'m> {
    keys: &'m [[u8; KEY]],
    /// The number of the first of them among all.
    first: usize,
}

impl<'m> Followers<'m> {
    #[inline]
    fn new(keys: &'m [[u8; KEY]], range: Range<u32>) -> Self {
        let first = range.start as usize;
        let keys = keys.get(first..range.end as usize).unwrap_or_default();
        Self { keys, first }
    }

    /// Asks memory for what [`Followers::find`] will look at first. Questions that are announced together wait
    /// together: what does not hang on a branch is loaded side by side.
    #[inline]
    fn announce(&self, word: WordId) {
        let share = (usize::from(scattered(word)) * self.keys.len()) >> 16;
        black_box(self.keys.get(share).copied());
    }

    /// The number of `word` among all.
    #[inline]
    fn find(&self, word: WordId) -> Option<usize> {
        let (key, keys) = (scattered(word), self.keys);
        let at = |k: usize| u16::from_le_bytes(keys[k]);
        let k = match keys.len() {
            0..=NEAR => below(keys, key),
            count => {
                // Evenly spread, it would stand at its share of the way; what stands there says how far that is off.
                let share = |distance: i64| (distance * count as i64) >> 16;
                let guess = share(i64::from(key)) as usize;
                let off = share(i64::from(key) - i64::from(at(guess)));
                let last = count - WINDOW;
                let near = guess.saturating_add_signed(off as isize - WINDOW as isize / 2);
                let mut start = near.min(last);
                // A window moved on keeps one key of the one before, so that it is not passed by.
                loop {
                    match below(&keys[start..start + WINDOW], key) {
                        0 if start > 0 => start = start.saturating_sub(WINDOW - 1),
                        WINDOW if start < last => start = (start + WINDOW - 1).min(last),
                        k => break start + k,
                    }
                }
            }
        };
        (k < keys.len() && at(k) == key).then(|| self.first + k)
    }
}

/// How many keys are less than `key`. All are looked at, many at once: no branch hangs on what they are.
#[inline]
fn below(keys: &[[u8; KEY]], key: u16) -> usize {
    let less = |k: &[u8; KEY]| u16::from(u16::from_le_bytes(*k) < key);
    usize::from(keys.iter().map(less).sum::<u16>())
}

/// So few keys are counted without a guess.
const NEAR: usize = 64;
/// So many are counted around a guess.
const WINDOW: usize = 16;

/// What the model says of a word after one word.
#[derive(Debug, Clone, Copy)]
pub struct Two {
    /// Natural logarithm of its probability.
    pub score: f32,
    /// The state after it.
    pub state: State,
    /// Whether the two are stored: if they are not, no trigram that ends on them is.
    stored: bool,
}

/// What the model says of the words after one word.
#[derive(Debug, Clone, Copy)]
pub struct Bigrams<'m> {
    model: &'m Model,
    before: WordId,
    rows: &'m [[u8; BI]],
    back_off: f32,
    followers: Followers<'m>,
}

impl Bigrams<'_> {
    /// The word.
    #[inline]
    pub fn before(&self) -> WordId {
        self.before
    }

    /// Says that `word` will be asked about.
    #[inline]
    pub fn announce(&self, word: WordId) {
        self.followers.announce(word);
    }

    /// What it says of `word`.
    #[inline]
    pub fn score(&self, word: WordId) -> Two {
        let Some(k) = self.followers.find(word) else {
            return Two {
                score: self.back_off + self.model.alone(word),
                state: State { word, bigram: NONE },
                stored: false,
            };
        };
        let (row, next) = (&self.rows[k], &self.rows[k + 1]);
        let leads = u32_at(row, 2) < u32_at(next, 2);
        let bigram = if leads { k as u32 } else { NONE };
        Two {
            score: probability(row[0]),
            state: State { word, bigram },
            stored: true,
        }
    }
}

/// What the model says of the words after two words, beyond what it says of them after the second.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trigrams<'m> {
    values: &'m [u8],
    back_off: f32,
    followers: Followers<'m>,
}

impl Trigrams<'_> {
    /// Says that words will be asked about.
    #[inline]
    pub fn announce(&self) {
        black_box(self.followers.keys.first().copied());
    }

    /// Natural logarithm of the probability of `word`; `two` is what [`Bigrams::score`] said of it.
    #[inline]
    pub fn score(&self, word: WordId, two: Two) -> f32 {
        let found = match two.stored {
            true => self.followers.find(word),
            false => None,
        };
        match found {
            Some(k) => probability(self.values[k]),
            None => self.back_off + two.score,
        }
    }
}

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
