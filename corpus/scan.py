"""Makes a clean page look like an office scan: resolution, skew, uneven light, blur, noise, JPEG.

All randomness comes from the generator handed in, so that a document's scan is the same every time.
"""
import io

import numpy as np
from PIL import Image, ImageFilter

# dpi, skew in degrees, blur in pixels, noise in grey levels, depth of the shade, JPEG quality, specks a page
KINDS = {
    "good": (190, .3, .55, 7, 18, 70, 25),
    "office": (170, .6, .75, 13, 35, 45, 80),
    "poor": (150, .7, .65, 14, 40, 40, 120),
    "fax": (200, .4, .5, 8, 20, 70, 200),
}


def scan(img, kind, rng):
    """Returns (image, dpi). `fax` ends in black and white."""
    dpi, skew, blur, noise, shade, quality, specks = KINDS[kind]
    size = (round(img.width * dpi / 300), round(img.height * dpi / 300))
    img = img.resize(size, Image.LANCZOS)
    img = img.rotate(skew * float(rng.uniform(-1, 1)), resample=Image.BICUBIC, fillcolor=255)
    a = np.asarray(img, dtype=np.float64)
    h, w = a.shape
    paper = 246 - shade * (np.linspace(0, 1, w)[None, :] * rng.uniform(0, 1) + np.linspace(0, 1, h)[:, None] * rng.uniform(0, 1)) / 1.5
    ink = 30 + 25 * rng.uniform(0, 1)
    a = ink + (paper - ink) * a / 255
    a = np.asarray(Image.fromarray(np.clip(a, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(blur)), dtype=np.float64)
    a = a + noise * rng.standard_normal(a.shape)
    for _ in range(specks):
        y, x = int(rng.integers(0, h - 3)), int(rng.integers(0, w - 3))
        n = int(rng.integers(1, 3))
        a[y:y + n, x:x + n] = rng.uniform(40, 140)
    img = Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))
    buf = io.BytesIO()
    img.save(buf, "JPEG", quality=quality)
    img = Image.open(io.BytesIO(buf.getvalue())).convert("L")
    if kind == "fax":
        img = img.point(lambda v: 255 if v > 150 else 0)
    return img, dpi
