#!/usr/bin/env python3
"""Prints docs/accuracy.md: vanthu and other systems on the same material. Called by tools/accuracy.sh.

    peers.py VANTHU SHARED

The others only repair; all texts are scored by `vanthu evaluate --triples`.
"""
import collections, gzip, json, re, subprocess, sys, tempfile, time, unicodedata
from pathlib import Path

VANTHU, SHARED = sys.argv[1], Path(sys.argv[2])
GENERAL = {"vietnews_tin", "tnt305_khac", "hddtvn_baiviet"}


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def strip(text):
    text = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in text if not unicodedata.combining(c))


def by_line(repair):
    """A system that works on lines; what it cannot do stays as it is."""
    def whole(text):
        out = []
        for line in text.split("\n"):
            try:
                out.append(repair(line) if line.strip() else line)
            except Exception:
                out.append(line)
        return "\n".join(out)
    return whole


def symspell():
    """SymSpell over the syllables of the first 5 M characters of each text of the corpora."""
    from symspellpy import SymSpell, Verbosity
    counts = collections.Counter()
    for path in sorted((SHARED / "corpora").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as f:
            read = 0
            while read < 5_000_000 and (line := f.readline()):
                read += len(line)
                counts.update(re.findall(r"[^\W\d_]+", json.loads(line)["text"].lower()))
    spell = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
    for word, count in counts.items():
        if count >= 5 and len(word) <= 8:
            spell.create_dictionary_entry(word, count)

    def word(match):
        token = match.group()
        found = spell.lookup(token.lower(), Verbosity.TOP, max_edit_distance=2)
        if not found or found[0].term == token.lower():
            return token
        term = found[0].term
        return term.upper() if token.isupper() and len(token) > 1 else term.capitalize() if token[0].isupper() else term

    return by_line(lambda line: re.sub(r"[^\W_]+", word, line))


def systems():
    yield "pyvi 0.1.1", by_line(__import__("pyvi.ViUtils", fromlist=["ViUtils"]).add_accents)
    accents = __import__("pyvi.ViUtils", fromlist=["ViUtils"]).add_accents
    yield "marks stripped, then pyvi", by_line(lambda line: accents(strip(line)))
    yield "SymSpell (symspellpy 6.10.1)", symspell()
    import underthesea
    yield f"underthesea {underthesea.__version__}, text_normalize", by_line(underthesea.text_normalize)
    restore = getattr(underthesea, "restore_diacritics", None)
    if restore:
        yield f"underthesea {underthesea.__version__}, restore_diacritics", by_line(restore)
        yield "marks stripped, then underthesea", by_line(lambda line: restore(strip(line)))


def material():
    """Name, arguments with which vanthu measures itself, (truth, ocr) pairs."""
    ocr = SHARED / "ocr"
    for profile in ("eng", "vie"):
        path = ocr / f"pairs_{profile}.dev.jsonl.gz"
        yield (f"{profile}, rendered pages", ["--pairs", str(path), "--profile", profile],
               [(d["truth"], d["ocr"]) for d in lines(path)])
    path = ocr / "pairs_trueocr.dev.jsonl.gz"
    yield "an engine not learnt from", ["--pairs", str(path), "--profile", "vie"], [(d["truth"], d["ocr"]) for d in lines(path)]
    folder = tempfile.mkdtemp()
    for profile in ("eng", "vie"):
        pairs, own = [], Path(folder) / profile
        own.mkdir()
        for truth in sorted((SHARED / "dev/real").glob(f"*.{profile}.truth.txt")):
            read = truth.with_name(truth.name.replace(".truth.txt", ".txt"))
            pairs.append(tuple(p.read_text(encoding="utf-8", errors="replace") for p in (truth, read)))
            for p, text in zip((truth, read), pairs[-1]):
                (own / p.name).write_text(text, encoding="utf-8")
        yield f"{profile}, real scans", ["--truth", str(own), "--ocr", str(own)], pairs
    plain = lines(SHARED / "dev/plain.jsonl.gz")
    for name, general in (("administrative", False), ("general", True)):
        part = [d for d in plain if (d["source"] in GENERAL) == general]
        path = Path(folder) / f"{name}.jsonl"
        path.write_text("".join(json.dumps(d, ensure_ascii=False) + "\n" for d in part), encoding="utf-8")
        yield f"stripped, {name}", ["--plain", str(path), "--strip"], [(d["text"], strip(d["text"])) for d in part]
        yield f"clean, {name}", ["--plain", str(path)], [(d["text"], d["text"]) for d in part]


def evaluate(*args):
    done = subprocess.run([VANTHU, "evaluate", "--json", *args], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"vanthu evaluate {' '.join(args)}: {done.stderr}")
    return json.loads(done.stdout)


def score(pairs, repair):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as f:
        for truth, ocr in pairs:
            f.write(json.dumps({"truth": truth, "ocr": ocr, "out": repair(ocr)}) + "\n")
        f.flush()
        return evaluate("--triples", f.name)["rows"][0]


def percent(x, digits=2):
    return "" if x is None else f"{x * 100:.{digits}f}"


def table(head, rows):
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def main():
    begin = time.time()
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    print(f"""# Accuracy

Printed by `tools/accuracy.sh > docs/accuracy.md` at commit {commit}; nothing here is written by hand but what is said of
underthesea. All figures in percent, on development material; `vanthu evaluate --help` says what each one is.

## Beside others

Syllables right; below it, in brackets, the share of tokens that were right as read and are wrong after (harm).
""")
    own, reports, rows = [], [], {}
    others = list(systems())
    names = ["as read"] + [n for n, _ in others] + ["**vanthu**"]
    kinds = []
    for kind, args, pairs in material():
        kinds.append(kind)
        report = evaluate(*args)
        reports.append((kind, report))
        row = report["rows"][0]
        cells = {"as read": percent(row["syllables"][0])}
        for name, repair in others:
            r = score(pairs, repair)
            cells[name] = f"{percent(r['syllables'][1])} ({percent(r['harm'], 3)})"
        cells["**vanthu**"] = f"**{percent(row['syllables'][1])}** ({percent(row['harm'], 3)})"
        rows[kind] = cells
        print(f"{kind}: {time.time() - begin:.0f} s", file=sys.stderr)
    table(["", *kinds], [[n, *(rows[k][n] for k in kinds)] for n in names])
    print("""pyvi leaves a line as it is when a syllable of it carries a mark that it does not expect (it fails there). The
restoration of marks in underthesea is not part of the release on PyPI; its authors' repository has it, and it was
measured elsewhere at 52.3 (eng, rendered), 94.9 (vie, rendered), 94.4 to 96.6 (stripped, administrative) and 93.3
(stripped, general).

## In detail
""")
    head = ["", "tokens", "syllables as read", "after", "oracle", "CER", "WER", "harm", "digit harm", "error cut"]
    for kind, report in reports:
        for r in report["rows"]:
            if r["kind"] == "profile" or (r["kind"] == "source"):
                continue
            name = kind if r["kind"] == "all" else f"&nbsp;&nbsp;{r['kind']} {r['name']}"
            own.append([name, str(r["tokens"]), percent(r["syllables"][0]), percent(r["syllables"][1]), percent(r["oracle"]),
                        " → ".join(map(percent, r["cer"])), " → ".join(map(percent, r["wer"])),
                        f"{percent(r['harm'], 3)} ({r['harmed']})", f"{percent(r['digit_harm'], 3)} ({r['digits_harmed']})",
                        percent(r["error_cut"])])
    table(head, own)
    print("Oracle: true syllables among the candidates, which no decision can surpass. In brackets: tokens.\n\n## Confidence\n")
    print("Expected calibration error of edits and of tokens that stay (ten bins); how much of what is still wrong is on the\n"
          "list of doubts, and within the most doubtful 3 % of all words.\n")
    table(["", "edits", "stay", "words still wrong", "on the list", "list, of all words", "within 3 %"],
          [[k, f"{c['edits_error']:.4f}", f"{c['kept_error']:.4f}", str(c["wrong"]), percent(c["wrong_among_doubts"]),
            percent(c["doubts"] / max(1, c["words"])), percent(c["wrong_among_looked_at"])]
           for k, r in reports for c in [r["certainty"]]])
    for kind, report in reports[:2]:
        c = report["certainty"]
        print(f"Reliability of edits, {kind}:\n")
        table(["confidence", "edits", "mean", "right"],
              [[f"{b['from']:.1f}–{b['from'] + .1:.1f}", str(b["count"]), f"{b['confidence']:.4f}", f"{b['right']:.4f}"]
               for b in c["edits"] if b["count"]])
        print(f"Only edits of at least so much confidence made, {kind}:\n")
        table(["confidence", "coverage", "risk", "syllables right", "WER", "error cut"],
              [[str(t["min_confidence"]), percent(t["coverage"]), percent(t["risk"]), percent(t["rates"]["syllables"][1]),
                percent(t["rates"]["wer"][1]), percent(t["rates"]["error_cut"])] for t in c["thresholds"]])
    # Last in the file: nothing that changes from run to run.
    print(f"{time.time() - begin:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
