//! JSON as it is written: pretty for a person who opens one file, one line for a system that reads a million.
//!
//! Key order is the order of the struct's fields, so the same record gives the same bytes.

use serde::Serialize;
use serde_json::value::RawValue;

use super::record::Record;

/// The records of one file: one object, or a list when the file holds several dispatches; ends in a line feed.
pub fn pretty(records: &[Record]) -> String {
    let json = match records {
        [one] => serde_json::to_string_pretty(one),
        several => serde_json::to_string_pretty(several),
    };
    json.expect("records hold nothing that JSON cannot say") + "\n"
}

/// One value on one line that ends in a line feed.
pub fn line<T: Serialize>(value: &T) -> String {
    let json = serde_json::to_string(value);
    json.expect("the contract's types hold nothing that JSON cannot say") + "\n"
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

/// JSON without the white space between its tokens.
fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut quoted, mut escaped, mut run) = (false, false, 0);
    // All that matters here is ASCII, and no byte of a longer character looks like ASCII.
    for (k, byte) in json.bytes().enumerate() {
        if quoted {
            quoted = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else if byte == b'"' {
            quoted = true;
        } else if byte.is_ascii_whitespace() {
            out.push_str(&json[run..k]);
            run = k + 1;
        }
    }
    out.push_str(&json[run..]);
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
        }
        assert!(read_back("{").is_err());
    }
}
