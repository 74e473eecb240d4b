#!/usr/bin/env python3
"""Makes the corpus: source -> page -> scan -> Tesseract -> text, truth and gold.

    make.py            make everything (vie/, eng/, truth/, gold/, sample/)
    make.py ID...      make these only
    make.py --check    check the gold against the sources and the truth; reads only
    make.py --pages D  also keep the page images in the folder D
    make.py --figures  print counts, how well the engine read, and the table of the README; reads only

Needs: tesseract 5 with vie and eng, the Liberation fonts, pip install pillow numpy rapidfuzz
"""
import concurrent.futures
import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

sys.path.insert(0, str(Path(__file__).parent))
import page
import scan
import source

HERE = Path(__file__).parent
READINGS = ("vie", "eng")
# the input of the README's first command: some of each reading
SAMPLE = ["vie/cd-2025-bao", "eng/cv-2018-hoso", "vie/kh-2021-bang", "eng/dang-2025-cv", "vie/bai-2022-trangtin",
          "eng/gm-2022-hop", "vie/cv-2019-hoatoc"]
# whose first page is kept as a small picture
PICTURES = ("kh-2021-bang", "cv-2018-hoso")


def seed(name):
    return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"))


# page --------------------------------------------------------------------------------------------
def lay_out(src):
    """Draws the document; returns the sheet. As a typist would, sets it closer or wider where the foot
    would stand on a page of its own."""
    for size, leading in ((13.5, 1.22), (13.5, 1.16), (13, 1.15), (14, 1.25), (14, 1.35), (14, 1.45)):
        s = draw(src, size, leading)
        if not s.foot_alone:
            break
    return s


def draw(src, size, leading):
    head = src["head"]
    s = page.Sheet(seed(src["id"] + " pen"), head.get("face", "Serif"), size, leading)
    if head.get("corner"):
        s.corner(head["corner"])
    if head.get("left"):
        s.header(head)
    if head.get("title"):
        s.y += 2 * page.MM
        for k, t in enumerate(head["title"].split(" / ")):
            s.para(t, "c", "b", 0, 0, 15 if k == 0 else 14)
        s.rule((page.LEFT + page.RIGHT) / 2, s.y + 1.2 * page.MM, 45 * page.MM)
        s.y += 4 * page.MM
    rows, widths, done = [], None, False
    for kind, text in src["body"] + [("@end", "")]:
        text = source.shown(text)
        if rows and kind != "row":
            s.table(widths, rows)
            rows = []
        if kind == "row":
            if text.startswith("w "):
                widths = [float(n) for n in text[2:].split()]
            else:
                rows.append((text.startswith("!"), [c.strip() for c in text.lstrip("! ").split(" | ")]))
        elif kind == "@page":
            s.new_page()
        elif kind == "@foot":
            s.foot([source.shown(c) for c in src["copies"]], src["signers"], head.get("label", "Nơi nhận:"))
            done = True
        elif kind == "@note":
            s.note(text)
        elif kind == "@header":  # a second dispatch in the same scan: keys of its own head
            s.header(dict(kv.split("=", 1) for kv in text.split(" ;; ")))
        elif kind == "to":
            s.para(text, "c", "", 0, 2)
        elif kind == "item":
            s.para(text, "l", "", 0, .5, margin=42 * page.MM)
        elif kind in ("bold", "title"):
            s.para(text, "j" if kind == "bold" else "c", "b", 11 * page.MM if kind == "bold" else 0, 1.5)
        elif kind in ("slant", "centre"):
            s.para(text, "c", "i" if kind == "slant" else "", 0, 1)
        elif kind == "left":
            s.para(text, "l", "", 0, 1)
        elif kind == "para":
            s.para(text)
    if not done and (src["copies"] or src["signers"]):
        s.foot([source.shown(c) for c in src["copies"]], src["signers"], head.get("label", "Nơi nhận:"))
    s.end_page()
    return s


