//! The encodings that thirty years have left in archives, and the text they stand for.
//!
//! Every encoding is read into units: a character and the bytes of the file it comes from. What the older ones lack
//! is supplied by rule: TCVN3 has no capitals with a tone (they are small letters in a font of capitals), so a small
//! letter among capitals is one. A text in an old encoding is often found inside UTF-8, where its bytes were taken
//! for windows-1252 and converted; such a text is *wrapped*.

mod detect;
#[cfg(test)]
pub(crate) mod encode;
mod tables;

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::document::Span;

pub use detect::{Guess, detect};

/// A way to write Vietnamese in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Charset {
    /// UTF-8, composed or decomposed.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Microsoft's code page 1258: base letters and combining tones.
    Windows1258,
    /// TCVN 5712:1993 VN3, the encoding of the ABC fonts (`.VnTime`, `.VnTimeH`).
    Tcvn3,
    /// The encoding of the VNI fonts on Windows (`VNI-Times`).
    Vni,
    /// RFC 1456, one byte a letter.
    Viscii,
    /// RFC 1456, letters and marks in ASCII (`Vie^.t Nam`).
    Viqr,
}

impl Charset {
    /// All of them.
    pub const ALL: [Charset; 8] = [
        Charset::Utf8,
        Charset::Utf16Le,
        Charset::Utf16Be,
        Charset::Windows1258,
        Charset::Tcvn3,
        Charset::Vni,
        Charset::Viscii,
        Charset::Viqr,
    ];

    /// Its name, as written in records and typed after `--encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1258 => "windows-1258",
            Self::Tcvn3 => "TCVN3",
            Self::Vni => "VNI",
            Self::Viscii => "VISCII",
            Self::Viqr => "VIQR",
        }
    }

    /// The encoding of this name, in capitals or small letters; ABC is TCVN3.
    pub fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("abc") {
            return Some(Self::Tcvn3);
        }
        let mut all = Self::ALL.into_iter();
        all.find(|c| c.name().eq_ignore_ascii_case(name))
    }
}

/// A character and the bytes it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// The character; of the older encodings, before they are read, the byte with that number.
    pub c: char,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Unit {
    fn byte(self) -> Option<u8> {
        u8::try_from(u32::from(self.c)).ok()
    }

    /// The bytes as a span.
    pub fn span(self) -> Span {
        Span {
            start: self.start,
            end: self.end,
        }
    }
}

/// The bytes as units of one byte each.
pub fn bytes(bytes: &[u8]) -> Vec<Unit> {
    let unit = |(start, &b): (usize, &u8)| Unit {
        c: char::from(b),
        start,
        end: start + 1,
    };
    bytes.iter().enumerate().map(unit).collect()
}

/// The characters of `text`, which begins at byte `at` of its source, as the windows-1252 bytes they would be;
/// characters that are none stay.
pub fn unwrapped(text: &str, at: usize) -> Vec<Unit> {
    let unit = |(i, c): (usize, char)| Unit {
        c: BYTES_1252.get(&c).copied().map_or(c, char::from),
        start: at + i,
        end: at + i + c.len_utf8(),
    };
    text.char_indices().map(unit).collect()
}

/// Reads UTF-16. What is no character becomes U+FFFD.
pub fn utf16(bytes: &[u8], at: usize, big: bool) -> Vec<Unit> {
    let number = |pair: &[u8]| match pair {
        [a, b] if big => u16::from_be_bytes([*a, *b]),
        [a, b] => u16::from_le_bytes([*a, *b]),
        _ => 0xD800,
    };
    let mut out = Vec::with_capacity(bytes.len() / 2);
    let mut k = at;
    while k < bytes.len() {
        let end = (k + 2).min(bytes.len());
        let first = number(&bytes[k..end]);
        let second = bytes.get(end..end + 2).map(number);
        let pair = second.and_then(|s| {
            let mut c = char::decode_utf16([first, s]);
            c.next()?.ok().filter(|c| c.len_utf16() == 2)
        });
        let end = if pair.is_some() { end + 2 } else { end };
        let c = pair.or_else(|| char::from_u32(first.into()));
        let c = c.unwrap_or('\u{FFFD}');
        out.push(Unit { c, start: k, end });
        k = end;
    }
    out
}

