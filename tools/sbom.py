#!/usr/bin/env python3
"""What the program is made of, as CycloneDX 1.5: tools/sbom.py > vanthu.cdx.json

Every crate that a build for this machine links or runs, with version, licence, source, checksum of Cargo.lock and what
it depends on; tests and benchmarks are left out. The same Cargo.lock gives the same bytes.
"""
import json, pathlib, subprocess, tomllib

root = pathlib.Path(__file__).resolve().parents[1]


def output(*command):
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


host = next(l for l in output("rustc", "-vV").splitlines() if l.startswith("host: "))[6:]
meta = json.loads(output("cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", host))
lock = tomllib.loads((root / "Cargo.lock").read_text())["package"]
sums = {(p["name"], p["version"]): p.get("checksum") for p in lock}
packages = {p["id"]: p for p in meta["packages"]}


def is_used(kind):
    return kind["kind"] != "dev" and kind["target"] != "cfg(fuzzing)"


edges = {
    node["id"]: [d["pkg"] for d in node["deps"] if any(is_used(k) for k in d["dep_kinds"])]
    for node in meta["resolve"]["nodes"]
}


def purl(id):
    return f"pkg:cargo/{packages[id]['name']}@{packages[id]['version']}"


def component(id):
    p = packages[id]
    out = {"type": "library", "bom-ref": purl(id), "name": p["name"], "version": p["version"], "purl": purl(id)}
    if p["license"]:
        out["licenses"] = [{"expression": p["license"].replace("/", " OR ")}]
    if sums.get((p["name"], p["version"])):
        out["hashes"] = [{"alg": "SHA-256", "content": sums[p["name"], p["version"]]}]
    if p["repository"]:
        out["externalReferences"] = [{"type": "vcs", "url": p["repository"]}]
    return out


own = meta["resolve"]["root"]
seen, waiting = {own}, [own]
while waiting:
    new = [d for d in edges[waiting.pop()] if d not in seen]
    seen.update(new)
    waiting.extend(new)
used = sorted(seen, key=purl)
print(json.dumps({
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "version": 1,
    "metadata": {"component": component(own) | {"type": "application"}},
    "components": [component(id) for id in used if id != own],
    "dependencies": [{"ref": purl(id), "dependsOn": sorted(purl(d) for d in edges[id])} for id in used],
}, indent=1))
