//! The form of the text lists in `dictionaries/`: what the program's searches rely on, and what keeps their
//! differences readable.

use std::path::Path;
use unicode_normalization::is_nfc;

/// Each list with its number of columns.
const LISTS: [(&str, usize); 15] = [
    ("abbreviations.txt", 2),
    ("agencies.txt", 2),
    ("boilerplate.txt", 1),
    ("document_types.txt", 2),
    ("given_names.txt", 1),
    ("place_parts.txt", 1),
    ("places.txt", 2),
    ("positions.txt", 1),
    ("province_aliases.txt", 2),
    ("provinces_34.txt", 2),
    ("provinces_63.txt", 3),
    ("provinces_former.txt", 1),
    ("surnames.txt", 1),
    ("syllables.txt", 1),
    ("words.txt", 1),
];

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("dictionaries")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn lists_are_in_canonical_form() {
    for (name, columns) in LISTS {
        let text = read(name);
        assert!(
            text.ends_with('\n') && !text.contains('\r'),
            "{name}: line ends"
        );
        assert!(is_nfc(&text), "{name}: not NFC");
        assert!(!text.contains('Ð'), "{name}: Eth for Đ");
        let lines: Vec<&str> = text.lines().collect();
        for (number, pair) in lines.windows(2).enumerate() {
            assert!(
                pair[0] < pair[1],
                "{name}:{}: {:?} stands before {:?}",
                number + 2,
                pair[0],
                pair[1]
            );
        }
        for (number, line) in lines.iter().enumerate() {
            let place = format!("{name}:{}: {line:?}", number + 1);
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!(fields.len(), columns, "{place}: columns");
            assert!(
                fields
                    .iter()
                    .all(|field| !field.is_empty() && *field == field.trim()),
                "{place}: spaces"
            );
            assert!(
                !line.contains("  ") && !line.contains(|c: char| c.is_control() && c != '\t'),
                "{place}"
            );
        }
    }
}

#[test]
fn lists_are_small() {
    let size: usize = LISTS.iter().map(|(name, _)| read(name).len()).sum();
    assert!(size < 1_600_000, "{size}");
    assert!(read("words.txt").len() <= 600_000);
    assert!(read("places.txt").len() <= 400_000);
}

/// A rebuilt list must not leave the README's figures behind.
#[test]
fn the_readme_counts_right() {
    let readme = read("README.md");
    for (name, _) in LISTS {
        let entries = read(name).lines().count();
        let row = readme
            .lines()
            .find(|line| line.starts_with(&format!("| `{name}`")));
        let row = row.unwrap_or_else(|| panic!("README.md has no row for {name}"));
        assert!(
            row.contains(&format!("| {entries} |")),
            "{name} has {entries} entries: {row}"
        );
    }
}

/// Rebuilding the model gives the same bytes only as long as the search that it was trained with finds the same.
#[test]
fn the_model_was_trained_with_the_search_as_it_is() {
    use vanthu::language_model::Model;
    let file = vanthu::repair::built_in().expect("the built-in model");
    let about: serde_json::Value =
        serde_json::from_slice(file.section("about")).expect("`about` is JSON");
    let model = Model::new(file).expect("the language model");
    let now = vanthu::repair::context::learn::fingerprint(&model).expect("the channels");
    assert_eq!(
        about["candidates"],
        format!("{now:016x}"),
        "the search finds other candidates than in training: train the model again (dictionaries/README.md)"
    );
}
