//! `evaluate`: what is measured, and how it is asked for.

use super::*;

#[test]
fn texts_that_others_repaired() {
    let dir = folder(&[(
        "t.jsonl",
        "{\"truth\": \"Số: 12 ngày mai\", \"ocr\": \"S6: 12 ngày mai\", \"out\": \"Số: 12 ngày mái\"}\n",
    )]);
    let output = run(dir.path(), "evaluate --triples t.jsonl --json");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let row = &report["rows"][0];
    assert_eq!(row["tokens"], 4);
    assert_eq!(row["wer"], serde_json::json!([0.25, 0.25]));
    assert_eq!(row["harmed"], 1);
    assert_eq!(row["digits_harmed"], 0);
    assert_eq!(report["certainty"], serde_json::Value::Null);
}

#[test]
fn pairs_are_repaired_and_judged() {
    let pair = "{\"truth\": \"Độc lập - Tự do - Hạnh phúc\", \"ocr\": \"Doc lap - Tu do - Hanh phuc\", \
                \"profile\": \"stripped\", \"role\": \"motto\"}\n";
    let dir = folder(&[("p.jsonl", pair)]);
    let output = run(
        dir.path(),
        "evaluate --pairs p.jsonl --profile stripped --json",
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let names: Vec<_> = report["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|r| r["name"].clone())
        .collect();
    assert_eq!(names, ["", "stripped", "header"]);
    assert_eq!(report["rows"][0]["oracle"], 1.0);
    let edits: u64 = report["certainty"]["edits"]
        .as_array()
        .expect("bins")
        .iter()
        .filter_map(|b| b["count"].as_u64())
        .sum();
    assert!((1..=6).contains(&edits), "{edits}");
    let output = run(dir.path(), "evaluate --pairs p.jsonl");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(
        text.contains("role header") && text.contains("Reliability of edits"),
        "{text}"
    );
}

#[test]
fn fields_against_gold() {
    let dir = folder(&[
        (
            "gold/a.gold.json",
            "{\"id\": \"a\", \"number\": \"12\", \"place\": null}",
        ),
        (
            "out/a.json",
            "[{\"number\": {\"value\": \"12\", \"status\": \"read\"}, \"place\": {\"value\": \"Huế\"}}]",
        ),
        ("gold/b.gold.json", "{\"id\": \"b\", \"number\": \"7\"}"),
    ]);
    let output = run(dir.path(), "evaluate --fields gold out");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(
        text.contains("macro F1 0.3333 over 2 fields, 2 documents; invented 1"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_evaluated_is_said() {
    let dir = folder(&[("p.jsonl", "{\"truth\": \"a\"}\n")]);
    assert_eq!(code(&run(dir.path(), "evaluate")), 2);
    assert_eq!(code(&run(dir.path(), "evaluate --truth p.jsonl")), 2);
    let output = run(dir.path(), "evaluate --pairs p.jsonl");
    assert_eq!(code(&output), 3);
    assert!(
        stderr(&output).contains("p.jsonl:1: an object without `ocr`"),
        "{}",
        stderr(&output)
    );
}
