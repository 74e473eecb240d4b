//! Decisions carried out: on the changes of a text, on the text, on its records.

use std::ops::Range;

use jiff::civil::Date;

use super::decisions::{Action, Decision, Target};
use crate::document::{Document, Doubt, Edit, Span, Text, TextBuilder};
use crate::export::edit::{self, EditLine, Kind};
use crate::export::record::{DateField, Field, Origin, REVIEWED, Record};
use crate::lexicon::Lexicon;
use crate::parse;
use crate::second_reading;

/// What a document is after decisions.
#[derive(Debug)]
pub struct Carried {
    /// Its text.
    pub text: String,
    /// Its changes and doubts.
    pub edits: Vec<EditLine>,
    /// Its records.
    pub records: Vec<Record>,
    /// Decisions that could not be carried out: the place, and why not.
    pub refused: Vec<(String, &'static str)>,
}

/// What a document is before decisions.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The file's name without folders.
    pub file_name: Option<&'a str>,
    /// The file as read.
    pub document: &'a Document,
    /// Its bytes.
    pub original: &'a [u8],
    /// Its text after repair.
    pub text: &'a str,
    /// Its changes and doubts.
    pub edits: &'a [EditLine],
    /// Its records.
    pub records: &'a [Record],
}

/// A change or doubt, and its bytes in the text as read.
type Placed = (Range<usize>, EditLine);

/// Carries out what was decided on a document.
///
/// A word takes the reading that was decided, whatever had become of it; the fields are then read again from the
/// text, and those that were decided take their values. Doing so twice is doing so once.
pub fn carry(known: &Known<'_>, decisions: &[Decision]) -> Carried {
    let mut out = Carried {
        text: known.text.to_owned(),
        edits: known.edits.to_vec(),
        records: known.records.to_vec(),
        refused: Vec::new(),
    };
    let is_word = |d: &&Decision| matches!(d.on, Target::Word { .. });
    if decisions.iter().any(|d| is_word(&d)) {
        let document = known.document;
        let place = |l: &EditLine| document.at(span(l), &l.from);
        let mut placed: Vec<Placed> = known.edits.iter().map(|l| (place(l), l.clone())).collect();
        // Where the changes do not give the text, no word has a certain place.
        let certain = rebuild(document, known.edits).text.as_str() == known.text;
        for decision in decisions.iter().filter(is_word) {
            let why = match certain {
                true => word(document, &mut placed, decision),
                false => Some("the file is no longer read as it was; run the batch again"),
            };
            out.refused.extend(why.map(|why| (place_of(decision), why)));
        }
        if certain {
            placed.sort_by_key(|(range, _)| (range.start, range.end));
            out.edits = placed.into_iter().map(|(_, l)| l).collect();
            let rebuilt = rebuild(document, &out.edits);
            out.records = rebuilt.records(known);
            out.text = rebuilt.text.as_str().to_owned();
            second_reading::keep(&mut out.records, known.records);
        }
    }
    for decision in decisions {
        let why = field(&mut out.records, decision);
        out.refused.extend(why.map(|why| (place_of(decision), why)));
    }
    out
}

struct Rebuilt {
    text: Text,
    edits: Vec<Edit>,
    doubts: Vec<Doubt>,
}

/// The text that changes make of a document.
fn rebuild(document: &Document, lines: &[EditLine]) -> Rebuilt {
    let (edits, doubts) = edit::back(document, lines);
    Rebuilt {
        text: TextBuilder::edited(&document.text, &edits),
        edits,
        doubts,
    }
}

impl Rebuilt {
    /// The fields read again.
    fn records(&self, known: &Known<'_>) -> Vec<Record> {
        let dispatches = parse::parse(&parse::Input {
            text: &self.text,
            edits: &self.edits,
            file_name: known.file_name,
        });
        let foreign: Vec<usize> = (known.records.iter())
            .flat_map(|r| r.quality.other_language.iter().copied())
            .collect();
        let origin = Origin {
            document: known.document,
            original: known.document.original(known.original),
            text: &self.text,
            edits: &self.edits,
            doubts: &self.doubts,
            foreign: &foreign,
        };
        Record::all(&origin, &dispatches)
    }
}

fn place_of(d: &Decision) -> String {
    match &d.on {
        Target::Word { line, from, .. } => format!("line {line}, {from:?}"),
        Target::Field { field, .. } => field.clone(),
    }
}

