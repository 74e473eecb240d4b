//! The `vanthu` program.

mod cli;

use clap::{Parser, Subcommand};
use std::io::Write as _;
use std::path::PathBuf;

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read the fields of a text
    Parse {
        /// Take the text as it stands
        #[arg(long)]
        no_repair: bool,
        /// Show which line went into which cell
        #[arg(long)]
        explain: bool,
        /// The text
        file: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    let Command::Parse {
        no_repair: _,
        explain,
        file,
    } = Arguments::parse().command;
    let bytes = std::fs::read(&file)?;
    let shown = match explain {
        true => cli::parse::explain(&bytes),
        false => cli::parse::json(&file.to_string_lossy(), &bytes),
    };
    writeln!(std::io::stdout(), "{shown}")?;
    Ok(())
}
