//! The record `vanthu.dispatch/1`: what is written to files, and the public contract.
//!
//! Key order is fixed by the order of the fields here. Spans are bytes of the original file, `raw` is what stands
//! there. A value that is unreadable or absent is written as null with its status, never left out. Fields may be
//! added in later versions; none changes its name or meaning within `/1`.

use crate::document::{Document, Doubt, Edit, Text};
use crate::parse::dispatch::{self, Dispatch, Passage, TextRange, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Name of the record's format.
pub const SCHEMA: &str = "vanthu.dispatch/1";

/// Basis of a value that a person decided.
pub const REVIEWED: &str = "reviewed";

/// Bytes of the original and the lines they lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// First line, 1-based.
    #[serde(default)]
    pub line_start: usize,
    /// Last line, 1-based.
    #[serde(default)]
    pub line_end: usize,
    /// Page, 1-based, where the format has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<usize>,
    /// Left, top, right, bottom on the page, in its own units; left out where the format has no boxes.
    #[serde(default, rename = "box", skip_serializing_if = "Option::is_none")]
    pub area: Option<[u32; 4]>,
}

/// One stretch, or several when the field is interleaved with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Spans {
    /// One stretch.
    One(Span),
    /// Several stretches.
    Several(Vec<Span>),
}

/// Another reading.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Alternative {
    /// The reading.
    pub value: String,
    /// Probability, 0 to 1.
    pub confidence: f64,
    /// The rule or witness.
    pub basis: String,
}

/// A value with its evidence.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Field {
    /// The value; null when unreadable or absent.
    pub value: Option<String>,
    /// What stands in the original.
    pub raw: Option<String>,
    /// Where it stands.
    pub span: Option<Spans>,
    /// Probability that the value is right, 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub confidence: f64,
    /// `read`, `repaired`, `inferred`, `unreadable` or `absent`.
    pub status: String,
    /// The rule that read it.
    pub basis: String,
    /// Other readings; left out when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
}

/// The type of the document.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TypeField {
    /// Abbreviation, `CV` for công văn; null for a type that has none.
    pub code: Option<String>,
    /// The value with its evidence.
    #[serde(flatten)]
    pub field: Field,
}

/// The date of issue.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DateField {
    /// The value (ISO 8601, as precise as the paper) with its evidence.
    #[serde(flatten)]
    pub field: Field,
    /// `day`, `month` or `year`.
    pub precision: Option<String>,
    /// Day of the month.
    pub day: Option<u8>,
    /// Month.
    pub month: Option<u8>,
    /// Year.
    pub year: Option<u16>,
    /// Whether something in the dispatch speaks against the printed date.
    pub suspect: bool,
    /// What speaks against it.
    pub suspect_reason: Option<String>,
}

/// The subject.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SubjectField {
    /// The value with its evidence.
    #[serde(flatten)]
    pub field: Field,
    /// `V/v`, `Về việc`, as printed.
    pub prefix: Option<String>,
}

/// One addressee.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Recipient {
    /// The value with its evidence.
    #[serde(flatten)]
    pub field: Field,
    /// The name the body uses for the group.
    pub group_alias: Option<String>,
}

/// A document cited in the dispatch.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Reference {
    /// `Công văn`, `Nghị định` ...
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The number alone.
    pub number: Option<String>,
    /// The symbol alone.
    pub symbol: Option<String>,
    /// Number and symbol as cited.
    pub number_symbol: Option<String>,
    /// ISO 8601.
    pub date: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// What it is about.
    pub title: Option<String>,
    /// basis, implements, amends, replies_to, replaces, proposal, mentioned.
    pub role: Option<String>,
    /// state, party, union or other.
    pub family: Option<String>,
    /// What stands in the original.
    pub raw: Option<String>,
    /// Where it is cited.
    pub span: Option<Spans>,
    /// Probability that it is right.
    pub confidence: f64,
    /// `read` or `repaired`.
    pub status: String,
    /// The rule that read it.
    pub basis: String,
}

/// A passage of the body.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TextField {
    /// Its text on one line.
    pub text: String,
    /// What stands in the original.
    pub raw: Option<String>,
    /// Where it stands.
    pub span: Option<Spans>,
}

