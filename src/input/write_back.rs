//! The repaired words put back into the file they came from: hOCR, ALTO, PAGE XML.
//!
//! Only the text of words is replaced; every other byte stays. The engine's confidence stays too: it describes what
//! the engine read. A word that became several, or several that became one, would need new boxes: it stays as it was
//! and is counted.

use std::collections::HashMap;

use super::{Format, page_xml, xml};
use crate::document::{Document, Edit, Ground, Span, Word};

/// A file with its words repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// Words that were replaced.
    pub changed: usize,
    /// Edits that could not be made because they change the number of words.
    pub kept: usize,
}

/// The file `bytes`, from which `document` was read, with `edits` made in it; `None` when the format does not hold
/// words in place.
pub fn write_back(document: &Document, bytes: &[u8], edits: &[Edit]) -> Option<Written> {
    let Ground::Pages(read, _) = &document.ground else {
        return None;
    };
    let source = std::str::from_utf8(bytes).ok()?;
    if !document.in_file() {
        return None;
    }
    let mut kept = 0;
    // By the word's place in the file: its new text, from the last edit to the first.
    let mut new: HashMap<Span, String> = HashMap::new();
    for edit in edits.iter().rev() {
        let word = match document.words(edit.span) {
            [word] if one_word(edit, word) => word,
            _ => {
                kept += 1;
                continue;
            }
        };
        let Some(span) = word.span.filter(|s| !tagged(source, *s)) else {
            kept += 1;
            continue;
        };
        let text = new
            .entry(span)
            .or_insert_with(|| read[word.range.clone()].to_owned());
        let from = edit.span.start - word.range.start;
        let to = edit.span.end - word.range.start;
        match text.get(from..to) {
            Some(_) => text.replace_range(from..to, &edit.to),
            None => kept += 1,
        }
    }
    let changed = new.len();
    let mut replaced: Vec<(Span, String)> = mirrored(document, source, &new);
    replaced.extend(new.into_iter().map(|(s, t)| (s, xml::escape(&t))));
    replaced.sort_by_key(|(s, _)| *s);
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    for (span, text) in replaced {
        if let Some(before) = source.get(at..span.start) {
            out.push_str(before);
            out.push_str(&text);
            at = span.end;
        }
    }
    out.push_str(source.get(at..)?);
    Some(Written {
        bytes: out.into_bytes(),
        changed,
        kept,
    })
}

fn one_word(edit: &Edit, word: &Word) -> bool {
    word.range.start <= edit.span.start
        && edit.span.end <= word.range.end
        && !edit.to.contains(char::is_whitespace)
}

/// Whether a word's text is cut by tags, so that there is no one place for it.
fn tagged(source: &str, span: Span) -> bool {
    source
        .get(span.start..span.end)
        .is_none_or(|s| s.contains('<'))
}

/// In PAGE XML, the same words in the texts of lines and regions.
fn mirrored(document: &Document, source: &str, new: &HashMap<Span, String>) -> Vec<(Span, String)> {
    if document.source.format != Format::Page.name() || new.is_empty() {
        return Vec::new();
    }
    let Ok((_, mirrors)) = page_xml::read(source) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for mirror in mirrors {
        let Some(text) = source.get(mirror.span.start..mirror.span.end) else {
            continue;
        };
        let tokens: Vec<&str> = text.split_whitespace().collect();
        if tokens.len() != mirror.words.len() {
            continue;
        }
        let mut at = 0;
        for (token, word) in tokens.into_iter().zip(&mirror.words) {
            let Some(start) = text[at..].find(token).map(|k| at + k) else {
                break;
            };
            at = start + token.len();
            let same = source.get(word.start..word.end).map(str::trim) == Some(token);
            if let Some(text) = new.get(word).filter(|_| same) {
                let span = Span {
                    start: mirror.span.start + start,
                    end: mirror.span.start + at,
                };
                out.push((span, xml::escape(text)));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::document::{EditKind, Span};
    use crate::input::{Options, read};

    use super::*;

    fn edit(document: &Document, from: &str, to: &str) -> Edit {
        let start = document.text.as_str().find(from).expect("word");
        let end = start + from.len();
        Edit {
            line: 1,
            span: Span { start, end },
            from: from.to_owned(),
            to: to.to_owned(),
            confidence: 1.0,
            kind: EditKind::Diacritics,
            alternatives: Vec::new(),
        }
    }

    #[test]
    fn only_the_words_change() {
        let source = "<alto><Layout><Page><TextLine><String WC=\"0.5\" CONTENT=\"thyc,\" HPOS=\"1\" WIDTH=\"9\" \
                      VPOS=\"1\" HEIGHT=\"9\"/><!-- x --><String CONTENT='hien' HPOS=\"12\" WIDTH=\"9\" VPOS=\"1\" \
                      HEIGHT=\"9\"/></TextLine></Page></Layout></alto>\n";
        let d = read("a.xml", source.as_bytes(), &Options::default()).expect("alto");
        assert_eq!(d.text.as_str(), "thyc, hien\n");
        let edits = [edit(&d, "thyc", "thực"), edit(&d, "hien", "hiện")];
        let written = write_back(&d, source.as_bytes(), &edits).expect("written");
        let expected = source.replace("thyc,", "thực,").replace("hien", "hiện");
        assert_eq!(String::from_utf8(written.bytes).expect("utf-8"), expected);
        assert_eq!((written.changed, written.kept), (2, 0));
        let split = [edit(&d, "hien", "hi ện")];
        let written = write_back(&d, source.as_bytes(), &split).expect("written");
        assert_eq!(
            (written.bytes, written.kept),
            (source.as_bytes().to_vec(), 1)
        );
    }

    #[test]
    fn the_lines_and_regions_of_page_follow() {
        let source = "<PcGts><Page><TextRegion><TextLine><Coords points=\"0,0 90,9\"/><Word><Coords points=\"0,0 \
                      40,9\"/><TextEquiv><Unicode>so</Unicode></TextEquiv></Word><TextEquiv><Unicode>so</Unicode>\
                      </TextEquiv></TextLine><TextEquiv><Unicode>so</Unicode></TextEquiv></TextRegion></Page></PcGts>";
        let d = read("a.xml", source.as_bytes(), &Options::default()).expect("page");
        let edits = [edit(&d, "so", "số & tờ".split(' ').next().unwrap_or(""))];
        let written = write_back(&d, source.as_bytes(), &edits).expect("written");
        let expected = source.replace(">so<", ">số<");
        assert_eq!(String::from_utf8(written.bytes).expect("utf-8"), expected);
    }
}
