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
    /// Texts that something new was decided on, each with the name it had; the digest of each while it has not come by.
    texts: Vec<(String, String)>,
    waiting: HashSet<String>,
    /// The names of those texts, and which of them have come by.
    named: HashSet<String>,
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
        let mut waiting = HashSet::new();
        let first = |d: &&Decision| waiting.insert(d.sha256.clone());
        let texts = new.iter().filter(first);
        let texts = texts.map(|d| (d.sha256.clone(), d.file.clone())).collect();
        Ok(Self {
            store,
            texts,
            waiting,
            named: new.iter().map(|d| d.file.clone()).collect(),
            names: HashSet::new(),
        })
    }

    /// A document has come by: what was decided on it and could not be carried out.
    pub fn of(&mut self, document: &Finished) -> Vec<Failure> {
        if let Some((record, _)) = document.records.first() {
            self.waiting.remove(&record.source.sha256);
        }
        if self.named.contains(&document.name) {
            self.names.insert(document.name.clone());
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
        let lost: HashSet<&str> = self.waiting.iter().map(String::as_str).collect();
        if lost.is_empty() {
            return Ok(Vec::new());
        }
        self.store.forget(&lost);
        keep_decisions(out, &self.store)?;
        let lost = self
            .texts
            .iter()
            .filter(|(sha256, _)| self.waiting.contains(sha256));
        let named = lost.map(|(_, file)| {
            let why = match self.names.contains(file) {
                true => {
                    "the decisions were made for another text than the one that stands there now"
                }
                false => "no such document was done in this folder",
            };
            refusal(file, why)
        });
        Ok(named.collect())
    }
}

fn refusal(file: &str, reason: &str) -> Failure {
    Failure::new(file, FailureKind::Refused, reason)
}
