//! The letters of Vietnamese: a base letter, the vowel's quality, the tone on it.
//!
//! Everything else in this folder works on lower-case letters without tone; the one table here takes a letter
//! apart and puts it together again.

use super::Tone;

/// The twelve vowels, small and capital, each with its six tones in the order of [`Tone`].
const VOWELS: [[char; 6]; 24] = [
    ['a', 'à', 'ả', 'ã', 'á', 'ạ'],
    ['ă', 'ằ', 'ẳ', 'ẵ', 'ắ', 'ặ'],
    ['â', 'ầ', 'ẩ', 'ẫ', 'ấ', 'ậ'],
    ['e', 'è', 'ẻ', 'ẽ', 'é', 'ẹ'],
    ['ê', 'ề', 'ể', 'ễ', 'ế', 'ệ'],
    ['i', 'ì', 'ỉ', 'ĩ', 'í', 'ị'],
    ['o', 'ò', 'ỏ', 'õ', 'ó', 'ọ'],
    ['ô', 'ồ', 'ổ', 'ỗ', 'ố', 'ộ'],
    ['ơ', 'ờ', 'ở', 'ỡ', 'ớ', 'ợ'],
    ['u', 'ù', 'ủ', 'ũ', 'ú', 'ụ'],
    ['ư', 'ừ', 'ử', 'ữ', 'ứ', 'ự'],
    ['y', 'ỳ', 'ỷ', 'ỹ', 'ý', 'ỵ'],
    ['A', 'À', 'Ả', 'Ã', 'Á', 'Ạ'],
    ['Ă', 'Ằ', 'Ẳ', 'Ẵ', 'Ắ', 'Ặ'],
    ['Â', 'Ầ', 'Ẩ', 'Ẫ', 'Ấ', 'Ậ'],
    ['E', 'È', 'Ẻ', 'Ẽ', 'É', 'Ẹ'],
    ['Ê', 'Ề', 'Ể', 'Ễ', 'Ế', 'Ệ'],
    ['I', 'Ì', 'Ỉ', 'Ĩ', 'Í', 'Ị'],
    ['O', 'Ò', 'Ỏ', 'Õ', 'Ó', 'Ọ'],
    ['Ô', 'Ồ', 'Ổ', 'Ỗ', 'Ố', 'Ộ'],
    ['Ơ', 'Ờ', 'Ở', 'Ỡ', 'Ớ', 'Ợ'],
    ['U', 'Ù', 'Ủ', 'Ũ', 'Ú', 'Ụ'],
    ['Ư', 'Ừ', 'Ử', 'Ữ', 'Ứ', 'Ự'],
    ['Y', 'Ỳ', 'Ỷ', 'Ỹ', 'Ý', 'Ỵ'],
];

/// ASCII letters of the rows of [`VOWELS`], without the quality.
const BASES: [char; 24] = [
    'a', 'a', 'a', 'e', 'e', 'i', 'o', 'o', 'o', 'u', 'u', 'y', 'A', 'A', 'A', 'E', 'E', 'I', 'O',
    'O', 'O', 'U', 'U', 'Y',
];

const SMALL_ROWS: usize = 12;
const LOW_LEN: usize = 0x1B1;
const HIGH_START: usize = 0x1EA0;
const HIGH_LEN: usize = 0x5A;

/// Cell number + 1 in [`VOWELS`] (row × 6 + tone), or 0, for the code points below U+01B1.
static LOW: [u8; LOW_LEN] = cells(0);
/// The same for U+1EA0 to U+1EF9.
static HIGH: [u8; HIGH_LEN] = cells(HIGH_START);

const fn cells<const N: usize>(start: usize) -> [u8; N] {
    let mut out = [0; N];
    let mut row = 0;
    while row < VOWELS.len() {
        let mut tone = 0;
        while tone < 6 {
            let code = VOWELS[row][tone] as usize;
            if code >= start && code < start + N {
                out[code - start] = (row * 6 + tone + 1) as u8;
            }
            tone += 1;
        }
        row += 1;
    }
    out
}

