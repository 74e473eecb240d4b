//! The header of an edXML message, as the national axis takes it (QCVN 102:2016/BTTTT; element order and limits as in
//! the axis' public SDK).
//!
//! The prefix `edXML:` is written literally, because receivers look for it; empty elements are left out; a value that
//! is too long is never cut. What only the sender knows (time of sending, attachments, signature) is not here.

use std::fmt::Write as _;

use super::{Codes, Omission};
use crate::export::record::{Field, Record};

const NAMESPACE: &str = "http://www.mic.gov.vn/TBT/QCVN_102_2016";

/// The message of a record, if nothing blocks it, and what was left out.
pub fn message(r: &Record, codes: &Codes) -> (Option<String>, Vec<Omission>) {
    let mut w = Writer {
        codes,
        out: String::new(),
        omitted: Vec::new(),
        depth: 4,
    };
    w.header(r);
    if w.omitted.iter().any(|o| o.blocks) {
        return (None, w.omitted);
    }
    let message = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<edXML xmlns=\"{NAMESPACE}\">\n  \
         <edXML:edXMLEnvelope xmlns:edXML=\"{NAMESPACE}\">\n    <edXML:edXMLHeader>\n      \
         <edXML:MessageHeader>\n{}      </edXML:MessageHeader>\n    </edXML:edXMLHeader>\n  \
         </edXML:edXMLEnvelope>\n</edXML>\n",
        w.out
    );
    (Some(message), w.omitted)
}

struct Writer<'a> {
    codes: &'a Codes,
    out: String,
    omitted: Vec<Omission>,
    depth: usize,
}

