#!/usr/bin/env python3
"""One large archive: large_archive.py VANTHU FOLDER MEGABYTES [FLAG...]

Writes FOLDER/large.tar, MEGABYTES of holes in members of 250 MB each that are called texts, runs VANTHU over it with the
flags, and prints the exit code, seconds, the most memory, and the most that lay in the folder for temporary files.
"""
import os, resource, subprocess, sys, tarfile, time
from pathlib import Path

vanthu, folder, megabytes, flags = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
temporary = folder / "tmp"
temporary.mkdir(parents=True, exist_ok=True)
with open(folder / "large.tar", "wb") as file:
    for k in range(0, megabytes, 250):
        member = tarfile.TarInfo(f"{k:06}.txt")
        member.size = min(250, megabytes - k) << 20
        file.write(member.tobuf())
        file.truncate(file.tell() + (member.size + 511) // 512 * 512)
        file.seek(0, os.SEEK_END)
    file.truncate(file.tell() + 1024)
began, most = time.time(), 0
run = subprocess.Popen(
    [vanthu, "run", str(folder / "large.tar"), "-o", str(folder / "out"), "--quiet", *flags],
    env={**os.environ, "TMPDIR": str(temporary)},
)
def size(path):
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
while run.poll() is None:
    most = max(most, sum(map(size, temporary.rglob("*"))))
    time.sleep(0.05)
seconds, used = time.time() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
left = sum(1 for _ in temporary.iterdir())
print(f"{megabytes} MB: exit {run.returncode}, {seconds:.1f} s, peak {used.ru_maxrss / 1024:.0f} MiB, on the disk at most {most / 2**20:.0f} MiB, left there {left}")
