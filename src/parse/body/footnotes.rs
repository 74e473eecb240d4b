//! Notes at the foot of a page, and where the text refers to them.
//!
//! ```text
//! note   = marker text                 ¹ Về việc ...    (1) Công văn số ...    1 Về việc ...
//! anchor = the marker behind a word    2025¹   2025(1)  and what is left of it in plain text: 20251
//! ```

use super::super::dispatch::{Dispatch, Footnote, TextRange};
use super::paragraphs::{Mark, Paragraph};
use crate::parse::pattern::{Pattern, pattern};
use std::sync::LazyLock;

static MARKER: LazyLock<Pattern> = LazyLock::new(|| pattern(r"^\W{0,2}\(?(\d{1,2})\)?\s"));

const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// Reads the notes among `notes`; `body` is where they may be anchored. A numbered line of the body is a note only
/// when it has an anchor.
pub fn read(body: &[Paragraph], notes: &[Paragraph], d: &mut Dispatch) {
    let within = body
        .iter()
        .filter(|p| p.mark == Mark::Note)
        .map(|p| (p, true));
    for (p, needs_anchor) in notes.iter().map(|p| (p, false)).chain(within) {
        let Some((marker, content)) = marker(p) else {
            continue;
        };
        let anchor = anchor(body, &marker);
        if needs_anchor && anchor.is_none() || d.footnotes.iter().any(|f| f.marker == marker) {
            continue;
        }
        d.footnotes.push(Footnote {
            text: p.str(content..p.len()).trim().to_owned(),
            ranges: p.ranges(0..p.len()),
            marker,
            anchor,
        });
    }
}

/// The marker as digits, and where the note's text begins.
fn marker(p: &Paragraph) -> Option<(String, usize)> {
    let first = p.text.chars().next()?;
    if let Some(n) = SUPERSCRIPTS.iter().position(|s| *s == first) {
        return Some((n.to_string(), 1));
    }
    let c = MARKER.captures(&p.folded)?;
    Some((c[1].to_owned(), c[0].len()))
}

fn anchor(body: &[Paragraph], marker: &str) -> Option<TextRange> {
    let superscript: String = marker
        .chars()
        .filter_map(|c| c.to_digit(10))
        .map(|n| SUPERSCRIPTS[n as usize])
        .collect();
    let forms = [superscript, format!("({marker})")];
    for p in body.iter().filter(|p| p.mark != Mark::Note) {
        for form in &forms {
            for (k, _) in p.text.match_indices(form.as_str()) {
                let before = p.text[..k].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ',' | '.' | '"' | '”'))
                {
                    let at = p.text[..k].chars().count();
                    return Some(p.range(at..at + form.chars().count()));
                }
            }
        }
        // "năm 20251": a year with a digit too many.
        static YEAR: LazyLock<Pattern> = LazyLock::new(|| pattern(r"\b(?:19|20)\d\d(\d)\b"));
        for c in YEAR.captures_iter(&p.folded) {
            if let Some(m) = c.get(1).filter(|m| m.as_str() == marker) {
                return Some(p.range(m.range()));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_find_their_anchors() {
        let text = "ngày 21 tháng 4 năm 2025¹, Ủy ban; nhiệm kỳ 2025-20302\n¹ Về việc tham mưu.\n2 Kế hoạch gửi Ủy ban.";
        let mut at = 0;
        let mut all = Vec::new();
        for line in text.split_inclusive('\n') {
            all.push(Paragraph::of_line(text, at..at + line.trim_end().len()).marked());
            at += line.len();
        }
        let mut d = Dispatch::default();
        read(&all, &[], &mut d);
        let told: Vec<_> = d
            .footnotes
            .iter()
            .map(|f| {
                (
                    f.marker.as_str(),
                    f.text.as_str(),
                    f.anchor.clone().map(|a| &text[a]),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("1", "Về việc tham mưu.", Some("¹")),
                ("2", "Kế hoạch gửi Ủy ban.", Some("2"))
            ]
        );
    }
}
