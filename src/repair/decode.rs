//! The decoder: the likeliest path through the lattice, and how likely each step of it is.
//!
//! A beam search over the states of the language model (Viterbi, because paths that reach the same state merge).

use super::lattice::{Arcs, Gap, Slot};
use crate::language_model::{Bigrams, END, Model, PAUSE, START, State, Trigrams, Two};

/// How the decoder weighs and how far it looks.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Weight of the channel against the language model.
    pub channel: f32,
    /// Weight of the surroundings.
    pub context: f32,
    /// Weight of what the text says elsewhere: the word, and the word with one of its neighbours.
    pub echo: [f32; 2],
    /// Most paths kept at a slot.
    pub beam: usize,
    /// How much worse (nats) than the best a kept path may be.
    pub width: f32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            channel: 1.0,
            context: 1.0,
            echo: [0.9, 1.8],
            beam: 10,
            width: 9.0,
        }
    }
}

/// One step of the chosen path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// First slot it leads over.
    pub slot: usize,
    /// Which of the slot's arcs.
    pub arc: usize,
    /// State of the model before it.
    pub before: State,
    /// Whether all paths that were kept behind it took it: any other arc was out of the question by itself, whatever
    /// follows.
    pub sure: bool,
}

/// Two steps in a row that the decoder came near to taking otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rival {
    /// The first of them.
    pub step: usize,
    /// Which arcs it would have taken.
    pub arcs: [usize; 2],
}

/// How much worse (nats) a rival may be where it ends.
const NEAR: f32 = 6.0;

struct Path {
    state: State,
    score: f32,
    /// Where it came from: slot, index among the paths there, arc; and the state it entered the arc with.
    from: (u32, u32, u32),
    before: State,
    /// The path that came over the same arc before it.
    twin: u32,
}

/// A state that a slot is entered with.
struct Entry<'m> {
    state: State,
    score: f32,
    /// The path that brought it.
    index: u32,
    /// Which of the last words is its.
    last: usize,
    behind: Trigrams<'m>,
}

const NOWHERE: u32 = u32::MAX;

/// The paths that are kept at each slot, and at the end, the best first; those of a slot lie behind those of the one
/// before it.
#[derive(Default)]
struct Kept {
    paths: Vec<Path>,
    /// Where those of each slot begin.
    starts: Vec<usize>,
}

impl Kept {
    fn at(&self, slot: usize) -> &[Path] {
        let end = self.starts.get(slot + 1).copied();
        &self.paths[self.starts[slot]..end.unwrap_or(self.paths.len())]
    }

    /// Takes the paths of the next slot.
    fn take(&mut self, paths: &mut Vec<Path>) {
        self.starts.push(self.paths.len());
        self.paths.append(paths);
    }
}

