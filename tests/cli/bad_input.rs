//! What cannot be done is named with its reason, in one line, and stops nothing else.

use super::*;

/// The one line on standard error, and the exit code.
fn refused(folder: &Path, args: &str) -> (String, i32) {
    let output = run(folder, args);
    let text = stderr(&output);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(output.stdout.is_empty());
    (text, code(&output))
}

#[test]
fn a_missing_file() {
    let dir = folder(&[]);
    for command in ["repair", "parse"] {
        let (line, code) = refused(dir.path(), &format!("{command} nowhere.txt"));
        assert_eq!(
            (line.as_str(), code),
            ("vanthu: nowhere.txt: no such file or directory\n", 3)
        );
    }
}

#[test]
fn a_missing_input_of_a_run() {
    let dir = folder(&[("in/a.txt", &dispatch(1))]);
    let nothing = run(dir.path(), "run nowhere -o out");
    assert_eq!(code(&nothing), 3);
    assert!(stderr(&nothing).contains("nowhere: no such file or directory"));
    assert!(!dir.path().join("out").exists());

    let some = run(dir.path(), "run nowhere in -o out");
    assert_eq!(code(&some), 1);
    assert!(dir.path().join("out/a.txt").exists());
    let summary = summary(&dir.path().join("out"));
    assert_eq!(summary["failures"][0]["file"], "nowhere");
    assert_eq!(summary["failures"][0]["kind"], "missing");
}

#[test]
fn a_folder_without_documents() {
    let dir = folder(&[("in/scan.xls", "x")]);
    let (line, code) = refused(dir.path(), "run in -o out");
    assert_eq!(code, 3);
    assert!(line.contains("no documents found") && line.contains("1 files"));
    fs::create_dir(dir.path().join("empty")).expect("folder");
    assert_eq!(refused(dir.path(), "run empty -o out").1, 3);
    assert!(!dir.path().join("out").exists());
}

#[test]
fn a_binary_file_among_others() {
    let dir = folder(&[("in/good.txt", &dispatch(1))]);
    write(dir.path(), "in/bad.txt", b"\x00\x01\x02\x03");
    write(dir.path(), "in/worse.txt", b"{\\rtf1 and so on");
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("in/bad.txt: holds NUL bytes: not text"));
    assert!(stderr(&output).contains("in/worse.txt: is an RTF document"));
    let out = dir.path().join("out");
    assert!(out.join("good.txt").exists() && !out.join("bad.txt").exists());
    let summary = summary(&out);
    assert_eq!(summary["documents"]["done"], 1);
    assert_eq!(summary["documents"]["failed"], 2);
    assert_eq!(summary["failures"][1]["kind"], "not_text");
}

#[test]
fn nothing_but_a_binary_file() {
    let dir = folder(&[]);
    write(dir.path(), "in/bad.txt", b"\x00");
    assert_eq!(code(&run(dir.path(), "run in -o out")), 3);
    assert_eq!(refused(dir.path(), "repair in/bad.txt").1, 3);
}

#[test]
fn a_file_over_the_limit() {
    let dir = folder(&[("in/a.txt", &dispatch(1)), ("in/b.txt", "ngắn\n")]);
    let output = run(dir.path(), "run in -o out --max-bytes 100");
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("in/a.txt: is larger than the limit"));
    assert!(dir.path().join("out/b.txt").exists());
    assert_eq!(refused(dir.path(), "repair in/a.txt --max-bytes 100").1, 3);
}

