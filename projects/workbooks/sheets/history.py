"""Who changed what, when, from what to what and why: of one project, and of every project of a list."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from projects.figures.history import Change, HistoryEntry
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.templatetags.formats import day
from projects.workbooks.sheets.table import SheetColumn, moment, table

NO_FIELD = Change("", "", "")


class ChangeLine(NamedTuple):
    """One changed field of a project."""

    name: str
    entry: HistoryEntry
    change: Change


COLUMNS: Sequence[SheetColumn[ChangeLine]] = (
    SheetColumn("at", Column("时间", Kind.MOMENT), lambda line: moment(line.entry.at)),
    SheetColumn("name", Column("项目名称"), lambda line: line.name),
    SheetColumn("who", Column("谁"), lambda line: line.entry.who),
    SheetColumn("subject", Column("对象"), lambda line: line.entry.subject),
    SheetColumn("verb", Column("操作"), lambda line: line.entry.verb),
    SheetColumn("label", Column("内容"), lambda line: line.change.label),
    SheetColumn("before", Column("原来"), lambda line: line.change.before),
    SheetColumn("after", Column("改为"), lambda line: line.change.after),
    SheetColumn("why", Column("原因"), lambda line: line.entry.why),
)


def project_history_sheet(name: str, entries: Sequence[HistoryEntry], *, today: date) -> Sheet:
    """As on the page, the newest first."""
    lines = _lines((name, entry) for entry in entries)
    total: dict[str, Cell] = {"name": f"{len(entries)} 条记录"}
    notes = [f"截至 {day(today)}"]
    return table("历史", f"{name}的历史", COLUMNS, lines, notes, total, frozen=2)


def register_history_sheet(
    entries: Iterable[tuple[str, HistoryEntry]], conditions: str, *, today: date
) -> Sheet:
    """Of many projects, table by table: entries are read while the sheet is written."""
    notes = [
        f"条件：{conditions}；截至 {day(today)}",
        "按项目、节点、名单、计划、月报等依次列出，旧的在前",
    ]
    return table("变更记录", "项目变更记录", COLUMNS, _lines(entries), notes, frozen=2)


def _lines(entries: Iterable[tuple[str, HistoryEntry]]) -> Iterator[ChangeLine]:
    """A line for each field; an entry without any has one line all the same."""
    for name, entry in entries:
        for change in entry.changes or (NO_FIELD,):
            yield ChangeLine(name, entry, change)
