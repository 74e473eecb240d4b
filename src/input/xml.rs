//! What the readers of OCR layout formats share: events with their places in the file, attributes, text.
//!
//! Entities that a file declares are not expanded and nothing outside the file is ever read: the five entities of
//! XML, characters by number and `&nbsp;` are all there is.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::document::{Area, Span};

/// Most elements within one another: ten times what any engine writes.
pub(super) const DEEPEST: usize = 200;

/// Something that stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// The beginning of an element: its name without prefix, and the whole tag.
    Start(&'a str, Tag<'a>),
    /// The end of an element, also of one that is empty.
    End(&'a str),
    /// Text with its entities as they stand there.
    Text(&'a str, Span),
}

/// A tag as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Tag<'a> {
    /// The value of an attribute, entities resolved.
    pub fn get(&self, name: &str) -> Option<String> {
        let r = self.place(name)?;
        Some(resolve(self.source.get(r)?))
    }

    /// Where the value of an attribute stands in the file.
    pub fn span(&self, name: &str) -> Option<Span> {
        let r = self.place(name)?;
        Some(Span {
            start: self.at + r.start,
            end: self.at + r.end,
        })
    }

    /// A number in an attribute.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.trim().parse().ok()
    }

    /// Width and height of a page, 0 where they are not said.
    pub fn size(&self, width: &str, height: &str) -> [u32; 2] {
        [width, height].map(|name| self.number(name).unwrap_or(0.0).round() as u32)
    }

    fn place(&self, name: &str) -> Option<Range<usize>> {
        let s = self.source;
        let mut at = s.find(|c: char| c.is_whitespace())?;
        loop {
            let rest = &s[at..];
            let key = at + (rest.len() - rest.trim_start().len());
            let equals = key + s[key..].find('=')?;
            let after = &s[equals + 1..];
            let quote = equals + 1 + (after.len() - after.trim_start().len());
            let mark = s[quote..]
                .chars()
                .next()
                .filter(|c| matches!(c, '"' | '\''))?;
            let end = quote + 1 + s[quote + 1..].find(mark)?;
            if s[key..equals].trim_end() == name {
                return Some(quote + 1..end);
            }
            at = end + 1;
        }
    }
}

/// The pieces of a file; an error when it is no XML at all. A file that ends too early ends with `Err`.
pub(super) fn pieces(source: &str) -> impl Iterator<Item = Result<Piece<'_>, String>> {
    // The reader passes over a byte order mark and does not count it.
    let marks = source.len() - source.trim_start_matches('\u{FEFF}').len();
    let mut reader = Reader::from_str(&source[marks..]);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let (mut waiting, mut over, mut depth) = (None, false, 0usize);
    // Entities are events of their own; what belongs together is one text here.
    let mut text: Option<Span> = None;
    let mut queue: Vec<Piece<'_>> = Vec::new();
    std::iter::from_fn(move || {
        loop {
            if !queue.is_empty() {
                return Some(Ok(queue.remove(0)));
            }
            if let Some(name) = waiting.take() {
                return Some(Ok(Piece::End(name)));
            }
            if over {
                return None;
            }
            let start = marks + reader.buffer_position() as usize;
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(e) => {
                    over = true;
                    return Some(Err(format!("is broken XML at byte {start}: {e}")));
                }
            };
            let end = (marks + reader.buffer_position() as usize).min(source.len());
            if depth > DEEPEST {
                over = true;
                return Some(Err(format!(
                    "holds more than {DEEPEST} elements within one another"
                )));
            }
            let tag = Tag {
                source: source.get(start..end).unwrap_or(""),
                at: start,
            };
            match event {
                Event::Text(_) | Event::GeneralRef(_) => {
                    text = Some(text.map_or(Span { start, end }, |t| Span { end, ..t }));
                    continue;
                }
                Event::Start(_) => {
                    let name = name(tag.source);
                    queue.push(Piece::Start(name, tag));
                    // HTML does not close these.
                    if ["meta", "br", "img", "link", "hr", "input"].contains(&name) {
                        waiting = Some(name);
                    } else {
                        depth += 1;
                    }
                }
                Event::Empty(_) => {
                    let name = name(tag.source);
                    queue.push(Piece::Start(name, tag));
                    waiting = Some(name);
                }
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    queue.push(Piece::End(name(tag.source)));
                }
                Event::Eof => over = true,
                _ => {}
            }
            if let Some(span) = text.take() {
                let body = source.get(span.start..span.end).unwrap_or("");
                queue.insert(0, Piece::Text(body, span));
            }
        }
    })
}

