//! The review page: what a person needs to see of a document to decide what is doubtful in it.
//!
//! A document is a row of the page's list (`Row`) and a body (`body`): the text as read, its changes, the fields
//! of its records with the places they come from. Bodies are packed (gzip, base64) and unpacked by the page one at
//! a time, so that a page of 5,000 documents is a file of some ten megabytes and opens at once. Packed, a body also
//! holds no character that means anything to HTML.
//!
//! Offsets in a body count UTF-16 units, as the page's language does; offsets in the source stand beside them,
//! because decisions are about bytes of the source.

mod pack;

use serde::Serialize;

use super::csv::undecided;
use super::edit::{EditLine, Kind};
use super::record::{Field, Record, Spans};
use crate::document::{Area, Document, Span};
use pack::{base64, pack};

/// The page before its data: head, styles, frame.
const PAGE: &str = include_str!("review/page.html");
/// Its styles.
const STYLE: &str = include_str!("review/page.css");
/// Its program.
const SCRIPT: &str = include_str!("review/page.js");

/// A body larger than this is left to the text file: no browser shows it well.
const LARGEST_TEXT: usize = 2 << 20;

/// A document's line in the list: name, the first 16 digits of its digest, doubt, whether it needs a look, numbers of
/// changes and of doubtful words, names of unreadable fields, kind of the first record, and its type, number and
/// symbol, date and subject.
type Row<'a> = (
    &'a str,
    &'a str,
    f64,
    u8,
    usize,
    usize,
    String,
    &'a str,
    [String; 4],
);

/// A document on the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// How much there is to doubt.
    pub score: f64,
    /// Its row as JSON that may stand in an HTML script element.
    pub row: String,
    /// Its body, packed; `None` for a text too large to show.
    pub body: Option<String>,
}

/// The body of a document; short names, because there are thousands.
#[derive(Serialize)]
struct Body<'a> {
    /// SHA-256 of the source.
    h: &'a str,
    /// Images of its pages, relative to the page: the number of the page, the image.
    im: &'a [(usize, String)],
    /// Width and height of its pages in the units of the boxes; empty where they are those of the images.
    ps: &'a [[u32; 2]],
    /// The text as read.
    t: &'a str,
    /// Changes and doubts: start and length in `t`, start and end in the source, reading, confidence, kind, other
    /// readings with their confidence, box.
    e: Vec<Change<'a>>,
    /// Records.
    r: Vec<Sheet<'a>>,
}

type Change<'a> = (
    u32,
    u32,
    usize,
    usize,
    &'a str,
    f64,
    Kind,
    Vec<(&'a str, f64)>,
    Option<Boxed>,
);

/// Page, left, top, right, bottom.
type Boxed = [u32; 5];

/// A record as rows.
#[derive(Serialize)]
struct Sheet<'a> {
    /// Kind of record.
    k: &'a str,
    /// Which dispatch of the file.
    i: usize,
    /// Its fields.
    f: Vec<Line<'a>>,
}

/// A field: path, value, status, confidence, rule, places in the text, other readings, boxes.
type Line<'a> = (
    String,
    Option<String>,
    &'a str,
    f64,
    &'a str,
    Vec<[u32; 2]>,
    Vec<&'a str>,
    Vec<Boxed>,
);

/// A document as the page takes it. `edits` are its changes and doubts in the order of the text.
pub fn entry(
    name: &str,
    document: &Document,
    edits: &[EditLine],
    records: &[&Record],
    images: &[(usize, String)],
) -> Entry {
    let row = row(name, &document.source.sha256, edits, records);
    let json = serde_json::to_string(&row).unwrap_or_default();
    let fits = document.text.as_str().len() <= LARGEST_TEXT;
    Entry {
        score: row.2,
        row: harmless(&json),
        body: fits.then(|| pack(&body(document, edits, records, images))),
    }
}

/// A document that is on the list only.
pub fn listed(name: &str, sha256: &str, edits: &[EditLine], records: &[&Record]) -> Entry {
    let row = row(name, sha256, edits, records);
    let json = serde_json::to_string(&row).unwrap_or_default();
    Entry {
        score: row.2,
        row: harmless(&json),
        body: None,
    }
}

