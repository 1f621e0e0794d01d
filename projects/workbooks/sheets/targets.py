"""The year's targets as a sheet: the grid of the page, which an import reads back."""

from collections.abc import Mapping, Sequence
from datetime import date

from projects.columns import TARGETS, by_key
from projects.figures.targets import TargetGrid, TargetRow
from projects.files.terms import SheetTerms
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.rules.versions import TARGETS as MARK
from projects.rules.versions import RecordVersion
from projects.templatetags.formats import day, level_name
from projects.vocabulary import MONEY_INDICATORS, ImportKind, Indicator
from projects.workbooks.sheets.table import UNITS, SheetColumn, table, whole

KNOWN = by_key(TARGETS)


def target_sheet(
    grid: TargetGrid, versions: Mapping[int, int], *, today: date, is_form: bool = False
) -> Sheet:
    """The grid as the person sees it; `is_form`: to be filled in.

    `versions`: by unit, 0 for the district; read before the grid, see `rules.versions`.
    """
    notes = [
        f"范围：{level_name(grid.level)}；截至 {day(today)}",
        f"{UNITS}；金额单位亿元，其余为个",
        SheetTerms(ImportKind.TARGETS, grid.year, grid.level).line,
    ]
    title = f"{grid.year} 年目标"
    columns = _columns(grid, versions)
    return table("年度目标", title, columns, grid.rows, notes, _total(grid), frozen=2, is_form=is_form)


def _columns(grid: TargetGrid, versions: Mapping[int, int]) -> Sequence[SheetColumn[TargetRow]]:
    amounts = grid.amounts

    def of_indicator(indicator: Indicator) -> SheetColumn[TargetRow]:
        kind, unit = (Kind.MONEY, "亿元") if indicator in MONEY_INDICATORS else (Kind.COUNT, "个")
        column = Column(f"{KNOWN[indicator.value].title}（{unit}）", kind)
        return SheetColumn(indicator.value, column, lambda row: amounts[row.unit, indicator])

    def version(row: TargetRow) -> str:
        return str(RecordVersion(MARK, versions.get(row.unit or 0, 0)))

    return (
        SheetColumn("number", Column(KNOWN["number"].title, Kind.COUNT, is_locked=True)),
        SheetColumn(
            "organisation", Column(KNOWN["organisation"].title, is_locked=True), lambda row: row.label
        ),
        *map(of_indicator, Indicator),
        SheetColumn("key", Column(KNOWN["key"].title, Kind.COUNT, is_key=True), lambda row: row.unit or 0),
        SheetColumn("version", Column(KNOWN["version"].title, is_key=True), version),
    )


def _total(grid: TargetGrid) -> dict[str, Cell] | None:
    """What the units directly below are to do together, where there are any."""
    if not grid.sums:
        return None
    sums: dict[str, Cell] = {column.indicator.value: whole(column.units) for column in grid.sums}
    return {"organisation": "各单位合计", **sums}
