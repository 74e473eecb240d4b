//! What looks like a person's name and nothing else.

use crate::parse::{cues, fold};

/// `s` from its first to its last letter and its words, when they are two to five and begin with a capital, as every
/// name does.
fn few_words(s: &str) -> Option<(&str, Vec<&str>)> {
    let s = s.trim_matches(|c: char| !fold::is_letter(c));
    if !s.starts_with(fold::is_upper) || s.split_whitespace().nth(5).is_some() {
        return None;
    }
    let words: Vec<&str> = s.split_whitespace().collect();
    (words.len() > 1).then_some((s, words))
}

/// Whether `s` looks like a Vietnamese person's name and nothing else: a family name and one to four more words.
pub fn is_person(s: &str) -> bool {
    let Some((s, words)) = few_words(s) else {
        return false;
    };
    let proper = |w: &&str| {
        let mut c = w.chars();
        c.next().is_some_and(char::is_uppercase)
            && w.chars()
                .all(|c| c.is_alphabetic() || matches!(c, '\'' | '’'))
            && w.chars().count() <= 8
    };
    if !words.iter().all(proper) {
        return false;
    }
    let level = words[0].to_lowercase();
    if [
        "phường",
        "xã",
        "huyện",
        "quận",
        "tỉnh",
        "thị",
        "khu",
        "tổ",
        "thôn",
        "ấp",
        "bản",
        "đường",
        "bộ",
        "sở",
    ]
    .contains(&level.as_str())
    {
        return false;
    }
    let lower = words.iter().any(|w| w.chars().any(char::is_lowercase));
    let family = fold::fold(words[0]);
    let f = fold::fold(s);
    cues::FAMILY_NAMES.contains(&family.as_str())
        && (lower || words.len() >= 3)
        && !cues::POSITION.iter().any(|c| f.contains(c))
        && !is_institution(&f)
}

/// Whether `s` is two to five words that begin with capitals and nothing else, as names outside the list of family
/// names are written too (`Rơ Châm Thuyết`, `K’Brếp Dơ Woang`).
pub fn is_name_like(s: &str) -> bool {
    let Some((s, words)) = few_words(s) else {
        return false;
    };
    let proper = |w: &&str| {
        let letters = w
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-'));
        let upper = w.chars().filter(|c| c.is_uppercase()).count();
        letters
            && w.starts_with(char::is_uppercase)
            && (upper == 1 || w.contains(['\'', '’']))
            && w.chars().count() <= 9
    };
    if !words.iter().all(proper) {
        return false;
    }
    let f = fold::fold(s);
    !is_institution(&f)
        && !cues::AGENCY.iter().any(|a| f.starts_with(a))
        && !cues::POSITION.iter().any(|c| f.contains(c))
}

fn is_institution(f: &str) -> bool {
    [
        "so y te",
        "tu phap",
        "van phong",
        "thanh tra",
        "phong ",
        "cong an",
        "ban giam",
        "an giang",
        "ha noi",
        "to trinh",
        "do thi",
        "ha tinh",
        "thanh pho",
    ]
    .iter()
    .any(|w| f.starts_with(w))
}
