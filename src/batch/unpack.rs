//! Archives (.zip, .tar, .tar.gz) of documents: unpacked into a folder of our own, within limits, for as long as a run
//! lasts.
//!
//! An archive comes from a stranger. Names that lead out of the folder are refused, as are links; a member is read to
//! the limit of a single document and no further, and all members together stay below a size and a ratio, so that no
//! small file fills the disk.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use super::names;

/// Most members of one archive.
const MEMBERS: usize = 20_000;
/// Most bytes that one archive may unpack to.
const TOTAL: u64 = 2 << 30;
/// Most bytes that it may unpack to for each of its own; small archives are left alone.
const RATIO: u64 = 200;
const SMALL: u64 = 64 << 20;
/// Why an archive that swells is refused.
const SWOLLEN: &str = "unpacks to more than is allowed for its size";
/// Why a name is refused that another system would take for another file.
const DECEIVES: &str = "has a name that stands for something else on Windows";
/// Most bytes of a name in a tar archive, and of what else is said of a member.
const LONGEST_NAME: u64 = 1 << 20;

/// An archive as unpacked.
#[derive(Debug, Default)]
pub(super) struct Unpacked {
    /// The members in order of their names: path in the archive, and where it is now.
    pub members: Vec<(PathBuf, PathBuf)>,
    /// Members that were left out, and why.
    pub refused: Vec<(String, String)>,
    /// Holds the folder.
    pub folder: Option<Arc<TempDir>>,
}

/// Kinds of archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Zip,
    Tar,
    TarGz,
}

/// Whether a name is that of an archive.
pub(super) fn is_archive(name: &Path) -> bool {
    let name = name.to_string_lossy().to_lowercase();
    [".zip", ".tar", ".tar.gz", ".tgz"]
        .iter()
        .any(|e| name.ends_with(e))
}

fn kind(file: &mut File) -> io::Result<Option<Kind>> {
    let mut head = Vec::new();
    Read::by_ref(file).take(512).read_to_end(&mut head)?;
    io::Seek::rewind(file)?;
    Ok(match &head[..] {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Some(Kind::Zip),
        [0x1f, 0x8b, ..] => Some(Kind::TarGz),
        h if h.get(257..262) == Some(b"ustar") => Some(Kind::Tar),
        _ => None,
    })
}

/// Unpacks `archive`; `wanted` says which members by their names.
///
/// # Errors
/// The reason why nothing, or not all, could be unpacked.
pub(super) fn unpack(
    archive: &Path,
    largest: u64,
    wanted: impl Fn(&Path) -> bool,
) -> Result<Unpacked, String> {
    unpack_within(TOTAL, archive, largest, wanted)
}

/// The same for an archive that may unpack to `total` bytes.
fn unpack_within(
    total: u64,
    archive: &Path,
    largest: u64,
    wanted: impl Fn(&Path) -> bool,
) -> Result<Unpacked, String> {
    let plain = |e: io::Error| format!("cannot be unpacked: {}", super::failure::plain(&e));
    let mut file = File::open(archive).map_err(plain)?;
    let size = file.metadata().map_err(plain)?.len();
    let folder = tempfile::Builder::new()
        .prefix("vanthu-")
        .tempdir()
        .map_err(plain)?;
    let for_its_size = SMALL.max(size.saturating_mul(RATIO));
    let mut out = Collector {
        // The byte beyond the limit tells that it is passed.
        left: total.min(for_its_size) + 1,
        swollen: match total < for_its_size {
            true => format!("unpacks to more than {total} bytes"),
            false => SWOLLEN.to_owned(),
        },
        largest,
        folder: folder.path().to_owned(),
        unpacked: Unpacked::default(),
    };
    match kind(&mut file).map_err(plain)? {
        Some(Kind::Zip) => zip(file, &mut out, wanted),
        Some(kind) => {
            let read = |file| -> Box<dyn Read> {
                match kind {
                    Kind::TarGz => Box::new(flate2::read::MultiGzDecoder::new(file)),
                    _ => Box::new(file),
                }
            };
            let again = File::open(archive).map_err(plain)?;
            names_are_short(read(again).take(for_its_size))?;
            tar(read(file), &mut out, wanted)
        }
        None => Err("is no archive, or a damaged one".to_owned()),
    }?;
    out.unpacked.members.sort();
    out.unpacked.folder = Some(Arc::new(folder));
    Ok(out.unpacked)
}

