//! The one place where the stages are called in order: bytes, document, repair, parse, records.
//!
//! A [`Pipeline`] is built once from [`Settings`], holds what is read-only and costly (the model, the lists), and
//! is shared by all threads. It does no input or output of its own: the same bytes and settings give the same
//! [`Outcome`], wherever and however often it is asked.

use std::path::PathBuf;

use crate::document::Document;
use crate::engine_confidence;
use crate::error::{Error, Result};
use crate::export::edit::{self, EditLine};
use crate::export::record::{Origin, Record};
use crate::input;
use crate::language_model::Model;
use crate::language_model::store::Container;
use crate::lexicon::Lexicon;
use crate::parse::{self, dispatch::Dispatch};
use crate::repair::{self, Profile, Repaired, Repairer};
use crate::review::learn::LEXICON;
use crate::review::recall::Memory;
use crate::second_reading;

/// Most entries that the lists of one dispatch may hold together; the longest plans hold some hundreds.
pub const MOST_FIELDS: usize = 100_000;

/// Entries of the lists of a dispatch.
fn fields(d: &Dispatch) -> usize {
    let people = d.issuers.len() + d.recipients.len() + d.signers.len() + d.copies.len();
    let work = d.tasks.len() + d.events.len() + d.contacts.len();
    people + work + d.references.len() + d.sections.len() + d.footnotes.len() + d.appendices.len()
}

/// What the outcome depends on besides the bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How bytes are read.
    pub input: input::Options,
    /// Whether the text is repaired; without, it is parsed as it stands.
    pub repair: bool,
    /// Edits less sure than this are not made; the token stays and is reported as doubtful. When `None`, as
    /// [`repair::Options::threshold`] says.
    pub min_confidence: Option<f64>,
    /// Which engine's damage is expected; detected from each text when `None`.
    pub profile: Option<Profile>,
    /// A model file instead of the built-in one.
    pub model: Option<PathBuf>,
    /// A file of names, agencies and terms, one a line, that repair protects and prefers.
    pub lexicon: Option<PathBuf>,
    /// A folder of the user's that was taught by decisions.
    pub user: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            input: input::Options::default(),
            repair: true,
            min_confidence: None,
            profile: None,
            model: None,
            lexicon: None,
            user: None,
        }
    }
}

/// What one file became.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The file as read.
    pub document: Document,
    /// Its text after repair.
    pub repaired: Repaired,
    /// Its dispatches, at least one record.
    pub records: Vec<Record>,
}

impl Outcome {
    /// Its edits and doubts in the order of the text, with their places in the file.
    pub fn edit_lines(&self) -> Vec<EditLine> {
        let repaired = &self.repaired;
        edit::lines(&self.document, &repaired.edits, &repaired.doubts)
    }
}

/// The stages, ready for use by any number of threads.
#[derive(Debug)]
pub struct Pipeline {
    settings: Settings,
    model_id: String,
    lexicon: Lexicon,
    repairer: Repairer,
    memory: Memory,
}

impl Pipeline {
    /// Loads what the stages need.
    ///
    /// # Errors
    /// [`crate::Error::Model`] when the model cannot be used; [`crate::Error::Io`] and [`crate::Error::List`] when the
    /// lexicon cannot.
    pub fn new(settings: Settings) -> Result<Self> {
        let file = match &settings.model {
            None => repair::built_in()?,
            Some(path) => {
                let bytes = std::fs::read(path).map_err(|reason| Error::Io {
                    path: path.clone(),
                    reason,
                })?;
                let file = Container::new(bytes, &path.display().to_string(), true)?;
                repair::verify::verify(&file)?;
                file
            }
        };
        let model_id = file.id();
        let options = repair::Options {
            min_confidence: settings.min_confidence,
            profile: settings.profile,
            ..repair::Options::default()
        };
        let mut repairer = Repairer::new(Model::new(file)?, options)?;
        let mut lexicon = Lexicon::new();
        if let Some(path) = &settings.lexicon {
            lexicon = lexicon.with_user_file(path)?;
        }
        let mut memory = Memory::default();
        if let Some(folder) = &settings.user {
            memory = Memory::read(folder)?;
            let words = folder.join(LEXICON);
            if words.exists() {
                lexicon = lexicon.with_user_file(&words)?;
            }
        }
        if !lexicon.user_entries().is_empty() {
            repairer = repairer.with_vocabulary(lexicon.user_entries().iter().map(String::as_str));
        }
        Ok(Self {
            settings,
            model_id,
            lexicon,
            repairer,
            memory,
        })
    }

    /// What it was built from.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Identifies the model.
    pub fn model_id(&self) -> Option<&str> {
        Some(&self.model_id)
    }

