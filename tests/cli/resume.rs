//! Killed at any moment and begun again, a run ends with the bytes of one that was left in peace.

use std::thread::sleep;
use std::time::Duration;

use super::*;

const DOCUMENTS: usize = 400;

fn undisturbed(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    assert_eq!(code(&run(dir, "run in -o calm --threads 3")), 0);
    contents(&dir.join("calm"))
}

/// Bytes of a file; none where there is no file.
fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |m| m.len())
}

/// Says of two runs where they differ, if they do.
fn same(calm: &BTreeMap<String, Vec<u8>>, out: &Path) {
    let now = contents(out);
    let names = calm.keys().chain(now.keys());
    let other = names.filter(|name| calm.get(*name) != now.get(*name));
    let other: Vec<&String> = other.collect();
    assert!(other.is_empty(), "not as in the calm run: {other:?}");
}

#[test]
fn killed_and_begun_again() {
    let dir = archive(DOCUMENTS);
    let calm = undisturbed(dir.path());
    let journal = dir.path().join("out/.vanthu/journal.jsonl");
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
        let mut child = vanthu(dir.path(), &args)
            .stderr(Stdio::piped())
            .spawn()
            .expect("vanthu runs");
        // Longer from turn to turn, so that the test ends on any machine.
        sleep(Duration::from_millis(15 * turn as u64));
        match child.try_wait().expect("status") {
            Some(_) => {
                let output = child.wait_with_output().expect("output");
                assert_eq!(code(&output), 0, "turn {turn}: {}", stderr(&output));
                if kills > 0 {
                    break;
                }
                // A busy machine may hold up this thread and not the run, which then was at its end before the kill.
                assert!(turn < 20, "no run was caught at work");
                fs::remove_dir_all(dir.path().join("out")).expect("removed");
            }
            None => {
                child.kill().expect("kill");
                child.wait().expect("status");
                kills += usize::from(size(&journal) > 0);
            }
        }
    }
    same(&calm, &dir.path().join("out"));
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

/// Stops a run that has done something and not all.
#[cfg(unix)]
fn stopped_at_work(dir: &Path, signal: &str) {
    let args = ["run", "in", "-o", "out", "--threads", "1"];
    let journal = dir.join("out/.vanthu/journal.jsonl");
    for _ in 0..20 {
        let mut child = vanthu(dir, &args)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("vanthu runs");
        while size(&journal) == 0 {
            assert_eq!(
                child.try_wait().expect("status"),
                None,
                "ended without a word"
            );
            sleep(Duration::from_millis(1));
        }
        let id = child.id().to_string();
        let killed = Command::new("kill").args([signal, &id]).status();
        assert!(killed.is_ok_and(|s| s.success()));
        let output = child.wait_with_output().expect("output");
        match code(&output) {
            130 => return,
            // A busy machine may hold up this thread and not the run, which then was at its end before the signal.
            0 => fs::remove_dir_all(dir.join("out")).expect("removed"),
            other => panic!("exit code {other}: {}", stderr(&output)),
        }
    }
    panic!("no run was caught at work");
}

#[cfg(unix)]
fn ends_in_order(dir: &Path, calm: &BTreeMap<String, Vec<u8>>, signal: &str) {
    stopped_at_work(dir, signal);
    let summary = summary(&dir.join("out"));
    assert_eq!(summary["complete"], false);
    assert_eq!(summary["stopped"], "interrupted");
    let done = summary["documents"]["done"].as_u64().expect("number") as usize;
    assert!(0 < done && done < DOCUMENTS, "{done}");
    let records = fs::read_to_string(dir.join("out/records.jsonl")).expect("records");
    assert_eq!(records.lines().count(), done);

    assert_eq!(code(&run(dir, "run in -o out")), 0);
    same(calm, &dir.join("out"));
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
