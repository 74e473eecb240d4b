//! What must hold of any input, whatever its bytes.
//!
//! One function a reader, and [`whole`] for the way from bytes to records and tables. Each takes arbitrary bytes, may
//! refuse them with an error, and panics where a promise is broken. The fuzz targets call them with what the fuzzer
//! makes up, `tests` below with the fuzzer's seeds and findings and with generated dispatches and damage: so a promise
//! is written down once.

use std::collections::HashSet;
use std::path::{Component, Path};
use std::sync::{LazyLock, Mutex};

use serde_json::Value;

use crate::batch::walk;
use crate::document::{Document, Edit, Ground, Span, Text, TextBuilder};
use crate::export::edit::EditLine;
use crate::export::exchange::{Codes, Form, archive, edxml};
use crate::export::record::Record;
use crate::export::{csv, edit, ics, json, record, review};
use crate::input::{self, Charset, Format, Options, inner};
use crate::language_model::Model;
use crate::language_model::store::{self, Container};
use crate::lexicon::user::UserList;
use crate::pipeline::{Outcome, Pipeline, Settings};
use crate::repair::verify::verify;
use crate::repair::{self, Repaired, Repairer};
use crate::review::carry::{Known, carry};
use crate::review::decisions::{Decisions, Store};
use crate::review::learn;

/// Panics where a promise about these bytes is broken.
pub type Holds = fn(&[u8]);

/// The fuzz targets and what they call; `config` is the program's and not the library's (src/cli/config.rs).
pub const TARGETS: [(&str, Holds); 9] = [
    ("text", text),
    ("pages", pages),
    ("docx", docx),
    ("pdf", pdf),
    ("archive", archive),
    ("model", model),
    ("lists", lists),
    ("decisions", decisions),
    ("whole", whole),
];

/// Two pipelines of the same settings: what one thread asks of the first, eight at once ask of the second.
static PIPELINES: LazyLock<[Pipeline; 2]> = LazyLock::new(|| {
    let mut settings = Settings::default();
    // Other programs are not on trial.
    settings.input.ocr.tesseract = Some("/nowhere/tesseract".into());
    [(); 2].map(|()| Pipeline::new(settings.clone()).expect("the built-in model is whole"))
});

/// The contracts of records and of edits.
static SCHEMAS: LazyLock<[jsonschema::Validator; 2]> = LazyLock::new(|| {
    let schemas = [record::json_schema(), schemars::schema_for!(EditLine)];
    schemas.map(|s| jsonschema::validator_for(&s.to_value()).expect("a schema"))
});

/// Text in any encoding: the first byte says in which it is said to be, if in any.
pub fn text(data: &[u8]) {
    let Some((&first, bytes)) = data.split_first() else {
        return;
    };
    let options = Options {
        format: Some(Format::Text),
        encoding: Charset::ALL.get(usize::from(first)).copied(),
        ..Options::default()
    };
    if let Ok(read) = input::read("a.txt", bytes, &options) {
        document(&read, bytes);
    }
}

/// hOCR, ALTO and PAGE XML, and the words written back: the first byte says which format.
pub fn pages(data: &[u8]) {
    let Some((&first, bytes)) = data.split_first() else {
        return;
    };
    let format = [Format::Hocr, Format::Alto, Format::Page][usize::from(first) % 3];
    let options = Options {
        format: Some(format),
        ..Options::default()
    };
    let Ok(read) = input::read("a.xml", bytes, &options) else {
        return;
    };
    document(&read, bytes);
    let edits = every_word_changed(&read);
    let Some(written) = input::write_back(&read, bytes, &edits) else {
        return;
    };
    assert!(written.changed <= edits.len() && written.kept <= edits.len());
    let again = input::read("a.xml", &written.bytes, &options).expect("what is written is XML");
    let (Ground::Pages(_, before), Ground::Pages(_, after)) = (&read.ground, &again.ground) else {
        panic!("pages are pages");
    };
    assert_eq!(before.len(), after.len(), "words written back");
}

