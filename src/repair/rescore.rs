//! The second look: with the best path known, each place is judged again with all that stands around it.
//!
//! The decoder knows two words to the left. Here a reading is weighed by the channel, by the language model on both
//! sides and by the surroundings ([`super::context`]); what comes out best stands, and its share is the probability
//! that it is right, everything around it being as chosen.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::context::{Around, Context, Look, Place, Seen};
use super::decode::{Options, Step};
use super::lattice::{Arc, Arcs, Gap, Slot};
use crate::language_model::words::SPECIAL;
use crate::language_model::{END, Model, PAUSE, START, WordId};

/// Readings that are worse than the best by more (nats) are out of the question.
const HOPELESS: f32 = 8.0;

/// Weight of what stands around two words at once, against that of what stands around one: their weights were learnt
/// with the neighbours beside them.
const FAR: f32 = 0.7;
/// By how much (nats) two other words must be better than those that the decoder chose.
const MARGIN: f32 = 1.25;

/// What a text says again and again: a name spelt five times, the matter that it is about.
#[derive(Debug, Default)]
pub struct Echo {
    words: HashMap<WordId, u32, FixedState>,
    pairs: HashMap<[WordId; 2], u32, FixedState>,
    /// Whether the path was sure, word by word.
    sure: Vec<bool>,
}

impl Echo {
    /// What `path` says where it is sure; `doubtful` are the steps where it is not.
    pub fn new(path: &Path, doubtful: impl Iterator<Item = usize>) -> Self {
        let mut sure = vec![true; path.words.len()];
        doubtful.for_each(|k| sure[path.at[k]] = false);
        let mut echo = Self::default();
        echo.words.reserve(path.words.len() / 2);
        echo.pairs.reserve(path.words.len());
        for (at, (word, _)) in path.words.iter().enumerate().filter(|w| sure[w.0]) {
            *echo.words.entry(*word).or_default() += 1;
            if let Some((next, _)) = path.words.get(at + 1)
                && sure[at + 1]
            {
                *echo.pairs.entry([*word, *next]).or_default() += 1;
            }
        }
        echo.sure = sure;
        echo
    }

    /// Whether the path was sure at `at`, as a number.
    fn sure(&self, at: usize) -> u32 {
        u32::from(self.sure.get(at).copied().unwrap_or(false))
    }

    /// What it counts (logarithm) that the text has `word`; `own` times do not.
    fn word(&self, word: WordId, own: u32) -> f32 {
        let n = self.words.get(&word).copied().unwrap_or(0);
        (n.saturating_sub(own) as f32).ln_1p()
    }

    /// How often the text has `pair`; `own` times do not count.
    fn pair(&self, pair: [WordId; 2], own: u32) -> u32 {
        let n = self.pairs.get(&pair).copied().unwrap_or(0);
        n.saturating_sub(own)
    }

    /// What the rest of the text adds (nats) to `word` at `at`, where the path has `chosen`.
    fn score(
        &self,
        path: &[Seen],
        at: usize,
        chosen: WordId,
        word: WordId,
        options: &Options,
    ) -> f32 {
        let own = u32::from(chosen == word) * self.sure(at);
        let pair = |pair: [Option<WordId>; 2], other: u32| match pair {
            [Some(a), Some(b)] if usize::from(a.min(b)) >= SPECIAL.len() => {
                self.pair([a, b], own * other)
            }
            _ => 0,
        };
        let left = at.checked_sub(1).map(|k| path[k].0);
        let right = path.get(at + 1).map(|w| w.0);
        let pairs = pair([left, Some(word)], self.sure(at.wrapping_sub(1)))
            + pair([Some(word), right], self.sure(at + 1));
        options.echo[0] * self.word(word, own) + options.echo[1] * (pairs as f32).ln_1p()
    }

    /// What the rest of the text adds (nats) to two `words` from `at`.
    fn score_two(&self, path: &[Seen], at: usize, words: [WordId; 2], options: &Options) -> f32 {
        let own = [0, 1].map(|k| u32::from(path[at + k].0 == words[k]) * self.sure(at + k));
        let pairs = self.pair(words, own[0] * own[1]) as f32;
        options.echo[0] * (self.word(words[0], own[0]) + self.word(words[1], own[1]))
            + options.echo[1] * pairs.ln_1p()
    }
}

/// What is known of the readings of each step, side by side: probability, and what channel and language model say.
#[derive(Debug)]
pub struct Judged {
    posterior: Vec<f32>,
    plain: Vec<f32>,
    /// Where the readings of each step begin.
    starts: Vec<usize>,
    /// What stood around each step when its readings were asked about.
    around: Vec<Option<Around>>,
}

impl Judged {
    /// Nothing yet, but for what the decoder was sure of.
    pub fn new(arcs: &[Arcs], steps: &[Step]) -> Self {
        let mut starts = vec![0];
        for step in steps {
            starts.push(starts[starts.len() - 1] + arcs[step.slot].len());
        }
        let count = starts[steps.len()];
        let mut posterior = vec![0.0; count];
        for (k, step) in steps.iter().enumerate() {
            if step.sure || arcs[step.slot].len() == 1 {
                posterior[starts[k] + step.arc] = 1.0;
            }
        }
        Self {
            posterior,
            plain: vec![f32::NEG_INFINITY; count],
            starts,
            around: vec![None; steps.len()],
        }
    }

