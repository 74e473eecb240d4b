//! Counting and estimating: from lines of text to a back-off model.
//!
//! The steps are those of the paper, in order: count, adjust (continuation counts), discount, interpolate, prune.
//! An n-gram counts once for each *different* line it stands in, so that a phrase repeated in one paragraph, or
//! a paragraph repeated in a thousand laws, weighs no more than it says; and an n-gram that stands in fewer than
//! [`Options::min_lines`] lines is not stored, which keeps the model free of anybody's sentences.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::words::{self, END, Event, NUMBER, SPECIAL, START, UNKNOWN, WordId};
use crate::normalise::token;
use crate::syllable::{is_syllable, strip_marks};

/// What to train.
#[derive(Debug, Clone)]
pub struct Options {
    /// Words seen in fewer lines are unknown.
    pub min_word_lines: u32,
    /// N-grams seen in fewer lines are not stored.
    pub min_lines: u32,
    /// How many bigrams to keep at most.
    pub bigrams: usize,
    /// How many trigrams to keep at most.
    pub trigrams: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            min_word_lines: 8,
            min_lines: 3,
            bigrams: 1_000_000,
            trigrams: 4_500_000,
        }
    }
}

/// One stored n-gram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The words, oldest first, packed 16 bits each (see [`pack`]).
    pub key: u64,
    /// Natural logarithm of the probability of the last word after the others.
    pub log_p: f32,
    /// Natural logarithm of the back-off weight of the n-gram as a history.
    pub back_off: f32,
}

/// A model as estimated, before it is stored.
#[derive(Debug, Clone, Default)]
pub struct Estimate {
    /// The vocabulary, the special words first.
    pub words: Vec<String>,
    /// By word number.
    pub unigrams: Vec<Entry>,
    /// Sorted by key.
    pub bigrams: Vec<Entry>,
    /// Sorted by key.
    pub trigrams: Vec<Entry>,
    /// How many lines and running words were counted.
    pub lines: u64,
    /// Running words.
    pub tokens: u64,
}

/// Packs words into a key that sorts like the words.
pub fn pack(words: &[WordId]) -> u64 {
    words.iter().fold(0, |key, &w| key << 16 | u64::from(w))
}

/// Whether a line is Vietnamese with its marks: mottoes and headers typed without them would teach the model
/// that bare capitals are good Vietnamese.
pub fn is_marked(line: &str) -> bool {
    let (mut words, mut marked) = (0, 0);
    for word in line
        .split_whitespace()
        .filter(|w| w.chars().any(char::is_alphabetic))
    {
        words += 1;
        marked += usize::from(word.chars().any(|c| c.is_alphabetic() && !c.is_ascii()));
    }
    marked * 4 >= words && marked > 0
}

/// The lines, expected in NFC, that are learnt from, in order: those that are [`is_marked`], each once.
pub fn keep<'l>(lines: &[&'l str]) -> Vec<&'l str> {
    let mut kept: Vec<&str> = lines.par_iter().copied().filter(|l| is_marked(l)).collect();
    kept.par_sort_unstable();
    kept.dedup();
    kept
}

/// Counts the lines that [`keep`] has kept and estimates a model of the vocabulary `words`. `progress` is told what
/// is being done. The result depends on the set of lines only, not on their order or the number of threads.
pub fn fit(
    kept: &[&str],
    words: Vec<String>,
    options: &Options,
    progress: &(dyn Fn(&str) + Sync),
) -> Estimate {
    let index: HashMap<&str, WordId, foldhash::fast::FixedState> = words
        .iter()
        .enumerate()
        .map(|(k, w)| (w.as_str(), k as WordId))
        .collect();
    progress(&format!("{} words; counting trigrams", words.len()));

    let chunks: Vec<(Vec<u64>, Vec<u64>, u64)> = kept
        .par_chunks(kept.len() / 64 + 1)
        .map(|lines| ngrams(lines, &index))
        .collect();
    let tokens = chunks.iter().map(|c| c.2).sum();
    let (mut two, mut three) = (Vec::new(), Vec::new());
    for (b, t, _) in chunks {
        two.extend(b);
        three.extend(t);
    }
    progress(&format!(
        "{tokens} running words; sorting {} trigrams",
        three.len()
    ));
    two.par_sort_unstable();
    three.par_sort_unstable();
    let (two, three) = (run_lengths(&two), run_lengths(&three));
    progress(&format!(
        "{} different bigrams, {} different trigrams; estimating",
        two.len(),
        three.len()
    ));
    let mut estimate = estimate(words, &two, &three, options);
    estimate.lines = kept.len() as u64;
    estimate.tokens = tokens;
    estimate
}

