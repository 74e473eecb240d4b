//! How well a piece fits each cell, by what stands in it: cue words, shape, capitals, neighbours.
//!
//! Scores are points; the constants were set by reading the pages of the development set, and only their order
//! of size matters: a cue word of the form outweighs shape, shape outweighs place.

use super::Cell;
use super::names::{is_name_like, is_person};
use super::openings::{copies_cue, is_bullet, recipients_cue};
use super::pieces::{Hint, Piece};
use crate::parse::pattern::{Pattern, pattern};
use crate::parse::{agency, cues, fold};
use std::sync::LazyLock;

/// Points for each cell, and the strongest reason.
#[derive(Debug, Clone)]
pub struct Points {
    /// Points by cell.
    pub of: [f32; Cell::COUNT],
    /// Strongest reason by cell.
    pub why: [&'static str; Cell::COUNT],
    /// The cell whose opening cue stands here.
    pub opens: Option<Cell>,
}

impl Points {
    fn add(&mut self, cell: Cell, points: f32, why: &'static str) {
        let k = cell as usize;
        self.of[k] += points;
        if points > 0.0 {
            self.why[k] = why;
        }
    }
}

static SUBJECT: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^[^a-z0-9]{0,4}(v\s?[/'\\|\x22]{1,2}\s?[vwnyi]{0,2}[\s:.-]|v\s?[il1j#]{1,2}[vw][\s:.-]|v[vw#]{1,2}\s|v#\s|ve viec\b|v[ae]n? viec\b|trich yeu)",
    )
});
static ARCHIVE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^[^a-z0-9]{0,5}(?:.{0,4}\b[l1i|][a-z]{0,2}[uw]{1,2}\s?(?:::|:)|[l1i|][uaw]{1,2}u?\s?[:;.]+\s?.{0,4}\b|luu\s+(?:vt|v\.t|van thu|vp|van phong|tt|to |dao tao|hs|ho so|hc|tc|kt|p\.|phong|ttra|[a-z]{2,6}[,.;]|[a-z]{2,6}$))",
    )
});
static SECTION: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^(?:dieu \d+|chuong [ivx\d]+|phan |muc \d|[ivx]{1,5}[.)-] ?|\d{1,2}(?:\.\d{1,2}){0,3}[.)/]? ?[a-z]|[a-hk]\) )",
    )
});
/// Words of an electronic signature.
const DIGITAL: &[&str] = &[
    "nguoi ky:",
    "thoi gian ky",
    "chung thu:",
    "ngay ky:",
    "ky so boi",
    "chu ky so",
    "digitally signed",
    "signature valid",
    "co quan: tinh",
    "co quan: so",
    "co quan: bo",
    "co quan: van phong",
];
static STAMP: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:cong van den|van ban den|so den\b|den (?:so|ngay)\b|ngay den\b|den\W*$|chuyen:|luu ho so so)",
    )
});
static STAMP_DATE: LazyLock<Pattern> =
    LazyLock::new(|| pattern(r"^\W*ngay\s?:?\s*\d{1,2}\s?[./-]\s?\d"));
static ATTACHED: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(?:kem theo|dinh kem|ban hanh kem)\b.{0,20}\b(?:cong van|quyet dinh|ke hoach|thong tu|thong bao|nghi dinh|van ban|to trinh|bao cao|huong dan|giay moi|nghi quyet)",
    )
});
static ADDRESS: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(r"^\W*(?:dia chi|tru so|dien thoai|dt|tel|fax|email|e-mail|website|hop thu)\s?[:.]")
});

/// First words of the preamble of a decision.
const BASIS: &[&str] = &[
    "khoa ",
    "can cu",
    "xet ",
    "theo ",
    "thuc hien",
    "de ",
    "nham ",
];

/// First words of the line in capitals that names who decides, above the preamble of a decision.
const AUTHORITY: &[&str] = &[
    "uy ban nhan dan",
    "hoi dong nhan dan",
    "chu tich",
    "giam doc",
    "tong giam doc",
    "bo truong",
    "thu tuong",
    "chinh phu",
    "quoc hoi",
    "uy ban thuong vu",
    "ban chap hanh",
    "ban thuong vu",
    "cuc truong",
    "tong cuc truong",
    "vien truong",
    "hieu truong",
    "hoi dong",
    "chanh an",
    "thong doc",
    "chanh thanh tra",
    "tong thanh tra",
    "ban bi thu",
    "bo chinh tri",
    "truong ban",
    "chi cuc truong",
    "chu nhiem",
];

