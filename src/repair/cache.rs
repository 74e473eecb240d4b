//! What may stand behind a token, kept across documents: tokens repeat enormously, and it does not depend on where
//! they stand.
//!
//! Sharded, so that threads rarely wait for one another, and bounded: a shard that is full is emptied. What is
//! found does not depend on what was kept.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::fast::FixedState;

use super::channel::Candidate;
use super::lattice::Ways;

const SHARDS: usize = 32;
/// Tokens in a shard before it is emptied.
const MOST: usize = 2_000;

type Shard<T> = HashMap<Box<str>, Arc<T>, FixedState>;

/// A cache that threads share.
#[derive(Debug)]
pub struct Cache<T: ?Sized> {
    shards: Vec<RwLock<Shard<T>>>,
}

/// What is kept of the tokens of one profile: some 60 MB at the most.
#[derive(Debug, Default)]
pub struct Caches {
    /// The ways over a token that stands in a text: by itself, and as part of a code.
    pub ways: [Cache<Ways>; 2],
    /// Candidates for a token.
    pub candidates: Cache<[Candidate]>,
    /// Candidates for a token that was only thought of. They drive out nothing that was read.
    pub near: Cache<[Candidate]>,
}

impl<T: ?Sized> Default for Cache<T> {
    fn default() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
        }
    }
}

impl<T: ?Sized> Cache<T> {
    /// What was kept for `token`, or what `find` finds.
    pub fn get(&self, token: &str, find: impl FnOnce() -> Arc<T>) -> Arc<T> {
        let number = FixedState::default().hash_one(token) as usize % SHARDS;
        let shard = &self.shards[number];
        if let Some(found) = shard
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(token)
        {
            return Arc::clone(found);
        }
        let found = find();
        let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= MOST {
            shard.clear();
        }
        shard.insert(token.into(), Arc::clone(&found));
        found
    }
}
