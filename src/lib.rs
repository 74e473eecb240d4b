//! Turns the OCR text of scanned Vietnamese dispatches into repaired text and into data.
//!
//! ```text
//! bytes --input--> Document --normalise--> tokens --repair--> text + edits --parse--> Dispatch --export--> JSON, tables
//! ```
//!
//! The stages are called in order in [`pipeline`] and nowhere else; dependencies point one way along the flow.
//!
//! ```
//! use vanthu::pipeline::{Pipeline, Settings};
//!
//! let pipeline = Pipeline::new(Settings::default())?;
//! let outcome = pipeline.process("a.txt", "Số: 12/UBND-VP\n".as_bytes())?;
//! assert_eq!(outcome.repaired.text.lines().count(), 1);
//! assert_eq!(outcome.records[0].source.file, "a.txt");
//! # Ok::<(), vanthu::Error>(())
//! ```

pub mod batch;
pub mod document;
pub mod engine_confidence;
pub mod error;
pub mod evaluate;
pub mod export;
pub mod input;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod invariants;
pub mod language_model;
pub mod lexicon;
pub mod normalise;
pub mod parse;
pub mod pipeline;
pub mod repair;
pub mod review;
pub mod second_reading;
pub mod syllable;

pub use document::{Document, Edit, EditKind, Span, Text};
pub use error::{Error, Result};
