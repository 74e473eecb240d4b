//! The lattice: for every token of a text, everything it may have been.
//!
//! Each slot is a word, number or code of the text; each arc leads over one slot (keep, replace, split in two)
//! or over two (join). Separators are not slots: they only say where a sentence ends.

use std::ops::{Deref, Range};
use std::sync::Arc as Shared;

use super::cache::Caches;
use super::channel::{Candidate, Channel, Profile, Setting};
use crate::language_model::words::key;
use crate::language_model::{CODE, Model, NUMBER, UNKNOWN, WordId};
use crate::normalise::token::{self, Shape, Token};

/// What stands between a slot and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Nothing but white space or a separator that ends no sentence.
    None,
    /// What parts a sentence without ending it.
    Pause,
    /// A line feed: the sentence may go on in the next line, or not.
    Line,
    /// The end of a sentence.
    Sentence,
}

/// A word, number or code of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What it is made of.
    pub shape: Shape,
    /// What stands before it.
    pub gap: Gap,
    /// Only white space, on the same line, stands between this slot and the one before.
    pub adjacent: bool,
    /// A number that goes on a number before it (`12/2021`): the model sees one number.
    pub continues: bool,
    /// A code such as `15/QĐ-SYT` goes on here: a number and a slash stand before it without white space.
    pub code: bool,
    /// A letter that numbers a paragraph: `d)`, `d.`.
    pub label: bool,
    /// An ellipsis cuts it off, so that its letters need not be a whole word.
    pub cut: bool,
    /// Underscores glued to its begin and to its end, at most one each: what a ruled line under the word leaves.
    pub smear: [usize; 2],
    /// Line of the text, from 0.
    pub line: usize,
}

/// The slots of a text.
pub fn slots(text: &str) -> Vec<Slot> {
    let mut out: Vec<Slot> = Vec::new();
    let mut tokens: Vec<Token> = Vec::new();
    let mut gap = Gap::Sentence;
    let mut at = 0;
    for (line, piece) in text.split('\n').enumerate() {
        tokens.clear();
        let base = at;
        token::cut(piece, base, &mut tokens);
        at += piece.len() + 1;
        let mut adjacent = false;
        let mut number_open = false;
        let mut code = false;
        for (k, t) in tokens.iter().enumerate() {
            if t.spaced {
                (number_open, code) = (false, false);
            }
            if let Shape::Separator(_) = t.shape {
                if token::ends_sentence(&tokens, k) {
                    // These marks may be part of a word (`git?` for giữ), or dirt, so they end a sentence only perhaps.
                    gap = match t.shape {
                        Shape::Separator('?' | '!' | token::RULE) => Gap::Line,
                        _ => Gap::Sentence,
                    };
                } else if gap == Gap::None && token::parts(&tokens, k) {
                    gap = Gap::Pause;
                }
                adjacent = false;
                code |= number_open && matches!(t.shape, Shape::Separator('/' | '-'));
                number_open &= t.shape != Shape::Separator('%');
                continue;
            }
            let number = t.shape == Shape::Number;
            // Several in a row are a blank to be filled in.
            let underscore = |k: usize| {
                tokens
                    .get(k)
                    .is_some_and(|t| t.shape == Shape::Separator('_'))
            };
            let spaced = |k: usize| tokens.get(k).is_none_or(|t| t.spaced);
            let before = k > 0 && underscore(k - 1) && spaced(k - 1) && !t.spaced;
            let after = underscore(k + 1) && !spaced(k + 1) && spaced(k + 2);
            let word = t.shape == Shape::Word;
            out.push(Slot {
                smear: [before, after].map(|s| usize::from(s && word)),
                range: t.range.clone(),
                shape: t.shape,
                gap,
                adjacent: adjacent && t.spaced,
                continues: number && number_open,
                code: code || is_serial(&piece[t.range.start - base..], &t.range, &tokens[k + 1..]),
                label: k == 0
                    && piece[t.range.start - base..t.range.end - base]
                        .chars()
                        .count()
                        == 1
                    && tokens.get(1).is_some_and(|n| {
                        matches!(n.shape, Shape::Separator(')' | '.')) && !n.spaced
                    }),
                cut: word && is_ellipsis(&tokens[k + 1..]),
                line,
            });
            gap = Gap::None;
            adjacent = true;
            number_open = number || (number_open && code);
        }
        if gap == Gap::None {
            gap = Gap::Line;
        }
    }
    out
}

