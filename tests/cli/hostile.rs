//! Files from a stranger: what stands in them reaches neither the terminal, nor a spreadsheet, a browser, the network,
//! the disk outside OUT, or a log.

use super::*;

/// A dispatch whose subject, names and tasks are meant for other programs than this one.
const EVIL: &str = "UBND XÃ SUỐI THỬ\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\
    Số: 12/UBND-VP\tSuối Thử, ngày 12 tháng 5 năm 2024\n\
    V/v =HYPERLINK(\"http://x\") <script>alert(1)</script>\u{1B}[2J\n\n\
    Kính gửi: =1+1; @SUM(A1); <b>Các thôn</b>.\n\n\
    1. Yêu cầu =cmd|' /C calc'!A0 gửi <img src=x onerror=alert(1)> trước ngày 20/5/2024.\n\
    Nơi nhận:\tCHỦ TỊCH\n- Như trên;\n- Lưu: VT.\t+Nguyễn Văn Thử\n";

/// What could speak to a terminal.
fn commands(text: &str) -> Vec<char> {
    let harmless = |c: &char| matches!(c, '\n' | '\t') || !c.is_control();
    text.chars().filter(|c| !harmless(c)).collect()
}

#[cfg(unix)]
#[test]
fn escapes_never_reach_the_terminal() {
    let bad = "\u{1B}[31m\u{9B}2J\u{7}";
    let dir = folder(&[(&format!("in/{bad}.txt"), "\0"), ("in/a.txt", EVIL)]);
    write(dir.path(), &format!("in/{bad}ok.txt"), EVIL.as_bytes());
    write(dir.path(), &format!("{bad}.toml"), b"\"\\u001b[2J\" = 1");
    for args in [
        format!("run|in|-o|out-{bad}|-v"),
        format!("run|in/{bad}.txt|-o|out2"),
        format!("run|--{bad}"),
        format!("repair|{bad}"),
        format!("run|in|-o|out3|--config|{bad}.toml"),
        format!("run|in|-o|out4|--encoding|{bad}"),
        "parse|in/a.txt|--explain".to_owned(),
        "repair|in/a.txt".to_owned(),
        "parse|in/a.txt".to_owned(),
    ] {
        let typed: Vec<&str> = args.split('|').collect();
        let output = vanthu(dir.path(), &typed).output().expect("vanthu runs");
        for said in [&output.stderr, &output.stdout] {
            let said = String::from_utf8_lossy(said);
            assert_eq!(commands(&said), [], "{args:?}: {said:?}");
        }
    }
}

