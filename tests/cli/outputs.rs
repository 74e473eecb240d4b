//! What a run leaves for people and for other systems: every JSON file holds what its schema says, the tables hold the
//! records, decisions are carried out, projections say what they leave out.

use serde_json::{Value, json};

use super::*;

/// A night over the sample papers.
fn night(options: &[&str]) -> TempDir {
    let dir = tempfile::tempdir().expect("folder");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/sample");
    let scans = dir.path().join("scans");
    fs::create_dir(&scans).expect("folder");
    for file in fs::read_dir(sample).expect("the sample").flatten() {
        fs::copy(file.path(), scans.join(file.file_name())).expect("a paper");
    }
    let mut args = vec!["run", "scans", "-o", "out"];
    args.extend(options);
    let output = vanthu(dir.path(), &args).output().expect("vanthu runs");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    dir
}

fn schema(of: &str) -> jsonschema::Validator {
    let dir = tempfile::tempdir().expect("folder");
    let output = run(dir.path(), &format!("schema {of}"));
    let schema: Value = serde_json::from_slice(&output.stdout).expect("a schema");
    jsonschema::validator_for(&schema).expect("a valid schema")
}

fn holds(validator: &jsonschema::Validator, value: &Value, what: &str) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}:\n{}", errors.join("\n"));
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
}

#[test]
fn every_json_file_holds_what_its_schema_says() {
    let dir = night(&[]);
    let out = dir.path().join("out");
    let (record, edit) = (schema("record"), schema("edit"));
    let (mut records, mut edits) = (0, 0);
    for path in fs::read_dir(&out).expect("out").flatten().map(|e| e.path()) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = || fs::read_to_string(&path).expect("text");
        let lines = |check: &jsonschema::Validator| {
            let values = text()
                .lines()
                .map(|l| serde_json::from_str(l).expect("JSON"))
                .collect::<Vec<Value>>();
            values.iter().for_each(|v| holds(check, v, &name));
            values.len()
        };
        if name == "summary.json" {
            holds(&schema("summary"), &json_of(&path), &name);
        } else if name == "records.jsonl" {
            records += lines(&record);
        } else if name.ends_with(".edits.jsonl") {
            edits += lines(&edit);
        } else if name.ends_with(".json") {
            let value = json_of(&path);
            let all = value.as_array().cloned().unwrap_or_else(|| vec![value]);
            all.iter().for_each(|r| holds(&record, r, &name));
        }
    }
    assert!(
        records >= 7 && edits > 100,
        "{records} records, {edits} edits"
    );
}

#[test]
fn the_tables_hold_the_records() {
    let dir = night(&[]);
    let out = dir.path().join("out");
    let lines = fs::read_to_string(out.join("records.jsonl")).expect("records");
    let records: Vec<Value> = lines
        .lines()
        .map(|l| serde_json::from_str(l).expect("JSON"))
        .collect();
    let csv = fs::read_to_string(out.join("records.csv")).expect("a table");
    assert!(csv.starts_with('\u{feff}'));
    assert_eq!(csv.matches("\r\n").count(), records.len() + 1);
    let ics = fs::read_to_string(out.join("tasks.ics")).expect("a calendar");
    let deadlines = records
        .iter()
        .flat_map(|r| r["tasks"].as_array().cloned().unwrap_or_default());
    let days = deadlines.filter(|t| t["deadline"]["iso"].as_str().is_some_and(|i| i.len() == 10));
    assert_eq!(ics.matches("BEGIN:VEVENT\r\n").count(), days.count());
    assert!(ics.ends_with("END:VCALENDAR\r\n"));
    assert!(
        fs::read(out.join("records.xlsx"))
            .expect("a workbook")
            .starts_with(b"PK")
    );
    let page = fs::read_to_string(out.join("review.html")).expect("the page");
    assert_eq!(page.matches("<script type=\"text/plain\"").count(), 7);
    assert!(page.ends_with("</body></html>\n"));
}

/// Decisions on the sample: the number of one paper, and every doubtful word of it put back as it was read.
fn decisions(out: &Path, paper: &str) -> Value {
    let record = json_of(&out.join(format!("{paper}.json")));
    let (file, sha256) = (
        record["source"]["file"].clone(),
        record["source"]["sha256"].clone(),
    );
    let edits = fs::read_to_string(out.join(format!("{paper}.edits.jsonl"))).expect("edits");
    let mut all = vec![
        json!({ "file": file, "sha256": sha256, "document": 1, "field": "number",
        "was": record["number"]["value"], "action": "correct", "value": "4711" }),
    ];
    for line in edits.lines().take(3) {
        let e: Value = serde_json::from_str(line).expect("JSON");
        all.push(json!({ "file": file, "sha256": sha256, "line": e["line"], "span": e["span"], "from": e["from"],
            "proposed": e["to"], "action": "correct", "to": "Xong" }));
    }
    json!({ "schema": "vanthu.decisions/1", "version": "test", "decisions": all })
}