/// The vocabulary of lines that [`keep`] has kept: the special words, then the frequent ones before the rare.
pub fn vocabulary(lines: &[&str], options: &Options) -> Vec<String> {
    let counts = lines
        .par_chunks(lines.len() / 64 + 1)
        .map(|lines| {
            let mut counts: HashMap<String, u32, foldhash::fast::FixedState> = HashMap::default();
            let (mut tokens, mut seen) = (Vec::new(), Vec::new());
            for line in lines {
                tokens.clear();
                seen.clear();
                token::cut(line, 0, &mut tokens);
                words::events(line, &tokens, |e| {
                    if let Event::Word(w) = e {
                        seen.push(words::key(w));
                    }
                });
                seen.sort_unstable();
                seen.dedup();
                for word in &seen {
                    match counts.get_mut(word.as_ref()) {
                        Some(n) => *n += 1,
                        None => {
                            counts.insert(word.to_string(), 1);
                        }
                    }
                }
            }
            counts
        })
        .reduce(HashMap::default, |mut a, b| {
            for (word, n) in b {
                *a.entry(word).or_default() += n;
            }
            a
        });
    let slips = slips(&counts);
    let mut words: Vec<(String, u32)> = counts
        .into_iter()
        .filter(|(word, n)| {
            if slips.contains(word) {
                return false;
            }
            let letters = word.chars().all(char::is_alphabetic);
            let syllable = is_syllable(word);
            letters
                && word.len() <= 32
                && *n
                    >= if syllable {
                        options.min_lines
                    } else {
                        options.min_word_lines
                    }
        })
        .collect();
    words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    words.truncate(usize::from(u16::MAX) - SPECIAL.len());
    SPECIAL
        .iter()
        .map(|s| s.to_string())
        .chain(words.into_iter().map(|w| w.0))
        .collect()
}

/// Abbreviations with a `đ` for each such as are typed without it.
const TYPED_BARE: u32 = 20;
/// Either of two words for each time that they stand together without a space.
const GLUED: u32 = 1000;

/// What is no word but a slip in typing, by how rare it is beside what was meant: an abbreviation without the bar of
/// its `đ` (`qd`), and two syllables with marks that lost the space between them (`thựchiện`).
fn slips(counts: &HashMap<String, u32, foldhash::fast::FixedState>) -> HashSet<String> {
    let count = |word: &str| counts.get(word).copied().unwrap_or(0);
    let mut barred: HashMap<String, u32> = HashMap::new();
    for (word, &n) in counts.iter().filter(|(word, _)| word.contains('đ')) {
        let most = barred.entry(strip_marks(word)).or_default();
        *most = n.max(*most);
    }
    let is_bare = |word: &str, n: u32| {
        let spoken = |c: char| "aeiouy".contains(c);
        let meant = barred.get(word).copied().unwrap_or(0);
        !word.contains(spoken) && meant >= n.saturating_mul(TYPED_BARE)
    };
    let is_glued = |word: &str, n: u32| {
        !word.is_ascii()
            && !is_syllable(word)
            && word.char_indices().skip(2).any(|(at, _)| {
                let (left, right) = word.split_at(at);
                is_syllable(left)
                    && right.chars().nth(1).is_some()
                    && is_syllable(right)
                    && count(left).min(count(right)) >= n.saturating_mul(GLUED)
            })
    };
    let slip = |(word, n): &(&String, &u32)| is_bare(word, **n) || is_glued(word, **n);
    counts.iter().filter(slip).map(|(w, _)| w.clone()).collect()
}

fn ngrams(
    lines: &[&str],
    index: &HashMap<&str, WordId, foldhash::fast::FixedState>,
) -> (Vec<u64>, Vec<u64>, u64) {
    let (mut two, mut three, mut count) = (Vec::new(), Vec::new(), 0);
    let (mut tokens, mut b, mut t) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines {
        tokens.clear();
        token::cut(line, 0, &mut tokens);
        let mut history = [START, START];
        let mut length = 1;
        let mut add = |word: WordId, history: &mut [WordId; 2], length: &mut usize| {
            count += 1;
            b.push(pack(&[history[1], word]));
            if *length >= 2 {
                t.push(pack(&[history[0], history[1], word]));
            }
            *history = [history[1], word];
            *length += 1;
            if word == END {
                (*history, *length) = ([START, START], 1);
            }
        };
        words::events(line, &tokens, |event| {
            let word = match event {
                Event::Word(w) => index
                    .get(words::key(w).as_ref())
                    .copied()
                    .unwrap_or(UNKNOWN),
                Event::Number => NUMBER,
                Event::Code => words::CODE,
                Event::End | Event::Pause if history[1] == START => return,
                Event::Pause => words::PAUSE,
                Event::End => END,
            };
            add(word, &mut history, &mut length);
        });
        if history[1] != START {
            add(END, &mut history, &mut length);
        }
        for (from, to) in [(&mut b, &mut two), (&mut t, &mut three)] {
            from.sort_unstable();
            from.dedup();
            to.append(from);
        }
    }
    (two, three, count)
}

