//! Settings from file and environment, and the contracts the outputs must keep.

use super::*;

fn with(dir: &Path, variables: &[(&str, &str)], args: &str) -> Output {
    let args: Vec<&str> = args.split(' ').collect();
    let mut command = vanthu(dir, &args);
    command.envs(variables.iter().copied());
    command.output().expect("vanthu runs")
}

#[test]
fn a_file_with_settings() {
    let dir = archive(1);
    write(
        dir.path(),
        "vanthu.toml",
        b"out = \"results\"\nmin-confidence = 0.7\n",
    );
    let output = run(dir.path(), "run in");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let confidence = summary(&dir.path().join("results"))["options"]["min_confidence"].clone();
    assert_eq!(confidence, 0.7);
    let output = with(dir.path(), &[("VANTHU_OUT", "env")], "run in");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(dir.path().join("env/summary.json").exists());
    let output = with(dir.path(), &[("VANTHU_OUT", "env")], "config");
    let text = String::from_utf8(output.stdout).expect("utf-8");
    assert!(text.contains("out = \"env\"  # VANTHU_OUT\n"), "{text}");
    assert!(
        text.contains("min-confidence = 0.7  # vanthu.toml\n"),
        "{text}"
    );
}

#[test]
fn settings_that_are_wrong() {
    let dir = archive(1);
    write(dir.path(), "vanthu.toml", b"thread = 2\n");
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("unknown key thread; is it threads?"));
    write(dir.path(), "vanthu.toml", b"threads = \"many\"\n");
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("the value comes from vanthu.toml"));
    assert_eq!(
        code(&run(dir.path(), "run in -o out --config nowhere.toml")),
        2
    );
}

#[test]
fn vietnamese_words() {
    let dir = archive(1);
    let output = run(dir.path(), "--lang vi run nowhere in -o out");
    assert!(stderr(&output).contains("nowhere: không tìm thấy"));
    let words = String::from_utf8(output.stdout).expect("utf-8");
    assert!(words.starts_with("2 văn bản: "), "{words}");
    let help = with(dir.path(), &[("VANTHU_LANG", "vi")], "run --help");
    assert!(String::from_utf8_lossy(&help.stdout).contains("Thư mục kết quả"));
}

#[test]
fn the_outputs_keep_their_schemas() {
    let dir = archive(3);
    write(dir.path(), "in/empty.txt", b"");
    write(dir.path(), "in/bad.txt", b"\0");
    assert_eq!(code(&run(dir.path(), "run in -o out")), 1);
    let out = dir.path().join("out");
    let check = |of: &str, instances: Vec<serde_json::Value>| {
        let schema = run(dir.path(), &format!("schema {of}")).stdout;
        let schema = serde_json::from_slice(&schema).expect("schema");
        let validator = jsonschema::validator_for(&schema).expect("schema");
        for instance in instances {
            let errors: Vec<String> = validator
                .iter_errors(&instance)
                .map(|e| e.to_string())
                .collect();
            assert_eq!(errors, Vec::<String>::new());
        }
    };
    let lines = |name: &str| -> Vec<serde_json::Value> {
        let text = fs::read_to_string(out.join(name)).expect("file");
        text.lines()
            .map(|l| serde_json::from_str(l).expect("json"))
            .collect()
    };
    let records = lines("records.jsonl");
    assert_eq!(records.len(), 4);
    check("record", records);
    check("edit", lines("a/0000.edits.jsonl"));
    check("summary", vec![summary(&out)]);
}

#[test]
fn the_tables_open_in_a_spreadsheet() {
    let dir = archive(2);
    assert_eq!(code(&run(dir.path(), "run in -o out")), 0);
    for (name, columns) in [("records.csv", 28), ("tasks.csv", 17)] {
        let bytes = fs::read(dir.path().join("out").join(name)).expect("table");
        assert!(bytes.starts_with(b"\xef\xbb\xbf"));
        let mut reader = csv::Reader::from_reader(&bytes[3..]);
        assert_eq!(reader.headers().expect("head").len(), columns);
        let rows = reader.records().map(|r| r.expect("row"));
        if name == "records.csv" {
            let files: Vec<String> = rows.map(|r| r[0].to_owned()).collect();
            assert_eq!(files, ["a/0000.txt", "b/0001.txt"]);
        } else {
            assert!(rows.into_iter().all(|r| r.len() == columns));
        }
    }
}

#[test]
fn completions_and_man_pages() {
    let dir = folder(&[]);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let output = run(dir.path(), &format!("completions {shell}"));
        assert_eq!(code(&output), 0);
        assert!(String::from_utf8_lossy(&output.stdout).contains("serve-lines"));
    }
    let page = run(dir.path(), "man run").stdout;
    assert!(String::from_utf8_lossy(&page).contains("min\\-confidence"));
    assert_eq!(code(&run(dir.path(), "man nonsense")), 3);
}
