//! What each stage costs, by share of damaged tokens and by length.
//!
//! `cargo bench --bench stages`; one stage alone: `cargo bench --bench stages parse`. The texts are the project's own
//! dispatches (`corpus/truth`), damaged here in a fixed way.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use vanthu::document::Text;
use vanthu::export::json;
use vanthu::input;
use vanthu::language_model::Model;
use vanthu::parse;
use vanthu::pipeline::{Pipeline, Settings};
use vanthu::repair::channel::{Channel, Guide, Profile};
use vanthu::repair::{self, Options, Repairer, lattice};
use vanthu::syllable::strip_marks;

/// Percent of the tokens that are damaged.
const NOISE: [u32; 4] = [0, 5, 25, 85];
const LINES: [usize; 5] = [1, 10, 100, 1_000, 10_000];

fn main() {
    divan::main();
}

/// The dispatches of the corpus, in the order of their names.
fn truths() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/truth");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("corpus/truth")
        .map(|entry| entry.expect("entry").path())
        .collect();
    paths.sort();
    let read = |path: &_| fs::read_to_string(path).expect("UTF-8");
    paths.iter().map(read).collect()
}

/// `text` with so many percent of its words damaged: marks lost, and of every fourth damaged word a letter made a
/// digit. The same words each time.
fn damaged(text: &str, percent: u32) -> String {
    let mut state = 1u32;
    let mut dice = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    let mut word = |word: &str| {
        if dice() % 100 >= percent {
            return word.to_owned();
        }
        let bare = strip_marks(word);
        match dice() % 4 {
            0 => bare.replacen('o', "6", 1).replacen('i', "1", 1),
            _ => bare.to_string(),
        }
    };
    text.split_inclusive([' ', '\n'])
        .map(|piece| {
            let end = piece.trim_end();
            word(end) + &piece[end.len()..]
        })
        .collect()
}

fn pages(percent: u32) -> Vec<String> {
    truths().iter().map(|t| damaged(t, percent)).collect()
}

/// So many lines of the corpus, a quarter of the words damaged.
fn lines(count: usize) -> String {
    let all = pages(25).concat();
    let lines = all.lines().cycle().take(count);
    lines.flat_map(|l| [l, "\n"]).collect()
}

fn text(content: &str) -> Text {
    let document = input::read("a.txt", content.as_bytes(), &input::Options::default());
    document.expect("text").text
}

fn words(text: &str) -> ItemsCount {
    ItemsCount::new(text.split_whitespace().count())
}

fn repairer() -> Repairer {
    let model = Model::new(repair::built_in().expect("model")).expect("model");
    let options = Options {
        profile: Some(Profile::Unmarked),
        ..Options::default()
    };
    Repairer::new(model, options).expect("repairer")
}

fn pipeline() -> Pipeline {
    let settings = Settings {
        profile: Some(Profile::Unmarked),
        ..Settings::default()
    };
    Pipeline::new(settings).expect("pipeline")
}

/// What the program does before it looks at a text.
#[divan::bench]
fn start() -> Pipeline {
    pipeline()
}

/// The lower bound of all that follows: looking at every byte once.
#[divan::bench]
fn bytes(bencher: Bencher) {
    let text = pages(25).concat();
    bencher
        .counter(words(&text))
        .counter(BytesCount::of_str(&text))
        .bench(|| black_box(&text).bytes().filter(|&b| b == b'\n').count());
}

#[divan::bench]
fn tokens(bencher: Bencher) {
    let text = pages(25).concat();
    bencher
        .counter(words(&text))
        .bench(|| lattice::slots(black_box(&text)));
}

/// Candidates of each different token, nothing kept.
#[divan::bench(args = NOISE, sample_count = 10)]
fn candidates(bencher: Bencher, percent: u32) {
    let model = Model::new(repair::built_in().expect("model")).expect("model");
    let channel =
        Channel::new(&model, Profile::Unmarked, &Arc::new(Guide::new(&model))).expect("channel");
    let text = pages(percent).concat();
    let slots = lattice::slots(&text);
    let mut tokens: Vec<&str> = slots.iter().map(|s| &text[s.range.clone()]).collect();
    tokens.sort_unstable();
    tokens.dedup();
    bencher.counter(ItemsCount::new(tokens.len())).bench(|| {
        tokens
            .iter()
            .map(|t| channel.candidates(t).len())
            .sum::<usize>()
    });
}

/// The lattice and the way through it, all candidates known from the round before.
#[divan::bench(args = NOISE, sample_count = 10)]
fn decode(bencher: Bencher, percent: u32) {
    let repairer = repairer();
    let text = text(&pages(percent).concat());
    repairer.repair(&text);
    bencher
        .counter(words(text.as_str()))
        .bench(|| repairer.repair(black_box(&text)));
}

#[divan::bench(args = NOISE)]
fn parse(bencher: Bencher, percent: u32) {
    let texts: Vec<Text> = pages(percent).iter().map(|t| text(t)).collect();
    let all: usize = texts
        .iter()
        .map(|t| t.as_str().split_whitespace().count())
        .sum();
    bencher.counter(ItemsCount::new(all)).bench(|| {
        for text in &texts {
            black_box(parse::parse(&parse::Input {
                text,
                edits: &[],
                file_name: None,
            }));
        }
    });
}

#[divan::bench]
fn serialise(bencher: Bencher) {
    let pipeline = pipeline();
    let texts = pages(25);
    let process = |t: &String| {
        pipeline
            .process("a.txt", t.as_bytes())
            .expect("text")
            .records
    };
    let records: Vec<_> = texts.iter().map(process).collect();
    bencher
        .counter(words(&texts.concat()))
        .bench(|| records.iter().map(|r| json::pretty(r).len()).sum::<usize>());
}

/// Bytes to JSON, document after document.
#[divan::bench(args = NOISE, sample_count = 10)]
fn whole(bencher: Bencher, percent: u32) {
    let pipeline = pipeline();
    let texts = pages(percent);
    bencher.counter(words(&texts.concat())).bench(|| {
        for text in &texts {
            let outcome = pipeline.process("a.txt", text.as_bytes()).expect("text");
            black_box(json::pretty(&outcome.records));
        }
    });
}

/// One document of so many lines.
#[divan::bench(args = LINES, sample_count = 5)]
fn length(bencher: Bencher, count: usize) {
    let pipeline = pipeline();
    let text = lines(count);
    bencher
        .counter(ItemsCount::new(count))
        .bench(|| pipeline.process("a.txt", text.as_bytes()).expect("text"));
}
