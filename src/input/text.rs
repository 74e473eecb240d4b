//! Plain text, as OCR engines, word processors and careless copying leave it.
//!
//! One pass makes the text the later stages rely on: NFC, `\n` at line ends, no control characters but tab and
//! form feed, one kind of space. Bytes that are no UTF-8 become U+FFFD, each with its own span; U+FFFD that
//! already stands in the file stays, and so do look-alikes such as `Ð`: deciding what they were is repair.
//! Lines are never added or taken away.

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::charset::{self, Charset, Guess, Unit};
use crate::document::{Span, Text, TextBuilder};

/// The text of `bytes`, and the encoding they are in; or the reason why they are no text. With `asked` the
/// encoding is not told from the bytes.
pub(super) fn decode(bytes: &[u8], asked: Option<Charset>) -> Result<(Text, Guess), String> {
    let none = || match bytes.contains(&0) {
        true => "holds NUL bytes: not text".to_owned(),
        false => {
            "is in no encoding that is known (--encoding names one), or is not text".to_owned()
        }
    };
    let guess = match asked {
        // A file in UTF-8 cannot be in an older encoding but wrapped.
        Some(charset) => Guess {
            charset,
            wrapped: !is_wide(charset)
                && !matches!(charset, Charset::Utf8 | Charset::Viqr)
                && std::str::from_utf8(bytes).is_ok(),
            confidence: 1.0,
        },
        None => charset::detect(bytes).ok_or_else(none)?,
    };
    let bom = |mark: &[u8]| {
        if bytes.starts_with(mark) {
            mark.len()
        } else {
            0
        }
    };
    let units = match guess.charset {
        Charset::Utf8 => {
            if bytes.contains(&0) {
                return Err(none());
            }
            return Ok((utf8(bytes, bom(b"\xef\xbb\xbf"))?, guess));
        }
        Charset::Utf16Le => charset::utf16(bytes, bom(b"\xff\xfe"), false),
        Charset::Utf16Be => charset::utf16(bytes, bom(b"\xfe\xff"), true),
        _ if guess.wrapped => {
            let text = String::from_utf8_lossy(bytes);
            charset::unwrapped(&text, 0)
        }
        _ => charset::bytes(bytes),
    };
    Ok((clean(&charset::read(&units, guess.charset)), guess))
}

fn is_wide(charset: Charset) -> bool {
    matches!(charset, Charset::Utf16Le | Charset::Utf16Be)
}

/// Text that is characters already, cleaned like all text; the map is to `text` itself.
pub(super) fn cleaned(text: &str) -> Text {
    let mut reader = Reader::new(text.contains('\n'));
    reader.valid(text, Whence::At(0));
    reader.out.finish()
}

/// The text of characters that were read from an older encoding.
fn clean(units: &[Unit]) -> Text {
    let mut raw = TextBuilder::new();
    let mut buffer = [0; 4];
    for u in units {
        raw.push(u.c.encode_utf8(&mut buffer), u.span());
    }
    let raw = raw.finish();
    let mut reader = Reader::new(raw.as_str().contains('\n'));
    reader.valid(raw.as_str(), Whence::In(&raw));
    reader.out.finish()
}

fn utf8(bytes: &[u8], bom: usize) -> Result<Text, String> {
    let mut reader = Reader::new(bytes.contains(&b'\n'));
    let (mut at, mut bad) = (bom, 0);
    for chunk in bytes[bom..].utf8_chunks() {
        reader.valid(chunk.valid(), Whence::At(at));
        at += chunk.valid().len();
        let invalid = chunk.invalid().len();
        if invalid > 0 {
            let span = Span {
                start: at,
                end: at + invalid,
            };
            reader.out.push("\u{FFFD}", span);
            at += invalid;
            bad += invalid;
        }
    }
    // Seed-like damage is a few bytes in a page. One byte in ten is another encoding or no text at all, and a
    // page full of U+FFFD must not be offered as having been read.
    if bad > 16 && bad * 10 > bytes.len() {
        return Err(format!(
            "is not UTF-8 ({bad} of {} bytes are invalid): another encoding, or not text",
            bytes.len()
        ));
    }
    Ok(reader.out.finish())
}

