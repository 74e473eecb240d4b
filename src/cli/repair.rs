//! `vanthu repair [FILE]`: text in, repaired text out, line for line.

use std::io::Write;

use vanthu::export::{edit, json};
use vanthu::pipeline::Pipeline;

use super::args::Repair;
use super::{Exit, complain, stream};

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
    if !repaired.foreign.is_empty() {
        let lines = ranges(&repaired.foreign);
        complain(&format!(
            "{name}: in another language, left as it is: line {lines}"
        ));
    }
    Ok(Exit::Done)
}

/// Ascending numbers as a reader writes them: `1-3, 7`.
fn ranges(numbers: &[usize]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    let shown = runs.map(|run| match run {
        [one] => one.to_string(),
        run => format!("{}-{}", run[0], run[run.len() - 1]),
    });
    shown.collect::<Vec<_>>().join(", ")
}
