//! `tasks.ics`: deadlines as events of whole days, for a calendar (RFC 5545).
//!
//! Only deadlines that are a certain day are events; a quarter, a period or "each week" is none. The day is that of
//! the paper; whether it means "before" or "by" stands in the event's title and text, as the paper has it.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::record::{Field, Record, Task};

/// What stands before the first event.
pub const BEGIN: &str =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//vanthu//tasks//VI\r\nCALSCALE:GREGORIAN\r\n";
/// What stands after the last event.
pub const END: &str = "END:VCALENDAR\r\n";

/// The events of a record's tasks. `text` is the path of its text beside the calendar.
pub fn events(r: &Record, text: &str) -> String {
    let mut out = String::new();
    for task in &r.tasks {
        if let Some(day) = day(task) {
            event(&mut out, r, task, day, text);
        }
    }
    out
}

fn day(task: &Task) -> Option<Date> {
    let iso = task.deadline.as_ref()?.iso.as_deref()?;
    (iso.len() == 10).then(|| iso.parse().ok())?
}

fn event(out: &mut String, r: &Record, task: &Task, day: Date, text: &str) {
    let Some(deadline) = &task.deadline else {
        return;
    };
    let value = |f: Option<&Field>| f.and_then(|f| f.value.clone()).unwrap_or_default();
    let bound = match deadline.bound.as_str() {
        "before" => "trước ngày",
        "on_or_before" => "chậm nhất ngày",
        "after" => "sau ngày",
        _ => "ngày",
    };
    let printed = day.strftime("%d/%m/%Y").to_string();
    let time = deadline
        .time
        .as_ref()
        .map_or(String::new(), |t| format!("{t} "));
    let number = value(r.number_symbol.as_ref());
    let issued = value(r.date.as_ref().map(|d| &d.field));
    let mut about = vec![format!("Hạn: {time}{bound} {printed}")];
    let mut say = |label: &str, value: &str| {
        if !value.is_empty() {
            about.push(format!("{label}: {value}"));
        }
    };
    say("Trên văn bản", deadline.raw.as_deref().unwrap_or_default());
    say("Thực hiện", &task.assignees.join("; "));
    say("Phối hợp", &task.coordinating.join("; "));
    say("Nội dung", &task.action);
    say("Gửi về", task.deliver_to.as_deref().unwrap_or_default());
    say("Văn bản", &number);
    say("Ngày văn bản", &issued);
    say("Tệp", text);
    // The day of the dispatch, or of the deadline: a calendar needs a stamp, and the same records give the same bytes.
    let stamp = issued.parse::<Date>().unwrap_or(day);
    let key = r.source.sha256.get(..16).unwrap_or_default();
    let who = task
        .assignees
        .first()
        .map_or(String::new(), |a| format!("{a}: "));
    line(out, "BEGIN:VEVENT");
    let uid = format!("{key}-{}-{}@vanthu", r.document_index, task.id);
    line(out, &format!("UID:{uid}"));
    line(
        out,
        &format!("DTSTAMP:{}T000000Z", stamp.strftime("%Y%m%d")),
    );
    line(
        out,
        &format!("DTSTART;VALUE=DATE:{}", day.strftime("%Y%m%d")),
    );
    let summary = format!("{who}{} ({bound} {printed})", short(&task.action));
    line(out, &format!("SUMMARY:{}", escape(&summary)));
    line(out, &format!("DESCRIPTION:{}", escape(&about.join("\n"))));
    line(out, "TRANSP:TRANSPARENT");
    line(out, "END:VEVENT");
}

/// The beginning of a long action, cut between words.
fn short(action: &str) -> String {
    const MOST: usize = 90;
    if action.chars().count() <= MOST {
        return action.to_owned();
    }
    let head: String = action.chars().take(MOST).collect();
    let cut = head.rfind(' ').unwrap_or(head.len());
    format!("{}…", &head[..cut])
}

/// TEXT values, RFC 5545 §3.3.11; control characters have no place in them.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A content line, folded at 75 octets (§3.1) and never within a character.
fn line(out: &mut String, text: &str) {
    let mut room = 75;
    for c in text.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = 74;
        }
        room -= c.len_utf8();
        let _ = out.write_char(c);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::super::record::Deadline;
    use super::*;

    fn record(iso: &str) -> Record {
        let mut r = Record {
            document_index: 1,
            ..Record::default()
        };
        r.source.sha256 = "0123456789abcdef0123".into();
        r.tasks = vec![Task {
            id: "t1".into(),
            assignees: vec!["Sở Nội vụ".into()],
            action: "báo cáo; kết quả, gửi về Ủy ban nhân dân tỉnh ".repeat(4),
            deadline: Some(Deadline {
                iso: Some(iso.into()),
                bound: "before".into(),
                raw: Some("trước ngày 01/5/2025".into()),
                ..Deadline::default()
            }),
            ..Task::default()
        }];
        r
    }

    #[test]
    fn a_deadline_is_an_event_of_a_whole_day() {
        let text = events(&record("2025-05-01"), "a.txt");
        assert!(text.contains("UID:0123456789abcdef-1-t1@vanthu\r\n"));
        assert!(text.contains("DTSTART;VALUE=DATE:20250501\r\n"));
        assert!(text.contains("DTSTAMP:20250501T000000Z\r\n"));
        assert!(text.lines().all(|l| l.trim_end_matches('\r').len() <= 75));
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains("SUMMARY:Sở Nội vụ: báo cáo\\; kết quả\\, gửi"));
        assert!(unfolded.contains("(trước ngày 01/05/2025)\r\n"));
        assert!(unfolded.contains("DESCRIPTION:Hạn: trước ngày 01/05/2025\\nTrên văn bản: trước"));
    }

    #[test]
    fn what_is_no_certain_day_is_no_event() {
        assert_eq!(events(&record("2025-05"), ""), "");
        assert_eq!(events(&record("2025-02-30"), ""), "");
    }
}
