//! Cuts text into tokens: the one cut that training, repair and parsing share.
//!
//! OCR puts symbols where letters were (`s¢` for *sở*, `S&` for *Sở*, `K}` for *Kỳ*), so a symbol counts as a
//! letter unless it is one of the marks that separate words on paper. Digits count as letters too
//! (`1ap` for *lập*); what a token is, is decided by whoever knows its neighbours.

use std::ops::Range;

/// What stands between words on paper.
pub fn is_separator(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | ';'
            | ':'
            | '('
            | ')'
            | '['
            | ']'
            | '"'
            | '“'
            | '”'
            | '«'
            | '»'
            | '/'
            | '-'
            | '–'
            | '—'
            | '…'
            | '?'
            | '!'
            | '*'
            | '_'
            | '+'
            | '='
            | '<'
            | '>'
            | '%'
            | '•'
            | '·'
            | '\\'
    )
}

/// The rule between two cells of a table where it stands alone; what an engine makes of an `l` elsewhere.
pub const RULE: char = '|';

/// A single quotation mark: a letter's debris inside a word, a separator at its ends.
fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘')
}

/// A mark that may be a letter's debris at the end of a word: an engine without Vietnamese reads `ữ` as `t?`, `ư` as
/// `u'` and `ỘI` as `O!`.
pub fn is_debris(c: char) -> bool {
    matches!(c, '?' | '!') || is_quote(c)
}

/// A word, a number or a separator of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Bytes of the text that was cut.
    pub range: Range<usize>,
    /// White space (or the beginning of the line) stands before it.
    pub spaced: bool,
    /// What it is made of.
    pub shape: Shape,
}

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Letters, perhaps with symbols among them.
    Word,
    /// Digits only.
    Number,
    /// Letters and digits.
    Mixed,
    /// One separator.
    Separator(char),
}

/// Cuts `line` (no line feed in it) into tokens, appended to `out`; `base` is added to the ranges.
pub fn cut(line: &str, base: usize, out: &mut Vec<Token>) {
    let mut spaced = true;
    let mut word: Option<Token> = None;
    for (at, c) in line.char_indices() {
        let (start, end) = (base + at, base + at + c.len_utf8());
        if c.is_whitespace() {
            out.extend(word.take());
            spaced = true;
        } else if is_separator(c)
            || is_quote(c)
                && !(word.is_some() && line[at + c.len_utf8()..].starts_with(char::is_alphanumeric))
            || c == RULE && spaced && !line[at + 1..].starts_with(|c: char| !c.is_whitespace())
        {
            out.extend(word.take());
            out.push(Token {
                range: start..end,
                spaced,
                shape: Shape::Separator(c),
            });
            spaced = false;
        } else {
            let shape = if c.is_ascii_digit() {
                Shape::Number
            } else {
                Shape::Word
            };
            match &mut word {
                Some(w) => {
                    w.range.end = end;
                    if w.shape != shape {
                        w.shape = Shape::Mixed;
                    }
                }
                None => {
                    word = Some(Token {
                        range: start..end,
                        spaced,
                        shape,
                    })
                }
            }
            spaced = false;
        }
    }
    out.extend(word);
}

/// Whether the separator at `tokens[k]` ends a sentence: the text the models learn from is cut there. So does the rule
/// between two cells of a table.
pub fn ends_sentence(tokens: &[Token], k: usize) -> bool {
    let spaced = tokens.get(k + 1).is_none_or(|next| next.spaced);
    match tokens[k].shape {
        Shape::Separator('.' | ';' | ':' | '?' | '!') => spaced,
        Shape::Separator(RULE) => true,
        _ => false,
    }
}

/// Whether the separator at `tokens[k]` parts a sentence: a comma, a bracket or a quotation mark anywhere, any
/// other mark where white space stands beside it (`Văn hóa - Xã hội`, but not `15/QĐ-SYT`), a single quotation mark
/// nowhere, because most are a letter's debris.
pub fn parts(tokens: &[Token], k: usize) -> bool {
    matches!(
        tokens[k].shape,
        Shape::Separator(',' | '(' | ')' | '[' | ']' | '"' | '“' | '”' | '«' | '»')
    ) || !matches!(tokens[k].shape, Shape::Separator(c) if is_quote(c))
        && (tokens[k].spaced || tokens.get(k + 1).is_none_or(|next| next.spaced))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(line: &str) -> Vec<(&str, bool)> {
        let mut out = Vec::new();
        cut(line, 0, &mut out);
        out.into_iter()
            .map(|t| (&line[t.range], t.spaced))
            .collect()
    }

    #[test]
    fn a_rule_alone_parts_cells_and_one_in_a_word_is_a_letter() {
        let mut tokens = Vec::new();
        cut("a | |à |", 0, &mut tokens);
        let rule = Shape::Separator('|');
        let shapes: Vec<Shape> = tokens.iter().map(|t| t.shape).collect();
        assert_eq!(shapes, [Shape::Word, rule, Shape::Word, rule]);
        assert!(ends_sentence(&tokens, 1) && ends_sentence(&tokens, 3));
    }

    #[test]
    fn symbols_inside_words_stay() {
        assert_eq!(
            pieces("S& s¢ 1ap,"),
            [("S&", true), ("s¢", true), ("1ap", true), (",", false)]
        );
        assert_eq!(
            pieces("15/QĐ-SYT"),
            [
                ("15", true),
                ("/", false),
                ("QĐ", false),
                ("-", false),
                ("SYT", false)
            ]
        );
    }

    #[test]
    fn a_point_inside_a_number_ends_no_sentence() {
        let mut t = Vec::new();
        cut("1.000 đồng. Sau", 0, &mut t);
        let ends: Vec<bool> = (0..t.len()).map(|k| ends_sentence(&t, k)).collect();
        assert_eq!(ends, [false, false, false, false, true, false]);
        assert_eq!(t[0].shape, Shape::Number);
    }
}
