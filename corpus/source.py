"""Reads `source/<id>.txt`: the head (`key: value`), the body, `=== foot`, `=== gold`.

The gold record is made of the head and the gold part; the tasks' texts are what stands between
`[[` and `]]` in the body, so that no sentence is written twice.
"""
import re

# what may stand before a line of the body, and what it means
KINDS = {"#": "bold", "=": "title", "~": "slant", "^": "centre", ">": "item", "K": "to", ".": "left", "|": "row"}


def load(path):
    """Source text -> dict of head, body [(kind, text)], copies, signers, gold lines."""
    head, body, foot, gold = {}, [], [], []
    part = head
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw.rstrip()
        if line == "---":
            part = body
        elif line == "=== foot":
            part = foot
        elif line == "=== gold":
            part = gold
        elif not line or line.startswith("//"):
            continue
        elif part is head:
            key, value = line.split(":", 1)
            head[key.strip()] = value.strip()
        elif part is body:
            if line.startswith("@"):
                word, _, rest = line[1:].partition(" ")
                body.append(("@" + word, rest))
            elif line[0] in KINDS and (line[1:2] in " !w"):
                body.append((KINDS[line[0]], line[1:].strip()))
            else:
                body.append(("para", line))
        else:
            part.append(line)
    copies = [c for c in foot if not c.startswith("sign:")]
    signers = []
    for s in foot:
        if s.startswith("sign:"):
            lines, name, how = (s[5:].split("|") + ["", ""])[:3]
            signers.append(([t.strip() for t in lines.split(" / ")], name.strip(), how.split()))
    return dict(id=path.stem, head=head, body=body, copies=copies, signers=signers, gold=gold)


def shown(text):
    """The text as it is printed: marks of the gold and of the copies' purposes taken off."""
    return text.replace("[[", "").replace("]]", "").replace(" @(", " (")


def clean(text):
    """A gold value: no typographic marks either."""
    return re.sub(r"\*\*|__|[{}]", "", shown(text)).replace("·", " ").strip()


def copy_value(line):
    """`- Như trên;` -> `Như trên`; the purpose after ` @(` goes."""
    return re.sub(r"^[-+]\s*", "", line.split(" @(")[0]).strip().rstrip(";.,").strip()


def gold(src):
    """The record in the form `vanthu.core/1`; readability is added once the page has been read."""
    g = dict(schema="vanthu.core/1", id=src["id"], kind="rendered", record_kind="dispatch", document_type=None,
             issuers=[], parent_agency=None, number=None, symbol=None, place=None, date=None, subject=None,
             urgency=None, secrecy=None, recipients=[], references=[], tasks=[], contacts=[], events=[], signers=[],
             copies=[], archive_line=None, readable={}, not_annotated=[], also_contains=None)
    todo = []
    for line in src["gold"]:
        key, value = (x.strip() for x in line.split(":", 1))
        cells = [None if c.strip() in ("", "-") else c.strip() for c in value.split("|")]
        if key in ("issuers", "recipients"):
            g[key] = [c.strip() for c in value.split("|")]
        elif key == "ref":
            g["references"].append(dict(zip(("type", "number_symbol", "date", "issuer"), cells)))
        elif key == "task":
            who, when = (cells + [None])[:2]
            bound, iso = when.split() if when else (None, None)
            todo.append(([w.strip() for w in (who or "").split(";") if w.strip()], dict(iso=iso, bound=bound) if iso else None))
        elif key == "event":
            g["events"].append(dict(zip(("start", "end", "place"), cells)))
        elif key == "contact":
            g["contacts"].append(dict(zip(("kind", "value", "person"), (cells + [None])[:3])))
        elif key == "not_annotated":
            g[key] = value.split()
        else:
            g[key] = value if value != "-" else None
    marked = re.findall(r"\[\[(.*?)\]\]", "\n".join(t for _, t in src["body"]), re.S)
    if len(marked) != len(todo):
        raise ValueError(f"{src['id']}: {len(marked)} marked tasks, {len(todo)} task lines")
    for text, (who, when) in zip(marked, todo):
        g["tasks"].append(dict(assignees=who, action=clean(text), deadline=when))
    for line in src["copies"]:
        value = copy_value(line)
        kept = re.match(r"Lưu\s*:?\s*(.*)", value)
        if kept:
            g["archive_line"] = kept.group(1)
        else:
            g["copies"].append(value)
    for lines, name, how in src["signers"]:
        if lines[-1].startswith("Q. "):  # acting head: the mark stands before the position
            lines = lines[:-1] + ["Q.", lines[-1][3:]]
        g["signers"].append(dict(authority=" / ".join(lines[:-1]) or None, position=lines[-1], name=name or None))
    return g
