//! PDF: the text layer where there is one, else the page as an image.
//!
//! The text layer is taken by poppler's `pdftotext` as words with boxes, so that the columns of a head are told as in
//! a scan. A layer whose letters have no names (a font without a map to Unicode) is no text; one in an old font is
//! text in an old encoding. A page without text is rendered and read like a scan.

use super::charset::{self, Charset, Guess};
use super::layout::{RawPage, RawWord};
use super::ocr::{self, Options, Trouble};
use super::xml::{self, Piece};
use crate::syllable::is_syllable;

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

/// A page with fewer words is not asked how they are spelt.
const WORDS: usize = 20;
/// The least share of syllables among the words of a text layer that can be read: it is 0.9 and more in dispatches,
/// below 0.15 under every broken map that was tried.
const SPELT: f64 = 0.3;

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

/// Whether what stands on a page can be read: it has names in Unicode, and they are the right ones. Under a wrong map
/// hardly a word is a syllable by the rules of spelling; of the words that an engine without Vietnamese leaves, half
/// still are.
fn is_text(page: &RawPage) -> bool {
    let (mut letters, mut nameless) = (0, 0);
    let (mut words, mut syllables) = (0, 0);
    for word in page.lines.iter().flatten() {
        for c in word.text.chars() {
            letters += usize::from(c.is_alphanumeric());
            let private = matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}');
            nameless += usize::from(private || c.is_control());
        }
        let core = word.text.trim_matches(|c: char| !c.is_alphanumeric());
        if core.chars().count() > 1 && !core.chars().all(|c| c.is_ascii_digit()) {
            words += 1;
            syllables += usize::from(core.split(['-', '/']).all(is_syllable));
        }
    }
    let spelt = words < WORDS || syllables as f64 >= SPELT * words as f64;
    letters >= LETTERS && nameless * 5 < letters && spelt
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
    fn a_layer_under_a_wrong_map_is_no_text() {
        let page = |text: &str| {
            let words = text.split(' ').map(|w| format!("<word>{w}</word>"));
            let line: String = words.collect();
            let source = format!("<doc><page><line>{line}</line></page></doc>");
            words_of(&source)
        };
        let right = "Sở Nội vụ đề nghị các sở, ban, ngành thuộc tỉnh rà soát, chuẩn hóa hồ sơ cán bộ, công chức, viên \
                     chức năm 2018 theo Công văn số 702/SNV-CCVC";
        assert!(is_text(&page(right)));
        let stripped = crate::syllable::strip_marks(right);
        assert!(is_text(&page(&stripped)));
        let other = |c: char| match c {
            ' ' => c,
            _ => char::from(b'A' + ((c as u32 * 7 + 13) % 26) as u8),
        };
        let wrong: String = right.chars().map(other).collect();
        assert!(!is_text(&page(&wrong)), "{wrong}");
    }

    fn words_of(source: &str) -> RawPage {
        words(source).expect("pages").0.remove(0)
    }

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
