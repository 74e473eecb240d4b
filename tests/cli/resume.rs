//! Killed at any moment and begun again, a run ends with the bytes of one that was left in peace.

use std::thread::sleep;
use std::time::Duration;

use super::*;

const DOCUMENTS: usize = 400;

fn undisturbed(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    assert_eq!(code(&run(dir, "run in -o calm --threads 3")), 0);
    contents(&dir.join("calm"))
}

#[test]
fn killed_and_begun_again() {
    let dir = archive(DOCUMENTS);
    let calm = undisturbed(dir.path());
    let mut kills = 0;
    for turn in 1.. {
        let args = [
            "run",
            "in",
            "-o",
            "out",
            "--quiet",
            "--threads",
            ["1", "2", "4"][turn % 3],
        ];
        let mut child = vanthu(dir.path(), &args).spawn().expect("vanthu runs");
        // Longer from turn to turn, so that the test ends on any machine.
        sleep(Duration::from_millis(15 * turn as u64));
        match child.try_wait().expect("status") {
            Some(status) => {
                assert_eq!(status.code(), Some(0));
                break;
            }
            None => {
                child.kill().expect("kill");
                child.wait().expect("status");
                kills += 1;
            }
        }
    }
    assert!(kills > 0, "no run was caught at work");
    assert!(calm == contents(&dir.path().join("out")));
    let left = dir.path().join("out/.vanthu/tmp");
    assert_eq!(fs::read_dir(left).expect("folder").count(), 0);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_run_in_order() {
    let dir = archive(DOCUMENTS);
    let calm = undisturbed(dir.path());
    for signal in ["-TERM", "-INT"] {
        ends_in_order(dir.path(), &calm, signal);
        fs::remove_dir_all(dir.path().join("out")).expect("removed");
    }
}

#[cfg(unix)]
fn ends_in_order(dir: &Path, calm: &BTreeMap<String, Vec<u8>>, signal: &str) {
    let args = ["run", "in", "-o", "out", "--threads", "1"];
    let mut child = vanthu(dir, &args)
        .stdout(Stdio::piped())
        .spawn()
        .expect("vanthu runs");
    let journal = dir.join("out/.vanthu/journal.jsonl");
    while fs::metadata(&journal).map_or(0, |m| m.len()) == 0 {
        sleep(Duration::from_millis(1));
    }
    let id = child.id().to_string();
    let killed = Command::new("kill").args([signal, &id]).status();
    assert!(killed.is_ok_and(|s| s.success()));
    assert_eq!(child.wait().expect("status").code(), Some(130));
    let summary = summary(&dir.join("out"));
    assert_eq!(summary["complete"], false);
    assert_eq!(summary["stopped"], "interrupted");
    let done = summary["documents"]["done"].as_u64().expect("number") as usize;
    assert!(0 < done && done < DOCUMENTS, "{done}");
    let records = fs::read_to_string(dir.join("out/records.jsonl")).expect("records");
    assert_eq!(records.lines().count(), done);

    assert_eq!(code(&run(dir, "run in -o out")), 0);
    assert!(*calm == contents(&dir.join("out")));
}

#[test]
fn what_is_done_is_recognised_by_content() {
    let dir = archive(4);
    assert_eq!(code(&run(dir.path(), "run in -o out")), 0);
    let before = contents(&dir.path().join("out"));
    let again = |expected: u64| {
        let output = run(dir.path(), "run in -o out");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let summary = summary(&dir.path().join("out"));
        assert_eq!(summary["run"]["already_done"].as_u64(), Some(expected));
    };
    again(4);
    assert!(before == contents(&dir.path().join("out")));
    // A later time alone changes nothing; another content does, and its outputs are ours to replace.
    write(dir.path(), "in/a/0000.txt", dispatch(0).as_bytes());
    again(4);
    write(dir.path(), "in/a/0000.txt", dispatch(77).as_bytes());
    again(3);
    let text = fs::read_to_string(dir.path().join("out/a/0000.txt")).expect("text");
    assert!(text.contains("77/UBND"));
    // An output that is gone is made again.
    fs::remove_file(dir.path().join("out/b/0001.json")).expect("removed");
    again(3);
    again(4);
}

#[test]
fn other_options_do_the_work_anew() {
    let dir = archive(2);
    assert_eq!(code(&run(dir.path(), "run in -o out")), 0);
    assert_eq!(
        code(&run(dir.path(), "run in -o out --min-confidence 0.9")),
        0
    );
    let now = summary(&dir.path().join("out"));
    assert_eq!(now["run"]["already_done"], 0);
    assert_eq!(now["options"]["min_confidence"], 0.9);
}

#[test]
fn outputs_that_a_power_cut_emptied_are_made_again() {
    let dir = archive(2);
    assert_eq!(code(&run(dir.path(), "run in -o out")), 0);
    let before = contents(&dir.path().join("out"));
    write(dir.path(), "out/a/0000.txt", b"");
    write(dir.path(), "out/b/0001.json", b"{\0\0\0");
    assert_eq!(code(&run(dir.path(), "run in -o out")), 0);
    assert!(before == contents(&dir.path().join("out")));
}
