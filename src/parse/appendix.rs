//! What is attached after the signature.

use super::Page;
use super::dispatch::{Appendix, Dispatch};
use super::fold;
use super::wording::one_line;
use super::zones::Cell;

/// Reads titles and extents of the attachments; their content is left alone.
pub fn read(page: &Page<'_>, d: &mut Dispatch) {
    let lines: Vec<_> = page.cell(Cell::Appendix).collect();
    let mut out: Vec<Appendix> = Vec::new();
    for line in &lines {
        let s = page.str(line);
        let f = fold::fold(s);
        let begins = fold::signless(&f).starts_with("phu luc") && s.chars().count() < 60;
        if begins || out.is_empty() {
            out.push(Appendix {
                title: one_line(s).chars().take(120).collect(),
                range: line.range.clone(),
                form: false,
            });
        } else if let Some(last) = out.last_mut() {
            last.range.end = line.range.end;
        }
    }
    for a in &mut out {
        let text = &page.text[a.range.clone()];
        let blanks = text.matches("....").count()
            + text.matches("……").count()
            + text.matches("____").count();
        let folded = fold::fold(text);
        a.form =
            blanks >= 3 || folded.contains("ghi ro ho ten") || folded.contains("ky ten, dong dau");
    }
    out.retain(|a| {
        page.text[a.range.clone()]
            .chars()
            .filter(|c| c.is_alphabetic())
            .count()
            > 20
    });
    d.appendices = out;
}
