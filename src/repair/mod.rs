//! Repair: a noisy channel, a language model and a lexicon decide together what each token was.

pub mod cache;
mod case;
pub mod channel;
pub mod confidence;
pub mod context;
pub mod decode;
pub mod lattice;
pub mod readings;
mod rescore;
pub mod treatment;
pub mod verify;
pub mod vocabulary;

use std::borrow::Cow;
use std::sync::Arc as Shared;

use crate::document::{Alternative, Doubt, Edit, EditKind, Text, TextBuilder};
use crate::language_model::store::Container;
use crate::language_model::words::{self, SPECIAL};
use crate::language_model::{Model, WordId};
use cache::Caches;
pub use channel::Profile;
use channel::{Channel, Guide, Setting};
use confidence::Calibration;
use context::Context;
use lattice::{Arc, Arcs, Builder, Why};
use rescore::Judged;
use treatment::{Treatment, detect};
use vocabulary::Vocabulary;

/// What was made of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Repaired {
    /// The repaired text; line k is line k of the original.
    pub text: Text,
    /// Every change, in order.
    pub edits: Vec<Edit>,
    /// Tokens left as they are although they may be wrong, in order.
    pub doubts: Vec<Doubt>,
    /// Which engine's damage was expected in most of the text.
    pub profile: Profile,
    /// Lines (from 1) that are in another language and were left as they are.
    pub foreign: Vec<usize>,
}

/// What the user may set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Edits less sure than this are not made, but listed as doubts; [`Options::threshold`] for `None`.
    pub min_confidence: Option<f64>,
    /// The profile; detected from the text when `None`.
    pub profile: Option<Profile>,
    /// Tokens that stay are listed as doubts when they are less sure than this.
    pub doubtful: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            min_confidence: None,
            profile: None,
            doubtful: 0.9,
        }
    }
}

impl Options {
    /// How sure an edit must be to be made. A word that an engine with Vietnamese has read is right far more often
    /// than not; one that has lost its marks is wrong as it stands, so that leaving it is no safer than changing it.
    pub fn threshold(&self, profile: Profile) -> f64 {
        self.min_confidence.unwrap_or(match profile {
            Profile::Marked => 0.5,
            Profile::Unmarked | Profile::Stripped => 0.25,
        })
    }
}

/// Repairs texts. One is shared by all threads.
#[derive(Debug)]
pub struct Repairer {
    model: Model,
    channels: [Channel; 3],
    context: Option<Context>,
    vocabulary: Vocabulary,
    caches: [Caches; 3],
    options: Options,
    /// Weights of the decoder.
    pub decoder: decode::Options,
    /// Costs of the lattice.
    pub costs: lattice::Costs,
    /// From the decoder's probabilities to measured ones.
    pub calibration: Calibration,
}

impl Repairer {
    /// A repairer with the model's own channel.
    ///
    /// # Errors
    /// When the model file lacks a channel.
    pub fn new(model: Model, options: Options) -> crate::Result<Self> {
        let guide = Shared::new(Guide::new(&model));
        let channel = |p| Channel::new(&model, p, &guide);
        let channels = [
            channel(Profile::Marked)?,
            channel(Profile::Unmarked)?,
            channel(Profile::Stripped)?,
        ];
        let context = Context::new(model.file());
        Ok(Self {
            model,
            channels,
            context,
            vocabulary: Vocabulary::default(),
            caches: Default::default(),
            options,
            decoder: Default::default(),
            costs: Default::default(),
            calibration: Calibration::built_in(),
        })
    }

