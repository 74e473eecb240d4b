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

/// The letters that lead on from a node, a bit each.
pub struct Letters([u64; 4]);

impl Node {
    /// The numbers of the children.
    pub fn children(&self) -> Range<u32> {
        self.first..self.first + u32::from(self.count)
    }
}

impl Letters {
    /// Whether `letter` leads on.
    #[inline]
    pub fn has(&self, letter: u8) -> bool {
        self.0[usize::from(letter >> 6)] >> (letter & 63) & 1 != 0
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

    /// The letters that lead on from `node`.
    pub fn letters(self, node: &Node) -> Letters {
        let mut letters = [0; 4];
        let children = node.children();
        for child in &self.0[children.start as usize..children.end as usize] {
            letters[usize::from(child[0] >> 6)] |= 1 << (child[0] & 63);
        }
        Letters(letters)
    }

    /// The child of `node` that `letter` leads to.
    #[inline]
    pub fn child(self, node: &Node, letter: u8) -> Option<u32> {
        let children = node.children();
        let list = &self.0[children.start as usize..children.end as usize];
        let k = list.binary_search_by_key(&letter, |child| child[0]).ok()?;
        Some(children.start + k as u32)
    }

    /// The node reached from node `k` by `letters`.
    pub fn walk(self, k: u32, letters: impl IntoIterator<Item = u8>) -> Option<u32> {
        letters
            .into_iter()
            .try_fold(k, |k, letter| self.child(&self.node(k), letter))
    }
}
