//! From pairs of true and read lines to the counts of the channel.
//!
//! The model is that of Brill & Moore (2000): a word is cut into pieces, and each piece `α` of the truth is read
//! as a piece `β` with a probability of its own. Every run of up to [`WINDOW`] letters of an aligned pair is
//! counted as one such piece, so that `ử` → `tr` and `ường` → `udng` are learnt with the context that makes
//! them likely; whole words that are frequent are counted too.

use std::collections::{BTreeMap, HashMap};

use super::align::{self, Weights};
use crate::language_model::words::key;
use crate::normalise::token::{self, Shape, Token};

/// Longest piece of the truth, in letters.
pub const WINDOW: usize = 3;
/// Longest piece of a reading, in letters.
pub const READ_WINDOW: usize = 4;
/// A piece of two letters or more, and a word, must have been seen this often.
const MIN_COUNT: u32 = 2;

/// How the letters of a word are set: capitals are damaged otherwise than small letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Setting {
    /// Small letters (also those after the first of a title-case word).
    Small,
    /// The piece that begins with the capital of a title-case word.
    Initial,
    /// Capitals throughout.
    Capitals,
}

/// The settings, in the order of their numbers in the file.
pub const SETTINGS: [Setting; 3] = [Setting::Small, Setting::Initial, Setting::Capitals];

/// A piece of the truth (lower case) read as another piece.
pub type Piece = (Setting, String, String);

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Cost (nats) of each piece.
    pub pieces: BTreeMap<Piece, f32>,
    /// Cost (nats) of each whole word.
    pub words: BTreeMap<Piece, f32>,
    /// Words seen, and among them those read right, cut in two, glued to the next.
    pub tokens: u64,
    /// Words read right.
    pub right: u64,
    /// Words cut in two.
    pub split: u64,
    /// Words glued to the next.
    pub joined: u64,
}

/// One word and its reading.
struct Pair {
    setting: Setting,
    truth: String,
    read: String,
}

/// Learns a channel from pairs of lines.
pub fn learn(pairs: &[(String, String)]) -> Counts {
    let lines: Vec<(Vec<char>, Vec<char>)> = pairs
        .iter()
        .map(|(t, r)| (t.chars().collect(), r.chars().collect()))
        .collect();
    let weights = align::learn(&lines, 3);
    let mut counts = Counts::default();
    let mut words = Vec::new();
    for (truth, read) in pairs {
        word_pairs(truth, read, &weights, &mut words, &mut counts);
    }
    let (mut pieces, mut piece_total): (HashMap<Piece, u32>, HashMap<(Setting, String), u32>) =
        Default::default();
    let (mut whole, mut whole_total): (BTreeMap<Piece, u32>, HashMap<(Setting, String), u32>) =
        Default::default();
    for pair in &words {
        count_pieces(pair, &weights, &mut pieces, &mut piece_total);
        let word = key(&pair.truth).into_owned();
        *whole_total.entry((pair.setting, word.clone())).or_default() += 1;
        *whole
            .entry((pair.setting, word, pair.read.clone()))
            .or_default() += 1;
        counts.tokens += 1;
        counts.right += u64::from(pair.truth == pair.read);
    }
    let cost = |n: u32, of: u32, weight: f32| -((n as f32 - 0.5) / (of as f32 + weight)).ln();
    let smooth = Pools::new(&pieces, &piece_total);
    counts.pieces = pieces
        .iter()
        .filter(|((_, truth, read), n)| {
            !read.is_empty() && truth.chars().count() > 1 && **n >= MIN_COUNT
        })
        .map(|(p, &n)| (p.clone(), cost(n, piece_total[&(p.0, p.1.clone())], 1.0)))
        .collect();
    counts.pieces.extend(smooth.letters(&pieces, &piece_total));
    counts.words = whole
        .into_iter()
        .filter(|(_, n)| *n >= MIN_COUNT)
        .map(|(w, n)| {
            let of = whole_total[&(w.0, w.1.clone())];
            (w, cost(n, of, 4.0))
        })
        .collect();
    counts
}

/// How letters of one kind are misread, whatever their tone, and whatever their quality: `ẵ` read as `i` may never
/// have been seen, `ă` and `a` read as `i` have.
struct Pools {
    /// Misreadings by kind of letter and reading, and letters of the kind.
    errors: HashMap<(Setting, char, String), f32>,
    totals: HashMap<(Setting, char), f32>,
}

/// Weight (in letters seen) of the kind of letter with the same quality, and of the one with the same base.
const POOL: (f32, f32) = (6.0, 12.0);
/// Probability of any other mark on the same letter, beyond what was seen: on another day, in another fount, every
/// mark is taken for every other.
const OTHER_MARK: f32 = 4e-4;
/// Readings of a letter that are less likely are not kept (nats).
const DEAREST: f32 = 8.5;

