//! ALTO 2 to 4: the words stand in attributes.

use super::layout::{RawPage, RawWord};
use super::xml::{self, Piece, Tag};

/// Whether a text is ALTO, by its first bytes.
pub(super) fn is(head: &str) -> bool {
    head.contains("<alto") || head.contains("standards/alto/ns-v")
}

/// The pages of a file.
pub(super) fn read(source: &str) -> Result<Vec<RawPage>, String> {
    let mut pages: Vec<RawPage> = Vec::new();
    let (mut software, mut tesseract) = (false, false);
    for piece in xml::pieces(source) {
        match piece? {
            Piece::Start("softwareName", _) => software = true,
            Piece::Start("Page", tag) => pages.push(RawPage::sized(tag.size("WIDTH", "HEIGHT"))),
            Piece::Start("TextLine", _) => {
                if let Some(page) = pages.last_mut() {
                    page.lines.push(Vec::new());
                }
            }
            Piece::Start("String", tag) => {
                let line = pages.last_mut().and_then(|p| p.lines.last_mut());
                if let (Some(line), Some(text)) = (line, tag.get("CONTENT")) {
                    line.push(RawWord {
                        text,
                        span: tag.span("CONTENT"),
                        area: place(tag),
                        confidence: tag.get("WC").and_then(|wc| confidence(&wc, tesseract)),
                    });
                }
            }
            Piece::End("softwareName") => software = false,
            Piece::Text(text, _) if software => {
                tesseract |= text.to_lowercase().contains("tesseract");
            }
            _ => {}
        }
    }
    Ok(pages)
}

fn place(tag: Tag<'_>) -> crate::document::Area {
    let get = |name| tag.number(name).unwrap_or(0.0);
    let (left, top) = (get("HPOS"), get("VPOS"));
    xml::area(left, top, left + get("WIDTH"), top + get("HEIGHT"))
}

/// Tesseract writes the percent behind `0.` without leading zeros: `0.9` is 9 %, `0.100` is 100 %.
fn confidence(wc: &str, tesseract: bool) -> Option<f32> {
    let value: f32 = match wc.strip_prefix("0.") {
        Some(percent) if tesseract && percent.len() != 2 => percent.parse::<f32>().ok()? / 100.0,
        _ => wc.parse().ok()?,
    };
    Some(value.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_with_box_confidence_and_place() {
        let source = "<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v3#\"><Description><softwareName>tesseract \
                      5.3</softwareName></Description><Layout><Page><TextLine><String HPOS=\"10\" VPOS=\"20.4\" \
                      WIDTH=\"5\" HEIGHT=\"6\" WC=\"0.9\" CONTENT=\"a &lt;\"/><SP/><String CONTENT='b' \
                      WC=\"0.93\"/></TextLine></Page></Layout></alto>";
        let pages = read(source).expect("alto");
        let words = &pages[0].lines[0];
        assert_eq!(
            (&words[0].text[..], words[0].area),
            ("a <", [10, 20, 15, 26])
        );
        assert_eq!(words[0].confidence, Some(0.09));
        assert_eq!(words[1].confidence, Some(0.93));
        let span = words[0].span.expect("span");
        assert_eq!(&source[span.start..span.end], "a &lt;");
    }
}
