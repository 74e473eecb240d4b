//! Tasks: who is told to do what by when.
//!
//! ```text
//! order     = lead_in list                       Sở X đề nghị các đơn vị thực hiện các nội dung sau: 1. ... 2. ...
//! lead_in   = command (generic predicate) ":"    who is told, for the list that follows
//! heading   = label agent [":"]                  1. Sở Khoa học và Công nghệ:
//! task      = [mark] command                     Giao Sở Y tế chủ trì, phối hợp với ...
//!           | [mark] agent predicate             Sở Tài chính cân đối nguồn ...
//!           | [mark] agent ":" predicate         a) Các doanh nghiệp bưu chính: Xây dựng ...
//!           | mark predicate                     under an order or a heading; who is told there
//! reporting = document "gửi về" ... date         gives its deadline to the task before it
//! ```
//!
//! A row of a plan's table is a task as well ([`rows`]).
//!
//! Paragraphs are read in order. What a heading or a lead-in says holds for the paragraphs below it ([`Scope`]), as
//! deep as its label. Where nothing was ordered yet (the background, the aims of a plan, the programme of a meeting)
//! only a command makes a task.

mod details;
mod headings;
mod rows;
mod sentence;

use super::super::dispatch::{Dispatch, Passage, RecordKind, Task};
use super::super::fold;
use super::commands;
use super::deadline::{self, Issued};
use super::paragraphs::{Mark, Paragraph, Style};
use super::sentences::sentences;
use super::tables::Table;
use std::borrow::Cow;
use std::ops::Range;

/// What makes a paragraph a task at this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mode {
    /// Only a command.
    Commands,
    /// A command, or an agent with its predicate.
    Named,
    /// Also a list item that begins with a predicate.
    Open,
    /// Also any list item.
    Order,
}

/// What a heading or lead-in says for the paragraphs below it.
#[derive(Debug, Clone)]
struct Scope {
    depth: u8,
    mode: Option<Mode>,
    agents: Option<Vec<String>>,
    label: Option<String>,
    /// Stands as a heading of its own: unmarked paragraphs below belong to it.
    heading: bool,
}

/// Rules by which a text shows that it gives orders.
const ORDERS: &[&str] = &[
    "task: item of an order",
    "task: command to the addressees",
    "task: informed and told to report",
];

struct Draft {
    task: Task,
    paragraph: usize,
    range: Range<usize>,
}

struct Reader<'a> {
    paragraphs: &'a [Paragraph],
    issued: Issued,
    issuers: Vec<String>,
    recipients: Vec<String>,
    code: &'static str,
    base: Mode,
    ordered: Option<Vec<String>>,
    scopes: Vec<Scope>,
    drafts: Vec<Draft>,
    execution: Option<Passage>,
}

/// Reads the tasks of the body into `d`.
pub fn read(paragraphs: &[Paragraph], tables: &[Table], d: &mut Dispatch, issued: Issued) {
    // Rules for everybody are no instructions to somebody.
    let code = d.type_code.unwrap_or("");
    let normative = matches!(
        code,
        "NĐ" | "TT" | "TTLT" | "NQLT" | "L" | "PL" | "QC" | "QyĐ" | "VBHN"
    ) || matches!(code, "QĐ" | "NQ") && d.number_year.is_some();
    if normative {
        d.execution = paragraphs
            .iter()
            .find(|p| commands::is_execution(&p.folded))
            .map(|p| Passage {
                text: p.str(p.content..p.len()).to_owned(),
                ranges: p.ranges(p.content..p.len()),
            });
        return;
    }
    let mut reader = Reader {
        paragraphs,
        issued,
        issuers: (d.issuers.iter().filter_map(|i| i.as_deref()))
            .map(fold::fold)
            .collect(),
        recipients: d
            .recipients
            .iter()
            .filter_map(|r| r.value.value.clone())
            .collect(),
        code,
        base: Mode::Commands,
        ordered: None,
        scopes: Vec::new(),
        drafts: Vec::new(),
        execution: None,
    };
    for k in 0..paragraphs.len() {
        reader.paragraph(k);
    }
    d.execution = reader.execution.take();
    let drafts = std::mem::take(&mut reader.drafts);
    d.tasks = drafts
        .into_iter()
        .map(|draft| reader.finish(draft))
        .collect();
    if d.record_kind != RecordKind::Dispatch
        && !d.tasks.iter().any(|t| ORDERS.contains(&t.basis.as_ref()))
    {
        // An article that tells who does what gives no orders.
        d.tasks.clear();
    }
    let rows = rows::read(tables, reader.code, issued);
    if !rows.is_empty() {
        d.tasks.extend(rows);
        d.tasks
            .sort_by_key(|t| t.ranges.first().map_or(0, |r| r.start));
    }
}

