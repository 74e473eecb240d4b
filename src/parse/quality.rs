//! What a reader should know about the state of the text: classes of damage, and dates that contradict one another.

use super::dispatch::Dispatch;
use super::zones::Cell;
use super::{Page, fold};

/// Share of letters with marks below which the marks are taken to be lost: ordinary text has about a third.
const MARKED: f64 = 0.08;

/// Names the damage of `page`, and checks the date of issue against the documents cited.
pub fn read(page: &Page<'_>, d: &mut Dispatch) {
    let text = &page.text[page.range.clone()];
    d.quality.language = "vi";
    let mottos: Vec<usize> = page.cell(Cell::Motto).map(|l| l.line).collect();
    let merged = page
        .cell(Cell::Letterhead)
        .any(|l| mottos.contains(&l.line));
    let ruled = |l: &&str| l.matches('|').count() > 1;
    let rows = text.contains('|') && text.lines().filter(ruled).count() > 2;
    if rows {
        d.quality.damage.push("table_pipes");
    } else if merged {
        d.quality.damage.push("columns_merged");
    } else if !mottos.is_empty() {
        d.quality.damage.push("columns_sequential");
    }
    let (mut letters, mut marked) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| fold::is_letter(*c)) {
        letters += 1;
        marked += usize::from(!c.is_ascii());
    }
    if letters > 200 && (marked as f64) < letters as f64 * MARKED {
        d.quality.damage.push("diacritics_lost");
    }
    for (sign, class) in [
        ("\u{d0}", "eth_for_d"),
        ("**", "markup_debris"),
        ("\u{fffd}", "charset"),
    ] {
        if text.contains(sign) {
            d.quality.damage.push(class);
        }
    }
    if d.quality.flags.iter().any(|f| {
        matches!(
            *f,
            "number_unreadable" | "date_unreadable" | "date_day_lost"
        )
    }) {
        d.quality.damage.push("handwriting");
    }
    // Only foreign words have two n, and only they are worth folding the text for.
    let mut pairs = text.as_bytes().windows(2);
    let folded = match pairs.any(|pair| pair.eq_ignore_ascii_case(b"nn")) {
        true => fold::fold(text),
        false => String::new(),
    };
    if folded.contains("scanned with camscanner") || folded.contains("scanned by camscanner") {
        d.quality.damage.push("scanner_watermark");
    }
    later_than_issue(d);
}

/// A dispatch cannot cite what was issued after it: the printed date stays, and is marked as doubtful.
fn later_than_issue(d: &mut Dispatch) {
    let Some(issued) = d.date.value.as_deref().map(str::to_owned) else {
        return;
    };
    let later = d
        .references
        .iter()
        .filter_map(|r| r.date.as_deref().filter(|_| r.confidence > 0.5))
        .filter(|cited| {
            let n = issued.len().min(cited.len());
            cited
                .get(..n)
                .zip(issued.get(..n))
                .is_some_and(|(c, i)| c > i)
        });
    if let Some(cited) = later.max() {
        d.date.suspect = Some(format!("cites a document of {cited}"));
        d.date.value.confidence = d.date.value.confidence.min(0.4);
        d.quality.flags.push("date_before_documents_cited");
    }
}
