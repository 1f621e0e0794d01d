"""From the file to rows of text: which sheets, which columns, in which units; what is not clear is asked."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import batched
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from projects.excel.cells import column_name, text_of
from projects.excel.columns import COLUMNS, Holds, Known, by_key
from projects.excel.grids import Grid, Limits
from projects.excel.layout import Heading, Line, LineKind, Survey, Table, folded_heading, survey
from projects.excel.read import read
from projects.excel.terms import ALL, Terms
from projects.imports import progress
from projects.imports.extracting import Extracted, Extractor, is_bare, lacks_unit, suffix_of
from projects.models import HeadingChoice, Import, ImportRow
from projects.rules import money
from projects.rules.broken import RuleBroken
from projects.rules.money import MoneyUnit
from projects.vocabulary import ImportKind, ImportState, Level, Outcome

CHUNK = 1000
SAMPLES = 3
LEFT_OUT = "left_out"
"""The term that names the sheets which a person does not want read."""
NO_TABLE = "没有找到表头：请确认第一行或前几行写有“{}”等列名。"


def read_in(imported: Import) -> Import:
    """Read the workbook into rows, PENDING until they are judged; or stop at MAPPING where a person has to say more.

    Raises RuleBroken for a file that cannot be read, and leaves no row.
    """
    with imported.workbook.file.open("rb") as file:  # open until every row has been read
        grids = read(cast(BinaryIO, file), imported.workbook.name, Limits(**settings.IMPORT_LIMITS))
        found = _surveyed(imported, grids)
        with transaction.atomic():
            imported.rows.all().delete()
            if not found.tables or any(map(_asks, imported.layout["sheets"])):
                return _moved(imported, ImportState.MAPPING, total=0)
            return _moved(imported, ImportState.JUDGING, total=_spooled(imported, found.tables))


def _spooled(imported: Import, found: Sequence[Table]) -> int:
    """Write the rows of all tables, and note the totals that they print; gives how many rows."""
    rows, printed = 0, list[dict[str, Any]]()
    for table in found:
        extractor = Extractor(table, COLUMNS[ImportKind(imported.kind)], chosen_units(imported))
        rows = _keep(imported, extractor.rows(hidden=not imported.terms.get("without_hidden")), rows)
        printed += _printed(table, extractor)
    if not rows:
        raise RuleBroken("工作簿里没有可以导入的行。")
    imported.layout["printed"] = printed
    return rows


def chosen_units(imported: Import) -> dict[str, MoneyUnit]:
    """Units that a person has stated for columns that state none, by folded heading."""
    said = imported.columns.items()
    return {heading: MoneyUnit[choice["unit"]] for heading, choice in said if choice.get("unit")}


def _surveyed(imported: Import, grids: Sequence[Grid]) -> Survey:
    """The tables, by the headings that we know, that this unit has explained, and that were mapped by hand."""
    known = COLUMNS[ImportKind(imported.kind)]
    home = imported.created_by.organisation
    remembered = HeadingChoice.objects.remembered(home, imported.kind)
    by_hand = {heading: choice["key"] for heading, choice in imported.columns.items() if "key" in choice}
    left_out = imported.terms.get(LEFT_OUT, ())
    wanted = [grid for grid in grids if grid.name not in left_out]
    found = survey(wanted, known, remembered={**remembered, **by_hand})
    if imported.terms.get("number_is_list"):
        found = replace(found, tables=[_listed(table) for table in found.tables])
    if not found.tables and not found.unread:
        raise RuleBroken(NO_TABLE.format("、".join(column.title for column in known if column.required)))
    for table in found.tables:
        _agree(imported, table)
    imported.layout = {
        "sheets": [_described(imported, table, known) for table in found.tables],
        "unread": [_described(imported, table, known) for table in found.unread],
        "empty": found.empty,
        "left_out": [grid.name for grid in grids if grid.name in left_out],
    }
    return found


def _agree(imported: Import, table: Table) -> None:
    """A sheet of ours says what it is about: it fills in what nobody has said, and contradicts what is wrong."""
    said = next((terms for note in table.notes if (terms := Terms.read(note))), None)
    if said is None:
        return
    if said.kind != imported.kind:
        raise RuleBroken(f"工作表“{table.sheet}”是{said.kind.label}，不是{imported.get_kind_display()}。")
    month = said.month.isoformat() if said.month else None
    for name, value, words in (("year", said.year, "年度"), ("month", month, "月份")):
        chosen = imported.terms.get(name)
        if value and chosen and chosen != value:
            raise RuleBroken(f"工作表“{table.sheet}”写明{words} {value}，导入时选的是 {chosen}，请重新选择。")
        if value:
            imported.terms[name] = value
    if imported.kind == ImportKind.TARGETS:
        _agree_on_level(imported, table, said)


def _agree_on_level(imported: Import, table: Table, said: Terms) -> None:
    """Targets of all projects are no targets of one list: the sheet that names them goes nowhere else."""
    if said.level:
        imported.terms["level"] = said.level
    elif said.level is not None and imported.terms.get("level"):
        chosen = Level(imported.terms["level"]).label
        raise RuleBroken(f"工作表“{table.sheet}”写明级别 {ALL}，导入时选的是 {chosen}，请重新选择。")


def _listed(table: Table) -> Table:
    """The table, its 序号 read as the number on the list: whoever sent it says that it is one."""
    if table.heading_of("list_number") is not None:
        return table
    headings = (
        replace(heading, key="list_number") if heading.key == "number" else heading
        for heading in table.headings
    )
    return replace(table, headings=tuple(headings))


def _moved(imported: Import, state: ImportState, *, total: int) -> Import:
    imported.state, imported.total, imported.begun_at = state, total, timezone.now()
    imported.save()
    return imported


def _keep(imported: Import, rows: Iterable[Extracted], position: int) -> int:
    """Write the rows as they come; gives the position of the last one."""
    for some in batched(rows, CHUNK):
        ImportRow.objects.bulk_create(
            ImportRow(
                parent=imported,
                position=position + place,
                sheet=row.sheet[:100],
                line=row.line,
                cells=row.cells,
                unread=row.unread,
                outcome=Outcome.PENDING,
            )
            for place, row in enumerate(some, start=1)
        )
        position += len(some)
        progress.tell(imported, position)
    return position


# What the page shows of the headings, and asks


def _described(imported: Import, table: Table, known: Sequence[Known]) -> dict[str, Any]:
    """One sheet as plain values: its headings with meaning, unit, samples, and what is to be asked."""
    used = Counter(heading.key for heading in table.headings if heading.key)
    missing = [column.title for column in known if column.required and not used[column.key]]
    return {
        "sheet": table.sheet,
        "is_hidden": table.is_hidden,
        "title": table.title,
        "unit": table.unit.symbol if table.unit else "",
        "headings": [
            _heading(imported, table, heading, known) for heading in table.headings if heading.title
        ],
        "missing": [] if used["key"] else missing,  # a row that carries its number names its record
        "hidden_rows": sum(line.hidden for line in table.lines if line.kind is LineKind.ROW),
        "hidden_columns": [column_name(column) for column in sorted(table.hidden_columns)],
        "remarks": list(table.remarks),
    }


def _heading(imported: Import, table: Table, heading: Heading, known: Sequence[Known]) -> dict[str, Any]:
    column = by_key(known).get(heading.key)
    is_money = column is not None and column.holds in (Holds.MONEY, Holds.FOREIGN)
    suffix = suffix_of(heading, table, chosen_units(imported)) if is_money else ""
    samples = list(_samples(table, heading))
    return {
        "column": column_name(heading.column),
        "title": heading.title,
        "folded": folded_heading(heading.title),
        "key": heading.key,
        "label": column.title if column else "",
        "note": column.note if column else "",
        "by": heading.by.value,
        "is_money": is_money,
        "unit": suffix,
        "asks_unit": is_money and not suffix and lacks_unit(table, heading),
        "looks_bare": table.unit_of(heading).unit is None and any(map(is_bare, samples)),
        "other_year": _other_year(imported, heading),
        "samples": samples,
    }


def _other_year(imported: Import, heading: Heading) -> int | None:
    """The year that a heading names, where it is not the one that is imported: 2023年计划投资 on a list of 2024.

    None once a person has said of this workbook what the heading means.
    """
    year = imported.terms.get("year")
    if "key" in imported.columns.get(folded_heading(heading.title), {}):
        return None
    expected = {"planned_investment": 0, "invested_before": -1}.get(heading.key)
    if heading.year is None or year is None or expected is None or heading.year == year + expected:
        return None
    return heading.year


def _asks(sheet: dict[str, Any]) -> bool:
    """Whether a person has to say something before the sheet can be read."""
    asked = any(heading["asks_unit"] or heading["other_year"] for heading in sheet["headings"])
    return asked or bool(sheet["missing"])


def _samples(table: Table, heading: Heading) -> Iterator[str]:
    place, told = table.headings.index(heading), 0
    for line in table.lines:
        if line.kind is LineKind.ROW and place < len(line.cells) and (text := text_of(line.cells[place])):
            yield text[:40]
            told += 1
            if told == SAMPLES:
                return


# Totals that the sheet prints


def _printed(table: Table, extractor: Extractor) -> Iterator[dict[str, Any]]:
    """Each row that prints sums: what it prints, and the first and last line of the rows that it stands for."""
    lines = list(table.lines) if any(line.kind is not LineKind.ROW for line in table.lines) else []
    last = lines[-1].number if lines else 0
    begins = 0
    for at, line in enumerate(lines):
        match line.kind:
            case LineKind.SECTION:
                begins = line.number
                yield from _total(table, line, extractor, line.number, _end_of_section(lines, at) or last)
            case LineKind.SUBTOTAL:
                yield from _total(table, line, extractor, begins, line.number)
                begins = line.number
            case LineKind.TOTAL:
                yield from _total(table, line, extractor, 0, last)


def _end_of_section(lines: Sequence[Line], at: int) -> int:
    """The last line before a section of the same depth or above it begins; 0 where none does."""
    depth = len(lines[at].sections)
    later = (
        line.number
        for line in lines[at + 1 :]
        if line.kind is LineKind.SECTION and len(line.sections) <= depth
    )
    return next(later, 1) - 1


def _total(table: Table, line: Line, extractor: Extractor, first: int, last: int) -> Iterator[dict[str, Any]]:
    amounts: dict[str, int] = {}
    for column in extractor.columns:
        text = extractor.row(line).cells.get(column.known.key, "")
        if column.known.holds is Holds.MONEY and text:
            try:
                amounts[column.known.key] = money.parse(text).yuan or 0
            except RuleBroken:
                continue
    if amounts:
        yield {
            "sheet": table.sheet,
            "line": line.number,
            "words": line.label,
            "amounts": amounts,
            "first": first,
            "last": last,
        }
