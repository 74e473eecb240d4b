//! The words of two readings as two witnesses for repair.
//!
//! Both readings are repaired by themselves and laid side by side, word by word. Where both say the same, a doubt is
//! settled. Where they differ, the surer one is right, but for what a witness cannot see: an engine without Vietnamese
//! sees letters and no marks, so that `chính` beside `chỉnh` says nothing. A number on which they differ is doubtful,
//! and neither is taken.

use std::ops::Range;

use crate::document::{Alternative, Document, Doubt, Edit, EditKind, TextBuilder};
use crate::evaluate::align;
use crate::repair::{Profile, Repaired};
use crate::syllable::{fold_tone_placement, is_syllable, strip_marks};

/// How probable a word is that the repair neither changed nor doubted: read by an engine with Vietnamese, or by one
/// without.
const LEFT: [f64; 2] = [0.995, 0.9];
/// A word that is less sure than this is doubtful, as in the repair.
const SURE: f64 = 0.9;
/// How much surer the other reading must be for its word to be taken: in the text of an engine with Vietnamese, where
/// a word is right far more often than not, and of one without, where one of the two has to be taken.
const TAKEN: [f64; 2] = [0.95, 0.5];

/// What became of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Merged {
    /// Doubts that the other reading settled.
    pub settled: usize,
    /// Words taken from the other reading.
    pub taken: usize,
    /// Numbers on which the readings differ.
    pub disputed: usize,
}

/// A word of a repaired text, or the words that an edit made.
#[derive(Debug)]
struct Unit<'a> {
    /// In the text as read.
    range: Range<usize>,
    from: &'a str,
    to: &'a str,
    confidence: f64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Left,
    /// Number of the edit.
    Edited(usize),
    /// Number of the doubt.
    Doubtful(usize),
}

/// Uses the words of another reading on those of this one. A word less sure than `least` is not taken.
pub fn merge(
    (document, repaired): (&Document, &mut Repaired),
    (other_document, other): (&Document, &Repaired),
    least: Option<f64>,
) -> Merged {
    let mut merged = Merged::default();
    let (mut edits, mut doubts) = (repaired.edits.clone(), repaired.doubts.clone());
    let mut settled = vec![false; doubts.len()];
    let (here, there) = (units(document, &*repaired), units(other_document, other));
    let knows_marks = repaired.profile == Profile::Marked;
    let least = least.unwrap_or(0.0).max(TAKEN[usize::from(!knows_marks)]);
    for (this, that) in pairs(&here, &there) {
        if has_digit(this.from) || has_digit(this.to) || has_digit(that.to) {
            let [a, b] = [this.to, that.to].map(digits);
            if !a.is_empty() && !b.is_empty() && a != b && this.state == State::Left {
                merged.disputed += 1;
                doubts.push(disputed(document, this, that));
                settled.push(false);
            }
            continue;
        }
        if same(this.to, that.to) {
            let both = 1.0 - (1.0 - this.confidence) * (1.0 - that.confidence);
            match this.state {
                State::Doubtful(k) if both >= SURE => {
                    settled[k] = true;
                    merged.settled += 1;
                }
                State::Doubtful(k) => doubts[k].confidence = both,
                State::Edited(k) => edits[k].confidence = both,
                State::Left => {}
            }
            continue;
        }
        let (p, q) = (odds(this.confidence), odds(that.confidence));
        let sure = q / (p + q);
        if sure < least || !may_be(this, that, knows_marks) {
            continue;
        }
        merged.taken += 1;
        let to = match this.from.chars().all(char::is_uppercase) {
            true => that.to.to_uppercase(),
            false => that.to.to_owned(),
        };
        match this.state {
            State::Edited(k) => {
                let edit = &mut edits[k];
                let before = std::mem::replace(&mut edit.to, to);
                edit.confidence = sure;
                edit.alternatives.retain(|a| a.text != edit.to);
                edit.alternatives.insert(0, reading(&before, 1.0 - sure));
            }
            State::Doubtful(k) => {
                settled[k] = true;
                edits.push(edit(&doubts[k], to, sure));
            }
            State::Left => edits.push(edit(&doubt(document, this, 1.0 - sure), to, sure)),
        }
    }
    let mut kept = settled.iter();
    doubts.retain(|_| !*kept.next().unwrap_or(&false));
    // What is as it was read is no edit.
    edits.retain(|e| e.from != e.to);
    edits.sort_by_key(|e| e.span);
    doubts.sort_by_key(|d| d.span);
    if merged.taken > 0 {
        repaired.text = TextBuilder::edited(&document.text, &edits);
    }
    (repaired.edits, repaired.doubts) = (edits, doubts);
    merged
}

