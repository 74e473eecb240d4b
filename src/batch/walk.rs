//! From what the user named to the list of files to do, in an order that depends on names alone.
//!
//! Nothing is read here but folders. What cannot be walked is a failure with a reason, not an end. The list is
//! the one thing in a batch that grows with it: some hundred bytes a file.

use std::collections::hash_map::{DefaultHasher, HashMap};
use std::collections::{BTreeMap, HashSet};
use std::ffi::OsStr;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use tempfile::TempDir;

use super::failure::{Failure, FailureKind, shown};
use super::names;
use super::unpack;
use crate::input::EXTENSIONS;

/// Names in OUT that belong to the batch: no document's output may have them.
pub const RESERVED: [&str; 7] = [
    "records.jsonl",
    "records.csv",
    "records.xlsx",
    "tasks.csv",
    "tasks.ics",
    "summary.json",
    "review.html",
];

/// Largest member of an archive; a document may be no larger whatever the limit.
const LARGEST_MEMBER: u64 = 256 << 20;

/// One file to do.
#[derive(Debug, Clone)]
pub struct Job {
    root: Arc<Path>,
    relative: Box<Path>,
    /// Of a member of an archive, where it was unpacked.
    member: Option<(Box<Path>, Arc<TempDir>)>,
}

impl Job {
    /// Where the file is; a member of an archive as if the archive were a folder.
    pub fn path(&self) -> PathBuf {
        self.root.join(&self.relative)
    }

    /// Where its bytes are.
    pub fn bytes_at(&self) -> PathBuf {
        let member = self.member.as_ref();
        member.map_or_else(|| self.path(), |(at, _)| at.to_path_buf())
    }

    /// What the file is called in records: its path below the named folder, with `/` between the parts.
    pub fn name(&self) -> String {
        let parts: Vec<_> = self
            .relative
            .components()
            .map(|c| shown(Path::new(c.as_os_str())))
            .collect();
        parts.join("/")
    }

    /// Its outputs' path below OUT, without extension.
    pub fn stem(&self) -> PathBuf {
        self.relative.with_extension("")
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The files to do, in order.
    pub jobs: Vec<Job>,
    /// What cannot be done, and why.
    pub failures: Vec<Failure>,
    /// Files in the named folders that are no documents by their names: how many of each extension.
    pub skipped: BTreeMap<String, usize>,
    /// The folders the files come from, without links: what makes two batches the same.
    pub roots: Vec<PathBuf>,
}

/// Walks `inputs`. `out` is left out of the walk; `folds` says that its file system takes names that differ only
/// in case or Unicode normalisation for the same.
pub fn walk(inputs: &[PathBuf], out: &Path, folds: bool) -> Found {
    let mut walker = Walker::new(out, folds);
    for input in inputs {
        walker.input(input);
    }
    let Walker { mut found, out, .. } = walker;
    found.roots.sort();
    found.roots.dedup();
    if let Some(out) = out {
        refuse_outputs_that_are_inputs(&mut found, &out);
    }
    found
}

/// The files below `folder` that [`walk`] would come to, archives as they are.
pub fn files(folder: &Path, out: &Path) -> Vec<PathBuf> {
    let mut walker = Walker::new(out, false);
    walker.unpacks = false;
    walker.input(folder);
    walker.found.jobs.iter().map(Job::path).collect()
}

/// Whether a file is the image of a page whose text lies beside it: `x.jpg`, `x-1.png` and `x.txt`. The text is the
/// document then, and the review page shows the image.
fn is_page_of_text(path: &Path) -> bool {
    if !["png", "jpg", "jpeg"].contains(&ending(path).as_str()) {
        return false;
    }
    let stem = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
    let digits = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let whole = digits.strip_suffix('-').filter(|_| digits != stem);
    let texts = ["txt", "text", "ocr", "md", "hocr", "xml"];
    let beside = |stem: &str| {
        let there = |e: &&str| path.with_file_name(format!("{stem}.{e}")).is_file();
        texts.iter().any(there)
    };
    beside(stem) || whole.is_some_and(beside)
}

struct Walker {
    found: Found,
    taken: HashMap<u64, usize>,
    out: Option<PathBuf>,
    folds: bool,
    unpacks: bool,
    windows: bool,
}

impl Walker {
    fn new(out: &Path, folds: bool) -> Self {
        Self {
            found: Found::default(),
            taken: HashMap::new(),
            out: out.canonicalize().ok(),
            folds,
            unpacks: true,
            windows: cfg!(windows),
        }
    }

