//! A text list that is searched where it lies.
//!
//! The lists of `dictionaries/` are sorted by code point, which is the order of their UTF-8 bytes, so a binary
//! search over the text itself finds a line in about fifteen steps. Nothing is built at start.

use std::cmp::Ordering;

/// Lines in the order of their bytes, without duplicates; an entry is a key and, after a tab, its values.
#[derive(Debug, Clone, Copy)]
pub struct SortedList(&'static str);

impl SortedList {
    /// Wraps a list of `dictionaries/`, whose order a test keeps.
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The entries, in order: key and what stands after the tab (empty where there is none).
    pub fn entries(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0
            .lines()
            .map(|line| line.split_once('\t').unwrap_or((line, "")))
    }

    /// Whether the key is in the list.
    pub fn contains(self, key: &str) -> bool {
        self.find(|line| line.iter().copied().cmp(key.bytes()))
            .is_some()
    }

    /// What stands after the tab of the first entry found under the key (any of several).
    pub fn get(self, key: &str) -> Option<&'static str> {
        let start = self.find(|line| line.iter().copied().cmp(key.bytes()))?;
        let line = self.0[start..].lines().next()?;
        Some(line.split_once('\t').map_or("", |(_, values)| values))
    }

    /// Whether the parts, joined by single spaces, are in the list.
    pub fn contains_joined(self, parts: &[&str]) -> bool {
        let Some((first, rest)) = parts.split_first() else {
            return false;
        };
        let joined = || {
            first.bytes().chain(
                rest.iter()
                    .flat_map(|part| std::iter::once(b' ').chain(part.bytes())),
            )
        };
        self.find(|line| line.iter().copied().cmp(joined()))
            .is_some()
    }

    /// Where a line begins whose key `order` calls equal.
    fn find(self, order: impl Fn(&[u8]) -> Ordering) -> Option<usize> {
        let bytes = self.0.as_bytes();
        let (mut low, mut high) = (0, bytes.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let start = bytes[low..middle]
                .iter()
                .rposition(|b| *b == b'\n')
                .map_or(low, |at| low + at + 1);
            let end = bytes[middle..high]
                .iter()
                .position(|b| *b == b'\n')
                .map_or(high, |at| middle + at);
            let line = &bytes[start..end];
            let key = &line[..line.iter().position(|b| *b == b'\t').unwrap_or(line.len())];
            match order(key) {
                Ordering::Less => low = (end + 1).min(high),
                Ordering::Greater => high = start,
                Ordering::Equal => return Some(start),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: SortedList = SortedList::new("a\nan\nan ninh\nb\tx, y\nbàn\nđ\n");

    #[test]
    fn finds_each_line_and_nothing_between() {
        for (key, _) in LIST.entries() {
            assert!(LIST.contains(key), "{key}");
        }
        for key in [
            "", "A", "ab", "an ", "an nin", "b\tx, y", "bà", "bàn ", "e", "đa", "\n", "a\nan",
        ] {
            assert!(!LIST.contains(key), "{key:?}");
        }
        assert!(!SortedList::new("").contains("a"));
        assert!(SortedList::new("a").contains("a"));
    }

    #[test]
    fn parts_are_compared_as_joined() {
        assert!(LIST.contains_joined(&["an", "ninh"]));
        assert!(LIST.contains_joined(&["a"]));
        for parts in [
            &["an", "nin"][..],
            &["an", "ninh", "a"],
            &["a", "n"],
            &[],
            &[""],
            &["an", ""],
        ] {
            assert!(!LIST.contains_joined(parts), "{parts:?}");
        }
    }

    #[test]
    fn entries_part_at_the_tab() {
        assert!(LIST.entries().any(|entry| entry == ("b", "x, y")));
        assert_eq!(
            (LIST.get("b"), LIST.get("a"), LIST.get("x")),
            (Some("x, y"), Some(""), None)
        );
    }
}
