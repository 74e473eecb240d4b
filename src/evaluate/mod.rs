//! How good is it: error rates of the repair, what its candidates allow, whether its confidence can be trusted,
//! and the scores of the fields.
//!
//! Nothing here is part of the flow; it looks at what the flow made and at the truth.

pub mod align;
pub mod canon;
pub mod certainty;
pub mod fields;
pub mod oracle;
pub mod rates;

use rayon::prelude::*;
use serde::Serialize;

use crate::document::Text;
use crate::error::Result;
use crate::input;
use crate::pipeline::{Pipeline, Settings};
use crate::repair::confidence::Calibration;
use crate::repair::{self, Repaired};
use certainty::{Certainty, Evidence, Judged};
use oracle::Oracle;
use rates::{Counts, Rates};

/// A text with its truth.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sample {
    /// What the user calls it.
    pub name: String,
    /// As it should be.
    pub truth: String,
    /// As it was read.
    pub ocr: String,
    /// As somebody repaired it; when `None`, it is repaired here.
    pub out: Option<String>,
    /// Groups it belongs to: kind of group, name.
    pub groups: Vec<(&'static str, String)>,
}

/// The rates of some samples.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What the samples have in common: `all`, `profile`, `role`, `source`.
    pub kind: &'static str,
    /// Which profile, role, source.
    pub name: String,
    /// How many samples.
    pub samples: usize,
    /// Their rates.
    #[serde(flatten)]
    pub rates: Rates,
    /// Share of the true syllables that are among the candidates, in order; none when the text was repaired by others.
    pub oracle: Option<f64>,
}

/// What an evaluation found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Rates: of all samples first, then group by group.
    pub rows: Vec<Row>,
    /// Whether confidence can be trusted; none when the texts were repaired by others.
    pub certainty: Option<Certainty>,
}

/// The part of the page that a role of the pairs belongs to.
pub fn zone(role: &str) -> &'static str {
    match role {
        "agency_up" | "agency" | "motto" | "number" | "place_date" | "subject" | "addressee" => {
            "header"
        }
        "noinhan" | "sign_title" | "signer" => "signature",
        "body" => "body",
        _ => "other",
    }
}

/// What one sample gives.
struct Measured {
    counts: Counts,
    oracle: Oracle,
    certainty: Option<Evidence>,
    detected: &'static str,
}

/// What is evaluated: a pipeline, asked for more than it would say by itself.
#[derive(Debug)]
pub struct Subject(Pipeline);

impl Subject {
    /// Of `settings`.
    ///
    /// # Errors
    /// When the model cannot be used.
    pub fn new(settings: &Settings) -> Result<Self> {
        Ok(Self(Pipeline::new(settings.clone())?))
    }

    /// `text` repaired with every token listed that could have been another, however sure.
    fn repair(&self, text: &Text, min_confidence: Option<f64>) -> Repaired {
        let repairer = self.0.repairer();
        let options = repair::Options {
            min_confidence,
            doubtful: f64::INFINITY,
            ..repairer.options()
        };
        repairer.repair_as(text, &options)
    }

    fn read(&self, sample: &Sample) -> Result<Text> {
        let options = &self.0.settings().input;
        Ok(input::read(&sample.name, sample.ocr.as_bytes(), options)?.text)
    }
}

fn measure(sample: &Sample, subject: &Subject) -> Result<Measured> {
    let mut counts = Counts::default();
    if let Some(out) = &sample.out {
        counts.add(&sample.truth, &sample.ocr, out);
        return Ok(Measured {
            counts,
            oracle: Oracle::default(),
            certainty: None,
            detected: "",
        });
    }
    let text = subject.read(sample)?;
    let set = subject.repair(&text, subject.0.settings().min_confidence);
    let every = subject.repair(&text, Some(0.0));
    counts.add(&sample.truth, &sample.ocr, set.text.as_str());
    let readings = subject.0.repairer().readings(&text);
    Ok(Measured {
        counts,
        oracle: Oracle::of(&sample.truth, &readings),
        certainty: Some(Evidence {
            set: Judged::new(&sample.truth, &set),
            every: Judged::new(&sample.truth, &every),
            by_threshold: certainty::by_threshold(&sample.truth, &sample.ocr, &every),
        }),
        detected: set.profile.name(),
    })
}

/// Evaluates `samples`; those without a repaired text are repaired.
///
/// # Errors
/// When a text cannot be read.
pub fn evaluate(samples: &[Sample], subject: &Subject) -> Result<Report> {
    let measured: Vec<Measured> = samples
        .par_iter()
        .map(|s| measure(s, subject))
        .collect::<Result<_>>()?;
    let mut sums: Vec<(&'static str, String, usize, Counts, Oracle)> = Vec::new();
    for (sample, m) in samples.iter().zip(&measured) {
        let mut groups = sample.groups.clone();
        groups.push(("all", String::new()));
        if !m.detected.is_empty() && subject.0.settings().profile.is_none() {
            groups.push(("detected", m.detected.to_owned()));
        }
        for (kind, name) in groups {
            let known = sums.iter().position(|s| s.0 == kind && s.1 == name);
            let k = known.unwrap_or_else(|| {
                sums.push((kind, name, 0, Counts::default(), Oracle::default()));
                sums.len() - 1
            });
            sums[k].2 += 1;
            sums[k].3.merge(&m.counts);
            sums[k].4.merge(&m.oracle);
        }
    }
    let order = ["all", "profile", "detected", "role", "source"];
    sums.sort_by_key(|s| (order.iter().position(|o| *o == s.0), s.1.clone()));
    let rows = sums
        .into_iter()
        .map(|(kind, name, samples, counts, oracle)| Row {
            kind,
            name,
            samples,
            rates: counts.rates(),
            oracle: oracle.share(),
        })
        .collect();
    let evidence: Vec<Evidence> = measured.into_iter().filter_map(|m| m.certainty).collect();
    let certainty = (!evidence.is_empty()).then(|| Certainty::of(&evidence));
    Ok(Report { rows, certainty })
}

/// Measures the functions that calibrate the confidence ([`crate::repair::confidence`]): lines of its table.
///
/// # Errors
/// When a text cannot be read.
pub fn calibrate(samples: &[Sample], mut subject: Subject) -> Result<String> {
    subject.0.repairer_mut().calibration = Calibration::none();
    let judged = samples
        .par_iter()
        .map(|s| {
            let every = subject.repair(&subject.read(s)?, Some(0.0));
            Ok((every.profile, Judged::new(&s.truth, &every)))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(certainty::curves(&judged))
}