/// A numbered part of the body.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Section {
    /// `1`, `2.1`, `a`, `II`, `Điều 3` ...
    pub label: String,
    /// Its heading; null when the label opens running text.
    pub heading: Option<TextField>,
    /// From its label to the next part of the same depth.
    pub span: Option<Spans>,
    /// Parts of the part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Section>,
}

/// By when.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Deadline {
    /// ISO 8601 date, when it can be known.
    pub iso: Option<String>,
    /// `15:00`.
    pub time: Option<String>,
    /// `before`, `on_or_before`, `in` or `after`.
    pub bound: String,
    /// absolute, relative, recurring or event.
    pub kind: String,
    /// What stands in the original.
    pub raw: Option<String>,
    /// Where it stands.
    pub span: Option<Spans>,
}

/// An instruction to somebody.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Task {
    /// `t1`, `t2` ... in the order of the text.
    pub id: String,
    /// `task` or `report`.
    pub kind: String,
    /// Who is to do it.
    pub assignees: Vec<String>,
    /// `read` or `inferred` (from the addressees).
    pub assignee_status: String,
    /// `chủ trì`, `phối hợp`.
    pub role: Option<String>,
    /// What is to be done, as printed.
    pub action: String,
    /// With whom.
    pub coordinating: Vec<String>,
    /// By when.
    pub deadline: Option<Deadline>,
    /// How often.
    pub recurring: Option<String>,
    /// Where the result goes.
    pub deliver_to: Option<String>,
    /// By which means.
    pub channel: Option<String>,
    /// Only if.
    pub condition: Option<String>,
    /// Label of its section.
    pub section: Option<String>,
    /// What stands in the original.
    pub raw: Option<String>,
    /// Where it stands.
    pub span: Option<Spans>,
    /// Probability that it is a task and read right.
    pub confidence: f64,
    /// `read` or `repaired`.
    pub status: String,
    /// The rule that found it.
    pub basis: String,
}

/// A meeting, ceremony or visit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Event {
    /// ISO 8601 date or date and time.
    pub start: Option<String>,
    /// ISO 8601 date or date and time.
    pub end: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// Who chairs it.
    pub chair: Option<String>,
    /// Who attends.
    pub attendees: Vec<String>,
    /// What stands in the original.
    pub raw: Option<String>,
    /// Where it stands.
    pub span: Option<Spans>,
    /// Probability that it is right.
    pub confidence: f64,
}

/// A way to reach somebody.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Contact {
    /// phone, email, person, unit or url.
    pub kind: String,
    /// Digits only for a phone; a mailbox as read.
    pub value: String,
    /// What stands in the original.
    pub raw: Option<String>,
    /// The person it belongs to.
    pub person: Option<String>,
    /// What for.
    pub purpose: Option<String>,
    /// A likely reading of a damaged mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed: Option<String>,
    /// Where it stands.
    pub span: Option<Spans>,
    /// Probability that it is right.
    pub confidence: f64,
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Signer {
    /// `TM.`, `KT.`, `TL.`, `TUQ.`, `Q.` in the order of the page.
    pub authority: Vec<Field>,
    /// On whose behalf.
    pub acting_for: Field,
    /// The signer's own position.
    pub position: Field,
    /// The signer's name.
    pub name: Field,
    /// `author` or `approval`.
    pub kind: String,
}

/// Text block of an electronic signature.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DigitalSignature {
    /// Người ký.
    pub signer: Field,
    /// Email.
    pub email: Field,
    /// Cơ quan.
    pub organisation: Field,
    /// Thời gian ký.
    pub signed_at: Field,
}

/// Stamp of the receiving registry.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct IncomingStamp {
    /// Whose registry.
    pub organisation: Field,
    /// Số đến.
    pub number: Field,
    /// Ngày đến.
    pub date: Field,
}

/// One line of Nơi nhận.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Copy {
    /// The value with its evidence.
    #[serde(flatten)]
    pub field: Field,
    /// What for.
    pub purpose: Option<String>,
    /// Points back into the document ("Như trên").
    pub is_back_reference: bool,
}

/// The line that begins with "Lưu".
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ArchiveLine {
    /// The value with its evidence.
    #[serde(flatten)]
    pub field: Field,
    /// Where it is kept.
    pub units: Vec<String>,
    /// The typist.
    pub typist: Option<String>,
    /// Number of copies kept.
    pub copies_count: Option<u32>,
}

