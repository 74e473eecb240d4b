//! `vanthu repair [FILE]`: text in, repaired text out, line for line.

use std::io::Write;

use vanthu::export::{edit, json};
use vanthu::pipeline::Pipeline;

use super::args::Repair;
use super::{Exit, stream};

pub fn run(args: &Repair) -> anyhow::Result<Exit> {
    let (name, bytes) = stream::read(args.file.as_deref(), args.engine.max_bytes)?;
    let pipeline = Pipeline::new(args.engine.settings(true))?;
    let (document, repaired) = pipeline.repair(&name, &bytes)?;
    if let Some(path) = &args.edits {
        let mut out = stream::create(path)?;
        for line in edit::lines(&document, &repaired.edits, &repaired.doubts) {
            out.write_all(json::line(&line).as_bytes())?;
        }
        out.flush()?;
    }
    stream::write(repaired.text.as_str())?;
    Ok(Exit::Done)
}
