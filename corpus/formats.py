#!/usr/bin/env python3
"""Makes corpus/formats: one dispatch in every format and encoding that `vanthu run` reads.

    formats.py          everything that iconv, Tesseract, Chromium and poppler can make here

The encodings come from iconv (glibc) where it has them, so that the tables of src/input/charset are checked against
another hand's. Needs: tesseract 5 with vie, chromium, the Liberation fonts, pip install pillow numpy
"""
import html
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
HERE = Path(__file__).parent
OUT = HERE / "formats"
ID = "cv-2024-traloi"
TONES = dict(zip("\u0301\u0300\u0309\u0303\u0323", "'`?~."))
SHAPES = dict(zip("\u0306\u0302\u031b", "(^+"))
# VNI: mark bytes behind the base letter, letters of one byte
VNI_MARKS = dict(zip(["\u0301", "\u0300", "\u0309", "\u0303", "\u0323", "\u0302", "\u0302\u0301", "\u0302\u0300", "\u0302\u0309",
                      "\u0302\u0303", "\u0302\u0323", "\u0306", "\u0306\u0301", "\u0306\u0300", "\u0306\u0309", "\u0306\u0303", "\u0306\u0323"],
                     "ùøûõïâáàåãäêéèúüë"))
VNI_LETTERS = dict(zip("íìỉĩịơưỵđÍÌỈĨỊƠƯỴĐ", "íìæóòôöîñÍÌÆÓÒÔÖÎÑ"))


def parts(c):
    """Base letter, marks of shape, mark of tone; a horn stays with its letter."""
    d = unicodedata.normalize("NFD", c)
    base = d[0] + ("\u031b" if "\u031b" in d else "")
    shape = "".join(m for m in d[1:] if m in "\u0306\u0302")
    tone = "".join(m for m in d[1:] if m in TONES)
    return unicodedata.normalize("NFC", base), shape, tone


def vni(text):
    out = ""
    for c in text:
        if c in VNI_LETTERS:
            out += VNI_LETTERS[c]
        elif ord(c) < 128:
            out += c
        else:
            base, shape, tone = parts(c)
            mark = VNI_MARKS[shape + tone]
            out += VNI_LETTERS.get(base, base) + (mark.upper() if base.isupper() else mark)
    return out.encode("latin-1")


def viqr(text):
    out = ""
    for c in text:
        if c in "đĐ":
            out += "dd" if c == "đ" else "DD"
        elif ord(c) < 128:
            out += ("\\" if out[-1:].isalpha() and c in "'`?~.^(+" else "") + c
        else:
            d = unicodedata.normalize("NFD", c)
            out += d[0] + "".join(SHAPES[m] for m in d if m in SHAPES) + "".join(TONES[m] for m in d if m in TONES)
    return out.encode("ascii")


def iconv(text, name):
    return subprocess.run(["iconv", "-f", "UTF-8", "-t", name], input=text.encode(), capture_output=True, check=True).stdout


def tcvn3(text):
    # The fonts have no capitals with a tone: they are small letters in a font of capitals.
    keep = "ĂÂÊÔƠƯĐ"
    text = "".join(c if c.isascii() or c in keep else c.lower() for c in text)
    return iconv(text, "TCVN5712-1")


def windows1258(text):
    out = b""
    for c in text:
        if c in "đĐ":
            out += c.encode("cp1258")
        elif ord(c) < 128:
            out += c.encode()
        else:
            base, shape, tone = parts(c)
            out += unicodedata.normalize("NFC", base + shape).encode("cp1258") + tone.encode("cp1258")
    return out


def plain():
    text = (HERE / "truth" / f"{ID}.txt").read_text(encoding="utf-8")
    text = re.sub("[⟦⟧\f]", "", text)
    return text.replace("–", "-").replace("“", '"').replace("”", '"').replace("…", "...")


