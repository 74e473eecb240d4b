//! What travels through the stages: a text that knows where it came from.
//!
//! Every stage may rewrite the text (normalise it, repair it), and every stage must still be able to say
//! where in the file a word stood. So the text carries a map back to the bytes of the source, and each
//! rewriting composes its own map with the one it was given. Nothing else in the crate computes offsets.

use std::ops::Range;

/// A half-open range of bytes in the **original** file, before any decoding or repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Where a document came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// File name as given by the user (no directories are added or taken away), `-` for standard input.
    pub file: String,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: usize,
    /// Number of lines (a last line without a line feed counts).
    pub lines: usize,
    /// Name of the format: `text`, `hocr`, `pdf` ...
    pub format: &'static str,
    /// Name of the encoding the bytes were read as.
    pub encoding: String,
    /// Probability that it is that encoding, 0 to 1.
    pub encoding_confidence: f64,
    /// Number of pages, where the format has pages.
    pub pages: Option<usize>,
    /// Of a PDF, whether no page had a text layer.
    pub scanned: Option<bool>,
}

/// One stretch of a [`Text`] and the stretch of the source it stands for.
///
/// Stretches of equal length map byte by byte; stretches of different length, and such whose characters were put in
/// another order, map as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    bytewise: bool,
    text: usize,
    source: usize,
    text_len: usize,
    source_len: usize,
}

/// UTF-8 text, NFC, lines separated by `\n`, with a map to the bytes of the source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    content: String,
    segments: Vec<Segment>,
}

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.content
    }

    /// The lines, without their line feeds, each with its byte range in [`Text::as_str`].
    ///
    /// A final line feed ends the last line; it does not begin another.
    pub fn lines(&self) -> impl Iterator<Item = (Range<usize>, &str)> {
        let mut at = 0;
        self.content.split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            let body = line.strip_suffix('\n').unwrap_or(line);
            (start..start + body.len(), body)
        })
    }

    /// The bytes of the source that `range` of the text stands for.
    ///
    /// Where the text was rewritten the whole rewritten stretch is meant, so the span may be wider than the
    /// range, never narrower.
    pub fn source_span(&self, range: Range<usize>) -> Span {
        if range.start >= range.end {
            let p = self.source_start(range.start);
            return Span { start: p, end: p };
        }
        Span {
            start: self.source_start(range.start),
            end: self.source_end(range.end),
        }
    }

    /// The bytes of the text that stand for `span` of the source: the way back of [`Text::source_span`].
    ///
    /// Where the text was rewritten the whole rewritten stretch is meant; bytes of the source that left nothing in
    /// the text are an empty range where they would stand.
    pub fn range_of(&self, span: Span) -> Range<usize> {
        let k = self
            .segments
            .partition_point(|s| s.source + s.source_len <= span.start);
        let start = match self.segments.get(k) {
            Some(s) if s.bytewise => s.text + span.start.saturating_sub(s.source).min(s.text_len),
            Some(s) => s.text,
            None => self.content.len(),
        };
        let k = self.segments.partition_point(|s| s.source < span.end);
        let end = match k.checked_sub(1).and_then(|k| self.segments.get(k)) {
            Some(s) if s.bytewise => s.text + (span.end - s.source).min(s.text_len),
            Some(s) => s.text + s.text_len,
            None => 0,
        };
        let floor = |at: usize| self.content.floor_char_boundary(at);
        floor(start)..self.content.ceil_char_boundary(end.max(start))
    }

    fn source_start(&self, at: usize) -> usize {
        let k = self.segments.partition_point(|s| s.text + s.text_len <= at);
        match self.segments.get(k) {
            Some(s) if s.bytewise => s.source + (at.max(s.text) - s.text),
            Some(s) => s.source,
            None => self.segments.last().map_or(0, |s| s.source + s.source_len),
        }
    }

    fn source_end(&self, at: usize) -> usize {
        let k = self.segments.partition_point(|s| s.text < at);
        match k.checked_sub(1).and_then(|k| self.segments.get(k)) {
            Some(s) if s.bytewise => s.source + (at - s.text).min(s.source_len),
            Some(s) => s.source + s.source_len,
            None => 0,
        }
    }
}

/// Builds a [`Text`] from left to right.
#[derive(Debug, Default)]
pub struct TextBuilder {
    text: Text,
}

