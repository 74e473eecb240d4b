//! What the repair does and leaves alone, on sentences of our own.

use vanthu::document::EditKind;
use vanthu::pipeline::{Pipeline, Settings};
use vanthu::repair::{Profile, Repaired};

fn pipeline(profile: Profile, lexicon: Option<&str>) -> Pipeline {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lexicon.txt");
    let lexicon = lexicon.map(|entries| {
        std::fs::write(&path, entries).expect("written");
        path.clone()
    });
    let settings = Settings {
        profile: Some(profile),
        lexicon,
        ..Settings::default()
    };
    Pipeline::new(settings).expect("a pipeline")
}

fn repaired(pipeline: &Pipeline, text: &str) -> Repaired {
    pipeline
        .repair("test", text.as_bytes())
        .expect("repaired")
        .1
}

#[track_caller]
fn becomes(profile: Profile, text: &str, wanted: &str) {
    let out = repaired(&pipeline(profile, None), text);
    assert_eq!(out.text.as_str(), wanted);
    for edit in &out.edits {
        let (start, end) = (edit.span.start, edit.span.end);
        assert_eq!(&text[start..end], edit.from);
        assert!(!edit.to.is_empty() && edit.to != edit.from);
    }
}

#[test]
fn marks_come_back_by_what_stands_around() {
    becomes(
        Profile::Stripped,
        "Gia tinh thue tai nguyen doi voi da voi va cat xay dung",
        "Giá tính thuế tài nguyên đối với đá vôi và cát xây dựng",
    );
    becomes(
        Profile::Stripped,
        "Hoi dong da hop va thong nhat noi dung",
        "Hội đồng đã họp và thống nhất nội dung",
    );
}

#[test]
fn debris_of_letters_is_part_of_the_word() {
    becomes(
        Profile::Unmarked,
        "nha dau tu' du an nha 6 xa héi",
        "nhà đầu tư dự án nhà ở xã hội",
    );
}

#[test]
fn the_head_of_a_subject_is_a_formula() {
    let out = repaired(
        &pipeline(Profile::Unmarked, None),
        "Viv huéng dan cong tac luu tr¥",
    );
    assert!(out.text.as_str().starts_with("V/v hướng dẫn công tác"));
    assert_eq!(out.edits[0].kind, EditKind::Boilerplate);
}

#[test]
fn a_wrong_mark_that_was_never_seen_is_found() {
    becomes(
        Profile::Marked,
        "Y học cỗ truyền và tẻ bào gốc",
        "Y học cổ truyền và tế bào gốc",
    );
}

#[test]
fn letters_of_paragraphs_follow_one_another() {
    becomes(
        Profile::Unmarked,
        "c) cong khai\nd) minh bach\nd) dung han",
        "c) công khai\nd) minh bạch\nđ) đúng hạn",
    );
    becomes(
        Profile::Marked,
        "e) công khai\nø) minh bạch\nh) đúng hạn",
        "e) công khai\ng) minh bạch\nh) đúng hạn",
    );
}

#[test]
fn the_smear_of_a_rule_goes_and_a_blank_stays() {
    becomes(
        Profile::Marked,
        "_Điều 2. Hiệu lực_ thi hành\nHọ và tên: ____ Ngày __ tháng __",
        "Điều 2. Hiệu lực thi hành\nHọ và tên: ____ Ngày __ tháng __",
    );
}

#[test]
fn codes_and_digits_stay() {
    for text in [
        "Công văn số 1935/BYT-BM-TE ngày 14/4/2017",
        "Tờ trình số 5584/TTr-BNNMT ngày 29 tháng 8",
        "theo khoản 6 Điều 14 và mục 16",
    ] {
        becomes(Profile::Marked, text, text);
    }
}

#[test]
fn a_users_words_are_protected_and_preferred() {
    let text = "gui Cong ty Vihatexco va ong Lo Van Pinh de biet";
    let plain = repaired(&pipeline(Profile::Stripped, None), text);
    let taught = repaired(
        &pipeline(
            Profile::Stripped,
            Some("# tên riêng\nCông ty Vihatexco\nLò Văn Pịnh\n"),
        ),
        text,
    );
    assert!(!plain.text.as_str().contains("Lò Văn Pịnh"));
    assert!(taught.text.as_str().contains("Công ty Vihatexco"));
    assert!(taught.text.as_str().contains("ông Lò Văn Pịnh"));
    let marked = "ông Lò Văn Pịnh nhận";
    let kept = repaired(&pipeline(Profile::Marked, Some("Lò Văn Pịnh\n")), marked);
    assert_eq!(kept.text.as_str(), marked);
}

#[test]
fn a_bad_line_of_a_lexicon_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("names.txt");
    std::fs::write(&path, b"Nguy\xE1\xBB\x85n An\n\xFF\n").expect("written");
    let settings = Settings {
        lexicon: Some(path),
        ..Settings::default()
    };
    let error = Pipeline::new(settings).expect_err("no list").to_string();
    assert!(
        error.contains("names.txt") && error.contains('2'),
        "{error}"
    );
}

#[test]
fn a_word_said_a_hundred_thousand_times_is_counted() {
    let text = "da, ".repeat(100_000);
    let out = repaired(&pipeline(Profile::Stripped, None), &text);
    assert_eq!(
        out.text.as_str().len(),
        out.text.as_str().trim_end().len() + 1
    );
    assert_eq!(out.text.as_str().split(", ").count(), 100_001);
}
