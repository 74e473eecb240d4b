//! Who is to do something: the noun phrase before a predicate.
//!
//! ```text
//! clause = ["riêng" | "đối với"] agent [","] predicate
//! agent  = head name {("," | "và") strong_head name}     Sở Y tế, Giám đốc các trung tâm, các đơn vị ...
//! ```
//!
//! Names of agencies are full of verbs (Ban Quản lý, Ủy ban Kiểm tra, Phòng Tổ chức), but those are written with a
//! capital; a predicate begins with a small letter. The few names that are not (`phòng giáo dục và đào tạo`) are
//! listed. A list of agents is cut only before a head that stands for an agency of its own: `các sở, ban, ngành` is
//! one, `các sở, ban, ngành, UBND các huyện` are two.

use super::paragraphs::Paragraph;
use crate::parse::fold::signless;
use crate::parse::pattern::{Match, Pattern, pattern};
use crate::parse::phrases::{first_word, word_starts};
use std::ops::Range;
use std::sync::LazyLock;

/// First words of an agent, folded.
static HEAD: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:toan the|tat ca|toan bo|moi|tung|nhung|cac|quy|hai|ba|mot so)\s){0,2}(?:(?:dong chi|d/c|ong|ba)\s)?(?:(?:dai dien )?(?:lanh dao|thu truong|nguoi dung dau)\s)?(?:so\b|ubnd|uy ban|hdnd|hoi dong|thuong truc|cong an|bo\s|cuc\b|tong cuc|chi cuc|vu\s|vien\s|truong\b|hoc vien|dai hoc|trung tam|tt\s|ttyt|benh vien|bvdk|phong\b|ban\b|van phong|thanh tra|chinh phu|kho bac|ngan hang|nhcs|bao hiem|bhxh|toa an|hai quan|chi cuc|thue\s|lien doan|cong doan|doan\b|hoi\s|mat tran|dang\s|dang uy|tinh uy|thanh uy|huyen uy|quan uy|thi uy|cap uy|chi bo|dang bo|huyen doan|tinh doan|cong ty|tap doan|tong cong ty|doanh nghiep|buu dien|vien thong|dien luc|don vi|co quan|to chuc\b|to\s|ca nhan|co so\b|dia phuong|nganh|khoa\s|tram\s|hat\s|doi\s|hop tac xa|htx|chu (?:rung|dau tu|dau|tich|nhiem|ho|co so|the)|giam doc|tong giam doc|hieu truong|chanh\s|pho (?:chu tich|giam doc|truong)|chi huy|bi thu|thu truong|lanh dao|khoi\s|nha truong|bao\s|dai\s|cap\s(?:uy|xa)|xa\b|phuong\b|huyen\b|quan\b|thanh pho\b|thi xa\b|thon\b|to dan pho|khu\s|quy\s|thanh vien|tap the|nha thau|nha may|diem kinh|vnpt|viettel|mobifone|tieu ban|bien tap|ke toan|to truong|truc thuoc|luc luong|quan doi|bo doi|don bien phong|chu nhiem|phan vien|nhom\s|huyen, thi|sy|cum\s)",
    )
});

/// What begins like a head and is none.
static NO_HEAD: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:cac|nhung|moi|mot so|tat ca)\s)*(?:so (?:lieu|luong|dien|tien|ho\b|nguoi|xa\b|con\b|\d)|truong hop|khu (?:vuc|dan)|doi (?:voi|tuong|moi)|to (?:khai|trinh|roi)|bao (?:cao|dam|gom|ve)|ban (?:mem|giay|sao|dien tu|chinh|goc|ve|do|cam|tin|than|ghi|in)|bo (?:sung|tri|may|mon|ho so|nhiem)|quy (?:dinh|che|trinh|mo|hoach|i|\d)|cap (?:do|phat|nhat)|don vi (?:tinh|dien)|phong (?:trao|chong|,|ngua|chay)|ban hanh|hoi (?:nghi|thao|thi|truong)|thanh phan|vien chuc|dai bieu|co so (?:vat chat|du lieu|ha tang|phap|khoa hoc|de)|van (?:ban|de)|nganh nghe|phuong (?:an|tien|thuc|phap|cham|huong)|quan (?:triet|tam|ly)|xa hoi|thue (?:suat|gia)|vu (?:viec|dong|mua|he)|cong (?:tac|trinh|viec)|tinh hinh|khoi luong|doan (?:duong|ket)|luc luong (?:san|lao)|hai (?:ngay|ben)|dang (?:ky|tai)|chu truong|don de)",
    )
});

