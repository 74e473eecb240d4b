//! Lists of addressees: Kính gửi and Nơi nhận.
//!
//! ```text
//! list = [bullet] item ";" {[bullet] item ";"} [bullet] item "."
//! ```
//!
//! Items wrap over lines, bullets arrive as `-`, `–`, `~`, `¬`, `•`, `+` or not at all, and debris of the other
//! column hangs behind the semicolon.

use super::dispatch::TextRange;
use super::fold;
use super::wording::one_line;
use super::zones;
use std::ops::Range;

/// One item: its text on one line and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Text without bullet and closing sign.
    pub text: String,
    /// Where it stands; several ranges when it wraps around another column.
    pub ranges: Vec<TextRange>,
    closed: bool,
}

/// Cuts the lines of a list into items.
pub fn items(text: &str, lines: &[TextRange]) -> Vec<Item> {
    let bulleted = lines
        .iter()
        .filter(|r| bullet(&text[(*r).clone()]) > 0)
        .count()
        * 2
        >= lines.len().min(4)
        && lines.len() > 1;
    let mut out: Vec<Item> = Vec::new();
    for line in lines {
        for part in parts(text, line.clone(), bulleted) {
            let s = &text[part.clone()];
            let skip = bullet(s);
            let new = skip > 0
                || out.last().is_none_or(|i| i.closed)
                || (!bulleted && !wraps(out.last(), s));
            let (range, closed) = close(text, part.start + skip..part.end);
            let shown = one_line(&text[range.clone()]);
            if shown.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
                if let Some(last) = out.last_mut().filter(|_| closed) {
                    last.closed = true;
                }
                continue;
            }
            if new {
                // Behind a closed item of a bulleted list only an item that is closed itself is more than debris.
                if skip == 0 && bulleted && !out.is_empty() && !closed {
                    continue;
                }
                out.push(Item {
                    text: shown,
                    ranges: vec![range],
                    closed,
                });
            } else if let Some(last) = out.last_mut() {
                last.text = format!("{} {shown}", last.text);
                last.ranges.push(range);
                last.closed = closed;
            }
        }
    }
    out
}

/// Length of the bullet and the white space behind it.
fn bullet(s: &str) -> usize {
    let rest =
        s.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | '“' | '"' | ';'));
    let front = &s[..s.len() - rest.len()];
    let sign = front
        .chars()
        .any(|c| matches!(fold::fold_char(c), '-' | '+' | '*' | '~'));
    if sign { front.len() } else { 0 }
}

/// Whether `s` goes on with the item before it in a list without bullets.
fn wraps(before: Option<&Item>, s: &str) -> bool {
    before.is_some_and(|b| {
        !b.closed
            && (s.starts_with(char::is_lowercase)
                || b.text.ends_with([',', '–', '-', '&'])
                || b.text.ends_with(" và"))
    })
}

/// Items on one line: cut at semicolons before a bullet, and at any semicolon of a list without bullets.
fn parts(text: &str, line: Range<usize>, bulleted: bool) -> Vec<Range<usize>> {
    let s = &text[line.clone()];
    let mut out = Vec::new();
    let mut start = 0;
    for (k, _) in s.match_indices(';') {
        let rest = s[k + 1..].trim_start();
        let listed = bullet(rest) > 0;
        let open_bracket = s[start..k].matches('(').count() > s[start..k].matches(')').count();
        let junk = rest.chars().filter(|c| c.is_alphabetic()).count() < 25
            && !rest.ends_with([';', '.', ':', ',']);
        if !rest.is_empty() && !open_bracket && (listed || !bulleted || junk) {
            out.push(line.start + start..line.start + k + 1);
            start = k + 1;
        }
    }
    out.push(line.start + start..line.end);
    out
}

/// The item without its closing sign and debris behind it, and whether it was closed.
fn close(text: &str, range: Range<usize>) -> (Range<usize>, bool) {
    let range = zones::trim(text, range);
    let s = &text[range.clone()];
    let closing = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ';' | '.'
                    | ':'
                    | ','
                    | '_'
                    | '`'
                    | '\''
                    | '"'
                    | '„'
                    | '˜'
                    | '‘'
                    | '’'
                    | '/'
                    | '?'
                    | '|'
                    | '~'
                    | '-'
                    | '–'
                    | '—'
                    | '¬'
                    | '{'
                    | '}'
                    | '\\'
                    | '*'
            )
    };
    let body = s.trim_end_matches(closing);
    let tail = &s[body.len()..];
    // "VP." and "(1)." are not the end of the list, but nothing hangs on that.
    let closed = tail.contains([';', '.', ':']) || (tail.contains('/') && tail.trim().len() < 3);
    let lead = body.len()
        - body
            .trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | '“' | '"'))
            .len();
    (range.start + lead..range.start + body.len(), closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut at = 0;
        let mut lines = Vec::new();
        for l in text.split('\n') {
            lines.push(at..at + l.len());
            at += l.len() + 1;
        }
        items(text, &lines).into_iter().map(|i| i.text).collect()
    }

    #[test]
    fn items_wrap_and_close() {
        assert_eq!(
            read("- Như trên;\n- Sở Nội vụ và\nSở Tài chính;\n- BGĐ."),
            ["Như trên", "Sở Nội vụ và Sở Tài chính", "BGĐ"]
        );
        assert_eq!(
            read("- Như trên; pÑt LẮM\n- Website Sở;"),
            ["Như trên", "Website Sở"]
        );
        assert_eq!(
            read("Như Điều 5:\nCT, PCT UBND tỉnh;\nCổng TTĐT tỉnh;"),
            ["Như Điều 5", "CT, PCT UBND tỉnh", "Cổng TTĐT tỉnh"]
        );
        assert_eq!(read("- Sở A; - Sở B; - Sở C."), ["Sở A", "Sở B", "Sở C"]);
        assert_eq!(
            read("-BGĐSYT; ,.,\n~ Website SYT/ ` ?"),
            ["BGĐSYT", "Website SYT"]
        );
    }
}
