//! Hard cases of the parser as readable pairs: `parse/<case>.txt` is the text, `parse/<case>.json` what must be read.
//!
//! A key is a path into the record; a field is compared by its value (`number`), or by one of its parts
//! (`number.status`); a list of fields by the values of its items. `#2.` begins a path into the second record.

use serde_json::{Value, json};
use std::path::Path;
use vanthu::document::{Span, TextBuilder};
use vanthu::export::record::{Origin, Record};
use vanthu::parse::{self, Input};

fn records(name: &str, content: &str) -> Vec<Value> {
    let mut builder = TextBuilder::new();
    builder.push(
        content,
        Span {
            start: 0,
            end: content.len(),
        },
    );
    let text = builder.finish();
    let dispatches = parse::parse(&Input {
        text: &text,
        edits: &[],
        file_name: Some(name),
    });
    let document =
        vanthu::input::read(name, content.as_bytes(), &Default::default()).expect("text");
    let origin = Origin {
        document: &document,
        original: content.as_bytes(),
        text: &text,
        edits: &[],
        doubts: &[],
        foreign: &[],
    };
    let records = Record::all(&origin, &dispatches);
    records
        .iter()
        .map(|r| serde_json::to_value(r).expect("a record is JSON"))
        .collect()
}

/// The value at a path such as `copies[1].purpose`.
fn at<'a>(record: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(record, |node, part| {
        let (key, index) = match part.split_once('[') {
            Some((key, rest)) => (key, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (part, None),
        };
        index.map_or(&node[key], |k| &node[key][k])
    })
}

/// A field as its value, a list of fields as the values of its items.
fn plain(node: &Value) -> Value {
    match node {
        Value::Object(o) if o.contains_key("value") => o["value"].clone(),
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

#[test]
fn hard_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parse");
    let mut wrong = Vec::new();
    let mut cases = 0;
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of cases")
        .flatten()
        .map(|f| f.path())
        .collect();
    files.sort();
    for path in files
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
    {
        cases += 1;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let content = std::fs::read_to_string(path).expect("a case");
        let expected = std::fs::read_to_string(path.with_extension("json")).expect("its answer");
        let expected: Value = serde_json::from_str(&expected).expect("JSON");
        let records = records(&name, &content);
        for (key, want) in expected.as_object().expect("an object") {
            let (k, path) = key
                .strip_prefix("#2.")
                .map_or((0, key.as_str()), |p| (1, p));
            let got = records
                .get(k)
                .map_or(json!("no such record"), |r| plain(at(r, path)));
            if got != *want {
                wrong.push(format!("{name}: {key}: expected {want}, got {got}"));
            }
        }
    }
    assert!(cases >= 15, "cases not found");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Any text gives records whose spans lie inside it, and never a panic.
#[test]
fn cut_and_mixed_texts_are_survived() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parse");
    let mut all = String::new();
    for path in std::fs::read_dir(&folder)
        .expect("the folder of cases")
        .flatten()
        .map(|f| f.path())
    {
        if path.extension().is_some_and(|e| e == "txt") {
            all.push_str(&std::fs::read_to_string(path).expect("a case"));
        }
    }
    let chars: Vec<char> = all.chars().collect();
    for k in 0..40 {
        let from = chars.len() * k / 40;
        let cut: String = chars[from..chars.len().min(from + 97 * (k + 1))]
            .iter()
            .collect();
        let scrambled: String = cut
            .chars()
            .filter(|c| !(*c as usize + k).is_multiple_of(7))
            .collect();
        for text in [cut, scrambled] {
            for record in records("x.txt", &text) {
                check_spans(&record, text.len());
            }
        }
    }
}

fn check_spans(node: &Value, limit: usize) {
    match node {
        Value::Object(o) => {
            if let (Some(start), Some(end)) = (
                o.get("start").and_then(Value::as_u64),
                o.get("end").and_then(Value::as_u64),
            ) {
                assert!(start <= end && end as usize <= limit, "{node}");
            }
            o.values().for_each(|v| check_spans(v, limit));
        }
        Value::Array(items) => items.iter().for_each(|v| check_spans(v, limit)),
        _ => {}
    }
}