/// The text of `units`, which are bytes of an older encoding. Not in NFC: windows-1258 and VNI combine.
pub fn read(units: &[Unit], charset: Charset) -> Vec<Unit> {
    match charset {
        Charset::Utf8 | Charset::Utf16Le | Charset::Utf16Be => units.to_vec(),
        Charset::Windows1258 => mapped(units, &TABLE_1258),
        Charset::Tcvn3 => {
            let mut out = mapped(units, &TABLE_TCVN3);
            raise(&mut out);
            out
        }
        Charset::Viscii => mapped(units, &TABLE_VISCII),
        Charset::Vni => vni(units),
        Charset::Viqr => viqr(units),
    }
}

type Table = [char; 256];

static TABLE_1252: LazyLock<Table> = LazyLock::new(|| page(encoding_rs::WINDOWS_1252));
static TABLE_1258: LazyLock<Table> = LazyLock::new(|| page(encoding_rs::WINDOWS_1258));
static TABLE_TCVN3: LazyLock<Table> = LazyLock::new(|| {
    let mut table = *TABLE_1252;
    let letters = (0xA0..).zip(tables::TCVN3.chars());
    letters.for_each(|(b, c): (usize, char)| table[b] = c);
    table
});
static TABLE_VISCII: LazyLock<Table> = LazyLock::new(|| {
    let mut table = *TABLE_1252;
    let letters = (0x80..).zip(tables::VISCII.chars());
    letters.for_each(|(b, c): (usize, char)| table[b] = c);
    let low = tables::VISCII_LOW.into_iter();
    low.for_each(|(b, c)| table[usize::from(b)] = c);
    table
});
static BYTES_1252: LazyLock<HashMap<char, u8>> = LazyLock::new(|| {
    let all = (0u8..=255).map(|b| (TABLE_1252[usize::from(b)], b));
    all.chain((0x80..=0x9F).map(|b| (char::from(b), b)))
        .collect()
});

/// A code page of one byte a character.
fn page(encoding: &'static encoding_rs::Encoding) -> Table {
    std::array::from_fn(|b| {
        let byte = [b as u8];
        let (text, _) = encoding.decode_without_bom_handling(&byte);
        text.chars().next().unwrap_or('\u{FFFD}')
    })
}

fn mapped(units: &[Unit], table: &Table) -> Vec<Unit> {
    let read = |u: &Unit| Unit {
        c: u.byte().map_or(u.c, |b| table[usize::from(b)]),
        ..*u
    };
    units.iter().map(read).collect()
}

fn vni(units: &[Unit]) -> Vec<Unit> {
    let mut out: Vec<Unit> = Vec::with_capacity(units.len());
    let mut k = 0;
    while let Some(&u) = units.get(k) {
        k += 1;
        let Some(b) = u.byte() else {
            out.push(u);
            continue;
        };
        let letter = tables::VNI_LETTERS.iter().find(|(byte, _)| *byte == b);
        let base = letter.map_or(TABLE_1252[usize::from(b)], |&(_, c)| c);
        let marks = units.get(k).and_then(|next| marks_of(base, next.byte()?));
        match marks {
            Some(marks) => {
                let end = units[k].end;
                let composed = std::iter::once(base).chain(marks.chars()).nfc();
                let all = composed.map(|c| Unit { c, end, ..u });
                out.extend(all);
                k += 1;
            }
            None => out.push(Unit { c: base, ..u }),
        }
    }
    out
}

/// The marks that `byte` puts on `base` in VNI.
fn marks_of(base: char, byte: u8) -> Option<&'static str> {
    let small = if byte < 0xE0 { byte + 32 } else { byte };
    let tones = ["\u{301}", "\u{300}", "\u{309}", "\u{303}", "\u{323}"];
    let (_, marks) = tables::VNI_MARKS.iter().find(|(b, _)| *b == small)?;
    let fits = match base.to_lowercase().next()? {
        'a' => true,
        'e' | 'o' => !marks.starts_with('\u{306}'),
        'u' | 'y' | 'ơ' | 'ư' => tones.contains(marks),
        _ => false,
    };
    (byte >= 0xC0 && fits).then_some(*marks)
}

