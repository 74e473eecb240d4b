//! Positions of signers: what each is called, and its deputy.

use super::fold::{self, Folded};
use super::wording::{normal_case, one_line};

/// Positions in normal case, folded, and what the deputy of each is called.
const POSITIONS: &[(&str, &str, &str)] = &[
    ("Tổng Giám đốc", "tong giam doc", "Phó Tổng Giám đốc"),
    ("Giám đốc", "giam doc", "Phó Giám đốc"),
    ("Chủ tịch", "chu tich", "Phó Chủ tịch"),
    ("Bộ trưởng", "bo truong", "Thứ trưởng"),
    ("Thứ trưởng", "thu truong", ""),
    ("Thủ tướng", "thu tuong", "Phó Thủ tướng"),
    ("Chánh Văn phòng", "chanh van phong", "Phó Chánh Văn phòng"),
    ("Phó Văn phòng", "pho van phong", ""),
    ("Tổng Cục trưởng", "tong cuc truong", "Phó Tổng Cục trưởng"),
    ("Chi cục trưởng", "chi cuc truong", "Phó Chi cục trưởng"),
    ("Cục trưởng", "cuc truong", "Phó Cục trưởng"),
    ("Vụ trưởng", "vu truong", "Phó Vụ trưởng"),
    ("Viện trưởng", "vien truong", "Phó Viện trưởng"),
    ("Hiệu trưởng", "hieu truong", "Phó Hiệu trưởng"),
    ("Trưởng phòng", "truong phong", "Phó Trưởng phòng"),
    ("Trưởng ban", "truong ban", "Phó Trưởng ban"),
    ("Trưởng khoa", "truong khoa", "Phó Trưởng khoa"),
    ("Chánh Thanh tra", "chanh thanh tra", "Phó Chánh Thanh tra"),
    ("Tổng Thanh tra", "tong thanh tra", "Phó Tổng Thanh tra"),
    ("Bí thư", "bi thu", "Phó Bí thư"),
    ("Chủ nhiệm", "chu nhiem", "Phó Chủ nhiệm"),
    ("Trưởng Thuế", "truong thue", "Phó Trưởng Thuế"),
    ("Chánh án", "chanh an", "Phó Chánh án"),
    ("Thống đốc", "thong doc", "Phó Thống đốc"),
    ("Tổng Kiểm toán", "tong kiem toan", "Phó Tổng Kiểm toán"),
    ("Trưởng đoàn", "truong doan", "Phó Trưởng đoàn"),
    ("Đội trưởng", "doi truong", "Phó Đội trưởng"),
    ("Tư lệnh", "tu lenh", "Phó Tư lệnh"),
    ("Chỉ huy trưởng", "chi huy truong", "Phó Chỉ huy trưởng"),
    ("Tổng Biên tập", "tong bien tap", "Phó Tổng Biên tập"),
    ("Thư ký", "thu ky", ""),
    ("Ủy viên", "uy vien", ""),
];

/// What the deputy of `head` is called.
pub fn deputy(head: &str) -> Option<&'static str> {
    POSITIONS
        .iter()
        .filter(|(name, _, d)| head.starts_with(name) && !d.is_empty())
        .map(|(_, _, d)| *d)
        .next()
}

/// The head whose deputy `deputy` is.
pub fn head(deputy: &str) -> Option<&'static str> {
    POSITIONS
        .iter()
        .find(|(_, _, d)| !d.is_empty() && deputy.starts_with(d))
        .map(|(name, ..)| *name)
}

/// A position or body in normal case.
pub fn canonical(s: &str, place: Option<&str>) -> String {
    match position(s) {
        Some((name, _, _, _)) => name,
        None => normal_case(
            s.trim_matches(|c: char| !c.is_alphanumeric() && c != ')'),
            place,
        ),
    }
}

/// The position that `s` names: canonical name with what follows it, its letters, whether debris stands before it, and
/// whether letters were wrong.
pub fn position(s: &str) -> Option<(String, std::ops::Range<usize>, bool, bool)> {
    let f = Folded::new(s);
    let text = f.as_str();
    let mut best: Option<(usize, usize, std::ops::Range<usize>, &str)> = None;
    for (k, (name, cue, _)) in POSITIONS.iter().enumerate() {
        let errors = match cue.len() {
            0..=7 => 1,
            8..=11 => 2,
            _ => 3,
        };
        if let Some((e, end)) = fold::find(text, cue, errors) {
            let start = end.saturating_sub(cue.len());
            let better = best.as_ref().is_none_or(|(be, bk, ..)| {
                (e, usize::MAX - cue.len(), k) < (*be, usize::MAX - POSITIONS[*bk].1.len(), *bk)
            });
            if better {
                best = Some((e, k, start..end, name));
            }
        }
    }
    let (errors, _, r, name) = best?;
    let before = text[..r.start].trim();
    let deputy = before.ends_with("pho")
        || before == "pho"
        || fold::same(before.rsplit(' ').next().unwrap_or_default(), "pho", 0);
    let debris = !before.is_empty() && !deputy;
    let after = &s[f.original(r.end..text.len())];
    let glued = after.chars().next().is_some_and(char::is_alphabetic);
    let after = if glued {
        after.trim_start_matches(char::is_alphabetic)
    } else {
        after
    };
    let tail: String = after
        .chars()
        .take_while(|c| c.is_alphanumeric() || c.is_whitespace() || matches!(c, ',' | '-' | '.'))
        .collect();
    let tail = one_line(&tail);
    let words = tail
        .split(' ')
        .filter(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 1)
        .count();
    let standing = fold::fold(&tail).starts_with("thuong truc");
    let institution = standing
        || (words > 0 && name == "Trưởng phòng")
        || words > 0
            && super::cues::AGENCY
                .iter()
                .any(|a| fold::fold(&tail).starts_with(a.trim_end()));
    let mut shown = name.to_owned();
    if deputy && !name.starts_with("Phó") {
        shown = POSITIONS
            .iter()
            .find(|(n, ..)| *n == name)
            .map(|(_, _, d)| *d)
            .filter(|d| d.starts_with("Phó"))
            .map_or_else(|| format!("Phó {name}"), str::to_owned);
    }
    if institution
        && tail.chars().filter(|c| c.is_uppercase()).count() * 10
            >= tail.chars().filter(|c| c.is_alphabetic()).count() * 7
    {
        shown = format!("{shown} {}", normal_case(&tail, None));
    }
    let start = if deputy {
        text[..r.start].rfind("pho").unwrap_or(r.start)
    } else {
        r.start
    };
    Some((shown, f.original(start..r.end), debris, errors > 0))
}