fn zip(file: File, out: &mut Collector, wanted: impl Fn(&Path) -> bool) -> Result<(), String> {
    let damaged = |e: zip::result::ZipError| format!("is a damaged ZIP archive: {e}");
    let mut archive = zip::ZipArchive::new(file).map_err(damaged)?;
    if archive.len() > MEMBERS {
        return Err(format!("holds more than {MEMBERS} files"));
    }
    for k in 0..archive.len() {
        let member = match archive.by_index(k) {
            Ok(member) => member,
            Err(e) => {
                out.refuse(
                    &format!("file {}", k + 1),
                    format!("cannot be unpacked: {e}"),
                );
                continue;
            }
        };
        if member.is_dir() {
            continue;
        }
        let Ok(name) = member.name().map(|n| n.into_owned()) else {
            out.refuse(
                &format!("file {}", k + 1),
                "has no name that can be read".to_owned(),
            );
            continue;
        };
        if member.is_symlink() {
            out.refuse(&name, "is a link in an archive".to_owned());
            continue;
        }
        out.add(&name, member, &wanted)?;
    }
    Ok(())
}

/// A name that is too long for its field is a member of its own, which would be read into memory whole.
fn names_are_short(mut reader: io::Take<impl Read>) -> Result<(), String> {
    let mut archive = tar::Archive::new(&mut reader);
    let mut long = false;
    for member in archive.entries().map_err(damaged)?.raw(true) {
        // What is damaged is said when the members are read.
        let Ok(member) = member else { break };
        let kind = member.header().entry_type();
        let regular = kind.is_file() || kind.is_contiguous() || kind.is_dir();
        long |= !regular && member.size() > LONGEST_NAME;
    }
    match (long, reader.limit()) {
        (true, _) => Err(format!("holds a name of more than {LONGEST_NAME} bytes")),
        (_, 0) => Err(SWOLLEN.to_owned()),
        _ => Ok(()),
    }
}

fn damaged(e: io::Error) -> String {
    format!("is a damaged or truncated tar archive: {e}")
}

fn tar(
    reader: impl Read,
    out: &mut Collector,
    wanted: impl Fn(&Path) -> bool,
) -> Result<(), String> {
    let mut archive = tar::Archive::new(reader);
    for (k, member) in archive.entries().map_err(damaged)?.enumerate() {
        let member = member.map_err(damaged)?;
        if k >= MEMBERS {
            return Err(format!("holds more than {MEMBERS} files"));
        }
        let name = String::from_utf8_lossy(&member.path_bytes()).into_owned();
        match member.header().entry_type() {
            tar::EntryType::Regular | tar::EntryType::Continuous => {
                out.add(&name, member, &wanted)?;
            }
            tar::EntryType::Symlink | tar::EntryType::Link => {
                out.refuse(&name, "is a link in an archive".to_owned());
            }
            _ => {}
        }
    }
    Ok(())
}

struct Collector {
    left: u64,
    swollen: String,
    largest: u64,
    folder: PathBuf,
    unpacked: Unpacked,
}

impl Collector {
    fn refuse(&mut self, name: &str, reason: String) {
        self.unpacked.refused.push((name.to_owned(), reason));
    }

