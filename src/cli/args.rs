//! The arguments as typed. What they mean is documented here, once: `--help`, the man page and the completions
//! are made of it.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use vanthu::batch::exports::Order;
use vanthu::export::exchange::{Codes, Form};
use vanthu::input::{Charset, Format};
use vanthu::pipeline::Settings;
use vanthu::repair::Profile;

use super::words::Language;

/// Repairs the OCR text of Vietnamese official dispatches and reads their fields.
#[derive(Debug, Parser)]
#[command(
    name = "vanthu",
    version,
    propagate_version = true,
    after_help = "Exit codes: 0 all done; 1 some documents failed, each is named; 2 usage; 3 nothing could be \
                  done; 130 stopped by a signal."
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,

    /// Language of messages and help
    #[arg(long, global = true, value_name = "LANG", default_value = "en")]
    pub lang: Language,

    /// File with settings [default: vanthu.toml in the current folder, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Repair and read whole folders: text, records, tables and a summary into OUT
    Run(Run),
    /// Do what `run` does for the files that come into a folder, until stopped
    Watch(Watch),
    /// Carry out the decisions that the review page saved: texts, records and tables in OUT
    Apply(Apply),
    /// Teach a folder the decisions that the review page saved, for later runs
    Learn(Learn),
    /// Repair one text: a filter that keeps the number of lines
    Repair(Repair),
    /// Read the fields of one text: the record on standard output
    Parse(Parse),
    /// JSON lines in, JSON lines out, in order, one long-lived process
    #[command(after_help = SERVE_LINES)]
    ServeLines(ServeLines),
    /// Build a model file from text and from pairs of true and read pages
    Train(Train),
    /// Measure the repair against the truth, or records against gold answers
    #[command(after_help = EVALUATE)]
    Evaluate(Evaluate),
    /// Print the JSON Schema of what is written
    Schema(Schema),
    /// Print the settings in force and where each comes from
    Config,
    /// Print shell completions
    Completions(Completions),
    /// Print the man page
    Man(Man),
}

const SERVE_LINES: &str = r#"In:  {"id": ANY, "text": "...", "file": "name, optional"}
Out: {"id": ANY, "text": "...", "edits": [...], "record": {...}}
     {"id": ANY, "error": "..."} for a line that cannot be done

One line out for each line in, in their order; "record" is a list when the text holds several dispatches. Output is
flushed whenever no further input waits. Exit code 1 when a line could not be done."#;

const EVALUATE: &str = "\
Texts are compared after NFC, with white space collapsed, dashes and quotes of one kind, and the tone on one fixed
vowel (hoà = hòa). Case and punctuation count in CER and WER, not in syllables.

  syllables    share of the truth's syllables that stand right, as read and after the repair
  oracle       share of them that are among the candidates: what no decision can surpass
  CER, WER     Levenshtein distance by the length of the truth: characters, white-space tokens
  harm         of the tokens that were right as read, the share that is wrong after the repair
  digit harm   the same for tokens that hold a digit
  error cut    1 - WER after / WER as read
  reliability  of the edits said to be so sure, the share that is right; the expected calibration error is the
               mean distance of both over ten bins
  risk         by threshold: the share of the made edits that is wrong
  doubts       how many of the words that are still wrong are on the list of doubts

Rates are given for all texts, by profile, by part of the page (roles of the pairs: header, body, signature), by source
(administrative; general: news and encyclopaedia).

  vanthu evaluate --pairs pairs_eng.dev.jsonl.gz --profile eng
  vanthu evaluate --truth real/ --ocr real/
  vanthu evaluate --plain plain.jsonl.gz --strip
  vanthu evaluate --fields gold/ out/
  vanthu evaluate --pages pages_vie.dev.jsonl.gz";

/// What the stages depend on.
#[derive(Debug, Args)]
pub struct Engine {
    /// Make no change that is less sure than this (0 to 1); such words are reported as doubtful [default: 0.5 where
    /// the engine knew Vietnamese, 0.25 elsewhere]
    #[arg(long, value_name = "P", value_parser = probability)]
    pub min_confidence: Option<f64>,

    /// Which damage to expect: `vie` from an engine with a Vietnamese model, `eng` from one without,
    /// `stripped` from a clean text without marks [default: told from each text]
    #[arg(long, value_name = "PROFILE", value_parser = profile)]
    pub profile: Option<Profile>,

    /// A model file instead of the built-in model
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,

    /// A folder that `vanthu learn` has taught
    #[arg(long, value_name = "DIR")]
    pub user: Option<PathBuf>,
    /// Encoding of texts: UTF-8, UTF-16LE, UTF-16BE, windows-1258, TCVN3, VNI, VISCII, VIQR
    /// [default: told from each text]
    #[arg(long, value_name = "NAME", value_parser = charset)]
    pub encoding: Option<Charset>,

    /// Format of the files: text, hocr, alto, page, docx, pdf, image [default: told from each file]
    #[arg(long, value_name = "NAME", value_parser = format)]
    pub format: Option<Format>,

    /// The program that reads images and scans [default: tesseract on PATH]
    #[arg(long, value_name = "PROGRAM")]
    pub tesseract: Option<PathBuf>,

