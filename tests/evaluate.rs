//! The scores agree with the scripts they stand for, to the last digit printed: error rates with
//! `score/repair.py`, fields with `score/fields.py` of the folder `shared` beside the project.
//!
//! Both are given the same made-up answers: in turn a right one and a wrong one. Without that folder these tests
//! check nothing, and say so.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use vanthu::evaluate::fields;
use vanthu::evaluate::rates::Counts;

/// A path of the material that is not part of the project.
#[allow(clippy::print_stderr)]
fn shared(path: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("VANTHU_SHARED").map_or(beside, PathBuf::from);
    let found = folder.join(path);
    if !found.exists() {
        eprintln!(
            "SKIPPED: {} is absent (VANTHU_SHARED names the folder); nothing was checked",
            found.display()
        );
        return None;
    }
    Some(found)
}

fn strip(text: &str) -> String {
    let text = text.replace('đ', "d").replace('Đ', "D");
    text.nfd()
        .filter(|&c| canonical_combining_class(c) == 0)
        .collect()
}

/// What `repair.py` prints: tokens, CER, WER and syllables before and after, harm, digit harm, error cut.
fn figures(counts: &Counts) -> Vec<String> {
    let r = counts.rates();
    let mut out = vec![r.tokens.to_string()];
    let shares = [
        r.cer[0],
        r.cer[1],
        r.wer[0],
        r.wer[1],
        r.syllables[0],
        r.syllables[1],
        r.harm,
        r.digit_harm,
        r.error_cut,
    ];
    out.extend(shares.map(|x| format!("{x:.6}")));
    out
}

fn check(found: &[String], script: [f64; 10]) {
    let mut expected = vec![format!("{}", script[0])];
    expected.extend(script[1..].iter().map(|x| format!("{x:.6}")));
    assert_eq!(found, expected);
}

fn pairs(name: &str, script: [f64; 10]) {
    let Some(path) = shared(name) else { return };
    let file = std::fs::File::open(path).expect("pairs");
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(file)
        .read_to_string(&mut text)
        .expect("packed text");
    let mut counts = Counts::default();
    for (k, line) in text.lines().enumerate() {
        let pair: Value = serde_json::from_str(line).expect("an object");
        let of = |key: &str| pair[key].as_str().expect("a text").to_owned();
        let truth = of("truth");
        let out = if k % 2 == 1 {
            truth.clone()
        } else {
            strip(&truth)
        };
        counts.add(&truth, &of("ocr"), &out);
    }
    check(&figures(&counts), script);
}

#[test]
fn rates_of_the_pairs_of_an_engine_without_vietnamese() {
    pairs(
        "ocr/pairs_eng.dev.jsonl.gz",
        [
            68061.0,
            0.2519189104032067,
            0.10321025671009593,
            0.8255682402550653,
            0.4002585915575734,
            0.13357946225503942,
            0.5767828769043836,
            0.006537029375258585,
            0.0,
            0.5151720087561622,
        ],
    );
}

#[test]
fn rates_of_the_pairs_of_an_engine_with_vietnamese() {
    pairs(
        "ocr/pairs_vie.dev.jsonl.gz",
        [
            68061.0,
            0.012151745778072287,
            0.10321025671009593,
            0.034322152187008716,
            0.4002585915575734,
            0.9747639966351995,
            0.5767828769043836,
            0.4017285822592873,
            0.02308214528173795,
            -10.661815068493151,
        ],
    );
}

fn sorted(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("folder").flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|e| e.path())
        .filter(|p| p.to_string_lossy().ends_with(end))
        .collect();
    files.sort();
    files
}

#[test]
fn rates_of_real_scans() {
    let Some(folder) = shared("dev/real") else {
        return;
    };
    let mut counts = Counts::default();
    for (k, path) in sorted(&folder, ".truth.txt").iter().enumerate() {
        let truth = std::fs::read_to_string(path).expect("truth");
        let ocr = path.to_string_lossy().replace(".truth.txt", ".txt");
        let ocr = std::fs::read_to_string(ocr).expect("text");
        let out = if k % 2 == 1 {
            truth.clone()
        } else {
            strip(&ocr)
        };
        counts.add(&truth, &ocr, &out);
    }
    check(
        &figures(&counts),
        [
            6794.0,
            0.11884021110192662,
            0.1034208685699752,
            0.4162496320282602,
            0.3957904032970268,
            0.5701699181875394,
            0.5843297671491504,
            0.004975124378109453,
            0.0,
            0.0491513437057991,
        ],
    );
}

#[test]
fn fields_of_real_dispatches() {
    let Some(folder) = shared("dev/real") else {
        return;
    };
    let golds: Vec<Value> = sorted(&folder, ".gold.json")
        .iter()
        .map(|p| serde_json::from_str(&std::fs::read_to_string(p).expect("gold")).expect("JSON"))
        .collect();
    let documents: Vec<(Value, Value)> = golds
        .iter()
        .enumerate()
        .map(|(k, gold)| {
            let other = if k % 2 == 0 { k } else { (k + 1) % golds.len() };
            (gold.clone(), golds[other].clone())
        })
        .collect();
    let reports = fields::reports(&documents);
    let found: Vec<String> = reports[0]
        .fields
        .iter()
        .chain([&reports[0].micro])
        .map(|f| {
            let o = f.outcomes;
            format!(
                "{} {} {} {} {} {:.3} {:.3} {:.3}",
                f.field, o.right, o.wrong, o.missed, o.invented, f.precision, f.recall, f.f1
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "document_type 39 13 0 0 0.750 0.750 0.750",
            "number 35 16 0 0 0.686 0.686 0.686",
            "symbol 37 15 0 0 0.712 0.712 0.712",
            "place 39 2 1 0 0.951 0.929 0.940",
            "date 36 16 0 0 0.692 0.692 0.692",
            "subject 35 17 0 0 0.673 0.673 0.673",
            "archive_line 35 17 0 0 0.673 0.673 0.673",
            "issuers 47 7 6 0 0.870 0.887 0.879",
            "recipients 44 18 19 0 0.710 0.698 0.704",
            "copies 138 74 68 0 0.651 0.670 0.660",
            "signer position 42 14 13 0 0.750 0.764 0.757",
            "signer name 21 15 7 0 0.583 0.750 0.656",
            "references 56 14 22 0 0.800 0.718 0.757",
            "reference date 52 0 0 0 1.000 1.000 1.000",
            "tasks 25 8 12 0 0.758 0.676 0.714",
            "task assignees 21 0 0 0 1.000 1.000 1.000",
            "task deadline 10 0 0 0 1.000 1.000 1.000",
            "parent_agency 33 0 1 1 0.971 0.971 0.971",
            "urgency 7 0 1 1 0.875 0.875 0.875",
            "all (micro) 752 246 150 2 0.752 0.655 0.700",
        ]
    );
    assert_eq!(format!("{:.4}", reports[0].macro_f1), "0.7947");
    let by_type: usize = reports[1..].iter().map(|r| r.documents).sum();
    assert_eq!(by_type, reports[0].documents);
}
