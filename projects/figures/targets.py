"""The year's targets as a table of units by indicators, and one target with all its versions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from projects.figures.completion.target import TargetFact, fact_of, with_original
from projects.figures.history import NOBODY, VERBS, Change, HistoryEntry
from projects.models import Organisation, Target
from projects.models.target import TargetQuerySet
from projects.rules import money
from projects.rules.completion import Sum, add, difference
from projects.vocabulary import MONEY_INDICATORS, Indicator, OrganisationKind

DISTRICT_ROW = "全区"
WITHDRAWN = "取消"


@dataclass(frozen=True, slots=True)
class TargetCell:
    """What is wanted of one unit; `fact` None: no target, which is unknown and not 0."""

    indicator: Indicator
    fact: TargetFact | None

    @property
    def is_money(self) -> bool:
        return self.indicator in MONEY_INDICATORS

    @property
    def amount(self) -> int | None:
        return self.fact.amount if self.fact else None


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A unit's targets; `unit` None is the district, `depth` 0 the whole that the rows of depth 1 add up to."""

    unit: int | None
    label: str
    depth: int
    cells: tuple[TargetCell, ...]


@dataclass(frozen=True, slots=True)
class TargetSum:
    """One column: what the units directly below are to do, against what the whole is to do."""

    indicator: Indicator
    units: Sum
    whole: int | None

    @property
    def is_money(self) -> bool:
        return self.indicator in MONEY_INDICATORS

    @property
    def difference(self) -> int | None:
        """Σ of the units − the whole, shown and never mended; None when either is unknown."""
        units = self.units.value
        return difference(None if units is None else int(units), self.whole)


@dataclass(frozen=True, slots=True)
class TargetGrid:
    """Targets of a year and level ("" = all projects); `sums` empty where no unit is below the whole."""

    year: int
    level: str
    rows: tuple[TargetRow, ...]
    sums: tuple[TargetSum, ...]
    withdrawn: tuple[HistoryEntry, ...]

    @property
    def units(self) -> dict[int | None, str]:
        return {row.unit: row.label for row in self.rows}

    @property
    def amounts(self) -> dict[tuple[int | None, Indicator], int | None]:
        return {(row.unit, cell.indicator): cell.amount for row in self.rows for cell in row.cells}


@dataclass(frozen=True, slots=True)
class TargetSheet:
    """One target: its versions, the newest first, its first amount on record, who accepted its reason."""

    target: Target
    label: str
    versions: tuple[HistoryEntry, ...]
    version: int
    original: int | None
    accepted: HistoryEntry | None

    @property
    def is_money(self) -> bool:
        return self.target.indicator in MONEY_INDICATORS

    @property
    def changed_from(self) -> int | None:
        """The original amount, where the present one is another."""
        return None if self.original == self.target.amount else self.original


def target_grid(
    readable: TargetQuerySet, units: Sequence[Organisation], *, year: int, level: str
) -> TargetGrid:
    """The grid of the units that the reader may see, in the order of the tree; two queries."""
    targets = with_original(readable.filter(year=year, level=level)).select_related("source")
    facts = {(target.organisation_id, target.indicator): fact_of(target) for target in targets}
    rows = tuple(_row(unit, depth, facts) for unit, depth in _tree(units, {unit for unit, _ in facts}, year))
    grid = TargetGrid(year, level, rows, (), _withdrawn(year, level, rows))
    return sums_with(grid, grid.amounts)


def sums_with(grid: TargetGrid, amounts: Mapping[tuple[int | None, Indicator], int | None]) -> TargetGrid:
    """The grid with the sums that it would have with these amounts, which are typed and not yet kept."""
    return replace(grid, sums=_sums(grid.rows, amounts))


def target_sheet(target: Target) -> TargetSheet:
    """The target with its history; one query."""
    records = list(_versions(id=target.pk))
    entries = [_entry(None, records[0]), *(_entry(*pair) for pair in pairwise(records))]
    amounts = (record.amount for record in records if record.amount is not None)
    return TargetSheet(
        target=target,
        label=_row_label(target.organisation),
        versions=tuple(reversed(entries)),
        version=records[-1].history_id,
        original=next(amounts, None),
        accepted=_accepted(records, entries),
    )


def amount_words(indicator: str, amount: int | None) -> str:
    """An amount as it is told: exact to the yuan in 亿元, or a number of projects; "" for None."""
    if amount is None:
        return ""
    if indicator not in MONEY_INDICATORS:
        return f"{amount} 个"
    return f"{money.to_unit(amount, money.MoneyUnit.YI).normalize():f} 亿元"


