//! Which format a file is in, by its first bytes.

use super::{alto, docx, hocr, page_xml};

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text in any of the known encodings.
    Text,
    /// hOCR: HTML with the places of words.
    Hocr,
    /// ALTO, versions 2 to 4.
    Alto,
    /// PAGE XML.
    Page,
    /// Word's .docx.
    Docx,
    /// PDF, with text or scanned.
    Pdf,
    /// PNG, JPEG or TIFF.
    Image,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 7] = [
        Format::Text,
        Format::Hocr,
        Format::Alto,
        Format::Page,
        Format::Docx,
        Format::Pdf,
        Format::Image,
    ];

    /// Its name, as written in records and typed after `--format`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Hocr => "hocr",
            Self::Alto => "alto",
            Self::Page => "page",
            Self::Docx => "docx",
            Self::Pdf => "pdf",
            Self::Image => "image",
        }
    }

    /// The format of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }
}

/// Beginnings of formats that cannot be read, and what they are.
const FOREIGN: [(&[u8], &str); 6] = [
    (
        b"\xd0\xcf\x11\xe0",
        "an old Microsoft Office file (.doc, .xls): save it as .docx",
    ),
    (b"{\\rtf", "an RTF document: save it as .docx"),
    (b"GIF8", "a GIF image"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
];

/// The format of a file, or why it is none that can be read.
pub(super) fn detect(bytes: &[u8]) -> Result<Format, String> {
    if let Some((_, kind)) = FOREIGN.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(format!("is {kind}"));
    }
    const IMAGES: [&[u8]; 4] = [b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*"];
    if IMAGES.iter().any(|magic| bytes.starts_with(magic)) {
        return Ok(Format::Image);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return match docx::is(bytes) {
            true => Ok(Format::Docx),
            false => {
                Err("is a ZIP archive without a Word document in it, or a damaged one".to_owned())
            }
        };
    }
    if bytes.starts_with(b"\x1f\x8b") {
        return Err("is a gzip archive".to_owned());
    }
    let head = &bytes[..bytes.len().min(8192)];
    // Some programs put a few bytes before the mark.
    if head.windows(5).take(1024).any(|w| w == b"%PDF-") {
        return Ok(Format::Pdf);
    }
    if memchr::memchr(b'<', head).is_none() {
        return Ok(Format::Text);
    }
    let head = String::from_utf8_lossy(head);
    let start = head.trim_start_matches('\u{FEFF}').trim_start();
    if !start.starts_with('<') {
        return Ok(Format::Text);
    }
    match () {
        () if alto::is(&head) => Ok(Format::Alto),
        () if page_xml::is(&head) => Ok(Format::Page),
        () if hocr::is(&head) => Ok(Format::Hocr),
        () if start.starts_with("<?xml") => {
            Err("is XML, but neither ALTO nor PAGE nor hOCR".to_owned())
        }
        () => Ok(Format::Text),
    }
}
