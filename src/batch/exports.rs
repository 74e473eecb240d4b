//! `OUT/export`: projections of the records for other systems, written as the records come by.
//!
//! `edxml/<path>.xml` is a message, `tt02.csv` and `tt05.csv` hold a row a dispatch, `omitted.csv` says of each what
//! was left out and why. What an earlier run left there and nobody has edited is replaced, or taken away when there
//! is no message any more; anything else stays and is a failure.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::output::{Mark, Output, PRIVATE, Place, mark, mark_of};
use super::tables::Stream;
use super::walk::hash;
use crate::export::csv;
use crate::export::exchange::{Codes, Form, Omission, archive, edxml};
use crate::export::record::Record;
use crate::input::hex;

/// Folder of the projections below OUT.
const FOLDER: &str = "export";

/// What to project to, and what the paper cannot tell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Order {
    /// The forms.
    pub forms: Vec<Form>,
    /// The user's codes.
    pub codes: Codes,
}

/// The projections as they grow.
pub(super) struct Exports {
    order: Order,
    rows: Vec<(Form, Stream)>,
    omitted: Option<Stream>,
    /// Marks of what an earlier run left, by the hash of its path.
    known: HashMap<u64, Mark>,
    /// Hashes of the paths of what stands there now, and the list of them for the next run.
    written: HashSet<u64>,
    list: Option<Stream>,
    /// How many of each form there are, and how many messages were blocked.
    pub counts: BTreeMap<String, usize>,
    /// What could not be put in place.
    pub failures: Vec<Failure>,
}

fn name(form: Form) -> &'static str {
    match form {
        Form::Tt05 => "tt05.csv",
        _ => "tt02.csv",
    }
}

/// The list of what a run left in the folder: a line each of path and mark.
const LIST: &str = "exports.jsonl";

fn list_path(output: &Output) -> PathBuf {
    output.folder().join(PRIVATE).join(LIST)
}

/// What the last run listed; nothing when there was none.
fn listed(output: &Output) -> impl Iterator<Item = (String, Mark)> {
    let lines = File::open(list_path(output)).map(|file| BufReader::new(file).lines());
    let lines = lines.into_iter().flatten().map_while(Result::ok);
    lines.filter_map(|line| {
        let (path, mark): (String, String) = serde_json::from_str(&line).ok()?;
        Some((path, unhex(&mark)?))
    })
}

impl Exports {
    /// Begins what is asked for.
    ///
    /// # Errors
    /// When the system cannot write.
    pub fn open(output: &Output, order: &Order) -> io::Result<Self> {
        let mut rows = Vec::new();
        for form in [Form::Tt02, Form::Tt05] {
            if order.forms.contains(&form) {
                let mut table = Stream::open(output, name(form))?;
                table.write(&archive::head(form))?;
                rows.push((form, table));
            }
        }
        let (mut omitted, mut list) = (None, None);
        if !order.forms.is_empty() {
            let mut table = Stream::open(output, "omitted.csv")?;
            table.write(csv::BYTE_ORDER_MARK)?;
            table.write(&csv::row(&[
                "file", "document", "form", "element", "reason", "blocks",
            ]))?;
            omitted = Some(table);
            list = Some(Stream::open(output, LIST)?);
        }
        Ok(Self {
            order: order.clone(),
            rows,
            omitted,
            known: listed(output).map(|(p, m)| (hash(&p), m)).collect(),
            written: HashSet::new(),
            list,
            counts: BTreeMap::new(),
            failures: Vec::new(),
        })
    }

    /// Adds a record whose outputs lie at `stem` below OUT.
    ///
    /// # Errors
    /// When the system cannot write.
    pub fn add(&mut self, output: &Output, record: &Record, stem: &Path) -> io::Result<()> {
        if self.order.forms.contains(&Form::Edxml) {
            let (message, omitted) = edxml::message(record, &self.order.codes);
            self.omit(record, Form::Edxml, &omitted)?;
            match message {
                Some(message) => {
                    let mut path = Path::new(FOLDER).join("edxml").join(stem).into_os_string();
                    if record.document_count > 1 {
                        path.push(format!(".{}", record.document_index));
                    }
                    path.push(".xml");
                    self.count("edxml");
                    let (path, bytes) = (Path::new(&path), message.as_bytes());
                    self.put(output, path, mark(bytes), || output.put(path, bytes))?;
                }
                None => self.count("edxml_blocked"),
            }
        }
        for k in 0..self.rows.len() {
            let form = self.rows[k].0;
            // Thông tư 02 and 05 describe documents; a web page or a blank form is none.
            if record.record_kind == "dispatch" {
                let (cells, omitted) = archive::row(form, record, &self.order.codes);
                self.rows[k].1.write(&csv::row(&cells))?;
                self.count(form.name());
                self.omit(record, form, &omitted)?;
            }
        }
        Ok(())
    }

    fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    fn omit(&mut self, r: &Record, form: Form, all: &[Omission]) -> io::Result<()> {
        let Some(table) = &mut self.omitted else {
            return Ok(());
        };
        for o in all {
            let blocks = if o.blocks { "yes" } else { "" };
            let document = csv::document(r);
            let row = [
                &r.source.file,
                &document,
                form.name(),
                o.element,
                &o.reason,
                blocks,
            ];
            table.write(&csv::row(&row))?;
        }
        Ok(())
    }

    /// Has `write` put what has the mark `new` at `path`, unless something stands there that must stay.
    fn put(
        &mut self,
        output: &Output,
        path: &Path,
        new: Mark,
        write: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<()> {
        let name = super::failure::shown(path);
        let key = hash(&name);
        match output.place(path, &new, self.known.get(&key)) {
            Ok(Place::Same) => {}
            Ok(Place::Free) => {
                if let Err(e) = write() {
                    self.failures.push(output.failure(path, &e));
                    return Ok(());
                }
            }
            Err(failure) => {
                self.failures.push(failure);
                return Ok(());
            }
        }
        self.written.insert(key);
        let line = serde_json::to_string(&(name, hex(&new)))? + "\n";
        let list = self.list.as_mut();
        list.map_or(Ok(()), |list| list.write(line.as_bytes()))
    }

    /// Puts the tables in place and takes away what an earlier run left and this one has not made.
    ///
    /// # Errors
    /// When the system cannot read or write.
    pub fn finish(
        mut self,
        output: &Output,
    ) -> io::Result<(BTreeMap<String, usize>, Vec<Failure>)> {
        if self.order.forms.is_empty() {
            return Ok((self.counts, self.failures));
        }
        let tables = std::mem::take(&mut self.rows).into_iter().map(|(_, t)| t);
        for table in tables.chain(self.omitted.take()) {
            let (name, mark) = table.finish()?;
            let (scratch, path) = (output.scratch(name), Path::new(FOLDER).join(name));
            self.put(output, &path, mark, || output.rename(&scratch, &path))?;
        }
        for (path, known) in listed(output).filter(|(p, _)| !self.written.contains(&hash(p))) {
            let path = output.folder().join(path);
            if mark_of(&path).is_ok_and(|(mark, _)| mark == known) {
                fs::remove_file(path)?;
            }
        }
        if let Some(listed) = self.list {
            let (name, _) = listed.finish()?;
            fs::rename(output.scratch(name), list_path(output))?;
        }
        Ok((self.counts, self.failures))
    }
}

fn unhex(text: &str) -> Option<Mark> {
    let mut mark = Mark::default();
    for (k, byte) in mark.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * k..2 * k + 2)?, 16).ok()?;
    }
    Some(mark)
}
