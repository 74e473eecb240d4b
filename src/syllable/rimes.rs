//! The closed sets a syllable is spelt from: onsets, rimes, and which go together.
//!
//! After Đoàn Thiện Thuật, *Ngữ âm tiếng Việt* (1977): a syllable is an onset, a rime (perhaps with a rounded
//! glide, written `o` or `u`) and a tone. The spelling adds its own rules: `k`, `gh`, `ngh` before `i e ê y` and
//! `c`, `g`, `ng` elsewhere; `qu` for /k/ with glide; `gi` losing its `i` before another; `yê` without onset.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Rimes without glide. `yê…` stand alone, `iê…` need an onset.
const PLAIN: &[&str] = &[
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "e", "ec",
    "em", "en", "eng", "eo", "ep", "et", "i", "ia", "ich", "im", "in", "inh", "ip", "it", "iu",
    "iêc", "iêm", "iên", "iêng", "iêp", "iêt", "iêu", "o", "oc", "oi", "om", "on", "ong", "ooc",
    "oong", "op", "ot", "u", "ua", "uc", "ui", "um", "un", "ung", "up", "ut", "uôc", "uôi", "uôm",
    "uôn", "uông", "uôp", "uôt", "y", "yêm", "yên", "yêng", "yêt", "yêu", "âc", "âm", "ân", "âng",
    "âp", "ât", "âu", "ây", "ê", "êch", "êm", "ên", "êng", "ênh", "êp", "êt", "êu", "ô", "ôc",
    "ôi", "ôm", "ôn", "ông", "ôp", "ôt", "ăc", "ăm", "ăn", "ăng", "ăp", "ăt", "ơ", "ơi", "ơm",
    "ơn", "ơp", "ơt", "ư", "ưa", "ưc", "ưi", "ưm", "ưn", "ưng", "ưt", "ưu", "ươc", "ươi", "ươm",
    "ươn", "ương", "ươp", "ươt", "ươu",
];

/// Rimes with glide, after any onset but `c`, `k` (which are written `qu` then) and `qu` itself.
const GLIDED: &[&str] = &[
    "oa", "oac", "oach", "oai", "oam", "oan", "oang", "oanh", "oao", "oap", "oat", "oay", "oe",
    "oem", "oen", "oeo", "oet", "oăc", "oăm", "oăn", "oăng", "oăt", "uy", "uya", "uych", "uyn",
    "uynh", "uyp", "uyt", "uyu", "uyên", "uyêt", "uân", "uâng", "uât", "uây", "uê", "uêch", "uênh",
    "uơ",
];

/// What may follow `qu`, whose `u` is the glide.
const AFTER_QU: &[&str] = &[
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "e", "en",
    "eng", "eo", "et", "i", "ich", "in", "inh", "it", "iu", "y", "ych", "yn", "ynh", "yp", "yt",
    "yên", "yêt", "ân", "âng", "ât", "âu", "ây", "ê", "êch", "ên", "ênh", "êt", "êu", "ôc", "ăc",
    "ăm", "ăn", "ăng", "ăp", "ăt", "ơ", "ơi", "ơn", "ơt",
];

/// What may follow a bare `p`: no native onset, only borrowed words and names (`pin`, `Pắc Bó`, `Sa Pa`).
const AFTER_P: &[&str] = &[
    "a", "ac", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "e", "en", "eng",
    "eo", "et", "i", "ia", "im", "in", "it", "iu", "iêng", "o", "oc", "oi", "om", "on", "ong",
    "ooc", "oong", "ot", "u", "ua", "ui", "un", "ung", "up", "ut", "uy", "uôc", "uôi", "uông",
    "âc", "âu", "ê", "ên", "ô", "ôc", "ôn", "ông", "ôp", "ôt", "ăc", "ăn", "ăng", "ơ", "ư", "ưa",
    "ươi",
];

/// The longest onset that begins the letters; empty before a vowel and before a letter that begins no syllable.
fn onset(letters: &str) -> &'static str {
    match letters.as_bytes() {
        [b'n', b'g', b'h', ..] => "ngh",
        [b'n', b'g', ..] => "ng",
        [b'n', b'h', ..] => "nh",
        [b'n', ..] => "n",
        [b'g', b'h', ..] => "gh",
        [b'g', b'i', ..] => "gi",
        [b'g', ..] => "g",
        [b'q', b'u', ..] => "qu",
        [b'k', b'h', ..] => "kh",
        [b'k', ..] => "k",
        [b'c', b'h', ..] => "ch",
        [b'c', ..] => "c",
        [b't', b'h', ..] => "th",
        [b't', b'r', ..] => "tr",
        [b't', ..] => "t",
        [b'p', b'h', ..] => "ph",
        [b'p', ..] => "p",
        [b'b', ..] => "b",
        [b'd', ..] => "d",
        [0xC4, 0x91, ..] => "đ",
        [b'h', ..] => "h",
        [b'l', ..] => "l",
        [b'm', ..] => "m",
        [b'r', ..] => "r",
        [b's', ..] => "s",
        [b'v', ..] => "v",
        [b'x', ..] => "x",
        _ => "",
    }
}