#[test]
fn decisions_are_carried_out_once_and_stay() {
    let dir = night(&[]);
    let out = dir.path().join("out");
    let paper = "cv-2018-hoso";
    let decided = decisions(&out, paper);
    holds(&schema("decisions"), &decided, "decisions");
    write(dir.path(), "d.json", decided.to_string().as_bytes());
    let output = run(dir.path(), "apply d.json -o out");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let record = json_of(&out.join(format!("{paper}.json")));
    assert_eq!(record["number"]["value"], "4711");
    assert_eq!(record["number"]["basis"], "reviewed");
    let text = fs::read_to_string(out.join(format!("{paper}.txt"))).expect("text");
    assert_eq!(text.matches("Xong").count(), 3);
    let csv = fs::read_to_string(out.join("records.csv")).expect("a table");
    assert!(csv.contains(",4711,"));
    let state = || {
        let mut files = BTreeMap::new();
        for path in fs::read_dir(&out).expect("out").flatten().map(|e| e.path()) {
            let name = path.file_name().unwrap_or_default().to_owned();
            if path.is_file() && name != "summary.json" {
                files.insert(name, fs::read(&path).expect("a file"));
            }
        }
        files
    };
    let before = state();
    assert_eq!(code(&run(dir.path(), "apply d.json -o out")), 0);
    assert!(before == state(), "carried out twice is carried out once");
    assert_eq!(code(&run(dir.path(), "run scans -o out")), 0);
    assert!(before == state(), "a later run keeps what was decided");
    assert_eq!(
        code(&run(dir.path(), "run scans -o out --min-confidence 0.9")),
        0
    );
    let record = json_of(&out.join(format!("{paper}.json")));
    assert_eq!(
        record["number"]["value"], "4711",
        "other settings keep it too"
    );
}

#[test]
fn decisions_for_another_text_are_refused() {
    let dir = night(&[]);
    let out = dir.path().join("out");
    let mut decided = decisions(&out, "cv-2018-hoso");
    let all = decided["decisions"].as_array_mut().expect("a list");
    for d in all.iter_mut() {
        d["sha256"] = json!("0".repeat(64));
    }
    all.push(
        json!({ "file": "nowhere.txt", "sha256": "1".repeat(64), "document": 1, "field": "number",
        "was": null, "action": "accept", "value": null }),
    );
    write(dir.path(), "d.json", decided.to_string().as_bytes());
    let before = fs::read(out.join("records.jsonl")).expect("records");
    let output = run(dir.path(), "apply d.json -o out");
    assert_eq!(code(&output), 1);
    let said = stderr(&output);
    assert!(
        said.contains("cv-2018-hoso.txt: the decisions were made for another text"),
        "{said}"
    );
    assert!(said.contains("nowhere.txt: no such document"), "{said}");
    assert_eq!(
        before,
        fs::read(out.join("records.jsonl")).expect("records")
    );
    assert_eq!(code(&run(dir.path(), "apply d.json -o nowhere")), 3);
    write(dir.path(), "bad.json", b"{}");
    assert_eq!(code(&run(dir.path(), "apply bad.json -o out")), 3);
}

#[test]
fn decisions_are_carried_out_on_papers_with_two_readings() {
    let dir = folder(&[("in/a.txt", &dispatch(12)), ("other/a.txt", &dispatch(42))]);
    let output = run(dir.path(), "run in -o out --second-reading other");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let of_number = || json_of(&dir.path().join("out/a.json"))["number"].clone();
    let number = of_number();
    assert_eq!(number["alternatives"][0]["value"], "42", "{number}");
    let source = json_of(&dir.path().join("out/a.json"))["source"].clone();
    let text = dispatch(12);
    let start = text.find("Kính").expect("a word");
    let decided = json!({ "schema": "vanthu.decisions/1", "decisions": [{ "file": "a.txt", "sha256": source["sha256"],
        "action": "correct", "line": 6, "span": [start, start + "Kính".len()], "from": "Kính", "proposed": "Kính",
        "to": "Kinh" }] });
    write(dir.path(), "d.json", decided.to_string().as_bytes());
    let output = run(dir.path(), "apply d.json -o out");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let written = fs::read_to_string(dir.path().join("out/a.txt")).expect("text");
    assert!(written.contains("Kinh"), "{written}");
    assert_eq!(of_number(), number, "what the other reading says stays");
}

#[test]
fn decisions_are_learnt() {
    let dir = night(&[]);
    let mut decided = decisions(&dir.path().join("out"), "cv-2018-hoso");
    decided["decisions"][0]["field"] = json!("issuers[0]");
    decided["decisions"][0]["value"] = json!("Trạm Y tế Cư Né");
    write(dir.path(), "d.json", decided.to_string().as_bytes());
    for _ in 0..2 {
        let output = run(dir.path(), "learn d.json --user mine");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
    }
    let lexicon = fs::read_to_string(dir.path().join("mine/lexicon.txt")).expect("a lexicon");
    assert!(lexicon.contains("Trạm Y tế Cư Né\n"), "{lexicon}");
    let pairs = fs::read_to_string(dir.path().join("mine/confusions.tsv")).expect("readings");
    let counts: usize = pairs
        .lines()
        .filter_map(|l| l.rsplit_once("\tXong\t")?.1.parse::<usize>().ok())
        .sum();
    assert_eq!(counts, 3, "{pairs}");
}
