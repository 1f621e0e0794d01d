"""What a row of a workbook would do to the register: judged beside what stands, in plain words, nothing written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from projects.actions.guarding import COUNTED, Write
from projects.columns import COLUMNS, Holds
from projects.models import Project, Source
from projects.models.sources import Stated, changed, forget_sources, name_source
from projects.rules import money, periods
from projects.rules.money import Amount, MoneyUnit
from projects.vocabulary import DelayReason, ImportKind, Level, Outcome

WHOLE_ROW = ""
"""The key of a fault that is the row's, not a cell's."""


@dataclass(frozen=True, slots=True)
class Change:
    """One cell in words, as it stands and as the row would have it."""

    key: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Clash:
    """One cell that somebody else has changed since the sheet was made, to another value than the row's."""

    key: str
    label: str
    before: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Writer:
    """What the door lets the person do who imports: units and projects by number, None for all of them."""

    projects: frozenset[int] | None
    units: frozenset[int] | None
    needs_unit: bool
    """A new project must name a unit: its writer does not answer for the whole district."""

    def may_write(self, project: int) -> bool:
        return self.projects is None or project in self.projects

    def may_assign(self, unit: int | None) -> bool:
        if unit is None:
            return not self.needs_unit
        return self.units is None or unit in self.units


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every row: the year, what the sheet leaves out, who writes, and the names of things."""

    year: int
    today: date
    writer: Writer
    names: Mapping[str, Mapping[int, str]]
    """The names of units and industries by number, for words: {"organisation": {…}, "industry": {…}}."""
    levels: frozenset[Level] = frozenset()
    cause: tuple[DelayReason, str] | None = None
    month: date | None = None
    kind: ImportKind = ImportKind.PROJECTS


@dataclass(slots=True)
class Said:
    """A row as the cells' judge has understood it."""

    values: dict[str, Any]
    faults: dict[str, str] = field(default_factory=dict)
    choice: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""


@dataclass(slots=True)
class Draft:
    """What a row would do; `records` are written in their order, `writes` are what sealed months would notice."""

    label: str
    subject: int | None = None
    changes: list[Change] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    candidates: Sequence[Any] = ()
    doubts: list[str] = field(default_factory=list)
    """What may be right and looks wrong: told, never refused."""
    records: list[Model] = field(default_factory=list)
    stated: list[list[Stated]] = field(default_factory=list)
    """For each of `records` the values that the row states: their source is the workbook."""
    writes: list[Write] = field(default_factory=list)
    state: Any = None
    """What would stand, for a later row about the same record."""
    is_new: bool = False

    @property
    def outcome(self) -> Outcome:
        if self.faults:
            return Outcome.FAULTY
        if self.candidates:
            return Outcome.ALIKE
        if self.clashes:
            return Outcome.CONFLICT
        if self.is_new:
            return Outcome.NEW
        return Outcome.CHANGED if self.changes else Outcome.UNCHANGED

    def write(self, before: Model | None, after: Model) -> None:
        """A record that the row would write; a value that it changes is no longer its old source's."""
        forget_sources(before, after)
        self.records.append(after)
        self.stated.append(changed(before, after))
        if isinstance(after, COUNTED) and (before is None or isinstance(before, COUNTED)):
            self.writes.append(Write(before, after))


def give_source(record: Model, stated: Sequence[Stated], source: Source | None, place: str) -> None:
    """What a row states has its workbook as source, with the row; of a new project the whole record."""
    if source is None:
        return
    for values in stated:
        name_source(record, values, source, place)
    if isinstance(record, Project) and record._state.adding:
        record.source, record.source_paragraph = source, place


LABELS = {kind: {column.key: column.title for column in columns} for kind, columns in COLUMNS.items()}
"""The title of each column."""

_ALL = [column for columns in reversed(list(COLUMNS.values())) for column in columns]
_HOLDS = {column.key: column.holds for column in _ALL}
_LINKS = {column.key: column.links for column in _ALL if column.links}
_CHOICES = {column.key: column.choices for column in _ALL if column.choices}


def worded(key: str, value: Any, terms: Terms) -> str:
    """A value of the column in the words of a reader; "" for an unknown one."""
    if value is None or value == "":
        return ""
    if key in _LINKS and isinstance(value, int):
        return terms.names.get(_LINKS[key], {}).get(value, f"第 {value} 号")
    if key in _CHOICES and isinstance(value, str):
        return str(_CHOICES[key](value).label)
    return _of_kind(key, value)


def _of_kind(key: str, value: Any) -> str:
    match value:
        case Amount():
            return f"{value.foreign}{value.currency.label}" if value.currency else ""
        case bool():
            return "是" if value else "否"
        case frozenset():
            return "、".join(level.label for level in Level if level in value)
        case (on, precision):
            return periods.wording(on, precision)
        case int() if _HOLDS.get(key) is Holds.MONEY:
            return f"{money.to_unit(value, MoneyUnit.YI).normalize():f}亿元"
    return str(value)


def label_of(kind: ImportKind, key: str) -> str:
    return LABELS[kind].get(key, key)
