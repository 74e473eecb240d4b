//! `vanthu parse [FILE]`: text in, record out.

use std::fmt::Write;

use serde_json::Value;
use vanthu::export::json;
use vanthu::parse::{Input, zones};
use vanthu::pipeline::{Outcome, Pipeline};

use super::args::Parse;
use super::{Exit, stream};

pub fn run(args: &Parse) -> anyhow::Result<Exit> {
    let (name, bytes) = stream::read(args.file.as_deref(), args.engine.max_bytes)?;
    let pipeline = Pipeline::new(args.engine.settings(!args.no_repair))?;
    let outcome = pipeline.process(&name, &bytes)?;
    let text = if args.explain {
        let mut text = cells(&outcome, &name);
        for record in &outcome.records {
            text.push('\n');
            explain(&serde_json::to_value(record)?, "", &mut text);
        }
        text
    } else {
        json::pretty(&outcome.records)
    };
    stream::write(&text)?;
    Ok(Exit::Done)
}

/// Which line went into which cell of the page, and why.
fn cells(outcome: &Outcome, name: &str) -> String {
    let pages = zones::pages(&Input {
        text: &outcome.repaired.text,
        edits: &outcome.repaired.edits,
        file_name: Some(name),
    });
    let mut out = String::new();
    for (k, page) in pages.iter().enumerate() {
        let _ = writeln!(out, "dispatch {}", k + 1);
        for l in &page.lines {
            let shown: String = page.str(l).chars().take(70).collect();
            let (line, cell) = (l.line + 1, l.cell.name());
            let _ = writeln!(
                out,
                "{line:>4} {cell:<17} {:>5.1}  {:<42} {shown}",
                l.score, l.why
            );
        }
    }
    out
}

/// A line for every value in `node`: its path, status, confidence, line, value and the rule that read it.
fn explain(node: &Value, path: &str, out: &mut String) {
    let text = |key: &str| node.get(key).and_then(Value::as_str);
    if let (Some(basis), Some(status)) = (text("basis"), text("status")) {
        let span = node.get("span").map(|s| s.get(0).unwrap_or(s));
        let line = span
            .and_then(|s| s.get("line_start"))
            .and_then(Value::as_u64);
        let line = line.map_or(String::new(), |l| format!("line {l}"));
        let confidence = node
            .get("confidence")
            .and_then(Value::as_f64)
            .unwrap_or(0.0);
        let value = ["value", "number_symbol", "action", "raw"]
            .into_iter()
            .find_map(text);
        let value = value.unwrap_or("-");
        let _ = writeln!(
            out,
            "{path:<24} {status:<10} {confidence:.2} {line:<9} {value} [{basis}]"
        );
    }
    match node {
        Value::Object(members) => {
            for (key, member) in members {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                explain(member, &path, out);
            }
        }
        Value::Array(items) => {
            for (k, item) in items.iter().enumerate() {
                explain(item, &format!("{path}[{k}]"), out);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_explained_on_a_line() {
        let record = serde_json::json!({
            "number": {"value": "12", "status": "read", "confidence": 0.9, "basis": "so.colon",
                       "span": {"start": 0, "end": 2, "line_start": 3, "line_end": 3}},
            "issuers": [{"value": null, "status": "unreadable", "confidence": 0.0, "basis": "seal"}],
        });
        let mut out = String::new();
        explain(&record, "", &mut out);
        let lines: Vec<_> = out.lines().collect();
        assert_eq!(
            lines,
            [
                "number                   read       0.90 line 3    12 [so.colon]",
                "issuers[0]               unreadable 0.00           - [seal]"
            ]
        );
    }
}