/// Scores one piece; `before` and `after` are its neighbours.
pub fn score(text: &str, p: &Piece, before: Option<&Piece>, after: Option<&Piece>) -> Points {
    let mut s = Points {
        of: [0.0; Cell::COUNT],
        why: ["by its neighbours"; Cell::COUNT],
        opens: None,
    };
    s.of[Cell::Body as usize] = 1.0;
    s.why[Cell::Body as usize] = "running text";
    s.of[Cell::Noise as usize] = -3.0;
    s.of[Cell::Signature as usize] = -1.0;
    s.of[Cell::Recipients as usize] = -1.0;
    let f = p.text();
    let bare = p.bare();
    hint(&mut s, p);
    noise(&mut s, text, p);
    let agency = letterhead(&mut s, p, bare);
    title(&mut s, p, bare, agency);
    if SUBJECT.is_match(f) {
        s.add(Cell::Subject, 7.0, "opens with V/v or Về việc");
        s.opens = Some(Cell::Subject);
    } else if is_damaged_subject(&text[p.range.clone()]) {
        s.add(Cell::Subject, 4.0, "opens with a damaged V/v");
    }
    recipients(&mut s, p, f, bare);
    body(&mut s, p, f, bare, [before, after]);
    footer(&mut s, text, p, f, bare);
    marks(&mut s, p, f, bare);
    if is_digital(f) {
        s.add(
            Cell::DigitalSignature,
            6.0,
            "words of an electronic signature",
        );
    } else if p.chars < 40
        && ["email", "@", ".vn", "co quan", "o quan:"]
            .iter()
            .any(|w| f.contains(w))
        && [before, after]
            .iter()
            .flatten()
            .any(|n| is_digital(n.text()))
    {
        s.add(
            Cell::DigitalSignature,
            5.5,
            "beside an electronic signature",
        );
    }
    if p.chars < 40 && p.capitals > 0.2 && STAMP.is_match(f) {
        s.add(Cell::IncomingStamp, 5.0, "words of a registry's stamp");
    } else if p.chars < 40
        && p.hint.is_none()
        && (p.capitals > 0.7 || STAMP_DATE.is_match(f))
        && [before, after]
            .iter()
            .flatten()
            .any(|n| n.chars < 40 && n.capitals > 0.2 && STAMP.is_match(n.text()))
    {
        s.add(Cell::IncomingStamp, 4.5, "beside a registry's stamp");
    }
    if let Some(a) = after
        && p.chars < 60
        && a.hint == Some(Hint::Motto)
        && p.capitals > 0.6
    {
        s.add(Cell::Letterhead, 2.0, "before the motto");
    }
    if after.is_some_and(|a| a.hint == Some(Hint::Number))
        && p.capitals > 0.7
        && agency::opens(bare)
        && p.chars < 60
    {
        s.add(Cell::Letterhead, 4.0, "an agency above the number");
    }
    s
}

/// Whether words of an electronic signature stand in the text, or a time of day with its seconds.
fn is_digital(f: &str) -> bool {
    // Most lines hold none of these.
    if ![":", "ky", "signed", "signature"]
        .iter()
        .any(|w| f.contains(w))
    {
        return false;
    }
    let time = |w: &[u8]| {
        let fits = |(k, b): (usize, &u8)| match k % 3 {
            2 => *b == b':',
            _ => b.is_ascii_digit(),
        };
        w.iter().enumerate().all(fits)
    };
    let mail = f.match_indices("email:").take_while(|(at, _)| *at <= 8);
    let ends = |rest: &str| !rest.contains(|c: char| c.is_ascii_alphanumeric() || c == '_');
    f.starts_with("ky boi")
        || DIGITAL.iter().any(|w| f.contains(w))
        || f.as_bytes().windows("00:00:00".len()).any(time)
        || mail.into_iter().any(|(at, cue)| ends(&f[at + cue.len()..]))
}

/// `VÁN`, `VíY`: capitals of the size of V/v before a word in lower case.
fn is_damaged_subject(s: &str) -> bool {
    let mut words = s
        .trim_start_matches(|c: char| !c.is_alphabetic())
        .split(' ');
    let (Some(first), Some(second)) = (words.next(), words.next()) else {
        return false;
    };
    let n = first.chars().count();
    first.starts_with('V')
        && (2..=3).contains(&n)
        && first.chars().any(|c| !c.is_ascii_lowercase() && c != 'V')
        && !first
            .chars()
            .skip(1)
            .any(|c| c.is_lowercase() && c != 'v' && c != 'w')
        && second.starts_with(char::is_lowercase)
}

