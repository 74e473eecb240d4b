//! How a dispatch tells somebody to do something, and what only looks like it.
//!
//! ```text
//! command   = [background ","] [issuer] cue [agent] predicate          Sở Y tế đề nghị các đơn vị báo cáo ...
//! cue       = "đề nghị" | "yêu cầu" | "giao [cho]" | "phân công" (in an article)
//! reporting = document "gửi về" place bound date                        Báo cáo gửi về Sở trước ngày ...
//! closing   = "nhận được công văn này" ... | "vậy, thông báo để" ... | cue agent (generic verbs only)
//! invited   = cue agent ... ("tham dự" | "dự họp" | ...)                no task
//! executed  = agents "chịu trách nhiệm thi hành"                        no task
//! ```

use super::agents::{self, Agent};
use super::paragraphs::Paragraph;
use crate::parse::fold::signless;
use crate::parse::pattern::{Pattern, pattern};
use crate::parse::phrases::{Phrases, ends_with_one};
use std::ops::Range;
use std::sync::LazyLock;

static CUE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\b(?:kinh |tran trong )?(de nghi|yeu cau|giao(?: nhiem vu)?(?: cho)?|phan cong|de xuat|kien nghi|uy quyen(?: cho)?|yeu)[\s:]",
    )
});
/// Words before a cue that take it as a noun, parted by `|`.
const BAD_BEFORE: &str = "xet|theo|da|duoc|cac|nhung|su|van|khong|noi dung|muc dich|ho so|danh sach|to trinh|khi|nhu cau|dap ung|bien phap|y kien|van ban|don|phieu|cong van|cua|truong hop|bao cao|nguoi|sau khi|thoi han|muc|mot so|nham|va|hoac|tu|tung|nhiem vu|ban|chi tieu|so";
static BAD_AFTER: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^(?:cua|tai|tren|nay|neu tren|ve viec|ve\b|va\s|,|\.|;|cong nhan|khen|xet|cap (?:phep|giay|lai)|thanh toan|huong|bo nhiem|phe duyet (?:nhiem|chu|du|ke)|dat ra|su\b|de ra|ban hanh|nhan duoc|ke hoach|chi tieu|du toan)",
    )
});
/// First words of a circumstance, parted by `|`.
const CONNECTIVE: &str = "de |doi voi|trong |nham|rieng|hang |hằng|truong hop|khi |neu |sau khi|tren co so|can cu|nhan duoc|vi vay|do do|vay|theo do|ngoai ra|dong thoi|thuc hien|tu |ngay sau|cung voi|qua |truoc |thoi gian|thua lenh|ngoai |cuoi cung|de nghi";

/// Whether the passage opens with a circumstance.
fn connects(folded: &str) -> bool {
    CONNECTIVE.split('|').any(|w| folded.starts_with(w))
}

/// A command in a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Who is told, when the sentence names somebody.
    pub agent: Option<Range<usize>>,
    /// First character of what is to be done; the end of the passage when nothing is said yet.
    pub action: usize,
    /// First character of the cue.
    pub cue: usize,
}

static HANGS: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?:thuc hien |trien khai )?(?:cac|nhung|mot so) (?:nhiem vu|noi dung|cong viec|viec)|nhu sau|sau day|sau\s?:)",
    )
});

/// The first command in `range`. `marked`: the passage is a list item, which begins with what is to be done.
pub fn command(p: &Paragraph, range: Range<usize>, marked: bool, article: bool) -> Option<Command> {
    for c in CUE.captures_iter(&p.folded[range.clone()]) {
        let (Some(whole), Some(word)) = (c.get(0), c.get(1)) else {
            continue;
        };
        let at = range.start + whole.start();
        let before = p.folded[range.start..at]
            .trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != ',' && c != ')');
        let first = before.is_empty();
        if !first && p.cased.as_bytes()[range.start + word.start()].is_ascii_uppercase() {
            continue;
        }
        let after = range.start + whole.end();
        let rest = p.folded[after..range.end].trim_start();
        let after = range.end - rest.len();
        let had = p
            .str(range.start..at)
            .trim_end()
            .to_lowercase()
            .ends_with(" có");
        if (!first && (had || ends_with_one(before, BAD_BEFORE))) || BAD_AFTER.is_match(rest) {
            continue;
        }
        static OTHER: LazyLock<Pattern> =
            LazyLock::new(|| pattern(r"^(?:thong|duc|dich|nhan|ban\b|luu|thoi|dat|tai|mua)"));
        if word.as_str() == "giao" && OTHER.is_match(rest) {
            continue;
        }
        // "giáo" is not "giao".
        let word_text = p
            .str(range.start + word.start()..range.start + word.start() + 4)
            .to_lowercase();
        if word.as_str().starts_with("giao") && word_text.chars().any(|c| c == 'á' || c == 'ả') {
            continue;
        }
        let strict = matches!(word.as_str(), "yeu")
            || word.as_str().starts_with("giao")
            || word.as_str().starts_with("uy quyen");
        if word.as_str() == "phan cong" && !article {
            continue;
        }
        if matches!(word.as_str(), "de xuat" | "kien nghi") && !first {
            continue;
        }
        if marked && !first && !leads_in(p, range.start..at) {
            continue;
        }
        let agent = agents::read(p, after..range.end).or_else(|| hanging(p, after..range.end));
        match agent {
            Some(a) => {
                return Some(Command {
                    agent: Some(a.range),
                    action: a.predicate,
                    cue: at,
                });
            }
            None if strict => {}
            None if rest.is_empty() || rest.starts_with(':') => {
                return Some(Command {
                    agent: None,
                    action: range.end,
                    cue: at,
                });
            }
            None => {
                return Some(Command {
                    agent: None,
                    action: after,
                    cue: at,
                });
            }
        }
    }
    None
}

