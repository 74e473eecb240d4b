#!/usr/bin/env python3
"""Lays what programs take out of PDF files beside what was printed: dispatches of corpus/ set by LibreOffice Writer in
five fonts, some with a running head, all with page numbers; then one of them with broken maps to Unicode.

    python3 tools/pdf.py 'pdftotext -layout {} -' 'ANOTHER PROGRAM {}' ...

Needs soffice (Debian: libreoffice-writer), the fonts, and pip install pikepdf. `{}` stands for the file.
"""
import collections
import html
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time
import unicodedata

import pikepdf

ROOT = pathlib.Path(__file__).resolve().parent.parent
FONTS = ["Liberation Serif", "Liberation Sans", "DejaVu Serif", "Noto Sans", "Carlito"]
NAMES = ["cv-2018-hoso", "kh-2021-bang", "dang-2019-kh", "qd-2023-quypham", "bc-2026-chuthich", "gm-2022-hop", "kh-2025-chuyendoiso", "hd-2024-chinhsach"]
HEAD = "CÔNG BÁO TỈNH/Số 12+13/Ngày 20-5-2024"
NAMESPACES = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in [
    ("office", "office"), ("style", "style"), ("text", "text"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible")])
work = pathlib.Path(tempfile.mkdtemp())


def document(font, text, head):
    lines = (re.sub(r"\s{3,}", "\t", line.strip()) for line in text.splitlines())
    paragraph = lambda line: '<text:p text:style-name="B">' + "<text:tab/>".join(map(html.escape, line.split("\t"))) + "</text:p>"
    edge = lambda which: f'<style:{which}-style><style:header-footer-properties fo:min-height="0.8cm" fo:margin-bottom="0.4cm" fo:margin-top="0.4cm"/></style:{which}-style>'
    return f'''<?xml version="1.0" encoding="UTF-8"?>
<office:document {NAMESPACES} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="F" svg:font-family="'{font}'"/></office:font-face-decls>
<office:automatic-styles>
<style:page-layout style:name="p"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/>{edge("header")}{edge("footer")}</style:page-layout>
<style:style style:name="B" style:family="paragraph"><style:paragraph-properties><style:tab-stops><style:tab-stop style:position="8.5cm"/></style:tab-stops></style:paragraph-properties><style:text-properties style:font-name="F" fo:font-family="'{font}'" fo:font-size="13pt"/></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="p"><style:header>{paragraph(head)}</style:header><style:footer><text:p><text:page-number text:select-page="current">1</text:page-number></text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:text>{"".join(map(paragraph, lines))}</office:text></office:body></office:document>'''


def broken(source, name, change):
    """The file with another map from its font's letters to Unicode; without any when `change` is None."""
    pdf = pikepdf.open(source)
    for font in pdf.objects:
        if not isinstance(font, pikepdf.Dictionary) or font.get("/ToUnicode") is None:
            continue
        if change is None:
            del font["/ToUnicode"]
            continue
        table = font["/ToUnicode"].read_bytes().decode("latin-1")
        table = re.sub(r"(<[0-9A-Fa-f]{2,4}>)\s*<([0-9A-Fa-f]{4})>", lambda m: f"{m[1]} <{change(int(m[2], 16)):04X}>", table)
        font["/ToUnicode"] = pdf.make_stream(table.encode("latin-1"))
    pdf.save(work / f"{name}.pdf")


def words(text):
    return collections.Counter(unicodedata.normalize("NFC", text).split())


truth = {}
for k, name in enumerate(NAMES):
    truth[name] = re.sub("[⟦⟧\f]", "", (ROOT / f"corpus/truth/{name}.txt").read_text())
    (work / f"{name}.fodt").write_text(document(FONTS[k % len(FONTS)], truth[name], HEAD if k % 2 else ""))
subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", work, *work.glob("*.fodt")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
whole = work / f"{NAMES[0]}.pdf"
broken(whole, "no map", None)
broken(whole, "private", lambda c: 0xE000 + c % 0x1000 if c > 127 else c)
broken(whole, "shuffled", lambda c: 0x21 + (c * 7 + 13) % 90 if c != 0x20 else c)
broken(whole, "marked letters wrong", lambda c: c if c < 128 else 0x61 + c % 26)
for program in sys.argv[1:]:
    def read(name):
        command = [part.replace("{}", str(work / f"{name}.pdf")) for part in shlex.split(program)]
        return subprocess.run(command, capture_output=True, text=True, errors="replace").stdout
    right = total = extra = 0
    began = time.time()
    texts = {name: read(name) for name in NAMES}
    seconds = time.time() - began
    for name in NAMES:
        a, b = words(truth[name]), words(texts[name])
        right, total, extra = right + (a & b).total(), total + a.total(), extra + (b - a).total()
    print(f"{program}: {right / total:.2%} of {total} words, {extra} others, {seconds / len(NAMES):.2f} s a file")
    for name in ["no map", "private", "shuffled", "marked letters wrong"]:
        a, b = words(truth[NAMES[0]]), words(read(name))
        print(f"    {name}: {(a & b).total() / a.total():.0%} of the words")
