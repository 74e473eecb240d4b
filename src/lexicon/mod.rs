//! What the papers are made of: syllables, words, places, agencies, document types, names, abbreviations.
//!
//! The lists of `dictionaries/` are part of the program; nothing is read or built at start. The large ones
//! (syllables, words, abbreviations) are searched in place, the others become a table when first asked.
//! Names are compared without regard to capitals and tone placement (`HOÀ BÌNH` is `Hòa Bình`): papers of every
//! period mix them. A user's own list is added with [`Lexicon::with_user_file`].

mod list;
mod table;
pub(crate) mod user;

use crate::error::Result;
use crate::syllable::{Syllable, fold_tone_placement};
use list::SortedList;
use std::borrow::Cow;
use std::path::Path;
use std::sync::LazyLock;
use table::Table;
use user::UserList;

const SYLLABLES: SortedList = SortedList::new(include_str!("../../dictionaries/syllables.txt"));
const WORDS: SortedList = SortedList::new(include_str!("../../dictionaries/words.txt"));
const PROVINCES_63: SortedList =
    SortedList::new(include_str!("../../dictionaries/provinces_63.txt"));
const PROVINCES_34: SortedList =
    SortedList::new(include_str!("../../dictionaries/provinces_34.txt"));
const PROVINCES_FORMER: SortedList =
    SortedList::new(include_str!("../../dictionaries/provinces_former.txt"));
const PROVINCE_ALIASES: SortedList =
    SortedList::new(include_str!("../../dictionaries/province_aliases.txt"));
const PLACES: SortedList = SortedList::new(include_str!("../../dictionaries/places.txt"));
const PLACE_PARTS: SortedList = SortedList::new(include_str!("../../dictionaries/place_parts.txt"));
const AGENCIES: SortedList = SortedList::new(include_str!("../../dictionaries/agencies.txt"));
const DOCUMENT_TYPES: SortedList =
    SortedList::new(include_str!("../../dictionaries/document_types.txt"));
const ABBREVIATIONS: SortedList =
    SortedList::new(include_str!("../../dictionaries/abbreviations.txt"));
const SURNAMES: SortedList = SortedList::new(include_str!("../../dictionaries/surnames.txt"));
const GIVEN_NAMES: SortedList = SortedList::new(include_str!("../../dictionaries/given_names.txt"));
const POSITIONS: SortedList = SortedList::new(include_str!("../../dictionaries/positions.txt"));
const BOILERPLATE: SortedList = SortedList::new(include_str!("../../dictionaries/boilerplate.txt"));

static PROVINCES: LazyLock<Table> = LazyLock::new(|| {
    Table::by_key(&[
        PROVINCES_63,
        PROVINCES_34,
        PROVINCES_FORMER,
        PROVINCE_ALIASES,
    ])
});
/// Taken apart once: every dispatch asks for all of them.
static AGENCY_LIST: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| AGENCIES.entries().collect());
static AGENCY_TABLE: LazyLock<Table> = LazyLock::new(|| Table::by_key(&[AGENCIES]));
static TYPES_BY_CODE: LazyLock<Table> = LazyLock::new(|| Table::by_key(&[DOCUMENT_TYPES]));
static TYPES_BY_TITLE: LazyLock<Table> = LazyLock::new(|| Table::by_value(DOCUMENT_TYPES));
static SURNAME_TABLE: LazyLock<Table> = LazyLock::new(|| Table::by_key(&[SURNAMES]));
static GIVEN_NAME_TABLE: LazyLock<Table> = LazyLock::new(|| Table::by_key(&[GIVEN_NAMES]));
static POSITION_TABLE: LazyLock<Table> = LazyLock::new(|| Table::by_key(&[POSITIONS]));

/// What a title without code has in the code's column.
const NO_CODE: &str = "-";

/// A province or centrally run city, under the name of its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Province {
    /// The name without level, tone placed as `Khánh Hòa`.
    pub name: &'static str,
    /// `tỉnh` or `thành phố`; of the latest list that holds it. Empty for one that was gone before 2008.
    pub level: &'static str,
    /// One of the 63 until 30 June 2025.
    pub of_63: bool,
    /// One of the 34 since 1 July 2025.
    pub of_34: bool,
    /// The one of the 34 that took its land in, where it is one of the 63 (may be itself).
    pub successor: Option<&'static str>,
}

/// A type of document: its abbreviation in the symbol and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentType {
    /// Abbreviation (`QĐ`); none for công văn and the types that have none.
    pub code: Option<&'static str>,
    /// Name in normal case (`Quyết định`).
    pub title: &'static str,
}

