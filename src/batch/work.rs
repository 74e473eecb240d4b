//! What a thread does with one file: read it, pass it through the pipeline, put its outputs in place.
//!
//! A file that an earlier run has done is recognised by its content and its outputs, which are read back, so that
//! the tables can be written as if it had been done now.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Finished;
use super::failure::{Failure, FailureKind, shown};
use super::journal::{Done, Entry};
use super::ordered::Ticket;
use super::output::{Mark, Output, Place, mark};
use super::walk::{Job, hash};
use crate::error::Error;
use crate::export::json;
use crate::export::record::Record;
use crate::input::{self, too_large};
use crate::pipeline::{Outcome, Pipeline};

/// What threads share.
pub(super) struct Worker {
    pub jobs: Arc<Vec<Job>>,
    pub pipeline: Arc<Pipeline>,
    pub done: Done,
    pub output: Output,
    pub write_back: bool,
    pub keep_hocr: bool,
    pub second_readings: Option<PathBuf>,
}

/// Why there is no result.
pub(super) enum Trouble {
    /// This document cannot be done.
    Document(Failure),
    /// No output can be written any more.
    Output(Failure),
}

pub(super) type Result = std::result::Result<Box<Finished>, Trouble>;

impl Worker {
    pub(super) fn work(&self, k: usize, ticket: &Ticket<'_, Result>) -> Result {
        let job = &self.jobs[k];
        let path = job.path();
        catch_unwind(AssertUnwindSafe(|| self.document(job, &path, ticket))).unwrap_or_else(|_| {
            let reason = "a defect of this program stopped it; please report the file";
            Err(Trouble::Document(Failure::new(
                shown(&path),
                FailureKind::Internal,
                reason,
            )))
        })
    }

    fn document(&self, job: &Job, path: &Path, ticket: &Ticket<'_, Result>) -> Result {
        let began = Instant::now();
        let limit = self.pipeline.settings().input.max_bytes;
        let original = read(&job.bytes_at(), path, limit).map_err(Trouble::Document)?;
        let (name, stem) = (job.name(), job.stem());
        let second = self.second(job, limit);
        let source = match &second {
            None => mark(&original),
            Some(second) => mark(&[&original[..], &second[..]].concat()),
        };
        let pipeline = hash(&self.pipeline.id());
        let known = self.done.get(&name);
        let outputs = Outputs::below(&stem);
        let read_in = began.elapsed();
        if let Some(entry) = known.filter(|e| e.source == source && e.pipeline == pipeline)
            && let Some([text, record, edits]) = self.read_back(&outputs, entry)
            && let Ok(records) = json::read_back(&record)
            && !self.lacks_extra(&stem, path, &records)
        {
            let times = [read_in, Duration::ZERO, Duration::ZERO];
            let mut finished = finished(name, stem, original, text, edits, records, *entry);
            (finished.already_done, finished.times) = (true, times);
            return Ok(Box::new(finished));
        }
        let began = Instant::now();
        let settings = &self.pipeline.settings().input;
        ticket.allow(input::pages(&original, settings));
        let outcome = match &second {
            None => self.pipeline.process(&name, &original),
            Some(second) => self.pipeline.process_two(&name, &original, second),
        };
        let outcome = outcome.map_err(|e| {
            let (kind, reason) = match e {
                Error::Format { reason, .. } => (FailureKind::NotText, reason),
                Error::Tool { reason, .. } => (FailureKind::Tool, reason),
                other => (FailureKind::Unreadable, other.to_string()),
            };
            Trouble::Document(Failure::new(shown(path), kind, reason))
        })?;
        let text = outcome.repaired.text.as_str().to_owned();
        let record = json::pretty(&outcome.records);
        let edits: String = outcome.edit_lines().iter().map(json::line).collect();
        let extra = self.extra(&stem, path, &outcome, &original);
        let processed_in = began.elapsed();
        let began = Instant::now();
        let marks = self.write(&outputs, [&text, &record, &edits], known, ticket, path)?;
        for (path, bytes) in &extra {
            self.output
                .put(path, bytes)
                .map_err(|e| Trouble::Document(self.output.failure(path, &e)))?;
        }
        let entry = Entry {
            source,
            pipeline,
            outputs: marks,
        };
        let with_line = |r: Record| {
            let line = json::line(&r);
            (r, line)
        };
        let records = outcome.records.into_iter().map(with_line).collect();
        let mut finished = finished(name, stem, original, text, edits, records, entry);
        finished.times = [read_in, processed_in, began.elapsed()];
        Ok(Box::new(finished))
    }

    /// Another reading of the same paper: `x.eng.txt` beside `x.vie.txt` and the other way round, or the file of the
    /// same name in the folder of second readings.
    fn second(&self, job: &Job, limit: u64) -> Option<Vec<u8>> {
        let path = match &self.second_readings {
            Some(folder) => folder.join(job.name()),
            None => {
                let path = job.bytes_at();
                let name = path.file_name()?.to_str()?;
                let (stem, other) = match name.strip_suffix(".vie.txt") {
                    Some(stem) => (stem, "eng"),
                    None => (name.strip_suffix(".eng.txt")?, "vie"),
                };
                path.with_file_name(format!("{stem}.{other}.txt"))
            }
        };
        read(&path, &path, limit).ok()
    }

