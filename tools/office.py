#!/usr/bin/env python3
"""Opens the tables of a run in LibreOffice and holds what it shows against the records.

    python3 tools/office.py OUT          # needs soffice (Debian: libreoffice-calc)
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

out = pathlib.Path(sys.argv[1])
records = [json.loads(line) for line in (out / "records.jsonl").read_text().splitlines()]
work = pathlib.Path(tempfile.mkdtemp())
# Comma, quotes, UTF-8, from the first row, cells as shown, every sheet.
form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
for table in ["records.xlsx", "records.csv", "tasks.csv"]:
    # The converter takes a CSV file for Latin-1 whatever its mark; a person's LibreOffice asks, and proposes UTF-8.
    read = ["--infilter=Text - txt - csv (StarCalc):44,34,76,1"] if table.endswith(".csv") else []
    subprocess.run(["soffice", "--headless", *read, f"-env:UserInstallation=file://{work}/profile", "--convert-to", form, "--outdir", work / table, out / table],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def rows(table, sheet):
    """The rows of a sheet; a CSV file has one sheet, and LibreOffice may or may not name it."""
    files = list((work / table).glob(f"*{sheet}.csv"))
    assert len(files) == 1, files
    with open(files[0], newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def plain(text):
    return " ".join((text or "").split())


def shown(iso):
    """A day as the converter writes it: in its own language's order, whatever the cell's format."""
    if not iso or len(iso) != 10:
        return iso or ""
    year, month, day = iso.split("-")
    return f"{month}/{day}/{year}"


def value(field):
    return "" if not field or field["status"] == "unreadable" else plain(field["value"])


compared, wrong = 0, []


def same(where, there, here):
    global compared
    compared += 1
    if plain(there).lstrip("'") != plain(here):
        wrong.append((where, there, here))


sheet, table = rows("records.xlsx", "-records"), rows("records.csv", "")
assert len(sheet) == len(table) == len(records), (len(sheet), len(table), len(records))
for r, a, b in zip(records, sheet, table):
    for column in ["number", "symbol", "place", "subject", "parent_agency"]:
        same((r["source"]["file"], column, "xlsx"), a[column], value(r[column]))
        same((r["source"]["file"], column, "csv"), b[column], value(r[column]))
    same((r["source"]["file"], "date", "xlsx"), a["date"], shown(value(r["date"])))
    same((r["source"]["file"], "tasks", "xlsx"), a["tasks"], str(len(r["tasks"])))
tasks = [t for r in records for t in r["tasks"]]
sheet = rows("records.xlsx", "-tasks")
assert len(sheet) == len(tasks), (len(sheet), len(tasks))
for t, a in zip(tasks, sheet):
    same((t["id"], "action"), a["action"], t["action"])
    same((t["id"], "deadline"), a["deadline"], shown((t["deadline"] or {}).get("iso")))
references = [x for r in records for x in r["references"]]
sheet = rows("records.xlsx", "-references")
assert len(sheet) == len(references)
for x, a in zip(references, sheet):
    same((x["raw"], "number"), a["number"], x["number"] or "")
    same((x["raw"], "title"), a["title"], x["title"] or "")
print(f"{compared} cells of {len(records)} records compared, {len(wrong)} differ")
for one in wrong[:10]:
    print(one)
sys.exit(bool(wrong))