/// Whether what stands before a cue is its subject or a circumstance, not an order of its own.
fn leads_in(p: &Paragraph, range: Range<usize>) -> bool {
    let s = p.folded[range.clone()].trim_start();
    if connects(s) && s.trim_end().ends_with([',', ')']) {
        return true;
    }
    if agents::has_head(p, range.end - s.len()) {
        return agents::predicate(p, range).is_none();
    }
    connects(s)
}

/// `Giao Sở Nội vụ:`, `Giao Đoàn kiểm tra các nhiệm vụ sau:`: an agent whose predicate follows in the list.
fn hanging(p: &Paragraph, range: Range<usize>) -> Option<Agent> {
    let s = p.folded[range.clone()].trim_end();
    if !agents::has_head(p, range.start) || !s.ends_with(':') {
        return None;
    }
    let end = HANGS.find(s).map_or(s.len() - 1, |m| m.start());
    let found = agents::predicate(p, range.start..range.start + end).is_none() && end < 260;
    found.then(|| Agent {
        range: p.trim(range.start..range.start + end),
        predicate: range.end,
    })
}

/// Agent and predicate without a cue: `Sở Tài chính cân đối nguồn ...`, at the beginning or behind a circumstance.
pub fn subject(p: &Paragraph, range: Range<usize>) -> Option<Agent> {
    let s = &p.folded[range.clone()];
    let lead = s.len() - signless(s).len();
    let mut at = range.start + lead;
    for prefix in ["rieng ", "doi voi "] {
        if p.folded[at..range.end].starts_with(prefix) {
            at += prefix.len();
        }
    }
    if let Some(a) = agents::read(p, at..range.end) {
        return Some(a);
    }
    if !connects(&p.folded[range.start + lead..range.end]) {
        return None;
    }
    let limit = range.end.min(range.start + 260);
    for (k, _) in p.folded[range.start..limit].match_indices(", ") {
        let at = range.start + k + 2;
        let lower = p
            .cased
            .as_bytes()
            .get(at)
            .is_some_and(u8::is_ascii_lowercase);
        let plural = p.folded[at..range.end].starts_with("cac ");
        // "của Bộ trưởng, Chủ nhiệm Văn phòng ... hướng dẫn": one person with two offices, who is cited.
        let cited = p.folded[range.start..range.start + k].ends_with("bo truong");
        if (!lower || plural)
            && !cited
            && let Some(a) = agents::read(p, at..range.end)
        {
            return Some(a);
        }
    }
    None
}

static EXECUTED: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"(?:chiu trach nhiem|co trach nhiem|can cu)[^.;]{0,25} thi hanh|thi hanh (?:quyet dinh|nghi quyet|chi thi|thong tu|quy che|quy dinh) nay|giam sat(?: chat che)?(?: viec)? (?:trien khai |to chuc )?thuc hien (?:nghi quyet|quyet dinh) nay",
    )
});

/// Whether the passage is an execution clause.
pub fn is_execution(folded: &str) -> bool {
    // Most passages hold neither word.
    ["thi hanh", "giam sat"].iter().any(|w| folded.contains(w)) && EXECUTED.is_match(folded)
}

static INVITED: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"tham du|du hop|du (?:hoi nghi|le|buoi|cuoc|lop|tap huan|dai hoi|dung|day du)|ve du|den du|tham gia du|co mat|sap xep thoi gian|den tham gia",
    )
});

/// Whether the action is put as one puts it to guests.
pub fn is_courteous(action: &str) -> bool {
    static COURTEOUS: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(r"day du|dung (?:gio|thoi gian|thanh phan)|sap xep thoi gian|tham du va")
    });
    COURTEOUS.is_match(action)
}

