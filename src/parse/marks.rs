//! Marks and stamps: urgency, secrecy, circulation, electronic signature, the receiving registry's stamp.
//!
//! Urgency (TT 01/2011/TT-BNV: khẩn, thượng khẩn, hỏa tốc, hỏa tốc hẹn giờ) and secrecy (mật, tối mật, tuyệt mật) are
//! stamps of their own; `khẩn trương` in a sentence is neither. "HT" in the Lưu line is the registry's note of hỏa tốc.

use super::dispatch::{DigitalSignature, Dispatch, IncomingStamp, TextRange, Value};
use super::fold::{self, Folded};
use super::wording::one_line;
use super::zones::Cell;
use super::{Page, cues};
use crate::parse::pattern::{Pattern, pattern};
use std::sync::LazyLock;

static TIME: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[^0-9]{1,6}(\d{1,2}:\d\d(?::\d\d)?))?")
});
static LABEL: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(nguoi ky|ky boi|ky so boi|chung thu|email|e-mail|(?:c|\b)o quan|thoi gian ky|ngay ky)\s*:\s*",
    )
});
static STAMP_NUMBER: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"\bso(?: den)?\s*[:.]?\s*(\d{1,6})\b"));

/// Reads the marks in the header, and "HT" in the Lưu line.
pub fn read(page: &Page<'_>, d: &mut Dispatch) {
    for line in page.cell(Cell::Urgency) {
        let f = fold::fold(page.str(line));
        let plain = f.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        if let Some((_, value)) = cues::URGENCY
            .iter()
            .find(|(cue, _)| fold::prefix(plain, cue, usize::from(cue.len() > 5)).is_some())
        {
            d.urgency = Value::read(*value, line.range.clone(), "urgency: stamp");
            break;
        }
    }
    if !d.urgency.is_some() {
        damaged_stamp(page, d);
    }
    if !d.urgency.is_some()
        && let Some(archive) = d.archive_line.value.as_deref()
        && ["“HT”", "\"HT\"", "”HT”", "'HT'"]
            .iter()
            .any(|m| archive.contains(m))
    {
        d.urgency = Value::inferred(
            "hoa_toc",
            d.archive_line.value.ranges.clone(),
            "urgency: HT in the Lưu line",
        );
    }
    for line in page.cell(Cell::Secrecy) {
        let f = fold::fold(page.str(line));
        let plain = f.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        if let Some((_, value)) = cues::SECRECY.iter().find(|(cue, _)| plain == *cue) {
            d.secrecy = Value::read(*value, line.range.clone(), "secrecy: stamp");
            break;
        }
    }
    if let Some(line) = page.cell(Cell::Circulation).next() {
        d.circulation = Value::read(
            one_line(page.str(line)),
            line.range.clone(),
            "circulation: mark",
        );
    }
    d.digital_signature = digital(page);
    d.incoming_stamp = incoming(page);
}

/// A framed stamp that the OCR has spelled badly, between brackets in the header: `[nỏa tốc]`.
fn damaged_stamp(page: &Page<'_>, d: &mut Dispatch) {
    for line in page.lines.iter().filter(|l| {
        matches!(
            l.cell,
            Cell::Noise | Cell::Recipients | Cell::PlaceDate | Cell::Subject
        )
    }) {
        let s = page.str(line);
        let Some(open) = s.find('[') else { continue };
        let inner = s[open + 1..]
            .split([']', ' '])
            .take(2)
            .collect::<Vec<_>>()
            .join(" ");
        let f = fold::fold(inner.trim());
        if fold::same(&f, "hoa toc", 2) {
            let start = line.range.start + open + 1;
            d.urgency = Value::read(
                "hoa_toc",
                start..start + inner.trim().len(),
                "urgency: framed stamp, through wrong letters",
            );
            d.urgency.confidence = 0.7;
            return;
        }
    }
}

fn digital(page: &Page<'_>) -> Option<DigitalSignature> {
    let lines: Vec<TextRange> = page
        .cell(Cell::DigitalSignature)
        .map(|l| l.range.clone())
        .collect();
    let start = lines.first()?.start;
    let end = lines.last()?.end;
    // The block is a few lines long; a far-off line is another block.
    let end = lines
        .iter()
        .map(|r| r.end)
        .take_while(|e| *e < start + 600)
        .last()
        .unwrap_or(end);
    let f = Folded::new(&page.text[start..end]);
    let text = f.as_str();
    let mut out = DigitalSignature::default();
    let labels: Vec<_> = LABEL
        .captures_iter(text)
        .filter_map(|c| Some((c.get(0)?.range(), c.get(1)?.as_str())))
        .collect();
    for (k, (label, name)) in labels.iter().enumerate() {
        let stop = labels.get(k + 1).map_or(text.len(), |(r, _)| r.start);
        let r = f.original(label.end..stop);
        let range = page.trim(start + r.start..start + r.end);
        let value = one_line(&page.text[range.clone()]);
        if value.is_empty() {
            continue;
        }
        let read = |basis| Value::read(value.clone(), range.clone(), basis).sure(0.8);
        match *name {
            "nguoi ky" | "ky boi" | "ky so boi" | "chung thu" => {
                out.signer = read("electronic signature: signer")
            }
            "email" | "e-mail" => out.email = read("electronic signature: mailbox"),
            "thoi gian ky" | "ngay ky" => {}
            _ => out.organisation = read("electronic signature: organisation"),
        }
    }
    if let Some(c) = TIME.captures(text) {
        let part = |k: usize| c.get(k).map_or("", |m| m.as_str());
        let number = |k: usize| part(k).parse::<u16>().unwrap_or(0);
        if super::place_date::is_date(number(3), number(2), number(1)) {
            let mut iso = format!("{:04}-{:02}-{:02}", number(3), number(2), number(1));
            if !part(4).is_empty() {
                iso = format!("{iso}T{}", part(4));
            }
            let r = f.original(c.get(0).map_or(0..0, |m| m.range()));
            out.signed_at = Value::read(
                iso,
                start + r.start..start + r.end,
                "electronic signature: time",
            );
        }
    }
    (out.signer.is_some() || out.signed_at.is_some() || out.organisation.is_some()).then_some(out)
}

fn incoming(page: &Page<'_>) -> Option<IncomingStamp> {
    let lines: Vec<_> = page.cell(Cell::IncomingStamp).collect();
    let (first, last) = (lines.first()?, lines.last()?);
    let range = first.range.start..last.range.end.min(first.range.start + 300);
    let range = range.start..range.end.max(first.range.end);
    let f = Folded::new(page.text.get(range.clone())?);
    let mut out = IncomingStamp::default();
    if let Some(m) = STAMP_NUMBER.captures(f.as_str()).and_then(|c| c.get(1)) {
        let r = f.original(m.range());
        out.number = Value::read(
            m.as_str().to_owned(),
            range.start + r.start..range.start + r.end,
            "incoming stamp: number",
        );
    }
    if let Some(c) = TIME.captures(f.as_str()) {
        let number = |k: usize| {
            c.get(k)
                .and_then(|m| m.as_str().parse::<u16>().ok())
                .unwrap_or(0)
        };
        if super::place_date::is_date(number(3), number(2), number(1)) {
            let r = f.original(c.get(0).map_or(0..0, |m| m.range()));
            let iso = format!("{:04}-{:02}-{:02}", number(3), number(2), number(1));
            out.date = Value::read(
                iso,
                range.start + r.start..range.start + r.end,
                "incoming stamp: date",
            );
        }
    }
    (out.number.is_some() || out.date.is_some()).then_some(out)
}
