//! Projections of a record for other systems: the header of an edXML message, archive rows.
//!
//! A projection carries only what was read. What could not be read, what a person has not consented to, and what
//! the paper cannot tell and nobody supplied is left out, and each time it is said what and why ([`Omission`]): no
//! one downstream catches a wrong value. Codes of agencies and types come from the user's [`Codes`] alone, never from
//! a likeness of names.

pub mod archive;
pub mod edxml;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::record::{Field, REVIEWED};
use crate::error::{Error, Result};
use crate::syllable::fold_tone_placement;

/// A form to project to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Header of an edXML message (QCVN 102:2016/BTTTT).
    Edxml,
    /// Rows of Thông tư 02/2019/TT-BNV.
    Tt02,
    /// Rows of Thông tư 05/2025/TT-BNV.
    Tt05,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Edxml, Self::Tt02, Self::Tt05];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Edxml => "edxml",
            Self::Tt02 => "tt02",
            Self::Tt05 => "tt05",
        }
    }
}

/// What was left out of a projection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Omission {
    /// The element or column.
    pub element: &'static str,
    /// Why.
    pub reason: String,
    /// Whether without it there is no message at all.
    pub blocks: bool,
}

/// What the paper cannot tell: the user's file of codes and constants.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Codes {
    /// Carry values that were repaired and that nobody has confirmed.
    pub accept_repaired: bool,
    /// Codes of agencies by their full names (QĐ 20/2020/QĐ-TTg, or the older form).
    pub agencies: BTreeMap<String, String>,
    /// edXML.
    pub edxml: EdxmlCodes,
    /// Thông tư 02/2019: constants by the names of columns.
    pub tt02: BTreeMap<String, String>,
    /// Thông tư 05/2025: constants by the names of columns.
    pub tt05: BTreeMap<String, String>,
    /// Codes of types of documents for Thông tư 05/2025, by their names.
    pub types: BTreeMap<String, String>,
}

/// What edXML needs and the paper cannot tell.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct EdxmlCodes {
    /// `DocumentType/Type`.
    pub document_type: Option<u8>,
    /// `SteeringType`.
    pub steering_type: Option<u8>,
}

impl Codes {
    /// Reads a file of codes (TOML).
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read, [`Error::Format`] when it is no file of codes or a code has no form of
    /// one.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|reason| Error::Io {
            path: path.to_owned(),
            reason,
        })?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// Reads codes that the user calls `file`.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self> {
        let no = |reason: String| Error::Format {
            file: file.to_owned(),
            reason,
        };
        let codes: Self = toml::from_str(text).map_err(|e| no(e.to_string()))?;
        match codes.agencies.values().find(|c| !is_code(c)) {
            Some(bad) => Err(no(format!("{bad:?} has no form of an agency's code"))),
            None => Ok(codes),
        }
    }

    /// The code of an agency by its name, whatever its capitals and tone placement.
    pub fn agency(&self, name: &str) -> Option<&str> {
        let wanted = key(name);
        let found = self.agencies.iter().find(|(known, _)| key(known) == wanted);
        found.map(|(_, code)| code.as_str())
    }

    /// The code of a type of documents by its name.
    pub fn document_type(&self, name: &str) -> Option<&str> {
        let wanted = key(name);
        let found = self.types.iter().find(|(known, _)| key(known) == wanted);
        found.map(|(_, code)| code.as_str())
    }

    /// The value of a field, when it may be carried on.
    ///
    /// # Errors
    /// Why it may not.
    pub fn carry<'a>(&self, field: Option<&'a Field>) -> std::result::Result<&'a str, String> {
        let Some(f) = field else {
            return Err("absent".to_owned());
        };
        match (&f.value, f.status.as_str()) {
            (Some(v), "read" | "inferred") => Ok(v),
            (Some(v), "repaired") if self.accept_repaired || f.basis == REVIEWED => Ok(v),
            (Some(_), "repaired") => {
                Err("repaired and not confirmed (accept-repaired, or review it)".to_owned())
            }
            (_, status) => Err(status.to_owned()),
        }
    }
}

/// Names are the same whatever their capitals, spaces and tone placement; nothing else is overlooked.
fn key(name: &str) -> String {
    let spaced: Vec<&str> = name.split_whitespace().collect();
    fold_tone_placement(&spaced.join(" ").to_lowercase()).into_owned()
}

