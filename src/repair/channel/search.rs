//! From a token as read to the words that may stand behind it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use super::store::STEPS;
use super::trie::Trie;
use super::{Candidate, Channel, Setting};
use crate::language_model::words;
use crate::syllable::is_syllable;

/// Longest token that is searched for, in letters; longer ones are no Vietnamese words.
pub const LONGEST: usize = 16;
/// How much dearer (nats) than the cheapest word a word may be.
const WIDTH: f32 = 9.0;
/// How much dearer than the cheapest explanation by pieces (which need not spell a word) a word may be.
const SLACK: f32 = 14.0;
/// Most words that come out of one search.
const MOST: usize = 160;
/// Most nodes that one search looks at.
const BUDGET: usize = 4000;
/// From this cost of the cheapest other word on, a token that is no syllable is searched for more widely.
const UNEXPLAINED: f32 = 5.0;
/// Cost of a letter of the truth that is lost, of a letter that was put in, without a piece that says so.
const LOST: f32 = 6.0;
/// Cost of reading a known letter where the file says that a character could not be read (U+FFFD).
const UNREADABLE: f32 = 3.0;
/// Cost of reading any letter as a symbol, and of a symbol that was put in.
const SYMBOL: f32 = 6.0;
/// Cost of a word read as it is, where training never saw it.
const UNSEEN_IDENTITY: f32 = 1.0;

/// A state of the search: a node of the trie and the number of letters read, in one number that keeps their order.
type State = u32;
/// Bits of a state for the number of letters.
const AT: u32 = 5;
/// Marks all children of a node at once: they cost the same, so that they can wait as one.
const CHILDREN: State = 1 << 31;
/// Steps from the least bound to the greatest that is looked at.
const LEVELS: usize = steps(SLACK) + 1;

/// Costs are whole steps.
const fn steps(nats: f32) -> usize {
    (nats * STEPS) as usize
}

/// The states that wait: a list for each step that a bound lies above the least, in the place of a heap.
struct Queue<'m> {
    trie: Trie<'m>,
    /// For each step, the number of its last entry plus one.
    lists: [u32; LEVELS],
    /// A state, and the number of the entry before it plus one.
    entries: Vec<(State, u32)>,
    /// The step being worked off.
    level: usize,
    /// Its states, smallest first.
    current: BinaryHeap<Reverse<State>>,
}

impl<'m> Queue<'m> {
    fn new(trie: Trie<'m>) -> Self {
        Self {
            trie,
            lists: [0; LEVELS],
            entries: Vec::with_capacity(512),
            level: 0,
            current: BinaryHeap::from([Reverse(0)]),
        }
    }

    fn push(&mut self, state: State, level: usize) {
        if level <= self.level {
            self.now(state);
        } else {
            self.entries.push((state, self.lists[level]));
            self.lists[level] = self.entries.len() as u32;
        }
    }

    fn now(&mut self, state: State) {
        if state & CHILDREN == 0 {
            self.current.push(Reverse(state));
        } else {
            let (node, at) = part(state & !CHILDREN);
            let children = self.trie.node(node).children();
            self.current
                .extend(children.map(|child| Reverse(join(child, at))));
        }
    }

    /// The state of the least bound, of these the smallest.
    fn pop(&mut self) -> Option<State> {
        while self.current.is_empty() {
            self.level += 1;
            let mut entry = *self.lists.get(self.level)?;
            while let Some(&(state, before)) = self.entries.get((entry as usize).wrapping_sub(1)) {
                self.now(state);
                entry = before;
            }
        }
        self.current.pop().map(|Reverse(state)| state)
    }
}

fn join(node: u32, at: usize) -> State {
    node << AT | at as u32
}

fn part(state: State) -> (u32, usize) {
    (state >> AT, (state & ((1 << AT) - 1)) as usize)
}

impl Channel {
    /// The words that may have been read as `token`, cheapest first, each once.
    pub fn candidates(&self, token: &str) -> Vec<Candidate> {
        self.find_all(token, None)
    }

    /// Those of them that pieces alone explain, at a cost of at most `most` nats: enough where a token is only
    /// thought of (half of another, two glued together), and much cheaper to find.
    pub fn near(&self, token: &str, most: f32) -> Vec<Candidate> {
        self.find_all(token, Some(most))
    }