/// Whether the action is to attend.
pub fn is_invitation(action: &str) -> bool {
    INVITED.is_match(action)
}

static FORMULA: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:nhan duoc (?:cong van|van ban|giay moi|thong bao|chi thi|cong dien|ke hoach)|vay\b|vi vay|tren day la|rat mong|kinh mong|mong |xin (?:tran trong )?cam on|tran trong (?:cam on|kinh chao|kinh moi|bao cao|kinh bao|de nghi|thong bao)|moi (?:thong tin|chi tiet|vuong mac|kho khan|y kien))",
    )
});
/// The same, for what is told "để biết".
static TO_KNOW: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:[^.;:]{0,80} (?:thong bao|bao)(?: den)? (?:de |den )?[^.;:]{0,80}\bbiet(?:[, ]+(?:va )?(?:to chuc |trien khai )?thuc hien)?[./ ]*$|bao (?:de )?cac [^.;:]{0,60}biet|bao de [^.;:]{0,60}biet|thong bao (?:nay )?(?:den |de )?[^.;:]{0,60}biet)",
    )
});
/// Phrases that say nothing of their own, parted by `|`.
const NOTHING: &str = "quan tam|chi dao|phoi hop|khan truong|nghiem tuc|nghiem chinh|nghiem|to chuc|trien khai|thuc hien|thi hanh|chap hanh|biet|de|va|dung|day du|du|theo|tinh than|noi dung|cua|tai|cong van|van ban|thong bao|giay moi|chi thi|ke hoach|cong dien|quyet dinh|nghi quyet|ket luan|phuong an|huong dan|quy che|quy dinh|nay|tren|neu|ngay|tot|kip thoi|dat|ket qua|hieu qua|cac|nhung|tich cuc|ho tro|giup do|hop tac|xem xet|phe duyet|cho y kien|chu dong|tat ca|som|duoc|mot cach|ma|hien|quy|co quan|don vi|dia phuong|sau|nhu|cu the|mot so|viec|nhiem vu|cong viec|day|gom|tap trung|va|ngay sau|can cu|chuc nang|dung quy dinh|trong|toan|tinh|khac|lien quan|noi|chung|dong chi|yeu cau|de nghi|cung|nhau|cho|cong tac|giup|mot|so|nham";
static GENERIC: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(NOTHING));
static CONTACT_TAIL: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"[,;.]?\s*(?:neu (?:can|co)|moi|thong tin|chi tiet|vuong mac|trong qua trinh)[^.;]{0,80}(?:lien he|trao doi|phan anh|lien lac|thong tin)",
    )
});

/// Whether the sentence is a formula that ends a dispatch.
pub fn is_formula(folded: &str) -> bool {
    FORMULA.is_match(folded) || folded.contains("biet") && TO_KNOW.is_match(folded)
}

/// Whether an action says nothing of its own: `triển khai, thực hiện`, `quan tâm chỉ đạo thực hiện nghiêm túc`.
pub fn is_generic(action: &str) -> bool {
    let cut = CONTACT_TAIL
        .find(action)
        .map_or(action.len(), |m| m.start());
    let action = &action[..cut];
    if action.len() > 190 || action.chars().any(|c| c.is_ascii_digit()) {
        return false;
    }
    let rest = GENERIC.without(action);
    let left = rest
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| w.len() > 1)
        .count();
    left <= 1
}

static REPORT: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:(?:cac |toan bo )?(?:van ban|bao cao|ket qua|danh sach|ho so|so lieu|ke hoach|y kien|thong tin|phieu|bien ban|file|du thao|tai lieu|noi dung|ban |bang |de xuat|san pham|bai |thoi han|thoi gian (?:gui|nop|bao cao|hoan thanh)|han )|(?:de nghi |yeu cau )?(?:gui|nop|bao cao)\b)",
    )
});
static SENT: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\b(?:gui|nop|bao cao|chuyen|ve (?:so|ubnd|uy ban|phong|bo|van phong|ban|trung tam|chi cuc|cuc)|thoi han|hoan thanh)\b",
    )
});

/// Whether the sentence only says where and by when to report.
pub fn is_reporting(folded: &str) -> bool {
    REPORT.is_match(folded) && SENT.is_match(folded)
}

static TROUBLE: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\b(?:vuong mac|phat sinh|kho khan|chi tiet|can (?:them )?thong tin|thac mac|giai dap)\b",
    )
});
static REACHED: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\b(?:lien he|vui long|qua (?:ong|ba|dong chi|d/c)|hotline|tong dai)\b|\d{3,}[. ]?\d{3,}",
    )
});

