//! What is said to people, in English and in Vietnamese.
//!
//! Only what is shown on a terminal is translated; files are the same whatever the language.

use std::path::Path;

use clap::ValueEnum;
use vanthu::batch::Error;
use vanthu::batch::failure::{Failure, shown};
use vanthu::batch::summary::Summary;
use vanthu::review::learn::Learnt;

mod vietnamese;

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Language {
    /// English
    #[default]
    En,
    /// Vietnamese
    Vi,
}

impl Language {
    /// Its words.
    pub fn words(self) -> Words {
        Words(self)
    }
}

/// The words of a language.
#[derive(Debug, Clone, Copy)]
pub struct Words(Language);

impl Words {
    /// How many have failed so far, beside the progress bar.
    pub fn failed_so_far(self, n: usize) -> String {
        match self.0 {
            Language::En => format!("{n} failed"),
            Language::Vi => format!("{n} lỗi"),
        }
    }

    /// A failure in one line.
    pub fn failure(self, f: &Failure) -> String {
        match self.0 {
            Language::En => format!("{}: {}", f.file, f.reason),
            Language::Vi => format!("{}: {}", f.file, vietnamese::reason(f)),
        }
    }

    /// Why there is no batch.
    pub fn batch_error(self, e: &Error) -> String {
        match self.0 {
            Language::En => e.to_string(),
            Language::Vi => vietnamese::batch_error(e),
        }
    }

    /// What became of decisions.
    pub fn applied(self, count: usize, s: &Summary, out: &Path) -> String {
        let (refused, open, out) = (s.refused.len(), s.documents.to_check, shown(out));
        match self.0 {
            Language::En => format!(
                "{count} decisions read, {refused} refused; {} in force in {out}; {open} documents still need a look\n",
                s.decided
            ),
            Language::Vi => format!(
                "đã đọc {count} quyết định, từ chối {refused}; {} quyết định có hiệu lực trong {out}; còn {open} văn bản cần xem\n",
                s.decided
            ),
        }
    }

    /// What a folder knows now.
    pub fn learnt(self, learnt: &Learnt, folder: &Path) -> String {
        let folder = shown(folder);
        let (decisions, entries) = (learnt.decisions, learnt.entries);
        let pairs = learnt.confusions;
        match self.0 {
            Language::En => format!(
                "{folder}: {entries} words and names, {pairs} readings, from {decisions} decisions\n"
            ),
            Language::Vi => format!(
                "{folder}: {entries} từ và tên, {pairs} cách đọc, từ {decisions} quyết định\n"
            ),
        }
    }

    /// What became of a batch and what to do next, in six lines, and one on projections when
    /// there are any.
    pub fn summary(self, s: &Summary, out: &Path) -> String {
        let text = match self.0 {
            Language::En => english(s, out),
            Language::Vi => vietnamese::summary(s, out),
        };
        match (s.exports.is_empty(), self.0) {
            (true, _) => text,
            (_, Language::En) => {
                format!("{text}export:  {} ({}/export)\n", exported(s), shown(out))
            }
            (_, Language::Vi) => {
                format!("{text}chuyển:   {} ({}/export)\n", exported(s), shown(out))
            }
        }
    }
}

fn english(s: &Summary, out: &Path) -> String {
    let (d, out) = (&s.documents, shown(out));
    let again = match s.run.already_done {
        0 => String::new(),
        n => format!(", {n} of them done before"),
    };
    let unreadable: usize = s.unreadable.values().sum();
    let look = format!("open {out}/review.html in a browser, then vanthu apply FILE -o {out}");
    let next = if s.stopped.is_some() {
        "stopped before the end: run the same command again to go on".to_owned()
    } else if d.failed > 0 {
        format!(
            "see \"failures\" in {out}/summary.json, mend what can be mended, and run the same command again"
        )
    } else if d.to_check > 0 {
        look
    } else {
        "nothing needs a look".to_owned()
    };
    format!(
        "{} documents: {} clean, {} need a look, {} failed ({:.1} s{again})\n\
         words:   {} changed, {} doubtful; fields: {unreadable} unreadable; tasks: {}\n\
         files:   {out}/*.txt, {out}/*.json, {out}/records.jsonl\n\
         tables:  {out}/records.xlsx, {out}/records.csv, {out}/tasks.csv, {out}/tasks.ics\n\
         review:  {out}/review.html\n\
         next:    {next}\n",
        d.found, d.clean, d.to_check, d.failed, s.run.seconds, s.edits, s.doubtful, s.tasks
    )
}

/// How many of each projection there are.
fn exported(s: &Summary) -> String {
    let all: Vec<String> = s
        .exports
        .iter()
        .map(|(form, n)| format!("{form} {n}"))
        .collect();
    all.join(", ")
}

/// The command line with its help in `language`.
pub fn translated(command: clap::Command, language: Language) -> clap::Command {
    match language {
        Language::En => command,
        Language::Vi => vietnamese::help(command),
    }
}
