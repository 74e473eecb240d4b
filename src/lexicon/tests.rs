//! What the lists hold, and how they are asked.

use super::*;

fn lexicon() -> Lexicon {
    Lexicon::new()
}

#[test]
fn syllables_in_use_and_merely_possible() {
    for token in ["của", "QUYẾT", "Hoà", "hòa", "uỷ", "nghiêng", "vắc", "Quới"] {
        assert!(lexicon().is_known_syllable(token), "{token}");
    }
    for token in ["cũa", "chyng", "thuỹnh", "UBND", "", "1", "công nghệ"] {
        assert!(!lexicon().is_known_syllable(token), "{token}");
    }
}

#[test]
fn every_listed_syllable_is_one_and_is_spelt_as_it_is_printed() {
    for syllable in Lexicon::syllables() {
        assert_eq!(
            Syllable::parse(syllable).map(|s| s.to_string()).as_deref(),
            Some(syllable)
        );
    }
}

#[test]
fn words_are_made_of_listed_syllables() {
    let mut longest = 0;
    for (word, _) in WORDS.entries() {
        let parts: Vec<&str> = word.split(' ').collect();
        longest = longest.max(parts.len());
        assert!(parts.iter().all(|part| SYLLABLES.contains(part)), "{word}");
        assert!(lexicon().is_word(&parts), "{word}");
    }
    assert_eq!(longest, Lexicon::MAX_WORD);
}

#[test]
fn words_are_sequences() {
    for word in [
        "công nghệ",
        "triển khai",
        "uỷ ban",
        "ủy ban",
        "khoa học",
        "thủ tục",
        "chi tiết",
        "cơ quan",
    ] {
        assert!(
            lexicon().is_word(&word.split(' ').collect::<Vec<_>>()),
            "{word}"
        );
    }
    for word in ["công", "của các", "chỉ tiết", "nghệ công", "triển bền", ""] {
        assert!(
            !lexicon().is_word(&word.split(' ').collect::<Vec<_>>()),
            "{word}"
        );
    }
    assert!(!lexicon().is_word(&[]));
    assert!(!lexicon().is_word(&["khoa", "học", "và", "công", "nghệ", "khoa"]));
}

#[test]
fn places_of_both_epochs() {
    for name in [
        "Hà Đông",
        "HOÀN KIẾM",
        "Thủ Dầu Một",
        "Khánh Hoà",
        "Rạch Giá",
        "Từ Liêm",
        "Đắk Lắk",
        "Hà Tây",
    ] {
        assert!(lexicon().is_place(name), "{name}");
    }
    assert_eq!(
        lexicon().place_levels("Phú Quốc"),
        Some("thành phố, đặc khu")
    );
    for name in ["Công Văn", "Phường 5", "IV", "", "Kính Gửi"] {
        assert!(!lexicon().is_place(name), "{name}");
    }
    assert!(lexicon().is_place_part("krông"));
    assert!(lexicon().is_place_part("Đắk"));
    assert!(!lexicon().is_place_part("chyng"));
}

#[test]
fn every_place_is_found_in_capitals_and_small_letters() {
    for (name, levels) in PLACES.entries() {
        assert_eq!(
            lexicon().place_levels(&name.to_uppercase()),
            Some(levels),
            "{name}"
        );
        assert_eq!(
            lexicon().place_levels(&name.to_lowercase()),
            Some(levels),
            "{name}"
        );
        assert!(
            name.split([' ', '-'])
                .filter(|part| !part.is_empty())
                .all(|part| lexicon().is_place_part(part))
        );
    }
}

#[test]
fn provinces_by_name_alias_and_level() {
    let province = |name| lexicon().province(name).unwrap();
    let kien_giang = province("tỉnh Kiên Giang");
    assert_eq!((kien_giang.name, kien_giang.level), ("Kiên Giang", "tỉnh"));
    assert_eq!(
        (kien_giang.of_63, kien_giang.of_34, kien_giang.successor),
        (true, false, Some("An Giang"))
    );
    assert_eq!(province("TP.HCM").name, "Hồ Chí Minh");
    assert_eq!(province("TP. Cần Thơ").name, "Cần Thơ");
    assert_eq!(province("ĐĂK LĂK").name, "Đắk Lắk");
    assert_eq!(province("Bà Rịa – Vũng Tàu").name, "Bà Rịa - Vũng Tàu");
    assert_eq!(province("Thừa Thiên - Huế").successor, Some("Huế"));
    let hue = province("Thành phố Huế");
    assert_eq!(
        (hue.level, hue.of_63, hue.of_34),
        ("thành phố", false, true)
    );
    let ha_tay = province("Hà Tây");
    assert_eq!(
        (ha_tay.of_63, ha_tay.of_34, ha_tay.successor),
        (false, false, None)
    );
    assert_eq!(lexicon().province("Sở Y tế"), None);
    assert_eq!(lexicon().province("tỉnh "), None);
}

#[test]
fn there_were_63_and_are_34_and_each_of_the_63_lives_on_in_one() {
    assert_eq!(
        (
            PROVINCES_63.entries().count(),
            PROVINCES_34.entries().count()
        ),
        (63, 34)
    );
    for (name, _) in PROVINCES_63.entries() {
        let successor = lexicon().province(name).unwrap().successor.unwrap();
        assert!(
            lexicon().province(successor).unwrap().of_34,
            "{name} -> {successor}"
        );
    }
    for (alias, name) in PROVINCE_ALIASES.entries() {
        assert_eq!(lexicon().province(alias).unwrap().name, name, "{alias}");
    }
}