#[test]
fn each_limit_has_its_own_reason() {
    let dir = folder(&[]);
    let long = "xã ".repeat(400_000);
    let deep = format!("<html class='ocr_page'>{}", "<div>".repeat(2000));
    write(dir.path(), "in/long.txt", long.as_bytes());
    write(dir.path(), "in/deep.hocr", (deep + "</html>").as_bytes());
    // A page is a directory of six bytes without an entry, behind which the next one stands.
    let pages = (1..=5001u32).flat_map(|k| {
        let next = if k == 5001 { 0 } else { 8 + 6 * k };
        [vec![0, 0], next.to_le_bytes().to_vec()].concat()
    });
    let tiff: Vec<u8> = b"II*\0\x08\0\0\0".iter().copied().chain(pages).collect();
    write(dir.path(), "in/thick.tif", &tiff);
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 3);
    let said = stderr(&output);
    assert!(
        said.contains("in/thick.tif: has more than 5000 pages"),
        "{said}"
    );
    assert!(
        said.contains("long.txt: holds a line of 1600000 bytes, at most 1048576"),
        "{said}"
    );
    assert!(
        said.contains("deep.hocr: holds more than 200 elements"),
        "{said}"
    );
    let many: String = (0..=100_000).map(|k| format!("- Thôn {k};\n")).collect();
    let many = dispatch(1).replace("Các thôn trên địa bàn xã.", &many);
    write(dir.path(), "many.txt", many.as_bytes());
    let deep = format!("{{\"decisions\": [{{\"x\": {}", "[".repeat(100_000));
    write(dir.path(), "deep.json", deep.as_bytes());
    let large = fs::File::create(dir.path().join("large.json")).expect("file");
    large.set_len((64 << 20) + 1).expect("a sparse file");
    for (args, reason) in [
        (
            "parse --no-repair many.txt",
            "fields in one dispatch, at most 100000 are read",
        ),
        ("learn deep.json --user mine", "recursion limit exceeded"),
        ("apply deep.json -o out", "recursion limit exceeded"),
        (
            "apply large.json -o out",
            "large.json: holds decisions of more than 67108864 bytes",
        ),
    ] {
        let output = run(dir.path(), args);
        assert!([2, 3].contains(&code(&output)), "{args}: {}", code(&output));
        assert!(
            stderr(&output).contains(reason),
            "{args}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn damaged_text_goes_through() {
    let dir = folder(&[
        ("in/empty.txt", ""),
        ("in/old.txt", "một\rhai\r"),
        ("in/last.txt", "không xuống dòng"),
    ]);
    write(
        dir.path(),
        "in/bytes.txt",
        b"d\xe1\xbbng \x02 \xff l\xe1\xba\xadp\r\n",
    );
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let text = |name: &str| fs::read_to_string(dir.path().join("out").join(name)).expect("text");
    assert_eq!(text("empty.txt"), "");
    assert_eq!(text("old.txt").lines().count(), 2);
    assert!(!text("last.txt").ends_with('\n'));
    assert_eq!(text("bytes.txt").lines().count(), 1);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder(&[
        ("in/a.txt", &dispatch(1)),
        ("in/b.txt", &dispatch(2)),
        ("in/closed/c.txt", "x"),
    ]);
    let set = |name, mode| {
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(dir.path().join(name), mode).expect("permissions");
    };
    set("in/b.txt", 0o000);
    set("in/closed", 0o000);
    let args = ["run", "in", "-o", "out"];
    let output = unprivileged(dir.path(), &args).output().expect("vanthu");
    set("in/closed", 0o700);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    for name in ["in/b.txt", "in/closed"] {
        let said = format!("{name}: permission denied");
        assert!(stderr(&output).contains(&said), "{}", stderr(&output));
    }
    let summary = summary(&dir.path().join("out"));
    assert_eq!(summary["failures"][0]["kind"], "permission");
    assert!(dir.path().join("out/a.txt").exists());
}

#[cfg(unix)]
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn a_pipe_is_no_document() {
    let dir = folder(&[("in/a.txt", &dispatch(1))]);
    let made = Command::new("mkfifo")
        .arg(dir.path().join("in/pipe.txt"))
        .status();
    if !made.is_ok_and(|s| s.success()) {
        eprintln!("SKIPPED: no mkfifo here");
        return;
    }
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("in/pipe.txt: is no regular file"));
}

#[test]
fn input_and_output_are_the_same_folder() {
    let dir = folder(&[("in/a.txt", &dispatch(1))]);
    for args in [
        "run in -o in",
        "run in/a.txt -o in",
        "run in/../in -o ./in/",
    ] {
        let (line, code) = refused(dir.path(), args);
        assert_eq!(code, 2);
        assert!(line.contains("input and output folder are the same"));
    }
    let left = fs::read_dir(dir.path().join("in")).expect("folder").count();
    assert_eq!(left, 1);
}

#[test]
fn two_inputs_of_one_output() {
    let dir = folder(&[("in/x.md", &dispatch(1)), ("in/x.txt", &dispatch(2))]);
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("in/x.txt: would write the same output as in/x.md"));
    let text = fs::read_to_string(dir.path().join("out/x.txt")).expect("text");
    assert!(text.contains("1/UBND"));
}

#[test]
fn an_output_folder_that_cannot_be_made() {
    let dir = folder(&[("in/a.txt", &dispatch(1)), ("out", "a file")]);
    let (line, code) = refused(dir.path(), "run in -o out");
    assert_eq!(code, 3);
    assert!(line.starts_with("vanthu: out: "), "{line}");
}

#[test]
fn what_is_typed_wrong() {
    let dir = folder(&[]);
    for args in ["", "run", "run in", "nonsense", "run in -o out --threads x"] {
        assert_eq!(code(&run(dir.path(), args)), 2, "{args}");
    }
    assert_eq!(
        code(&run(dir.path(), "run in -o out --min-confidence 2")),
        2
    );
}
