//! What the candidates allow: the share of the truth's syllables that some path through the lattice would give.

use std::collections::HashMap;

use super::canon::{canonical, is_digit};
use super::rates::share;
use crate::normalise::token::{self, Shape};
use crate::repair::readings::Readings;

/// True syllables, and how many of them are among the candidates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Oracle {
    syllables: usize,
    found: usize,
}

/// The words of `text` in the form in which words are compared: canonical, in lower case.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    token::cut(text, 0, &mut tokens);
    tokens
        .into_iter()
        .filter(|t| !matches!(t.shape, Shape::Separator(_)))
        .map(|t| canonical(&text[t.range]).to_lowercase())
        .collect()
}

impl Oracle {
    /// The oracle of a text: line by line when both have as many lines, else as a whole.
    pub fn of(truth: &str, readings: &[Readings]) -> Self {
        let truth_lines: Vec<&str> = truth.trim_end_matches('\n').split('\n').collect();
        let lines = readings.last().map_or(0, |r| r.line + 1);
        let mut out = Self::default();
        if lines <= truth_lines.len() {
            for (k, line) in truth_lines.iter().enumerate() {
                let begin = readings.partition_point(|r| r.line < k);
                let end = readings.partition_point(|r| r.line <= k);
                out.line(line, &readings[begin..end]);
            }
        } else {
            out.line(&truth_lines.join(" "), readings);
        }
        out
    }

    /// The most syllables of `truth` that a path gives in their order.
    fn line(&mut self, truth: &str, readings: &[Readings]) {
        // Handwriting goes before the text is cut into words.
        let truth: Vec<String> = words(&canonical(truth))
            .into_iter()
            .filter(|w| !w.chars().any(is_digit))
            .collect();
        self.syllables += truth.len();
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for word in &truth {
            let next = numbers.len();
            numbers.entry(word).or_insert(next);
        }
        let number: Vec<usize> = truth.iter().map(|w| numbers[w.as_str()]).collect();
        // best[i]: what the tokens from here on give of the truth's words from i on.
        let mut later: Vec<Vec<usize>> = vec![vec![0; truth.len() + 1]; 2];
        for token in readings.iter().rev() {
            let paths: Vec<(usize, Vec<Option<usize>>)> = token
                .of
                .iter()
                .map(|r| {
                    let find =
                        |w: &String| numbers.get(canonical(w).to_lowercase().as_str()).copied();
                    (r.tokens, r.words.iter().map(find).collect())
                })
                .filter(|(_, words): &(usize, Vec<Option<usize>>)| {
                    words.iter().any(Option::is_some)
                })
                .collect();
            let mut best = vec![0; truth.len() + 1];
            for i in (0..=truth.len()).rev() {
                let mut value = later[0][i];
                if i < truth.len() {
                    value = value.max(best[i + 1]);
                }
                for (tokens, words) in &paths {
                    let Some(after) = later.get(tokens - 1) else {
                        continue;
                    };
                    let mut at = i;
                    let mut gain = 0;
                    for word in words {
                        if word.is_some() && number.get(at) == word.as_ref() {
                            gain += 1;
                            at += 1;
                        }
                    }
                    if gain > 0 {
                        value = value.max(gain + after[at]);
                    }
                }
                best[i] = value;
            }
            later.rotate_right(1);
            later[0] = best;
        }
        self.found += later[0][0];
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Oracle) {
        self.syllables += other.syllables;
        self.found += other.found;
    }

    /// The share, 0 to 1; none when nothing was counted.
    pub fn share(&self) -> Option<f64> {
        (self.syllables > 0).then(|| share(self.found, self.syllables))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::readings::Reading;

    fn token(line: usize, of: &[(usize, &str)]) -> Readings {
        let reading = |&(tokens, words): &(usize, &str)| Reading {
            tokens,
            words: words.split(' ').map(str::to_owned).collect(),
        };
        Readings {
            line,
            of: of.iter().map(reading).collect(),
        }
    }

    #[test]
    fn the_best_path_counts() {
        let readings = [
            token(0, &[(1, "quyet"), (1, "quyết")]),
            token(0, &[(1, "di"), (2, "định")]),
            token(0, &[(1, "nh")]),
            token(1, &[(1, "và"), (1, "của các")]),
        ];
        let oracle = Oracle::of("Quyết định 12\ncủa các, ông", &readings);
        assert_eq!((oracle.found, oracle.syllables), (4, 5));
        let oracle = Oracle::of("định quyết", &readings[..3]);
        assert_eq!((oracle.found, oracle.syllables), (1, 2));
    }
}
