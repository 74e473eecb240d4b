//! Tables over the smaller lists, made when first asked.

use super::list::SortedList;
use super::user::key;
use foldhash::HashMap;

/// Entries of a list by the comparable form of their keys ([`key`]), in the list's order.
#[derive(Debug)]
pub struct Table(HashMap<String, Vec<(&'static str, &'static str)>>);

impl Table {
    /// A table of the lists' keys.
    pub fn by_key(lists: &[SortedList]) -> Self {
        Self::new(
            lists
                .iter()
                .flat_map(|list| list.entries())
                .map(|entry| (entry.0, entry)),
        )
    }

    /// A table of the values after the tab.
    pub fn by_value(list: SortedList) -> Self {
        Self::new(list.entries().map(|entry| (entry.1, entry)))
    }

    fn new<'a>(entries: impl Iterator<Item = (&'a str, (&'static str, &'static str))>) -> Self {
        let mut map: HashMap<String, Vec<(&'static str, &'static str)>> = HashMap::default();
        for (text, entry) in entries {
            map.entry(key(text)).or_default().push(entry);
        }
        Self(map)
    }

    /// The entries under a key; none is an empty slice.
    pub fn get(&self, text: &str) -> &[(&'static str, &'static str)] {
        self.0.get(&key(text)).map_or(&[], Vec::as_slice)
    }

    /// Whether there is an entry under the key.
    pub fn contains(&self, text: &str) -> bool {
        self.0.contains_key(&key(text))
    }
}
