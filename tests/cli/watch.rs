//! A drop folder: files are taken when they are whole, and a signal ends the watch.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::*;

fn until(what: &str, seen: impl Fn() -> bool) {
    let began = Instant::now();
    while !seen() {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "waited for {what}"
        );
        sleep(Duration::from_millis(20));
    }
}

#[cfg(unix)]
#[test]
fn files_are_done_as_they_come() {
    let dir = archive(2);
    let args = "watch in -o out --every 0.1 --settle 0.3";
    let args: Vec<&str> = args.split(' ').collect();
    let mut child = vanthu(dir.path(), &args)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("vanthu runs");
    let out = dir.path().join("out");
    let found = |done: u64, failed: u64| {
        let text = fs::read_to_string(out.join("summary.json")).unwrap_or_default();
        let summary: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let count = |outcome: &str| summary["documents"][outcome].as_u64();
        (count("done"), count("failed")) == (Some(done), Some(failed))
    };
    until("the first two", || found(2, 0));
    write(dir.path(), "in/new.txt", dispatch(9).as_bytes());
    write(dir.path(), "in/bad.txt", b"\0");
    until("the third and the bad one", || found(3, 1));
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/formats");
    let packed = fs::read(formats.join("packed.tar.gz")).expect("sample");
    write(dir.path(), "in/packed.tar.gz", &packed);
    until("the member of the archive", || found(4, 1));
    let id = child.id().to_string();
    let killed = Command::new("kill").args(["-TERM", &id]).status();
    assert!(killed.is_ok_and(|s| s.success()));
    assert_eq!(child.wait().expect("status").code(), Some(0));
    let output = child.wait_with_output().expect("output");
    let said = stderr(&output);
    assert_eq!(said.matches("new.txt").count(), 1, "{said}");
    assert_eq!(said.matches("bad.txt").count(), 1, "{said}");

    fs::remove_file(dir.path().join("in/bad.txt")).expect("removed");
    assert_eq!(code(&run(dir.path(), "run in -o calm")), 0);
    assert_eq!(code(&run(dir.path(), "run in -o out")), 0);
    assert!(contents(&dir.path().join("calm")) == contents(&out));
}

#[test]
fn a_folder_that_cannot_be_watched() {
    let dir = archive(1);
    let output = run(dir.path(), "watch nowhere -o out");
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("nowhere: no such file or directory"));
    assert_eq!(code(&run(dir.path(), "watch in -o in")), 2);
}
