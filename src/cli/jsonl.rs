//! Files of JSON lines, packed or not.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

/// The text of a file, unpacked when its name ends in `.gz`.
///
/// # Errors
/// When it cannot be read.
pub fn read(path: &Path) -> anyhow::Result<String> {
    let file = BufReader::new(File::open(path).with_context(|| path.display().to_string())?);
    let mut text = String::new();
    match path.extension().is_some_and(|e| e == "gz") {
        true => flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text),
        false => { file }.read_to_string(&mut text),
    }
    .with_context(|| path.display().to_string())?;
    Ok(text)
}

/// The objects of a file of JSON lines.
///
/// # Errors
/// When a line is no JSON; it is named.
pub fn objects(path: &Path, text: &str) -> anyhow::Result<Vec<Value>> {
    let parse = |(k, line): (usize, &str)| {
        serde_json::from_str(line).with_context(|| format!("{}:{}", path.display(), k + 1))
    };
    text.lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty())
        .map(parse)
        .collect()
}
