//! The commands on one text: `repair`, `parse`, `serve-lines`.

use std::io::Write;

use super::*;

/// What `vanthu` says to `input`, and how it ends.
fn filter(args: &str, input: &[u8]) -> Output {
    let dir = folder(&[]);
    let args: Vec<&str> = args.split(' ').collect();
    let mut child = vanthu(dir.path(), &args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("vanthu runs");
    let mut stdin = child.stdin.take().expect("stdin");
    let input = input.to_owned();
    let feeder = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("output");
    feeder.join().expect("fed");
    output
}

#[test]
fn repair_keeps_the_number_of_lines() {
    let text = dispatch(5);
    for input in [
        text.clone(),
        text.replace('\n', "\r\n"),
        text.replace('\n', "\r"),
        format!("\u{FEFF}{text}"),
        text.trim_end().to_owned(),
        "\n\n\n".to_owned(),
        String::new(),
        "Péc 1ap - Tw do - Hanh phic\n\n|  |\nS6: 12/QD-UBND\n".to_owned(),
    ] {
        let lines = input.replace("\r\n", "\n").replace('\r', "\n");
        let lines = lines.matches('\n').count();
        for args in ["repair", "repair -"] {
            let output = filter(args, input.as_bytes());
            assert_eq!(code(&output), 0, "{}", stderr(&output));
            let out = String::from_utf8(output.stdout).expect("utf-8");
            assert_eq!(out.matches('\n').count(), lines, "{input:?}");
        }
    }
}

#[test]
fn repair_says_which_lines_it_left() {
    let english = "The committee shall review every request within thirty working days\n";
    let text = format!("{}{english}{english}", dispatch(5));
    let output = filter("repair", text.as_bytes());
    let told = String::from_utf8_lossy(&output.stderr);
    let lines = dispatch(5).lines().count();
    let expected = format!("left as it is: line {}-{}\n", lines + 1, lines + 2);
    assert!(told.ends_with(&expected), "{told}");
    assert!(String::from_utf8_lossy(&output.stdout).ends_with(&format!("{english}{english}")));
    assert_eq!(filter("repair", dispatch(5).as_bytes()).stderr, b"");
}

#[test]
fn repair_writes_its_edits() {
    let dir = folder(&[("a.txt", &dispatch(1))]);
    let output = run(dir.path(), "repair a.txt --edits edits.jsonl");
    assert_eq!(code(&output), 0);
    let (source, out) = (
        dispatch(1),
        String::from_utf8(output.stdout).expect("utf-8"),
    );
    let edits = fs::read_to_string(dir.path().join("edits.jsonl")).expect("edits");
    // Carried out from the last to the first, they turn the source into the output.
    let mut rebuilt = source.clone().into_bytes();
    for line in edits.lines().rev() {
        let edit: serde_json::Value = serde_json::from_str(line).expect("json");
        let at = |k: usize| edit["span"][k].as_u64().expect("offset") as usize;
        let (from, to) = (edit["from"].as_str(), edit["to"].as_str());
        let (from, to) = (from.expect("from"), to.expect("to"));
        assert_eq!(&source[at(0)..at(1)], from);
        rebuilt.splice(at(0)..at(1), to.bytes());
    }
    assert_eq!(String::from_utf8(rebuilt).expect("utf-8"), out);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = folder(&[("a.txt", &dispatch(1).repeat(400))]);
    for args in [["repair", "a.txt"], ["parse", "a.txt"]] {
        let mut child = vanthu(dir.path(), &args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("vanthu runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("output");
        assert_eq!(code(&output), 0);
        assert_eq!(stderr(&output), "");
    }
}

#[test]
fn parse_prints_a_record() {
    let output = filter("parse --no-repair", dispatch(12).as_bytes());
    assert_eq!(code(&output), 0);
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).expect("json");
    assert_eq!(record["schema"], "vanthu.dispatch/1");
    assert_eq!(record["source"]["file"], "-");
    let explained = filter("parse --explain", dispatch(12).as_bytes());
    let text = String::from_utf8(explained.stdout).expect("utf-8");
    assert!(text.starts_with("dispatch 1\n"), "{text}");
}

#[test]
fn lines_are_served_in_order() {
    let mut input = String::new();
    for k in 0..20 {
        let question = serde_json::json!({"id": k, "text": dispatch(k)});
        input += &format!("{question}\n");
    }
    let output = filter("serve-lines", input.as_bytes());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).expect("utf-8");
    let answers = text
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).expect("json"));
    let ids: Vec<u64> = answers.map(|a| a["id"].as_u64().expect("id")).collect();
    assert_eq!(ids, (0..20).collect::<Vec<_>>());
    assert_eq!(code(&filter("serve-lines", b"nonsense\n")), 1);
}