    fn input(&mut self, input: &Path) {
        let meta = match std::fs::metadata(input) {
            Ok(meta) => meta,
            Err(e) => return self.found.failures.push(Failure::reading(input, &e)),
        };
        let folder = if meta.is_dir() {
            input
        } else {
            match input.parent() {
                Some(p) if !p.as_os_str().is_empty() => p,
                _ => Path::new("."),
            }
        };
        match folder.canonicalize() {
            Ok(root) => self.found.roots.push(root),
            Err(e) => return self.found.failures.push(Failure::reading(folder, &e)),
        }
        if meta.is_dir() {
            self.folder(input);
        } else if let Some(name) = input.file_name() {
            self.found(&Arc::from(folder), Path::new(name));
        }
    }

    fn folder(&mut self, folder: &Path) {
        let root: Arc<Path> = Arc::from(folder);
        let out = self.out.clone();
        let entries = ignore::WalkBuilder::new(folder)
            .standard_filters(false)
            .hidden(true)
            .follow_links(true)
            .sort_by_file_name(|a, b| a.cmp(b))
            .filter_entry(move |e| {
                let folder = e.file_type().is_some_and(|t| t.is_dir());
                !(folder && out.is_some() && e.path().canonicalize().ok() == out)
            })
            .build();
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    self.found.failures.extend(failure(&e, folder));
                    continue;
                }
            };
            if entry.file_type().is_none_or(|t| t.is_dir()) {
                continue;
            }
            let Ok(relative) = entry.path().strip_prefix(folder) else {
                continue;
            };
            let wanted = unpack::is_archive(relative) || is_document(relative);
            if wanted && !is_page_of_text(entry.path()) {
                self.found(&root, relative);
            } else {
                *self.found.skipped.entry(ending(relative)).or_default() += 1;
            }
        }
    }

    /// A file, or the members of an archive.
    fn found(&mut self, root: &Arc<Path>, relative: &Path) {
        let job = |relative: &Path, member| Job {
            root: root.clone(),
            relative: relative.into(),
            member,
        };
        if !self.unpacks {
            return self.found.jobs.push(job(relative, None));
        }
        if !unpack::is_archive(relative) {
            return self.file(job(relative, None));
        }
        let archive = root.join(relative);
        let refuse = |path: &Path, reason: String| {
            Failure::new(shown(path), FailureKind::Unreadable, reason)
        };
        match unpack::unpack(&archive, LARGEST_MEMBER, is_document) {
            Err(reason) => self.found.failures.push(refuse(&archive, reason)),
            Ok(all) => {
                for (name, reason) in all.refused {
                    let path = PathBuf::from(format!("{}/{name}", shown(&archive)));
                    self.found.failures.push(refuse(&path, reason));
                }
                let Some(folder) = all.folder else { return };
                for (name, at) in all.members {
                    let member = Some((at.into(), folder.clone()));
                    self.file(job(&relative.join(name), member));
                }
            }
        }
    }

    fn file(&mut self, job: Job) {
        let stem = job.stem();
        let own = |extension: &str| {
            let mut name = stem.as_os_str().to_owned();
            name.push(extension);
            let name = key(Path::new(&name), self.folds);
            RESERVED.iter().any(|r| name == r.as_bytes())
        };
        if self.windows && names::deceives(&job.relative) {
            let reason = "its output would have a name that stands for something else here";
            let failure = Failure::new(shown(&job.path()), FailureKind::Write, reason);
            return self.found.failures.push(failure);
        }
        if [".txt", ".json", ".edits.jsonl"].into_iter().any(own) {
            let reason = "its output would have the name of one of the batch's own files";
            let failure = Failure::new(shown(&job.path()), FailureKind::Collision, reason);
            return self.found.failures.push(failure);
        }
        let key = hash(&key(&stem, self.folds));
        if let Some(first) = self.taken.get(&key).and_then(|&k| self.found.jobs.get(k)) {
            let (a, b) = (first.path(), job.path());
            if first.bytes_at().canonicalize().ok() != job.bytes_at().canonicalize().ok() {
                let reason = format!("would write the same output as {}", shown(&a));
                let failure = Failure::new(shown(&b), FailureKind::Collision, reason);
                self.found.failures.push(failure);
            }
            return;
        }
        self.taken.insert(key, self.found.jobs.len());
        self.found.jobs.push(job);
    }
}

/// The ending of a file's name, in small letters.
fn ending(path: &Path) -> String {
    let ending = path.extension().map(OsStr::to_string_lossy);
    ending.unwrap_or_default().to_lowercase()
}

/// Whether a file is a document by its name.
fn is_document(path: &Path) -> bool {
    EXTENSIONS.contains(&ending(path).as_str())
}

