#!/usr/bin/env python3
"""Shows what a second reading is worth: papers read by two engines, each repaired alone and with the other beside it.

    python3 tools/second_reading.py VANTHU ../shared/dev/real    # NAME.vie.txt and NAME.eng.txt, NAME.vie.truth.txt ...

Scores as ../shared/score/repair.py, on the papers with a truth; needs pip install rapidfuzz.
"""
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

vanthu, folder = sys.argv[1], pathlib.Path(sys.argv[2])
sys.path.insert(0, str(folder.resolve().parents[1] / "score"))
sys.path.insert(0, "../shared/score")
import repair  # noqa: E402
from rapidfuzz.distance import Levenshtein  # noqa: E402

names = sorted(p.name[:-8] for p in folder.glob("*.vie.txt") if p.with_name(p.name.replace(".vie.", ".eng.")).exists())
work = pathlib.Path(tempfile.mkdtemp())
for engine in ["vie", "eng"]:
    (work / engine).mkdir()
    for name in names:
        (work / engine / f"{name}.txt").write_bytes((folder / f"{name}.{engine}.txt").read_bytes())


def numbers(text):
    return re.findall(r"\d+", re.sub("⟦[^⟧]*⟧", " ", text))


print(f"{len(names)} papers")
for engine, other in [("vie", "eng"), ("eng", "vie")]:
    for way, options in [("alone", []), ("with the other", ["--second-reading", work / other])]:
        out = work / f"{engine}-{len(options)}"
        subprocess.run([vanthu, "run", work / engine, "-o", out, "-q", "--timeout", "0", *options], check=True)
        score, counts = repair.Score(), collections.Counter()
        for name in names:
            edits = [json.loads(line) for line in (out / f"{name}.edits.jsonl").read_text().splitlines()]
            doubts = [e for e in edits if e["kind"] == "doubtful"]
            digits = [e for e in doubts if re.search(r"\d", e["from"])]
            counts["words"] += len(doubts) - len(digits)
            counts["numbers"] += len(digits)
            truth = folder / f"{name}.{engine}.truth.txt"
            if not truth.exists():
                continue
            truth, text = truth.read_text(), (out / f"{name}.txt").read_text()
            score.add(truth, (folder / f"{name}.{engine}.txt").read_text(errors="replace"), text)
            # Numbers of the text that the truth does not have there, and whether they are doubtful.
            a, b = numbers(text), numbers(truth)
            doubtful = collections.Counter(n for e in digits for n in numbers(e["from"]))
            for op in Levenshtein.opcodes(a, b):
                for n in a[op.src_start:op.src_end]:
                    said = doubtful[n] > 0
                    counts["wrong" if op.tag != "equal" else "right", said] += 1
        f = score.figures()
        print(f"{engine} {way}: syllables right {f['syllables out']:.2%}, right words harmed {f['harm']:.3%}, doubtful: {counts['words']} words, "
              f"{counts['numbers']} numbers; wrong numbers doubtful {counts['wrong', True]} of {counts['wrong', True] + counts['wrong', False]}, "
              f"right ones {counts['right', True]} of {counts['right', True] + counts['right', False]}")
