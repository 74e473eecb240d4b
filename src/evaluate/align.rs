//! Edit distances and the alignment behind them, by bit-parallel dynamic programming
//! (Hyyrö, *A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances*, 2003).
//!
//! An alignment of least cost is rarely the only one. Scores that count the tokens that stand right must agree
//! on which is meant: read from the end, a deletion goes before an insertion before a match or replacement, after
//! what both sequences begin and end with has been set aside. Sequences whose matrix would pass a mebibyte are
//! first cut in two at the leftmost point that an optimal alignment passes (Hirschberg, 1975). These are the
//! rules of the library RapidFuzz, so figures agree with those that were made with it.

use std::collections::HashMap;
use std::hash::Hash;

const WORD: usize = 64;
/// Matrices of at least so many bytes are cut in two.
const LARGE: usize = 1 << 20;

/// Numbers for symbols, the same for the same symbol.
pub fn intern<T: Hash + Eq + Copy>(a: &[T], b: &[T]) -> (Vec<u32>, Vec<u32>) {
    let mut known: HashMap<T, u32> = HashMap::new();
    let mut number = |list: &[T]| {
        let mut out = Vec::with_capacity(list.len());
        for &symbol in list {
            let next = known.len() as u32;
            out.push(*known.entry(symbol).or_insert(next));
        }
        out
    };
    let a = number(a);
    (a, number(b))
}

/// For each symbol, in which places of the pattern it stands: one bit a place.
struct Places {
    blocks: usize,
    rows: HashMap<u32, usize>,
    bits: Vec<u64>,
    none: Vec<u64>,
}

impl Places {
    fn new(pattern: impl ExactSizeIterator<Item = u32>) -> Self {
        let blocks = pattern.len().div_ceil(WORD);
        let mut places = Self {
            blocks,
            rows: HashMap::new(),
            bits: Vec::new(),
            none: vec![0; blocks],
        };
        for (k, symbol) in pattern.enumerate() {
            let next = places.rows.len();
            let row = *places.rows.entry(symbol).or_insert(next);
            if row == next {
                places.bits.resize((row + 1) * blocks, 0);
            }
            places.bits[row * blocks + k / WORD] |= 1 << (k % WORD);
        }
        places
    }

    fn of(&self, symbol: u32) -> &[u64] {
        let row = self.rows.get(&symbol);
        row.map_or(&self.none, |r| {
            &self.bits[r * self.blocks..(r + 1) * self.blocks]
        })
    }
}

/// A column of the matrix as differences between neighbours: bit k of `plus` (`minus`) says that the cell of k + 1
/// symbols is one more (less) than that of k.
struct Column {
    plus: Vec<u64>,
    minus: Vec<u64>,
}

impl Column {
    fn new(blocks: usize) -> Self {
        Self {
            plus: vec![!0; blocks],
            minus: vec![0; blocks],
        }
    }

    /// Moves on by one symbol of the text; `places` are its places in the pattern.
    fn step(&mut self, places: &[u64]) {
        let (mut plus_in, mut minus_in) = (1, 0);
        for (k, &here) in places.iter().enumerate() {
            let (vp, vn) = (self.plus[k], self.minus[k]);
            let x = here | minus_in;
            let d0 = ((x & vp).wrapping_add(vp) ^ vp) | x | vn;
            let (hp, hn) = (vn | !(d0 | vp), d0 & vp);
            let (hp_in, hn_in) = (hp << 1 | plus_in, hn << 1 | minus_in);
            (plus_in, minus_in) = (hp >> (WORD - 1), hn >> (WORD - 1));
            self.plus[k] = hn_in | !(d0 | hp_in);
            self.minus[k] = hp_in & d0;
        }
    }

    /// The cells of the first `len` symbols, the first cell being `first`.
    fn cells(&self, first: usize, len: usize) -> Vec<usize> {
        let mut out = vec![first];
        let mut cell = first;
        for k in 0..len {
            cell += usize::from(bit(&self.plus, k));
            cell -= usize::from(bit(&self.minus, k));
            out.push(cell);
        }
        out
    }
}

fn bit(bits: &[u64], k: usize) -> bool {
    bits[k / WORD] >> (k % WORD) & 1 == 1
}

