//! What people decided: read from the review page's file, carried out on texts and records, learnt from.
//!
//! A decision is about bytes of a source file that is known by its digest, so it holds whatever the program made of
//! them, and is refused for any other text. [`decisions`] reads and keeps them, [`carry`] carries them out,
//! [`learn`] takes from them what later runs should know, [`recall`] is what these know.

pub mod carry;
pub mod decisions;
pub mod learn;
pub mod recall;
