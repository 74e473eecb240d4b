//! PAGE XML: lines and, when the engine was asked for them, words with polygons.
//!
//! The text stands several times: in the word, in its line and in its region. The smallest is read; the others are
//! [`Mirror`]s, which a writer must keep in step.

use super::layout::{RawLine, RawPage, RawWord};
use super::xml::{self, Piece};
use crate::Span;
use crate::document::Area;

/// Whether a text is PAGE XML, by its first bytes.
pub(super) fn is(head: &str) -> bool {
    head.contains("<PcGts") || head.contains("/PAGE/gts/pagecontent")
}

/// A text that repeats words: its bytes, and the number of words read before it and after it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mirror {
    /// Bytes of the text.
    pub span: Span,
    /// The bytes of the words it repeats.
    pub words: Vec<Span>,
}

/// What an open element holds so far.
#[derive(Debug, Default)]
struct Level {
    area: Area,
    /// Text of the reading with the lowest index.
    text: Option<(u32, String, Span)>,
    words: RawLine,
    spans: Vec<Span>,
}

/// The pages of a file, and the texts that repeat its words.
pub(super) fn read(source: &str) -> Result<(Vec<RawPage>, Vec<Mirror>), String> {
    let mut pages: Vec<RawPage> = Vec::new();
    let mut mirrors = Vec::new();
    let mut open: Vec<Level> = Vec::new();
    let (mut index, mut unicode) = (0, false);
    for piece in xml::pieces(source) {
        match piece? {
            Piece::Start("Page", tag) => {
                pages.push(RawPage::sized(tag.size("imageWidth", "imageHeight")));
            }
            Piece::Start("TextRegion" | "TextLine" | "Word" | "Glyph", _) => {
                open.push(Level::default());
            }
            Piece::Start("Coords", tag) => {
                if let (Some(level), Some(points)) = (open.last_mut(), tag.get("points")) {
                    level.area = around(&points);
                }
            }
            Piece::Start("Point", tag) => {
                // Before 2013-07-15 the points were elements.
                if let (Some(level), Some(x), Some(y)) =
                    (open.last_mut(), tag.number("x"), tag.number("y"))
                {
                    let [a, b, c, d] = level.area.map(f64::from);
                    level.area = match level.area {
                        [0, 0, 0, 0] => xml::area(x, y, x, y),
                        _ => xml::area(a.min(x), b.min(y), c.max(x), d.max(y)),
                    };
                }
            }
            Piece::Start("TextEquiv", tag) => {
                index = tag.number("index").map_or(0, |n| n as u32);
            }
            Piece::Start("Unicode", _) => unicode = true,
            Piece::End("Unicode") => unicode = false,
            Piece::Text(text, span) if unicode => {
                if let Some(level) = open.last_mut()
                    && level.text.as_ref().is_none_or(|t| index < t.0)
                {
                    level.text = Some((index, text.to_owned(), span));
                }
            }
            Piece::End(name @ ("TextRegion" | "TextLine" | "Word" | "Glyph")) => {
                let Some(level) = open.pop() else { continue };
                close(name, level, open.last_mut(), &mut pages, &mut mirrors);
            }
            _ => {}
        }
    }
    Ok((pages, mirrors))
}

fn close(
    name: &str,
    mut level: Level,
    outer: Option<&mut Level>,
    pages: &mut [RawPage],
    mirrors: &mut Vec<Mirror>,
) {
    match name {
        "Word" => {
            let (Some((_, text, span)), Some(line)) = (level.text, outer) else {
                return;
            };
            line.words.push(RawWord {
                text: xml::resolve(&text),
                span: Some(span),
                area: level.area,
                confidence: None,
            });
            line.spans.push(span);
        }
        "TextLine" => {
            match &level.text {
                Some((_, text, span)) if level.words.is_empty() => {
                    level.words = spread(text, *span, level.area);
                    level.spans = level.words.iter().filter_map(|w| w.span).collect();
                }
                Some((_, _, span)) => mirrors.push(Mirror {
                    span: *span,
                    words: level.spans.clone(),
                }),
                None => {}
            }
            if let Some(region) = outer {
                region.spans.append(&mut level.spans);
            }
            if let Some(page) = pages.last_mut() {
                page.lines.push(level.words);
            }
        }
        "TextRegion" => {
            if let Some((_, _, span)) = level.text {
                mirrors.push(Mirror {
                    span,
                    words: level.spans.clone(),
                });
            }
            if let Some(region) = outer {
                region.spans.append(&mut level.spans);
            }
        }
        _ => {}
    }
}

