//! From a token as read to the words that may stand behind it.

use std::cell::RefCell;

use super::store::STEPS;
use super::{AllPieces, Candidate, Channel, Pieces, Profile, Setting, Spot, store};
use crate::language_model::{WordId, words};
use crate::syllable::{fold_tone_placement, is_syllable};

/// Longest token that is searched for, in letters; longer ones are no Vietnamese words.
pub const LONGEST: usize = 16;
/// How much dearer (nats) than the best word, channel and worth together, a word may be.
const WIDTH: f32 = 10.0;
/// Most words that come out of one search.
const MOST: usize = 24;
/// Most words that come out of a wide one where letters are bent: what is further off is chosen wrongly more often.
const MOST_BENT: usize = 16;
/// Most nodes that one search looks at.
const BUDGET: usize = 600;
/// Most nodes of a wide one for a token in capitals: most are abbreviations, and what the others stand for is found
/// early.
const BUDGET_CAPITALS: usize = 200;
/// From this cost of the cheapest other word on, a token that is no syllable is searched for more widely.
const UNEXPLAINED: f32 = 3.0;
/// Cost of a letter of the truth that is lost, of a letter that was put in, without a piece that says so.
const LOST: f32 = 6.0;
/// Cost of reading a known letter where the file says that a character could not be read (U+FFFD).
const UNREADABLE: f32 = 3.0;
/// Cost of reading any letter as a symbol, and of a symbol that was put in.
const SYMBOL: f32 = 6.0;
/// Cost of a word read as it is, where training never saw it.
const UNSEEN_IDENTITY: f32 = 1.0;

/// A state of the search: a node of the trie and the number of letters read, in one number.
type State = u32;
/// Bits of a state for the number of letters.
const AT: u32 = 5;
/// In the place of the number of letters: the word ends here.
const END: usize = (1 << AT) - 1;
/// Marks a child of a node, by its place in [`Guide::ranked`](super::Guide), and all that are rarer: they wait
/// as one until their turn comes.
const CHILDREN: State = 1 << 31;
/// Most steps that a bound may lie above the least.
const LEVELS: usize = steps(40.0);

/// So many letters and more below a node are not told apart.
const MANY: usize = 8;
/// In the place of a cost: there is no way through the rest of the token.
const NO_WAY: u16 = u16::MAX;

/// Costs are whole steps.
const fn steps(nats: f32) -> usize {
    (nats * STEPS) as usize
}

fn join(node: u32, at: usize) -> State {
    node << AT | at as u32
}

