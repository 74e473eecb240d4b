//! The user's own list: names, agencies and terms that no public list holds.

use crate::error::{Error, Result};
use crate::syllable::fold_tone_placement;
use foldhash::HashSet;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

/// Bytes of the longest entry taken; a longer line is a sentence and not a term.
const MAX_ENTRY: usize = 200;

/// Entries of user files, as written and as searched.
#[derive(Debug, Clone, Default)]
pub struct UserList {
    entries: Vec<String>,
    keys: HashSet<String>,
    longest: usize,
}

impl UserList {
    /// Reads one entry a line. Empty lines and lines that begin with `#` are passed over.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the file cannot be read, [`Error::List`] naming file and line where a line is not UTF-8,
    /// holds no letter, a control character or U+FFFD, or is longer than 200 bytes.
    pub fn read(&mut self, path: &Path) -> Result<()> {
        let bytes = std::fs::read(path).map_err(|reason| Error::Io {
            path: path.to_owned(),
            reason,
        })?;
        self.parse(&path.display().to_string(), &bytes)
    }

    /// Reads the bytes of a list that the user calls `file`.
    pub(crate) fn parse(&mut self, file: &str, bytes: &[u8]) -> Result<()> {
        let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
        for (number, line) in bytes.split(|b| *b == b'\n').enumerate() {
            let bad = |reason: &str| Error::List {
                file: file.to_owned(),
                line: number + 1,
                reason: reason.to_owned(),
            };
            let line = std::str::from_utf8(line)
                .map_err(|_| bad("not UTF-8"))?
                .trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line.len() > MAX_ENTRY {
                return Err(bad("longer than 200 bytes"));
            }
            if line.contains(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER) {
                return Err(bad("holds a control character, a tab or U+FFFD"));
            }
            if !line.contains(char::is_alphabetic) {
                return Err(bad("holds no letter"));
            }
            let entry: String = line
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .nfc()
                .collect();
            let key = key(&entry);
            self.longest = self.longest.max(key.split(' ').count());
            if self.keys.insert(key) {
                self.entries.push(entry);
            }
        }
        Ok(())
    }

    /// The entries as written (NFC, single spaces), in the order of the files, each once.
    pub fn entries(&self) -> &[String] {
        &self.entries
    }

    /// Whether the text is an entry, whatever its capitals and tone placement.
    pub fn contains(&self, text: &str) -> bool {
        !self.keys.is_empty() && self.keys.contains(&key(text))
    }

    /// The same for parts joined by spaces.
    pub fn contains_joined(&self, parts: &[&str]) -> bool {
        (1..=self.longest).contains(&parts.len()) && self.contains(&parts.join(" "))
    }
}

/// The form in which names are compared: small letters, traditional tone placement, single spaces, plain hyphens.
pub fn key(text: &str) -> String {
    let small = text.to_lowercase().replace(['–', '—', '‑'], "-");
    let spaced: Vec<&str> = small.split_whitespace().collect();
    fold_tone_placement(&spaced.join(" ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Result<UserList> {
        let mut list = UserList::default();
        list.parse("terms.txt", bytes)?;
        Ok(list)
    }

    #[test]
    fn entries_are_found_whatever_their_case_and_tone_placement() {
        let list =
            parse("\u{FEFF}# our village\r\nThôn Hoà  Khánh\r\n\nKBNN-X\n".as_bytes()).unwrap();
        assert_eq!(list.entries(), ["Thôn Hoà Khánh", "KBNN-X"]);
        assert!(list.contains("thôn hòa khánh"));
        assert!(list.contains("THÔN HOÀ KHÁNH"));
        assert!(list.contains_joined(&["thôn", "hòa", "khánh"]));
        assert!(!list.contains("thôn hòa"));
        assert!(!list.contains("our village"));
    }

    #[test]
    fn decomposed_letters_are_composed() {
        let list = parse("Ho\u{300}a".as_bytes()).unwrap();
        assert!(list.contains("hòa"));
    }

    #[test]
    fn a_bad_line_is_named() {
        for (bytes, message) in [
            (&b"Ba \xff\n"[..], "terms.txt:1: not UTF-8"),
            (b"\n\n123\n", "terms.txt:3: holds no letter"),
            (
                b"a\tb\n",
                "terms.txt:1: holds a control character, a tab or U+FFFD",
            ),
            (&[b'a'; 201], "terms.txt:1: longer than 200 bytes"),
        ] {
            assert_eq!(parse(bytes).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = UserList::default()
            .read(Path::new("/no/such/terms.txt"))
            .unwrap_err();
        assert!(
            error.to_string().starts_with("/no/such/terms.txt: "),
            "{error}"
        );
    }
}
