//! Two readings of one paper as two witnesses.
//!
//! One engine's `12` is the other's `42`, and neither knows better: a number or date on which the readings disagree is
//! doubtful, and both are told. Where only the second holds a value, it is an alternative and not the value: nothing is
//! invented. Where both say the same, two witnesses are surer than one.

mod words;

pub use words::{Merged, merge};

use crate::export::record::{Alternative, Field, Record};

/// The rule that such alternatives name.
const BASIS: &str = "second-reading";

/// How sure a value is at most on which the readings disagree: one of the two is wrong.
const DISPUTED: f64 = 0.5;

/// Compares the heads of the dispatches of `first` with those of another reading of the same paper.
pub fn compare(first: &mut [Record], second: &[Record]) {
    // Readings that do not even hold the same number of dispatches cannot be laid side by side.
    if first.len() != second.len() {
        return;
    }
    for (a, b) in first.iter_mut().zip(second) {
        if let (Some(a), Some(b)) = (&mut a.number, &b.number) {
            witness(a, b);
        }
        if let (Some(a), Some(b)) = (&mut a.date, &b.date) {
            witness(&mut a.field, &b.field);
            if a.field.alternatives.iter().any(|x| x.basis == BASIS) && a.field.value.is_some() {
                a.suspect = true;
                a.suspect_reason
                    .get_or_insert_with(|| "the two readings differ".to_owned());
            }
        }
    }
}

/// What the second reading said of numbers and dates, kept when the records are read again from a text in which words
/// were decided: it holds for a value that is the same.
pub fn keep(again: &mut [Record], before: &[Record]) {
    if again.len() != before.len() {
        return;
    }
    for (new, old) in again.iter_mut().zip(before) {
        if new.number.as_ref().map(|n| &n.value) == old.number.as_ref().map(|n| &n.value) {
            new.number.clone_from(&old.number);
        }
        if new.date.as_ref().map(|d| &d.field.value) == old.date.as_ref().map(|d| &d.field.value) {
            new.date.clone_from(&old.date);
        }
    }
}

fn witness(a: &mut Field, b: &Field) {
    let Some(other) = &b.value else { return };
    if a.value.as_ref() == Some(other) {
        let both = 1.0 - (1.0 - a.confidence) * (1.0 - b.confidence);
        a.confidence = (both.min(0.99).max(a.confidence) * 100.0).round() / 100.0;
        return;
    }
    let known = a.alternatives.iter_mut().find(|x| x.value == *other);
    match known {
        Some(known) => known.confidence = known.confidence.max(b.confidence.min(DISPUTED)),
        None => a.alternatives.insert(
            0,
            Alternative {
                value: other.clone(),
                confidence: b.confidence.min(DISPUTED),
                basis: BASIS.to_owned(),
            },
        ),
    }
    a.confidence = a.confidence.min(DISPUTED);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: Option<&str>, confidence: f64) -> Record {
        let field = Field {
            value: number.map(str::to_owned),
            confidence,
            ..Field::default()
        };
        Record {
            number: Some(field),
            ..Record::default()
        }
    }

    fn compared(a: Option<&str>, b: Option<&str>) -> Field {
        let mut first = [record(a, 0.9)];
        compare(&mut first, &[record(b, 0.8)]);
        first[0].number.clone().expect("number")
    }

    #[test]
    fn what_differs_is_doubtful_and_what_agrees_is_surer() {
        let same = compared(Some("12"), Some("12"));
        assert!(same.confidence > 0.95 && same.alternatives.is_empty());
        let other = compared(Some("12"), Some("42"));
        assert_eq!(
            (other.value.as_deref(), other.confidence),
            (Some("12"), 0.5)
        );
        assert_eq!(other.alternatives[0].value, "42");
        let missing = compared(None, Some("42"));
        assert_eq!((missing.value, missing.alternatives.len()), (None, 1));
        let alone = compared(Some("12"), None);
        assert_eq!((alone.confidence, alone.alternatives.len()), (0.9, 0));
    }
}