/// An edit for each word: one that another word in its place would need escaped.
fn every_word_changed(document: &Document) -> Vec<Edit> {
    let Ground::Pages(read, words) = &document.ground else {
        return Vec::new();
    };
    let changed = words.iter().map(|w| Edit {
        line: 1,
        span: Span {
            start: w.range.start,
            end: w.range.end,
        },
        from: read[w.range.clone()].to_owned(),
        to: "<&\"'>x".to_owned(),
        confidence: 1.0,
        kind: crate::EditKind::Confusion,
        alternatives: Vec::new(),
    });
    changed.collect()
}

/// Word documents: as the whole file, or (first byte odd) as the part that holds the text.
pub fn docx(data: &[u8]) {
    let Some((&first, bytes)) = data.split_first() else {
        return;
    };
    if first % 2 == 1 {
        let _ = std::str::from_utf8(bytes).map(inner::docx_text);
        return;
    }
    let options = Options {
        format: Some(Format::Docx),
        ..Options::default()
    };
    if let Ok(read) = input::read("a.docx", bytes, &options) {
        document(&read, bytes);
    }
}

/// What `pdftotext` says of a PDF; the program itself is not on trial.
pub fn pdf(data: &[u8]) {
    if let Ok(read) = inner::pdf_words(&String::from_utf8_lossy(data)) {
        document(&read, data);
    }
}

/// Archives: the first byte says by which ending the file goes.
pub fn archive(data: &[u8]) {
    let Some((&first, bytes)) = data.split_first() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let name = ["a.zip", "a.tar", "a.tar.gz"][usize::from(first) % 3];
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    let found = walk::walk(&[path], Path::new("/nowhere"), false);
    let mut stems = HashSet::new();
    for job in &found.jobs {
        let stem = job.stem();
        let plain = |c| matches!(c, Component::Normal(_));
        assert!(stem.components().all(plain), "{stem:?} leads out of OUT");
        assert!(stems.insert(stem), "two documents of one output");
        assert!(job.bytes_at().is_file());
    }
    let held: Vec<_> = found.jobs.iter().map(|j| j.bytes_at()).collect();
    drop(found);
    assert!(!held.iter().any(|p| p.exists()), "unpacked files stay");
}

/// Model files, with the checksum they need.
pub fn model(data: &[u8]) {
    let mut file = data.to_vec();
    store::sign(&mut file);
    let Ok(file) = Container::new(file, "fuzz", true) else {
        return;
    };
    let made = Model::new(file.clone()).and_then(|model| {
        verify(&file)?;
        Repairer::new(model, repair::Options::default())
    });
    if let Ok(repairer) = made {
        let text = TextBuilder::plain(DISPATCH);
        repaired(&text, DISPATCH.as_bytes(), &repairer.repair(&text));
    }
}

/// Lists of the user: words one a line, pairs one a line, codes.
pub fn lists(data: &[u8]) {
    let mut list = UserList::default();
    if list.parse("fuzz", data).is_ok() {
        for entry in list.entries() {
            assert!(list.contains(entry), "{entry:?} is an entry");
            assert!(!entry.contains(char::is_control));
        }
    }
    let text = String::from_utf8_lossy(data);
    let _ = learn::parse(Path::new("fuzz"), &text);
    let _ = Codes::parse("fuzz", &text);
}

/// A file of decisions, carried out on a dispatch.
pub fn decisions(data: &[u8]) {
    let Ok(read) = Decisions::parse("fuzz", data) else {
        return;
    };
    let mut all = read.decisions;
    all.truncate(50);
    let bytes = DISPATCH.as_bytes();
    let outcome = PIPELINES[0].process("a.txt", bytes).expect("a text");
    // Whatever text they were made for.
    let digest = outcome.document.source.sha256.clone();
    all.iter_mut().for_each(|d| d.sha256.clone_from(&digest));
    let mut store = Store::default();
    store.add(all);
    let lines = outcome.edit_lines();
    let known = Known {
        file_name: Some("a.txt"),
        document: &outcome.document,
        original: bytes,
        text: outcome.repaired.text.as_str(),
        edits: &lines,
        records: &outcome.records,
    };
    let once = carry(&known, store.of(&digest));
    edits_are_valid(&once.edits);
    records(&outcome.document, bytes, &once.records);
    let known = Known {
        text: &once.text,
        edits: &once.edits,
        records: &once.records,
        ..known
    };
    let twice = carry(&known, store.of(&digest));
    assert_eq!(twice.text, once.text, "carried out twice");
    assert_eq!(twice.edits, once.edits, "carried out twice");
    assert_eq!(twice.records, once.records, "carried out twice");
}