    fn add(
        &mut self,
        name: &str,
        mut member: impl Read,
        wanted: impl Fn(&Path) -> bool,
    ) -> Result<(), String> {
        let Some(path) = inside(name) else {
            self.refuse(name, "has a name that leads out of its archive".to_owned());
            return Ok(());
        };
        let hidden = |c: Component<'_>| c.as_os_str().to_string_lossy().starts_with('.');
        if path.components().any(hidden) || path.starts_with("__MACOSX") {
            return Ok(());
        }
        if is_archive(&path) {
            self.refuse(name, "is an archive in an archive".to_owned());
            return Ok(());
        }
        // A name that is a document's to Windows alone (`x.txt.`) is not passed over without a word.
        if !wanted(&path) && !wanted(&names::as_windows_sees(&path)) {
            return Ok(());
        }
        if names::deceives(&path) {
            self.refuse(name, DECEIVES.to_owned());
            return Ok(());
        }
        // Members lie under numbers: what they are called is nobody's business but the records'.
        let place = self.folder.join(self.unpacked.members.len().to_string());
        let limit = self.left.min(self.largest.saturating_add(1));
        let mut file = File::create(&place).map_err(|e| e.to_string())?;
        let copied = io::copy(&mut Read::by_ref(&mut member).take(limit), &mut file);
        let copied = match copied {
            Ok(n) => n,
            Err(e) => {
                let _ = fs::remove_file(&place);
                self.refuse(
                    name,
                    format!("cannot be unpacked: {}", super::failure::plain(&e)),
                );
                return Ok(());
            }
        };
        self.left -= copied;
        if self.left == 0 {
            return Err(self.swollen.clone());
        }
        if copied > self.largest {
            self.refuse(name, format!("is larger than {} bytes", self.largest));
            return Ok(());
        }
        self.unpacked.members.push((path, place));
        Ok(())
    }
}