fn row<'a>(name: &'a str, sha256: &'a str, edits: &[EditLine], records: &[&'a Record]) -> Row<'a> {
    let doubtful = edits.iter().filter(|e| e.kind == Kind::Doubtful).count();
    let mut unreadable: Vec<&str> = records.iter().flat_map(|r| undecided(r)).collect();
    unreadable.dedup();
    let unknown = records.iter().any(|r| r.record_kind == "unknown");
    // A word weighs what it lacks in certainty; a field that is lost, or a paper of unknown kind, more than a word.
    let words: f64 = edits.iter().map(|e| 1.0 - e.confidence).sum();
    let score = words + 3.0 * unreadable.len() as f64 + 5.0 * f64::from(u8::from(unknown));
    let value = |f: Option<&Field>| f.and_then(|f| f.value.clone()).unwrap_or_default();
    let first = records.first();
    let kind = first.and_then(|r| r.document_type.as_ref());
    let date = first.and_then(|r| r.date.as_ref());
    let subject = value(first.and_then(|r| r.subject.as_ref()).map(|s| &s.field));
    (
        name,
        sha256.get(..16).unwrap_or(sha256),
        (score * 100.0).round() / 100.0,
        u8::from(doubtful > 0 || unknown || !unreadable.is_empty()),
        edits.len() - doubtful,
        doubtful,
        unreadable.join(" "),
        first.map_or("", |r| &r.record_kind),
        [
            value(kind.map(|t| &t.field)),
            value(first.and_then(|r| r.number_symbol.as_ref())),
            value(date.map(|d| &d.field)),
            subject.chars().take(160).collect(),
        ],
    )
}

/// The body as JSON.
fn body(
    document: &Document,
    edits: &[EditLine],
    records: &[&Record],
    images: &[(usize, String)],
) -> Vec<u8> {
    let ruler = Ruler::new(document);
    let body = Body {
        h: &document.source.sha256,
        im: images,
        ps: &document.page_sizes,
        t: document.text.as_str(),
        e: edits.iter().map(|e| change(e, &ruler)).collect(),
        r: records.iter().map(|r| sheet(r, &ruler)).collect(),
    };
    serde_json::to_vec(&body).unwrap_or_default()
}

fn change<'a>(e: &'a EditLine, ruler: &Ruler<'_>) -> Change<'a> {
    let [from, to] = e.span;
    let [start, end] = ruler.place(from, to, &e.from);
    let others = e.alternatives.iter();
    let others = others.map(|a| (a.text.as_str(), a.confidence)).collect();
    (
        start,
        end - start,
        from,
        to,
        &e.to,
        e.confidence,
        e.kind,
        others,
        boxed(e.page, e.area),
    )
}

fn boxed(page: Option<usize>, area: Option<Area>) -> Option<Boxed> {
    let ([left, top, right, bottom], page) = (area?, u32::try_from(page?).ok()?);
    Some([page, left, top, right, bottom])
}

