//! Learning the weights of the surroundings.
//!
//! The lines are cut in two halves. A language model of the one half judges the lines of the other, as it will
//! judge a text that nobody has seen: lines that share much with the first half are passed over, for laws quote one
//! another. For each word that the model might have got wrong, had it been read without its marks or as the engine
//! has been seen to read it, the weights are moved towards the right one (stochastic gradient descent with AdaGrad,
//! Duchi et al. 2011). What is kept is their average over the second half (Polyak & Juditsky 1992), so that the last
//! lines have no more to say than others. Examples are made on all threads and learnt from in an order that is none of
//! the texts' but always the same, so that the same lines give the same bytes.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::{Around, Look, Place, SIZE, Seen};
use crate::error::Result;
use crate::language_model::words::{self, Event, SPECIAL, WordId, key};
use crate::language_model::{CODE, END, Model, NUMBER, PAUSE, UNKNOWN};
use crate::normalise::token;
use crate::repair::cache::Caches;
use crate::repair::channel::learn::Counts;
use crate::repair::channel::{Candidate, Channel, Guide, Profile, Setting};
use crate::repair::lattice::Builder;
use crate::syllable::strip_marks;

/// Words in a row that mark a line as known when the other half has them too.
const WINDOW: usize = 8;
/// Step of the descent.
const RATE: f32 = 0.15;
/// An example that is as sure as this teaches nothing.
const SURE: f32 = 0.999;
/// Greatest weight (nats).
const MOST: f32 = 3.0;

/// How words are misread: by word number, readings and their shares.
pub type Misreadings = HashMap<WordId, Vec<(String, f32)>, FixedState>;

/// How small words of `words` were seen to be misread.
pub fn misreadings(counts: &Counts, words: &[String]) -> Misreadings {
    let number: HashMap<&str, usize, FixedState> = words
        .iter()
        .enumerate()
        .map(|(k, w)| (w.as_str(), k))
        .collect();
    let mut out = Misreadings::default();
    for ((setting, truth, read), cost) in &counts.words {
        if let (Setting::Small, Some(&word)) = (*setting, number.get(truth.as_str())) {
            let list = out.entry(word as WordId).or_default();
            list.push((read.clone(), (-cost).exp()));
        }
    }
    out
}

/// What one half of the lines is judged with.
pub struct Judge<'m> {
    /// The words without their marks.
    pub stripped: Builder<'m>,
    /// The words as an engine without Vietnamese reads them.
    pub unmarked: Builder<'m>,
    /// How that engine reads them.
    pub misreadings: &'m Misreadings,
}

/// The weights while they are learnt.
pub struct Learner {
    weights: Vec<f32>,
    squares: Vec<f32>,
    /// What was added to each weight since their average is kept, times the steps made before.
    early: Vec<f32>,
    /// Steps made since then.
    steps: u32,
    /// Examples seen, and those that the weights had right, and that the model alone had right.
    pub seen: [u64; 3],
}

impl Default for Learner {
    fn default() -> Self {
        Self {
            weights: vec![0.0; SIZE],
            // Not zero: a feature must be seen more than once before it says much.
            squares: vec![1.0; SIZE],
            early: vec![0.0; SIZE],
            steps: 0,
            seen: [0; 3],
        }
    }
}

/// One word among those that it could be.
struct Example {
    place: Place,
    /// The words and what model and channel say of them (nats); the right one first.
    words: Vec<(WordId, f32)>,
}

/// The lines of `lines` that share at most half of their runs of eight words with `others`.
pub fn unknown<'l>(lines: &[&'l str], others: &[&str]) -> Vec<&'l str> {
    let runs = |line: &str| -> Vec<u64> {
        let hashes: Vec<u64> = line
            .split_whitespace()
            .map(|w| FixedState::default().hash_one(w))
            .collect();
        hashes
            .windows(WINDOW)
            .map(|w| FixedState::default().hash_one(w))
            .collect()
    };
    let mut known: Vec<u64> = others.par_iter().flat_map_iter(|l| runs(l)).collect();
    known.par_sort_unstable();
    known.dedup();
    lines
        .par_iter()
        .copied()
        .filter(|line| {
            let runs = runs(line);
            let shared = runs
                .iter()
                .filter(|r| known.binary_search(r).is_ok())
                .count();
            2 * shared <= runs.len()
        })
        .collect()
}

impl Learner {
    /// Learns from `lines`, judged by a model that has not seen them.
    pub fn learn(&mut self, lines: &[&str], judge: &Judge) {
        for chunk in lines.chunks(20_000) {
            let examples: Vec<Vec<Example>> =
                chunk.par_iter().map(|line| examples(line, judge)).collect();
            examples.iter().flatten().for_each(|e| self.step(e));
        }
    }

    /// Begins the average of the weights anew: what was learnt so far is rough.
    pub fn average(&mut self) {
        self.early.fill(0.0);
        self.steps = 0;
    }

    fn step(&mut self, example: &Example) {
        self.steps += 1;
        let scores: Vec<f32> = example
            .words
            .iter()
            .map(|&(word, base)| {
                let sum: f32 = example.place.indices(word).map(|k| self.weights[k]).sum();
                base + sum
            })
            .collect();
        let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let total: f32 = scores.iter().map(|s| (s - best).exp()).sum();
        self.seen[0] += 1;
        self.seen[1] += u64::from(scores[0] >= best);
        self.seen[2] += u64::from(example.words.iter().all(|w| w.1 <= example.words[0].1));
        for (n, (&(word, _), score)) in example.words.iter().zip(&scores).enumerate() {
            let p = (score - best).exp() / total;
            let slope = f32::from(n == 0) - p;
            if slope.abs() < 1e-3 {
                continue;
            }
            for k in example.place.indices(word) {
                self.squares[k] += slope * slope;
                let before = self.weights[k];
                let moved = before + RATE * slope / self.squares[k].sqrt();
                self.weights[k] = moved.clamp(-MOST, MOST);
                self.early[k] += (self.weights[k] - before) * (self.steps - 1) as f32;
            }
        }
    }

