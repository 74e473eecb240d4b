//! What a model says is a probability: by hand for two lines, and in sum for the model that is part of the program.

use super::ask::{STEPS, sections};
use super::store::{Container, write};
use super::train::{Entry, Estimate, Options, fit, pack};
use super::*;

/// The two lines; their words have the numbers 6, 7 and 8.
const LINES: [&str; 2] = ["một hai", "một ba"];
const ONE: WordId = 6;
const TWO: WordId = 7;
const THREE: WordId = 8;

fn estimate() -> Estimate {
    let options = Options {
        min_word_lines: 1,
        min_lines: 1,
        ..Options::default()
    };
    let special = words::SPECIAL.iter();
    let words = special
        .chain(&["một", "hai", "ba"])
        .map(|w| (*w).to_owned());
    fit(&LINES, words.collect(), &options, &|_| ())
}

fn found<'e>(entries: &'e [Entry], words: &[WordId]) -> Option<&'e Entry> {
    entries.iter().find(|e| e.key == pack(words))
}

/// What the estimate says of `word` after two words, by the rule of back-off alone.
fn probability(e: &Estimate, history: [WordId; 2], word: WordId) -> f64 {
    let [first, last] = history;
    if let Some(three) = found(&e.trigrams, &[first, last, word]) {
        return f64::from(three.log_p).exp();
    }
    let weight = found(&e.bigrams, &[first, last]).map_or(0.0, |b| b.back_off);
    let two = match found(&e.bigrams, &[last, word]) {
        Some(two) => two.log_p,
        None => e.unigrams[usize::from(last)].back_off + e.unigrams[usize::from(word)].log_p,
    };
    f64::from(weight + two).exp()
}

/// Counts of different words before: một 1, hai 1, ba 1, end 2; of 5. Three ones and one two make y = 3/(3+2·1) = 0.6
/// and the discounts 1 − 2·0.6·1/3 = 0.6 and 2 − 0.05 (there is no three). 3·0.6 + 1.95 = 3.75 of 5 is left to the
/// 8 words but the begin: 0.09375 each. Bigrams: four ones (một hai, một ba, hai end, ba end) and a two (begin một),
/// y = 4/(4+2·1) = 2/3, discounts 1 − 2·(2/3)·1/4 = 2/3 and 1.95. Trigrams: four ones, y = 1, discount 1 − 0.05.
#[test]
fn a_model_of_two_lines_is_what_the_paper_says() {
    let e = estimate();
    let unigram = |w: WordId| f64::from(e.unigrams[usize::from(w)].log_p).exp();
    let one = 0.4 / 5.0 + 0.09375;
    let end = 0.05 / 5.0 + 0.09375;
    for (word, p) in [
        (ONE, one),
        (TWO, one),
        (THREE, one),
        (END, end),
        (UNKNOWN, 0.09375),
        (NUMBER, 0.09375),
        (CODE, 0.09375),
        (PAUSE, 0.09375),
    ] {
        assert!(
            (unigram(word) - p).abs() < 1e-6,
            "{word}: {}",
            unigram(word)
        );
    }
    let after_begin = 0.05 / 2.0 + 0.975 * one;
    let after_one = (1.0 / 3.0) / 2.0 + 2.0 / 3.0 * one;
    let end_after = 1.0 / 3.0 + 2.0 / 3.0 * end;
    let none = UNKNOWN;
    let all = [
        // Seen: the bigrams after a word that no trigram begins with, then the trigrams.
        ([none, START], ONE, after_begin),
        ([none, ONE], TWO, after_one),
        ([none, ONE], THREE, after_one),
        ([none, TWO], END, end_after),
        ([START, ONE], TWO, 0.05 / 2.0 + 0.95 * after_one),
        ([START, ONE], THREE, 0.05 / 2.0 + 0.95 * after_one),
        ([ONE, TWO], END, 0.05 + 0.95 * end_after),
        ([ONE, THREE], END, 0.05 + 0.95 * end_after),
        // Not seen: the weight left, times what the shorter history says.
        ([none, START], TWO, 0.975 * one),
        ([none, TWO], THREE, 2.0 / 3.0 * one),
        ([START, ONE], END, 0.95 * 2.0 / 3.0 * end),
        ([START, ONE], NUMBER, 0.95 * 2.0 / 3.0 * 0.09375),
        ([ONE, TWO], ONE, 0.95 * 2.0 / 3.0 * one),
        ([none, CODE], ONE, one),
    ];
    let file = Container::new(write(&sections(&e)), "two lines", true).expect("a model");
    let model = Model::new(file).expect("a model");
    for ([first, last], word, p) in all {
        let said = probability(&e, [first, last], word);
        assert!(
            (said - p).abs() < 1e-6,
            "{first} {last} {word}: {said}, not {p}"
        );
        // As stored: two numbers at most, each rounded to a step.
        let state = model.score(model.start(first), last).1;
        let stored = f64::from(model.score(state, word).0);
        assert!(
            (stored - p.ln()).abs() <= 1.0 / f64::from(STEPS) + 1e-6,
            "{first} {last} {word}"
        );
    }
}

#[test]
fn probabilities_sum_to_one_after_every_history() {
    let e = estimate();
    let all = 0..e.words.len() as WordId;
    for first in all.clone() {
        for last in all.clone().filter(|w| *w != END) {
            let sum: f64 = all
                .clone()
                .filter(|w| *w != START)
                .map(|w| probability(&e, [first, last], w))
                .sum();
            assert!((sum - 1.0).abs() < 1e-5, "{first} {last}: {sum}");
        }
    }
}

/// Its weights are rounded to steps of 1/14: a sum may be wrong by half a step.
#[test]
fn the_built_in_model_sums_to_one_for_sampled_histories() {
    let model = Model::new(crate::repair::built_in().expect("a file")).expect("a model");
    let words = model.len() as u64;
    let mut seed = 1u64;
    let mut draw = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        // The frequent words come first: half of the draws are among them.
        let most = if seed >> 63 == 0 { 300 } else { words - 6 };
        (6 + (seed >> 33) % most) as WordId
    };
    let mut with_trigrams = 0;
    for _ in 0..60 {
        let first = draw();
        let follows = |w: &WordId| model.score(model.start(first), *w).1 != model.start(*w);
        let last = (0..200).map(|_| draw()).find(follows).unwrap_or(first);
        let state = model.score(model.start(first), last).1;
        with_trigrams += usize::from(state != model.start(last));
        let p = |w| f64::from(model.score(state, w).0).exp();
        let sum: f64 = (0..words as WordId).filter(|w| *w != START).map(p).sum();
        assert!(
            (sum - 1.0).abs() < 0.5 / f64::from(STEPS),
            "{first} {last}: {sum}"
        );
    }
    assert!(with_trigrams > 10, "{with_trigrams} histories of two words");
}
