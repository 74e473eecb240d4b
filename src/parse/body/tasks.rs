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
//! Paragraphs are read in order. What a heading or a lead-in says holds for the paragraphs below it ([`Scope`]), as
//! deep as its label. Where nothing was ordered yet (the background, the aims of a plan, the programme of a meeting)
//! only a command makes a task.

use super::super::dispatch::{Deadline, Dispatch, Passage, Task};
use super::super::fold;
use super::agents;
use super::commands;
use super::deadline::{self, Issued};
use super::paragraphs::{Mark, Paragraph, Style};
use super::pattern;
use super::plan;
use regex::Regex;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

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
pub fn read(paragraphs: &[Paragraph], d: &mut Dispatch, issued: Issued) {
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
    let mut k = 0;
    while k < paragraphs.len() {
        let taken = plan::rows(paragraphs, k, issued);
        if let Some((tasks, next)) = taken {
            for (task, at, range) in tasks {
                reader.drafts.push(Draft {
                    task,
                    paragraph: at,
                    range,
                });
            }
            k = next;
            continue;
        }
        reader.paragraph(k);
        k += 1;
    }
    d.execution = reader.execution.take();
    let drafts = std::mem::take(&mut reader.drafts);
    d.tasks = drafts
        .into_iter()
        .map(|draft| reader.finish(draft))
        .collect();
}

