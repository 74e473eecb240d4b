//! What a thread does with one file: read it, pass it through the pipeline, put its outputs in place.
//!
//! A file that an earlier run has done is recognised by its content and its outputs, which are read back, so that
//! the tables can be written as if it had been done now.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{DirEntry, File};
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Finished;
use super::failure::{Failure, FailureKind, shown};
use super::journal::{Done, Entry};
use super::ordered::Ticket;
use super::output::{Mark, Output, Place, mark};
use super::walk::{Job, hash};
use crate::document::Document;
use crate::error::Error;
use crate::export::edit::EditLine;
use crate::export::record::Record;
use crate::export::{edit, json, review};
use crate::input::{self, Charset, Format, too_large};
use crate::pipeline::Pipeline;
use crate::review::carry::{Known, carry};
use crate::review::decisions::Store;

/// What threads share.
pub(super) struct Worker {
    pub jobs: Arc<Vec<Job>>,
    pub pipeline: Arc<Pipeline>,
    pub done: Done,
    pub output: Output,
    pub write_back: bool,
    pub keep_hocr: bool,
    pub second_readings: Option<PathBuf>,
    /// What people decided.
    pub decisions: Store,
    /// Carry out decisions on what is done, and do nothing else.
    pub only_decisions: bool,
    /// Whether a folder holds any images: most hold none, and to ask for those of every document takes six system
    /// calls.
    pub pictured: Mutex<HashMap<PathBuf, bool>>,
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
        let digest = match self.decisions.is_empty() {
            true => String::new(),
            false => input::sha256(&original),
        };
        let decided = self.decisions.mark(&digest);
        let same = |e: &&Entry| self.only_decisions || e.pipeline == pipeline;
        if let Some(entry) = known.filter(|e| e.source == source).filter(same)
            && let Some([text, record, edits]) = self.read_back(&outputs, entry)
            && let Ok(records) = json::read_back(&record)
            && !self.lacks_extra(&stem, path, &records)
            && let Ok(lines) = edit::read_back(&edits)
        {
            if entry.decided != decided {
                ticket.allow(input::pages(&original, &self.pipeline.settings().input));
                let document = self.again(&name, &original, &records);
                let document = document.map_err(|e| Trouble::Document(failure(path, e)))?;
                let known = Made {
                    document,
                    lines,
                    text,
                    records: records.into_iter().map(|(r, _)| r).collect(),
                    refused: Vec::new(),
                };
                let made = self.decide(&name, &original, known, &digest);
                let entry = Entry { decided, ..*entry };
                return self.put(job, original, made, entry, ticket);
            }
            let times = [read_in, Duration::ZERO, Duration::ZERO];
            let just: Vec<&Record> = records.iter().map(|(r, _)| r).collect();
            // What an engine read is not read by it once more: the changes taken back give its text.
            let source = just.first().map(|r| &r.source);
            let document = match source {
                Some(s) if s.spans_in == "text" => edit::unmade(&text, &lines)
                    .map(|text| input::remembered(&text, &s.file, &s.sha256)),
                _ => self.again(&name, &original, &records).ok(),
            };
            let page = match document {
                Some(document) => self.page(job, &document, &lines, &just),
                None => {
                    let sha256 = source.map_or("", |s| &s.sha256);
                    review::listed(&name, sha256, &lines, &just)
                }
            };
            let mut finished = finished(job, original, [text, edits], records, *entry, page);
            (finished.already_done, finished.times) = (true, times);
            finished.decided = self.decisions.of(&digest).len();
            return Ok(Box::new(finished));
        }
        if self.only_decisions {
            let reason = "is not as it was done; run the batch again first";
            return Err(Trouble::Document(Failure::new(
                shown(path),
                FailureKind::Changed,
                reason,
            )));
        }
        let began = Instant::now();
        let settings = &self.pipeline.settings().input;
        ticket.allow(input::pages(&original, settings));
        let outcome = match &second {
            None => self.pipeline.process(&name, &original),
            Some(second) => self.pipeline.process_two(&name, &original, second),
        };
        let outcome = outcome.map_err(|e| Trouble::Document(failure(path, e)))?;
        let mut made = Made {
            lines: outcome.edit_lines(),
            text: outcome.repaired.text.as_str().to_owned(),
            document: outcome.document,
            records: outcome.records,
            refused: Vec::new(),
        };
        if decided != 0 {
            made = self.decide(&name, &original, made, &digest);
        }
        let processed_in = began.elapsed();
        let entry = Entry {
            source,
            pipeline,
            outputs: [Mark::default(); 3],
            decided,
        };
        let mut finished = self.put(job, original, made, entry, ticket)?;
        (finished.times[0], finished.times[1]) = (read_in, processed_in);
        Ok(finished)
    }

    /// Carries out what was decided on a document.
    fn decide(&self, name: &str, original: &[u8], made: Made, digest: &str) -> Made {
        let decisions = self.decisions.of(digest);
        let file_name = name.rsplit('/').next();
        let known = Known {
            file_name: file_name.filter(|n| *n != "-"),
            document: &made.document,
            original,
            text: &made.text,
            edits: &made.lines,
            records: &made.records,
        };
        let carried = carry(&known, decisions);
        Made {
            document: made.document,
            lines: carried.edits,
            text: carried.text,
            records: carried.records,
            refused: carried.refused,
        }
    }

    /// Puts what was made of a document in place.
    fn put(
        &self,
        job: &Job,
        original: Vec<u8>,
        made: Made,
        mut entry: Entry,
        ticket: &Ticket<'_, Result>,
    ) -> Result {
        let began = Instant::now();
        let lines: Vec<String> = made.records.iter().map(json::line).collect();
        let record = json::pretty_lines(&lines);
        let edits = json::lines(&made.lines);
        let just: Vec<&Record> = made.records.iter().collect();
        let page = self.page(job, &made.document, &made.lines, &just);
        let known = self.done.get(&job.name());
        let document_digest = made.document.source.sha256.clone();
        let extra = self.extra(job, &made, &original);
        let outputs = Outputs::below(&job.stem());
        let contents = [&made.text[..], &record, &edits];
        entry.outputs = self.write(&outputs, contents, known, ticket, &job.path())?;
        for (path, bytes) in extra {
            let put = self.output.put(&path, &bytes);
            put.map_err(|e| Trouble::Document(self.output.failure(&path, &e)))?;
        }
        let records = made.records.into_iter().zip(lines).collect();
        let mut finished = finished(job, original, [made.text, edits], records, entry, page);
        finished.decided = self.decisions.of(&document_digest).len();
        finished.refused = made.refused;
        finished.times[2] = began.elapsed();
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
    fn extra(&self, job: &Job, made: &Made, original: &[u8]) -> Vec<(PathBuf, Vec<u8>)> {
        let (stem, path) = (job.stem(), job.path());
        let mut out = Vec::new();
        if self.write_back {
            let (edits, _) = edit::back(&made.document, &made.lines);
            let written = input::write_back(&made.document, original, &edits);
            out.extend(written.map(|w| (beside(&stem, path.extension()), w.bytes)));
        }
        if let Some(hocr) = made.document.hocr.as_ref().filter(|_| self.keep_hocr) {
            let bytes = hocr.clone().into_bytes();
            out.push((beside(&stem, Some(OsStr::new("hocr"))), bytes));
        }
        out
    }

    /// A document that was done, read once more as it was read then.
    fn again(
        &self,
        name: &str,
        original: &[u8],
        records: &[(Record, String)],
    ) -> std::result::Result<Document, Error> {
        let mut options = self.pipeline.settings().input.clone();
        if let Some((r, _)) = records.first() {
            options.format = Format::named(&r.source.format);
            options.encoding = Charset::named(&r.source.encoding);
        }
        input::read(name, original, &options)
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

    /// The document on the review page.
    fn page(
        &self,
        job: &Job,
        document: &Document,
        edits: &[EditLine],
        records: &[&Record],
    ) -> review::Entry {
        let images = match self.may_have_images(&job.path()) {
            true => images(&job.path(), self.output.folder()),
            false => Vec::new(),
        };
        review::entry(&job.name(), document, edits, records, &images)
    }

    /// Whether an image lies in the folder of `document`.
    fn may_have_images(&self, document: &Path) -> bool {
        let folder = document.parent().unwrap_or(Path::new(""));
        let mut pictured = self.pictured.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(any) = pictured.get(folder) {
            return *any;
        }
        let is_image = |file: DirEntry| {
            let path = file.path();
            let extension = path.extension().unwrap_or_default();
            IMAGES.iter().any(|e| extension.eq_ignore_ascii_case(e))
        };
        // A document may be named without its folder.
        let mut files = std::fs::read_dir(Path::new(".").join(folder));
        let any = files.iter_mut().flatten().flatten().any(is_image);
        pictured.insert(folder.to_owned(), any);
        any
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
        let marks = contents.map(|c| mark(c.as_bytes()));
        let mut places = [Place::Free; 3];
        for k in 0..3 {
            let known = known.map(|e| &e.outputs[k]);
            places[k] = self
                .output
                .place(&outputs.0[k], &marks[k], known)
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
        Ok(marks)
    }
}

/// Why a document was not read.
fn failure(path: &Path, error: Error) -> Failure {
    let (kind, reason) = match error {
        Error::Format { reason, .. } => (FailureKind::NotText, reason),
        Error::Tool { reason, .. } => (FailureKind::Tool, reason),
        other => (FailureKind::Unreadable, other.to_string()),
    };
    Failure::new(shown(path), kind, reason)
}

/// The path of an output with another ending.
fn beside(stem: &Path, ending: Option<&OsStr>) -> PathBuf {
    let mut name = stem.as_os_str().to_owned();
    name.push(".");
    name.push(ending.unwrap_or_default());
    name.into()
}

/// What became of a document, before it is put in place.
struct Made {
    document: Document,
    lines: Vec<EditLine>,
    text: String,
    records: Vec<Record>,
    refused: Vec<(String, &'static str)>,
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
    job: &Job,
    original: Vec<u8>,
    [text, edit_lines]: [String; 2],
    records: Vec<(Record, String)>,
    entry: Entry,
    page: review::Entry,
) -> Finished {
    let lines = edit_lines.lines().count();
    // Only a doubt's kind can follow a confidence in this way: the texts before it are quoted.
    let doubtful = edit_lines.matches(r#","kind":"doubtful","#).count();
    Finished {
        decided: 0,
        refused: Vec::new(),
        name: job.name(),
        stem: job.stem(),
        original,
        text,
        edits: lines - doubtful,
        doubtful,
        edit_lines,
        records,
        page,
        already_done: false,
        times: [Duration::ZERO; 3],
        entry,
    }
}

/// Extensions of images that are shown beside a text.
const IMAGES: [&str; 3] = ["png", "jpg", "jpeg"];

/// Images of the pages of `document`, as links from `out`, and of which page each is: `<stem>.png` or `.jpg` of the
/// first, then `<stem>-1.png` and so on.
fn images(document: &Path, out: &Path) -> Vec<(usize, String)> {
    let stem = document.with_extension("");
    let find = |mark: &str| {
        IMAGES.iter().find_map(|extension| {
            let mut path = stem.as_os_str().to_owned();
            path.push(format!("{mark}.{extension}"));
            let path = PathBuf::from(path);
            path.is_file().then_some(path)
        })
    };
    let pages = (1..).map_while(|page| Some((page, find(&format!("-{page}"))?)));
    let all = find("").map(|image| (1, image)).into_iter().chain(pages);
    all.filter_map(|(page, image)| Some((page, link(out, &image)?)))
        .collect()
}

/// The way from a folder to a file, with `/` between the parts; `None` where there is none, or no plain one.
fn link(from: &Path, to: &Path) -> Option<String> {
    let (from, to) = (from.canonicalize().ok()?, to.canonicalize().ok()?);
    let shared = from.components().zip(to.components());
    let shared = shared.take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return None;
    }
    let mut parts = vec!["..".to_owned(); from.components().count() - shared];
    for part in to.components().skip(shared) {
        parts.push(part.as_os_str().to_str()?.to_owned());
    }
    Some(parts.join("/"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_images_are_found_and_linked() {
        let dir = tempfile::tempdir().expect("folder");
        let (scans, out) = (dir.path().join("scans"), dir.path().join("night/out"));
        std::fs::create_dir_all(&scans).expect("folder");
        std::fs::create_dir_all(&out).expect("folder");
        for name in ["a.jpg", "a-1.png", "a-2.jpg", "a-4.jpg", "b.png"] {
            std::fs::write(scans.join(name), "").expect("image");
        }
        let found = images(&scans.join("a.txt"), &out);
        let expected = [(1, "a.jpg"), (1, "a-1.png"), (2, "a-2.jpg")]
            .map(|(page, n)| (page, format!("../../scans/{n}")));
        assert_eq!(found, expected);
        assert!(images(&scans.join("c.txt"), &out).is_empty());
    }
}
