#!/usr/bin/env python3
"""Writes the tables of docs/json.md: each key of the record with its meaning, from the schema, and one real example,
from the records of the project's own corpus.

    vanthu run corpus/vie -o OUT && vanthu schema record > SCHEMA && vanthu schema edit > EDIT
    python3 tools/json_doc.py SCHEMA EDIT OUT docs/json.md
"""
import json
import pathlib
import sys

schema_file, edit_file, out, page = sys.argv[1:]
schema = json.loads(pathlib.Path(schema_file).read_text())
edit = json.loads(pathlib.Path(edit_file).read_text())
lines = pathlib.Path(out, "records.jsonl").read_text().splitlines()
records = [json.loads(line) for line in lines]
edits = [json.loads(line) for f in sorted(pathlib.Path(out).glob("*.edits.jsonl")) for line in f.read_text().splitlines()]
HEADINGS = {
    "Field": "a read value", "Alternative": "`alternatives[]`", "SourceField": "`source`", "TypeField": "`document_type`",
    "DateField": "`date`", "SubjectField": "`subject`", "Recipient": "`recipients[]`", "Reference": "`references[]`",
    "TextField": "`preamble`, `closing`, `execution`", "Section": "`sections[]`", "Task": "`tasks[]`",
    "Deadline": "`tasks[].deadline`", "Event": "`events[]`", "Contact": "`contacts[]`", "Signer": "`signers[]`",
    "DigitalSignature": "`digital_signature`", "IncomingStamp": "`incoming_stamp`", "Copy": "`copies[]`",
    "ArchiveLine": "`archive_line`", "Footnote": "`footnotes[]`", "Appendix": "`appendices[]`", "Quality": "`quality`",
    "Repair": "`quality.repairs[]`", "Uncertain": "`quality.uncertain[]`", "Span": "a span",
}


def named(node, name, found):
    """All objects that are a `name` in the records, told by the schema's references."""
    def walk(value, spec, root):
        if value is None or spec is None:
            return
        for part in spec.get("anyOf", []):
            walk(value, part, root)
        if "$ref" in spec:
            ref = spec["$ref"].rsplit("/", 1)[1]
            target = root["$defs"][ref]
            if isinstance(value, dict) and "properties" in target:
                if ref == name:
                    found.append(value)
                walk(value, target, root)
            elif "anyOf" in target:
                walk(value, target, root)
        if isinstance(value, list) and "items" in spec:
            for one in value:
                walk(one, spec["items"], root)
        if isinstance(value, dict):
            for key, one in spec.get("properties", {}).items():
                walk(value.get(key), one, root)
    walk(node, schema, schema)


def example(objects, key):
    values = [o[key] for o in objects if o.get(key) not in (None, [], "", {})]
    if not values:
        return "(none in the corpus)" if all(o.get(key) is None or o.get(key) == [] for o in objects) else "`\"\"`"
    # A value that was read says more than one that was not.
    values.sort(key=lambda v: isinstance(v, dict) and "value" in v and v["value"] is None)
    whole = [v for v in values if not (isinstance(v, dict) and "value" in v) and len(json.dumps(v, ensure_ascii=False)) <= 90]
    text = json.dumps((whole or values)[0], ensure_ascii=False)
    if isinstance((whole or values)[0], dict):
        value = (whole or values)[0].get("value", None)
        if value is not None:
            return f"`{{\"value\": {json.dumps(value, ensure_ascii=False)[:80]}, …}}`"
    return f"`{text if len(text) <= 90 else text[:87] + '…'}`"


def table(spec, objects):
    rows = ["| key | meaning | example |", "|---|---|---|"]
    for key, one in spec["properties"].items():
        meaning = one.get("description", "").replace("\n", " ")
        rows.append(f"| `{key}` | {meaning} | {example(objects, key).replace('|', chr(92) + '|')} |")
    return "\n".join(rows)


records.sort(key=lambda r: r["record_kind"] != "dispatch")
parts = ["### The record", "", table(schema, records)]
for name, heading in HEADINGS.items():
    found = []
    for record in records:
        named(record, name, found)
    found.sort(key=lambda o: o.get("value", "") is None or o.get("status") == "inferred")
    parts += ["", f"### {heading}", "", schema["$defs"][name].get("description", ""), "", table(schema["$defs"][name], found)]
parts += ["", "### A line of `.edits.jsonl`", "", edit.get("description", ""), "", table(edit, edits)]
page = pathlib.Path(page)
text = page.read_text()
begin, end = "<!-- tables: tools/json_doc.py -->\n", "<!-- end of tables -->"
head, rest = text.split(begin)
page.write_text(head + begin + "\n" + "\n".join(parts) + "\n\n" + end + rest.split(end)[1])
