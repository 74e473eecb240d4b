//! The trie of the vocabulary, in place: nodes of 8 bytes, the children of a node side by side.

use std::ops::Range;

use super::store::NO_WORD;
use crate::language_model::WordId;

/// The trie, as a slice of the model file.
#[derive(Clone, Copy)]
pub struct Trie<'m>(&'m [[u8; 8]]);

/// A node, read.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// The word that ends here.
    pub word: Option<WordId>,
    first: u32,
    count: u8,
}

/// A set of letters, a bit each; those with codes from 127 on, the rarest there are, share one. Codes go by frequency,
/// so that next to all letters lie in the first half.
#[derive(Debug, Clone, Copy, Default)]
pub struct Letters([u64; 2]);

impl Node {
    /// The numbers of the children.
    pub fn children(&self) -> Range<u32> {
        self.first..self.first + u32::from(self.count)
    }
}

impl Letters {
    /// Adds a letter.
    #[inline]
    pub fn add(&mut self, letter: u8) {
        let letter = letter.min(127);
        self.0[usize::from(letter / 64)] |= 1 << (letter % 64);
    }

    /// Whether `letter`, or one that shares its bit, is among them.
    #[inline]
    pub fn has(self, letter: u8) -> bool {
        let letter = letter.min(127);
        self.0[usize::from(letter / 64)] >> (letter % 64) & 1 != 0
    }

    /// Whether two letters share a bit.
    pub fn same(a: u8, b: u8) -> bool {
        a.min(127) == b.min(127)
    }

    /// How many of them come before `letter`.
    #[inline]
    pub fn before(self, letter: u8) -> u32 {
        let (letter, [first, second]) = (letter.min(127), self.0);
        let lower = (1 << (letter % 64)) - 1;
        match letter {
            0..64 => (first & lower).count_ones(),
            _ => first.count_ones() + (second & lower).count_ones(),
        }
    }

    /// The same, as the place of the child that `letter` leads to; of 127, which stands for several, nothing is said.
    #[inline]
    pub fn rank(self, letter: u8) -> Option<u32> {
        (letter < 127).then(|| self.before(letter))
    }

    /// The letters that are among both; 127 stands for all rarer ones too.
    #[inline]
    pub fn shared(self, other: Letters) -> impl Iterator<Item = u8> {
        let [mut first, mut second] = [0, 1].map(|k| self.0[k] & other.0[k]);
        std::iter::from_fn(move || {
            let (left, begin) = match first {
                0 => (&mut second, 64),
                _ => (&mut first, 0),
            };
            let letter = left.trailing_zeros() as u8;
            *left &= left.wrapping_sub(1);
            (letter < 64).then_some(begin + letter)
        })
    }
}

impl<'m> Trie<'m> {
    /// The trie in the section `bytes`.
    pub fn new(bytes: &'m [u8]) -> Self {
        Self(bytes.as_chunks().0)
    }

    /// Number of nodes.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Node `k`; 0 is the root.
    #[inline]
    pub fn node(self, k: u32) -> Node {
        let [_, count, w0, w1, first @ ..] = self.0[k as usize];
        let word = u16::from_le_bytes([w0, w1]);
        Node {
            word: (word != NO_WORD).then_some(word),
            first: u32::from_le_bytes(first),
            count,
        }
    }

    /// The letters that lead on from node `k`.
    pub fn letters(self, k: u32) -> Letters {
        let children = self.node(k).children();
        let mut letters = Letters::default();
        let list = self.0.get(children.start as usize..children.end as usize);
        list.into_iter()
            .flatten()
            .for_each(|child| letters.add(child[0]));
        letters
    }

    /// The child of `node` that `letter` leads to.
    #[inline]
    pub fn child(self, node: &Node, letter: u8) -> Option<u32> {
        let children = node.children();
        let list = &self.0[children.start as usize..children.end as usize];
        let k = list.binary_search_by_key(&letter, |child| child[0]).ok()?;
        Some(children.start + k as u32)
    }
}
