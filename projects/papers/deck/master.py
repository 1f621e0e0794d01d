"""The system's own master for slides: 16:9, two layouts, Chinese typefaces in the theme. Made by code, like a template.

An office may take it as the beginning of its own.
"""

from functools import cache
from io import BytesIO
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches

from projects.papers.packages import packed, parts_of

WIDE, HIGH = Inches(13.333), Inches(7.5)
TYPEFACE, PANOSE = "微软雅黑", "020B0503020204020204"
"""`panose` describes the typeface: a machine without it takes the nearest black one that it has."""
COLOURS = {
    "dk2": "12557A", "lt2": "E6F0F6", "accent1": "2F7EA8", "accent2": "B8C4CC", "accent3": "D99524",
    "accent4": "B3261E", "accent5": "157042", "accent6": "6A2C91",
}  # fmt: skip
KEPT_LAYOUTS = {"title": "封面", "titleOnly": "标题和内容"}
_PLACES = {
    ("title", "ctrTitle"): (0.88, 2.2, 11.5, 1.4),
    ("title", "subTitle"): (0.88, 4.0, 11.5, 1.8),
    ("titleOnly", "title"): (0.6, 0.35, 12.13, 0.8),
    ("master", "title"): (0.6, 0.35, 12.13, 0.8),
    ("master", "body"): (0.6, 1.4, 12.13, 5.3),
}
_FEET = {"dt": (0.6, 6.98, 2.0, 0.36), "ftr": (3.0, 6.98, 7.3, 0.36), "sldNum": (11.73, 6.98, 1.0, 0.36)}
_THEME = "/ppt/theme/theme1.xml"


@cache
def own_master() -> bytes:
    """The same bytes every time."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = WIDE, HIGH
    master = presentation.slide_master
    for layout in list(master.slide_layouts):
        kind = layout._element.get("type")
        if kind not in KEPT_LAYOUTS:
            master.slide_layouts.remove(layout)
            continue
        layout._element.cSld.set("name", KEPT_LAYOUTS[kind])
        if kind == "title":
            _cover(layout)
        _place(layout, kind)
    _place(master, "master")
    _title_style(master)
    _line(master)
    _dress(master)
    drop_unused(presentation)
    saved = BytesIO()
    presentation.save(saved)
    return packed(parts_of(saved.getvalue()))


def _place(holder: Any, kind: str) -> None:
    for shape in list(holder.placeholders):
        role = shape._element.ph.get("type") or "body"
        place = _PLACES.get((kind, role)) or _FEET.get(role)
        if place is None or role in ("dt", "ftr"):
            shape._element.getparent().remove(shape._element)
            continue
        shape.left, shape.top, shape.width, shape.height = map(Inches, place)


def _cover(layout: Any) -> None:
    """Words at the left like every title, above one line of its own in place of those of the master."""
    layout._element.set("showMasterSp", "0")
    for style in layout._element.iter(qn("a:lvl1pPr")):
        style.set("algn", "l")
    tree, place = layout._element.cSld.spTree, (0.98, 3.75, 2.4, 0.06)
    tree.insert(2, _rectangle(90, *(int(Inches(each)) for each in place)))


def _title_style(master: Any) -> None:
    style = master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    style.set("algn", "l")
    words = style.find(qn("a:defRPr"))
    words.set("sz", "2800")
    words.set("b", "1")
    words.find(f"{qn('a:solidFill')}/{qn('a:schemeClr')}").set("val", "tx2")


def _line(master: Any) -> None:
    """A line in the colour of the house below the title, and one at the left edge: shapes, no pictures."""
    tree = master._element.cSld.spTree
    for number, (left, top, width, height) in enumerate(
        ((0.6, 1.17, 12.13, 0.03), (0, 0.35, 0.12, 0.8)), start=90
    ):
        tree.insert(2, _rectangle(number, *(int(Inches(each)) for each in (left, top, width, height))))


def _rectangle(number: int, left: int, top: int, width: int, height: int) -> Any:
    return parse_xml(
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="{number}" name="线 {number}"/>'
        '<p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="tx2"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )


def _dress(master: Any) -> None:
    """Colours and typefaces of the theme."""
    part = next(rel.target_part for rel in master.part.rels.values() if rel.target_part.partname == _THEME)
    theme = etree.fromstring(part.blob)
    for name, colour in COLOURS.items():
        holder = theme.find(f".//{qn('a:clrScheme')}/{qn(f'a:{name}')}")
        holder.clear()
        etree.SubElement(holder, qn("a:srgbClr"), {"val": colour})
    named_typefaces(theme, everywhere=True)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def named_typefaces(theme: Any, *, everywhere: bool = False) -> None:
    """Chinese has a typeface in the theme; an empty one would be whatever the reader's machine likes.

    `everywhere`: Latin letters and digits take the same.
    """
    for fonts in theme.iter(qn("a:majorFont"), qn("a:minorFont")):
        for script in ("latin", "ea"):
            font = fonts.find(qn(f"a:{script}"))
            if font is not None and (everywhere or (script == "ea" and not font.get("typeface"))):
                font.set("typeface", TYPEFACE)
                font.set("panose", PANOSE)
        for font in fonts.findall(qn("a:font")):
            if font.get("script") == "Hans" and everywhere:
                font.set("typeface", TYPEFACE)


def drop_unused(presentation: Any) -> None:
    """Without the picture of the first slide and settings of a printer, which belong to another file."""
    for holder in (presentation.part.package, presentation.part):
        rels = holder._rels
        for key, rel in list(rels.items()):
            if not rel.is_external and rel.reltype.rpartition("/")[2] in ("thumbnail", "printerSettings"):
                rels.pop(key)