/// A dispatch with a little damage, for decisions.
pub const DISPATCH: &str = "UBND XÃ SUỐI THỬ\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\
    S6: 12/UBND-VP\tSuối Thử, ngày I2 tháng 5 năm 2024\nV/v bao c\u{FFFD}o kết quả\n\n\
    Kính gửi: Các thôn.\n1. Yêu cầu Trưởng thôn g\u{1EED}i trước ngày 20/5/2024.\n\
    Nơi nhận:\tCHỦ TỊCH\n- Như trên;\n- Lưu: VT.\tNguyễn Văn Thử\n";

/// From bytes to records and tables, as `vanthu run` goes: on one thread, then on eight at once.
pub fn whole(data: &[u8]) {
    let made = alone(data);
    together(&[(); 8].map(|()| (data, &made[..])));
}

/// As [`whole`], for the fuzzer, at two times the work of an input and not nine: eight inputs are tried on eight threads
/// together, each against what one thread has made of it alone. The first of a process is tried in both ways, so that
/// one input can be tried by itself. What other programs would read is not on trial; to begin them takes seconds.
pub fn whole_in_eights(data: &[u8]) {
    /// Inputs, and what one thread has made of each.
    type Tried = Vec<(Vec<u8>, String)>;
    static WAITING: Mutex<Option<Tried>> = Mutex::new(None);
    if inner::needs_programs(data) {
        return;
    }
    let mut waiting = WAITING.lock().expect("no panic");
    let Some(waiting) = &mut *waiting else {
        *waiting = Some(Vec::new());
        return whole(data);
    };
    waiting.push((data.to_vec(), alone(data)));
    if waiting.len() == 8 {
        let all: Vec<_> = waiting
            .iter()
            .map(|(d, made)| (&d[..], &made[..]))
            .collect();
        together(&all);
        waiting.clear();
    }
}

/// What one thread makes of some bytes, and what must hold of it.
fn alone(data: &[u8]) -> String {
    let outcome = PIPELINES[0].process("a.txt", data);
    if let Ok(outcome) = &outcome {
        outcome_holds(outcome, data);
        let again = repaired_again(outcome, &PIPELINES[0]);
        for edit in &again.edits {
            // What a second reading changes, it says and is sure of like any other change.
            assert!(edit.from != edit.to && edit.confidence > 0.0);
        }
    }
    made(&outcome)
}

/// All that is written of a file, or why nothing is.
fn made(outcome: &crate::Result<Outcome>) -> String {
    match outcome {
        Ok(outcome) => {
            let edits = outcome.edit_lines();
            json::lines(&edits) + &json::pretty(&outcome.records)
        }
        Err(error) => error.to_string(),
    }
}

/// A thread for each of the inputs, all at once: they make the same of it as one thread did alone.
fn together(all: &[(&[u8], &str)]) {
    std::thread::scope(|scope| {
        let again = |data: &[u8], alone: &str| {
            let beside = made(&PIPELINES[1].process("a.txt", data));
            assert!(beside == alone, "on eight threads: {}", data.escape_ascii());
        };
        let begin = |&(data, alone)| scope.spawn(move || again(data, alone));
        let threads: Vec<_> = all.iter().map(begin).collect();
        for thread in threads {
            thread.join().expect("no panic");
        }
    });
}

/// What a second repair makes of the text of a first.
pub fn repaired_again(outcome: &Outcome, pipeline: &Pipeline) -> Repaired {
    let text = TextBuilder::plain(outcome.repaired.text.as_str());
    let again = pipeline.repairer().repair(&text);
    repaired(&text, text.as_str().as_bytes(), &again);
    again
}

/// What holds of everything that was made of a file.
fn outcome_holds(outcome: &Outcome, bytes: &[u8]) {
    let Outcome {
        document: read,
        repaired: out,
        records: all,
    } = outcome;
    document(read, bytes);
    repaired(&read.text, read.original(bytes), out);
    if read.ground == Ground::File {
        let edited = edited(bytes, &out.edits);
        let options = Options {
            format: Some(Format::Text),
            encoding: Some(Charset::Utf8),
            ..Options::default()
        };
        if let Ok(again) = input::read("a.txt", &edited, &options) {
            assert_eq!(again.text.as_str(), out.text.as_str(), "edits applied");
        }
    } else {
        let edited = edited(read.original(bytes), &out.edits);
        assert_eq!(edited, out.text.as_str().as_bytes(), "edits applied");
    }
    let lines = outcome.edit_lines();
    edits_are_valid(&lines);
    records(read, bytes, all);
    tables(read, &lines, all);
}

