//! The letters of the single-byte and two-byte encodings, from their standards.
//!
//! TCVN3 is the small set VN3 of TCVN 5712:1993, as the ABC fonts have it; the capitals with a tone come from the
//! full set VN1, whose other places VN3 leaves free. VISCII is RFC 1456. VNI is the Windows set of VNI-Times: a
//! base letter and a byte for its mark, some letters in one byte.

/// TCVN3, bytes A0 to FF. What stands at 80 to 9F are the quotes and dashes of windows-1252.
pub const TCVN3: &str = "\u{A0}ĂÂÊÔƠƯĐăâêôơưđẰ\
\u{300}\u{309}\u{303}\u{301}\u{323}àảãáạẲằẳẵắẴ\
ẮẦẨẪẤỀặầẩẫấậèỂẻẽ\
éẹềểễếệìỉỄẾỒĩíịò\
Ổỏõóọồổỗốộờởỡớợù\
ỖủũúụừửữứựỳỷỹýỵỐ";

/// VISCII, bytes 80 to FF.
pub const VISCII: &str = "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ\
ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ\
Õắằặấầẩậẽẹếềểễệố\
ồổỗỠƠộờởịỰỨỪỬơớƯ\
ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ\
ĐứÒÓÔạỷừửÙÚỹỵÝỡư\
àáâãảăữẫèéêẻìíĩỉ\
đựòóôõỏọụùúũủýợỮ";

/// VISCII's six letters among the control codes.
pub const VISCII_LOW: [(u8, char); 6] = [
    (0x02, 'Ẳ'),
    (0x05, 'Ẵ'),
    (0x06, 'Ẫ'),
    (0x14, 'Ỷ'),
    (0x19, 'Ỹ'),
    (0x1E, 'Ỵ'),
];

/// VNI: letters in one byte, small and capital.
pub const VNI_LETTERS: [(u8, char); 18] = [
    (0xED, 'í'),
    (0xEC, 'ì'),
    (0xE6, 'ỉ'),
    (0xF3, 'ĩ'),
    (0xF2, 'ị'),
    (0xF4, 'ơ'),
    (0xF6, 'ư'),
    (0xEE, 'ỵ'),
    (0xF1, 'đ'),
    (0xCD, 'Í'),
    (0xCC, 'Ì'),
    (0xC6, 'Ỉ'),
    (0xD3, 'Ĩ'),
    (0xD2, 'Ị'),
    (0xD4, 'Ơ'),
    (0xD6, 'Ư'),
    (0xCE, 'Ỵ'),
    (0xD1, 'Đ'),
];

/// VNI: the byte behind a base letter (small; capitals are 32 lower) and the marks it stands for.
pub const VNI_MARKS: [(u8, &str); 17] = [
    (0xF9, "\u{301}"),
    (0xF8, "\u{300}"),
    (0xFB, "\u{309}"),
    (0xF5, "\u{303}"),
    (0xEF, "\u{323}"),
    (0xE2, "\u{302}"),
    (0xE1, "\u{302}\u{301}"),
    (0xE0, "\u{302}\u{300}"),
    (0xE5, "\u{302}\u{309}"),
    (0xE3, "\u{302}\u{303}"),
    (0xE4, "\u{302}\u{323}"),
    (0xEA, "\u{306}"),
    (0xE9, "\u{306}\u{301}"),
    (0xE8, "\u{306}\u{300}"),
    (0xFA, "\u{306}\u{309}"),
    (0xFC, "\u{306}\u{303}"),
    (0xEB, "\u{306}\u{323}"),
];
