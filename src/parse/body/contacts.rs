//! Ways to reach somebody: telephones, mailboxes, addresses of sites, persons.
//!
//! ```text
//! phone  = ["0" | "+84"] digits in groups with ".", "-" or " "     0912.345.678  0210.345.6789  3456789
//!          behind "điện thoại", "ĐT", "số" ..., or in groups that nothing else is written in
//! mail   = name at host                                            at = "@" or what OCR makes of it: (@  @)  (2  (ð  (g
//! person = ("ông" | "bà" | "đồng chí" | "đ/c" | title) Name
//! ```
//!
//! Digits stay as printed, groups are closed up. A damaged mailbox stays as read; what it is likely to be is proposed
//! beside it and never put in its place.

use super::super::dispatch::{Contact, Dispatch};
use super::paragraphs::Paragraph;
use crate::parse::pattern::{Pattern, pattern};
use std::ops::Range;
use std::sync::LazyLock;

static PHONE: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"\(?(?:\+84|0)?\d{2,8}\)?(?:[. -]{1,2}\d{2,7}){0,3}"));
static PHONE_CUE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(?:dien thoai|\bdt\b|sdt|di dong|hotline|tong dai|duong day nong|fax|\btel|\bso|hoac|[;,/-])[^a-z0-9]{0,6}(?:lien he\s?:?\s?)?(?:so\s?:?\s?)?$",
    )
});
static GROUPS: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"^\(?0\d{2,4}\)?[.\s-]{1,2}\d{3,4}[.\s-]{0,2}\d{3,4}$"));
static MAIL: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"([A-Za-z0-9][A-Za-z0-9._-]{1,40})\s?(\(@|@\)|\(a\)|\(a|\(2|\(d|\(g|\(\)|@|\()\s?((?:[A-Za-z0-9-]+\s?\.\s?){1,5}[A-Za-z]{2,7})\b",
    )
});
static SITE: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"\b(?:https?://|www\.)[A-Za-z0-9./_?=&%-]+[A-Za-z0-9/]"));
static PERSON: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:[Oo]ng|[Bb]a|[Dd]ong chi|[Dd]/c|[Aa]nh|[Cc]hi|[Bb]ac si|[Bb]ac sy)\s(?:(?:[Oo]ng|[Bb]a)\s)?|\b(?:BS|CN|ThS|TS|DS|KS|BSCK[I1]+)\.?\s?(?:CK\s?[I12]+\.?\s)?)([A-Z][A-Za-z']*(?:\s[A-Z][A-Za-z']*){0,4})",
    )
});
static REACHED: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"lien he|dien thoai|\bdt\b|dau moi|so dt|gap |di dong|email|hop thu|phan anh|\d{3}\.\d{3}",
    )
});

/// Appends the contacts of a paragraph.
pub fn read(p: &Paragraph, d: &mut Dispatch) {
    let mut found: Vec<(Range<usize>, Contact)> = Vec::new();
    let mails = p.cased.contains(['@', '(']);
    for c in mails
        .then(|| MAIL.captures_iter(&p.cased))
        .into_iter()
        .flatten()
    {
        let (Some(whole), Some(at)) = (c.get(0), c.get(2)) else {
            continue;
        };
        let known = ["com", "vn", "net", "org", "example", "edu", "gov"];
        let last = c[3]
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .trim()
            .to_lowercase();
        if at.as_str() != "@" && !known.contains(&last.as_str()) {
            continue;
        }
        let raw = p.str(whole.range()).to_owned();
        let clean = at.as_str() == "@" && !raw.contains(' ') && raw.is_ascii();
        let proposed = format!("{}@{}", &c[1], c[3].replace(' ', ""));
        found.push((
            whole.range(),
            Contact {
                kind: "email",
                value: raw,
                range: p.range(whole.range()),
                confidence: if clean { 0.9 } else { 0.5 },
                proposed: (!clean).then_some(proposed),
                ..Contact::default()
            },
        ));
    }
    let sites = ["http", "www."].iter().any(|w| p.cased.contains(w));
    for m in sites
        .then(|| SITE.find_iter(&p.cased))
        .into_iter()
        .flatten()
    {
        found.push((
            m.range(),
            Contact {
                kind: "url",
                value: p.str(m.range()).to_owned(),
                range: p.range(m.range()),
                confidence: 0.9,
                ..Contact::default()
            },
        ));
    }
    let taken = |found: &[(Range<usize>, Contact)], r: &Range<usize>| {
        found
            .iter()
            .any(|(o, _)| o.start < r.end && r.start < o.end)
    };
    for m in PHONE.find_iter(&p.folded) {
        let digits: String = m.as_str().chars().filter(char::is_ascii_digit).collect();
        if !(7..=12).contains(&digits.len()) {
            continue;
        }
        let cue = PHONE_CUE.is_match(&p.folded[m.start().saturating_sub(40)..m.start()])
            && phone_near(p, m.start());
        let grouped = GROUPS.is_match(m.as_str()) && (9..=11).contains(&digits.len());
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '/');
        let alone = edge(p.folded[..m.start()].chars().next_back())
            && edge(p.folded[m.end()..].chars().next());
        if !(cue || grouped) || taken(&found, &m.range()) || !alone {
            continue;
        }
        found.push((
            m.range(),
            Contact {
                kind: "phone",
                value: digits,
                range: p.range(m.range()),
                confidence: if grouped { 0.95 } else { 0.8 },
                ..Contact::default()
            },
        ));
    }
    if REACHED.is_match(&p.folded) {
        for c in PERSON.captures_iter(&p.cased) {
            let Some(name) = c.get(1) else { continue };
            let name = whole_name(&p.cased, name.range());
            let letters = &p.cased[name.clone()];
            if letters.len() < 2
                || !letters.contains(|c: char| c.is_ascii_lowercase())
                || letters == "Email"
            {
                continue;
            }
            let reached = REACHED
                .is_match(&p.folded[name.start.saturating_sub(90)..(name.end + 130).min(p.len())]);
            let agency = [
                "Van phong",
                "Phong",
                "So ",
                "Ban ",
                "Chu tich",
                "Giam doc",
                "Truong",
                "Pho ",
            ]
            .iter()
            .any(|w| letters.starts_with(w.trim_end()));
            if !reached || agency || taken(&found, &name.clone()) {
                continue;
            }
            found.push((
                name.clone(),
                Contact {
                    kind: "person",
                    value: p.str(name.clone()).to_owned(),
                    range: p.range(name.clone()),
                    confidence: 0.85,
                    ..Contact::default()
                },
            ));
        }
    }
    found.sort_by_key(|(r, _)| r.start);
    let people: Vec<(Range<usize>, String)> = found
        .iter()
        .filter(|(_, c)| c.kind == "person")
        .map(|(r, c)| (r.clone(), c.value.clone()))
        .collect();
    for (r, mut c) in found {
        if matches!(c.kind, "phone" | "email") {
            // "… (gặp ông X)" behind the number, or the person before it in the same sentence.
            let sentence = p.folded[..r.start].rfind(". ").map_or(0, |k| k + 1);
            let before = people
                .iter()
                .rev()
                .find(|(q, _)| q.end <= r.start && q.end > sentence && r.start - q.end < 130);
            let behind = people.iter().find(|(q, _)| {
                q.start >= r.end && q.start - r.end < 30 && p.folded[r.end..q.start].contains("gap")
            });
            c.person = behind.or(before).map(|(_, name)| name.clone());
        }
        if !d
            .contacts
            .iter()
            .any(|o| o.kind == c.kind && o.value == c.value)
        {
            d.contacts.push(c);
        }
    }
}