/// Whether the sentence says whom to ask in case of trouble.
pub fn is_contact(folded: &str) -> bool {
    static REACH: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(
            r"^\W*(?:lien he|dau moi (?:tiep nhan|lien he|lien lac)|dien thoai|hotline|tong dai|email|dia chi)\b",
        )
    });
    REACH.is_match(folded)
        || (TROUBLE.is_match(folded) && REACHED.is_match(folded))
        || folded.contains("xin lien he")
        || folded.contains("vui long lien he")
}

static DOCUMENT: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:(?:cac|toan bo)\s)?(?:mau|phu luc|bieu (?:mau|so)|bang (?:tong hop|ke)|danh sach|don (?:de nghi|xin|dang)|giay (?:to|phep|chung)|to trinh|ban sao|ban (?:chinh|mem|giay|dien tu)|bao cao (?:duoc|nay|tren|cua|gui|phai|bang van ban gui)|van ban|ho so|quyet dinh (?:so|cua)|cong van|bien ban|so lieu)\b",
    )
});

/// Whether the passage names a paper: an item of a list of what is to be handed in, or what is sent where.
pub fn is_document(folded: &str) -> bool {
    DOCUMENT.is_match(folded)
}

/// In case of trouble, without a command: `nếu có vướng mắc, các đơn vị phản ánh về ...`.
pub fn is_trouble(folded: &str) -> bool {
    TROUBLE.is_match(folded)
        && (folded.contains("neu co")
            || folded.contains("truong hop co")
            || folded.contains("qua trinh")
            || folded.contains("neu gap"))
}

static TELLS: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:kinh phi|chi phi|nguon von|tong muc|thoi gian|dia diem|thanh phan|doi tuong|so luong|le phi|muc dich|muc tieu|yeu cau:|pham vi|quy mo|ten |nhom |tai lieu|luu y:|ghi chu)\b",
    )
});

/// Whether the sentence describes (money, time, place), whoever is named in it.
pub fn is_description(folded: &str) -> bool {
    TELLS.is_match(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(s: &str) -> Option<(Option<String>, String)> {
        let p = Paragraph::of_line(s, 0..s.len());
        let c = command(&p, 0..p.len(), false, false)?;
        Some((
            c.agent.map(|a| p.str(a).to_owned()),
            p.str(c.action..p.len()).to_owned(),
        ))
    }

    fn some(agent: &str, action: &str) -> Option<(Option<String>, String)> {
        Some((
            (!agent.is_empty()).then(|| agent.to_owned()),
            action.to_owned(),
        ))
    }

    #[test]
    fn commands() {
        assert_eq!(
            of("Giám đốc Sở Công Thương yêu cầu thủ trưởng các đơn vị báo cáo"),
            some("thủ trưởng các đơn vị", "báo cáo")
        );
        assert_eq!(of("Giao Sở Nội vụ:"), some("Sở Nội vụ", ""));
        assert_eq!(
            of("Giao Đoàn kiểm tra các nhiệm vụ sau:"),
            some("Đoàn kiểm tra", "")
        );
        assert_eq!(of("Ban Thường vụ yêu cầu:"), some("", ""));
        assert_eq!(of("Đề nghị thực hiện nghiêm"), some("", "thực hiện nghiêm"));
        for none in [
            "Xét đề nghị của Giám đốc Sở Nội vụ",
            "Theo đề nghị của Sở Nội vụ tại Tờ trình",
            "Sở Giao thông vận tải tổ chức",
            "hồ sơ đề nghị khen thưởng gửi về",
            "đáp ứng yêu cầu nhiệm vụ",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_no_task() {
        use super::super::super::fold::fold;
        assert!(is_generic(&fold("quan tâm, chỉ đạo thực hiện./.")));
        assert!(is_generic(&fold(
            "thực hiện đúng nội dung của Công văn này./."
        )));
        assert!(is_generic(&fold("xem xét, quyết định./.")));
        assert!(!is_generic(&fold("rà soát hồ sơ cán bộ")));
        assert!(!is_generic(&fold(
            "triển khai thực hiện nội dung của Quyết định số 12/QĐ-BNV"
        )));
        assert!(is_invitation(&fold("sắp xếp thời gian về tham dự đầy đủ")));
        assert!(is_execution(&fold(
            "các ông, bà chịu trách nhiệm thi hành Quyết định này"
        )));
        assert!(is_reporting(&fold(
            "Báo cáo gửi về Sở Nội vụ trước ngày 15 tháng 6"
        )));
        assert!(!is_reporting(&fold("Các đơn vị báo cáo kết quả về Sở")));
        assert!(is_formula(&fold("Báo các đơn vị biết, thực hiện./.")));
    }
}
