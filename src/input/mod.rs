//! Bytes to [`Document`]: the door through which every format enters.
//!
//! One format, one file. A format is recognised by what the bytes say, never by the file's name, because names
//! in an archive lie. What cannot be read is refused with a reason: a picture taken for text would give a page
//! of invented words.

use sha2::{Digest, Sha256};

use crate::document::{Document, Ground, Source, TextBuilder};
use crate::error::{Error, Result};

mod alto;
pub mod charset;
mod docx;
mod format;
mod hocr;
mod layout;
pub mod ocr;
mod page_xml;
mod pdf;
mod text;
mod write_back;
mod xml;

pub use charset::Charset;
pub use format::Format;
pub use write_back::{Written, write_back};

/// Largest file that is read unless [`Options::max_bytes`] says otherwise: 16 MiB, some 5,000 pages of text.
pub const MAX_BYTES: u64 = 16 << 20;

/// Longest line that is read, in bytes: some 200 pages without a line's end are no text that an engine wrote.
pub const LONGEST_LINE: usize = 1 << 20;

/// Endings of file names that a walk through a folder takes for documents, in lower case.
pub const EXTENSIONS: [&str; 13] = [
    "txt", "text", "ocr", "md", "hocr", "xml", "docx", "pdf", "png", "jpg", "jpeg", "tif", "tiff",
];

/// How bytes are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Files larger than this many bytes are refused.
    pub max_bytes: u64,
    /// The encoding of texts; told from the bytes when `None`.
    pub encoding: Option<Charset>,
    /// The format; told from the bytes when `None`.
    pub format: Option<Format>,
    /// How images are read.
    pub ocr: ocr::Options,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_bytes: MAX_BYTES,
            encoding: None,
            format: None,
            ocr: ocr::Options::default(),
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
    let format = match options.format {
        Some(format) => format,
        None => format::detect(bytes).map_err(refuse)?,
    };
    if bytes.is_empty() && !is_text_name(name) {
        return Err(refuse("is empty".to_owned()));
    }
    let trouble = |t: ocr::Trouble| match t {
        ocr::Trouble::File(reason) => refuse(reason),
        ocr::Trouble::Tool(reason) => Error::Tool {
            file: name.to_owned(),
            reason,
        },
    };
    let mut document = match format {
        Format::Text => read_text(bytes, options.encoding),
        Format::Hocr => hocr::read(utf8(bytes).map_err(refuse)?).map(of_pages),
        Format::Alto => alto::read(utf8(bytes).map_err(refuse)?).map(of_pages),
        Format::Page => page_xml::read(utf8(bytes).map_err(refuse)?).map(|(p, _)| of_pages(p)),
        Format::Docx => docx::read(bytes).map(|text| taken(&text)),
        Format::Pdf => Ok(read_pdf(bytes, options).map_err(trouble)?),
        Format::Image => Ok(read_image(bytes, options).map_err(trouble)?),
    }
    .map_err(refuse)?;
    let longest = document.text.lines().map(|(_, line)| line.len()).max();
    if let Some(longest) = longest.filter(|n| *n > LONGEST_LINE) {
        let reason = format!("holds a line of {longest} bytes, at most {LONGEST_LINE} are read");
        return Err(refuse(reason));
    }
    document.source.file = name.to_owned();
    document.source.sha256 = sha256(bytes);
    document.source.bytes = bytes.len();
    document.source.lines = document.text.lines().count();
    document.source.format = format.name();
    Ok(document)
}

/// A document of which only what its own format knows is filled in.
fn document(text: crate::Text, ground: Ground, pages: Option<usize>) -> Document {
    Document {
        source: Source {
            file: String::new(),
            sha256: String::new(),
            bytes: 0,
            lines: 0,
            format: "",
            encoding: "UTF-8".to_owned(),
            encoding_confidence: 1.0,
            pages,
            scanned: None,
        },
        text,
        ground,
        page_sizes: Vec::new(),
        hocr: None,
    }
}

fn read_text(bytes: &[u8], encoding: Option<Charset>) -> Result<Document, String> {
    let (text, guess) = text::decode(bytes, encoding)?;
    let mut document = match guess.charset {
        Charset::Utf8 => document(text, Ground::File, None),
        _ => {
            let plain = TextBuilder::plain(text.as_str());
            document(plain, Ground::Decoded(text), None)
        }
    };
    document.source.encoding = match guess.wrapped {
        true => format!("{} in UTF-8", guess.charset.name()),
        false => guess.charset.name().to_owned(),
    };
    document.source.encoding_confidence = guess.confidence;
    Ok(document)
}

/// What is left of pages that an engine read: the text as read, and the name and digest of its file.
pub fn remembered(text: &str, file: &str, sha256: &str) -> Document {
    let plain = TextBuilder::plain(text);
    let mut document = document(plain, Ground::Taken(text.to_owned()), None);
    document.source.file = file.to_owned();
    document.source.sha256 = sha256.to_owned();
    document
}

/// Text that was taken out of a file; perhaps in an old encoding.
fn taken(text: &str) -> Document {
    let guess = charset::detect(text.as_bytes()).filter(|g| g.wrapped);
    let read = match guess {
        Some(guess) => {
            let read = charset::read(&charset::unwrapped(text, 0), guess.charset);
            text::cleaned(&read.iter().map(|u| u.c).collect::<String>())
        }
        None => text::cleaned(text),
    };
    let plain = TextBuilder::plain(read.as_str());
    let mut document = document(plain, Ground::Taken(read.as_str().to_owned()), None);
    set_encoding(&mut document, guess);
    document
}