fn hint(s: &mut Points, p: &Piece) {
    match p.hint {
        Some(Hint::Motto) => s.add(Cell::Motto, 12.0, "the motto"),
        Some(Hint::Party) => {
            s.add(
                Cell::Motto,
                if p.chars < 30 { 8.0 } else { 2.0 },
                "the Party's line",
            );
        }
        Some(Hint::Number) => s.add(Cell::Number, 9.0, "Số with a symbol"),
        Some(Hint::PlaceDate) => s.add(Cell::PlaceDate, 7.0, "place and date"),
        Some(Hint::Position) => s.add(
            Cell::Signature,
            5.0,
            "a position in capitals beside the copies",
        ),
        Some(Hint::Urgency) => s.add(Cell::Urgency, 6.0, "mark of urgency"),
        None => {}
    }
}

fn noise(s: &mut Points, text: &str, p: &Piece) {
    if p.alnum == 0 {
        s.add(Cell::Noise, 10.0, "no letters");
    } else if p.alnum <= 3 && p.chars <= 6 {
        let syllable = p.alnum == 3 && p.text().contains(['a', 'e', 'i', 'o', 'u', 'y']);
        let points = if syllable { 3.5 } else { 5.5 };
        s.add(Cell::Noise, points, "two or three letters");
        if p.text()
            .chars()
            .all(|c| c.is_ascii_digit() || c == '-' || c == ' ')
        {
            s.add(Cell::Noise, 2.5, "a page number");
        }
    } else if p.alnum * 10 < p.chars * 5 {
        s.add(Cell::Noise, 6.0, "more signs than letters");
    } else if p.chars < 30 {
        let words = text[p.range.clone()].split_whitespace();
        let (n, short) = words.fold((0, 0), |(n, k), w| {
            (n + 1, k + usize::from(w.chars().count() < 2))
        });
        if n >= 2 && short * 2 >= n && p.capitals < 0.7 {
            s.add(Cell::Noise, 5.0, "scraps");
        }
    }
}

/// Whether it names an agency besides.
fn letterhead(s: &mut Points, p: &Piece, bare: &str) -> bool {
    if p.chars > 90 {
        s.add(Cell::Letterhead, -7.0, "");
        return false;
    }
    if p.alnum < 4 {
        if p.alnum == 3 && p.capitals > 0.9 {
            s.add(Cell::Letterhead, 2.0, "capitals");
        }
        return false;
    }
    let agency =
        agency::opens(bare) || p.capitals > 0.7 && p.chars < 60 && agency::begins(p.text());
    if p.capitals > 0.7 {
        s.add(Cell::Letterhead, 2.0, "capitals");
        if agency {
            s.add(Cell::Letterhead, 2.5, "capitals that name an agency");
        }
    } else {
        s.add(
            Cell::Letterhead,
            if p.capitals > 0.5 { -3.0 } else { -7.0 },
            "",
        );
    }
    agency
}

fn title(s: &mut Points, p: &Piece, bare: &str, agency: bool) {
    if p.capitals <= 0.6 {
        return;
    }
    let plain = bare.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    for t in cues::TYPES {
        let errors = t.folded.len() / 9;
        if p.chars < 60 && fold::same(plain, t.folded, errors) {
            s.add(Cell::Type, 8.0, "name of a type alone in capitals");
            if bare.len() == plain.len() + 1 && bare.ends_with(':') {
                s.add(Cell::Type, -4.0, "");
                s.add(Cell::Body, 3.0, "the ordering word");
            }
            return;
        }
        let opens = bare
            .strip_prefix(t.folded)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
        if p.capitals > 0.75 && t.folded.len() > 5 && opens && p.chars < 420 && !p.starts_lower {
            s.add(Cell::Letterhead, -3.0, "");
            s.add(
                Cell::Type,
                5.0,
                "begins with the name of a type in capitals",
            );
            return;
        }
    }
    // A type's name, spaced or damaged, with words before it.
    if p.capitals > 0.8 && p.chars < 40 && !agency {
        for t in cues::TYPES.iter().filter(|t| t.folded.len() > 8) {
            if fold::find(plain, t.folded, t.folded.len() / 6).is_some() {
                s.add(Cell::Type, 4.0, "holds the name of a type in capitals");
                return;
            }
        }
    }
}

