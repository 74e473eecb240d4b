//! `OUT/export`: projections of the records for other systems, written as the records come by.
//!
//! `edxml/<path>.xml` is a message, `tt02.csv` and `tt05.csv` hold a row a dispatch, `omitted.csv` says of each what
//! was left out and why. What an earlier run left there and nobody has edited is replaced, or taken away when there
//! is no message any more; anything else stays and is a failure.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::output::{Mark, Output, PRIVATE, Place, mark};
use super::tables::Stream;
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
    known: BTreeMap<String, String>,
    written: BTreeMap<String, String>,
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

fn manifest(output: &Output) -> PathBuf {
    output.folder().join(PRIVATE).join("exports.json")
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
        let mut omitted = None;
        if !order.forms.is_empty() {
            let mut table = Stream::open(output, "omitted.csv")?;
            table.write(csv::BYTE_ORDER_MARK)?;
            table.write(&csv::row(&[
                "file", "document", "form", "element", "reason", "blocks",
            ]))?;
            omitted = Some(table);
        }
        let known = fs::read(manifest(output)).unwrap_or_default();
        Ok(Self {
            order: order.clone(),
            rows,
            omitted,
            known: serde_json::from_slice(&known).unwrap_or_default(),
            written: BTreeMap::new(),
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
                    self.put(output, Path::new(&path), message.as_bytes());
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

    fn put(&mut self, output: &Output, path: &Path, bytes: &[u8]) {
        let key = super::failure::shown(path);
        let known = self.known.get(&key).and_then(|m| unhex(m));
        match output.place(path, bytes, known.as_ref()) {
            Ok(Place::Same) => {}
            Ok(Place::Free) => {
                if let Err(e) = output.put(path, bytes) {
                    self.failures.push(output.failure(path, &e));
                    return;
                }
            }
            Err(failure) => {
                self.failures.push(failure);
                return;
            }
        }
        self.written.insert(key, hex(&mark(bytes)));
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
            let (name, _) = table.finish()?;
            let scratch = output.scratch(name);
            let bytes = fs::read(&scratch)?;
            self.put(output, &Path::new(FOLDER).join(name), &bytes);
            fs::remove_file(scratch)?;
        }
        let kept: HashSet<&String> = self.written.keys().collect();
        for (path, known) in self.known.iter().filter(|(p, _)| !kept.contains(p)) {
            let path = output.folder().join(path);
            if fs::read(&path).is_ok_and(|bytes| Some(mark(&bytes)) == unhex(known)) {
                fs::remove_file(path)?;
            }
        }
        fs::write(manifest(output), serde_json::to_vec_pretty(&self.written)?)?;
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
