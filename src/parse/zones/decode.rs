//! Labels all pieces together: the sequence of cells with the most points.
//!
//! The order of the page gives the costs of following one cell by another (Viterbi, over states of a phase of the
//! page and a cell). Debris and stamps may stand anywhere, so they are cells of every phase.

use super::Cell;
use super::openings;
use super::pieces::Piece;
use super::score::{self, Points};
use std::sync::LazyLock;

/// Part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// From the letterhead to Kính gửi.
    Header,
    /// The body.
    Body,
    /// Nơi nhận and signature.
    Footer,
    /// What follows.
    Appendix,
}

/// A piece's place.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// Part of the page.
    pub phase: Phase,
    /// Cell.
    pub cell: Cell,
    /// Points for the cell.
    pub score: f32,
    /// Strongest reason.
    pub why: &'static str,
}

const HEADER: [Cell; 10] = [
    Cell::Motto,
    Cell::Letterhead,
    Cell::Number,
    Cell::PlaceDate,
    Cell::Type,
    Cell::Subject,
    Cell::Recipients,
    Cell::Secrecy,
    Cell::Urgency,
    Cell::Circulation,
];
const FOOTER: [Cell; 5] = [
    Cell::Signature,
    Cell::Copies,
    Cell::Archive,
    Cell::Urgency,
    Cell::Secrecy,
];
const ANYWHERE: [Cell; 4] = [
    Cell::Noise,
    Cell::Address,
    Cell::DigitalSignature,
    Cell::IncomingStamp,
];

static STATES: LazyLock<Vec<(Phase, Cell)>> = LazyLock::new(|| {
    let phases: [(Phase, &[Cell]); 4] = [
        (Phase::Header, &HEADER),
        (Phase::Body, &[Cell::Body]),
        (Phase::Footer, &FOOTER),
        (Phase::Appendix, &[Cell::Appendix]),
    ];
    let with = |(phase, own): (Phase, &'static [Cell])| {
        own.iter().chain(&ANYWHERE).map(move |c| (phase, *c))
    };
    phases.into_iter().flat_map(with).collect()
});

/// Number of states.
const COUNT: usize = HEADER.len() + 1 + FOOTER.len() + 1 + 4 * ANYWHERE.len();

/// For each state those from which it can be reached, and the points for it.
///
/// Nothing is lost by leaving the others out, for the body can be reached from everywhere.
static WAYS: LazyLock<Ways> = LazyLock::new(|| ways(0.0));
/// The same where a piece opens the cell with its own cue word: it cannot have begun before.
static OPENING_WAYS: LazyLock<Ways> = LazyLock::new(|| ways(-10.0));

type Ways = [Vec<(u8, f32)>; COUNT];

fn ways(staying: f32) -> Ways {
    std::array::from_fn(|j| {
        let points = |i: usize| match follow(STATES[i], STATES[j]) {
            points if i == j => points + staying,
            points => points,
        };
        let all = (0..COUNT).map(|i| (i as u8, points(i)));
        all.filter(|(_, points)| *points > NEVER).collect()
    })
}

/// Impossible.
const NEVER: f32 = -1000.0;
/// A new dispatch in the same file.
const NEW: f32 = -14.0;

/// Points for `to` following `from`.
fn follow(from: (Phase, Cell), to: (Phase, Cell)) -> f32 {
    use Phase::{Appendix, Body, Footer, Header};
    let anywhere = |c: Cell| ANYWHERE.contains(&c);
    match (from.0, to.0) {
        (a, b) if a == b && anywhere(to.1) => -0.5,
        (Header, Header) if anywhere(from.1) => match to.1 {
            Cell::Subject => 0.0,
            Cell::Recipients => -8.0,
            Cell::Letterhead => -0.5,
            _ => 0.0,
        },
        (Header, Header) => within_header(from.1, to.1),
        (Header, Body) if to.1 == Cell::Body => match from.1 {
            Cell::Recipients => 0.0,
            Cell::Subject => -2.5,
            Cell::Type => -6.0,
            Cell::Letterhead => -4.0,
            c if anywhere(c) => -2.0,
            _ => -4.0,
        },
        (Header, Footer) if matches!(to.1, Cell::Copies) => -6.0,
        (Body, Body) => 0.0,
        (Body, Footer) => match to.1 {
            Cell::Copies => -6.0,
            Cell::Signature => -5.0,
            Cell::Archive => -6.0,
            _ => NEVER,
        },
        (Body, Appendix) if to.1 == Cell::Appendix => -6.0,
        (Footer, Footer) => within_footer(from.1, to.1),
        (Footer, Body) if to.1 == Cell::Body => -9.0,
        (Footer, Appendix) if to.1 == Cell::Appendix => match from.1 {
            Cell::Copies => -3.5,
            _ => -2.0,
        },
        (Appendix, Appendix) => 0.0,
        (Body | Footer | Appendix, Header) => match to.1 {
            Cell::Motto => NEW,
            Cell::Letterhead | Cell::Number => NEW - 3.0,
            _ => NEVER,
        },
        _ => NEVER,
    }
}