static ASSIGNING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"to chuc thuc hien|phan cong|trach nhiem|nhiem vu (?:cu the|cua|va)|cac buoc|trinh tu|giai phap|tien do|tien hanh thuc hien",
    )
});
static TELLING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:muc dich|yeu cau|muc tieu|thanh phan|thoi gian|dia diem|doi tuong|kinh phi|nguon|noi dung|hinh thuc|tinh hinh|ket qua|danh gia|quy mo|pham vi|can cu|nguyen tac|so luong|dieu kien|quan diem|chi tieu|thuan loi|kho khan|ton tai|uu diem|han che|chuong trinh|che do,|luc luong|le phi|ten |nhom|tong muc|co so|thong tin|lich |phuong tien|du tru|bo cuc|hieu luc|muc ho tro|dac diem|dien bien|du bao|dai bieu|tai lieu|ho so|kien nghi|de xuat|nhan xet|nguyen nhan|bai hoc|cac van ban)",
    )
});
static AS_FOLLOWS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:nhu sau|sau day|cu the|duoi day|sau|cac noi dung|noi dung|cac viec|nhiem vu|gom|yeu cau|de nghi)(?: day)?\s?[:.]?\s*$",
    )
});
static THREAT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bse (?:bi|khong)\b"));
static FOLLOWS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:nhu sau|sau day|cu the|sau)$"));
static LEAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:quan tam|chi dao|phoi hop|khan truong|nghiem tuc|tap trung|to chuc|trien khai|thuc hien|tot|chu dong|lam|va|can|kip thoi|thuc hien tot|co trach nhiem|dong thoi|tiep tuc|nghiem)[,\s]*)*(?:(?:cac|nhung|mot so|cac nhom|noi|cong tac|tot)\s)*(?:noi dung|nhiem vu|viec|cong viec|giai phap|bien phap|yeu cau|nhiem vu trong tam|hoat dong)?[^.;]{0,320}?(?:nhu sau|sau day|cu the|sau|duoi day)?(?: day)?\s?:\s*$",
    )
});

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

    /// Headings and lead-ins; `false` when the paragraph is neither.
    fn heading(&mut self, k: usize, depth: Option<u8>, label: Option<&String>) -> bool {
        let p = &self.paragraphs[k];
        let content = p.content..p.len();
        let s = p.folded[content.clone()].trim();
        let colon = s.ends_with(':');
        let next = self.paragraphs.get(k + 1).map(|n| &n.mark);
        let deeper = next.is_some_and(|m| {
            !matches!(m, Mark::None | Mark::Row | Mark::Note) && depth_after(m) > depth.unwrap_or(0)
        });
        let list_follows = deeper || label.is_some() && next == Some(&Mark::None);
        let short = s.len() < 220;
        let open = !s.ends_with(['.', ';']) || (s.len() < 70 && deeper && !s.ends_with("./."));
        let whole = content.clone();
        let set = |mode, agents| Scope {
            depth: depth.unwrap_or(0),
            mode,
            agents,
            label: label.cloned(),
            heading: true,
        };
        let article = matches!(p.mark, Mark::Label(Style::Article, _));
        if colon {
            let marked = depth.is_some();
            let from = last_sentence(p, whole.clone());
            if let Some(c) = commands::command(p, from..whole.end, marked, article) {
                return self.lead_in(k, depth, label, &c);
            }
            if let Some(a) = commands::subject(p, from..whole.end)
                && self.mode() >= Mode::Named
                && !self.is_issuer(p, a.range.clone())
            {
                let action = &p.folded[a.predicate..p.len()];
                if LEAD.is_match(action) || next_begins_with_predicate(self.paragraphs, k) {
                    let agents = agents::split(p, a.range);
                    self.scopes.push(set(Some(Mode::Order), Some(agents)));
                    return true;
                }
                return false;
            }
        }
        let decides = is_capitals(p, content.clone()) && s.len() < 40;
        let bulleted = matches!(p.mark, Mark::Bullet(_)) && deeper && !closes(s) && s.len() < 90;
        let candidate = decides
            || bulleted
            || short && (colon || label.is_some() && open && list_follows)
            || is_capitals(p, content.clone());
        if !candidate {
            if colon && AS_FOLLOWS.is_match(s) {
                self.open_list(k, depth, label);
                return true;
            }
            return false;
        }
        if let Some(agents) = self
            .agent_heading(p, content.clone())
            .filter(|_| !(depth.is_none() && decides))
        {
            let mode = (self.mode() > Mode::Commands
                || self.base > Mode::Commands
                || depth.is_none_or(|d| d < BULLET))
            .then_some(Mode::Order);
            let telling = self.scopes.iter().any(|s| s.mode == Some(Mode::Commands));
            if !telling && !matches!(self.code, "GM" | "TM" | "TTr" | "BC") {
                self.scopes.push(set(mode, Some(agents)));
                return true;
            }
            self.scopes.push(set(None, None));
            return true;
        }
        if is_capitals(p, content.clone())
            && (s.starts_with("quyet dinh")
                || s.starts_with("quyet nghi")
                || s.starts_with("nghi quyet"))
        {
            self.scopes.clear();
            self.base = Mode::Named;
            return true;
        }
        if TELLING.is_match(s) && !ASSIGNING.is_match(s) {
            let within_order = self.mode() == Mode::Order && depth.is_some_and(|d| d > 6) && colon;
            let mode = (!within_order).then_some(Mode::Commands);
            self.scopes.push(Scope {
                heading: depth.is_some(),
                ..set(mode, None)
            });
            if depth.is_none() {
                // An unmarked heading holds for the list items below it only.
                if let Some(s) = self.scopes.last_mut() {
                    s.depth = BULLET - 1;
                }
            }
            return true;
        }
        if ASSIGNING.is_match(s) && !matches!(self.code, "GM" | "TTr") {
            self.scopes
                .push(set(Some(self.mode().max(Mode::Named)), None));
            return true;
        }
        if colon && AS_FOLLOWS.is_match(s) && !agents::begins_with_predicate(s) {
            self.open_list(k, depth, label);
            return true;
        }
        let predicate = agents::begins_with_predicate(s);
        if predicate && self.mode() >= Mode::Open {
            // "1. Tổ chức triển khai ...:" with a list of its own: the list holds the tasks.
            if (deeper || colon && list_follows) && label.is_some() {
                self.scopes.push(set(None, None));
                return true;
            }
            return false;
        }
        if colon || label.is_some() && open && (list_follows || is_capitals(p, content)) {
            self.scopes.push(set(None, None));
            return true;
        }
        false
    }

    /// "... như sau:" without a command: what the list is depends on the type.
    fn open_list(&mut self, k: usize, depth: Option<u8>, label: Option<&String>) {
        let s = &self.paragraphs[k].folded;
        let mode = self.list_mode(s);
        match depth {
            Some(depth) => self.scopes.push(Scope {
                depth,
                mode: Some(mode),
                agents: None,
                label: label.cloned(),
                heading: true,
            }),
            None => {
                self.scopes.clear();
                self.base = mode;
                self.ordered = None;
            }
        }
    }

    fn list_mode(&self, folded: &str) -> Mode {
        static INVITES: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r"kinh moi|kinh trinh|trinh (?:uy ban|ubnd|hdnd|hoi dong|chu tich|quoc hoi)[^.;]{0,80}(?:xem xet|phe duyet)",
            )
        });
        let invites = INVITES.is_match(folded);
        match self.code {
            "GM" | "TM" | "TTr" | "BC" | "BB" | "HĐ" => Mode::Commands,
            _ if invites => Mode::Commands,
            "CV" if guides(folded) => Mode::Commands,
            _ if folded.contains("hoat dong cu the") || folded.contains("nhiem vu cu the") => {
                Mode::Order
            }
            "CV" | "CĐ" | "CT" if !folded.contains("bao cao nhu sau") => Mode::Open,
            "NĐ" | "TT" | "TTLT" | "L" | "PL" => Mode::Commands,
            _ => Mode::Named,
        }
    }

    /// A command that ends in a colon: for the list that follows.
    fn lead_in(
        &mut self,
        k: usize,
        depth: Option<u8>,
        label: Option<&String>,
        c: &commands::Command,
    ) -> bool {
        let p = &self.paragraphs[k];
        let action = &p.folded[c.action.min(p.len())..];
        let agents = c.agent.clone().map(|a| agents::split(p, a));
        let generic = action.trim().is_empty() || LEAD.is_match(action) && is_lead(action);
        if !generic && !next_begins_with_predicate(self.paragraphs, k) {
            return false;
        }
        let agents = agents.or_else(|| sent_to(p, c.cue));
        match depth {
            Some(depth) => self.scopes.push(Scope {
                depth,
                mode: Some(Mode::Order),
                agents,
                label: label.cloned(),
                heading: true,
            }),
            None => {
                self.scopes.clear();
                self.base = Mode::Order;
                self.ordered = agents;
            }
        }
        true
    }

    /// `1. Sở Nội vụ`, `2. Các doanh nghiệp viễn thông:`: agents without a predicate.
    fn agent_heading(&self, p: &Paragraph, content: Range<usize>) -> Option<Vec<String>> {
        let s = p.folded[content.clone()].trim_start();
        let mut at = content.end - s.len();
        for prefix in ["rieng ", "doi voi ", "giao "] {
            if p.folded[at..].starts_with(prefix) {
                at += prefix.len();
            }
        }
        let range = p.trim(at..content.end);
        let s = &p.folded[range.clone()];
        if FOLLOWS.is_match(s)
            || s.find(": ")
                .is_some_and(|k| agents::begins_with_predicate(&s[k + 2..]))
        {
            return None;
        }
        let range = range.start..range.end - usize::from(p.folded[range.clone()].ends_with('.'));
        if agents::begins_with_predicate(s)
            || !agents::has_head(p, at)
            || range.is_empty()
            || is_capitals(p, range.clone())
                && range.len() > 8
                && !colon_ended(p)
                && matches!(
                    p.mark,
                    Mark::Label(Style::Roman | Style::Chapter | Style::Part, _)
                )
        {
            return None;
        }
        if p.folded[range.clone()].contains(". ") || agents::predicate(p, range.clone()).is_some() {
            return None;
        }
        let told = p.str(range.clone()).to_lowercase();
        if [" đã ", " sẽ ", " được ", " là ", " gồm"]
            .iter()
            .any(|w| told.contains(w))
            && !told.contains("được giao")
            && !told.contains("được phân công")
        {
            return None;
        }
        Some(agents::split(p, range))
    }

    fn is_issuer(&self, p: &Paragraph, range: Range<usize>) -> bool {
        let s = &p.folded[range];
        self.issuers.iter().any(|i| {
            let short = i.split(" tinh ").next().unwrap_or(i);
            s == i
                || s == short
                || i.starts_with(s) && s.len() > 5
                || s.starts_with(short) && s.len() < short.len() + 22 && short.len() > 5
        })
    }

    /// One sentence of a paragraph: a task, the rest of one, a deadline for the one before, or nothing.
    fn sentence(&mut self, k: usize, range: Range<usize>, first: bool, paragraph_first: usize) {
        let p = &self.paragraphs[k];
        let range = p.trim(range);
        let folded = p.folded[range.clone()].to_owned();
        if folded.len() < 6 {
            return;
        }
        let marked = !matches!(p.mark, Mark::None) && first;
        let article = matches!(p.mark, Mark::Label(Style::Article, _));
        let mode = self.mode();
        let command = commands::command(p, range.clone(), marked, article);
        if commands::is_execution(&folded)
            || commands::is_formula(&folded)
                && !reports_back(&folded)
                && !command
                    .as_ref()
                    .is_some_and(|c| c.agent.is_some() && orders(p, c, range.end))
        {
            return;
        }
        if commands::is_contact(&folded) && !(marked && mode == Mode::Order) {
            return;
        }
        if let Some(c) = command {
            let action = p.trim(c.action..range.end);
            let action_folded = &p.folded[action.clone()];
            let generic = commands::is_generic(action_folded);
            let invited = commands::is_invitation(action_folded)
                && deadline::find(action_folded, self.issued).is_none_or(|d| d.iso.is_none())
                && (matches!(self.code, "GM" | "TM") || commands::is_courteous(action_folded));
            if generic || invited || action.is_empty() {
                return;
            }
            match c.agent {
                Some(a) if !commands::is_description(&p.folded[action.clone()]) => {
                    let assignees = agents::split(p, a.clone());
                    // "nếu có vướng mắc, đề nghị ...": the condition is part of the task.
                    self.push(k, action.clone(), assignees, false, "task: command");
                    if commands::is_trouble(&folded)
                        && let Some(d) = self.drafts.last_mut()
                    {
                        d.task.condition = Some(p.str(p.trim(range.start..c.cue)).to_owned());
                    }
                    if self.base == Mode::Commands
                        && matches!(self.code, "CV" | "CĐ" | "CT")
                        && !marked
                    {
                        self.base = Mode::Named;
                    }
                    return;
                }
                None if !first && self.drafts.len() > paragraph_first => {
                    self.extend(k, range);
                    return;
                }
                None if commands::is_reporting(action_folded) && !marked => {
                    self.give_deadline(p, range);
                    return;
                }
                None if (marked && mode >= Mode::Named
                    || self.code == "CV"
                    || self.code == "CĐ")
                    && agents::begins_with_predicate(action_folded) =>
                {
                    let (assignees, inferred) = self.told();
                    self.push(
                        k,
                        action,
                        assignees,
                        inferred,
                        "task: command to the addressees",
                    );
                    return;
                }
                _ => {}
            }
        }
        if commands::is_trouble(&folded) && !marked {
            return;
        }
        if reports_back(&folded)
            && let Some((agent, predicate)) = informed(p, range.clone())
        {
            self.push(
                k,
                p.trim(predicate..range.end),
                agents::split(p, agent),
                false,
                "task: informed and told to report",
            );
            return;
        }
        if mode >= Mode::Named && !commands::is_description(&folded) {
            if let Some((agent, action)) = self.inline(p, range.clone()) {
                self.push(
                    k,
                    p.trim(action..range.end),
                    agent,
                    false,
                    "task: agent, colon, predicate",
                );
                return;
            }
            let follows = !first && self.drafts.len() > paragraph_first && THREAT.is_match(&folded);
            if let Some(a) = commands::subject(p, range.clone()).filter(|_| !follows)
                && (marked || !self.is_issuer(p, a.range.clone()))
                && !commands::is_generic(&p.folded[a.predicate..range.end])
                && (marked || !commands::is_invitation(&p.folded[a.predicate..range.end]))
                && !forbids(&p.folded[a.predicate..range.end], marked)
                && !self.retells(p, a.predicate..range.end)
            {
                let assignees = agents::split(p, a.range);
                self.push(
                    k,
                    p.trim(a.predicate..range.end),
                    assignees,
                    false,
                    "task: agent and predicate",
                );
                return;
            }
            if marked
                && mode >= Mode::Named
                && let Some(agent) = self.topic(p, range.clone())
            {
                self.push(
                    k,
                    range,
                    vec![agent],
                    false,
                    "task: topic, agent, predicate, deadline",
                );
                return;
            }
        }
        if let Some(colon) = p.folded[range.clone()].find(": ")
            && self
                .agent_heading(p, range.start..range.start + colon)
                .is_some()
        {
            // "Chi cục Thủy lợi: các xã dọc sông": who and what, but no order.
            return;
        }
        if !first && self.drafts.len() > paragraph_first {
            if deadline_only(&folded) || !commands::is_formula(&folded) {
                self.extend(k, range);
            }
            return;
        }
        let reporting = commands::is_reporting(&folded);
        let noun = reporting
            && (!agents::begins_with_predicate(&folded) || commands::is_document(&folded));
        if reporting && (!marked || noun) && deadline::find(&folded, self.issued).is_some() {
            self.give_deadline(p, range);
            return;
        }
        let imperative = agents::begins_with_predicate(&folded);
        let bare = match mode {
            Mode::Order => {
                marked
                    && (imperative || !self.under_item())
                    && !commands::is_description(&folded)
                    && !commands::is_document(&folded)
                    && !background(&folded)
                    && !tells(p, range.clone())
                    || imperative
                        && first
                        && !reporting
                        && !background(&folded)
                        && closes(&folded)
                        && self.under_heading()
            }
            Mode::Open => imperative && marked && !background(&folded) && !tells(p, range.clone()),
            _ => false,
        };
        if bare {
            let (assignees, inferred) = self.told();
            self.push(k, range, assignees, inferred, "task: item of an order");
        }
    }

    /// `... đã đề nghị Công ty ...`, `... sẽ bị ...`: told, or threatened, not ordered.
    fn retells(&self, p: &Paragraph, range: Range<usize>) -> bool {
        let head: String = p.str(range.clone()).chars().take(70).collect();
        let action = &p.folded[range];
        static TOLD: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r" đã (?:đề nghị|yêu cầu|giao|thông báo|ban hành|có|tổ chức|hướng dẫn|thực hiện|phối hợp)",
            )
        });
        TOLD.is_match(&head.to_lowercase())
            || THREAT.is_match(action)
                && deadline::find(action, self.issued).is_none_or(|d| d.iso.is_none())
    }

    /// Whether the passage stands in a list below an item that is a task itself.
    fn under_item(&self) -> bool {
        self.scopes
            .last()
            .is_some_and(|s| !s.heading && s.agents.is_some())
    }

    /// Whether unmarked paragraphs here stand under a heading or directly under an order.
    fn under_heading(&self) -> bool {
        self.scopes.last().is_none_or(|s| s.heading)
    }

    /// `Các doanh nghiệp bưu chính: Xây dựng ...`; the agents and where the action begins.
    fn inline(&self, p: &Paragraph, range: Range<usize>) -> Option<(Vec<String>, usize)> {
        let colon = p.folded[range.clone()].find(": ").filter(|k| *k < 220)? + range.start;
        let action = colon + 2;
        let head = p.cased[range.start..colon].to_owned();
        if head.contains(". ") {
            return None;
        }
        if let Some(agents) = self.agent_heading(p, range.start..colon) {
            let rest = &p.folded[action..range.end];
            return agents::begins_with_predicate(rest).then_some((agents, action));
        }
        // "Tiêu chuẩn - đo lường: Ủy ban nhân dân huyện chủ động ..."
        let topic = head.len() < 90 && agents::predicate(p, range.start..colon).is_none();
        let a = agents::read(p, action..range.end).filter(|_| topic)?;
        Some((agents::split(p, a.range), a.predicate))
    }

    /// `Danh hiệu ... đơn vị hoàn chỉnh hồ sơ gửi về ... đến hết ngày`: the agent stands behind the topic.
    fn topic(&self, p: &Paragraph, range: Range<usize>) -> Option<String> {
        static AGENT: LazyLock<Regex> = LazyLock::new(|| {
            pattern(r"\s((?:cac |nhung |tung )?(?:don vi|co quan|dia phuong|doanh nghiep|khoi))\s")
        });
        deadline::find(&p.folded[range.clone()], self.issued).filter(|d| d.iso.is_some())?;
        AGENT.captures_iter(&p.cased[range.clone()]).find_map(|c| {
            let m = c.get(1)?;
            let at = range.start + m.end() + 1;
            agents::begins_with_predicate(&p.folded[at..range.end]).then(|| {
                p.str(range.start + m.start()..range.start + m.end())
                    .to_owned()
            })
        })
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
            draft.task.deadline = Some(deadline_of(p, range.start, &found));
            draft.task.deliver_to = deliver_to(p, range.clone());
            draft.task.channel = channel(p, range.clone());
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
            task.deadline = Some(deadline_of(p, range.start, &found));
        }
        if task.action.is_empty() {
            task.action = p.str(range.clone()).trim_end_matches("./.").to_owned();
        }
        task.role = role(&p.folded[range.clone()]);
        task.coordinating = coordinating(p, range.clone());
        task.recurring = recurring(p, range.clone());
        task.deliver_to = task.deliver_to.or_else(|| deliver_to(p, range.clone()));
        task.channel = task.channel.or_else(|| channel(p, range.clone()));
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