fn sheet<'a>(r: &'a Record, ruler: &Ruler<'_>) -> Sheet<'a> {
    let mut rows = Rows {
        ruler,
        lines: Vec::new(),
    };
    let absent = |f: &Field| f.status == "absent";
    rows.field("document_type", r.document_type.as_ref().map(|t| &t.field));
    rows.field("number", r.number.as_ref());
    rows.field("symbol", r.symbol.as_ref());
    rows.field("date", r.date.as_ref().map(|d| &d.field));
    if let Some(reason) = r.date.as_ref().and_then(|d| d.suspect_reason.as_deref()) {
        rows.note("date.suspect", reason.to_owned(), None, 0.0);
    }
    rows.field("place", r.place.as_ref());
    rows.field("subject", r.subject.as_ref().map(|s| &s.field));
    rows.fields("issuers", r.issuers.iter());
    for (name, f) in [
        ("parent_agency", r.parent_agency.as_ref()),
        ("urgency", r.urgency.as_ref()),
        ("secrecy", r.secrecy.as_ref()),
        ("circulation", r.circulation.as_ref()),
    ] {
        rows.field(name, f.filter(|f| !absent(f)));
    }
    rows.fields("recipients", r.recipients.iter().map(|x| &x.field));
    for (k, s) in r.signers.iter().enumerate() {
        for (part, f) in [("position", &s.position), ("name", &s.name)] {
            rows.field(&format!("signers[{k}].{part}"), Some(f));
        }
    }
    rows.fields("copies", r.copies.iter().map(|c| &c.field));
    let archive = r.archive_line.as_ref().map(|a| &a.field);
    rows.field("archive_line", archive.filter(|f| !absent(f)));
    if let Some(s) = &r.incoming_stamp {
        for (part, f) in [("number", &s.number), ("date", &s.date)] {
            rows.field(
                &format!("incoming_stamp.{part}"),
                Some(f).filter(|f| !absent(f)),
            );
        }
    }
    for (k, t) in r.tasks.iter().enumerate() {
        let deadline = t.deadline.as_ref();
        let until = deadline.and_then(|d| d.iso.as_deref().or(d.raw.as_deref()));
        let mut text = t.assignees.join("; ");
        for part in [Some(t.action.as_str()), until].into_iter().flatten() {
            text = if text.is_empty() {
                part.to_owned()
            } else {
                format!("{text} · {part}")
            };
        }
        rows.note(&format!("tasks[{k}]"), text, t.span.as_ref(), t.confidence);
    }
    for (k, x) in r.references.iter().enumerate() {
        let parts = [&x.kind, &x.number_symbol, &x.date, &x.issuer];
        let text: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        let text = if text.is_empty() {
            x.title.clone().unwrap_or_default()
        } else {
            text.join(" · ")
        };
        rows.note(
            &format!("references[{k}]"),
            text,
            x.span.as_ref(),
            x.confidence,
        );
    }
    for (k, e) in r.events.iter().enumerate() {
        let text: Vec<&str> = [&e.start, &e.place]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        rows.note(
            &format!("events[{k}]"),
            text.join(" · "),
            e.span.as_ref(),
            e.confidence,
        );
    }
    for (k, c) in r.contacts.iter().enumerate() {
        rows.note(
            &format!("contacts[{k}]"),
            c.value.clone(),
            c.span.as_ref(),
            c.confidence,
        );
    }
    Sheet {
        k: &r.record_kind,
        i: r.document_index,
        f: rows.lines,
    }
}

struct Rows<'a, 'r> {
    ruler: &'r Ruler<'r>,
    lines: Vec<Line<'a>>,
}

impl<'a> Rows<'a, '_> {
    fn field(&mut self, path: &str, field: Option<&'a Field>) {
        let Some(f) = field else { return };
        let (places, boxes) = self.places(f.span.as_ref());
        self.lines.push((
            path.to_owned(),
            f.value.clone(),
            &f.status,
            f.confidence,
            &f.basis,
            places,
            f.alternatives.iter().map(|a| a.value.as_str()).collect(),
            boxes,
        ));
    }

    fn fields(&mut self, path: &str, fields: impl Iterator<Item = &'a Field>) {
        for (k, f) in fields.enumerate() {
            self.field(&format!("{path}[{k}]"), Some(f));
        }
    }

    /// What is shown and not decided.
    fn note(&mut self, path: &str, text: String, spans: Option<&Spans>, confidence: f64) {
        let (places, boxes) = self.places(spans);
        self.lines.push((
            path.to_owned(),
            Some(text),
            "note",
            confidence,
            "",
            places,
            Vec::new(),
            boxes,
        ));
    }

    fn places(&self, spans: Option<&Spans>) -> (Vec<[u32; 2]>, Vec<Boxed>) {
        let spans = match spans {
            None => &[][..],
            Some(Spans::One(one)) => std::slice::from_ref(one),
            Some(Spans::Several(several)) => several,
        };
        let places = spans.iter().map(|s| self.ruler.place(s.start, s.end, ""));
        let boxes = spans.iter().filter_map(|s| boxed(s.page, s.area));
        (places.collect(), boxes.collect())
    }
}

/// Bytes of the source to UTF-16 units of the text.
struct Ruler<'a> {
    document: &'a Document,
    /// At each 64th byte of the text, the units before it.
    marks: Vec<u32>,
}

impl<'a> Ruler<'a> {
    fn new(document: &'a Document) -> Self {
        let (mut marks, mut units) = (Vec::new(), 0);
        for (at, byte) in document.text.as_str().bytes().enumerate() {
            if at % 64 == 0 {
                marks.push(units);
            }
            units += width(byte);
        }
        Self { document, marks }
    }