/// A note at the foot of a page.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Footnote {
    /// Its mark.
    pub marker: String,
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub span: Option<Spans>,
    /// Where the text refers to it.
    pub anchor: Option<Spans>,
}

/// Something attached after the signature.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Appendix {
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub span: Option<Spans>,
    /// Whether it is a form with blanks.
    pub form: bool,
}

/// One token that was changed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Repair {
    /// Line of the original, 1-based.
    pub line: usize,
    /// Where it stood.
    pub span: Option<Spans>,
    /// What stood there.
    pub from: String,
    /// What stands there now.
    pub to: String,
    /// Probability that it is right.
    pub confidence: f64,
    /// Why.
    pub kind: String,
}

/// One token that was left although it may be wrong.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Uncertain {
    /// Line of the original, 1-based.
    pub line: usize,
    /// Where it stands.
    pub span: Option<Spans>,
    /// What stands there.
    pub token: String,
    /// Probability that it is right as it stands.
    pub confidence: f64,
    /// What else it may be.
    pub alternatives: Vec<String>,
}

/// State of the text.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Quality {
    /// `vi` or `und`.
    pub language: String,
    /// Classes of damage found.
    pub damage: Vec<String>,
    /// What a reader should know.
    pub flags: Vec<String>,
    /// What was changed.
    pub repairs: Vec<Repair>,
    /// Printed slips left as they stand.
    pub left_as_printed: Vec<String>,
    /// What is doubtful.
    pub uncertain: Vec<Uncertain>,
    /// Lines (from 1) in another language, which repair left as they are; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_language: Vec<usize>,
}

/// Where the record comes from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SourceField {
    /// File name as given.
    pub file: String,
    /// SHA-256 of its bytes.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: usize,
    /// Its number of lines.
    pub lines: usize,
    /// Its format: `text`, `hocr`, `alto`, `page`, `docx`, `pdf` or `image`.
    pub format: String,
    /// What it was read as: `UTF-8`, `TCVN3`, `VNI in UTF-8` ...
    pub encoding: String,
    /// Probability that it is that encoding.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub encoding_confidence: f64,
    /// Its number of pages; null where the format has none.
    pub pages: Option<usize>,
    /// Of a PDF, whether no page had a text layer; left out for other formats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanned: Option<bool>,
    /// What spans count: bytes of the `file`, or of the `text` as read where the file does not hold it as such.
    pub spans_in: String,
}

/// One `vanthu.dispatch/1` record.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(title = "vanthu.dispatch/1", transform = require_the_core)]
pub struct Record {
    /// `vanthu.dispatch/1`.
    pub schema: String,
    /// Where the record comes from.
    pub source: SourceField,
    /// dispatch, attachment, article, form or unknown.
    pub record_kind: String,
    /// state, party, union or other.
    pub family: Option<String>,
    /// Which of the file's dispatches this is, from 1.
    pub document_index: usize,
    /// How many dispatches the file holds.
    pub document_count: usize,
    /// Type.
    pub document_type: Option<TypeField>,
    /// Issuing bodies.
    pub issuers: Vec<Field>,
    /// The first issuer with its place.
    pub issuer_full: Option<String>,
    /// The line above the issuer.
    pub parent_agency: Option<Field>,
    /// Number.
    pub number: Option<Field>,
    /// The year inside the number of a normative document.
    pub year: Option<String>,
    /// Symbol.
    pub symbol: Option<Field>,
    /// Number and symbol in one.
    pub number_symbol: Option<Field>,
    /// Number and symbol in the form used for joins.
    pub canonical_id: Option<String>,
    /// Place of issue.
    pub place: Option<Field>,
    /// Date of issue.
    pub date: Option<DateField>,
    /// Subject.
    pub subject: Option<SubjectField>,
    /// khan, thuong_khan, hoa_toc, hoa_toc_hen_gio.
    pub urgency: Option<Field>,
    /// mat, toi_mat, tuyet_mat.
    pub secrecy: Option<Field>,
    /// Limits of circulation.
    pub circulation: Option<Field>,
    /// Kính gửi.
    pub recipients: Vec<Recipient>,
    /// Documents cited.
    pub references: Vec<Reference>,
    /// Opening of the body.
    pub preamble: Option<TextField>,
    /// Numbered parts.
    pub sections: Vec<Section>,
    /// Closing formula.
    pub closing: Option<TextField>,
    /// Instructions.
    pub tasks: Vec<Task>,
    /// Meetings.
    pub events: Vec<Event>,
    /// Phones, mailboxes, persons.
    pub contacts: Vec<Contact>,
    /// Who signed.
    pub signers: Vec<Signer>,
    /// Electronic signature.
    pub digital_signature: Option<DigitalSignature>,
    /// Stamp of the receiving registry.
    pub incoming_stamp: Option<IncomingStamp>,
    /// Nơi nhận without the Lưu line.
    pub copies: Vec<Copy>,
    /// The Lưu line.
    pub archive_line: Option<ArchiveLine>,
    /// Notes.
    pub footnotes: Vec<Footnote>,
    /// What follows the signature.
    pub appendices: Vec<Appendix>,
    /// Execution clause of a decision.
    pub execution: Option<TextField>,
    /// State of the text.
    pub quality: Quality,
}

