//! The way back, for tests: text into the older encodings.

use unicode_normalization::UnicodeNormalization;

use super::{Charset, TABLE_1252, TABLE_1258, TABLE_TCVN3, TABLE_VISCII, Table, tables};

/// `text` in an older encoding, `None` when it has no place for a character: the reading turned round.
pub fn encode(text: &str, charset: Charset) -> Option<Vec<u8>> {
    let find = |table: &Table, c: char| {
        let at = table.iter().position(|t| *t == c)?;
        Some(at as u8)
    };
    let mut out = Vec::new();
    let mut chars = text.nfc().peekable();
    while let Some(c) = chars.next() {
        if c.is_ascii() {
            // A plain d before another would be read as đ together with it.
            let next = chars.peek().is_some_and(|n| "dDđĐ".contains(*n));
            if charset == Charset::Viqr && matches!(c, 'd' | 'D') && next {
                out.push(b'\\');
            }
            let marked = |b: &u8| b.is_ascii_alphabetic() || b"^(+".contains(b);
            let letter = out.last().is_some_and(marked);
            if charset == Charset::Viqr && letter && "'`?~.^(+*".contains(c) {
                out.push(b'\\');
            }
            out.push(c as u8);
            continue;
        }
        match charset {
            Charset::Utf8 => out.extend(c.to_string().bytes()),
            Charset::Utf16Le => out.extend(c.to_string().encode_utf16().flat_map(u16::to_le_bytes)),
            Charset::Utf16Be => out.extend(c.to_string().encode_utf16().flat_map(u16::to_be_bytes)),
            Charset::Viscii => out.push(find(&TABLE_VISCII, c)?),
            Charset::Tcvn3 => {
                let small = c.to_lowercase().next()?;
                let capital = matches!(c, 'Ă' | 'Â' | 'Ê' | 'Ô' | 'Ơ' | 'Ư' | 'Đ');
                out.push(find(&TABLE_TCVN3, if capital { c } else { small })?);
            }
            Charset::Windows1258 => match find(&TABLE_1258, c) {
                Some(b) => out.push(b),
                None => {
                    let parts: Vec<char> = c.nfd().collect();
                    // The tone combines, the shape of the letter does not.
                    let tone = parts.iter().copied().find(|p| {
                        ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'].contains(p)
                    })?;
                    let base: String = parts.into_iter().filter(|p| *p != tone).nfc().collect();
                    let base = base.chars().next()?;
                    out.push(if base.is_ascii() {
                        base as u8
                    } else {
                        find(&TABLE_1258, base)?
                    });
                    out.push(find(&TABLE_1258, tone)?);
                }
            },
            Charset::Vni => {
                let one = tables::VNI_LETTERS.iter().find(|(_, l)| *l == c);
                if let Some((b, _)) = one {
                    out.push(*b);
                    continue;
                }
                let coded = tables::VNI_MARKS.iter().find_map(|(b, marks)| {
                    let bases = "aeouyơưAEOUYƠƯ".chars();
                    let mut fits =
                        bases.filter(|&x| std::iter::once(x).chain(marks.chars()).nfc().eq([c]));
                    Some((fits.next()?, *b))
                });
                match coded {
                    Some((base, mark)) => {
                        let one = tables::VNI_LETTERS.iter().find(|(_, l)| *l == base);
                        out.push(one.map_or(base as u8, |(b, _)| *b));
                        out.push(if base.is_uppercase() { mark - 32 } else { mark });
                    }
                    None => out.push(find(&TABLE_1252, c)?),
                }
            }
            Charset::Viqr => {
                let signs = [
                    ('\u{306}', '('),
                    ('\u{302}', '^'),
                    ('\u{31B}', '+'),
                    ('\u{301}', '\''),
                    ('\u{300}', '`'),
                    ('\u{309}', '?'),
                    ('\u{303}', '~'),
                    ('\u{323}', '.'),
                ];
                if matches!(c, 'đ' | 'Đ') {
                    out.extend(if c == 'đ' { b"dd" } else { b"DD" });
                    continue;
                }
                let parts: Vec<char> = c.nfd().collect();
                out.push(u8::try_from(*parts.first()?).ok().filter(u8::is_ascii)?);
                // The shape of the letter before the tone, whatever order Unicode has.
                for (mark, sign) in signs {
                    if parts.contains(&mark) {
                        out.push(sign as u8);
                    }
                }
            }
        }
    }
    Some(out)
}