/// The column of the matrix of `a` that stands behind all of `b`: distances of each prefix of `a` to `b`.
fn last_column(
    a: impl ExactSizeIterator<Item = u32>,
    b: impl ExactSizeIterator<Item = u32>,
) -> Vec<usize> {
    let (len, first) = (a.len(), b.len());
    let places = Places::new(a);
    let mut column = Column::new(places.blocks);
    b.for_each(|symbol| column.step(places.of(symbol)));
    column.cells(first, len)
}

/// How many symbols both begin with and, of the rest, end with.
fn affixes(a: &[u32], b: &[u32]) -> (usize, usize) {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let ends = a[prefix..].iter().rev().zip(b[prefix..].iter().rev());
    (prefix, ends.take_while(|(x, y)| x == y).count())
}

/// Levenshtein distance.
pub fn distance(a: &[u32], b: &[u32]) -> usize {
    let (prefix, suffix) = affixes(a, b);
    let (a, b) = (&a[prefix..a.len() - suffix], &b[prefix..b.len() - suffix]);
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let cells = last_column(a.iter().copied(), b.iter().copied());
    cells.last().copied().unwrap_or(b.len())
}

/// For each place of `a`, the place of `b` that holds the same symbol and is aligned with it.
pub fn matches(a: &[u32], b: &[u32]) -> Vec<Option<usize>> {
    let mut out = vec![None; a.len()];
    align(a, b, 0, 0, &mut out);
    out
}

fn align(a: &[u32], b: &[u32], a_at: usize, b_at: usize, out: &mut [Option<usize>]) {
    let (prefix, suffix) = affixes(a, b);
    for k in 0..prefix {
        out[a_at + k] = Some(b_at + k);
    }
    for k in 1..=suffix {
        out[a_at + a.len() - k] = Some(b_at + b.len() - k);
    }
    let (a, b) = (&a[prefix..a.len() - suffix], &b[prefix..b.len() - suffix]);
    let (a_at, b_at) = (a_at + prefix, b_at + prefix);
    if 2 * a.len() * b.len() / 8 < LARGE || a.len() < 65 || b.len() < 10 {
        return trace(a, b, a_at, b_at, out);
    }
    let b_middle = b.len() / 2;
    let left = last_column(a.iter().copied(), b[..b_middle].iter().copied());
    let right = last_column(a.iter().rev().copied(), b[b_middle..].iter().rev().copied());
    let cost = |k: &usize| left[*k] + right[a.len() - *k];
    let a_middle = (1..=a.len()).min_by_key(cost).unwrap_or(a.len());
    align(&a[..a_middle], &b[..b_middle], a_at, b_at, out);
    align(
        &a[a_middle..],
        &b[b_middle..],
        a_at + a_middle,
        b_at + b_middle,
        out,
    );
}

/// Aligns by the whole matrix.
fn trace(a: &[u32], b: &[u32], a_at: usize, b_at: usize, out: &mut [Option<usize>]) {
    let places = Places::new(a.iter().copied());
    let mut column = Column::new(places.blocks);
    let mut matrix = Vec::with_capacity(b.len());
    for &symbol in b {
        column.step(places.of(symbol));
        matrix.push((column.plus.clone(), column.minus.clone()));
    }
    let (mut i, mut j) = (a.len(), b.len());
    while i > 0 && j > 0 {
        if bit(&matrix[j - 1].0, i - 1) {
            i -= 1;
            continue;
        }
        j -= 1;
        if j > 0 && bit(&matrix[j - 1].1, i - 1) {
            continue;
        }
        i -= 1;
        if a[i] == b[j] {
            out[a_at + i] = Some(b_at + j);
        }
    }
}

/// Length of the longest common subsequence.
fn common(places: &Places, len: usize, b: &[u32]) -> usize {
    let mut state = vec![!0u64; places.blocks];
    for &symbol in b {
        let mut carry = false;
        for (s, &here) in state.iter_mut().zip(places.of(symbol)) {
            let u = *s & here;
            let (x, first) = s.overflowing_add(u);
            let (x, second) = x.overflowing_add(u64::from(carry));
            carry = first || second;
            *s = x | (*s - u);
        }
    }
    (0..len).filter(|&k| !bit(&state, k)).count()
}

fn similarity(common: usize, a: usize, b: usize) -> f64 {
    match a + b {
        0 => 100.0,
        sum => (1.0 - (sum - 2 * common) as f64 / sum as f64) * 100.0,
    }
}

