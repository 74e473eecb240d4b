//! What the text is: a dispatch, or an attachment, an article, a form, or something that cannot be said.
//!
//! A dispatch is told by its form: the motto, a letterhead, a number with a symbol, a place with a date, Kính gửi, a
//! signature, Nơi nhận. Several of them together make one; a page that only tells of a dispatch has none of them.

use super::dispatch::{Dispatch, RecordKind};
use super::zones::Cell;
use super::{Page, fold};

/// Points a dispatch has at the least.
const ENOUGH: u32 = 5;

/// Tells what the text is.
pub fn read(page: &Page<'_>, d: &Dispatch) -> RecordKind {
    let has = |cell: Cell, points: u32| {
        if page.cell(cell).next().is_some() {
            points
        } else {
            0
        }
    };
    let points = has(Cell::Motto, 3)
        + has(Cell::Number, 3)
        + has(Cell::PlaceDate, 2)
        + has(Cell::Letterhead, 1)
        + has(Cell::Type, 1)
        + has(Cell::Recipients, 2)
        + has(Cell::Copies, 2)
        + has(Cell::Archive, 1)
        + u32::from(d.signers.iter().any(|s| s.position.is_some())) * 2;
    let text = &page.text[page.range.clone()];
    if page.cell(Cell::Number).next().is_none() && is_form(text) {
        return RecordKind::Form;
    }
    if points >= ENOUGH
        && (d.symbol.is_some() || d.place.is_some() || !d.recipients.is_empty() || points >= 7)
    {
        return RecordKind::Dispatch;
    }
    let folded = fold::fold(text);
    let head: String = folded.chars().take(300).collect();
    if head.trim_start().starts_with("phu luc")
        || head.contains("(kem theo")
        || head.contains("(ban hanh kem theo")
    {
        return RecordKind::Attachment;
    }
    if is_article(&folded) {
        return RecordKind::Article;
    }
    RecordKind::Unknown
}

fn is_form(text: &str) -> bool {
    let blanks =
        text.matches("....").count() + text.matches("…").count() + text.matches("____").count();
    let lines = text.lines().filter(|l| !l.trim().is_empty()).count().max(1);
    blanks * 4 >= lines && blanks > 3 && !fold::fold(text).contains("luot truy cap")
}

/// Running text of a page of the web: whole sentences, and the furniture of a site.
fn is_article(folded: &str) -> bool {
    let furniture = [
        "luot truy cap",
        "truy cap",
        "nguon:",
        "http",
        "tin moi",
        "van ban moi",
        "tin lien quan",
        "chia se",
        "binh luan",
        "trang chu",
        "dang nhap",
        "ban doc",
        "tac gia",
        "website",
        "xem them",
        "thong ke",
    ];
    let found = furniture.iter().filter(|w| folded.contains(*w)).count();
    let sentences = folded
        .lines()
        .filter(|l| l.len() > 80 && l.trim_end().ends_with(['.', ':']))
        .count();
    found >= 2 || sentences >= 3
}