fn set_encoding(document: &mut Document, guess: Option<charset::Guess>) {
    if let Some(guess) = guess {
        document.source.encoding = format!("{} in UTF-8", guess.charset.name());
        document.source.encoding_confidence = guess.confidence;
    }
}

fn read_image(bytes: &[u8], options: &Options) -> Result<Document, ocr::Trouble> {
    let read = ocr::image(bytes, &options.ocr)?;
    let mut document = of_pages(read.pages);
    document.hocr = Some(read.hocr);
    Ok(document)
}

fn read_pdf(bytes: &[u8], options: &Options) -> Result<Document, ocr::Trouble> {
    let read = pdf::read(bytes, &options.ocr)?;
    let mut document = of_pages(read.pages);
    set_encoding(&mut document, read.encoding);
    document.hocr = read.hocr;
    document.source.scanned = Some(read.scanned);
    Ok(document)
}

/// Pages that other programs would have to read: how many times longer than a text a file may take.
pub fn pages(bytes: &[u8], options: &Options) -> usize {
    match options.format.map_or_else(|| format::detect(bytes), Ok) {
        Ok(Format::Image) => ocr::pages_of_image(bytes).unwrap_or(1),
        Ok(Format::Pdf) => ocr::pages_of_pdf(bytes, &options.ocr).unwrap_or(1),
        _ => 0,
    }
}

/// Whether a name is that of a text, or says nothing.
fn is_text_name(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let ending = file.rsplit_once('.').map_or("", |(_, e)| e).to_lowercase();
    !EXTENSIONS[4..].contains(&ending.as_str())
}

fn of_pages(pages: Vec<layout::RawPage>) -> Document {
    let sizes: Vec<[u32; 2]> = pages.iter().map(|p| p.size).collect();
    let (text, ground) = layout::document(pages);
    let mut document = document(text, ground, Some(sizes.len()));
    document.page_sizes = sizes;
    document
}

/// For [`crate::invariants`]: what lies behind containers and other programs, which a fuzzer need not make up.
#[cfg(any(test, fuzzing))]
pub(crate) mod inner {
    use super::{Document, Format, docx, format, of_pages, pdf, text};

    /// Whether other programs read the file.
    pub fn needs_programs(bytes: &[u8]) -> bool {
        matches!(format::detect(bytes), Ok(Format::Pdf | Format::Image))
    }

    /// The text of `word/document.xml`.
    pub fn docx_text(source: &str) -> Result<String, String> {
        docx::text(source)
    }

    /// The document that stands in the words of `pdftotext`.
    pub fn pdf_words(source: &str) -> Result<Document, String> {
        pdf::words(source).map(|(pages, _)| of_pages(pages))
    }

    /// Text as every reader gives it.
    pub fn cleaned(text: &str) -> String {
        text::cleaned(text).as_str().to_owned()
    }
}

/// The bytes of an XML file. Other encodings than UTF-8 are refused: no engine writes them.
fn utf8(bytes: &[u8]) -> Result<&str, String> {
    let source = std::str::from_utf8(bytes)
        .map_err(|e| format!("is XML, but no UTF-8 at byte {}", e.valid_up_to()))?;
    // Half a page must not be taken for a page.
    let root = xml::root(source).unwrap_or_default();
    let end = source.trim_end().rsplit_once("</").map_or("", |(_, e)| e);
    match end.strip_suffix('>').map(str::trim_end) {
        Some(end) if end == root => Ok(source),
        _ => Err(format!("is cut off: </{root}> is missing at its end")),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Span;

    fn reason(bytes: &[u8]) -> String {
        let options = Options {
            max_bytes: 1000,
            ..Options::default()
        };
        match read("a.txt", bytes, &options) {
            Err(e) => e.to_string(),
            Ok(d) => panic!("read as {:?}", d.text.as_str()),
        }
    }

    #[test]
    fn what_is_not_text_is_refused_with_a_reason() {
        assert!(reason(b"{\\rtf1 ...").contains("an RTF document"));
        assert!(reason(b"abc\0def").contains("NUL"));
        assert!(reason(&[b'a'; 1001]).contains("larger than the limit"));
        assert!(reason(b"<?xml version='1.0'?><a/>").contains("XML"));
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

    #[test]
    fn spans_of_older_encodings_are_bytes_of_the_file() {
        let bytes = b"C\xe9ng h\xdfa x\xb7 h\xe9i ch\xf1 ngh\xdca Vi\xd6t Nam";
        let d = read("x", bytes, &Options::default()).expect("text");
        assert_eq!(d.text.as_str(), "Cộng hòa xã hội chủ nghĩa Việt Nam");
        assert_eq!(d.source.encoding, "TCVN3");
        let at = d.text.as_str().find("hội").expect("word");
        let end = at + "hội".len();
        let place = d.place(d.text.source_span(at..end));
        assert_eq!(&bytes[place.span.start..place.span.end], b"h\xe9i");
        let read = d.original(bytes);
        let Span { start, end } = d.text.source_span(at..end);
        assert_eq!(&read[start..end], "hội".as_bytes());
    }
}