/// Whether a token of digits and letters is the beginning of a serial number (`16a.200`, `16a. 200`).
fn is_serial(text: &str, range: &Range<usize>, after: &[Token]) -> bool {
    let [mark, number, ..] = after else {
        return false;
    };
    text[..range.len()]
        .bytes()
        .take(2)
        .all(|b| b.is_ascii_digit())
        && matches!(mark.shape, Shape::Separator('.' | '-' | '/'))
        && number.shape == Shape::Number
        && !mark.spaced
}

/// Whether `…` or `...` follows without white space.
fn is_ellipsis(after: &[Token]) -> bool {
    let mark = |k: usize, c| {
        after
            .get(k)
            .is_some_and(|t: &Token| t.shape == Shape::Separator(c) && !t.spaced)
    };
    mark(0, '…') || (0..3).all(|k| mark(k, '.'))
}

/// Why an arc is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The token as it stands, known to the model or not.
    Keep,
    /// Another word.
    Replace,
    /// Two words.
    Split,
    /// One word of two tokens.
    Join,
    /// `V/v`, the head of a subject.
    About,
}

/// One way over one or two slots.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arc {
    /// Slots it leads over.
    pub slots: u8,
    /// The words it stands for; none for a number that continues another.
    pub words: [WordId; 2],
    /// How many of them.
    pub count: u8,
    /// Cost (nats) of the channel.
    pub cost: f32,
    /// Bytes that the arc takes beyond the last slot's end (a mark that is part of the reading), or
    /// leaves of it (the digits of a footnote mark).
    pub end: i8,
    /// How the words are set.
    pub settings: [Setting; 2],
    /// The word of the user's vocabulary (from 1) whose spelling is meant; 0 for none.
    pub spelling: u32,
    /// Why it is there.
    pub why: Why,
}

impl Arc {
    /// Whether it stands for `word` alone, over one slot.
    pub fn is(&self, word: WordId) -> bool {
        self.slots == 1 && self.count == 1 && self.words[0] == word
    }
}

/// The ways over a token that stands by itself, and is no number.
#[derive(Debug)]
pub struct Ways {
    /// The word that it is as it stands.
    own: Option<WordId>,
    /// Whether nothing else can be read in it, whatever stands around it.
    stands: bool,
    /// All arcs that lead over it alone.
    arcs: Box<[Arc]>,
}

/// The arcs that begin at a slot.
#[derive(Debug, Clone)]
pub enum Arcs {
    /// Those over its token alone, which are the same in all places.
    Shared(Shared<Ways>),
    /// Others.
    Own(Vec<Arc>),
}

impl Arcs {
    /// The arcs, to be changed for this slot.
    pub fn to_mut(&mut self) -> &mut Vec<Arc> {
        if let Self::Shared(ways) = self {
            *self = Self::Own(ways.arcs.to_vec());
        }
        match self {
            Self::Own(arcs) => arcs,
            Self::Shared(_) => unreachable!("they were made its own"),
        }
    }
}

impl Deref for Arcs {
    type Target = [Arc];

    #[inline]
    fn deref(&self) -> &[Arc] {
        match self {
            Self::Shared(ways) => &ways.arcs,
            Self::Own(arcs) => arcs,
        }
    }
}

