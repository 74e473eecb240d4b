//! Settings from `vanthu.toml` and from the environment.
//!
//! Every flag has a key of its name: `--min-confidence` is `min-confidence` in the file and
//! `VANTHU_MIN_CONFIDENCE` in the environment. A flag goes before the environment, the environment before the
//! file. Both are laid under the flags as their default values, so a value is checked in one way wherever it
//! comes from.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::builder::Resettable;
use clap::{Arg, ArgAction, Command};

use vanthu::batch::failure::shown;

use super::Exit;
use super::args;
use super::words::Language;

/// Where the file is looked for.
const FILE: &str = "vanthu.toml";

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Setting {
    value: String,
    whence: String,
}

/// What the file and the environment say.
#[derive(Debug, Default)]
pub struct Layers {
    settings: BTreeMap<String, Setting>,
}

impl Layers {
    /// Reads the file that `typed` or the environment names, or the one in the current folder, and the
    /// environment.
    ///
    /// # Errors
    /// When the file cannot be read or has a key that is no flag.
    pub fn read(typed: &[OsString]) -> anyhow::Result<Self> {
        let named = flag(typed, "config").or_else(|| std::env::var_os("VANTHU_CONFIG"));
        let mut layers = Self::default();
        match named {
            Some(name) => layers.file(&PathBuf::from(name))?,
            None if PathBuf::from(FILE).is_file() => layers.file(&PathBuf::from(FILE))?,
            None => {}
        }
        layers.environment(|name| std::env::var(name).ok());
        Ok(layers)
    }

    fn file(&mut self, path: &PathBuf) -> anyhow::Result<()> {
        let name = shown(path);
        let text = std::fs::read_to_string(path).with_context(|| name.clone())?;
        self.toml(&name, &text)
    }

    fn toml(&mut self, name: &str, text: &str) -> anyhow::Result<()> {
        let table: toml::Table = text.parse().with_context(|| name.to_owned())?;
        let known = keys();
        for (key, value) in table {
            if !known.contains_key(&key) {
                let near = known.keys().min_by_key(|k| distance(k, &key));
                let hint = near.filter(|k| distance(k, &key) <= 3);
                let hint = hint.map_or_else(
                    || "`vanthu config` lists the keys".to_owned(),
                    |k| format!("is it {k}?"),
                );
                bail!("{name}: unknown key {key}; {hint}");
            }
            let value = match value {
                toml::Value::String(s) => s,
                toml::Value::Integer(n) => n.to_string(),
                toml::Value::Float(x) => x.to_string(),
                toml::Value::Boolean(b) => b.to_string(),
                _ => bail!("{name}: {key}: a text, a number, true or false is needed"),
            };
            self.set(key, value, name.to_owned());
        }
        Ok(())
    }

    fn environment(&mut self, get: impl Fn(&str) -> Option<String>) {
        for (key, flag) in keys() {
            let name = variable(&key);
            let Some(value) = get(&name) else { continue };
            let value = match (flag, value.to_lowercase().as_str()) {
                (true, "1" | "yes" | "on") => "true".to_owned(),
                (true, "" | "0" | "no" | "off") => "false".to_owned(),
                _ => value,
            };
            self.set(key, value, name);
        }
    }

    fn set(&mut self, key: String, value: String, whence: String) {
        self.settings.insert(key, Setting { value, whence });
    }

    /// The language of messages, which must be known before anything can be said.
    pub fn language(&self, typed: &[OsString]) -> Language {
        let typed = flag(typed, "lang").and_then(|s| s.into_string().ok());
        let set = || self.settings.get("lang").map(|s| s.value.clone());
        typed
            .or_else(set)
            .and_then(|s| clap::ValueEnum::from_str(&s, true).ok())
            .unwrap_or_default()
    }

    /// Lays the settings under the flags of the same names.
    pub fn apply(&self, command: Command) -> Command {
        let lay = |arg: Arg| match arg.get_long().and_then(|key| self.settings.get(key)) {
            Some(setting) => arg
                .required(false)
                .default_value(Resettable::Value(setting.value.clone().into())),
            None => arg,
        };
        command
            .mut_args(lay)
            .mut_subcommands(|sub| sub.mut_args(lay))
    }