/// Row and column of a vowel in [`VOWELS`].
fn cell(letter: char) -> Option<(usize, usize)> {
    let code = letter as usize;
    let found = match code {
        0..LOW_LEN => LOW[code],
        HIGH_START.. => HIGH.get(code - HIGH_START).copied().unwrap_or(0),
        _ => 0,
    };
    let found = usize::from(found).checked_sub(1)?;
    Some((found / 6, found % 6))
}

/// The letter without its tone (case and quality stay) and the tone; any other character comes back as it is.
pub fn split_tone(letter: char) -> (char, Tone) {
    match cell(letter) {
        Some((row, tone)) => (VOWELS[row][0], Tone::ALL[tone]),
        None => (letter, Tone::Ngang),
    }
}

/// Puts a tone on a vowel (any tone it carries is replaced); any other character comes back as it is.
pub fn put_tone(letter: char, tone: Tone) -> char {
    match cell(letter) {
        Some((row, _)) => VOWELS[row][tone as usize],
        None => letter,
    }
}

/// The letter without tone and quality: `ế` → `e`, `đ` → `d`, `Ư` → `U`; anything else as it is.
pub fn bare(letter: char) -> char {
    match letter {
        'đ' => 'd',
        'Đ' => 'D',
        _ if letter.is_ascii() => letter,
        _ => cell(letter).map_or(letter, |(row, _)| BASES[row]),
    }
}

/// The small letter of a Vietnamese or ASCII letter and its tone, or `None` for any other character.
pub fn small(letter: char) -> Option<(char, Tone)> {
    if let Some((row, tone)) = cell(letter) {
        return Some((VOWELS[row % SMALL_ROWS][0], Tone::ALL[tone]));
    }
    match letter {
        'a'..='z' | 'đ' => Some((letter, Tone::Ngang)),
        'A'..='Z' => Some((letter.to_ascii_lowercase(), Tone::Ngang)),
        'Đ' => Some(('đ', Tone::Ngang)),
        _ => None,
    }
}

/// As [`char::is_alphabetic`]; the letters of Vietnamese are told without a look into the tables of Unicode.
#[inline]
pub fn is_letter(c: char) -> bool {
    match c {
        '\0'..='\x7F' => c.is_ascii_alphabetic(),
        '\u{1EA0}'..='\u{1EF9}'
        | 'à'..='ö'
        | 'À'..='Ö'
        | 'đ'
        | 'Đ'
        | 'ơ'
        | 'Ơ'
        | 'ư'
        | 'Ư'
        | 'ă'
        | 'Ă' => true,
        _ => c.is_alphabetic(),
    }
}

/// Whether the small letter, without tone, is a vowel.
pub fn is_vowel(letter: char) -> bool {
    cell(letter).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_unicode() {
        assert!(('\0'..=char::MAX).all(|c| is_letter(c) == c.is_alphabetic()));
    }

    #[test]
    fn each_of_the_144_vowels_is_taken_apart_and_put_together() {
        for row in VOWELS {
            for (tone, letter) in row.into_iter().enumerate() {
                assert_eq!(split_tone(letter), (row[0], Tone::ALL[tone]));
                assert_eq!(put_tone(row[0], Tone::ALL[tone]), letter);
                assert_eq!(put_tone(letter, Tone::Ngang), row[0]);
            }
        }
    }

    #[test]
    fn neighbours_of_the_table_are_left_alone() {
        for letter in [
            '\u{1B1}',
            '\u{1E9F}',
            '\u{1EFA}',
            '\u{10FFFF}',
            'Ð',
            'ñ',
            '1',
            '\u{FFFD}',
        ] {
            assert_eq!(split_tone(letter), (letter, Tone::Ngang));
            assert_eq!(bare(letter), letter);
            assert_eq!(small(letter), None);
        }
    }

    #[test]
    fn small_letters_and_bare_letters() {
        assert_eq!(small('Ộ'), Some(('ô', Tone::Nang)));
        assert_eq!(small('Đ'), Some(('đ', Tone::Ngang)));
        assert_eq!(bare('Ữ'), 'U');
        assert_eq!(bare('đ'), 'd');
    }
}