fn run_lengths(sorted: &[u64]) -> Vec<(u64, u32)> {
    sorted
        .chunk_by(|a, b| a == b)
        .map(|run| (run[0], run.len() as u32))
        .collect()
}

/// The three discounts of modified Kneser-Ney, for counts of one, two, and three or more.
fn discounts(counts: impl Iterator<Item = u32>) -> [f64; 3] {
    let mut n = [0f64; 5];
    for c in counts {
        if (1..5).contains(&c) {
            n[c as usize] += 1.0;
        }
    }
    let y = n[1] / (n[1] + 2.0 * n[2]).max(1.0);
    let d = |k: usize| {
        let d = k as f64 - (k + 1) as f64 * y * n[k + 1] / n[k].max(1.0);
        if n[k] > 0.0 && d.is_finite() {
            d.clamp(0.1, k as f64 - 0.05)
        } else {
            0.5
        }
    };
    [d(1), d(2), d(3)]
}

fn discount(d: &[f64; 3], count: u32) -> f64 {
    match count {
        0 => 0.0,
        1 => d[0],
        2 => d[1],
        _ => d[2],
    }
}

fn estimate(
    words: Vec<String>,
    two: &[(u64, u32)],
    three: &[(u64, u32)],
    options: &Options,
) -> Estimate {
    let v = words.len();
    // Adjusted counts: how many different words stand before the n-gram; after the begin of a sentence, nothing
    // can stand before, and the counts are as they are.
    let mut before: Vec<(u64, u32)> = {
        let mut suffixes: Vec<u64> = three.iter().map(|&(k, _)| k & 0xFFFF_FFFF).collect();
        suffixes.par_sort_unstable();
        run_lengths(&suffixes)
    };
    before.extend(two.iter().filter(|(k, _)| k >> 16 == u64::from(START)));
    before.par_sort_unstable();
    let mut adjusted1 = vec![0u32; v];
    for &(key, _) in two {
        adjusted1[(key & 0xFFFF) as usize] += 1;
    }

    // Unigrams, interpolated with the uniform distribution over all words but the begin of a sentence.
    let d1 = discounts(adjusted1.iter().copied());
    let total: f64 = adjusted1.iter().map(|&c| f64::from(c)).sum();
    let left: f64 = adjusted1.iter().map(|&c| discount(&d1, c)).sum::<f64>() / total;
    let uniform = 1.0 / (v - 1) as f64;
    let mut p1: Vec<f64> = adjusted1
        .iter()
        .map(|&c| (f64::from(c) - discount(&d1, c)) / total + left * uniform)
        .collect();
    p1[usize::from(START)] = 0.0;

    // Bigrams.
    let d2 = discounts(before.iter().map(|b| b.1));
    let mut p2: Vec<(u64, f64)> = Vec::with_capacity(before.len());
    for run in before.chunk_by(|a, b| a.0 >> 16 == b.0 >> 16) {
        let total: f64 = run.iter().map(|&(_, c)| f64::from(c)).sum();
        let gamma = run.iter().map(|&(_, c)| discount(&d2, c)).sum::<f64>() / total;
        p2.extend(run.iter().map(|&(key, c)| {
            let lower = p1[(key & 0xFFFF) as usize];
            (
                key,
                (f64::from(c) - discount(&d2, c)) / total + gamma * lower,
            )
        }));
    }
    let find2 = |key: u64| p2.binary_search_by_key(&key, |e| e.0).ok().map(|k| p2[k].1);
    // Mass left to unigrams after each one-word history, for bigrams never seen.
    let mut gamma2 = vec![1.0f64; v];
    for run in before.chunk_by(|a, b| a.0 >> 16 == b.0 >> 16) {
        let total: f64 = run.iter().map(|&(_, c)| f64::from(c)).sum();
        gamma2[(run[0].0 >> 16) as usize] =
            run.iter().map(|&(_, c)| discount(&d2, c)).sum::<f64>() / total;
    }
    let lower2 = |history: u64, word: u64| {
        find2(history << 16 | word).unwrap_or_else(|| gamma2[history as usize] * p1[word as usize])
    };

    // Trigrams, with what each would lose if it were left to the bigram (weighted difference, Seymore &
    // Rosenfeld 1996).
    let d3 = discounts(three.iter().map(|t| t.1));
    let runs: Vec<&[(u64, u32)]> = three.chunk_by(|a, b| a.0 >> 16 == b.0 >> 16).collect();
    let mut p3: Vec<(u64, f64, f64)> = runs
        .par_iter()
        .flat_map_iter(|run| {
            let total: f64 = run.iter().map(|&(_, c)| f64::from(c)).sum();
            let gamma = run.iter().map(|&(_, c)| discount(&d3, c)).sum::<f64>() / total;
            run.iter()
                .filter(|(_, c)| *c >= options.min_lines)
                .map(move |&(key, c)| (key, c, total, gamma))
                .collect::<Vec<_>>()
        })
        .map(|(key, c, total, gamma)| {
            let lower = lower2(key >> 16 & 0xFFFF, key & 0xFFFF);
            let p = (f64::from(c) - discount(&d3, c)) / total + gamma * lower;
            (key, p, f64::from(c) * (p.ln() - (gamma * lower).ln()))
        })
        .collect();
    keep_best(&mut p3, options.trigrams);

    // Bigrams: those that a kept trigram needs as its history, and those it ends on, stay whatever they are worth.
    let mut needed: Vec<u64> = p3.iter().map(|t| t.0 >> 16).collect();
    needed.extend(p3.iter().map(|t| t.0 & 0xFFFF_FFFF));
    needed.par_sort_unstable();
    needed.dedup();
    let counts2: HashMap<u64, u32, foldhash::fast::FixedState> = two.iter().copied().collect();
    let mut kept2: Vec<(u64, f64, f64)> = p2
        .iter()
        .filter_map(|&(key, p)| {
            let c = counts2.get(&key).copied().unwrap_or(0);
            if c < options.min_lines {
                return None;
            }
            let lower = gamma2[(key >> 16) as usize] * p1[(key & 0xFFFF) as usize];
            let gain = f64::from(c) * (p.ln() - lower.ln());
            let needed = needed.binary_search(&key).is_ok();
            Some((key, p, if needed { f64::INFINITY } else { gain }))
        })
        .collect();
    keep_best(&mut kept2, options.bigrams.max(needed.len()));

    back_offs(words, &p1, &kept2, &p3)
}