/// The name of the outermost element, with its prefix.
pub(super) fn root(source: &str) -> Option<&str> {
    let mut rest = source;
    loop {
        rest = &rest[rest.find('<')? + 1..];
        if rest.starts_with(|c: char| c.is_alphabetic()) {
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
            return rest.get(..end?);
        }
    }
}

/// The name in a tag, without its prefix.
fn name(tag: &str) -> &str {
    let body = tag.trim_start_matches(['<', '/']);
    let end = body.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>'));
    let name = &body[..end.unwrap_or(body.len())];
    name.rsplit(':').next().unwrap_or(name)
}

/// `text` with its entities replaced by what they stand for; unknown ones stay.
pub(super) fn resolve(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // No further than any entity goes: a text may be all `&`.
        let end = rest.bytes().take(11).position(|b| b == b';');
        let known = end.and_then(|end| {
            let c = match &rest[1..end] {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                "nbsp" => '\u{A0}',
                number => {
                    let digits = number.strip_prefix('#')?;
                    let value = match digits.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                        None => digits.parse().ok()?,
                    };
                    char::from_u32(value)?
                }
            };
            Some((c, end))
        });
        match known {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// `text` as it may stand in an element or an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A box from numbers that may be fractions or stand outside the page.
pub(super) fn area(left: f64, top: f64, right: f64, bottom: f64) -> Area {
    [left, top, right, bottom].map(|n| n.round().clamp(0.0, f64::from(u32::MAX)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_file() {
        let source = "<?xml version=\"1.0\"?><a:b x='1' y = \"2&amp;3\">t&lt;u<br>v</a:b><c/>";
        let all: Vec<_> = pieces(source).map(|p| p.expect("xml")).collect();
        let Piece::Start("b", tag) = &all[0] else {
            panic!("{all:?}")
        };
        assert_eq!(tag.get("y").as_deref(), Some("2&3"));
        let span = tag.span("y").expect("y");
        assert_eq!(&source[span.start..span.end], "2&amp;3");
        assert_eq!(tag.get("z"), None);
        let texts: Vec<_> = all
            .iter()
            .filter_map(|p| match p {
                Piece::Text(t, s) => Some((*t, &source[s.start..s.end])),
                _ => None,
            })
            .collect();
        assert_eq!(texts, [("t&lt;u", "t&lt;u"), ("v", "v")]);
        assert_eq!(all.last(), Some(&Piece::End("c")));
    }

    #[test]
    fn a_byte_order_mark_moves_nothing() {
        let source = "<a x='1'>t<b/>u</a>";
        for marks in ["\u{FEFF}", "\u{FEFF}\u{FEFF}"] {
            let marked = format!("{marks}{source}");
            let all: Vec<_> = pieces(&marked).map(|p| p.expect("xml")).collect();
            let plain: Vec<_> = pieces(source).map(|p| p.expect("xml")).collect();
            assert_eq!(all.len(), plain.len());
            for piece in all {
                match piece {
                    Piece::Text(text, span) => assert_eq!(&marked[span.start..span.end], text),
                    Piece::Start("a", tag) => {
                        assert_eq!(tag.source, "<a x='1'>");
                        let place = tag.span("x").expect("x");
                        assert_eq!(&marked[place.start..place.end], "1");
                    }
                    Piece::Start(name, _) | Piece::End(name) => assert!(["a", "b"].contains(&name)),
                }
            }
        }
    }

    #[test]
    fn what_is_nested_too_deep_is_refused() {
        let nested = |n: usize| "<a>".repeat(n) + &"</a>".repeat(n);
        let broken = |n| pieces(&nested(n)).find_map(Result::err);
        assert_eq!(broken(DEEPEST), None);
        let reason = broken(DEEPEST + 1).expect("refused");
        assert_eq!(reason, "holds more than 200 elements within one another");
        assert!(pieces(&"<br>".repeat(5000)).all(|p| p.is_ok()));
    }

    #[test]
    fn a_text_of_nothing_but_signs_takes_no_time() {
        let signs = "&".repeat(4 << 20);
        assert_eq!(resolve(&signs), signs);
    }

    #[test]
    fn entities_of_the_file_are_not_expanded() {
        let source = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;&#83;</a>";
        let text = pieces(source).find_map(|p| match p {
            Ok(Piece::Text(t, _)) => Some(resolve(t)),
            _ => None,
        });
        assert_eq!(text.as_deref(), Some("&x;S"));
        assert_eq!(resolve(&escape("a<b & 'c' \"d\">")), "a<b & 'c' \"d\">");
    }
}
