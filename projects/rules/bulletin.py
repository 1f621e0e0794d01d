"""The content of a sealed bulletin: plain values, written to one canonical text and read back unchanged.

Money is whole yuan, a share is a string of six decimals, unknown is None; no floats are used. Each share is stored
with the words that were printed, rounded once from the exact value.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from projects.rules import money
from projects.rules.completion import round_half_up
from projects.rules.money import MoneyUnit
from projects.vocabulary import Level, Unit

FORM = 1
"""Version of the format below."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One indicator of the whole scope or of a unit. `absent`: the words printed where the actual number is unknown.

    `computed`: the register's own sum, which differs from `actual` where a published number (`source`) was printed.
    `target_words`: printed where there is no target, or the parts of the target. `light_reason`: the overdue projects
    that cause the light in addition to the pace. `certain`, `possible`: the ends of a number that was known within
    bounds only; then `actual` is None, and `absent` and `completion_words` name the range.
    """

    code: str
    label: str
    unit: str
    actual: int | None
    absent: str
    computed: int | None
    source: str
    target: int | None
    target_words: str
    completion: str | None
    completion_words: str
    time_progress: str
    time_words: str
    pace_gap: str | None
    pace_words: str
    light: str
    light_words: str
    accepted: int | None = None
    light_reason: str = ""
    certain: int | None = None
    possible: int | None = None


@dataclass(frozen=True, slots=True)
class PrintedCoverage:
    """Number of the month's reports by state when it was sealed, out of `expected`."""

    month: int
    expected: int
    approved: int
    unchanged: int
    waiting: int
    returned: int
    missing: int

    @property
    def uncounted(self) -> int:
        """Whose month is not in the sums: not approved yet, sent back, or not there."""
        return self.waiting + self.returned + self.missing


@dataclass(frozen=True, slots=True)
class PrintedUnit:
    """A row of the table of units. `own`: the row of the scope itself, without the units below it."""

    organisation: int
    label: str
    own: bool
    rank: int | None
    projects: int
    indicators: tuple[PrintedLine, ...]
    coverage: PrintedCoverage | None


@dataclass(frozen=True, slots=True)
class PrintedStep:
    """Number of projects that have reached a stage, and their total investment; None where unknown.

    `words`, `money_words`: the range of a number that was known within bounds only.
    """

    stage: str
    label: str
    count: int | None
    investment: int | None
    words: str = ""
    money_words: str = ""


@dataclass(frozen=True, slots=True)
class PrintedCounts:
    """`carried_words`, `entered_words`: the range of a number that was known within bounds only."""

    projects: int
    carried_over: int | None
    newly_entered: int | None
    total_investment: int | None
    unpriced: int
    carried_words: str = ""
    entered_words: str = ""


@dataclass(frozen=True, slots=True)
class PrintedRule:
    """The light rule that was in force."""

    family: str
    label: str
    yellow: str
    red: str
    applies_from: str


