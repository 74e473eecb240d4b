//! What a folder was taught ([`super::learn`]) put to use: words that people have decided alike again and again are no
//! longer asked for.
//!
//! Only doubts are settled, never a word of which the repair was sure; a reading counts as often as it was decided,
//! beside the repair's own opinion of this place, which counts as one. `ve` that was `về` nine times of nine is
//! settled; a word that was decided this way and that stays doubtful.

use std::path::Path;

use foldhash::HashMap;

use super::learn;
use crate::document::{Doubt, Edit, EditKind, TextBuilder};
use crate::error::Result;
use crate::input::sha256;
use crate::repair::Repaired;

/// How many decisions the repair's own opinion counts as: with 1, what is settled is right in more than nine of ten cases
/// (`tools/learning.py`).
const OPINION: f64 = 1.0;
/// A word that is less sure than this stays doubtful, as in the repair.
const SURE: f64 = 0.9;

/// Readings of damaged words by what was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Memory {
    readings: HashMap<String, Vec<(String, u32)>>,
    id: String,
}

impl Memory {
    /// What a folder was taught.
    ///
    /// # Errors
    /// When its readings cannot be read.
    pub fn read(folder: &Path) -> Result<Self> {
        Ok(Self::new(learn::pairs(folder)?))
    }

    /// A memory of pairs: what was read, what is right, how often.
    pub fn new(pairs: Vec<(String, String, u32)>) -> Self {
        let id = sha256(format!("{pairs:?}").as_bytes());
        let mut readings: HashMap<String, Vec<(String, u32)>> = HashMap::default();
        for (from, to, n) in pairs {
            readings.entry(from).or_default().push((to, n));
        }
        Self { readings, id }
    }

    /// Identifies what is known.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What a doubtful word is, and how sure that is, when it is sure enough.
    fn settle(&self, doubt: &Doubt) -> Option<(&str, f64)> {
        let known = self.readings.get(&doubt.token)?;
        let all: f64 = known.iter().map(|(_, n)| f64::from(*n)).sum();
        let (to, n) = known.iter().max_by_key(|(_, n)| *n)?;
        let same = doubt.alternatives.iter().find(|a| a.text == *to);
        let opinion = match *to == doubt.token {
            true => doubt.confidence,
            false => same.map_or(0.0, |a| a.confidence),
        };
        let sure = (f64::from(*n) + OPINION * opinion) / (all + OPINION);
        (sure >= SURE).then_some((to, sure))
    }

    /// Settles the doubts of a text that can be settled.
    pub fn recall(&self, repaired: &mut Repaired) {
        if self.readings.is_empty() {
            return;
        }
        let mut settled: Vec<Edit> = Vec::new();
        repaired.doubts.retain(|doubt| match self.settle(doubt) {
            None => true,
            Some((to, _)) if to == doubt.token => false,
            Some((to, sure)) => {
                settled.push(Edit {
                    line: doubt.line,
                    span: doubt.span,
                    from: doubt.token.clone(),
                    to: to.to_owned(),
                    confidence: sure,
                    kind: EditKind::Confusion,
                    alternatives: doubt.alternatives.clone(),
                });
                false
            }
        });
        if !settled.is_empty() {
            repaired.text = TextBuilder::edited(&repaired.text, &settled);
            repaired.edits.extend(settled);
            repaired.edits.sort_by_key(|e| e.span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Alternative, Span};

    fn doubt(token: &str, alternative: &str) -> Doubt {
        Doubt {
            line: 1,
            span: Span { start: 3, end: 5 },
            token: token.into(),
            confidence: 0.6,
            alternatives: vec![Alternative {
                text: alternative.into(),
                confidence: 0.3,
            }],
        }
    }

    fn repaired(token: &str) -> Repaired {
        let mut text = TextBuilder::new();
        text.push("ab ", Span { start: 0, end: 3 });
        text.push(token, Span { start: 3, end: 5 });
        text.push(" cd\n", Span { start: 5, end: 9 });
        Repaired {
            doubts: vec![doubt(token, "về")],
            ..Repaired::untouched(&text.finish())
        }
    }

    fn after(n: u32, other: u32) -> Repaired {
        let pairs = vec![
            ("ve".into(), "về".into(), n),
            ("ve".into(), "ve".into(), other),
        ];
        let mut text = repaired("ve");
        Memory::new(pairs).recall(&mut text);
        text
    }

    #[test]
    fn what_was_decided_alike_often_enough_is_settled() {
        let text = after(20, 0);
        assert_eq!((text.text.as_str(), text.doubts.len()), ("ab về cd\n", 0));
        assert_eq!(
            (&text.edits[0].from[..], &text.edits[0].to[..]),
            ("ve", "về")
        );
        assert!(text.edits[0].confidence >= SURE);
        let text = after(0, 20);
        assert_eq!(
            (text.text.as_str(), text.doubts.len(), text.edits.len()),
            ("ab ve cd\n", 0, 0)
        );
    }

    #[test]
    fn what_was_decided_seldom_or_both_ways_stays_doubtful() {
        for (n, other) in [(0, 0), (2, 0), (20, 8)] {
            let text = after(n, other);
            assert_eq!((text.text.as_str(), text.doubts.len()), ("ab ve cd\n", 1));
        }
    }
}
