//! What the engine said of its own words, as evidence beside the repair's opinion.
//!
//! The repair knows whether a word fits its neighbours, the engine whether it saw it well, and each knows what the other
//! cannot: `chi` for `chỉ` fits and was seen badly, a rare name does not fit and was seen well. So a doubt about a word
//! that was seen well goes, and a word or number that was seen badly is doubtful, however well it fits. No word is
//! changed for it. How much an engine's percent says was measured (docs/formats.md).

use std::ops::Range;

use crate::document::{Document, Doubt, Edit, Ground, Span};
use crate::repair::{Profile, Repaired};

/// Up to which confidence of the engine, how much more often it says so of right words than of wrong ones: an engine
/// with Vietnamese, and one without, whose certainty is about letters and not about marks.
const WEIGHTS: [(f32, [f64; 2]); 5] = [
    (0.5, [0.02, 0.02]),
    (0.8, [0.05, 0.05]),
    (0.9, [0.2, 0.2]),
    (0.95, [1.0, 3.0]),
    (f32::MAX, [20.0, 3.0]),
];
/// The odds that a word is right which the repair left without a doubt, and a number, of which it knows little.
const WORD: f64 = 99.0;
const NUMBER: f64 = 15.0;
/// What is less sure than this is doubtful, as in the repair.
const SURE: f64 = 0.9;
/// An engine that is less sure than this of half of its words counts in another way than the ones that were measured.
const USUAL: f32 = 0.9;

/// Settles doubts about words that the engine saw well, and doubts what it saw badly.
pub fn weigh(document: &Document, repaired: &mut Repaired) {
    let Ground::Pages(read, words) = &document.ground else {
        return;
    };
    let mut all: Vec<f32> = words.iter().filter_map(|w| w.confidence).collect();
    all.sort_by(f32::total_cmp);
    if all.get(all.len() / 2).is_none_or(|half| *half < USUAL) {
        return;
    }
    let engine = usize::from(repaired.profile != Profile::Marked);
    let sure = |odds: f64, seen: f32| {
        let weight = WEIGHTS.iter().find(|(limit, _)| seen < *limit);
        let odds = odds * weight.map_or(1.0, |(_, w)| w[engine]);
        odds / (1.0 + odds)
    };
    repaired.doubts.retain_mut(|doubt| {
        let seen = document.words(doubt.span).iter();
        if let Some(seen) = seen.filter_map(|w| w.confidence).reduce(f32::min) {
            let p = doubt.confidence.clamp(0.01, 0.99);
            doubt.confidence = sure(p / (1.0 - p), seen);
        }
        doubt.confidence < SURE
    });
    let (mut line, mut at) = (1, 0);
    let mut new = Vec::new();
    for word in words {
        line += read[at..word.range.start].matches('\n').count();
        at = word.range.start;
        let Some(seen) = word.confidence else {
            continue;
        };
        for range in alphanumeric(read, word.range.clone()) {
            let token = &read[range.clone()];
            let number = token.contains(|c: char| c.is_ascii_digit());
            let confidence = sure(if number { NUMBER } else { WORD }, seen);
            let (start, end) = (range.start, range.end);
            let span = Span { start, end };
            if confidence < SURE && !is_known(repaired, span) {
                new.push(Doubt {
                    line,
                    span,
                    token: token.to_owned(),
                    confidence,
                    alternatives: Vec::new(),
                });
            }
        }
    }
    repaired.doubts.extend(new);
    repaired.doubts.sort_by_key(|d| d.span);
}

/// The stretches of letters and digits of a word.
fn alphanumeric(read: &str, word: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let text = &read[word.clone()];
    let pieces = text.split(|c: char| !c.is_alphanumeric());
    pieces.filter(|p| !p.is_empty()).map(move |piece| {
        let start = word.start + (piece.as_ptr() as usize - text.as_ptr() as usize);
        start..start + piece.len()
    })
}

/// Whether the repair has said something of a place. Both lists are in order.
fn is_known(repaired: &Repaired, span: Span) -> bool {
    let touches = |s: Span| s.start < span.end;
    let edit = repaired
        .edits
        .partition_point(|e: &Edit| e.span.end <= span.start);
    let doubt = repaired
        .doubts
        .partition_point(|d| d.span.end <= span.start);
    repaired.edits.get(edit).is_some_and(|e| touches(e.span))
        || repaired.doubts.get(doubt).is_some_and(|d| touches(d.span))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(words: &[(&str, u32)]) -> Document {
        let words: String = words
            .iter()
            .enumerate()
            .map(|(k, (text, percent))| {
                let left = 100 * k;
                format!("<span class='ocrx_word' title='bbox {left} 0 {} 20; x_wconf {percent}'>{text}</span> ", left + 80)
            })
            .collect();
        let html = format!(
            "<html><head><meta name='ocr-system' content='x'></head><body><div class='ocr_page' title='bbox 0 0 900 900'>\
             <span class='ocr_line' title='bbox 0 0 900 20'>{words}</span></div></body></html>"
        );
        crate::input::read("a.hocr", html.as_bytes(), &Default::default()).expect("hocr")
    }

    fn doubts(words: &[(&str, u32)], doubtful: &str) -> Vec<String> {
        let document = page(words);
        let mut repaired = Repaired::untouched(&document.text);
        repaired.profile = Profile::Marked;
        let start = document.text.as_str().find(doubtful).expect("a word");
        let end = start + doubtful.len();
        repaired.doubts.push(Doubt {
            line: 1,
            span: Span { start, end },
            token: doubtful.to_owned(),
            confidence: 0.6,
            alternatives: Vec::new(),
        });
        weigh(&document, &mut repaired);
        repaired.doubts.into_iter().map(|d| d.token).collect()
    }

    #[test]
    fn what_was_seen_well_is_settled_and_what_was_seen_badly_is_doubtful() {
        let words = [
            ("Số:", 96),
            ("12/UBND", 85),
            ("Krông", 97),
            ("chi", 60),
            ("của", 93),
        ];
        assert_eq!(doubts(&words, "Krông"), ["12", "chi"]);
        let words = [("Số:", 96), ("Krông", 70), ("của", 96)];
        assert_eq!(doubts(&words, "Krông"), ["Krông"]);
    }

    #[test]
    fn an_engine_that_counts_otherwise_is_not_asked() {
        let words = [("Số:", 50), ("12", 40), ("Krông", 99)];
        assert_eq!(doubts(&words, "Krông"), ["Krông"]);
    }
}
