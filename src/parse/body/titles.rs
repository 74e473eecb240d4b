//! The title of a document that is cited.
//!
//! ```text
//! title = ["về việc" | "về" | "v/v"] text (";" | "." | "./" | ", " next)
//! next  = "Sở" | "Ủy ban" | "Căn cứ" ...        who acts, or the next of several bases
//! ```

use std::ops::Range;

/// What a comma ends a title before.
const NEXT: &[&str] = &[
    "so ",
    "uy ban",
    "ubnd",
    "bo ",
    "giam doc",
    "chu tich",
    "can cu",
    "van phong",
    "ban ",
    "tong cuc",
];

/// Whether a title ends where this follows.
fn ends_title(rest: &str) -> bool {
    let space = |c: char| c.is_ascii_whitespace();
    if let Some(rest) = rest.strip_prefix(',') {
        return rest
            .strip_prefix(space)
            .is_some_and(|rest| NEXT.iter().any(|w| rest.starts_with(w)));
    }
    let stop = rest.strip_prefix('.');
    stop.is_some_and(|rest| rest.is_empty() || rest.starts_with(space) || rest.starts_with('/'))
        || rest.is_empty()
        || rest.starts_with(';')
}

/// The title that follows a citation, behind `về việc`.
pub fn find(folded: &str) -> Option<Range<usize>> {
    const SHORTEST: usize = 4;
    const LONGEST: usize = 400;
    let until = |from: usize| {
        let ends = from + SHORTEST..=folded.len().min(from + LONGEST);
        let end = ends.into_iter().find(|end| ends_title(&folded[*end..]))?;
        Some(from..end)
    };
    let front = |c: char| c.is_ascii_whitespace() || matches!(c, ',' | ')');
    let lead = folded.len() - folded.trim_start_matches(front).len();
    // What would leave too little is part of the title.
    (0..=lead).rev().find_map(|from| {
        let cues = ["ve viec ", "ve ", "v/v ", ""].iter();
        let mut behind = cues.filter(|cue| folded[from..].starts_with(**cue));
        behind.find_map(|cue| until(from + cue.len()))
    })
}
