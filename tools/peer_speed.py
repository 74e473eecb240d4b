#!/usr/bin/env python3
"""Prints how fast marks are restored, here and by pyvi, on the same text in the same run.

    target/peers/bin/python tools/peer_speed.py target/release/vanthu ../shared

The text is SHARED/dev/plain.jsonl.gz without its marks, line by line; `vanthu serve-lines` gets each line as a text of its
own, its start and the JSON in and out included. tools/accuracy.sh makes target/peers. The restoration of marks of
underthesea is not part of its release on PyPI, so that it cannot be measured here.
"""
import json
import resource
import subprocess
import sys
import time

from pyvi import ViUtils

from peers import lines as rows
from peers import strip


def main(vanthu, shared):
    texts = (strip(row["text"]) for row in rows(f"{shared}/dev/plain.jsonl.gz"))
    lines = [line for text in texts for line in text.split("\n") if line.strip()]
    syllables = sum(len(line.split()) for line in lines)
    asked = "".join(json.dumps({"id": str(k), "text": line}) + "\n" for k, line in enumerate(lines))
    command = [vanthu, "serve-lines", "--profile", "stripped"]
    own = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        own.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    begin = time.process_time()
    for line in lines:
        try:
            ViUtils.add_accents(line)
        except KeyError:  # a mark that it does not expect: the line is lost to it
            continue
    other = time.process_time() - begin
    print("| program | CPU s | syllables a CPU second |")
    print("|---|---|---|")
    for name, seconds in (("vanthu serve-lines", min(own)), ("pyvi.ViUtils.add_accents", other)):
        print(f"| {name} | {seconds:.2f} | {syllables / seconds:,.0f} |")
    print(f"\n{other / min(own):.0f} times as fast.")


main(*sys.argv[1:])
