//! Everything an archive keeps its pages in: one dispatch in every format, what is written back, what cannot be read.

use super::*;

/// One dispatch in every format and encoding, made by `corpus/formats.py`.
fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/formats")
}

/// Whether a program is there; says so when it is not.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn there(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok()
        && (program != "tesseract"
            || Command::new(program)
                .arg("--list-langs")
                .output()
                .is_ok_and(|o| {
                    String::from_utf8_lossy(&o.stdout)
                        .lines()
                        .any(|l| l == "vie")
                }));
    if !found {
        eprintln!("SKIPPED in part: {program} (with Vietnamese) is not installed");
    }
    found
}

/// `vanthu` that finds the programs of this machine.
fn run_with_path(folder: &Path, args: &[&str]) -> Output {
    let mut command = vanthu(folder, args);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.output().expect("vanthu runs")
}

fn record(path: &Path) -> serde_json::Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).expect("json")
}

/// Copies the samples that can be read here into a new folder.
fn readable() -> (TempDir, usize) {
    let (images, pdf) = (there("tesseract"), there("pdftotext"));
    let dir = tempfile::tempdir().expect("folder");
    fs::create_dir(dir.path().join("in")).expect("folder");
    let mut count = 0;
    for entry in fs::read_dir(samples()).expect("samples") {
        let path = entry.expect("entry").path();
        let name = path
            .file_name()
            .expect("name")
            .to_string_lossy()
            .into_owned();
        let wanted = match name.rsplit_once('.').map_or("", |(_, e)| e) {
            "jpg" | "png" | "tif" => images,
            "pdf" if name.starts_with("scan") => images && pdf,
            "pdf" => pdf,
            _ => true,
        };
        if wanted {
            fs::copy(&path, dir.path().join("in").join(name)).expect("copied");
            count += 1;
        }
    }
    (dir, count)
}