impl Writer<'_> {
    fn omit(&mut self, element: &'static str, reason: impl Into<String>, blocks: bool) {
        self.omitted.push(Omission {
            element,
            reason: reason.into(),
            blocks,
        });
    }

    fn open(&mut self, element: &str) {
        let _ = writeln!(self.out, "{:1$}<edXML:{element}>", "", 2 * self.depth);
        self.depth += 1;
    }

    fn close(&mut self, element: &str) {
        self.depth -= 1;
        let _ = writeln!(self.out, "{:1$}</edXML:{element}>", "", 2 * self.depth);
    }

    fn leaf(&mut self, element: &str, value: &str) {
        let (indent, value) = (2 * self.depth, escape(value));
        let _ = writeln!(
            self.out,
            "{:indent$}<edXML:{element}>{value}</edXML:{element}>",
            ""
        );
    }

    /// A value within its limit; too long a value is left out, never cut.
    fn limited(&mut self, element: &'static str, value: &str, limit: usize, blocks: bool) {
        match value.chars().count() {
            0 => {}
            n if n > limit => {
                self.omit(element, format!("{n} characters, at most {limit}"), blocks)
            }
            _ => self.leaf(element, value),
        }
    }

    /// A field that may be lacked.
    fn optional(&mut self, element: &'static str, field: Option<&Field>, limit: usize) {
        match self.codes.carry(field) {
            Ok(value) => self.limited(element, value, limit, false),
            Err(why) if why == "absent" => {}
            Err(why) => self.omit(element, why, false),
        }
    }

    /// A field without which there is no message.
    fn required<'f>(&mut self, element: &'static str, field: Option<&'f Field>) -> &'f str {
        self.codes.carry(field).unwrap_or_else(|why| {
            self.omit(element, why, true);
            ""
        })
    }

    fn header(&mut self, r: &Record) {
        if r.record_kind != "dispatch" {
            self.omit(
                "MessageHeader",
                format!("is no dispatch ({})", r.record_kind),
                true,
            );
            return;
        }
        if r.secrecy.as_ref().is_some_and(|s| s.status != "absent") {
            self.omit(
                "MessageHeader",
                "bears a secrecy mark, or one that cannot be read",
                true,
            );
        }
        if r.family.as_deref() == Some("party") {
            self.omit(
                "Code",
                "a Party symbol does not part into number and notation",
                true,
            );
        }
        let issuer = self.required("From.OrganName", r.issuers.first());
        let organ = self.codes.agency(issuer).map(str::to_owned);
        if organ.is_none() {
            self.omit(
                "From.OrganId",
                format!("no code for {issuer:?} was supplied"),
                true,
            );
        }
        if r.issuers.len() > 1 {
            self.omit("From", "one of several issuers", false);
        }
        self.open("From");
        self.leaf("OrganId", organ.as_deref().unwrap_or_default());
        self.optional("OrganizationInCharge", r.parent_agency.as_ref(), 200);
        self.limited("OrganName", issuer, 200, true);
        self.close("From");
        let others = self.to(r);
        let (number, date) = self.code(r, organ.as_deref());
        self.open("PromulgationInfo");
        self.optional("Place", r.place.as_ref(), 50);
        self.leaf("PromulgationDate", &date);
        self.close("PromulgationInfo");
        self.document_type(r);
        let subject = self.required("Subject", r.subject.as_ref().map(|s| &s.field));
        self.limited("Subject", subject, 500, true);
        self.signer(r);
        self.due(r);
        self.other(r);
        self.responses(r);
        match self.codes.edxml.steering_type {
            Some(t) => self.leaf("SteeringType", &t.to_string()),
            None => self.omit(
                "SteeringType",
                "the paper does not tell, and none was supplied",
                false,
            ),
        }
        if !others.is_empty() {
            self.open("ToPlaces");
            for place in others {
                self.limited("Place", &place, 150, false);
            }
            self.close("ToPlaces");
        }
        debug_assert!(number.is_empty() || self.depth == 4);
    }

    /// Receivers with a code; the names of the others.
    fn to(&mut self, r: &Record) -> Vec<String> {
        let (mut others, mut sent) = (Vec::new(), Vec::new());
        let copies = r.copies.iter().filter(|c| !c.is_back_reference);
        let all = r.recipients.iter().map(|x| &x.field);
        for (k, field) in all.chain(copies.map(|c| &c.field)).enumerate() {
            let name = match self.codes.carry(Some(field)) {
                Ok(name) => name.to_owned(),
                Err(why) => {
                    self.omit("To", why, false);
                    continue;
                }
            };
            match self.codes.agency(&name).map(str::to_owned) {
                Some(code) if k < r.recipients.len() && !sent.contains(&code) => {
                    self.open("To");
                    self.leaf("OrganId", &code);
                    self.limited("OrganName", &name, 200, false);
                    self.close("To");
                    sent.push(code);
                }
                Some(code) if sent.contains(&code) => {}
                _ => others.push(name),
            }
        }
        if sent.is_empty() {
            self.omit("To", "no code of any receiver was supplied", true);
        }
        others
    }

    /// `DocumentId` and `Code`; the number and the date as they are written here.
    fn code(&mut self, r: &Record, organ: Option<&str>) -> (String, String) {
        let number = self.required("CodeNumber", r.number.as_ref()).to_owned();
        let symbol = self.required("CodeNotation", r.symbol.as_ref());
        // Number, "/" and notation are the printed form: the year stays with the notation.
        let notation = match &r.year {
            Some(year) => format!("{year}/{symbol}"),
            None => symbol.to_owned(),
        };
        let date = r.date.as_ref();
        let iso = self.required("PromulgationDate", date.map(|d| &d.field));
        if iso.len() != 10 || date.is_some_and(|d| d.suspect) {
            self.omit("PromulgationDate", "is partial, or suspect", true);
        }
        let date = iso.replace('-', "/");
        if let Some(organ) = organ {
            self.leaf("DocumentId", &format!("{organ},{date},{number}/{notation}"));
        }
        self.open("Code");
        self.limited("CodeNumber", &number, 11, true);
        self.limited("CodeNotation", &notation, 30, true);
        self.close("Code");
        (number, date)
    }

    fn document_type(&mut self, r: &Record) {
        let kind = r.document_type.as_ref().map(|t| &t.field);
        self.open("DocumentType");
        match self.codes.edxml.document_type {
            Some(t) => self.leaf("Type", &t.to_string()),
            None => self.omit("DocumentType.Type", "no code was supplied", false),
        }
        self.optional("TypeName", kind, 100);
        self.close("DocumentType");
    }

    fn signer(&mut self, r: &Record) {
        let mut authors = r.signers.iter().filter(|s| s.kind != "approval");
        let Some(signer) = authors.next() else { return };
        if authors.next().is_some() {
            self.omit("SignerInfo", "one of several signers", false);
        }
        self.open("SignerInfo");
        let read = |f: &Field| f.status != "inferred";
        let all = signer.authority.iter().chain([&signer.acting_for]);
        let parts: Vec<&Field> = all.filter(|f| f.status != "absent").collect();
        let carried: Result<Vec<&str>, _> =
            parts.iter().map(|f| self.codes.carry(Some(f))).collect();
        match carried {
            Ok(words) if !signer.authority.is_empty() && parts.iter().all(|f| read(f)) => {
                self.limited("Competence", &words.join(" "), 100, false);
            }
            Ok(words) if words.is_empty() => {}
            Ok(_) => self.omit("Competence", "inferred", false),
            Err(why) => self.omit("Competence", why, false),
        }
        self.optional("Position", Some(&signer.position), 100);
        self.optional("FullName", Some(&signer.name), 50);
        self.close("SignerInfo");
    }

    /// One certain day that holds for all tasks.
    fn due(&mut self, r: &Record) {
        let days = r.tasks.iter().map(|t| {
            let d = t.deadline.as_ref().filter(|d| d.kind == "absolute")?;
            d.iso.as_deref().filter(|i| i.len() == 10)
        });
        let days: Option<Vec<&str>> = days.collect();
        match days.as_deref() {
            Some([first, rest @ ..]) if rest.iter().all(|d| d == first) => {
                self.leaf("DueDate", &first.replace('-', "/"));
            }
            Some([]) => {}
            _ => self.omit("DueDate", "no one day holds for all tasks", false),
        }
    }

    fn other(&mut self, r: &Record) {
        let priority = match r
            .urgency
            .as_ref()
            .map(|u| (u.status.as_str(), u.value.as_deref()))
        {
            Some((_, Some("khan"))) => Some("1"),
            Some((_, Some("thuong_khan"))) => Some("2"),
            Some((_, Some("hoa_toc"))) => Some("3"),
            Some((_, Some("hoa_toc_hen_gio"))) => Some("4"),
            // Left out, a receiver takes it for the lowest: that would be a claim.
            Some(("unreadable", _)) => {
                self.omit("Priority", "the mark cannot be read", true);
                None
            }
            _ => None,
        };
        self.open("OtherInfo");
        if let Some(priority) = priority {
            self.leaf("Priority", priority);
        }
        self.optional("SphereOfPromulgation", r.circulation.as_ref(), 100);
        if let Some(archive) = &r.archive_line {
            self.limited(
                "TyperNotation",
                archive.typist.as_deref().unwrap_or_default(),
                10,
                false,
            );
            if let Some(n) = archive.copies_count {
                self.leaf("PromulgationAmount", &n.to_string());
            }
        }
        if !r.appendices.is_empty() {
            self.open("Appendixes");
            for appendix in &r.appendices {
                self.leaf("Appendix", &appendix.title);
            }
            self.close("Appendixes");
        }
        let empty = "        <edXML:OtherInfo>\n";
        if self.out.ends_with(empty) {
            self.out.truncate(self.out.len() - empty.len());
            self.depth -= 1;
        } else {
            self.close("OtherInfo");
        }
    }

    fn responses(&mut self, r: &Record) {
        let replies = r
            .references
            .iter()
            .filter(|x| x.role.as_deref() == Some("replies_to"));
        for x in replies {
            let Some(code) = &x.number_symbol else {
                continue;
            };
            if x.status == "repaired" && !self.codes.accept_repaired {
                self.omit("ResponseFor", "repaired and not confirmed", false);
                continue;
            }
            self.open("ResponseFor");
            let organ = x
                .issuer
                .as_deref()
                .and_then(|i| self.codes.agency(i))
                .map(str::to_owned);
            if let Some(organ) = organ {
                self.leaf("OrganId", &organ);
            }
            self.leaf("Code", code);
            if let Some(date) = x.date.as_deref().filter(|d| d.len() == 10) {
                self.leaf("PromulgationDate", &date.replace('-', "/"));
            }
            self.close("ResponseFor");
        }
    }
}

