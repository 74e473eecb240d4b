//! The channel's part of the model file: the trie of the vocabulary, and a profile's pieces and words.
//!
//! `abc`: the letters of the vocabulary (4 bytes each); a letter's code is its position plus one.
//! `trie`: nodes of 8 bytes (letter code, number of children, word or 0xFFFF, first child), children sorted by
//! code. For each profile `p`: `p.key` (12 bytes: packed reading, first row) sorted, `p.row` (4 bytes: up to
//! three letter codes, quantised cost); `p.wkey` (12 bytes: hash of the whole reading, first row), `p.wrow`
//! (4 bytes: word, setting, cost).

use std::collections::BTreeMap;

use super::learn::{Counts, SETTINGS, Setting};
use crate::language_model::words::{SPECIAL, WordId};

/// Quantisation steps in a nat of the channel's costs.
pub const STEPS: f32 = 16.0;
/// No word ends here.
pub const NO_WORD: WordId = WordId::MAX;

/// A stable hash of a whole reading (FNV-1a), part of the file format.
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Packs a setting and up to four letters of a reading into a key: 15 bits a letter, so that letters beyond
/// U+7FFF fall together.
pub fn pack(setting: Setting, read: &[char]) -> u64 {
    let s = SETTINGS.iter().position(|&x| x == setting).unwrap_or(0) as u64;
    read.iter().fold(s + 1, |key, &c| {
        key << 15 | u64::from((c as u32).min(0x7FFF))
    })
}

/// Sections `abc` and `trie` for a vocabulary.
pub fn trie(words: &[String]) -> Vec<(&'static str, Vec<u8>)> {
    let mut letters: BTreeMap<char, u32> = BTreeMap::new();
    for c in words[SPECIAL.len()..].iter().flat_map(|w| w.chars()) {
        *letters.entry(c).or_default() += 1;
    }
    let mut order: Vec<(u32, char)> = letters.into_iter().map(|(c, n)| (n, c)).collect();
    order.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    order.truncate(254);
    let code: BTreeMap<char, u8> = order
        .iter()
        .enumerate()
        .map(|(k, &(_, c))| (c, k as u8 + 1))
        .collect();
    let mut coded: Vec<(Vec<u8>, WordId)> = words
        .iter()
        .enumerate()
        .skip(SPECIAL.len())
        .filter_map(|(id, w)| {
            Some((
                w.chars()
                    .map(|c| code.get(&c).copied())
                    .collect::<Option<Vec<u8>>>()?,
                id as WordId,
            ))
        })
        .collect();
    coded.sort_unstable();

    // Breadth first, so that the children of a node lie together.
    let mut nodes: Vec<[u8; 8]> = vec![[0; 8]];
    let mut queue = std::collections::VecDeque::from([(0usize, 0usize, 0..coded.len())]);
    while let Some((node, depth, range)) = queue.pop_front() {
        let first = nodes.len();
        let mut at = range.start;
        let mut word = NO_WORD;
        if at < range.end && coded[at].0.len() == depth {
            word = coded[at].1;
            at += 1;
        }
        while at < range.end {
            let letter = coded[at].0[depth];
            let end = at + coded[at..range.end].partition_point(|w| w.0[depth] == letter);
            queue.push_back((nodes.len(), depth + 1, at..end));
            nodes.push([letter, 0, 0, 0, 0, 0, 0, 0]);
            at = end;
        }
        let count = (nodes.len() - first) as u8;
        nodes[node][1] = count;
        nodes[node][2..4].copy_from_slice(&word.to_le_bytes());
        nodes[node][4..8].copy_from_slice(&(first as u32).to_le_bytes());
    }
    let abc = order
        .iter()
        .flat_map(|&(_, c)| (c as u32).to_le_bytes())
        .collect();
    vec![("abc", abc), ("trie", nodes.concat())]
}

/// The four sections of a profile: keys and rows of the pieces, keys and rows of the words.
pub fn profile(counts: &Counts, words: &[String]) -> [Vec<u8>; 4] {
    let abc = &trie(words)[0].1;
    let code: BTreeMap<u32, u8> = abc
        .chunks_exact(4)
        .enumerate()
        .map(|(k, c)| (u32::from_le_bytes([c[0], c[1], c[2], c[3]]), k as u8 + 1))
        .collect();
    let cost = |c: f32| (c * STEPS).round().clamp(0.0, 255.0) as u8;
    let mut pieces: BTreeMap<u64, Vec<[u8; 4]>> = BTreeMap::new();
    for ((setting, truth, read), &c) in &counts.pieces {
        let mut row = [0, 0, 0, cost(c)];
        let letters: Option<Vec<u8>> = truth
            .chars()
            .map(|c| code.get(&(c as u32)).copied())
            .collect();
        let read: Vec<char> = read.chars().collect();
        if let Some(letters) = letters.filter(|l| l.len() <= 3) {
            row[..letters.len()].copy_from_slice(&letters);
            pieces.entry(pack(*setting, &read)).or_default().push(row);
        }
    }
    let id: BTreeMap<&str, WordId> = words
        .iter()
        .enumerate()
        .map(|(k, w)| (w.as_str(), k as WordId))
        .collect();
    let mut whole: BTreeMap<u64, Vec<(WordId, u8, u8)>> = BTreeMap::new();
    for ((setting, truth, read), &c) in &counts.words {
        if let Some(&word) = id.get(truth.as_str()) {
            let setting = SETTINGS.iter().position(|s| s == setting).unwrap_or(0) as u8;
            whole
                .entry(hash(read))
                .or_default()
                .push((word, setting, cost(c)));
        }
    }
    let (mut keys, mut rows, mut wkeys, mut wrows) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (key, mut list) in pieces {
        keys.extend(key.to_le_bytes());
        keys.extend((rows.len() as u32 / 4).to_le_bytes());
        list.sort_unstable_by_key(|r| (r[3], r[0], r[1], r[2]));
        rows.extend(list.concat());
    }
    keys.extend(u64::MAX.to_le_bytes());
    keys.extend((rows.len() as u32 / 4).to_le_bytes());
    for (key, mut list) in whole {
        wkeys.extend(key.to_le_bytes());
        wkeys.extend((wrows.len() as u32 / 4).to_le_bytes());
        list.sort_unstable_by_key(|r| (r.2, r.0));
        for (word, setting, c) in list {
            wrows.extend(word.to_le_bytes());
            wrows.extend([setting, c]);
        }
    }
    wkeys.extend(u64::MAX.to_le_bytes());
    wkeys.extend((wrows.len() as u32 / 4).to_le_bytes());
    [keys, rows, wkeys, wrows]
}
