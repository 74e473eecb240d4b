#!/usr/bin/env python3
"""One large file: large_file.py VANTHU FOLDER MEGABYTES [FLAG...]

Writes FOLDER/large.txt, MEGABYTES of the dispatches of corpus/truth one after another, runs VANTHU over it with the
flags, and prints the exit code, seconds, and the most memory.
"""
import resource, subprocess, sys, time
from pathlib import Path

vanthu, folder, megabytes, flags = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
corpus = Path(__file__).resolve().parents[2] / "corpus"
text = b"\n".join(p.read_bytes() for p in sorted(corpus.glob("truth/*.txt")))
folder.mkdir(parents=True, exist_ok=True)
with open(folder / "large.txt", "wb") as file:
    left = megabytes << 20
    while left > 0:
        left -= file.write(text[:left])
began = time.time()
run = subprocess.run([vanthu, "run", str(folder / "large.txt"), "-o", str(folder / "out"), "--quiet", *flags])
seconds, used = time.time() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{megabytes} MB: exit {run.returncode}, {seconds:.1f} s ({used.ru_utime:.1f} s of work), peak {used.ru_maxrss / 1024:.0f} MiB")
