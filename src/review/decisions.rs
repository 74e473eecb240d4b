//! The file of decisions `vanthu.decisions/1`, as the review page saves it.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Read;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::input::sha256;

/// Name of the format.
pub const SCHEMA: &str = "vanthu.decisions/1";

/// Bytes a file of decisions may have.
pub const LARGEST: u64 = 64 << 20;
/// Decisions it may hold: some nights' work of a whole office.
pub const MOST: usize = 100_000;

/// A file of decisions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "vanthu.decisions/1")]
pub struct Decisions {
    /// `vanthu.decisions/1`.
    pub schema: String,
    /// Version of the program whose page it was.
    #[serde(default)]
    pub version: String,
    /// The decisions, by document and place.
    pub decisions: Vec<Decision>,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// The file's name in the records.
    pub file: String,
    /// SHA-256 of the text it was made for.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    pub sha256: String,
    /// What was decided.
    pub action: Action,
    /// On what.
    #[serde(flatten)]
    pub on: Target,
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// What the program proposed is right; of a field without a value: it cannot be read indeed.
    Accept,
    /// What the program proposed is wrong: a word goes back to what was read, a field has no value.
    Reject,
    /// Something else is right.
    Correct,
}

/// What was decided on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Target {
    /// A word of the text.
    Word {
        /// Line of the source, 1-based.
        line: usize,
        /// First byte in the source, and one past the last.
        span: [usize; 2],
        /// What was read there.
        from: String,
        /// What the program made of it.
        proposed: String,
        /// What is right.
        to: String,
    },
    /// A field of a record.
    Field {
        /// Which of the file's dispatches, from 1.
        document: usize,
        /// The field's path: `number`, `signers[0].name`.
        field: String,
        /// The value that was decided on.
        was: Option<String>,
        /// The right value; null when there is none to be read.
        value: Option<String>,
    },
}

impl Decisions {
    /// Reads a file of decisions.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read, [`Error::Format`] when it is no file of decisions or beyond a limit.
    pub fn read(path: &Path) -> Result<Self> {
        let io = |reason| Error::Io {
            path: path.to_owned(),
            reason,
        };
        let file = std::fs::File::open(path).map_err(io)?;
        let mut bytes = Vec::new();
        let mut file = file.take(LARGEST + 1);
        file.read_to_end(&mut bytes).map_err(io)?;
        Self::parse(&path.display().to_string(), &bytes)
    }

    /// Reads decisions from JSON that the user calls `file`.
    ///
    /// # Errors
    /// [`Error::Format`] when it is no file of decisions, or beyond a limit.
    pub fn parse(file: &str, json: &[u8]) -> Result<Self> {
        let no = |reason: String| Error::Format {
            file: file.to_owned(),
            reason,
        };
        size_fits(json).map_err(no)?;
        let read: Self =
            serde_json::from_slice(json).map_err(|e| no(format!("no file of decisions: {e}")))?;
        if read.schema != SCHEMA {
            let reason = format!("is {:?}, not {SCHEMA:?}", read.schema);
            return Err(no(reason));
        }
        read.number_fits().map_err(no)?;
        Ok(read)
    }

    /// The file's text.
    ///
    /// # Errors
    /// [`Error::Format`] when they could not be read again because of a limit; `file` is what the user calls it.
    pub fn json(&self, file: &str) -> Result<String> {
        let no = |reason: String| Error::Format {
            file: file.to_owned(),
            reason,
        };
        self.number_fits().map_err(no)?;
        let json = serde_json::to_string_pretty(self).map_err(|e| no(e.to_string()))?;
        size_fits(json.as_bytes()).map_err(no)?;
        Ok(json)
    }

    fn number_fits(&self) -> Result<(), String> {
        match self.decisions.len() {
            n if n > MOST => Err(format!("holds {n} decisions, at most {MOST} are read")),
            _ => Ok(()),
        }
    }
}

fn size_fits(json: &[u8]) -> Result<(), String> {
    match json.len() as u64 > LARGEST {
        true => Err(format!("holds decisions of more than {LARGEST} bytes")),
        false => Ok(()),
    }
}

/// Decisions by the digest of the text they were made for, each place once: what was decided last holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Store(BTreeMap<String, Vec<Decision>>);

impl Store {
    /// Adds decisions.
    pub fn add(&mut self, decisions: impl IntoIterator<Item = Decision>) {
        let mut touched = BTreeSet::new();
        for new in decisions {
            touched.insert(new.sha256.clone());
            self.0.entry(new.sha256.clone()).or_default().push(new);
        }
        for digest in touched {
            let known = self.0.entry(digest).or_default();
            // Of the same place the last first, which stays.
            known.reverse();
            known.sort_by(|a, b| place(a).cmp(&place(b)));
            known.dedup_by(|a, b| place(a) == place(b));
        }
    }

