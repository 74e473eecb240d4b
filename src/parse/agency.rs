//! Agencies read through wrong letters.
//!
//! ```text
//! committee = ("Ủy ban nhân dân" | "UBND" | "Hội đồng nhân dân" | "HĐND") level place
//! agency    = name of the list [level] [province]           Sở Y tế, Cục Thuế tỉnh Bến Tre
//! ```
//!
//! A letterhead is a closed vocabulary: an agency of the list and a province of its time. Lines are compared by
//! their letters alone, without marks, spaces and signs, so `SOY TẾ`, `SO' Y TE` and `SỞ Y TẾ` are one name; a few
//! wrong letters are allowed where no other name is as near. The place of the date's line and the abbreviation in the
//! symbol are witnesses that decide between names. What is not in the lists is left as it was read.

use super::phrases::Openings;
use super::{cues, fold};
use crate::lexicon::Lexicon;
use std::sync::LazyLock;

/// An agency of the lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its name in normal case.
    pub name: String,
    /// Letters that were read differently.
    pub errors: usize,
    /// Whether the place was not read but taken from the date's line.
    pub place_inferred: bool,
}

/// What else the page says about its issuer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Witness<'a> {
    /// The place of the date's line.
    pub place: Option<&'a str>,
    /// The symbol.
    pub symbol: Option<&'a str>,
}

/// A name and its letters.
#[derive(Debug)]
struct Entry {
    name: &'static str,
    letters: Letters,
    /// The letters of its abbreviation.
    code: String,
}

/// Letters, and which of the alphabet are among them: a letter that is lacking costs an error.
#[derive(Debug)]
struct Letters {
    text: String,
    set: u32,
}

impl Letters {
    fn new(text: String) -> Self {
        let set = text.bytes().fold(0, |set, b| set | 1 << (b & 31));
        Self { text, set }
    }

    /// How many of its different letters `other` lacks.
    fn lost_in(&self, other: &Self) -> usize {
        (self.set & !other.set).count_ones() as usize
    }

    /// As [`fold::distance`].
    fn distance(&self, other: &Self, errors: usize) -> Option<usize> {
        let near = self.lost_in(other).max(other.lost_in(self)) <= errors;
        near.then(|| fold::distance(&self.text, &other.text, errors))
            .flatten()
    }
}

/// A province: name, letters and level.
#[derive(Debug)]
struct Province {
    name: &'static str,
    letters: Letters,
    level: &'static str,
}

static AGENCIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let entry = |(code, name): (&'static str, &'static str)| Entry {
        name,
        letters: Letters::new(letters(name)),
        code: letters(code),
    };
    // A word or two that stand in front of a name of their own are no agency of a letterhead.
    Lexicon::agencies()
        .filter(|(_, name)| {
            name.split(' ').count() > 2 || name.starts_with("Sở") || name.starts_with("Bộ")
        })
        .filter(|(_, name)| {
            !name.contains(" nhân dân") || name.starts_with("Viện") || name.starts_with("Tòa")
        })
        .map(entry)
        .collect()
});

static PROVINCES: LazyLock<Vec<Province>> = LazyLock::new(|| {
    let province = |(name, level): (&'static str, &'static str)| Province {
        name,
        letters: Letters::new(letters(name)),
        level,
    };
    Lexicon::provinces().map(province).collect()
});

const COMMITTEES: &[(&str, &str)] = &[
    ("Ủy ban nhân dân", "uybannhandan"),
    ("Hội đồng nhân dân", "hoidongnhandan"),
    ("UBND", "ubnd"),
    ("HĐND", "hdnd"),
];

/// Levels, longer ones first.
const LEVELS: &[(&str, &str)] = &[
    ("thành phố", "thanhpho"),
    ("tỉnh", "tinh"),
    ("thành phố", "tp"),
];

/// The letters of `s` without marks; glyphs that stand for a letter count as that letter.
pub fn letters(s: &str) -> String {
    let letter = |c: char| match fold::fold_char(c) {
        c @ 'a'..='z' => Some(c),
        '0' | '6' => Some('o'),
        '1' | '|' | '!' => Some('i'),
        '$' => Some('s'),
        _ if c == '§' => Some('s'),
        _ => None,
    };
    s.chars().filter_map(letter).collect()
}

