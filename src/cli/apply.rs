//! `vanthu apply DECISIONS -o OUT` and `vanthu learn DECISIONS --user DIR`: what people decided goes into the results,
//! and into what later runs know.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use vanthu::batch::{self, Options};
use vanthu::input;
use vanthu::pipeline::{Pipeline, Settings};
use vanthu::review::decisions::Decisions;
use vanthu::review::learn;

use super::args::{Apply, Learn};
use super::progress::Progress;
use super::run::stop_on_signals;
use super::words::Language;
use super::{Exit, complain, stream};

pub fn apply(args: &Apply, language: Language) -> anyhow::Result<Exit> {
    let mut decisions = Vec::new();
    for file in &args.decisions {
        decisions.extend(Decisions::read(file)?.decisions);
    }
    let (batch, before) = match batch::earlier(&args.out) {
        Ok(earlier) => earlier,
        Err(e) => {
            complain(&language.words().batch_error(&e));
            return Ok(Exit::Nothing);
        }
    };
    let count = decisions.len();
    let options = Options {
        inputs: batch.inputs.iter().map(PathBuf::from).collect(),
        only: None,
        out: args.out.clone(),
        force: false,
        write_back: batch.write_back,
        keep_hocr: false,
        second_readings: batch.second_readings,
        threads: args.threads,
        decisions: Some(decisions),
        exports: args.exports.order()?,
        timeout: before.options.timeout.map(Duration::from_secs_f64),
    };
    // Nothing is repaired here; the results stay those of the run's own settings.
    let settings = Settings {
        input: input::Options {
            max_bytes: before.options.max_bytes,
            ..input::Options::default()
        },
        ..Settings::default()
    };
    let stop = stop_on_signals()?;
    let mut progress = Progress::new(language, false, false, None);
    let pipeline = Arc::new(Pipeline::new(settings)?);
    match batch::run(&options, pipeline, &stop, &mut progress) {
        Ok(summary) => {
            let _ = stream::write(&language.words().applied(count, &summary, &args.out));
            let whole = summary.refused.is_empty() && summary.documents.failed == 0;
            Ok(match summary.stopped {
                Some(_) => Exit::Interrupted,
                None if whole => Exit::Done,
                None => Exit::Some,
            })
        }
        Err(e) => {
            complain(&language.words().batch_error(&e));
            Ok(Exit::Nothing)
        }
    }
}

pub fn learn(args: &Learn, language: Language) -> anyhow::Result<Exit> {
    let mut last = None;
    for file in &args.decisions {
        last = Some(learn::learn(&args.user, Decisions::read(file)?)?);
    }
    if let Some(learnt) = last {
        stream::write(&language.words().learnt(&learnt, &args.user))?;
    }
    Ok(Exit::Done)
}