    /// Where the value comes from that clap did not like, if it was not typed.
    pub fn explain(&self, error: &clap::Error) -> Option<String> {
        use clap::error::{ContextKind, ContextValue};
        let get = |kind| match error.get(kind) {
            Some(ContextValue::String(s)) => Some(s.as_str()),
            _ => None,
        };
        let (arg, value) = (
            get(ContextKind::InvalidArg)?,
            get(ContextKind::InvalidValue)?,
        );
        let key = arg.strip_prefix("--")?.split(' ').next()?;
        let setting = self.settings.get(key).filter(|s| s.value == value)?;
        Some(format!("the value comes from {}", setting.whence))
    }
}

/// The value of a flag among arguments that have not been parsed yet.
fn flag(typed: &[OsString], key: &str) -> Option<OsString> {
    let long = format!("--{key}");
    let mut typed = typed.iter().take_while(|a| *a != OsStr::new("--"));
    while let Some(arg) = typed.next() {
        if *arg == OsStr::new(&long) {
            return typed.next().cloned();
        }
        let value = arg
            .to_str()
            .and_then(|a| a.strip_prefix(&long)?.strip_prefix('='));
        if let Some(value) = value {
            return Some(value.into());
        }
    }
    None
}

/// The keys, and whether each is a flag without a value. The file cannot name itself.
fn keys() -> BTreeMap<String, bool> {
    let command = args::command();
    let all = command.get_arguments();
    let all = all.chain(command.get_subcommands().flat_map(Command::get_arguments));
    all.filter_map(|a| Some((a.get_long()?, a.get_action())))
        .filter(|(key, _)| !["config", "help", "version"].contains(key))
        .map(|(key, action)| (key.to_owned(), matches!(action, ArgAction::SetTrue)))
        .collect()
}

fn variable(key: &str) -> String {
    format!("VANTHU_{}", key.replace('-', "_").to_uppercase())
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// `vanthu config`: what is in force without flags, as a `vanthu.toml`.
pub fn print(layers: &Layers) -> anyhow::Result<Exit> {
    std::io::stdout().write_all(listing(layers).as_bytes())?;
    Ok(Exit::Done)
}

/// A value as TOML: a number or a truth as it is, anything else as a text without control characters.
fn quoted(value: &str) -> String {
    let bare = format!("x = {value}").parse::<toml::Table>();
    let bare = bare.is_ok_and(|t| match &t["x"] {
        toml::Value::Integer(n) => n.to_string() == value,
        toml::Value::Float(x) => x.to_string() == value,
        toml::Value::Boolean(b) => b.to_string() == value,
        _ => false,
    });
    if bare {
        return value.to_owned();
    }
    let escaped = value.chars().flat_map(|c| match c {
        '"' | '\\' => vec!['\\', c],
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)).chars().collect(),
        c => vec![c],
    });
    format!("\"{}\"", escaped.collect::<String>())
}

fn listing(layers: &Layers) -> String {
    let command = args::command();
    let mut defaults = BTreeMap::new();
    for sub in std::iter::once(&command).chain(command.get_subcommands()) {
        for arg in sub.get_arguments() {
            if let (Some(key), [value]) = (arg.get_long(), arg.get_default_values()) {
                defaults.insert(key.to_owned(), value.to_string_lossy().into_owned());
            }
        }
    }
    let mut out = String::new();
    for (key, flag) in keys() {
        let line = match (layers.settings.get(&key), defaults.get(&key)) {
            (Some(s), _) => format!("{key} = {}  # {}", quoted(&s.value), s.whence),
            (None, Some(value)) => format!("{key} = {}  # default", quoted(value)),
            (None, None) if flag => format!("{key} = false  # default"),
            (None, None) => format!("# {key} is not set"),
        };
        let _ = writeln!(out, "{line}");
    }
    out
}