    /// Names, agencies and terms of your own, one a line, which the repair protects and prefers
    #[arg(long, value_name = "FILE")]
    pub lexicon: Option<PathBuf>,

    /// Refuse input larger than this many bytes
    #[arg(long, value_name = "N", default_value_t = vanthu::input::MAX_BYTES)]
    pub max_bytes: u64,
}

impl Engine {
    /// The settings as built.
    pub fn settings(&self, repair: bool) -> Settings {
        Settings {
            input: vanthu::input::Options {
                max_bytes: self.max_bytes,
                encoding: self.encoding,
                format: self.format,
                ocr: vanthu::input::ocr::Options {
                    tesseract: self.tesseract.clone(),
                    ..Default::default()
                },
            },
            repair,
            min_confidence: self.min_confidence,
            profile: self.profile,
            model: self.model.clone(),
            user: self.user.clone(),
            lexicon: self.lexicon.clone(),
        }
    }
}

fn profile(text: &str) -> Result<Profile, String> {
    let found = Profile::ALL.into_iter().find(|p| p.name() == text);
    found.ok_or_else(|| Profile::ALL.map(Profile::name).join(", "))
}

fn charset(text: &str) -> Result<Charset, String> {
    Charset::named(text).ok_or_else(|| Charset::ALL.map(Charset::name).join(", "))
}

fn format(text: &str) -> Result<Format, String> {
    Format::named(text).ok_or_else(|| Format::ALL.map(Format::name).join(", "))
}

fn probability(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(p) if (0.0..=1.0).contains(&p) => Ok(p),
        _ => Err("a number from 0 to 1 is needed".to_owned()),
    }
}

#[derive(Debug, Args)]
pub struct Run {
    /// Files and folders; in folders, files with the endings of text, hOCR, ALTO, PAGE, DOCX, PDF,
    /// images and archives
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub job: Job,

    /// Name each document on standard error as it is done
    #[arg(short, long)]
    pub verbose: bool,

    /// Say nothing but what failed
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct Watch {
    /// Folder to watch
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,

    #[command(flatten)]
    pub job: Job,

    /// Look for new files every so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = seconds)]
    pub every: f64,

    /// Take a file for whole when it has not changed for so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = seconds)]
    pub settle: f64,
}

/// Where the results go, and how they are made.
#[derive(Debug, Args)]
pub struct Job {
    /// Output folder; a run that was stopped goes on there when it is started again
    #[arg(short, long, value_name = "OUT")]
    pub out: PathBuf,

    /// Replace outputs that are not from an earlier run, or were edited since
    #[arg(long)]
    pub force: bool,

    /// Threads at work [default: one a core]; the results do not depend on it
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub threads: usize,

    /// Give a document, or a page of an image, up after so many seconds; 0 for never
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub timeout: f64,

    /// Read the fields of the text as it stands
    #[arg(long)]
    pub no_repair: bool,

    /// Of hOCR, ALTO and PAGE files also write the same file with the repaired words
    #[arg(long)]
    pub write_back: bool,

    /// Of images and scans also write the engine's hOCR
    #[arg(long)]
    pub keep_hocr: bool,

    /// Folder with another reading of each document under the same name, as a second witness [default: x.eng.txt for
    /// x.vie.txt and the other way round]
    #[arg(long, value_name = "DIR")]
    pub second_reading: Option<PathBuf>,

    #[command(flatten)]
    pub exports: Exports,

    #[command(flatten)]
    pub engine: Engine,

    /// Write one JSON object an event to FILE: file, stage, milliseconds, outcome
    #[arg(long, value_name = "FILE")]
    pub log_json: Option<PathBuf>,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(s) if (0.0..=1e9).contains(&s) => Ok(s),
        _ => Err("a number of seconds is needed".to_owned()),
    }
}

#[derive(Debug, Args)]
pub struct Apply {
    /// Files that the review page saved
    #[arg(required = true, value_name = "DECISIONS")]
    pub decisions: Vec<PathBuf>,

    /// The output folder of the run whose page it was
    #[arg(short, long, value_name = "OUT")]
    pub out: PathBuf,

    /// Threads at work [default: one a core]; the results do not depend on it
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub threads: usize,

    #[command(flatten)]
    pub exports: Exports,
}

/// Projections for other systems.
#[derive(Debug, Args)]
pub struct Exports {
    /// Project the records into OUT/export: `edxml`, `tt02`, `tt05`, with commas between
    #[arg(long, value_name = "FORMS", value_delimiter = ',', value_parser = form)]
    pub export: Vec<Form>,

    /// Codes of agencies and types that no paper tells (docs/codes.toml)
    #[arg(long, value_name = "FILE")]
    pub codes: Option<PathBuf>,
}

impl Exports {
    /// What is asked for.
    ///
    /// # Errors
    /// When the file of codes cannot be used.
    pub fn order(&self) -> vanthu::Result<Order> {
        let codes = self.codes.as_deref().map(Codes::read).transpose()?;
        Ok(Order {
            forms: self.export.clone(),
            codes: codes.unwrap_or_default(),
        })
    }
}

