#!/usr/bin/env python3
"""A batch killed again and again against one left in peace.

    kill_and_resume.py VANTHU FOLDER COUNT [SECONDS_FROM SECONDS_TO]

Makes COUNT files out of the first LINES lines of corpus/vie and corpus/eng in FOLDER/in (each with a line of its own),
runs VANTHU over them into FOLDER/calm and prints memory and open files at each tenth of the way and the most there
were. With SECONDS it runs into FOLDER/out as well, with kill -9 after a random time between the two until a run ends by
itself, and compares every byte (the times in summary.json apart).
"""
import hashlib, json, os, random, subprocess, sys, time
from pathlib import Path

vanthu, folder, count = os.path.abspath(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
seconds = [float(s) for s in sys.argv[4:6]]
LINES = 4
corpus = Path(__file__).resolve().parents[2] / "corpus"
texts = ["\n".join(p.read_text().split("\n")[:LINES]) for p in sorted(corpus.glob("vie/*.txt")) + sorted(corpus.glob("eng/*.txt"))]
for k in range(count):
    path = folder / "in" / f"{k // 500:03}" / f"{k:06}.txt"
    if k % 500 == 0:
        path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{texts[k % len(texts)]}\n{k}\n")
os.chdir(folder)


def digest(out):
    all, n = hashlib.sha256(), 0
    for where, folders, files in os.walk(out):
        folders[:] = sorted(f for f in folders if f != ".vanthu")
        for name in sorted(files):
            data = Path(where, name).read_bytes()
            if name == "summary.json":
                summary = json.loads(data)
                summary["run"] = None
                data = json.dumps(summary).encode()
            all.update(os.path.relpath(os.path.join(where, name), out).encode() + b"\0" + hashlib.sha256(data).digest())
            n += 1
    return n, all.hexdigest()


began = time.time()
run = subprocess.Popen([vanthu, "run", "in", "-o", "calm", "--quiet"])
memory = most = done = shown = 0
journal = None
while run.poll() is None:
    try:
        status = Path(f"/proc/{run.pid}/status").read_text()
        now, memory = (int(status.split(f"{name}:")[1].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
        files = len(os.listdir(f"/proc/{run.pid}/fd"))
        most = max(most, files)
        journal = journal or open("calm/.vanthu/journal.jsonl", "rb")
        done += journal.read().count(b"\n")
        if done >= shown + count / 10:
            shown = done
            print(f"{done} files: {time.time() - began:.0f} s, {now:.1f} MiB, most so far {memory:.1f} MiB, {files} open files", flush=True)
    except (IndexError, OSError):
        pass
    time.sleep(0.05)
print(f"{count} files: exit {run.returncode}, {time.time() - began:.1f} s, peak {memory:.1f} MiB, {most} open files", flush=True)

if seconds:
    random.seed(1)
    kills, began = 0, time.time()
    while True:
        threads = str(random.choice([1, 2, 4]))
        run = subprocess.Popen([vanthu, "run", "in", "-o", "out", "--quiet", "--threads", threads])
        try:
            code = run.wait(random.uniform(*seconds))
            break
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()
            kills += 1
    calm, killed = digest("calm"), digest("out")
    print(f"killed {kills} times, then exit {code} after {time.time() - began:.1f} s")
    print(f"{calm[0]} and {killed[0]} files: {'identical' if calm == killed else 'DIFFERENT'}")