impl DocumentType {
    fn of(entry: &(&'static str, &'static str)) -> Self {
        Self {
            code: Some(entry.0).filter(|code| *code != NO_CODE),
            title: entry.1,
        }
    }
}

/// The built-in lists and the user's own.
///
/// ```
/// use vanthu::lexicon::Lexicon;
/// let lexicon = Lexicon::new();
/// assert!(lexicon.is_known_syllable("Thuỷ"));
/// assert!(!lexicon.is_known_syllable("thuỹnh"));
/// assert!(lexicon.is_word(&["công", "nghệ"]));
/// assert_eq!(lexicon.province("TỈNH KHÁNH HOÀ").unwrap().name, "Khánh Hòa");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    user: UserList,
}

impl Lexicon {
    /// Syllables of the longest entry of the word list.
    pub const MAX_WORD: usize = 5;

    /// The built-in lists.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a user's file: one entry (a name, an agency, a term) a line; empty lines and `#` lines are passed over.
    /// May be called again for another file.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) where it cannot be read, [`Error::List`](crate::Error::List) naming file and
    /// line where a line is no entry.
    pub fn with_user_file(mut self, path: &Path) -> Result<Self> {
        self.user.read(path)?;
        Ok(self)
    }

    /// The user's entries as written (NFC), in order, each once.
    pub fn user_entries(&self) -> &[String] {
        self.user.entries()
    }

    /// Whether the text as a whole is an entry of the user's.
    pub fn is_user_entry(&self, text: &str) -> bool {
        self.user.contains(text)
    }

    /// Whether the token is a syllable that is in use (not merely one that spelling allows), in any case.
    pub fn is_known_syllable(&self, token: &str) -> bool {
        let listed = Syllable::parse(token)
            .is_some_and(|syllable| SYLLABLES.contains(&syllable.to_string()));
        listed || self.user.contains(token)
    }

