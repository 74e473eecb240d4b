//! Whether the inside of a model file fits together.
//!
//! The built-in model is used as it lies. A file that a user names comes from elsewhere, and its checksum tells damage,
//! not malice: so every place that it names within itself is looked at once, before anything follows it.

use super::channel::Profile;
use super::channel::store::NO_WORD;
use crate::error::Result;
use crate::language_model::store::{Container, f32_at, u16_at, u32_at};
use crate::language_model::words::SPECIAL;

/// Logarithms further from zero are of no probability.
const FARTHEST: f32 = 100.0;

/// Looks at every place and number of `file`.
///
/// # Errors
/// [`crate::Error::Model`] when one leads out of its section or means nothing.
pub fn verify(file: &Container) -> Result<()> {
    let words = std::str::from_utf8(file.section("words")).map_or(0, |s| s.lines().count());
    let [uni, bi, bi_row, tri] = ["uni", "bi", "bi.row", "tri"].map(|name| file.section(name));
    let sound = words >= SPECIAL.len()
        && uni.len() / 12 == words + 1
        && uni.chunks_exact(12).take(words).all(|row| {
            let fits = |at| f32_at(row, at).abs() <= FARTHEST;
            fits(0) && fits(4)
        })
        && rise(uni, 12, 8, bi.len() / 2)
        && rise(bi_row, 6, 2, tri.len() / 2)
        && ascend(bi, uni, 12, 8)
        && ascend(tri, bi_row, 6, 2)
        && file.section("abc").len() <= 254 * 4
        && trie(file.section("trie"), words)
        && Profile::ALL.iter().all(|p| channel(file, *p, words))
        && scale(file.section("ctxscale"));
    match sound {
        true => Ok(()),
        false => Err(file.error("its parts do not fit together")),
    }
}

/// Whether the number at byte `at` of each row never falls and never exceeds `most`.
fn rise(section: &[u8], size: usize, at: usize, most: usize) -> bool {
    let numbers = section
        .chunks_exact(size)
        .map(|row| u32_at(row, at) as usize);
    numbers.clone().is_sorted() && numbers.max().is_some_and(|n| n <= most)
}

/// Whether the 16-bit keys of each row of `rows` ascend: one that does not would not be found, and its n-gram would be
/// as likely as one that was never seen. The rows' places in `keys`, at byte `at`, are known to rise.
fn ascend(keys: &[u8], rows: &[u8], size: usize, at: usize) -> bool {
    let keys = keys.as_chunks::<2>().0;
    let key = |k: usize| u16::from_le_bytes(keys[k]);
    let mut places = rows.chunks_exact(size).map(|row| u32_at(row, at) as usize);
    let mut first = places.next().unwrap_or(0);
    places.all(|next| {
        let ascends = (first + 1..next).all(|k| key(k - 1) < key(k));
        first = next;
        ascends
    })
}

/// Whether the nodes lie as they are written: the children of each behind those of the one before it and behind itself,
/// in the order of their letters, so that no node has two parents; and whether each word is one.
fn trie(section: &[u8], words: usize) -> bool {
    let nodes = section.len() / 8;
    let letter = |k: usize| section[k * 8];
    let mut next = 1;
    section.chunks_exact(8).enumerate().all(|(k, node)| {
        let (count, word) = (usize::from(node[1]), u16_at(node, 2));
        let first = u32_at(node, 4) as usize;
        let (in_turn, end) = (first == next && k < first, first + count);
        next += count;
        (count == 0 && first <= nodes || in_turn && end <= nodes)
            && (first + 1..end).all(|k| letter(k - 1) < letter(k))
            && is_word(word, words)
    })
}

fn is_word(word: u16, words: usize) -> bool {
    word == NO_WORD || usize::from(word) < words
}

fn channel(file: &Container, profile: Profile, words: usize) -> bool {
    let [keys, rows, word_keys, word_rows] = profile.sections().map(|s| file.section(s));
    let known = |row: &[u8]| usize::from(u16_at(row, 0)) < words;
    let sorted = |keys: &[u8]| {
        let key = |entry: &[u8; 12]| (u32_at(entry, 4), u32_at(entry, 0));
        let (entries, _) = keys.as_chunks::<12>();
        entries.is_sorted_by(|one, two| key(one) < key(two))
    };
    rise(keys, 12, 8, rows.len() / 4)
        && [keys, word_keys].into_iter().all(sorted)
        && rise(word_keys, 12, 8, word_rows.len() / 4)
        && cheapest_first(keys, rows)
        && cheapest_first(word_keys, word_rows)
        && word_rows.chunks_exact(4).all(known)
}

/// Whether the rows of each key come in the order of their costs, their last bytes: the search stops at the first that
/// is too dear. The keys' places are known to rise.
fn cheapest_first(keys: &[u8], rows: &[u8]) -> bool {
    let rows = rows.as_chunks::<4>().0;
    let place = |k: usize| u32_at(keys, k * 12 + 8) as usize;
    (1..keys.len() / 12).all(|k| rows[place(k - 1)..place(k)].is_sorted_by_key(|row| row[3]))
}

fn scale(section: &[u8]) -> bool {
    section.len() != 4 || f32_at(section, 0).abs() <= FARTHEST
}