/// What must hold of any file of settings: refused with a reason, or what is in force can be listed and read back.
#[cfg(any(test, fuzzing))]
pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut layers = Layers::default();
    if layers.toml("vanthu.toml", text).is_err() {
        return;
    }
    let listed = listing(&layers);
    let mut again = Layers::default();
    again
        .toml("vanthu.toml", &listed)
        .expect("what is listed can be read");
    for (key, setting) in &layers.settings {
        let same = again.settings.get(key).map(|s| &s.value);
        assert_eq!(same, Some(&setting.value), "{key} in {listed}");
    }
    let command = layers.apply(args::command());
    let parsed = command.try_get_matches_from(["vanthu", "run", "in", "-o", "out"]);
    let built = parsed.and_then(|m| clap::FromArgMatches::from_arg_matches(&m));
    if let Ok(args::Arguments {
        command: args::Command::Run(run),
        ..
    }) = built
    {
        let _ = (
            super::run::settings(&run.job),
            super::run::options(&run.job, Vec::new()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(toml: &str, env: &[(&str, &str)]) -> anyhow::Result<Layers> {
        let mut layers = Layers::default();
        layers.toml("vanthu.toml", toml)?;
        let get = |name: &str| {
            let found = env.iter().find(|(n, _)| *n == name);
            found.map(|(_, v)| (*v).to_owned())
        };
        layers.environment(get);
        Ok(layers)
    }

    fn threads(layers: &Layers, typed: &[&str]) -> usize {
        let typed = ["vanthu", "run", "in"].iter().chain(typed);
        let matches = layers.apply(args::command()).try_get_matches_from(typed);
        let matches = matches.expect("arguments");
        let run = matches.subcommand_matches("run").expect("run");
        *run.get_one("threads").expect("threads")
    }

    #[test]
    fn flags_go_before_the_environment_and_that_before_the_file() {
        let file = "threads = 2\nout = \"o\"\nforce = true\n";
        let all = layers(file, &[("VANTHU_THREADS", "3")]).expect("layers");
        assert_eq!(threads(&all, &["--threads", "4"]), 4);
        assert_eq!(threads(&all, &[]), 3);
        assert_eq!(threads(&layers(file, &[]).expect("layers"), &[]), 2);
    }

    #[test]
    fn a_key_that_is_no_flag_is_refused_with_a_hint() {
        let refused = |toml| layers(toml, &[]).expect_err("refused").to_string();
        assert_eq!(
            refused("thread = 2"),
            "vanthu.toml: unknown key thread; is it threads?"
        );
        assert!(refused("colour = 2").ends_with("lists the keys"));
        assert!(refused("threads = [1]").contains("is needed"));
    }

    #[test]
    fn the_listing_says_whence_and_can_be_read_back() {
        let all = layers(
            "min-confidence = 0.8",
            &[("VANTHU_FORCE", "1"), ("VANTHU_LANG", "vi")],
        )
        .expect("layers");
        let text = listing(&all);
        assert!(text.contains("min-confidence = 0.8  # vanthu.toml\n"));
        assert!(text.contains("force = true  # VANTHU_FORCE\n"));
        assert!(text.contains("lang = \"vi\"  # VANTHU_LANG\n"));
        assert!(text.contains("quiet = false  # default\n"));
        assert!(layers(&text, &[]).is_ok());
    }

    #[test]
    fn any_file_of_settings_is_refused_or_listed() {
        let findings = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/findings/config");
        let findings = std::fs::read_dir(findings).into_iter().flatten().flatten();
        for finding in findings {
            holds(&std::fs::read(finding.path()).expect("a finding"));
        }
        for seed in [
            "threads = 2\nout = \"o\"\nforce = true\nmin-confidence = 0.5\n",
            "out = \"inf\"\n",
            "out = \"0x10\"\nmodel = '1.'\n",
            "out = \"a\\u007fb\\u001b\"\n",
            "min-confidence = nan\ntimeout = inf\nevery = 1e300\n",
            "force = \"perhaps\"\nlang = \"vi\"\n",
        ] {
            holds(seed.as_bytes());
        }
    }

    #[test]
    fn flags_are_found_before_they_are_parsed() {
        let typed = |all: &[&str]| all.iter().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(
            flag(&typed(&["v", "--lang", "vi"]), "lang"),
            Some("vi".into())
        );
        assert_eq!(flag(&typed(&["v", "--lang=vi"]), "lang"), Some("vi".into()));
        assert_eq!(flag(&typed(&["v", "--", "--lang=vi"]), "lang"), None);
    }
}
