//! Whether confidence can be trusted: of the edits said to be 0.9 sure, are nine in ten right?
//!
//! A word of the repaired text is right when the alignment with the truth pairs it with the same word (case and
//! tone placement ignored); an edit is right when all the words it made are.

use serde::Serialize;

use super::align;
use super::canon::canonical;
use super::oracle::words;
use super::rates::{Counts, Rates, share};
use crate::document::Span;
use crate::normalise::token::{self, Shape};
use crate::repair::confidence::log_odds;
use crate::repair::{Profile, Repaired};

/// Tokens that stay are on the list of doubts when they are less sure.
const DOUBTFUL: f64 = 0.9;
/// The share of the words that somebody has the time to look at.
const LOOK: f64 = 0.03;
/// Thresholds of the risk and coverage table.
const THRESHOLDS: [f64; 9] = [0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];

/// One edit or one token that stays, and whether it is right.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Verdict {
    confidence: f64,
    right: bool,
    edit: bool,
    words: usize,
    wrong_words: usize,
}

/// A repaired text, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    verdicts: Vec<Verdict>,
    /// Words that no reading but their own was ever thought of, and how many of them are wrong.
    settled: usize,
    settled_wrong: usize,
}

/// What one text says about certainty.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Evidence {
    /// Repaired as set.
    pub set: Judged,
    /// Repaired with every edit made.
    pub every: Judged,
    /// Rates with only the edits above each of the thresholds.
    pub by_threshold: Vec<Counts>,
}

impl Judged {
    /// Judges `repaired`, whose doubts list every token that could have been another.
    pub fn new(truth: &str, repaired: &Repaired) -> Self {
        let truth = words(&canonical(truth));
        let text = repaired.text.as_str();
        let mut tokens = Vec::new();
        token::cut(text, 0, &mut tokens);
        tokens.retain(|t| !matches!(t.shape, Shape::Separator(_)));
        let made: Vec<String> = tokens
            .iter()
            .map(|t| canonical(&text[t.range.clone()]).to_lowercase())
            .collect();
        let list = |w: &'_ [String]| w.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        let (truth, made) = (list(&truth), list(&made));
        let (truth, made): (Vec<&str>, Vec<&str>) =
            (truth.lines().collect(), made.lines().collect());
        let (a, b) = align::intern(&truth, &made);
        let mut right = vec![false; tokens.len()];
        for k in align::matches(&a, &b).into_iter().flatten() {
            if let Some(r) = right.get_mut(k) {
                *r = true;
            }
        }
        let mut marks: Vec<(Span, f64, bool)> = Vec::new();
        marks.extend(repaired.edits.iter().map(|e| (e.span, e.confidence, true)));
        marks.extend(
            repaired
                .doubts
                .iter()
                .map(|d| (d.span, d.confidence, false)),
        );
        marks.sort_by_key(|m| m.0);
        let mut out = Self {
            verdicts: Vec::new(),
            settled: 0,
            settled_wrong: 0,
        };
        let mut open: Option<usize> = None;
        for (token, right) in tokens.iter().zip(right) {
            let span = repaired.text.source_span(token.range.clone());
            let k = marks.partition_point(|m| m.0.end <= span.start);
            let mark = marks.get(k).filter(|m| m.0.start < span.end);
            match mark {
                None => {
                    out.settled += 1;
                    out.settled_wrong += usize::from(!right);
                    open = None;
                }
                Some(_) if open == Some(k) => {
                    if let Some(v) = out.verdicts.last_mut() {
                        v.right &= right;
                        v.words += 1;
                        v.wrong_words += usize::from(!right);
                    }
                }
                Some(&(_, confidence, edit)) => {
                    open = Some(k);
                    out.verdicts.push(Verdict {
                        confidence,
                        right,
                        edit,
                        words: 1,
                        wrong_words: usize::from(!right),
                    });
                }
            }
        }
        out
    }
}

/// The rates of the text with only the edits that are at least as sure as each threshold.
pub(super) fn by_threshold(truth: &str, ocr: &str, every: &Repaired) -> Vec<Counts> {
    let text = |limit: f64| {
        let mut out = String::with_capacity(ocr.len());
        let mut at = 0;
        for edit in every.edits.iter().filter(|e| e.confidence >= limit) {
            let (Some(before), Some(_)) = (ocr.get(at..edit.span.start), ocr.get(edit.span.end..))
            else {
                continue;
            };
            out.push_str(before);
            out.push_str(&edit.to);
            at = edit.span.end;
        }
        out.push_str(&ocr[at..]);
        out
    };
    let counts = |limit| {
        let mut counts = Counts::default();
        counts.add(truth, ocr, &text(limit));
        counts
    };
    THRESHOLDS.into_iter().map(counts).collect()
}

