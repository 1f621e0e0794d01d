"""The rows of a table of units: which unit each is about, and what its parent is.

The parent may be a row of the same file, so all rows are judged together, parents first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from projects.models import Import, ImportRow, Organisation
from projects.rules.broken import RuleBroken
from projects.rules.likeness import ALIKE, bare, likeness, parted
from projects.rules.versions import ORGANISATION, RecordVersion
from projects.workbooks.cells import Cells, by_words, unit_words
from projects.workbooks.drafts import Draft, ImportTerms, ParsedRow
from projects.workbooks.kinds.organisations.draft import draft, facts_of, organisation_cells
from projects.workbooks.matching import FORMER_NAME, MOST_CANDIDATES, SIMILAR, Candidate
from projects.workbooks.subjects import NEW, Light, key_of

MOST = 1000
"""Rows of one file: they are judged together."""

TOO_MANY = f"单位一次最多导入 {MOST} 行，请分成几份。"
NO_SUCH = "没有系统编号为“{}”的单位。"
NAME_TAKEN = "已有同名单位。"
TWICE = "与第 {} 行是同一个单位，请只保留一行。"
CIRCLE = "上级单位不能是自己或自己的下级。"
ABOVE_WAITS = "上级单位在第 {} 行，那一行还有错误或待选择，请先处理。"
OTHER_VERSION = "“系统版本”与这一行的单位对不上，请重新导出后再改。"


@dataclass(slots=True, eq=False)
class _UnitRow:
    """What is known of one row before it is compared."""

    row: ImportRow
    values: dict[str, Any]
    faults: dict[str, str]
    subject: int | None = None
    candidates: list[Candidate] = field(default_factory=list)
    above: "_UnitRow | None" = None
    """The row of the unit above, where it is one of the file."""
    before: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    def all_above(self) -> list["_UnitRow"]:
        """The rows above, from the nearest on; in a circle each once."""
        found: dict[_UnitRow, None] = {}
        unit_row = self.above
        while unit_row is not None and unit_row not in found:
            found[unit_row] = None
            unit_row = unit_row.above
        return list(found)

    @property
    def is_circular(self) -> bool:
        return self in self.all_above()


@dataclass(slots=True)
class OrganisationRows:
    may_be_new: ClassVar[bool] = True

    imported: Import
    today: date
    terms: ImportTerms = field(init=False)
    cells: Cells = field(init=False)
    positions: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.cells = organisation_cells()

    def survey(self, rows: Iterable[Light]) -> None:
        self.positions = {position for position, _, _ in rows}
        if len(self.positions) > MOST:
            raise RuleBroken(TOO_MANY)

    def related(self, positions: Iterable[int]) -> set[int]:
        """All rows: any of them may be the parent of another, or take its name."""
        return set(self.positions)

    def lock(self, positions: Iterable[int]) -> None:
        list(Organisation.objects.order_by("pk").select_for_update(no_key=True).values_list("pk"))

    def drafts(self, rows: Sequence[ImportRow], reason: str) -> list[Draft]:
        units = _linked(Organisation.objects.order_by("pk"))
        self.terms = ImportTerms.of(self.imported, self.today, list(units.values()))
        unit_rows = [self._unit_row(row, units) for row in rows]
        self._read_versions(unit_rows)
        _demand_once(unit_rows, units)
        self._look_up(unit_rows, units)
        drafts: dict[int, Draft] = {}
        parents_first = sorted(
            unit_rows, key=lambda unit_row: (not unit_row.is_circular, len(unit_row.all_above()))
        )
        made: dict[_UnitRow, Organisation] = {}
        for unit_row in parents_first:
            drafts[unit_row.row.position] = self._draft(unit_row, units, made)
        return [drafts[row.position] for row in rows]

    def _unit_row(self, row: ImportRow, units: Mapping[int, Organisation]) -> _UnitRow:
        """The row by its number, else by the name of today; else those that it may mean."""
        values, faults = self.cells.judge(row.readable)
        unit_row = _UnitRow(row, values, faults | row.unread)
        key, listed = key_of(row.cells), list(units.values())
        if key is not None:
            if key in units:
                unit_row.subject = key
            else:
                unit_row.faults["key"] = NO_SUCH.format(row.cells["key"])
        elif unit_row.name and (same := unit_of_name(unit_row.name, listed)) is not None:
            unit_row.subject = same.pk
            values["name"] = same.name  # blanks and widths are no other name
        elif unit_row.name:
            self._choose(unit_row, units_alike(unit_row.name, listed), units)
        return unit_row

    def _choose(
        self, unit_row: _UnitRow, candidates: list[Candidate], units: Mapping[int, Organisation]
    ) -> None:
        chosen = unit_row.row.choice.get("subject")
        picked = next((candidate for candidate in candidates if candidate.pk == chosen), None)
        if picked is not None:
            unit_row.subject = picked.pk
            if picked.why == FORMER_NAME:
                unit_row.values["name"] = units[picked.pk].name  # the sheet is older than the name of today
        elif chosen != NEW:
            unit_row.candidates = candidates

    def _read_versions(self, unit_rows: Sequence[_UnitRow]) -> None:
        """How the units stood when the sheet was made; one query."""
        numbers: list[tuple[_UnitRow, int]] = []
        for unit_row in unit_rows:
            text = unit_row.row.cells.get("version", "")
            if text and unit_row.subject is not None:
                try:
                    numbers.append((unit_row, RecordVersion.read(text, ORGANISATION).number))
                except RuleBroken as fault:
                    unit_row.faults["version"] = str(fault)
        entries = Organisation.history.in_bulk({number for _, number in numbers})
        for unit_row, number in numbers:
            entry = entries.get(number)
            if entry is None or entry.id != unit_row.subject:
                unit_row.faults["version"] = OTHER_VERSION
            else:
                unit_row.before = facts_of(entry)

    def _look_up(self, unit_rows: Sequence[_UnitRow], units: Mapping[int, Organisation]) -> None:
        """Put under each row the unit above, by name: a row of the file, or one of the directory."""
        named = {bare(unit_row.name): unit_row for unit_row in unit_rows if unit_row.name}
        of_unit = {unit_row.subject: unit_row for unit_row in unit_rows if unit_row.subject is not None}
        by_name = by_words(unit_words(units.values()), what="上级单位")
        for unit_row in unit_rows:
            text = unit_row.values.pop("parent", None)
            if text is None:
                continue
            unit_row.above = named.get(bare(text))
            try:
                pk = unit_row.above.subject if unit_row.above else by_name(text)
            except RuleBroken as unknown:
                unit_row.faults["parent"] = str(unknown)
                continue
            if unit_row.above is None and pk in of_unit:
                unit_row.above = of_unit[pk]
            unit_row.values["parent"] = text if pk is None else pk

    def _draft(
        self, unit_row: _UnitRow, units: Mapping[int, Organisation], made: dict[_UnitRow, Organisation]
    ) -> Draft:
        """Compare the row with its unit; the rows of its parents have been compared."""
        above = self._above(unit_row, units, made)
        if unit_row.is_circular:
            unit_row.faults["parent"] = CIRCLE
        elif above is None and unit_row.above is not None:
            unit_row.faults["parent"] = ABOVE_WAITS.format(unit_row.above.row.line)
        parsed = ParsedRow(unit_row.values, unit_row.faults, unit_row.row.choice)
        unit = units[unit_row.subject] if unit_row.subject is not None else Organisation()
        drafted = draft(parsed, unit, above, self.terms, before=unit_row.before)
        drafted.candidates = unit_row.candidates
        if drafted.records and not drafted.candidates:
            made[unit_row] = unit
        return drafted

    def _above(
        self, unit_row: _UnitRow, units: Mapping[int, Organisation], made: Mapping[_UnitRow, Organisation]
    ) -> Organisation | None:
        pk = unit_row.values.get("parent")
        if isinstance(pk, int):
            return units[pk]
        return made.get(unit_row.above) if unit_row.above is not None else None


def _linked(found: Iterable[Organisation]) -> dict[int, Organisation]:
    """All units, each under the one above it: what changes above is seen below."""
    units = {unit.pk: unit for unit in found}
    for unit in units.values():
        unit.parent = units.get(unit.parent_id) if unit.parent_id else None
    return units


def _demand_once(unit_rows: Sequence[_UnitRow], units: Mapping[int, Organisation]) -> None:
    """One row for each unit, and one unit for each name, in the directory and in the file."""
    today = {unit.name: unit.pk for unit in units.values()}
    lines: dict[object, int] = {}
    for unit_row in unit_rows:
        owner = today.get(unit_row.name)
        if owner is not None and owner != unit_row.subject:
            unit_row.faults["name"] = NAME_TAKEN
        own = [unit_row.subject] if unit_row.subject is not None else []
        for same in (*own, bare(unit_row.name) or unit_row):
            if same in lines:
                unit_row.faults.setdefault("name", TWICE.format(lines[same]))
            lines.setdefault(same, unit_row.row.line)


SAME_SHORT_NAME = "简称相同"


def unit_of_name(name: str, units: Sequence[Organisation]) -> Organisation | None:
    """The unit that is called so today."""
    return next((unit for unit in units if bare(unit.name) == bare(name)), None)


def units_alike(name: str, units: Sequence[Organisation]) -> list[Candidate]:
    """Units that were called so, are called so for short, or nearly so; the likeliest first."""
    former = [unit for unit in units if bare(name) in map(bare, parted(unit.former_names))]
    short = [unit for unit in units if unit.short_name and bare(unit.short_name) == bare(name)]
    near = [
        unit
        for unit in units
        if any(likeness(known, name) >= ALIKE for known in (unit.name, *parted(unit.former_names)))
    ]
    found: dict[int, Candidate] = {}
    for why, some in ((FORMER_NAME, former), (SAME_SHORT_NAME, short), (SIMILAR, near)):
        for unit in some:
            found.setdefault(unit.pk, Candidate(unit.pk, unit.name, "", why))
    return list(found.values())[:MOST_CANDIDATES]
