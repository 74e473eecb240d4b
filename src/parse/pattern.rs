//! Patterns over folded text.
//!
//! Folded text is ASCII, one byte a character ([`super::fold`]), so its patterns know bytes alone: `\w`, `\d`, `\b` and
//! `.` mean what they mean in ASCII and an automaton is a tenth as large.

use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::{captures, syntax};
use std::ops::{Index, Range};

/// A pattern over folded text.
#[derive(Debug)]
pub struct Pattern(Regex);

/// A match.
#[derive(Debug, Clone, Copy)]
pub struct Match<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

/// A match with its groups.
#[derive(Debug)]
pub struct Captures<'t> {
    text: &'t str,
    groups: captures::Captures,
}

/// A pattern that is known to compile.
pub fn pattern(p: &str) -> Pattern {
    let bytes = syntax::Config::new().unicode(false).utf8(false);
    // Letters to look for first take longer to prepare than they save on lines of a page.
    let config = Config::new().utf8_empty(false).auto_prefilter(false);
    let built = Regex::builder().syntax(bytes).configure(config).build(p);
    Pattern(built.unwrap_or_else(|e| unreachable!("{e}")))
}

impl Pattern {
    /// Whether it matches anywhere.
    pub fn is_match(&self, folded: &str) -> bool {
        debug_assert!(folded.is_ascii());
        self.0.is_match(folded.as_bytes())
    }

    /// The first match.
    pub fn find<'t>(&self, folded: &'t str) -> Option<Match<'t>> {
        self.find_iter(folded).next()
    }

    /// All matches.
    pub fn find_iter<'t>(&self, folded: &'t str) -> impl Iterator<Item = Match<'t>> {
        debug_assert!(folded.is_ascii());
        let all = self.0.find_iter(folded.as_bytes());
        all.map(move |m| Match::new(folded, m.range()))
    }

    /// The first match with its groups.
    pub fn captures<'t>(&self, folded: &'t str) -> Option<Captures<'t>> {
        debug_assert!(folded.is_ascii());
        // Finding out that there is none costs less without the groups.
        if !self.0.is_match(folded.as_bytes()) {
            return None;
        }
        self.captures_at(folded, 0)
    }

    /// The first match from byte `at` on with its groups; what stands before is looked at by `^` and `\b`.
    pub fn captures_at<'t>(&self, folded: &'t str, at: usize) -> Option<Captures<'t>> {
        debug_assert!(folded.is_ascii());
        let mut groups = self.0.create_captures();
        let part = Input::new(folded).span(at..folded.len());
        self.0.captures(part, &mut groups);
        groups.is_match().then_some(Captures {
            text: folded,
            groups,
        })
    }

    /// All matches with their groups.
    pub fn captures_iter<'t>(&self, folded: &'t str) -> impl Iterator<Item = Captures<'t>> {
        debug_assert!(folded.is_ascii());
        let all = self.0.captures_iter(folded.as_bytes());
        all.map(move |groups| Captures {
            text: folded,
            groups,
        })
    }
}

impl<'t> Match<'t> {
    fn new(text: &'t str, range: Range<usize>) -> Self {
        let Range { start, end } = range;
        Self { text, start, end }
    }

    /// Where it begins.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Where it ends.
    pub fn end(&self) -> usize {
        self.end
    }

    /// From where to where.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// How long it is.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// The text that matched.
    pub fn as_str(&self) -> &'t str {
        self.text.get(self.range()).unwrap_or_default()
    }
}

impl<'t> Captures<'t> {
    /// The group `k`, when it took part; 0 is the whole match.
    pub fn get(&self, k: usize) -> Option<Match<'t>> {
        self.groups
            .get_group(k)
            .map(|m| Match::new(self.text, m.range()))
    }
}

impl Index<usize> for Captures<'_> {
    type Output = str;

    /// The text of a group; empty when it took no part.
    fn index(&self, k: usize) -> &str {
        self.get(k).map_or("", |m| m.as_str())
    }
}