/// The words of a text in its order.
fn units<'a>(document: &'a Document, repaired: &'a Repaired) -> Vec<Unit<'a>> {
    let text = document.text.as_str();
    let range_of = |span| document.text.range_of(span);
    let mut known: Vec<Unit> = Vec::new();
    for (k, e) in repaired.edits.iter().enumerate() {
        known.push(Unit {
            range: range_of(e.span),
            from: &e.from,
            to: &e.to,
            confidence: e.confidence,
            state: State::Edited(k),
        });
    }
    for (k, d) in repaired.doubts.iter().enumerate() {
        known.push(Unit {
            range: range_of(d.span),
            from: &d.token,
            to: &d.token,
            confidence: d.confidence,
            state: State::Doubtful(k),
        });
    }
    known.sort_by_key(|u| u.range.start);
    let left = LEFT[usize::from(repaired.profile != Profile::Marked)];
    let (mut out, mut at) = (Vec::new(), 0);
    let plain = |range: Range<usize>, out: &mut Vec<Unit<'a>>| {
        let base = range.start;
        let Some(piece) = text.get(range) else { return };
        for word in piece
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
        {
            let start = base + (word.as_ptr() as usize - piece.as_ptr() as usize);
            out.push(Unit {
                range: start..start + word.len(),
                from: word,
                to: word,
                confidence: left,
                state: State::Left,
            });
        }
    };
    for unit in known {
        if unit.range.start < at {
            continue;
        }
        plain(at..unit.range.start, &mut out);
        at = unit.range.end;
        out.push(unit);
    }
    plain(at..text.len(), &mut out);
    out
}