/// The keys no record may lack; others may be added by later versions or lacked by earlier ones.
const CORE: [&str; 13] = [
    "schema",
    "source",
    "record_kind",
    "document_type",
    "number",
    "symbol",
    "date",
    "subject",
    "recipients",
    "references",
    "tasks",
    "copies",
    "quality",
];

fn require_the_core(schema: &mut schemars::Schema) {
    schema.insert("required".into(), serde_json::json!(CORE));
    if let Some(serde_json::Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert("schema".into(), serde_json::json!({ "const": SCHEMA }));
    }
}

/// The JSON Schema of a record.
pub fn json_schema() -> schemars::Schema {
    schemars::schema_for!(Record)
}

/// What a record is made of besides the dispatch.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The document as read.
    pub document: &'a Document,
    /// The bytes that its text's spans point into: [`Document::original`].
    pub original: &'a [u8],
    /// The text that was parsed, with its map to those bytes.
    pub text: &'a Text,
    /// What repair changed, in the order of the text.
    pub edits: &'a [Edit],
    /// What repair left although it may be wrong.
    pub doubts: &'a [Doubt],
    /// Lines (from 1) that repair left because they are in another language.
    pub foreign: &'a [usize],
}

impl Record {
    /// The record of `dispatch`, with spans and raw text taken from the original.
    pub fn new(origin: &Origin<'_>, dispatch: &Dispatch) -> Self {
        Maker::new(origin).record(dispatch)
    }

    /// The records of all dispatches of one file.
    pub fn all(origin: &Origin<'_>, dispatches: &[Dispatch]) -> Vec<Self> {
        let maker = Maker::new(origin);
        dispatches.iter().map(|d| maker.record(d)).collect()
    }
}

struct Maker<'a> {
    origin: &'a Origin<'a>,
    line_feeds: Vec<usize>,
}

impl<'a> Maker<'a> {
    fn new(origin: &'a Origin<'a>) -> Self {
        let feeds = origin.original.iter().enumerate();
        let line_feeds = feeds
            .filter(|(_, b)| **b == b'\n')
            .map(|(i, _)| i)
            .collect();
        Self { origin, line_feeds }
    }

    fn line(&self, at: usize) -> usize {
        self.line_feeds.partition_point(|f| *f < at) + 1
    }

    fn source_span(&self, s: crate::Span) -> Span {
        let place = self.origin.document.place(s);
        Span {
            start: place.span.start,
            end: place.span.end,
            line_start: self.line(s.start),
            line_end: self.line(s.end.saturating_sub(1).max(s.start)),
            page: place.page,
            area: place.area,
        }
    }

    fn span(&self, range: &TextRange) -> Span {
        self.source_span(self.origin.text.source_span(range.clone()))
    }

    fn spans(&self, ranges: &[TextRange]) -> Option<Spans> {
        match ranges {
            [] => None,
            [one] => Some(Spans::One(self.span(one))),
            several => Some(Spans::Several(
                several.iter().map(|r| self.span(r)).collect(),
            )),
        }
    }

    fn raw(&self, ranges: &[TextRange]) -> Option<String> {
        let pieces: Vec<_> = ranges
            .iter()
            .map(|r| {
                let s = self.origin.text.source_span(r.clone());
                let bytes = self.origin.original.get(s.start..s.end).unwrap_or_default();
                String::from_utf8_lossy(bytes).into_owned()
            })
            .collect();
        (!pieces.is_empty()).then(|| pieces.join("\n"))
    }

