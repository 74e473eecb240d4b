//! What the program is made of keeps to deny.toml: licences, one version of each crate, crates.io alone.
//!
//! `cargo deny` says the same and more (.ci/run calls it where it is installed); this runs on any machine.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

fn rules() -> toml::Table {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml");
    let text = std::fs::read_to_string(path).expect("deny.toml");
    text.parse().expect("TOML")
}

/// The packages of Cargo.lock that this machine builds.
fn packages() -> Vec<Value> {
    let version = Command::new("rustc").arg("-vV").output().expect("rustc");
    let version = String::from_utf8(version.stdout).expect("text");
    let host = version.lines().find_map(|l| l.strip_prefix("host: "));
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .args(["--filter-platform", host.expect("a host")])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let mut metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    match metadata["packages"].take() {
        Value::Array(all) if all.len() > 50 => all,
        other => panic!("no packages: {other}"),
    }
}

fn text<'v>(package: &'v Value, key: &str) -> &'v str {
    package[key].as_str().unwrap_or_default()
}

fn strings<'t>(rules: &'t toml::Table, part: &str, key: &str) -> BTreeSet<&'t str> {
    let all = rules[part][key].as_array().expect("a list");
    all.iter().filter_map(toml::Value::as_str).collect()
}

/// Whether an SPDX expression can be met by what is allowed. `/` is the old sign for OR.
fn is_met(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let mut tokens = spaced.split_whitespace().peekable();
    let met = any(&mut tokens, allowed);
    met && tokens.next().is_none()
}

type Tokens<'t> = std::iter::Peekable<std::str::SplitWhitespace<'t>>;

fn any(tokens: &mut Tokens<'_>, allowed: &BTreeSet<&str>) -> bool {
    let mut met = all(tokens, allowed);
    while tokens.next_if_eq(&"OR").is_some() {
        met |= all(tokens, allowed);
    }
    met
}

fn all(tokens: &mut Tokens<'_>, allowed: &BTreeSet<&str>) -> bool {
    let mut met = one(tokens, allowed);
    while tokens.next_if_eq(&"AND").is_some() {
        met &= one(tokens, allowed);
    }
    met
}

fn one(tokens: &mut Tokens<'_>, allowed: &BTreeSet<&str>) -> bool {
    match tokens.next() {
        Some("(") => {
            let met = any(tokens, allowed);
            tokens.next() == Some(")") && met
        }
        // An exception is a licence of its own.
        Some(name) => match tokens.next_if_eq(&"WITH") {
            Some(_) => {
                tokens.next();
                false
            }
            None => allowed.contains(name),
        },
        None => false,
    }
}

#[test]
fn expressions_are_met_as_they_say() {
    let allowed = BTreeSet::from(["MIT", "Zlib"]);
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("(MIT OR GPL-3.0) AND Zlib", true),
        ("MIT AND GPL-3.0", false),
        ("Zlib AND (GPL-3.0 OR LGPL-3.0)", false),
        ("Apache-2.0 WITH LLVM-exception OR MIT", true),
        ("Apache-2.0 WITH LLVM-exception", false),
        ("", false),
    ] {
        assert_eq!(is_met(expression, &allowed), met, "{expression}");
    }
}

#[test]
fn licences_are_those_of_the_list() {
    let rules = rules();
    let allowed = strings(&rules, "licenses", "allow");
    let packages = packages();
    let refused = packages
        .iter()
        .filter(|p| !is_met(text(p, "license"), &allowed));
    let refused: Vec<_> = refused
        .map(|p| (text(p, "name"), text(p, "license")))
        .collect();
    assert!(refused.is_empty(), "{refused:?}");
}

#[test]
fn each_crate_is_there_once_or_has_its_reason() {
    let rules = rules();
    let skipped = rules["bans"]["skip"].as_array().expect("a list");
    let skipped = skipped.iter().filter(|s| s["reason"].as_str().is_some());
    let skipped: BTreeSet<&str> = skipped
        .filter_map(|s| s["crate"].as_str()?.split('@').next())
        .collect();
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for p in packages() {
        let version = text(&p, "version").to_owned();
        versions
            .entry(text(&p, "name").to_owned())
            .or_default()
            .insert(version);
    }
    versions.retain(|name, all| all.len() > 1 && !skipped.contains(name.as_str()));
    assert!(versions.is_empty(), "{versions:?}");
}

#[test]
fn all_comes_from_the_one_registry() {
    let rules = rules();
    let allowed = strings(&rules, "sources", "allow-registry");
    for p in packages() {
        let source = text(&p, "source");
        let known = source
            .strip_prefix("registry+")
            .is_some_and(|s| allowed.contains(s));
        assert!(
            known || text(&p, "name") == "vanthu",
            "{} comes from {source:?}",
            text(&p, "name")
        );
    }
}