/// Edits of like confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Least confidence; the bin ends where the next begins.
    pub from: f64,
    /// How many.
    pub count: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share that is right.
    pub right: f64,
}

/// What happens when only edits of at least some confidence are made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Threshold {
    /// The least confidence.
    pub min_confidence: f64,
    /// Share of all edits that are made.
    pub coverage: f64,
    /// Share of the made edits that are wrong.
    pub risk: f64,
    /// The rates of the text that results.
    pub rates: Rates,
}

/// Whether confidence can be trusted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Certainty {
    /// Reliability of the edits, whatever their confidence: ten bins of equal width.
    pub edits: Vec<Bin>,
    /// Expected calibration error: mean distance of confidence and share right over the bins, by their counts.
    pub edits_error: f64,
    /// Reliability of tokens that stay although other readings were thought of.
    pub kept: Vec<Bin>,
    /// Their expected calibration error.
    pub kept_error: f64,
    /// Risk and coverage by threshold.
    pub thresholds: Vec<Threshold>,
    /// Words of the repaired text.
    pub words: usize,
    /// Words that are wrong in it.
    pub wrong: usize,
    /// Words on the list of doubts: tokens that stay, and edits that were not made.
    pub doubts: usize,
    /// Share of the wrong words that are on that list.
    pub wrong_among_doubts: f64,
    /// The share of the words that are looked at, most doubtful first, edits and kept tokens alike.
    pub look: f64,
    /// Share of the wrong words that are among them.
    pub wrong_among_looked_at: f64,
}

impl Certainty {
    pub(super) fn of(evidence: &[Evidence]) -> Self {
        let every = || evidence.iter().flat_map(|e| &e.every.verdicts);
        let bins = |edit: bool| bins(every().filter(|v| v.edit == edit));
        let ((edits, edits_error), (kept, kept_error)) = (bins(true), bins(false));
        let made = |limit: f64| every().filter(move |v| v.edit && v.confidence >= limit);
        let all = made(0.0).count();
        let threshold = |(k, &limit): (usize, &f64)| {
            let mut counts = Counts::default();
            evidence
                .iter()
                .for_each(|e| counts.merge(&e.by_threshold[k]));
            let count = made(limit).count();
            Threshold {
                min_confidence: limit,
                coverage: share(count, all),
                risk: share(made(limit).filter(|v| !v.right).count(), count),
                rates: counts.rates(),
            }
        };
        let thresholds = THRESHOLDS.iter().enumerate().map(threshold).collect();

        let set = || evidence.iter().map(|e| &e.set);
        let mut listed: Vec<&Verdict> = set().flat_map(|s| &s.verdicts).collect();
        let on_list = |v: &&&Verdict| !v.edit && v.confidence < DOUBTFUL;
        let doubts = listed.iter().filter(on_list).map(|v| v.words).sum();
        let doubts_wrong = listed.iter().filter(on_list).map(|v| v.wrong_words).sum();
        let words =
            set().map(|s| s.settled).sum::<usize>() + listed.iter().map(|v| v.words).sum::<usize>();
        let wrong = set().map(|s| s.settled_wrong).sum::<usize>()
            + listed.iter().map(|v| v.wrong_words).sum::<usize>();
        listed.sort_by(|a, b| a.confidence.total_cmp(&b.confidence));
        let mut left = (words as f64 * LOOK) as usize;
        let mut looked_at = 0;
        for v in listed {
            if v.words > left {
                break;
            }
            left -= v.words;
            looked_at += v.wrong_words;
        }
        Self {
            edits,
            edits_error,
            kept,
            kept_error,
            thresholds,
            words,
            wrong,
            doubts,
            wrong_among_doubts: share(doubts_wrong, wrong),
            look: LOOK,
            wrong_among_looked_at: share(looked_at, wrong),
        }
    }
}