    fn place(&self, start: usize, end: usize, from: &str) -> [u32; 2] {
        let range = self.document.at(Span { start, end }, from);
        [self.units(range.start), self.units(range.end)]
    }

    fn units(&self, at: usize) -> u32 {
        let bytes = self.document.text.as_str().as_bytes();
        let at = at.min(bytes.len());
        let from = at.saturating_sub(1) / 64;
        let before = self.marks.get(from).copied().unwrap_or_default();
        before + bytes[64 * from..at].iter().map(|b| width(*b)).sum::<u32>()
    }
}

/// Units that begin at a byte of UTF-8.
fn width(byte: u8) -> u32 {
    match byte {
        0x80..=0xBF => 0,
        0xF0.. => 2,
        _ => 1,
    }
}

/// JSON that may stand in a script element: without `<`, neither `</script` nor `<!--` can be read into it.
pub fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// The page up to its data. What follows are rows, what stands between, bodies, and the end.
///
/// The page may load nothing and run nothing but its own program, which is named by its digest.
pub fn begin() -> String {
    use sha2::{Digest, Sha256};
    let digest = base64(&Sha256::digest(SCRIPT.as_bytes()));
    PAGE.replace("{{script-digest}}", &digest)
        .replace("{{style}}", STYLE)
}

/// What stands between the rows and the bodies; `about` is JSON about the whole batch.
pub fn between(about: &str) -> String {
    let about = harmless(about);
    format!(
        "null]</script>\n<script type=\"application/json\" id=\"about\">{about}</script>\n<script>{SCRIPT}</script>\n"
    )
}

/// A body as it stands in the page; `at` is the place of its row.
pub fn body_line(at: usize, body: &str) -> String {
    format!("<script type=\"text/plain\" id=\"d{at}\">{body}</script>\n")
}

/// The end of the page.
pub const END: &str = "</body></html>\n";

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::pipeline::{Pipeline, Settings};

    fn unpacked(body: &str) -> serde_json::Value {
        const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut bytes = Vec::new();
        let body = body.trim_end_matches('=');
        for chunk in body.as_bytes().chunks(4) {
            let word = chunk.iter().fold(0u32, |w, c| {
                w << 6 | LETTERS.find(char::from(*c)).expect("base64") as u32
            }) << (6 * (4 - chunk.len()));
            bytes.extend_from_slice(&word.to_be_bytes()[1..chunk.len()]);
        }
        let mut json = String::new();
        let mut gzip = flate2::read::GzDecoder::new(&bytes[..]);
        gzip.read_to_string(&mut json).expect("gzip");
        serde_json::from_str(&json).expect("json")
    }

    #[test]
    fn the_changes_of_a_body_give_the_repaired_text() {
        let pipeline = Pipeline::new(Settings::default()).expect("pipeline");
        let source = "\u{feff}UY BAN NHAN DAN \u{1F600} <script>alert(1)</script>\r\nVe viec thyc hién Ké hoach sé 96/KH-UBND\r\n";
        let outcome = pipeline
            .process("a.txt", source.as_bytes())
            .expect("outcome");
        let edits = outcome.edit_lines();
        let entry = entry(
            "a<b.txt",
            &outcome.document,
            &edits,
            &[&outcome.records[0]],
            &[],
        );
        assert!(!entry.row.contains('<') && entry.row.contains("a\\u003cb.txt"));
        let body = unpacked(&entry.body.expect("a body"));
        let mut units: Vec<u16> = body["t"].as_str().expect("text").encode_utf16().collect();
        let changes = body["e"].as_array().expect("changes");
        assert!(!changes.is_empty());
        for change in changes.iter().rev() {
            let at = change[0].as_u64().expect("start") as usize;
            let end = at + change[1].as_u64().expect("length") as usize;
            units.splice(at..end, change[4].as_str().expect("reading").encode_utf16());
        }
        let repaired = String::from_utf16(&units).expect("text");
        assert_eq!(repaired, outcome.repaired.text.as_str());
    }

    #[test]
    fn the_page_names_its_only_program() {
        let head = begin();
        assert!(head.contains("script-src 'sha256-") && !head.contains("{{"));
        assert!(!SCRIPT.contains("</script") && !SCRIPT.contains("innerHTML"));
        assert!(between("{\"a\":\"</script>\"}").contains("\\u003c/script>\"}"));
    }
}
