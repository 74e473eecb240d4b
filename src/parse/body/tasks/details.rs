//! What a task says besides its action: role, partners, recurrence, where the result goes.

use super::super::super::dispatch::Deadline;
use super::super::agents;
use super::super::deadline;
use super::super::paragraphs::Paragraph;
use crate::parse::pattern::{Pattern, pattern};
use std::ops::Range;
use std::sync::LazyLock;

pub(super) fn deadline_of(p: &Paragraph, base: usize, f: &deadline::Found) -> Deadline {
    Deadline {
        iso: f.iso.clone(),
        time: f.time.clone(),
        bound: f.bound,
        kind: f.kind,
        range: p.range(base + f.range.start..base + f.range.end),
    }
}

pub(super) fn role(action: &str) -> Option<String> {
    let start = action.trim_start();
    if start.starts_with("chu tri") || start.starts_with("la dau moi, chu tri") {
        Some("chủ trì".to_owned())
    } else if start.starts_with("phoi hop") {
        Some("phối hợp".to_owned())
    } else {
        None
    }
}

/// With whom: `phối hợp với <agents> <predicate>`.
pub(super) fn coordinating(p: &Paragraph, range: Range<usize>) -> Vec<String> {
    static WITH: LazyLock<Pattern> =
        LazyLock::new(|| pattern(r"phoi hop(?: chat che)?(?: cung)?(?: voi)? (?:voi )?"));
    let mut out: Vec<String> = Vec::new();
    for m in WITH.find_iter(&p.folded[range.clone()]) {
        let at = range.start + m.end();
        if let Some(a) = agents::read(p, at..range.end) {
            for name in agents::split(p, a.range) {
                if !out.contains(&name) {
                    out.push(name);
                }
            }
        }
    }
    out
}

pub(super) fn recurring(p: &Paragraph, range: Range<usize>) -> Option<String> {
    static OFTEN: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(
            r"\b(?:dinh ky(?:,)? )?(?:(?:truoc|vao|cham nhat)(?: la)? (?:\d{1,2} gio \d\d )?(?:ngay \d{1,2}|chieu thu \w+|thu \w+) )?(?:hang (?:ngay|tuan|thang|quy|nam)|moi (?:tuan|thang|quy|nam) mot lan|cua thang cuoi quy)|dinh ky (?:hang )?(?:\d+ thang|ngay|tuan|thang|quy|nam)",
        )
    });
    let m = OFTEN.find(&p.folded[range.clone()])?;
    Some(
        p.str(range.start + m.start()..range.start + m.end())
            .to_owned(),
    )
}

/// Where the result goes: `gửi về <agent>`, `báo cáo <agent>`.
pub(super) fn deliver_to(p: &Paragraph, range: Range<usize>) -> Option<String> {
    static TO: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(
            r"\b(?:gui|nop|bao cao|chuyen|phan anh)\b[^.;:]{0,70}?\b(?:ve|den|cho|toi)\s([^.;:,()]{3,90}?)(?:\s*(?:[(.;:,]|truoc|cham nhat|muon nhat|den het|theo|bang|qua|de |va |dinh ky|vao|trong|co |$))",
        )
    });
    let c = TO.captures_iter(&p.folded[range.clone()]).find_map(|c| {
        let m = c.get(1)?;
        let at = range.start + m.start();
        agents::has_head(p, at).then(|| p.trim(at..range.start + m.end()))
    })?;
    Some(p.str(c).to_owned())
}

/// By which means: a mailbox.
pub(super) fn channel(p: &Paragraph, range: Range<usize>) -> Option<String> {
    static MAIL: LazyLock<Pattern> =
        LazyLock::new(|| pattern(r"[A-Za-z0-9._-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"));
    let m = MAIL.find(&p.folded[range.clone()])?;
    Some(
        p.str(range.start + m.start()..range.start + m.end())
            .trim_end_matches('.')
            .to_owned(),
    )
}