fn form(text: &str) -> Result<Form, String> {
    let found = Form::ALL.into_iter().find(|f| f.name() == text);
    found.ok_or_else(|| Form::ALL.map(Form::name).join(", "))
}

#[derive(Debug, Args)]
pub struct Learn {
    /// Files that the review page saved
    #[arg(required = true, value_name = "DECISIONS")]
    pub decisions: Vec<PathBuf>,

    /// Folder of what is known: lexicon.txt, confusions.tsv, and the decisions they come from
    #[arg(long, value_name = "DIR")]
    pub user: PathBuf,
}

#[derive(Debug, Args)]
pub struct Train {
    /// Texts to count: files and folders; *.jsonl and *.jsonl.gz with a `text` in each object, *.txt
    #[arg(required = true, value_name = "TEXT")]
    pub texts: Vec<PathBuf>,

    /// Pairs for the engine with a Vietnamese model: *.jsonl(.gz) with `truth` and `ocr` of as many lines
    #[arg(long, required = true, value_name = "FILE")]
    pub vie: Vec<PathBuf>,

    /// Pairs for the engine without one
    #[arg(long, required = true, value_name = "FILE")]
    pub eng: Vec<PathBuf>,

    /// Where the model goes
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,

    /// Most trigrams to keep
    #[arg(long, value_name = "N", default_value_t = vanthu::language_model::train::Options::default().trigrams)]
    pub trigrams: usize,

    /// Most bigrams to keep
    #[arg(long, value_name = "N", default_value_t = vanthu::language_model::train::Options::default().bigrams)]
    pub bigrams: usize,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("material").required(true).multiple(false)
    .args(["pairs", "triples", "truth", "plain", "fields", "pages"])))]
pub struct Evaluate {
    /// Pairs to repair: *.jsonl(.gz) with `truth` and `ocr`, perhaps `profile` and `role`
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub pairs: Vec<PathBuf>,

    /// Texts that have been repaired: *.jsonl(.gz) with `truth`, `ocr` and `out`
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub triples: Vec<PathBuf>,

    /// A true text; or a folder with ID.truth.txt files, --ocr and --out then being folders with ID.txt
    #[arg(long, value_name = "PATH", requires = "ocr")]
    pub truth: Option<PathBuf>,

    /// The text as it was read
    #[arg(long, value_name = "PATH", requires = "truth")]
    pub ocr: Option<PathBuf>,

    /// The repaired text [default: repaired here]
    #[arg(long, value_name = "PATH", requires = "truth")]
    pub out: Option<PathBuf>,

    /// Clean texts to leave as they are: *.jsonl(.gz) with `text`, perhaps `source`
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub plain: Vec<PathBuf>,

    /// Take all marks off the clean texts first, to be put back
    #[arg(long, requires = "plain")]
    pub strip: bool,

    /// Score the records OUT/ID.json against the gold answers GOLD/ID.gold.json
    #[arg(long, num_args = 2, value_names = ["GOLD", "OUT"])]
    pub fields: Vec<PathBuf>,

    /// Pages whose header is known: *.jsonl(.gz) with `ocr` and `hdr`; their fields are read here and scored
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub pages: Vec<PathBuf>,

    /// Instead of rates, print the lines of dictionaries/confidence.tsv that make the confidence fit these texts
    #[arg(long, conflicts_with_all = ["fields", "pages", "triples", "out", "json"])]
    pub calibrate: bool,

    /// Print JSON
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    pub engine: Engine,
}

#[derive(Debug, Args)]
pub struct Repair {
    /// The text; `-` or nothing for standard input
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Write one JSON object an edit to FILE, and one a doubtful word
    #[arg(long, value_name = "FILE")]
    pub edits: Option<PathBuf>,

    #[command(flatten)]
    pub engine: Engine,
}

#[derive(Debug, Args)]
pub struct Parse {
    /// The text; `-` or nothing for standard input
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Read the fields of the text as it stands
    #[arg(long)]
    pub no_repair: bool,

    /// Instead of JSON, show which line was taken for what, and each value with the rule that read it
    #[arg(long)]
    pub explain: bool,

    #[command(flatten)]
    pub engine: Engine,
}

#[derive(Debug, Args)]
pub struct ServeLines {
    #[command(flatten)]
    pub engine: Engine,
}

#[derive(Debug, Args)]
pub struct Schema {
    /// Of what
    #[arg(value_enum, default_value_t = Contract::Record)]
    pub of: Contract,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Contract {
    /// A record: OUT/*.json, a line of records.jsonl
    Record,
    /// A line of `--edits FILE`, of OUT/*.edits.jsonl
    Edit,
    /// OUT/summary.json
    Summary,
    /// What the review page saves
    Decisions,
}

#[derive(Debug, Args)]
pub struct Completions {
    /// For which shell
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct Man {
    /// Of which command [default: of vanthu itself]
    #[arg(value_name = "COMMAND")]
    pub of: Option<String>,
}

/// The whole command line.
pub fn command() -> clap::Command {
    Arguments::command()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_sound() {
        super::command().debug_assert();
    }
}
