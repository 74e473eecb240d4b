//! Which letters of the OCR text stand for which letters of the truth.
//!
//! A weighted Levenshtein alignment whose weights are learnt from the pairs themselves: the first round
//! knows only that a letter is more likely read as a letter of the same base (`ộ` as `o`, `ô`), the following
//! rounds use what the round before counted (hard expectation maximisation).

use std::collections::HashMap;

use crate::syllable::strip_marks;

type Map<K, V> = HashMap<K, V, foldhash::fast::FixedState>;

/// Costs (nats) of single-letter operations.
#[derive(Debug, Clone, Default)]
pub struct Weights {
    substitute: Map<(char, char), f32>,
    delete: Map<char, f32>,
    insert: Map<char, f32>,
    learnt: bool,
}

const UNSEEN: f32 = 9.0;

impl Weights {
    fn substitution(&self, truth: char, read: char) -> f32 {
        if self.learnt {
            return self
                .substitute
                .get(&(truth, read))
                .copied()
                .unwrap_or(UNSEEN);
        }
        if truth == read {
            return 0.0;
        }
        if truth.is_whitespace() || read.is_whitespace() {
            return 12.0;
        }
        let base = |c: char| strip_marks(&c.to_lowercase().to_string());
        if base(truth) == base(read) { 1.0 } else { 4.0 }
    }

    fn deletion(&self, truth: char) -> f32 {
        if self.learnt {
            self.delete.get(&truth).copied().unwrap_or(UNSEEN)
        } else {
            4.5
        }
    }

    fn insertion(&self, read: char) -> f32 {
        if self.learnt {
            self.insert.get(&read).copied().unwrap_or(UNSEEN)
        } else {
            4.5
        }
    }
}

/// For each letter of `truth`, the range of letters of `read` that stands for it.
///
/// The ranges follow one another without gaps: an inserted letter belongs to the letter before it (at the
/// begin, to the first).
pub fn align(truth: &[char], read: &[char], w: &Weights) -> Vec<(usize, usize)> {
    let (n, m) = (truth.len(), read.len());
    let width = m + 1;
    let mut cost = vec![0f32; (n + 1) * width];
    let insertions: Vec<f32> = read.iter().map(|&c| w.insertion(c)).collect();
    for j in 1..=m {
        cost[j] = cost[j - 1] + insertions[j - 1];
    }
    for i in 1..=n {
        let deletion = w.deletion(truth[i - 1]);
        cost[i * width] = cost[(i - 1) * width] + deletion;
        for j in 1..=m {
            let s = cost[(i - 1) * width + j - 1] + w.substitution(truth[i - 1], read[j - 1]);
            let d = cost[(i - 1) * width + j] + deletion;
            let a = cost[i * width + j - 1] + insertions[j - 1];
            cost[i * width + j] = s.min(d).min(a);
        }
    }
    let mut spans = vec![(0, 0); n];
    let (mut i, mut j, mut end) = (n, m, m);
    while i > 0 {
        let here = cost[i * width + j];
        if j > 0
            && here
                >= cost[(i - 1) * width + j - 1] + w.substitution(truth[i - 1], read[j - 1]) - 1e-4
        {
            spans[i - 1] = (j - 1, end);
            (i, j) = (i - 1, j - 1);
            end = j;
        } else if j > 0 && here >= cost[i * width + j - 1] + insertions[j - 1] - 1e-4 {
            j -= 1;
        } else {
            spans[i - 1] = (end, end);
            i -= 1;
            // Letters inserted after a letter that was lost go to the letter before it.
        }
    }
    if let Some(first) = spans.first_mut() {
        first.0 = 0;
    }
    spans
}

/// Learns weights from pairs of lines in `rounds` rounds.
pub fn learn(pairs: &[(Vec<char>, Vec<char>)], rounds: usize) -> Weights {
    let mut weights = Weights::default();
    for _ in 0..rounds {
        let mut substitute: Map<(char, char), f32> = Map::default();
        let (mut delete, mut insert): (Map<char, f32>, Map<char, f32>) = Default::default();
        let (mut seen, mut letters): (Map<char, f32>, f32) = Default::default();
        for (truth, read) in pairs {
            for (k, (start, end)) in align(truth, read, &weights).into_iter().enumerate() {
                *seen.entry(truth[k]).or_default() += 1.0;
                letters += 1.0;
                if start == end {
                    *delete.entry(truth[k]).or_default() += 1.0;
                    continue;
                }
                // Among several letters the likeliest is the reading, the others were put in.
                let best = (start..end)
                    .min_by(|&a, &b| {
                        weights
                            .substitution(truth[k], read[a])
                            .total_cmp(&weights.substitution(truth[k], read[b]))
                    })
                    .unwrap_or(start);
                *substitute.entry((truth[k], read[best])).or_default() += 1.0;
                for at in (start..end).filter(|&at| at != best) {
                    *insert.entry(read[at]).or_default() += 1.0;
                }
            }
        }
        let cost = |n: f32, of: f32| -((n - 0.3).max(0.1) / (of + 1.0)).ln();
        weights = Weights {
            substitute: substitute
                .iter()
                .map(|(&(t, r), &n)| ((t, r), cost(n, seen[&t])))
                .collect(),
            delete: delete
                .iter()
                .map(|(&t, &n)| (t, cost(n, seen[&t])))
                .collect(),
            insert: insert
                .iter()
                .map(|(&r, &n)| (r, cost(n, letters).min(UNSEEN)))
                .collect(),
            learnt: true,
        };
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_the_same_base_stand_for_each_other() {
        let chars = |s: &str| s.chars().collect::<Vec<_>>();
        let spans = align(&chars("số đại"), &chars("s6 dai"), &Weights::default());
        assert_eq!(spans, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]);
        let spans = align(&chars("cử"), &chars("cur"), &Weights::default());
        assert_eq!(spans, [(0, 1), (1, 3)]);
    }
}
