//! The review page in a real browser: it loads, filters, is worked through by keyboard alone, keeps and saves
//! decisions, and lets nothing in a dispatch become a part of the page.
//!
//! Chromium is driven over a pipe with the DevTools protocol, so nothing but the browser is needed. Without it the
//! tests are passed over, loudly. `VANTHU_CHROMIUM` names another browser of its kind; `VANTHU_SCREENSHOTS=DIR`
//! writes the pictures that the documentation shows.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

struct Browser {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next: u64,
    session: Option<String>,
    _profile: TempDir,
    downloads: TempDir,
}

#[expect(clippy::print_stderr, reason = "a test that is passed over says so")]
fn browser() -> Option<Browser> {
    let named = std::env::var_os("VANTHU_CHROMIUM").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = named.or_else(|| {
        std::env::split_paths(&path)
            .flat_map(|dir| names.map(|n| dir.join(n)))
            .find(|p| p.is_file())
    });
    let Some(program) = found else {
        eprintln!("SKIPPED: no Chromium in PATH, the review page was not tried in a browser");
        return None;
    };
    let (profile, downloads) = (tempfile::tempdir().ok()?, tempfile::tempdir().ok()?);
    let mut child = Command::new("sh")
        .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 >/dev/null 2>&1"])
        .arg(program)
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
        ])
        .args([
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--remote-debugging-pipe",
            "--lang=en",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell");
    let input = child.stdin.take().expect("a pipe");
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    Some(Browser {
        child,
        input,
        output,
        next: 0,
        session: None,
        _profile: profile,
        downloads,
    })
}

impl Browser {
    fn call(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let mut message = json!({ "id": self.next, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        write!(self.input, "{message}\0").expect("the browser listens");
        loop {
            let mut bytes = Vec::new();
            self.output
                .read_until(0, &mut bytes)
                .expect("the browser answers");
            assert!(bytes.pop().is_some(), "the browser has gone");
            let answer: Value = serde_json::from_slice(&bytes).expect("JSON");
            if answer["id"] == json!(self.next) {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    fn open(&mut self, page: &Path) {
        self.session = None;
        let url = format!("file://{}", page.display());
        let target = self.call("Target.createTarget", json!({ "url": "about:blank" }));
        let id = target["targetId"].clone();
        let attached = self.call(
            "Target.attachToTarget",
            json!({ "targetId": id, "flatten": true }),
        );
        let folder = self.downloads.path().to_owned();
        self.call(
            "Browser.setDownloadBehavior",
            json!({ "behavior": "allow", "downloadPath": folder }),
        );
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        self.size(1440, 900, 1.0);
        self.call("Page.enable", json!({}));
        self.call("Page.navigate", json!({ "url": url }));
        self.wait("document.readyState === 'complete' && document.querySelector('#lines .line, #lines p')");
    }

    fn size(&mut self, width: u32, height: u32, scale: f64) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
    }

    fn ask(&mut self, expression: &str) -> Value {
        let params =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let answer = self.call("Runtime.evaluate", params);
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {answer}"
        );
        answer["result"]["value"].clone()
    }

    fn text(&mut self, selector: &str) -> String {
        let found = self.ask(&format!(
            "document.querySelector({selector:?})?.textContent ?? ''"
        ));
        found.as_str().unwrap_or_default().to_owned()
    }

    fn count(&mut self, selector: &str) -> u64 {
        let found = self.ask(&format!("document.querySelectorAll({selector:?}).length"));
        found.as_u64().unwrap_or_default()
    }

    fn wait(&mut self, condition: &str) {
        let until = Instant::now() + Duration::from_secs(30);
        while self.ask(&format!("Boolean({condition})")) != json!(true) {
            assert!(Instant::now() < until, "waited in vain for {condition}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses and releases a key, as a hand would.
    fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Enter" => (13, "\r"),
            "Escape" => (27, ""),
            "Tab" => (9, ""),
            "ArrowDown" => (40, ""),
            _ => (0, key),
        };
        let mut event = json!({ "type": "keyDown", "key": key, "windowsVirtualKeyCode": code });
        if !text.is_empty() {
            event["text"] = json!(text);
        }
        self.call("Input.dispatchKeyEvent", event);
        self.call(
            "Input.dispatchKeyEvent",
            json!({ "type": "keyUp", "key": key }),
        );
    }

    fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// The file that was saved.
    fn saved(&mut self) -> (PathBuf, Value) {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let entries = std::fs::read_dir(self.downloads.path()).expect("folder");
            let mut files = entries.flatten().map(|e| e.path());
            let whole = files.find(|p| p.extension().is_some_and(|e| e == "json"));
            if let Some(json) = whole.as_ref().and_then(|p| std::fs::read(p).ok())
                && let Ok(value) = serde_json::from_slice(&json)
            {
                return (whole.unwrap_or_default(), value);
            }
            assert!(Instant::now() < until, "no file was saved");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("VANTHU_SCREENSHOTS") else {
            return;
        };
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        let coded = shot["data"].as_str().unwrap_or_default();
        const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let (mut bytes, mut word, mut bits) = (Vec::new(), 0u32, 0);
        for digit in coded.chars().filter_map(|c| LETTERS.find(c)) {
            (word, bits) = (word << 6 | digit as u32, bits + 6);
            if bits >= 8 {
                bits -= 8;
                bytes.push((word >> bits) as u8);
            }
        }
        std::fs::write(Path::new(&folder).join(name), bytes).expect("picture");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs over `files` and the named papers of the corpus; the folder, whose `out` holds the results.
fn night(papers: &[&str], files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("folder");
    let scans = dir.path().join("scans");
    std::fs::create_dir(&scans).expect("folder");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for paper in papers {
        let name = Path::new(paper).file_name().expect("a name");
        std::fs::copy(corpus.join(paper), scans.join(name)).expect("a paper");
    }
    for (name, text) in files {
        std::fs::write(scans.join(name), text).expect("a file");
    }
    vanthu(dir.path(), &["run", "scans", "-o", "out"]);
    dir
}

fn vanthu(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vanthu"));
    let output = command
        .args(args)
        .current_dir(folder)
        .output()
        .expect("vanthu");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {said}");
    said
}

const HOSTILE: &str = "UY BAN NHAN DAN\nSố: 12/UBND-VP\nV/v <script>window.bad = 1</script> </script><b>x</b>\n\
                       Kinh gui: Sở Nội vụ <img src=x onerror=\"window.bad = 1\">\n<!-- ' \" & ${1} `\n";

#[test]
fn a_morning_with_the_keyboard_alone() {
    let Some(mut browser) = browser() else { return };
    let papers = [
        "eng/cv-2018-hoso.txt",
        "eng/kh-2021-bang.txt",
        "eng/qd-2017-huyen.txt",
        "vie/bai-2022-trangtin.txt",
        "eng/cv-2021-khan.txt",
        "eng/hd-2024-chinhsach.txt",
        "vie/cd-2025-bao.txt",
        "vie/gm-2022-hop.txt",
        "eng/dang-2025-cv.txt",
        "pages/cv-2018-hoso.jpg",
        "pages/kh-2021-bang.jpg",
    ];
    let dir = night(&papers, &[("<script>bad<!--.txt", HOSTILE)]);
    browser.open(&dir.path().join("out/review.html"));
    assert_eq!(browser.ask("typeof window.bad"), json!("undefined"));
    assert!(browser.count(".row") > 2, "rows are drawn");
    let shown = browser.count(".row");
    browser.picture("review.png");

    // Searching narrows the list; nothing in a text has become a part of the page.
    browser.press("/");
    browser.write("script");
    browser.wait("document.querySelectorAll('.row').length <= 1");
    browser.ask("document.getElementById('which').value = 'all', document.getElementById('which').onchange()");
    assert_eq!(browser.count(".row"), 1);
    browser.ask("document.querySelector('.row').click()");
    browser.wait("document.getElementById('lines').textContent.includes('window.bad')");
    assert_eq!(
        browser.count("#lines script, #lines b, #lines img, .row script, #fields script"),
        0
    );
    assert_eq!(browser.ask("typeof window.bad"), json!("undefined"));
    browser.ask("document.getElementById('search').value = '', document.getElementById('which').value = 'check', document.getElementById('which').onchange()");
    browser.wait(&format!(
        "document.querySelectorAll('.row').length === {shown}"
    ));

    // A click on a field lights up its source.
    browser.ask("document.querySelector('.row').click()");
    browser.wait("document.querySelector('#card[aria-busy=false]')");
    browser.wait("document.querySelector('.field')");
    browser.ask("[...document.querySelectorAll('.field')].find(f => f.querySelector('.value') && f.title.length && !f.querySelector('.none')).click()");
    assert!(browser.count(".lit") > 0, "the source is lit");

    // Items are decided by keyboard alone: correct the first, accept all others, through every document.
    browser.ask("document.activeElement.blur(), document.querySelector('.row').click()");
    browser.wait("document.querySelector('#card[aria-busy=false] .reading')");
    browser.press("c");
    browser.wait("document.activeElement.tagName === 'INPUT'");
    browser.ask("document.activeElement.select()");
    browser.write("4711");
    let first = browser.text("#name");
    browser.press("Enter");
    browser.picture("review-decided.png");
    let mut presses = 1;
    while !browser.text("#progress").starts_with("Every document") {
        assert!(
            presses < 2000,
            "the keyboard comes to no end: {}",
            browser.text("#progress")
        );
        // While the next paper is being unpacked there is nothing to decide.
        browser.wait("!document.querySelector('#card[aria-busy=true]')");
        browser.press("Enter");
        presses += 1;
    }
    assert!(
        browser.text("#progress").starts_with("Every document"),
        "{}",
        browser.text("#progress")
    );
    assert_ne!(browser.text("#name"), first);

    // What was decided is kept, and saved as a file.
    browser.press("s");
    let (_, saved) = browser.saved();
    assert_eq!(saved["schema"], "vanthu.decisions/1");
    let decisions = saved["decisions"].as_array().expect("a list");
    // A paper of unknown kind without a doubtful word takes a key and no decision.
    let papers = 11;
    assert!(decisions.len() <= presses && decisions.len() + papers >= presses);
    assert!(
        decisions
            .iter()
            .any(|d| d["action"] == "correct" && (d["value"] == "4711" || d["to"] == "4711"))
    );
    assert!(
        decisions
            .iter()
            .all(|d| d["sha256"].as_str().is_some_and(|s| s.len() == 64))
    );
    browser.open(&dir.path().join("out/review.html"));
    assert!(
        browser
            .text("#progress")
            .contains(&format!("{} decisions", decisions.len()))
    );
    assert!(browser.count(".chip.good") > 0);
}

#[test]
fn the_word_is_boxed_on_the_page_image() {
    let Some(mut browser) = browser() else { return };
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/formats");
    let dir = tempfile::tempdir().expect("folder");
    let scans = dir.path().join("scans");
    std::fs::create_dir(&scans).expect("folder");
    for (from, to) in [("read.hocr", "a.hocr"), ("scan-grey.jpg", "a.jpg")] {
        std::fs::copy(corpus.join(from), scans.join(to)).expect("a paper");
    }
    vanthu(dir.path(), &["run", "scans", "-o", "out"]);
    browser.open(&dir.path().join("out/review.html"));
    browser.wait("document.querySelector('#images img')?.naturalWidth > 0");
    browser.ask("[...document.querySelectorAll('.field')].find(f => f.querySelector('.value')?.textContent === '3952').click()");
    browser.wait("document.querySelector('#images .box')");
    let share = browser.ask(
        "(() => { const i = document.querySelector('#images img').getBoundingClientRect(), \
         b = document.querySelector('#images .box').getBoundingClientRect(); \
         return [(b.left + b.right) / 2 - i.left, (b.top + b.bottom) / 2 - i.top].map((v, k) => v / [i.width, i.height][k]); })()",
    );
    // The number stands in the left half of the head.
    let share = |k: usize| share[k].as_f64().expect("a share");
    assert!((0.1..0.5).contains(&share(0)) && (0.05..0.25).contains(&share(1)));
    browser.picture("review-box.png");
}

#[test]
fn the_page_fits_small_windows_and_paper() {
    let Some(mut browser) = browser() else { return };
    let dir = night(
        &[
            "eng/cv-2018-hoso.txt",
            "eng/kh-2021-bang.txt",
            "pages/cv-2018-hoso.jpg",
        ],
        &[],
    );
    browser.open(&dir.path().join("out/review.html"));
    // 1366 wide at 100 % and at 200 %, a narrow window, dark: nothing may stick out to the right.
    for (width, height, scale, scheme, name) in [
        (1366, 768, 1.0, "light", "review-1366.png"),
        (683, 384, 2.0, "light", "review-200-percent.png"),
        (420, 800, 1.0, "light", "review-narrow.png"),
        (1440, 900, 1.0, "dark", "review-dark.png"),
    ] {
        browser.size(width, height, scale);
        let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        browser.call("Emulation.setEmulatedMedia", scheme);
        let wide = browser.ask("document.documentElement.scrollWidth <= innerWidth");
        assert_eq!(
            wide,
            json!(true),
            "{name}: the page is wider than the window"
        );
        browser.picture(name);
    }
    assert_eq!(contrast(&mut browser), Vec::<String>::new());
    browser.size(794, 1123, 1.0);
    browser.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    assert_eq!(
        browser.ask("getComputedStyle(document.getElementById('side')).display"),
        json!("none")
    );
    browser.picture("review-print.png");
}

/// Texts on the page whose contrast to their ground is below 4.5 (WCAG 2.2, 1.4.3), in light and in dark.
fn contrast(browser: &mut Browser) -> Vec<String> {
    let mut found = Vec::new();
    for scheme in ["light", "dark"] {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        browser.call("Emulation.setEmulatedMedia", features);
        std::thread::sleep(Duration::from_millis(300));
        let low = browser.ask(
            r#"(() => {
              const rgb = s => (s.match(/[\d.]+/g) || []).map(Number);
              const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
              const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c.slice(0, 3); } return [255, 255, 255]; };
              const low = [];
              for (const e of document.body.querySelectorAll('*')) {
                if (!e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
                const a = light(rgb(getComputedStyle(e).color).slice(0, 3)), b = light(ground(e));
                const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
                if (ratio < 4.5) low.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
              }
              return low;
            })()"#,
        );
        let low = low.as_array().cloned().unwrap_or_default();
        found.extend(low.iter().map(|l| format!("{scheme}: {l}")));
    }
    found
}
