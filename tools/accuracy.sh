#!/bin/sh
# Prints docs/accuracy.md: this program and the others that can be installed, on the same material, in one run.
#
#   tools/accuracy.sh > docs/accuracy.md
#
# SHARED  folder with the material (default: ../shared beside the project)
# VANTHU  the program (default: built here, release)
# PEERS   a Python environment with the others (default: target/peers, made when absent)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
shared=${SHARED:-$root/../shared}
peers=${PEERS:-$root/target/peers}
if [ -z "${VANTHU:-}" ]; then
    cargo build --release --quiet
    VANTHU=$(cargo metadata --no-deps --format-version 1 | python3 -c 'import json,sys; print(json.load(sys.stdin)["target_directory"])')/release/vanthu
fi
if [ ! -x "$peers/bin/python" ]; then
    python3 -m venv "$peers" >&2
    "$peers/bin/pip" install --quiet pyvi==0.1.1 symspellpy==6.10.1 underthesea==9.5.0 >&2
fi
exec "$peers/bin/python" tools/peers.py "$VANTHU" "$shared"
