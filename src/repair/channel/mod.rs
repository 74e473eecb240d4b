//! The noisy channel: what a word of the truth looks like after the engine has read it, and back.
//!
//! [`learn`] counts pieces of words in pairs of true and read lines, [`store`] lays them out for use in place,
//! and [`Channel::candidates`] goes back: for a token as read, the words of the vocabulary that may stand
//! behind it. The search is A* over (trie node, letters consumed); its bound is the cheapest way to explain the rest of
//! the token by any pieces at all, and the probability of the most frequent word below the node, so that words come out
//! in exact order of what channel and vocabulary say together, and the search can stop when they are bad enough.

pub mod align;
pub mod learn;
mod search;
pub mod store;
mod trie;

use std::ops::Range;

pub use learn::Setting;
use store::STEPS;
use trie::Trie;

use crate::error::Result;
use crate::language_model::store::{Container, u16_at, u32_at};
use crate::language_model::{Model, WordId};

/// A word that may stand behind a token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The word.
    pub word: WordId,
    /// Negative logarithm (nats) of the probability that the word is read as the token.
    pub cost: f32,
    /// How the word is set.
    pub setting: Setting,
}

/// Which engine's damage is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Profile {
    /// An engine with a Vietnamese model: marks are there, some are wrong.
    Marked,
    /// An engine without one: marks are lost, letters bent.
    Unmarked,
    /// No engine: the marks were taken off a clean text.
    Stripped,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Profile; 3] = [Profile::Marked, Profile::Unmarked, Profile::Stripped];

    /// The name used in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Marked => "vie",
            Self::Unmarked => "eng",
            Self::Stripped => "stripped",
        }
    }

    /// The section names of its tables.
    pub fn sections(self) -> [&'static str; 4] {
        match self {
            Self::Marked => ["vie.key", "vie.row", "vie.wkey", "vie.wrow"],
            Self::Unmarked => ["eng.key", "eng.row", "eng.wkey", "eng.wrow"],
            Self::Stripped => ["str.key", "str.row", "str.wkey", "str.wrow"],
        }
    }
}

/// The channel of one profile.
#[derive(Debug, Clone)]
pub struct Channel {
    file: Container,
    trie: Range<usize>,
    keys: Range<usize>,
    rows: Range<usize>,
    word_keys: Range<usize>,
    word_rows: Range<usize>,
    letters: Vec<char>,
    rarities: Rarities,
    /// Whether letters may have suffered more than training saw: not where only marks were taken off.
    bends: bool,
}

/// The rarest word there is, in steps: all that are rarer count as that.
const RAREST: u16 = 20 * STEPS as u16;

/// How rare words are: the negative logarithm of their probability, in steps of the channel.
#[derive(Debug, Clone)]
struct Rarities {
    /// Of each word.
    words: Vec<u16>,
    /// Of the most frequent word at or below each node of the trie.
    below: Vec<u16>,
}

impl Rarities {
    /// What `model` says of its words.
    fn new(model: &Model) -> Self {
        let rarity = |w| (-model.alone(w) * STEPS).clamp(0.0, f32::from(RAREST)) as u16;
        let words: Vec<u16> = (0..model.len()).map(|w| rarity(w as WordId)).collect();
        let trie = Trie::new(model.file().section("trie"));
        let mut below = vec![RAREST; trie.len()];
        // Children stand behind their parents.
        for number in (0..trie.len()).rev() {
            let node = trie.node(number as u32);
            let own = node.word.and_then(|w| words.get(usize::from(w))).copied();
            let children = node
                .children()
                .filter_map(|c| below.get(c as usize))
                .copied();
            below[number] = children.chain(own).min().unwrap_or(RAREST);
        }
        Self { words, below }
    }
}

impl Channel {
    /// The channel of `profile` in the file of `model`.
    ///
    /// # Errors
    /// When the file lacks a table or a table is out of shape.
    pub fn new(model: &Model, profile: Profile) -> Result<Self> {
        let file = model.file();
        let [keys, rows, word_keys, word_rows] = profile.sections().map(|s| file.range(s));
        let trie = file.range("trie");
        let abc = file.section("abc");
        let shape = trie.len() >= 8
            && trie.len().is_multiple_of(8)
            && [&keys, &word_keys]
                .iter()
                .all(|r| r.len() >= 12 && r.len().is_multiple_of(12))
            && u32_at(file.bytes(), keys.end - 4) as usize * 4 == rows.len()
            && u32_at(file.bytes(), word_keys.end - 4) as usize * 4 == word_rows.len();
        if !shape {
            return Err(file.error(&format!("its channel `{}` is incomplete", profile.name())));
        }
        let letters = abc
            .chunks_exact(4)
            .map(|c| char::from_u32(u32_at(c, 0)).unwrap_or('\u{FFFD}'))
            .collect();
        Ok(Self {
            file: file.clone(),
            trie,
            keys,
            rows,
            word_keys,
            word_rows,
            letters,
            rarities: Rarities::new(model),
            bends: profile != Profile::Stripped,
        })
    }

    fn rows_of(&self, setting: Setting, read: &[char]) -> Range<usize> {
        let keys = &self.file.bytes()[self.keys.clone()];
        lookup(keys, store::pack(setting, read))
    }

    /// All rows: up to three letters that a stretch of the token may stand for, and what that costs.
    fn rows(&self) -> &[[u8; 4]] {
        self.file.bytes()[self.rows.clone()].as_chunks().0
    }

    /// Words whose whole reading was seen, with their costs.
    fn whole(&self, token: &str) -> impl Iterator<Item = Candidate> {
        let keys = &self.file.bytes()[self.word_keys.clone()];
        let rows = &self.file.bytes()[self.word_rows.clone()];
        lookup(keys, store::hash(token)).map(|k| {
            let row = &rows[k * 4..k * 4 + 4];
            let setting = learn::SETTINGS
                .get(usize::from(row[2]))
                .copied()
                .unwrap_or(Setting::Small);
            Candidate {
                word: u16_at(row, 0),
                cost: f32::from(row[3]) / STEPS,
                setting,
            }
        })
    }

    fn trie(&self) -> Trie<'_> {
        Trie::new(&self.file.bytes()[self.trie.clone()])
    }

    /// The number of a word, by its key.
    pub fn find(&self, key: &str) -> Option<WordId> {
        let code = |c| self.letters.iter().position(|&l| l == c);
        let trie = self.trie();
        let mut node = 0;
        for c in key.chars() {
            node = trie.child(&trie.node(node), code(c)? as u8 + 1)?;
        }
        trie.node(node).word
    }
}

/// The rows of `key` in a table of 12-byte entries (key, first row) that ends on a sentinel.
fn lookup(keys: &[u8], key: u64) -> Range<usize> {
    let at = |k: usize| u64::from(u32_at(keys, k * 12)) | u64::from(u32_at(keys, k * 12 + 4)) << 32;
    let (mut low, mut high) = (0, keys.len() / 12 - 1);
    while low < high {
        let middle = (low + high) / 2;
        match at(middle).cmp(&key) {
            std::cmp::Ordering::Equal => {
                return u32_at(keys, middle * 12 + 8) as usize
                    ..u32_at(keys, middle * 12 + 20) as usize;
            }
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    0..0
}
