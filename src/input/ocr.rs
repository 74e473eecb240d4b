//! Images and scanned pages, read by the user's own Tesseract and rendered by poppler's `pdftoppm`.
//!
//! The programs are run, not linked: users have them, and their word confidences come along. Every page is a process of
//! its own with one thread, no more at once than the run may use, and one that hangs is ended after the time a page is
//! given.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::hocr;
use super::layout::RawPage;

/// How pages are read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Options {
    /// The program; `tesseract` on PATH when `None`.
    pub tesseract: Option<PathBuf>,
    /// Time a page is given.
    pub timeout: Option<Duration>,
    /// Pages under way at once, over all documents.
    pub pages: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tesseract: None,
            timeout: Some(Duration::from_secs(60)),
            pages: thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// Dots an inch that pages of a PDF are rendered at: what Tesseract was trained on.
const DPI: &str = "300";

/// Most pages of one document.
const PAGES: usize = 5000;

/// Most bytes that a program may say of one document.
const LARGEST_OUTPUT: u64 = 256 << 20;

/// What was read, and the engine's own hOCR.
#[derive(Debug)]
pub(super) struct Reading {
    pub pages: Vec<RawPage>,
    pub hocr: String,
}

/// Why nothing was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The file is at fault.
    File(String),
    /// A program is missing or took too long.
    Tool(String),
}

/// Reads all pages of an image.
pub(super) fn image(bytes: &[u8], options: &Options) -> Result<Reading, Trouble> {
    let count = pages_of_image(bytes).map_err(Trouble::File)?;
    let folder = folder()?;
    let path = folder.path().join("image");
    fs::write(&path, bytes).map_err(own)?;
    let several = count > 1;
    each(&(0..count).collect::<Vec<_>>(), options, |k| {
        recognise(&path, several.then_some(k), options)
    })
}

/// Renders and reads some pages (from 0) of a PDF.
pub(super) fn pdf(bytes: &[u8], pages: &[usize], options: &Options) -> Result<Reading, Trouble> {
    let folder = folder()?;
    let path = folder.path().join("document.pdf");
    fs::write(&path, bytes).map_err(own)?;
    each(pages, options, |k| {
        let number = (k + 1).to_string();
        let image = folder.path().join(format!("page-{number}"));
        let mut command = Command::new("pdftoppm");
        command.args([
            "-r",
            DPI,
            "-gray",
            "-png",
            "-singlefile",
            "-f",
            &number,
            "-l",
            &number,
        ]);
        command.arg(&path).arg(&image);
        run(command, options.timeout, "pdftoppm", "poppler-utils")?;
        let image = image.with_extension("png");
        let read = recognise(&image, None, options);
        let _ = fs::remove_file(image);
        read
    })
}

