//! Case and spacing of what is printed in capitals or over several lines.

use super::fold;

/// Words after which the name of an agency goes on with a capital.
const HEADS: &[&str] = &[
    "so", "bo", "phong", "cuc", "vu", "vien", "truong", "khoa", "ban", "tram", "hoi", "doan",
    "tam", "khu", "quy", "to", "va", "an", "hang", "thue", "cong", "ty", "dang", "tra", "bao",
];

/// Words that open the name of a place.
const PLACES: &[&str] = &[
    "tinh", "huyen", "xa", "phuong", "quan", "tran", "pho", "tp", "tp.", "tx.", "tt.",
];

/// The text with single spaces and without line feeds.
pub fn one_line(s: &str) -> String {
    s.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line without single signs that stand apart at its end, as rules and specks leave them.
pub fn without_specks(line: &str) -> &str {
    let mut s = line.trim();
    while let Some((front, last)) = s.rsplit_once(' ')
        && last.chars().all(|c| {
            matches!(
                c,
                ':' | '.' | ';' | '\'' | '`' | '_' | '|' | '~' | '*' | '°' | 'ˆ'
            )
        })
    {
        s = front.trim_end();
    }
    s
}

/// The text without quotes behind a letter and before a space (`từ' sau`): no Vietnamese word ends in one.
pub fn without_quotes(s: &str) -> String {
    let chars: Vec<char> = s.chars().collect();
    let stray = |k: usize| {
        let quote = matches!(chars[k], '\'' | '’' | '‘' | '`');
        let before = k > 0 && chars[k - 1].is_lowercase();
        quote && before && chars.get(k + 1).is_none_or(|c| *c == ' ')
    };
    let opened = s.contains(" '") || s.contains(" ‘");
    let keep = |(k, c): (usize, &char)| (opened || !stray(k)).then_some(*c);
    chars.iter().enumerate().filter_map(keep).collect()
}

/// The name of an agency in capitals, in normal case: `SỞ Y TẾ` is `Sở Y tế`. `place` is a name to be written with
/// capitals wherever it stands. Text that is not in capitals stays as it is.
pub fn normal_case(s: &str, place: Option<&str>) -> String {
    let s = one_line(s);
    let letters = s.chars().filter(|c| c.is_alphabetic()).count();
    let upper = s.chars().filter(|c| c.is_uppercase()).count();
    if upper * 10 < letters * 7 {
        return s;
    }
    let words: Vec<&str> = s.split(' ').collect();
    let folded: Vec<String> = words.iter().map(|w| fold::fold(w)).collect();
    let bare = |k: usize| {
        folded
            .get(k)
            .map_or("", |w| w.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
    };
    let known: Vec<String> = place
        .map(|p| p.split(' ').map(fold::fold).collect())
        .unwrap_or_default();
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut in_place = false;
    let mut left_of_known = 0;
    for (k, w) in words.iter().enumerate() {
        if left_of_known == 0
            && !known.is_empty()
            && (0..known.len()).all(|j| bare(k + j) == known[j])
        {
            left_of_known = known.len();
        }
        let before = if k == 0 { "" } else { bare(k - 1) };
        let earlier = if k < 2 { "" } else { bare(k - 2) };
        let joined = k > 0 && words[k - 1].ends_with([',', '-', '–', '(']);
        if before == "va" || joined {
            in_place = false;
        }
        let head = HEADS.contains(&before) && !is_inside(earlier, before, bare(k));
        let government = bare(k) == "chinh" && matches!(bare(k + 1), "phu" | "tri");
        let capital = k == 0
            || government
            || in_place
            || left_of_known > 0
            || head
            || joined
            || matches!(*w, "-" | "–");
        out.push(if is_abbreviation(w) {
            (*w).to_owned()
        } else if capital {
            capitalised(w)
        } else {
            w.to_lowercase()
        });
        let pair = (bare(k), bare(k + 1));
        let no_place = matches!(
            pair,
            ("tinh" | "huyen" | "quan", "uy" | "doan") | ("xa", "hoi")
        ) || matches!(
            pair,
            ("quan", "ly" | "su" | "khu") | ("pho", "giam" | "chu")
        ) || matches!((before, bare(k)), ("co" | "hai" | "bao", "quan"))
            || (bare(k) == "pho" && before != "thanh");
        let opens = PLACES.contains(&bare(k)) && !no_place;
        in_place = in_place || opens;
        left_of_known = left_of_known.saturating_sub(1);
    }
    out.join(" ")
}

/// Pairs and triples in which a head word is none: `Ủy ban nhân dân`, `Hội đồng`, `Công an`.
fn is_inside(earlier: &str, head: &str, next: &str) -> bool {
    matches!(
        (head, next),
        ("ban", "nhan")
            | ("hoi", "dong" | "nghi")
            | ("cong", "an" | "ty" | "doan" | "nghe" | "thuong")
            | ("doan", "the")
            | ("to", "chuc")
            | ("thue", "tinh")
    ) || (earlier == "uy" && head == "ban")
        || (head == "an"
            && (earlier != "cong" || matches!(next, "tinh" | "thanh" | "xa" | "huyen")))
        || (head == "hoi" && earlier == "xa")
        || (head == "cong" && earlier != "kho" && earlier != "tong")
        || (head == "hang" && earlier != "ngan")
        || (head == "dang" && earlier == "dai")
        || (head == "tra" && earlier != "thanh")
        || (head == "tam" && earlier != "trung")
        || (head == "quy" && matches!(next, "che" | "dinh"))
        || (head == "bo" && matches!(next, "mon"))
        || (head == "truong" && matches!(earlier, "moi" | "thi" | "bo" | "thu"))
        || (head == "vu" && matches!(earlier, "dich" | "noi" | "nghiep"))
        || (head == "so" && earlier == "co")
        || (head == "khoa" && matches!(next, "hoc"))
        || (matches!(head, "tra" | "cong") && matches!(next, "tinh" | "chinh" | "huyen"))
}

fn is_abbreviation(w: &str) -> bool {
    let core = w.trim_matches(|c: char| !c.is_alphanumeric());
    let f = fold::fold(core);
    core.contains(['&', '/'])
        || (core.contains('.') && core.len() < 6)
        || matches!(
            f.as_str(),
            "ubnd"
                | "hdnd"
                | "tp"
                | "tx"
                | "tw"
                | "ubmttq"
                | "mttq"
                | "hcm"
                | "gavi"
                | "qlda"
                | "evn"
                | "vnpt"
                | "ii"
                | "iii"
                | "iv"
                | "i"
                | "vi"
                | "vii"
        )
        || (core.chars().count() > 2
            && !f
                .chars()
                .any(|c| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')))
}

fn capitalised(w: &str) -> String {
    let mut out = String::with_capacity(w.len());
    let mut first = true;
    for c in w.chars() {
        if first && c.is_alphabetic() {
            out.extend(c.to_uppercase());
            first = false;
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agencies_in_normal_case() {
        for (caps, normal) in [
            (
                "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
                "Sở Thông tin và Truyền thông",
            ),
            (
                "ỦY BAN NHÂN DÂN TỈNH KON TUM",
                "Ủy ban nhân dân tỉnh Kon Tum",
            ),
            ("UBND TỈNH ĐỒNG THÁP", "UBND tỉnh Đồng Tháp"),
            (
                "ỦY BAN NHÂN DÂN THÀNH PHỐ CẦN THƠ",
                "Ủy ban nhân dân thành phố Cần Thơ",
            ),
            ("BỘ GIÁO DỤC VÀ ĐÀO TẠO", "Bộ Giáo dục và Đào tạo"),
            ("THỦ TƯỚNG CHÍNH PHỦ", "Thủ tướng Chính phủ"),
            ("THANH TRA", "Thanh tra"),
            ("Sở Y tế", "Sở Y tế"),
        ] {
            assert_eq!(normal_case(caps, None), normal);
        }
        assert_eq!(
            normal_case("SỞ Y TẾ KIÊN GIANG", Some("Kiên Giang")),
            "Sở Y tế Kiên Giang"
        );
    }
}