    /// Whether an edit lies in one of the ranges.
    fn repaired(&self, ranges: &[TextRange]) -> bool {
        ranges.iter().any(|r| {
            let s = self.origin.text.source_span(r.clone());
            let k = self.origin.edits.partition_point(|e| e.span.end <= s.start);
            self.origin
                .edits
                .get(k)
                .is_some_and(|e| e.span.start < s.end)
        })
    }

    /// What is said of a value is no surer than the numbers in it.
    fn sure(&self, confidence: f64, ranges: &[TextRange]) -> f64 {
        let doubts = ranges.iter().flat_map(|r| {
            let s = self.origin.text.source_span(r.clone());
            let k = self
                .origin
                .doubts
                .partition_point(|d| d.span.end <= s.start);
            let rest = self.origin.doubts[k..].iter();
            rest.take_while(move |d| d.span.start < s.end)
        });
        let numbers = doubts.filter(|d| d.token.contains(|c: char| c.is_ascii_digit()));
        round(numbers.fold(confidence, |least, d| least.min(d.confidence)))
    }

    fn field_of<T>(&self, v: &Value<T>, show: impl Fn(&T) -> String) -> Field {
        let mut status = v.status;
        if status == dispatch::Status::Read && self.repaired(&v.ranges) {
            status = dispatch::Status::Repaired;
        }
        Field {
            value: v.value.as_ref().map(show),
            raw: self.raw(&v.ranges),
            span: self.spans(&v.ranges),
            confidence: self.sure(v.confidence, &v.ranges),
            status: status.name().into(),
            basis: v.basis.to_string(),
            alternatives: v
                .alternatives
                .iter()
                .map(|a| Alternative {
                    value: a.value.clone(),
                    confidence: round(a.confidence),
                    basis: a.basis.to_string(),
                })
                .collect(),
        }
    }

    fn field(&self, v: &Value<String>) -> Field {
        self.field_of(v, String::clone)
    }

    fn name_field(&self, v: &Value<&'static str>) -> Field {
        self.field_of(v, |s| (*s).to_owned())
    }

    fn text_field(&self, p: &Passage) -> TextField {
        TextField {
            text: p.text.clone(),
            raw: self.raw(&p.ranges),
            span: self.spans(&p.ranges),
        }
    }

    fn read_or_repaired(&self, ranges: &[TextRange]) -> String {
        let repaired = self.repaired(ranges);
        if repaired { "repaired" } else { "read" }.into()
    }

    fn reference(&self, r: &dispatch::Reference) -> Reference {
        let ranges = std::slice::from_ref(&r.range);
        Reference {
            kind: r.kind.clone(),
            number: r.number.clone(),
            symbol: r.symbol.clone(),
            number_symbol: r.number_symbol.clone(),
            date: r.date.clone(),
            issuer: r.issuer.clone(),
            title: r.title.clone(),
            role: Some(r.role.to_owned()).filter(|s| !s.is_empty()),
            family: Some(r.family.name().into()),
            raw: self.raw(ranges),
            span: self.spans(ranges),
            confidence: self.sure(r.confidence, ranges),
            status: self.read_or_repaired(ranges),
            basis: r.basis.to_string(),
        }
    }

    fn section(&self, s: &dispatch::Section) -> Section {
        Section {
            label: s.label.clone(),
            heading: s.heading.as_ref().map(|h| self.text_field(h)),
            span: Some(Spans::One(self.span(&s.range))),
            children: s.children.iter().map(|c| self.section(c)).collect(),
        }
    }

    fn task(&self, (k, t): (usize, &dispatch::Task)) -> Task {
        Task {
            id: format!("t{}", k + 1),
            kind: t.kind.into(),
            assignees: t.assignees.clone(),
            assignee_status: if t.assignees_inferred {
                "inferred"
            } else {
                "read"
            }
            .into(),
            role: t.role.clone(),
            action: t.action.clone(),
            coordinating: t.coordinating.clone(),
            deadline: t.deadline.as_ref().map(|d| self.deadline(d)),
            recurring: t.recurring.clone(),
            deliver_to: t.deliver_to.clone(),
            channel: t.channel.clone(),
            condition: t.condition.clone(),
            section: t.section.clone(),
            raw: self.raw(&t.ranges),
            span: self.spans(&t.ranges),
            confidence: round(t.confidence),
            status: self.read_or_repaired(&t.ranges),
            basis: t.basis.to_string(),
        }
    }