# truth -------------------------------------------------------------------------------------------
def across(cols):
    """Lines of columns as read across the page: what stands at one height makes one line."""
    lines = sorted((y, k, t) for k, c in enumerate(cols) for y, t in c)
    out, last = [], None
    for y, k, t in lines:
        if last is not None and y - last[0] < 3.2 * page.MM and k not in last[1]:
            out[-1].append((k, t))
            last[1].add(k)
        else:
            out.append([(k, t)])
            last = [y, {k}]
    return [" ".join(t for _, t in sorted(row)) for row in out]


def orders(cols):
    down = [[t for _, t in c] for c in cols]
    ways = [across(cols), sum(down, [])]
    if len(cols) == 2:
        ways.append(down[1] + down[0])
    return ways


def truth(parts, ocr):
    """The page line by line; parts with columns in the order in which the engine read them."""
    read = canon(ocr).split()
    ways = [orders(p) if len(p) > 1 else [[t for _, t in p[0]]] for p in parts]
    pick = [0] * len(ways)
    text = lambda pick: "\n".join(t for w, k in zip(ways, pick) for t in w[k])
    cost = lambda pick: Levenshtein.distance(canon(text(pick)).split(), read)
    for i, w in enumerate(ways):
        if len(w) > 1:
            pick[i] = min(range(len(w)), key=lambda k: (cost(pick[:i] + [k] + pick[i + 1:]), k))
    return text(pick) + "\n"


def canon(s):
    s = re.sub(r"⟦[^⟧]*⟧", " ", unicodedata.normalize("NFC", s))
    return " ".join(s.replace("–", "-").replace("—", "-").split())


# readability -------------------------------------------------------------------------------------
def fold(s):
    s = unicodedata.normalize("NFD", s.lower().replace("đ", "d").replace("ð", "d"))
    return "".join(c for c in s if not unicodedata.combining(c))


def readable(g, texts, head):
    """Marks the values that one of the readings does not hold."""
    def lost(test):
        return not all(test(t) for t in texts)
    top = lambda t: "\n".join(t.splitlines()[:26])
    if g["number"] and lost(lambda t: re.search(rf"(?<!\d){g['number']}(?!\d)", top(t))):
        g["readable"]["number"] = False
    if g["date"] and len(g["date"]) == 10:
        y, m, d = g["date"].split("-")
        pattern = rf"(?<!\d)0?{int(d)}(?!\d).{{3,12}}(?<!\d)0?{int(m)}(?!\d).{{2,8}}{y}"
        if lost(lambda t: re.search(pattern, top(t))):
            g["readable"]["date"] = False
    for k in ("urgency", "secrecy"):
        if g[k] and lost(lambda t: fuzz.partial_ratio(fold(head[k]), fold(top(t))) >= 80):
            g["readable"][k] = False
    for s in g["signers"]:
        if s["name"] and lost(lambda t: fuzz.partial_ratio(fold(s["name"]), fold(t)) >= 80):
            s["readable"] = False


# reading -----------------------------------------------------------------------------------------
def tesseract(image, dpi, lang):
    env = dict(os.environ, OMP_THREAD_LIMIT="1")
    with tempfile.NamedTemporaryFile(suffix=".png") as f:
        image.save(f, "PNG")
        f.flush()
        run = subprocess.run(["tesseract", f.name, "stdout", "-l", lang, "--dpi", str(dpi)], env=env, capture_output=True, check=True)
    return run.stdout.decode("utf-8").replace("\f", "")


