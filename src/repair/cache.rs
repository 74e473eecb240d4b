//! Candidates by token, kept across documents: tokens repeat enormously, and what may stand behind a token does
//! not depend on where it stands.
//!
//! Sharded, so that threads rarely wait for one another, and bounded: a shard that is full is emptied. What is
//! found does not depend on what was kept.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::fast::FixedState;

use super::channel::Candidate;

const SHARDS: usize = 64;
/// Tokens in a shard before it is emptied: all shards together hold some 60 MB at the most.
const MOST: usize = 2_000;

type Shard = HashMap<Box<str>, Arc<[Candidate]>, FixedState>;

/// A cache that threads share.
#[derive(Debug)]
pub struct Cache {
    shards: Vec<RwLock<Shard>>,
}

/// How far was searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// For a token that stands in a text.
    Full,
    /// For one that was only thought of.
    Near,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
        }
    }
}

impl Cache {
    /// What was kept for `token`, or what `find` finds.
    pub fn get(
        &self,
        token: &str,
        reach: Reach,
        find: impl FnOnce() -> Vec<Candidate>,
    ) -> Arc<[Candidate]> {
        // The two reaches have shards of their own: what was only thought of drives out nothing that was read.
        let number = FixedState::default().hash_one(token) as usize % (SHARDS / 2);
        let shard = &self.shards[2 * number + usize::from(reach == Reach::Near)];
        if let Some(found) = shard
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(token)
        {
            return Arc::clone(found);
        }
        let found: Arc<[Candidate]> = find().into();
        let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= MOST {
            shard.clear();
        }
        shard.insert(token.into(), Arc::clone(&found));
        found
    }
}