/// A name without the first word of an office behind it: `đ/c Huệ Công đoàn ngành`.
fn whole_name(cased: &str, name: Range<usize>) -> Range<usize> {
    const OFFICES: &[&str] = &[
        "Cong doan",
        "Chu tich",
        "Giam doc",
        "Van phong",
        "Truong phong",
        "Pho phong",
        "Pho truong",
        "Chuyen vien",
        "Can bo",
        "Ke toan",
        "Truong ban",
        "Chanh thanh",
    ];
    match cased[name.clone()].rfind(' ') {
        Some(k)
            if OFFICES
                .iter()
                .any(|o| cased[name.start + k + 1..].starts_with(o)) =>
        {
            name.start..name.start + k
        }
        _ => name,
    }
}

/// Whether the cue for a telephone stands not far before.
fn phone_near(p: &Paragraph, at: usize) -> bool {
    static CUE: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(r"dien thoai|\bs?dt\b|di dong|hotline|tong dai|duong day nong|fax|lien he")
    });
    CUE.is_match(&p.folded[at.saturating_sub(80)..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contacts(s: &str) -> Vec<(&'static str, String, Option<String>)> {
        let mut d = Dispatch::default();
        read(&Paragraph::of_line(s, 0..s.len()), &mut d);
        d.contacts
            .into_iter()
            .map(|c| (c.kind, c.value, c.person))
            .collect()
    }

    fn c(kind: &'static str, value: &str, person: &str) -> (&'static str, String, Option<String>) {
        (
            kind,
            value.to_owned(),
            (!person.is_empty()).then(|| person.to_owned()),
        )
    }

    #[test]
    fn telephones() {
        assert_eq!(
            contacts("số điện thoại: 0912.345.678 hoặc 02103.456.789./."),
            [c("phone", "0912345678", ""), c("phone", "02103456789", "")]
        );
        assert_eq!(
            contacts("số điện thoại 3456789./."),
            [c("phone", "3456789", "")]
        );
        assert_eq!(
            contacts("số ĐT: 021.0345.6789"),
            [c("phone", "02103456789", "")]
        );
        assert_eq!(
            contacts("ngày 24.04.2019, số 1234/SYT, 38.650.000.000 đồng"),
            []
        );
    }

    #[test]
    fn persons_and_mailboxes() {
        assert_eq!(
            contacts("liên hệ bà Lê Thị Mận, số điện thoại 0000.318.227"),
            [
                c("person", "Lê Thị Mận", ""),
                c("phone", "0000318227", "Lê Thị Mận")
            ]
        );
        assert_eq!(
            contacts("liên hệ ông Lê Văn Mít là chuyên viên, đ/c Na Công đoàn ngành"),
            [c("person", "Lê Văn Mít", ""), c("person", "Na", "")]
        );
        assert_eq!(
            contacts("hộp thư a.b@tinh.example."),
            [c("email", "a.b@tinh.example", "")]
        );
        let s = "địa chỉ mail: vanthu(@tinh.example trước ngày";
        let mut d = Dispatch::default();
        read(&Paragraph::of_line(s, 0..s.len()), &mut d);
        assert_eq!(d.contacts[0].value, "vanthu(@tinh.example");
        assert_eq!(
            d.contacts[0].proposed.as_deref(),
            Some("vanthu@tinh.example")
        );
    }
}
