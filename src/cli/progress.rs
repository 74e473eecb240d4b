//! What a person or a log sees while a batch runs.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use vanthu::batch::failure::{Failure, printable};
use vanthu::batch::{Finished, Observer};

use super::words::Language;

/// Shows a bar on a terminal, names failures, and writes the log.
pub struct Progress {
    pub language: Language,
    pub verbose: bool,
    pub quiet: bool,
    pub log: Option<Box<dyn Write>>,
    pub bar: ProgressBar,
    pub failures: usize,
}

#[derive(Serialize)]
struct Event<'a> {
    file: &'a str,
    stage: &'a str,
    milliseconds: f64,
    outcome: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl Progress {
    pub fn new(
        language: Language,
        verbose: bool,
        quiet: bool,
        log: Option<Box<dyn Write>>,
    ) -> Self {
        Self {
            language,
            verbose,
            quiet,
            log,
            bar: ProgressBar::hidden(),
            failures: 0,
        }
    }

    fn say(&self, line: &str) {
        self.bar.suspend(|| {
            let _ = writeln!(io::stderr(), "{}", printable(line));
        });
    }

    fn event(&mut self, event: &Event<'_>) {
        if let Some(log) = &mut self.log {
            let _ = log.write_all(vanthu::export::json::line(event).as_bytes());
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

impl Observer for Progress {
    fn begins(&mut self, documents: usize) {
        if self.quiet || !io::stderr().is_terminal() {
            return;
        }
        let template = "{bar:30} {pos}/{len} {per_sec} {eta} {msg}";
        let style = ProgressStyle::with_template(template);
        self.bar = ProgressBar::new(documents as u64);
        self.bar
            .set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    }

    fn done(&mut self, document: &Finished) {
        self.bar.inc(1);
        let [read, process, write] = document.times;
        if self.verbose {
            let again = if document.already_done {
                " (already done)"
            } else {
                ""
            };
            self.say(&format!(
                "{}: {} edits, {} doubtful, {} ms{again}",
                document.name,
                document.edits,
                document.doubtful,
                milliseconds(read + process + write)
            ));
        }
        let outcome = if document.already_done {
            "already_done"
        } else {
            "done"
        };
        for (stage, time) in [("read", read), ("process", process), ("write", write)] {
            self.event(&Event {
                file: &document.name,
                stage,
                milliseconds: milliseconds(time),
                outcome,
                reason: None,
            });
        }
    }

    fn refused(&mut self, decision: &Failure) {
        let said = self.language.words().failure(decision);
        self.say(&format!("vanthu: {said}"));
    }

    fn failed(&mut self, failure: &Failure) {
        self.failures += 1;
        self.bar.inc(1);
        self.bar
            .set_message(self.language.words().failed_so_far(self.failures));
        self.say(&format!(
            "vanthu: {}",
            self.language.words().failure(failure)
        ));
        self.event(&Event {
            file: &failure.file,
            stage: "document",
            milliseconds: 0.0,
            outcome: "failed",
            reason: Some(&failure.reason),
        });
    }

    fn ends(&mut self) {
        self.bar.finish_and_clear();
        if let Some(log) = &mut self.log {
            let _ = log.flush();
        }
    }
}
