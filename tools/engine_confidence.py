#!/usr/bin/env python3
"""Shows what an engine's own confidence is worth: pages of corpus/ as hOCR, with the confidences and with them taken out;
of the words and numbers that are wrong in the end, how many are said to be doubtful, and of those that are right.

    python3 tools/engine_confidence.py VANTHU FOLDER    # FOLDER: tesseract PAGE FOLDER/NAME -l vie hocr
"""
import collections
import difflib
import html
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata

vanthu, folder = sys.argv[1], pathlib.Path(sys.argv[2])
truths = pathlib.Path(__file__).resolve().parent.parent / "corpus/truth"
work = pathlib.Path(tempfile.mkdtemp())
bare = lambda w: "".join(c for c in unicodedata.normalize("NFD", w.lower().replace("đ", "d")) if c.isalnum())
letters = lambda w: unicodedata.normalize("NFC", "".join(c for c in w if c.isalnum())).lower()


def words(source, edits):
    """The words of an hOCR file as repaired, and whether each is doubtful."""
    found = []
    for m in re.finditer(rb"<span class='ocrx_word'[^>]*>(.*?)</span>", source, re.S):
        word = html.unescape(re.sub("<[^>]*>", "", m[1].decode())).strip()
        here = [e for e in edits if e["span"][0] < m.end(1) and e["span"][1] > m.start(1)]
        for e in here:
            word = word.replace(e["from"], e["to"], 1)
        if letters(word):
            found.append((word, any(e["kind"] == "doubtful" for e in here)))
    return found


def count(name, change):
    scans, out = work / name, work / f"{name}-out"
    scans.mkdir()
    for page in folder.glob("*.hocr"):
        (scans / page.name).write_bytes(change(page.read_bytes()))
    subprocess.run([vanthu, "run", scans, "-o", out, "-q", "--timeout", "0"], check=True)
    counts = collections.Counter()
    for page in sorted(scans.iterdir()):
        edits = [json.loads(line) for line in (out / f"{page.stem}.edits.jsonl").read_text().splitlines()]
        read = words(page.read_bytes(), edits)
        true = re.sub("[⟦⟧\f]", " ", (truths / f"{page.stem}.txt").read_text()).split()
        matcher = difflib.SequenceMatcher(a=[bare(w) for w, _ in read], b=[bare(w) for w in true], autojunk=False)
        for _, i, j, k, m in matcher.get_opcodes():
            if j - i != m - k:
                continue
            for (word, doubtful), right in zip(read[i:j], true[k:m]):
                number = any(c.isdigit() for c in word + right)
                counts["numbers" if number else "words", letters(word) == letters(right), doubtful] += 1
    for kind in ["words", "numbers"]:
        share = lambda right: f"{counts[kind, right, True]} of {counts[kind, right, True] + counts[kind, right, False]}"
        print(f"{name:>8} {kind:<8} wrong and doubtful {share(False):<12} right and doubtful {share(True)}")


count("without", lambda source: re.sub(rb"; x_wconf \d+", b"", source))
count("with", lambda source: source)
