#!/usr/bin/env python3
"""Shows what decisions are worth: a reviewer who knows the truth decides the doubtful words of an agency's first papers,
`vanthu learn` is taught 200 of the decisions, and the agency's other papers are done with and without it.

    python3 tools/learning.py VANTHU ../shared/dev/real kgu eng
"""
import difflib
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

vanthu, folder, agency, profile = sys.argv[1:]
folder = pathlib.Path(folder)
papers = sorted(p for p in folder.glob(f"{agency}-*.{profile}.txt")
                if p.with_name(p.name.replace(".txt", ".truth.txt")).exists())
work = pathlib.Path(tempfile.mkdtemp())


def night(papers, *options):
    scans, out = work / "scans", work / f"out{len(list(work.iterdir()))}"
    scans.mkdir(exist_ok=True)
    for old in scans.iterdir():
        old.unlink()
    for paper in papers:
        (scans / paper.name).write_bytes(paper.read_bytes())
    subprocess.run([vanthu, "run", scans, "-o", out, "-q", *options], check=True)
    return {p: [json.loads(line) for line in (out / (p.name[:-4] + ".edits.jsonl")).read_text().splitlines()] for p in papers}


def truths(paper):
    """The true word of every word that was read, by the byte at which it begins; None where they cannot be matched."""
    read = paper.read_text().splitlines(keepends=True)
    true = paper.with_name(paper.name.replace(".txt", ".truth.txt")).read_text().splitlines()
    found, at = {}, 0
    for k, line in enumerate(read):
        words, places, column = line.split(), [], 0
        for word in words:
            column = line.index(word, column)
            places.append(at + len(line[:column].encode()))
            column += len(word)
        right = true[k].split() if k < len(true) else []
        # Words that stand between the same neighbours, as many on both sides, are each other's.
        fold = lambda w: "".join(c for c in w.lower() if c.isascii() and c.isalpha())
        matcher = difflib.SequenceMatcher(a=[fold(w)[:1] + str(len(w)) for w in words], b=[fold(w)[:1] + str(len(w)) for w in right], autojunk=False)
        for tag, a, b, c, d in matcher.get_opcodes():
            if b - a == d - c:
                for i in range(b - a):
                    found[places[a + i]] = (words[a + i], right[c + i])
        at += len(line.encode())
    return found


def doubts(edits):
    return [e for e in edits if e["kind"] == "doubtful"]


def core(word):
    return word.strip(".,;:()[]\"'“”-–/")


first, rest = papers[: len(papers) // 2], papers[len(papers) // 2:]
decisions = []
for paper, edits in night(first).items():
    known, digest = truths(paper), hashlib.sha256(paper.read_bytes()).hexdigest()
    for e in doubts(edits):
        word = next((w for at, w in known.items() if at <= e["span"][0] < at + len(w[0].encode())), None)
        if word is None or core(word[0]) != e["from"]:
            continue
        to = core(word[1])
        action = "accept" if to == e["to"] else "correct"
        decisions.append({"file": paper.name, "sha256": digest, "action": action, "line": e["line"], "span": e["span"],
                          "from": e["from"], "proposed": e["to"], "to": to})
decisions = decisions[:200]
(work / "d.json").write_text(json.dumps({"schema": "vanthu.decisions/1", "decisions": decisions}))
subprocess.run([vanthu, "learn", work / "d.json", "--user", work / "user"], check=True)
before, after = night(rest), night(rest, "--user", work / "user")
n, m, settled, wrong = 0, 0, 0, 0
for paper in rest:
    known = truths(paper)
    left = {tuple(e["span"]) for e in doubts(after[paper])}
    made = {tuple(e["span"]): e["to"] for e in after[paper] if e["kind"] != "doubtful"}
    n, m = n + len(doubts(before[paper])), m + len(left)
    for e in doubts(before[paper]):
        if tuple(e["span"]) in left:
            continue
        settled += 1
        word = next((w for at, w in known.items() if at <= e["span"][0] < at + len(w[0].encode())), None)
        if word and core(word[0]) == e["from"] and core(word[1]) != made.get(tuple(e["span"]), e["from"]):
            wrong += 1
print(f"{agency}, {profile}: {len(first)} papers taught by {len(decisions)} decisions; the next {len(rest)} papers: "
      f"{n} doubtful words without, {m} with; {settled} settled, {wrong} of them wrong")
