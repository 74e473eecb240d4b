//! The fuzz targets' seeds and findings, and generated dispatches with generated damage, through the same functions.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::*;
use crate::language_model::{ask, train};
use crate::repair::Profile;
use crate::repair::channel::{learn, store as tables};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The files of a folder of the project, by name; none where there is no such folder.
fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(project(folder))
        .into_iter()
        .flatten()
        .flatten();
    let mut all: Vec<_> = entries
        .filter_map(|e| {
            let bytes = fs::read(e.path()).ok()?;
            Some((e.file_name().to_string_lossy().into_owned(), bytes))
        })
        .collect();
    all.sort();
    all
}

fn format(name: &str) -> Vec<u8> {
    fs::read(project("corpus/formats").join(name)).expect("a file of the corpus")
}

/// `bytes` behind the byte that a target is told by.
fn behind(first: u8, bytes: &[u8]) -> Vec<u8> {
    [&[first], bytes].concat()
}

const DOCUMENT_XML: &str = "<w:document><w:body><w:p><w:pPr><w:tab/></w:pPr><w:r><w:t>S\u{1ED1}: 12/UBND &amp; x</w:t>\
    <w:tab/><w:br w:type=\"page\"/></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:t>a</w:t></w:p></w:tc><w:tc><w:p><w:t>b</w:t>\
    </w:p></w:tc></w:tr></w:tbl><w:p><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:t>c</w:t></w:p>\
    </w:txbxContent></mc:Choice><mc:Fallback><w:t>c</w:t></mc:Fallback></mc:AlternateContent></w:p></w:body></w:document>";

const PDF_WORDS: &str = "<!DOCTYPE html><html><body><doc><page width=\"595\" height=\"842\"><flow><block><line>\
    <word xMin=\"85.1\" yMin=\"70\" xMax=\"110\" yMax=\"84\">S\u{1ED1}:</word><word xMin=\"112\" yMin=\"70\" xMax=\"150\" \
    yMax=\"84\">12/UBND&#45;VP</word></line></block></flow></page><page><flow><block><line><word xMin=\"1\">\u{B5}</word>\
    </line></block></flow></page></doc></body></html>";

const HOCR: &str = "<html><body><div class='ocr_page' title='bbox 0 0 100 100'><span class='ocr_line'><span \
    class='ocrx_word' title='bbox 1 1 9 9; x_wconf 90'>S6:</span> <span class='ocrx_word' title='bbox 11 1 19 9'>\
    <strong>12&amp;</strong></span></span></div></body></html>";

fn packed_docx() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("word/document.xml", options).expect("part");
    zip.write_all(DOCUMENT_XML.as_bytes()).expect("part");
    zip.finish().expect("archive").into_inner()
}

fn packed_tar() -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in [("b/x.txt", "1"), ("a.txt", "2")] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        tar.append_data(&mut header, name, bytes.as_bytes())
            .expect("member");
    }
    tar.into_inner().expect("archive")
}

const DECISIONS: &str = r#"{"schema":"vanthu.decisions/1","decisions":[
{"file":"a.txt","sha256":"0","action":"correct","line":3,"span":[146,148],"from":"S6","proposed":"Số","to":"Sở"},
{"file":"a.txt","sha256":"0","action":"reject","line":1,"span":[0,4],"from":"UBND","proposed":"UBND","to":"UBND"},
{"file":"a.txt","sha256":"0","action":"correct","document":1,"field":"number","was":"12","value":"13"},
{"file":"a.txt","sha256":"0","action":"correct","document":1,"field":"date","was":null,"value":"2024-05-12"},
{"file":"a.txt","sha256":"0","action":"accept","document":1,"field":"signers[0].name","was":"x","value":null}]}"#;