def make(path, pages_dir=None):
    src = source.load(path)
    gold = source.gold(src)
    sheet = lay_out(src)
    rng = seed(src["id"] + " scan")
    scans = [scan.scan(p, src["head"].get("scan", "office"), rng) for p in sheet.pages]
    texts = ["\n".join(tesseract(img, dpi, lang) for img, dpi in scans) for lang in READINGS]
    if pages_dir:
        Path(pages_dir).mkdir(parents=True, exist_ok=True)
        for k, (img, _) in enumerate(scans):
            img.save(Path(pages_dir) / f"{src['id']}-{k + 1}.png")
    if src["id"] in PICTURES:
        (HERE / "pages").mkdir(exist_ok=True)
        img = scans[0][0]
        img.resize((900, round(900 * img.height / img.width))).save(HERE / f"pages/{src['id']}.jpg", quality=40)
    readable(gold, texts, src["head"])
    write(f"truth/{src['id']}.txt", truth(sheet.parts, texts[0]))
    write(f"gold/{src['id']}.gold.json", json.dumps(gold, ensure_ascii=False, indent=1) + "\n")
    for lang, text in zip(READINGS, texts):
        write(f"{lang}/{src['id']}.txt", text)
    return f"{src['id']}: {len(scans)} page(s), {len(texts[0].split())} tokens"


def write(name, text):
    f = HERE / name
    f.parent.mkdir(exist_ok=True)
    f.write_text(text, encoding="utf-8", newline="\n")


# check -------------------------------------------------------------------------------------------
def check(path):
    """Every gold value must stand in the document, column by column."""
    src = source.load(path)
    g = json.loads((HERE / f"gold/{src['id']}.gold.json").read_text(encoding="utf-8"))
    sheet = lay_out(src)
    flat = " ".join(t for k, p in enumerate(sheet.parts) if k not in sheet.numbers for c in p for _, t in c)
    flat = re.sub(r"[⟦⟧]", "", flat)
    text = re.sub(r"(\d)[¹²³⁴]", r"\1", " ".join(flat.split()))
    low, tight = text.lower().replace("ủy ban nhân dân", "ubnd"), re.sub(r"\s", "", text)
    bad = []
    def need(what, value, where=low):
        v = value if where is tight else " ".join(value.lower().replace("ủy ban nhân dân", "ubnd").split())
        if v not in where:
            bad.append(f"{src['id']}: {what} not in the text: {value!r}")
    for k in ("issuers", "recipients"):
        for v in g[k]:
            need(k, v)
    for k in ("parent_agency", "place", "subject", "archive_line", "urgency", "secrecy"):
        if g[k]:
            need(k, g[k])
    if g["document_type"] and g["document_type"] != "Công văn":
        need("document_type", g["document_type"])
    if g["symbol"]:
        need("symbol", re.sub(r"\s", "", g["symbol"]), tight)
    if g["number"]:
        need("number", re.sub(r"\s", "", ("Số" if src["head"].get("family") == "party" else "Số:") + g["number"]), tight)
    for what, iso in [("date", g["date"])] + [("ref date", r["date"]) for r in g["references"]] + [("deadline", (t["deadline"] or {}).get("iso")) for t in g["tasks"]] + [("event", e["start"]) for e in g["events"]]:
        if iso and not any(re.search(p, low) for p in date_forms(iso[:10])):
            bad.append(f"{src['id']}: {what} {iso} not in the text")
    for r in g["references"]:
        need("reference", re.sub(r"\s", "", r["number_symbol"]), tight)
    cited = {m.replace(" ", "") for m in re.findall(r"\d+[a-z]?(?:/\d{4})?[/-][A-ZĐ]\w*(?:[-/,]\w+)*", text)}
    known = {r["number_symbol"] for r in g["references"]} | {str(g["number"]) + x + str(g["symbol"]) for x in "/-"} | {f"{g['number']}/{y}/{g['symbol']}" for y in range(2000, 2030)}
    for c in cited - known - set(src["head"].get("not_cited", "").split()):
        bad.append(f"{src['id']}: cited but not in the gold: {c}")
    for t in g["tasks"]:
        need("action", t["action"])
        for a in t["assignees"]:
            need("assignee", a)
    for c in g["copies"]:
        need("copy", c)
    for s in g["signers"]:
        for k in ("authority", "position", "name"):
            for v in (s[k] or "").split(" / "):
                need(k, v)
    digits = re.sub(r"[^\d]", "", text)
    for c in g["contacts"]:
        if c["kind"] == "phone":
            need("phone", c["value"], digits) if c["value"] not in digits else None
            if "0000" not in c["value"]:
                bad.append(f"{src['id']}: a phone number that is not plainly invented: {c['value']}")
        else:
            need("contact", c["value"])
    for lang in READINGS:
        if not (HERE / lang / f"{src['id']}.txt").exists():
            bad.append(f"{src['id']}: no {lang} text")
    return bad