fn within_header(from: Cell, to: Cell) -> f32 {
    use Cell::{Letterhead, Motto, Number, PlaceDate, Recipients, Subject, Type};
    match (from, to) {
        (Number, Number) => -6.0,
        (Type, Type) => -3.0,
        (Subject, Subject) => 1.8,
        (Type, Subject) => 5.0,
        (Recipients, Recipients) => 3.0,
        (a, b) if a == b => 0.0,
        (Number, Letterhead) => -2.0,
        (PlaceDate, Letterhead) => -3.5,
        (Type | Subject, Letterhead) => -7.0,
        (Recipients, Letterhead | Type) => -9.0,
        (Recipients, Motto) => -5.0,
        (Type, Number) => -2.0,
        (Subject, Number) => -3.0,
        (Recipients, Number) => -7.0,
        (Recipients, PlaceDate) => -3.0,
        (Subject, Type) => -6.0,
        (PlaceDate, Subject) => -0.7,
        (Number, Subject) => -1.5,
        (Motto, Subject) => -1.5,
        (Letterhead, Subject) => -4.0,
        (Recipients, Subject) => -6.0,
        (_, Recipients) => -8.0,
        _ => 0.0,
    }
}

fn within_footer(from: Cell, to: Cell) -> f32 {
    use Cell::{Archive, Copies, Signature};
    match (from, to) {
        (Copies, Copies) => 1.0,
        (Archive, Archive) => -5.0,
        (Archive, Copies) => -7.0,
        (Signature, Copies) | (Copies, Signature) => -0.5,
        (_, Cell::Urgency | Cell::Secrecy) => -3.0,
        _ => 0.0,
    }
}

/// Points that depend on the piece before.
fn context(points: &mut Points, p: &Piece, before: Option<&Piece>) {
    let f = p.text();
    let subject = &mut points.of[Cell::Subject as usize];
    if openings::is_bullet(f) {
        *subject -= 3.0;
    }
    if p.starts_lower {
        *subject += 0.7;
    }
    let running = p.capitals < 0.7;
    if p.chars > 110 && running {
        *subject -= 1.5;
    }
    if before.is_some_and(|b| {
        p.chars > 60
            && b.chars + 20 < p.chars
            && b.alnum > 8
            && b.capitals < 0.6
            && b.hint.is_none()
    }) && !p.starts_lower
    {
        // A short line ends a title; a full one after it begins the text.
        *subject -= 3.0;
    }
    if p.chars > 260 && running {
        *subject -= 2.0;
    }
    *subject -= 0.6 * p.gap.min(2) as f32;
    let Some(b) = before else { return };
    if b.text().ends_with(':') && b.hint.is_none() && b.chars > 12 {
        // What was announced is text, no title.
        points.of[Cell::Subject as usize] -= 6.0;
    }
    let cue = openings::recipients_cue(b.text());
    let inline = cue.is_some_and(|end| b.text().len() > end + 8);
    // Kính gửi alone on its line has ended nothing yet.
    let open = cue.is_some() && !inline;
    let ended = b.text().ends_with('.') && !b.text().ends_with("..") && !open;
    let listed = b.text().ends_with([';', ',']);
    if ended {
        points.of[Cell::Subject as usize] -= 1.5;
        points.of[Cell::Recipients as usize] -= if p.starts_lower && !inline { 2.5 } else { 6.0 };
    }
    let bulleted = openings::is_bullet(f);
    if !bulleted && !p.starts_lower && !open && !b.text().ends_with([',', '-']) {
        if inline && !b.text().ends_with(';') {
            points.of[Cell::Recipients as usize] -= 4.0;
        } else if !listed && !openings::is_addressee(p.bare()) {
            points.of[Cell::Recipients as usize] -= 3.5;
        } else if p.gap > 0 && !listed {
            points.of[Cell::Recipients as usize] -= 1.5;
        }
    }
    if listed && (bulleted || b.text().ends_with(';')) {
        for cell in [Cell::Recipients, Cell::Copies, Cell::Body] {
            points.of[cell as usize] += 1.0;
        }
    }
}