/// What must differ between two outputs.
fn key(stem: &Path, folds: bool) -> Vec<u8> {
    let bytes = stem.as_os_str().as_encoded_bytes();
    match std::str::from_utf8(bytes) {
        Ok(name) if folds => name.nfc().collect::<String>().to_lowercase().into_bytes(),
        _ => bytes.to_vec(),
    }
}

/// A hash that is the same in every run; 64 bits are enough to tell a million names apart.
pub(super) fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A source is never overwritten, not even with `--force`.
fn refuse_outputs_that_are_inputs(found: &mut Found, out: &Path) {
    if !found.roots.iter().any(|root| root.starts_with(out)) {
        return;
    }
    let place = |job: &Job| job.bytes_at().canonicalize().ok().map(|p| hash(&p));
    let inputs: HashSet<u64> = found.jobs.iter().filter_map(place).collect();
    let (failures, jobs) = (&mut found.failures, &mut found.jobs);
    jobs.retain(|job| {
        let stem = out.join(job.stem());
        let is_input = |extension: &str| {
            let mut path = stem.as_os_str().to_owned();
            path.push(extension);
            let path: PathBuf = PathBuf::from(path).components().collect();
            inputs.contains(&hash(&path))
        };
        let clash = [".txt", ".json", ".edits.jsonl"].into_iter().any(is_input);
        if clash {
            let reason = "its output would overwrite an input";
            failures.push(Failure::new(
                shown(&job.path()),
                FailureKind::Collision,
                reason,
            ));
        }
        !clash
    });
}

fn failure(error: &ignore::Error, folder: &Path) -> Option<Failure> {
    fn path(error: &ignore::Error) -> Option<&Path> {
        match error {
            ignore::Error::WithPath { path, .. } => Some(path),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                path(err)
            }
            ignore::Error::Loop { child, .. } => Some(child),
            _ => None,
        }
    }
    fn is_loop(error: &ignore::Error) -> bool {
        match error {
            ignore::Error::Loop { .. } => true,
            ignore::Error::WithPath { err, .. } | ignore::Error::WithDepth { err, .. } => {
                is_loop(err)
            }
            _ => false,
        }
    }
    let path = path(error).unwrap_or(folder);
    if is_loop(error) {
        let reason = "a symbolic link to a folder above it; not followed";
        return Some(Failure::new(shown(path), FailureKind::Loop, reason));
    }
    // A link that leads nowhere is a lost document only if it has a document's name.
    let document = is_document(path);
    // The system's own reason lies within the words of the crate that walks.
    let reason = error.io_error().map(|e| {
        let within = e.get_ref().and_then(|within| within.source());
        within.and_then(|s| s.downcast_ref()).unwrap_or(e)
    });
    match reason {
        Some(e) if e.kind() == std::io::ErrorKind::NotFound && !document => None,
        Some(e) => Some(Failure::reading(path, e)),
        None => Some(Failure::new(
            shown(path),
            FailureKind::Unreadable,
            error.to_string(),
        )),
    }
}