def date_forms(iso):
    y, m, d = (iso.split("-") + ["", ""])[:3]
    if not d:
        return [rf"tháng 0?{int(m)} năm {y}", rf"tháng 0?{int(m)}/{y}"] if m else [y]
    return [rf"(?<!\d)0?{int(d)}\s*tháng 0?{int(m)}\s*năm {y}", rf"(?<!\d)0?{int(d)}[/.]0?{int(m)}[/.]{y}"]


# figures -----------------------------------------------------------------------------------------
def figures(paths):
    golds = {p.stem: json.loads((HERE / f"gold/{p.stem}.gold.json").read_text(encoding="utf-8")) for p in paths}
    tasks = [t for g in golds.values() for t in g["tasks"]]
    print(f"documents {len(golds)}")
    for name in ("references", "tasks", "copies", "signers", "recipients", "contacts", "events"):
        print(f"{name} {sum(len(g[name]) for g in golds.values())}")
    print(f"tasks with a dated deadline {sum(bool(t['deadline']) for t in tasks)}")
    print(f"values a reading does not hold {sum(len(g['readable']) for g in golds.values())}, names {sum('readable' in s for g in golds.values() for s in g['signers'])}")
    for lang in READINGS:
        chars = wrong = toks = right = 0
        for ident in golds:
            t, o = (canon((HERE / d / f"{ident}.txt").read_text(encoding="utf-8")) for d in ("truth", lang))
            chars, wrong = chars + len(t), wrong + Levenshtein.distance(t, o)
            st, so = syllables(t), syllables(o)
            toks += len(st)
            right += sum(op.src_end - op.src_start for op in Levenshtein.opcodes(st, so) if op.tag == "equal")
        print(f"{lang}: CER {wrong / chars:.4f}, syllables right {right / toks:.4f} of {toks}")
    print("| id | type | date | what is in it |\n|---|---|---|---|")
    for p in paths:
        g = golds[p.stem]
        print(f"| {p.stem} | {g['document_type'] or g['record_kind']} | {g['date'] or '-'} | {source.load(p)['head']['about']} |")


def syllables(text):
    ws = (re.sub(r"^[^\w]+|[^\w]+$", "", w) for w in text.lower().split())
    return [w for w in ws if w and not any(c.isdigit() for c in w)]


def main():
    args = sys.argv[1:]
    paths = sorted((HERE / "source").glob("*.txt"))
    if "--check" in args:
        bad = list(itertools.chain.from_iterable(check(p) for p in paths))
        print("\n".join(bad) or f"{len(paths)} documents: every gold value stands in its document")
        sys.exit(bool(bad))
    if "--figures" in args:
        return figures(paths)
    keep = None
    if "--pages" in args:
        k = args.index("--pages")
        keep = args[k + 1]
        del args[k:k + 2]
    chosen = [p for p in paths if not args or p.stem in args]
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for line in pool.map(make, chosen, [keep] * len(chosen)):
            print(line, flush=True)
    for old in (HERE / "sample").glob("*.txt"):
        old.unlink()
    for name in SAMPLE:
        lang, ident = name.split("/")
        write(f"sample/{ident}.txt", (HERE / lang / f"{ident}.txt").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