fn recipients(s: &mut Points, p: &Piece, f: &str, bare: &str) {
    if recipients_cue(f).is_some() {
        s.add(Cell::Recipients, 14.0, "Kính gửi");
        s.add(Cell::Subject, -8.0, "");
        s.add(Cell::Body, -6.0, "");
        s.opens = Some(Cell::Recipients);
        return;
    }
    if p.chars < 200
        && let Some(r) = fold::locate(f, "kinh gui:", 1)
        && r.start < 30
    {
        s.add(Cell::Recipients, 12.0, "Kính gửi behind debris");
        s.opens = Some(Cell::Recipients);
        return;
    }
    if f.contains("sau day goi") || f.contains("goi chung") {
        s.add(Cell::Recipients, 3.0, "sau đây gọi chung");
    }
    if is_bullet(f) {
        s.add(Cell::Recipients, 1.5, "list item");
    }
    if p.chars < 75 {
        s.add(Cell::Recipients, 0.5, "short");
    }
    if f.ends_with(';') {
        s.add(Cell::Recipients, 1.0, "ends with a semicolon");
    }
    if cues::OPENING.iter().any(|o| bare.starts_with(o)) && !is_bullet(f) && !f.ends_with(';') {
        s.add(Cell::Recipients, -3.5, "");
    }
}

fn body(s: &mut Points, p: &Piece, f: &str, bare: &str, [before, after]: [Option<&Piece>; 2]) {
    let running = p.capitals < 0.7;
    if p.chars > 75 && running {
        s.add(Cell::Body, 2.0, "a full line");
    }
    if p.chars > 160 && running {
        s.add(Cell::Body, 3.0, "a paragraph on one line");
    }
    if cues::OPENING.iter().any(|o| bare.starts_with(o))
        && p.capitals < 0.5
        && !p.starts_lower
        && !is_bullet(f)
    {
        s.add(Cell::Body, 2.5, "opens like a paragraph");
    }
    if bare.starts_with("can cu")
        || bare.starts_with("thuc hien ")
        || bare.starts_with("xet de nghi")
    {
        s.add(Cell::Body, 3.0, "names its basis");
    }
    if bare.len() == f.len()
        && SECTION.is_match(bare)
        && !(p.starts_lower
            && bare.starts_with(|c: char| c.is_ascii_alphabetic())
            && !bare.contains(')'))
    {
        s.add(Cell::Body, 2.5, "numbered part");
        s.add(Cell::Subject, -4.0, "");
        s.add(Cell::Recipients, -2.0, "");
    }
    if is_bullet(f) {
        s.add(Cell::Body, 2.0, "list item");
    }
    if f.ends_with(';') {
        s.add(Cell::Body, 1.5, "ends with a semicolon");
    }
    if p.capitals > 0.7
        && p.chars < 120
        && AUTHORITY
            .iter()
            .any(|a| fold::prefix(bare, a, usize::from(a.len() > 7)).is_some())
        && after.is_some_and(|a| a.alnum == 0 || BASIS.iter().any(|b| a.bare().starts_with(b)))
    {
        s.add(Cell::Body, 4.5, "the authority that decides");
    }
    if bare.starts_with("khoa ") && bare.contains("ky hop") && p.capitals > 0.7 {
        s.add(Cell::Body, 6.0, "the term and session that decide");
    }
    if f.ends_with("./.") || f.ends_with("/.") {
        s.add(Cell::Body, 4.0, "ends the body");
    }
    if p.starts_lower && before.is_some_and(|b| b.chars > 60) {
        s.add(Cell::Body, 1.5, "continues a full line");
    }
    if bare.ends_with(" nhu sau:") || bare.ends_with("sau day:") {
        s.add(Cell::Body, 3.0, "announces what follows");
        s.add(Cell::Subject, -4.0, "");
    }
}

