//! How probable a syllable is after the two before it.
//!
//! A back-off trigram model over lower-case tokens with one tone placement, estimated by interpolated modified
//! Kneser-Ney smoothing (Chen & Goodman 1998), pruned and quantised. Own code because nothing fits: the crates
//! that exist bind KenLM (LGPL, C++, a build with Boost) or do not smooth. See `docs/decisions.md`.
//!
//! [`train`] counts and estimates, [`store`] is the file, [`Model`] asks it.

pub mod ask;
pub mod store;
pub mod train;
pub mod words;

pub use ask::{Bigrams, Model, State, Trigrams, Two};
pub use words::{CODE, END, NUMBER, PAUSE, START, UNKNOWN, WordId};

#[cfg(test)]
mod tests;