fn bins<'v>(verdicts: impl Iterator<Item = &'v Verdict>) -> (Vec<Bin>, f64) {
    let mut sums = [(0usize, 0.0, 0usize); 10];
    for v in verdicts {
        let bin = &mut sums[((v.confidence * 10.0) as usize).min(9)];
        bin.0 += 1;
        bin.1 += v.confidence;
        bin.2 += usize::from(v.right);
    }
    let all: usize = sums.iter().map(|s| s.0).sum();
    let bins: Vec<Bin> = sums
        .iter()
        .enumerate()
        .map(|(k, &(count, confidence, right))| Bin {
            from: k as f64 / 10.0,
            count,
            confidence: if count == 0 {
                0.0
            } else {
                confidence / count as f64
            },
            right: share(right, count),
        })
        .collect();
    let error = bins
        .iter()
        .map(|b| (b.confidence - b.right).abs() * share(b.count, all))
        .sum();
    (bins, error)
}

/// The table of [`crate::repair::confidence`]: isotonic regression (pool adjacent violators) of right on log odds,
/// its steps joined to at most a dozen points.
pub(super) fn curves(judged: &[(Profile, Judged)]) -> String {
    let mut out = String::new();
    for profile in Profile::ALL {
        for edit in [true, false] {
            let mut points: Vec<(f64, f64)> = judged
                .iter()
                .filter(|(p, _)| *p == profile)
                .flat_map(|(_, j)| &j.verdicts)
                .filter(|v| v.edit == edit)
                .map(|v| (log_odds(v.confidence), f64::from(u8::from(v.right))))
                .collect();
            for (x, y) in curve(&mut points) {
                let name = if edit { "edit" } else { "keep" };
                out.push_str(&format!("{}\t{name}\t{x:.3}\t{y:.4}\n", profile.name()));
            }
        }
    }
    out
}

/// Fewest cases behind a point.
const CASES: usize = 100;
const POINTS: usize = 12;

fn curve(cases: &mut [(f64, f64)]) -> Vec<(f64, f64)> {
    cases.sort_by(|a, b| a.0.total_cmp(&b.0));
    if cases.len() < 2 * CASES {
        return Vec::new();
    }
    // Points of equal width in log odds, at least CASES cases each: mean log odds, share right, cases.
    let (low, high) = (cases[0].0, cases[cases.len() - 1].0);
    let width = ((high - low) / POINTS as f64).max(f64::MIN_POSITIVE);
    let mut points: Vec<(f64, f64, f64)> = Vec::new();
    let (mut sum, mut begin) = ((0.0, 0.0, 0.0), low);
    for (k, &(x, y)) in cases.iter().enumerate() {
        sum = (sum.0 + x, sum.1 + y, sum.2 + 1.0);
        let last = k + 1 == cases.len();
        let enough = sum.2 >= CASES as f64 && x > begin + width && cases.len() - k > CASES;
        if last || (enough && cases[k + 1].0 > x) {
            points.push((sum.0 / sum.2, sum.1 / sum.2, sum.2));
            sum = (0.0, 0.0, 0.0);
            begin = x;
        }
    }
    let mut pooled: Vec<(f64, f64, f64)> = Vec::new();
    for mut p in points {
        while let Some(&q) = pooled.last().filter(|q| q.1 >= p.1) {
            pooled.pop();
            let n = p.2 + q.2;
            p = ((p.0 * p.2 + q.0 * q.2) / n, (p.1 * p.2 + q.1 * q.2) / n, n);
        }
        pooled.push(p);
    }
    pooled.into_iter().map(|p| (p.0, p.1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_and_their_error() {
        let v = |confidence, right| Verdict {
            confidence,
            right,
            edit: true,
            words: 1,
            wrong_words: usize::from(!right),
        };
        let list = [v(0.95, true), v(0.95, false), v(1.0, true), v(0.2, false)];
        let (bins, error) = bins(list.iter());
        assert_eq!((bins[9].count, bins[2].count), (3, 1));
        let expected = (2.9f64 / 3.0 - 2.0 / 3.0) * 0.75 + 0.2 * 0.25;
        assert!((error - expected).abs() < 1e-12);
    }

    #[test]
    fn curves_rise() {
        let mut cases: Vec<(f64, f64)> = (0..2000)
            .map(|k| {
                (
                    f64::from(k % 100) / 10.0 - 5.0,
                    f64::from(u8::from(k * 7 % 100 < k % 100)),
                )
            })
            .collect();
        let points = curve(&mut cases);
        assert!(points.len() >= 3, "{points:?}");
        assert!(
            points
                .windows(2)
                .all(|w| w[0].0 < w[1].0 && w[0].1 < w[1].1),
            "{points:?}"
        );
    }
}