impl Reader<'_> {
    fn paragraph(&mut self, k: usize) {
        let p = &self.paragraphs[k];
        let depth = depth(&p.mark);
        match depth {
            Some(depth) => {
                while self.scopes.last().is_some_and(|s| s.depth >= depth) {
                    self.scopes.pop();
                }
            }
            None => {
                while self
                    .scopes
                    .last()
                    .is_some_and(|s| s.depth >= BULLET || !s.heading)
                {
                    self.scopes.pop();
                }
            }
        }
        if matches!(p.mark, Mark::Row | Mark::Note) {
            return;
        }
        let label = match &p.mark {
            Mark::Label(_, l) => Some(l.clone()),
            _ => None,
        };
        let content = p.content..p.len();
        if content.is_empty() {
            return;
        }
        if commands::is_execution(&p.folded[content.clone()]) && self.drafts_end() < k {
            self.execution.get_or_insert_with(|| Passage {
                text: p.str(content.clone()).to_owned(),
                ranges: p.ranges(content.clone()),
            });
            return;
        }
        if self.heading(k, depth, label.as_ref()) {
            return;
        }
        let before = self.drafts.len();
        for (n, sentence) in sentences(p, content).into_iter().enumerate() {
            let leads = p.folded[sentence.clone()].ends_with(':');
            self.sentence(k, sentence.clone(), n == 0, before);
            if leads && depth.is_none() {
                self.base = self.base.max(self.list_mode(&p.folded[sentence]));
            }
        }
        if let (Some(depth), Some(label)) = (depth, label) {
            // What is listed under a task that is told in full belongs to it; its agents hold for the list.
            let agents = self.drafts.get(before).map(|d| d.task.assignees.clone());
            self.scopes.push(Scope {
                depth,
                mode: None,
                agents,
                label: Some(label),
                heading: false,
            });
        }
    }

    fn drafts_end(&self) -> usize {
        self.drafts.last().map_or(0, |d| d.paragraph)
    }

    fn mode(&self) -> Mode {
        self.scopes
            .iter()
            .rev()
            .find_map(|s| s.mode)
            .unwrap_or(self.base)
    }

    /// Who is told at this place: by a heading, by the order, or else the addressees.
    fn told(&self) -> (Vec<String>, bool) {
        if let Some(a) = self.scopes.iter().rev().find_map(|s| s.agents.clone()) {
            return (a, false);
        }
        match &self.ordered {
            Some(a) => (a.clone(), false),
            None => (self.recipients.clone(), true),
        }
    }

    fn push(
        &mut self,
        k: usize,
        range: Range<usize>,
        assignees: Vec<String>,
        inferred: bool,
        basis: &'static str,
    ) {
        let section = match &self.paragraphs[k].mark {
            Mark::Label(_, l) => Some(l.clone()),
            _ => self.scopes.iter().rev().find_map(|s| s.label.clone()),
        };
        let task = Task {
            kind: "task",
            assignees,
            assignees_inferred: inferred,
            section,
            confidence: if inferred { 0.7 } else { 0.85 },
            basis: Cow::Borrowed(basis),
            ..Task::default()
        };
        self.drafts.push(Draft {
            task,
            paragraph: k,
            range,
        });
    }

    fn extend(&mut self, k: usize, range: Range<usize>) {
        if let Some(d) = self.drafts.last_mut().filter(|d| d.paragraph == k) {
            d.range.end = d.range.end.max(range.end);
        }
    }

    /// A sentence that only says where and by when to report.
    fn give_deadline(&mut self, p: &Paragraph, range: Range<usize>) {
        let Some(found) = deadline::find(&p.folded[range.clone()], self.issued) else {
            return;
        };
        let paragraphs = self.paragraphs;
        let issued = self.issued;
        let Some(draft) = self.drafts.last_mut() else {
            return;
        };
        let own = &paragraphs[draft.paragraph].folded[draft.range.clone()];
        if draft.task.deadline.is_none()
            && deadline::find(own, issued).is_none_or(|d| d.iso.is_none())
        {
            draft.task.deadline = Some(details::deadline_of(p, range.start, &found));
            draft.task.deliver_to = details::deliver_to(p, range.clone());
            draft.task.channel = details::channel(p, range.clone());
            draft.task.ranges = p.ranges(range);
        }
    }

    fn finish(&self, draft: Draft) -> Task {
        let Draft {
            mut task,
            paragraph,
            range,
        } = draft;
        let p = &self.paragraphs[paragraph];
        let own = deadline::find(&p.folded[range.clone()], self.issued);
        let names_day = own.as_ref().is_some_and(|d| d.iso.is_some());
        if let Some(found) = own.filter(|_| task.deadline.is_none() || names_day) {
            if found.year_inferred {
                let basis = format!(
                    "{}; the deadline's year follows from the date of issue",
                    task.basis
                );
                task.basis = Cow::Owned(basis);
            }
            task.deadline = Some(details::deadline_of(p, range.start, &found));
        }
        if task.action.is_empty() {
            task.action = p.str(range.clone()).trim_end_matches("./.").to_owned();
        }
        task.role = details::role(&p.folded[range.clone()]);
        task.coordinating = details::coordinating(p, range.clone());
        task.recurring = details::recurring(p, range.clone());
        task.deliver_to = task
            .deliver_to
            .or_else(|| details::deliver_to(p, range.clone()));
        task.channel = task.channel.or_else(|| details::channel(p, range.clone()));
        let mut ranges = p.ranges(range);
        ranges.append(&mut task.ranges);
        task.ranges = ranges;
        task
    }
}

