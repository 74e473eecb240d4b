#!/usr/bin/env python3
"""Prints how fast marks are restored, here and by other programs, on the same text in the same run.

    target/peers/bin/python tools/peer_speed.py target/release/vanthu ../shared [RESTORER]

The text is SHARED/dev/plain.jsonl.gz without its marks. `vanthu repair` gets it as one file, `vanthu serve-lines` and the
others line by line; the start of vanthu and the JSON in and out are included. tools/accuracy.sh makes target/peers. The
restoration of marks of underthesea is not part of its release on PyPI: RESTORER is a folder that holds the
`restore_diacritics` of its repository (underthesea/pipeline) with a model in the form that it reads.
"""
import json
import sys
import time

from pyvi import ViUtils

from peers import lines as rows
from peers import strip
from speed import run


def cpu(command, asked):
    """CPU seconds of a command, the least of three runs."""
    return min(run(command, asked)[1] for _ in range(3))


def main(vanthu, shared, restorer=None):
    texts = [strip(row["text"]) for row in rows(f"{shared}/dev/plain.jsonl.gz")]
    lines = [line for text in texts for line in text.split("\n") if line.strip()]
    syllables = sum(len(line.split()) for line in lines)
    asked = "".join(json.dumps({"id": str(k), "text": line}) + "\n" for k, line in enumerate(lines))
    profile = ["--profile", "stripped"]
    found = {
        "vanthu repair": cpu([vanthu, "repair", *profile], "\n".join(lines) + "\n"),
        "vanthu serve-lines": cpu([vanthu, "serve-lines", *profile], asked),
    }
    others = {"pyvi.ViUtils.add_accents": ViUtils.add_accents}
    if restorer:
        sys.path.insert(0, restorer)
        from restore_diacritics import restore_diacritics

        others["underthesea restore_diacritics"] = restore_diacritics
    for name, restore in others.items():
        restore("mot dong")
        begin = time.process_time()
        for line in lines:
            try:
                restore(line)
            except KeyError:  # pyvi: a mark that it does not expect, the line is lost to it
                continue
        found[name] = time.process_time() - begin
    print("| program | CPU s | syllables a CPU second |")
    print("|---|---|---|")
    for name, seconds in found.items():
        print(f"| {name} | {seconds:.2f} | {syllables / seconds:,.0f} |")


main(*sys.argv[1:])
