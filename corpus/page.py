"""Lays a source out on A4 pages at 300 dpi, in the form of Nghị định 30/2020/NĐ-CP, Phụ lục I.

Every line that is drawn is also kept as text: the truth of the page comes from the drawing itself.
Lines of a part with columns (header, table, foot) are kept a column apart, because an OCR engine may
read such a part across or down.
"""
import re
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

DPI = 300
MM = DPI / 25.4
PT = DPI / 72
W, H = round(210 * MM), round(297 * MM)
LEFT, RIGHT, TOP, BOTTOM = 29 * MM, W - 17 * MM, 20 * MM, H - 20 * MM
FONTS = Path("/usr/share/fonts/truetype/liberation2")
FACE = {"": "Regular", "b": "Bold", "i": "Italic", "bi": "BoldItalic"}
BLANK = "·"  # in a source: a blank of fixed width, as in "Số:·····/UBND"

# handwritten digits as pen strokes in a box one wide and two high, y downwards
PEN = {
    "0": [[(.5, 0), (.1, .6), (.1, 1.4), (.5, 2), (.9, 1.4), (.9, .5), (.5, 0)]],
    "1": [[(.2, .5), (.6, 0), (.55, 2)]],
    "2": [[(.1, .4), (.4, 0), (.8, .3), (.6, 1), (.05, 1.9), (.95, 1.9)]],
    "3": [[(.1, .2), (.6, 0), (.8, .5), (.35, .9), (.85, 1.3), (.6, 1.95), (.05, 1.8)]],
    "4": [[(.5, 0), (.05, 1.2), (.95, 1.15)], [(.7, .7), (.6, 2)]],
    "5": [[(.85, 0), (.25, .05), (.2, .8), (.8, 1), (.75, 1.7), (.05, 1.95)]],
    "6": [[(.7, 0), (.15, 1), (.2, 1.8), (.7, 1.9), (.8, 1.3), (.2, 1.2)]],
    "7": [[(.05, .15), (.9, .05), (.4, 2)], [(.25, 1), (.8, .95)]],
    "8": [[(.8, .3), (.4, 0), (.15, .5), (.8, 1.4), (.4, 2), (.1, 1.5), (.8, .3)]],
    "9": [[(.8, .5), (.4, .05), (.15, .6), (.5, .95), (.8, .4), (.7, 2)]],
    "/": [[(.9, -.1), (.1, 2.1)]],
}


class Fonts:
    """Fonts by size in points and style; one face a document."""

    def __init__(self, face="Serif"):
        self.face, self.made = face, {}

    def get(self, style, size):
        key = (style, size)
        if key not in self.made:
            file = FONTS / f"Liberation{self.face}-{FACE[style]}.ttf"
            self.made[key] = ImageFont.truetype(str(file), round(size * PT), layout_engine=ImageFont.Layout.BASIC)
        return self.made[key]


def words(text, style=""):
    """Splits text into words; a word is a list of (letters, style). `**` bold, `__` italic, `{..}` handwriting."""
    out, word, hand = [], [], False
    for part in re.split(r"(\*\*|__|\{|\}| +)", text):
        if part == "**":
            style = style.replace("b", "") if "b" in style else "b" + style
        elif part == "__":
            style = style.replace("i", "") if "i" in style else style + "i"
        elif part in "{}" and part:
            hand = part == "{"
        elif part.strip() == "":
            if part and word and not hand:
                out.append(word)
                word = []
        else:
            word.append((part, "hand" if hand else style))
    return out + [word] if word else out


def plain(line):
    """The text of a drawn line: handwriting in ⟦ ⟧, blanks collapsed."""
    text = " ".join("".join(f"⟦{s}⟧" if st == "hand" else s for s, st in w) for w in line)
    return re.sub(rf"{BLANK}+", " ", text).strip()


