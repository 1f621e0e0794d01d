"""Rows of a table of units beside the directory: which unit each is about, and under which it stands.

A unit may stand under one that is a row of the same file. So all rows are judged together, the upper ones first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from projects.models import Import, ImportRow, Organisation
from projects.rules.broken import RuleBroken
from projects.rules.likeness import bare
from projects.rules.versions import ORGANISATION, RecordVersion
from projects.workbooks.cells import Cells, by_words, unit_words
from projects.workbooks.drafts import Draft, Said, Terms
from projects.workbooks.kinds.organisations.draft import draft, facts_of, organisation_cells
from projects.workbooks.kinds.organisations.matching import unit_of_name, units_alike
from projects.workbooks.matching import FORMER_NAME, Candidate
from projects.workbooks.terms import NEW, Light, key_of, terms_of

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
class _Place:
    """What is known of one row before it is laid."""

    row: ImportRow
    values: dict[str, Any]
    faults: dict[str, str]
    subject: int | None = None
    candidates: list[Candidate] = field(default_factory=list)
    above: "_Place | None" = None
    """The row of the unit above, where it is one of the file."""
    before: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    def all_above(self) -> list["_Place"]:
        """The rows above, from the nearest on; in a circle each once."""
        found: dict[_Place, None] = {}
        place = self.above
        while place is not None and place not in found:
            found[place] = None
            place = place.above
        return list(found)

    @property
    def is_circular(self) -> bool:
        return self in self.all_above()


@dataclass(slots=True)
class OrganisationRows:
    imported: Import
    today: date
    terms: Terms = field(init=False)
    cells: Cells = field(init=False)
    positions: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.cells = organisation_cells()

    @property
    def may_be_new(self) -> bool:
        return True

    def survey(self, rows: Iterable[Light]) -> None:
        self.positions = {position for position, _, _ in rows}
        if len(self.positions) > MOST:
            raise RuleBroken(TOO_MANY)

    def kin(self, positions: Iterable[int]) -> set[int]:
        """All rows: any of them may stand above another, or take its name."""
        return set(self.positions)

    def lock(self) -> None:
        list(Organisation.objects.order_by("pk").select_for_update(no_key=True).values_list("pk"))

    def drafts(self, rows: Sequence[ImportRow], reason: str) -> list[Draft]:
        units = _linked(Organisation.objects.order_by("pk"))
        self.terms = terms_of(self.imported, self.today, list(units.values()))
        places = [self._placed(row, units) for row in rows]
        self._read_versions(places)
        _demand_once(places, units)
        self._look_up(places, units)
        drafts: dict[int, Draft] = {}
        upper_first = sorted(places, key=lambda place: (not place.is_circular, len(place.all_above())))
        made: dict[_Place, Organisation] = {}
        for place in upper_first:
            drafts[place.row.position] = self._draft(place, units, made)
        return [drafts[row.position] for row in rows]

    def _placed(self, row: ImportRow, units: Mapping[int, Organisation]) -> _Place:
        """The row by its number, else by the name of today; else those that it may mean."""
        values, faults = self.cells.judge(row.readable)
        place = _Place(row, values, faults | row.unread)
        key, listed = key_of(row.cells), list(units.values())
        if key is not None:
            if key in units:
                place.subject = key
            else:
                place.faults["key"] = NO_SUCH.format(row.cells["key"])
        elif place.name and (same := unit_of_name(place.name, listed)) is not None:
            place.subject = same.pk
            values["name"] = same.name  # blanks and widths are no other name
        elif place.name:
            self._choose(place, units_alike(place.name, listed), units)
        return place

    def _choose(self, place: _Place, candidates: list[Candidate], units: Mapping[int, Organisation]) -> None:
        chosen = place.row.choice.get("subject")
        picked = next((candidate for candidate in candidates if candidate.pk == chosen), None)
        if picked is not None:
            place.subject = picked.pk
            if picked.why == FORMER_NAME:
                place.values["name"] = units[picked.pk].name  # the sheet is older than the name of today
        elif chosen != NEW:
            place.candidates = candidates

    def _read_versions(self, places: Sequence[_Place]) -> None:
        """How the units stood when the sheet was made; one query."""
        numbers: list[tuple[_Place, int]] = []
        for place in places:
            text = place.row.cells.get("version", "")
            if text and place.subject is not None:
                try:
                    numbers.append((place, RecordVersion.read(text, ORGANISATION).number))
                except RuleBroken as torn:
                    place.faults["version"] = str(torn)
        entries = Organisation.history.in_bulk({number for _, number in numbers})
        for place, number in numbers:
            entry = entries.get(number)
            if entry is None or entry.id != place.subject:
                place.faults["version"] = OTHER_VERSION
            else:
                place.before = facts_of(entry)

    def _look_up(self, places: Sequence[_Place], units: Mapping[int, Organisation]) -> None:
        """Put under each row the unit above, by name: a row of the file, or one of the directory."""
        named = {bare(place.name): place for place in places if place.name}
        of_unit = {place.subject: place for place in places if place.subject is not None}
        by_name = by_words(unit_words(units.values()), what="上级单位")
        for place in places:
            text = place.values.pop("parent", None)
            if text is None:
                continue
            place.above = named.get(bare(text))
            try:
                pk = place.above.subject if place.above else by_name(text)
            except RuleBroken as unknown:
                place.faults["parent"] = str(unknown)
                continue
            if place.above is None and pk in of_unit:
                place.above = of_unit[pk]
            place.values["parent"] = text if pk is None else pk

    def _draft(
        self, place: _Place, units: Mapping[int, Organisation], made: dict[_Place, Organisation]
    ) -> Draft:
        """The row laid upon its unit; the rows above it have been."""
        above = self._above(place, units, made)
        if place.is_circular:
            place.faults["parent"] = CIRCLE
        elif above is None and place.above is not None:
            place.faults["parent"] = ABOVE_WAITS.format(place.above.row.line)
        said = Said(place.values, place.faults, place.row.choice)
        unit = units[place.subject] if place.subject is not None else Organisation()
        drafted = draft(said, unit, above, self.terms, before=place.before)
        drafted.candidates = place.candidates
        if drafted.records and not drafted.candidates:
            made[place] = unit
        return drafted

    def _above(
        self, place: _Place, units: Mapping[int, Organisation], made: Mapping[_Place, Organisation]
    ) -> Organisation | None:
        pk = place.values.get("parent")
        if isinstance(pk, int):
            return units[pk]
        return made.get(place.above) if place.above is not None else None


def _linked(found: Iterable[Organisation]) -> dict[int, Organisation]:
    """All units, each under the one above it: what changes above is seen below."""
    units = {unit.pk: unit for unit in found}
    for unit in units.values():
        unit.parent = units.get(unit.parent_id) if unit.parent_id else None
    return units


def _demand_once(places: Sequence[_Place], units: Mapping[int, Organisation]) -> None:
    """One row for each unit, and one unit for each name, in the directory and in the file."""
    today = {unit.name: unit.pk for unit in units.values()}
    lines: dict[object, int] = {}
    for place in places:
        owner = today.get(place.name)
        if owner is not None and owner != place.subject:
            place.faults["name"] = NAME_TAKEN
        told = [place.subject] if place.subject is not None else []
        for same in (*told, bare(place.name) or place):
            if same in lines:
                place.faults.setdefault("name", TWICE.format(lines[same]))
            lines.setdefault(same, place.row.line)
