//! `summary.json`: what became of the batch, for the person in the morning and the system that watches.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Finished;
use super::failure::Failure;
use crate::export::csv::{undecided, unreadable};
use crate::pipeline::Pipeline;

/// Name of the summary's format.
pub const SCHEMA: &str = "vanthu.summary/1";

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "vanthu.summary/1")]
pub struct Summary {
    /// `vanthu.summary/1`.
    pub schema: String,
    /// The program.
    pub tool: Tool,
    /// The options that the results depend on.
    pub options: Options,
    /// Whether every input was come to: false when the run was stopped before its end.
    pub complete: bool,
    /// Why the run was stopped; null when it was not.
    pub stopped: Option<String>,
    /// Documents, by what became of them.
    pub documents: Documents,
    /// Records, by kind.
    pub records: BTreeMap<String, usize>,
    /// Words that were changed.
    pub edits: usize,
    /// Words that stayed although they may be wrong.
    pub doubtful: usize,
    /// Documents by their number of doubtful words: none, 1 to 5, 6 to 20, more.
    pub doubt: Doubt,
    /// Fields that stand on the paper but could not be read, by name.
    pub unreadable: BTreeMap<String, usize>,
    /// Tasks found.
    pub tasks: usize,
    /// Projections that were written, by form; `edxml_blocked` counts records of which there is no message.
    pub exports: BTreeMap<String, usize>,
    /// Words and fields that people decided.
    pub decided: usize,
    /// Decisions that could not be carried out, and why.
    pub refused: Vec<Failure>,
    /// What could not be done, and why.
    pub failures: Vec<Failure>,
    /// Files in the named folders that are no documents by their names, by extension.
    pub skipped: BTreeMap<String, usize>,
    /// The only part that differs from run to run.
    pub run: Run,
}

/// The program.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `vanthu`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Identity of the model; null when none was used.
    pub model: Option<String>,
    /// Identity of all that the results depend on besides the input.
    pub pipeline: String,
}

/// The options that the results depend on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Options {
    /// Whether text was repaired.
    pub repair: bool,
    /// The threshold below which nothing was changed; null when it was that of each text's profile.
    pub min_confidence: Option<f64>,
    /// Largest file that was read, in bytes.
    pub max_bytes: u64,
    /// Seconds a document was given; null for no limit.
    pub timeout: Option<f64>,
}

/// Documents, by what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Documents {
    /// Found among the inputs, failures included.
    pub found: usize,
    /// Their outputs are in place.
    pub done: usize,
    /// Not done; each stands in `failures`.
    pub failed: usize,
    /// Done, and nothing about them is doubtful.
    pub clean: usize,
    /// Done, with a doubtful word, an unreadable field, or of unknown kind.
    pub to_check: usize,
}

/// Documents by their number of doubtful words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Doubt {
    /// None.
    #[serde(rename = "0")]
    pub none: usize,
    /// 1 to 5.
    #[serde(rename = "1-5")]
    pub few: usize,
    /// 6 to 20.
    #[serde(rename = "6-20")]
    pub some: usize,
    /// More.
    #[serde(rename = "21+")]
    pub many: usize,
}

/// What differs from run to run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// When it began, UTC.
    pub started: String,
    /// When it ended, UTC.
    pub finished: String,
    /// How long it took.
    pub seconds: f64,
    /// Documents of this run a second.
    pub documents_per_second: f64,
    /// Documents that an earlier run had done and this one found in place.
    pub already_done: usize,
    /// Threads at work.
    pub threads: usize,
}

impl Summary {
    /// The summary of a batch that has not begun.
    pub fn new(pipeline: &Pipeline, timeout: Option<Duration>) -> Self {
        let settings = pipeline.settings();
        Self {
            schema: SCHEMA.to_owned(),
            tool: Tool {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                model: pipeline.model_id().map(str::to_owned),
                pipeline: pipeline.id(),
            },
            options: Options {
                repair: settings.repair,
                min_confidence: settings.min_confidence,
                max_bytes: settings.input.max_bytes,
                timeout: timeout.map(|t| t.as_secs_f64()),
            },
            complete: true,
            ..Self::default()
        }
    }

    /// Counts a document that is done.
    pub fn add(&mut self, document: &Finished) {
        self.documents.done += 1;
        self.edits += document.edits;
        self.doubtful += document.doubtful;
        self.run.already_done += usize::from(document.already_done);
        self.decided += document.decided;
        match document.doubtful {
            0 => self.doubt.none += 1,
            1..=5 => self.doubt.few += 1,
            6..=20 => self.doubt.some += 1,
            _ => self.doubt.many += 1,
        }
        let mut clean = document.doubtful == 0;
        for (record, _) in &document.records {
            let kind = record.record_kind.clone();
            clean &= kind != "unknown";
            *self.records.entry(kind).or_default() += 1;
            self.tasks += record.tasks.len();
            clean &= undecided(record).is_empty();
            for field in unreadable(record) {
                *self.unreadable.entry(field.to_owned()).or_default() += 1;
            }
        }
        if clean {
            self.documents.clean += 1;
        } else {
            self.documents.to_check += 1;
        }
    }

    /// Counts what could not be done.
    pub fn fail(&mut self, failure: Failure) {
        self.documents.failed += 1;
        self.failures.push(failure);
    }
}