const BULLET: u8 = 11;

fn depth(mark: &Mark) -> Option<u8> {
    Some(match mark {
        Mark::None => return None,
        Mark::Label(s, _) => match s {
            Style::Part => 0,
            Style::Chapter => 1,
            Style::Division => 2,
            Style::Article => 3,
            Style::Capital => 4,
            Style::Roman => 5,
            Style::Number(n) => 5 + (*n).clamp(1, 4),
            Style::Letter => 10,
        },
        Mark::Bullet('*') => BULLET,
        Mark::Bullet('-') => BULLET + 1,
        Mark::Bullet(_) => BULLET + 2,
        Mark::Row | Mark::Note => BULLET + 3,
    })
}

fn depth_after(mark: &Mark) -> u8 {
    depth(mark).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paragraphs of a text, one a line.
    fn paragraphs(text: &str) -> Vec<Paragraph> {
        let mut at = 0;
        let mut out = Vec::new();
        for line in text.split_inclusive('\n') {
            let body = line.trim_end();
            if !body.is_empty() {
                out.push(Paragraph::of_line(text, at..at + body.len()).marked());
            }
            at += line.len();
        }
        out
    }

    fn tasks(
        code: &'static str,
        recipients: &[&str],
        text: &str,
    ) -> Vec<(Vec<String>, String, Option<String>)> {
        let mut d = Dispatch {
            record_kind: RecordKind::Dispatch,
            type_code: Some(code),
            ..Dispatch::default()
        };
        for r in recipients {
            d.recipients.push(super::super::super::dispatch::Recipient {
                value: super::super::super::dispatch::Value::read((*r).to_owned(), 0..0, ""),
                group_alias: None,
            });
        }
        let issued = Issued {
            year: Some(2021),
            month: Some(3),
            day: Some(1),
        };
        read(&paragraphs(text), &[], &mut d, issued);
        d.tasks
            .into_iter()
            .map(|t| (t.assignees, t.action, t.deadline.and_then(|d| d.iso)))
            .collect()
    }

    fn task(agents: &[&str], action: &str, iso: &str) -> (Vec<String>, String, Option<String>) {
        (
            agents.iter().map(|s| (*s).to_owned()).collect(),
            action.to_owned(),
            (!iso.is_empty()).then(|| iso.to_owned()),
        )
    }

    #[test]
    fn an_order_and_its_list() {
        let text = "Để bảo đảm dữ liệu đầy đủ trước khi số hóa, Sở Nội vụ đề nghị các cơ quan, đơn vị thực hiện một số nội dung sau:
1. Rà soát toàn bộ hồ sơ trước ngày 10/9/2021.
2. Lập danh sách các trường hợp có sai lệch.
3. Riêng đối với Ủy ban nhân dân các huyện: chỉ đạo Phòng Nội vụ hướng dẫn cấp xã.
Kết quả gửi về Sở Nội vụ trước ngày 20 tháng 9 năm 2021.
Nhận được Công văn này, đề nghị các cơ quan, đơn vị nghiêm túc thực hiện./.";
        assert_eq!(
            tasks("CV", &["Các sở"], text),
            [
                task(
                    &["các cơ quan, đơn vị"],
                    "Rà soát toàn bộ hồ sơ trước ngày 10/9/2021.",
                    "2021-09-10"
                ),
                task(
                    &["các cơ quan, đơn vị"],
                    "Lập danh sách các trường hợp có sai lệch.",
                    ""
                ),
                task(
                    &["Ủy ban nhân dân các huyện"],
                    "chỉ đạo Phòng Nội vụ hướng dẫn cấp xã.",
                    "2021-09-20"
                ),
            ]
        );
    }

    #[test]
    fn headings_name_who_is_told() {
        let text = "Ủy ban nhân dân tỉnh có ý kiến như sau:
1. Sở Khoa học và Công nghệ:
- Chủ trì, phối hợp với Công an tỉnh ban hành kế hoạch.
2. Các Sở, ban, ngành và UBND các huyện
- Tăng cường công tác kiểm tra.
a) Các doanh nghiệp bưu chính: Xây dựng phương án.
Báo các đơn vị biết, thực hiện./.";
        assert_eq!(
            tasks("CV", &[], text),
            [
                task(
                    &["Sở Khoa học và Công nghệ"],
                    "Chủ trì, phối hợp với Công an tỉnh ban hành kế hoạch.",
                    ""
                ),
                task(
                    &["Các Sở, ban, ngành", "UBND các huyện"],
                    "Tăng cường công tác kiểm tra.",
                    ""
                ),
                task(&["Các doanh nghiệp bưu chính"], "Xây dựng phương án.", ""),
            ]
        );
    }

    #[test]
    fn programmes_and_reports_hold_no_tasks() {
        let meeting = "Sở Y tế trân trọng kính mời:
1. Thành phần:
- Sở Nội vụ: Ban Giám đốc, lãnh đạo các phòng.
2. Thời gian: 08 giờ 00 ngày 10/3/2021.
Đề nghị các đồng chí tham dự đầy đủ, đúng giờ./.";
        assert_eq!(tasks("GM", &[], meeting), []);
        let report = "Ủy ban nhân dân huyện báo cáo như sau:
1. Đến ngày 05/3/2021, các trường đã đón học sinh trở lại.
2. Đề nghị Sở Tài chính hỗ trợ 12 tỷ đồng.";
        assert_eq!(
            tasks("BC", &[], report),
            [task(&["Sở Tài chính"], "hỗ trợ 12 tỷ đồng.", "")]
        );
    }
}
