//! The second look: with the best path known, each place is judged again with all that stands around it.
//!
//! The decoder knows two words to the left. Here a reading is weighed by the channel, by the language model on both
//! sides and by the surroundings ([`super::context`]); what comes out best stands, and its share is the probability
//! that it is right, everything around it being as chosen.

use super::context::{Context, Look, Place, Seen, learn::around};
use super::decode::{Options, Step};
use super::lattice::{Arc, Gap, Slot};
use crate::language_model::{END, Model, PAUSE, START};

/// Readings that are worse than the best by more (nats) are not asked about their surroundings.
const HOPELESS: f32 = 12.0;

/// A path as words, and where each step stands in it.
pub struct Path {
    words: Vec<Seen>,
    at: Vec<usize>,
}

impl Path {
    /// The words of `steps`, with the ends of sentences and the pauses that the decoder saw.
    pub fn new(
        text: &str,
        model: &Model,
        slots: &[Slot],
        arcs: &[Vec<Arc>],
        steps: &[Step],
    ) -> Self {
        let start = model.start(START);
        let (mut words, mut at) = (Vec::with_capacity(2 * steps.len()), Vec::new());
        for step in steps {
            let slot = &slots[step.slot];
            match slot.gap {
                Gap::None => {}
                Gap::Pause => words.push((PAUSE, Look::Small)),
                Gap::Sentence if words.is_empty() => {}
                Gap::Sentence => words.push((END, Look::Small)),
                Gap::Line if step.before == start && !words.is_empty() => {
                    words.push((END, Look::Small));
                }
                Gap::Line => {}
            }
            at.push(words.len());
            let look = Look::of(&text[slot.range.clone()]);
            let arc = &arcs[step.slot][step.arc];
            words.extend(arc.words[..usize::from(arc.count)].iter().map(|&w| (w, look)));
        }
        words.push((END, Look::Small));
        Self { words, at }
    }

    /// Probability of each arc of the slot of step `k` that leads over as many slots as the chosen one, with
    /// everything around it as chosen.
    pub fn posterior(
        &self,
        (model, context): (&Model, Option<&Context>),
        arcs: &[Arc],
        chosen: usize,
        k: usize,
        options: &Options,
    ) -> Vec<f32> {
        let (chosen, at) = (&arcs[chosen], self.at[k]);
        let mut scores: Vec<f32> = arcs
            .iter()
            .map(|arc| {
                if arc.slots != chosen.slots {
                    return f32::NEG_INFINITY;
                }
                let words = &arc.words[..usize::from(arc.count)];
                around(model, &self.words, at, usize::from(chosen.count), words)
                    - options.channel * arc.cost
            })
            .collect();
        let best = |scores: &[f32]| scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        if let Some(context) = context.filter(|_| chosen.count > 0) {
            let least = best(&scores) - HOPELESS;
            if scores.iter().filter(|&&s| s >= least).count() > 1 {
                let mut place = Place::default();
                place.gather(&self.words, at);
                for (score, arc) in scores.iter_mut().zip(arcs) {
                    if *score >= least {
                        *score += options.context * context.score(&place, arc.words[0]);
                    }
                }
            }
        }
        let best = best(&scores);
        let sum: f32 = scores.iter().map(|s| (s - best).exp()).sum();
        scores.iter_mut().for_each(|s| *s = (*s - best).exp() / sum);
        scores
    }

    /// Puts `arc` in the place of the reading of step `k`, which stands for as many words.
    pub fn put(&mut self, k: usize, arc: &Arc) {
        for (n, &word) in arc.words[..usize::from(arc.count)].iter().enumerate() {
            self.words[self.at[k] + n].0 = word;
        }
    }
}
