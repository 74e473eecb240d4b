//! From a token as read to the words that may stand behind it.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};

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
const MOST: usize = 48;
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

struct Open {
    bound: f32,
    cost: f32,
    node: u32,
    at: usize,
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Open {}
impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives its greatest: the smallest bound; ties in a fixed order.
        other
            .bound
            .total_cmp(&self.bound)
            .then_with(|| (other.node, other.at).cmp(&(self.node, self.at)))
    }
}

impl Channel {
    /// The words that may have been read as `token`, cheapest first, each once.
    pub fn candidates(&self, token: &str) -> Vec<Candidate> {
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
            let mut words = self.search(&read, setting, false);
            // A token that is no syllable and that no piece explains as one has suffered more than training saw.
            let own = self.find(&words::key(token));
            if words
                .iter()
                .find(|w| Some(w.0) != own)
                .is_none_or(|w| w.1 > UNEXPLAINED)
                && !spells
            {
                words.extend(self.search(&read, setting, true));
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

    fn search(&self, read: &[char], setting: Setting, wide: bool) -> Vec<(u16, f32)> {
        let n = read.len();
        let setting_at = |at: usize| {
            if setting == Setting::Initial && at > 0 {
                Setting::Small
            } else {
                setting
            }
        };
        // The pieces that each stretch may stand for, and the cheapest way through the rest of the token.
        let mut rows = vec![[0..0, 0..0, 0..0, 0..0]; n];
        let mut rest = vec![0f32; n + 1];
        let mut any = vec![None; n];
        for at in (0..n).rev() {
            rest[at] = rest[at + 1] + LOST;
            for length in 1..=4.min(n - at) {
                let range = self.rows_of(setting_at(at), &read[at..at + length]);
                if !range.is_empty() {
                    rest[at] = rest[at].min(self.row(range.start).cost + rest[at + length]);
                }
                rows[at][length - 1] = range;
            }
            // What could not be read, and what is no letter, may be any letter.
            if n > 1 && !read[at].is_alphanumeric() {
                any[at] = Some(if read[at] == '\u{FFFD}' {
                    UNREADABLE
                } else {
                    SYMBOL
                });
            }
            rest[at] = rest[at].min(rest[at + 1] + any[at].unwrap_or(LOST));
        }
        let mut limit = rest[0] + SLACK;
        let mut heap = BinaryHeap::from([Open {
            bound: rest[0],
            cost: 0.0,
            node: 0,
            at: 0,
        }]);
        let mut closed: HashSet<(u32, usize), foldhash::fast::FixedState> = HashSet::default();
        let mut found: Vec<(u16, f32)> = Vec::new();
        while let Some(open) = heap.pop() {
            if open.bound > limit || closed.len() > BUDGET || found.len() >= MOST {
                break;
            }
            if !closed.insert((open.node, open.at)) {
                continue;
            }
            if open.at == n {
                if let Some(word) = self.word(open.node) {
                    limit = limit.min(open.cost + WIDTH);
                    found.push((word, open.cost));
                }
                if !wide {
                    continue;
                }
            }
            let mut push = |node: u32, at: usize, cost: f32| {
                let bound = cost + rest[at];
                if bound <= limit && !closed.contains(&(node, at)) {
                    heap.push(Open {
                        bound,
                        cost,
                        node,
                        at,
                    });
                }
            };
            if open.at < n {
                for length in 1..=4.min(n - open.at) {
                    let next = open.at + length;
                    for k in rows[open.at][length - 1].clone() {
                        let row = self.row(k);
                        if open.cost + row.cost + rest[next] > limit {
                            break;
                        }
                        if let Some(node) = self.walk(open.node, row.letters) {
                            push(node, next, open.cost + row.cost);
                        }
                    }
                }
                if let Some(cost) = any[open.at] {
                    push(open.node, open.at + 1, open.cost + cost);
                    for child in self.children(open.node) {
                        push(child, open.at + 1, open.cost + cost);
                    }
                }
            }
            if wide {
                if open.at < n {
                    push(open.node, open.at + 1, open.cost + LOST);
                }
                for child in self.children(open.node) {
                    push(child, open.at, open.cost + LOST);
                    if open.at < n {
                        push(child, open.at + 1, open.cost + LOST + 1.0);
                    }
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
