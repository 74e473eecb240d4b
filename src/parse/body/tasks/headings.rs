//! Headings and lead-ins: what holds for the paragraphs below them.
//!
//! ```text
//! lead_in = command (generic predicate) ":"            Sở X đề nghị các đơn vị thực hiện các nội dung sau:
//!         | "... như sau:"                             the type of the document says what the list is
//! heading = label agents [":"]                         who is told in the list below
//!         | label "Tổ chức thực hiện"                  agents with their predicates follow
//!         | label "Mục đích" | "Thành phần" ...        nothing is ordered below
//! ```

use super::super::agents;
use super::super::commands;
use super::super::paragraphs::{Mark, Paragraph, Style};
use super::super::sentences::{last_sentence, leads_on};
use super::sentence::closes;
use super::{BULLET, Mode, Reader, Scope, depth_after};
use crate::parse::pattern::{Pattern, pattern};
use std::ops::Range;
use std::sync::LazyLock;

static ASSIGNING: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"to chuc thuc hien|phan cong|trach nhiem|nhiem vu (?:cu the|cua|va)|cac buoc|trinh tu|giai phap|tien do|tien hanh thuc hien",
    )
});
static TELLING: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:muc dich|yeu cau|muc tieu|thanh phan|thoi gian|dia diem|doi tuong|kinh phi|nguon|noi dung|hinh thuc|tinh hinh|ket qua|danh gia|quy mo|pham vi|can cu|nguyen tac|so luong|dieu kien|quan diem|chi tieu|thuan loi|kho khan|ton tai|uu diem|han che|chuong trinh|che do,|luc luong|le phi|ten |nhom|tong muc|co so|thong tin|lich |phuong tien|du tru|bo cuc|hieu luc|muc ho tro|dac diem|dien bien|du bao|dai bieu|tai lieu|ho so|kien nghi|de xuat|nhan xet|nguyen nhan|bai hoc|cac van ban)",
    )
});
static AS_FOLLOWS: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(?:nhu sau|sau day|cu the|duoi day|sau|cac noi dung|noi dung|cac viec|nhiem vu|gom|yeu cau|de nghi)(?: day)?\s?[:.]?\s*$",
    )
});
static LEAD: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:quan tam|chi dao|phoi hop|khan truong|nghiem tuc|tap trung|to chuc|trien khai|thuc hien|tot|chu dong|lam|va|can|kip thoi|thuc hien tot|co trach nhiem|dong thoi|tiep tuc|nghiem)[,\s]*)*(?:(?:cac|nhung|mot so|cac nhom|noi|cong tac|tot)\s)*(?:noi dung|nhiem vu|viec|cong viec|giai phap|bien phap|yeu cau|nhiem vu trong tam|hoat dong)?[^.;]{0,320}?(?:nhu sau|sau day|cu the|sau|duoi day)?(?: day)?\s?:\s*$",
    )
});

impl Reader<'_> {
    /// Headings and lead-ins; `false` when the paragraph is neither.
    pub(super) fn heading(&mut self, k: usize, depth: Option<u8>, label: Option<&String>) -> bool {
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
    pub(super) fn open_list(&mut self, k: usize, depth: Option<u8>, label: Option<&String>) {
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

    pub(super) fn list_mode(&self, folded: &str) -> Mode {
        static INVITES: LazyLock<Pattern> = LazyLock::new(|| {
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
    pub(super) fn lead_in(
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
    pub(super) fn agent_heading(
        &self,
        p: &Paragraph,
        content: Range<usize>,
    ) -> Option<Vec<String>> {
        let s = p.folded[content.clone()].trim_start();
        let mut at = content.end - s.len();
        for prefix in ["rieng ", "doi voi ", "giao "] {
            if p.folded[at..].starts_with(prefix) {
                at += prefix.len();
            }
        }
        let range = p.trim(at..content.end);
        let s = &p.folded[range.clone()];
        if leads_on(s)
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
}

fn colon_ended(p: &Paragraph) -> bool {
    p.folded.trim_end().ends_with(':')
}

/// Whether most letters are capitals.
fn is_capitals(p: &Paragraph, range: Range<usize>) -> bool {
    let (mut letters, mut upper) = (0, 0);
    for b in p.cased[range].bytes() {
        letters += usize::from(b.is_ascii_alphabetic());
        upper += usize::from(b.is_ascii_uppercase());
    }
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
    static WORK: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(
            r"\b(?:noi dung|nhiem vu|cong viec|cac viec|mot so viec|giai phap|bien phap|nhu sau|sau day|cu the|thuc hien)\b",
        )
    });
    static OWN: LazyLock<Pattern> = LazyLock::new(|| {
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

/// `Bộ X hướng dẫn như sau:`: rules that are explained, to nobody in particular.
fn guides(folded: &str) -> bool {
    let whom = ["don vi", "co quan", "dia phuong", "cac truong", "cac so"];
    folded.contains("huong dan") && !whom.iter().any(|w| folded.contains(w))
}