/// The best labels for all pieces.
pub fn decode(text: &str, pieces: &[Piece]) -> Vec<Label> {
    let (states, ways, opening_ways) = (&*STATES, &*WAYS, &*OPENING_WAYS);
    let mut total: [f32; COUNT] = std::array::from_fn(|j| match states[j] {
        (Phase::Header, Cell::Recipients) => -8.0,
        (Phase::Header, Cell::Subject) => -4.0,
        (Phase::Header, _) => 0.0,
        (Phase::Body, Cell::Body) => -3.0,
        _ => NEVER,
    });
    let mut back: Vec<[u8; COUNT]> = Vec::with_capacity(pieces.len());
    let mut all: Vec<Points> = Vec::with_capacity(pieces.len());
    for (k, p) in pieces.iter().enumerate() {
        let before = k.checked_sub(1).map(|b| &pieces[b]);
        let mut points = score::score(text, p, before, pieces.get(k + 1));
        context(&mut points, p, before);
        let mut next = [f32::MIN; COUNT];
        let mut from = [0; COUNT];
        if k == 0 {
            for ((next, total), &(phase, cell)) in next.iter_mut().zip(total).zip(states) {
                *next = total + emission(&points, phase, cell);
            }
        } else {
            for (j, &(phase, cell)) in states.iter().enumerate() {
                let own = emission(&points, phase, cell);
                // No best way leads here.
                if own <= NEVER {
                    continue;
                }
                let ways = match points.opens == Some(cell) {
                    true => &opening_ways[j],
                    false => &ways[j],
                };
                let mut best = (f32::MIN, 0);
                for (i, cost) in ways {
                    let t = total[usize::from(*i)] + cost;
                    if t > best.0 {
                        best = (t, *i);
                    }
                }
                (next[j], from[j]) = (best.0 + own, best.1);
            }
        }
        total = next;
        back.push(from);
        all.push(points);
    }
    let mut labels = Vec::with_capacity(pieces.len());
    let mut j = (0..COUNT)
        .max_by(|a, b| total[*a].total_cmp(&total[*b]))
        .unwrap_or(0);
    for k in (0..pieces.len()).rev() {
        let (phase, cell) = states[j];
        labels.push(Label {
            phase,
            cell,
            score: emission(&all[k], phase, cell),
            why: all[k].why[cell as usize],
        });
        j = usize::from(back[k][j]);
    }
    labels.reverse();
    labels
}

/// Points of a piece in a cell; an attachment looks like a body.
fn emission(points: &Points, phase: Phase, cell: Cell) -> f32 {
    let own = points.of[cell as usize];
    match (phase, cell) {
        (Phase::Appendix, Cell::Appendix) => own + (points.of[Cell::Body as usize]).min(4.0),
        (Phase::Header, Cell::Urgency | Cell::Secrecy | Cell::Circulation) if own <= 0.0 => NEVER,
        (Phase::Footer, Cell::Urgency | Cell::Secrecy) if own <= 0.0 => NEVER,
        (_, Cell::Address | Cell::DigitalSignature | Cell::IncomingStamp) if own <= 0.0 => NEVER,
        (Phase::Header, Cell::Number | Cell::PlaceDate | Cell::Type | Cell::Motto)
            if own <= 0.0 =>
        {
            NEVER
        }
        _ => own,
    }
}