fn span(line: &EditLine) -> Span {
    Span {
        start: line.span[0],
        end: line.span[1],
    }
}

/// Puts a decision on a word among the changes; says why not.
fn word(document: &Document, placed: &mut Vec<Placed>, d: &Decision) -> Option<&'static str> {
    let Target::Word {
        line,
        span: [start, end],
        from,
        to,
        ..
    } = &d.on
    else {
        return None;
    };
    let (start, end) = (*start, *end);
    let range = document.at(Span { start, end }, from);
    if start > end || document.text.as_str().get(range.clone()) != Some(from) {
        return Some("other words stand there");
    }
    if to.contains(['\n', '\r']) || to.trim().is_empty() != from.trim().is_empty() {
        return Some("a line cannot be added or a word made empty");
    }
    placed.retain(|(r, _)| (r.end <= range.start || r.start >= range.end) && *r != range);
    if to != from {
        let place = document.place(document.text.source_span(range.clone()));
        let decided = EditLine {
            line: *line,
            span: [start, end],
            from: from.clone(),
            to: to.clone(),
            page: place.page,
            area: place.area,
            confidence: 1.0,
            kind: Kind::Reviewed,
            alternatives: Vec::new(),
        };
        placed.push((range, decided));
    }
    None
}

/// Sets a field to what was decided; says why not.
fn field(records: &mut [Record], d: &Decision) -> Option<&'static str> {
    let Target::Field {
        document,
        field,
        was,
        value,
    } = &d.on
    else {
        return None;
    };
    let Some(record) = records.iter_mut().find(|r| r.document_index == *document) else {
        return Some("there is no such dispatch in the file");
    };
    let before = record.number.as_ref().and_then(|n| n.value.clone());
    let before = (before, record.symbol.as_ref().and_then(|s| s.value.clone()));
    if field == "date" {
        let Some(date) = record.date.as_mut() else {
            return Some("there is no such field");
        };
        return set_date(date, d.action, value.as_deref());
    }
    let Some(found) = find(record, field, was.as_deref(), value.as_deref()) else {
        return Some("the field is no longer there with this value");
    };
    set(found, d.action, value.clone());
    if field == "document_type"
        && let Some(kind) = record.document_type.as_mut()
        && value != was
    {
        let title = kind.field.value.as_deref().unwrap_or_default();
        let known = Lexicon::new().document_type_by_title(title);
        kind.code = known.and_then(|t| t.code).map(str::to_owned);
    }
    if matches!(field.as_str(), "number" | "symbol") {
        join(record, before);
    }
    None
}

fn set(field: &mut Field, action: Action, value: Option<String>) {
    field.basis = REVIEWED.to_owned();
    if action == Action::Accept && field.value == value {
        if field.value.is_some() {
            field.confidence = 1.0;
        }
        return;
    }
    let read = value.is_some();
    field.status = if read { "read" } else { "unreadable" }.to_owned();
    field.confidence = if read { 1.0 } else { 0.0 };
    field.value = value;
    field.alternatives.clear();
}

fn set_date(date: &mut DateField, action: Action, value: Option<&str>) -> Option<&'static str> {
    let iso = match value {
        None => None,
        Some(text) => match iso(text) {
            None => {
                return Some(
                    "the date is none: YYYY-MM-DD or DD/MM/YYYY, the day or month may lack",
                );
            }
            iso => iso,
        },
    };
    set(&mut date.field, action, iso.clone());
    let parts: Vec<u16> = iso
        .iter()
        .flat_map(|i| i.split('-'))
        .filter_map(|p| p.parse().ok())
        .collect();
    let small = |k: usize| parts.get(k).and_then(|p| u8::try_from(*p).ok());
    (date.year, date.month, date.day) = (parts.first().copied(), small(1), small(2));
    date.precision = ["year", "month", "day"]
        .get(parts.len().wrapping_sub(1))
        .map(|p| (*p).to_owned());
    (date.suspect, date.suspect_reason) = (false, None);
    None
}

/// A date as people type it in ISO 8601, as precise as it was typed.
fn iso(text: &str) -> Option<String> {
    let mut parts: Vec<u16> = Vec::new();
    for part in text.trim().split(['-', '/', '.', ' ']) {
        parts.push(part.parse().ok()?);
    }
    if parts.last().is_some_and(|p| *p > 999) {
        parts.reverse();
    }
    let (year, month, day) = (parts.first()?, parts.get(1), parts.get(2));
    let full = Date::new(
        i16::try_from(*year).ok()?,
        i8::try_from(*month.unwrap_or(&1)).ok()?,
        i8::try_from(*day.unwrap_or(&1)).ok()?,
    );
    let full = full
        .ok()
        .filter(|d| d.year() > 999 && parts.len() < 4)?
        .to_string();
    Some(full[..[0, 4, 7, 10][parts.len()]].to_owned())
}