/// The letter without its tone, marked so that it does not fall together with the base: `ế` → (`ê`, `e`).
fn kinds(letter: char) -> (char, char) {
    (
        crate::syllable::split_tone(letter).0,
        crate::syllable::bare(letter),
    )
}

/// The pool of a quality is kept apart from that of the base by an upper-case name.
fn quality_pool(quality: char) -> char {
    quality.to_uppercase().next().unwrap_or(quality)
}

fn single(truth: &str) -> Option<char> {
    let mut letters = truth.chars();
    letters.next().filter(|_| letters.next().is_none())
}

impl Pools {
    fn new(pieces: &HashMap<Piece, u32>, totals: &HashMap<(Setting, String), u32>) -> Self {
        let mut pools = Self {
            errors: HashMap::new(),
            totals: HashMap::new(),
        };
        for ((setting, truth, read), &n) in pieces {
            let Some(letter) =
                single(truth).filter(|_| !read.is_empty() && read.chars().count() <= 2)
            else {
                continue;
            };
            if read.to_lowercase() == *truth {
                continue;
            }
            let (quality, base) = kinds(letter);
            for pool in [quality_pool(quality), base] {
                *pools
                    .errors
                    .entry((*setting, pool, read.clone()))
                    .or_default() += n as f32;
            }
        }
        for ((setting, truth), &n) in totals {
            let Some(letter) = single(truth) else {
                continue;
            };
            let (quality, base) = kinds(letter);
            for pool in [quality_pool(quality), base] {
                *pools.totals.entry((*setting, pool)).or_default() += n as f32;
            }
        }
        pools
    }

    fn share(&self, setting: Setting, pool: char, read: &str) -> (f32, f32) {
        let n = self
            .errors
            .get(&(setting, pool, read.to_owned()))
            .copied()
            .unwrap_or(0.0);
        (n, self.totals.get(&(setting, pool)).copied().unwrap_or(0.0))
    }

    /// The costs of all readings of single letters.
    fn letters(
        &self,
        pieces: &HashMap<Piece, u32>,
        totals: &HashMap<(Setting, String), u32>,
    ) -> BTreeMap<Piece, f32> {
        let mut readings: BTreeMap<(Setting, char), Vec<&str>> = BTreeMap::new();
        for (setting, pool, read) in self.errors.keys() {
            readings.entry((*setting, *pool)).or_default().push(read);
        }
        let mut marks: HashMap<char, Vec<(Setting, String)>> = HashMap::new();
        for (setting, truth) in totals.keys() {
            if let Some(letter) = single(truth).filter(|c| c.is_alphabetic()) {
                let read = match setting {
                    Setting::Small => truth.clone(),
                    _ => truth.to_uppercase(),
                };
                marks
                    .entry(kinds(letter).1)
                    .or_default()
                    .push((*setting, read));
            }
        }
        let mut out = BTreeMap::new();
        for ((setting, truth), &total) in totals {
            let Some(letter) = single(truth) else {
                continue;
            };
            let (quality, base) = kinds(letter);
            let mut all: Vec<&str> = readings.get(&(*setting, base)).cloned().unwrap_or_default();
            all.extend(
                pieces
                    .keys()
                    .filter(|p| p.0 == *setting && p.1 == *truth)
                    .map(|p| p.2.as_str()),
            );
            let others = marks.get(&base).into_iter().flatten();
            all.extend(others.filter(|o| o.0 == *setting).map(|o| o.1.as_str()));
            all.retain(|r| !r.is_empty() && r.chars().count() <= 2);
            all.sort_unstable();
            all.dedup();
            for read in all {
                let own = pieces
                    .get(&(*setting, truth.clone(), read.to_owned()))
                    .copied()
                    .unwrap_or(0) as f32;
                let (nb, tb) = self.share(*setting, base, read);
                let (nq, tq) = self.share(*setting, quality_pool(quality), read);
                let by_quality = (nq + POOL.1 * nb / tb.max(1.0)) / (tq + POOL.1);
                // Another letter read right is no misreading of this one.
                let by_quality = if read.to_lowercase() == *truth {
                    0.0
                } else {
                    by_quality
                };
                let mut p = (own + POOL.0 * by_quality) / (total as f32 + POOL.0);
                if single(&read.to_lowercase()).is_some_and(|r| r != letter && kinds(r).1 == base) {
                    p += OTHER_MARK;
                }
                let cost = -p.ln();
                if cost <= DEAREST {
                    out.insert((*setting, truth.clone(), read.to_owned()), cost.max(0.0));
                }
            }
        }
        out
    }
}