/// A member's path, `None` when it leads out of the archive.
fn inside(name: &str) -> Option<PathBuf> {
    let name = name.replace('\\', "/");
    if name.starts_with('/') || name.contains(':') || name.contains('\0') {
        return None;
    }
    let mut path = PathBuf::new();
    for part in Path::new(&name).components() {
        match part {
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            _ => return None,
        }
    }
    (path != PathBuf::new()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariants::documented;
    use std::io::Write;

    fn archive(members: &[(&str, &[u8])]) -> TempDir {
        let dir = tempfile::tempdir().expect("folder");
        let file = File::create(dir.path().join("a.tar.gz")).expect("file");
        let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(file, Default::default()));
        for (name, bytes) in members {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            let field = &mut header.as_mut_bytes()[..name.len()];
            field.copy_from_slice(name.as_bytes());
            header.set_cksum();
            tar.append(&header, *bytes).expect("member");
        }
        tar.into_inner()
            .and_then(|gz| gz.finish())
            .expect("archive");
        dir
    }

    fn names(unpacked: &Unpacked) -> Vec<String> {
        let name = |(p, _): &(PathBuf, PathBuf)| p.display().to_string();
        unpacked.members.iter().map(name).collect()
    }

    #[test]
    fn nothing_leads_out_of_the_archive() {
        let dir = archive(&[
            ("b/x.txt", b"1"),
            ("../up.txt", b"2"),
            ("/etc/root.txt", b"3"),
            ("a/../../up.txt", b"4"),
            ("inner.zip", b"5"),
            (".hidden.txt", b"6"),
            ("a.txt", b"7"),
        ]);
        let all = unpack(&dir.path().join("a.tar.gz"), 100, |_| true).expect("unpacked");
        assert_eq!(names(&all), ["a.txt", "b/x.txt"]);
        let reason = "has a name that leads out of its archive";
        let refused = |name: &str, reason: &str| (name.to_owned(), reason.to_owned());
        assert_eq!(
            all.refused,
            [
                refused("../up.txt", reason),
                refused("/etc/root.txt", reason),
                refused("a/../../up.txt", reason),
                refused("inner.zip", "is an archive in an archive"),
            ]
        );
        assert_eq!(fs::read(&all.members[0].1).expect("member"), b"7");
    }

    #[test]
    fn names_of_windows_lead_out_of_no_archive() {
        let bad = [
            "C:\\a.txt",
            "c:a.txt",
            "\\\\server\\share\\a.txt",
            "\\a.txt",
            "..\\up.txt",
            "a\\..\\..\\up.txt",
            "a.txt:stream.txt",
        ];
        let dir = archive(&bad.map(|name| (name, &b"x"[..])));
        let all = unpack(&dir.path().join("a.tar.gz"), 100, |_| true).expect("unpacked");
        assert!(all.members.is_empty(), "{:?}", all.members);
        assert!(all.refused.iter().map(|(name, _)| name).eq(&bad));
        assert_eq!(inside("a\\b.txt"), Some("a/b.txt".into()));
    }

    #[test]
    fn names_that_deceive_windows_are_refused_everywhere() {
        let bad = [
            "con.txt",
            "b/NUL.txt",
            "aux .txt",
            "Com1.2024.txt",
            "lpt\u{b2}.txt",
            "nul/a.txt",
            "a.txt.",
            "a.txt ",
            "b./a.txt",
            "b /a.txt",
            "b\\prn.txt",
        ];
        // The last three are no documents to any system.
        let fine = ["cong van.txt", "b/con-2.txt", "com10.txt"];
        let other = ["aux.", "com3", "nul.c"];
        let all: Vec<&str> = [&bad[..], &fine, &other].concat();
        let all: Vec<(&str, &[u8])> = all.iter().map(|name| (*name, &b"x"[..])).collect();
        let dir = archive(&all);
        let wanted = |path: &Path| path.extension().is_some_and(|e| e == "txt");
        let all = unpack(&dir.path().join("a.tar.gz"), 100, wanted).expect("unpacked");
        assert_eq!(names(&all), ["b/con-2.txt", "com10.txt", "cong van.txt"]);
        assert_eq!(
            all.refused,
            bad.map(|name| (name.to_owned(), DECEIVES.to_owned()))
        );
    }

    #[test]
    fn links_are_refused() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("a.tar");
        let mut tar = tar::Builder::new(File::create(&path).expect("file"));
        for (kind, name) in [
            (tar::EntryType::Symlink, "soft.txt"),
            (tar::EntryType::Link, "hard.txt"),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(kind);
            header.set_size(0);
            tar.append_link(&mut header, name, "/etc/passwd")
                .expect("link");
        }
        tar.finish().expect("archive");
        let mut zip = zip::ZipWriter::new(File::create(dir.path().join("a.zip")).expect("file"));
        let options = zip::write::SimpleFileOptions::default();
        zip.add_symlink("soft.txt", "/etc/passwd", options)
            .expect("link");
        zip.finish().expect("archive");
        for (name, count) in [("a.tar", 2), ("a.zip", 1)] {
            let all = unpack(&dir.path().join(name), 100, |_| true).expect("unpacked");
            assert!(
                all.members.is_empty() && all.refused.len() == count,
                "{name}"
            );
            assert!(
                all.refused
                    .iter()
                    .all(|(_, why)| why == "is a link in an archive")
            );
        }
    }

    #[test]
    fn an_archive_that_swells_is_refused() {
        let dir = archive(&[("a.txt", &vec![b'a'; 70 << 20])]);
        let path = dir.path().join("a.tar.gz");
        let reason = unpack(&path, 1 << 30, |_| true).expect_err("refused");
        assert!(reason.contains("more than is allowed"), "{reason}");
        let dir = archive(&[("a.txt", &vec![b'a'; 1 << 20])]);
        let path = dir.path().join("a.tar.gz");
        let cut = unpack(&path, 1000, |_| true).expect("unpacked");
        assert!(cut.members.is_empty());
        assert_eq!(cut.refused[0].1, "is larger than 1000 bytes");
    }

    /// The limit of 2 GiB, set lower: an archive of that size would fill the disk of a test machine.
    #[test]
    fn an_archive_that_unpacks_to_too_much_is_refused() {
        let pseudo_random = |seed: u32| {
            let next = |x: &mut u32| {
                *x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                Some((*x >> 24) as u8)
            };
            let mut x = seed;
            std::iter::from_fn(move || next(&mut x)).take(50_000)
        };
        let [one, two]: [Vec<u8>; 2] = [1, 2].map(|seed| pseudo_random(seed).collect());
        let dir = archive(&[("a.txt", &one), ("b.txt", &two), ("c.xls", &one)]);
        let path = dir.path().join("a.tar.gz");
        let wanted = |path: &Path| path.extension().is_some_and(|e| e == "txt");
        let within = |total| unpack_within(total, &path, 60_000, wanted);
        assert_eq!(
            names(&within(100_000).expect("unpacked")),
            ["a.txt", "b.txt"]
        );
        assert_eq!(
            within(99_999).expect_err("refused"),
            "unpacks to more than 99999 bytes"
        );
    }

    #[test]
    fn the_limits_are_those_of_security_md() {
        let gib = TOTAL >> 30;
        let small = SMALL >> 20;
        let [limit, reason] = documented("what an archive unpacks to");
        assert_eq!(
            limit,
            format!("{gib} GiB, and {RATIO} times the archive (never less than {small} MiB)")
        );
        assert_eq!(gib << 30, TOTAL);
        assert_eq!(
            reason,
            format!("`unpacks to more than {TOTAL} bytes`, `{SWOLLEN}`")
        );
        let [limit, reason] = documented("files in an archive");
        assert_eq!(limit.replace(',', ""), MEMBERS.to_string());
        assert_eq!(reason, format!("`holds more than {MEMBERS} files`"));
        let [_, reason] = documented("a name in a tar archive");
        assert_eq!(
            reason,
            format!("`holds a name of more than {LONGEST_NAME} bytes`")
        );
    }

    #[test]
    fn an_archive_of_too_many_files_is_refused() {
        let names: Vec<String> = (0..=MEMBERS).map(|k| format!("{k}.txt")).collect();
        let members: Vec<(&str, &[u8])> = names.iter().map(|n| (&n[..], &b"x"[..])).collect();
        let dir = archive(&members);
        let reason = unpack(&dir.path().join("a.tar.gz"), 100, |_| true).expect_err("refused");
        assert_eq!(reason, "holds more than 20000 files");
    }

    #[test]
    fn a_name_that_would_fill_the_memory_is_refused() {
        let dir = tempfile::tempdir().expect("folder");
        let path = dir.path().join("a.tar");
        let mut tar = tar::Builder::new(File::create(&path).expect("file"));
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::GNULongName);
        header.set_size(LONGEST_NAME + 1);
        header.set_cksum();
        let name = vec![b'a'; LONGEST_NAME as usize + 1];
        tar.append(&header, &name[..]).expect("member");
        tar.finish().expect("archive");
        let reason = unpack(&path, 100, |_| true).expect_err("refused");
        assert_eq!(reason, "holds a name of more than 1048576 bytes");
    }

    #[test]
    fn what_is_damaged_says_so() {
        let dir = archive(&[("a.txt", &[b'x'; 5000])]);
        let path = dir.path().join("a.tar.gz");
        let whole = fs::read(&path).expect("archive");
        fs::write(&path, &whole[..whole.len() / 2]).expect("cut");
        let result = unpack(&path, 100_000, |_| true);
        assert!(result.is_err() || result.is_ok_and(|u| !u.refused.is_empty()));
        let mut file = File::create(dir.path().join("b.zip")).expect("file");
        file.write_all(b"PK\x03\x04 no").expect("written");
        assert!(unpack(&dir.path().join("b.zip"), 100, |_| true).is_err());
    }
}
