//! Names that another system takes for something else.
//!
//! Windows opens a device for `con.txt` in any folder, drops dots and spaces at the end of a name, and takes what stands
//! behind a colon for another stream of the same file. Such names cannot be told from their neighbours there, so nothing
//! is written under them: in an archive they are refused on every system, so that the same archive gives the same
//! outputs on all; in a folder on Windows alone, for elsewhere they are names like any other.

use std::path::{Path, PathBuf};

/// Devices that have a name of their own; those with a number are told by [`is_device`].
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Whether a part of the path means something else to Windows than a file or folder of that name.
pub(super) fn deceives(path: &Path) -> bool {
    path.iter().any(|part| {
        let part = part.to_string_lossy();
        part.ends_with(['.', ' ']) || part.contains([':', '\\']) || is_device(&part)
    })
}

/// Whether a name is that of a device: what stands before the first dot is, in whatever letters.
fn is_device(name: &str) -> bool {
    let base = name.split('.').next().unwrap_or(name);
    let base = base.trim_end_matches(' ').to_ascii_lowercase();
    let number = ["com", "lpt"].iter().find_map(|p| base.strip_prefix(p));
    let mut number = number.unwrap_or_default().chars();
    let numbered = matches!(
        number.next(),
        Some('0'..='9' | '\u{b9}' | '\u{b2}' | '\u{b3}')
    ) && number.next().is_none();
    numbered || DEVICES.contains(&base.as_str())
}

/// A path without the dots and spaces that Windows drops.
pub(super) fn as_windows_sees(path: &Path) -> PathBuf {
    let parts = path.iter().map(|part| part.to_string_lossy());
    parts
        .map(|part| part.trim_end_matches(['.', ' ']).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_deceive() {
        let told = |name: &str| deceives(Path::new(name));
        for name in [
            "con",
            "CON.txt",
            "a/nUl.tar.gz",
            "prn  .txt",
            "aux.",
            "com0",
            "LPT9.x",
            "com\u{b9}.txt",
            "CONIN$",
            "a.",
            "a ",
            "a. ./b.txt",
            "a.txt:x",
            "a\\b.txt",
        ] {
            assert!(told(name), "{name}");
        }
        for name in [
            "con trai.txt",
            "econ.txt",
            "com.txt",
            "com10.txt",
            "com1a.txt",
            "a.con",
            "nul\u{e9}.txt",
            ".a",
            " a",
            "\u{111}\u{1ea5}t/con-1.txt",
            "a..txt",
        ] {
            assert!(!told(name), "{name}");
        }
        assert_eq!(
            as_windows_sees(Path::new("b. /a.txt..")),
            Path::new("b/a.txt")
        );
    }
}