/// What holds of a document as read.
fn document(read: &Document, bytes: &[u8]) {
    let text = read.text.as_str();
    assert!(unicode_normalization::is_nfc(text), "text is NFC");
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\u{C}');
    assert!(!text.contains(control), "controls are gone");
    let original = read.original(bytes);
    let boundaries = boundaries(original);
    for (at, c) in text.char_indices() {
        let span = read.text.source_span(at..at + c.len_utf8());
        assert!(boundaries(span), "{c:?} at {at} stands at {span:?}");
    }
    let Ground::Pages(text, words) = &read.ground else {
        return;
    };
    let mut at = 0;
    for word in words {
        assert!(at <= word.range.start && word.range.start < word.range.end);
        at = word.range.end;
        assert!(text.get(word.range.clone()).is_some(), "{word:?}");
        if let Some(span) = word.span {
            let there = std::str::from_utf8(bytes).map(|s| s.get(span.start..span.end));
            assert!(matches!(there, Ok(Some(_))), "{word:?}");
        }
    }
    assert!(at <= text.len());
}

/// Says whether a span lies in the bytes and cuts no character of theirs.
fn boundaries(bytes: &[u8]) -> impl Fn(Span) -> bool {
    let mut at = 0;
    let mut inside = vec![false; bytes.len() + 1];
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            (at + 1..at + c.len_utf8()).for_each(|k| inside[k] = true);
            at += c.len_utf8();
        }
        at += chunk.invalid().len();
    }
    move |s| {
        s.start <= s.end
            && [s.start, s.end]
                .iter()
                .all(|&k| inside.get(k) == Some(&false))
    }
}

/// What holds of a repair of `text`, whose spans point into `original`.
fn repaired(text: &Text, original: &[u8], out: &Repaired) {
    let feeds = |s: &str| s.matches('\n').count();
    assert_eq!(feeds(out.text.as_str()), feeds(text.as_str()), "line count");
    assert!(unicode_normalization::is_nfc(out.text.as_str()), "NFC");
    let boundaries = boundaries(original);
    let probability = |p: f64| (0.0..=1.0).contains(&p);
    let mut at = 0;
    for e in &out.edits {
        assert!(boundaries(e.span) && at <= e.span.start, "{e:?}");
        at = e.span.end;
        assert!(probability(e.confidence) && e.from != e.to, "{e:?}");
        assert_eq!(&text.as_str()[text.range_of(e.span)], e.from, "{e:?}");
        assert_eq!(cleaned(original, e.span), e.from, "{e:?}");
        assert!(!e.to.contains('\n'), "{e:?}");
    }
    for d in &out.doubts {
        assert!(boundaries(d.span) && probability(d.confidence), "{d:?}");
        assert_eq!(cleaned(original, d.span), d.token, "{d:?}");
    }
}

/// A stretch of the source as the reader gives it.
fn cleaned(original: &[u8], span: Span) -> String {
    let mut text = String::from_utf8_lossy(&original[span.start..span.end]).into_owned();
    // A return inside a line is white space where line feeds end the lines, which the stretch alone cannot tell.
    if original.contains(&b'\n') {
        text = text.replace('\r', " ");
    }
    inner::cleaned(&text)
}

/// The source with the edits made in it, from the last to the first.
fn edited(original: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut out = original.to_vec();
    for e in edits.iter().rev() {
        out.splice(e.span.start..e.span.end, e.to.bytes());
    }
    out
}

fn edits_are_valid(lines: &[EditLine]) {
    let text = json::lines(lines);
    for line in text.lines() {
        let value = serde_json::from_str(line).expect("JSON");
        valid(&SCHEMAS[1], &value);
    }
    assert_eq!(edit::read_back(&text).expect("edits"), lines);
}

fn valid(schema: &jsonschema::Validator, value: &Value) {
    if let Err(error) = schema.validate(value) {
        panic!("{error} in {value}");
    }
}

