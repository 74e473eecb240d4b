//! Kính gửi.
//!
//! ```text
//! recipients = "Kính gửi" [":"] (name | list) ["(sau đây gọi chung là" alias ")"]
//! ```

use super::dispatch::{Dispatch, Recipient, TextRange, Value};
use super::fold::Folded;
use super::wording::{one_line, without_quotes};
use super::zones::{self, Cell};
use super::{Page, list};
use crate::parse::pattern::{Pattern, pattern};
use std::sync::LazyLock;

static ALIAS: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\(?\s*(?:sau day\s+)?(?:goi|viet)\s+(?:chung|tat|chung thu truong)\s+(?:la|thu truong la)?:?\s*([^);]{2,80})\)?",
    )
});

/// Reads the addressees.
pub fn read(page: &Page<'_>, d: &mut Dispatch) {
    let mut lines: Vec<TextRange> = Vec::new();
    let mut alias = None;
    for line in page.cell(Cell::Recipients) {
        let mut range = line.range.clone();
        let f = Folded::new(page.str(line));
        let cue = zones::recipients_cue(f.as_str()).or_else(|| {
            f.as_str()
                .find("kinh gui")
                .filter(|k| *k < 30)
                .map(|k| k + 8)
        });
        if let Some(end) = cue {
            let start = range.start + f.original(end..end).start;
            let rest =
                page.text[start..range.end].trim_start_matches([':', ';', '.', ' ', '\t', '_']);
            range.start = range.end - rest.len();
        }
        let f = Folded::new(&page.text[range.clone()]);
        if let Some(c) = ALIAS.captures(f.as_str())
            && let (Some(all), Some(name)) = (c.get(0), c.get(1))
        {
            let name = f.original(name.range());
            alias = Some(
                one_line(&page.text[range.start + name.start..range.start + name.end])
                    .trim_matches([' ', '.', '“', '”', '"'])
                    .to_owned(),
            );
            range.end = range.start + f.original(all.range()).start;
        }
        let range = page.trim(range);
        if !range.is_empty() {
            lines.push(range);
        }
    }
    for item in list::items(page.text, &lines) {
        if item.text.chars().filter(|c| c.is_alphabetic()).count() < 3 {
            continue;
        }
        d.recipients.push(Recipient {
            value: Value::read_at(
                without_quotes(&item.text),
                item.ranges,
                "recipients: Kính gửi",
            ),
            group_alias: alias.clone(),
        });
    }
}
