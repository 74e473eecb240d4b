//! What the parser has read: the run-time form of a dispatch.
//!
//! Every value carries its evidence: where in the text it stands, how sure the reading is, under which rule it
//! was read, and what else it may be. "I cannot read it" and "the paper does not say" are values too. The form
//! that is written to files is another type, [`crate::export::record`].

use std::borrow::Cow;
use std::ops::Range;

pub use super::value::{OtherReading, Status, Value};

/// Bytes of the parsed text.
pub type TextRange = Range<usize>;

/// What the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RecordKind {
    /// A dispatch: it has a letterhead, a number or a signer of its own.
    Dispatch,
    /// Something attached to a dispatch, without the dispatch.
    Attachment,
    /// A web page or news item about documents.
    Article,
    /// A form with blanks.
    Form,
    /// None of these can be said.
    #[default]
    Unknown,
}

impl RecordKind {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dispatch => "dispatch",
            Self::Attachment => "attachment",
            Self::Article => "article",
            Self::Form => "form",
            Self::Unknown => "unknown",
        }
    }
}

/// Whose rules of form the document follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Family {
    /// State agencies (NĐ 30/2020/NĐ-CP and its predecessors).
    #[default]
    State,
    /// The Party (HD 36-HD/VPTW).
    Party,
    /// Youth Union and the other mass organisations.
    Union,
    /// Anyone else.
    Other,
}

impl Family {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Party => "party",
            Self::Union => "union",
            Self::Other => "other",
        }
    }
}

/// A date as precise as the paper.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DateField {
    /// ISO 8601: `2021`, `2021-03` or `2021-03-15`.
    pub value: Value<String>,
    /// Day of the month, when printed and readable.
    pub day: Option<u8>,
    /// Month.
    pub month: Option<u8>,
    /// Year.
    pub year: Option<u16>,
    /// Why the printed date is doubtful, and what is likely; the value stays as printed.
    pub suspect: Option<String>,
}

/// One addressee.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recipient {
    /// The addressee as printed.
    pub value: Value<String>,
    /// "sau đây gọi chung là ...": the name the body uses for it.
    pub group_alias: Option<String>,
}

/// A document cited in the dispatch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reference {
    /// `Công văn`, `Nghị định` ...
    pub kind: Option<String>,
    /// The number alone.
    pub number: Option<String>,
    /// The symbol without number and year.
    pub symbol: Option<String>,
    /// Number and symbol as cited, without spaces.
    pub number_symbol: Option<String>,
    /// ISO 8601.
    pub date: Option<String>,
    /// Who issued it, as the text says.
    pub issuer: Option<String>,
    /// What it is about.
    pub title: Option<String>,
    /// basis, implements, amends, replies_to, replaces, proposal, mentioned.
    pub role: &'static str,
    /// Whose rules of form its number follows.
    pub family: Family,
    /// Where it is cited.
    pub range: TextRange,
    /// Probability that it is right.
    pub confidence: f64,
    /// The rule that read it.
    pub basis: Cow<'static, str>,
}

/// A passage of the body.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Passage {
    /// Its text on one line.
    pub text: String,
    /// Where it stands.
    pub ranges: Vec<TextRange>,
}

/// A numbered part of the body.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Section {
    /// `1`, `2.1`, `a`, `II`, `Điều 3` ...
    pub label: String,
    /// Its heading; `None` when the label opens running text.
    pub heading: Option<Passage>,
    /// From its label to the next section of the same depth.
    pub range: TextRange,
    /// Parts of the part.
    pub children: Vec<Section>,
}

/// Kind of a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DeadlineKind {
    /// A calendar date.
    #[default]
    Absolute,
    /// Counted from something ("trong vòng 10 ngày kể từ ...").
    Relative,
    /// Comes again ("trước ngày 15 hằng tháng").
    Recurring,
    /// Bound to an event ("trước Đại hội").
    Event,
}

impl DeadlineKind {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Absolute => "absolute",
            Self::Relative => "relative",
            Self::Recurring => "recurring",
            Self::Event => "event",
        }
    }
}