impl TextBuilder {
    /// An empty text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends `piece`, which stands for `span` of the source.
    pub fn push(&mut self, piece: &str, span: Span) {
        self.add(
            piece,
            span,
            piece.len() == span.end.saturating_sub(span.start),
        );
    }

    /// Appends `piece`, which as a whole stands for `span` of the source, even where the two are of equal length.
    pub fn push_whole(&mut self, piece: &str, span: Span) {
        self.add(piece, span, false);
    }

    fn add(&mut self, piece: &str, span: Span, bytewise: bool) {
        let (text, text_len) = (self.text.content.len(), piece.len());
        let source_len = span.end.saturating_sub(span.start);
        self.text.content.push_str(piece);
        if let Some(last) = self.text.segments.last_mut()
            && last.bytewise
            && bytewise
            && last.source + last.source_len == span.start
        {
            last.text_len += text_len;
            last.source_len += source_len;
            return;
        }
        self.text.segments.push(Segment {
            bytewise,
            text,
            source: span.start,
            text_len,
            source_len,
        });
    }

    /// A whole text that is its own source.
    pub fn plain(text: &str) -> Text {
        let mut builder = Self::new();
        let end = text.len();
        builder.push(text, Span { start: 0, end });
        builder.finish()
    }

    /// Appends `range` of another text unchanged, with its own map.
    pub fn copy(&mut self, from: &Text, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let first = from
            .segments
            .partition_point(|s| s.text + s.text_len <= range.start);
        for s in from.segments[first..]
            .iter()
            .take_while(|s| s.text < range.end)
        {
            let (a, b) = (range.start.max(s.text), range.end.min(s.text + s.text_len));
            let span = if s.bytewise {
                Span {
                    start: s.source + (a - s.text),
                    end: s.source + (b - s.text),
                }
            } else {
                Span {
                    start: s.source,
                    end: s.source + s.source_len,
                }
            };
            if b > a {
                self.add(&from.content[a..b], span, s.bytewise);
            }
        }
    }

    /// A text with `edits`, in its order, made in it.
    pub fn edited(text: &Text, edits: &[Edit]) -> Text {
        let mut out = Self::new();
        let mut at = 0;
        for edit in edits {
            let range = text.range_of(edit.span);
            out.copy(text, at..range.start);
            out.push(&edit.to, edit.span);
            at = range.end.max(at);
        }
        out.copy(text, at..text.as_str().len());
        out.finish()
    }

    /// Length of the text so far, in bytes.
    pub fn len(&self) -> usize {
        self.text.content.len()
    }

    /// Whether nothing has been appended.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The finished text.
    pub fn finish(self) -> Text {
        self.text
    }
}

/// Left, top, right and bottom in the units of the page, most often pixels.
pub type Area = [u32; 4];

/// A word on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// Its bytes in the text as read.
    pub range: Range<usize>,
    /// Its bytes in the file, where the file holds them.
    pub span: Option<Span>,
    /// Page, 1-based.
    pub page: usize,
    /// Where on the page.
    pub area: Area,
    /// How sure the engine was, 0 to 1, where it says so.
    pub confidence: Option<f32>,
}

impl Word {
    /// Whether its bytes in the file are its bytes in the text: no entities, nothing composed.
    fn is_plain(&self, file: Span) -> bool {
        file.end - file.start == self.range.len()
    }

    /// The part of the word in the file that `span` of the text as read touches; of a word that is written otherwise
    /// there, the whole.
    fn source(&self, span: Span) -> Option<Span> {
        let file = self.span?;
        if !self.is_plain(file) {
            return Some(file);
        }
        let at =
            |p: usize| file.start + p.clamp(self.range.start, self.range.end) - self.range.start;
        Some(Span {
            start: at(span.start),
            end: at(span.end),
        })
    }

    /// The way back of [`Word::source`].
    fn read(&self, span: Span) -> Range<usize> {
        match self.span {
            Some(file) if self.is_plain(file) => {
                let at = |p: usize| self.range.start + p.clamp(file.start, file.end) - file.start;
                at(span.start)..at(span.end)
            }
            _ => self.range.clone(),
        }
    }
}

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Bytes of the file; of the text as read where the file does not hold the text ([`Document::in_file`]).
    pub span: Span,
    /// Page, 1-based, where the format has pages.
    pub page: Option<usize>,
    /// The smallest box around it, where the format has boxes.
    pub area: Option<Area>,
}

