//! `vanthu evaluate`: error rates, what the candidates allow, confidence, scores of fields.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;
use vanthu::evaluate::certainty::{Bin, Certainty};
use vanthu::evaluate::fields::{self, FieldReport};
use vanthu::evaluate::{self, Report, Sample, Subject, zone};
use vanthu::pipeline::Pipeline;
use vanthu::syllable::strip_marks;

use super::args::Evaluate;
use super::jsonl::{objects, read};
use super::{Exit, stream};

pub fn run(args: &Evaluate) -> anyhow::Result<Exit> {
    let scored = match args.fields.as_slice() {
        [gold, out] => Some(records(gold, out)?),
        _ if args.pages.is_empty() => None,
        _ => Some(pages(args)?),
    };
    if let Some(scored) = scored {
        let reports = fields::reports(&scored);
        stream::write(&match args.json {
            true => serde_json::to_string_pretty(&reports)? + "\n",
            false => fields_text(&reports),
        })?;
        return Ok(Exit::Done);
    }
    let samples = samples(args)?;
    if samples.is_empty() {
        bail!("nothing to evaluate");
    }
    let subject = Subject::new(&args.engine.settings(true))?;
    if args.calibrate {
        stream::write(&evaluate::calibrate(&samples, subject)?)?;
        return Ok(Exit::Done);
    }
    let report = evaluate::evaluate(&samples, &subject)?;
    stream::write(&match args.json {
        true => serde_json::to_string_pretty(&report)? + "\n",
        false => report_text(&report),
    })?;
    Ok(Exit::Done)
}

/// What is to be evaluated.
fn samples(args: &Evaluate) -> anyhow::Result<Vec<Sample>> {
    let mut out = Vec::new();
    for path in &args.pairs {
        out.extend(pairs(path, false)?);
    }
    for path in &args.triples {
        out.extend(pairs(path, true)?);
    }
    for path in &args.plain {
        out.extend(plain(path, args.strip)?);
    }
    if let (Some(truth), Some(ocr)) = (&args.truth, &args.ocr) {
        files(truth, ocr, args.out.as_deref(), &mut out)?;
    }
    Ok(out)
}