/// The pairs of tokens of two lines that stand for each other one to one.
fn word_pairs(
    truth: &str,
    read: &str,
    weights: &Weights,
    out: &mut Vec<Pair>,
    counts: &mut Counts,
) {
    let (t, r): (Vec<char>, Vec<char>) = (truth.chars().collect(), read.chars().collect());
    let spans = align::align(&t, &r, weights);
    let (tt, rt) = (char_tokens(truth), char_tokens(read));
    // Which tokens of the reading each token of the truth touches, and the other way round.
    let mut owner = vec![usize::MAX; r.len()];
    for (k, token) in rt.iter().enumerate() {
        owner[token.range.clone()].fill(k);
    }
    let touched: Vec<Vec<usize>> = tt
        .iter()
        .map(|token| {
            let mut hit: Vec<usize> = token
                .range
                .clone()
                .filter_map(|i| {
                    (spans[i].0..spans[i].1)
                        .map(|j| owner[j])
                        .find(|&k| k != usize::MAX)
                })
                .collect();
            hit.dedup();
            hit
        })
        .collect();
    let mut by = vec![0; rt.len()];
    touched.iter().flatten().for_each(|&k| by[k] += 1);
    for (k, token) in tt.iter().enumerate() {
        if token.shape != Shape::Word {
            continue;
        }
        let word: String = t[token.range.clone()].iter().collect();
        match touched[k][..] {
            [j] if by[j] == 1 && !matches!(rt[j].shape, Shape::Separator(_)) => {
                let read: String = r[rt[j].range.clone()].iter().collect();
                if read.chars().count() <= 2 * word.chars().count() + 2 {
                    out.push(Pair {
                        setting: setting(&word),
                        truth: word,
                        read,
                    });
                }
            }
            [j] if by[j] > 1 => counts.joined += 1,
            [_, _] => counts.split += 1,
            _ => {}
        }
    }
}

/// The tokens of a line with ranges in letters instead of bytes.
fn char_tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    token::cut(line, 0, &mut tokens);
    let mut at = (0, 0);
    let mut letters = |byte: usize| {
        at = (byte, at.1 + line[at.0..byte].chars().count());
        at.1
    };
    for token in &mut tokens {
        token.range = letters(token.range.start)..letters(token.range.end);
    }
    // An engine without Vietnamese reads `ữ` as `t?` and `ư` as `u'`: such a mark at the end of a word is part of
    // its reading.
    tokens.dedup_by(|mark, word| {
        let debris = matches!(mark.shape, Shape::Separator(c) if token::is_debris(c));
        let glued = debris && !mark.spaced && word.shape != Shape::Number;
        let glued = glued && !matches!(word.shape, Shape::Separator(_));
        if glued {
            word.range.end = mark.range.end;
        }
        glued
    });
    tokens
}

/// How a true word is set.
pub fn setting(word: &str) -> Setting {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let first = letters.next().is_some_and(char::is_uppercase);
    match (first, letters.next().map(char::is_uppercase)) {
        (true, Some(true)) => Setting::Capitals,
        (true, _) => Setting::Initial,
        _ => Setting::Small,
    }
}

fn count_pieces(
    pair: &Pair,
    weights: &Weights,
    pieces: &mut HashMap<Piece, u32>,
    totals: &mut HashMap<(Setting, String), u32>,
) {
    let (t, r): (Vec<char>, Vec<char>) =
        (pair.truth.chars().collect(), pair.read.chars().collect());
    let lower: Vec<char> = pair.truth.to_lowercase().chars().collect();
    if lower.len() != t.len() {
        return;
    }
    let spans = align::align(&t, &r, weights);
    for start in 0..t.len() {
        for end in start + 1..=t.len().min(start + WINDOW) {
            let setting = match pair.setting {
                Setting::Initial if start > 0 => Setting::Small,
                other => other,
            };
            let truth: String = lower[start..end].iter().collect();
            *totals.entry((setting, truth.clone())).or_default() += 1;
            let read = &r[spans[start].0..spans[end - 1].1];
            if read.len() <= READ_WINDOW {
                *pieces
                    .entry((setting, truth, read.iter().collect()))
                    .or_default() += 1;
            }
        }
    }
}

/// The channel of a text whose marks were taken off: each letter becomes its base, and nothing else happens.
pub fn stripped(words: &[String]) -> Counts {
    let mut counts = Counts::default();
    for c in words
        .iter()
        .flat_map(|w| w.chars())
        .filter(|c| c.is_alphabetic())
    {
        let base = crate::syllable::strip_marks(&c.to_string());
        counts
            .pieces
            .insert((Setting::Small, c.to_string(), base.clone()), 0.0);
        for setting in [Setting::Initial, Setting::Capitals] {
            counts
                .pieces
                .insert((setting, c.to_string(), base.to_uppercase()), 0.0);
        }
    }
    counts
}
