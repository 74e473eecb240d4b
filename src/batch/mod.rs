//! A night's work: many files, one output folder, and an answer for every file in the morning.
//!
//! The files are listed ([`walk`]), done by many threads with results in the order of the list ([`ordered`]),
//! their outputs put in place whole or not at all ([`output`]) and written down ([`journal`]), the tables and the
//! review page written as the results come by (`tables`, `review`), and all of it counted ([`summary`]). The bytes of the results depend on
//! the inputs, the model and the options; not on the number of threads, nor on how often the run was killed and
//! begun again.

pub mod exports;
pub mod failure;
pub mod journal;
mod names;
pub mod ordered;
pub mod output;
mod review;
pub mod summary;
mod tables;
mod unpack;
mod verdicts;
pub mod walk;
mod work;

use std::collections::HashSet;
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::export::csv;
use crate::export::record::Record;
use crate::export::review::Entry as Page;
use crate::input::hex;
use crate::pipeline::Pipeline;
use crate::review::decisions::Decision;
use exports::Exports;
use failure::{Failure, FailureKind, plain, shown};
use journal::{Batch, Entry, Journal, Lock, LockError};
use ordered::{Go, Limits, Report};
use output::{Mark, Output, mark};
use review::Review;
use summary::Summary;
use tables::Tables;
use verdicts::Verdicts;
use walk::RESERVED;
use work::{Trouble, Worker};

/// What to do, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// Files and folders.
    pub inputs: Vec<PathBuf>,
    /// Of the files found, only these; the others are left for another time.
    pub only: Option<HashSet<PathBuf>>,
    /// The output folder.
    pub out: PathBuf,
    /// Replace outputs that are not from an earlier run.
    pub force: bool,
    /// Write files that hold words in place once more, with the repaired words.
    pub write_back: bool,
    /// Folder with another reading of each document, under the same name.
    pub second_readings: Option<PathBuf>,
    /// Write the engine's hOCR of images and scans.
    pub keep_hocr: bool,
    /// Threads at work; 0 for one a core.
    pub threads: usize,
    /// Carry these decisions out on what earlier runs have done, and do nothing else.
    pub decisions: Option<Vec<Decision>>,
    /// Projections for other systems.
    pub exports: exports::Order,
    /// Time a document is given before it is given up.
    pub timeout: Option<Duration>,
}

/// One document whose outputs are in place, in the same form whether it was done now or by an earlier run.
#[derive(Debug, Clone)]
pub struct Finished {
    /// Its name in the records.
    pub name: String,
    /// Its outputs' path below OUT, without extension.
    pub stem: PathBuf,
    /// Its bytes as they were read.
    pub original: Vec<u8>,
    /// Its repaired text.
    pub text: String,
    /// Its edits and doubts as JSON lines.
    pub edit_lines: String,
    /// Its records, each with its line of JSON.
    pub records: Vec<(Record, String)>,
    /// It on the review page.
    pub page: Page,
    /// Number of edits.
    pub edits: usize,
    /// Number of doubtful words.
    pub doubtful: usize,
    /// Decisions on it.
    pub decided: usize,
    /// Decisions that could not be carried out: the place, and why not.
    pub refused: Vec<(String, &'static str)>,
    /// Whether an earlier run had done it.
    pub already_done: bool,
    /// How long reading, the stages, and writing took.
    pub times: [Duration; 3],
    entry: Entry,
}

/// Is told what happens, as it happens, in the order of the inputs.
pub trait Observer {
    /// The number of documents to do is known.
    fn begins(&mut self, _documents: usize) {}
    /// A document is done.
    fn done(&mut self, _document: &Finished) {}
    /// A decision could not be carried out.
    fn refused(&mut self, _decision: &Failure) {}
    /// Something could not be done.
    fn failed(&mut self, _failure: &Failure) {}
    /// The last document has been come to.
    fn ends(&mut self) {}
}

/// Why there is no batch at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The outputs would lie among the inputs.
    #[error("{}: input and output folder are the same", shown(.0))]
    SameFolder(PathBuf),
    /// There is nothing to do.
    #[error("{0}")]
    Nothing(String),
    /// Another run is writing there.
    #[error("{}: in use by another run{}", shown(.0), .1.map_or(String::new(), |p| format!(" (process {p})")))]
    Locked(PathBuf, Option<u32>),
    /// OUT holds something that must not be replaced.
    #[error("{}: {}", shown(.0), .1)]
    Occupied(PathBuf, String),
    /// OUT cannot be used.
    #[error("{}: {}", shown(.0), plain(.1))]
    Io(PathBuf, io::Error),
}