/// Words that begin a predicate, folded.
const PREDICATES: &str = "khan truong|chu dong|kip thoi|tiep tuc|nghiem tuc|tap trung|thuong xuyen|tich cuc|dong thoi|chiu trach nhiem|co trach nhiem|co ke hoach|co phuong an|co bien phap|co giai phap|co van ban|co bao cao|can cu|tren co so|dinh ky|hang (?:ngay|thang|quy|tuan|nam)|nghiem chinh|quan tam|lam dau moi|uu tien|sap xep|tranh thu|cham nhat|chu tri|chu:? tri|chu vu|chu tr|phoi hop|xay dung|to chuc|thuc hien|trien khai|tang cuong|ra soat|kiem tra|kiem soat|kiem ke|kiem dem|giam sat|theo doi|don doc|tong hop|bao cao|tham muu|de xuat|trinh|ban hanh|huong dan|chi\\W{0,2} dao|quan triet|pho bien|tuyen truyen|van dong|bo tri|bo sung|phan cong|phan bo|phan loai|cu|lap|gui|nop|cung cap|chuan bi|hoan (?:thanh|thien|chinh|tat)|dam bao|bao dam|nang cao|nang cap|day (?:manh|nhanh)|khac phuc|xu ly|ngan chan|phat (?:hien|huy|dong|hanh|quang)|thong (?:bao|ke|tin cho)|cap (?:nhat|phat|\\d+)|cong (?:khai|bo|nhan)|niem yet|danh gia|tham (?:dinh|gia|du|khao)|phe duyet|xem xet|cho y kien|gop y|ky (?:ket|hop dong|cam ket)|kien toan|thanh lap|cung co|duy tri|quan ly|su dung|khai thac|van hanh|sua (?:chua|doi)|tu (?:sua|ke khai|ra soat|kiem tra|to chuc)|mua sam|trang bi|can doi|huy dong|ho tro|giai (?:quyet|ngan|trinh)|tra loi|tiep (?:nhan|thu|thu,)|thu (?:thap|hoi|gom)|doi chieu|ke khai|dang (?:ky|tai)|dinh huong|dieu (?:chinh|hanh|tra|dong|phoi)|doi moi|ap dung|ung dung|nghien cuu|hoc tap|boi duong|dao tao|tap huan|chuyen|giao (?:cho|nhiem vu)|yeu cau|de nghi|nhac nho|canh bao|truc (?:ban|\\d+|san sang|lanh dao|dien thoai|tai|gac|chi huy)|cat tia|tang (?:\\d+|cong suat|cuong)|in (?:\\d+|an)|chot|keu goi|du tru|du hop|bao ve|don dep|kien quyet|dung (?:hoat dong|viec|lai|ngay|thi cong)|tao (?:dieu kien|lap)|dua (?:vao|ra|noi dung|tin)|mo (?:rong|lop|kho|dot)|xac (?:dinh|minh|nhan|lap)|lua chon|binh chon|gioi thieu|vui long|thanh toan|quyet toan|chi tra|phan anh|luu (?:y|tru|ho so|giu)|rut kinh nghiem|so ket|tong ket|khen thuong|mang theo|sao (?:gui|luc)|cho (?:phep|hoc sinh|tre)|phai|can (?:chu|luu y|co|phai|tap trung|tiep tuc|quan|tang|chi dao|ra soat|xay|to chuc|thuc hien|phoi hop|kiem|nang|day|nghiem|khan|xem|bo sung|theo doi|huong dan)|la (?:luc luong|dau moi|don vi|co quan)|chap hanh|lam (?:tot|ro|viec|thu tuc)|phu trach|thuc hanh|nhan rong|lay y kien|tham van|nhanh chong|som|trong thoi gian|trong vong|truoc ngay|chu trong|chu y|tien hanh|dien tap|so tan|di doi|long ghep|khao sat|do dac|thi cong|nghiem thu|ban giao|ton tao|trong (?:cay|rung)|phun|chup|bien soan|ra quan|doi thoai|the hien|khong (?:de|thu|su dung|to chuc|duoc|kinh doanh|tu y|ban|nhan|cap|gieo)|co y kien|xac dinh|khoanh vung|cach ly|tiem|phong ngua|bam sat|nam bat|nam chac|quan sat|tu van";

