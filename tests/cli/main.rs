//! The program as a user meets it: what is typed, what stands in the folders afterwards, and the exit code.
//!
//! `bad_input` holds what cannot be done, `faults` what the system refuses, `hostile` files from a stranger, `batch` what a whole run must keep, `resume` runs that are killed,
//! `filters` the commands on one text, `formats` what an archive keeps its pages in, `outputs` what people and systems get, `evaluate` the measurements, `settings` files, environment and contracts, `terminal` the progress bar, `watch` drop folders.

mod bad_input;
mod batch;
mod evaluate;
mod faults;
mod filters;
mod formats;
mod hostile;
mod instructions;
mod outputs;
mod resume;
mod settings;
mod terminal;
mod watch;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// `vanthu` with these arguments, in a folder where no settings lie.
fn vanthu<S: AsRef<std::ffi::OsStr>>(folder: &Path, args: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vanthu"));
    command
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .env_clear();
    command
}

/// The same for a user to whom permissions apply: the administrator of a machine goes without what frees him of them.
#[cfg(unix)]
fn unprivileged(folder: &Path, args: &[&str]) -> Command {
    let drop = ["--inh-caps=-all", "--bounding-set=-all"];
    let mut command = Command::new("setpriv");
    command.args(drop);
    let dropped = command.arg("true").stderr(Stdio::null()).status();
    if !dropped.is_ok_and(|s| s.success()) {
        return vanthu(folder, args);
    }
    let mut command = Command::new("setpriv");
    command
        .args(drop)
        .arg(env!("CARGO_BIN_EXE_vanthu"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// Runs `vanthu` with arguments split at spaces.
fn run(folder: &Path, args: &str) -> Output {
    let args: Vec<&str> = args.split(' ').collect();
    vanthu(folder, &args).output().expect("vanthu runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("folder");
    for (name, text) in files {
        write(dir.path(), name, text.as_bytes());
    }
    dir
}

fn write(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().expect("parent")).expect("folder");
    fs::write(&path, bytes).expect("file");
    path
}

/// A dispatch of the usual form; no two numbers give the same text.
fn dispatch(number: usize) -> String {
    format!(
        "ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\
         XÃ SUỐI THỬ                 Độc lập - Tự do - Hạnh phúc\n\
         Số: {number}/UBND-VP          Suối Thử, ngày 12 tháng 5 năm 2024\n\
         V/v báo cáo kết quả đợt {number}\n\n\
         Kính gửi: Các thôn trên địa bàn xã.\n\n\
         1. Yêu cầu Trưởng thôn gửi báo cáo trước ngày 20/5/2024.\n\
         2. Văn phòng theo dõi việc thực hiện.\n\n\
         Nơi nhận:                        KT. CHỦ TỊCH\n\
         - Như trên;                      PHÓ CHỦ TỊCH\n\
         - Lưu: VT.\n                                  Nguyễn Văn Thử\n"
    )
}

/// A folder `in` with `count` dispatches, in two folders.
fn archive(count: usize) -> TempDir {
    let dir = tempfile::tempdir().expect("folder");
    for k in 0..count {
        let name = format!("in/{}/{k:04}.txt", ["a", "b"][k % 2]);
        write(dir.path(), &name, dispatch(k).as_bytes());
    }
    dir
}

/// Every file below `out` but the private ones, by path; of the summary what does not tell the time.
fn contents(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![out.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            let name = path.strip_prefix(out).expect("below").to_string_lossy();
            if path.is_dir() {
                if name != ".vanthu" {
                    folders.push(path);
                }
            } else if name == "summary.json" {
                let mut summary = summary(out);
                summary["run"] = serde_json::Value::Null;
                all.insert(name.into_owned(), summary.to_string().into_bytes());
            } else {
                all.insert(name.into_owned(), fs::read(&path).expect("file"));
            }
        }
    }
    all
}

fn summary(out: &Path) -> serde_json::Value {
    let text = fs::read_to_string(out.join("summary.json")).expect("summary");
    serde_json::from_str(&text).expect("json")
}