/// A model of three words, small enough for a fuzzer to take apart.
fn small_model() -> Vec<u8> {
    let lines: Vec<&str> = DISPATCH.lines().collect();
    let options = train::Options {
        min_word_lines: 1,
        min_lines: 1,
        ..train::Options::default()
    };
    let words = train::vocabulary(&lines, &options);
    let estimate = train::fit(&lines, words.clone(), &options, &|_| ());
    let mut sections = ask::sections(&estimate);
    sections.extend(tables::trie(&words));
    let tables = tables::profile(&learn::stripped(&words), &words);
    for profile in Profile::ALL {
        sections.extend(profile.sections().into_iter().zip(tables.clone()));
    }
    store::write(&sections)
}

/// What each target begins with.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "text" => {
            let formats = files("corpus/formats").into_iter();
            let texts = formats.filter(|(name, _)| name.ends_with(".txt"));
            let told = |k: usize| behind(k as u8, &format("tcvn3.txt"));
            let mut all: Vec<_> = texts.map(|(_, b)| behind(255, &b)).collect();
            all.extend((0..Charset::ALL.len()).map(told));
            all
        }
        "pages" => vec![
            behind(0, HOCR.as_bytes()),
            behind(0, format!("\u{FEFF}{HOCR}").as_bytes()),
            behind(0, &format("read.hocr")),
            behind(1, &format("read-alto.xml")),
            behind(2, &format("read-page.xml")),
        ],
        "docx" => vec![
            behind(0, &packed_docx()),
            behind(0, &format("word.docx")),
            behind(1, DOCUMENT_XML.as_bytes()),
        ],
        "pdf" => vec![PDF_WORDS.into()],
        "archive" => vec![
            behind(0, &format("archive.zip")),
            behind(1, &packed_tar()),
            behind(2, &format("packed.tar.gz")),
        ],
        "model" => vec![small_model()],
        "lists" => vec![
            "# m\u{1ED9}t\nNguy\u{1EC5}n V\u{103}n Th\u{1EED}\nSu\u{1ED1}i Th\u{1EED}\n".into(),
            "s6\ts\u{1ED1}\t3\nve\tv\u{1EC1}\t9\n".into(),
            fs::read(project("docs/codes.toml")).expect("codes"),
        ],
        "decisions" => vec![DECISIONS.into()],
        "whole" => {
            let folders = ["corpus/vie", "corpus/eng", "corpus/truth", "corpus/formats"];
            let all = folders.into_iter().flat_map(files);
            all.map(|(_, b)| b)
                .chain([DISPATCH.into(), Vec::new()])
                .collect()
        }
        _ => Vec::new(),
    }
}

/// With `VANTHU_SEEDS` the seeds are written there as well, a folder a target, for a fuzzer to begin with.
#[test]
fn seeds_and_findings_hold() {
    let folder = std::env::var_os("VANTHU_SEEDS").map(PathBuf::from);
    for (target, holds) in TARGETS {
        let seeds = seeds(target);
        assert!(!seeds.is_empty(), "{target} has no seeds");
        for (k, seed) in seeds.iter().enumerate() {
            if let Some(folder) = &folder {
                let folder = folder.join(target);
                fs::create_dir_all(&folder).expect("a folder");
                fs::write(folder.join(format!("seed-{k:03}")), seed).expect("a seed");
            }
            holds(seed);
        }
        for (_, finding) in files(&format!("fuzz/findings/{target}")) {
            holds(&finding);
        }
    }
}