def encodings(text):
    crlf = text.replace("\n", "\r\n")
    return {
        "utf-8": text.encode(),
        "utf-8-nfd": unicodedata.normalize("NFD", text).encode(),
        "utf-8-bom": b"\xef\xbb\xbf" + crlf.encode(),
        "utf-16": b"\xff\xfe" + crlf.encode("utf-16-le"),
        "utf-16be": text.encode("utf-16-be"),
        "windows-1258": windows1258(crlf),
        "tcvn3": tcvn3(crlf),
        "vni": vni(crlf),
        "viscii": iconv(text, "VISCII"),
        "viqr": viqr(text),
        "tcvn3-in-utf-8": tcvn3(text).decode("latin-1").encode(),
    }


def write(name, data):
    OUT.mkdir(exist_ok=True)
    (OUT / name).write_bytes(data)
    print(name, len(data))


def scans():
    """The page as an office scan and as a black and white one, number and day printed."""
    import page, make, scan, source
    with tempfile.TemporaryDirectory() as d:
        path = Path(d) / f"{ID}.txt"
        path.write_text(re.sub("[{}]", "", (HERE / "source" / f"{ID}.txt").read_text(encoding="utf-8")), encoding="utf-8")
        sheet = make.lay_out(source.load(path))
    return {kind: scan.scan(sheet.pages[0], kind, make.seed(ID + kind)) for kind in ("good", "fax")}


def image(img, dpi, form, **how):
    buf = io.BytesIO()
    img.save(buf, form, dpi=(dpi, dpi), **how)
    return buf.getvalue()


def tesseract(path, *how):
    env = dict(os.environ, OMP_THREAD_LIMIT="1")
    return subprocess.run(["tesseract", path, "stdout", "-l", "vie", *how], env=env, capture_output=True, check=True).stdout


