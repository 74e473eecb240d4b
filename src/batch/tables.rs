//! The files about the whole batch that grow with it: written row by row in the order of the inputs.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use sha2::{Digest, Sha256};

use super::output::{Mark, Output, cut};
use crate::export::csv;

/// A file that is being written and knows its mark.
struct Stream {
    name: &'static str,
    file: BufWriter<File>,
    hasher: Sha256,
}

impl Stream {
    fn open(output: &Output, name: &'static str) -> io::Result<Self> {
        Ok(Self {
            name,
            file: BufWriter::with_capacity(1 << 16, File::create(output.scratch(name))?),
            hasher: Sha256::new(),
        })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.file.write_all(bytes)
    }

    /// On the disk, so that a finished batch survives a power cut.
    fn finish(mut self) -> io::Result<(&'static str, Mark)> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok((self.name, cut(&self.hasher.finalize())))
    }
}

/// `records.jsonl`, `records.csv` and `tasks.csv`.
pub struct Tables {
    lines: Stream,
    records: Stream,
    tasks: Stream,
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
        Ok(Self {
            lines: Stream::open(output, "records.jsonl")?,
            records,
            tasks,
        })
    }

    /// Adds one record: its line, its row, its tasks.
    ///
    /// # Errors
    /// When the system cannot write.
    pub fn add(&mut self, line: &str, row: &[String], tasks: &[Vec<String>]) -> io::Result<()> {
        self.lines.write(line.as_bytes())?;
        self.records.write(&csv::row(row))?;
        tasks
            .iter()
            .try_for_each(|task| self.tasks.write(&csv::row(task)))
    }

    /// The names and marks of the tables, which are whole now and wait to be moved to their places.
    ///
    /// # Errors
    /// When the system cannot write.
    pub fn finish(self) -> io::Result<Vec<(&'static str, Mark)>> {
        [self.lines, self.records, self.tasks]
            .into_iter()
            .map(Stream::finish)
            .collect()
    }
}