/// What the witnesses say, in letters.
struct Told {
    /// The parts of the symbol.
    codes: Vec<String>,
    /// The place of the date's line, without spaces.
    place: Option<String>,
    /// The provinces that it names.
    provinces: Vec<&'static Province>,
}

impl Told {
    fn new(witness: Witness<'_>) -> Self {
        let parts = witness.symbol.unwrap_or_default().split(['-', '/']);
        let named = witness.place.map(letters).unwrap_or_default();
        let provinces = PROVINCES.iter();
        Self {
            codes: parts.map(letters).collect(),
            place: witness.place.map(|w| fold::fold(w).replace(' ', "")),
            provinces: provinces
                .filter(|p| named.ends_with(&p.letters.text))
                .collect(),
        }
    }
}

/// The agency that `text`, one or more lines of a letterhead, names.
pub fn read(text: &str, witness: Witness<'_>) -> Option<Known> {
    let told = &Told::new(witness);
    let whole = read_letters(&letters(text), told);
    if whole.as_ref().is_some_and(|k| k.errors == 0) {
        return whole;
    }
    // Scraps of the seal or the rule at either end.
    let words: Vec<&str> = text.split_whitespace().collect();
    let scrap = |w: &&&str| w.chars().filter(|c| c.is_alphanumeric()).count() < 3;
    let front = words.iter().take_while(scrap).count().min(2);
    let back = words.iter().rev().take_while(scrap).count().min(3);
    let mut best = whole;
    for a in 0..=front {
        for b in 0..=back {
            if a + b == 0 || a + b >= words.len() {
                continue;
            }
            let cut = words[a..words.len() - b].concat();
            // What is left out counts as wrong: the front of the next agency is no scrap.
            if let Some(mut k) = read_letters(&letters(&cut), told)
                && best
                    .as_ref()
                    .is_none_or(|best| k.errors + a + b < best.errors)
            {
                k.errors += a + b;
                best = Some(k);
            }
        }
    }
    best
}

fn read_letters(s: &str, told: &Told) -> Option<Known> {
    if !(4..=90).contains(&s.len()) {
        return None;
    }
    committee(s, told).or_else(|| listed(s, told))
}

/// `Ủy ban nhân dân tỉnh Kiên Giang`.
fn committee(s: &str, told: &Told) -> Option<Known> {
    let mut best: Option<Known> = None;
    for (name, cue) in COMMITTEES {
        let allowed = if cue.len() > 6 { 2 } else { 0 };
        for (e, end) in prefixes(s, cue, allowed) {
            for (level, level_cue) in LEVELS {
                let allowed = usize::from(level_cue.len() > 2);
                for (f, level_end) in prefixes(&s[end..], level_cue, allowed) {
                    let rest = &s[end + level_end..];
                    if best.as_ref().is_some_and(|b| e + f >= b.errors) {
                        continue;
                    }
                    let Some((province, g, inferred)) = place(rest, level, &told.provinces) else {
                        continue;
                    };
                    let errors = e + f + g;
                    if best.as_ref().is_none_or(|b| errors < b.errors) {
                        best = Some(Known {
                            name: format!("{name} {level} {province}"),
                            errors,
                            place_inferred: inferred,
                        });
                    }
                }
            }
        }
    }
    best
}