/// Splits the small letters of a syllable, without tone, into onset and rime and checks that they go together.
///
/// The `i` of `gi` is shared where the rime begins with one: `giêng` is `gi` and `iêng`, `gì` is `gi` and `i`.
pub fn split(letters: &str) -> Option<(&'static str, &'static str)> {
    let onset = onset(letters);
    let rest = &letters[onset.len()..];
    let rime = match onset {
        "gi" if rest.is_empty() || rest == "n" || (rest.starts_with('ê') && rest != "ê") => {
            &letters[1..]
        }
        _ => rest,
    };
    let front = rime.starts_with(['i', 'e', 'ê', 'y']);
    let (list, fits) = match onset {
        "" => (PLAIN, !rime.starts_with("iê")),
        "qu" => (AFTER_QU, true),
        "p" => (AFTER_P, true),
        "k" => (PLAIN, front && !rime.starts_with("yê")),
        "gh" | "ngh" => (PLAIN, front && !rime.starts_with('y')),
        "c" => (PLAIN, !front),
        "g" | "ng" => (PLAIN, !front),
        "gi" => (PLAIN, !rest.starts_with(['i', 'y'])),
        _ => (PLAIN, !rime.starts_with("yê")),
    };
    let glided = ["oa", "oe", "oă", "uy", "uâ", "uê", "uơ"]
        .iter()
        .any(|glide| rime.starts_with(glide));
    let list = match onset {
        "qu" | "p" => list,
        "k" | "c" | "gh" | "ngh" if glided => return None,
        _ if glided => GLIDED,
        _ => list,
    };
    let at = if fits {
        list.binary_search(&rime).ok()?
    } else {
        return None;
    };
    Some((onset, list[at]))
}

/// All rimes without the qualities of their vowels.
static BARE: LazyLock<HashSet<String>> = LazyLock::new(|| {
    [PLAIN, GLIDED, AFTER_QU, AFTER_P]
        .concat()
        .into_iter()
        .map(super::strip_marks)
        .collect()
});

/// Whether small letters without marks are an onset and a rime, whatever marks there may have been.
pub fn is_bare(letters: &str) -> bool {
    let onset = onset(letters);
    BARE.contains(&letters[onset.len()..]) || onset == "gi" && BARE.contains(&letters[1..])
}

/// Which character of a rime carries the tone in the traditional placement (`hòa`, `ủy`), and in the newer one
/// (`hoà`, `uỷ`). They differ for the open rimes `oa`, `oe`, `uy` only.
pub fn tone_places(rime: &str) -> (usize, usize) {
    if matches!(rime, "oa" | "oe" | "uy") {
        return (0, 1);
    }
    let quality = rime
        .chars()
        .enumerate()
        .filter(|(_, c)| matches!(c, 'ă' | 'â' | 'ê' | 'ô' | 'ơ' | 'ư'))
        .last();
    let place = match quality {
        Some((_, 'ư')) | None => {
            let vowels = rime
                .chars()
                .take_while(|c| super::letters::is_vowel(*c))
                .count();
            let closed = rime.chars().count() > vowels;
            match vowels {
                3.. => 1,
                2 if closed => 1,
                _ => 0,
            }
        }
        Some((at, _)) => at,
    };
    (place, place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order() {
        for list in [PLAIN, GLIDED, AFTER_QU, AFTER_P] {
            assert!(list.is_sorted_by(|a, b| a < b), "{list:?}");
        }
    }

    #[test]
    fn tone_stands_on_the_nucleus() {
        let old = |rime: &str| tone_places(rime).0;
        for (rime, place) in [
            ("a", 0),
            ("ia", 0),
            ("ưa", 0),
            ("ưu", 0),
            ("ươu", 1),
            ("iêu", 1),
            ("oai", 1),
            ("uyên", 2),
            ("uya", 1),
        ] {
            assert_eq!(old(rime), place, "{rime}");
        }
        for (rime, place) in [
            ("oan", 1),
            ("ooc", 1),
            ("uyt", 1),
            ("uê", 1),
            ("uơ", 1),
            ("ai", 0),
            ("uôi", 1),
        ] {
            assert_eq!(old(rime), place, "{rime}");
        }
        assert_eq!(tone_places("uy"), (0, 1));
        assert_eq!(tone_places("oan"), (1, 1));
    }
}
