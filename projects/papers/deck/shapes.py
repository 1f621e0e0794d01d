"""What stands on a slide, before it is drawn: plain values that go to `drawing` as JSON.

Places are parts of the room below the title: (left, top, width, height), each from 0 to 1. Words carry the marks of
`papers.fields` around their numbers; here they are divided into runs.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from unicodedata import east_asian_width

from projects.papers.fields import CLOSE, MIDDLE, OPEN

type Box = tuple[float, float, float, float]
type Run = tuple[str, str]
"""Words, and the key of the number that they are, else ""."""

_FIELD = re.compile(f"{OPEN}([a-z0-9_]+){MIDDLE}([^{OPEN}{MIDDLE}{CLOSE}]*){CLOSE}")
_PERCENT = re.compile(r"-?\d+(?:\.\d+)?%")
WIDTH_INCHES, HEIGHT_INCHES = 12.1, 5.45
"""The room of the system's own master."""
SHARES = (1.2, 1.1, 1.0, 0.9, 0.8, 0.7, 0.6)
"""Sizes that a text is tried in."""


def runs(words: str) -> list[Run]:
    found: list[Run] = []
    place = 0
    for number in _FIELD.finditer(words):
        found += [(words[place : number.start()], "")] if number.start() > place else []
        found.append((number[2], number[1]))
        place = number.end()
    return found + ([(words[place:], "")] if place < len(words) else [])


def bare(words: str) -> str:
    """Without the marks."""
    return "".join(text for text, _ in runs(words))


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. `colour`: "" or one of `drawing.COLOURS`."""

    words: str
    size: float = 16
    bold: bool = False
    colour: str = ""
    bullet: bool = False

    @property
    def value(self) -> dict[str, Any]:
        return {**asdict(self), "words": runs(self.words)}


@dataclass(frozen=True, slots=True)
class Text:
    box: Box
    lines: Sequence[Line]

    @property
    def value(self) -> dict[str, Any]:
        return {"kind": "text", "box": self.box, "lines": [line.value for line in self.lines]}

    def fitted(self) -> "Text":
        """The same in the largest of some sizes that the box has room for."""
        for share in SHARES:
            lines = [replace(line, size=round(line.size * share, 1)) for line in self.lines]
            if sum(map(self._height, lines)) <= HEIGHT_INCHES * self.box[3]:
                break
        return Text(self.box, lines)

    def _height(self, line: Line) -> float:
        """Inches that a paragraph takes, with the room after it."""
        width = WIDTH_INCHES * self.box[2] - 0.2 - (line.size / 72 if line.bullet else 0)
        lines = max(1, math.ceil(ems(bare(line.words)) * line.size / 72 / width))
        return (lines * 1.45 + 1 / 3) * line.size / 72


@dataclass(frozen=True, slots=True)
class Table:
    """`widths`: parts of the whole width; the first row is the head. `centred`: columns by place."""

    box: Box
    name: str
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    centred: Sequence[int] = ()
    size: float = 12

    @property
    def value(self) -> dict[str, Any]:
        return {
            "kind": "table",
            "box": self.box,
            "name": self.name,
            "rows": [[runs(cell) for cell in row] for row in self.rows],
            "widths": list(self.widths),
            "centred": list(self.centred),
            "size": self.size,
        }

    def pages(self, height: float = HEIGHT_INCHES) -> Iterator["Table"]:
        """Tables that fit each on one slide, each with the head."""
        head, *rows = self.rows
        page: list[Sequence[str]] = []
        taken = self._height(head)
        for row in rows:
            needed = self._height(row)
            if page and taken + needed > height * self.box[3]:
                yield self._with([head, *page])
                taken, page = self._height(head), []
            taken, page = taken + needed, [*page, row]
        yield self._with([head, *page])

    def _with(self, rows: Sequence[Sequence[str]]) -> "Table":
        return Table(self.box, self.name, rows, self.widths, self.centred, self.size)

    def _height(self, row: Sequence[str]) -> float:
        """Inches that a row takes, as far as can be told without its typeface."""
        whole = sum(self.widths)
        lines = [
            math.ceil(ems(bare(cell)) * self.size / 72 / (WIDTH_INCHES * self.box[2] * width / whole - 0.16))
            for cell, width in zip(row, self.widths, strict=True)
        ]
        return max(1, *lines) * self.size * 1.35 / 72 + 0.12


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of shares. `keys`: by series the number that each bar is, "" where it has none; `values` of the same form.

    `across`: the bars lie, the first category on top.
    """

    box: Box
    name: str
    categories: Sequence[str]
    series: Sequence[str]
    keys: Sequence[Sequence[str]]
    values: Sequence[Sequence[str | None]]
    across: bool = False

    @property
    def value(self) -> dict[str, Any]:
        return {"kind": "chart", **asdict(self)}


@dataclass(frozen=True, slots=True)
class Photo:
    box: Box
    file: str
    alt: str

    @property
    def value(self) -> dict[str, Any]:
        return {"kind": "photo", **asdict(self)}


type Shape = Text | Table | Chart | Photo


@dataclass(frozen=True, slots=True)
class Slide:
    """`subtitle`: of the first slide only, which has no shapes."""

    title: str
    shapes: Sequence[Shape] = ()
    subtitle: Sequence[str] = ()

    @property
    def value(self) -> dict[str, Any]:
        return {
            "title": runs(self.title),
            "subtitle": [runs(line) for line in self.subtitle],
            "shapes": [shape.value for shape in self.shapes],
        }


@dataclass(frozen=True, slots=True)
class Deck:
    """`foot`: what stands below each slide but the first. `photos`: by the name that a shape gives."""

    title: str
    foot: str
    slides: list[Slide]
    photos: dict[str, bytes] = field(default_factory=dict)

    @property
    def charts(self) -> list[Chart]:
        return [shape for slide in self.slides for shape in slide.shapes if isinstance(shape, Chart)]

    @property
    def value(self) -> dict[str, Any]:
        return {
            "title": bare(self.title),
            "foot": runs(self.foot),
            "slides": [slide.value for slide in self.slides],
        }


def rates_chart(box: Box, name: str, rows: Iterable[tuple[str, str, str]], *, across: bool) -> Chart | None:
    """完成率 beside 时间进度 for each (label, rate, time), both marked; None where nothing is rated."""
    rated = [row for row in rows if _PERCENT.fullmatch(bare(row[1]))]
    if not rated:
        return None
    columns = [[row[1] for row in rated], [row[2] for row in rated]]
    return Chart(
        box,
        name,
        [bare(row[0]) for row in rated],
        ["完成率", "时间进度"],
        [[_key(cell) for cell in column] for column in columns],
        [[_share(cell) for cell in column] for column in columns],
        across,
    )


def _key(cell: str) -> str:
    return next((key for _, key in runs(cell) if key), "") if _share(cell) is not None else ""


def _share(cell: str) -> str | None:
    words = bare(cell)
    return words.rstrip("%") if _PERCENT.fullmatch(words) else None


def ems(words: str) -> float:
    """Width in signs of Chinese."""
    return sum(1 if east_asian_width(sign) in "WF" else 0.55 for sign in words)