/// The field of a path. In a list it is the one with the value that was decided on, wherever it has moved.
fn find<'a>(
    r: &'a mut Record,
    path: &str,
    was: Option<&str>,
    value: Option<&str>,
) -> Option<&'a mut Field> {
    let (name, rest) = path.split_once('[').unwrap_or((path, ""));
    let part = rest.split_once('.').map_or("", |(_, part)| part);
    let index: Option<usize> = rest.split(']').next().and_then(|i| i.parse().ok());
    let all: Vec<&mut Field> = match (name, part) {
        ("document_type", _) => r.document_type.iter_mut().map(|t| &mut t.field).collect(),
        ("number", _) => r.number.iter_mut().collect(),
        ("symbol", _) => r.symbol.iter_mut().collect(),
        ("place", _) => r.place.iter_mut().collect(),
        ("subject", _) => r.subject.iter_mut().map(|s| &mut s.field).collect(),
        ("parent_agency", _) => r.parent_agency.iter_mut().collect(),
        ("urgency", _) => r.urgency.iter_mut().collect(),
        ("secrecy", _) => r.secrecy.iter_mut().collect(),
        ("circulation", _) => r.circulation.iter_mut().collect(),
        ("archive_line", _) => r.archive_line.iter_mut().map(|a| &mut a.field).collect(),
        ("issuers", _) => r.issuers.iter_mut().collect(),
        ("recipients", _) => r.recipients.iter_mut().map(|x| &mut x.field).collect(),
        ("copies", _) => r.copies.iter_mut().map(|c| &mut c.field).collect(),
        ("signers", "name") => r.signers.iter_mut().map(|s| &mut s.name).collect(),
        ("signers", "position") => r.signers.iter_mut().map(|s| &mut s.position).collect(),
        ("incoming_stamp.number", _) => {
            r.incoming_stamp.iter_mut().map(|s| &mut s.number).collect()
        }
        ("incoming_stamp.date", _) => r.incoming_stamp.iter_mut().map(|s| &mut s.date).collect(),
        _ => return None,
    };
    let has = |f: &Field, v: Option<&str>| f.value.as_deref() == v;
    let single = index.is_none();
    let nth = index.unwrap_or(0);
    let same = |v| all.iter().position(|f| has(f, v));
    let here = all.get(nth).is_some_and(|f| has(f, was) || has(f, value));
    let k = if single || here {
        Some(nth)
    } else {
        same(was).or_else(|| same(value))
    };
    all.into_iter().nth(k?)
}