    /// The sections `ctx` and `ctxscale`: the average of the weights since [`Learner::average`].
    pub fn sections(&self) -> Vec<(&'static str, Vec<u8>)> {
        let scale = MOST / 127.0;
        let table = self
            .weights
            .iter()
            .zip(&self.early)
            .map(|(w, early)| w - early / self.steps.max(1) as f32)
            .map(|w| (w / scale).round().clamp(-127.0, 127.0) as i8 as u8)
            .collect();
        vec![("ctx", table), ("ctxscale", scale.to_le_bytes().to_vec())]
    }
}

/// The words of a line as a path, with the end of the last sentence.
fn path(line: &str, judge: &Judge) -> Vec<Seen> {
    let mut tokens = Vec::new();
    token::cut(line, 0, &mut tokens);
    let mut out: Vec<Seen> = Vec::new();
    words::events(line, &tokens, |event| {
        let ended = out.last().is_none_or(|l| l.0 == END);
        out.push(match event {
            Event::Word(w) => (
                judge.stripped.channel.find(&key(w)).unwrap_or(UNKNOWN),
                Look::of(w),
            ),
            Event::Number => (NUMBER, Look::Small),
            Event::Code => (CODE, Look::Small),
            Event::End | Event::Pause if ended => return,
            Event::Pause => (PAUSE, Look::Small),
            Event::End => (END, Look::Small),
        });
    });
    if out.last().is_some_and(|l| l.0 != END) {
        out.push((END, Look::Small));
    }
    out
}

fn examples(line: &str, judge: &Judge) -> Vec<Example> {
    let path = path(line, judge);
    let seed = FixedState::default().hash_one(line);
    let mut out = Vec::new();
    for at in 0..path.len() {
        let word = path[at].0;
        if usize::from(word) < SPECIAL.len() {
            continue;
        }
        let dice = FixedState::default().hash_one((seed, at));
        let candidates = candidates(word, dice, judge);
        let Some(own) = candidates.iter().position(|c| c.word == word) else {
            continue;
        };
        if candidates.len() < 2 {
            continue;
        }
        let model = judge.stripped.model;
        let asked = Around::new(model, &path, at, 1).ask(model);
        let mut words: Vec<(WordId, f32)> = candidates
            .iter()
            .map(|c| {
                let score = asked.score(&[c.word], f32::NEG_INFINITY);
                (c.word, score.unwrap_or(f32::NEG_INFINITY) - c.cost)
            })
            .collect();
        words.swap(0, own);
        let best = words.iter().map(|w| w.1).fold(f32::NEG_INFINITY, f32::max);
        words.retain(|w| w.1 >= best - 12.0 || w.0 == word);
        let total: f32 = words.iter().map(|w| (w.1 - best).exp()).sum();
        if (words[0].1 - best).exp() / total > SURE {
            continue;
        }
        let mut place = Place::default();
        place.gather(&path, at);
        out.push(Example { place, words });
    }
    out
}

/// A number that tells which candidates the search finds for the most frequent words of `model`. The weights are learnt
/// among them, so a search that finds others makes other weights of the same texts: the model has to be trained again.
///
/// # Errors
/// When the model's file lacks a channel.
pub fn fingerprint(model: &Model) -> Result<u64> {
    let guide = Arc::new(Guide::new(model));
    let mut sum = FINGERPRINT;
    for profile in [Profile::Stripped, Profile::Unmarked] {
        let builder = Builder {
            model,
            channel: &Channel::new(model, profile, &guide)?,
            caches: &Caches::default(),
            costs: Default::default(),
            profile,
        };
        for word in model.words().skip(SPECIAL.len()).take(MOST_FREQUENT) {
            let found = builder.candidates(&strip_marks(word));
            let found = found
                .iter()
                .flat_map(|c| [u32::from(c.word), c.cost.to_bits()]);
            sum = found.fold(sum, |sum, x| (sum ^ u64::from(x)).wrapping_mul(FINGERPRINT));
        }
    }
    Ok(sum)
}

/// Where that number begins and what it is multiplied with. It stands in the model, so that no hash of a library, which
/// may change, will do.
const FINGERPRINT: u64 = 0x9E37_79B9_7F4A_7C15;
/// How many words it is about.
const MOST_FREQUENT: usize = 3_000;

/// What the word could be: read without its marks, or as the engine reads it.
fn candidates(word: WordId, dice: u64, judge: &Judge) -> Arc<[Candidate]> {
    let bare = strip_marks(judge.stripped.model.word(word));
    if dice & 1 == 0 {
        return judge.stripped.candidates(&bare);
    }
    let mut share = (dice >> 8) as f32 / (1u64 << 56) as f32;
    let readings = judge.misreadings.get(&word);
    let read = readings.and_then(|r| {
        r.iter().find_map(|(read, p)| {
            share -= p;
            (share < 0.0).then_some(read.as_str())
        })
    });
    judge.unmarked.candidates(read.unwrap_or(&bare))
}
