"""The icons of the home screen: our own drawing of rectangles as PNG, for phones that take no SVG.

`script/icons` writes them; the test draws them again and compares.
"""

import re
from io import BytesIO
from xml.etree import ElementTree

from PIL import Image, ImageDraw

SIZES = (
    ("icon-192.png", 192, False),
    ("icon-512.png", 512, False),
    ("icon-full-512.png", 512, True),
    ("icon-apple-180.png", 180, True),
)
"""File, pixels, and whether the ground fills the whole square: the phone then cuts its own corners."""

BOX = 32
"""The view box of the drawing."""

FINER = 4
"""Drawn so many times as large, and made smaller for smooth corners."""

_SVG = "{http://www.w3.org/2000/svg}"
_BAR = re.compile(r"[Mm](-?[\d.]{1,9})[ ,](-?[\d.]{1,9})V([\d.]{1,9})h([\d.]{1,9})v([\d.]{1,9})z")


def drawn(drawing: str, size: int, *, is_full: bool) -> bytes:
    """PNG of an SVG of a ground (`rect`) and bars (`path` of `M x y V y h w v h z`), the first bar from a fixed point.

    Raises ValueError for any other drawing.
    """
    root = ElementTree.fromstring(drawing)  # nosec B314 # a file of our own
    ground, bars = root.find(f"{_SVG}rect"), root.find(f"{_SVG}path")
    if ground is None or bars is None:
        raise ValueError("the drawing has a rect and a path")
    unit = size * FINER / BOX
    image = Image.new("RGBA", (size * FINER, size * FINER))
    draw = ImageDraw.Draw(image)
    radius = 0 if is_full else float(ground.attrib["rx"]) * unit
    draw.rounded_rectangle((0, 0, image.width - 1, image.height - 1), radius, fill=ground.attrib["fill"])
    for left, top, width, height in _bars(bars.attrib["d"]):
        box = (left * unit, top * unit, (left + width) * unit - 1, (top + height) * unit - 1)
        draw.rectangle(box, fill=bars.attrib["fill"])
    made = BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(made, "PNG", optimize=True)
    return made.getvalue()


def _bars(path: str) -> list[tuple[float, float, float, float]]:
    """Left, top, width and height; each bar after the first begins where `m` leads from the start of the last."""
    found, at = [], (0.0, 0.0)
    for match in _BAR.finditer(path):
        x, y, top, width, height = map(float, match.groups())
        at = (x, y) if match[0][0] == "M" else (at[0] + x, at[1] + y)
        found.append((at[0], top, width, height))
    if not found or _BAR.sub("", path).strip():
        raise ValueError("the path of the drawing is bars only")
    return found
