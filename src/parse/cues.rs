//! The closed vocabulary of the form: words that say which cell a line belongs to.
//!
//! All cues are folded (no marks, lower case), see [`super::fold`]. Types and abbreviations: NĐ 30/2020/NĐ-CP,
//! Phụ lục III; TT 01/2011/TT-BNV for older ones; HD 36-HD/VPTW for the Party's.

/// A type of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentType {
    /// Abbreviation in the symbol; empty when it has none.
    pub code: &'static str,
    /// Name in normal case.
    pub name: &'static str,
    /// Name without marks.
    pub folded: &'static str,
}

const fn t(code: &'static str, name: &'static str, folded: &'static str) -> DocumentType {
    DocumentType { code, name, folded }
}

/// Types; longer names before the names they begin with.
pub const TYPES: &[DocumentType] = &[
    t("TTLT", "Thông tư liên tịch", "thong tu lien tich"),
    t("NQLT", "Nghị quyết liên tịch", "nghi quyet lien tich"),
    t("CTPH", "Chương trình phối hợp", "chuong trinh phoi hop"),
    t("CTHĐ", "Chương trình hành động", "chuong trinh hanh dong"),
    t("VBHN", "Văn bản hợp nhất", "van ban hop nhat"),
    t("NQ", "Nghị quyết", "nghi quyet"),
    t("QĐ", "Quyết định", "quyet dinh"),
    t("CT", "Chỉ thị", "chi thi"),
    t("QC", "Quy chế", "quy che"),
    t("QyĐ", "Quy định", "quy dinh"),
    t("TC", "Thông cáo", "thong cao"),
    t("TB", "Thông báo", "thong bao"),
    t("HD", "Hướng dẫn", "huong dan"),
    t("CTr", "Chương trình", "chuong trinh"),
    t("KH", "Kế hoạch", "ke hoach"),
    t("PA", "Phương án", "phuong an"),
    t("ĐA", "Đề án", "de an"),
    t("DA", "Dự án", "du an"),
    t("BC", "Báo cáo", "bao cao"),
    t("BB", "Biên bản", "bien ban"),
    t("TTr", "Tờ trình", "to trinh"),
    t("HĐ", "Hợp đồng", "hop dong"),
    t("CĐ", "Công điện", "cong dien"),
    t("BGN", "Bản ghi nhớ", "ban ghi nho"),
    t("BTT", "Bản thỏa thuận", "ban thoa thuan"),
    t("GUQ", "Giấy ủy quyền", "giay uy quyen"),
    t("GM", "Giấy mời", "giay moi"),
    t("GGT", "Giấy giới thiệu", "giay gioi thieu"),
    t("GNP", "Giấy nghỉ phép", "giay nghi phep"),
    t("GĐĐ", "Giấy đi đường", "giay di duong"),
    t("GP", "Giấy phép", "giay phep"),
    t("PG", "Phiếu gửi", "phieu gui"),
    t("PC", "Phiếu chuyển", "phieu chuyen"),
    t("PB", "Phiếu báo", "phieu bao"),
    t("PT", "Phiếu trình", "phieu trinh"),
    t("NĐ", "Nghị định", "nghi dinh"),
    t("TT", "Thông tư", "thong tu"),
    t("L", "Luật", "luat"),
    t("PL", "Pháp lệnh", "phap lenh"),
    t("KL", "Kết luận", "ket luan"),
    t("TM", "Thư mời", "thu moi"),
    t("", "Thư công", "thu cong"),
    t("", "Công văn", "cong van"),
    t("", "Thông tri", "thong tri"),
    t("", "Quy hoạch", "quy hoach"),
    t("", "Chiến lược", "chien luoc"),
    t("", "Điều lệ", "dieu le"),
    t("", "Nội quy", "noi quy"),
    t("", "Lệnh", "lenh"),
    t("SY", "Sao y", "sao y"),
    t("TrS", "Trích sao", "trich sao"),
    t("SL", "Sao lục", "sao luc"),
];

/// The type whose abbreviation is `code` as it stands in a symbol; `Đ` and `Ð` are one letter here.
pub fn type_by_code(code: &str) -> Option<&'static DocumentType> {
    let code = code.replace('\u{d0}', "Đ");
    let older = match code.as_str() {
        "GN" => "BGN",
        "TTh" => "BTT",
        "UQ" => "GUQ",
        "NP" => "GNP",
        other => other,
    };
    let exact = TYPES.iter().find(|t| !t.code.is_empty() && t.code == older);
    exact.or_else(|| {
        let upper = |code: &'static str| code.chars().flat_map(char::to_uppercase);
        let same = |t: &&DocumentType| older.chars().flat_map(char::to_uppercase).eq(upper(t.code));
        TYPES.iter().find(|t| t.code.len() > 1 && same(t))
    })
}

/// The first line of the motto.
pub const COUNTRY: &str = "cong hoa xa hoi chu nghia viet nam";
/// The second line of the motto.
pub const MOTTO: &str = "doc lap - tu do - hanh phuc";
/// The Party's line.
pub const PARTY: &str = "dang cong san viet nam";