    /// Probability of each reading of step `k`; zero before it was judged, unless it is sure.
    pub fn posterior(&self, k: usize) -> &[f32] {
        &self.posterior[self.starts[k]..self.starts[k + 1]]
    }
}

/// A path as words, and where each step stands in it.
pub struct Path {
    words: Vec<Seen>,
    at: Vec<usize>,
    /// What stands around the place that is looked at, kept for its memory.
    place: Place,
}

impl Path {
    /// The words of `steps`, with the ends of sentences and the pauses that the decoder saw.
    pub fn new(text: &str, model: &Model, slots: &[Slot], arcs: &[Arcs], steps: &[Step]) -> Self {
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
            words.extend(
                arc.words[..usize::from(arc.count)]
                    .iter()
                    .map(|&w| (w, look)),
            );
        }
        words.push((END, Look::Small));
        Self {
            words,
            at,
            place: Place::default(),
        }
    }

    /// Judges each arc of the slot of step `k` that leads over as many slots as the chosen one, with everything around
    /// it as chosen; `judged` is what came out before, if anything.
    pub fn judge(
        &mut self,
        (model, context, echo): (&Model, Option<&Context>, Option<&Echo>),
        arcs: &[Arc],
        chosen: usize,
        k: usize,
        options: &Options,
        judged: &mut Judged,
    ) {
        let (chosen, at) = (&arcs[chosen], self.at[k]);
        let around = Around::new(model, &self.words, at, usize::from(chosen.count));
        let readings = judged.starts[k]..judged.starts[k + 1];
        let plain = &mut judged.plain[readings.clone()];
        if judged.around[k] != Some(around) {
            let asked = around.ask(model);
            let score = |arc: &Arc, least: f32| {
                let channel = options.channel * arc.cost;
                let words = &arc.words[..usize::from(arc.count)];
                (arc.slots == chosen.slots)
                    .then(|| asked.score(words, least + channel))
                    .flatten()
                    .map_or(f32::NEG_INFINITY, |language| language - channel)
            };
            // The chosen one first: what is hopeless beside it need not be asked to the end.
            let own = score(chosen, f32::NEG_INFINITY);
            let mut floor = own - HOPELESS;
            for (plain, arc) in plain.iter_mut().zip(arcs) {
                *plain = match std::ptr::eq(arc, chosen) {
                    true => own,
                    false => score(arc, floor),
                };
                floor = floor.max(*plain - HOPELESS);
            }
            judged.around[k] = Some(around);
        }
        let best = |scores: &[f32]| scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let least = best(plain) - HOPELESS;
        let scores = &mut judged.posterior[readings];
        scores.copy_from_slice(plain);
        if chosen.count == 1 && scores.iter().filter(|&&s| s >= least).count() > 1 {
            self.place.gather(&self.words, at);
            for (score, arc) in scores.iter_mut().zip(arcs).filter(|s| *s.0 >= least) {
                let word = arc.words[0];
                if let Some(context) = context {
                    *score += options.context * context.score(&self.place, word);
                }
                if let Some(echo) = echo {
                    *score += echo.score(&self.words, at, self.words[at].0, word, options);
                }
            }
        }
        let best = best(scores);
        for score in scores.iter_mut() {
            *score = match *score {
                f32::NEG_INFINITY => 0.0,
                score => (score - best).exp(),
            };
        }
        let sum: f32 = scores.iter().sum();
        scores.iter_mut().for_each(|s| *s /= sum);
    }

    /// Whether the words of `rival` are better in the place of those that are `chosen` for the steps from `k`, both at
    /// once: each of the four may look right beside its own neighbour alone. What speaks for them is what stands around
    /// the two.
    pub fn yields(
        &mut self,
        (model, context, echo): (&Model, Option<&Context>, Option<&Echo>),
        chosen: [&Arc; 2],
        rival: [&Arc; 2],
        k: usize,
        options: &Options,
    ) -> bool {
        let at = self.at[k];
        if self.at[k + 1] != at + 1 {
            return false;
        }
        let asked = Around::new(model, &self.words, at, 2).ask(model);
        self.place.gather_far(&self.words, at, 2);
        let score = |arcs: [&Arc; 2]| {
            let words = arcs.map(|a| a.words[0]);
            let plain = asked.score(&words, f32::NEG_INFINITY);
            let far = |c: &Context| c.score(&self.place, words[0]) + c.score(&self.place, words[1]);
            plain.unwrap_or(f32::NEG_INFINITY) - options.channel * (arcs[0].cost + arcs[1].cost)
                + FAR * options.context * context.map_or(0.0, far)
                + echo.map_or(0.0, |e| e.score_two(&self.words, at, words, options))
        };
        score(rival) > score(chosen) + MARGIN
    }

    /// Puts `arc` in the place of the reading of step `k`, which stands for as many words.
    pub fn put(&mut self, k: usize, arc: &Arc) {
        for (n, &word) in arc.words[..usize::from(arc.count)].iter().enumerate() {
            self.words[self.at[k] + n].0 = word;
        }
    }
}
