//! Syllables that are and are not, in the small and against the lists of others.

use super::*;
use std::path::PathBuf;

fn parts(token: &str) -> Option<(&'static str, &'static str, Tone)> {
    Syllable::parse(token).map(|s| (s.onset, s.rime, s.tone))
}

#[test]
fn reads_onset_rime_and_tone() {
    for (token, onset, rime, tone) in [
        ("ngày", "ng", "ay", Tone::Huyen),
        ("nghiêng", "ngh", "iêng", Tone::Ngang),
        ("QUYẾT", "qu", "yêt", Tone::Sac),
        ("Điện", "đ", "iên", Tone::Nang),
        ("ươm", "", "ươm", Tone::Ngang),
        ("gì", "gi", "i", Tone::Huyen),
        ("giếng", "gi", "iêng", Tone::Sac),
        ("gìn", "gi", "in", Tone::Huyen),
        ("gieo", "gi", "eo", Tone::Ngang),
        ("giữ", "gi", "ư", Tone::Nga),
        ("quốc", "qu", "ôc", Tone::Sac),
        ("quí", "qu", "i", Tone::Sac),
        ("quý", "qu", "y", Tone::Sac),
        ("yêu", "", "yêu", Tone::Ngang),
        ("khuỷu", "kh", "uyu", Tone::Hoi),
        ("cửa", "c", "ưa", Tone::Hoi),
        ("ý", "", "y", Tone::Sac),
        ("kỹ", "k", "y", Tone::Nga),
        ("Pắc", "p", "ăc", Tone::Sac),
    ] {
        assert_eq!(parts(token), Some((onset, rime, tone)), "{token}");
    }
}

#[test]
fn both_tone_placements_are_one_syllable() {
    for (new, old) in [
        ("hoà", "hòa"),
        ("khoẻ", "khỏe"),
        ("Thuỷ", "thủy"),
        ("UỶ", "ủy"),
        ("loé", "lóe"),
    ] {
        assert_eq!(Syllable::parse(new), Syllable::parse(old), "{new}");
        assert_eq!(Syllable::parse(new).unwrap().to_string(), old);
    }
}

#[test]
fn what_ocr_makes_is_no_syllable() {
    for token in [
        "",
        "chyng",
        "Péc",
        "1ap",
        "Quéc",
        "Cic",
        "Kien1",
        "tw",
        "phiic",
        "cé",
        "ngị",
        "ghà",
        "kà",
        "qua\u{300}",
        "tiềng\u{301}",
        "bìên",
        "hóá",
        "hoan̉",
        "dinhh",
        "nghiêngg",
        "cia",
        "iên",
        "tyên",
        "quiên",
        "x",
        "ng",
        "đ",
        "gía",
        "qúy",
        "Ðiều",
        "jan",
        "web",
        "zô",
        "d\u{FFFD}ng",
        "tập-",
        "a b",
    ] {
        assert_eq!(Syllable::parse(token), None, "{token}");
    }
}

#[test]
fn final_stops_take_two_tones() {
    for rime in ["tac", "tat", "tap", "tach"] {
        assert!(!is_syllable(rime), "{rime}");
    }
    for token in ["tàc", "tảt", "tãp", "tảch", "quyễt"] {
        assert!(!is_syllable(token), "{token}");
    }
    let viec = Syllable::parse("việc").unwrap();
    assert_eq!(viec.with_tone(Tone::Huyen), None);
    assert_eq!(viec.with_tone(Tone::Sac).unwrap().to_string(), "viếc");
    let tinh = Syllable::parse("tỉnh").unwrap();
    let all: Vec<String> = Tone::ALL
        .iter()
        .filter_map(|tone| tinh.with_tone(*tone))
        .map(|s| s.to_string())
        .collect();
    assert_eq!(all, ["tinh", "tình", "tỉnh", "tĩnh", "tính", "tịnh"]);
}

#[test]
fn folding_moves_only_open_glides() {
    for (text, folded) in [
        ("Cộng hoà xã hội", "Cộng hòa xã hội"),
        ("UỶ BAN", "ỦY BAN"),
        ("thuý, khoẻ; loà-xoà", "thúy, khỏe; lòa-xòa"),
        ("Uỷ viên", "Ủy viên"),
        (
            "hoàn toàn, quý, quả, thuyền, huỳnh",
            "hoàn toàn, quý, quả, thuyền, huỳnh",
        ),
        ("xyzoà 1oà", "xyzoà 1òa"),
    ] {
        assert_eq!(fold_tone_placement(text), folded);
    }
    assert!(matches!(
        fold_tone_placement("Sở Y tế, hòa"),
        Cow::Borrowed(_)
    ));
}

#[test]
fn marks_come_off() {
    assert_eq!(
        strip_marks("ĐỘC LẬP - Tự do - Hạnh phúc 1/7"),
        "DOC LAP - Tu do - Hanh phuc 1/7"
    );
    assert_eq!(strip_marks("ñ ü 政"), "ñ ü 政");
}

/// The lists of others, beside the repository; absent in a plain clone.
fn shared(name: &str) -> Option<String> {
    let root = std::env::var_os("VANTHU_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    std::fs::read_to_string(root.join("lists/syllables").join(name)).ok()
}

/// Tokens of a list that do not parse, and how many there were.
fn refused(list: &str) -> (Vec<&str>, usize) {
    let tokens: Vec<&str> = list
        .lines()
        .map(str::trim)
        .filter(|t| !t.is_empty())
        .collect();
    (
        tokens.iter().copied().filter(|t| !is_syllable(t)).collect(),
        tokens.len(),
    )
}

/// The rest of the attested list is misprints (`gii`, `gỉa`, `iên`, `quọ`). The rest of the formal list, made by
/// crossing onsets and rimes, are spellings that the rules exclude (`coa` and `cuân` for `qua` and `quân`, `iên`
/// without onset, `ghy`, `quoa`, `quưa`) and bare `p` before rimes that no word or name has.
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn the_lists_of_others_parse() {
    for (name, share) in [
        ("uts_syllables_v1_2022.txt", 0.0),
        ("hieuthi_all_vietnamese_syllables_v1_2022.txt", 0.0),
    ] {
        let Some(list) = shared(name) else {
            eprintln!("SKIPPED: ../shared/lists/syllables/{name} is absent");
            continue;
        };
        let (refused, all) = refused(&list);
        eprintln!("{name}: {} of {all} refused: {refused:?}", refused.len());
        assert!(
            1.0 - refused.len() as f64 / all as f64 >= share,
            "{name}: {refused:?}"
        );
    }
}
