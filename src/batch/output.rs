//! Files in OUT: whole or not there, and never in the place of something a person may want.
//!
//! A file is written under another name in OUT's own folder `.vanthu`, which lies on the same file system, and
//! then renamed. What stands already is replaced only when nothing can be lost by it: it is equal, or it is what
//! an earlier run left there and nobody has edited since, or a power cut has emptied it, or the user said so.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::failure::{Failure, FailureKind, plain, shown};

/// Folder in OUT that holds the journal, the lock and what is being written.
pub const PRIVATE: &str = ".vanthu";

/// 128 bits of SHA-256: enough to recognise a file, half the memory.
pub type Mark = [u8; 16];

/// The mark of some bytes.
pub fn mark(bytes: &[u8]) -> Mark {
    cut(&Sha256::digest(bytes))
}

/// The mark of a file, and its last byte, if it has any.
///
/// # Errors
/// When the system cannot read it.
pub fn mark_of(path: &Path) -> io::Result<(Mark, Option<u8>)> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut last = [0];
    let last = match io::copy(&mut file, &mut hasher)? {
        0 => None,
        _ => {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
            Some(last[0])
        }
    };
    Ok((cut(&hasher.finalize()), last))
}

/// The first half of a digest.
pub(super) fn cut(digest: &[u8]) -> Mark {
    let mut mark = Mark::default();
    mark.copy_from_slice(&digest[..16]);
    mark
}

/// The output folder.
#[derive(Debug)]
pub struct Output {
    folder: PathBuf,
    force: bool,
    counter: AtomicU64,
}

/// What is to be done with a place in OUT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Write there.
    Free,
    /// The same bytes are there already.
    Same,
}