/// The words of a line without words of its own: each gets its share of the line's box.
fn spread(text: &str, span: Span, area: Area) -> RawLine {
    let count = text.chars().count().max(1) as f64;
    let (left, width) = (
        f64::from(area[0]),
        f64::from(area[2].saturating_sub(area[0])),
    );
    let x = |chars: usize| left + width * chars as f64 / count;
    let mut words = Vec::new();
    for part in text.split_whitespace() {
        let Some(at) = words_offset(text, part) else {
            continue;
        };
        let before = text[..at].chars().count();
        let chars = part.chars().count();
        words.push(RawWord {
            text: xml::resolve(part),
            span: Some(Span {
                start: span.start + at,
                end: span.start + at + part.len(),
            }),
            area: xml::area(
                x(before),
                f64::from(area[1]),
                x(before + chars),
                f64::from(area[3]),
            ),
            confidence: None,
        });
    }
    words
}

/// Where `part`, which was cut out of `text`, begins in it.
fn words_offset(text: &str, part: &str) -> Option<usize> {
    (part.as_ptr() as usize)
        .checked_sub(text.as_ptr() as usize)
        .filter(|at| at + part.len() <= text.len())
}

fn around(points: &str) -> Area {
    let number = |n: &str| n.parse::<f64>().ok();
    let all: Vec<(f64, f64)> = points
        .split_whitespace()
        .filter_map(|p| p.split_once(','))
        .filter_map(|(x, y)| Some((number(x)?, number(y)?)))
        .collect();
    let side = |pick: fn(&(f64, f64)) -> f64, join: fn(f64, f64) -> f64| {
        all.iter().map(pick).reduce(join).unwrap_or(0.0)
    };
    xml::area(
        side(|p| p.0, f64::min),
        side(|p| p.1, f64::min),
        side(|p| p.0, f64::max),
        side(|p| p.1, f64::max),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<PcGts><Page><TextRegion><TextLine><Coords points=\"0,0 90,0 90,9 0,9\"/>\
        <Word><Coords points=\"0,0 40,1 40,9\"/><TextEquiv index=\"1\"><Unicode>no</Unicode></TextEquiv>\
        <TextEquiv index=\"0\"><Unicode>so</Unicode></TextEquiv></Word>\
        <TextEquiv><Unicode>so</Unicode></TextEquiv></TextLine>\
        <TextLine><Coords points=\"0,10 90,20\"/><TextEquiv><Unicode>va  den</Unicode></TextEquiv></TextLine>\
        <TextEquiv><Unicode>so\nva den</Unicode></TextEquiv></TextRegion></Page></PcGts>";

    #[test]
    fn the_smallest_text_is_read_and_the_others_are_mirrors() {
        let (pages, mirrors) = read(PAGE).expect("page");
        let texts: Vec<Vec<&str>> = (pages[0].lines.iter())
            .map(|l| l.iter().map(|w| &w.text[..]).collect())
            .collect();
        assert_eq!(texts, [vec!["so"], vec!["va", "den"]]);
        assert_eq!(pages[0].lines[0][0].area, [0, 0, 40, 9]);
        assert_eq!(pages[0].lines[1][1].area, [51, 10, 90, 20]);
        for word in pages[0].lines.iter().flatten() {
            let s = word.span.expect("span");
            assert_eq!(&PAGE[s.start..s.end], word.text);
        }
        let counts: Vec<usize> = mirrors.iter().map(|m| m.words.len()).collect();
        assert_eq!(counts, [1, 3]);
    }
}
