//! The noisy channel: what a word of the truth looks like after the engine has read it, and back.
//!
//! [`learn`] counts pieces of words in pairs of true and read lines, [`store`] lays them out for use in place,
//! and [`Channel::candidates`] goes back: for a token as read, the words of the vocabulary that may stand
//! behind it. The search is A* over (trie node, letters consumed); its bound is the cheapest way to explain the rest of
//! the token by any pieces that have no more letters than there are below the node, and the probability of the most
//! frequent word there, so that words come out in exact order of what channel and vocabulary say together, and the
//! search can stop when they are bad enough.

pub mod align;
pub mod learn;
mod search;
pub mod store;
mod trie;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use foldhash::fast::FixedState;

pub use learn::Setting;
use store::STEPS;
use trie::{Letters, Trie};

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
    /// Made when they are first asked for: most runs need one profile.
    pieces: OnceLock<AllPieces>,
    word_keys: Range<usize>,
    word_rows: Range<usize>,
    codes: HashMap<char, u8, FixedState>,
    guide: Arc<Guide>,
    profile: Profile,
}

/// What each piece that was read may stand for.
#[derive(Debug, Clone)]
struct AllPieces {
    /// By its packed letters.
    by_key: HashMap<u64, Pieces, FixedState>,
    /// All rows: up to three letters and what they cost; those of a key in the order of their first letters.
    rows: Vec<[u8; 4]>,
}

/// What a stretch of a token may stand for.
#[derive(Debug, Clone)]
struct Pieces {
    /// Where its rows begin, those with one first letter after those with another; the last number is where they end.
    rows: Box<[u32]>,
    /// What the cheapest of them costs, in steps: of those that stand for one letter, for up to two, for up to three.
    least: [u8; 3],
    /// Their first letters.
    first: Letters,
}

impl Pieces {
    /// Those in `range` of `rows`, which are put in the order of their first letters.
    fn new(rows: &mut [[u8; 4]], range: Range<usize>) -> Self {
        let (mut least, mut first) = ([u8::MAX; 3], Letters::default());
        let mut at = range.start as u32;
        let mut begins = vec![at];
        if let Some(rows) = rows.get_mut(range) {
            rows.sort_by_key(|row| row[0]);
            for rows in rows.chunk_by(|a, b| Letters::same(a[0], b[0])) {
                first.add(rows[0][0]);
                at += rows.len() as u32;
                begins.push(at);
            }
            for row in rows {
                let letters = 1 + usize::from(row[1] != 0) + usize::from(row[2] != 0);
                for least in &mut least[letters - 1..] {
                    *least = row[3].min(*least);
                }
            }
        }
        Self {
            rows: begins.into(),
            least,
            first,
        }
    }

    /// The rows that begin with `letter`, which is one of the first letters.
    #[inline]
    fn with(&self, letter: u8) -> Range<usize> {
        let k = self.first.before(letter) as usize;
        self.rows[k] as usize..self.rows[k + 1] as usize
    }
}

/// The rarest word there is, in steps: all that are rarer count as that.
const RAREST: u16 = 20 * STEPS as u16;

/// What guides the search through the trie, the same for all profiles. Rarity is the negative logarithm of a word's
/// probability, in steps of the channel.
#[derive(Debug)]
pub struct Guide {
    /// The rarity of each word.
    words: Vec<u16>,
    /// The nodes of the trie.
    spots: Vec<Spot>,
    /// The nodes with the children of each in the place they have there, but the most frequent first.
    ranked: Vec<Ranked>,
}

/// A node: all that the search asks of one lies in one place, so that it waits for memory once.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Spot {
    /// The letters that lead on.
    letters: Letters,
    /// The first child.
    first: u32,
    /// The word that ends here.
    word: Option<WordId>,
    /// The rarity of the most frequent word here or below.
    rarity: u16,
    /// How many letters the longest way down has.
    depth: u8,
}

/// A child among its sisters.
#[derive(Debug, Clone, Copy)]
struct Ranked {
    node: u32,
    /// The rarity of its most frequent word.
    rarity: u16,
    /// The greatest depth below any of them.
    depth: u8,
    /// Whether none comes after it.
    last: bool,
}