def _tree(
    units: Sequence[Organisation], having: set[int | None], year: int
) -> Iterator[tuple[Organisation, int]]:
    """The units with their depth, each followed by those below it.

    The office itself owes nothing, nor does a unit that was closed by the end of the year: these have a row only
    where somebody set them a target.
    """
    shown = [unit for unit in units if _owes(unit, year) or unit.pk in having]
    within = {unit.pk for unit in shown}
    below: dict[int | None, list[Organisation]] = {}
    for unit in shown:
        below.setdefault(unit.parent_id if unit.parent_id in within else None, []).append(unit)

    def walk(above: int | None, depth: int) -> Iterator[tuple[Organisation, int]]:
        for unit in below.get(above, ()):
            yield unit, depth
            yield from walk(unit.pk, depth + 1)

    return walk(None, 0)


def _owes(unit: Organisation, year: int) -> bool:
    is_closed = unit.closed_on is not None and unit.closed_on.year <= year
    return unit.kind != OrganisationKind.OFFICE and not is_closed


def _row(unit: Organisation, depth: int, facts: Mapping[tuple[int | None, str], TargetFact]) -> TargetRow:
    key = None if unit.is_district else unit.pk
    cells = tuple(TargetCell(indicator, facts.get((key, indicator))) for indicator in Indicator)
    return TargetRow(key, _row_label(None if key is None else unit), depth, cells)


def _row_label(unit: Organisation | None) -> str:
    return DISTRICT_ROW if unit is None else str(unit)


def _sums(
    rows: Sequence[TargetRow], amounts: Mapping[tuple[int | None, Indicator], int | None]
) -> tuple[TargetSum, ...]:
    parts = [row.unit for row in rows if row.depth == 1]
    wholes = [row.unit for row in rows if row.depth == 0]
    if not parts or len(wholes) != 1:
        return ()
    return tuple(
        TargetSum(indicator, add(amounts[unit, indicator] for unit in parts), amounts[wholes[0], indicator])
        for indicator in Indicator
    )


def _withdrawn(year: int, level: str, rows: Iterable[TargetRow]) -> tuple[HistoryEntry, ...]:
    """Targets of these rows that were taken back and not set again, the newest first."""
    present = {row.unit: {cell.indicator for cell in row.cells if cell.fact} for row in rows}
    last = {
        (record.organisation_id, record.indicator): record
        for record in _versions(year=year, level=level, history_type="-")
    }
    entries = [
        _entry(None, record)
        for (unit, indicator), record in last.items()
        if unit in present and indicator not in present[unit]
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def _versions(**which: Any) -> Any:
    """Entries of the history with what their words need, the oldest first; one query."""
    entries = Target.history.filter(**which).order_by("history_date", "history_id")
    return entries.select_related("history_user", "organisation", "source")


def _entry(before: Any, record: Any) -> HistoryEntry:
    """One version against the one before; what a withdrawal took back stands in its heading."""
    gone = record.history_type == "-"
    changes = () if gone else tuple(_changes(before, record))
    subject = "目标"
    if gone:
        what = f"{_row_label(record.organisation)}{record.get_indicator_display()}"
        subject = f"{what} {amount_words(record.indicator, record.amount)}".strip()
    return HistoryEntry(
        at=record.history_date,
        who=str(record.history_user or NOBODY),
        subject=subject,
        verb=WITHDRAWN if gone else VERBS[record.history_type],
        why=record.history_change_reason or "",
        changes=changes,
    )


def _changes(before: Any, record: Any) -> Iterator[Change]:
    """What reads differently from before; of the first version, and of one set again, all that it says."""
    was = {} if before is None or before.history_type == "-" else _words(before)
    for label, now in _words(record).items():
        if now != was.get(label, ""):
            yield Change(label, was.get(label, ""), now)


def _words(record: Any) -> dict[str, str]:
    """The terms of a version as a reader says them."""
    return {
        "指标": f"{record.year} 年{record.get_level_display() or '全部项目'} {record.get_indicator_display()}",
        "单位": _row_label(record.organisation),
        "年度目标": amount_words(record.indicator, record.amount),
        "应完成": f"{record.due_month}月底前",
        "逐月累计计划": "、".join(amount_words(record.indicator, amount) for amount in record.curve or ()),
        "来源称已提前完成": "是" if record.stated_met else "",
        "来源": f"{record.source or ''} {record.source_paragraph}".strip(),
        "认可的原因": record.accepted_reason,
    }


def _accepted(records: Sequence[Any], entries: Sequence[HistoryEntry]) -> HistoryEntry | None:
    """The version that brought the reason that stands; None without one."""
    accepted = None
    for before, record, entry in zip([None, *records], records, entries, strict=False):
        if not record.accepted_reason or record.history_type == "-":
            accepted = None
        elif before is None or before.accepted_reason != record.accepted_reason:
            accepted = entry
    return accepted