/// How the text as read lies in the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Ground {
    /// The file is the text: spans are bytes of the file.
    File,
    /// The text was decoded: spans are bytes of the text as read, which the map takes to the bytes of the file.
    Decoded(Text),
    /// The text was put together of words on pages, in the order of the text.
    Pages(String, Vec<Word>),
    /// The text was taken out of a file that does not hold it as such.
    Taken(String),
}

/// A file as read: where it came from, and its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Where it came from.
    pub source: Source,
    /// Decoded and normalised text.
    pub text: Text,
    /// What the spans of the text mean.
    pub ground: Ground,
    /// Width and height of the pages in the units of their boxes; 0 where the file does not say.
    pub page_sizes: Vec<[u32; 2]>,
    /// The engine's own hOCR of the pages that were read as images.
    pub hocr: Option<String>,
}

impl Document {
    /// The bytes that the spans of the text point into, `file` being those of the file.
    pub fn original<'a>(&'a self, file: &'a [u8]) -> &'a [u8] {
        match &self.ground {
            Ground::File => file,
            Ground::Decoded(text) => text.as_str().as_bytes(),
            Ground::Pages(text, _) | Ground::Taken(text) => text.as_bytes(),
        }
    }

    /// Whether [`Document::place`] gives bytes of the file.
    pub fn in_file(&self) -> bool {
        match &self.ground {
            Ground::File | Ground::Decoded(_) => true,
            Ground::Pages(_, words) => words.iter().all(|w| w.span.is_some()),
            Ground::Taken(_) => false,
        }
    }

    /// The words on pages that `span` of the text as read touches.
    pub fn words(&self, span: Span) -> &[Word] {
        let Ground::Pages(_, words) = &self.ground else {
            return &[];
        };
        let first = words.partition_point(|w| w.range.end <= span.start);
        let touched = words[first..].partition_point(|w| w.range.start < span.end);
        &words[first..first + touched]
    }

    /// Where `span` of the text as read stands.
    pub fn place(&self, span: Span) -> Place {
        let plain = |span| Place {
            span,
            page: None,
            area: None,
        };
        match &self.ground {
            Ground::File | Ground::Taken(_) => plain(span),
            Ground::Decoded(text) => plain(text.source_span(span.start..span.end)),
            Ground::Pages(..) => {
                let words = self.words(span);
                let Some(first) = words.first() else {
                    return plain(if self.in_file() {
                        Span { start: 0, end: 0 }
                    } else {
                        span
                    });
                };
                let starts = words.iter().filter_map(|w| Some(w.source(span)?.start));
                let ends = words.iter().filter_map(|w| Some(w.source(span)?.end));
                let whole = starts.min().zip(ends.max());
                let page = words.iter().filter(|w| w.page == first.page);
                let area = page.map(|w| w.area).reduce(|a, b| {
                    [
                        a[0].min(b[0]),
                        a[1].min(b[1]),
                        a[2].max(b[2]),
                        a[3].max(b[3]),
                    ]
                });
                Place {
                    span: whole.map_or(span, |(start, end)| Span { start, end }),
                    page: Some(first.page),
                    area,
                }
            }
        }
    }
}

impl Document {
    /// The bytes of [`Document::text`] at `place` in the file: the way back of [`Document::place`].
    ///
    /// `from` is what stands there; it is looked for where the file leaves only the word around it.
    pub fn at(&self, place: Span, from: &str) -> Range<usize> {
        let text = self.text.as_str();
        let range = match &self.ground {
            Ground::File => self.text.range_of(place),
            Ground::Decoded(decoded) => decoded.range_of(place),
            Ground::Pages(_, words) if self.in_file() => {
                let touches = |s: Span| s.start < place.end && s.end > place.start;
                let touched = words.iter().filter(|w| w.span.is_some_and(touches));
                let ranges = touched.map(|w| w.read(place));
                ranges
                    .reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
                    .unwrap_or(0..0)
            }
            Ground::Pages(..) | Ground::Taken(_) => {
                let at = |p: usize| p.min(text.len());
                text.floor_char_boundary(at(place.start))..text.ceil_char_boundary(at(place.end))
            }
        };
        let inside = match self.ground {
            Ground::Pages(..) => text.get(range.clone()).and_then(|t| t.find(from)),
            _ => None,
        };
        match inside {
            Some(k) if !from.is_empty() => range.start + k..range.start + k + from.len(),
            _ => range,
        }
    }
}

