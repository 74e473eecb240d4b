//! One sentence: a task, the rest of one, a deadline for the one before, or nothing.

use super::super::agents;
use super::super::commands;
use super::super::deadline;
use super::super::paragraphs::{Mark, Paragraph, Style};
use super::{Mode, Reader};
use crate::parse::fold::signless;
use crate::parse::pattern::{Pattern, pattern};
use std::ops::Range;
use std::sync::LazyLock;

static THREAT: LazyLock<Pattern> = LazyLock::new(|| pattern(r"\bse (?:bi|khong)\b"));

impl Reader<'_> {
    /// One sentence of a paragraph: a task, the rest of one, a deadline for the one before, or nothing.
    pub(super) fn sentence(
        &mut self,
        k: usize,
        range: Range<usize>,
        first: bool,
        paragraph_first: usize,
    ) {
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
    pub(super) fn retells(&self, p: &Paragraph, range: Range<usize>) -> bool {
        const TOLD: &[&str] = &[
            " đã đề nghị",
            " đã yêu cầu",
            " đã giao",
            " đã thông báo",
            " đã ban hành",
            " đã có",
            " đã tổ chức",
            " đã hướng dẫn",
            " đã thực hiện",
            " đã phối hợp",
        ];
        let head: String = p.str(range.clone()).chars().take(70).collect();
        let head = head.to_lowercase();
        let action = &p.folded[range];
        TOLD.iter().any(|w| head.contains(w))
            || THREAT.is_match(action)
                && deadline::find(action, self.issued).is_none_or(|d| d.iso.is_none())
    }

    /// Whether the passage stands in a list below an item that is a task itself.
    pub(super) fn under_item(&self) -> bool {
        self.scopes
            .last()
            .is_some_and(|s| !s.heading && s.agents.is_some())
    }

    /// Whether unmarked paragraphs here stand under a heading or directly under an order.
    pub(super) fn under_heading(&self) -> bool {
        self.scopes.last().is_none_or(|s| s.heading)
    }

    /// `Các doanh nghiệp bưu chính: Xây dựng ...`; the agents and where the action begins.
    pub(super) fn inline(
        &self,
        p: &Paragraph,
        range: Range<usize>,
    ) -> Option<(Vec<String>, usize)> {
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
    pub(super) fn topic(&self, p: &Paragraph, range: Range<usize>) -> Option<String> {
        static AGENT: LazyLock<Pattern> = LazyLock::new(|| {
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

    pub(super) fn is_issuer(&self, p: &Paragraph, range: Range<usize>) -> bool {
        let s = &p.folded[range];
        self.issuers.iter().any(|i| {
            let short = i.split(" tinh ").next().unwrap_or(i);
            s == i
                || s == short
                || i.starts_with(s) && s.len() > 5
                || s.starts_with(short) && s.len() < short.len() + 22 && short.len() > 5
        })
    }
}

/// `... biết, thực hiện và báo cáo ... về`: more than a formula.
fn reports_back(folded: &str) -> bool {
    static BACK: LazyLock<Pattern> =
        LazyLock::new(|| pattern(r"biet[^.;]{0,30}thuc hien[^.;]{0,12} bao cao [^.;]{3,80}\bve\b"));
    folded.contains("biet") && BACK.is_match(folded)
}

/// `thông báo để <agents> biết, thực hiện ...`
fn informed(p: &Paragraph, range: Range<usize>) -> Option<(Range<usize>, usize)> {
    static TO: LazyLock<Pattern> = LazyLock::new(|| {
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

/// Whether the sentence names what the dispatch rests on.
fn background(folded: &str) -> bool {
    let s = signless(folded);
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
pub(super) fn closes(folded: &str) -> bool {
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
    static TOLD: LazyLock<Pattern> = LazyLock::new(|| {
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
