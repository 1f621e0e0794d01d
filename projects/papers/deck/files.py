"""The .pptx: a master that is judged, slides drawn in a process of their own, and their numbers read back.

Custom properties hold what the numbers come from, the digest of the master and of the numbers, and which number each
bar of a chart is; a run of text names its own (`bmk`).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from projects.papers.children import Child, made_by
from projects.papers.deck.names import CHART, DRAWING, MARK
from projects.papers.deck.shapes import Deck
from projects.papers.document import CORE, KeptPaper, core_properties, keep, properties_of, spread
from projects.papers.fields import digest_of
from projects.papers.packages import (
    check_parts,
    packed,
    parts_of,
    tree,
    typed_numbers_in,
    unpacked,
)
from projects.rules.broken import RuleBroken

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PRESENTATION = "ppt/presentation.xml"
NO_PPTX = "这不是演示文稿（.pptx）。模板文件（.potx）请先另存为 .pptx。"
MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 10_000_000, 60_000_000, 1000
MOST_MADE = 60_000_000
CHILD = Child(
    DRAWING,
    "made.pptx",
    "用这个母版做不出幻灯片",
    "生成幻灯片用时过长或内容过大。请换小一些的母版。",
)
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_SHOWN = re.compile(r"ppt/(slideMasters|slideLayouts)/[^/]+\.xml")
_MAIN = PPTX + ".main+xml"
NONE = "-"
"""A bar without a number, in the list of a chart."""


def check_master(content: bytes) -> None:
    """RuleBroken for a master that is unsafe, or holds a number that is bound to no figure."""
    parts = unpacked(content, PRESENTATION, NO_PPTX, (MOST_BYTES, MOST_PARTS, MOST_UNPACKED))
    types = tree(parts["[Content_Types].xml"], NO_PPTX)
    if not any(
        each.get("PartName") == f"/{PRESENTATION}" and each.get("ContentType") == _MAIN for each in types
    ):
        raise RuleBroken(NO_PPTX)
    check_parts(parts, NO_PPTX)
    shown = [tree(parts[name], NO_PPTX) for name in sorted(parts) if _SHOWN.fullmatch(name)]
    if typed := typed_numbers_in(shown, A):
        raise RuleBroken(f"母版里直接写了数字“{typed[0]}”，没有绑定指标。请去掉，或写成汉字。")


def made_deck(
    master: bytes, deck: Deck, fields: Mapping[str, str], *, origin: Mapping[str, str], at: datetime
) -> bytes:
    """The slides in the master; the same bytes for the same master, deck and moment. Raises RuleBroken."""
    check_master(master)
    files = {"master.pptx": master, "deck.json": json.dumps(deck.value, ensure_ascii=False).encode()}
    parts = parts_of(made_by(CHILD, files | deck.photos))
    charts = {
        name: words
        for number, chart in enumerate(deck.charts, start=1)
        for name, words in _keys(number, chart.keys)
    }
    bound = {key: fields[key] for key in _found(parts, charts)}
    properties = {
        **origin,
        **charts,
        "hp_template": hashlib.sha256(master).hexdigest(),
        "hp_fields": digest_of(bound),
        **spread(sorted(bound)),
    }
    keep(parts, properties)
    parts[CORE] = core_properties(at)
    return packed(parts)


def _keys(number: int, series: Any) -> list[tuple[str, str]]:
    """A property for each series of a chart, in parts that a property has room for."""
    name = f"{CHART}{number}"
    return [
        (f"{name}_{place}_{part}", words)
        for place, keys in enumerate(series)
        for part, words in enumerate(spread([key or NONE for key in keys]).values())
    ]


def is_deck(content: bytes) -> bool:
    """Whether it looks like slides; what is in it, `kept_deck` judges."""
    try:
        with ZipFile(BytesIO(content)) as package:
            return PRESENTATION in package.namelist()
    except (BadZipFile, OSError):
        return False


def kept_deck(content: bytes) -> KeptPaper:
    """Read slides back, also those that were edited. RuleBroken where it is none."""
    parts = unpacked(content, PRESENTATION, NO_PPTX, (MOST_MADE, 2 * MOST_PARTS, 2 * MOST_MADE))
    properties = properties_of(parts)
    return KeptPaper(properties, _found(parts, properties))


def _found(parts: Mapping[str, bytes], properties: Mapping[str, str]) -> dict[str, list[str]]:
    """The texts of the numbers by key, of the slides in their order."""
    found: dict[str, list[str]] = {}
    slides = sorted((int(each[1]), each[0]) for name in parts if (each := _SLIDE.fullmatch(name)))
    for _, name in slides:
        root = tree(parts[name], NO_PPTX)
        pairs = _numbers(root)
        for frame in root.iter(f"{_P}graphicFrame"):
            pairs += _bars(frame, name, parts, properties)
        for key, words in pairs:
            found.setdefault(key, []).append(words)
    return found


def _numbers(root: Any) -> list[tuple[str, str]]:
    found = []
    for run in root.iter(f"{A}r"):
        name = (run.find(f"{A}rPr").get("bmk") or "") if run.find(f"{A}rPr") is not None else ""
        if name.startswith(MARK):
            found.append((name.removeprefix(MARK), run.findtext(f"{A}t") or ""))
    return found


def _bars(
    frame: Any, slide: str, parts: Mapping[str, bytes], properties: Mapping[str, str]
) -> list[tuple[str, str]]:
    """The values of a chart of ours, with the keys that its properties name."""
    name = frame.find(f".//{_P}cNvPr").get("name") or ""
    chart = frame.find(f".//{_C}chart")
    if chart is None or not name.startswith(CHART):
        return []
    root = tree(parts[_target(parts, slide, chart.get(f"{_R}id"))], NO_PPTX)
    found = []
    for place, series in enumerate(root.iter(f"{_C}ser")):
        keys = " ".join(
            words for prop, words in properties.items() if prop.startswith(f"{name}_{place}_")
        ).split()
        values = {
            int(point.get("idx")): point.findtext(f"{_C}v") or ""
            for point in series.findall(f"{_C}val//{_C}pt")
        }
        found += [(key, _percent(values.get(number, ""))) for number, key in enumerate(keys) if key != NONE]
    return found


def _target(parts: Mapping[str, bytes], slide: str, key: str) -> str:
    folder, _, file = slide.rpartition("/")
    relations = tree(parts[f"{folder}/_rels/{file}.rels"], NO_PPTX)
    target = next(each.get("Target") for each in relations if each.get("Id") == key)
    return f"ppt/{target.removeprefix('../')}" if target.startswith("../") else target.removeprefix("/")


def _percent(value: str) -> str:
    """0.525 is 52.5%; "" where the bar is gone."""
    if not value:
        return ""
    shown = f"{(Decimal(value) * 100).normalize():f}"
    return f"{shown}%" if "." in shown else f"{shown}.0%"