fn colon_ended(p: &Paragraph) -> bool {
    p.folded.trim_end().ends_with(':')
}

/// Whether most letters are capitals.
fn is_capitals(p: &Paragraph, range: Range<usize>) -> bool {
    let s = &p.cased[range];
    let letters = s.chars().filter(char::is_ascii_alphabetic).count();
    let upper = s.chars().filter(char::is_ascii_uppercase).count();
    letters > 3 && upper * 10 > letters * 8
}

/// Whether the paragraph after `k` is an item that begins with a predicate.
fn next_begins_with_predicate(paragraphs: &[Paragraph], k: usize) -> bool {
    let Some(n) = paragraphs.get(k + 1) else {
        return false;
    };
    let content = &n.folded[n.content.min(n.len())..];
    matches!(n.mark, Mark::Label(..) | Mark::Bullet(_))
        && (agents::begins_with_predicate(content) || agents::has_head(n, n.content))
}

/// Whether the action of a lead-in names no work of its own.
fn is_lead(action: &str) -> bool {
    static WORK: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(?:noi dung|nhiem vu|cong viec|cac viec|mot so viec|giai phap|bien phap|nhu sau|sau day|cu the|thuc hien)\b",
        )
    });
    static OWN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^\W*(?:bao cao|thong ke|gui|cung cap|lap|cu |de xuat|dang ky|chuan bi)\b")
    });
    WORK.is_match(action) && !OWN.is_match(action)
}