def page_xml(hocr):
    """PAGE XML of the words of an hOCR file, a line and a region for each of its lines and blocks."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>', '<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">',
           '  <Metadata><Creator>vanthu corpus</Creator><Created>2026-01-01T00:00:00</Created><LastChange>2026-01-01T00:00:00</LastChange></Metadata>',
           '  <Page imageFilename="scan.jpg" imageWidth="1571" imageHeight="2222">']
    coords = lambda b: '<Coords points="{0},{1} {2},{1} {2},{3} {0},{3}"/>'.format(*b)
    union = lambda bs: [min(b[0] for b in bs), min(b[1] for b in bs), max(b[2] for b in bs), max(b[3] for b in bs)]
    for r, block in enumerate(re.split("<div class='ocr_carea'", hocr)[1:]):
        lines = []
        for part in re.split(r"<span class='ocr_(?:line|header|caption|textfloat)'", block)[1:]:
            words = re.findall(r"<span class='ocrx_word'[^>]*bbox (\d+) (\d+) (\d+) (\d+);[^>]*>(.*?)</span>", part)
            words = [([int(n) for n in w[:4]], re.sub("<[^>]*>", "", w[4])) for w in words if re.sub("<[^>]*>", "", w[4]).strip()]
            if words:
                lines.append(words)
        if not lines:
            continue
        texts = [" ".join(t for _, t in line) for line in lines]
        out.append(f'    <TextRegion id="r{r}">' + coords(union([b for line in lines for b, _ in line])))
        for k, line in enumerate(lines):
            out.append(f'      <TextLine id="r{r}l{k}">' + coords(union([b for b, _ in line])))
            for n, (b, t) in enumerate(line):
                out.append(f'        <Word id="r{r}l{k}w{n}">{coords(b)}<TextEquiv index="1"><Unicode>{t}</Unicode></TextEquiv></Word>')
            out.append(f'        <TextEquiv index="1"><Unicode>{texts[k]}</Unicode></TextEquiv></TextLine>')
        out.append("      <TextEquiv index=\"1\"><Unicode>" + "\n".join(texts) + "</Unicode></TextEquiv></TextRegion>")
    return ("\n".join(out) + "\n  </Page>\n</PcGts>\n").encode()


def rows(text):
    """The text with its head and foot as two columns: (left, right) or one string a line."""
    out = []
    for line in text.splitlines():
        m = re.match(r"(.*?) +(CỘNG HÒA XÃ HỘI.*|Độc lập - .*|Hà Nội, ngày .*|TL\. TỔNG .*|KT\. CỤC .*|NHẬP KHẨU|PHÓ CỤC .*)$", line)
        out.append((m[1], m[2]) if m else line)
    return out


def docx(text):
    run = lambda t: f'<w:r><w:t xml:space="preserve">{html.escape(t)}</w:t></w:r>'
    para = lambda t: f"<w:p>{run(t)}</w:p>"
    body, table = "", []
    def end():
        nonlocal body, table
        if table:
            body += "<w:tbl><w:tblPr/>" + "".join("<w:tr>" + "".join(f"<w:tc><w:tcPr/>{para(c)}</w:tc>" for c in row) + "</w:tr>" for row in table) + "</w:tbl>"
        table = []
    for row in rows(text):
        if isinstance(row, tuple):
            table.append(row)
        else:
            end()
            body += para(row)
    end()
    parts = {
        "[Content_Types].xml": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>',
    }
    buf = io.BytesIO()
    with zipfile.ZipFile(buf, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts.items():
            z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buf.getvalue()


def pdf(text):
    """Printed by Chromium, with a text layer."""
    body = ""
    for row in rows(text):
        cell = lambda t: f"<td>{html.escape(t)}</td>"
        body += f"<table><tr>{cell(row[0])}{cell(row[1])}</tr></table>" if isinstance(row, tuple) else f"<p>{html.escape(row)}</p>"
    page = ("<meta charset=utf-8><style>body{font:13pt 'Liberation Serif'}p{margin:2pt 0}table{width:100%;border-spacing:0}"
            f"td{{width:50%;text-align:center;vertical-align:top}}</style>{body}")
    with tempfile.TemporaryDirectory() as d:
        (Path(d) / "a.html").write_text(page, encoding="utf-8")
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={d}/a.pdf", f"{d}/a.html"],
                       capture_output=True, check=True)
        return (Path(d) / "a.pdf").read_bytes()


def archives():
    """The same text under two names."""
    data = (OUT / "utf-8.txt").read_bytes()
    buf = io.BytesIO()
    with zipfile.ZipFile(buf, "w") as z:
        z.writestr(zipfile.ZipInfo("nam/tailieu.txt", (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    write("archive.zip", buf.getvalue())
    buf = io.BytesIO()
    with tarfile.open(fileobj=buf, mode="w:gz") as t:
        member = tarfile.TarInfo("nam/tailieu.txt")
        member.size = len(data)
        t.addfile(member, io.BytesIO(data))
    write("packed.tar.gz", buf.getvalue())


def main():
    text = plain()
    for name, data in encodings(text).items():
        write(f"{name}.txt", data)
    write("word.docx", docx(text))
    write("printed.pdf", pdf(text))
    (good, dpi), (fax, fax_dpi) = scans().values()
    write("scan-grey.jpg", image(good, dpi, "JPEG", quality=40))
    write("scan-fax.png", image(fax.convert("1"), fax_dpi, "PNG"))
    write("scan-tiff.tif", image(fax.convert("1"), fax_dpi, "TIFF", compression="group4"))
    write("scan-pdf.pdf", image(fax.convert("1"), fax_dpi, "PDF", resolution=fax_dpi))
    grey = str(OUT / "scan-grey.jpg")
    hocr = tesseract(grey, "hocr").decode()
    hocr = hocr.replace(grey, "scan-grey.jpg")
    write("read.hocr", hocr.encode())
    write("read-alto.xml", tesseract(grey, "alto").replace(grey.encode(), b"scan-grey.jpg"))
    write("read-page.xml", page_xml(hocr))
    write("read-searchable.pdf", tesseract(str(OUT / "scan-fax.png"), "pdf"))
    archives()


if __name__ == "__main__":
    main()