fn part(state: State) -> (u32, usize) {
    (state >> AT, (state & ((1 << AT) - 1)) as usize)
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// What a search works with, kept for the next one.
struct Scratch {
    /// For each step that a bound lies above the least, the number of its last entry plus one: in the place of a heap.
    lists: Box<[u32; LEVELS]>,
    /// A bit for each list in which a state waits; the others hold nothing that means anything.
    waiting: [u64; LEVELS.div_ceil(64)],
    /// A state, and the number of the entry before it plus one.
    entries: Vec<(State, u32)>,
    closed: Closed,
}

/// States that are done: a table of more places than a search looks at nodes, each with the number of the search that
/// filled it, so that nothing has to be emptied for the next one.
struct Closed {
    places: Box<[u64; PLACES]>,
    search: u32,
    count: usize,
}

/// Places of that table.
const PLACES: usize = (4 * BUDGET).next_power_of_two();

impl Default for Closed {
    fn default() -> Self {
        Self {
            places: Box::new([0; PLACES]),
            search: 0,
            count: 0,
        }
    }
}

impl Closed {
    fn clear(&mut self) {
        self.count = 0;
        self.search = self.search.wrapping_add(1);
        if self.search == 0 {
            (self.search, *self.places) = (1, [0; PLACES]);
        }
    }

    /// Whether `state` was not among them before.
    fn insert(&mut self, state: State) -> bool {
        let own = u64::from(self.search) << 32 | u64::from(state);
        let hash = state.wrapping_mul(0x9E37_79B9) >> (32 - PLACES.trailing_zeros());
        let mut place = hash as usize;
        loop {
            match self.places[place] {
                kept if kept == own => return false,
                kept if kept >> 32 != own >> 32 => break,
                _ => place = (place + 1) % PLACES,
            }
        }
        self.places[place] = own;
        self.count += 1;
        true
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self {
            lists: Box::new([0; LEVELS]),
            waiting: Default::default(),
            entries: Vec::new(),
            closed: Closed::default(),
        }
    }
}

impl Scratch {
    /// Ready for another search.
    fn clear(&mut self) {
        self.waiting.fill(0);
        self.entries.clear();
        self.closed.clear();
    }

    fn push(&mut self, state: State, level: usize) {
        let (waiting, bit) = (&mut self.waiting[level / 64], 1 << (level % 64));
        let before = if *waiting & bit == 0 {
            0
        } else {
            self.lists[level]
        };
        *waiting |= bit;
        self.entries.push((state, before));
        self.lists[level] = self.entries.len() as u32;
    }

    /// The last state that came to the first step from `level` on where one waits; `level` is moved there.
    fn pop(&mut self, level: &mut usize) -> Option<State> {
        let mut word = *level / 64;
        let mut bits = self.waiting[word] & u64::MAX << (*level % 64);
        while bits == 0 {
            word += 1;
            bits = *self.waiting.get(word)?;
        }
        *level = word * 64 + bits.trailing_zeros() as usize;
        let (state, before) = self.entries[self.lists[*level] as usize - 1];
        self.lists[*level] = before;
        if before == 0 {
            self.waiting[word] &= !(1 << (*level % 64));
        }
        Some(state)
    }
}

impl Channel {
    /// The words that may have been read as `token`, each once.
    pub fn candidates(&self, token: &str) -> Vec<Candidate> {
        self.find_all(token, None)
    }

    /// Those of them that pieces alone explain, at a cost of at most `most` nats: enough where a token is only
    /// thought of (half of another, two glued together), and much cheaper to find.
    pub fn near(&self, token: &str, most: f32) -> Vec<Candidate> {
        self.find_all(token, Some(most))
    }

    fn find_all(&self, token: &str, most: Option<f32>) -> Vec<Candidate> {
        // Where the tone mark of `oa`, `oe`, `uy` stands is no misreading.
        let read: Vec<char> = fold_tone_placement(token).chars().collect();
        if read.is_empty() || read.len() > LONGEST {
            return Vec::new();
        }
        let mut found: Vec<Candidate> = Vec::new();
        let mut add = |c: Candidate| match found.iter_mut().find(|f| f.word == c.word) {
            Some(f) if f.cost <= c.cost => {}
            Some(f) => *f = c,
            None => found.push(c),
        };
        let settings = settings(&read);
        let spells = is_syllable(token);
        let own = self.find(&words::key(token));
        let limit = most.unwrap_or(f32::INFINITY);
        let search = |setting: Setting, wide: bool| {
            if self.bends() || setting == Setting::Capitals {
                return self.search(&read, setting, wide, limit);
            }
            // Two words that stand together (`moreMau`): their capitals are as they were.
            let small = |c: char| c.to_lowercase().next().unwrap_or(c);
            let kept = usize::from(setting == Setting::Initial);
            let mut read = read.clone();
            read.iter_mut().skip(kept).for_each(|c| *c = small(*c));
            self.search(&read, setting, wide, limit)
        };
        let mut explained = spells;
        for &(setting, extra) in &settings {
            for (word, cost) in search(setting, false) {
                explained |= Some(word) != own && cost <= UNEXPLAINED;
                let cost = cost + extra;
                add(Candidate {
                    word,
                    cost,
                    setting,
                });
            }
        }
        // A token that is no syllable and that no piece explains as one has suffered more than training saw.
        if self.bends() && most.is_none() && !explained {
            let (setting, cheap) = settings[0];
            for (word, cost) in search(setting, true) {
                let cost = cost + cheap;
                add(Candidate {
                    word,
                    cost,
                    setting,
                });
            }
        }
        self.whole(token).for_each(&mut add);
        let setting = settings[0].0;
        if let Some(word) = own
            && !found.iter().any(|f| f.word == word)
        {
            found.push(Candidate {
                word,
                cost: UNSEEN_IDENTITY,
                setting,
            });
        }
        found
    }

    /// Words that may be read as `read`, the best first, with what the channel costs.
    fn search(&self, read: &[char], setting: Setting, wide: bool, most: f32) -> Vec<(WordId, f32)> {
        SCRATCH.with_borrow_mut(|s| self.search_with(s, read, setting, wide, most))
    }

    fn search_with(
        &self,
        scratch: &mut Scratch,
        read: &[char],
        setting: Setting,
        wide: bool,
        most: f32,
    ) -> Vec<(WordId, f32)> {
        let n = read.len();
        let setting_at = |at: usize| {
            if setting == Setting::Initial && at > 0 {
                Setting::Small
            } else {
                setting
            }
        };
        let (trie, guide) = (self.trie(), &*self.guide);
        let AllPieces { by_key, rows } = self.pieces();
        let (spots, ranked) = (&guide.spots, &guide.ranked);
        let lost = steps(LOST);
        // The pieces that each stretch may stand for, and the cheapest way (in steps) through the rest of the token, by how
        // many letters may stand behind it: any number in the end.
        let mut pieces: [[Option<&Pieces>; 4]; LONGEST] = [[None; 4]; LONGEST];
        let mut rest = [[NO_WAY; MANY + 1]; LONGEST + 1];
        rest[n] = [0; MANY + 1];
        let mut any = [None; LONGEST];
        for at in (0..n).rev() {
            for length in 1..=4.min(n - at) {
                let read = &read[at..at + length];
                let found = by_key.get(&store::pack(setting_at(at), read));
                if let Some(found) = found {
                    let behind = rest[at + length];
                    for (letters, rest) in rest[at].iter_mut().enumerate() {
                        for (least, taken) in found.least.iter().zip(1..=letters) {
                            let left = if letters == MANY {
                                MANY
                            } else {
                                letters - taken
                            };
                            *rest = behind[left].saturating_add(u16::from(*least)).min(*rest);
                        }
                    }
                }
                pieces[at][length - 1] = found;
            }
            // What could not be read, and what is no letter, may be any letter; where only marks were taken off, a symbol
            // is what it is.
            if n > 1 && read[at] == '\u{FFFD}' {
                any[at] = Some(steps(UNREADABLE));
            } else if n > 1 && self.bends() && !read[at].is_alphanumeric() {
                any[at] = Some(steps(SYMBOL));
            }
            if let Some(put_in) = any[at].or(wide.then_some(lost)) {
                let behind = rest[at + 1];
                for (rest, behind) in rest[at].iter_mut().zip(behind) {
                    *rest = behind.saturating_add(put_in as u16).min(*rest);
                }
            }
        }
        let rest_of = |at: usize, depth: u8| usize::from(rest[at][usize::from(depth).min(MANY)]);
        let dearest = steps(most);
        let whole = rest_of(0, spots[0].depth);
        if whole == usize::from(NO_WAY) || whole > dearest {
            return Vec::new();
        }
        let least = whole + usize::from(spots[0].rarity);
        let most_words = match wide && self.profile == Profile::Unmarked {
            true => MOST_BENT,
            false => MOST,
        };
        let budget = match wide && read.iter().all(|c| c.is_uppercase()) {
            true => BUDGET_CAPITALS,
            false => BUDGET,
        };
        let (mut level, mut limit) = (0, LEVELS - 1);
        let mut found: Vec<(WordId, f32)> = Vec::new();
        scratch.clear();
        scratch.push(join(0, 0), 0);
        while let Some(state) = scratch.pop(&mut level) {
            if level > limit || scratch.closed.count > budget || found.len() >= most_words {
                break;
            }
            let (mut number, at) = part(state & !CHILDREN);
            if state & CHILDREN != 0 {
                let place = number as usize;
                let child = ranked[place];
                number = child.node;
                if !child.last {
                    let next = usize::from(ranked[place + 1].rarity - child.rarity);
                    if level + next <= limit {
                        scratch.push(join(place as u32 + 1, at) | CHILDREN, level + next);
                    }
                }
                // They waited as if below each of them were as many letters as below one: its own turn may come later.
                let own = rest_of(at, spots[number as usize].depth);
                let shared = rest_of(at, child.depth);
                if own > shared {
                    let level = level + own - shared;
                    if level <= limit {
                        scratch.push(join(number, at), level);
                    }
                    continue;
                }
            }
            let spot = &spots[number as usize];
            let (rarity, depth) = (spot.rarity, spot.depth);
            if at == END {
                if let Some(word) = spot.word {
                    let cost = least + level - usize::from(guide.words[usize::from(word)]);
                    found.push((word, cost as f32 / STEPS));
                    limit = limit.min(level + steps(WIDTH));
                }
                continue;
            }
            if !scratch.closed.insert(join(number, at)) {
                continue;
            }
            let cost = least + level - rest_of(at, depth) - usize::from(rarity);
            let mut push = |state: State, rarity: u16, depth: u8, at: usize, cost: usize| {
                let rest = rest_of(at, depth);
                let level = (cost + rest + usize::from(rarity)).saturating_sub(least);
                if cost + rest <= dearest && level <= limit {
                    scratch.push(state, level);
                }
            };
            let frequent = ranked.get(spot.first as usize).filter(|_| depth > 0);
            let push_children = |push: &mut dyn FnMut(State, u16, u8, usize, usize), at, cost| {
                if let Some(child) = frequent {
                    let state = join(spot.first, at) | CHILDREN;
                    push(state, child.rarity, child.depth, at, cost);
                }
            };
            if at < n {
                for (pieces, next) in pieces[at].iter().zip(at + 1..=n) {
                    // What a piece may cost, so that neither the limit nor the dearest is passed.
                    let most = dearest.min((least + limit).saturating_sub(usize::from(rarity)));
                    let behind = cost + rest_of(next, depth.saturating_sub(1));
                    let (Some(pieces), Some(room)) = (pieces, most.checked_sub(behind)) else {
                        continue;
                    };
                    for letter in pieces.first.shared(spot.letters) {
                        for &[first, second, third, price] in &rows[pieces.with(letter)] {
                            if usize::from(price) > room {
                                continue;
                            }
                            let mut letters =
                                [first, second, third].into_iter().filter(|&l| l != 0);
                            let end = letters.try_fold(number, |k, l| guide.child(trie, k, l));
                            if let Some(end) = end {
                                let Spot { rarity, depth, .. } = spots[end as usize];
                                let cost = cost + usize::from(price);
                                push(join(end, next), rarity, depth, next, cost);
                            }
                        }
                    }
                }
                if let Some(symbol) = any[at] {
                    push(join(number, at + 1), rarity, depth, at + 1, cost + symbol);
                    push_children(&mut push, at + 1, cost + symbol);
                }
            }
            if wide {
                push_children(&mut push, at, cost + lost);
                if at < n {
                    push(join(number, at + 1), rarity, depth, at + 1, cost + lost);
                    push_children(&mut push, at + 1, cost + lost + steps(1.0));
                }
            }
            if at == n
                && let Some(word) = spot.word
            {
                let level = cost + usize::from(guide.words[usize::from(word)]) - least;
                if level <= limit {
                    scratch.push(join(number, END), level);
                }
            }
        }
        found
    }
}

/// How the word behind a token may be set, likeliest first, with what each costs.
fn settings(read: &[char]) -> Vec<(Setting, f32)> {
    let upper = read.iter().filter(|c| c.is_uppercase()).count();
    let lower = read.iter().filter(|c| c.is_lowercase()).count();
    let first = read[0].is_uppercase();
    if upper == 0 {
        return match lower {
            // Digits and symbols say nothing: `$6` is Số as well as số.
            0 => vec![
                (Setting::Small, 0.0),
                (Setting::Initial, 1.0),
                (Setting::Capitals, 1.5),
            ],
            _ => vec![(Setting::Small, 0.0)],
        };
    }
    if upper >= 2 && upper > lower {
        return if lower == 0 {
            vec![(Setting::Capitals, 0.0)]
        } else {
            vec![(Setting::Capitals, 0.0), (Setting::Initial, 1.0)]
        };
    }
    if first {
        let mut list = vec![(Setting::Initial, 0.0), (Setting::Small, 0.5)];
        if read.len() == 1 {
            list.push((Setting::Capitals, 0.5));
        }
        return list;
    }
    vec![(Setting::Small, 0.0), (Setting::Initial, 3.0)]
}