fn string(object: &Value, key: &str) -> Option<String> {
    object.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn pairs(path: &Path, with_out: bool) -> anyhow::Result<Vec<Sample>> {
    let parse = |(k, object): (usize, Value)| {
        let name = format!("{}:{}", path.display(), k + 1);
        let need = |key: &str| {
            string(&object, key).with_context(|| format!("{name}: an object without `{key}`"))
        };
        let mut groups = Vec::new();
        groups.extend(string(&object, "profile").map(|p| ("profile", p)));
        groups.extend(string(&object, "role").map(|r| ("role", zone(&r).to_owned())));
        Ok(Sample {
            truth: need("truth")?,
            ocr: need("ocr")?,
            out: with_out.then(|| need("out")).transpose()?,
            groups,
            name,
        })
    };
    objects(path, &read(path)?)?
        .into_iter()
        .enumerate()
        .map(parse)
        .collect()
}

/// Sources of the plain texts that are news or encyclopaedia; all others are administrative.
const GENERAL: [&str; 3] = ["vietnews_tin", "tnt305_khac", "hddtvn_baiviet"];

fn plain(path: &Path, strip: bool) -> anyhow::Result<Vec<Sample>> {
    let parse = |(k, object): (usize, Value)| {
        let name = format!("{}:{}", path.display(), k + 1);
        let truth = string(&object, "text");
        let truth = truth.with_context(|| format!("{name}: an object without `text`"))?;
        let source = string(&object, "source").unwrap_or_default();
        let general = GENERAL.contains(&source.as_str());
        let group = if general { "general" } else { "administrative" };
        Ok(Sample {
            ocr: if strip {
                strip_marks(&truth)
            } else {
                truth.clone()
            },
            out: None,
            groups: vec![("source", group.to_owned())],
            truth,
            name,
        })
    };
    objects(path, &read(path)?)?
        .into_iter()
        .enumerate()
        .map(parse)
        .collect()
}

/// Truth, text as read and repaired text from files; or from folders: `ID.truth.txt` and `ID.txt`.
fn files(
    truth: &Path,
    ocr: &Path,
    out: Option<&Path>,
    samples: &mut Vec<Sample>,
) -> anyhow::Result<()> {
    let text = |path: &Path| -> anyhow::Result<String> {
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    if !truth.is_dir() {
        samples.push(Sample {
            name: ocr.display().to_string(),
            truth: text(truth)?,
            ocr: text(ocr)?,
            out: out.map(text).transpose()?,
            groups: Vec::new(),
        });
        return Ok(());
    }
    for path in sorted(truth)? {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let Some(id) = name.strip_suffix(".truth.txt") else {
            continue;
        };
        let file = format!("{id}.txt");
        let profile = id.rsplit_once('.').map(|(_, reading)| reading.to_owned());
        samples.push(Sample {
            truth: text(&path)?,
            ocr: text(&ocr.join(&file))?,
            out: out.map(|o| text(&o.join(&file))).transpose()?,
            groups: profile.map(|p| ("profile", p)).into_iter().collect(),
            name: file,
        });
    }
    Ok(())
}

fn sorted(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut entries: Vec<PathBuf> = entries
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()
        .with_context(|| folder.display().to_string())?;
    entries.sort();
    Ok(entries)
}

/// The header of each page that has one, with the record that is read of its text.
fn pages(args: &Evaluate) -> anyhow::Result<Vec<(Value, Value)>> {
    let pipeline = Pipeline::new(args.engine.settings(true))?;
    let mut out = Vec::new();
    for path in &args.pages {
        for (k, page) in objects(path, &read(path)?)?.into_iter().enumerate() {
            let Some(hdr) = page.get("hdr").filter(|h| h.is_object()) else {
                continue;
            };
            let name = format!("{}:{}", path.display(), k + 1);
            let ocr = string(&page, "ocr");
            let ocr = ocr.with_context(|| format!("{name}: an object without `ocr`"))?;
            let outcome = pipeline.process("page.txt", ocr.as_bytes())?;
            let record = outcome.records.first().map(serde_json::to_value);
            out.push((
                fields::page_gold(hdr),
                record.transpose()?.unwrap_or_default(),
            ));
        }
    }
    if out.is_empty() {
        bail!("no page with `hdr`");
    }
    Ok(out)
}

/// `ID.gold.json` below `gold`, each with the record `ID.json` in `out`; a missing one counts as empty.
fn records(gold: &Path, out: &Path) -> anyhow::Result<Vec<(Value, Value)>> {
    let mut golds = Vec::new();
    below(gold, &mut golds)?;
    if golds.is_empty() {
        bail!("{}: no *.gold.json", gold.display());
    }
    golds
        .iter()
        .map(|path| {
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
            let name = name.unwrap_or_default().replace(".gold.json", ".json");
            let record = match out.join(&name) {
                file if file.exists() => value(&file)?,
                _ => Value::Null,
            };
            let record = match record {
                Value::Array(records) => records.into_iter().next().unwrap_or_default(),
                record => record,
            };
            Ok((value(path)?, record))
        })
        .collect()
}

fn value(path: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

fn below(folder: &Path, out: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for path in sorted(folder)? {
        if path.is_dir() {
            below(&path, out)?;
        } else if path.to_string_lossy().ends_with(".gold.json") {
            out.push(path);
        }
    }
    Ok(())
}

fn fields_text(reports: &[FieldReport]) -> String {
    let mut out = String::new();
    for r in reports {
        if !r.document_type.is_empty() {
            let _ = writeln!(out, "\n{}", r.document_type);
        }
        let _ = writeln!(
            out,
            "{:<16} {:>6} {:>6} {:>6} {:>8} {:>7} {:>7} {:>7}",
            "field", "right", "wrong", "missed", "invented", "prec", "recall", "F1"
        );
        for f in r.fields.iter().chain([&r.micro]) {
            let o = f.outcomes;
            let _ = writeln!(
                out,
                "{:<16} {:>6} {:>6} {:>6} {:>8} {:>7.3} {:>7.3} {:>7.3}",
                f.field, o.right, o.wrong, o.missed, o.invented, f.precision, f.recall, f.f1
            );
        }
        let _ = writeln!(
            out,
            "macro F1 {:.4} over {} fields, {} documents; invented {}",
            r.macro_f1,
            r.fields.len(),
            r.documents,
            r.micro.outcomes.invented
        );
    }
    out
}

fn percent(share: f64) -> String {
    format!("{:.2}", share * 100.0)
}

fn report_text(report: &Report) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "In percent. Left: as read, right: after the repair. Oracle: true syllables among the candidates.\n\n\
         {:<24} {:>7} {:>8} {:>15} {:>7} {:>13} {:>13} {:>14} {:>12} {:>7}",
        "",
        "texts",
        "tokens",
        "syllables right",
        "oracle",
        "CER",
        "WER",
        "harm",
        "digit harm",
        "cut"
    );
    for r in &report.rows {
        let name = match r.kind {
            "all" => "all".to_owned(),
            kind => format!("{kind} {}", r.name),
        };
        let pair = |p: [f64; 2]| format!("{} {}", percent(p[0]), percent(p[1]));
        let x = &r.rates;
        let _ = writeln!(
            out,
            "{name:<24} {:>7} {:>8} {:>15} {:>7} {:>13} {:>13} {:>14} {:>12} {:>7}",
            r.samples,
            x.tokens,
            pair(x.syllables),
            r.oracle.map_or_else(|| "-".to_owned(), percent),
            pair(x.cer),
            pair(x.wer),
            format!("{:.3} ({})", x.harm * 100.0, x.harmed),
            format!("{:.3} ({})", x.digit_harm * 100.0, x.digits_harmed),
            percent(x.error_cut)
        );
    }
    if let Some(c) = &report.certainty {
        certainty_text(c, &mut out);
    }
    out
}

fn certainty_text(c: &Certainty, out: &mut String) {
    let mut table = |title: &str, bins: &[Bin], error: f64| {
        let _ = writeln!(
            out,
            "\n{title}; expected calibration error {error:.4}\n{:>11} {:>8} {:>11} {:>7}",
            "confidence", "count", "mean", "right"
        );
        for b in bins.iter().filter(|b| b.count > 0) {
            let _ = writeln!(
                out,
                "{:>4.1} - {:<4.1} {:>8} {:>11.4} {:>7.4}",
                b.from,
                b.from + 0.1,
                b.count,
                b.confidence,
                b.right
            );
        }
    };
    table("Reliability of edits", &c.edits, c.edits_error);
    table(
        "Reliability of tokens that stay although another reading was thought of",
        &c.kept,
        c.kept_error,
    );
    let _ = writeln!(
        out,
        "\nOnly edits of at least so much confidence made\n{:>10} {:>9} {:>8} {:>16} {:>8} {:>10}",
        "confidence", "coverage", "risk", "syllables right", "WER", "error cut"
    );
    for t in &c.thresholds {
        let _ = writeln!(
            out,
            "{:>10} {:>9} {:>8} {:>16} {:>8} {:>10}",
            t.min_confidence,
            percent(t.coverage),
            percent(t.risk),
            percent(t.rates.syllables[1]),
            percent(t.rates.wer[1]),
            percent(t.rates.error_cut)
        );
    }
    let share = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
    let _ = writeln!(
        out,
        "\nOf {} words {} are wrong after the repair. {} of the wrong words are on the list of doubts ({} of all words); \
         {} are among the most doubtful {} of all words.",
        c.words,
        c.wrong,
        percent(c.wrong_among_doubts),
        percent(share(c.doubts, c.words)),
        percent(c.wrong_among_looked_at),
        percent(c.look)
    );
}
