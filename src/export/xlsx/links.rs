//! Links of the rows of a sheet to files beside the workbook.
//!
//! The crate that writes workbooks holds links in memory, and when it saves, several times over. Here they wait in a
//! file, and are put into the workbook when it has been saved without them: the sheets part gets their places, a part
//! beside it their targets (ECMA-376, part 1, 18.3.1.47 and part 2, 9.3).

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use quick_xml::escape::partial_escape;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Links a sheet may hold (Excel specifications and limits: 65,530).
const MOST: u32 = 65_000;
/// Characters a target may have.
const LONGEST: usize = 2_080;
/// The element that follows the links in a sheet.
const NEXT: &[u8] = b"<pageMargins";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink";

/// The links of a sheet as they come: on each line a row and where its first cell leads.
pub(super) struct Links {
    lines: BufWriter<File>,
    count: u32,
}

impl Links {
    /// None yet; the file has no name and goes with this.
    pub fn new(scratch: &Path) -> io::Result<Self> {
        Ok(Self {
            lines: BufWriter::new(tempfile::tempfile_in(scratch)?),
            count: 0,
        })
    }

    /// Adds a link to `path`, beside the workbook, from the first cell of a row (the first is 0). False when the
    /// format has no place for it.
    pub fn add(&mut self, row: u32, path: &str) -> io::Result<bool> {
        let target = target(path);
        if self.count >= MOST || target.chars().count() > LONGEST {
            return Ok(false);
        }
        self.count += 1;
        writeln!(self.lines, "{} {target}", row + 1)?;
        Ok(true)
    }

    /// Calls `write` for each link: its number, its row (the first is 1), its target.
    fn each(
        &mut self,
        mut write: impl FnMut(usize, &str, &str) -> io::Result<()>,
    ) -> io::Result<()> {
        self.lines.flush()?;
        self.lines.rewind()?;
        for (k, line) in (1..).zip(BufReader::new(self.lines.get_ref()).lines()) {
            let line = line?;
            let (row, target) = line.split_once(' ').unwrap_or_default();
            write(k, row, target)?;
        }
        Ok(())
    }
}

/// Copies the workbook `from` to `to` with the links of its sheets, in the order of the sheets.
///
/// # Errors
/// When the system cannot read or write.
pub(super) fn insert(from: File, to: File, all: &mut [Links]) -> io::Result<()> {
    let mut from = ZipArchive::new(BufReader::new(from))?;
    let mut to = ZipWriter::new(BufWriter::new(to));
    // As the crate writes its own parts.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(2))
        .unix_permissions(0o600)
        .last_modified_time(DateTime::default());
    for k in 0..from.len() {
        let part = from.by_index(k)?;
        let name = part.name()?.into_owned();
        let mut sheets = (1..).zip(all.iter_mut());
        let sheet = sheets.find(|(n, _)| name == format!("xl/worksheets/sheet{n}.xml"));
        let Some((n, links)) = sheet.filter(|(_, links)| links.count > 0) else {
            to.raw_copy_file(part)?;
            continue;
        };
        to.start_file(name, options)?;
        // What is given in larger pieces is packed better.
        let mut whole = BufWriter::new(&mut to);
        sheet_with(links, part, &mut whole)?;
        whole.into_inner()?;
        to.start_file(format!("xl/worksheets/_rels/sheet{n}.xml.rels"), options)?;
        let mut whole = BufWriter::new(&mut to);
        targets(links, &mut whole)?;
        whole.into_inner()?;
    }
    to.finish()?.into_inner()?.flush()
}