    /// The syllables in use, small letters, traditional tone placement, in order.
    pub fn syllables() -> impl Iterator<Item = &'static str> {
        SYLLABLES.entries().map(|(syllable, _)| syllable)
    }

    /// Whether the small-letter syllables make up a word of two to five syllables, or an entry of the user's.
    pub fn is_word(&self, syllables: &[&str]) -> bool {
        if self.user.contains_joined(syllables) {
            return true;
        }
        if !(2..=Self::MAX_WORD).contains(&syllables.len()) {
            return false;
        }
        let folded: [Cow<str>; Self::MAX_WORD] = std::array::from_fn(|at| {
            fold_tone_placement(syllables.get(at).copied().unwrap_or_default())
        });
        let parts: [&str; Self::MAX_WORD] = std::array::from_fn(|at| folded[at].as_ref());
        WORDS.contains_joined(&parts[..syllables.len()])
    }

    /// Whether the text is the name of a province, district or commune, before or since 1 July 2025, without the
    /// word for its level.
    pub fn is_place(&self, name: &str) -> bool {
        PLACES.contains(&as_printed(name)) || PROVINCES.contains(name)
    }

    /// Levels at which districts and communes of the name exist or existed (`huyện, thị trấn`).
    pub fn place_levels(&self, name: &str) -> Option<&'static str> {
        PLACES.get(&as_printed(name))
    }

    /// Whether the token is a part of some place's name; many are no syllables (`Đắk`, `Krông`).
    pub fn is_place_part(&self, token: &str) -> bool {
        PLACE_PARTS.contains(&user::key(token))
    }

    /// The province of a name, an older spelling (`Đăk Lăk`) or a short form (`TP.HCM`), with or without
    /// `tỉnh`, `thành phố`, `TP.` before it.
    pub fn province(&self, name: &str) -> Option<Province> {
        let name = user::key(name);
        let bare = ["tỉnh ", "thành phố ", "tp. ", "tp.", "tp "]
            .iter()
            .find_map(|level| name.strip_prefix(level));
        let found = [Some(name.as_str()), bare]
            .into_iter()
            .flatten()
            .find(|name| PROVINCES.contains(name))?;
        let alias = PROVINCE_ALIASES.get(PROVINCES.get(found)[0].0);
        let name = alias.unwrap_or(PROVINCES.get(found)[0].0);
        let (old, new) = (PROVINCES_63.get(name), PROVINCES_34.get(name));
        let (old_level, successor) = old.and_then(|values| values.split_once('\t')).unzip();
        Some(Province {
            name,
            level: new.or(old_level).unwrap_or_default(),
            of_63: old.is_some(),
            of_34: new.is_some(),
            successor,
        })
    }

    /// Names of the agencies that an abbreviation stands for (`BTC`: Ban Tổ chức, Bộ Tài chính), in any case.
    pub fn agencies_by_abbreviation(
        &self,
        abbreviation: &str,
    ) -> impl Iterator<Item = &'static str> + use<> {
        AGENCY_TABLE
            .get(&without_eth(abbreviation))
            .iter()
            .map(|entry| entry.1)
    }

    /// The document type of an abbreviation, in any case (`QĐ`, `TTR`).
    pub fn document_type_by_code(&self, code: &str) -> Option<DocumentType> {
        TYPES_BY_CODE
            .get(&without_eth(code))
            .first()
            .map(DocumentType::of)
            .filter(|found| found.code.is_some())
    }

    /// The document type of a title as printed (`QUYẾT ĐỊNH`). Of several codes it bears that of Nghị định 30/2020.
    pub fn document_type_by_title(&self, title: &str) -> Option<DocumentType> {
        TYPES_BY_TITLE.get(title).first().map(DocumentType::of)
    }

    /// Whether the token is a surname.
    pub fn is_surname(&self, token: &str) -> bool {
        SURNAME_TABLE.contains(token)
    }

    /// Whether the token occurs as a middle or given name.
    pub fn is_given_name(&self, token: &str) -> bool {
        GIVEN_NAME_TABLE.contains(token)
    }

    /// Whether the text is a position in an agency (`Phó Giám đốc`), in any case.
    pub fn is_position(&self, text: &str) -> bool {
        POSITION_TABLE.contains(text)
    }

    /// Whether the token, capitals as written, abbreviates a term, an agency or a document type.
    pub fn is_abbreviation(&self, token: &str) -> bool {
        let token = without_eth(token);
        [ABBREVIATIONS, AGENCIES, DOCUMENT_TYPES]
            .iter()
            .any(|list| list.contains(&token) && token != NO_CODE)
            || (self.user.contains(&token)
                && !token.contains(' ')
                && token.chars().all(|c| !c.is_lowercase()))
    }

    /// What an abbreviation of a term stands for, capitals as written.
    pub fn expansion(&self, abbreviation: &str) -> Option<&'static str> {
        ABBREVIATIONS.get(&without_eth(abbreviation))
    }

    /// The closed vocabulary of header, signature and address lines, as printed.
    pub fn boilerplate() -> impl Iterator<Item = &'static str> {
        BOILERPLATE.entries().map(|(phrase, _)| phrase)
    }

    /// Names of the places below the province, as printed.
    pub fn places() -> impl Iterator<Item = &'static str> {
        PLACES.entries().map(|(name, _)| name)
    }

    /// Names of the provinces and centrally run cities of every period, each with its level then.
    pub fn provinces() -> impl Iterator<Item = (&'static str, &'static str)> {
        let level = |(name, values): (&'static str, &'static str)| {
            (name, values.split('\t').next().unwrap_or_default())
        };
        PROVINCES_63
            .entries()
            .chain(PROVINCES_34.entries())
            .map(level)
    }

    /// Abbreviations and names of agencies.
    pub fn agencies() -> impl Iterator<Item = (&'static str, &'static str)> {
        AGENCY_LIST.iter().copied()
    }

    /// Positions, in normal case.
    pub fn positions() -> impl Iterator<Item = &'static str> {
        POSITIONS.entries().map(|(position, _)| position)
    }

    /// All types of documents.
    pub fn document_types() -> impl Iterator<Item = DocumentType> {
        DOCUMENT_TYPES
            .entries()
            .map(|entry| DocumentType::of(&entry))
    }
}

/// A place's name as the list has it: each word with a capital, tone placed as `Hòa`.
fn as_printed(name: &str) -> String {
    let small = user::key(name);
    let mut out = String::with_capacity(small.len());
    let mut start = true;
    for c in small.chars() {
        if start {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        start = c == ' ';
    }
    out
}

/// Eth (U+00D0), which engines and old files write for Đ, as Đ.
fn without_eth(token: &str) -> Cow<'_, str> {
    if token.contains('Ð') {
        Cow::Owned(token.replace('Ð', "Đ"))
    } else {
        Cow::Borrowed(token)
    }
}

#[cfg(test)]
mod tests;
