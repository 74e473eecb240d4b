//! What is done, so that a killed run goes on where it was, and what is ours, so that it may be replaced.
//!
//! `OUT/.vanthu/journal.jsonl` grows by a line for each document, after its files are in place. A document is
//! done when the line names its content, the settings and model, and the files as they stand; time plays no part.
//! A line cut short by a kill is no line. `OUT/.vanthu/batch.json` holds the inputs, their folders and the marks of
//! the tables, `OUT/.vanthu/decisions.json` what people decided. `OUT/.vanthu/lock` is locked by the running process; the system takes the lock away with the process,
//! so a killed run locks nobody out.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::output::{Mark, PRIVATE};
use super::walk::hash;
use crate::input::hex;
use crate::review::decisions::{Decisions, Store};

/// Name of the file of decisions.
const DECISIONS: &str = "decisions.json";

/// One document as it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Of the input's bytes.
    pub source: Mark,
    /// Of the pipeline's identity.
    pub pipeline: u64,
    /// Of the text, the record and the edits.
    pub outputs: [Mark; 3],
    /// Of the decisions that were carried out; 0 for none.
    pub decided: u64,
}

#[derive(Serialize, Deserialize)]
struct Line {
    name: String,
    source: String,
    pipeline: u64,
    outputs: [String; 3],
    #[serde(default)]
    decided: u64,
}

/// What earlier runs did, by document.
#[derive(Debug, Default)]
pub struct Done(HashMap<u64, Entry>);

impl Done {
    /// What is known of the document of this name.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.0.get(&hash(name))
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The journal, open for further lines.
#[derive(Debug)]
pub struct Journal {
    file: File,
}

impl Journal {
    /// Opens the journal of OUT and reads what it says.
    ///
    /// # Errors
    /// When it cannot be read or written. Lines that are no lines are passed over.
    pub fn open(out: &Path) -> io::Result<(Self, Done)> {
        let path = out.join(PRIVATE).join("journal.jsonl");
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)?;
        let mut done = HashMap::new();
        let mut reader = BufReader::new(&file);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes)? > 0 {
            if let Some((name, entry)) = read(&bytes) {
                done.insert(name, entry);
            }
            bytes.clear();
        }
        let end = file.seek(SeekFrom::End(0))?;
        if end > 0 {
            file.seek(SeekFrom::Start(end - 1))?;
            let mut last = [0];
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                file.write_all(b"\n")?;
            }
        }
        Ok((Self { file }, Done(done)))
    }

    /// Adds a document that is done.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, name: &str, entry: &Entry) -> io::Result<()> {
        let line = Line {
            name: name.to_owned(),
            source: hex(&entry.source),
            pipeline: entry.pipeline,
            outputs: entry.outputs.map(|m| hex(&m)),
            decided: entry.decided,
        };
        let json = serde_json::to_string(&line)? + "\n";
        self.file.write_all(json.as_bytes())
    }

    /// Waits until the lines are on the disk.
    ///
    /// # Errors
    /// When the system cannot.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

fn read(bytes: &[u8]) -> Option<(u64, Entry)> {
    let line: Line = serde_json::from_slice(bytes.strip_suffix(b"\n")?).ok()?;
    let [text, record, edits] = &line.outputs;
    let entry = Entry {
        source: unhex(&line.source)?,
        pipeline: line.pipeline,
        outputs: [unhex(text)?, unhex(record)?, unhex(edits)?],
        decided: line.decided,
    };
    Some((hash(line.name.as_str()), entry))
}

fn unhex(text: &str) -> Option<Mark> {
    let mut mark = Mark::default();
    if text.len() != 2 * mark.len() || !text.is_ascii() {
        return None;
    }
    for (k, byte) in mark.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * k..2 * k + 2], 16).ok()?;
    }
    Some(mark)
}

/// What belongs to the batch as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Batch {
    /// The inputs as they were named, from the root.
    pub inputs: Vec<String>,
    /// Folders that the inputs came from.
    pub roots: Vec<String>,
    /// The folder of second readings, from the root.
    pub second_readings: Option<PathBuf>,
    /// Whether files that hold words in place were written once more.
    pub write_back: bool,
    /// The tables by name, and the marks they may have: while a table is being replaced, the old and the new.
    pub files: BTreeMap<String, Vec<String>>,
}

