//! `review.html`, written while the batch goes: rows in order as they come, the bodies of the most doubtful
//! documents within a budget.
//!
//! Which documents are the most doubtful is known only at the end, and there may be a hundred thousand. So bodies
//! go to a file beside the page, only the place and the doubt of those that are still within the budget are held
//! in memory, and the page is put together at the end. Documents beyond the budget are on the page's list with
//! links to their text and record.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::output::Output;
use super::tables::Stream;
use crate::export::review::{self, Entry};

/// Bytes of packed bodies on a page: some 5,000 pages of text. A browser opens a file of this size in about a second;
/// ten times as much and it opens when one has gone for coffee.
const BUDGET: u64 = 48 << 20;

/// The page's name.
const NAME: &str = "review.html";

/// A body that is within the budget so far; the greatest is the least doubtful.
#[derive(Debug, PartialEq)]
struct Kept {
    score: f64,
    document: usize,
    at: u64,
    bytes: u64,
}

impl Eq for Kept {}

impl Ord for Kept {
    fn cmp(&self, other: &Self) -> Ordering {
        let doubt = self.score.total_cmp(&other.score);
        doubt.reverse().then(self.document.cmp(&other.document))
    }
}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The page as it grows.
pub struct Review {
    page: Stream,
    bodies: BufWriter<File>,
    scratch: PathBuf,
    written: u64,
    documents: usize,
    kept: BinaryHeap<Kept>,
    within: u64,
    budget: u64,
}

impl Review {
    /// Begins the page.
    ///
    /// # Errors
    /// When the system cannot write.
    pub fn open(output: &Output) -> io::Result<Self> {
        Self::with_budget(output, BUDGET)
    }

    fn with_budget(output: &Output, budget: u64) -> io::Result<Self> {
        let mut page = Stream::open(output, NAME)?;
        page.write(review::begin().as_bytes())?;
        let scratch = output.scratch("review.bodies");
        Ok(Self {
            page,
            bodies: BufWriter::with_capacity(1 << 16, File::create(&scratch)?),
            scratch,
            written: 0,
            documents: 0,
            kept: BinaryHeap::new(),
            within: 0,
            budget,
        })
    }

    /// Adds a document.
    ///
    /// # Errors
    /// When the system cannot write.
    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        self.page.write(entry.row.as_bytes())?;
        self.page.write(b",\n")?;
        let document = self.documents;
        self.documents += 1;
        let Some(body) = &entry.body else {
            return Ok(());
        };
        let bytes = body.len() as u64;
        self.kept.push(Kept {
            score: entry.score,
            document,
            at: self.written,
            bytes,
        });
        self.within += bytes;
        let mut wanted = true;
        while self.within > self.budget {
            let Some(least) = self.kept.pop() else { break };
            self.within -= least.bytes;
            wanted &= least.document != document;
        }
        if wanted {
            self.bodies.write_all(body.as_bytes())?;
            self.written += bytes;
        }
        Ok(())
    }

    /// Puts the page together; `about` is JSON about the batch.
    ///
    /// # Errors
    /// When the system cannot read or write.
    pub fn finish(mut self, about: &str) -> io::Result<Stream> {
        self.bodies.flush()?;
        self.page.write(review::between(about).as_bytes())?;
        let mut bodies = BufReader::new(File::open(&self.scratch)?);
        let mut kept: Vec<_> = self.kept.into_vec();
        kept.sort();
        for one in kept {
            let mut body = vec![0; one.bytes as usize];
            bodies.seek(SeekFrom::Start(one.at))?;
            bodies.read_exact(&mut body)?;
            let body = String::from_utf8_lossy(&body);
            self.page
                .write(review::body_line(one.document, &body).as_bytes())?;
        }
        self.page.write(review::END.as_bytes())?;
        std::fs::remove_file(&self.scratch)?;
        Ok(self.page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_doubtful_stay_within_the_budget() {
        let dir = tempfile::tempdir().expect("folder");
        let output = Output::open(dir.path(), false).expect("out");
        let mut review = Review::with_budget(&output, 25).expect("page");
        for (score, letter) in [(1.0, "a"), (5.0, "b"), (0.5, "c"), (3.0, "d"), (3.0, "e")] {
            let body = Some(letter.repeat(10));
            let row = format!("\"{letter}\"");
            review.add(&Entry { score, row, body }).expect("added");
        }
        review.finish("{}").expect("page").finish().expect("file");
        let page = std::fs::read_to_string(output.scratch(NAME)).expect("page");
        assert!(page.contains("\"a\",\n\"b\",\n\"c\",\n\"d\",\n\"e\",\nnull]"));
        let place = |text: &str| page.find(text);
        let first = place("id=\"d1\">bbbbbbbbbb<").expect("the most doubtful");
        assert!(first < place("id=\"d3\">dddddddddd<").expect("the next"));
        assert_eq!(page.matches("type=\"text/plain\"").count(), 2);
    }
}
