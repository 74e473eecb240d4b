//! The command line: arguments as typed, settings as built, one file a command.

mod apply;
mod args;
mod completions;
mod config;
mod evaluate;
mod jsonl;
mod parse;
mod progress;
mod repair;
mod run;
mod schema;
mod serve_lines;
mod stream;
mod train;
mod watch;
mod words;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::FromArgMatches;
use vanthu::batch::failure::printable;

use args::{Arguments, Command};

/// How a command ended. Anything else that a command can meet is an error with [`Exit::Nothing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All done.
    Done,
    /// Some documents failed; each has been named.
    Some,
    /// The command was not understood.
    Usage,
    /// Nothing could be done.
    Nothing,
    /// Stopped by a signal, with what was begun finished.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Some => 1,
            Exit::Usage => 2,
            Exit::Nothing => 3,
            Exit::Interrupted => 130,
        })
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    // Where, and not what: the message of a panic may hold the text of a document.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        complain(&format!("defect at {}", place.unwrap_or_default()));
    }));
    let typed: Vec<OsString> = std::env::args_os().collect();
    let layers = match config::Layers::read(&typed) {
        Ok(layers) => layers,
        Err(e) => {
            complain(&e.to_string());
            return Exit::Usage.into();
        }
    };
    let language = layers.language(&typed);
    let command = layers.apply(words::translated(args::command(), language));
    let parsed = command
        .clone()
        .try_get_matches_from(typed)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(e) => {
            say(&e);
            layers.explain(&e).into_iter().for_each(|s| complain(&s));
            return ExitCode::from(e.exit_code() as u8);
        }
    };
    let done = match arguments.command {
        Command::Run(a) => run::run(&a, language),
        Command::Watch(a) => watch::run(&a, language),
        Command::Apply(a) => apply::apply(&a, language),
        Command::Learn(a) => apply::learn(&a, language),
        Command::Repair(a) => repair::run(&a),
        Command::Parse(a) => parse::run(&a),
        Command::ServeLines(a) => serve_lines::run(&a),
        Command::Train(a) => train::run(&a),
        Command::Evaluate(a) => evaluate::run(&a),
        Command::Schema(a) => schema::run(&a),
        Command::Config => config::print(&layers),
        Command::Completions(a) => completions::completions(&a, command),
        Command::Man(a) => completions::man(&a, command),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(e) if closed_pipe(&e) => Exit::Done.into(),
        Err(e) => {
            complain(&format!("{e:#}"));
            Exit::Nothing.into()
        }
    }
}

/// What must hold of any file of settings, for the fuzz target.
#[cfg(fuzzing)]
pub use config::holds as settings_hold;

/// A reader that has seen enough is not an error.
fn closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|e| e.downcast_ref::<io::Error>())
        .any(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

/// One line on standard error; a closed standard error is nobody's concern.
fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "vanthu: {}", printable(message));
}

/// What clap has to say: help in its colours, a complaint about what was typed without anything of its own.
fn say(e: &clap::Error) {
    let _ = match e.use_stderr() {
        true => write!(io::stderr(), "{}", printable(&e.render().to_string())),
        false => e.print(),
    };
}
