//! Type of the document.
//!
//! Two witnesses: the title (5a) and the first part of the symbol. The title wins; a disagreement is reported. A
//! dispatch with neither that has V/v under the number or Kính gửi is a công văn, which prints no title
//! (NĐ 30/2020/NĐ-CP, Phụ lục I).

use super::cues::{self, DocumentType};
use super::dispatch::{Dispatch, Family, OtherReading, Value};
use super::zones::Cell;
use super::{Page, fold, number};

/// Where a title ends and the subject on the same line begins: the type and the bytes of the title.
pub fn title(s: &str) -> Option<(&'static DocumentType, std::ops::Range<usize>)> {
    let f = fold::Folded::new(s);
    let text = f.as_str();
    let front = text.len() - fold::signless(text).len();
    let mut best: Option<(usize, &DocumentType, usize)> = None;
    for t in cues::TYPES {
        let allowed = t.folded.len() / 6;
        if let Some((errors, end)) = fold::prefix(&text[front..], t.folded, allowed) {
            let boundary = !text
                .as_bytes()
                .get(front + end)
                .is_some_and(u8::is_ascii_alphanumeric);
            let better = best.is_none_or(|(e, b, _)| {
                errors < e || (errors == e && t.folded.len() > b.folded.len())
            });
            if (boundary || errors == 0) && better {
                best = Some((errors, t, end));
            }
        }
    }
    let (_, t, end) = best?;
    Some((t, f.original(front..front + end)))
}

/// Reads the type; number and symbol have been read.
pub fn read(page: &Page<'_>, d: &mut Dispatch) {
    let by_symbol = d
        .symbol
        .as_deref()
        .and_then(|s| number::type_of_symbol(s, d.family == Family::Party));
    let printed = page.cell(Cell::Type).find_map(|line| {
        let s = page.str(line);
        let (t, r) = title(s).or_else(|| inside(s))?;
        Some((t, line.range.start + r.start..line.range.start + r.end))
    });
    let has_subject_mark = page.cell(Cell::Subject).any(|l| l.why.contains("V/v"));
    let addressed = page.cell(Cell::Recipients).next().is_some();
    let name = |t: &DocumentType| t.name.to_owned();
    if let Some((t, range)) = printed {
        d.document_type = Value::read(name(t), range, "type: title");
        d.type_code = code(t);
        if let Some(other) = by_symbol {
            if other == t {
                d.document_type.confidence = 0.99;
            } else {
                d.quality.flags.push("type_witnesses_disagree");
                d.document_type.confidence = 0.8;
                d.document_type.alternatives.push(OtherReading {
                    value: name(other),
                    confidence: 0.2,
                    basis: "type: first part of the symbol".into(),
                });
            }
        }
    } else if let Some(raw) = page.cell(Cell::Type).next() {
        let title = super::wording::normal_case(page.str(raw), None);
        d.document_type =
            Value::read(title, raw.range.clone(), "type: a title that is in no list").sure(0.6);
    } else if let Some(t) = by_symbol.filter(|_| !(has_subject_mark && addressed)) {
        d.document_type = Value::inferred(
            name(t),
            d.symbol.ranges.clone(),
            "type: first part of the symbol, no title",
        );
        d.type_code = code(t);
    } else if has_subject_mark || addressed || (d.symbol.is_some() && by_symbol.is_none()) {
        let mut v = Value::inferred(
            "Công văn".to_owned(),
            Vec::new(),
            "type: no title; V/v or Kính gửi under the number",
        );
        if !has_subject_mark && !addressed {
            v.confidence = 0.7;
        }
        if let Some(t) = by_symbol {
            v.alternatives.push(OtherReading {
                value: name(t),
                confidence: 0.2,
                basis: "type: first part of the symbol".into(),
            });
        }
        d.document_type = v;
        d.type_code = Some("CV");
    }
}

/// A type's name inside a damaged title line.
fn inside(s: &str) -> Option<(&'static DocumentType, std::ops::Range<usize>)> {
    let f = fold::Folded::new(s);
    cues::TYPES
        .iter()
        .filter(|t| t.folded.len() > 5)
        .find_map(|t| {
            let (_, end) = fold::find(f.as_str(), t.folded, t.folded.len() / 6)?;
            Some((t, f.original(end.saturating_sub(t.folded.len())..end)))
        })
}

fn code(t: &'static DocumentType) -> Option<&'static str> {
    match (t.code, t.name) {
        (_, "Công văn") => Some("CV"),
        ("", _) => None,
        (code, _) => Some(code),
    }
}