static PREDICATE: LazyLock<Pattern> = LazyLock::new(|| pattern(&format!(r"^(?:{PREDICATES})\b")));

/// The first words of [`PREDICATES`], in order: what begins with none of them is not looked at closer.
static FIRST_WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut depth = 0;
    let alternatives = PREDICATES.split(move |c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0 && c == '|'
    });
    let mut words: Vec<_> = alternatives.map(first_word).collect();
    words.sort_unstable();
    words.dedup();
    words
});

/// Whether the passage begins with the first word of a predicate.
fn begins(folded: &str) -> bool {
    FIRST_WORDS.binary_search(&first_word(folded)).is_ok()
}

/// The predicate that the passage begins with, written small.
fn predicate_at(folded: &str) -> Option<Match<'_>> {
    begins(folded).then(|| PREDICATE.find(folded)).flatten()
}

/// Words of names that are written small, and participles.
static NAMES: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"\b(?:[Gg]iao duc va [Dd]ao tao|[Kk]e hoach tong hop|[Kk]e hoach (?:va|-) (?:dau tu|tong hop)|(?:[Dd]oan|[Tt]o|[Tt]ieu ban|[Cc]o quan|[Cc]an bo|[Bb]an) (?:kiem tra|thanh tra|quan ly(?: du an| cho| rung)?|giam sat|dieu hanh|chi dao|to chuc|bao ve)(?: lien nganh)?|[Dd]on vi (?:quan ly|thi cong|tu van|su dung (?:ngan sach|lao dong)|kham|dieu tri)|duoc (?:phan cong|giao|uy quyen|phan bo|chon)|(?:kham|dieu tri)(?: benh)?, chua benh|kham(?: va)? chua benh|kham benh|lien quan|truc thuoc|su nghiep|quan ly nha nuoc|quan ly du an|quan ly cho|bao ve rung|bao ve dan pho|to bao ve|dao tao nghe|day nghe|tham gia dao tao|dang xay dung(?: moi)?|(?:cong ty|co so)(?: \w+){0,2} (?:quan ly|khai thac)(?:, (?:quan ly|khai thac))?|cong lap|doc lap|moi thanh lap|moi duoc thanh lap|trong thoi gian toi|kiem soat dich|kiem soat benh|y te du phong|phong (?:ngua|chong) [a-z ]{2,12}benh)\b",
    )
});

/// Words with which something is told, not ordered; with their marks.
const TOLD: &[&str] = &[
    "đã", "đang", "chưa", "còn", "được", "bị", "sẽ", "gồm", "vẫn", "nhận",
];

/// An agent and where its predicate begins, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// The noun phrase.
    pub range: Range<usize>,
    /// The predicate's first character.
    pub predicate: usize,
}

/// Whether the passage that begins at `at` begins with a word for an agent.
pub fn has_head(p: &Paragraph, at: usize) -> bool {
    let s = &p.folded[at.min(p.len())..];
    HEAD.is_match(s) && !NO_HEAD.is_match(s)
}

/// Whether the passage begins with a predicate, in capitals or not.
pub fn begins_with_predicate(folded: &str) -> bool {
    predicate_at(signless(folded)).is_some()
}

/// The agent at the beginning of `range` and its predicate; `None` when there is none or when it tells.
pub fn read(p: &Paragraph, range: Range<usize>) -> Option<Agent> {
    let start =
        range.start + p.cased[range.clone()].len() - p.cased[range.clone()].trim_start().len();
    if !has_head(p, start) || begins_with_predicate(&p.folded[start..range.end]) {
        return None;
    }
    let end = range.end.min(start + 320);
    let predicate = predicate(p, start..end)?;
    let range = p.trim(start..predicate);
    (range.len() > 1).then_some(Agent { range, predicate })
}