/// The province of a level that the letters name: the nearest one, when no other is as near; `witnessed` are those that
/// the date's line names.
fn place(
    rest: &str,
    level: &str,
    witnessed: &[&'static Province],
) -> Option<(&'static str, usize, bool)> {
    let allowed = (rest.len() / 3).clamp(1, 4);
    let own = Letters::new(rest.to_owned());
    let mut found: Vec<(usize, &'static str, bool)> = PROVINCES
        .iter()
        .filter(|p| p.level == level || p.level.is_empty())
        .filter_map(|p| {
            let agreed = witnessed.iter().any(|w| std::ptr::eq(*w, p));
            let allowed = allowed + usize::from(agreed);
            own.distance(&p.letters, allowed)
                .map(|e| (e, p.name, agreed))
        })
        .collect();
    found.sort_by_key(|(e, name, agreed)| (e - usize::from(*agreed && *e > 0), !agreed, *name));
    match found.as_slice() {
        [] => {
            // Nothing like a name is left of the place, or only its front: the date's line has it.
            let lost = rest.len() < 4
                || rest.len() < 18 && witnessed.iter().any(|p| p.letters.text[..2] == rest[..2]);
            let named = witnessed.iter().find(|p| p.level == level);
            named.filter(|_| lost).map(|p| (p.name, 3, true))
        }
        [only] => Some((only.1, only.0, false)),
        [first, second, ..] => {
            (first.0 == 0 || first.2 || first.0 < second.0).then_some((first.1, first.0, false))
        }
    }
}

/// Whether a folded line begins like the name of an agency.
pub fn opens(folded: &str) -> bool {
    static OPENS: LazyLock<Openings> = LazyLock::new(|| Openings::new(cues::AGENCY, 6));
    OPENS.is_match(folded)
}

/// Whether `text`, a line of a letterhead, is an agency of the lists or the first line of one.
pub fn begins(text: &str) -> bool {
    let own = Letters::new(letters(text));
    let s = own.text.as_str();
    if s.len() < 5 {
        return false;
    }
    let front = |known: &Letters| {
        let l = known.text.as_str();
        let n = s.len().min(l.len());
        // The last letter of all may have none to be compared with.
        s.len() <= l.len() + 1
            && own.lost_in(known) <= n / 9 + 1
            && fold::same(&s[..n], &l[..n], n / 9)
    };
    AGENCIES.iter().any(|a| front(&a.letters)) || COMMITTEES.iter().any(|(_, c)| s.starts_with(c))
}

/// An agency of the list, perhaps with its province.
fn listed(s: &str, told: &Told) -> Option<Known> {
    let own = Letters::new(s.to_owned());
    let mut found: Vec<(usize, usize, String, bool)> = Vec::new();
    for a in AGENCIES.iter() {
        let name = a.letters.text.as_str();
        let agreed = told.codes.contains(&a.code);
        let allowed = name.len() / 6 + usize::from(agreed);
        let whole = own.distance(&a.letters, allowed);
        let mut hit = whole.map(|e| (e, a.name.to_owned()));
        // The end of the name is lost.
        let cut = s.len() >= 9 && s.len() < name.len();
        let enough = agreed || s.len() * 3 >= name.len() * 2;
        if hit.is_none() && enough && cut && name.starts_with(&s[..s.len() - 1]) {
            hit = Some((2, a.name.to_owned()));
        }
        if hit.is_none() && s.len() > name.len() + 3 {
            hit = with_place(&own, a, told.place.as_deref());
        }
        if let Some((errors, name)) = hit {
            found.push((
                errors - usize::from(agreed && errors > 0),
                errors,
                name,
                agreed,
            ));
        }
    }
    found.sort();
    found.dedup_by(|a, b| a.2 == b.2);
    let first = found.first()?;
    let clear = first.1 == 0 || first.3 || found.get(1).is_none_or(|second| first.0 < second.0);
    clear.then(|| Known {
        name: first.2.clone(),
        errors: first.1,
        place_inferred: false,
    })
}

/// `Sở Y tế Kiên Giang`, `Cục Thuế tỉnh Bến Tre`.
fn with_place(s: &Letters, a: &Entry, witness: Option<&str>) -> Option<(usize, String)> {
    let allowed = a.letters.text.len() / 8;
    if a.letters.lost_in(s) > allowed {
        return None;
    }
    let (e, end) = fold::prefixes(&s.text, &a.letters.text, allowed).min()?;
    let rest = &s.text[end..];
    for (level, cue) in [("", "")].iter().chain(LEVELS) {
        let Some(tail) = rest.strip_prefix(cue) else {
            continue;
        };
        let found = PROVINCES.iter().find_map(|p| {
            let name = p.letters.text.as_str();
            let agreed = witness.is_some_and(|w| w.ends_with(name));
            let d = fold::distance(tail, name, usize::from(agreed || name.len() > 7))?;
            (level.is_empty() || p.level == *level || p.level.is_empty()).then_some((d, p.name))
        });
        if let Some((d, province)) = found {
            let name = if level.is_empty() || a.name.ends_with(level) {
                format!("{} {province}", a.name)
            } else {
                format!("{} {level} {province}", a.name)
            };
            return Some((e + d, name));
        }
    }
    None
}

/// Where `cue` may end at the front of `s`, with its errors: the best end first.
fn prefixes(s: &str, cue: &str, allowed: usize) -> Vec<(usize, usize)> {
    let mut ends: Vec<(usize, usize)> = fold::prefixes(s, cue, allowed).collect();
    ends.sort_unstable();
    ends
}

/// The one agency that the first part of the symbol which names an agency stands for.
pub fn of_symbol(symbol: &str) -> Option<&'static str> {
    let mut names = symbol.split(['-', '/']).filter_map(|part| {
        let mut named = Lexicon::new().agencies_by_abbreviation(part);
        let first = named.next()?;
        (named.next().is_none() && (first.starts_with("Sở ") || first.starts_with("Bộ ")))
            .then_some(first)
    });
    names.next()
}

/// The name of a province as the list has it, for the place of the date's line: `Thời Nguyên` is none, but in a
/// letterhead of Thái Nguyên it is.
pub fn province(read: &str, agencies: &[String]) -> Option<&'static str> {
    let own = Letters::new(letters(read));
    let near = |p: &'static Province| {
        let named = agencies.iter().any(|a| a.ends_with(p.name));
        let allowed = if named { own.text.len() / 3 } else { 0 };
        own.distance(&p.letters, allowed).map(|e| (e, p.name))
    };
    PROVINCES
        .iter()
        .filter_map(near)
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str, place: Option<&str>) -> Option<String> {
        let symbol = None;
        read(text, Witness { place, symbol }).map(|k| k.name)
    }

    fn some(name: &str) -> Option<String> {
        Some(name.to_owned())
    }

    #[test]
    fn committees_of_provinces() {
        for text in [
            "ỦY BAN NHÂN DÂN TỈNH KIÊN GIANG",
            "UY BAN NHAN DAN TINH KIEN GIANG",
            "ỦY BAN NHÂN DÂN TỈNH KIÊN GÌANH",
            "2 ỦY BAN NHÂN DÂN. TỈNH KIÊN A GIANG I",
        ] {
            assert_eq!(
                name(text, None),
                some("Ủy ban nhân dân tỉnh Kiên Giang"),
                "{text}"
            );
        }
        assert_eq!(
            name("UBND TỈNH BÌNH ĐƯƠNG", None),
            some("UBND tỉnh Bình Dương")
        );
        assert_eq!(
            name("UBND TỈNH THÁI ĐỊNH", Some("Thái Bình")),
            some("UBND tỉnh Thái Bình")
        );
        assert_eq!(name("UBND TỈNH", Some("Cà Mau")), some("UBND tỉnh Cà Mau"));
        assert_eq!(name("UBND HUYỆN PHÚ TÂN", None), None);
    }

    #[test]
    fn agencies_of_the_list() {
        for text in ["SỞ Y TẾ", "SOY TẾ", "SỞ Y.TẾ ee Lo", "$6 Y TE"] {
            assert_eq!(name(text, None), some("Sở Y tế"), "{text}");
        }
        assert_eq!(
            name("SO' VAN HOA, THE THAO VA DU LICH", None),
            some("Sở Văn hóa, Thể thao và Du lịch")
        );
        assert_eq!(name("SỞ Y TẾ KIÊN GIANG", None), some("Sở Y tế Kiên Giang"));
        assert_eq!(name("CÔNG TY CỔ PHẦN AN BÌNH", None), None);
        let witness = Witness {
            place: None,
            symbol: Some("SNNMT-VP"),
        };
        assert_eq!(
            read("SỞ NÔNG NGHIỆP VÀ MÔI", witness).map(|k| k.name),
            some("Sở Nông nghiệp và Môi trường")
        );
    }

    #[test]
    fn agencies_of_symbols() {
        assert_eq!(
            of_symbol("STTTT-BCVT"),
            Some("Sở Thông tin và Truyền thông")
        );
        assert_eq!(of_symbol("UBND-KGVX"), None);
    }
}
