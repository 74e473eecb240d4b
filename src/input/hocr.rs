//! hOCR 1.2: HTML in which an OCR engine says where each word stands.
//!
//! Tesseract's own habits are met: lines under four names, quotes of both kinds in one title, words in `<strong>` and
//! `<em>`, rejected choices inside a word, the empty boxes of pictures and rules.

use super::layout::{RawPage, RawWord};
use super::xml::{self, Piece, Tag};
use crate::document::Area;

/// Classes of lines.
const LINES: [&str; 4] = ["ocr_line", "ocr_header", "ocr_textfloat", "ocr_caption"];

/// Whether a text is hOCR, by its first bytes.
pub(super) fn is(head: &str) -> bool {
    head.contains("ocr_page") || head.contains("ocr-system") || head.contains("ocrx_word")
}

/// The pages of a file.
pub(super) fn read(source: &str) -> Result<Vec<RawPage>, String> {
    let mut pages: Vec<RawPage> = Vec::new();
    // What each open element is; text counts where the innermost that is not `Plain` is a word.
    let mut open: Vec<Kind> = Vec::new();
    let mut leaves = 0;
    for piece in xml::pieces(source) {
        match piece? {
            Piece::Start(_, tag) => {
                let class = tag.get("class").unwrap_or_default();
                let kind = kind(&class, open.last().copied().unwrap_or(Kind::Plain));
                match kind {
                    Kind::Page => pages.push(RawPage::sized(size(tag))),
                    Kind::Line => last(&mut pages).lines.push(Vec::new()),
                    Kind::Word if open.last() != Some(&Kind::Word) => {
                        let page = last(&mut pages);
                        if page.lines.is_empty() {
                            page.lines.push(Vec::new());
                        }
                        if let Some(line) = page.lines.last_mut() {
                            line.push(word(tag));
                        }
                        leaves = 0;
                    }
                    _ => {}
                }
                open.push(kind);
            }
            Piece::End(_) => {
                open.pop();
            }
            Piece::Text(text, span) => {
                if open.last() != Some(&Kind::Word) || text.trim().is_empty() {
                    continue;
                }
                let line = pages.last_mut().and_then(|p| p.lines.last_mut());
                if let Some(word) = line.and_then(|l| l.last_mut()) {
                    leaves += 1;
                    word.text.push_str(xml::resolve(text).trim());
                    let before = text.len() - text.trim_start().len();
                    let span = crate::Span {
                        start: span.start + before,
                        end: span.start + before + text.trim().len(),
                    };
                    // A word in several pieces has no place where another could be written.
                    word.span = Some(match word.span {
                        Some(first) if leaves > 1 => crate::Span {
                            end: span.end,
                            ..first
                        },
                        _ => span,
                    });
                }
            }
        }
    }
    Ok(pages)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Page,
    Line,
    Word,
    /// Readings that the engine rejected.
    Choices,
}

fn kind(class: &str, outer: Kind) -> Kind {
    match class {
        "ocr_page" => Kind::Page,
        _ if LINES.contains(&class) => Kind::Line,
        "ocrx_word" | "ocr_word" => Kind::Word,
        "ocr_symbol" | "lstm_choices" => Kind::Choices,
        // Inside a word everything is the word, inside choices everything is choices.
        _ if matches!(outer, Kind::Word | Kind::Choices) => outer,
        _ => Kind::Plain,
    }
}

fn last(pages: &mut Vec<RawPage>) -> &mut RawPage {
    if pages.is_empty() {
        pages.push(RawPage::default());
    }
    let k = pages.len() - 1;
    &mut pages[k]
}

/// Width and height of a page. Its box may be left, top, width and height (Tesseract 5.5): the same at 0, 0.
fn size(page: Tag<'_>) -> [u32; 2] {
    let [_, _, width, height] = word(page).area;
    [width, height]
}

fn word(tag: Tag<'_>) -> RawWord {
    let title = tag.get("title").unwrap_or_default();
    let (mut area, mut confidence) = ([0; 4], None);
    for property in title.split(';') {
        let mut parts = property.split_whitespace();
        match parts.next() {
            Some("bbox") => area = numbers(parts),
            Some("x_wconf") => {
                let value = parts.next().and_then(|n| n.parse::<f32>().ok());
                confidence = value.map(|n| (n / 100.0).clamp(0.0, 1.0));
            }
            _ => {}
        }
    }
    RawWord {
        text: String::new(),
        span: None,
        area,
        confidence,
    }
}

fn numbers<'a>(parts: impl Iterator<Item = &'a str>) -> Area {
    let mut all = parts.filter_map(|n| n.parse::<f64>().ok());
    let mut next = || all.next().unwrap_or(0.0);
    xml::area(next(), next(), next(), next())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html><head><meta name='ocr-system' content='x'></head><body>
<div class='ocr_page' title='image "a;b.png"; bbox 0 0 100 200'>
 <span class='ocr_header' title="bbox 1 2 50 12"><span class='ocrx_word' title='bbox 1 2 20 12; x_wconf 96'><strong>S&#7889;:</strong></span>
 <span class='ocrx_word' title='bbox 25 2 50 12; x_wconf 40'>a&amp;b<span class='ocr_symbol'><span class='ocrx_cinfo'>z</span></span></span></span>
 <div class='ocr_photo' title='bbox 0 0 9 9'></div>
</div></body></html>"#;

    #[test]
    fn words_come_with_box_confidence_and_place() {
        let pages = read(PAGE).expect("hocr");
        let words = &pages[0].lines[0];
        assert_eq!(pages[0].size, [100, 200]);
        assert_eq!(words[0].text, "Số:");
        assert_eq!(words[0].area, [1, 2, 20, 12]);
        assert_eq!(words[0].confidence, Some(0.96));
        assert_eq!(words[1].text, "a&b");
        let span = words[1].span.expect("span");
        assert_eq!(&PAGE[span.start..span.end], "a&amp;b");
    }
}