    /// What was decided on the text of this digest, in the order of its places.
    pub fn of(&self, sha256: &str) -> &[Decision] {
        self.0.get(sha256).map_or(&[], Vec::as_slice)
    }

    /// Identifies what was decided on a text; 0 when nothing was.
    pub fn mark(&self, digest: &str) -> u64 {
        let all = self.of(digest);
        if all.is_empty() {
            return 0;
        }
        let json = serde_json::to_string(all).unwrap_or_default();
        u64::from_str_radix(&sha256(json.as_bytes())[..16], 16).unwrap_or(1)
    }

    /// All of them as a file.
    pub fn file(&self) -> Decisions {
        Decisions {
            schema: SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            decisions: self.0.values().flatten().cloned().collect(),
        }
    }

    /// Forgets what was decided on the texts of these digests.
    pub fn forget(&mut self, digests: &HashSet<&str>) {
        self.0
            .retain(|digest, _| !digests.contains(digest.as_str()));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Where a decision is: words in the order of the text, then fields.
fn place(d: &Decision) -> (usize, usize, usize, &str) {
    match &d.on {
        Target::Word { span, .. } => (0, span[0], span[1], ""),
        Target::Field {
            document, field, ..
        } => (1, *document, 0, field),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(sha256: &str, start: usize, to: &str) -> Decision {
        Decision {
            file: "a.txt".into(),
            sha256: sha256.into(),
            action: Action::Correct,
            on: Target::Word {
                line: 1,
                span: [start, start + 2],
                from: "ve".into(),
                proposed: "ve".into(),
                to: to.into(),
            },
        }
    }

    #[test]
    fn what_the_page_saves_is_read() {
        let json = r#"{"schema": "vanthu.decisions/1", "version": "0.1.0", "decisions": [
            {"file": "a.txt", "sha256": "00", "line": 1, "span": [0, 2], "from": "ve", "proposed": "ve", "action": "correct", "to": "về"},
            {"file": "a.txt", "sha256": "00", "document": 1, "field": "number", "was": null, "action": "accept", "value": null}]}"#;
        let read = Decisions::parse("d.json", json.as_bytes()).expect("decisions");
        assert_eq!(read.decisions[0], word("00", 0, "về").with_sha("00"));
        assert_eq!(read.decisions[1].action, Action::Accept);
        assert!(matches!(&read.decisions[1].on, Target::Field { field, .. } if field == "number"));
        for bad in ["", "[]", r#"{"schema": "x", "decisions": []}"#] {
            assert!(Decisions::parse("d.json", bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_file_beyond_a_limit_is_neither_read_nor_written() {
        let mut file = Decisions {
            schema: SCHEMA.into(),
            version: String::new(),
            decisions: vec![word("00", 0, "về"); MOST],
        };
        let most = file.json("d.json").expect("all that may be");
        assert_eq!(
            Decisions::parse("d.json", most.as_bytes()).expect("read"),
            file
        );
        file.decisions.push(word("00", 4, "về"));
        let reason = "d.json: holds 100001 decisions, at most 100000 are read";
        let refused = file.json("d.json").expect_err("too many");
        assert_eq!(refused.to_string(), reason);
        let json = serde_json::to_vec(&file).expect("JSON");
        let refused = Decisions::parse("d.json", &json).expect_err("too many");
        assert_eq!(refused.to_string(), reason);
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("large.json");
        let large = std::fs::File::create(&path).expect("file");
        large.set_len(LARGEST + 1).expect("a sparse file");
        let refused = Decisions::read(&path).expect_err("too large").to_string();
        assert!(
            refused.ends_with("holds decisions of more than 67108864 bytes"),
            "{refused}"
        );
        let deep = format!("{{\"schema\": {}", "[".repeat(1_000_000));
        let refused = Decisions::parse("d.json", deep.as_bytes()).expect_err("too deep");
        assert!(refused.to_string().contains("no file of decisions"));
    }

    impl Decision {
        fn with_sha(mut self, sha256: &str) -> Self {
            self.sha256 = sha256.to_owned();
            self
        }
    }

    #[test]
    fn the_last_decision_on_a_place_holds() {
        let mut store = Store::default();
        assert_eq!(store.mark("00"), 0);
        store.add([
            word("00", 4, "về"),
            word("00", 0, "vẽ"),
            word("01", 0, "về"),
        ]);
        let before = store.mark("00");
        store.add([word("00", 4, "vẻ")]);
        assert_ne!(store.mark("00"), before);
        assert_eq!(store.of("00"), [word("00", 0, "vẽ"), word("00", 4, "vẻ")]);
        let mut again = Store::default();
        again.add(store.file().decisions);
        assert_eq!(again, store);
    }
}
