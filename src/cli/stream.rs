//! Input and output of the commands that work on one text.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use anyhow::{Context, bail};

/// The name and the bytes of FILE; of standard input for `-` or nothing.
///
/// # Errors
/// When it cannot be read or is larger than `limit`.
pub fn read(file: Option<&Path>, limit: u64) -> anyhow::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let name = match file.filter(|f| *f != Path::new("-")) {
        None => {
            let stdin = io::stdin().lock();
            let read = stdin.take(limit.saturating_add(1)).read_to_end(&mut bytes);
            read.context("standard input")?;
            "-".to_owned()
        }
        Some(path) => {
            let name = vanthu::batch::failure::shown(path);
            let reason =
                |e: io::Error| anyhow::anyhow!("{name}: {}", vanthu::batch::failure::plain(&e));
            let file = File::open(path).map_err(reason)?;
            let mut file = file.take(limit.saturating_add(1));
            file.read_to_end(&mut bytes).map_err(reason)?;
            let parent = path.file_name().map(Path::new);
            parent.map(vanthu::batch::failure::shown).unwrap_or(name)
        }
    };
    if bytes.len() as u64 > limit {
        bail!("{name}: is larger than the limit of {limit} bytes (--max-bytes)");
    }
    Ok((name, bytes))
}

/// Writes all of `text` to standard output.
///
/// # Errors
/// When it cannot be written; a closed pipe among them.
pub fn write(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Opens FILE for writing.
///
/// # Errors
/// When it cannot be made.
pub fn create(path: &Path) -> anyhow::Result<BufWriter<File>> {
    let name = || path.display().to_string();
    Ok(BufWriter::new(File::create(path).with_context(name)?))
}