/// By when something is to be done.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Deadline {
    /// ISO 8601 date, when it can be known.
    pub iso: Option<String>,
    /// Hour and minute, `15:00`.
    pub time: Option<String>,
    /// `before`, `on_or_before`, `in` or `after`.
    pub bound: &'static str,
    /// Kind.
    pub kind: DeadlineKind,
    /// Where it stands.
    pub range: TextRange,
}

/// An instruction to somebody.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Task {
    /// `task` or `report`.
    pub kind: &'static str,
    /// Who is to do it, as printed.
    pub assignees: Vec<String>,
    /// Whether the assignees follow from the recipients rather than the text.
    pub assignees_inferred: bool,
    /// `chủ trì`, `phối hợp` ...
    pub role: Option<String>,
    /// What is to be done, as printed, on one line.
    pub action: String,
    /// With whom.
    pub coordinating: Vec<String>,
    /// By when.
    pub deadline: Option<Deadline>,
    /// How often.
    pub recurring: Option<String>,
    /// Where the result goes.
    pub deliver_to: Option<String>,
    /// By which means (a mailbox, a system).
    pub channel: Option<String>,
    /// Only if.
    pub condition: Option<String>,
    /// Label of the section it stands in.
    pub section: Option<String>,
    /// Where it stands.
    pub ranges: Vec<TextRange>,
    /// Probability that it is a task and read right.
    pub confidence: f64,
    /// The rule that found it.
    pub basis: Cow<'static, str>,
}

/// A meeting, ceremony or visit the dispatch announces.
#[derive(Debug, Clone, PartialEq, Default)]
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
    /// Where it stands.
    pub ranges: Vec<TextRange>,
    /// Probability that it is right.
    pub confidence: f64,
}

/// A way to reach somebody.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contact {
    /// `phone`, `email`, `person`, `unit` or `url`.
    pub kind: &'static str,
    /// Digits only for a phone; a mailbox as read.
    pub value: String,
    /// The person it belongs to.
    pub person: Option<String>,
    /// What for.
    pub purpose: Option<String>,
    /// Where it stands.
    pub range: TextRange,
    /// Probability that it is right.
    pub confidence: f64,
    /// A reading of a damaged mailbox that is likely, never put in its place.
    pub proposed: Option<String>,
}

/// Author of the dispatch, or somebody who approved it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SignerKind {
    /// Signs for the issuer.
    #[default]
    Author,
    /// Signs an approval block.
    Approval,
}

impl SignerKind {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Approval => "approval",
        }
    }
}

/// Who signed, and by what authority.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Signer {
    /// `TM.`, `KT.`, `TL.`, `TUQ.`, `Q.` in the order of the page.
    pub authority: Vec<Value<String>>,
    /// On whose behalf.
    pub acting_for: Value<String>,
    /// The signer's own position.
    pub position: Value<String>,
    /// The signer's name, as read.
    pub name: Value<String>,
    /// Author or approval.
    pub kind: SignerKind,
}

/// Text block of an electronic signature.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DigitalSignature {
    /// Người ký.
    pub signer: Value<String>,
    /// Email.
    pub email: Value<String>,
    /// Cơ quan.
    pub organisation: Value<String>,
    /// Thời gian ký, ISO 8601 as far as printed.
    pub signed_at: Value<String>,
}

/// Stamp of the receiving registry; its number and date are not the document's.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IncomingStamp {
    /// Whose registry.
    pub organisation: Value<String>,
    /// Số đến.
    pub number: Value<String>,
    /// Ngày đến.
    pub date: Value<String>,
}

/// One line of Nơi nhận.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Copy {
    /// To whom, without the purpose.
    pub value: Value<String>,
    /// What for (`b/c`, `để biết` ...), in full words where known.
    pub purpose: Option<String>,
    /// "Như trên", "Như Điều 3": points back into the document.
    pub is_back_reference: bool,
}

/// The line that begins with "Lưu".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArchiveLine {
    /// The line after "Lưu:".
    pub value: Value<String>,
    /// Where it is kept.
    pub units: Vec<String>,
    /// Initials or login of the typist.
    pub typist: Option<String>,
    /// Number of copies kept.
    pub copies_count: Option<u32>,
}

