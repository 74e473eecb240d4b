//! What later runs should know of what people decided: words that no list holds, and readings of damaged words.
//!
//! A folder of the user's holds the decisions it was taught ([`KNOWN`]), and what follows from them: [`LEXICON`], one
//! entry a line, which protects and attracts in repair; [`CONFUSIONS`], what was read, what is right, how often.
//! Both are written anew from all decisions, so teaching the same file twice changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::decisions::{Action, Decisions, Store, Target};
use crate::error::{Error, Result};
use crate::syllable;

/// The decisions a folder was taught.
pub const KNOWN: &str = "decisions.json";
/// Words and names, one a line.
pub const LEXICON: &str = "lexicon.txt";
/// Read, right and how often, with tabs between.
pub const CONFUSIONS: &str = "confusions.tsv";

const HEAD: &str = "# Written by `vanthu learn` and written anew each time: own entries belong into a file of their own.\n";

/// How much a folder knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Learnt {
    /// Decisions.
    pub decisions: usize,
    /// Entries of the lexicon.
    pub entries: usize,
    /// Pairs of what was read and what is right.
    pub confusions: usize,
}

/// Teaches `folder` the decisions of a file.
///
/// # Errors
/// [`Error::Io`] and [`Error::Format`] when the folder cannot be read or written.
pub fn learn(folder: &Path, new: Decisions) -> Result<Learnt> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |reason| Error::Io { path, reason }
    };
    std::fs::create_dir_all(folder).map_err(io(folder))?;
    let known = folder.join(KNOWN);
    let mut store = Store::default();
    if known.exists() {
        store.add(Decisions::read(&known)?.decisions);
    }
    store.add(new.decisions);
    let all = store.file();
    let (entries, confusions) = (entries(&all), confusions(&all));
    let json = all.json(&known.display().to_string())? + "\n";
    let lexicon: String = entries.iter().map(|e| format!("{e}\n")).collect();
    let pairs: String = confusions
        .iter()
        .map(|((from, to), n)| format!("{from}\t{to}\t{n}\n"))
        .collect();
    for (name, text) in [
        (LEXICON, format!("{HEAD}{lexicon}")),
        (CONFUSIONS, format!("{HEAD}{pairs}")),
        (KNOWN, json),
    ] {
        let (path, scratch) = (folder.join(name), folder.join(format!(".{name}.new")));
        std::fs::write(&scratch, text).map_err(io(&scratch))?;
        std::fs::rename(&scratch, &path).map_err(io(&path))?;
    }
    Ok(Learnt {
        decisions: all.decisions.len(),
        entries: entries.len(),
        confusions: confusions.len(),
    })
}

/// Reads the pairs that a folder was taught: read, right, how often. A folder without them knows none.
///
/// # Errors
/// [`Error::Io`] when they cannot be read, [`Error::List`] at a line that is no pair.
pub fn pairs(folder: &Path) -> Result<Vec<(String, String, u32)>> {
    let path = folder.join(CONFUSIONS);
    let text = match std::fs::read_to_string(&path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(reason) => return Err(Error::Io { path, reason }),
        Ok(text) => text,
    };
    parse(&path, &text)
}

/// The pairs in the text of the file `path`.
pub(crate) fn parse(path: &Path, text: &str) -> Result<Vec<(String, String, u32)>> {
    let mut pairs = Vec::new();
    for (k, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parts: Vec<&str> = line.split('\t').collect();
        match parts[..] {
            [from, to, n] if n.parse::<u32>().is_ok() => {
                pairs.push((
                    from.to_owned(),
                    to.to_owned(),
                    n.parse().unwrap_or_default(),
                ));
            }
            _ => {
                return Err(Error::List {
                    file: path.display().to_string(),
                    line: k + 1,
                    reason: "read, right and a number are needed, with tabs between".to_owned(),
                });
            }
        }
    }
    Ok(pairs)
}

