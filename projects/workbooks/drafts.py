"""What holds for every row of an import, and what a row would write: its changes in words, its faults, the records.

Nothing is written here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Model

from projects import access
from projects.actions.guarding import RecordChange, Write, change
from projects.columns import CLEARED, COLUMNS, Holds, by_key
from projects.models import Import, Industry, Organisation, User
from projects.rules import money, periods
from projects.rules.likeness import spelled
from projects.rules.merge import merge
from projects.rules.money import Amount, MoneyUnit
from projects.vocabulary import DelayReason, ImportKind, Level, Outcome

NOT_YOURS = "您不能修改这个项目。"
WHOLE_ROW = ""
"""The key of a fault that is the row's, not a cell's."""

_KNOWN = by_key(column for columns in reversed(list(COLUMNS.values())) for column in columns)
_CHOSEN = frozenset(column.key for column in _KNOWN.values() if column.choices)
"""Columns whose values are codes of words."""
_LABELS = {kind: {column.key: column.title for column in columns} for kind, columns in COLUMNS.items()}


class CellChange(NamedTuple):
    """One cell in words, as it is stored and as the row would have it."""

    key: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CellConflict:
    """One cell that somebody else has changed since the sheet was made, to another value than the row's."""

    key: str
    label: str
    before: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Writer:
    """What the person who imports may write: numbers of projects and units, None for all of them."""

    projects: frozenset[int] | None
    units: frozenset[int] | None
    needs_unit: bool
    """A new project must name a unit: its writer does not answer for the whole district."""

    @classmethod
    def of(cls, user: User) -> "Writer":
        if user.is_keeper:
            return cls(None, None, needs_unit=False)
        units = access.assignable_organisations(user)
        return cls(
            projects=frozenset(access.writable_projects(user).values_list("pk", flat=True)),
            units=frozenset(units.values_list("pk", flat=True)),
            needs_unit=not units.districts().exists(),
        )

    def may_write(self, project: int) -> bool:
        return self.projects is None or project in self.projects

    def may_assign(self, unit: int | None) -> bool:
        if unit is None:
            return not self.needs_unit
        return self.units is None or unit in self.units


@dataclass(frozen=True, slots=True)
class ImportTerms:
    """What holds for every row: the year, what the sheet leaves out, who writes, and the names of things."""

    year: int
    today: date
    writer: Writer
    names: Mapping[str, Mapping[int, str]]
    """The names of units and industries by number, for words: {"organisation": {…}, "industry": {…}}."""
    levels: frozenset[Level] = frozenset()
    cause: tuple[DelayReason, str] | None = None
    month: date | None = None
    handed_on: date | None = None
    """From which day units that the rows name answer for projects of other ones; None: from today."""
    kind: ImportKind = ImportKind.PROJECTS
    opening: str = ""
    """What was answered about a year to date whose earlier months nobody has reported."""

    @classmethod
    def of(cls, imported: Import, today: date, units: Sequence[Organisation]) -> "ImportTerms":
        month = imported.month
        return cls(
            kind=ImportKind(imported.kind),
            year=imported.year or (month.year if month else today.year),
            today=today,
            writer=Writer.of(imported.created_by),
            names={
                "organisation": {unit.pk: str(unit) for unit in units},
                "industry": dict(Industry.objects.values_list("pk", "name")),
            },
            levels=frozenset({Level(imported.level)}) if imported.level else frozenset(),
            month=month,
            handed_on=imported.handed_on,
            opening=str(imported.answers.get("opening", "")),
        )


@dataclass(slots=True)
class ParsedRow:
    """The values of a row by column key, after the checks of its cells."""

    values: dict[str, Any]
    faults: dict[str, str] = field(default_factory=dict)
    choice: Mapping[str, Any] = field(default_factory=dict)
    """What a person chose: `ImportRow.choice`."""
    told: list[str] = field(default_factory=list)
    """Remarks on values that are not quite what their cells say."""


@dataclass(slots=True)
class Draft:
    """What a row would write; `records` are written in their order."""

    label: str
    subject: int | None = None
    """The number of the record that the row is about."""
    changes: list[CellChange] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    conflicts: list[CellConflict] = field(default_factory=list)
    candidates: Sequence[Any] = ()
    doubts: list[str] = field(default_factory=list)
    """Sentences about what may be right and looks wrong; they refuse nothing."""
    records: list[RecordChange] = field(default_factory=list)
    state: Any = None
    """The record after the row, for a later row about the same one."""
    is_new: bool = False

    @property
    def outcome(self) -> Outcome:
        if self.faults:
            return Outcome.FAULTY
        if self.candidates:
            return Outcome.ALIKE
        if self.conflicts:
            return Outcome.CONFLICT
        if self.is_new:
            return Outcome.NEW
        return Outcome.CHANGED if self.changes else Outcome.UNCHANGED

    @property
    def writes(self) -> list[Write]:
        """The records that sealed months may count."""
        return [write for record in self.records if (write := record.counted) is not None]

    def write(self, before: Model | None, after: Model) -> None:
        """Add a record."""
        self.records.append(change(before, after))

    def refuse(self, sentence: str) -> None:
        """The row as a whole cannot be written."""
        self.faults[WHOLE_ROW] = sentence
        self.records = []

    def change_nothing(self) -> None:
        """The row repeats an earlier one."""
        self.is_new, self.changes, self.doubts, self.records = False, [], [], []