/// Text as XML 1.0 may hold it.
fn escape(text: &str) -> String {
    let may_stand = |c: char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let text: String = text
        .chars()
        .map(|c| if may_stand(c) { c } else { ' ' })
        .collect();
    quick_xml::escape::escape(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests_of_projections::*;
    use super::*;

    #[test]
    fn a_dispatch_that_was_read_is_a_message() {
        let (message, omitted) = message(&dispatch(), &codes());
        let message = message.expect("a message");
        for part in [
            "<edXML:OrganId>H41.05</edXML:OrganId>",
            "<edXML:OrganName>Sở Nội vụ</edXML:OrganName>",
            "<edXML:DocumentId>H41.05,2021/03/05,012/2021/QĐ-SNV</edXML:DocumentId>",
            "<edXML:CodeNumber>012</edXML:CodeNumber>",
            "<edXML:CodeNotation>2021/QĐ-SNV</edXML:CodeNotation>",
            "<edXML:PromulgationDate>2021/03/05</edXML:PromulgationDate>",
            "<edXML:Subject>về A &amp; B &lt;C&gt;</edXML:Subject>",
            "<edXML:Place>UBND huyện X</edXML:Place>",
        ] {
            assert!(message.contains(part), "{part} in\n{message}");
        }
        assert!(!message.contains("Priority") && !message.contains("OtherInfo"));
        let names: Vec<_> = omitted.iter().map(|o| o.element).collect();
        assert_eq!(names, ["DocumentType.Type", "SteeringType"]);
    }

    #[test]
    fn what_cannot_be_trusted_blocks_the_message() {
        type Change = fn(&mut Record);
        let changes: [(&str, Change); 8] = [
            ("CodeNumber", |r| r.number = lost()),
            ("CodeNotation", |r| r.symbol = None),
            ("PromulgationDate", |r| {
                r.date.as_mut().expect("date").suspect = true
            }),
            ("Subject", |r| {
                r.subject.as_mut().expect("subject").field = lost().expect("field")
            }),
            ("From.OrganId", |r| {
                r.issuers[0].value = Some("Sở Y tế".into())
            }),
            ("To", |r| r.recipients.clear()),
            ("MessageHeader", |r| r.secrecy = lost()),
            ("Priority", |r| r.urgency = lost()),
        ];
        for (element, change) in changes {
            let mut r = dispatch();
            change(&mut r);
            let (message, omitted) = message(&r, &codes());
            assert!(message.is_none(), "{element}");
            let said = omitted.iter().any(|o| o.blocks && o.element == element);
            assert!(said, "{element}: {omitted:?}");
        }
        let mut repaired = dispatch();
        repaired.number.as_mut().expect("number").status = "repaired".into();
        assert!(message(&repaired, &codes()).0.is_none());
        let consent = Codes {
            accept_repaired: true,
            ..codes()
        };
        assert!(message(&repaired, &consent).0.is_some());
    }
}
