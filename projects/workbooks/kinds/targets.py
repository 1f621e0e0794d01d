"""The rows of a table of targets: the checks of their cells, the unit of each, and the amounts that it sets."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from projects.actions.targets import HAS_CURVE, WANTS_REASON
from projects.figures.targets import DISTRICT_ROW
from projects.forms.target import amount_field
from projects.models import Import, ImportRow, Organisation, Target
from projects.models.checks import broken
from projects.rules.broken import RuleBroken
from projects.rules.typed import whole_number
from projects.rules.versions import TARGETS, RecordVersion
from projects.vocabulary import MONEY_INDICATORS, Indicator, Level
from projects.workbooks.cells import Cells, Judge, by_amount, by_number, by_words, unit_words
from projects.workbooks.drafts import Draft, ImportTerms, ParsedRow, RowComparison
from projects.workbooks.row_questions import known_words
from projects.workbooks.subjects import Light

DISTRICT = 0
"""The number that stands for the whole district, which has no unit of its own."""

_DISTRICT_WORDS = ("全区", "高新区", "全区目标", "区本级")


def target_cells(units: Sequence[Organisation]) -> Cells:
    """The judges of all columns. A target is taken back on its page only: no cell may be emptied."""
    words = {unit: DISTRICT if pk in _wholes(units) else pk for unit, pk in unit_words(units).items()}
    judges: dict[str, Judge] = {
        "organisation": by_words(dict.fromkeys(_DISTRICT_WORDS, DISTRICT) | words, what="单位")
    }
    for indicator in Indicator:
        is_money = (
            indicator in MONEY_INDICATORS
        )  # a sheet states its unit; the page's 亿元 is not guessed here
        judges[indicator.value] = by_amount if is_money else by_number(amount_field(indicator))
    return Cells(judges)


def _wholes(units: Sequence[Organisation]) -> set[int]:
    return {unit.pk for unit in units if unit.is_district}


type Amounts = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class StoredTargets:
    """A unit's targets of one year and level, None for the district; `before`: as the sheet was made.

    `withdrawn`: the numbers of targets that were taken back, under which they come again.
    """

    unit: int | None
    label: str
    subject: int | None
    level: str
    targets: Mapping[Indicator, Target] = field(default_factory=dict)
    withdrawn: Mapping[Indicator, int] = field(default_factory=dict)
    before: Amounts | None = None

    @property
    def amounts(self) -> dict[str, int | None]:
        targets = self.targets
        return {
            indicator.value: targets[indicator].amount if indicator in targets else None
            for indicator in Indicator
        }


def draft(parsed: ParsedRow, stored: StoredTargets, terms: ImportTerms, *, reason: str) -> Draft:
    """What the row would set; `state` is the amounts that would stand. `reason`: why a target changes."""
    row = Draft(label=stored.label, subject=stored.subject)
    row.faults.update(parsed.faults)
    amounts = {key: value for key, value in parsed.values.items() if key in Indicator}
    comparison = RowComparison(row, stored.amounts, terms, parsed.choice)
    wanted = comparison.wanted(amounts, stored.before)
    row.is_new = bool(wanted) and not stored.targets
    for key, amount in wanted.items():
        _set(comparison, stored, Indicator(key), amount, reason)
    row.state = stored.amounts | wanted
    if row.faults or row.conflicts:
        row.records = []
    return row


def _set(
    comparison: RowComparison, stored: StoredTargets, indicator: Indicator, amount: Any, reason: str
) -> None:
    row, before = comparison.row, stored.targets.get(indicator)
    if before is not None and before.curve:
        row.faults.setdefault(indicator.value, HAS_CURVE)
    elif before is not None and before.amount is not None and not reason.strip():
        row.faults.setdefault(indicator.value, WANTS_REASON)
    target = copy(before) if before else _new(stored, indicator, comparison.terms.year)
    target.amount, target.curve = amount, None
    for sentence in broken(target):
        row.faults.setdefault(indicator.value, sentence)
    comparison.add(indicator.value, amount)
    row.write(before, target)


def _new(stored: StoredTargets, indicator: Indicator, year: int) -> Target:
    return Target(
        pk=stored.withdrawn.get(indicator),
        year=year,
        level=stored.level,
        indicator=indicator,
        organisation_id=stored.unit,
    )


NO_UNIT = "请填写单位；全区的目标填“全区”。"
NO_SUCH = "没有系统编号为“{}”的单位。"
TWO_UNITS = "系统编号是“{}”的，与这里的单位不是同一个。"
TOLD_TWICE = "第 {} 行已写明这个单位的这项目标，这里写的不一样。"

type Entry = tuple[int | None, str, int, int, str, int | None]
_READ = ("organisation_id", "indicator", "id", "history_id", "history_type", "amount")


@dataclass(slots=True)
class _FirstTargets:
    """The first row of a unit, and the amounts that would stand after it."""

    position: int
    line: int
    amounts: Mapping[str, int | None]


@dataclass(slots=True)
class TargetRows:
    may_be_new: ClassVar[bool] = False

    imported: Import
    today: date
    terms: ImportTerms = field(init=False)
    cells: Cells = field(init=False)
    level: str = field(init=False)
    units: dict[int, Organisation | None] = field(init=False)
    """By number; DISTRICT has none."""
    unit_of: dict[int, int] = field(default_factory=dict)
    """The unit of each row, by position; a row without one is faulty."""
    first_rows: dict[int, _FirstTargets] = field(default_factory=dict)

    def __post_init__(self) -> None:
        units = list(Organisation.objects.all())
        self.terms = ImportTerms.of(self.imported, self.today, units)
        self.cells = target_cells(units)
        self.cells.words = known_words(self.imported)
        self.level = next((level.value for level in Level if level in self.terms.levels), "")
        self.units = {DISTRICT: None} | {unit.pk: unit for unit in units if not unit.is_district}

    def survey(self, rows: Iterable[Light]) -> None:
        for position, cells, _ in rows:
            unit, _ = self._unit(cells)
            if unit is not None:
                self.unit_of[position] = unit

    def related(self, positions: Iterable[int]) -> set[int]:
        asked = set(positions)
        units = {self.unit_of[position] for position in asked & self.unit_of.keys()}
        return asked | {position for position, unit in self.unit_of.items() if unit in units}

    def lock(self, positions: Iterable[int]) -> None:
        """Every unit, as the page's grid does: two grids are written one after the other."""
        list(Organisation.objects.order_by("pk").select_for_update(no_key=True).values_list("pk"))

    def drafts(self, rows: Sequence[ImportRow], reason: str) -> list[Draft]:
        present: dict[int, dict[Indicator, Target]] = defaultdict(dict)
        for target in Target.objects.filter(year=self.terms.year, level=self.level):
            present[target.organisation_id or DISTRICT][Indicator(target.indicator)] = target
        history = Target.history.filter(year=self.terms.year, level=self.level).order_by("history_id")
        entries: dict[int, list[Entry]] = defaultdict(list)
        for entry in history.values_list(*_READ):
            entries[entry[0] or DISTRICT].append(entry)
        return [self._draft(row, present, entries, reason) for row in rows]

    def _unit(self, cells: Mapping[str, str]) -> tuple[int | None, dict[str, str]]:
        """Which unit a row is about, by number or by name; else what is wrong with it."""
        values, faults = self.cells.judge({"organisation": cells.get("organisation", "")})
        named: int | None = values.get("organisation")
        number = cells.get("key", "").strip()
        if not number:
            missing = {"organisation": NO_UNIT}
            return named, faults or ({} if named is not None else missing)
        unit = whole_number(number)
        if unit not in self.units:
            return None, {"key": NO_SUCH.format(number)}
        if named not in (None, unit):
            return None, {"organisation": TWO_UNITS.format(self._label(unit))}
        return unit, {}

    def _label(self, unit: int | None) -> str:
        return str(self.units[unit]) if unit else DISTRICT_ROW

    def _draft(
        self,
        row: ImportRow,
        present: Mapping[int, Mapping[Indicator, Target]],
        entries: Mapping[int, Sequence[Entry]],
        reason: str,
    ) -> Draft:
        values, faults = self.cells.judge(row.readable)
        unit, missing = self._unit(row.cells)
        parsed = ParsedRow(values, faults | missing | row.unread, row.choice)
        if unit is None:
            return Draft(label=row.cells.get("organisation", "")[:250], faults=parsed.faults)
        history = entries.get(unit, ())
        stored = StoredTargets(
            unit or None,
            self._label(unit),
            unit or None,
            self.level,
            present.get(unit, {}),
            dict(_withdrawn(history)),
            self._before(row, parsed, history),
        )
        drafted = draft(parsed, stored, self.terms, reason=reason)
        self._compare(row, unit, parsed, drafted)
        return drafted

    def _before(
        self, row: ImportRow, parsed: ParsedRow, entries: Sequence[Entry]
    ) -> dict[str, int | None] | None:
        """The unit's amounts when the sheet was made; None where it does not say when that was."""
        text = row.cells.get("version", "")
        if not text:
            return None
        try:
            number = RecordVersion.read(text, TARGETS).number
        except RuleBroken as fault:
            parsed.faults["version"] = str(fault)
            return None
        before: dict[str, int | None] = dict.fromkeys(map(str, Indicator))
        for _, indicator, _, entry, kind, amount in entries:
            if entry <= number:
                before[indicator] = None if kind == "-" else amount
        return before

    def _compare(self, row: ImportRow, unit: int, parsed: ParsedRow, drafted: Draft) -> None:
        """A further row about a unit may say the same, and writes nothing."""
        first = self.first_rows.setdefault(unit, _FirstTargets(row.position, row.line, drafted.state))
        if first.position == row.position:
            return
        for key, amount in parsed.values.items():
            if key in first.amounts and amount != first.amounts[key]:
                drafted.faults.setdefault(key, TOLD_TWICE.format(first.line))
        drafted.change_nothing()


def _withdrawn(entries: Sequence[Entry]) -> Iterator[tuple[Indicator, int]]:
    """Targets that were taken back and not set again, with their numbers."""
    last = {indicator: (kind, pk) for _, indicator, pk, _, kind, _ in entries}
    for indicator, (kind, pk) in last.items():
        if kind == "-":
            yield Indicator(indicator), pk