fn viqr(units: &[Unit]) -> Vec<Unit> {
    let mut out: Vec<Unit> = Vec::with_capacity(units.len());
    let (mut k, mut toned) = (0, false);
    while let Some(&u) = units.get(k) {
        k += 1;
        if !u.c.is_alphabetic() {
            toned = false;
        }
        if u.c == '\\' {
            out.extend(units.get(k).map(|next| Unit {
                start: u.start,
                ..*next
            }));
            k += 1;
            continue;
        }
        let mut unit = u;
        if matches!(u.c, 'd' | 'D')
            && let Some(next) = units.get(k).filter(|n| matches!(n.c, 'd' | 'D'))
        {
            unit.c = if u.c == 'd' { 'đ' } else { 'Đ' };
            unit.end = next.end;
            k += 1;
        }
        let mut add = |unit: &mut Unit, marks: &[(char, char)]| {
            let next = units.get(k)?;
            let (_, mark) = marks.iter().find(|(sign, _)| *sign == next.c)?;
            let mut composed = [unit.c, *mark].into_iter().nfc();
            unit.c = composed.next()?;
            if composed.next().is_some() {
                return None;
            }
            unit.end = next.end;
            k += 1;
            Some(())
        };
        let shapes: &[(char, char)] = match unit.c.to_ascii_lowercase() {
            'a' => &[('(', '\u{306}'), ('^', '\u{302}')],
            'e' => &[('^', '\u{302}')],
            'o' => &[('^', '\u{302}'), ('+', '\u{31B}'), ('*', '\u{31B}')],
            'u' => &[('+', '\u{31B}'), ('*', '\u{31B}')],
            _ => &[],
        };
        add(&mut unit, shapes);
        // A second tone in a word is no tone but the end of a sentence.
        if !toned && "aeiouy".contains(u.c.to_ascii_lowercase()) {
            const TONES: [(char, char); 5] = [
                ('\'', '\u{301}'),
                ('`', '\u{300}'),
                ('?', '\u{309}'),
                ('~', '\u{303}'),
                ('.', '\u{323}'),
            ];
            toned = add(&mut unit, &TONES).is_some();
        }
        out.push(unit);
    }
    out
}

/// Small letters with marks that stand among capitals become capitals: the font did that on paper.
fn raise(units: &mut [Unit]) {
    // A word with two capitals, or one and no small letter of its own, shows its font; a word without either
    // (`Hµ` beside `NéI`) follows the words beside it.
    #[derive(Clone, Copy, PartialEq)]
    enum Font {
        Capitals,
        Small,
        Unknown,
    }
    let words: Vec<std::ops::Range<usize>> = words(units);
    let font = |word: &std::ops::Range<usize>| {
        let ascii = units[word.clone()].iter().filter(|u| u.c.is_ascii());
        let (upper, lower) = ascii.fold((0, 0), |(a, b), u| {
            let small = u.c.is_ascii_lowercase();
            (
                a + usize::from(u.c.is_ascii_uppercase()),
                b + usize::from(small),
            )
        });
        let marked = units[word.clone()].iter().filter(|u| !u.c.is_ascii());
        let small = marked.clone().any(|u| u.c.is_lowercase());
        match (upper, lower) {
            (_, 1..) => Font::Small,
            (2.., 0) => Font::Capitals,
            (0 | 1, 0) if !small && marked.clone().count() + upper >= 2 => Font::Capitals,
            _ => Font::Unknown,
        }
    };
    let mut fonts: Vec<Font> = words.iter().map(font).collect();
    let joined = |units: &[Unit], a: usize, b: usize| {
        let between = &units[words[a].end..words[b].start];
        between.len() <= 3 && !between.iter().any(|u| u.c == '\n')
    };
    let known = fonts.clone();
    for k in 0..words.len() {
        if known[k] != Font::Unknown {
            continue;
        }
        let before = (0..k)
            .rev()
            .take_while(|&j| joined(units, j, j + 1))
            .map(|j| known[j])
            .find(|f| *f != Font::Unknown);
        let after = (k + 1..words.len())
            .take_while(|&j| joined(units, j - 1, j))
            .map(|j| known[j])
            .find(|f| *f != Font::Unknown);
        let capitals = match (before, after) {
            (Some(Font::Capitals), Some(f)) | (Some(f), Some(Font::Capitals)) => {
                f == Font::Capitals
            }
            (Some(f), None) | (None, Some(f)) => f == Font::Capitals,
            _ => false,
        };
        if capitals {
            fonts[k] = Font::Capitals;
        }
    }
    for (word, font) in words.iter().zip(fonts) {
        if font == Font::Capitals {
            for u in &mut units[word.clone()] {
                let mut upper = u.c.to_uppercase();
                if let (Some(c), None) = (upper.next(), upper.next()) {
                    u.c = c;
                }
            }
        }
    }
}

