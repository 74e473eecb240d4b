//! What the model was asked before: the same few words stand behind the same tokens again and again, and each
//! question costs two searches in tables of megabytes.
//!
//! Two tables of one number a place, which any thread may overwrite at any time: a place holds question and
//! answer together, so that it is either right or of no use.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::ask::NONE;
use super::words::WordId;

/// Places of a table, as a power of two: half a megabyte each.
const BITS: u32 = 16;

/// A bigram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Two {
    /// Its quantised log-probability, and its number if trigrams begin with it.
    Found { quantised: u8, bigram: u32 },
    /// It is not stored.
    Missing,
}

/// A trigram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Three {
    /// Its quantised log-probability.
    Found(u8),
    /// It is not stored; the quantised back-off weight of its history.
    Missing(u8),
}

/// Both tables.
#[derive(Debug)]
pub struct Memo {
    two: Box<[AtomicU64]>,
    three: Box<[AtomicU64]>,
}

impl Default for Memo {
    fn default() -> Self {
        // No question is the greatest number: `two` and `three` see to that.
        let table = || (0..1 << BITS).map(|_| AtomicU64::new(u64::MAX)).collect();
        Self {
            two: table(),
            three: table(),
        }
    }
}

/// Numbers of bigrams that can be remembered; the last two stand for what has none, and for what is missing.
const NUMBERS: u32 = (1 << 24) - 2;

impl Memo {
    /// The answer about the bigram `before`, `word`, from `ask` unless it is remembered.
    #[inline]
    pub fn two(&self, before: WordId, word: WordId, ask: impl FnOnce() -> Two) -> Two {
        // 32 bits of question, 8 of probability, 24 of number.
        let question = u64::from(before) << 16 | u64::from(word);
        let place = place(&self.two, question);
        let kept = place.load(Relaxed);
        if kept >> 32 == question && kept != u64::MAX {
            return match kept as u32 & ((1 << 24) - 1) {
                k if k == NUMBERS + 1 => Two::Missing,
                k => Two::Found {
                    quantised: (kept >> 24) as u8,
                    bigram: if k == NUMBERS { NONE } else { k },
                },
            };
        }
        let answer = ask();
        let kept = match answer {
            Two::Missing => u64::from(NUMBERS + 1),
            Two::Found { bigram, .. } if (NUMBERS..NONE).contains(&bigram) => return answer,
            Two::Found { quantised, bigram } => {
                u64::from(quantised) << 24 | u64::from(bigram.min(NUMBERS))
            }
        };
        place.store(question << 32 | kept, Relaxed);
        answer
    }

    /// The answer about the bigram number `bigram` followed by `word`, from `ask` unless it is remembered.
    #[inline]
    pub fn three(&self, bigram: u32, word: WordId, ask: impl FnOnce() -> Three) -> Three {
        // 48 bits of question, 16 of answer.
        let question = u64::from(bigram) << 16 | u64::from(word);
        let place = place(&self.three, question);
        let kept = place.load(Relaxed);
        if kept >> 16 == question {
            let value = kept as u8;
            return if kept & 0x100 == 0 {
                Three::Found(value)
            } else {
                Three::Missing(value)
            };
        }
        let answer = ask();
        let kept = match answer {
            Three::Found(value) => u64::from(value),
            Three::Missing(value) => 0x100 | u64::from(value),
        };
        place.store(question << 16 | kept, Relaxed);
        answer
    }
}

#[inline]
fn place(table: &[AtomicU64], question: u64) -> &AtomicU64 {
    &table[(question.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BITS)) as usize]
}