/// `gửi đến các đơn vị ..., đề nghị`: who it was sent to.
fn sent_to(p: &Paragraph, cue: usize) -> Option<Vec<String>> {
    let before = &p.folded[..cue];
    let at = before
        .rfind("gui den ")
        .or_else(|| before.rfind("gui toi "))?
        + 8;
    (cue - at < 220 && agents::has_head(p, at)).then(|| agents::split(p, p.trim(at..cue)))
}

/// The sentences of a passage; a list in running text is cut where a command begins.
fn sentences(p: &Paragraph, range: Range<usize>) -> Vec<Range<usize>> {
    static ABBREVIATION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:^|[\s(.,])(?:[A-Z][A-Za-z]{0,2}|ThS|CKI{1,2}|CK[12]|PGS|TSKH|tp|tx|tt|st|[0-9])$",
        )
    });
    static NEXT: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^; ?(?:giao (?:cho )?|de nghi |yeu cau )(?:[A-Z]|cac )"));
    let b = p.cased.as_bytes();
    let mut out = Vec::new();
    let mut start = range.start;
    let mut depth = 0_i32;
    for k in range.clone() {
        match b[k] {
            // A mailbox whose @ was read as a bracket opens none.
            b'(' if k == range.start || !b[k - 1].is_ascii_alphanumeric() => depth += 1,
            b')' => depth = (depth - 1).max(0),
            _ => {}
        }
        let next = b.get(k + 1).copied().unwrap_or(b' ');
        let skipped = b[(k + 2).min(b.len())..]
            .iter()
            .position(|c| !matches!(c, b'_' | b'~' | b' ' | b'-'));
        let after = skipped
            .and_then(|n| b.get(k + 2 + n))
            .copied()
            .unwrap_or(b' ');
        let cut = match b[k] {
            b'.' | b'!' => {
                depth == 0
                    && next == b' '
                    && (after.is_ascii_uppercase() || after == b'"')
                    && !ABBREVIATION.is_match(&p.cased[start..k])
            }
            b':' => k + 2 < range.end && next == b' ' && FOLLOWS.is_match(&p.folded[start..k]),
            b';' => matches!(p.mark, Mark::None) && NEXT.is_match(&p.cased[k..]),
            _ => false,
        };
        if cut {
            out.push(start..k + 1);
            start = k + 1;
        }
    }
    out.push(start..range.end);
    out
}