/// The first predicate within `range` that gives an order; `None` when a word that tells comes first.
pub fn predicate(p: &Paragraph, range: Range<usize>) -> Option<usize> {
    let cased = &p.cased[range.clone()];
    // Masks only take predicates away.
    if !word_starts(cased).any(|at| at > 0 && begins(&cased[at..])) {
        return None;
    }
    let masked = mask(cased);
    let mut found = None;
    let mut free = 0;
    for at in word_starts(&masked) {
        // Behind a space or a sign that belongs to no other.
        let before = masked.get(free..at);
        let parted = before.is_some_and(|b| at == 0 || b.ends_with([' ', ',', ':']));
        let Some(m) = predicate_at(&masked[at..]).filter(|_| parted) else {
            continue;
        };
        free = at + m.end();
        let before = masked[..at].trim_end();
        let last = before.rsplit([' ', ',']).next().unwrap_or_default();
        // Within a name or behind a noun that takes it: "công tác kiểm tra", "Giáo dục và đào tạo".
        if at == 0
            || matches!(
                last,
                "va" | "cua" | "tac" | "viec" | "de" | "ve" | "do" | "su" | "tai" | "bang" | "cho"
            )
        {
            continue;
        }
        found = Some(range.start + at);
        break;
    }
    let found = found?;
    if tells(p, range.start..found, &masked) {
        return None;
    }
    let ended =
        p.folded[range.start..found].contains(". ") || p.folded[range.start..found].contains(';');
    (!ended).then_some(found)
}

/// Whether a word that tells stands in the passage, outside of names.
fn tells(p: &Paragraph, range: Range<usize>, masked: &str) -> bool {
    let text = p.str(range.clone()).to_lowercase();
    if text.contains(" có thể ")
        || text.contains("tự giải")
        || text.contains(" tự ") && text.contains("giải thể")
    {
        return true;
    }
    let mut at = 0;
    text.split(' ').any(|w| {
        let start = at;
        at += w.chars().count() + 1;
        let word = w.trim_matches(|c: char| !c.is_alphabetic());
        TOLD.contains(&word) && masked.as_bytes().get(start) != Some(&b'_')
    })
}

fn mask(cased: &str) -> String {
    let mut out = cased.to_owned();
    for m in NAMES.find_iter(cased) {
        let first = m.as_str().starts_with(|c: char| c.is_ascii_uppercase());
        let keep = usize::from(first);
        out.replace_range(m.start() + keep..m.end(), &"_".repeat(m.len() - keep));
    }
    out
}

/// Heads that stand for an agency of their own, in the case of the page.
static STRONG: LazyLock<Pattern> = LazyLock::new(|| {
    pattern(
        r"^(?:[Cc]ac \w|[Nn]hung \w|UBND|HDND|Uy ban|[Uu]y [Bb]an [Nn]han|Hoi dong|So [A-Z]|Bo (?:[A-Z]|doi)|Cuc [A-Z]|Tong [Cc]uc|Chi cuc|Vu [A-Z]|Vien [A-Z]|Truong |Hoc vien|Trung tam|Benh vien|Phong [A-Z]|Ban [A-Z]|Van phong|Thanh tra|Cong an|Kho bac|Ngan hang|Bao hiem|BHXH|Toa an|Hai quan|Lien doan|Doan [A-Z]|Tinh doan|Hoi [A-Z]|Mat tran|Dang uy|Cong ty|Tong [Cc]ong ty|Tap doan|Buu dien|Vien thong [A-Z]|Dien luc|Hat [A-Z]|Doi [A-Z]|[Gg]iam doc|[Tt]ong giam doc|[Cc]hu tich|[Tt]ruong (?:phong|ban|cac|tram|khoa|Phong|Ban)|[Hh]ieu truong|[Tt]hu truong|[Cc]hanh |[Cc]uc truong|[Cc]hi cuc truong|[Vv]u truong|Bao [A-Z]|Dai [A-Z]|Quy [A-Z]|Khoa [A-Z]|Tram [A-Z]|[Ll]anh dao|Doanh nghiep|Hop tac xa|Chi huy truong|Bi thu|Dang doan|Huyen uy|Thanh uy)",
    )
});

