//! `vanthu run INPUT... -o OUT`: the night's work and its summary.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use vanthu::batch::summary::Summary;
use vanthu::batch::{self, Options};
use vanthu::pipeline::Pipeline;

use super::args::{Job, Run};
use super::progress::Progress;
use super::words::Language;
use super::{Exit, complain, stream};

pub fn run(args: &Run, language: Language) -> anyhow::Result<Exit> {
    let options = options(&args.job, args.inputs.clone())?;
    let log = log(&args.job)?;
    let pipeline = Arc::new(Pipeline::new(settings(&args.job))?);
    let stop = stop_on_signals()?;
    let mut progress = Progress::new(language, args.verbose, args.quiet, log);
    let summary = match batch::run(&options, pipeline, &stop, &mut progress) {
        Ok(summary) => summary,
        Err(e) => {
            complain(&language.words().batch_error(&e));
            return Ok(match e {
                batch::Error::SameFolder(_) => Exit::Usage,
                _ => Exit::Nothing,
            });
        }
    };
    if !args.quiet {
        // A summary that nobody reads is no failure of the night's work.
        let _ = stream::write(&language.words().summary(&summary, &args.job.out));
    }
    if let Some(reason) = summary.stopped.as_ref().filter(|r| *r != "interrupted") {
        complain(reason);
    }
    Ok(exit(&summary))
}

/// The settings of a batch as built: pages have the time and the threads of documents.
pub fn settings(job: &Job) -> vanthu::pipeline::Settings {
    let mut settings = job.engine.settings(!job.no_repair);
    let ocr = &mut settings.input.ocr;
    ocr.timeout = (job.timeout > 0.0).then(|| Duration::from_secs_f64(job.timeout));
    if job.threads > 0 {
        ocr.pages = job.threads;
    }
    settings
}

/// The options of a batch as built.
///
/// # Errors
/// When the file of codes cannot be used.
pub fn options(job: &Job, inputs: Vec<PathBuf>) -> anyhow::Result<Options> {
    Ok(Options {
        exports: job.exports.order()?,
        inputs,
        only: None,
        out: job.out.clone(),
        decisions: None,
        force: job.force,
        write_back: job.write_back,
        keep_hocr: job.keep_hocr,
        second_readings: job.second_reading.clone(),
        threads: job.threads,
        timeout: (job.timeout > 0.0).then(|| Duration::from_secs_f64(job.timeout)),
    })
}

/// The log, open for writing.
pub fn log(job: &Job) -> anyhow::Result<Option<Box<dyn Write>>> {
    Ok(match &job.log_json {
        Some(path) => Some(Box::new(stream::create(path)?)),
        None => None,
    })
}

fn exit(summary: &Summary) -> Exit {
    let documents = &summary.documents;
    match summary.stopped.as_deref() {
        Some("interrupted") => Exit::Interrupted,
        _ if documents.done == 0 => Exit::Nothing,
        Some(_) => Exit::Some,
        None if !summary.failures.is_empty() => Exit::Some,
        None => Exit::Done,
    }
}

/// A flag that the first SIGINT or SIGTERM raises; the second ends the program at once.
pub fn stop_on_signals() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, 130, stop.clone())
            .and_then(|_| signal_hook::flag::register(signal, stop.clone()))
            .context("signals")?;
    }
    Ok(stop)
}
