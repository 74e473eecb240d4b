//! Error rates of a text before and after the repair.
//!
//! All are computed on the canonical form ([`super::canon`]). Sums are kept, so that the rates of many texts are
//! those of all their tokens together, not means of means.

use serde::Serialize;

use super::align;
use super::canon::{canonical, is_digit, syllables, tokens};

/// Counts that the rates are made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    chars: usize,
    char_errors: [usize; 2],
    tokens: usize,
    token_errors: [usize; 2],
    syllables: usize,
    syllables_right: [usize; 2],
    right: usize,
    harmed: usize,
    digits: usize,
    digits_harmed: usize,
}

/// Error rates; shares are between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rates {
    /// Tokens of the truth: what stands between white space.
    pub tokens: usize,
    /// Levenshtein distance over characters, by the characters of the truth: as read, after the repair.
    pub cer: [f64; 2],
    /// The same over tokens.
    pub wer: [f64; 2],
    /// Share of the truth's syllables that stand right; case and punctuation do not count.
    pub syllables: [f64; 2],
    /// Of the tokens that were right as read, the share that is wrong after the repair.
    pub harm: f64,
    /// The same for tokens that hold a digit.
    pub digit_harm: f64,
    /// 1 - (WER after) / (WER as read).
    pub error_cut: f64,
    /// How many tokens were harmed.
    pub harmed: usize,
    /// How many of them hold a digit.
    pub digits_harmed: usize,
}

impl Counts {
    /// Adds a text: as it should be, as it was read, as it was repaired.
    pub fn add(&mut self, truth: &str, ocr: &str, out: &str) {
        let truth = canonical(truth);
        let truth_tokens = tokens(&truth);
        let truth_syllables = syllables(&truth_tokens);
        let truth_chars: Vec<char> = truth.chars().collect();
        self.chars += truth_chars.len();
        self.tokens += truth_tokens.len();
        self.syllables += truth_syllables.len();
        let mut right = [Vec::new(), Vec::new()];
        for (k, text) in [ocr, out].into_iter().enumerate() {
            let text = canonical(text);
            let chars: Vec<char> = text.chars().collect();
            let (a, b) = align::intern(&truth_chars, &chars);
            self.char_errors[k] += align::distance(&a, &b);
            let text_tokens = tokens(&text);
            let (a, b) = align::intern(&truth_tokens, &text_tokens);
            self.token_errors[k] += align::distance(&a, &b);
            right[k] = align::matches(&a, &b);
            let text_syllables = syllables(&text_tokens);
            self.syllables_right[k] += same(&truth_syllables, &text_syllables);
        }
        for (k, token) in truth_tokens.iter().enumerate() {
            if right[0][k].is_none() {
                continue;
            }
            let harmed = usize::from(right[1][k].is_none());
            self.right += 1;
            self.harmed += harmed;
            if token.chars().any(is_digit) {
                self.digits += 1;
                self.digits_harmed += harmed;
            }
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Counts) {
        self.chars += other.chars;
        self.tokens += other.tokens;
        self.syllables += other.syllables;
        self.right += other.right;
        self.harmed += other.harmed;
        self.digits += other.digits;
        self.digits_harmed += other.digits_harmed;
        for k in 0..2 {
            self.char_errors[k] += other.char_errors[k];
            self.token_errors[k] += other.token_errors[k];
            self.syllables_right[k] += other.syllables_right[k];
        }
    }

    /// The rates.
    pub fn rates(&self) -> Rates {
        let pair = |n: [usize; 2], of| n.map(|n| share(n, of));
        let wer = pair(self.token_errors, self.tokens);
        Rates {
            tokens: self.tokens,
            cer: pair(self.char_errors, self.chars),
            wer,
            syllables: pair(self.syllables_right, self.syllables),
            harm: share(self.harmed, self.right),
            digit_harm: share(self.digits_harmed, self.digits),
            error_cut: if wer[0] > 0.0 {
                1.0 - wer[1] / wer[0]
            } else {
                0.0
            },
            harmed: self.harmed,
            digits_harmed: self.digits_harmed,
        }
    }
}

fn same(truth: &[String], text: &[String]) -> usize {
    let truth: Vec<&str> = truth.iter().map(String::as_str).collect();
    let text: Vec<&str> = text.iter().map(String::as_str).collect();
    let (a, b) = align::intern(&truth, &text);
    align::matches(&a, &b).iter().flatten().count()
}

/// `n` of `of`; 0 of nothing.
pub(super) fn share(n: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { n as f64 / of as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_a_small_text() {
        let mut counts = Counts::default();
        counts.add("Số: 12 ngày mai", "S6: 12 ngày mai", "Số: 13 ngày mai");
        let rates = counts.rates();
        assert_eq!(rates.tokens, 4);
        assert_eq!(rates.wer, [0.25, 0.25]);
        assert_eq!(rates.syllables, [2.0 / 3.0, 1.0]);
        assert_eq!((rates.harm, rates.digit_harm), (1.0 / 3.0, 1.0));
        assert_eq!(rates.error_cut, 0.0);
    }
}