/// What a fuzzer does to an input.
#[derive(Debug, Clone)]
enum Mutation {
    /// Bytes put in the place of as many others, or (true) between them.
    Put(Index, Vec<u8>, bool),
    /// So many bytes left out.
    Cut(Index, usize),
    /// A stretch put in somewhere else once more.
    Again(Index, usize, Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let signs: &[&[u8]] = &[
        b"<",
        b">",
        b"</",
        b"/>",
        b"&",
        b"\"",
        b"\n",
        b"\r\n",
        b"\t",
        b"\0",
        b"\xff",
        b"[",
        b"{",
        b"}",
        b"0",
        b"-1",
        b"PK\x03\x04",
        b"\xef\xbb\xbf",
        "\u{301}".as_bytes(),
        "\u{1F600}".as_bytes(),
    ];
    let signs: Vec<Vec<u8>> = signs.iter().map(|s| s.to_vec()).collect();
    let bytes = prop_oneof![
        prop::sample::select(signs),
        prop::collection::vec(any::<u8>(), 1..5),
    ];
    prop_oneof![
        (any::<Index>(), bytes, any::<bool>())
            .prop_map(|(at, b, between)| Mutation::Put(at, b, between)),
        (any::<Index>(), 1..200usize).prop_map(|(at, n)| Mutation::Cut(at, n)),
        (any::<Index>(), 1..200usize, any::<Index>())
            .prop_map(|(at, n, to)| Mutation::Again(at, n, to)),
    ]
}

fn mutated(seed: &[u8], all: &[Mutation]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for one in all {
        let place = |at: &Index| at.index(bytes.len() + 1);
        let upto = |at: usize, n: usize| bytes.len().min(at + n);
        match one {
            Mutation::Put(at, new, between) => {
                let at = place(at);
                let end = if *between { at } else { upto(at, new.len()) };
                bytes.splice(at..end, new.iter().copied());
            }
            Mutation::Cut(at, n) => {
                let at = place(at);
                bytes.drain(at..upto(at, *n));
            }
            Mutation::Again(at, n, to) => {
                let (at, to) = (place(at), place(to));
                let stretch = bytes[at..upto(at, *n)].to_vec();
                bytes.splice(to..to, stretch);
            }
        }
    }
    bytes
}

/// A short fuzzing on every machine: the same mutations of the seeds in every run, by number and not by time. It knows
/// nothing of coverage; building the targets with it takes minutes (fuzz/run).
#[test]
fn mutated_seeds_hold() {
    for (target, holds) in TARGETS {
        let cases = match target {
            "whole" => 10,
            "text" | "pages" => 100,
            _ => 400,
        };
        let config = Config {
            cases,
            failure_persistence: None,
            max_shrink_iters: 500,
            ..Config::default()
        };
        let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut runner = TestRunner::new_with_rng(config, random);
        let seeds = seeds(target);
        let inputs = (any::<Index>(), prop::collection::vec(mutation(), 1..6));
        let held = runner.run(&inputs, |(seed, all)| {
            let seed: &Vec<u8> = seed.get(&seeds);
            holds(&mutated(seed, &all));
            Ok(())
        });
        held.unwrap_or_else(|e| panic!("{target}: {e}"));
    }
}

/// A file with a model in it, for a pipeline.
fn model_file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("written");
    file
}

fn with_model(file: &tempfile::NamedTempFile) -> crate::Result<Pipeline> {
    Pipeline::new(Settings {
        model: Some(file.path().to_owned()),
        ..Settings::default()
    })
}

#[test]
fn another_model_is_another_pipeline() {
    let built_in = Pipeline::new(Settings::default()).expect("pipeline");
    let small = with_model(&model_file(&small_model())).expect("pipeline");
    assert_ne!(small.id(), built_in.id());
}

#[test]
fn a_model_whose_parts_do_not_fit_is_refused() {
    let whole = small_model();
    let container = Container::new(whole.clone(), "whole", true).expect("a model");
    for section in ["uni", "bi.row", "trie", "str.key", "vie.wkey"] {
        let mut bent = whole.clone();
        let range = container.range(section);
        // The last four bytes of every row are a place within another section.
        let rows = match section {
            "trie" => range.start + 4,
            _ => range.end - 4,
        };
        bent[rows..rows + 4].copy_from_slice(&0x00FF_FFFFu32.to_le_bytes());
        store::sign(&mut bent);
        let refused = with_model(&model_file(&bent))
            .expect_err(section)
            .to_string();
        assert!(
            refused.contains("do not fit") || refused.contains("incomplete"),
            "{section}: {refused}"
        );
    }
}