/// The text layer of a PDF as `pdftotext` writes it: pages, lines and words with boxes.
pub(super) fn text_layer(bytes: &[u8], options: &Options) -> Result<String, Trouble> {
    let folder = folder()?;
    let path = folder.path().join("document.pdf");
    fs::write(&path, bytes).map_err(own)?;
    let mut command = Command::new("pdftotext");
    command
        .args(["-bbox-layout", "-enc", "UTF-8"])
        .arg(&path)
        .arg("-");
    let out = run(command, options.timeout, "pdftotext", "poppler-utils")?;
    // A page's text may hold what XML does not allow.
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Number of pages of a PDF, by poppler.
pub(super) fn pages_of_pdf(bytes: &[u8], options: &Options) -> Result<usize, Trouble> {
    let folder = folder()?;
    let path = folder.path().join("document.pdf");
    fs::write(&path, bytes).map_err(own)?;
    let mut command = Command::new("pdfinfo");
    command.arg(&path);
    let out = run(command, options.timeout, "pdfinfo", "poppler-utils")?;
    let out = String::from_utf8_lossy(&out);
    let pages = out.lines().find_map(|l| l.strip_prefix("Pages:"));
    match pages.and_then(|n| n.trim().parse().ok()) {
        Some(0) | None => Err(Trouble::File("is a PDF without pages".to_owned())),
        Some(n) if n > PAGES => Err(Trouble::File(too_many_pages())),
        Some(n) => Ok(n),
    }
}

/// Number of pages of an image.
///
/// # Errors
/// When it is too short to be one, has no width or height, or more pages than are read.
pub(super) fn pages_of_image(bytes: &[u8]) -> Result<usize, String> {
    let number = |at: usize, big: bool| -> Option<u32> {
        let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(if big {
            u32::from_be_bytes(four)
        } else {
            u32::from_le_bytes(four)
        })
    };
    if bytes.starts_with(b"\x89PNG") {
        return match number(16, true).zip(number(20, true)) {
            None => Err("is a truncated PNG image".to_owned()),
            Some((0, _) | (_, 0)) => Err("is an image of 0 × 0".to_owned()),
            _ => Ok(1),
        };
    }
    let big = bytes.starts_with(b"MM");
    if !big && !bytes.starts_with(b"II") {
        return Ok(1);
    }
    // TIFF: a chain of directories, one a page.
    let (mut pages, mut seen) = (0, Vec::new());
    let mut at = number(4, big).unwrap_or(0) as usize;
    while at != 0 && !seen.contains(&at) && pages <= PAGES {
        let two: Option<[u8; 2]> = bytes.get(at..at + 2).and_then(|b| b.try_into().ok());
        let Some(two) = two else { break };
        let entries = if big {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        };
        seen.push(at);
        pages += 1;
        at = number(at + 2 + 12 * usize::from(entries), big).unwrap_or(0) as usize;
    }
    match pages {
        0 => Err("is a truncated TIFF image".to_owned()),
        n if n > PAGES => Err(too_many_pages()),
        n => Ok(n),
    }
}

fn too_many_pages() -> String {
    format!("has more than {PAGES} pages")
}

fn folder() -> Result<tempfile::TempDir, Trouble> {
    tempfile::Builder::new()
        .prefix("vanthu-")
        .tempdir()
        .map_err(own)
}

fn own(e: std::io::Error) -> Trouble {
    Trouble::Tool(format!("temporary files cannot be written: {e}"))
}

/// Does `work` for each page, several at once, and puts the results together in order.
fn each<W>(pages: &[usize], options: &Options, work: W) -> Result<Reading, Trouble>
where
    W: Fn(usize) -> Result<String, Trouble> + Sync,
{
    let next = Mutex::new(0);
    let done: Mutex<Vec<Option<Result<String, Trouble>>>> =
        Mutex::new(pages.iter().map(|_| None).collect());
    let failed = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..options.pages.clamp(1, pages.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let k = {
                        let mut next = lock(&next);
                        *next += 1;
                        *next - 1
                    };
                    let stop = failed.load(Ordering::Relaxed);
                    let Some(&page) = pages.get(k).filter(|_| !stop) else {
                        break;
                    };
                    let permit = Permit::wait(options.pages.max(1));
                    let result = work(page);
                    drop(permit);
                    failed.fetch_or(result.is_err(), Ordering::Relaxed);
                    lock(&done)[k] = Some(result);
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut all = Reading {
        pages: Vec::new(),
        hocr: String::new(),
    };
    // The first page that failed, in the order of the paper.
    if let Some((k, Err(_))) = done.iter().flatten().enumerate().find(|(_, r)| r.is_err()) {
        let failure = done.into_iter().flatten().nth(k);
        if let Some(Err(trouble)) = failure {
            return Err(trouble);
        }
        return Ok(all);
    }
    for (k, text) in done.into_iter().flatten().flatten().enumerate() {
        let mut read = hocr::read(&text).map_err(Trouble::File)?;
        // The engine's file is not the user's: its bytes are nobody's places.
        let words = read.iter_mut().flat_map(|p| &mut p.lines).flatten();
        words.for_each(|w| w.span = None);
        all.pages.push(match read.len() {
            0 => RawPage::default(),
            _ => read.swap_remove(0),
        });
        join(&mut all.hocr, &text, k + 1);
    }
    Ok(all)
}

/// Adds the pages of `text` to an hOCR file.
fn join(all: &mut String, text: &str, number: usize) {
    let (Some(from), Some(to)) = (text.find("<body>"), text.rfind("</body>")) else {
        return;
    };
    if all.is_empty() {
        all.push_str(&text[..from]);
        all.push_str("<body>");
    } else if let Some(end) = all.rfind("</body>") {
        all.truncate(end);
    }
    let mut body = text[from + "<body>".len()..to].to_owned();
    for kind in ["page", "block", "par", "line", "word"] {
        body = body.replace(&format!("id='{kind}_1"), &format!("id='{kind}_{number}"));
    }
    all.push_str(body.trim_end());
    all.push_str("\n </body>\n</html>\n");
}

/// One page, as hOCR.
fn recognise(image: &Path, page: Option<usize>, options: &Options) -> Result<String, Trouble> {
    let program = program(options);
    let language = language(program, options)?;
    let mut command = Command::new(program);
    command.arg(image).arg("stdout").args(["-l", language]);
    if let Some(k) = page {
        command.args(["-c", &format!("tessedit_page_number={k}")]);
    }
    command.arg("hocr").env("OMP_THREAD_LIMIT", "1");
    let out = run(command, options.timeout, "tesseract", "tesseract-ocr")?;
    String::from_utf8(out).map_err(|_| Trouble::Tool("tesseract wrote no UTF-8".to_owned()))
}

fn program(options: &Options) -> &OsStr {
    options
        .tesseract
        .as_deref()
        .map_or(OsStr::new("tesseract"), Path::as_os_str)
}

/// `vie` when it is installed, else `eng`.
pub(super) fn language(program: &OsStr, options: &Options) -> Result<&'static str, Trouble> {
    static KNOWN: LazyLock<Mutex<HashMap<PathBuf, &'static str>>> = LazyLock::new(Mutex::default);
    let key = PathBuf::from(program);
    if let Some(found) = lock(&KNOWN).get(&key) {
        return Ok(found);
    }
    let mut command = Command::new(program);
    command.arg("--list-langs");
    let out = run(command, options.timeout, "tesseract", "tesseract-ocr")?;
    let out = String::from_utf8_lossy(&out);
    let has = |name: &str| out.lines().any(|l| l.trim() == name);
    let found = match () {
        () if has("vie") => "vie",
        () if has("eng") => "eng",
        () => {
            let reason = "tesseract has no language to read with (Debian: tesseract-ocr-vie)";
            return Err(Trouble::Tool(reason.to_owned()));
        }
    };
    lock(&KNOWN).insert(key, found);
    Ok(found)
}

/// Runs a program and returns what it wrote; `package` is what Debian calls it.
fn run(
    command: Command,
    timeout: Option<Duration>,
    name: &str,
    package: &str,
) -> Result<Vec<u8>, Trouble> {
    run_within(LARGEST_OUTPUT, command, timeout, name, package)
}

/// The same for a program that may write `most` bytes.
fn run_within(
    most: u64,
    mut command: Command,
    timeout: Option<Duration>,
    name: &str,
    package: &str,
) -> Result<Vec<u8>, Trouble> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| {
        let shown = command.get_program().to_string_lossy().into_owned();
        Trouble::Tool(match e.kind() {
            std::io::ErrorKind::NotFound => {
                format!("needs {name}, and {shown} is not there (Debian: {package})")
            }
            _ => format!("needs {name}, and {shown} cannot be run: {e}"),
        })
    })?;
    let too_much = Arc::new(AtomicBool::new(false));
    let collect = |pipe: Option<Box<dyn Read + Send>>| {
        let too_much = Arc::clone(&too_much);
        thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(pipe) = pipe {
                let _ = pipe.take(most + 1).read_to_end(&mut bytes);
                too_much.fetch_or(bytes.len() as u64 > most, Ordering::Relaxed);
            }
            bytes
        })
    };
    let out = collect(child.stdout.take().map(|p| Box::new(p) as _));
    let errors = collect(child.stderr.take().map(|p| Box::new(p) as _));
    let began = Instant::now();
    let mut pause = Duration::from_millis(2);
    let status = loop {
        if too_much.load(Ordering::Relaxed) {
            let _ = child.kill();
        }
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if timeout.is_some_and(|t| began.elapsed() > t) => {
                let _ = child.kill();
                let _ = child.wait();
                let seconds = timeout.unwrap_or_default().as_secs_f64();
                return Err(Trouble::Tool(format!(
                    "{name} took longer than {seconds} s for a page and was given up (--timeout)"
                )));
            }
            Ok(None) => thread::sleep(pause),
            Err(e) => return Err(Trouble::Tool(format!("{name}: {e}"))),
        }
        pause = (pause * 2).min(Duration::from_millis(50));
    };
    let out = out.join().unwrap_or_default();
    let errors = errors.join().unwrap_or_default();
    // However it ended: what was cut off is not what it said.
    if too_much.load(Ordering::Relaxed) {
        return Err(Trouble::File(format!(
            "makes {name} write more than {most} bytes"
        )));
    }
    if status.success() {
        return Ok(out);
    }
    let errors = String::from_utf8_lossy(&errors);
    if errors.contains("ncorrect password") || errors.contains("ncrypted") {
        return Err(Trouble::File(
            "is encrypted: it needs a password".to_owned(),
        ));
    }
    let said = errors
        .lines()
        .rfind(|l| !l.trim().is_empty())
        .unwrap_or("no reason given");
    Err(Trouble::File(format!(
        "cannot be read by {name}: {}",
        said.trim()
    )))
}

