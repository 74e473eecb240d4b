//! Where the sentences of a paragraph end.
//!
//! A full stop before a capital ends one, unless it belongs to an abbreviation (TP., BS., P.) or stands in brackets; so
//! does "như sau:" within a paragraph. In running text a semicolon ends one where a command follows.

use super::paragraphs::{Mark, Paragraph};
use crate::parse::pattern::{Pattern, pattern};
use std::ops::Range;
use std::sync::LazyLock;

static FOLLOWS: LazyLock<Pattern> = LazyLock::new(|| pattern(r"\b(?:nhu sau|sau day|cu the|sau)$"));

/// Whether the passage announces what follows it.
pub fn leads_on(folded: &str) -> bool {
    FOLLOWS.is_match(folded)
}

/// The sentences of a passage; a list in running text is cut where a command begins.
pub fn sentences(p: &Paragraph, range: Range<usize>) -> Vec<Range<usize>> {
    static ABBREVIATION: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(
            r"(?:^|[\s(.,])(?:[A-Z][A-Za-z]{0,2}|ThS|CKI{1,2}|CK[12]|PGS|TSKH|tp|tx|tt|st|[0-9])$",
        )
    });
    static NEXT: LazyLock<Pattern> =
        LazyLock::new(|| pattern(r"^; ?(?:giao (?:cho )?|de nghi |yeu cau )(?:[A-Z]|cac )"));
    let b = p.cased.as_bytes();
    let mut out = Vec::new();
    let mut start = range.start;
    let mut depth = 0_i32;
    for k in range.clone() {
        match b[k] {
            // A mailbox whose @ was read as a bracket opens none.
            b'(' if k == range.start || !b[k - 1].is_ascii_alphanumeric() => depth += 1,
            b')' => depth = (depth - 1).max(0),
            _ => {}
        }
        let next = b.get(k + 1).copied().unwrap_or(b' ');
        let capital = || {
            let rest = &b[(k + 2).min(b.len())..];
            let mut letters = rest
                .iter()
                .filter(|c| !matches!(c, b'_' | b'~' | b' ' | b'-'));
            letters
                .next()
                .is_some_and(|c| c.is_ascii_uppercase() || *c == b'"')
        };
        let cut = match b[k] {
            b'.' | b'!' => {
                depth == 0
                    && next == b' '
                    && capital()
                    && !ABBREVIATION.is_match(&p.cased[start..k])
            }
            b':' => k + 2 < range.end && next == b' ' && FOLLOWS.is_match(&p.folded[start..k]),
            b';' => matches!(p.mark, Mark::None) && NEXT.is_match(&p.cased[k..]),
            _ => false,
        };
        if cut {
            out.push(start..k + 1);
            start = k + 1;
        }
    }
    out.push(start..range.end);
    out
}

/// Where the last sentence of the passage begins.
pub fn last_sentence(p: &Paragraph, range: Range<usize>) -> usize {
    sentences(p, range.clone())
        .last()
        .map_or(range.start, |r| r.start)
}
