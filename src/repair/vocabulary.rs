//! The user's own vocabulary: names, agencies and terms that the archive knows and the model does not.
//!
//! An entry protects (where it stands in the text, it stays) and attracts (where each of its words is among what
//! the tokens may have been, or differs from the token in its marks only, it is preferred). Nothing is made of a
//! text that could not have been read so.

use std::collections::HashMap;

use super::case::in_capitals;
use super::channel::Setting;
use super::lattice::{Arc, Arcs, Gap, Slot, Why};
use crate::language_model::words::key;
use crate::language_model::{UNKNOWN, WordId};
use crate::normalise::token::{self, Shape};
use crate::syllable::strip_marks;

/// What each word of an entry is preferred by (nats): in an entry of one word, and of several.
const BONUS: [f32; 2] = [3.0, 6.0];
/// What more it takes for a word that the model does not know.
const STRANGER: f32 = 8.0;

/// A word of an entry.
#[derive(Debug, Clone)]
struct Word {
    spelling: String,
    key: String,
    bare: String,
    number: Option<WordId>,
}

/// The user's entries, ready to be looked for.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    words: Vec<Word>,
    /// Ranges of `words`.
    entries: Vec<std::ops::Range<usize>>,
    /// Entries by their first word without marks, and by its number in the model.
    by_bare: HashMap<String, Vec<usize>>,
    by_number: HashMap<WordId, Vec<usize>>,
}

impl Vocabulary {
    /// A vocabulary of `entries`; `find` numbers the words that the model knows.
    pub fn new<'e>(
        entries: impl IntoIterator<Item = &'e str>,
        find: impl Fn(&str) -> Option<WordId>,
    ) -> Self {
        let mut out = Self::default();
        for entry in entries {
            let mut tokens = Vec::new();
            token::cut(entry, 0, &mut tokens);
            let begin = out.words.len();
            for t in tokens
                .iter()
                .filter(|t| !matches!(t.shape, Shape::Separator(_)))
            {
                let spelling = entry[t.range.clone()].to_owned();
                let key = key(&spelling).into_owned();
                out.words.push(Word {
                    bare: strip_marks(&key),
                    number: find(&key),
                    spelling,
                    key,
                });
            }
            let Some(first) = out.words.get(begin) else {
                continue;
            };
            let number = out.entries.len();
            out.by_bare
                .entry(first.bare.clone())
                .or_default()
                .push(number);
            if let Some(id) = first.number {
                out.by_number.entry(id).or_default().push(number);
            }
            out.entries.push(begin..out.words.len());
        }
        out
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Prefers the arcs over `slots` that spell an entry.
    pub fn prefer(&self, text: &str, slots: &[Slot], arcs: &mut [Arcs]) {
        for k in 0..slots.len() {
            let bare = strip_marks(&key(&text[slots[k].range.clone()]));
            let mut found: Vec<usize> = self.by_bare.get(&bare).cloned().unwrap_or_default();
            for arc in arcs[k].iter() {
                found.extend(self.by_number.get(&arc.words[0]).into_iter().flatten());
            }
            found.sort_unstable();
            found.dedup();
            // The longest entry that fits is meant.
            found.sort_by_key(|&e| std::cmp::Reverse(self.entries[e].len()));
            let fits = |e: &usize| self.fits(&self.entries[*e], text, &slots[k..], &arcs[k..]);
            if let Some(entry) = found.into_iter().find(fits) {
                for (n, word) in self.entries[entry].clone().enumerate() {
                    let bonus = BONUS[usize::from(self.entries[entry].len() > 1)];
                    let token = &text[slots[k + n].range.clone()];
                    self.prefer_word(word, bonus, token, arcs[k + n].to_mut());
                }
            }
        }
    }

    fn fits(
        &self,
        entry: &std::ops::Range<usize>,
        text: &str,
        slots: &[Slot],
        arcs: &[Arcs],
    ) -> bool {
        entry.len() <= slots.len()
            && entry.clone().enumerate().all(|(n, word)| {
                let slot = &slots[n];
                (n == 0 || matches!(slot.gap, Gap::None | Gap::Line))
                    && self.may_be(word, &text[slot.range.clone()], &arcs[n])
            })
    }

    fn may_be(&self, word: usize, token: &str, arcs: &[Arc]) -> bool {
        let word = &self.words[word];
        let token = key(token);
        token == word.key.as_str()
            || strip_marks(&token) == word.bare
            || word.number.is_some_and(|id| arcs.iter().any(|a| a.is(id)))
    }

    fn prefer_word(&self, word: usize, bonus: f32, token: &str, arcs: &mut Vec<Arc>) {
        let number = word;
        let word = &self.words[number];
        if key(token) == word.key.as_str() {
            for arc in arcs.iter_mut().filter(|a| a.why == Why::Keep) {
                arc.cost -= bonus + STRANGER;
            }
            return;
        }
        let spelling = number as u32 + 1;
        if let Some(arc) = arcs
            .iter_mut()
            .find(|a| word.number.is_some_and(|id| a.is(id)))
        {
            arc.cost -= bonus;
            arc.spelling = spelling;
            return;
        }
        let id = word.number.unwrap_or(UNKNOWN);
        arcs.push(Arc {
            slots: 1,
            words: [id; 2],
            count: 1,
            cost: -bonus - if id == UNKNOWN { STRANGER } else { 0.0 },
            end: 0,
            settings: [Setting::Small; 2],
            spelling,
            why: Why::Replace,
        });
    }

    /// The spelling of word `number` (from 1) for a token: as in the entry, or in capitals where the token is.
    pub fn spell(&self, number: u32, token: &str) -> String {
        let word = &self.words[number as usize - 1].spelling;
        match in_capitals(token) {
            true => word.to_uppercase(),
            false => word.clone(),
        }
    }
}