/// The likeliest path, and its rivals; `arcs[k]` are the arcs that begin at slot `k`.
pub fn decode(
    model: &Model,
    slots: &[Slot],
    arcs: &[Arcs],
    options: &Options,
) -> (Vec<Step>, Vec<Rival>) {
    let n = slots.len();
    let mut kept = Kept::default();
    // Paths that end at the slot that is looked at, at the next one, at the one behind it.
    let (mut here, mut later): (Vec<Path>, [Vec<Path>; 2]) = Default::default();
    let start = model.start(START);
    here.push(Path {
        state: start,
        score: 0.0,
        from: (NOWHERE, 0, 0),
        before: start,
        twin: NOWHERE,
    });
    // The last words before a slot, and for each what the model says of each arc after it alone, once it is asked.
    let (mut lasts, mut two): (Vec<Bigrams>, Vec<Option<Two>>) = Default::default();
    // The states a slot is entered with, and for each of its arcs the last path that came over it.
    let (mut entries, mut heads): (Vec<(State, f32, u32)>, Vec<u32>) = Default::default();
    let mut entered: Vec<Entry> = Vec::new();
    for k in 0..n {
        prune(&mut here, options);
        kept.take(&mut here);
        // After the end of a sentence, there is but one state.
        entries.clear();
        for (index, p) in kept.at(k).iter().enumerate() {
            let ended = || p.score + model.score(p.state, END).0;
            match slots[k].gap {
                Gap::None => entries.push((p.state, p.score, index as u32)),
                Gap::Pause => {
                    let (score, state) = model.score(p.state, PAUSE);
                    entries.push((state, p.score + score, index as u32));
                }
                Gap::Sentence if k == 0 => entries.push((start, p.score, index as u32)),
                Gap::Sentence => entries.push((start, ended(), index as u32)),
                Gap::Line => {
                    entries.push((p.state, p.score, index as u32));
                    entries.push((start, ended(), index as u32));
                }
            }
        }
        // The best first: what will be pruned beside its continuations is not asked about.
        entries.sort_by(|a, b| b.1.total_cmp(&a.1));
        // What is worse than this will be pruned there.
        let mut worst = [f32::NEG_INFINITY; 2];
        let arcs = &arcs[k];
        lasts.clear();
        two.clear();
        heads.clear();
        heads.resize(arcs.len(), NOWHERE);
        // Where a sentence begins, all paths are of one state.
        entered.clear();
        for &(state, score, index) in &entries {
            if entered.iter().any(|e| e.state == state) {
                continue;
            }
            let last = lasts.iter().position(|l| l.before() == state.word);
            let last = last.unwrap_or_else(|| {
                let last = model.after(state.word);
                arcs.iter().for_each(|arc| last.announce(arc.words[0]));
                lasts.push(last);
                lasts.len() - 1
            });
            let behind = model.behind(state);
            behind.announce();
            entered.push(Entry {
                state,
                score,
                index,
                last,
                behind,
            });
        }
        two.resize(lasts.len() * arcs.len(), None);
        for e in &entered {
            let (state, score, index, behind) = (e.state, e.score, e.index, e.behind);
            let (last, two) = (lasts[e.last], &mut two[e.last * arcs.len()..]);
            for (number, arc) in arcs.iter().enumerate() {
                let channel = -options.channel * arc.cost;
                let there = usize::from(arc.slots) - 1;
                if score + channel < worst[there] {
                    continue;
                }
                let word = arc.words[0];
                let (mut lm, mut after) = (0.0, state);
                if arc.count > 0 {
                    let two = *two[number].get_or_insert_with(|| last.score(word));
                    (lm, after) = (behind.score(word, two), two.state);
                }
                if arc.count > 1 {
                    let (second, next) = model.score(after, arc.words[1]);
                    (lm, after) = (lm + second, next);
                }
                let score = score + lm + channel;
                if score < worst[there] {
                    continue;
                }
                worst[there] = worst[there].max(score - options.width);
                let path = Path {
                    state: after,
                    score,
                    from: (k as u32, index, number as u32),
                    before: state,
                    twin: heads[number],
                };
                relax(&mut later[there], &mut heads[number], path);
            }
        }
        let [next, behind] = &mut later;
        std::mem::swap(&mut here, next);
        std::mem::swap(next, behind);
    }
    kept.take(&mut here);
    // The text ends a sentence.
    let Some((mut index, _)) = kept
        .at(n)
        .iter()
        .enumerate()
        .map(|(i, p)| (i, p.score + model.score(p.state, END).0))
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
    else {
        return Default::default();
    };
    let mut steps = Vec::new();
    // How good the path is where each step ends.
    let mut scores = Vec::new();
    let mut at = n;
    while kept.at(at)[index].from.0 != NOWHERE {
        let all = kept.at(at);
        let path = &all[index];
        let (slot, from, arc) = path.from;
        let near = |p: &&Path| p.score >= path.score - options.width;
        let mut others = all.iter().filter(near);
        steps.push(Step {
            slot: slot as usize,
            arc: arc as usize,
            before: path.before,
            sure: all.len() < options.beam && others.all(|p| (p.from.0, p.from.2) == (slot, arc)),
        });
        scores.push(path.score);
        (at, index) = (slot as usize, from as usize);
    }
    steps.reverse();
    scores.reverse();
    let rivals = rivals(&kept, arcs, &steps, &scores);
    (steps, rivals)
}

/// The paths that came near to the chosen one where two of its `steps` end, and that took both otherwise; `scores` say
/// how good the chosen one is there.
fn rivals(kept: &Kept, arcs: &[Arcs], steps: &[Step], scores: &[f32]) -> Vec<Rival> {
    let mut out = Vec::new();
    let single = |slot: usize, arc: usize| arcs[slot][arc].slots == 1 && arcs[slot][arc].count == 1;
    for (step, pair) in steps.windows(2).enumerate() {
        let (first, second) = (pair[0].slot, pair[1].slot);
        if !single(first, pair[0].arc) || !single(second, pair[1].arc) {
            continue;
        }
        let near = (kept.at(second + 1).iter()).filter(|p| p.score >= scores[step + 1] - NEAR);
        for path in near.filter(|p| p.from.0 as usize == second) {
            let before = &kept.at(second)[path.from.1 as usize];
            let taken = [before.from.2 as usize, path.from.2 as usize];
            let other = taken[0] != pair[0].arc && taken[1] != pair[1].arc;
            if other
                && before.from.0 as usize == first
                && single(first, taken[0])
                && single(second, taken[1])
            {
                out.push(Rival { step, arcs: taken });
            }
        }
    }
    out
}

/// Adds a path, unless one of the same state is better. Only paths over the same arc are looked at, for they end on
/// the same word; of other arcs that do, the worse one is left out when the next slot is entered.
fn relax(paths: &mut Vec<Path>, head: &mut u32, path: Path) {
    let mut at = *head;
    while let Some(twin) = paths.get_mut(at as usize) {
        if twin.state == path.state {
            if twin.score < path.score {
                *twin = Path {
                    twin: twin.twin,
                    ..path
                };
            }
            return;
        }
        at = twin.twin;
    }
    *head = paths.len() as u32;
    paths.push(path);
}

fn prune(paths: &mut Vec<Path>, options: &Options) {
    paths.sort_by(|a, b| b.score.total_cmp(&a.score));
    let best = paths.first().map_or(0.0, |p| p.score);
    let keep = paths
        .iter()
        .take(options.beam)
        .take_while(|p| p.score >= best - options.width)
        .count();
    paths.truncate(keep);
}
