//! `vanthu train`: texts and pairs in, a model file out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, bail};
use rayon::prelude::*;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;
use vanthu::language_model::{Model, ask, store, train};
use vanthu::repair::Profile;
use vanthu::repair::cache::Caches;
use vanthu::repair::channel::{Channel, Guide, learn, store as tables};
use vanthu::repair::context::learn::{self as context, Judge, Learner, Misreadings};
use vanthu::repair::lattice::Builder;

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
    let kept = train::keep(&lines);
    progress(&format!(
        "{} of {} lines are kept; counting words",
        kept.len(),
        lines.len()
    ));
    let words = train::vocabulary(&kept, &options);
    let (channels, misreadings, about_channels) = learn_channels(args, &words, &progress)?;
    let context = learn_context(&kept, &words, &channels, &misreadings, &options, &progress)?;
    let estimate = train::fit(&kept, words, &options, &progress);

    let mut sections = ask::sections(&estimate);
    sections.extend(channels);
    sections.extend(context);
    let model = Model::new(store::Container::new(
        store::write(&sections),
        "new",
        false,
    )?)?;
    let candidates = format!("{:016x}", context::fingerprint(&model)?);
    let about = json!({"candidates": candidates, "lines": estimate.lines, "tokens": estimate.tokens, "words": estimate.words.len(),
        "bigrams": estimate.bigrams.len(), "trigrams": estimate.trigrams.len(), "min_lines": options.min_lines,
        "min_word_lines": options.min_word_lines, "channels": about_channels});
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

/// Sections of a model file.
type Sections = Vec<(&'static str, Vec<u8>)>;

/// The sections of the channels, how the engine without Vietnamese misreads words, and what to say about it all.
fn learn_channels(
    args: &Train,
    words: &[String],
    progress: &dyn Fn(&str),
) -> anyhow::Result<(Sections, Misreadings, Vec<Value>)> {
    let mut sections = tables::trie(words);
    let mut misreadings = Misreadings::default();
    let mut about = Vec::new();
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
        about.push(json!({"profile": profile.name(), "tokens": counts.tokens, "right": counts.right,
            "split": counts.split, "joined": counts.joined, "pieces": counts.pieces.len(), "words": counts.words.len()}));
        let tables = tables::profile(&counts, words);
        sections.extend(profile.sections().into_iter().zip(tables));
        if profile == Profile::Unmarked {
            misreadings = context::misreadings(&counts, words);
        }
    }
    let stripped = tables::profile(&learn::stripped(words), words);
    sections.extend(Profile::Stripped.sections().into_iter().zip(stripped));
    Ok((sections, misreadings, about))
}

/// The weights of the surroundings: each half of the lines is judged by a model of the other half.
fn learn_context(
    kept: &[&str],
    words: &[String],
    channels: &Sections,
    misreadings: &Misreadings,
    options: &train::Options,
    progress: &(dyn Fn(&str) + Sync),
) -> anyhow::Result<Sections> {
    let (even, odd): (Vec<&str>, Vec<&str>) =
        kept.iter().partition(|l| tables::hash(l).is_multiple_of(2));
    let mut learner = Learner::default();
    for (one, other) in [(&even, &odd), (&odd, &even)] {
        let estimate = train::fit(one, words.to_vec(), options, &|_| ());
        let mut sections = ask::sections(&estimate);
        sections.extend(channels.iter().cloned());
        let file = store::Container::new(store::write(&sections), "half", false)?;
        let model = Model::new(file)?;
        let guide = Arc::new(Guide::new(&model));
        let channel = |p| Channel::new(&model, p, &guide);
        let (stripped, unmarked) = (channel(Profile::Stripped)?, channel(Profile::Unmarked)?);
        let caches: [Caches; 2] = Default::default();
        let builder = |profile, channel, caches| Builder {
            model: &model,
            channel,
            caches,
            costs: Default::default(),
            profile,
        };
        let judge = Judge {
            stripped: builder(Profile::Stripped, &stripped, &caches[0]),
            unmarked: builder(Profile::Unmarked, &unmarked, &caches[1]),
            misreadings,
        };
        let mut lines = context::unknown(other, one);
        lines.sort_by_key(|l| tables::hash(l).reverse_bits());
        learner.average();
        progress(&format!(
            "learning the surroundings from {} lines of {}, judged by the others",
            lines.len(),
            other.len()
        ));
        learner.learn(&lines, &judge);
        let [seen, right, before] = learner.seen;
        progress(&format!(
            "{seen} doubtful words, {before} right by the model alone, {right} with their surroundings"
        ));
    }
    Ok(learner.sections())
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
