//! `vanthu watch DIR -o OUT`: a scanner's drop folder, done as the files come.
//!
//! The folder is looked at again and again, because file systems that scanners write to (network shares) do not
//! tell of changes. A file is taken when it is whole: the same size and time at two looks, and quiet for a while.
//! Each round is a run over all the files that are whole; the journal makes those that are done cost no more than
//! a look at their bytes, and OUT is at every moment what a `run` over them would have left.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use vanthu::batch::failure::Failure;
use vanthu::batch::{self, Error, Finished, Observer, walk};
use vanthu::pipeline::Pipeline;

use super::args::Watch;
use super::progress::Progress;
use super::words::Language;
use super::{Exit, complain, run};

/// Size and time of a file.
type Stamp = (u64, SystemTime);

pub fn run(args: &Watch, language: Language) -> anyhow::Result<Exit> {
    let mut options = run::options(&args.job, vec![args.folder.clone()])?;
    let pipeline = Arc::new(Pipeline::new(run::settings(&args.job))?);
    let stop = run::stop_on_signals()?;
    let mut news = News {
        progress: Progress::new(language, true, true, run::log(&args.job)?),
        said: HashSet::new(),
    };
    if let Some(folder) = walk::same_folder(&options.inputs, &options.out) {
        complain(&language.words().batch_error(&Error::SameFolder(folder)));
        return Ok(Exit::Usage);
    }
    if let Err(e) = std::fs::read_dir(&args.folder) {
        let failure = Failure::reading(&args.folder, &e);
        complain(&language.words().failure(&failure));
        return Ok(Exit::Nothing);
    }
    let settle = Duration::from_secs_f64(args.settle);
    let (mut before, mut done) = (HashMap::new(), HashMap::new());
    while !stop.load(Ordering::Relaxed) {
        let now = look(&args.folder, &args.job.out);
        let whole = whole(&now, &before, settle);
        before = now;
        if whole != done && !whole.is_empty() {
            options.only = Some(whole.keys().cloned().collect());
            match batch::run(&options, pipeline.clone(), &stop, &mut news) {
                Ok(_) | Err(Error::Nothing(_)) => done = whole,
                // Another run may end, a share may come back: the next look tries again.
                Err(e) => complain(&language.words().batch_error(&e)),
            }
        }
        pause(Duration::from_secs_f64(args.every), &stop);
    }
    Ok(Exit::Done)
}

fn look(folder: &Path, out: &Path) -> HashMap<PathBuf, Stamp> {
    let stamp = |path: PathBuf| {
        let meta = std::fs::metadata(&path).ok()?;
        let time = meta.modified().ok()?;
        Some((path, (meta.len(), time)))
    };
    let files = walk::files(folder, out).into_iter();
    files.filter_map(stamp).collect()
}

/// The files that are the same as before and have been quiet long enough.
fn whole(
    now: &HashMap<PathBuf, Stamp>,
    before: &HashMap<PathBuf, Stamp>,
    settle: Duration,
) -> HashMap<PathBuf, Stamp> {
    let quiet = |time: &SystemTime| time.elapsed().is_ok_and(|age| age >= settle);
    now.iter()
        .filter(|(path, stamp)| before.get(*path) == Some(stamp) && quiet(&stamp.1))
        .map(|(path, stamp)| (path.clone(), *stamp))
        .collect()
}

fn pause(time: Duration, stop: &AtomicBool) {
    let until = Instant::now() + time;
    while !stop.load(Ordering::Relaxed) {
        match until.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => sleep(left.min(Duration::from_millis(200))),
            _ => return,
        }
    }
}

/// Tells of each document and each failure once, however many rounds see it.
struct News {
    progress: Progress,
    said: HashSet<(String, String)>,
}

impl Observer for News {
    fn done(&mut self, document: &Finished) {
        if !document.already_done {
            self.progress.done(document);
        }
    }

    fn failed(&mut self, failure: &Failure) {
        if self
            .said
            .insert((failure.file.clone(), failure.reason.clone()))
        {
            self.progress.failed(failure);
        }
    }

    fn ends(&mut self) {
        self.progress.ends();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_when_it_is_quiet_and_the_same_twice() {
        let old = SystemTime::now() - Duration::from_secs(60);
        let at = |files: &[(&str, u64, SystemTime)]| -> HashMap<PathBuf, Stamp> {
            let stamp = |f: &(&str, u64, SystemTime)| (PathBuf::from(f.0), (f.1, f.2));
            files.iter().map(stamp).collect()
        };
        let before = at(&[
            ("same", 1, old),
            ("grows", 1, old),
            ("fresh", 1, SystemTime::now()),
        ]);
        let mut now = before.clone();
        now.extend(at(&[("grows", 2, old), ("new", 1, old)]));
        let whole = whole(&now, &before, Duration::from_secs(10));
        assert_eq!(whole, at(&[("same", 1, old)]));
    }
}