/// What the lexicon should hold: values of fields that name somebody or something, and words that are no syllables
/// of the language. An ordinary syllable teaches nothing: it is known, and right only where it stood.
fn entries(all: &Decisions) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for d in &all.decisions {
        match &d.on {
            Target::Word { to, .. } => {
                let word = to.trim_matches(|c: char| !c.is_alphanumeric());
                let letters = word.chars().filter(|c| c.is_alphabetic()).count();
                let odd = word
                    .split(['-', '/', ' '])
                    .any(|s| !syllable::is_syllable(s));
                if letters > 1 && odd && !word.contains(|c: char| c.is_ascii_digit()) {
                    found.insert(word.to_owned());
                }
            }
            Target::Field { field, value, .. } => {
                let name = field.split(['[', '.']).next().unwrap_or_default();
                let named = matches!(
                    name,
                    "issuers" | "parent_agency" | "place" | "recipients" | "signers"
                );
                if let Some(value) = value.as_ref().filter(|v| named && v.len() <= 200)
                    && value.contains(char::is_alphabetic)
                {
                    found.insert(value.split_whitespace().collect::<Vec<_>>().join(" "));
                }
            }
        }
    }
    found
}

/// What was read and what is right, words that were right as read among them; digits teach nothing.
fn confusions(all: &Decisions) -> BTreeMap<(String, String), u32> {
    let mut found = BTreeMap::new();
    for d in &all.decisions {
        let Target::Word {
            from, to, proposed, ..
        } = &d.on
        else {
            continue;
        };
        let silent = from == to && proposed == to && d.action != Action::Accept;
        let plain = |s: &str| !s.contains(|c: char| c.is_control() || c.is_numeric());
        if !silent && plain(to) && !from.contains(char::is_control) {
            *found.entry((from.clone(), to.clone())).or_default() += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::decisions::Decision;
    use super::*;

    fn taught() -> Decisions {
        let word = |start: usize, from: &str, to: &str| Decision {
            file: "a.txt".into(),
            sha256: "00".into(),
            action: Action::Correct,
            on: Target::Word {
                line: 1,
                span: [start, start + from.len()],
                from: from.into(),
                proposed: from.into(),
                to: to.into(),
            },
        };
        let field = Decision {
            file: "a.txt".into(),
            sha256: "00".into(),
            action: Action::Accept,
            on: Target::Field {
                document: 1,
                field: "issuers[0]".into(),
                was: None,
                value: Some("Trạm  Y tế Cư Né".into()),
            },
        };
        let decisions = vec![
            word(0, "Krong", "Krông"),
            word(9, "cia", "của"),
            word(20, "cia", "của"),
            word(30, "s6", "số"),
            word(40, "l2", "12"),
            field,
        ];
        Decisions {
            schema: super::super::decisions::SCHEMA.into(),
            version: String::new(),
            decisions,
        }
    }

    #[test]
    fn names_and_readings_are_learnt_once() {
        let dir = tempfile::tempdir().expect("folder");
        let first = learn(dir.path(), taught()).expect("learnt");
        assert_eq!(learn(dir.path(), taught()).expect("learnt"), first);
        let lexicon = std::fs::read_to_string(dir.path().join(LEXICON)).expect("lexicon");
        let entries: Vec<_> = lexicon.lines().filter(|l| !l.starts_with('#')).collect();
        assert_eq!(entries, ["Krông", "Trạm Y tế Cư Né"]);
        let pairs = pairs(dir.path()).expect("pairs");
        assert!(pairs.contains(&("cia".into(), "của".into(), 2)));
        assert!(pairs.contains(&("s6".into(), "số".into(), 1)));
        assert!(!pairs.iter().any(|p| p.0 == "l2"));
        let lists = crate::lexicon::Lexicon::new();
        let taught = lists.with_user_file(&dir.path().join(LEXICON));
        assert!(taught.expect("a list").is_user_entry("krông"));
    }

    #[test]
    fn a_line_that_is_no_pair_is_named() {
        let dir = tempfile::tempdir().expect("folder");
        assert!(pairs(dir.path()).expect("none").is_empty());
        std::fs::write(dir.path().join(CONFUSIONS), "# x\na\tb\n").expect("file");
        let error = pairs(dir.path()).expect_err("refused").to_string();
        assert!(error.contains("confusions.tsv:2"), "{error}");
    }
}