/// Costs (nats) of what the channel's tables do not say.
#[derive(Debug, Clone, Copy)]
pub struct Costs {
    /// A word that is not in the vocabulary: begin, and each letter of it.
    pub unknown: (f32, f32),
    /// That such a word has the letters of one that is, where only marks were taken off.
    pub twin: f32,
    /// A mixture of letters and digits that is one.
    pub code: f32,
    /// A white space that was put in.
    pub join: f32,
    /// A white space that was lost.
    pub split: f32,
    /// A code, or part of one, that is not read as it stands.
    pub in_code: f32,
    /// Capitals and digits that are not read as they stand.
    pub series: f32,
    /// Marks lost in a code, where the engine loses them.
    pub code_marks: f32,
    /// A number that is no number.
    pub number: f32,
    /// Digits glued to the end of a word that are a footnote's mark: where the engine puts digits for letters,
    /// and where it does not.
    pub mark: [f32; 2],
    /// A question mark behind a word that really is one, where the engine puts it for letters; a quotation or
    /// exclamation mark.
    pub debris: [f32; 2],
    /// How much dearer than the cheapest candidate, prior included, a candidate may be.
    pub width: f32,
    /// The dearest that half a token, or two in one, may be.
    pub near: f32,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            unknown: (6.0, 1.8),
            twin: 7.0,
            code: 6.0,
            join: 6.0,
            split: 7.0,
            in_code: 12.0,
            series: 4.0,
            code_marks: 1.0,
            number: 1.5,
            mark: [5.0, 2.0],
            debris: [5.0, 8.0],
            width: 10.0,
            near: 4.0,
        }
    }
}

fn single(word: WordId, cost: f32, why: Why) -> Arc {
    Arc {
        slots: 1,
        words: [word, word],
        count: 1,
        cost,
        end: 0,
        settings: [Setting::Small; 2],
        spelling: 0,
        why,
    }
}

/// Of two tokens that are one word, one has no more letters than this.
const BROKEN: usize = 2;

fn letters(token: &str) -> usize {
    token.chars().count()
}

fn own(channel: &Channel, token: &str) -> Option<WordId> {
    channel.find(&key(token))
}

/// Whether a token is a sign of its own that language cannot correct: a Roman numeral (`XIV` is no likelier than
/// `XV`), a unit (`km²`), or letters joined by `&` (`TT&TT`).
fn is_sign(token: &str) -> bool {
    let roman = token.len() >= 2 && token.bytes().all(|b| b"IVXLCDM".contains(&b));
    // Indices, arrows, operators: the signs of a formula.
    let formula = |c: char| matches!(c, '\u{00D7}' | '\u{00F7}' | '\u{1D62}'..='\u{1D6A}' | '\u{2070}'..='\u{209F}' | '\u{2190}'..='\u{22FF}');
    let raised = |c| matches!(c, '\u{B2}' | '\u{B3}');
    let unit = token.len() <= 5
        && token.ends_with(raised)
        && token
            .trim_end_matches(raised)
            .bytes()
            .all(|b| b.is_ascii_lowercase());
    let joined = token.contains('&')
        && token.chars().all(|c| c == '&' || c.is_uppercase())
        && token.len() >= 5;
    roman || unit || joined || token.chars().any(formula)
}

/// Whether a token looks like an abbreviation: two capitals or more, no syllable.
fn is_abbreviation(token: &str) -> bool {
    token.chars().count() >= 2
        && token.chars().all(char::is_uppercase)
        && !crate::syllable::is_syllable(token)
}

/// Whether a token at the beginning of a line is what engines make of `V/v` (*về việc*), the head of a subject: the
/// stroke is read as `i`, `l` or nothing, and both letters as `w` or `y` (`Viv`, `VW`, `Vwv`).
fn is_about(token: &str) -> bool {
    token != "VI"
        && (2..=4).contains(&token.len())
        && token.strip_prefix(['V', 'W']).is_some_and(|rest| {
            rest.ends_with(['v', 'V', 'w', 'W', 'y']) && rest.chars().all(|c| "vVwWyil".contains(c))
        })
}

/// Whether a word of the model is none of the language: a foreign word, a name, a letter.
fn is_foreign(word: &str) -> bool {
    let ours = |c| crate::syllable::small(c).is_some();
    (word.is_ascii() || !word.chars().all(ours)) && !crate::syllable::is_syllable(word)
}

/// The letters that number paragraphs, in their order.
const LABELS: &str = "abcdđeghiklmnopqrstuvxy";

/// Makes arcs.
pub struct Builder<'m> {
    /// The language model.
    pub model: &'m Model,
    /// The channel.
    pub channel: &'m Channel,
    /// What was found before.
    pub caches: &'m Caches,
    /// The costs.
    pub costs: Costs,
    /// Whose damage is expected.
    pub profile: Profile,
}