@dataclass(frozen=True, slots=True)
class Printed:
    """The whole content of a sealed bulletin for one month and one scope."""

    title: str
    year: int
    month: int
    as_of: str
    known_at: str
    level: str
    organisation: int | None
    scope: str
    time_progress: str
    time_words: str
    ranked_by: str
    ranked_label: str
    least_ranked: int
    light_rule: PrintedRule | None
    indicators: tuple[PrintedLine, ...]
    units: tuple[PrintedUnit, ...]
    funnel: tuple[PrintedStep, ...]
    counts: PrintedCounts | None
    coverage: PrintedCoverage | None
    form: int = FORM

    @property
    def content(self) -> str:
        """The canonical text: sorted keys, no spaces, no floats. Equal values give equal bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def fingerprint(self) -> str:
        """A digest that is equal for equal numbers, whenever they were computed."""
        return hashlib.sha256(replace(self, known_at="").content.encode()).hexdigest()

    @property
    def day(self) -> date:
        return date.fromisoformat(self.as_of)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.known_at)

    @property
    def shows_whole(self) -> bool:
        """Whether the sums of the whole scope are included, and not only rows of units."""
        return self.counts is not None

    def narrowed_to(self, units: Collection[int]) -> "Printed":
        """The part that a reader of these units may see: their rows, and the sums of the scope only if it is theirs.

        A total that includes other units is left out, because a reader could subtract the own row from it.
        """
        if self.organisation in units:
            return self
        rows = tuple(row for row in self.units if row.organisation in units)
        return replace(self, units=rows, indicators=(), funnel=(), counts=None, coverage=None)

    def row(self, organisation: int) -> PrintedUnit | None:
        return next((row for row in self.units if row.organisation == organisation and not row.own), None)


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """One number of a bulletin as stored in the table of figures, where pages look it up by code."""

    position: int
    code: str
    label: str
    level: str
    organisation: int | None
    unit: str
    amount: int

    @property
    def printed(self) -> str:
        """110.3亿元, 29个."""
        if self.unit == Unit.YUAN:
            return f"{money.show(self.amount, MoneyUnit.YI, 2)}亿元"
        return f"{self.amount}{Unit.COUNT.label}"


def title_of(year: int, month: int, level: str, unit: str = "") -> str:
    """Title such as 2024年9月完成情况（市重点）; the bulletin of a unit includes its name."""
    scope = Level(level).label if level else "全部项目"
    return f"{year}年{month}月完成情况（{f'{unit}·' if unit else ''}{scope}）"


def six_places(share: Fraction | None) -> str | None:
    """0.9715786… as "0.971579"."""
    return None if share is None else f"{round_half_up(share, 6):f}"


def read(content: str) -> Printed | None:
    """Read a canonical text; None when it is not valid. Keys of a later format are ignored."""
    try:
        return _printed(json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _printed(data: dict[str, Any]) -> Printed:
    data["light_rule"] = _optional(PrintedRule, data["light_rule"])
    data["indicators"] = _lines(data["indicators"])
    data["units"] = tuple(_unit(row) for row in data["units"])
    data["funnel"] = tuple(_made(PrintedStep, step) for step in data["funnel"])
    data["counts"] = _optional(PrintedCounts, data["counts"])
    data["coverage"] = _optional(PrintedCoverage, data["coverage"])
    return _made(Printed, data)


def _unit(data: dict[str, Any]) -> PrintedUnit:
    lines, coverage = _lines(data["indicators"]), _optional(PrintedCoverage, data["coverage"])
    return _made(PrintedUnit, data | {"indicators": lines, "coverage": coverage})


def _lines(data: list[dict[str, Any]]) -> tuple[PrintedLine, ...]:
    return tuple(_made(PrintedLine, line) for line in data)


def _optional[Shape](shape: type[Shape], data: dict[str, Any] | None) -> Shape | None:
    return None if data is None else _made(shape, data)


def _made[Shape](shape: type[Shape], data: dict[str, Any]) -> Shape:
    known = {item.name for item in fields(shape)}  # type: ignore[arg-type]
    return shape(**{name: value for name, value in data.items() if name in known})


def figures_of(printed: Printed) -> list[PrintedFigure]:
    """All known numbers by code and unit: the whole scope first, then its units, without the scope's own row.

    The number of projects has the code `projects`, as in published numbers.
    """
    found = [(printed.organisation, printed.counts.projects if printed.counts else None, printed.indicators)]
    found += [(row.organisation, row.projects, row.indicators) for row in printed.units if not row.own]
    rows = [
        (organisation, *number)
        for organisation, projects, lines in found
        for number in (
            ("projects", "项目数", "count", projects),
            *((line.code, line.label, line.unit, line.actual) for line in lines),
        )
        if number[3] is not None
    ]
    return [
        PrintedFigure(position, code, label, printed.level, organisation, unit, amount or 0)
        for position, (organisation, code, label, unit, amount) in enumerate(rows, start=1)
    ]