    fn deadline(&self, d: &dispatch::Deadline) -> Deadline {
        let ranges = std::slice::from_ref(&d.range);
        Deadline {
            iso: d.iso.clone(),
            time: d.time.clone(),
            bound: d.bound.into(),
            kind: d.kind.name().into(),
            raw: self.raw(ranges),
            span: self.spans(ranges),
        }
    }

    fn event(&self, e: &dispatch::Event) -> Event {
        Event {
            start: e.start.clone(),
            end: e.end.clone(),
            place: e.place.clone(),
            chair: e.chair.clone(),
            attendees: e.attendees.clone(),
            raw: self.raw(&e.ranges),
            span: self.spans(&e.ranges),
            confidence: round(e.confidence),
        }
    }

    fn contact(&self, c: &dispatch::Contact) -> Contact {
        let ranges = std::slice::from_ref(&c.range);
        Contact {
            kind: c.kind.into(),
            value: c.value.clone(),
            raw: self.raw(ranges),
            person: c.person.clone(),
            purpose: c.purpose.clone(),
            proposed: c.proposed.clone(),
            span: self.spans(ranges),
            confidence: round(c.confidence),
        }
    }

    fn signer(&self, s: &dispatch::Signer) -> Signer {
        Signer {
            authority: s.authority.iter().map(|a| self.field(a)).collect(),
            acting_for: self.field(&s.acting_for),
            position: self.field(&s.position),
            name: self.field(&s.name),
            kind: s.kind.name().into(),
        }
    }

    fn quality(&self, d: &Dispatch) -> Quality {
        let whole = self.origin.text.source_span(d.range.clone());
        let (edits, doubts) = (self.origin.edits, self.origin.doubts);
        let edits = within(edits, |e| e.span, whole);
        let doubts = within(doubts, |d| d.span, whole);
        let foreign = self.origin.foreign;
        let (first, last) = (
            self.line(whole.start),
            self.line(whole.end.saturating_sub(1)),
        );
        let (from, to) = (
            foreign.partition_point(|line| *line < first),
            foreign.partition_point(|line| *line <= last),
        );
        Quality {
            language: d.quality.language.into(),
            damage: d.quality.damage.iter().map(|s| (*s).into()).collect(),
            flags: d.quality.flags.iter().map(|s| (*s).into()).collect(),
            repairs: (edits.iter())
                .map(|e| Repair {
                    line: e.line,
                    span: Some(Spans::One(self.source_span(e.span))),
                    from: e.from.clone(),
                    to: e.to.clone(),
                    confidence: round(e.confidence),
                    kind: e.kind.name().into(),
                })
                .collect(),
            left_as_printed: d.quality.left_as_printed.clone(),
            uncertain: (doubts.iter())
                .map(|e| Uncertain {
                    line: e.line,
                    span: Some(Spans::One(self.source_span(e.span))),
                    token: e.token.clone(),
                    confidence: round(e.confidence),
                    alternatives: e.alternatives.iter().map(|a| a.text.clone()).collect(),
                })
                .collect(),
            other_language: foreign[from..to.max(from)].to_vec(),
        }
    }

