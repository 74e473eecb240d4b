//! Word documents (.docx): paragraphs in reading order, tables as rows with `|`, text boxes behind the paragraph they
//! hang on.
//!
//! Only `word/document.xml` is read: headers and footers repeat on every page, and what was deleted under change
//! tracking is not in the text. Old fonts (`.VnTime`, `VNI-Times`) are met like any text in an old encoding.

use std::io::{Cursor, Read};

use super::xml::{self, Piece};

/// The text of a document may be so many times larger than its file, and not larger than this many bytes.
const RATIO: u64 = 200;
const LARGEST: u64 = 64 << 20;

/// Whether a ZIP archive is a Word document.
pub(super) fn is(bytes: &[u8]) -> bool {
    let archive = zip::ZipArchive::new(Cursor::new(bytes));
    archive.is_ok_and(|a| a.index_for_name("word/document.xml").is_some())
}

/// The text of a document.
pub(super) fn read(bytes: &[u8]) -> Result<String, String> {
    // What Word encrypts is no ZIP archive but an old Office container.
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(
            "is encrypted or an old .doc file: save it as .docx without a password".to_owned(),
        );
    }
    let broken = |e: zip::result::ZipError| format!("is a damaged Word document: {e}");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let part = archive.by_name("word/document.xml").map_err(broken)?;
    let limit = LARGEST.min(RATIO.saturating_mul(bytes.len() as u64).max(1 << 20));
    let mut source = Vec::new();
    part.take(limit + 1)
        .read_to_end(&mut source)
        .map_err(|e| format!("is a damaged Word document: {e}"))?;
    if source.len() as u64 > limit {
        return Err(format!("unpacks to more than {limit} bytes"));
    }
    let source =
        String::from_utf8(source).map_err(|_| "holds a text that is no UTF-8".to_owned())?;
    text(&source)
}

/// What an open element collects.
#[derive(Debug, Default)]
struct Level {
    /// Finished lines.
    lines: Vec<String>,
    /// The paragraph under way.
    line: String,
    /// Text boxes that hang on it.
    hanging: Vec<String>,
    /// Cells of the row under way.
    cells: Vec<String>,
}

pub(super) fn text(source: &str) -> Result<String, String> {
    // One level for the body, one for each cell and each text box inside.
    let mut open = vec![Level::default()];
    let (mut counts, mut fallback) = (false, 0);
    for piece in xml::pieces(source) {
        let piece = piece.map_err(|e| format!("holds a text that {e}"))?;
        let depth = open.len();
        let Some(level) = open.last_mut() else { break };
        match piece {
            // The same text box for older programs.
            Piece::Start("Fallback", _) => fallback += 1,
            Piece::End("Fallback") => fallback -= 1,
            _ if fallback > 0 => {}
            Piece::Start("t", _) => counts = true,
            Piece::End("t") => counts = false,
            Piece::Text(text, _) if counts => level.line.push_str(&xml::resolve(text)),
            Piece::Start("tab" | "ptab", _) => level.line.push('\t'),
            Piece::Start("noBreakHyphen", _) => level.line.push('-'),
            Piece::Start("br" | "cr", tag) => {
                let page = tag.get("w:type").as_deref() == Some("page");
                level.line.push_str(if page { "\n\u{C}" } else { "\n" });
            }
            // Tab stops are described by the same name as tabs.
            Piece::Start("pPr", _) => level.cells.push(std::mem::take(&mut level.line)),
            Piece::End("pPr") => level.line = level.cells.pop().unwrap_or_default(),
            Piece::End("p") => {
                let line = std::mem::take(&mut level.line);
                level.lines.push(line);
                level.lines.append(&mut level.hanging);
            }
            Piece::Start("tc" | "txbxContent", _) => open.push(Level::default()),
            Piece::End(name @ ("tc" | "txbxContent")) if depth > 1 => {
                let inner = open.pop().unwrap_or_default().lines;
                if let Some(outer) = open.last_mut() {
                    if name == "tc" {
                        outer.cells.push(inner.join(" "));
                    } else {
                        outer.hanging.extend(inner);
                    }
                }
            }
            Piece::End("tr") => {
                let cells = std::mem::take(&mut level.cells);
                let row: Vec<String> = cells
                    .iter()
                    .map(|c| c.split_whitespace().collect::<Vec<_>>().join(" "))
                    .collect();
                level.lines.push(row.join(" | "));
            }
            _ => {}
        }
    }
    let mut body = open.swap_remove(0);
    body.lines.push(body.line);
    let text = body.lines.join("\n");
    Ok(text.trim_end().to_owned() + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_tables_and_boxes_come_in_order() {
        let source = "<w:document><w:body><w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr><w:r><w:t>Kính \
                      gửi</w:t><w:tab/><w:t>&amp; a</w:t></w:r><w:r><w:delText>x</w:delText></w:r></w:p>\
                      <w:tbl><w:tr><w:tc><w:p><w:r><w:t>một</w:t></w:r></w:p><w:p><w:r><w:t>hai</w:t></w:r></w:p>\
                      </w:tc><w:tc><w:p><w:r><w:t>ba</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
                      <w:p><mc:Choice><w:txbxContent><w:p><w:r><w:t>hộp</w:t></w:r></w:p></w:txbxContent></mc:Choice>\
                      <mc:Fallback><w:txbxContent><w:p><w:r><w:t>hộp</w:t></w:r></w:p></w:txbxContent></mc:Fallback>\
                      <w:r><w:t>sau</w:t><w:br w:type=\"page\"/></w:r></w:p></w:body></w:document>";
        assert_eq!(
            text(source).expect("text"),
            "Kính gửi\t& a\nmột hai | ba\nsau\n\u{C}\nhộp\n"
        );
    }

    #[test]
    fn what_is_damaged_says_so() {
        assert!(
            read(b"PK\x03\x04 and so on")
                .expect_err("damaged")
                .contains("damaged")
        );
        assert!(
            read(b"\xd0\xcf\x11\xe0")
                .expect_err("old")
                .contains("encrypted")
        );
    }
}