    /// The same repairer with the user's names, agencies and terms, which it protects and prefers.
    #[must_use]
    pub fn with_vocabulary<'e>(mut self, entries: impl IntoIterator<Item = &'e str>) -> Self {
        let find = |key: &str| self.channels[0].find(key);
        self.vocabulary = Vocabulary::new(entries, find);
        self
    }

    /// Its own options.
    pub fn options(&self) -> Options {
        self.options
    }

    /// The language model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Repairs `text`.
    pub fn repair(&self, text: &Text) -> Repaired {
        self.repair_as(text, &self.options)
    }

    /// Repairs `text` with other options than its own.
    pub fn repair_as(&self, text: &Text, options: &Options) -> Repaired {
        let content = text.as_str();
        let Lattice {
            slots,
            treatments,
            profile,
            arcs,
        } = self.lattice(content, options.profile);
        let profile_of = |line: usize| match treatments[line - 1] {
            Treatment::Repair(profile) => profile,
            Treatment::Leave => profile,
        };
        let (steps, rivals) = decode::decode(&self.model, &slots, &arcs, &self.decoder);

        let passage = Passage {
            text,
            slots: &slots,
            arcs: &arcs,
            steps: &steps,
            rivals: &rivals,
        };
        // A token that stays, and that the decoder was sure of, is no news.
        let no_news = Profile::ALL
            .map(|profile| self.calibration.apply(profile, false, 1.0) >= options.doubtful);
        let decisions = self.decisions(&passage, |line| no_news[profile_of(line) as usize]);
        // A long text with marks in which next to nothing asks for repair was not read by an engine: what seems
        // wrong in it is its author's, or a word the model does not know.
        let asked: f64 = decisions
            .iter()
            .filter(|d| d.to != d.from && profile_of(d.line) == Profile::Marked)
            .map(|d| d.confidence)
            .sum();
        let clean = profile == Profile::Marked
            && slots.len() >= CLEAN.0
            && asked < CLEAN.1 * slots.len() as f64;

        let mut out = TextBuilder::new();
        let (mut edits, mut doubts) = (Vec::new(), Vec::new());
        let mut at = 0;
        for d in decisions {
            let span = text.source_span(d.range.clone());
            // A token that was composed together with its neighbour has no bytes of its own to be changed.
            if text.range_of(span) != d.range {
                continue;
            }
            let line = d.line;
            let edit = d.to != d.from;
            let profile = profile_of(line);
            let confidence = self.calibration.apply(profile, edit, d.confidence);
            if !edit {
                if confidence < options.doubtful {
                    doubts.push(Doubt {
                        line,
                        span,
                        token: d.from.to_owned(),
                        confidence,
                        alternatives: d.alternatives,
                    });
                }
                continue;
            }
            let made = confidence >= options.threshold(profile)
                && (!clean || profile != Profile::Marked || is_garble(d.from));
            if !made {
                let mut alternatives = d.alternatives;
                alternatives.insert(
                    0,
                    Alternative {
                        text: d.to.into_owned(),
                        confidence,
                    },
                );
                doubts.push(Doubt {
                    line,
                    span,
                    token: d.from.to_owned(),
                    confidence: 1.0 - confidence,
                    alternatives,
                });
                continue;
            }
            out.copy(text, at..d.range.start);
            out.push(&d.to, span);
            at = d.range.end;
            let kind = kind(d.why, d.from, &d.to);
            edits.push(Edit {
                line,
                span,
                from: d.from.to_owned(),
                to: d.to.into_owned(),
                confidence,
                kind,
                alternatives: d.alternatives,
            });
        }
        out.copy(text, at..content.len());
        Repaired {
            text: out.finish(),
            edits,
            doubts,
            profile,
            foreign: (1..)
                .zip(&treatments)
                .filter(|(_, t)| **t == Treatment::Leave)
                .map(|(line, _)| line)
                .collect(),
        }
    }

    /// What `content` may have been.
    fn lattice(&self, content: &str, profile: Option<Profile>) -> Lattice {
        let slots = lattice::slots(content);
        let is_known = |token: &str| self.knows(token);
        let (treatments, profile) = treatment::treatments(content, &slots, profile, is_known);
        let builders = [0, 1, 2].map(|number| Builder {
            model: &self.model,
            channel: &self.channels[number],
            caches: &self.caches[number],
            costs: self.costs,
            profile: Profile::ALL[number],
        });
        let mut arcs: Vec<Arcs> = (0..slots.len())
            .map(|k| match treatments[slots[k].line] {
                Treatment::Repair(profile) => builders[profile as usize].arcs(content, &slots, k),
                Treatment::Leave => Arcs::Own(vec![builders[0].keep(&slots[k], content)]),
            })
            .collect();
        if !self.vocabulary.is_empty() {
            self.vocabulary.prefer(content, &slots, &mut arcs);
        }
        Lattice {
            slots,
            treatments,
            profile,
            arcs,
        }
    }

    /// What the path says of each token that could have been something else; of those that surely stay only where it is
    /// not `no_news` on the line (from 1).
    fn decisions<'t>(&self, p: &Passage<'t>, no_news: impl Fn(usize) -> bool) -> Vec<Decision<'t>> {
        let content = p.text.as_str();
        let mut out = Vec::new();
        let (chosen, judged) = self.rescored(p);
        for (k, (step, best)) in p.steps.iter().zip(chosen).enumerate() {
            let posterior = judged.posterior(k);
            let arcs = &p.arcs[step.slot];
            let arc = &arcs[best];
            let first = &p.slots[step.slot];
            let last = &p.slots[step.slot + usize::from(arc.slots) - 1];
            let smear = [first.smear[0], if arc.end == 0 { last.smear[1] } else { 0 }];
            let stays = arc.why == Why::Keep && smear == [0, 0];
            let line = first.line + 1;
            if stays && (arcs.len() < 2 || posterior[best] == 1.0 && no_news(line)) {
                continue;
            }
            let token =
                first.range.start..last.range.end.saturating_add_signed(isize::from(arc.end));
            let range = token.start - smear[0]..token.end + smear[1];
            let (token, from) = (&content[token], &content[range.clone()]);
            let mut alternatives: Vec<Alternative> = arcs
                .iter()
                .zip(posterior)
                .enumerate()
                .filter(|&(a, (_, &p))| a != best && p >= 0.01)
                .map(|(_, (arc, &p))| Alternative {
                    text: self.spell(arc, token),
                    confidence: f64::from(p),
                })
                .collect();
            alternatives.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
            alternatives.truncate(4);
            out.push(Decision {
                line,
                to: match arc.why {
                    Why::Keep => token.into(),
                    _ => {
                        let to = self.spell(arc, token);
                        case::fit(to, content, p.slots, step.slot, arc).into()
                    }
                },
                why: arc.why,
                confidence: f64::from(posterior[best]),
                range,
                from,
                alternatives,
            });
        }
        out
    }

    /// For each step the best arc with everything around it as chosen, and how likely each arc is: first by what
    /// stands around, then by what the whole text says too.
    fn rescored(&self, p: &Passage) -> (Vec<usize>, Judged) {
        let mut path = rescore::Path::new(p.text.as_str(), &self.model, p.slots, p.arcs, p.steps);
        let mut chosen: Vec<usize> = p.steps.iter().map(|s| s.arc).collect();
        let mut judged = Judged::new(p.arcs, p.steps);
        let mut echo = None;
        for look in 1..=LOOKS {
            let mut moved = echo.is_none();
            for (k, step) in p.steps.iter().enumerate() {
                let arcs = &p.arcs[step.slot];
                let best = &mut chosen[k];
                if judged.posterior(k)[*best] > SURE {
                    continue;
                }
                let judges = (&self.model, self.context.as_ref(), echo.as_ref());
                path.judge(judges, arcs, *best, k, &self.decoder, &mut judged);
                // Only readings of as many words can change places: others would move what stands behind.
                let (before, posterior) = (*best, judged.posterior(k));
                *best = (0..arcs.len())
                    .filter(|&a| arcs[a].count == arcs[step.arc].count)
                    .max_by(|&a, &b| posterior[a].total_cmp(&posterior[b]).then(b.cmp(&a)))
                    .unwrap_or(before);
                if *best != before {
                    path.put(k, &arcs[*best]);
                    moved = true;
                }
            }
            // What takes the place of two words has to be looked at again.
            for rival in p.rivals.iter().filter(|_| look < LOOKS) {
                let k = rival.step;
                let arcs = [0, 1].map(|n| &p.arcs[p.steps[k + n].slot]);
                let old = [chosen[k], chosen[k + 1]];
                let judges = (&self.model, self.context.as_ref(), echo.as_ref());
                let [from, to] = [old, rival.arcs].map(|a| [&arcs[0][a[0]], &arcs[1][a[1]]]);
                if old != rival.arcs && path.yields(judges, from, to, k, &self.decoder) {
                    for n in [0, 1] {
                        chosen[k + n] = rival.arcs[n];
                        path.put(k + n, to[n]);
                    }
                    moved = true;
                }
            }
            if !moved {
                break;
            }
            let doubtful = |k: &usize| judged.posterior(*k)[chosen[*k]] < CERTAIN;
            let doubtful = (0..chosen.len()).filter(doubtful);
            echo = Some(rescore::Echo::new(&path, doubtful));
        }
        (chosen, judged)
    }

    fn spell(&self, arc: &Arc, from: &str) -> String {
        match arc.why {
            Why::Keep => return from.to_owned(),
            Why::About => return "V/v".to_owned(),
            _ if arc.spelling > 0 => return self.vocabulary.spell(arc.spelling, from),
            _ => {}
        }
        let words: Vec<String> = (0..usize::from(arc.count))
            .map(|k| self.set(arc.words[k], arc.settings[k]))
            .collect();
        words.join(" ")
    }

    fn set(&self, word: WordId, setting: Setting) -> String {
        let word = self.model.word(word);
        match setting {
            Setting::Small => word.to_owned(),
            Setting::Capitals => word.to_uppercase(),
            Setting::Initial => {
                let mut letters = word.chars();
                letters
                    .next()
                    .into_iter()
                    .flat_map(char::to_uppercase)
                    .chain(letters)
                    .collect()
            }
        }
    }

    /// Whether the model knows `word`.
    pub fn knows(&self, word: &str) -> bool {
        self.channels[0]
            .find(&words::key(word))
            .is_some_and(|w| usize::from(w) >= SPECIAL.len())
    }
}