/// Where the last sentence of the passage begins.
fn last_sentence(p: &Paragraph, range: Range<usize>) -> usize {
    sentences(p, range.clone())
        .last()
        .map_or(range.start, |r| r.start)
}

/// `... biết, thực hiện và báo cáo ... về`: more than a formula.
fn reports_back(folded: &str) -> bool {
    static BACK: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"biet[^.;]{0,30}thuc hien[^.;]{0,12} bao cao [^.;]{3,80}\bve\b"));
    BACK.is_match(folded)
}

/// `thông báo để <agents> biết, thực hiện ...`
fn informed(p: &Paragraph, range: Range<usize>) -> Option<(Range<usize>, usize)> {
    static TO: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(?:thong bao|bao)(?: den| de| cho)+ ([^.;]{3,120}?),? (?:duoc )?biet[,\s]+(?:va )?(thuc hien)",
        )
    });
    let c = TO.captures(&p.folded[range.clone()])?;
    let (a, v) = (c.get(1)?, c.get(2)?);
    Some((
        p.trim(range.start + a.start()..range.start + a.end()),
        range.start + v.start(),
    ))
}

/// Whether a command in a formula orders something of its own.
fn orders(p: &Paragraph, c: &commands::Command, end: usize) -> bool {
    !commands::is_generic(&p.folded[c.action.min(end)..end])
        && !commands::is_invitation(&p.folded[c.action.min(end)..end])
}