/// Does a batch. Stops early, with what is begun finished and a summary, once `stop` is true.
///
/// # Errors
/// When nothing can be done at all; what cannot be done of one file is in the summary.
pub fn run(
    options: &Options,
    pipeline: Arc<Pipeline>,
    stop: &AtomicBool,
    observer: &mut dyn Observer,
) -> Result<Summary, Error> {
    let clock = (jiff::Timestamp::now(), Instant::now());
    if let Some(input) = walk::same_folder(&options.inputs, &options.out) {
        return Err(Error::SameFolder(input));
    }
    let found = look(options, observer)?;
    let out = options.out.as_path();
    let cannot = |e| Error::Io(out.to_owned(), e);
    std::fs::create_dir_all(out.join(output::PRIVATE)).map_err(cannot)?;
    let _lock = Lock::take(out).map_err(|e| match e {
        LockError::Held(pid) => Error::Locked(out.to_owned(), pid),
        LockError::Io(e) => cannot(e),
    })?;
    let output = Output::open(out, options.force).map_err(cannot)?;
    let found = if output.folds_names() {
        list(options, true)
    } else {
        found
    };
    let batch = claim(&output, options, &found.roots)?;
    let mut verdicts = Verdicts::open(out, options.decisions.as_deref()).map_err(cannot)?;
    let (mut journal, done) = Journal::open(out).map_err(cannot)?;
    let mut tables = Tables::open(&output).map_err(cannot)?;
    let mut review = Review::open(&output).map_err(cannot)?;
    let mut exports = Exports::open(&output, &options.exports).map_err(cannot)?;

    let mut summary = Summary::new(&pipeline, options.timeout);
    if options.decisions.is_some()
        && let Ok((_, before)) = earlier(out)
    {
        (summary.tool, summary.options) = (before.tool, before.options);
    }
    summary.documents.found = found.jobs.len() + found.failures.len();
    summary.skipped = found.skipped;
    for failure in found.failures {
        observer.failed(&failure);
        summary.fail(failure);
    }
    observer.begins(found.jobs.len());
    let limits = limits(options);
    summary.run.threads = limits.threads;
    let (count, jobs) = (found.jobs.len(), Arc::new(found.jobs));
    let worker = Worker {
        jobs: jobs.clone(),
        pipeline,
        done,
        output,
        write_back: options.write_back,
        keep_hocr: options.keep_hocr,
        second_readings: options.second_readings.clone(),
        decisions: verdicts.store.clone(),
        only_decisions: options.decisions.is_some(),
        pictured: Mutex::default(),
    };
    let worker = Arc::new(worker);
    let (work, mut at) = (worker.clone(), 0);
    let mut fatal: Option<String> = None;
    let mut synced = Instant::now();
    let begun = ordered::run(
        count,
        limits,
        move |k, ticket| work.work(k, ticket),
        |report| {
            let news = !matches!(report, Report::Waiting);
            let mut failed = |failure: Failure| {
                observer.failed(&failure);
                summary.fail(failure);
            };
            match report {
                Report::Waiting => {}
                Report::GivenUp => failed(given_up(&jobs[at].path(), options.timeout)),
                Report::Done(Err(Trouble::Document(failure))) => failed(failure),
                Report::Done(Err(Trouble::Output(failure))) => {
                    fatal.get_or_insert_with(|| format!("{}: {}", failure.file, failure.reason));
                    failed(failure);
                }
                Report::Done(Ok(finished)) => {
                    observer.done(&finished);
                    summary.add(&finished);
                    for refusal in verdicts.of(&finished) {
                        observer.refused(&refusal);
                        summary.refused.push(refusal);
                    }
                    let kept = keep(&finished, &mut tables, &mut journal)
                        .and_then(|()| review.add(&finished.page))
                        .and_then(|()| {
                            let mut all = finished.records.iter();
                            all.try_for_each(|(r, _)| {
                                exports.add(&worker.output, r, &finished.stem)
                            })
                        });
                    if let Err(e) = kept {
                        fatal.get_or_insert_with(|| format!("{}: {}", shown(out), plain(&e)));
                    }
                }
            }
            at += usize::from(news);
            if synced.elapsed() > Duration::from_secs(5) {
                let _ = journal.sync();
                synced = Instant::now();
            }
            if fatal.is_some() || stop.load(Ordering::Relaxed) {
                Go::Finish
            } else {
                Go::On
            }
        },
    );
    if begun == count {
        for refusal in verdicts.without_text(out).map_err(cannot)? {
            observer.refused(&refusal);
            summary.refused.push(refusal);
        }
    }
    let (counts, unwritten) = exports.finish(&worker.output).map_err(cannot)?;
    summary.exports = counts;
    for failure in unwritten {
        observer.failed(&failure);
        summary.failures.push(failure);
    }
    observer.ends();
    let _ = journal.sync();
    let interrupted = (begun < count).then(|| "interrupted".to_owned());
    summary.stopped = fatal.or(interrupted);
    summary.complete = summary.stopped.is_none();
    let files = (tables, review);
    close(&worker.output, batch, files, &mut summary, clock).map_err(cannot)?;
    Ok(summary)
}