/// How often a text is looked through at most, as long as that changes something.
const LOOKS: usize = 4;

/// A reading as likely as this needs no second look.
const SURE: f32 = 0.9995;

/// What a text says elsewhere counts from this probability on.
const CERTAIN: f32 = 0.8;

/// A text of at least so many words, of which less than this share asks for repair, is taken to be clean.
const CLEAN: (usize, f64) = (300, 0.006);

/// A text as the decoder sees it.
struct Lattice {
    /// Its tokens.
    slots: Vec<lattice::Slot>,
    /// How each of its lines is treated.
    treatments: Vec<Treatment>,
    /// Which engine's damage is expected in most of it.
    profile: Profile,
    /// What each token may have been.
    arcs: Vec<Arcs>,
}

/// A text on its way through the decoder.
struct Passage<'t> {
    text: &'t Text,
    slots: &'t [lattice::Slot],
    arcs: &'t [Arcs],
    steps: &'t [decode::Step],
    rivals: &'t [decode::Rival],
}

/// What was decided about one token.
struct Decision<'t> {
    line: usize,
    range: std::ops::Range<usize>,
    from: &'t str,
    to: Cow<'t, str>,
    why: Why,
    confidence: f64,
    alternatives: Vec<Alternative>,
}

/// Whether no writer can have meant the token: it is no syllable, and it is no name or abbreviation either.
fn is_garble(token: &str) -> bool {
    token.contains('\u{FFFD}')
        || !crate::syllable::is_syllable(token) && !token.chars().skip(1).any(char::is_uppercase)
}

fn kind(why: Why, from: &str, to: &str) -> EditKind {
    let base = |s: &str| crate::syllable::strip_marks(s).to_lowercase();
    match why {
        Why::About => EditKind::Boilerplate,
        Why::Split => EditKind::Split,
        Why::Join => EditKind::Join,
        _ if from.contains('\u{FFFD}') => EditKind::Charset,
        _ if base(from) == base(to) => EditKind::Diacritics,
        _ if from.chars().any(|c| c.is_ascii_digit()) => EditKind::Digit,
        _ => EditKind::Confusion,
    }
}

impl Repaired {
    /// A text as it was read.
    pub fn untouched(text: &Text) -> Self {
        Self {
            text: text.clone(),
            edits: Vec::new(),
            doubts: Vec::new(),
            profile: detect(text.as_str()),
            foreign: Vec::new(),
        }
    }
}

/// The model that is part of the program.
///
/// # Errors
/// When the program was built with a damaged model file.
pub fn built_in() -> crate::Result<Container> {
    static MODEL: &[u8] = include_bytes!("../../dictionaries/model.bin");
    Container::new(MODEL, "built-in", false)
}