fn footer(s: &mut Points, text: &str, p: &Piece, f: &str, bare: &str) {
    if copies_cue(f).is_some() {
        s.add(
            Cell::Copies,
            if p.chars > 160 { 14.0 } else { 10.0 },
            "Nơi nhận",
        );
        s.opens = Some(Cell::Copies);
    } else if bare.starts_with("noi nhan") && p.chars < 60 {
        s.add(Cell::Copies, 6.0, "Nơi nhận");
    }
    if bare.starts_with("nhu tren")
        || bare.starts_with("nhu dieu")
        || bare.starts_with("nhu thanh phan")
        || bare.starts_with("nhu tp")
        || bare.starts_with("nhu kinh gui")
    {
        s.add(Cell::Copies, 5.0, "points back to the body");
    }
    if is_bullet(f) && p.chars < 120 {
        s.add(Cell::Copies, 2.0, "list item");
    }
    if f.ends_with(';') && p.chars < 120 {
        s.add(Cell::Copies, 1.5, "ends with a semicolon");
    }
    if f.contains("b/c)") || f.contains("bao cao)") || f.contains("de biet)") {
        s.add(Cell::Copies, 2.0, "purpose of a copy");
    }
    if p.alnum > 3
        && p.chars < 80
        && ARCHIVE.is_match(f)
        && !bare.starts_with("luu y")
        && !bare.starts_with("luu tru")
    {
        s.add(Cell::Archive, 8.0, "Lưu");
    }
    if is_bullet(f) && bare.starts_with("luu ") && p.chars < 30 && p.capitals > 0.25 {
        s.add(Cell::Archive, 6.0, "Lưu and abbreviations");
    }
    signature(s, text, p, f, bare);
    if bare.starts_with("phu luc") && p.chars < 60 {
        s.add(Cell::Appendix, 7.0, "Phụ lục");
    } else if p.capitals > 0.8 && fold::find(&bare[..bare.len().min(14)], "phu luc", 1).is_some() {
        s.add(Cell::Appendix, 6.0, "Phụ lục");
    }
    if f.trim_start().starts_with('(') && ATTACHED.is_match(f) {
        s.add(Cell::Appendix, 6.0, "attached to a dispatch");
    }
    if p.capitals > 0.8
        && (bare.starts_with("danh sach")
            || bare.starts_with("mau so")
            || bare.starts_with("bieu mau")
            || bare.starts_with("bang "))
    {
        s.add(Cell::Appendix, 3.0, "title of an attachment");
    }
}

fn signature(s: &mut Points, text: &str, p: &Piece, f: &str, bare: &str) {
    if p.chars > 90 {
        return;
    }
    let authority = [
        "tm.", "kt.", "tl.", "tuq.", "t/m", "k/t", "t/l", "tm ", "kt ", "tl ", "q.",
    ]
    .iter()
    .any(|a| bare.starts_with(a));
    if authority && p.capitals > 0.45 {
        s.add(Cell::Signature, 6.0, "authority to sign");
    }
    if p.capitals > 0.75 && p.alnum >= 6 {
        let position = cues::POSITION
            .iter()
            .any(|c| fold::find(f, c, usize::from(c.len() > 7)).is_some());
        if position {
            s.add(Cell::Signature, 6.0, "a position in capitals");
        }
    }
    if f.contains("da ky") && p.chars < 40 {
        s.add(Cell::Signature, 5.0, "(đã ký)");
    }
    if is_person(&text[p.range.clone()]) && !is_bullet(f) && !f.ends_with(';') {
        s.add(Cell::Signature, 7.0, "name of a person");
    } else if is_name_like(&text[p.range.clone()]) && !is_bullet(f) && !f.ends_with(';') {
        s.add(Cell::Signature, 4.0, "looks like a name");
    }
}

fn marks(s: &mut Points, p: &Piece, f: &str, bare: &str) {
    let plain = bare.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    if p.capitals > 0.6 && p.chars < 30 {
        for (cue, _) in cues::URGENCY {
            if fold::same(plain, cue, usize::from(cue.len() > 5)) {
                s.add(Cell::Urgency, 8.0, "mark of urgency");
                break;
            }
        }
        for (cue, _) in cues::SECRECY {
            if fold::same(plain, cue, 0) && p.capitals > 0.9 {
                s.add(Cell::Secrecy, 8.0, "mark of secrecy");
                break;
            }
        }
    }
    if p.chars < 40 && cues::CIRCULATION.iter().any(|c| fold::same(plain, c, 1)) {
        s.add(Cell::Circulation, 8.0, "limit of circulation");
    }
    if ADDRESS.is_match(f) {
        s.add(Cell::Address, 3.0, "address");
    }
}
