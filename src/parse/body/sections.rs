//! Numbered parts of the body as a tree, the preamble and the closing formula.
//!
//! ```text
//! section  = label (heading | text) {section of a deeper label}
//! preamble = paragraphs before the first label or list
//! closing  = the last paragraph, when it is a formula or ends in "./."
//! ```
//!
//! How deep a label stands is told by its style; of one style, `1.1` lies below `1`.

use super::super::dispatch::{Dispatch, Passage, Section};
use super::commands;
use super::paragraphs::{Mark, Paragraph};

/// Reads sections, preamble and closing.
pub fn read(paragraphs: &[Paragraph], d: &mut Dispatch) {
    let labels: Vec<usize> = (0..paragraphs.len())
        .filter(|k| matches!(paragraphs[*k].mark, Mark::Label(..)))
        .collect();
    let end = paragraphs.last().map_or(0, |p| p.range(0..p.len()).end);
    d.sections = below(paragraphs, &labels, end);
    let lead: Vec<&Paragraph> = paragraphs
        .iter()
        .take_while(|p| p.mark == Mark::None)
        .collect();
    if !lead.is_empty() && lead.len() < paragraphs.len() {
        d.preamble = Some(Passage {
            text: lead
                .iter()
                .map(|p| p.text.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            ranges: lead.iter().flat_map(|p| p.ranges(0..p.len())).collect(),
        });
    }
    let last = paragraphs
        .last()
        .filter(|p| p.mark == Mark::None && paragraphs.len() > 1);
    d.closing = last
        .filter(|p| {
            commands::is_formula(&p.folded) || p.folded.trim_end().ends_with("./.") && p.len() < 260
        })
        .map(|p| Passage {
            text: p.text.clone(),
            ranges: p.ranges(0..p.len()),
        });
}

/// The sections among `labels`, the last of which ends at `end`.
fn below(paragraphs: &[Paragraph], labels: &[usize], end: usize) -> Vec<Section> {
    let style = |k: usize| match &paragraphs[k].mark {
        Mark::Label(s, _) => Some(*s),
        _ => None,
    };
    let mut out = Vec::new();
    let mut at = 0;
    while at < labels.len() {
        let first = labels[at];
        let depth = style(first);
        let next = (at + 1..labels.len()).find(|n| style(labels[*n]) <= depth);
        let p = &paragraphs[first];
        let start = p.range(0..p.len()).start;
        let stop = next.map_or(end, |n| {
            let q = &paragraphs[labels[n]];
            q.range(0..q.len()).start
        });
        let Mark::Label(_, label) = &p.mark else {
            break;
        };
        let content = p.content..p.len();
        let text = p.str(content.clone()).trim();
        let heading =
            !text.is_empty() && p.len() < 260 && !p.folded.trim_end().ends_with(['.', ';']);
        out.push(Section {
            label: label.clone(),
            heading: heading.then(|| Passage {
                text: text.trim_end_matches([':', ' ']).to_owned(),
                ranges: p.ranges(content),
            }),
            range: start..stop.max(start),
            children: below(
                paragraphs,
                &labels[at + 1..next.unwrap_or(labels.len())],
                stop,
            ),
        });
        at = next.unwrap_or(labels.len());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_of_labels() {
        let text = "Căn cứ Luật Lưu trữ.\nI. MỤC ĐÍCH\n1. Nâng cao.\n2. Bảo đảm.\nII. THỰC HIỆN\n1. Sở Nội vụ:\na) Chủ trì.\nTrân trọng./.";
        let mut at = 0;
        let mut paragraphs = Vec::new();
        for line in text.split_inclusive('\n') {
            paragraphs.push(Paragraph::of_line(text, at..at + line.trim_end().len()).marked());
            at += line.len();
        }
        let mut d = Dispatch::default();
        read(&paragraphs, &mut d);
        let labels = |s: &[Section]| s.iter().map(|s| s.label.clone()).collect::<Vec<_>>();
        assert_eq!(labels(&d.sections), ["I", "II"]);
        assert_eq!(labels(&d.sections[0].children), ["1", "2"]);
        assert_eq!(labels(&d.sections[1].children[0].children), ["a"]);
        assert_eq!(
            d.sections[1].heading.as_ref().map(|h| h.text.as_str()),
            Some("THỰC HIỆN")
        );
        assert_eq!(
            &text[d.sections[0].range.clone()],
            "I. MỤC ĐÍCH\n1. Nâng cao.\n2. Bảo đảm.\n"
        );
        assert_eq!(
            d.preamble.map(|p| p.text).as_deref(),
            Some("Căn cứ Luật Lưu trữ.")
        );
        assert_eq!(d.closing.map(|p| p.text).as_deref(), Some("Trân trọng./."));
    }
}
