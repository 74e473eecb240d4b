#!/usr/bin/env python3
"""Writes pairs whose texts are of two engines: ten paragraphs each, some as the one read them, some as the other.

    tools/mixed.py ../shared /tmp/mixed
    vanthu evaluate --pairs /tmp/mixed/one_eng.jsonl    # one paragraph in ten without marks
    vanthu evaluate --pairs /tmp/mixed/half.jsonl       # every other one
    vanthu evaluate --pairs /tmp/mixed/one_vie.jsonl    # one in ten with marks
"""
import gzip
import json
import os
import sys


def pairs(shared, profile):
    with gzip.open(f"{shared}/ocr/pairs_{profile}.dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main(shared, out):
    both = [b for b in zip(pairs(shared, "vie"), pairs(shared, "eng")) if b[0]["truth"] == b[1]["truth"]]
    os.makedirs(out, exist_ok=True)
    for name, without in (("one_eng", {5}), ("half", {1, 3, 5, 7, 9}), ("one_vie", set(range(10)) - {5})):
        with open(f"{out}/{name}.jsonl", "w", encoding="utf-8") as file:
            for begin in range(0, len(both) - 9, 10):
                ten = both[begin : begin + 10]
                read = [pair[n in without]["ocr"] for n, pair in enumerate(ten)]
                text = {"truth": "\n".join(p[0]["truth"] for p in ten), "ocr": "\n".join(read)}
                file.write(json.dumps(text, ensure_ascii=False) + "\n")


main(*sys.argv[1:])