/// `Bộ X hướng dẫn như sau:`: rules that are explained, to nobody in particular.
fn guides(folded: &str) -> bool {
    let whom = ["don vi", "co quan", "dia phuong", "cac truong", "cac so"];
    folded.contains("huong dan") && !whom.iter().any(|w| folded.contains(w))
}

/// Whether the sentence names what the dispatch rests on.
fn background(folded: &str) -> bool {
    let s = folded.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    [
        "can cu huong dan tai",
        "can cu quy dinh",
        "can cu diem",
        "can cu khoan",
        "can cu dieu",
        "can cu nghi",
        "can cu thong tu",
        "can cu luat",
        "can cu quyet dinh",
        "can cu ke hoach",
        "can cu cong van",
        "xet ",
        "theo ",
        "thuc hien nghi quyet",
        "thuc hien quyet dinh",
        "thuc hien cong van",
    ]
    .iter()
    .any(|w| s.starts_with(w))
}

/// Whether the passage ends like a sentence.
fn closes(folded: &str) -> bool {
    folded.trim_end().ends_with(['.', ';', ')', '!'])
}

/// `Các đơn vị không thu thêm ...`: a ban told in passing is no task.
fn forbids(action: &str, marked: bool) -> bool {
    !marked && action.starts_with("khong ")
}

