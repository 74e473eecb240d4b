//! Running heads, feet and page numbers: what stands at the edge of page after page cuts in two the text that goes on
//! from one page to the next, and a journal's name at the top would pass for an agency.

use super::{COLUMN, Row};

/// So many rows at an edge may run, in one column. More that are alike on several pages, or in two columns, are the
/// letterheads of several dispatches.
const DEPTH: usize = 2;

/// The edge of a page that is looked at.
#[derive(Clone, Copy, PartialEq)]
enum Edge {
    Top,
    Bottom,
}

/// Takes the running rows out of pages; each with the number of its page, from 0.
pub(super) fn take(pages: &mut [Vec<Row>]) -> Vec<(usize, Row)> {
    // An engine's misreadings make letterheads differ in their second row and so look like a running head of one.
    let words = pages.iter().flatten().flatten().flat_map(|l| &l.words);
    let engine = words.into_iter().any(|w| w.confidence.is_some());
    let least = if engine { 3 } else { 2 };
    let mut found = Vec::new();
    for edge in [Edge::Top, Edge::Bottom] {
        let keys: Vec<Vec<Option<String>>> = pages.iter().map(|p| keys(p, edge)).collect();
        for (number, page) in pages.iter_mut().enumerate() {
            let runs = |depth: &usize| {
                let key = keys[number].get(*depth).and_then(Option::as_ref);
                let same = keys
                    .iter()
                    .filter(|k| k.get(*depth).and_then(Option::as_ref) == key);
                key.is_some() && same.count() >= least
            };
            let depth = (0..=DEPTH).take_while(runs).count();
            let columns = |k: &Option<String>| k.as_ref().is_some_and(|k| k.contains('\t'));
            let letterhead = depth > DEPTH || keys[number][..depth].iter().any(columns);
            if letterhead || page.len() <= depth {
                continue;
            }
            let rows = match edge {
                Edge::Top => page.drain(..depth),
                Edge::Bottom => page.drain(page.len() - depth..),
            };
            found.extend(rows.map(|row| (number, row)));
        }
    }
    found.sort_by_key(|(number, _)| *number);
    found
}

/// What the outermost rows say, from the edge inwards.
fn keys(page: &[Row], edge: Edge) -> Vec<Option<String>> {
    let key = |row: &Row| Some(key(row)).filter(|k| edge == Edge::Top || k.contains('#'));
    match edge {
        Edge::Top => page.iter().take(DEPTH + 1).map(key).collect(),
        Edge::Bottom => page.iter().rev().take(DEPTH + 1).map(key).collect(),
    }
}

/// What a row says, with `#` for numbers and a tab before each further column.
fn key(row: &Row) -> String {
    let mut key = String::new();
    let mut end = None;
    for line in row {
        for word in &line.words {
            let far =
                |right: u32| f64::from(word.area[0]) - f64::from(right) > COLUMN * line.height;
            if end.is_some_and(far) {
                key.push('\t');
            }
            end = Some(word.area[2]);
            for c in word.text.chars() {
                match c.is_ascii_digit() {
                    true if key.ends_with('#') => {}
                    true => key.push('#'),
                    false => key.push(c),
                }
            }
            key.push(' ');
        }
    }
    key
}