/// Runs of letters.
fn words(units: &[Unit]) -> Vec<std::ops::Range<usize>> {
    runs(units, char::is_alphabetic)
}

/// Runs of units whose letter `belongs`.
fn runs(units: &[Unit], belongs: impl Fn(char) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut out: Vec<std::ops::Range<usize>> = Vec::new();
    for (k, u) in units.iter().enumerate() {
        if !belongs(u.c) {
            continue;
        }
        match out.last_mut() {
            Some(last) if last.end == k => last.end = k + 1,
            _ => out.push(k..k + 1),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::encode::encode;
    use super::*;

    /// All letters of the alphabet that are not ASCII: 67 small, 67 capital.
    fn letters() -> String {
        let mut small: Vec<char> = Vec::new();
        for base in ["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y"] {
            for tone in ["", "\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}"] {
                small.extend(format!("{base}{tone}").nfc());
            }
        }
        small.push('đ');
        small.retain(|c| !c.is_ascii());
        assert_eq!(small.len(), 67);
        let all: String = small.iter().collect();
        all.to_uppercase() + &all
    }

    fn decoded(bytes_in: &[u8], charset: Charset) -> String {
        let units = read(&bytes(bytes_in), charset);
        units.iter().map(|u| u.c).nfc().collect()
    }

    #[test]
    fn all_letters_go_there_and_back() {
        for charset in [
            Charset::Windows1258,
            Charset::Vni,
            Charset::Viscii,
            Charset::Viqr,
        ] {
            for letter in letters().chars() {
                let coded = encode(&letter.to_string(), charset).expect("coded");
                assert_eq!(decoded(&coded, charset), letter.to_string(), "{charset:?}");
            }
        }
        for letter in letters().chars() {
            // A capital is one by its font, so it needs its word.
            let word = if letter.is_uppercase() {
                format!("NH{letter}")
            } else {
                format!("nh{letter}")
            };
            let coded = encode(&word, Charset::Tcvn3).expect("coded");
            assert_eq!(decoded(&coded, Charset::Tcvn3), word);
        }
    }

    #[test]
    fn the_tables_have_a_place_for_every_byte() {
        assert_eq!(tables::TCVN3.chars().count(), 96);
        assert_eq!(tables::VISCII.chars().count(), 128);
        let distinct: std::collections::HashSet<char> = TABLE_VISCII
            .iter()
            .copied()
            .filter(|c| !c.is_ascii())
            .collect();
        assert!(letters().chars().all(|c| distinct.contains(&c)));
    }

    #[test]
    fn known_words_read_as_they_are_printed() {
        let tcvn3 = "CéNG HßA X\u{B7} HéI CHñ NGH\u{DC}A VIÖT NAM";
        let coded: Vec<u8> = tcvn3.chars().map(|c| c as u8).collect();
        assert_eq!(
            decoded(&coded, Charset::Tcvn3),
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
        );
        let coded: Vec<u8> = "Hµ NéI, th\u{B8}ng 5; UBND x\u{B7}"
            .chars()
            .map(|c| c as u8)
            .collect();
        assert_eq!(decoded(&coded, Charset::Tcvn3), "HÀ NỘI, tháng 5; UBND xã");
        let vni: Vec<u8> = "UÛy ban nhaân daân tænh Ñoàng Nai"
            .chars()
            .map(|c| c as u8)
            .collect();
        assert_eq!(decoded(&vni, Charset::Vni), "Ủy ban nhân dân tỉnh Đồng Nai");
        assert_eq!(
            decoded(
                b"Vie^.t Nam, DDo^.c la^.p. Cu+'u tro+. la` ca'i gi\\?",
                Charset::Viqr
            ),
            "Việt Nam, Độc lập. Cứu trợ là cái gi?"
        );
    }

    #[test]
    fn utf16_knows_pairs_and_halves() {
        let le: Vec<u8> = "Số 🗎".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let text: String = utf16(&le, 0, false).iter().map(|u| u.c).collect();
        assert_eq!(text, "Số 🗎");
        let cut: String = utf16(&le[..le.len() - 2], 0, false)
            .iter()
            .map(|u| u.c)
            .collect();
        assert_eq!(cut, "Số \u{FFFD}");
        assert_eq!(utf16(b"a\0b", 0, false)[1].c, '\u{FFFD}');
    }
}
