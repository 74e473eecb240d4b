//! What a whole run must keep: other people's files, order, and the same bytes whatever the machine.

use super::*;

#[test]
fn the_outputs_are_those_of_the_contract() {
    let dir = archive(3);
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let names: Vec<String> = contents(&dir.path().join("out")).into_keys().collect();
    let mut expected = Vec::new();
    for stem in ["a/0000", "a/0002", "b/0001"] {
        expected.extend([".edits.jsonl", ".json", ".txt"].map(|e| format!("{stem}{e}")));
    }
    let batch = [
        "records.csv",
        "records.jsonl",
        "records.xlsx",
        "review.html",
        "summary.json",
        "tasks.csv",
        "tasks.ics",
    ];
    expected.extend(batch.map(String::from));
    assert_eq!(names, expected);
    let words = String::from_utf8(output.stdout).expect("utf-8");
    assert_eq!(words.lines().count(), 6);
    assert!(words.starts_with("3 documents: "));

    let records = fs::read_to_string(dir.path().join("out/records.jsonl")).expect("records");
    let files: Vec<String> = records
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).expect("json"))
        .map(|r| r["source"]["file"].as_str().expect("file").to_owned())
        .collect();
    assert_eq!(files, ["a/0000.txt", "a/0002.txt", "b/0001.txt"]);
}

#[test]
fn the_bytes_do_not_depend_on_the_threads() {
    let dir = archive(60);
    assert_eq!(code(&run(dir.path(), "run in -o one --threads 1")), 0);
    assert_eq!(code(&run(dir.path(), "run in -o four --threads 4")), 0);
    let (one, four) = (
        contents(&dir.path().join("one")),
        contents(&dir.path().join("four")),
    );
    assert_eq!(one.len(), 60 * 3 + 7);
    assert!(one == four);
}

#[test]
fn a_foreign_output_is_not_overwritten() {
    let dir = archive(2);
    write(dir.path(), "out/a/0000.txt", b"somebody's");
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("out/a/0000.txt: the output exists"));
    let out = dir.path().join("out");
    assert_eq!(
        fs::read(out.join("a/0000.txt")).expect("file"),
        b"somebody's"
    );
    assert!(!out.join("a/0000.json").exists());
    assert!(out.join("b/0001.json").exists());
    assert_eq!(summary(&out)["failures"][0]["kind"], "exists");

    assert_eq!(code(&run(dir.path(), "run in -o out --force")), 0);
    assert_ne!(
        fs::read(out.join("a/0000.txt")).expect("file"),
        b"somebody's"
    );
}

#[test]
fn a_foreign_table_is_not_overwritten() {
    let dir = archive(1);
    write(dir.path(), "out/summary.json", b"{}");
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("summary.json: exists and is not as an earlier run left it"));
    assert_eq!(
        fs::read(dir.path().join("out/summary.json")).expect("file"),
        b"{}"
    );
    assert!(!dir.path().join("out/a").exists());
}

#[test]
fn an_edited_output_is_kept() {
    let dir = archive(2);
    assert_eq!(code(&run(dir.path(), "run in -o out")), 0);
    write(dir.path(), "out/a/0000.txt", b"corrected by hand");
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("was edited after it was written"));
    let kept = fs::read(dir.path().join("out/a/0000.txt")).expect("file");
    assert_eq!(kept, b"corrected by hand");
}

#[test]
fn the_results_of_other_inputs_are_kept() {
    let dir = archive(1);
    write(dir.path(), "more/c.txt", dispatch(9).as_bytes());
    assert_eq!(code(&run(dir.path(), "run in -o out")), 0);
    let before = contents(&dir.path().join("out"));
    let output = run(dir.path(), "run more -o out");
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("holds the results of other inputs"));
    assert!(before == contents(&dir.path().join("out")));
}

#[test]
fn the_output_folder_may_lie_in_the_input_folder() {
    let dir = folder(&[("a.txt", &dispatch(1))]);
    assert_eq!(code(&run(dir.path(), "run . -o out")), 0);
    assert_eq!(code(&run(dir.path(), "run . -o out")), 0);
    assert_eq!(summary(&dir.path().join("out"))["documents"]["found"], 1);
}

#[test]
fn one_run_at_a_time_in_one_folder() {
    let dir = archive(1);
    assert_eq!(code(&run(dir.path(), "run in -o out")), 0);
    let lock = vanthu::batch::journal::Lock::take(&dir.path().join("out")).expect("lock");
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 3);
    let process = format!("in use by another run (process {})", std::process::id());
    assert!(stderr(&output).contains(&process));
    drop(lock);
    assert_eq!(code(&run(dir.path(), "run in -o out")), 0);
}

#[cfg(unix)]
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn names_that_are_no_utf8_are_kept() {
    use std::os::unix::ffi::OsStrExt;
    let dir = folder(&[]);
    let name = std::ffi::OsStr::from_bytes(b"v\xe3n.txt");
    fs::create_dir(dir.path().join("in")).expect("folder");
    if fs::write(dir.path().join("in").join(name), dispatch(1)).is_err() {
        eprintln!("SKIPPED: this file system takes no such names");
        return;
    }
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(dir.path().join("out").join(name).exists());
    let records = fs::read_to_string(dir.path().join("out/records.jsonl")).expect("records");
    assert!(records.contains(r#""file":"v\\xE3n.txt""#));
}

#[test]
fn the_log_has_an_object_for_each_stage() {
    let dir = archive(2);
    write(dir.path(), "in/bad.txt", b"\0");
    assert_eq!(
        code(&run(dir.path(), "run in -o out -v --log-json log.jsonl")),
        1
    );
    let log = fs::read_to_string(dir.path().join("log.jsonl")).expect("log");
    let events: Vec<serde_json::Value> = log
        .lines()
        .map(|l| serde_json::from_str(l).expect("json"))
        .collect();
    let stages: Vec<_> = events
        .iter()
        .map(|e| e["stage"].as_str().expect("stage"))
        .collect();
    assert_eq!(
        stages,
        [
            "read", "process", "write", "read", "process", "write", "document"
        ]
    );
    assert_eq!(events[6]["outcome"], "failed");
    assert!(events.iter().all(|e| e["milliseconds"].is_number()));
}