/// Similarity in percent: 1 - (insertions + deletions) / (length of both).
pub fn ratio(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (a, b) = intern(&a, &b);
    let places = Places::new(a.iter().copied());
    similarity(common(&places, a.len(), &b), a.len(), b.len())
}

/// The best [`ratio`] of the shorter text with any stretch of the longer that is no longer than it.
pub fn partial_ratio(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (a, b) = intern(&a, &b);
    let best = |short: &[u32], long: &[u32]| -> f64 {
        let n = short.len();
        let places = Places::new(short.iter().copied());
        let ratio = |w: &[u32]| similarity(common(&places, n, w), n, w.len());
        let ends = (1..n).map(|k| ratio(&long[..k]));
        let begins = (1..n).map(|k| ratio(&long[long.len() - k..]));
        let windows = long.windows(n.max(1)).map(ratio);
        ends.chain(begins).chain(windows).fold(0.0, f64::max)
    };
    match (a.len(), b.len()) {
        (0, 0) => 100.0,
        (0, _) | (_, 0) => 0.0,
        (n, m) if n < m => best(&a, &b),
        (n, m) if n > m => best(&b, &a),
        _ => best(&a, &b).max(best(&b, &a)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(a: &str, b: &str) -> (Vec<u32>, Vec<u32>) {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        intern(&a, &b)
    }

    /// Distance by the textbook.
    fn slow(a: &[u32], b: &[u32]) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.iter().enumerate() {
            let mut before = row[0];
            row[0] = i + 1;
            for (j, y) in b.iter().enumerate() {
                let cell = (before + usize::from(x != y))
                    .min(row[j] + 1)
                    .min(row[j + 1] + 1);
                before = std::mem::replace(&mut row[j + 1], cell);
            }
        }
        row[b.len()]
    }

    proptest::proptest! {
        #[test]
        fn distances_are_those_of_the_textbook(
            a in proptest::collection::vec(0u32..5, 0..200),
            b in proptest::collection::vec(0u32..5, 0..200),
        ) {
            proptest::prop_assert_eq!(distance(&a, &b), slow(&a, &b));
            let pairs: Vec<(usize, usize)> =
                matches(&a, &b).iter().enumerate().filter_map(|(i, j)| j.map(|j| (i, j))).collect();
            proptest::prop_assert!(pairs.windows(2).all(|w| w[0].1 < w[1].1));
            proptest::prop_assert!(pairs.iter().all(|&(i, j)| a[i] == b[j]));
        }
    }

    #[test]
    fn long_sequences_are_cut_in_two() {
        let a: Vec<u32> = (0..3000).map(|k| k * k % 701).collect();
        let b: Vec<u32> = (0..3000)
            .filter(|k| k % 17 != 3)
            .map(|k| if k % 13 == 5 { 9999 } else { k * k % 701 })
            .collect();
        let same = matches(&a, &b).iter().flatten().count();
        assert!(a.len().max(b.len()) - same <= distance(&a, &b));
        assert_eq!(distance(&a, &b), slow(&a, &b));
    }

    /// Places of `a` and `b` that RapidFuzz 3.14 (`Levenshtein.opcodes`) says are equal.
    #[test]
    fn ties_are_broken_as_rapidfuzz_breaks_them() {
        type Case = (&'static str, &'static str, &'static [(usize, usize)]);
        let cases: [Case; 5] = [
            ("ab", "aab", &[(0, 0), (1, 2)]),
            ("xay", "zaaw", &[(1, 1)]),
            ("abcabba", "cbabac", &[(1, 1), (3, 2), (4, 3)]),
            ("xaby", "zbaaw", &[(1, 2)]),
            ("xayaz", "waau", &[(1, 1), (3, 2)]),
        ];
        for (a, b, expected) in cases {
            let (a, b) = chars(a, b);
            let places = matches(&a, &b).into_iter().enumerate();
            let found: Vec<_> = places.filter_map(|(i, j)| Some((i, j?))).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn similarities() {
        assert_eq!(ratio("", ""), 100.0);
        assert_eq!(ratio("abcd", "abxd"), 75.0);
        assert_eq!(partial_ratio("abc", "xxabcxx"), 100.0);
        assert_eq!(partial_ratio("", "x"), 0.0);
    }
}