    /// What is written besides, with its path below OUT. It is made again from the same source whenever the
    /// document is done again.
    fn extra(
        &self,
        stem: &Path,
        path: &Path,
        outcome: &Outcome,
        original: &[u8],
    ) -> Vec<(PathBuf, Vec<u8>)> {
        let mut out = Vec::new();
        if self.write_back {
            let edits = &outcome.repaired.edits;
            let written = input::write_back(&outcome.document, original, edits);
            out.extend(written.map(|w| (beside(stem, path.extension()), w.bytes)));
        }
        if let Some(hocr) = outcome.document.hocr.as_ref().filter(|_| self.keep_hocr) {
            let bytes = hocr.clone().into_bytes();
            out.push((beside(stem, Some(OsStr::new("hocr"))), bytes));
        }
        out
    }

    /// Whether a document that was done lacks what is written besides.
    fn lacks_extra(&self, stem: &Path, path: &Path, records: &[(Record, String)]) -> bool {
        let there = |ending| self.output.folder().join(beside(stem, ending)).exists();
        let Some(source) = records.first().map(|(r, _)| &r.source) else {
            return false;
        };
        match source.format.as_str() {
            "hocr" | "alto" | "page" => self.write_back && !there(path.extension()),
            "image" => self.keep_hocr && !there(Some(OsStr::new("hocr"))),
            _ => source.scanned == Some(true) && self.keep_hocr && !there(Some(OsStr::new("hocr"))),
        }
    }

    /// The outputs as they stand, if they are what the journal says.
    fn read_back(&self, outputs: &Outputs, entry: &Entry) -> Option<[String; 3]> {
        let mut texts = [String::new(), String::new(), String::new()];
        for ((path, expected), text) in outputs.0.iter().zip(&entry.outputs).zip(&mut texts) {
            let bytes = std::fs::read(self.output.folder().join(path)).ok()?;
            if mark(&bytes) != *expected {
                return None;
            }
            *text = String::from_utf8(bytes).ok()?;
        }
        Some(texts)
    }

    fn write(
        &self,
        outputs: &Outputs,
        contents: [&str; 3],
        known: Option<&Entry>,
        ticket: &Ticket<'_, Result>,
        path: &Path,
    ) -> std::result::Result<[Mark; 3], Trouble> {
        let mut places = [Place::Free; 3];
        for k in 0..3 {
            let known = known.map(|e| &e.outputs[k]);
            places[k] = self
                .output
                .place(&outputs.0[k], contents[k].as_bytes(), known)
                .map_err(Trouble::Document)?;
        }
        if !ticket.may_write() {
            return Err(Trouble::Document(Failure::new(
                shown(path),
                FailureKind::Timeout,
                "given up",
            )));
        }
        for k in 0..3 {
            if places[k] == Place::Free {
                let put = self.output.put(&outputs.0[k], contents[k].as_bytes());
                put.map_err(|e| {
                    let failure = self.output.failure(&outputs.0[k], &e);
                    if self.output.is_lost(&e) {
                        Trouble::Output(failure)
                    } else {
                        Trouble::Document(failure)
                    }
                })?;
            }
        }
        Ok(contents.map(|c| mark(c.as_bytes())))
    }
}

/// The path of an output with another ending.
fn beside(stem: &Path, ending: Option<&OsStr>) -> PathBuf {
    let mut name = stem.as_os_str().to_owned();
    name.push(".");
    name.push(ending.unwrap_or_default());
    name.into()
}

/// Paths below OUT of the text, the record and the edits.
struct Outputs([PathBuf; 3]);

impl Outputs {
    fn below(stem: &Path) -> Self {
        Self([".txt", ".json", ".edits.jsonl"].map(|extension| {
            let mut path = stem.as_os_str().to_owned();
            path.push(extension);
            path.into()
        }))
    }
}

fn finished(
    name: String,
    stem: PathBuf,
    original: Vec<u8>,
    text: String,
    edit_lines: String,
    records: Vec<(Record, String)>,
    entry: Entry,
) -> Finished {
    let lines = edit_lines.lines().count();
    // Only a doubt's kind can follow a confidence in this way: the texts before it are quoted.
    let doubtful = edit_lines.matches(r#","kind":"doubtful","#).count();
    Finished {
        name,
        stem,
        original,
        text,
        edits: lines - doubtful,
        doubtful,
        edit_lines,
        records,
        already_done: false,
        times: [Duration::ZERO; 3],
        entry,
    }
}

/// Reads a whole file, or says why it cannot be trusted to be whole.
fn read(place: &Path, path: &Path, limit: u64) -> std::result::Result<Vec<u8>, Failure> {
    let io = |e: std::io::Error| Failure::reading(path, &e);
    // Asked before it is opened: opening a pipe would wait for its writer.
    if !std::fs::metadata(place).map_err(io)?.is_file() {
        let reason = "is no regular file";
        return Err(Failure::new(shown(path), FailureKind::Unreadable, reason));
    }
    let mut file = File::open(place).map_err(io)?;
    let before = file.metadata().map_err(io)?;
    if before.len() > limit {
        let reason = too_large(before.len(), limit);
        return Err(Failure::new(shown(path), FailureKind::TooLarge, reason));
    }
    let mut bytes = Vec::with_capacity(before.len() as usize);
    Read::by_ref(&mut file)
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(io)?;
    let after = file.metadata().map_err(io)?;
    let whole = bytes.len() as u64 == after.len() && before.len() == after.len();
    if !whole || before.modified().ok() != after.modified().ok() {
        let reason = "changed while it was being read; run again when it is whole";
        return Err(Failure::new(shown(path), FailureKind::Changed, reason));
    }
    Ok(bytes)
}
