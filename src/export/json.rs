//! JSON as it is written: pretty for a person who opens one file, one line for a system that reads a million.
//!
//! Key order is the order of the struct's fields, so the same record gives the same bytes.

use serde::Serialize;
use serde_json::value::RawValue;

use super::record::Record;

/// The records of one file: one object, or a list when the file holds several dispatches; ends in a line feed.
pub fn pretty(records: &[Record]) -> String {
    pretty_lines(&records.iter().map(line).collect::<Vec<_>>())
}

/// The same of records that are written already, each as [`line()`] does.
pub fn pretty_lines(lines: &[String]) -> String {
    match lines {
        [one] => spread(one.trim_end()) + "\n",
        several => {
            let lines: Vec<&str> = several.iter().map(|l| l.trim_end()).collect();
            spread(&format!("[{}]", lines.join(","))) + "\n"
        }
    }
}

/// One value on one line that ends in a line feed.
pub fn line<T: Serialize>(value: &T) -> String {
    let json = serde_json::to_string(value);
    json.expect("the contract's types hold nothing that JSON cannot say") + "\n"
}

/// Values one below the other, each as [`line()`] writes it.
pub fn lines<T: Serialize>(values: &[T]) -> String {
    let mut out = Vec::new();
    for value in values {
        let written = serde_json::to_writer(&mut out, value);
        written.expect("the contract's types hold nothing that JSON cannot say");
        out.push(b'\n');
    }
    String::from_utf8(out).expect("JSON is text")
}

/// Reads back what [`pretty`] wrote: each record and the line [`line()`] would write for it.
///
/// The line is cut out of the text and not written anew, so that no rounding can creep in.
///
/// # Errors
/// When the text is not the JSON of records.
pub fn read_back(json: &str) -> serde_json::Result<Vec<(Record, String)>> {
    let objects: Vec<&RawValue> = if json.starts_with('[') {
        serde_json::from_str(json)?
    } else {
        vec![serde_json::from_str(json)?]
    };
    let back = |raw: &&RawValue| Ok((serde_json::from_str(raw.get())?, compact(raw.get()) + "\n"));
    objects.iter().map(back).collect()
}

/// JSON of one line with each value on a line of its own, two spaces a level: [`compact`] takes it back. It costs
/// less than to write the values once more (docs/performance.md).
fn spread(json: &str) -> String {
    let bytes = json.as_bytes();
    let mut out = String::with_capacity(2 * json.len());
    let mut depth = 0;
    // What is not copied yet begins here.
    let (mut from, mut at) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        let own = at;
        at += 1;
        // A line ends in front of what closes, and behind anything else.
        let end = match byte {
            b'"' => {
                at = end_of_string(bytes, at);
                continue;
            }
            b':' => {
                out.push_str(&json[from..at]);
                out.push(' ');
                from = at;
                continue;
            }
            b'{' | b'[' if matches!(bytes.get(at), Some(b'}' | b']')) => {
                at += 1;
                continue;
            }
            b'{' | b'[' => {
                depth += 1;
                at
            }
            b'}' | b']' => {
                depth -= 1;
                own
            }
            b',' => at,
            _ => continue,
        };
        out.push_str(&json[from..end]);
        new_line(&mut out, depth);
        from = end;
    }
    out.push_str(&json[from..]);
    out
}

/// Where the text behind a quotation mark ends, behind the second one.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match memchr::memchr2(b'"', b'\\', &bytes[at..]).map(|k| at + k) {
            Some(k) if bytes[k] == b'\\' => at = k + 2,
            Some(k) => return k + 1,
            None => return bytes.len(),
        }
    }
}

fn new_line(out: &mut String, depth: usize) {
    const SPACES: &str = "\n                                ";
    match SPACES.get(..1 + 2 * depth) {
        Some(spaces) => out.push_str(spaces),
        None => *out += &("\n".to_owned() + &"  ".repeat(depth)),
    }
}

/// What [`pretty`] wrote, without the white space between its tokens: what begins a line, and one space behind a key.
fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len() / 2);
    let ends = memchr::memchr_iter(b'\n', json.as_bytes()).chain([json.len()]);
    let mut at = 0;
    for end in ends {
        let line = json[at..end].trim_ascii_start();
        at = (end + 1).min(json.len());
        // Keys hold nothing that is escaped; within a text, a quotation mark is.
        let rest = line.as_bytes().strip_prefix(b"\"").unwrap_or_default();
        let key = rest.iter().position(|b| *b == b'"').unwrap_or_default();
        if rest[key..].starts_with(b"\": ") && !rest[..key].ends_with(b"\\") {
            out.extend([&line[..key + 3], &line[key + 4..]]);
        } else {
            out.push_str(line);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(file: &str, confidence: f64) -> Record {
        let mut r = Record {
            schema: super::super::record::SCHEMA.to_owned(),
            ..Record::default()
        };
        r.source.file = file.to_owned();
        r.tasks = vec![super::super::record::Task {
            action: "a \\ b: {\"c\" } \n d\\\"".to_owned(),
            assignees: vec![
                "\": x".to_owned(),
                "a\": {".to_owned(),
                "\\\": ".to_owned(),
                ": ".to_owned(),
            ],
            confidence,
            ..Default::default()
        }];
        r
    }

    #[test]
    fn what_is_read_back_is_what_a_line_says() {
        for records in [
            vec![record("a", 0.1 + 0.2)],
            vec![record("a \"x\\", 1.0), record("b", 0.123_456_789_012_345)],
        ] {
            let back = read_back(&pretty(&records)).expect("json");
            let expected: Vec<_> = records.iter().map(|r| (r.clone(), line(r))).collect();
            assert_eq!(back, expected);
            let written = match &records[..] {
                [one] => serde_json::to_string_pretty(one),
                several => serde_json::to_string_pretty(several),
            };
            assert_eq!(pretty(&records), written.expect("json") + "\n");
            assert_eq!(
                lines(&records),
                records.iter().map(line).collect::<String>()
            );
        }
        assert!(read_back("{").is_err());
    }
}
