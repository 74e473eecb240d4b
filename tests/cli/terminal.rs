//! What is seen on a terminal while a batch runs, and what is not where there is none.

#![cfg(unix)]

use super::*;

/// Runs `vanthu` with its standard output and error on a terminal; `None` where none can be had.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn on_a_terminal(folder: &Path, args: &str) -> Option<String> {
    let command = format!("'{}' {args}", env!("CARGO_BIN_EXE_vanthu"));
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "typescript"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .env("TERM", "xterm")
        .output();
    let Ok(output) = output else {
        eprintln!("SKIPPED: no `script` here to make a terminal");
        return None;
    };
    assert_eq!(code(&output), 1, "one of the documents is bad");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// 40 documents of which the first cannot be read.
fn documents() -> TempDir {
    let dir = archive(39);
    write(dir.path(), "in/a/bad.txt", b"\0\xff\0");
    dir
}

#[test]
fn a_bar_is_shown_on_a_terminal() {
    let dir = documents();
    let Some(said) = on_a_terminal(dir.path(), "run in -o out") else {
        return;
    };
    // How many of how many, the rate, the time left, the failures so far; at last the line is cleared.
    let bars: Vec<&str> = said
        .split(['\r', '\n'])
        .filter(|l| l.contains("/40 "))
        .collect();
    assert!(bars.len() > 1, "{said:?}");
    assert!(bars.iter().all(|b| b.contains("/s ")), "{bars:?}");
    assert!(bars.iter().any(|b| b.contains("1 failed")), "{bars:?}");
    let (_, after) = said.rsplit_once("/40 ").expect("a bar");
    assert!(after.contains("\u{1b}[2K"), "{after:?}");
    assert!(said.contains("in/a/bad.txt: "));
}

#[test]
fn quiet_shows_none() {
    let dir = documents();
    if let Some(said) = on_a_terminal(dir.path(), "run in -o out --quiet") {
        assert!(
            !said.contains("/40 ") && !said.contains('\u{1b}'),
            "{said:?}"
        );
        assert!(said.contains("in/a/bad.txt: "));
    }
}

#[test]
fn nothing_of_a_bar_goes_into_a_file_or_a_pipe() {
    let dir = documents();
    let output = run(dir.path(), "run in -o out");
    let said = stderr(&output) + &String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("in/a/bad.txt: "), "{said:?}");
    assert!(
        !said.contains("/40 ") && !said.contains(['\r', '\u{1b}']),
        "{said:?}"
    );
    // A terminal for the summary is none for the bar, which goes to standard error.
    if let Some(shown) = on_a_terminal(dir.path(), "run in -o out2 2>said") {
        assert!(
            !shown.contains("/40 ") && !shown.contains('\u{1b}'),
            "{shown:?}"
        );
        let said = fs::read_to_string(dir.path().join("said")).expect("what was said");
        assert!(
            !said.contains("/40 ") && !said.contains(['\r', '\u{1b}']),
            "{said:?}"
        );
    }
}