/// Number and symbol in one, after one of them was decided.
fn join(r: &mut Record, before: (Option<String>, Option<String>)) {
    let value = |f: &Option<Field>| f.as_ref().and_then(|f| f.value.clone());
    let after = (value(&r.number), value(&r.symbol));
    if after == before {
        return;
    }
    let (Some(both), (Some(number), Some(symbol))) = (r.number_symbol.as_mut(), after) else {
        return;
    };
    let year = r.year.as_ref().map_or(String::new(), |y| format!("/{y}"));
    let joint = if r.family.as_deref() == Some("party") {
        "-"
    } else {
        "/"
    };
    let all = format!("{number}{year}{joint}{symbol}");
    r.canonical_id = Some(all.to_uppercase());
    set(both, Action::Correct, Some(all));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{Pipeline, Settings};

    const TEXT: &str = "UBND TINH A\r\nSố: 12/UBND-VP\r\nV/v thyc hién ke hoach\r\n\r\nKính gửi: Sở Nội vụ.\r\n\r\n\
                        Ủy ban nhân dân tỉnh đề nghị Sở Nội vụ báo cáo kết quả trước ngày 05/3/2021.\r\n\r\n\
                        CHỦ TỊCH\r\n\r\nNguyễn Văn An\r\n";

    fn decided(action: Action, on: Target) -> Decision {
        Decision {
            file: "a.txt".into(),
            sha256: String::new(),
            action,
            on,
        }
    }

    fn word(from: &str, to: &str) -> Decision {
        let start = TEXT.find(from).expect("a word");
        decided(
            Action::Correct,
            Target::Word {
                line: 3,
                span: [start, start + from.len()],
                from: from.into(),
                proposed: from.into(),
                to: to.into(),
            },
        )
    }

    fn of_field(action: Action, field: &str, was: Option<&str>, value: Option<&str>) -> Decision {
        decided(
            action,
            Target::Field {
                document: 1,
                field: field.into(),
                was: was.map(str::to_owned),
                value: value.map(str::to_owned),
            },
        )
    }

    fn after(decisions: &[Decision]) -> (Carried, Carried) {
        let pipeline = Pipeline::new(Settings::default()).expect("pipeline");
        let o = pipeline.process("a.txt", TEXT.as_bytes()).expect("outcome");
        let lines = o.edit_lines();
        let before = Known {
            file_name: Some("a.txt"),
            document: &o.document,
            original: TEXT.as_bytes(),
            text: o.repaired.text.as_str(),
            edits: &lines,
            records: &o.records,
        };
        let again = rebuild(&o.document, &lines);
        assert_eq!(again.text.as_str(), before.text);
        assert_eq!(again.records(&before), o.records);
        let once = carry(&before, decisions);
        let after = Known {
            text: &once.text,
            edits: &once.edits,
            records: &once.records,
            ..before
        };
        let twice = carry(&after, decisions);
        (once, twice)
    }

    #[test]
    fn words_take_the_reading_that_was_decided_and_twice_is_once() {
        let all = [
            word("thyc", "thực"),
            word("TINH", "TINH"),
            word("ke hoach", "kế hoạch"),
        ];
        let (once, twice) = after(&all);
        assert!(once.refused.is_empty(), "{:?}", once.refused);
        assert!(once.text.starts_with("UBND TINH A\n"), "{}", once.text);
        assert!(once.text.contains("V/v thực ") && once.text.contains(" kế hoạch"));
        assert_eq!(
            (&once.text, &once.edits, &once.records),
            (&twice.text, &twice.edits, &twice.records)
        );
        let reviewed: Vec<_> = once
            .edits
            .iter()
            .filter(|e| e.kind == Kind::Reviewed)
            .collect();
        assert_eq!(reviewed.len(), 2);
        let subject = once.records[0]
            .subject
            .as_ref()
            .and_then(|s| s.field.value.clone());
        assert!(subject.is_some_and(|s| s.contains("thực") && s.ends_with("kế hoạch")));
    }

    #[test]
    fn fields_take_the_value_that_was_decided() {
        let (once, twice) = after(&[
            of_field(Action::Correct, "number", Some("12"), Some("72")),
            of_field(Action::Correct, "date", None, Some("5/3/2021")),
            of_field(Action::Accept, "symbol", Some("UBND-VP"), Some("UBND-VP")),
        ]);
        assert!(once.refused.is_empty(), "{:?}", once.refused);
        let r = &once.records[0];
        assert_eq!(r.canonical_id.as_deref(), Some("72/UBND-VP"));
        let date = r.date.as_ref().expect("a date");
        assert_eq!(date.field.value.as_deref(), Some("2021-03-05"));
        assert_eq!(
            (date.day, date.precision.as_deref()),
            (Some(5), Some("day"))
        );
        assert_eq!(r.symbol.as_ref().map(|s| s.basis.as_str()), Some(REVIEWED));
        assert_eq!(once.records, twice.records);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut moved = word("thyc", "thực");
        if let Target::Word { span, .. } = &mut moved.on {
            *span = [0, 4];
        }
        let all = [
            moved,
            word("thyc", "a\nb"),
            word("thyc", " "),
            of_field(Action::Correct, "date", None, Some("31/02/2021")),
            of_field(Action::Correct, "recipients[7]", Some("x"), Some("y")),
            of_field(Action::Correct, "no_such_field", None, Some("y")),
        ];
        let (once, _) = after(&all);
        assert_eq!(once.refused.len(), all.len());
    }

    #[test]
    fn dates_are_read_as_people_type_them() {
        for (typed, read) in [
            ("05/03/2021", Some("2021-03-05")),
            ("2021-3-5", Some("2021-03-05")),
            ("3/2021", Some("2021-03")),
            ("2021", Some("2021")),
            ("2021-02-30", None),
            ("21", None),
            ("", None),
            ("1/1/1/2021", None),
        ] {
            assert_eq!(iso(typed).as_deref(), read, "{typed}");
        }
    }
}
