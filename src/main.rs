//! The `vanthu` program: the library's stages behind a command line.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