/// What the run that left `out` was asked to do, and its summary.
///
/// # Errors
/// When no run has left anything there.
pub fn earlier(out: &Path) -> Result<(Batch, Summary), Error> {
    let nothing = || Error::Nothing(format!("{}: holds no results of a run", shown(out)));
    let batch = Batch::read(out).ok_or_else(nothing)?;
    let json = std::fs::read(out.join("summary.json")).map_err(|_| nothing())?;
    let summary = serde_json::from_slice(&json).map_err(|_| nothing())?;
    Ok((batch, summary))
}

/// The files to do.
fn list(options: &Options, folds: bool) -> walk::Found {
    let mut found = walk::walk(&options.inputs, &options.out, folds);
    if let Some(only) = &options.only {
        // A member of an archive goes with the archive.
        found
            .jobs
            .retain(|job| job.path().ancestors().any(|p| only.contains(p)));
    }
    found
}

/// What there is to do; an error when it is nothing.
fn look(options: &Options, observer: &mut dyn Observer) -> Result<walk::Found, Error> {
    let found = list(options, false);
    if !found.jobs.is_empty() {
        return Ok(found);
    }
    for failure in &found.failures {
        observer.failed(failure);
    }
    let others: usize = found.skipped.values().sum();
    let endings = crate::input::EXTENSIONS.map(|e| format!(".{e}")).join(", ");
    Err(Error::Nothing(match (found.failures.len(), others) {
        (0, 0) => "no documents found".to_owned(),
        (0, n) => format!(
            "no documents found: none of the {n} files there has an ending of {endings} (name a file to have it \
             read all the same)"
        ),
        _ => "none of the inputs can be read".to_owned(),
    }))
}

/// Makes sure that the tables may be replaced, and remembers whose batch this is.
fn claim(output: &Output, options: &Options, roots: &[PathBuf]) -> Result<Batch, Error> {
    let (out, force) = (output.folder(), options.force);
    let before = Batch::read(out);
    let mut batch = before.clone().unwrap_or_default();
    let roots: Vec<String> = roots.iter().map(|r| shown(r)).collect();
    let occupied = |path: PathBuf, reason: String| Err(Error::Occupied(path, reason));
    if !force {
        if before.is_some() && batch.roots != roots {
            let reason = format!(
                "holds the results of other inputs ({}); name another folder, or --force",
                batch.roots.join(", ")
            );
            return occupied(out.to_owned(), reason);
        }
        for name in RESERVED {
            let path = out.join(name);
            let Ok((there, last)) = output::mark_of(&path) else {
                continue;
            };
            if last.is_some() && !batch.knows(name, &there) {
                let reason =
                    "exists and is not as an earlier run left it; move it away, or --force";
                return occupied(path, reason.to_owned());
            }
        }
    }
    batch.roots = roots;
    let whole = |input: &PathBuf| input.canonicalize().unwrap_or_else(|_| input.clone());
    batch.inputs = options.inputs.iter().map(|i| shown(&whole(i))).collect();
    batch.second_readings = options.second_readings.as_ref().map(whole);
    batch.write_back = options.write_back;
    batch.write(out).map_err(|e| Error::Io(out.to_owned(), e))?;
    Ok(batch)
}