#[test]
fn one_dispatch_in_every_format_is_the_same_dispatch() {
    let (dir, count) = readable();
    let output = run_with_path(dir.path(), &["run", "in", "-o", "out", "--keep-hocr"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let records = fs::read_to_string(dir.path().join("out/records.jsonl")).expect("records");
    let mut formats = std::collections::BTreeSet::new();
    for line in records.lines() {
        let r: serde_json::Value = serde_json::from_str(line).expect("json");
        let file = r["source"]["file"].as_str().expect("file").to_owned();
        assert_eq!(r["number"]["value"], "3952", "{file}");
        assert_eq!(r["symbol"]["value"], "TCHQ-TXNK", "{file}");
        assert_eq!(r["date"]["value"], "2024-08-12", "{file}");
        let subject = r["subject"]["value"].as_str().unwrap_or_default();
        assert_eq!(subject, "thời hạn nộp bổ sung chứng từ xuất xứ", "{file}");
        let span = &r["number"]["span"];
        let format = r["source"]["format"].as_str().expect("format").to_owned();
        if ["hocr", "alto", "page", "pdf", "image"].contains(&format.as_str()) {
            let held = if ["pdf", "image"].contains(&format.as_str()) {
                "text"
            } else {
                "file"
            };
            assert_eq!(r["source"]["spans_in"], held, "{file}");
            assert_eq!(span["page"], 1, "{file}");
            assert_eq!(span["box"].as_array().map(Vec::len), Some(4), "{file}");
        }
        formats.insert(format);
    }
    assert_eq!(records.lines().count(), count);
    assert!(formats.len() >= 5, "{formats:?}");
    let scanned = dir.path().join("out/scan-grey.hocr");
    assert_eq!(
        scanned.exists(),
        dir.path().join("in/scan-grey.jpg").exists()
    );
}

#[test]
fn spans_are_bytes_of_the_file() {
    let (dir, _) = readable();
    for (name, number) in [
        ("tcvn3.txt", b"3952".to_vec()),
        ("utf-16.txt", b"3\x009\x005\x002\x00".to_vec()),
        ("read.hocr", b"3952".to_vec()),
        ("read-alto.xml", b"3952".to_vec()),
    ] {
        let args = format!("run in/{name} -o out-{name}");
        assert_eq!(code(&run(dir.path(), &args)), 0);
        let stem = name.rsplit_once('.').expect("ending").0;
        let r = record(&dir.path().join(format!("out-{name}/{stem}.json")));
        assert_eq!(r["source"]["spans_in"], "file");
        let span = &r["number"]["span"];
        let at = |key: &str| span[key].as_u64().expect("a number") as usize;
        let bytes = fs::read(samples().join(name)).expect("sample");
        assert_eq!(&bytes[at("start")..at("end")], number, "{name}");
        assert_eq!(r["number"]["raw"], "3952", "{name}");
    }
}

#[test]
fn a_byte_order_mark_changes_nothing() {
    let dir = folder(&[]);
    for name in ["read.hocr", "read-alto.xml", "read-page.xml"] {
        let bytes = fs::read(samples().join(name)).expect("sample");
        write(dir.path(), &format!("plain/{name}"), &bytes);
        let marked = [&b"\xef\xbb\xbf"[..], &bytes].concat();
        write(dir.path(), &format!("marked/{name}"), &marked);
    }
    for input in ["plain", "marked"] {
        let args = format!("run {input} -o out-{input} --write-back");
        assert_eq!(code(&run(dir.path(), &args)), 0);
    }
    for name in ["read.hocr", "read-alto.xml", "read-page.xml"] {
        let text = name.rsplit_once('.').expect("ending").0.to_owned() + ".txt";
        let out = |input: &str, name: &str| {
            fs::read(dir.path().join(format!("out-{input}")).join(name)).expect("output")
        };
        assert!(out("plain", &text) == out("marked", &text), "{name}");
        let marked = out("marked", name);
        assert_eq!(
            marked.strip_prefix(b"\xef\xbb\xbf"),
            Some(&out("plain", name)[..]),
            "{name}"
        );
    }
}

#[test]
fn repaired_words_are_written_back_and_nothing_else() {
    for (name, from, to) in [
        ("read.hocr", ">bổ</span>", ">bô</span>"),
        ("read-alto.xml", "CONTENT=\"bổ\"", "CONTENT=\"bô\""),
        (
            "read-page.xml",
            "<Unicode>bổ</Unicode>",
            "<Unicode>bô</Unicode>",
        ),
    ] {
        let whole = fs::read_to_string(samples().join(name)).expect("sample");
        assert!(whole.contains(from), "{name}");
        let dir = folder(&[]);
        let damaged = whole.replacen(from, to, 1);
        write(dir.path(), &format!("in/{name}"), damaged.as_bytes());
        let output = run(dir.path(), "run in -o out --write-back");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let written = fs::read_to_string(dir.path().join("out").join(name)).expect("written");
        assert!(written.contains(from) && !written.contains(to), "{name}");
        // Outside of the texts of words the files are the same.
        let frame = |s: &str| -> String {
            let texts = if name == "read-alto.xml" {
                "CONTENT=\""
            } else {
                ">"
            };
            let mut out = String::new();
            for part in s.split(texts) {
                let end = part.find(if texts == ">" { '<' } else { '"' });
                out.push_str(&part[end.unwrap_or(0)..]);
                out.push('\n');
            }
            out
        };
        assert_eq!(frame(&written), frame(&damaged), "{name}");
        // A second run has nothing to do; a file that was lost is made again.
        fs::remove_file(dir.path().join("out").join(name)).expect("removed");
        assert_eq!(code(&run(dir.path(), "run in -o out --write-back")), 0);
        assert!(dir.path().join("out").join(name).exists());
    }
}

#[test]
fn the_encoding_and_the_format_can_be_said() {
    let dir = folder(&[]);
    write(dir.path(), "a.txt", b"C\xabng v\xa8n");
    let output = run(dir.path(), "repair a.txt --encoding tcvn3");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Công văn");
    assert_eq!(code(&run(dir.path(), "repair a.txt --encoding klingon")), 2);
    let hocr = samples().join("read.hocr");
    let args = ["parse", "--format", "text", hocr.to_str().expect("path")];
    let output = vanthu(dir.path(), &args).output().expect("vanthu runs");
    let r: serde_json::Value = serde_json::from_slice(&output.stdout).expect("json");
    let r = if r.is_array() { r[0].clone() } else { r };
    assert_eq!(r["source"]["format"], "text");
}

#[test]
fn members_of_archives_are_documents() {
    let dir = folder(&[]);
    for name in ["archive.zip", "packed.tar.gz"] {
        let bytes = fs::read(samples().join(name)).expect("sample");
        write(dir.path(), &format!("in/{name}"), &bytes);
    }
    write(dir.path(), "in/broken.zip", b"PK\x03\x04 and nothing else");
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stderr(&output).contains("in/broken.zip: is a damaged ZIP archive"));
    for name in ["archive.zip", "packed.tar.gz"] {
        let r = record(&dir.path().join(format!("out/{name}/nam/tailieu.json")));
        assert_eq!(r["source"]["file"], format!("{name}/nam/tailieu.txt"));
    }
    let again = run(dir.path(), "run in -o out");
    assert!(String::from_utf8_lossy(&again.stdout).contains("2 of them done before"));
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_goes_on() {
    let dir = folder(&[("in/good.txt", &dispatch(1))]);
    let sample = |name: &str| fs::read(samples().join(name)).expect("sample");
    let half = |name: &str| {
        let bytes = sample(name);
        bytes[..bytes.len() / 2].to_vec()
    };
    write(dir.path(), "in/empty.pdf", b"");
    write(dir.path(), "in/void.png", b"");
    write(dir.path(), "in/half.docx", &half("word.docx"));
    write(dir.path(), "in/cut.hocr", &half("read.hocr"));
    write(
        dir.path(),
        "in/other.xml",
        b"<?xml version=\"1.0\"?><books/>",
    );
    write(
        dir.path(),
        "in/encrypted.docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    );
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend([0; 16]);
    write(dir.path(), "in/nothing.png", &png);
    // What a file is called does not matter.
    write(dir.path(), "in/word.txt", &sample("word.docx"));
    let output = run(dir.path(), "run in -o out");
    let said = stderr(&output);
    assert_eq!(code(&output), 1, "{said}");
    for (file, reason) in [
        ("empty.pdf", "is empty"),
        ("void.png", "is empty"),
        ("half.docx", "damaged"),
        ("cut.hocr", "is cut off"),
        ("other.xml", "is XML, but neither ALTO nor PAGE nor hOCR"),
        ("encrypted.docx", "old Microsoft Office file"),
        ("nothing.png", "is an image of 0 × 0"),
    ] {
        let lines: Vec<&str> = said.lines().filter(|l| l.contains(file)).collect();
        assert_eq!(lines.len(), 1, "{file}: {said}");
        assert!(lines[0].contains(reason), "{}", lines[0]);
    }
    let out = dir.path().join("out");
    assert_eq!(record(&out.join("word.json"))["source"]["format"], "docx");
    assert!(out.join("good.json").exists());
    let failures = summary(&out)["failures"].as_array().map(Vec::len);
    assert_eq!(failures, Some(said.lines().count()));
}

#[test]
fn pdf_files_that_cannot_be_read_are_named() {
    if !there("pdftotext") {
        return;
    }
    let dir = folder(&[("in/good.txt", &dispatch(1))]);
    let bytes = fs::read(samples().join("printed.pdf")).expect("sample");
    write(dir.path(), "in/half.pdf", &bytes[..200]);
    write(dir.path(), "in/locked.pdf", LOCKED.as_bytes());
    let output = run_with_path(dir.path(), &["run", "in", "-o", "out"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let said = stderr(&output);
    assert!(
        said.contains("in/half.pdf: cannot be read by pdfinfo"),
        "{said}"
    );
    assert!(
        said.contains("in/locked.pdf: is encrypted: it needs a password"),
        "{said}"
    );
    assert!(dir.path().join("out/good.json").exists());
}

/// A document of one empty page that asks for a password.
const LOCKED: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n\
4 0 obj<</Filter/Standard/V 1/R 2/P -4\
/O<0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20>\
/U<0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20>>>endobj\n\
trailer<</Root 1 0 R/Size 5/Encrypt 4 0 R/ID[<01><01>]>>\n%%EOF\n";

#[test]
fn without_the_programs_the_package_is_named() {
    let dir = folder(&[("in/good.txt", &dispatch(1))]);
    let bytes = fs::read(samples().join("scan-fax.png")).expect("sample");
    write(dir.path(), "in/scan.png", &bytes);
    let output = run(dir.path(), "run in -o out --tesseract /no/such/tesseract");
    assert_eq!(code(&output), 1);
    let said = stderr(&output);
    assert!(said.contains("in/scan.png: needs tesseract"), "{said}");
    assert!(said.contains("Debian: tesseract-ocr"), "{said}");
    assert_eq!(
        summary(&dir.path().join("out"))["failures"][0]["kind"],
        "tool"
    );
    assert!(dir.path().join("out/good.json").exists());
}

#[cfg(unix)]
#[test]
fn a_page_that_hangs_is_given_up() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder(&[("in/good.txt", &dispatch(1))]);
    let bytes = fs::read(samples().join("scan-fax.png")).expect("sample");
    write(dir.path(), "in/scan.png", &bytes);
    let script =
        b"#!/bin/sh\nif [ \"$1\" = --list-langs ]; then echo vie; exit; fi\nexec sleep 60\n";
    let program = write(dir.path(), "hangs", script);
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("permissions");
    let program = program.to_str().expect("path");
    let began = std::time::Instant::now();
    let args = [
        "run",
        "in",
        "-o",
        "out",
        "--timeout",
        "5",
        "--tesseract",
        program,
    ];
    let output = run_with_path(dir.path(), &args);
    assert_eq!(code(&output), 1);
    assert!(
        stderr(&output).contains("(--timeout)"),
        "{}",
        stderr(&output)
    );
    assert!(began.elapsed().as_secs() < 50);
    assert!(dir.path().join("out/good.json").exists());
}

#[test]
fn words_are_decided_in_every_format() {
    let (dir, _) = readable();
    for name in ["scan-grey.jpg", "scan-tiff.tif", "scan-pdf.pdf"] {
        let _ = fs::remove_file(dir.path().join("in").join(name));
    }
    let output = run_with_path(dir.path(), &["run", "in", "-o", "out", "--write-back"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let out = dir.path().join("out");
    let records = || -> Vec<serde_json::Value> {
        let lines = fs::read_to_string(out.join("records.jsonl")).expect("records");
        let parsed = lines
            .lines()
            .map(|l| serde_json::from_str(l).expect("json"));
        parsed.collect()
    };
    let decided: Vec<_> = records()
        .iter()
        .map(|r| {
            let span = &r["number"]["span"];
            serde_json::json!({ "file": r["source"]["file"], "sha256": r["source"]["sha256"], "action": "correct",
                "line": span["line_start"], "span": [span["start"], span["end"]], "from": r["number"]["raw"],
                "proposed": r["number"]["raw"], "to": "3953" })
        })
        .collect();
    let file = serde_json::json!({ "schema": "vanthu.decisions/1", "decisions": decided });
    write(dir.path(), "d.json", file.to_string().as_bytes());
    for _ in 0..2 {
        let output = run_with_path(dir.path(), &["apply", "d.json", "-o", "out"]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        for r in records() {
            assert_eq!(r["number"]["value"], "3953", "{}", r["source"]["file"]);
        }
        // Every text is on the page, whatever it was read from.
        let page = fs::read_to_string(out.join("review.html")).expect("the page");
        let bodies = page.matches("<script type=\"text/plain\"").count();
        assert_eq!(bodies, decided.len());
    }
    for name in ["read.hocr", "read-alto.xml", "read-page.xml"] {
        let written = fs::read_to_string(out.join(name)).expect("written");
        assert!(written.contains("3953/TCHQ-TXNK") && !written.contains("3952/TCHQ-TXNK"));
    }
}