/// Whether an input's folder is `out` itself.
pub fn same_folder(inputs: &[PathBuf], out: &Path) -> Option<PathBuf> {
    let out = out.canonicalize().ok()?;
    let folder = |input: &PathBuf| -> Option<PathBuf> {
        let path = input.canonicalize().ok()?;
        if path.is_dir() {
            Some(path)
        } else {
            path.parent().map(Path::to_path_buf)
        }
    };
    inputs
        .iter()
        .find(|input| folder(input).as_ref() == Some(&out))
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("folder");
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().expect("parent")).expect("folder");
            fs::write(path, file).expect("file");
        }
        dir
    }

    fn names(found: &Found) -> Vec<String> {
        found.jobs.iter().map(Job::name).collect()
    }

    #[test]
    fn files_come_in_the_order_of_their_names() {
        let dir = tree(&["b/2.txt", "b/10.txt", "a.TXT", "c.jpeg2", ".hidden.txt"]);
        let found = walk(&[dir.path().into()], Path::new("/nowhere"), false);
        assert_eq!(names(&found), ["a.TXT", "b/10.txt", "b/2.txt"]);
        assert_eq!(found.skipped, BTreeMap::from([("jpeg2".to_owned(), 1)]));
        assert_eq!(found.jobs[1].stem(), Path::new("b/10"));
        assert!(found.failures.is_empty());
    }

    #[test]
    fn an_image_beside_its_text_is_no_document() {
        let dir = tree(&[
            "a.jpg", "a-1.png", "a.txt", "b.jpg", "c-2.jpg", "d9.png", "d.txt",
        ]);
        let found = walk(&[dir.path().into()], Path::new("/nowhere"), false);
        assert_eq!(
            names(&found),
            ["a.txt", "b.jpg", "c-2.jpg", "d.txt", "d9.png"]
        );
        assert!(found.failures.is_empty());
    }

    #[test]
    fn two_inputs_of_one_output_are_refused_but_the_first() {
        let dir = tree(&["x.md", "x.txt", "y.txt"]);
        let both = [dir.path().to_path_buf(), dir.path().join("y.txt")];
        let found = walk(&both, Path::new("/nowhere"), false);
        assert_eq!(names(&found), ["x.md", "y.txt"]);
        assert_eq!(found.failures.len(), 1);
        assert!(found.failures[0].file.ends_with("x.txt"));
        assert!(found.failures[0].reason.ends_with("x.md"));
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn names_that_differ_in_case_are_one_where_the_file_system_says_so() {
        let dir = tree(&["A.txt", "a.txt", "e\u{301}.txt", "\u{e9}.txt"]);
        if fs::read_dir(dir.path()).expect("folder").count() < 4 {
            eprintln!("skipped: this file system folds names");
            return;
        }
        let inputs = [dir.path().to_path_buf()];
        assert_eq!(walk(&inputs, Path::new("/nowhere"), false).jobs.len(), 4);
        assert_eq!(walk(&inputs, Path::new("/nowhere"), true).jobs.len(), 2);
    }

    #[test]
    fn the_output_folder_is_left_out() {
        let dir = tree(&["a.txt", "out/a.txt"]);
        let found = walk(&[dir.path().into()], &dir.path().join("out"), false);
        assert_eq!(names(&found), ["a.txt"]);
        assert!(same_folder(&[dir.path().join("a.txt")], dir.path()).is_some());
        assert!(same_folder(&[dir.path().into()], &dir.path().join("out")).is_none());
    }

    #[test]
    fn an_output_that_is_an_input_is_refused() {
        let dir = tree(&["d/d/x.txt", "d/x.txt"]);
        let found = walk(&[dir.path().join("d")], dir.path(), false);
        assert_eq!(names(&found), ["x.txt"]);
        assert!(found.failures[0].reason.contains("overwrite an input"));
    }

    #[test]
    fn the_batch_keeps_its_own_names() {
        let dir = tree(&["summary.txt", "sub/summary.txt"]);
        let found = walk(&[dir.path().into()], Path::new("/nowhere"), false);
        assert_eq!(names(&found), ["sub/summary.txt"]);
        assert_eq!(found.failures[0].kind, FailureKind::Collision);
        let dir = tree(&["SUMMARY.txt", "Review.html.x.txt"]);
        let inputs = [dir.path().to_path_buf()];
        assert_eq!(walk(&inputs, Path::new("/nowhere"), false).jobs.len(), 2);
        let found = walk(&inputs, Path::new("/nowhere"), true);
        assert_eq!(names(&found), ["Review.html.x.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_windows_takes_for_devices_are_refused_there_and_done_elsewhere() {
        let dir = tree(&["a.txt", "b /x.txt", "con.txt", "d:e.txt", "f\\g.txt"]);
        let found = |windows| {
            let mut walker = Walker::new(Path::new("/nowhere"), false);
            walker.windows = windows;
            walker.input(dir.path());
            walker.found
        };
        let elsewhere = found(false);
        assert_eq!((elsewhere.jobs.len(), elsewhere.failures.len()), (5, 0));
        let there = found(true);
        assert_eq!(names(&there), ["a.txt"]);
        assert_eq!(there.failures.len(), 4);
        assert!(there.failures[1].file.ends_with("con.txt"));
        assert!(
            there
                .failures
                .iter()
                .all(|f| f.reason.contains("something else"))
        );
    }

    #[cfg(unix)]
    #[test]
    fn loops_and_dead_links_are_named() {
        use std::os::unix::fs::symlink;
        let dir = tree(&["a/x.txt"]);
        symlink(dir.path(), dir.path().join("a/up")).expect("link");
        symlink("nowhere", dir.path().join("dead.txt")).expect("link");
        symlink("nowhere", dir.path().join("dead.jpeg2")).expect("link");
        let found = walk(
            &[dir.path().into(), "/no/such".into()],
            Path::new("/nowhere"),
            false,
        );
        assert_eq!(names(&found), ["a/x.txt"]);
        let mut kinds: Vec<_> = found.failures.iter().map(|f| f.kind).collect();
        kinds.sort();
        assert_eq!(
            kinds,
            [
                FailureKind::Missing,
                FailureKind::Missing,
                FailureKind::Loop
            ]
        );
    }
}