/// What holds of the records of a file.
fn records(read: &Document, bytes: &[u8], all: &[Record]) {
    assert!(!all.is_empty(), "a file is at least one record");
    let text = json::pretty(all);
    let back = json::read_back(&text).expect("what is written can be read");
    let lines = all.iter().map(|r| (r.clone(), json::line(r)));
    assert!(back.into_iter().eq(lines), "what is written is read back");
    let span_holds = span_check(read, bytes);
    for record in all {
        let value = serde_json::to_value(record).expect("JSON");
        valid(&SCHEMAS[0], &value);
        walk_values(&value, &span_holds);
    }
}

/// Says whether a span of a record lies in the file; in a text in UTF-8 also whether it cuts no character.
fn span_check(read: &Document, bytes: &[u8]) -> impl Fn(Span) -> bool {
    let plain = read.ground == Ground::File;
    let cuts_none = boundaries(if plain { bytes } else { &[] });
    let within = match read.in_file() {
        true => bytes.len(),
        false => read.original(bytes).len(),
    };
    move |s| s.start <= s.end && s.end <= within && (!plain || cuts_none(s))
}

fn walk_values(value: &Value, span_holds: &impl Fn(Span) -> bool) {
    match value {
        Value::Object(members) => {
            let number = |key| members.get(key).and_then(Value::as_u64).map(|n| n as usize);
            if let (Some(start), Some(end), Some(first)) =
                (number("start"), number("end"), number("line_start"))
            {
                assert!(span_holds(Span { start, end }), "{value}");
                assert!(0 < first && Some(first) <= number("line_end"), "{value}");
            }
            if let Some(confidence) = members.get("confidence").and_then(Value::as_f64) {
                assert!((0.0..=1.0).contains(&confidence), "{value}");
            }
            members.values().for_each(|v| walk_values(v, span_holds));
        }
        Value::Array(items) => items.iter().for_each(|v| walk_values(v, span_holds)),
        _ => {}
    }
}

/// What people and systems get: nothing of a document may mean anything to the program that opens it.
fn tables(read: &Document, lines: &[EditLine], all: &[Record]) {
    let beside = csv::Beside {
        text: "a.txt",
        record: "a.json",
        edits: 0,
        doubtful: 0,
    };
    for r in all {
        for row in csv::task_rows(r)
            .into_iter()
            .chain([csv::record_row(r, &beside)])
        {
            let bytes = csv::row(&row);
            let mut reader = ::csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(&bytes[..]);
            let cells = reader.records().next().expect("a row").expect("CSV");
            assert_eq!(cells.len(), row.len());
            let formula = |c: &str| c.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert!(!cells.iter().any(formula), "{cells:?}");
        }
        let calendar = ics::events(r, "a.txt");
        assert!(
            calendar
                .split("\r\n")
                .all(|l| l.len() <= 75 && !l.contains(['\n', '\r']))
        );
        let codes = Codes::default();
        let (message, _) = edxml::message(r, &codes);
        if let Some(message) = message {
            let read = quick_xml::Reader::from_str(&message).read_event();
            assert!(read.is_ok());
        }
        for form in [Form::Tt02, Form::Tt05] {
            let (row, _) = archive::row(form, r, &codes);
            assert_eq!(row.len(), archive::columns(form).len());
        }
    }
    let just: Vec<&Record> = all.iter().collect();
    let page = review::entry("a.txt", read, lines, &just, &[]);
    let body = page.body.unwrap_or_default();
    assert!(
        !page.row.contains('<') && !body.contains(['<', '&']),
        "HTML"
    );
    assert!(serde_json::from_str::<Value>(&page.row).is_ok());
}

/// What SECURITY.md says of a limit: how much it is, and what is said beyond it.
#[cfg(test)]
pub(crate) fn documented(limit: &str) -> [String; 2] {
    let rows = include_str!("../SECURITY.md").lines();
    let cells =
        |row: &str| -> Vec<String> { row.split('|').map(|c| c.trim().to_owned()).collect() };
    let row = rows
        .map(cells)
        .find(|cells| cells.len() == 5 && cells[1] == limit);
    let row = row.unwrap_or_else(|| panic!("no limit of {limit:?} in SECURITY.md"));
    [row[2].clone(), row[3].clone()]
}

#[cfg(test)]
mod tests;
