//! The files about the whole batch that grow with it: written row by row in the order of the inputs.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use rust_xlsxwriter::XlsxError;
use sha2::{Digest, Sha256};

use super::output::{Mark, Output, cut};
use crate::export::csv::{self, Beside};
use crate::export::record::Record;
use crate::export::{ics, xlsx};

/// A file that is being written and knows its mark.
pub(super) struct Stream {
    name: &'static str,
    file: BufWriter<File>,
    hasher: Sha256,
}

impl Stream {
    pub(super) fn open(output: &Output, name: &'static str) -> io::Result<Self> {
        Ok(Self {
            name,
            file: BufWriter::with_capacity(1 << 16, File::create(output.scratch(name))?),
            hasher: Sha256::new(),
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.file.write_all(bytes)
    }

    /// On the disk, so that a finished batch survives a power cut.
    pub(super) fn finish(mut self) -> io::Result<(&'static str, Mark)> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok((self.name, cut(&self.hasher.finalize())))
    }
}

/// `records.jsonl`, `records.csv`, `tasks.csv`, `tasks.ics` and `records.xlsx`.
pub struct Tables {
    lines: Stream,
    records: Stream,
    tasks: Stream,
    calendar: Stream,
    workbook: xlsx::Tables,
    workbook_path: PathBuf,
}

const WORKBOOK: &str = "records.xlsx";

/// The crate that writes workbooks panics where the system refuses something; here that is an error like any other.
fn guarded<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(io::Error::other),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map_or("", |s| s);
            let reason = said.split("message: \"").nth(1);
            let reason = reason.and_then(|r| r.split('"').next());
            let reason = reason.unwrap_or("cannot be written");
            Err(io::Error::other(format!("{WORKBOOK}: {reason}")))
        }
    }
}

impl Tables {
    /// Begins the tables with their heads.
    ///
    /// # Errors
    /// When the system cannot write.
    pub fn open(output: &Output) -> io::Result<Self> {
        let mut records = Stream::open(output, "records.csv")?;
        records.write(csv::BYTE_ORDER_MARK)?;
        records.write(&csv::row(&csv::RECORD_COLUMNS))?;
        let mut tasks = Stream::open(output, "tasks.csv")?;
        tasks.write(csv::BYTE_ORDER_MARK)?;
        tasks.write(&csv::row(&csv::TASK_COLUMNS))?;
        let mut calendar = Stream::open(output, "tasks.ics")?;
        calendar.write(ics::BEGIN.as_bytes())?;
        let workbook_path = output.scratch(WORKBOOK);
        let scratch = workbook_path.parent().unwrap_or(output.folder());
        Ok(Self {
            lines: Stream::open(output, "records.jsonl")?,
            records,
            tasks,
            calendar,
            workbook: guarded(|| xlsx::Tables::new(scratch))?,
            workbook_path,
        })
    }

    /// Adds one record: its line, its rows, its deadlines.
    ///
    /// # Errors
    /// When the system cannot write.
    pub fn add(&mut self, line: &str, record: &Record, beside: &Beside<'_>) -> io::Result<()> {
        self.lines.write(line.as_bytes())?;
        let row = csv::record_row(record, beside);
        self.records.write(&csv::row(&row))?;
        for task in csv::task_rows(record) {
            self.tasks.write(&csv::row(&task))?;
        }
        let events = ics::events(record, beside.text);
        self.calendar.write(events.as_bytes())?;
        guarded(|| self.workbook.add(record, beside))
    }

    /// The names and marks of the tables, which are whole now and wait to be moved to their places.
    ///
    /// # Errors
    /// When the system cannot write.
    pub fn finish(mut self) -> io::Result<Vec<(&'static str, Mark)>> {
        self.calendar.write(ics::END.as_bytes())?;
        let path = self.workbook_path;
        guarded(|| self.workbook.save(&path))?;
        let mut file = File::open(&path)?;
        let mut hasher = Sha256::new();
        io::copy(&mut file, &mut hasher)?;
        file.sync_all()?;
        let streams = [self.lines, self.records, self.tasks, self.calendar];
        let files = streams.into_iter().map(Stream::finish);
        let workbook = Ok((WORKBOOK, cut(&hasher.finalize())));
        files.chain([workbook]).collect()
    }
}
