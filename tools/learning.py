#!/usr/bin/env python3
"""Shows what decisions are worth: a reviewer decides the doubtful words of an agency's first papers, `vanthu learn` is
taught 200 of the decisions, and the agency's other papers are done with and without it. The reviewer decides as the other
engine's reading of the same paper says, where that is not doubtful itself. The order of the papers is drawn anew each
round, because the figure depends on it.

    python3 tools/learning.py VANTHU ../shared/dev/real 'kgu*' eng vie
"""
import difflib
import hashlib
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unicodedata

vanthu, folder, agency, profile, other = sys.argv[1:]
ROUNDS, TAUGHT = 10, 200
papers = sorted(p for p in pathlib.Path(folder).glob(f"{agency}-*.{profile}.txt")
                if p.with_name(p.name.replace(f".{profile}.", f".{other}.")).exists())
work = pathlib.Path(tempfile.mkdtemp())


def night(papers, *options):
    """Runs over the papers; of each, its text and its edits."""
    out = pathlib.Path(tempfile.mkdtemp(dir=work))
    scans = out / "scans"
    scans.mkdir()
    for paper in papers:
        (scans / paper.name).write_bytes(paper.read_bytes())
    subprocess.run([vanthu, "run", scans, "-o", out / "out", "-q", "--timeout", "0", *options], check=True)
    edits = lambda p: (out / "out" / (p.name[:-4] + ".edits.jsonl")).read_text().splitlines()
    return {p: [json.loads(line) for line in edits(p)] for p in papers}


def words(paper, edits):
    """The words of a repaired paper: first byte, letters without marks, word, whether it is doubtful."""
    source, found, at = paper.read_bytes(), [], 0
    for e in edits + [None]:
        end = e["span"][0] if e else len(source)
        text = source[at:end].decode("utf-8", "replace")
        start = None
        for k, c in enumerate(text + " "):
            if c.isalnum() and start is None:
                start = k
            elif not c.isalnum() and start is not None:
                found.append((at + len(text[:start].encode()), text[start:k], False))
                start = None
        if e:
            found.append((e["span"][0], e["to"], e["kind"] == "doubtful"))
            at = e["span"][1]
    bare = lambda w: "".join(c for c in unicodedata.normalize("NFD", w.lower().replace("đ", "d")) if c.isalnum())
    return [(place, bare(word), word, doubtful) for place, word, doubtful in found]


def truths(paper, edits, twin, twin_edits):
    """What the other reading says of each word, by the byte at which it begins."""
    a, b, said = words(paper, edits), words(twin, twin_edits), {}
    matcher = difflib.SequenceMatcher(a=[w[1] for w in a], b=[w[1] for w in b], autojunk=False)
    for _, i, j, k, m in matcher.get_opcodes():
        if j - i == m - k:
            said.update((x[0], y[2]) for x, y in zip(a[i:j], b[k:m]) if not y[3])
    return said


twins = [p.with_name(p.name.replace(f".{profile}.", f".{other}.")) for p in papers]
alone, others = night(papers), night(twins)
said = {p: truths(p, alone[p], t, others[t]) for p, t in zip(papers, twins)}
doubts = lambda edits: [e for e in edits if e["kind"] == "doubtful"]
random.seed(1)
before = left = settled = wrong = taught_by = 0
for _ in range(ROUNDS):
    order, decisions = random.sample(papers, len(papers)), []
    while order and len(decisions) < TAUGHT:
        paper = order.pop()
        digest = hashlib.sha256(paper.read_bytes()).hexdigest()
        for e in doubts(alone[paper]):
            to = said[paper].get(e["span"][0])
            if to:
                decisions.append({"file": paper.name, "sha256": digest, "action": "accept" if to == e["to"] else "correct",
                                  "line": e["line"], "span": e["span"], "from": e["from"], "proposed": e["to"], "to": to})
    decisions = decisions[:TAUGHT]
    taught = pathlib.Path(tempfile.mkdtemp(dir=work))
    (taught / "d.json").write_text(json.dumps({"schema": "vanthu.decisions/1", "decisions": decisions}))
    subprocess.run([vanthu, "learn", taught / "d.json", "--user", taught / "user"], check=True, stdout=subprocess.DEVNULL)
    after = night(order, "--user", taught / "user")
    taught_by += len(decisions)
    for paper in order:
        still = {tuple(e["span"]) for e in doubts(after[paper])}
        made = {tuple(e["span"]): e["to"] for e in after[paper] if e["kind"] != "doubtful"}
        before += len(doubts(alone[paper]))
        left += len(still)
        for e in doubts(alone[paper]):
            span = tuple(e["span"])
            if span not in still:
                settled += 1
                truth = said[paper].get(span[0])
                wrong += bool(truth) and truth.lower() != made.get(span, e["from"]).lower()
print(f"{agency}, {profile}: {len(papers)} papers in {ROUNDS} orders, each time {taught_by // ROUNDS} decisions; in the papers "
      f"after them {before} doubtful words without, {left} with ({(left - before) / before:+.1%}); {settled} settled, "
      f"{wrong} of them against the other reading")
