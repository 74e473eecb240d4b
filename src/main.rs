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
        /// The text
        file: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    let Command::Parse { no_repair: _, file } = Arguments::parse().command;
    let json = cli::parse::json(&file.to_string_lossy(), &std::fs::read(&file)?);
    writeln!(std::io::stdout(), "{json}")?;
    Ok(())
}