class Sheet:
    """The pages of one document, with a cursor; `parts` is what has been drawn, in order."""

    def __init__(self, rng, face="Serif", size=14, leading=1.28):
        self.rng, self.fonts, self.size, self.leading = rng, Fonts(face), size, leading
        self.pages, self.parts, self.notes, self.numbers = [], [], [], set()  # numbers: parts that are page numbers
        self.foot_alone = False  # the foot had to go to a page of its own
        self.new_page()

    # pages -------------------------------------------------------------------------------------
    def new_page(self):
        self.end_page()
        self.img = Image.new("L", (W, H), 255)
        self.draw = ImageDraw.Draw(self.img)
        self.pages.append(self.img)
        self.y, self.bottom = TOP, BOTTOM
        if len(self.pages) > 1:
            line = words(str(len(self.pages)))
            self.line(line, LEFT, 11 * MM, RIGHT - LEFT, "c", 13)
            self.numbers.add(len(self.parts))
            self.parts.append([[(11 * MM, plain(line))]])

    def end_page(self):
        if not self.notes:
            return
        y = self.bottom + 2 * MM
        self.draw.line([(LEFT, y), (LEFT + 50 * MM, y)], fill=30, width=3)
        y += 1.5 * MM
        for text in self.notes:
            y = self.block(text, LEFT, y, RIGHT - LEFT, "l", 10, "", single=True)
        self.notes = []

    def room(self, need):
        if self.y + need > self.bottom:
            self.new_page()

    def note(self, text):
        """A footnote of the page now being drawn."""
        n = len(self.wrap(words(text), RIGHT - LEFT, 10))
        self.bottom -= (0 if self.notes else 5 * MM) + n * 10 * PT * 1.2
        self.notes.append(text)

    # lines -------------------------------------------------------------------------------------
    def width(self, word, size):
        n = 0
        for s, st in word:
            if st == "hand":
                n += len(s) * size * PT * .52
            else:
                n += self.fonts.get(st, size).getlength(s.replace(BLANK, "n"))
        return n

    def wrap(self, ws, width, size, indent=0):
        space = self.fonts.get("", size).getlength(" ")
        lines, cur, used = [], [], indent
        for w in ws:
            n = self.width(w, size)
            if cur and used + n > width:
                lines.append(cur)
                cur, used = [], 0
            cur.append(w)
            used += n + space
        return lines + [cur] if cur else lines

    def line(self, line, x, y, width, align, size):
        """Draws one line; y is its top. Align: l, c, r, j."""
        space = self.fonts.get("", size).getlength(" ")
        ns = [self.width(w, size) for w in line]
        total = sum(ns) + space * (len(line) - 1)
        if align == "c":
            x += (width - total) / 2
        elif align == "r":
            x += width - total
        elif align == "j" and len(line) > 1:
            space += (width - total) / (len(line) - 1)
        base = y + self.fonts.get("", size).getmetrics()[0]
        for w, n in zip(line, ns):
            at = x
            for s, st in w:
                if st == "hand":
                    at = self.hand(s, at, base, size)
                else:
                    f = self.fonts.get(st, size)
                    for bit in re.split(rf"({BLANK}+)", s):
                        if bit[:1] != BLANK:
                            self.draw.text((at, base), bit, font=f, fill=12, anchor="ls")
                        at += f.getlength(bit.replace(BLANK, "n"))
            x += n + space

    def hand(self, s, x, base, size):
        """Digits in a pen's strokes, leaning and uneven."""
        w = size * PT * .36
        for c in s:
            h = w * (1 + .15 * self.rng.normal())
            lean = .12 + .06 * self.rng.normal()
            dy = 2 * MM * .2 * self.rng.normal()
            for stroke in PEN.get(c, []):
                pts = [(x + w * (px + .05 * self.rng.normal()) + lean * (2 - py) * w,
                        base + dy - h * (2 - py) + .04 * w * self.rng.normal()) for px, py in stroke]
                self.draw.line(smooth(pts), fill=70, width=7, joint="curve")
            x += size * PT * .52
        return x

    def block(self, text, x, y, width, align="l", size=None, style="", indent=0, single=False, out=None):
        """Draws wrapped text at (x, y) without page breaks; returns the y below it. `out` takes the lines."""
        size = size or self.size
        step = size * PT * (1.2 if single else self.leading)
        ls = self.wrap(words(text, style), width, size, indent)
        for k, ln in enumerate(ls):
            first = indent if k == 0 else 0
            a = "l" if align == "j" and k == len(ls) - 1 else align
            self.line(ln, x + first, y, width - first, a, size)
            if out is None:
                self.parts.append([[(y, plain(ln))]])
            else:
                out.append((y, plain(ln)))
            y += step
        return y

    # parts -------------------------------------------------------------------------------------
    def para(self, text, align="j", style="", indent=11 * MM, after=2, size=None, margin=0):
        size = size or self.size
        step = size * PT * self.leading
        ls = self.wrap(words(text, style), RIGHT - LEFT - margin, size, indent)
        for k, ln in enumerate(ls):
            self.room(step)
            first = indent if k == 0 else 0
            a = "l" if align == "j" and k == len(ls) - 1 else align
            self.line(ln, LEFT + margin + first, self.y, RIGHT - LEFT - margin - first, a, size)
            self.parts.append([[(self.y, plain(ln))]])
            self.y += step
        self.y += after * MM

    def rule(self, cx, y, length):
        self.draw.line([(cx - length / 2, y), (cx + length / 2, y)], fill=20, width=3)

    def header(self, d):
        """Cells 1 to 5b and 10b: agencies left, motto right, number, date, subject, urgency."""
        party = d.get("family") == "party"
        split = float(d.get("split", .42))
        wl = (RIGHT + 6 * MM - LEFT + 9 * MM) * split
        xl, xr = LEFT - 9 * MM, LEFT - 9 * MM + wl
        wr = RIGHT + 6 * MM - xr
        left, right, y, hs = [], [], self.y, 12.5
        for text in d["left"].split(" / "):
            y = self.block(text.lstrip("*"), xl, y, wl, "c", hs, "b" if text[0] == "*" else "", single=True, out=left)
        if party:
            y = self.block("*", xl, y, wl, "c", hs, "b", single=True, out=left)
            yr = self.block("ĐẢNG CỘNG SẢN VIỆT NAM", xr, self.y, wr, "c", 15, "b", single=True, out=right)
            self.rule(xr + wr / 2, yr + .5 * MM, 66 * MM)
        else:
            self.rule(xl + wl / 2, y + .8 * MM, wl * .3)
            yr = self.block(d.get("motto", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), xr, self.y, wr, "c", 12.5, "b", single=True, out=right)
            yr = self.block("Độc lập - Tự do - Hạnh phúc", xr, yr, wr, "c", 13.5, "b", single=True, out=right)
            self.rule(xr + wr / 2, yr + .8 * MM, 56 * MM)
        y = max(y, yr) + 3.5 * MM
        if d.get("number_line"):
            self.block(d["number_line"], xl, y, wl, "c", 13, "", single=True, out=left)
        if d.get("date_line"):
            self.block(d["date_line"], xr, y, wr, "c", 13.5, "i", single=True, out=right)
        y += 13 * PT * 1.3
        if d.get("vv"):
            y = self.block(d["vv"], xl + 4 * MM, y + .5 * MM, wl - 8 * MM, "c", 12, "i" if party else "", single=True, out=left)
        for mark in filter(None, (d.get("secrecy"), d.get("urgency"))):
            n = sum(self.width(w, 13) for w in words(mark, "b")) * 1.35 + 8 * MM
            self.draw.rectangle([xl + wl / 2 - n / 2, y + 2 * MM, xl + wl / 2 + n / 2, y + 9.5 * MM], outline=60, width=5)
            self.block(mark, xl, y + 2.7 * MM, wl, "c", 13, "b", single=True, out=left)
            y += 9.5 * MM
        if d.get("arrival"):
            name, number, day = d["arrival"].split(" | ")
            x = xl + wl * .5 - 24 * MM
            self.draw.rectangle([x, y + 2 * MM, x + 48 * MM, y + 20 * MM], outline=90, width=4)
            self.block(name, x, y + 2.6 * MM, 48 * MM, "c", 9.5, "b", single=True, out=left)
            self.block("**ĐẾN** Số: " + number, x + 3 * MM, y + 8 * MM, 44 * MM, "l", 11, "", single=True, out=left)
            self.block("Ngày: " + day, x + 3 * MM, y + 13.6 * MM, 44 * MM, "l", 11, "", single=True, out=left)
            y += 21 * MM
        self.parts.append([left, right])
        self.y = y + 4 * MM

    def corner(self, text):
        """The block of an electronic signature, small, top right."""
        y = 8 * MM
        for bit in text.split(" / "):
            y = self.block(bit, RIGHT - 58 * MM, y, 66 * MM, "l", 8, "", single=True)
        self.y = max(self.y, y + 2 * MM)

    def table(self, widths, rows, size=12):
        """Rows of cells between rules; a row never breaks over pages."""
        total = RIGHT - LEFT
        xs = [LEFT]
        for n in widths:
            xs.append(xs[-1] + total * n / sum(widths))
        step, pad = size * PT * 1.2, 1.4 * MM
        cols = [[] for _ in widths]
        for head, row in rows:
            n = max(len(self.wrap(words(c, "b" if head else ""), xs[k + 1] - xs[k] - 2 * pad, size)) for k, c in enumerate(row))
            high = n * step + 2 * pad
            if self.y + high > self.bottom:
                self.parts.append(cols)
                cols = [[] for _ in widths]
                self.new_page()
            for k, c in enumerate(row):
                a = "c" if head or k == 0 else "l"
                self.block(c, xs[k] + pad, self.y + pad, xs[k + 1] - xs[k] - 2 * pad, a, size, "b" if head else "", single=True, out=cols[k])
                self.draw.rectangle([xs[k], self.y, xs[k + 1], self.y + high], outline=25, width=3)
            self.y += high
        self.parts.append(cols)
        self.y += 3 * MM

    def foot(self, copies, signers, label="Nơi nhận:"):
        """Cells 7 and 9b. A signer is (lines, name, how): how may hold `stamp`, `pen`, `signed`."""
        if copies and len(signers) > 1:  # two agencies sign side by side, above the copies
            self.foot([], signers)
            return self.foot(copies, [], label)
        wl = (RIGHT - LEFT) * .48
        gap = 27 * MM
        step = 11 * PT * 1.2
        n = sum(len(self.wrap(words(c), wl, 11)) for c in copies)
        need = max(n * step + 8 * MM, max(len(s[0]) for s in signers) * 14 * PT * 1.2 + gap + 8 * MM) if signers else n * step
        self.y += 3 * MM
        self.foot_alone |= self.y + need > self.bottom
        self.room(need)
        left, right, y = [], [], self.y
        if copies:
            y = self.block(label, LEFT, y, wl, "l", 12, "bi", single=True, out=left)
            for c in copies:
                y = self.block(c, LEFT, y, wl, "l", 11, "", single=True, out=left)
        end = y
        each = (RIGHT - LEFT) / 2 if len(signers) > 1 and not copies else None
        parts, yr = [left, right], self.y
        for k, (lines, name, how) in enumerate(signers):
            if each:
                x, w, yr, out = LEFT + each * k, each, self.y, (left if k == 0 else right)
            else:
                x, w, out = LEFT + wl, RIGHT - LEFT - wl, right
            for t in lines:
                yr = self.block(t, x, yr, w, "c", 13.5, "b", single=True, out=out)
            if "signed" in how:
                self.block("(Đã ký)", x, yr + 9 * MM, w, "c", 13, "i", single=True, out=out)
            if "pen" in how:
                self.scribble(x + w / 2, yr + gap * .45)
            if "stamp" in how:
                self.stamp(x + w / 2 - 25 * MM, yr + gap * .6)
            yr += gap
            if name:
                yr = self.block(name, x, yr, w, "c", 14, "b", single=True, out=out)
            end = max(end, yr)
            yr += 6 * MM
        self.parts.append([p for p in parts if p])
        self.y = end + 4 * MM

    def scribble(self, cx, cy):
        """A signature: a loose looping line."""
        x, pts = cx - 24 * MM, []
        for k in range(int(9 + 4 * self.rng.random())):
            pts.append((x, cy + 8 * MM * self.rng.normal() * (.9 if k % 2 else .5)))
            x += 7 * MM * (.2 + self.rng.random()) - (4 * MM if k % 3 == 2 else 0)
        pts.append((x + 14 * MM, cy - 3 * MM))
        self.draw.line(smooth(pts), fill=95, width=8, joint="curve")

    def stamp(self, cx, cy):
        """A round seal as a grey scan shows red ink: two rings, letters on the round, a star."""
        import math
        over = Image.new("L", (W, H), 255)
        d = ImageDraw.Draw(over)
        tone, r = 120, 17 * MM
        for k, width in ((1, 9), (.94, 3), (.62, 4)):
            d.ellipse([cx - r * k, cy - r * k, cx + r * k, cy + r * k], outline=tone, width=width)
        f = self.fonts.get("b", 9)
        text = "CƠ QUAN BAN HÀNH * BẢN MẪU * "
        for k, c in enumerate(text):
            a = 2 * math.pi * k / len(text) - math.pi
            tile = Image.new("L", (70, 70), 255)
            ImageDraw.Draw(tile).text((35, 35), c, font=f, fill=tone, anchor="mm")
            tile = tile.rotate(-math.degrees(a) - 90, fillcolor=255)
            px, py = cx + r * .78 * math.cos(a), cy + r * .78 * math.sin(a)
            over.paste(tile, (round(px - 35), round(py - 35)), tile.point(lambda v: 255 if v < 250 else 0))
        star = [(cx + r * (.4 if k % 2 == 0 else .16) * math.sin(math.pi * k / 5), cy - r * (.4 if k % 2 == 0 else .16) * math.cos(math.pi * k / 5)) for k in range(10)]
        d.polygon(star, fill=tone)
        from PIL import ImageChops
        self.img.paste(ImageChops.multiply(self.img, over))
        self.draw = ImageDraw.Draw(self.img)


def smooth(pts, n=8):
    """A Catmull-Rom line through the points."""
    p = [pts[0], *pts, pts[-1]]
    out = []
    for k in range(1, len(p) - 2):
        a, b, c, d = p[k - 1], p[k], p[k + 1], p[k + 2]
        for j in range(n):
            t = j / n
            out.append(tuple(.5 * (2 * b[i] + (c[i] - a[i]) * t + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t * t
                                   + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t ** 3) for i in (0, 1)))
    return out + [pts[-1]]