    fn record(&self, d: &Dispatch) -> Record {
        let source = &self.origin.document.source;
        let precision = match (d.date.value.is_some(), d.date.month, d.date.day) {
            (false, ..) => None,
            (_, None, _) => Some("year"),
            (_, _, None) => Some("month"),
            _ => Some("day"),
        };
        Record {
            schema: SCHEMA.into(),
            source: SourceField {
                file: source.file.clone(),
                sha256: source.sha256.clone(),
                bytes: source.bytes,
                lines: source.lines,
                format: source.format.into(),
                encoding: source.encoding.clone(),
                encoding_confidence: round(source.encoding_confidence),
                pages: source.pages,
                scanned: source.scanned,
                spans_in: if self.origin.document.in_file() {
                    "file"
                } else {
                    "text"
                }
                .into(),
            },
            record_kind: d.record_kind.name().into(),
            family: Some(d.family.name().into()),
            document_index: d.document_index,
            document_count: d.document_count,
            document_type: Some(TypeField {
                code: d.type_code.map(Into::into),
                field: self.field(&d.document_type),
            }),
            issuers: d.issuers.iter().map(|i| self.field(i)).collect(),
            issuer_full: d.issuer_full.clone(),
            parent_agency: Some(self.field(&d.parent_agency)),
            number: Some(self.field(&d.number)),
            year: d.number_year.clone(),
            symbol: Some(self.field(&d.symbol)),
            number_symbol: Some(self.field(&d.number_symbol)),
            canonical_id: d.canonical_id.clone(),
            place: Some(self.field(&d.place)),
            date: Some(DateField {
                field: self.field(&d.date.value),
                precision: precision.map(Into::into),
                day: d.date.day,
                month: d.date.month,
                year: d.date.year,
                suspect: d.date.suspect.is_some(),
                suspect_reason: d.date.suspect.clone(),
            }),
            subject: Some(SubjectField {
                field: self.field(&d.subject),
                prefix: d.subject_prefix.clone(),
            }),
            urgency: Some(self.name_field(&d.urgency)),
            secrecy: Some(self.name_field(&d.secrecy)),
            circulation: Some(self.field(&d.circulation)),
            recipients: (d.recipients.iter())
                .map(|r| Recipient {
                    field: self.field(&r.value),
                    group_alias: r.group_alias.clone(),
                })
                .collect(),
            references: d.references.iter().map(|r| self.reference(r)).collect(),
            preamble: d.preamble.as_ref().map(|p| self.text_field(p)),
            sections: d.sections.iter().map(|s| self.section(s)).collect(),
            closing: d.closing.as_ref().map(|p| self.text_field(p)),
            tasks: d.tasks.iter().enumerate().map(|t| self.task(t)).collect(),
            events: d.events.iter().map(|e| self.event(e)).collect(),
            contacts: d.contacts.iter().map(|c| self.contact(c)).collect(),
            signers: d.signers.iter().map(|s| self.signer(s)).collect(),
            digital_signature: d.digital_signature.as_ref().map(|s| DigitalSignature {
                signer: self.field(&s.signer),
                email: self.field(&s.email),
                organisation: self.field(&s.organisation),
                signed_at: self.field(&s.signed_at),
            }),
            incoming_stamp: d.incoming_stamp.as_ref().map(|s| IncomingStamp {
                organisation: self.field(&s.organisation),
                number: self.field(&s.number),
                date: self.field(&s.date),
            }),
            copies: (d.copies.iter())
                .map(|c| Copy {
                    field: self.field(&c.value),
                    purpose: c.purpose.clone(),
                    is_back_reference: c.is_back_reference,
                })
                .collect(),
            archive_line: Some(ArchiveLine {
                field: self.field(&d.archive_line.value),
                units: d.archive_line.units.clone(),
                typist: d.archive_line.typist.clone(),
                copies_count: d.archive_line.copies_count,
            }),
            footnotes: (d.footnotes.iter())
                .map(|n| Footnote {
                    marker: n.marker.clone(),
                    text: n.text.clone(),
                    span: self.spans(&n.ranges),
                    anchor: n.anchor.as_ref().map(|a| Spans::One(self.span(a))),
                })
                .collect(),
            appendices: (d.appendices.iter())
                .map(|a| Appendix {
                    title: a.title.clone(),
                    span: Some(Spans::One(self.span(&a.range))),
                    form: a.form,
                })
                .collect(),
            execution: d.execution.as_ref().map(|p| self.text_field(p)),
            quality: self.quality(d),
        }
    }
}

/// Those of `items`, which stand in the order of the text, that lie wholly within `whole`.
fn within<T>(items: &[T], span: impl Fn(&T) -> crate::Span, whole: crate::Span) -> &[T] {
    let items = &items[items.partition_point(|i| span(i).start < whole.start)..];
    &items[..items.partition_point(|i| span(i).end <= whole.end)]
}

/// Two decimals: more would pretend, and would make the output depend on the last bit.
fn round(confidence: f64) -> f64 {
    (confidence.clamp(0.0, 1.0) * 100.0).round() / 100.0
}