/// `G09.01`, and the older `000.00.00.H41`.
fn is_code(code: &str) -> bool {
    let level = |s: &str| {
        let mut chars = s.chars();
        s.len() == 3
            && chars.next().is_some_and(|c| c.is_ascii_uppercase())
            && chars.all(|c| c.is_ascii_digit())
    };
    let digits = |s: &str| (2..=3).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = code.split('.').collect();
    match parts[..] {
        [first, ref rest @ ..] if level(first) => rest.iter().all(|s| digits(s)),
        [ref rest @ .., last] if level(last) => rest.iter().all(|s| digits(s)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_codes_are_known() {
        for code in [
            "G09.01",
            "H37.02.02",
            "H55.242",
            "000.00.00.H41",
            "28.22.H17",
            "H41",
        ] {
            assert!(is_code(code), "{code}");
        }
        for code in ["", "41", "H4", "H41.1", "h41", "H41..01", "G09.01.H41"] {
            assert!(!is_code(code), "{code}");
        }
    }

    #[test]
    fn codes_are_read_and_found_by_name() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("codes.toml");
        let toml = "accept-repaired = true\n[agencies]\n\"Sở Nội vụ\" = \"H41.05\"\n[edxml]\ndocument-type = 1\n[types]\n\"Công văn\" = \"22\"\n";
        std::fs::write(&path, toml).expect("file");
        let codes = Codes::read(&path).expect("codes");
        assert_eq!(codes.agency("SỞ NỘI VỤ"), Some("H41.05"));
        assert_eq!(codes.agency("Sở Nội vụ tỉnh"), None);
        assert_eq!(codes.document_type("CÔNG VĂN"), Some("22"));
        std::fs::write(&path, "[agencies]\nA = \"x\"\n").expect("file");
        assert!(Codes::read(&path).is_err());
    }

    #[test]
    fn only_what_was_read_is_carried() {
        let field = |status: &str, basis: &str| Field {
            value: Some("12".into()),
            status: status.into(),
            basis: basis.into(),
            ..Field::default()
        };
        let codes = Codes::default();
        assert_eq!(codes.carry(Some(&field("read", ""))), Ok("12"));
        assert_eq!(codes.carry(Some(&field("repaired", REVIEWED))), Ok("12"));
        for status in ["repaired", "unreadable", "absent"] {
            assert!(codes.carry(Some(&field(status, ""))).is_err(), "{status}");
        }
        assert!(codes.carry(None).is_err());
    }
}

#[cfg(test)]
mod tests_of_projections {
    use super::*;
    use crate::export::record::{DateField, Quality, Recipient, Record, SubjectField, TypeField};

    fn read(value: &str) -> Field {
        Field {
            value: Some(value.into()),
            status: "read".into(),
            ..Field::default()
        }
    }

    pub fn lost() -> Option<Field> {
        Some(Field {
            status: "unreadable".into(),
            ..Field::default()
        })
    }

    pub fn dispatch() -> Record {
        let recipient = |name: &str| Recipient {
            field: read(name),
            ..Recipient::default()
        };
        Record {
            record_kind: "dispatch".into(),
            family: Some("state".into()),
            document_type: Some(TypeField {
                code: Some("QĐ".into()),
                field: read("Quyết định"),
            }),
            issuers: vec![read("Sở Nội vụ")],
            number: Some(read("012")),
            year: Some("2021".into()),
            symbol: Some(read("QĐ-SNV")),
            date: Some(DateField {
                field: read("2021-03-05"),
                ..DateField::default()
            }),
            subject: Some(SubjectField {
                field: read("về A & B <C>"),
                ..SubjectField::default()
            }),
            recipients: vec![recipient("UBND tỉnh"), recipient("UBND huyện X")],
            quality: Quality {
                language: "vi".into(),
                ..Quality::default()
            },
            ..Record::default()
        }
    }

    pub fn codes() -> Codes {
        let map = |all: &[(&str, &str)]| {
            let pair = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
            all.iter().map(pair).collect()
        };
        Codes {
            agencies: map(&[("Sở Nội vụ", "H41.05"), ("UBND tỉnh", "H41")]),
            tt02: map(&[
                ("Identifier", "000.00.12.H41"),
                ("OrganId", "SNV"),
                ("FileCatalog", "2021"),
                ("FileNotation", "01"),
            ]),
            types: map(&[("Quyết định", "02")]),
            ..Codes::default()
        }
    }
}