/// First words of the name of an agency.
pub const AGENCY: &[&str] = &[
    "uy ban",
    "ubnd",
    "hdnd",
    "hoi dong",
    "so ",
    "bo ",
    "cuc ",
    "tong cuc",
    "chi cuc",
    "vu ",
    "vien",
    "truong ",
    "dai hoc",
    "hoc vien",
    "trung tam",
    "benh vien",
    "phong ",
    "ban ",
    "van phong",
    "thanh tra",
    "chinh phu",
    "thu tuong",
    "quoc hoi",
    "chu tich nuoc",
    "cong an",
    "quan khu",
    "bo chi huy",
    "bo tu lenh",
    "kho bac",
    "ngan hang",
    "bao hiem",
    "toa an",
    "vien kiem sat",
    "kiem toan",
    "hai quan",
    "thue",
    "lien doan",
    "cong doan",
    "doan ",
    "hoi ",
    "mat tran",
    "ubmttq",
    "dang bo",
    "dang uy",
    "tinh uy",
    "thanh uy",
    "huyen uy",
    "quan uy",
    "thi uy",
    "trung uong",
    "cong ty",
    "tap doan",
    "tong cong ty",
    "nha may",
    "xi nghiep",
    "chi nhanh",
    "tram ",
    "khoa ",
    "dai phat thanh",
    "bao ",
    "tap chi",
    "vien thong",
    "buu dien",
    "dien luc",
    "khu ",
    "quy ",
    "to ",
    "lien hiep",
    "du an",
    "tinh ",
    "thanh pho",
    "huyen ",
    "quan ",
    "thi xa",
    "thi tran",
    "phuong ",
    "xa ",
    "dang doan",
];

/// Positions of signers.
pub const POSITION: &[&str] = &[
    "giam doc",
    "chu tich",
    "bo truong",
    "thu truong",
    "thu tuong",
    "chanh van phong",
    "van phong",
    "cuc truong",
    "vu truong",
    "vien truong",
    "hieu truong",
    "truong phong",
    "truong ban",
    "chanh thanh tra",
    "tong thanh tra",
    "bi thu",
    "chu nhiem",
    "tong giam doc",
    "tong cuc truong",
    "chi cuc truong",
    "truong phong",
    "thu ky",
    "uy vien",
    "truong thue",
    "chanh an",
    "vien truong",
    "tong bien tap",
    "truong doan",
    "doi truong",
    "tu lenh",
    "chi huy truong",
    "thong doc",
    "tong kiem toan",
    "truong khoa",
    "to truong",
    "chinh uy",
    "ke toan truong",
    "chanh thanh",
    "pho phong",
    "pho ban",
    "pho truong",
];

/// Marks of urgency: cue and value.
pub const URGENCY: &[(&str, &str)] = &[
    ("hoa toc hen gio", "hoa_toc_hen_gio"),
    ("hoa toc", "hoa_toc"),
    ("thuong khan", "thuong_khan"),
    ("khan", "khan"),
];

/// Marks of secrecy: cue and value.
pub const SECRECY: &[(&str, &str)] = &[
    ("tuyet mat", "tuyet_mat"),
    ("toi mat", "toi_mat"),
    ("mat", "mat"),
];

/// Limits of circulation.
pub const CIRCULATION: &[&str] = &["xem xong tra lai", "luu hanh noi bo", "khong pho bien"];

/// Words that open a paragraph of the body.
pub const OPENING: &[&str] = &[
    "can cu",
    "thuc hien",
    "theo ",
    "xet ",
    "de ",
    "nham ",
    "trong ",
    "sau khi",
    "ngay ",
    "tiep theo",
    "phuc dap",
    "tra loi",
    "vua qua",
    "hien nay",
    "trien khai",
    "qua ",
    "dieu ",
    "chuong ",
    "phan ",
    "muc ",
    "nhan duoc",
    "de nghi",
    "tren co so",
    "thua ",
    "kinh thua",
    "truoc ",
    "ve viec ",
    "so y te",
    "so ",
    "uy ban",
    "ubnd",
    "bo ",
    "i.",
    "1.",
];

/// Family names, folded: nearly every Vietnamese signer bears one of them.
pub const FAMILY_NAMES: &[&str] = &[
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do",
    "ho", "ngo", "duong", "ly", "dao", "doan", "dinh", "truong", "lam", "mai", "trinh", "luong",
    "ha", "to", "ta", "cao", "chu", "chau", "thai", "ton", "luu", "la", "quach", "vuong", "tong",
    "tang", "tieu", "tu", "thach", "son", "kim", "danh", "lo", "lu", "ka", "ma", "be", "nong",
    "hua", "giang", "giap", "khuc", "khuat", "kieu", "lai", "mac", "nghiem", "ong", "phi", "phung",
    "phuong", "quan", "than", "thieu", "an", "au", "bach", "banh", "bach", "cam", "can", "con",
    "cu", "cung", "dam", "dieu", "duc", "hau", "hinh", "kha", "khong", "lang", "lien", "loi",
    "luc", "luan", "mau", "nham", "ngan", "ninh", "nhu", "pho", "sam", "sieu", "tat", "thao",
    "thi", "thong", "tien", "trang", "trieu", "tuong", "tuy", "uong", "van", "vi", "viem", "xa",
    "y", "ksor", "rmah", "siu", "hvo", "giang", "sung", "giay", "vang", "ly",
];