    /// Identifies everything but the bytes that an outcome depends on: version, model, options.
    ///
    /// Two pipelines with the same identity give the same bytes for the same bytes.
    pub fn id(&self) -> String {
        let facts = (
            env!("CARGO_PKG_VERSION"),
            self.model_id(),
            self.settings.repair,
            self.settings.min_confidence.map(f64::to_bits),
            self.settings.profile,
            self.settings.input.encoding,
            self.settings.input.format,
            &self.settings.input.ocr.tesseract,
            self.lexicon.user_entries(),
            self.memory.id(),
        );
        input::sha256(format!("{facts:?}").as_bytes())[..16].to_owned()
    }

    /// The repair stage, to look into it.
    pub fn repairer(&self) -> &Repairer {
        &self.repairer
    }

    /// The repair stage, to set what no user sets.
    pub fn repairer_mut(&mut self) -> &mut Repairer {
        &mut self.repairer
    }

    /// Reads and repairs: all of the work but the parsing.
    ///
    /// # Errors
    /// [`crate::Error::Format`] when the bytes are no document.
    pub fn repair(&self, name: &str, bytes: &[u8]) -> Result<(Document, Repaired)> {
        let document = input::read(name, bytes, &self.settings.input)?;
        let mut repaired = if self.settings.repair {
            let mut repaired = self.repairer.repair(&document.text);
            engine_confidence::weigh(&document, &mut repaired);
            repaired
        } else {
            Repaired::untouched(&document.text)
        };
        self.memory.recall(&mut repaired);
        Ok((document, repaired))
    }

    /// Reads, repairs and parses `bytes`, which the user calls `name`.
    ///
    /// # Errors
    /// [`crate::Error::Format`] when the bytes are no document.
    pub fn process(&self, name: &str, bytes: &[u8]) -> Result<Outcome> {
        let (document, repaired) = self.repair(name, bytes)?;
        self.parse(bytes, document, repaired)
    }

    /// Reads the fields of what was read from `bytes` and repaired.
    fn parse(&self, bytes: &[u8], document: Document, repaired: Repaired) -> Result<Outcome> {
        let file_name = document.source.file.rsplit('/').next();
        let dispatches = parse::parse(&parse::Input {
            text: &repaired.text,
            edits: &repaired.edits,
            file_name: file_name.filter(|n| *n != "-"),
        });
        if let Some(most) = dispatches
            .iter()
            .map(fields)
            .max()
            .filter(|n| *n > MOST_FIELDS)
        {
            return Err(Error::Format {
                file: document.source.file.clone(),
                reason: format!(
                    "holds {most} fields in one dispatch, at most {MOST_FIELDS} are read"
                ),
            });
        }
        let origin = Origin {
            document: &document,
            original: document.original(bytes),
            text: &repaired.text,
            edits: &repaired.edits,
            doubts: &repaired.doubts,
            foreign: &repaired.foreign,
        };
        let records = Record::all(&origin, &dispatches);
        Ok(Outcome {
            document,
            repaired,
            records,
        })
    }

    /// Does what [`Pipeline::process`] does, with another reading of the same paper as a second witness.
    ///
    /// # Errors
    /// As [`Pipeline::process`]; a second reading that cannot be read is no error, it says nothing.
    pub fn process_two(&self, name: &str, bytes: &[u8], second: &[u8]) -> Result<Outcome> {
        let (document, mut repaired) = self.repair(name, bytes)?;
        let Ok((other_document, other)) = self.repair(name, second) else {
            return self.parse(bytes, document, repaired);
        };
        if self.settings.repair {
            let other = (&other_document, &other);
            let least = self.settings.min_confidence;
            second_reading::merge((&document, &mut repaired), other, least);
        }
        let mut outcome = self.parse(bytes, document, repaired)?;
        if let Ok(other) = self.parse(second, other_document, other) {
            second_reading::compare(&mut outcome.records, &other.records);
        }
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_a_record_of_unknown_kind() {
        let pipeline = Pipeline::new(Settings::default()).expect("pipeline");
        let outcome = pipeline.process("a.txt", b"").expect("outcome");
        assert_eq!(outcome.repaired.text.as_str(), "");
        let kinds: Vec<_> = outcome.records.iter().map(|r| &r.record_kind[..]).collect();
        assert_eq!(kinds, ["unknown"]);
    }

    #[test]
    fn the_identity_follows_the_settings() {
        let id = |min_confidence| {
            let settings = Settings {
                min_confidence: Some(min_confidence),
                ..Settings::default()
            };
            Pipeline::new(settings).expect("pipeline").id()
        };
        assert_eq!(id(0.5), id(0.5));
        assert_ne!(id(0.5), id(0.6));
    }
}