impl Batch {
    fn path(out: &Path) -> PathBuf {
        out.join(PRIVATE).join("batch.json")
    }

    /// What the last run left; `None` when there was none.
    pub fn read(out: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(Self::path(out)).ok()?).ok()
    }

    /// Writes it, at once or not at all.
    ///
    /// # Errors
    /// When the system cannot.
    pub fn write(&self, out: &Path) -> io::Result<()> {
        let path = Self::path(out);
        let scratch = path.with_extension("new");
        let mut file = File::create(&scratch)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_data()?;
        fs::rename(scratch, path)
    }

    /// Whether a table with this mark is one of ours.
    pub fn knows(&self, name: &str, mark: &Mark) -> bool {
        let mark = hex(mark);
        self.files.get(name).is_some_and(|all| all.contains(&mark))
    }
}

/// What people decided on documents of this batch.
pub fn decisions(out: &Path) -> io::Result<Store> {
    let path = out.join(PRIVATE).join(DECISIONS);
    let mut store = Store::default();
    match fs::read(&path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(e) => return Err(e),
        Ok(json) => {
            let read = Decisions::parse(DECISIONS, &json).map_err(io::Error::other)?;
            store.add(read.decisions);
        }
    }
    Ok(store)
}

/// Keeps what people decided, at once or not at all.
pub fn keep_decisions(out: &Path, store: &Store) -> io::Result<()> {
    let json = store.file().json(DECISIONS).map_err(io::Error::other)?;
    let path = out.join(PRIVATE).join(DECISIONS);
    let scratch = path.with_extension("new");
    let mut file = File::create(&scratch)?;
    file.write_all(json.as_bytes())?;
    file.sync_data()?;
    fs::rename(scratch, path)
}

/// Holds OUT for this process as long as it lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why OUT could not be locked.
#[derive(Debug)]
pub enum LockError {
    /// Another run holds it; its process id, when it can be read.
    Held(Option<u32>),
    /// The system cannot.
    Io(io::Error),
}

impl Lock {
    /// Locks OUT.
    ///
    /// # Errors
    /// When another process holds it, or the lock's file cannot be written.
    pub fn take(out: &Path) -> Result<Self, LockError> {
        let path = out.join(PRIVATE).join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(LockError::Io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                let _ = file.read_to_string(&mut owner);
                return Err(LockError::Held(owner.trim().parse().ok()));
            }
            Err(TryLockError::Error(e)) => return Err(LockError::Io(e)),
        }
        let pid = format!("{}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.write_all(pid.as_bytes()))
            .map_err(LockError::Io)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::super::output::{Output, mark};
    use super::*;

    fn entry(source: &str) -> Entry {
        Entry {
            source: mark(source.as_bytes()),
            pipeline: 7,
            outputs: [mark(b"t"), mark(b"r"), mark(b"e")],
            decided: 3,
        }
    }

    #[test]
    fn what_was_added_is_known_and_a_torn_line_is_not() {
        let dir = tempfile::tempdir().expect("folder");
        Output::open(dir.path(), false).expect("out");
        let path = dir.path().join(PRIVATE).join("journal.jsonl");
        {
            let (mut journal, done) = Journal::open(dir.path()).expect("journal");
            assert!(done.is_empty());
            journal.add("a", &entry("1")).expect("added");
            journal.add("a", &entry("2")).expect("added");
            journal.add("b", &entry("3")).expect("added");
        }
        let whole = fs::read(&path).expect("journal");
        fs::write(&path, &whole[..whole.len() - 9]).expect("cut");
        let (mut journal, done) = Journal::open(dir.path()).expect("journal");
        assert_eq!(done.get("a"), Some(&entry("2")));
        assert_eq!(done.get("b"), None);
        journal.add("c", &entry("4")).expect("added");
        let (_, done) = Journal::open(dir.path()).expect("journal");
        assert_eq!(done.get("c"), Some(&entry("4")));
    }

    #[test]
    fn one_run_at_a_time() {
        let dir = tempfile::tempdir().expect("folder");
        Output::open(dir.path(), false).expect("out");
        let held = Lock::take(dir.path()).expect("lock");
        match Lock::take(dir.path()) {
            Err(LockError::Held(pid)) => assert_eq!(pid, Some(std::process::id())),
            other => panic!("{other:?}"),
        }
        drop(held);
        Lock::take(dir.path()).expect("lock");
    }
}