/// Keeps the `most` entries of the greatest gain (third field), in the order of their keys.
fn keep_best(entries: &mut Vec<(u64, f64, f64)>, most: usize) {
    if entries.len() > most {
        entries.sort_unstable_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
        entries.truncate(most);
        entries.sort_unstable_by_key(|e| e.0);
    }
}

/// Back-off weights that make each history's probabilities sum to one over the n-grams that were kept.
fn back_offs(
    words: Vec<String>,
    p1: &[f64],
    p2: &[(u64, f64, f64)],
    p3: &[(u64, f64, f64)],
) -> Estimate {
    let weight = |left: f64, lower: f64| (left.max(1e-9) / lower.max(1e-9)).ln() as f32;
    let mut unigrams: Vec<Entry> = p1
        .iter()
        .enumerate()
        .map(|(k, &p)| Entry {
            key: k as u64,
            log_p: p.max(1e-12).ln() as f32,
            back_off: 0.0,
        })
        .collect();
    for run in p2.chunk_by(|a, b| a.0 >> 16 == b.0 >> 16) {
        let left = 1.0 - run.iter().map(|e| e.1).sum::<f64>();
        let lower = 1.0 - run.iter().map(|e| p1[(e.0 & 0xFFFF) as usize]).sum::<f64>();
        unigrams[(run[0].0 >> 16) as usize].back_off = weight(left, lower);
    }
    let mut bigrams: Vec<Entry> = p2
        .iter()
        .map(|&(key, p, _)| Entry {
            key,
            log_p: p.ln() as f32,
            back_off: 0.0,
        })
        .collect();
    let find = |key: u64| p2.binary_search_by_key(&key, |e| e.0).ok();
    for run in p3.chunk_by(|a, b| a.0 >> 16 == b.0 >> 16) {
        let history = run[0].0 >> 16;
        let left = 1.0 - run.iter().map(|e| e.1).sum::<f64>();
        let lower = 1.0
            - run
                .iter()
                .map(|e| match find(e.0 & 0xFFFF_FFFF) {
                    Some(k) => p2[k].1,
                    None => {
                        let last = (e.0 & 0xFFFF) as usize;
                        f64::from(unigrams[(history & 0xFFFF) as usize].back_off).exp() * p1[last]
                    }
                })
                .sum::<f64>();
        if let Some(k) = find(history) {
            bigrams[k].back_off = weight(left, lower);
        }
    }
    let trigrams = p3
        .iter()
        .map(|&(key, p, _)| Entry {
            key,
            log_p: p.ln() as f32,
            back_off: 0.0,
        })
        .collect();
    Estimate {
        words,
        unigrams,
        bigrams,
        trigrams,
        lines: 0,
        tokens: 0,
    }
}
