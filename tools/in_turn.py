#!/usr/bin/env python3
"""Prints how much CPU time programs need beside another one, all run in turn, so that what else the machine does falls
on each of them alike.

    tools/in_turn.py ROUNDS ../shared FOLDER PROGRAM OTHER...

Each round runs PROGRAM and one OTHER after the other on the pages of SHARED/ocr/pages_{eng,vie}.train, written as files
below FOLDER (a memory disk). A ratio is the median over the rounds of the OTHER's user and system time by the mean of
those of PROGRAM before and behind it; the seconds are the least of all rounds.
"""
import os
import shutil
import statistics
import sys
import tempfile

from speed import pages, run


def main(rounds, shared, folder, first, *others):
    with tempfile.TemporaryDirectory(dir=folder) as tmp:
        print("| pages | program | CPU s | times that of the first |\n|---|---|---|---|")
        for profile in ("eng", "vie"):
            folder_of_pages = f"{tmp}/{profile}"
            pages(f"{shared}/ocr/pages_{profile}.train.jsonl.gz", folder_of_pages)
            out = f"{tmp}/out"

            def seconds(program):
                options = ["--threads", "1", "--profile", profile, "-q"]
                used = run([program, "run", folder_of_pages, "-o", out, *options])[1]
                shutil.rmtree(out)
                return used

            before = seconds(first)
            firsts, ratios, all_of = [before], {o: [] for o in others}, {o: [] for o in others}
            for _ in range(int(rounds)):
                for other in others:
                    own, behind = seconds(other), seconds(first)
                    ratios[other].append(own / ((before + behind) / 2))
                    all_of[other].append(own)
                    firsts.append(behind)
                    before = behind
            print(f"| {profile} | {os.path.basename(first)} | {min(firsts):.2f} | 1 |")
            for other in others:
                ratio = statistics.median(ratios[other])
                print(f"| {profile} | {os.path.basename(other)} | {min(all_of[other]):.2f} | {ratio:.3f} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