/// Copies a sheet and puts the places of its links where they belong.
fn sheet_with(links: &mut Links, sheet: impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut sheet = BufReader::with_capacity(1 << 16, sheet);
    let next = memchr::memmem::Finder::new(NEXT);
    // What may be the beginning of the element that follows waits for the rest.
    let mut piece = Vec::new();
    loop {
        let read = sheet.fill_buf()?;
        let (count, begin) = (read.len(), piece.len());
        piece.extend_from_slice(read);
        sheet.consume(count);
        // In texts `<` is written `&lt;`, so this is the element.
        if let Some(at) = next.find(&piece) {
            to.write_all(&piece[..at])?;
            write!(to, "<hyperlinks>")?;
            links.each(|k, row, _| write!(to, "<hyperlink ref=\"A{row}\" r:id=\"rId{k}\"/>"))?;
            write!(to, "</hyperlinks>")?;
            to.write_all(&piece[at..])?;
            return io::copy(&mut sheet, to).map(drop);
        }
        let done = match count {
            0 => begin,
            _ => piece.len().saturating_sub(NEXT.len() - 1),
        };
        to.write_all(&piece[..done])?;
        piece.drain(..done);
        if count == 0 {
            return Ok(());
        }
    }
}

/// The part that says where the links of a sheet lead.
fn targets(links: &mut Links, to: &mut impl Write) -> io::Result<()> {
    write!(to, "{HEAD}<Relationships xmlns=\"{RELATIONSHIPS}\">")?;
    links.each(|k, _, target| {
        let target = partial_escape(target);
        write!(
            to,
            "<Relationship Id=\"rId{k}\" Type=\"{KIND}\" Target=\"{target}\" TargetMode=\"External\"/>"
        )
    })?;
    write!(to, "</Relationships>")
}

/// A path beside the workbook as a target; letters of all languages stay as they are.
fn target(path: &str) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for c in path.chars() {
        match c {
            ' ' | '%' | '#' | '?' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | '['
            | ']' => {
                let _ = write!(out, "%{:02X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(workbook: &Path, name: &str) -> String {
        let file = File::open(workbook).expect("workbook");
        let mut archive = ZipArchive::new(file).expect("archive");
        let mut text = String::new();
        let mut part = archive.by_name(name).expect("part");
        part.read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn links_stand_where_the_format_wants_them() {
        let dir = tempfile::tempdir().expect("folder");
        let mut all = [(); 2].map(|()| Links::new(dir.path()).expect("links"));
        assert!(all[1].add(1, "a & [b]/ố 1%.txt").expect("added"));
        assert!(all[1].add(7, "c.txt").expect("added"));
        assert!(!all[1].add(8, &"x".repeat(LONGEST + 1)).expect("asked"));
        let mut plain = tempfile::tempfile_in(dir.path()).expect("file");
        let mut workbook = rust_xlsxwriter::Workbook::new();
        workbook.add_worksheet();
        let sheet = workbook.add_worksheet();
        sheet.write_string(1, 0, "<pageMargins>").expect("text");
        workbook.save_to_writer(&mut plain).expect("saved");
        let path = dir.path().join("a.xlsx");
        let file = File::create(&path).expect("file");
        insert(plain, file, &mut all).expect("inserted");
        let sheet = part(&path, "xl/worksheets/sheet2.xml");
        let links = "<hyperlinks><hyperlink ref=\"A2\" r:id=\"rId1\"/><hyperlink ref=\"A8\" r:id=\"rId2\"/></hyperlinks><pageMargins ";
        assert_eq!(sheet.matches(links).count(), 1);
        assert_eq!(sheet.matches("<hyperlinks>").count(), 1);
        let targets = part(&path, "xl/worksheets/_rels/sheet2.xml.rels");
        assert!(targets.contains("Target=\"a%20&amp;%20%5Bb%5D/ố%201%25.txt\""));
        assert!(targets.contains("Id=\"rId2\"") && !targets.contains("xxx"));
        assert!(!part(&path, "xl/worksheets/sheet1.xml").contains("hyperlinks"));
    }

    #[test]
    fn no_more_links_than_the_format_takes() {
        let dir = tempfile::tempdir().expect("folder");
        let mut links = Links::new(dir.path()).expect("links");
        let added = (0..MOST + 10).filter(|k| links.add(*k, "a").expect("asked"));
        assert_eq!(added.count(), MOST as usize);
    }
}
