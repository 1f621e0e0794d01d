"""Read a workbook into rows of texts: which sheets, which columns, in which units; what is unclear is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import batched
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from projects.columns import COLUMNS
from projects.files.grids import Grid, Limits
from projects.files.reading.read import read
from projects.files.recognise.group_lines import GroupWords, squeezed
from projects.files.recognise.layout import Survey, Table, survey
from projects.files.terms import ALL, PAST, SheetTerms
from projects.models import HeadingChoice, Import, ImportRow, Industry, Organisation
from projects.rules.broken import RuleBroken
from projects.rules.likeness import parted
from projects.vocabulary import ImportKind, ImportState, Level
from projects.workbooks import progress
from projects.workbooks.describe import SheetQuestion, TableFacts, asks, chosen_units, described
from projects.workbooks.directory import group_names
from projects.workbooks.extract import Extracted, Extractor
from projects.workbooks.sheet_questions import settled
from projects.workbooks.totals import marks_of, printed_totals

CHUNK = 1000

type SettledTable = tuple[Table, TableFacts, list[SheetQuestion]]

NO_TABLE = "没有找到表头：请确认第一行或前几行写有“{}”等列名。"


def read_in(imported: Import) -> Import:
    """Read the workbook into rows, PENDING until they are judged; or stop at MAPPING where a person has to say more.

    Raises RuleBroken for a file that cannot be read, and leaves no row.
    """
    with imported.workbook.file.open("rb") as file:  # open until every row has been read
        grids = read(cast(BinaryIO, file), imported.workbook.name, Limits(**settings.IMPORT_LIMITS))
        found = _surveyed(imported, grids)
        names = group_names(imported)
        tables = [settled(imported, table, names) for table in found.tables]
        imported.layout = _layout(imported, grids, found, tables)
        _clear(imported)
        if not tables or any(map(asks, imported.layout["sheets"])):
            return _moved(imported, ImportState.MAPPING, total=0)
        try:
            return _moved(imported, ImportState.JUDGING, total=_stored_rows(imported, tables))
        except Exception:
            _clear(imported)
            raise


def _clear(imported: Import) -> None:
    """Delete the rows of an earlier reading; RuleBroken, and nothing is deleted, where another attempt has begun."""
    with transaction.atomic():
        Import.objects.locked(imported, ImportState.READING)
        imported.rows.all().delete()


def _layout(
    imported: Import, grids: Sequence[Grid], found: Survey, tables: Sequence[SettledTable]
) -> dict[str, Any]:
    """What was recognised, sheet by sheet, and what was not."""
    known = COLUMNS[ImportKind(imported.kind)]
    return {
        "sheets": [described(imported, *settled_table, known) for settled_table in tables],
        "unread": [described(imported, table, TableFacts.of(table), (), known) for table in found.unread],
        "empty": found.empty,
        "left_out": [grid.name for grid in grids if grid.name in imported.left_out],
    }


def _stored_rows(imported: Import, tables: Sequence[SettledTable]) -> int:
    """Write the rows of all tables, and note the totals that they print; gives how many rows."""
    rows, printed, marks = 0, list[dict[str, Any]](), list[dict[str, Any]]()
    for table, seen, _ in tables:
        extractor = Extractor(
            table,
            COLUMNS[ImportKind(imported.kind)],
            chosen_units(imported),
            year=imported.year,
            month=imported.month,
        )
        rows = _keep(imported, extractor.rows(hidden=not imported.without_hidden), rows)
        printed += printed_totals(extractor, seen)
        marks += marks_of(table.sheet, seen)
    if not rows:
        raise RuleBroken("工作簿里没有可以导入的行。")
    imported.layout |= {"printed": printed, "marks": marks}
    return rows


def _surveyed(imported: Import, grids: Sequence[Grid]) -> Survey:
    """The tables, by the headings that we know, that this unit has explained, and that were mapped by hand."""
    known = COLUMNS[ImportKind(imported.kind)]
    home = imported.created_by.organisation
    remembered = HeadingChoice.objects.remembered(home, imported.kind)
    by_hand = {heading: choice["key"] for heading, choice in imported.columns.items() if "key" in choice}
    wanted = [grid for grid in grids if grid.name not in imported.left_out]
    found = survey(wanted, known, remembered={**remembered, **by_hand}, words=_group_words(imported))
    if imported.number_is_list:
        found = replace(found, tables=[_listed(table) for table in found.tables])
    if not found.tables and not found.unread:
        raise RuleBroken(NO_TABLE.format("、".join(column.title for column in known if column.required)))
    for table in (*found.tables, *found.unread):
        if any(PAST in note for note in table.notes):
            raise RuleBroken(f"工作表“{table.sheet}”是{PAST}。要修改请从项目清单另行导出。")
    for table in found.tables:
        _take_terms(imported, table)
    return found


def _group_words(imported: Import) -> GroupWords:
    """What this district calls groups of projects and reports: its units, industries and lists."""
    if imported.kind not in (ImportKind.PROJECTS, ImportKind.REPORTS):
        return GroupWords()
    units = Organisation.objects.values_list("name", "short_name", "former_names")
    names = {name for full, short, former in units for name in (full, short, *parted(former))}
    names |= set(Industry.objects.values_list("name", flat=True))
    names |= {level.label for level in Level}
    return GroupWords(frozenset(squeezed(name) for name in names if name))


def _take_terms(imported: Import, table: Table) -> None:
    """Take the terms that a sheet of ours states. Raises RuleBroken where the person has chosen others."""
    stated = next((terms for note in table.notes if (terms := SheetTerms.read(note))), None)
    if stated is None:
        return
    if stated.kind != imported.kind:
        raise RuleBroken(f"工作表“{table.sheet}”是{stated.kind.label}，不是{imported.get_kind_display()}。")
    for name, value, words in (("year", stated.year, "年度"), ("month", stated.month, "月份")):
        chosen = getattr(imported, name)
        if value and chosen and chosen != value:
            raise RuleBroken(f"工作表“{table.sheet}”写明{words} {value}，导入时选的是 {chosen}，请重新选择。")
        if value:
            setattr(imported, name, value)
    if imported.kind == ImportKind.TARGETS:
        _take_level(imported, table, stated)


def _take_level(imported: Import, table: Table, stated: SheetTerms) -> None:
    """Targets of one list are no targets of another, nor of all projects."""
    chosen = imported.level
    if stated.level is None or stated.level == chosen:
        return
    if chosen:
        words = Level(stated.level).label if stated.level else ALL
        other = Level(chosen).label
        raise RuleBroken(f"工作表“{table.sheet}”写明级别 {words}，导入时选的是 {other}，请重新选择。")
    imported.level = stated.level


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
        with transaction.atomic():  # by itself, so that a long sheet does not keep others from writing
            Import.objects.locked(imported, ImportState.READING)
            ImportRow.objects.add(
                imported, ((row.sheet[:100], row.line, row.cells, row.unread) for row in some), after=position
            )
        position += len(some)
        progress.store(imported, position)
    return position