/// Keys out of order would not be found: wrong probabilities without a word.
#[test]
fn a_model_whose_keys_do_not_ascend_is_refused() {
    let whole = small_model();
    with_model(&model_file(&whole)).expect("a model");
    let container = Container::new(whole.clone(), "whole", true).expect("a model");
    let at = |rows: &str, size: usize, place: usize, k: usize| {
        store::u32_at(container.section(rows), k * size + place) as usize
    };
    for (keys, rows, size, place) in [("bi", "uni", 12, 8), ("tri", "bi.row", 6, 2)] {
        // The first row of two keys or more, and its first two keys, which change places or become one.
        let count = container.section(rows).len() / size - 1;
        let row = (0..count).find(|&k| at(rows, size, place, k) + 1 < at(rows, size, place, k + 1));
        let row = row.unwrap_or_else(|| panic!("{keys}: no row of two keys"));
        let first = container.range(keys).start + 2 * at(rows, size, place, row);
        for doubled in [false, true] {
            let mut bent = whole.clone();
            let [one, two] = [
                [whole[first], whole[first + 1]],
                [whole[first + 2], whole[first + 3]],
            ];
            bent[first..first + 2].copy_from_slice(&two);
            bent[first + 2..first + 4].copy_from_slice(if doubled { &two } else { &one });
            store::sign(&mut bent);
            let refused = with_model(&model_file(&bent)).expect_err(keys).to_string();
            assert!(refused.contains("do not fit"), "{keys}: {refused}");
        }
    }
    // Entries of a key each, whose rows stay where they are; the children of the first node of the trie.
    for (section, size, first, moved) in [("vie.key", 12, 0, 8), ("trie", 8, 1, 8)] {
        let mut bent = whole.clone();
        let one = container.range(section).start + first * size;
        let two = one + size;
        bent[one..one + moved].copy_from_slice(&whole[two..two + moved]);
        bent[two..two + moved].copy_from_slice(&whole[one..one + moved]);
        store::sign(&mut bent);
        let refused = with_model(&model_file(&bent))
            .expect_err(section)
            .to_string();
        assert!(refused.contains("do not fit"), "{section}: {refused}");
    }
}

/// A dispatch: its head, some numbered paragraphs, its foot.
fn dispatches() -> impl Strategy<Value = String> {
    let agency = prop_oneof![
        "UBND XÃ [A-Z]{3,8}",
        Just("SỞ NỘI VỤ".to_owned()),
        Just("ỦY BAN NHÂN DÂN TỈNH".to_owned())
    ];
    let number = prop_oneof![
        "[0-9]{1,4}/(UBND|BC|QĐ|SNV)-[A-ZĐ]{2,4}",
        "[0-9]{1,3}/20[0-2][0-9]/NQ-HĐND"
    ];
    let word = prop_oneof![
        Just("kết quả"),
        Just("thực hiện"),
        Just("báo cáo"),
        Just("theo dõi"),
        Just("đề nghị"),
        Just("các thôn"),
        Just("nhiệm vụ"),
        Just("cán bộ"),
        Just("trước ngày 20/5/2024"),
        Just("Nghị định số 30/2020/NĐ-CP"),
        Just("2.500.000 đồng"),
        Just("Nguyễn Văn Thử"),
        Just("=SUM(1)"),
        Just("<script>"),
        Just("|")
    ];
    let paragraph = proptest::collection::vec(word, 1..14).prop_map(|w| w.join(" "));
    let paragraphs = proptest::collection::vec(paragraph, 1..6);
    (agency, number, 1..32u8, 0..13u8, 1990..2030u16, paragraphs).prop_map(
        |(agency, number, day, month, year, paragraphs)| {
            let mut text = format!(
                "{agency}\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\tĐộc lập - Tự do - Hạnh phúc\nSố: {number}\tSuối Thử, \
                 ngày {day} tháng {month} năm {year}\nV/v {}\n\nKính gửi: Các phòng.\n\n",
                paragraphs[0]
            );
            for (k, paragraph) in paragraphs.iter().enumerate() {
                text += &format!("{}. Yêu cầu {paragraph}.\n", k + 1);
            }
            text + "\nNơi nhận:\tKT. CHỦ TỊCH\n- Như trên;\tPHÓ CHỦ TỊCH\n- Lưu: VT.\n\tNguyễn Văn Thử\n"
        },
    )
}

