#!/usr/bin/env python3
"""Prints docs/performance.md's first table: what whole runs cost on one core and on two.

    tools/speed.py target/release/vanthu ../shared [FOLDER] > table.md

The pages of SHARED/ocr/pages_{eng,vie}.train are written out as files below FOLDER (the system's folder for temporary
files); `vanthu run` reads, repairs, parses and writes them, start to finish, after one run that warms the disk cache.
Each figure is the least of five runs. Syllables are white-space tokens. Every run has an OUT of its own, and nothing
is taken away before the end: ext4 passes over inodes that were freed in the last minutes one by one, which makes a new
file cost several times as much.
"""
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time


def pages(path, folder):
    count = 0
    os.makedirs(folder)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            text = json.loads(line)["ocr"]
            count += len(text.split())
            with open(f"{folder}/{number:05}.txt", "w", encoding="utf-8") as out:
                out.write(text)
    return count


def run(command, asked=None):
    """Wall and CPU seconds of a command that is asked this."""
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, check=True, input=asked, text=True, **quiet)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - begin, cpu


def main(vanthu, shared, folder=None):
    with tempfile.TemporaryDirectory(dir=folder) as tmp:
        print("| material | syllables | threads | wall s | CPU s | syllables a second | a CPU second |")
        print("|---|---|---|---|---|---|---|")
        for profile in ("eng", "vie"):
            pages_of = f"{tmp}/{profile}"
            count = pages(f"{shared}/ocr/pages_{profile}.train.jsonl.gz", pages_of)

            def job(threads, name):
                out = f"{tmp}/out-{profile}-{threads}-{name}"
                return run([vanthu, "run", pages_of, "-o", out, "--threads", str(threads), "--profile", profile, "-q"])

            job(1, "warm")
            for threads in (1, 2):
                wall, cpu = map(min, zip(*(job(threads, name) for name in range(5))))
                print(f"| pages_{profile}.train | {count} | {threads} | {wall:.2f} | {cpu:.2f} | {count / wall:,.0f} | {count / cpu:,.0f} |")
        page = f"{tmp}/eng/00000.txt"
        best = min(run([vanthu, "repair", page])[0] for _ in range(9))
        print(f"\nOne page through `vanthu repair`, start to finish, best of nine: {best * 1000:.0f} ms.")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"Peak memory of all runs: {peak / 1024:.0f} MB.")


if __name__ == "__main__":
    main(*sys.argv[1:])