impl Builder<'_> {
    /// Candidates for a token, pruned by what the words are worth on their own.
    pub fn candidates(&self, token: &str) -> Shared<[Candidate]> {
        let find = || self.worthy(self.channel.candidates(token)).into();
        self.caches.candidates.get(token, find)
    }

    /// The same for a token that does not stand in the text: half of one, or two in one.
    fn near(&self, token: &str) -> Shared<[Candidate]> {
        let find = || {
            self.worthy(self.channel.near(token, self.costs.near))
                .into()
        };
        self.caches.near.get(token, find)
    }

    fn worthy(&self, mut found: Vec<Candidate>) -> Vec<Candidate> {
        let prior = |c: &Candidate| c.cost - self.model.alone(c.word);
        let best = found.iter().map(prior).fold(f32::INFINITY, f32::min);
        found.retain(|c| prior(c) <= best + self.costs.width);
        found.sort_by(|a, b| prior(a).total_cmp(&prior(b)).then(a.word.cmp(&b.word)));
        found.truncate(24);
        found
    }

    /// The one arc that leaves a slot as it is.
    pub fn keep(&self, slot: &Slot, text: &str) -> Arc {
        let (word, count) = match slot.shape {
            Shape::Number => (NUMBER, u8::from(!slot.continues)),
            _ => (
                own(self.channel, &text[slot.range.clone()]).unwrap_or(UNKNOWN),
                1,
            ),
        };
        Arc {
            count,
            ..single(word, 0.0, Why::Keep)
        }
    }

    /// The arcs that begin at slot `k`.
    pub fn arcs(&self, text: &str, slots: &[Slot], k: usize) -> Arcs {
        let unmarked = self.profile == Profile::Unmarked;
        let slot = &slots[k];
        let token = &text[slot.range.clone()];
        if slot.continues {
            return Arcs::Own(vec![self.keep(slot, text)]);
        }
        if slot.shape == Shape::Number {
            let mut arcs = vec![self.keep(slot, text)];
            // A lone digit or two after a word may be a small word: `6` for `ở`, `14` for `là`.
            let after_word = slot.adjacent && k > 0 && slots[k - 1].shape == Shape::Word;
            // Before the number of a document (`Nghị định 36 63/2010/NĐ-CP`) no other number stands.
            let document =
                |s: &Slot| text[s.range.end..].starts_with('/') && s.shape == Shape::Number;
            let another = |s: &Slot| s.adjacent && s.shape != Shape::Word && !document(s);
            let goes_on = |s: &Slot| s.continues || s.code || another(s);
            let goes_on = slots.get(k + 1).is_some_and(goes_on);
            // `1.` and `2)` number what follows.
            let numbers = text[slot.range.end..].starts_with(['.', ')']);
            if unmarked && token.len() <= 2 && after_word && !goes_on && !numbers {
                for c in self.candidates(token).iter().filter(|c| c.cost < 8.0) {
                    arcs.push(single(c.word, c.cost + self.costs.number, Why::Replace));
                }
            }
            return Arcs::Own(arcs);
        }
        if slot.cut && self.profile == Profile::Marked {
            return Arcs::Own(vec![self.keep(slot, text)]);
        }
        if slot.label && !self.stands(token, slot.shape, slot.code) {
            return Arcs::Own(vec![self.label(text, slots, k)]);
        }
        let first = k.checked_sub(1).is_none_or(|b| slots[b].line < slot.line);
        if first && is_about(token) && !self.stands(token, slot.shape, slot.code) {
            let v = self.channel.find("v").unwrap_or(UNKNOWN);
            return Arcs::Own(vec![Arc {
                count: 2,
                ..single(v, 0.0, Why::About)
            }]);
        }
        let ways = self.over(token, slot);
        if ways.stands {
            return Arcs::Shared(ways);
        }
        let unknown = ways.own.is_none();
        let mut arcs = Arcs::Shared(ways);
        let mark = text[slot.range.end..].chars().next();
        if let Some(mark) = mark.filter(|&c| unmarked && token::is_debris(c)) {
            let genuine = self.costs.debris[usize::from(mark != '?')];
            let arcs = arcs.to_mut();
            arcs.iter_mut().for_each(|a| a.cost += genuine);
            let end = slot.range.end + mark.len_utf8();
            for c in self.candidates(&text[slot.range.start..end]).iter() {
                arcs.push(Arc {
                    end: mark.len_utf8() as i8,
                    settings: [c.setting; 2],
                    ..single(c.word, c.cost, Why::Replace)
                });
            }
        }
        if let Some(next) = slots.get(k + 1)
            && next.adjacent
            && (next.shape, slot.shape) == (Shape::Word, Shape::Word)
            && token.len() + next.range.len() <= 12
            && letters(token).min(letters(&text[next.range.clone()])) <= BROKEN
            && (unknown || self.over(&text[next.range.clone()], next).own.is_none())
        {
            let joined = format!("{token}{}", &text[next.range.clone()]);
            for c in self.near(&joined).iter().take(6).filter(|c| c.cost < 6.0) {
                arcs.to_mut().push(Arc {
                    slots: 2,
                    settings: [c.setting; 2],
                    ..single(c.word, c.cost + self.costs.join, Why::Join)
                });
            }
        }
        arcs
    }

    /// The ways over the `token` of `slot` alone, found once for all places.
    fn over(&self, token: &str, slot: &Slot) -> Shared<Ways> {
        let find = || Shared::new(self.ways(token, slot.shape, slot.code));
        self.caches.ways[usize::from(slot.code)].get(token, find)
    }

    /// The ways over `token` alone, wherever it stands; but whether it is part of a code.
    fn ways(&self, token: &str, shape: Shape, code: bool) -> Ways {
        let unmarked = self.profile == Profile::Unmarked;
        let own = own(self.channel, token);
        if self.stands(token, shape, code) {
            let keep = single(own.unwrap_or(UNKNOWN), 0.0, Why::Keep);
            return Ways {
                own,
                stands: true,
                arcs: Box::new([keep]),
            };
        }
        // A series of capitals that spells no syllable is an abbreviation; where marks are kept, it stands.
        let fixed = code || is_abbreviation(token);
        // Capitals with a digit behind them are a mark of something (`NA7`), as long as one capital (`S6`) is not all.
        let word = token.trim_end_matches(|c: char| c.is_ascii_digit());
        let glued = shape == Shape::Mixed && word.chars().count() >= 2;
        let series = glued && word.len() < token.len() && word.chars().all(char::is_uppercase);
        let mut arcs = Vec::new();
        let candidates = self.worthy(self.channel.candidates(token));
        for c in &candidates {
            let word = self.model.word(c.word);
            let foreign = is_foreign(word);
            let mut cost = c.cost;
            let why = if Some(c.word) == own {
                Why::Keep
            } else {
                Why::Replace
            };
            match why {
                // Nothing is corrected towards a foreign word or a name, however frequent.
                Why::Replace if foreign && c.setting != Setting::Capitals => continue,
                Why::Replace if series => cost += self.costs.series,
                Why::Replace if fixed => {
                    let marks = crate::syllable::strip_marks(word)
                        == crate::syllable::strip_marks(&key(token));
                    // A code is made of abbreviations: it loses the bar of its Đ, and gains no syllable.
                    let marks = marks && !(code && crate::syllable::is_syllable(word));
                    cost += match (marks && self.profile != Profile::Marked, code) {
                        (true, true) => self.costs.code_marks,
                        (true, false) => 0.0,
                        _ => self.costs.in_code,
                    };
                }
                _ => {}
            }
            arcs.push(Arc {
                settings: [c.setting; 2],
                ..single(c.word, cost, why)
            });
        }
        if glued && token.len() - word.len() <= 2 {
            let own = self.channel.find(&key(word));
            for c in self.candidates(word).iter() {
                let why = if Some(c.word) == own {
                    Why::Keep
                } else {
                    Why::Replace
                };
                arcs.push(Arc {
                    end: -((token.len() - word.len()) as i8),
                    settings: [c.setting; 2],
                    ..single(
                        c.word,
                        c.cost + self.costs.mark[usize::from(!unmarked)],
                        why,
                    )
                });
            }
        }
        if own.is_none() {
            let (word, cost) = match shape {
                Shape::Mixed => (CODE, self.costs.code),
                _ if code && self.profile == Profile::Marked => (UNKNOWN, self.costs.code),
                _ => {
                    let twin = self.profile == Profile::Stripped && !arcs.is_empty();
                    let begin = self.costs.unknown.0 + if twin { self.costs.twin } else { 0.0 };
                    let letters = letters(token) as f32;
                    (UNKNOWN, begin + self.costs.unknown.1 * letters)
                }
            };
            arcs.push(single(word, cost, Why::Keep));
        }
        let costs = candidates.iter().map(|c| c.cost);
        let explained = costs.fold(f32::INFINITY, f32::min) <= 3.0;
        if own.is_none() && shape == Shape::Word && !explained && letters(token) >= 4 {
            self.splits(token, &mut arcs);
        }
        Ways {
            own,
            stands: false,
            arcs: arcs.into(),
        }
    }

    /// Whether nothing else can be read in `token` than what stands there.
    fn stands(&self, token: &str, shape: Shape, code: bool) -> bool {
        // Digits first, and part of a code: a serial number.
        let serial =
            code && shape == Shape::Mixed && token.starts_with(|c: char| c.is_ascii_digit());
        // A capital stands for a party, a grade, a case.
        let capital = token.len() == 1 && token.bytes().all(|b| b.is_ascii_uppercase());
        let letter = |c: char| c.is_alphabetic() || c == '\u{FFFD}';
        serial
            || is_sign(token)
            || self.profile == Profile::Marked && capital
            || self.profile != Profile::Unmarked && !token.chars().any(letter)
    }

    /// The letter that numbers a paragraph. Language says nothing about it, order does: after `c)` comes `d)`,
    /// after `d)` comes `đ)`; any other letter stays as it is, unless no paragraph is numbered with it (`ø)` for
    /// `g)`): then it is the letter that is due, or the one that is likeliest read so.
    fn label(&self, text: &str, slots: &[Slot], k: usize) -> Arc {
        let find = |w: &str| self.channel.find(&key(w)).unwrap_or(UNKNOWN);
        let token = &text[slots[k].range.clone()];
        let before = slots[..k]
            .iter()
            .rev()
            .find(|s| s.label)
            .map(|s| &text[s.range.clone()]);
        let next = before
            .and_then(|b| LABELS.find(&*key(b)).map(|at| &LABELS[at + b.len()..]))
            .and_then(|rest| rest.chars().next());
        let letter = |c: &Candidate| {
            let mut letters = self.model.word(c.word).chars();
            letters
                .next()
                .filter(|&l| letters.next().is_none() && LABELS.contains(l))
        };
        let due = match (token, next) {
            ("d" | "đ" | "ð", Some(next @ ('d' | 'đ'))) if self.profile != Profile::Marked => {
                Some(next)
            }
            _ if LABELS.contains(&*key(token))
                || token.chars().all(|c| c.is_alphanumeric() && c.is_ascii()) =>
            {
                None
            }
            _ => {
                let found: Vec<char> = self.candidates(token).iter().filter_map(letter).collect();
                next.filter(|n| found.contains(n))
                    .or(found.first().copied())
            }
        };
        match due.map(|d| d.to_string()).filter(|d| d != token) {
            Some(due) => single(find(&due), 0.0, Why::Replace),
            None => single(find(token), 0.0, Why::Keep),
        }
    }

    fn splits(&self, token: &str, arcs: &mut Vec<Arc>) {
        let cuts: Vec<usize> = token.char_indices().map(|(at, _)| at).skip(1).collect();
        let mut best: Vec<Arc> = Vec::new();
        for &at in &cuts {
            let left = self.near(&token[..at]);
            if left.is_empty() {
                continue;
            }
            let right = self.near(&token[at..]);
            let ours = |c: &&Candidate| !is_foreign(self.model.word(c.word));
            for a in left.iter().filter(ours).take(6) {
                for b in right.iter().filter(ours).take(6) {
                    best.push(Arc {
                        slots: 1,
                        words: [a.word, b.word],
                        count: 2,
                        cost: a.cost + b.cost + self.costs.split,
                        end: 0,
                        settings: [a.setting, b.setting],
                        spelling: 0,
                        why: Why::Split,
                    });
                }
            }
        }
        let worth = |a: &Arc| a.cost - self.model.alone(a.words[0]) - self.model.alone(a.words[1]);
        best.sort_by(|a, b| worth(a).total_cmp(&worth(b)).then(a.words.cmp(&b.words)));
        arcs.extend(best.into_iter().take(6));
    }
}
