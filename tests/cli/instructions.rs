//! What one page costs, in instructions: no clock, so that it can be asserted on any machine. A change that makes the
//! work a tenth dearer or cheaper has to say so here.

use super::*;

/// The compiler that the figures are of: another one makes other instructions of the same work.
const COMPILER: &str = "rustc 1.95.0";
/// Millions of instructions of `vanthu repair PAGE`, start to end, in the build that tests use.
const FIGURES: [(&str, f64); 2] = [("eng", 81.1), ("vie", 41.8)];

/// Millions of instructions that callgrind counts; `None` where there is no valgrind.
fn instructions(args: &[&str]) -> Option<f64> {
    let folder = TempDir::new().expect("folder");
    let out = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env!("CARGO_BIN_EXE_vanthu"))
        .args(args)
        .current_dir(folder.path())
        .output()
        .ok()?;
    let told = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{told}");
    let count = told.lines().find_map(|l| l.split_once("Collected : "));
    let count: f64 = count.expect(&told).1.trim().parse().expect("a number");
    Some(count / 1e6)
}

#[test]
#[expect(clippy::print_stderr, reason = "what was counted, and what was not")]
fn a_page_costs_what_it_did() {
    let version = Command::new("rustc").arg("--version").output();
    let version = version.map_or(String::new(), |o| String::from_utf8_lossy(&o.stdout).into());
    for (kind, figure) in FIGURES {
        let page = format!(
            "{}/corpus/{kind}/cv-2025-bo.txt",
            env!("CARGO_MANIFEST_DIR")
        );
        let Some(found) = instructions(&["repair", "--profile", kind, &page]) else {
            eprintln!("NOT TESTED: there is no valgrind, so no instructions are counted");
            return;
        };
        eprintln!("{kind}: {found:.1} million instructions, {figure} in the table");
        match version.starts_with(COMPILER) {
            true => assert!(
                (found / figure - 1.0).abs() < 0.1,
                "{kind}: {found:.1} million instructions instead of {figure}"
            ),
            false => eprintln!("NOT COMPARED: {version:?} is not {COMPILER}"),
        }
    }
}
