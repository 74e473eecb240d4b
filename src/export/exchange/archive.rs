//! Rows of archive metadata: Thông tư 02/2019/TT-BNV and its successor Thông tư 05/2025/TT-BNV.
//!
//! A value that was not read is an empty cell, and the last column says which and why. A partial date fits no column
//! of a date: it stands in the description as it was printed.

use super::{Codes, Form, Omission};
use crate::export::csv;
use crate::export::record::{Field, Record};

/// Columns of Thông tư 02/2019, with the most characters of each; the last is ours.
const TT02: [(&str, usize); 23] = [
    ("DocCode", 25),
    ("FileCode", 30),
    ("Identifier", 13),
    ("OrganId", 13),
    ("FileCatalog", 4),
    ("FileNotation", 20),
    ("DocOrdinal", 4),
    ("TypeName", 100),
    ("CodeNumber", 11),
    ("CodeNotation", 30),
    ("IssuedDate", 10),
    ("OrganName", 200),
    ("Subject", 500),
    ("Language", 100),
    ("PageAmount", 4),
    ("Description", 500),
    ("InforSign", 30),
    ("Keyword", 100),
    ("Mode", 20),
    ("ConfidenceLevel", 30),
    ("Autograph", 2000),
    ("Format", 50),
    ("Omitted", usize::MAX),
];

/// Columns of a document in a package of Thông tư 05/2025 (SIP), with the most characters of each; the last is ours.
const TT05: [(&str, usize); 22] = [
    ("docId", 25),
    ("docCode", 100),
    ("maintenance", 100),
    ("typeName", 10),
    ("codeNumber", 11),
    ("codeNotation", 30),
    ("issuedDate", 10),
    ("organName", 200),
    ("subject", 500),
    ("language", 100),
    ("numberOfPage", 4),
    ("inforSign", 30),
    ("keyword", 100),
    ("mode", 20),
    ("confidenceLevel", 30),
    ("autograph", 2000),
    ("format", 50),
    ("riskRecovery", 5),
    ("riskRecoveryStatus", 2),
    ("process", 5),
    ("description", 500),
    ("omitted", usize::MAX),
];

/// The columns of a form of rows.
pub fn columns(form: Form) -> Vec<&'static str> {
    table(form).iter().map(|(name, _)| *name).collect()
}

fn table(form: Form) -> &'static [(&'static str, usize)] {
    match form {
        Form::Tt05 => &TT05,
        _ => &TT02,
    }
}

/// The row of a record, and what was left out of it.
pub fn row(form: Form, r: &Record, codes: &Codes) -> (Vec<String>, Vec<Omission>) {
    let mut omitted = Vec::new();
    let mut description = Vec::new();
    let mut cells: Vec<String> = Vec::new();
    for (name, limit) in table(form) {
        let cell = match constant(form, codes, name) {
            Some(value) => Ok(value.to_owned()),
            None => read(form, r, codes, name, &mut description),
        };
        cells.push(match cell {
            Ok(value) if value.chars().count() <= *limit => value,
            Ok(value) => {
                let n = value.chars().count();
                omitted.push(omission(name, format!("{n} characters, at most {limit}")));
                String::new()
            }
            Err(why) => {
                if why != "absent" {
                    omitted.push(omission(name, why));
                }
                String::new()
            }
        });
    }
    let said: Vec<String> = omitted
        .iter()
        .map(|o| format!("{}: {}", o.element, o.reason))
        .collect();
    if let Some(last) = cells.last_mut() {
        *last = said.join("; ");
    }
    let at = columns(form)
        .iter()
        .position(|c| c.eq_ignore_ascii_case("description"));
    if let Some(cell) = at.and_then(|k| cells.get_mut(k))
        && cell.is_empty()
    {
        *cell = description.join("; ");
    }
    (cells, omitted)
}

fn omission(element: &'static str, reason: String) -> Omission {
    Omission {
        element,
        reason,
        blocks: false,
    }
}

/// What the user supplied for a column.
fn constant<'a>(form: Form, codes: &'a Codes, column: &str) -> Option<&'a str> {
    let given = match form {
        Form::Tt05 => &codes.tt05,
        _ => &codes.tt02,
    };
    given.get(column).map(String::as_str)
}

