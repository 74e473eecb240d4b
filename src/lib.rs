//! Turns the OCR text of scanned Vietnamese dispatches into repaired text and into data.
//!
//! ```text
//! bytes --input--> Document --normalise--> tokens --repair--> text + edits --parse--> Dispatch --export--> JSON, tables
//! ```
//!
//! The stages are called in order in [`pipeline`] and nowhere else; dependencies point one way along the flow.

pub mod batch;
pub mod document;
pub mod error;
pub mod export;
pub mod input;
pub mod lexicon;
pub mod parse;
pub mod pipeline;
pub mod syllable;

pub use document::{Document, Edit, EditKind, Span, Text};
pub use error::{Error, Result};