class RowComparison:
    """A row beside the stored record: which cells change, and which are in conflict.

    `theirs`: the stored values by column key.
    """

    def __init__(
        self, row: Draft, theirs: Mapping[str, Any], terms: ImportTerms, choice: Mapping[str, Any]
    ) -> None:
        self.row, self.theirs, self.terms, self.choice = row, theirs, terms, choice
        self.labels = _LABELS[terms.kind]

    def wanted(self, values: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        """The values to set: they differ from the stored ones, and nobody else has changed those since.

        `before`: the values of the record when the sheet was made, where somebody has written since.
        """
        mine = {key: _emptied(key) if value is CLEARED else value for key, value in values.items()}
        known = {key: value for key, value in mine.items() if key in self.theirs}
        base = self.theirs if before is None else before
        merged = merge(base, self.theirs, known, self.choice, same=says_same)
        for key in merged.open:
            sides = (worded(key, value, self.terms) for value in (base[key], self.theirs[key], mine[key]))
            self.row.conflicts.append(CellConflict(key, self.labels.get(key, key), *sides))
        left = {*merged.theirs, *merged.open}
        return {key: value for key, value in mine.items() if key not in left}

    def demand_same(self, values: Mapping[str, Any], except_for: Mapping[str, object]) -> None:
        """Refuse cells that differ from an earlier row about the same record."""
        for key, value in values.items():
            if key not in self.theirs or key in except_for:
                continue
            is_spelling = key == "name" and spelled(value) == spelled(self.theirs[key])
            if not is_spelling and not says_same(key, value, self.theirs[key]):
                other, mine = (
                    worded(key, self.theirs[key], self.terms) or "空",
                    worded(key, value, self.terms),
                )
                self.row.faults[key] = f"同一个项目在前面的行里写的是“{other}”，这里是“{mine}”。"

    def add(self, key: str, value: Any) -> None:
        """Add a change of a cell to the draft."""
        self.add_words(key, self.labels.get(key, key), self.theirs.get(key), value)

    def add_words(self, key: str, label: str, before: Any, after: Any) -> None:
        """Add a change of a value that has a label of its own."""
        words = worded(key, before, self.terms), worded(key, after, self.terms)
        self.row.changes.append(CellChange(key, label, *words))


def says_same(_key: str, mine: Any, theirs: Any) -> bool:
    """Whether a cell means the stored value: it may name fewer lists, or another day of the same month."""
    if isinstance(mine, frozenset) and isinstance(theirs, frozenset):
        return mine <= theirs
    if isinstance(mine, tuple) and isinstance(theirs, tuple):
        (mine_on, precision), (on, other) = mine, theirs
        same = precision == other
        return same and periods.last_day(mine_on, precision) == periods.last_day(on, precision)
    return bool(mine == theirs)


def _emptied(key: str) -> Any:
    return "" if _KNOWN[key].is_text else None


def worded(key: str, value: Any, terms: ImportTerms) -> str:
    """A value of the column in words, "" for an unknown one; amounts are exact, never rounded."""
    if value is None or value == "":
        return ""
    if type(value) is str and key not in _CHOSEN:
        return value
    column = _KNOWN.get(key)
    if column is not None and column.links and isinstance(value, int):
        return terms.names.get(column.links, {}).get(value, f"第 {value} 号")
    if column is not None and column.choices and isinstance(value, str):
        return str(column.choices(value).label)
    return _plain(value, is_money=column is not None and column.holds is Holds.MONEY)


def _plain(value: Any, *, is_money: bool) -> str:
    if isinstance(value, str):
        return str(value)
    if is_money and isinstance(value, int):
        return f"{money.to_unit(value, MoneyUnit.YI).normalize():f}亿元"
    match value:
        case bool():
            return "是" if value else "否"
        case tuple():
            return periods.wording(*value)
        case frozenset():
            return "、".join(level.label for level in Level if level in value)
        case Amount():
            return f"{value.foreign}{value.currency.label}" if value.currency else ""
    return str(value)
