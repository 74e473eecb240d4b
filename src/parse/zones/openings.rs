//! How a list begins: `Kính gửi`, `Nơi nhận`, an addressee, a bullet.

use crate::parse::pattern::{Pattern, pattern};
use crate::parse::{agency, fold};
use std::sync::LazyLock;

/// `CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH điện:` names the addressees of a công điện.
static WIRED: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^\W{0,3}(?:chu tich|thu tuong|bo truong|giam doc|uy ban|ubnd|ban |cuc truong|truong ban|tong giam doc).{0,90}?\bdien\s?:",
    )
});

/// Whether the piece opens with `Kính gửi`, and where the cue ends in the folded text.
pub fn recipients_cue(f: &str) -> Option<usize> {
    if f.contains("dien")
        && let Some(m) = WIRED.find(f)
    {
        return Some(m.end());
    }
    let front = f.len() - fold::signless(f).len();
    for (cue, errors) in [("kinh gui", 2), ("kinh trinh", 1)] {
        if let Some((_, end)) = fold::prefix(&f[front..], cue, errors) {
            let rest = &f[front + end..];
            let close = rest
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(rest.len());
            if f[front..].starts_with(['k', 'x', 'h', 'r']) && close <= 2 {
                return Some(front + end + close);
            }
        }
    }
    None
}

/// Whether the piece opens with `Nơi nhận`, and where the cue ends in the folded text.
pub fn copies_cue(f: &str) -> Option<usize> {
    let front = f.len() - fold::signless(f).len();
    let (_, end) = fold::prefix(&f[front..], "noi nhan", 2)?;
    // Within the errors allowed the match may stop short of the word.
    let word = f[front..]
        .char_indices()
        .filter(|(_, c)| !c.is_ascii_alphanumeric())
        .map(|(k, _)| k);
    let end = word
        .filter(|k| k.abs_diff(end) <= 2 && *k >= 7)
        .min_by_key(|k| k.abs_diff(end))
        .unwrap_or(end);
    let rest = f[front + end.min(f.len() - front)..].trim_start();
    let open =
        rest.is_empty() || rest.starts_with([':', ';', '.', '-', '_', '\'', '|']) || rest.len() < 3;
    open.then_some(front + end)
}

/// Whether the folded line begins like an addressee.
pub fn is_addressee(bare: &str) -> bool {
    const PERSONS: &[&str] = &[
        "cac ",
        "quy ",
        "ong ",
        "ba ",
        "dong chi",
        "thu truong",
        "giam doc",
        "chu tich",
        "lanh dao",
        "nhu ",
        "truong ",
        "hieu truong",
        "bi thu",
        "thuong truc",
        "chanh ",
        "cong ty",
        "doanh nghiep",
    ];
    agency::opens(bare) || PERSONS.iter().any(|w| bare.starts_with(w))
}

/// Whether the line begins with a list bullet.
pub fn is_bullet(f: &str) -> bool {
    let f = f.trim_start_matches([':', '\'', '`', '.', '_', ' ', '^']);
    f.starts_with(['-', '+', '*', '~']) && f.len() > 2
}