/// The agents of a list, as printed.
pub fn split(p: &Paragraph, range: Range<usize>) -> Vec<String> {
    let shape = &p.cased[range.clone()];
    let bytes = shape.as_bytes();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    let mut depth = 0_i32;
    for (k, b) in bytes.iter().enumerate() {
        match b {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth > 0 {
            continue;
        }
        let comma = matches!(b, b',' | b';')
            || (*b == b'"' && !shape[..k].contains('"') && shape.matches('"').count() == 1);
        let and = shape[k..].starts_with(" va ");
        if !comma && !and {
            continue;
        }
        let next = k + if and { 4 } else { 1 };
        let skipped = shape[next..].len() - shape[next..].trim_start_matches([' ', '"', ',']).len();
        let rest = &shape[next + skipped..];
        // "…, và UBND": the conjunction belongs to the comma.
        let rest_at = if comma && rest.starts_with("va ") {
            next + skipped + 3
        } else {
            next + skipped
        };
        let rest = &shape[rest_at..];
        let small = and
            && rest.starts_with(|c: char| c.is_ascii_lowercase())
            && !rest.starts_with("cac doanh")
            && !rest.starts_with("cac so");
        let open = shape[cuts.last().map_or(0, |c| c.1)..k].to_owned();
        let office = and
            && (open.contains("Van phong")
                || open.contains("Thuong truc")
                || open.contains("Doan D"))
            && (rest.starts_with("UBND") || rest.starts_with("HDND") || rest.starts_with("Uy ban"));
        if !small && !office && STRONG.is_match(rest) {
            cuts.push((k, rest_at));
        }
    }
    let mut out = Vec::new();
    let mut start = 0;
    for (end, next) in cuts.into_iter().chain([(shape.len(), shape.len())]) {
        if end >= start {
            let r = p.trim(range.start + start..range.start + end);
            let s = p.str(r).trim_end_matches(['.', '„', '”']).trim();
            if s.chars().any(char::is_alphabetic) {
                out.push(s.to_owned());
            }
        }
        start = next;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(s: &str) -> Option<(Vec<String>, String)> {
        let p = Paragraph::of_line(s, 0..s.len());
        let a = read(&p, 0..p.len())?;
        Some((
            split(&p, a.range),
            p.str(a.predicate..p.len()).chars().take(12).collect(),
        ))
    }

    fn some(agents: &[&str], predicate: &str) -> Option<(Vec<String>, String)> {
        Some((
            agents.iter().map(|s| (*s).to_owned()).collect(),
            predicate.to_owned(),
        ))
    }

    #[test]
    fn agents_and_predicates() {
        assert_eq!(
            agent("Sở Y tế chủ trì, phối hợp với"),
            some(&["Sở Y tế"], "chủ trì, phố")
        );
        assert_eq!(
            agent("các sở, ban, ngành, UBND các huyện, thị xã xây dựng Đề án"),
            some(
                &["các sở, ban, ngành", "UBND các huyện, thị xã"],
                "xây dựng Đề "
            )
        );
        assert_eq!(
            agent("Ủy ban Kiểm tra Huyện ủy theo dõi việc"),
            some(&["Ủy ban Kiểm tra Huyện ủy"], "theo dõi việ")
        );
        assert_eq!(
            agent("Các phòng giáo dục và đào tạo tổng hợp tình hình"),
            some(&["Các phòng giáo dục và đào tạo"], "tổng hợp tìn")
        );
        assert_eq!(
            agent("Phòng Kế hoạch tổng hợp chuẩn bị bộ"),
            some(&["Phòng Kế hoạch tổng hợp"], "chuẩn bị bộ")
        );
        assert_eq!(
            agent("các Trường, Trung tâm Dạy nghề có nội trú báo cáo thông tin"),
            some(
                &["các Trường", "Trung tâm Dạy nghề có nội trú"],
                "báo cáo thôn"
            )
        );
        assert_eq!(
            agent("Các đơn vị được phân công có trách nhiệm: hướng dẫn"),
            some(&["Các đơn vị được phân công"], "có trách nhi")
        );
        assert_eq!(agent("Các xã đã hướng dẫn che chắn"), None);
        assert_eq!(agent("Mùa khô năm nay đến sớm"), None);
        assert_eq!(
            agent(
                "Phòng Dân tộc quận Ô Môn và Phòng Văn hóa và Thông tin huyện Cờ Đỏ lập danh sách"
            ),
            some(
                &[
                    "Phòng Dân tộc quận Ô Môn",
                    "Phòng Văn hóa và Thông tin huyện Cờ Đỏ"
                ],
                "lập danh sác"
            )
        );
        assert_eq!(
            agent("Khu Quản lý đường bộ I, II, III, IV chủ trì rà soát"),
            some(&["Khu Quản lý đường bộ I, II, III, IV"], "chủ trì rà s")
        );
    }
}
