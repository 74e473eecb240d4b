//! `vanthu train`: texts and pairs in, a model file out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use rayon::prelude::*;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;
use vanthu::language_model::{ask, store, train};
use vanthu::repair::Profile;
use vanthu::repair::channel::{learn, store as tables};

use super::Exit;
use super::args::Train;
use super::jsonl::{objects, read};

pub fn run(args: &Train) -> anyhow::Result<Exit> {
    let begin = Instant::now();
    let progress = |what: &str| {
        let _ = writeln!(
            std::io::stderr(),
            "{:7.1} s  {what}",
            begin.elapsed().as_secs_f64()
        );
    };
    let mut files = Vec::new();
    for path in &args.texts {
        walk(path, &mut files)?;
    }
    if files.is_empty() {
        bail!("no *.jsonl, *.jsonl.gz or *.txt among the texts");
    }
    progress(&format!("reading {} files", files.len()));
    let texts: Vec<Vec<String>> = files
        .par_iter()
        .map(|f| texts(f))
        .collect::<anyhow::Result<_>>()?;
    let lines: Vec<&str> = texts
        .iter()
        .flatten()
        .flat_map(|t| t.lines())
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    let options = train::Options {
        bigrams: args.bigrams,
        trigrams: args.trigrams,
        ..Default::default()
    };
    let estimate = train::train(&lines, &options, &progress);

    let mut sections = ask::sections(&estimate);
    sections.extend(tables::trie(&estimate.words));
    let mut channels = Vec::new();
    for (profile, files) in [(Profile::Marked, &args.vie), (Profile::Unmarked, &args.eng)] {
        let mut pairs = Vec::new();
        for file in files {
            pairs.extend(self::pairs(file)?);
        }
        progress(&format!(
            "learning the channel `{}` from {} lines",
            profile.name(),
            pairs.len()
        ));
        let counts = learn::learn(&pairs);
        channels.push(json!({"profile": profile.name(), "tokens": counts.tokens, "right": counts.right,
            "split": counts.split, "joined": counts.joined, "pieces": counts.pieces.len(), "words": counts.words.len()}));
        sections.extend(
            profile
                .sections()
                .into_iter()
                .zip(tables::profile(&counts, &estimate.words)),
        );
    }
    let stripped = tables::profile(&learn::stripped(&estimate.words), &estimate.words);
    sections.extend(Profile::Stripped.sections().into_iter().zip(stripped));
    let about = json!({"lines": estimate.lines, "tokens": estimate.tokens, "words": estimate.words.len(),
        "bigrams": estimate.bigrams.len(), "trigrams": estimate.trigrams.len(), "min_lines": options.min_lines,
        "min_word_lines": options.min_word_lines, "channels": channels});
    sections.push(("about", about.to_string().into_bytes()));
    let bytes = store::write(&sections);
    let whole = args.out.with_extension("tmp");
    std::fs::write(&whole, &bytes).with_context(|| whole.display().to_string())?;
    std::fs::rename(&whole, &args.out).with_context(|| args.out.display().to_string())?;
    progress(&format!(
        "{}: {} bytes; {about}",
        args.out.display(),
        bytes.len()
    ));
    Ok(Exit::Done)
}

/// The texts below `path`, in the order of their names.
fn walk(path: &Path, out: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).with_context(|| path.display().to_string())?;
        let mut entries: Vec<PathBuf> = entries
            .map(|e| e.map(|e| e.path()))
            .collect::<Result<_, _>>()?;
        entries.sort();
        return entries.iter().try_for_each(|e| walk(e, out));
    }
    let name = path.to_string_lossy();
    if !path.exists() {
        bail!("{name}: no such file or folder");
    }
    if [".jsonl", ".jsonl.gz", ".txt"]
        .iter()
        .any(|end| name.ends_with(end))
    {
        out.push(path.to_owned());
    }
    Ok(())
}

fn field(object: &Value, name: &str, path: &Path) -> anyhow::Result<String> {
    let value = object.get(name).and_then(Value::as_str);
    let value = value.with_context(|| format!("{}: an object without `{name}`", path.display()))?;
    Ok(value.nfc().collect())
}

fn texts(path: &Path) -> anyhow::Result<Vec<String>> {
    let text = read(path)?;
    if path.extension().is_some_and(|e| e == "txt") {
        return Ok(vec![text.nfc().collect()]);
    }
    objects(path, &text)?
        .iter()
        .map(|o| field(o, "text", path))
        .collect()
}

fn pairs(path: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    for object in objects(path, &read(path)?)? {
        let (truth, read) = (field(&object, "truth", path)?, field(&object, "ocr", path)?);
        out.extend(
            truth
                .lines()
                .zip(read.lines())
                .map(|(t, r)| (t.to_owned(), r.to_owned())),
        );
    }
    Ok(out)
}