/// Words that stand in the same place: the same letters, or as many words between neighbours of the same letters.
fn pairs<'u, 't>(here: &'u [Unit<'t>], there: &'u [Unit<'t>]) -> Vec<(&'u Unit<'t>, &'u Unit<'t>)> {
    let letters = |u: &Unit| -> String {
        let bare = strip_marks(&u.to.to_lowercase());
        bare.chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let a: Vec<String> = here.iter().map(letters).collect();
    let b: Vec<String> = there.iter().map(letters).collect();
    let a: Vec<&str> = a.iter().map(String::as_str).collect();
    let b: Vec<&str> = b.iter().map(String::as_str).collect();
    let (a, b) = align::intern(&a, &b);
    let mut out = Vec::new();
    let (mut i, mut j) = (0, 0);
    let ends = align::matches(&a, &b).into_iter().enumerate();
    let ends = ends.filter_map(|(k, m)| Some((k, m?)));
    for (k, m) in ends.chain([(here.len(), there.len())]) {
        if k - i == m - j {
            out.extend(here[i..k].iter().zip(&there[j..m]));
        }
        if k < here.len() {
            out.push((&here[k], &there[m]));
        }
        (i, j) = (k + 1, m + 1);
    }
    out
}

/// Whether the other reading's word can be what stands here.
fn may_be(this: &Unit<'_>, that: &Unit<'_>, knows_marks: bool) -> bool {
    let one = |w: &str| !w.is_empty() && w.chars().all(char::is_alphabetic);
    if !one(this.to) || !one(that.to) {
        return false;
    }
    let bare = |w: &str| strip_marks(&w.to_lowercase());
    let marks_only = bare(this.to) == bare(that.to);
    !knows_marks || (is_syllable(that.to) && !(marks_only && is_syllable(this.from)))
}

fn same(a: &str, b: &str) -> bool {
    fold_tone_placement(&a.to_lowercase()) == fold_tone_placement(&b.to_lowercase())
}

fn has_digit(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

fn digits(word: &str) -> String {
    word.chars().filter(char::is_ascii_digit).collect()
}

fn odds(p: f64) -> f64 {
    let p = p.clamp(1e-4, 1.0 - 1e-4);
    p / (1.0 - p)
}

fn reading(text: &str, confidence: f64) -> Alternative {
    Alternative {
        text: text.to_owned(),
        confidence,
    }
}

fn doubt(document: &Document, unit: &Unit<'_>, confidence: f64) -> Doubt {
    let before = &document.text.as_str()[..unit.range.start];
    Doubt {
        line: before.matches('\n').count() + 1,
        span: document.text.source_span(unit.range.clone()),
        token: unit.from.to_owned(),
        confidence,
        alternatives: Vec::new(),
    }
}

/// The doubt about a number of which the readings say different things.
fn disputed(document: &Document, this: &Unit<'_>, that: &Unit<'_>) -> Doubt {
    Doubt {
        alternatives: vec![reading(that.to, 0.5)],
        ..doubt(document, this, 0.5)
    }
}

/// The edit that makes the other reading's word of a doubtful one.
fn edit(doubt: &Doubt, to: String, confidence: f64) -> Edit {
    let marks_only = strip_marks(&doubt.token) == strip_marks(&to);
    let others = doubt.alternatives.iter().filter(|a| a.text != to).cloned();
    let alternatives = std::iter::once(reading(&doubt.token, 1.0 - confidence)).chain(others);
    Edit {
        line: doubt.line,
        span: doubt.span,
        from: doubt.token.clone(),
        alternatives: alternatives.collect(),
        to,
        confidence,
        kind: match marks_only {
            true => EditKind::Diacritics,
            false => EditKind::Confusion,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Span;

    fn read(text: &str, profile: Profile) -> (Document, Repaired) {
        let document = crate::input::read("a", text.as_bytes(), &Default::default()).expect("text");
        let mut repaired = Repaired::untouched(&document.text);
        repaired.profile = profile;
        (document, repaired)
    }

    fn doubt_at(text: &str, token: &str, confidence: f64) -> Doubt {
        let start = text.find(token).expect("a word");
        let end = start + token.len();
        Doubt {
            line: 1,
            span: Span { start, end },
            token: token.to_owned(),
            confidence,
            alternatives: Vec::new(),
        }
    }

    fn merged(here: &str, doubts: &[(&str, f64)], there: &str) -> (Merged, Repaired) {
        let (document, mut repaired) = read(here, Profile::Marked);
        let doubts = doubts.iter().map(|(token, p)| doubt_at(here, token, *p));
        repaired.doubts = doubts.collect();
        let (other_document, other) = read(there, Profile::Unmarked);
        let two = (&other_document, &other);
        let merged = merge((&document, &mut repaired), two, None);
        (merged, repaired)
    }

    #[test]
    fn what_both_say_is_settled() {
        let (merged, repaired) = merged("của Bổ Nội vụ\n", &[("Nội", 0.6)], "của Bổ Nội vụ\n");
        assert_eq!((merged.settled, repaired.doubts.len()), (1, 0));
        assert_eq!(repaired.text.as_str(), "của Bổ Nội vụ\n");
    }

    #[test]
    fn the_surer_letters_are_taken_and_marks_are_no_evidence() {
        let (taken, repaired) =
            merged("đề nghi Sầ Nội vụ\n", &[("Sầ", 0.1)], "đề nghi Sở Nội vụ\n");
        assert_eq!(
            (taken.taken, repaired.text.as_str()),
            (1, "đề nghi Sở Nội vụ\n")
        );
        assert_eq!(
            (&repaired.edits[0].from[..], repaired.doubts.len()),
            ("Sầ", 0)
        );
        let (left, repaired) = merged("tài sản công\n", &[("tài", 0.1)], "tại sản công\n");
        assert_eq!((left.taken, repaired.text.as_str()), (0, "tài sản công\n"));
        assert_eq!(repaired.doubts.len(), 1);
    }

    #[test]
    fn a_number_on_which_they_differ_is_doubtful_and_stays() {
        let (merged, repaired) = merged("trả 12 triệu và 7giờ\n", &[], "trả 42 triệu và 7gid\n");
        assert_eq!(
            (merged.disputed, repaired.text.as_str()),
            (1, "trả 12 triệu và 7giờ\n")
        );
        let doubt = &repaired.doubts[0];
        assert_eq!((&doubt.token[..], doubt.confidence), ("12", 0.5));
        assert_eq!(doubt.alternatives[0].text, "42");
    }
}
