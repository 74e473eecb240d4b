//! What the lattice holds: everything that each token may have been, before anything is decided.
//!
//! A word that is not among the readings of its token cannot be chosen, whatever the decoder does, so their
//! share bounds what repair can reach.

use super::Lattice;
use super::Repairer;
use super::lattice::Why;
use crate::document::Text;

/// The readings of a token, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readings {
    /// Line of the text, from 0.
    pub line: usize,
    /// The readings.
    pub of: Vec<Reading>,
}

/// One way to read one token or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Tokens it takes.
    pub tokens: usize,
    /// The words it stands for.
    pub words: Vec<String>,
}

impl Repairer {
    /// What each token of `text` may have been.
    pub fn readings(&self, text: &Text) -> Vec<Readings> {
        let content = text.as_str();
        let Lattice { slots, arcs, .. } = self.lattice(content, self.options.profile);
        slots
            .iter()
            .zip(&arcs)
            .map(|(slot, arcs)| Readings {
                line: slot.line,
                of: arcs
                    .iter()
                    .map(|arc| Reading {
                        tokens: usize::from(arc.slots),
                        words: match arc.why {
                            Why::About => vec!["V/v".to_owned()],
                            Why::Keep => vec![content[slot.range.clone()].to_owned()],
                            _ => arc.words[..usize::from(arc.count)]
                                .iter()
                                .map(|&w| self.model.word(w).to_owned())
                                .collect(),
                        },
                    })
                    .collect(),
            })
            .collect()
    }
}