fn read(
    form: Form,
    r: &Record,
    codes: &Codes,
    column: &str,
    description: &mut Vec<String>,
) -> Result<String, String> {
    let carry = |f: Option<&Field>| codes.carry(f).map(str::to_owned);
    match column.to_lowercase().as_str() {
        "filecode" => {
            let parts = ["Identifier", "OrganId", "FileCatalog", "FileNotation"];
            let parts: Option<Vec<&str>> = parts.iter().map(|p| constant(form, codes, p)).collect();
            parts
                .map(|p| p.join("."))
                .ok_or_else(|| "absent".to_owned())
        }
        "typename" => {
            let name = carry(r.document_type.as_ref().map(|t| &t.field))?;
            match form {
                Form::Tt05 => {
                    let code = codes.document_type(&name).map(str::to_owned);
                    code.ok_or_else(|| format!("no code for {name:?} was supplied"))
                }
                _ => Ok(name),
            }
        }
        "codenumber" => carry(r.number.as_ref()),
        "codenotation" => {
            let symbol = carry(r.symbol.as_ref())?;
            Ok(match &r.year {
                Some(year) => format!("{year}/{symbol}"),
                None => symbol,
            })
        }
        "issueddate" => {
            let date = r.date.as_ref();
            let iso = carry(date.map(|d| &d.field))?;
            let parts: Vec<&str> = iso.split('-').collect();
            match parts[..] {
                [year, month, day] if date.is_some_and(|d| !d.suspect) => {
                    Ok(format!("{day}/{month}/{year}"))
                }
                _ => {
                    let raw = date.and_then(|d| d.field.raw.as_deref()).unwrap_or(&iso);
                    description.push(format!("Ngày trên văn bản: {raw}"));
                    Err("is partial, or suspect".to_owned())
                }
            }
        }
        "organname" => {
            let names: Result<Vec<String>, _> = r.issuers.iter().map(|i| carry(Some(i))).collect();
            let names = names?.join("; ");
            (!names.is_empty())
                .then_some(names)
                .ok_or_else(|| "absent".to_owned())
        }
        "subject" => carry(r.subject.as_ref().map(|s| &s.field)),
        "language" => match (r.quality.language.as_str(), form) {
            ("vi", Form::Tt02) => Ok("Tiếng Việt".to_owned()),
            // A code, and codes are supplied.
            _ => Err("absent".to_owned()),
        },
        _ => Err("absent".to_owned()),
    }
}

/// The head of a table of rows.
pub fn head(form: Form) -> Vec<u8> {
    [csv::BYTE_ORDER_MARK, &csv::row(&columns(form))].concat()
}

#[cfg(test)]
mod tests {
    use super::super::tests_of_projections::*;
    use super::*;

    fn cell(form: Form, r: &Record, column: &str) -> String {
        let (cells, _) = row(form, r, &codes());
        assert_eq!(cells.len(), columns(form).len());
        let k = columns(form).iter().position(|c| *c == column);
        cells[k.expect("a column")].clone()
    }

    #[test]
    fn what_was_read_and_what_was_supplied_stand_in_the_row() {
        let r = dispatch();
        assert_eq!(cell(Form::Tt02, &r, "CodeNumber"), "012");
        assert_eq!(cell(Form::Tt02, &r, "IssuedDate"), "05/03/2021");
        assert_eq!(
            cell(Form::Tt02, &r, "FileCode"),
            "000.00.12.H41.SNV.2021.01"
        );
        assert_eq!(cell(Form::Tt02, &r, "Omitted"), "");
        assert_eq!(cell(Form::Tt05, &r, "typeName"), "02");
        assert_eq!(cell(Form::Tt05, &r, "codeNotation"), "2021/QĐ-SNV");
    }

    #[test]
    fn what_was_not_read_is_empty_and_said() {
        let mut r = dispatch();
        r.number = lost();
        let date = r.date.as_mut().expect("date");
        date.field.value = Some("2021-03".into());
        date.field.raw = Some("ngày    tháng 3 năm 2021".into());
        r.document_type.as_mut().expect("type").field.value = Some("Sao y".into());
        assert_eq!(cell(Form::Tt05, &r, "codeNumber"), "");
        assert_eq!(cell(Form::Tt05, &r, "issuedDate"), "");
        assert!(cell(Form::Tt05, &r, "description").contains("tháng 3 năm 2021"));
        let said = cell(Form::Tt05, &r, "omitted");
        assert!(said.contains("codeNumber: unreadable") && said.contains("issuedDate: is partial"));
        assert!(said.contains("typeName: no code for \"Sao y\""));
    }
}