impl Guide {
    /// What `model` says of its words.
    pub fn new(model: &Model) -> Self {
        let rarity = |w| (-model.alone(w) * STEPS).clamp(0.0, f32::from(RAREST)) as u16;
        let words: Vec<u16> = (0..model.len()).map(|w| rarity(w as WordId)).collect();
        let trie = Trie::new(model.file().section("trie"));
        let spot = |number| {
            let node = trie.node(number);
            let own = node.word.and_then(|w| words.get(usize::from(w)));
            Spot {
                letters: trie.letters(number),
                first: node.children().start,
                word: node.word,
                rarity: own.copied().unwrap_or(RAREST),
                depth: 0,
            }
        };
        let mut spots: Vec<Spot> = (0..trie.len() as u32).map(spot).collect();
        let alone = |node| Ranked {
            node,
            rarity: RAREST,
            depth: 0,
            last: true,
        };
        let mut ranked: Vec<Ranked> = (0..trie.len() as u32).map(alone).collect();
        // Children stand behind their parents.
        for number in (0..trie.len()).rev() {
            let children = trie.node(number as u32).children();
            let children = children.start as usize..children.end as usize;
            let below = spots.get(children.clone()).unwrap_or_default();
            let rarity = below.iter().map(|c| c.rarity).min();
            let depth = below.iter().map(|c| c.depth).max();
            let shared = depth.unwrap_or_default();
            if let Some(sisters @ [_, ..]) = ranked.get_mut(children) {
                for (child, spot) in sisters.iter_mut().zip(below) {
                    (child.rarity, child.depth, child.last) = (spot.rarity, shared, false);
                }
                sisters.sort_by_key(|c| c.rarity);
                sisters[sisters.len() - 1].last = true;
            }
            let here = &mut spots[number];
            here.rarity = here.rarity.min(rarity.unwrap_or(RAREST));
            here.depth = depth.map_or(0, |d| d.saturating_add(1));
        }
        Self {
            words,
            spots,
            ranked,
        }
    }

    /// The child of `node` that `letter` leads to.
    #[inline]
    fn child(&self, trie: Trie, node: u32, letter: u8) -> Option<u32> {
        let spot = &self.spots[node as usize];
        if !spot.letters.has(letter) {
            return None;
        }
        match spot.letters.rank(letter) {
            Some(rank) => Some(spot.first + rank),
            None => trie.child(&trie.node(node), letter),
        }
    }
}

impl Channel {
    /// The channel of `profile` in the file of `model`, whose words are as rare as `guide` says.
    ///
    /// # Errors
    /// When the file lacks a table or a table is out of shape.
    pub fn new(model: &Model, profile: Profile, guide: &Arc<Guide>) -> Result<Self> {
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
        let letters = abc.chunks_exact(4).zip(1..);
        let codes =
            letters.map(|(c, code)| (char::from_u32(u32_at(c, 0)).unwrap_or('\u{FFFD}'), code));
        Ok(Self {
            file: file.clone(),
            trie,
            keys,
            rows,
            pieces: OnceLock::new(),
            word_keys,
            word_rows,
            codes: codes.collect(),
            guide: Arc::clone(guide),
            profile,
        })
    }

    /// Whether letters may have suffered more than training saw: not where only marks were taken off.
    fn bends(&self) -> bool {
        self.profile != Profile::Stripped
    }

    /// What each piece may stand for.
    fn pieces(&self) -> &AllPieces {
        self.pieces.get_or_init(|| {
            let table = &self.file.bytes()[self.keys.clone()];
            let mut rows = self.file.bytes()[self.rows.clone()].as_chunks().0.to_vec();
            let by_key = (0..table.len() / 12 - 1)
                .map(|k| (key_at(table, k), Pieces::new(&mut rows, rows_of(table, k))))
                .collect();
            AllPieces { by_key, rows }
        })
    }

    /// Words whose whole reading was seen, with their costs.
    fn whole(&self, token: &str) -> impl Iterator<Item = Candidate> {
        let keys = &self.file.bytes()[self.word_keys.clone()];
        let rows = &self.file.bytes()[self.word_rows.clone()];
        let found = find_key(keys, store::hash(token)).map_or(0..0, |k| rows_of(keys, k));
        found.map(|k| {
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
        let trie = self.trie();
        let mut node = 0;
        for c in key.chars() {
            node = self.guide.child(trie, node, *self.codes.get(&c)?)?;
        }
        self.guide.spots[node as usize].word
    }
}

/// The place of `key` in a table of 12-byte entries (key, first row) that ends on a sentinel.
fn find_key(keys: &[u8], key: u64) -> Option<usize> {
    let entries: &[[u8; 12]] = keys.as_chunks().0;
    let entries = &entries[..entries.len() - 1];
    let found = entries.binary_search_by_key(&key, |entry| key_at(entry, 0));
    found.ok()
}

/// The `k`th key of such a table.
fn key_at(keys: &[u8], k: usize) -> u64 {
    u64::from(u32_at(keys, k * 12)) | u64::from(u32_at(keys, k * 12 + 4)) << 32
}

/// The rows of the `k`th key of such a table.
fn rows_of(keys: &[u8], k: usize) -> Range<usize> {
    u32_at(keys, k * 12 + 8) as usize..u32_at(keys, k * 12 + 20) as usize
}
