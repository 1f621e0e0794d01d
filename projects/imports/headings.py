"""What the page shows of the headings of a workbook, and what it asks about them, as plain values."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from projects.columns import Holds, KnownColumn, by_key
from projects.files.cells import column_name
from projects.files.recognise.layout import Heading, Table
from projects.imports.extracting import suffix_of
from projects.imports.glance import Glance
from projects.models import Import
from projects.rules.money import MoneyUnit

EXPECTED_YEAR = {"planned_investment": 0, "invested_before": -1}
"""Columns whose heading may name a year: the one that is imported, or the one before."""


UNTITLED = "（{} 列没有表头）"


def chosen_units(imported: Import) -> dict[str, MoneyUnit]:
    """Units that a person has stated for columns that state none, by folded heading."""
    said = imported.columns.items()
    return {heading: MoneyUnit[choice["unit"]] for heading, choice in said if choice.get("unit")}


def described(imported: Import, table: Table, known: Sequence[KnownColumn], seen: Glance) -> dict[str, Any]:
    """One sheet: its headings with meaning, unit, samples, and what is to be asked."""
    used = Counter(heading.key for heading in table.headings if heading.key)
    missing = [column.title for column in known if column.required and not used[column.key]]
    return {
        "sheet": table.sheet,
        "is_hidden": table.is_hidden,
        "title": table.title,
        "unit": table.unit.symbol if table.unit else "",
        "headings": [
            _heading(imported, table, place, known, seen)
            for place, heading in enumerate(table.headings)
            if heading.title or _looks_like(seen, place) or heading.name in imported.columns
        ],
        "missing": [] if used["key"] else missing,  # a row that carries its number names its record
        "hidden_rows": seen.hidden_rows,
        "hidden_columns": [column_name(column) for column in sorted(table.hidden_columns)],
        "remarks": list(table.remarks),
    }


def asks(sheet: dict[str, Any]) -> bool:
    """Whether a person has to say something before the sheet can be read."""
    asked = any(
        heading["asks_unit"] or heading["other_year"] or heading["looks_like"]
        for heading in sheet["headings"]
    )
    return asked or bool(sheet["missing"])


def _heading(
    imported: Import, table: Table, place: int, known: Sequence[KnownColumn], seen: Glance
) -> dict[str, Any]:
    heading = table.headings[place]
    column = by_key(known).get(heading.key)
    is_money = column is not None and column.holds in (Holds.MONEY, Holds.FOREIGN)
    suffix = suffix_of(heading, table, chosen_units(imported)) if is_money else ""
    return {
        "column": column_name(heading.column),
        "title": heading.title or UNTITLED.format(column_name(heading.column)),
        "folded": heading.name,
        "key": heading.key,
        "label": column.title if column else "",
        "note": column.note if column else "",
        "by": heading.by.value,
        "is_money": is_money,
        "unit": suffix,
        "asks_unit": is_money and not suffix and place in seen.bare,
        "looks_bare": table.unit_of(heading).unit is None and place in seen.bare,
        "other_year": _other_year(imported, heading),
        "looks_like": _looks_like(seen, place),
        "samples": list(seen.samples.get(place, ())),
    }


def _looks_like(seen: Glance, place: int) -> str:
    """金额 or 日期: what the cells of a column that nobody has explained look like."""
    return seen.suspects[place].looks_like if place in seen.suspects else ""


def _other_year(imported: Import, heading: Heading) -> int | None:
    """The year that a heading names, where it is not the one that is imported: 2023年计划投资 on a list of 2024.

    None once a person has said of this workbook what the heading means.
    """
    year, expected = imported.terms.get("year"), EXPECTED_YEAR.get(heading.key)
    if "key" in imported.columns.get(heading.name, {}):
        return None
    if heading.year is None or year is None or expected is None or heading.year == year + expected:
        return None
    return heading.year