/// Leave to run a program, given back when it is dropped.
struct Permit;

static RUNNING: Mutex<usize> = Mutex::new(0);
static FREE: Condvar = Condvar::new();

impl Permit {
    fn wait(limit: usize) -> Self {
        let mut running = lock(&RUNNING);
        while *running >= limit {
            running = FREE.wait(running).unwrap_or_else(PoisonError::into_inner);
        }
        *running += 1;
        Self
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        *lock(&RUNNING) -= 1;
        FREE.notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariants::documented;

    #[test]
    fn pages_of_images_are_counted() {
        let tiff = |next: u8| {
            let mut b = b"II*\0\x08\0\0\0\x00\x00".to_vec();
            b.extend([next, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            b
        };
        assert_eq!(pages_of_image(&tiff(0)), Ok(1));
        assert_eq!(pages_of_image(&tiff(14)), Ok(2));
        // A chain that bites its tail.
        assert_eq!(pages_of_image(&tiff(8)), Ok(1));
        assert!(pages_of_image(b"II*\0").is_err());
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0; 8]);
        assert_eq!(pages_of_image(&png), Err("is an image of 0 × 0".to_owned()));
        assert!(pages_of_image(b"\x89PNG").is_err());
    }

    /// A TIFF of so many directories without an entry.
    fn tiff_of(pages: usize) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        for k in 1..=pages {
            let next = if k == pages { 0 } else { 8 + 6 * k as u32 };
            bytes.extend([0, 0]);
            bytes.extend(next.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn an_image_of_too_many_pages_is_refused() {
        let [limit, reason] = documented("pages of a PDF or an image");
        assert_eq!(limit.replace(',', ""), PAGES.to_string());
        assert_eq!(reason, format!("`{}`", too_many_pages()));
        assert_eq!(pages_of_image(&tiff_of(PAGES)), Ok(PAGES));
        assert_eq!(pages_of_image(&tiff_of(PAGES + 1)), Err(too_many_pages()));
        let trouble = image(&tiff_of(PAGES + 1), &Options::default());
        assert_eq!(trouble.err(), Some(Trouble::File(too_many_pages())));
    }

    #[test]
    fn a_missing_program_names_its_package() {
        let options = Options {
            tesseract: Some("/no/such/tesseract".into()),
            ..Options::default()
        };
        let trouble = image(b"\xff\xd8\xff", &options).expect_err("no program");
        let Trouble::Tool(reason) = trouble else {
            panic!("{trouble:?}")
        };
        assert!(reason.contains("Debian: tesseract-ocr"), "{reason}");
    }

    #[cfg(unix)]
    #[test]
    fn what_hangs_is_given_up() {
        let mut command = Command::new("sleep");
        command.arg("30");
        let began = Instant::now();
        let trouble = run(
            command,
            Some(Duration::from_millis(50)),
            "sleep",
            "coreutils",
        );
        let Err(Trouble::Tool(reason)) = trouble else {
            panic!("{trouble:?}")
        };
        assert!(reason.contains("given up (--timeout)"), "{reason}");
        assert!(began.elapsed() < Duration::from_secs(20));
    }

    /// A PDF of so many empty pages.
    fn pdf_of(pages: usize) -> Vec<u8> {
        let kids: String = (3..pages + 3).map(|k| format!("{k} 0 R ")).collect();
        let mut objects = vec![
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            format!("<</Type/Pages/Count {pages}/MediaBox[0 0 9 9]/Kids[{kids}]>>"),
        ];
        objects.resize(pages + 2, "<</Type/Page/Parent 2 0 R>>".to_owned());
        let mut file = "%PDF-1.4\n".to_owned();
        let mut places = format!("xref\n0 {}\n0000000000 65535 f \n", pages + 3);
        for (k, object) in objects.iter().enumerate() {
            places += &format!("{:010} 00000 n \n", file.len());
            file += &format!("{} 0 obj{object}endobj\n", k + 1);
        }
        let at = file.len();
        let size = pages + 3;
        file += &format!("{places}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n");
        file.into_bytes()
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn a_pdf_of_too_many_pages_is_refused() {
        let pages = |count| pages_of_pdf(&pdf_of(count), &Options::default());
        if let Err(Trouble::Tool(reason)) = pages(1) {
            eprintln!("SKIPPED: {reason}");
            return;
        }
        assert_eq!(pages(PAGES), Ok(PAGES));
        assert_eq!(pages(PAGES + 1), Err(Trouble::File(too_many_pages())));
    }

    #[test]
    fn how_much_a_program_may_say_is_what_security_md_says() {
        let [limit, reason] = documented("what a program says of a document");
        assert_eq!(limit, format!("{} MiB", LARGEST_OUTPUT >> 20));
        assert_eq!(
            reason,
            format!("`makes pdftotext write more than {LARGEST_OUTPUT} bytes`")
        );
    }

    /// The limit of 256 MiB, set lower; to the byte, on both outputs, and for a program that takes no notice.
    #[cfg(unix)]
    #[test]
    fn a_program_that_says_too_much_is_ended() {
        let say = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            let timeout = Some(Duration::from_secs(60));
            run_within(100_000, command, timeout, "sh", "dash")
        };
        let out = say("head -c 100000 /dev/zero").expect("as much as is allowed");
        assert_eq!(out.len(), 100_000);
        let began = Instant::now();
        for script in [
            "head -c 100001 /dev/zero",
            "head -c 100001 /dev/zero >&2",
            "trap '' PIPE; head -c 100001 /dev/zero; exit 0",
            "trap '' PIPE; head -c 100001 /dev/zero; exec sleep 50",
        ] {
            let reason = "makes sh write more than 100000 bytes".to_owned();
            assert_eq!(say(script), Err(Trouble::File(reason)), "{script}");
        }
        assert!(began.elapsed() < Duration::from_secs(40));
    }

    #[test]
    fn pages_are_joined_in_one_file() {
        let page = "<html><head/>\n<body>\n  <div class='ocr_page' id='page_1'><span id='word_1_7'>a</span></div>\n</body></html>";
        let mut all = String::new();
        join(&mut all, page, 1);
        join(&mut all, page, 2);
        assert!(all.contains("id='page_2'><span id='word_2_7'"));
        assert_eq!(hocr::read(&all).expect("hocr").len(), 2);
    }
}
