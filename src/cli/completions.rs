//! `vanthu completions SHELL` and `vanthu man`: made from the arguments' own documentation.

use anyhow::Context;

use super::args::{Completions, Man};
use super::{Exit, stream};

pub fn completions(args: &Completions, mut command: clap::Command) -> anyhow::Result<Exit> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut command, "vanthu", &mut out);
    stream::write(&String::from_utf8_lossy(&out))?;
    Ok(Exit::Done)
}

pub fn man(args: &Man, mut command: clap::Command) -> anyhow::Result<Exit> {
    command.build();
    let page = match &args.of {
        None => command,
        Some(name) => {
            let sub = command.find_subcommand(name);
            sub.with_context(|| format!("{name}: no such command"))?
                .clone()
        }
    };
    let mut out = Vec::new();
    clap_mangen::Man::new(page).render(&mut out)?;
    stream::write(&String::from_utf8_lossy(&out))?;
    Ok(Exit::Done)
}