/// A note at the foot of a page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Footnote {
    /// Its mark.
    pub marker: String,
    /// Its text on one line.
    pub text: String,
    /// Where it stands.
    pub ranges: Vec<TextRange>,
    /// Where the text refers to it.
    pub anchor: Option<TextRange>,
}

/// Something attached after the signature.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Appendix {
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub range: TextRange,
    /// Whether it is a form with blanks.
    pub form: bool,
}

/// What is known about the state of the text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quality {
    /// `vi` or `und`.
    pub language: &'static str,
    /// Classes of damage found (`columns_merged`, `diacritics_lost` ...).
    pub damage: Vec<&'static str>,
    /// What a reader should know (`number_blank`, `date_day_blank` ...).
    pub flags: Vec<&'static str>,
    /// Printed slips that were left as they stand.
    pub left_as_printed: Vec<String>,
}

/// One dispatch as read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dispatch {
    /// What the text is.
    pub record_kind: RecordKind,
    /// Whose rules of form it follows.
    pub family: Family,
    /// Which of the file's dispatches this is, from 1.
    pub document_index: usize,
    /// How many dispatches the file holds.
    pub document_count: usize,
    /// The part of the text that is this dispatch.
    pub range: TextRange,
    /// Abbreviation of the type (NĐ 30/2020, Phụ lục III), `CV` for công văn, `None` when not in the list.
    pub type_code: Option<&'static str>,
    /// Type in normal case.
    pub document_type: Value<String>,
    /// Issuing bodies as printed, in normal case.
    pub issuers: Vec<Value<String>>,
    /// The (first) issuer with its place.
    pub issuer_full: Option<String>,
    /// The line above the issuer.
    pub parent_agency: Value<String>,
    /// Digits and a letter suffix.
    pub number: Value<String>,
    /// The year inside the number of a normative document.
    pub number_year: Option<String>,
    /// Symbol without number and year.
    pub symbol: Value<String>,
    /// Number and symbol in one.
    pub number_symbol: Value<String>,
    /// Number, year and symbol in the form used for joins: NFC, upper case, no spaces.
    pub canonical_id: Option<String>,
    /// Place of issue.
    pub place: Value<String>,
    /// Date of issue.
    pub date: DateField,
    /// Subject on one line without its prefix.
    pub subject: Value<String>,
    /// `V/v`, `Về việc`, `Về`.
    pub subject_prefix: Option<String>,
    /// `khan`, `thuong_khan`, `hoa_toc`, `hoa_toc_hen_gio`.
    pub urgency: Value<&'static str>,
    /// `mat`, `toi_mat`, `tuyet_mat`.
    pub secrecy: Value<&'static str>,
    /// Chỉ dẫn phạm vi lưu hành.
    pub circulation: Value<String>,
    /// Kính gửi.
    pub recipients: Vec<Recipient>,
    /// Documents cited.
    pub references: Vec<Reference>,
    /// From the first word of the body to the first order or section.
    pub preamble: Option<Passage>,
    /// Numbered parts.
    pub sections: Vec<Section>,
    /// The formula before `./.`
    pub closing: Option<Passage>,
    /// Instructions.
    pub tasks: Vec<Task>,
    /// Meetings.
    pub events: Vec<Event>,
    /// Phones, mailboxes, persons.
    pub contacts: Vec<Contact>,
    /// Who signed.
    pub signers: Vec<Signer>,
    /// Electronic signature, when its text block is in the text.
    pub digital_signature: Option<DigitalSignature>,
    /// Stamp of the receiving registry.
    pub incoming_stamp: Option<IncomingStamp>,
    /// Nơi nhận without the Lưu line.
    pub copies: Vec<Copy>,
    /// The Lưu line.
    pub archive_line: ArchiveLine,
    /// Notes.
    pub footnotes: Vec<Footnote>,
    /// What follows the signature.
    pub appendices: Vec<Appendix>,
    /// "chịu trách nhiệm thi hành": the execution clause of a decision.
    pub execution: Option<Passage>,
    /// State of the text.
    pub quality: Quality,
}