/// Damage at a place of the text, told by a number.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Lost,
    Doubled,
    Replaced(char),
    PutIn(char),
    Bytes([u8; 2]),
    Bare,
    Decomposed,
    Returns,
    Swapped,
}

fn damage() -> impl Strategy<Value = Vec<(usize, Damage)>> {
    let junk = prop_oneof![
        proptest::char::range(' ', '~'),
        proptest::char::range('\u{C0}', '\u{1EF9}'),
        proptest::sample::select(vec![
            '\n', '\t', '\u{C}', '\u{FFFD}', '\u{300}', '\u{200B}', '\u{1B}', '6', '1', 'l'
        ])
    ];
    let one = prop_oneof![
        4 => Just(Damage::Lost),
        1 => Just(Damage::Doubled),
        6 => junk.clone().prop_map(Damage::Replaced),
        3 => junk.prop_map(Damage::PutIn),
        1 => any::<[u8; 2]>().prop_map(Damage::Bytes),
        1 => Just(Damage::Bare),
        1 => Just(Damage::Decomposed),
        1 => Just(Damage::Returns),
        1 => Just(Damage::Swapped),
    ];
    proptest::collection::vec((any::<usize>(), one), 0..40)
}

fn damaged(text: &str, all: &[(usize, Damage)]) -> Vec<u8> {
    use unicode_normalization::UnicodeNormalization;
    let mut chars: Vec<char> = text.chars().collect();
    let mut bytes: Vec<(usize, [u8; 2])> = Vec::new();
    for &(at, damage) in all {
        let at = at % chars.len();
        let line_end = || {
            chars[at..]
                .iter()
                .position(|c| *c == '\n')
                .map_or(chars.len(), |n| at + n)
        };
        let line: String = chars[at..line_end()].iter().collect();
        let replace_line = |new: String| (at..at + line.chars().count(), new);
        let (range, new) = match damage {
            Damage::Lost => (at..at + 1, String::new()),
            Damage::Doubled => (at..at, chars[at].to_string()),
            Damage::Replaced(c) => (at..at + 1, c.to_string()),
            Damage::PutIn(c) => (at..at, c.to_string()),
            Damage::Bytes(two) => {
                bytes.push((at, two));
                continue;
            }
            Damage::Bare => replace_line(crate::syllable::strip_marks(&line)),
            Damage::Decomposed => replace_line(line.nfd().collect()),
            Damage::Returns => replace_line(line.clone() + "\r"),
            Damage::Swapped => replace_line(line.chars().rev().collect()),
        };
        chars.splice(range, new.chars());
        if chars.is_empty() {
            chars.push(' ');
        }
    }
    let mut out = chars.into_iter().collect::<String>().into_bytes();
    for (at, two) in bytes {
        let at = at % (out.len() + 1);
        out.splice(at..at, two);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_dispatches_with_generated_damage_hold(text in dispatches(), all in damage()) {
        whole(&damaged(&text, &all));
    }

    #[test]
    fn generated_bytes_hold(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for (target, holds) in TARGETS {
            if target != "archive" {
                holds(&bytes);
            }
        }
    }
}

/// A second repair has the first one's words around it and may see more. How much it changes:
/// `cargo test --lib a_second_repair -- --nocapture`.
#[test]
#[expect(clippy::print_stderr, reason = "the figures of docs/reliability.md")]
fn a_second_repair_finds_next_to_nothing() {
    for folder in ["corpus/vie", "corpus/eng", "corpus/truth"] {
        let (mut words, mut first, mut second) = (0, 0, 0);
        for (name, bytes) in files(folder) {
            let outcome = PIPELINES[0].process(&name, &bytes).expect("a text");
            words += outcome.document.text.as_str().split_whitespace().count();
            first += outcome.repaired.edits.len();
            second += repaired_again(&outcome, &PIPELINES[0]).edits.len();
        }
        eprintln!("{folder}: {words} words, {first} changed, {second} changed once more");
        assert!(
            words > 1000 && second * 100 <= words,
            "{folder}: {second} of {words}"
        );
    }
}
