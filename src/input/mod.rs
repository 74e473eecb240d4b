//! Bytes to [`Document`]: the door through which every format enters.
//!
//! One format, one file. A format is recognised by what the bytes say, never by the file's name, because names
//! in an archive lie. What cannot be read is refused with a reason: a picture taken for text would give a page
//! of invented words.

use sha2::{Digest, Sha256};

use crate::document::{Document, Source};
use crate::error::{Error, Result};

mod text;

/// Largest file that is read unless [`Options::max_bytes`] says otherwise: 16 MiB, some 5,000 pages of text.
pub const MAX_BYTES: u64 = 16 << 20;

/// Endings of file names that a walk through a folder takes for documents, in lower case.
pub const EXTENSIONS: [&str; 4] = ["txt", "text", "ocr", "md"];

/// How bytes are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Files larger than this many bytes are refused.
    pub max_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_bytes: MAX_BYTES,
        }
    }
}

/// Reads `bytes` as a document; `name` is what the user calls them.
///
/// # Errors
/// [`Error::Format`] when the bytes are too many or are not of a format that can be read.
pub fn read(name: &str, bytes: &[u8], options: &Options) -> Result<Document> {
    let refuse = |reason: String| Error::Format {
        file: name.to_owned(),
        reason,
    };
    if bytes.len() as u64 > options.max_bytes {
        return Err(refuse(too_large(bytes.len() as u64, options.max_bytes)));
    }
    if let Some(kind) = foreign(bytes) {
        return Err(refuse(format!("is {kind}, not text")));
    }
    let (text, encoding) = text::decode(bytes).map_err(refuse)?;
    Ok(Document {
        source: Source {
            file: name.to_owned(),
            sha256: sha256(bytes),
            bytes: bytes.len(),
            lines: text.lines().count(),
            encoding: encoding.to_owned(),
        },
        text,
    })
}

/// The reason given for a file of `bytes` bytes where `limit` are allowed.
pub fn too_large(bytes: u64, limit: u64) -> String {
    format!("is larger than the limit ({bytes} bytes, at most {limit} are read: --max-bytes)")
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}

/// Formats that are known by their first bytes and are not text.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 12] = [
        (b"%PDF-", "a PDF document"),
        (b"\x89PNG\r\n", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"II*\0", "a TIFF image"),
        (b"MM\0*", "a TIFF image"),
        (b"GIF8", "a GIF image"),
        (
            b"PK\x03\x04",
            "a ZIP archive (perhaps a .docx or .xlsx file)",
        ),
        (
            b"\xd0\xcf\x11\xe0",
            "an old Microsoft Office file (.doc, .xls)",
        ),
        (b"{\\rtf", "an RTF document"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"\xff\xfe", "UTF-16 (convert it to UTF-8 first)"),
        (b"\xfe\xff", "UTF-16 (convert it to UTF-8 first)"),
    ];
    MAGIC
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|&(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(bytes: &[u8]) -> String {
        match read("a.txt", bytes, &Options { max_bytes: 1000 }) {
            Err(e) => e.to_string(),
            Ok(d) => panic!("read as {:?}", d.text.as_str()),
        }
    }

    #[test]
    fn what_is_not_text_is_refused_with_a_reason() {
        assert_eq!(
            reason(b"%PDF-1.4 ..."),
            "a.txt: is a PDF document, not text"
        );
        assert!(reason(b"\xff\xfeS\0").contains("UTF-16"));
        assert!(reason(b"abc\0def").contains("NUL"));
        assert!(reason(&[b'a'; 1001]).contains("larger than the limit"));
    }

    #[test]
    fn the_source_is_described() {
        let d = read("x", b"\xef\xbb\xbfmot\r\nhai", &Options::default()).expect("text");
        assert_eq!(d.source.lines, 2);
        assert_eq!(d.source.bytes, 11);
        assert_eq!(d.source.encoding, "UTF-8");
        assert_eq!(d.source.sha256, sha256(b"\xef\xbb\xbfmot\r\nhai"));
        let empty = read("x", b"", &Options::default()).expect("text");
        assert_eq!((empty.source.lines, empty.text.as_str()), (0, ""));
    }
}
