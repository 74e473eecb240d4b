//! Why a file could not be done: a short closed list for systems, a sentence for people.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io;
use std::path::Path;

/// One file that could not be done. It stops nothing but itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The file or folder, as the user can find it. Bytes that are no UTF-8 are written `\xHH`.
    pub file: String,
    /// The class of reason.
    pub kind: FailureKind,
    /// The reason in one line.
    pub reason: String,
}

/// Classes of reasons.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The file or folder does not exist (any more).
    Missing,
    /// Reading it is not permitted.
    Permission,
    /// The system could not read it.
    Unreadable,
    /// It is larger than the limit.
    TooLarge,
    /// It is of no format that can be read.
    NotText,
    /// It changed while it was being read.
    Changed,
    /// A symbolic link that leads back to a folder above it.
    Loop,
    /// Another input has the same output, or the output is an input.
    Collision,
    /// The output exists and is not from an earlier run, or was edited since.
    Exists,
    /// It took longer than the limit.
    Timeout,
    /// A program that is needed to read it is missing, or took too long.
    Tool,
    /// A decision was made for another text, or does not fit this one.
    Refused,
    /// The output could not be written.
    Write,
    /// A defect of this program.
    Internal,
}

impl Failure {
    /// A failure of `file`.
    pub fn new(file: impl Into<String>, kind: FailureKind, reason: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            kind,
            reason: reason.into(),
        }
    }

    /// A failure to read `path`.
    pub fn reading(path: &Path, error: &io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::NotFound => FailureKind::Missing,
            io::ErrorKind::PermissionDenied => FailureKind::Permission,
            _ => FailureKind::Unreadable,
        };
        Self::new(shown(path), kind, plain(error))
    }
}

/// The system's reason without its number, in lower case, as it stands behind a colon.
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if !chars.as_str().starts_with(char::is_uppercase) => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

/// Whether a character would speak to a terminal, or turn the order of what stands around it.
fn is_command(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Text as it may be shown on a terminal: what would speak to it stands as `\u{...}`. Lines stay lines.
pub fn printable(text: &str) -> Cow<'_, str> {
    let is_command = |c: char| is_command(c) && !matches!(c, '\n' | '\t');
    if !text.contains(is_command) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match is_command(c) {
            true => out.extend(c.escape_unicode()),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A path as text on one line: bytes that are no UTF-8 as `\xHH`, so that two names never become one, and what would
/// speak to a terminal as `\u{...}`.
pub fn shown(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            match is_command(c) {
                true => out.extend(c.escape_unicode()),
                false => out.push(c),
            }
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_as_a_sentence() {
        let missing = std::fs::read("/no/such/file").expect_err("missing");
        let f = Failure::reading(Path::new("/no/such/file"), &missing);
        assert_eq!(
            (f.kind, f.reason.as_str()),
            (FailureKind::Missing, "no such file or directory")
        );
    }

    #[test]
    fn nothing_speaks_to_the_terminal() {
        let said = "a\u{1B}[2J\u{9B}31m\u{202E}b\n\tc\r";
        assert_eq!(
            printable(said),
            "a\\u{1b}[2J\\u{9b}31m\\u{202e}b\n\tc\\u{d}"
        );
        assert_eq!(printable("Số: 12"), "Số: 12");
        assert_eq!(shown(Path::new("a\n\u{7F}b/ố")), "a\\u{a}\\u{7f}b/ố");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf8_stay_apart() {
        use std::os::unix::ffi::OsStrExt;
        let name = |b: &[u8]| shown(Path::new(std::ffi::OsStr::from_bytes(b)));
        assert_eq!(name(b"a\xe9.txt"), "a\\xE9.txt");
        assert_ne!(name(b"\xe9"), name(b"\xe8"));
    }
}
