//! PDF: the text layer where there is one, else the page as an image.
//!
//! The text layer is taken by poppler's `pdftotext` as words with boxes, so that the columns of a head are told as in
//! a scan. A layer whose letters have no names (a font without a map to Unicode) is no text; one in an old font is
//! text in an old encoding. A page without text is rendered and read like a scan.

use super::charset::{self, Charset, Guess};
use super::layout::{RawPage, RawWord};
use super::ocr::{self, Options, Trouble};
use super::xml::{self, Piece};

/// What was read.
#[derive(Debug)]
pub(super) struct Reading {
    pub pages: Vec<RawPage>,
    /// What the text layer is in.
    pub encoding: Option<Guess>,
    /// hOCR of the pages that were read as images.
    pub hocr: Option<String>,
    /// Whether no page had a text layer.
    pub scanned: bool,
}

/// A page with fewer letters has no text layer worth the name: a stamp, a page number.
const LETTERS: usize = 20;

/// Reads a document.
pub(super) fn read(bytes: &[u8], options: &Options) -> Result<Reading, Trouble> {
    let count = ocr::pages_of_pdf(bytes, options)?;
    let layer = ocr::text_layer(bytes, options)?;
    let (mut pages, encoding) = words(&layer).map_err(Trouble::File)?;
    pages.resize_with(count, RawPage::default);
    let empty: Vec<usize> = (0..count).filter(|&k| !is_text(&pages[k])).collect();
    let scanned = empty.len() == count;
    let mut hocr = None;
    if !empty.is_empty() {
        match ocr::pdf(bytes, &empty, options) {
            Ok(read) => {
                for (k, page) in empty.into_iter().zip(read.pages) {
                    pages[k] = page;
                }
                hocr = Some(read.hocr);
            }
            // A blank or stamped page is no reason to lose the text of the others.
            Err(Trouble::Tool(_))
                if !scanned && empty.iter().all(|&k| pages[k].lines.is_empty()) => {}
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(Reading {
        pages,
        encoding,
        hocr,
        scanned,
    })
}

/// Whether most of what stands on a page has a name in Unicode.
fn is_text(page: &RawPage) -> bool {
    let (mut letters, mut nameless) = (0, 0);
    for c in page.lines.iter().flatten().flat_map(|w| w.text.chars()) {
        letters += usize::from(c.is_alphanumeric());
        let private = matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}');
        nameless += usize::from(private || c.is_control());
    }
    letters >= LETTERS && nameless * 5 < letters
}

/// The words that `pdftotext -bbox-layout` writes.
pub(super) fn words(source: &str) -> Result<(Vec<RawPage>, Option<Guess>), String> {
    let mut pages: Vec<RawPage> = Vec::new();
    let mut word: Option<RawWord> = None;
    for piece in xml::pieces(source) {
        match piece? {
            Piece::Start("page", tag) => pages.push(RawPage::sized(tag.size("width", "height"))),
            Piece::Start("line", _) => {
                if let Some(page) = pages.last_mut() {
                    page.lines.push(Vec::new());
                }
            }
            Piece::Start("word", tag) => {
                let get = |name| tag.number(name).unwrap_or(0.0);
                word = Some(RawWord {
                    text: String::new(),
                    span: None,
                    area: xml::area(get("xMin"), get("yMin"), get("xMax"), get("yMax")),
                    confidence: None,
                });
            }
            Piece::Text(text, _) => {
                if let Some(word) = &mut word {
                    word.text.push_str(&xml::resolve(text));
                }
            }
            Piece::End("word") => {
                let line = pages.last_mut().and_then(|p| p.lines.last_mut());
                if let (Some(line), Some(word)) = (line, word.take()) {
                    line.push(word);
                }
            }
            _ => {}
        }
    }
    let text: String = pages
        .iter()
        .flat_map(|p| &p.lines)
        .map(|l| join(l) + "\n")
        .collect();
    let guess = charset::detect(text.as_bytes()).filter(|g| g.wrapped);
    if let Some(guess) = guess {
        for line in pages.iter_mut().flat_map(|p| &mut p.lines) {
            reread(line, guess.charset);
        }
    }
    Ok((pages, guess))
}

fn join(line: &[RawWord]) -> String {
    line.iter()
        .map(|w| w.text.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Reads the words of a line in an old encoding; together, because a capital is told by its neighbours.
fn reread(line: &mut [RawWord], charset: Charset) {
    let text = join(line);
    let read = charset::read(&charset::unwrapped(&text, 0), charset);
    let read: String = read.iter().map(|u| u.c).collect();
    let parts: Vec<&str> = read.split(' ').collect();
    if parts.len() == line.len() {
        for (word, part) in line.iter_mut().zip(parts) {
            word.text = part.to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_old_fonts_are_read() {
        let word =
            |t: &str| format!("<word xMin=\"1.2\" yMin=\"2\" xMax=\"30\" yMax=\"14.6\">{t}</word>");
        let line: String = ["CéNG", "HßA", "X·", "HéI", "CHñ", "NGHÜA", "VIÖT", "NAM"]
            .map(word)
            .concat();
        let source = format!("<doc><page><line>{line}</line></page><page/></doc>");
        let (pages, guess) = words(&source).expect("pages");
        assert_eq!(guess.map(|g| g.charset), Some(Charset::Tcvn3));
        assert_eq!(
            join(&pages[0].lines[0]),
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
        );
        assert_eq!(pages[0].lines[0][0].area, [1, 2, 30, 15]);
        assert!(is_text(&pages[0]) && !is_text(&pages[1]));
    }
}