struct Reader {
    out: TextBuilder,
    lone_cr: &'static str,
}

/// Where what is read stands in the source.
#[derive(Clone, Copy)]
enum Whence<'a> {
    /// From this byte on.
    At(usize),
    /// Where this text says.
    In(&'a Text),
}

impl Reader {
    fn new(line_feeds: bool) -> Self {
        Self {
            out: TextBuilder::new(),
            // A lone carriage return ends a line only in files that know no line feed (old Macintosh, some
            // devices).
            lone_cr: if line_feeds { " " } else { "\n" },
        }
    }

    /// Appends `s`.
    fn valid(&mut self, s: &str, whence: Whence<'_>) {
        let mut push = |piece: &str, from: usize, to: usize| match whence {
            _ if piece.is_empty() => {}
            Whence::At(at) => {
                let span = Span {
                    start: at + from,
                    end: at + to,
                };
                // Characters that were composed and put in order have no bytes of their own.
                match piece == &s[from..to] || piece.chars().nth(1).is_none() {
                    true => self.out.push(piece, span),
                    false => self.out.push_whole(piece, span),
                }
            }
            Whence::In(text) if piece == &s[from..to] => self.out.copy(text, from..to),
            Whence::In(text) => self.out.push(piece, text.source_span(from..to)),
        };
        let mut run = 0; // start of what is waiting to be copied unchanged
        let mut chars = s.char_indices().peekable();
        while let Some((i, c)) = chars.next() {
            let mut next = i + c.len_utf8();
            let replacement = match class(c) {
                Class::Plain => continue,
                Class::Return if s[next..].starts_with('\n') => {
                    chars.next();
                    next += 1;
                    "\n"
                }
                Class::Return => self.lone_cr,
                Class::Space => " ",
                first @ (Class::Nothing | Class::Combining) => {
                    let mut combining = first == Class::Combining;
                    while let Some(&(k, d)) = chars.peek() {
                        match class(d) {
                            Class::Nothing => {}
                            Class::Combining => combining = true,
                            _ => break,
                        }
                        next = k + d.len_utf8();
                        chars.next();
                    }
                    if !combining {
                        push(&s[run..i], run, i);
                        run = next;
                        continue;
                    }
                    let base = s[run..i].char_indices().next_back();
                    let start = base.map_or(i, |(k, _)| run + k);
                    push(&s[run..start], run, start);
                    let kept = s[start..next]
                        .chars()
                        .filter(|&c| class(c) != Class::Nothing);
                    push(&kept.nfc().collect::<String>(), start, next);
                    run = next;
                    continue;
                }
            };
            push(&s[run..i], run, i);
            push(replacement, i, next);
            run = next;
        }
        push(&s[run..], run, s.len());
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Copied as it is.
    Plain,
    /// Carriage return.
    Return,
    /// A kind of space or a line separator that is no line feed.
    Space,
    /// Controls and characters without width: dropped.
    Nothing,
    /// May change under NFC together with its neighbours.
    Combining,
}

fn class(c: char) -> Class {
    match c {
        '\t' | '\n' | '\u{C}' | ' '..='~' => Class::Plain,
        '\r' => Class::Return,
        '\u{B}' | '\u{85}' => Class::Space,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' => Class::Nothing,
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{2028}' | '\u{2029}' => Class::Space,
        '\u{202F}' | '\u{205F}' | '\u{3000}' => Class::Space,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' => Class::Nothing,
        '\u{2060}'..='\u{2064}' | '\u{FEFF}' => Class::Nothing,
        // Latin up to the combining marks, Vietnamese letters, punctuation: stable under NFC.
        '\u{A1}'..='\u{2FF}' | '\u{1EA0}'..='\u{1EF9}' | '\u{2010}'..='\u{2027}' => Class::Plain,
        _ if canonical_combining_class(c) == 0
            && is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes =>
        {
            Class::Plain
        }
        _ => Class::Combining,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Text {
        decode(bytes, None).expect("text").0
    }

    /// The bytes of the source that stand behind the first place where `part` is found.
    fn behind<'a>(bytes: &'a [u8], text: &Text, part: &str) -> &'a [u8] {
        let at = text.as_str().find(part).expect("part");
        let span = text.source_span(at..at + part.len());
        &bytes[span.start..span.end]
    }

