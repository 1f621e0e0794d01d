"""What the small parts of an .xlsx say: which part holds which sheet, and how styles show values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO
from xml.parsers import expat

from projects.files.grids import BROKEN, MIB, Unreadable
from projects.files.reading.packages import ODD, PackagePart, whole
from projects.files.reading.styles import Look, look_of

ROOT, WORKBOOK, RELATIONS = "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STYLES, TEXTS = "xl/styles.xml", "xl/sharedstrings.xml"
SMALL = 32 * MIB
"""Bytes of such a part; styles that were copied for years come to some 20 MB."""
STYLES_AT_MOST = 65_500
"""Excel has no more."""

type Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Contents:
    sheets: Mapping[str, PackagePart]
    looks: Mapping[int, Look]
    """By its number, how a style shows a value other than as it is stored."""
    recalculates: bool
    """Whether a program wrote it that leaves formulas to Excel: a 0 beside a formula is no result."""


def contents_of(file: BinaryIO, parts: Mapping[str, PackagePart]) -> Contents:
    """Raises Unreadable where readers could differ on which part is meant."""
    if ROOT not in parts or RELATIONS not in parts:
        raise Unreadable(ODD)
    root = _relations(whole(file, parts[ROOT], SMALL), "")
    if [path for kind, path in root.values() if kind == "officeDocument"] != [WORKBOOK]:
        raise Unreadable(ODD)
    relations = _relations(whole(file, parts[RELATIONS], SMALL), "xl/")
    for kind, meant in (("sharedStrings", TEXTS), ("styles", STYLES)):
        if any(found == kind and path != meant for found, path in relations.values()):
            raise Unreadable(ODD)
    paths = {key: path for key, (_, path) in relations.items()}
    sheets, recalculates = _sheets(whole(file, parts[WORKBOOK], SMALL), paths)
    if not set(sheets.values()) <= set(parts):
        raise Unreadable(BROKEN)
    looks = _looks(whole(file, parts[STYLES], SMALL)) if STYLES in parts else {}
    return Contents({name: parts[path] for name, path in sheets.items()}, looks, recalculates)


def _relations(xml: bytes, folder: str) -> dict[str, tuple[str, str]]:
    """The last word of each relation's type and the part that it leads to, in small letters, by its id."""
    found: dict[str, tuple[str, str]] = {}

    def take(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship":
            key, target = attributes.get("Id", ""), attributes.get("Target", "").lower()
            if key in found:
                raise Unreadable(ODD)
            path = target.removeprefix("/") if target.startswith(("/", "xl/")) else folder + target
            found[key] = (attributes.get("Type", "").rpartition("/")[2], path)

    _read(xml, take)
    return found


def _sheets(xml: bytes, paths: Mapping[str, str]) -> tuple[dict[str, str], bool]:
    """The part of each sheet by the sheet's name; whether all is to be calculated anew."""
    found: dict[str, str] = {}
    calculation: Attributes = {}

    def take(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            name, keys = (
                attributes.get("name", ""),
                [attributes[key] for key in attributes if key.endswith(":id")],
            )
            if len(keys) != 1 or keys[0] not in paths or name in found:
                raise Unreadable(ODD)
            found[name] = paths[keys[0]]
        elif tag == "calcPr":
            calculation.update(attributes)

    _read(xml, take)
    return found, calculation.get("fullCalcOnLoad") in ("1", "true")


def _looks(xml: bytes) -> dict[int, Look]:
    codes: dict[int, str] = {}
    styles: list[tuple[int, int]] = []
    fonts: list[bool] = []
    within = {"cellXfs": False, "fonts": False}

    def take(tag: str, attributes: Attributes) -> None:
        if tag == "numFmt":
            codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag in _PARTS_OF_STYLES:
            within.update({part: tag == part for part in within})
        elif tag == "xf" and within["cellXfs"]:
            styles.append((_number(attributes.get("numFmtId")), _number(attributes.get("fontId"))))
        elif tag == "font" and within["fonts"]:
            fonts.append(False)
        elif tag == "strike" and within["fonts"] and fonts:
            fonts[-1] = attributes.get("val", "1") in ("1", "true")

    _read(xml, take)
    if len(styles) > STYLES_AT_MOST:
        raise Unreadable(ODD)
    struck = {place for place, is_struck in enumerate(fonts) if is_struck}
    shown = (
        (place, _look(look_of(number, codes.get(number, "")), font in struck))
        for place, (number, font) in enumerate(styles)
    )
    return {place: look for place, look in shown if look}


def _look(look: Look | None, is_struck: bool) -> Look | None:
    return replace(look or Look(), is_struck=True) if is_struck else look


_PARTS_OF_STYLES = frozenset({"fonts", "fills", "borders", "cellXfs", "cellStyles", "cellStyleXfs", "dxfs"})


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _read(xml: bytes, take: Callable[[str, Attributes], None]) -> None:
    """Calls `take` with each tag's name, without its prefix, and its attributes."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: take(tag.rpartition(":")[2], attributes)
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError):
        raise Unreadable(BROKEN) from None
