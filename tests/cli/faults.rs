//! Whatever the system refuses, and when: outputs are whole or not there, and the next run ends as an undisturbed one.
//!
//! `strace` makes one call after another fail, a mount of some kilobytes is a full disk. Where a machine lacks them
//! the tests say so and pass.

#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::*;

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skip(why: &str) {
    eprintln!("SKIPPED: {why}");
}

/// Whether a command can be run and succeeds.
fn works(command: &[&str]) -> bool {
    let mut run = Command::new(command[0]);
    run.args(&command[1..])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    run.status().is_ok_and(|s| s.success())
}

/// Every file of `out` is one that an undisturbed run leaves, or belongs to the batch and is whole.
fn whole_or_absent(out: &Path, calm: &BTreeMap<String, Vec<u8>>, when: &str) {
    if !out.exists() {
        return;
    }
    let json = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok();
    for (name, bytes) in contents(out) {
        let expected = calm
            .get(&name)
            .unwrap_or_else(|| panic!("{when}: a file {name}"));
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        let whole = match name.as_str() {
            "summary.json" => json(&text()),
            "records.jsonl" => text().lines().all(json),
            "records.csv" | "tasks.csv" => text().ends_with("\r\n"),
            "tasks.ics" => text().ends_with("END:VCALENDAR\r\n"),
            "review.html" => text().ends_with("</html>\n"),
            "records.xlsx" => bytes.len() > 1000 && bytes.starts_with(b"PK"),
            _ => bytes == *expected,
        };
        assert!(whole, "{when}: {name} is torn");
    }
}

/// Runs once more, in peace, and compares.
fn ends_like(calm: &BTreeMap<String, Vec<u8>>, dir: &Path, when: &str) {
    let output = run(dir, "run in -o out");
    assert_eq!(code(&output), 0, "{when}: {}", stderr(&output));
    assert!(
        *calm == contents(&dir.join("out")),
        "{when}: the end differs"
    );
}

fn calm(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    assert_eq!(code(&run(dir, "run in -o calm")), 0);
    contents(&dir.join("calm"))
}

/// Makes call after call of a kind fail, each in a run of its own over a fresh OUT.
fn each_call_fails(calls: &str, error: &str) {
    if !works(&["strace", "-f", "-o", "/dev/null", "true"]) {
        return skip("no strace here, or it may not trace");
    }
    let dir = archive(2);
    let calm = calm(dir.path());
    let program = env!("CARGO_BIN_EXE_vanthu");
    let trace = dir.path().join("trace");
    for n in 1.. {
        let when = format!("{calls} number {n} fails with {error}");
        let output = Command::new("strace")
            .args(["-f", "-qq", "-o", "trace", "-e", &format!("trace={calls}")])
            .args([
                "-e",
                &format!("inject={calls}:error={error}:when={n}"),
                program,
            ])
            .args(["run", "in", "-o", "out", "--threads", "1"])
            .current_dir(dir.path())
            .output()
            .expect("strace");
        let said = stderr(&output);
        // 101 is a panic that nobody caught; 127 is the system's loader.
        let code = output.status.code();
        assert!(
            matches!(code, Some(0 | 1 | 3 | 127)),
            "{when}: {code:?} {said}"
        );
        whole_or_absent(&dir.path().join("out"), &calm, &when);
        ends_like(&calm, dir.path(), &when);
        fs::remove_dir_all(dir.path().join("out")).expect("removed");
        let injected = fs::read_to_string(&trace)
            .expect("a trace")
            .contains("(INJECTED)");
        if !injected {
            assert!(n > 1, "no call of {calls} was seen");
            break;
        }
    }
}

#[test]
fn each_rename_fails() {
    each_call_fails("rename,renameat,renameat2", "EIO");
}

#[test]
fn each_sync_fails() {
    each_call_fails("fsync,fdatasync", "EIO");
}

#[test]
fn each_write_fails() {
    each_call_fails("write", "ENOSPC");
}

#[test]
fn each_read_fails() {
    each_call_fails("read,pread64", "EIO");
}

#[test]
fn each_opening_fails() {
    each_call_fails("openat", "EMFILE");
}

#[test]
fn each_making_of_a_folder_fails() {
    each_call_fails("mkdir,mkdirat,unlink,unlinkat,ftruncate", "EACCES");
}

#[test]
fn a_full_disk_loses_nothing() {
    let mounted = [
        "unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt",
    ];
    if !works(&mounted) {
        return skip("no file system may be mounted here");
    }
    let dir = archive(40);
    let calm = calm(dir.path());
    let script = r#"
        mkdir out; mount -t tmpfs -o size="$1" tmpfs out
        "$0" run in -o out --threads 2; echo $? > code
        cp -a out full
        mount -o remount,size=64m out
        "$0" run in -o out; echo $? >> code
        cp -a out after"#;
    let program = env!("CARGO_BIN_EXE_vanthu");
    for size in ["16k", "128k", "300k"] {
        let output = Command::new("unshare")
            .args(["-m", "sh", "-c", script, program, size])
            .current_dir(dir.path())
            .output()
            .expect("unshare");
        let said = stderr(&output);
        assert!(
            said.to_lowercase().contains("no space left on device"),
            "{size}: {said}"
        );
        let codes = fs::read_to_string(dir.path().join("code")).expect("codes");
        assert!(
            ["1\n0\n", "3\n0\n"].contains(&codes.as_str()),
            "{size}: {codes} {said}"
        );
        whole_or_absent(&dir.path().join("full"), &calm, size);
        assert!(calm == contents(&dir.path().join("after")), "{size}");
        for folder in ["out", "full", "after"] {
            fs::remove_dir_all(dir.path().join(folder)).expect("removed");
        }
    }
}