    #[test]
    fn line_ends_become_line_feeds_and_spans_stay() {
        let bytes = b"\xef\xbb\xbfmot\r\nhai\r\n\r\nba";
        let t = read(bytes);
        assert_eq!(t.as_str(), "mot\nhai\n\nba");
        assert_eq!(behind(bytes, &t, "hai"), b"hai");
        assert_eq!(behind(bytes, &t, "\nba"), b"\r\nba");
        assert_eq!(read(b"mot\rhai\r").as_str(), "mot\nhai\n");
        assert_eq!(read(b"mot\rhai\n").as_str(), "mot hai\n");
    }

    #[test]
    fn decomposed_letters_are_composed() {
        let source = "Quye\u{302}\u{301}t đi\u{323}nh s\u{1ED1} o\u{31B}\u{309}";
        let t = read(source.as_bytes());
        assert_eq!(t.as_str(), "Quyết định số ở");
        assert_eq!(
            behind(source.as_bytes(), &t, "ế"),
            "e\u{302}\u{301}".as_bytes()
        );
        assert_eq!(behind(source.as_bytes(), &t, "số"), "số".as_bytes());
        assert_eq!(
            behind(source.as_bytes(), &t, "ở"),
            "o\u{31B}\u{309}".as_bytes()
        );
    }

    #[test]
    fn invalid_bytes_become_one_sign_each_with_its_span() {
        let bytes = b"d\xe1\xbb ng \xff\xfe x";
        let t = read(bytes);
        assert_eq!(t.as_str(), "d\u{FFFD} ng \u{FFFD}\u{FFFD} x");
        assert_eq!(behind(bytes, &t, "\u{FFFD} "), b"\xe1\xbb ");
        assert_eq!(behind(bytes, &t, "x"), b"x");
    }

    #[test]
    fn controls_go_and_spaces_become_plain() {
        let t = read("a\u{2}b\u{200B}c\u{A0}d\u{3000}e\tf\u{C}g\u{2028}h\u{7F}".as_bytes());
        assert_eq!(t.as_str(), "abc d e\tf\u{C}g h");
    }

    #[test]
    fn damage_is_left_for_repair() {
        let source = "Ð\u{FFFD}ng ð";
        assert_eq!(read(source.as_bytes()).as_str(), source);
    }

    #[test]
    fn what_is_in_no_encoding_is_refused() {
        let noise: Vec<u8> = (0..4000u32).map(|k| (k * k % 251 + 4) as u8).collect();
        assert!(
            decode(&noise, None)
                .expect_err("no text")
                .contains("no encoding")
        );
    }

    proptest! {
        #[test]
        fn any_bytes_give_nfc_with_the_same_lines(bytes in proptest::collection::vec(1u8.., 0..200)) {
            if let Ok((t, _)) = decode(&bytes, Some(Charset::Utf8)) {
                prop_assert!(unicode_normalization::is_nfc(t.as_str()));
                if bytes.contains(&b'\n') {
                    let feeds = |b: &[u8]| b.iter().filter(|&&c| c == b'\n').count();
                    prop_assert_eq!(feeds(t.as_str().as_bytes()), feeds(&bytes));
                }
            }
        }

        #[test]
        fn composed_text_is_what_unicode_says(s in "[a-zđơưăâêô \n\u{300}-\u{309}\u{31B}\u{323}\u{302}\u{306}]{0,60}") {
            let expected: String = s.nfc().collect();
            prop_assert_eq!(read(s.as_bytes()).as_str().to_owned(), expected);
        }

        #[test]
        fn every_character_stands_for_bytes_inside_the_file(s in "\\PC{0,60}") {
            let t = read(s.as_bytes());
            for (i, c) in t.as_str().char_indices() {
                let span = t.source_span(i..i + c.len_utf8());
                prop_assert!(span.start < span.end && span.end <= s.len());
            }
        }
    }
}