    fn find_all(&self, token: &str, most: Option<f32>) -> Vec<Candidate> {
        let read: Vec<char> = token.chars().collect();
        if read.is_empty() || read.len() > LONGEST {
            return Vec::new();
        }
        let mut found: Vec<Candidate> = Vec::new();
        let mut add = |c: Candidate| match found.iter_mut().find(|f| f.word == c.word) {
            Some(f) if f.cost <= c.cost => {}
            Some(f) => *f = c,
            None => found.push(c),
        };
        let settings = settings(&read);
        let spells = is_syllable(token);
        for &(setting, extra) in &settings {
            let mut words = self.search(&read, setting, false, most.unwrap_or(f32::INFINITY));
            // A token that is no syllable and that no piece explains as one has suffered more than training saw.
            let own = self.find(&words::key(token));
            if words
                .iter()
                .find(|w| Some(w.0) != own)
                .is_none_or(|w| w.1 > UNEXPLAINED)
                && !spells
                && most.is_none()
            {
                words.extend(self.search(&read, setting, true, f32::INFINITY));
            }
            for (word, cost) in words {
                add(Candidate {
                    word,
                    cost: cost + extra,
                    setting,
                });
            }
        }
        self.whole(token).for_each(&mut add);
        let setting = settings[0].0;
        if let Some(word) = self.find(&words::key(token))
            && !found.iter().any(|f| f.word == word)
        {
            found.push(Candidate {
                word,
                cost: UNSEEN_IDENTITY,
                setting,
            });
        }
        found.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.word.cmp(&b.word)));
        found.truncate(MOST);
        found
    }

    fn search(&self, read: &[char], setting: Setting, wide: bool, most: f32) -> Vec<(u16, f32)> {
        let n = read.len();
        let setting_at = |at: usize| {
            if setting == Setting::Initial && at > 0 {
                Setting::Small
            } else {
                setting
            }
        };
        let (trie, rows) = (self.trie(), self.rows());
        let lost = steps(LOST);
        // The pieces that each stretch may stand for, and the cheapest way (in steps) through the rest of the token.
        let mut pieces: [[&[[u8; 4]]; 4]; LONGEST] = [[&[]; 4]; LONGEST];
        let mut rest = [0usize; LONGEST + 1];
        let mut any = [None; LONGEST];
        for at in (0..n).rev() {
            rest[at] = rest[at + 1] + lost;
            for length in 1..=4.min(n - at) {
                let list = &rows[self.rows_of(setting_at(at), &read[at..at + length])];
                if let Some(first) = list.first() {
                    rest[at] = rest[at].min(usize::from(first[3]) + rest[at + length]);
                }
                pieces[at][length - 1] = list;
            }
            // What could not be read, and what is no letter, may be any letter.
            if n > 1 && !read[at].is_alphanumeric() {
                any[at] = Some(if read[at] == '\u{FFFD}' {
                    steps(UNREADABLE)
                } else {
                    steps(SYMBOL)
                });
            }
            rest[at] = rest[at].min(rest[at + 1] + any[at].unwrap_or(lost));
        }
        let least = rest[0];
        let mut limit = (least + steps(SLACK)).min(steps(most));
        if least > limit {
            return Vec::new();
        }
        let mut queue = Queue::new(trie);
        let mut closed: HashSet<State, foldhash::fast::FixedState> = HashSet::default();
        let mut found: Vec<(u16, f32)> = Vec::new();
        while let Some(state) = queue.pop() {
            let bound = least + queue.level;
            if bound > limit || closed.len() > BUDGET || found.len() >= MOST {
                break;
            }
            if !closed.insert(state) {
                continue;
            }
            let (number, at) = part(state);
            let (node, cost) = (trie.node(number), bound - rest[at]);
            if at == n {
                if let Some(word) = node.word {
                    limit = limit.min(cost + steps(WIDTH));
                    found.push((word, cost as f32 / STEPS));
                }
                if !wide {
                    continue;
                }
            }
            let mut push = |node: u32, at: usize, cost: usize| {
                let bound = cost + rest[at];
                if bound <= limit {
                    queue.push(join(node, at), bound - least);
                }
            };
            let children = number | CHILDREN >> AT;
            if at < n {
                let letters = trie.letters(&node);
                for length in 1..=4.min(n - at) {
                    let next = at + length;
                    for &[first, second, third, price] in pieces[at][length - 1] {
                        let cost = cost + usize::from(price);
                        if cost + rest[next] > limit {
                            break;
                        }
                        if letters.has(first)
                            && let Some(child) = trie.child(&node, first)
                            && let Some(end) =
                                trie.walk(child, [second, third].into_iter().filter(|&l| l != 0))
                        {
                            push(end, next, cost);
                        }
                    }
                }
                if let Some(symbol) = any[at] {
                    push(number, at + 1, cost + symbol);
                    push(children, at + 1, cost + symbol);
                }
            }
            if wide {
                push(children, at, cost + lost);
                if at < n {
                    push(number, at + 1, cost + lost);
                    push(children, at + 1, cost + lost + steps(1.0));
                }
            }
        }
        found
    }
}

/// How the word behind a token may be set, likeliest first, with what each costs.
fn settings(read: &[char]) -> Vec<(Setting, f32)> {
    let upper = read.iter().filter(|c| c.is_uppercase()).count();
    let lower = read.iter().filter(|c| c.is_lowercase()).count();
    let first = read[0].is_uppercase();
    if upper == 0 {
        return match lower {
            // Digits and symbols say nothing: `$6` is Số as well as số.
            0 => vec![
                (Setting::Small, 0.0),
                (Setting::Initial, 1.0),
                (Setting::Capitals, 1.5),
            ],
            _ => vec![(Setting::Small, 0.0)],
        };
    }
    if upper >= 2 && upper > lower {
        return if lower == 0 {
            vec![(Setting::Capitals, 0.0)]
        } else {
            vec![(Setting::Capitals, 0.0), (Setting::Initial, 1.0)]
        };
    }
    if first {
        let mut list = vec![(Setting::Initial, 0.0), (Setting::Small, 0.5)];
        if read.len() == 1 {
            list.push((Setting::Capitals, 0.5));
        }
        return list;
    }
    vec![(Setting::Small, 0.0), (Setting::Initial, 3.0)]
}
