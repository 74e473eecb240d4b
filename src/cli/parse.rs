//! `vanthu parse [FILE]`: text in, record out.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use vanthu::document::{Source, Span, TextBuilder};
use vanthu::export::record::{Origin, Record};
use vanthu::parse::{self, Input};

/// The records of `bytes` as JSON, without repair.
pub fn json(file: &str, bytes: &[u8]) -> String {
    let content = String::from_utf8_lossy(bytes);
    let mut builder = TextBuilder::new();
    let mut at = 0;
    for piece in content.split_inclusive('\n') {
        builder.push(
            piece,
            Span {
                start: at,
                end: at + piece.len(),
            },
        );
        at += piece.len();
    }
    let text = builder.finish();
    let mut sha256 = String::new();
    for b in Sha256::digest(bytes) {
        let _ = write!(sha256, "{b:02x}");
    }
    let source = Source {
        file: file.to_owned(),
        sha256,
        bytes: bytes.len(),
        lines: content.lines().count(),
        encoding: "utf-8".to_owned(),
    };
    let name = std::path::Path::new(file)
        .file_name()
        .and_then(|n| n.to_str());
    let dispatches = parse::parse(&Input {
        text: &text,
        edits: &[],
        file_name: name,
    });
    let origin = Origin {
        source: &source,
        original: bytes,
        text: &text,
        edits: &[],
        doubts: &[],
    };
    let records = Record::all(&origin, &dispatches);
    let json = match records.as_slice() {
        [one] => serde_json::to_string_pretty(one),
        several => serde_json::to_string_pretty(several),
    };
    json.unwrap_or_default()
}

/// Which line went into which cell and why, for the reader's eye.
pub fn explain(bytes: &[u8]) -> String {
    let content = String::from_utf8_lossy(bytes);
    let mut builder = TextBuilder::new();
    builder.push(
        &content,
        Span {
            start: 0,
            end: content.len(),
        },
    );
    let text = builder.finish();
    let mut out = String::new();
    for (k, page) in parse::zones::pages(&Input {
        text: &text,
        edits: &[],
        file_name: None,
    })
    .iter()
    .enumerate()
    {
        let _ = writeln!(out, "dispatch {}", k + 1);
        for l in &page.lines {
            let shown: String = page.str(l).chars().take(70).collect();
            let _ = writeln!(
                out,
                "{:>4} {:<17} {:>5.1}  {:<42} {shown}",
                l.line + 1,
                l.cell.name(),
                l.score,
                l.why
            );
        }
    }
    out
}