#[test]
fn agencies_by_abbreviation() {
    let names = |abbreviation: &str| {
        lexicon()
            .agencies_by_abbreviation(abbreviation)
            .collect::<Vec<_>>()
    };
    assert_eq!(names("UBND"), ["Ủy ban nhân dân"]);
    assert_eq!(names("BTC"), ["Ban Tổ chức", "Bộ Tài chính"]);
    assert_eq!(names("BGDÐT"), ["Bộ Giáo dục và Đào tạo"]);
    assert_eq!(names("snv"), ["Sở Nội vụ"]);
    assert!(names("XYZ").is_empty());
}

#[test]
fn document_types_by_code_and_title() {
    let code = |code| {
        lexicon()
            .document_type_by_code(code)
            .map(|found| found.title)
    };
    assert_eq!(code("QÐ"), Some("Quyết định"));
    assert_eq!(code("TTr"), Some("Tờ trình"));
    assert_eq!(code("SL"), Some("Sao lục"));
    assert_eq!((code("-"), code("UBND"), code("")), (None, None, None));
    let title = |title| lexicon().document_type_by_title(title);
    assert_eq!(title("QUYẾT ĐỊNH").unwrap().code, Some("QĐ"));
    assert_eq!(title("Công văn").unwrap().title, "Công văn");
    assert_eq!(title("BẢN THOẢ THUẬN").unwrap().code, Some("BTT"));
    assert_eq!(title("Giấy ủy quyền").unwrap().code, Some("GUQ"));
    assert_eq!(title("Kính gửi"), None);
}

/// Nghị định 30/2020/NĐ-CP, Phụ lục III: the 27 abbreviations, and công văn and thư công without one.
#[test]
fn the_29_types_of_decree_30_are_there() {
    let codes =
        "NQ QĐ CT QC QyĐ TC TB HD CTr KH PA ĐA DA BC BB TTr HĐ CĐ BGN BTT GUQ GM GGT GNP PG PC PB";
    for code in codes.split(' ') {
        let found = lexicon().document_type_by_code(code).unwrap();
        assert_eq!(found.code, Some(code));
        assert_eq!(
            lexicon().document_type_by_title(found.title),
            Some(found),
            "{code}"
        );
    }
    assert_eq!(codes.split(' ').count(), 27);
    assert_eq!(
        lexicon().document_type_by_title("Thư công").unwrap().code,
        None
    );
}

#[test]
fn names_of_persons() {
    for name in ["Nguyễn", "ĐOÀN", "Lò", "Giàng", "Ksor", "Thạch"] {
        assert!(lexicon().is_surname(name), "{name}");
    }
    for name in ["Hoà", "HẰNG", "Tuấn", "Thị", "Văn"] {
        assert!(lexicon().is_given_name(name), "{name}");
    }
    assert!(!lexicon().is_surname("Kính"));
    assert!(!lexicon().is_given_name("Nguyệtt"));
    assert!(lexicon().is_position("PHÓ GIÁM ĐỐC"));
    assert!(!lexicon().is_position("Nguyễn Văn"));
}

#[test]
fn abbreviations_keep_their_capitals() {
    for token in [
        "UBND", "HĐND", "MTTQ", "CNTT", "BHXH", "ÐVSNCL", "TTg", "QyĐ", "CTr",
    ] {
        assert!(lexicon().is_abbreviation(token), "{token}");
    }
    for token in ["ubnd", "XVII", "CÔNG", "-", "", "BVSNCL"] {
        assert!(!lexicon().is_abbreviation(token), "{token}");
    }
    assert_eq!(lexicon().expansion("CNTT"), Some("công nghệ thông tin"));
}

#[test]
fn a_users_file_adds_words_and_abbreviations() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("terms.txt");
    std::fs::write(&path, "Nậm Khoà Xyz\nBQLCHX\nzơi\n").unwrap();
    let lexicon = lexicon().with_user_file(&path).unwrap();
    assert_eq!(lexicon.user_entries(), ["Nậm Khoà Xyz", "BQLCHX", "zơi"]);
    assert!(lexicon.is_word(&["nậm", "khòa", "xyz"]));
    assert!(lexicon.is_abbreviation("BQLCHX"));
    assert!(lexicon.is_known_syllable("Zơi"));
    assert!(!lexicon.is_abbreviation("zơi"));
    std::fs::write(&path, "Ba\n\u{FFFD}\n").unwrap();
    let error = lexicon.with_user_file(&path).unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "{}:2: holds a control character, a tab or U+FFFD",
            path.display()
        )
    );
}

#[test]
fn the_closed_vocabulary_is_spelt_right() {
    let phrases: Vec<&str> = Lexicon::boilerplate().collect();
    for phrase in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "KT. GIÁM ĐỐC",
        "Kính gửi:",
    ] {
        assert!(phrases.contains(&phrase), "{phrase}");
    }
    for phrase in phrases {
        for token in phrase
            .split(|c: char| !c.is_alphabetic())
            .filter(|token| token.chars().count() > 3)
        {
            let known = lexicon().is_known_syllable(token) || lexicon().is_abbreviation(token);
            assert!(
                known || matches!(token, "Email" | "Website"),
                "{token} in {phrase}"
            );
        }
    }
}