fn deadline_only(folded: &str) -> bool {
    commands::is_reporting(folded)
}

/// Whether a list item tells instead of ordering: `Toàn tỉnh đã trao ...`.
fn tells(p: &Paragraph, range: Range<usize>) -> bool {
    static TOLD: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^[^,;.]{0,60}\b(?:da duoc|hien nay|toan tinh|tong so|tong cong|ty le)\b|^\W*\d")
    });
    let head: String = p.str(range.clone()).chars().take(60).collect();
    let words = head.to_lowercase();
    let told = [" đã ", " đang ", " chưa "]
        .iter()
        .any(|w| words.contains(w))
        && !agents::begins_with_predicate(&p.folded[range.clone()]);
    told || TOLD.is_match(&p.folded[range])
}

fn deadline_of(p: &Paragraph, base: usize, f: &deadline::Found) -> Deadline {
    Deadline {
        iso: f.iso.clone(),
        time: f.time.clone(),
        bound: f.bound,
        kind: f.kind,
        range: p.range(base + f.range.start..base + f.range.end),
    }
}

fn role(action: &str) -> Option<String> {
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
fn coordinating(p: &Paragraph, range: Range<usize>) -> Vec<String> {
    static WITH: LazyLock<Regex> =
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

fn recurring(p: &Paragraph, range: Range<usize>) -> Option<String> {
    static OFTEN: LazyLock<Regex> = LazyLock::new(|| {
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
fn deliver_to(p: &Paragraph, range: Range<usize>) -> Option<String> {
    static TO: LazyLock<Regex> = LazyLock::new(|| {
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
fn channel(p: &Paragraph, range: Range<usize>) -> Option<String> {
    static MAIL: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"[A-Za-z0-9._-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"));
    let m = MAIL.find(&p.folded[range.clone()])?;
    Some(
        p.str(range.start + m.start()..range.start + m.end())
            .trim_end_matches('.')
            .to_owned(),
    )
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
        read(&paragraphs(text), &mut d, issued);
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