fn limits(options: &Options) -> Limits {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = match options.threads {
        0 => cores,
        n => n,
    };
    Limits {
        threads,
        window: 8 * threads,
        timeout: options.timeout,
    }
}

fn given_up(path: &Path, timeout: Option<Duration>) -> Failure {
    let seconds = timeout.unwrap_or_default().as_secs_f64();
    let reason = format!("took longer than {seconds} s and was given up (--timeout)");
    Failure::new(shown(path), FailureKind::Timeout, reason)
}

/// Adds a document to the tables and, if it was done now, to the journal.
fn keep(finished: &Finished, tables: &mut Tables, journal: &mut Journal) -> io::Result<()> {
    let stem = shown(&finished.stem);
    let beside = csv::Beside {
        text: &format!("{stem}.txt"),
        record: &format!("{stem}.json"),
        edits: finished.edits,
        doubtful: finished.doubtful,
    };
    if !finished.already_done {
        journal.add(&finished.name, &finished.entry)?;
    }
    for (record, line) in &finished.records {
        tables.add(line, record, &beside)?;
    }
    Ok(())
}

/// What the review page says of the batch.
fn about(summary: &Summary) -> String {
    #[derive(Serialize)]
    struct About<'a> {
        schema: &'static str,
        version: &'a str,
        failures: Vec<[&'a str; 2]>,
    }
    let failures = summary.failures.iter();
    let about = About {
        schema: "vanthu.review/1",
        version: &summary.tool.version,
        failures: failures.map(|f| [&f.file[..], &f.reason]).collect(),
    };
    serde_json::to_string(&about).unwrap_or_default()
}

/// Moves the tables and the summary to their places.
fn close(
    output: &Output,
    mut batch: Batch,
    (tables, review): (Tables, Review),
    summary: &mut Summary,
    (started, clock): (jiff::Timestamp, Instant),
) -> io::Result<()> {
    let about = about(summary);
    let review = || review.finish(&about)?.finish();
    // They have nothing in common but the disk that they wait for.
    let (tables, review) = match summary.run.threads {
        ..2 => (tables.finish(), review()),
        _ => std::thread::scope(|scope| {
            let review = scope.spawn(review);
            let tables = tables.finish();
            (tables, review.join().unwrap_or_else(|e| resume_unwind(e)))
        }),
    };
    let mut files: Vec<(&str, Mark)> = tables?;
    files.push(review?);
    let seconds = clock.elapsed().as_secs_f64();
    let now = summary.documents.done + summary.documents.failed - summary.run.already_done;
    summary.run.started = started.to_string();
    summary.run.finished = jiff::Timestamp::now().to_string();
    summary.run.seconds = (seconds * 1e3).round() / 1e3;
    summary.run.documents_per_second = (now as f64 / seconds.max(1e-3) * 10.0).round() / 10.0;
    let json = serde_json::to_string_pretty(summary)? + "\n";
    let scratch = output.scratch("summary.json");
    std::fs::write(&scratch, &json)?;
    std::fs::File::open(&scratch)?.sync_all()?;
    files.push(("summary.json", mark(json.as_bytes())));
    // Both marks are good until the files have been moved: a kill in between must not make them foreign.
    for (name, mark) in &files {
        batch
            .files
            .entry((*name).to_owned())
            .or_default()
            .push(hex(mark));
    }
    batch.write(output.folder())?;
    for (name, _) in &files {
        output.rename(&output.scratch(name), Path::new(name))?;
    }
    batch.files = files
        .iter()
        .map(|(name, mark)| ((*name).to_owned(), vec![hex(mark)]))
        .collect();
    batch.write(output.folder())
}