#[test]
fn nothing_in_a_table_or_a_page_means_anything_to_its_program() {
    let dir = folder(&[("in/a.txt", EVIL)]);
    assert_eq!(code(&run(dir.path(), "run in -o out")), 0);
    let out = dir.path().join("out");
    let mut formulas = 0;
    for name in ["records.csv", "tasks.csv"] {
        let bytes = fs::read(out.join(name)).expect("table");
        for row in csv::Reader::from_reader(&bytes[3..]).records() {
            for cell in row.expect("row").iter() {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{cell}"
                );
                formulas += usize::from(cell.starts_with("'="));
            }
        }
    }
    assert!(formulas > 0, "no cell had to be defused");
    let page = fs::read_to_string(out.join("review.html")).expect("page");
    assert!(
        page.contains("\\u003cscript>alert(1)"),
        "the subject is on the page"
    );
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x"));
    let mut book =
        zip::ZipArchive::new(fs::File::open(out.join("records.xlsx")).expect("book")).expect("zip");
    for k in 0..book.len() {
        let mut part = String::new();
        let mut file = book.by_index(k).expect("part");
        if std::io::Read::read_to_string(&mut file, &mut part).is_ok() {
            assert!(
                !part.contains("<f>") && !part.contains("Target=\"http://x"),
                "a formula or a foreign link"
            );
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn no_network_is_needed() {
    let cut = |program: &str| {
        let mut command = Command::new("unshare");
        command.args(["-rn", program]).env_clear();
        command
    };
    if !cut("true").status().is_ok_and(|s| s.success()) {
        eprintln!("SKIPPED: the network cannot be cut off here");
        return;
    }
    let dir = archive(3);
    let output = cut(env!("CARGO_BIN_EXE_vanthu"))
        .args(["run", "in", "-o", "out"])
        .current_dir(dir.path())
        .output()
        .expect("vanthu runs");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(code(&run(dir.path(), "run in -o calm")), 0);
    assert!(contents(&dir.path().join("out")) == contents(&dir.path().join("calm")));
}

#[cfg(target_os = "linux")]
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn no_network_is_asked_for() {
    let dir = archive(3);
    let traced = Command::new("strace")
        .args([
            "-f",
            "-qq",
            "-o",
            "trace",
            "-e",
            "trace=%network",
            env!("CARGO_BIN_EXE_vanthu"),
        ])
        .args(["run", "in", "-o", "out"])
        .current_dir(dir.path())
        .output();
    if !traced.is_ok_and(|o| o.status.success()) {
        eprintln!("SKIPPED: no strace here, or it may not trace");
        return;
    }
    let calls = fs::read_to_string(dir.path().join("trace")).expect("a trace");
    let asked: Vec<&str> = calls
        .lines()
        .filter(|l| l.contains("socket(") || l.contains("connect("))
        .collect();
    assert!(asked.is_empty(), "{asked:?}");
}

/// Every file and folder below `dir`.
fn below(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).expect("folder").flatten() {
        all.push(entry.path());
        if entry.path().is_dir() {
            all.extend(below(&entry.path()));
        }
    }
    all
}

#[test]
fn no_temporary_file_is_left() {
    let dir = archive(3);
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/formats");
    for name in ["archive.zip", "packed.tar.gz", "word.docx", "printed.pdf"] {
        fs::copy(corpus.join(name), dir.path().join("in").join(name))
            .expect("a file of the corpus");
    }
    fs::create_dir(dir.path().join("tmp")).expect("folder");
    let output = vanthu(dir.path(), &["run", "in", "-o", "out"])
        .env("TMPDIR", dir.path().join("tmp"))
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .output()
        .expect("vanthu runs");
    assert!([0, 1].contains(&code(&output)), "{}", stderr(&output));
    assert_eq!(below(&dir.path().join("tmp")), Vec::<PathBuf>::new());
    assert_eq!(
        below(&dir.path().join("out/.vanthu/tmp")),
        Vec::<PathBuf>::new()
    );
}

#[test]
fn nothing_of_a_document_is_logged() {
    let dir = folder(&[("in/a.txt", EVIL), ("in/b.txt", &dispatch(4711))]);
    write(dir.path(), "in/bad.txt", b"Kh\xf4ng \0 \xff");
    let output = run(dir.path(), "run in -o out -v --log-json log.jsonl");
    assert_eq!(code(&output), 1);
    let log = fs::read_to_string(dir.path().join("log.jsonl")).expect("log");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    for said in [log, stderr(&output), stdout] {
        for word in ["Suối Thử", "SUỐI THỬ", "Nguyễn", "script", "4711", "Kính"] {
            assert!(!said.contains(word), "{word:?} in {said}");
        }
    }
}

#[test]
fn entities_are_not_expanded_and_nothing_else_is_read() {
    let secret = folder(&[("secret.txt", "bí mật")]);
    let page = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE html [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">\
         <!ENTITY x SYSTEM \"file://{}/secret.txt\">]><html><body><div class='ocr_page' title='bbox 0 0 99 99'>\
         <span class='ocr_line'><span class='ocrx_word' title='bbox 1 1 9 9'>&x;&b;</span></span></div></body></html>",
        secret.path().display()
    );
    let dir = folder(&[("in/a.hocr", &page)]);
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let text = fs::read_to_string(dir.path().join("out/a.txt")).expect("text");
    assert!(
        text.contains("&x;&b;") && !text.contains("bí mật") && !text.contains("aaaa"),
        "{text}"
    );
}

#[test]
fn an_archive_writes_nothing_outside_of_out() {
    let dir = folder(&[]);
    let mut tar = tar::Builder::new(Vec::new());
    for name in [
        "../up.txt",
        "/tmp/vanthu-absolute.txt",
        "C:\\x.txt",
        "a\\..\\..\\up.txt",
        "con.txt",
        "b/NUL.md",
        "dots.txt..",
        "stream.txt:x.txt",
        "good.txt",
        "b\\good.txt",
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, &b"x"[..]).expect("member");
    }
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    tar.append_link(&mut link, "link.txt", "/etc/passwd")
        .expect("link");
    write(
        dir.path(),
        "in/evil.tar",
        &tar.into_inner().expect("archive"),
    );
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 1);
    assert_eq!(summary(&dir.path().join("out"))["documents"]["done"], 2);
    let said = |what: &str| stderr(&output).matches(what).count();
    assert_eq!(said("leads out of its archive"), 5);
    assert_eq!(said("stands for something else on Windows"), 3);
    assert!(stderr(&output).contains("in/evil.tar/b/NUL.md: has a name"));
    let out = dir.path().join("out/evil.tar");
    assert!(out.join("b/good.txt").exists() && !out.join("con.txt").exists());
    assert!(stderr(&output).contains("is a link in an archive"));
    let there: Vec<_> = below(dir.path())
        .into_iter()
        .filter(|p| p.ends_with("up.txt") || p.to_string_lossy().contains("\\up"))
        .collect();
    assert!(
        there.is_empty() && !Path::new("/tmp/vanthu-absolute.txt").exists(),
        "{there:?}"
    );
}