impl Output {
    /// The folder OUT, made if need be and emptied of what a killed run was writing.
    ///
    /// # Errors
    /// When it cannot be made or written.
    pub fn open(folder: &Path, force: bool) -> io::Result<Self> {
        let scratch = folder.join(PRIVATE).join("tmp");
        match fs::remove_dir_all(&scratch) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => fs::create_dir_all(&scratch)?,
        }
        Ok(Self {
            folder: folder.to_owned(),
            force,
            counter: AtomicU64::new(0),
        })
    }

    /// OUT itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A path for something that is not finished.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.folder.join(PRIVATE).join("tmp").join(name)
    }

    /// Whether what has the mark `new` may stand at `relative`; `known` is what an earlier run left there.
    ///
    /// # Errors
    /// [`FailureKind::Exists`] when something stands there that must stay.
    pub fn place(
        &self,
        relative: &Path,
        new: &Mark,
        known: Option<&Mark>,
    ) -> Result<Place, Failure> {
        let path = self.folder.join(relative);
        let failure = |kind, reason: &str| Err(Failure::new(shown(&path), kind, reason));
        match fs::metadata(&path) {
            Ok(meta) if meta.is_file() => {}
            // A link that leads nowhere is replaced by the file, like a place where nothing is.
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Place::Free),
            Err(e) => return Err(Failure::reading(&path, &e)),
            Ok(_) => {
                let reason = "the output exists and is no regular file";
                return failure(FailureKind::Exists, reason);
            }
        }
        let (there, last) = mark_of(&path).map_err(|e| Failure::reading(&path, &e))?;
        if there == *new {
            return Ok(Place::Same);
        }
        // After a power cut a file may be empty, or have its length but not its bytes.
        let torn = last.is_none_or(|byte| byte == 0);
        if self.force || torn || known == Some(&there) {
            return Ok(Place::Free);
        }
        let reason = if known.is_some() {
            "the output was edited after it was written (--force replaces it)"
        } else {
            "the output exists and is not from an earlier run (--force replaces it)"
        };
        failure(FailureKind::Exists, reason)
    }

    /// Puts `bytes` at `relative`, at once or not at all.
    ///
    /// # Errors
    /// When the system cannot write it.
    pub fn put(&self, relative: &Path, bytes: &[u8]) -> io::Result<()> {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let scratch = self.scratch(&number.to_string());
        let written = File::create(&scratch)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| self.rename(&scratch, relative));
        if written.is_err() {
            let _ = fs::remove_file(&scratch);
        }
        written
    }

    /// Moves a finished file to its place.
    ///
    /// # Errors
    /// When the system cannot.
    pub fn rename(&self, scratch: &Path, relative: &Path) -> io::Result<()> {
        let path = self.folder.join(relative);
        match fs::rename(scratch, &path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound && self.folder.exists() => {
                if let Some(parent) = path.parent() {
                    fs::create_dir_all(parent)?;
                }
                fs::rename(scratch, &path)
            }
            done => done,
        }
    }

    /// Whether an error means that no output can be written any more.
    pub fn is_lost(&self, error: &io::Error) -> bool {
        use io::ErrorKind::{
            NotFound, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
        };
        match error.kind() {
            StorageFull | QuotaExceeded | ReadOnlyFilesystem => true,
            NotFound | PermissionDenied => File::create(self.scratch("probe")).is_err(),
            _ => false,
        }
    }

    /// The failure of writing `relative`.
    pub fn failure(&self, relative: &Path, error: &io::Error) -> Failure {
        Failure::new(
            shown(&self.folder.join(relative)),
            FailureKind::Write,
            plain(error),
        )
    }

    /// Whether the file system takes names that differ only in case or Unicode normalisation for the same.
    pub fn folds_names(&self) -> bool {
        let made = self.scratch("fold-e\u{301}");
        let folded = File::create(&made).is_ok()
            && (self.scratch("fold-\u{e9}").exists() || self.scratch("FOLD-e\u{301}").exists());
        let _ = fs::remove_file(made);
        folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(place: Result<Place, Failure>) -> Result<Place, FailureKind> {
        place.map_err(|f| f.kind)
    }

    #[test]
    fn what_stands_there_is_replaced_only_when_nothing_is_lost() {
        let dir = tempfile::tempdir().expect("folder");
        let out = Output::open(dir.path(), false).expect("out");
        let name = Path::new("sub/a.txt");
        assert_eq!(kind(out.place(name, &mark(b"new"), None)), Ok(Place::Free));
        out.put(name, b"old").expect("written");
        assert_eq!(kind(out.place(name, &mark(b"old"), None)), Ok(Place::Same));
        assert_eq!(
            kind(out.place(name, &mark(b"new"), None)),
            Err(FailureKind::Exists)
        );
        let ours = mark(b"old");
        assert_eq!(
            kind(out.place(name, &mark(b"new"), Some(&ours))),
            Ok(Place::Free)
        );
        fs::write(dir.path().join(name), "edited").expect("written");
        assert_eq!(
            kind(out.place(name, &mark(b"new"), Some(&ours))),
            Err(FailureKind::Exists)
        );
        fs::write(dir.path().join(name), "").expect("written");
        assert_eq!(kind(out.place(name, &mark(b"new"), None)), Ok(Place::Free));
        fs::write(dir.path().join(name), "ne\0\0").expect("written");
        assert_eq!(kind(out.place(name, &mark(b"new"), None)), Ok(Place::Free));
        let forced = Output::open(dir.path(), true).expect("out");
        fs::write(dir.path().join(name), "foreign").expect("written");
        assert_eq!(
            kind(forced.place(name, &mark(b"new"), None)),
            Ok(Place::Free)
        );
        assert_eq!(
            kind(forced.place(Path::new("sub"), &mark(b"new"), None)),
            Err(FailureKind::Exists)
        );
    }

    #[test]
    fn nothing_half_written_stays() {
        let dir = tempfile::tempdir().expect("folder");
        let out = Output::open(dir.path(), false).expect("out");
        fs::create_dir(dir.path().join("a.txt")).expect("folder");
        assert!(out.put(Path::new("a.txt"), b"x").is_err());
        let left = fs::read_dir(dir.path().join(PRIVATE).join("tmp")).expect("folder");
        assert_eq!(left.count(), 0);
    }
}