/// A run over many documents, as soon as some are done.
fn at_work(dir: &Path) -> std::process::Child {
    let child = unprivileged(dir, &["run", "in", "-o", "out", "--threads", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("vanthu runs");
    let journal = dir.join("out/.vanthu/journal.jsonl");
    let began = Instant::now();
    while fs::metadata(&journal).map_or(0, |m| m.len()) == 0 {
        assert!(began.elapsed() < Duration::from_secs(30), "nothing is done");
        sleep(Duration::from_millis(1));
    }
    child
}

#[test]
fn an_output_folder_that_is_taken_away() {
    let dir = archive(600);
    let calm = calm(dir.path());
    let child = at_work(dir.path());
    let (out, away) = (dir.path().join("out"), dir.path().join("away"));
    fs::rename(&out, &away).expect("moved");
    let output = child.wait_with_output().expect("output");
    assert!([1, 3].contains(&code(&output)), "{}", stderr(&output));
    assert!(stderr(&output).contains("out"), "{}", stderr(&output));
    assert!(
        !out.exists(),
        "OUT is not made again behind somebody's back"
    );
    whole_or_absent(&away, &calm, "taken away");
    fs::rename(&away, &out).expect("moved back");
    ends_like(&calm, dir.path(), "taken away");
}

#[test]
fn permission_that_is_lost() {
    let dir = archive(600);
    let calm = calm(dir.path());
    let child = at_work(dir.path());
    let scratch = dir.path().join("out/.vanthu/tmp");
    let set = |mode| fs::set_permissions(&scratch, fs::Permissions::from_mode(mode));
    set(0o500).expect("permissions");
    let output = child.wait_with_output().expect("output");
    set(0o700).expect("permissions");
    assert_ne!(code(&output), 0, "the run ended before");
    let said = stderr(&output);
    assert!(said.contains("permission denied"), "{said}");
    whole_or_absent(&dir.path().join("out"), &calm, "permission lost");
    ends_like(&calm, dir.path(), "permission lost");
}

#[test]
fn a_folder_that_may_not_be_written() {
    let dir = archive(2);
    let calm = calm(dir.path());
    let out = dir.path().join("out");
    fs::create_dir(&out).expect("folder");
    let set = |mode| fs::set_permissions(&out, fs::Permissions::from_mode(mode));
    set(0o500).expect("permissions");
    let args = ["run", "in", "-o", "out"];
    let output = unprivileged(dir.path(), &args).output().expect("vanthu");
    set(0o700).expect("permissions");
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(
        stderr(&output).contains("out: permission denied"),
        "{}",
        stderr(&output)
    );
    assert_eq!(fs::read_dir(&out).expect("folder").count(), 0);
    ends_like(&calm, dir.path(), "no permission");
}

#[test]
fn an_input_that_changes_while_it_is_read() {
    // A file whose size is said to be 0 and which holds more: as if somebody were writing it.
    if fs::read("/proc/self/status").map_or(0, |b| b.len()) == 0 {
        return skip("no /proc here");
    }
    let dir = archive(2);
    std::os::unix::fs::symlink("/proc/self/status", dir.path().join("in/live.txt")).expect("link");
    let output = run(dir.path(), "run in -o out");
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("in/live.txt: changed while it was being read"));
    assert!(!dir.path().join("out/live.txt").exists());
    let summary = summary(&dir.path().join("out"));
    assert_eq!(summary["failures"][0]["kind"], "changed");
    assert_eq!(summary["documents"]["done"], 2);
}

/// Takes a file away when the list of files has been made.
struct Thief(PathBuf);

impl vanthu::batch::Observer for Thief {
    fn begins(&mut self, _documents: usize) {
        fs::remove_file(&self.0).expect("removed");
    }
}

#[test]
fn an_input_that_vanishes() {
    use vanthu::pipeline::{Pipeline, Settings};
    let dir = archive(3);
    let options = vanthu::batch::Options {
        inputs: vec![dir.path().join("in")],
        only: None,
        out: dir.path().join("out"),
        force: false,
        write_back: false,
        second_readings: None,
        keep_hocr: false,
        threads: 1,
        decisions: None,
        exports: Default::default(),
        timeout: None,
    };
    let mut thief = Thief(dir.path().join("in/b/0001.txt"));
    let pipeline = Pipeline::new(Settings::default()).expect("pipeline");
    let stop = std::sync::atomic::AtomicBool::new(false);
    let summary = vanthu::batch::run(&options, pipeline.into(), &stop, &mut thief).expect("a run");
    assert_eq!((summary.documents.done, summary.failures.len()), (2, 1));
    assert!(summary.failures[0].file.ends_with("in/b/0001.txt"));
    assert_eq!(summary.failures[0].reason, "no such file or directory");
}

#[test]
fn a_document_that_takes_too_long_holds_no_other() {
    let dir = archive(6);
    let long = dispatch(7).repeat(20_000);
    write(dir.path(), "in/a/long.txt", long.as_bytes());
    let output = run(dir.path(), "run in -o out --threads 1 --timeout 1");
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stderr(&output).contains("in/a/long.txt: took longer than 1 s and was given up"));
    let out = dir.path().join("out");
    assert_eq!(summary(&out)["failures"][0]["kind"], "timeout");
    assert_eq!(summary(&out)["documents"]["done"], 6);
    assert!(!out.join("a/long.txt").exists());
}
