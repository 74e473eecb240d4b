//! Decisions on the documents of a batch: kept in OUT, given to the threads, and counted off as their texts come by.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use super::Finished;
use super::failure::{Failure, FailureKind};
use super::journal::{decisions, keep_decisions};
use crate::review::decisions::{Decision, Store};

/// The decisions in force, and those that still look for their text.
pub(super) struct Verdicts {
    /// All that are in force.
    pub store: Store,
    waiting: Vec<Decision>,
    names: HashSet<String>,
}

impl Verdicts {
    /// What OUT keeps, with `new` added to it.
    ///
    /// # Errors
    /// When the system cannot read or write.
    pub fn open(out: &Path, new: Option<&[Decision]>) -> io::Result<Self> {
        let mut store = decisions(out)?;
        let new = new.unwrap_or_default();
        if !new.is_empty() {
            store.add(new.iter().cloned());
            keep_decisions(out, &store)?;
        }
        Ok(Self {
            store,
            waiting: new.to_vec(),
            names: HashSet::new(),
        })
    }

    /// A document has come by: what was decided on it and could not be carried out.
    pub fn of(&mut self, document: &Finished) -> Vec<Failure> {
        if !self.waiting.is_empty() {
            let digest = document.records.first().map(|(r, _)| &r.source.sha256);
            self.waiting.retain(|d| Some(&d.sha256) != digest);
            if self.waiting.iter().any(|d| d.file == document.name) {
                self.names.insert(document.name.clone());
            }
        }
        let refused = document.refused.iter();
        refused
            .map(|(place, why)| refusal(&document.name, &format!("{place}: {why}")))
            .collect()
    }

    /// All documents have come by: the decisions that found no text are named, once a text, and forgotten.
    ///
    /// # Errors
    /// When the system cannot write.
    pub fn without_text(&mut self, out: &Path) -> io::Result<Vec<Failure>> {
        let lost: HashSet<&str> = self.waiting.iter().map(|d| d.sha256.as_str()).collect();
        if lost.is_empty() {
            return Ok(Vec::new());
        }
        self.store.forget(&lost);
        keep_decisions(out, &self.store)?;
        let mut said = HashSet::new();
        let first = |d: &&Decision| said.insert(d.sha256.clone());
        let named = self.waiting.iter().filter(first).map(|d| {
            let why = match self.names.contains(&d.file) {
                true => {
                    "the decisions were made for another text than the one that stands there now"
                }
                false => "no such document was done in this folder",
            };
            refusal(&d.file, why)
        });
        Ok(named.collect())
    }
}

fn refusal(file: &str, reason: &str) -> Failure {
    Failure::new(file, FailureKind::Refused, reason)
}