/// What a change was made for: a short closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EditKind {
    /// Marks were put back or changed; the base letters stayed.
    Diacritics,
    /// Letters were taken for other letters.
    Confusion,
    /// A digit stood for a letter, or a letter for a digit, where the place leaves one reading.
    Digit,
    /// One token became several.
    Split,
    /// Several tokens became one.
    Join,
    /// Only the case changed.
    Case,
    /// A line of the closed vocabulary of headers and footers.
    Boilerplate,
    /// Bytes that were no valid text.
    Charset,
    /// A person decided it.
    Reviewed,
}

impl EditKind {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Diacritics => "diacritics",
            Self::Confusion => "confusion",
            Self::Digit => "digit",
            Self::Split => "split",
            Self::Join => "join",
            Self::Case => "case",
            Self::Boilerplate => "boilerplate",
            Self::Charset => "charset",
            Self::Reviewed => "reviewed",
        }
    }
}

/// Another reading of a token and how probable it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// The reading.
    pub text: String,
    /// Probability, 0 to 1.
    pub confidence: f64,
}

/// One change: where, what, why and how sure.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Line of the source, 1-based.
    pub line: usize,
    /// Bytes of the source.
    pub span: Span,
    /// What stood there.
    pub from: String,
    /// What stands there now.
    pub to: String,
    /// Calibrated probability that `to` is right, 0 to 1.
    pub confidence: f64,
    /// Why.
    pub kind: EditKind,
    /// Other readings, most probable first.
    pub alternatives: Vec<Alternative>,
}

/// A token that was left as it stands although it may be wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    /// Line of the source, 1-based.
    pub line: usize,
    /// Bytes of the source.
    pub span: Span,
    /// What stands there.
    pub token: String,
    /// Calibrated probability that the token is right as it stands.
    pub confidence: f64,
    /// What else it may be, most probable first.
    pub alternatives: Vec<Alternative>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Text {
        let mut b = TextBuilder::new();
        b.push("ab ", Span { start: 3, end: 6 });
        b.push("số", Span { start: 6, end: 8 });
        b.push(" 12\n", Span { start: 8, end: 12 });
        b.finish()
    }

    #[test]
    fn spans_of_the_source_are_found_in_the_text() {
        let t = sample();
        for (span, piece) in [
            ((3, 5), "ab"),
            ((6, 8), "số"),
            ((7, 8), "số"),
            ((9, 11), "12"),
        ] {
            let (start, end) = span;
            assert_eq!(&t.as_str()[t.range_of(Span { start, end })], piece);
        }
        assert_eq!(t.range_of(Span { start: 0, end: 2 }), 0..0);
        assert_eq!(t.range_of(Span { start: 90, end: 95 }).len(), 0);
    }

    #[test]
    fn spans_point_into_the_source() {
        let t = sample();
        assert_eq!(t.as_str(), "ab số 12\n");
        assert_eq!(t.source_span(0..2), Span { start: 3, end: 5 });
        assert_eq!(t.source_span(3..7), Span { start: 6, end: 8 });
        assert_eq!(t.source_span(4..7), Span { start: 6, end: 8 });
        assert_eq!(t.source_span(8..10), Span { start: 9, end: 11 });
        assert_eq!(t.source_span(0..0), Span { start: 3, end: 3 });
    }

    #[test]
    fn copies_keep_the_map() {
        let t = sample();
        let mut b = TextBuilder::new();
        b.copy(&t, 0..3);
        b.push("sở", t.source_span(3..7));
        b.copy(&t, 7..t.as_str().len());
        let u = b.finish();
        assert_eq!(u.as_str(), "ab sở 12\n");
        assert_eq!(u.source_span(3..7), Span { start: 6, end: 8 });
        assert_eq!(u.source_span(8..10), Span { start: 9, end: 11 });
    }

    #[test]
    fn a_final_line_feed_begins_no_line() {
        let lines: Vec<_> = sample().lines().map(|(r, l)| (r, l.to_owned())).collect();
        assert_eq!(lines, [(0..10, "ab số 12".to_owned())]);
    }
}
