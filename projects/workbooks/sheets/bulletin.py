"""A bulletin's figures as a sheet: of a published one every number, of a sealed month what its reader may see."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from projects.files.writing.sheets import As, Cell, Column, Kind, Sheet
from projects.models import Bulletin, Figure
from projects.rules.bulletin import Printed, PrintedLine
from projects.templatetags.formats import day, plain, signed_percent
from projects.vocabulary import Level, Unit
from projects.workbooks.sheets.table import UNITS, SheetColumn, table

MEASURES = {Unit.YUAN.value: "亿元"}


class PrintedRow(NamedTuple):
    """One indicator of the whole or of a unit."""

    label: str
    rank: int | None
    projects: int | None
    line: PrintedLine

    def amount(self, value: Cell) -> As:
        assert not isinstance(value, As)
        return As(Kind.MONEY if self.line.unit == Unit.YUAN else Kind.COUNT, value)


def _share(figure: Figure) -> Cell:
    return f"{plain(figure.share)}%" if figure.share is not None else None


def _published_amount(figure: Figure) -> Cell:
    if figure.unit == Unit.YUAN or figure.amount is None:
        return figure.amount
    return As(Kind.COUNT, figure.amount)


PUBLISHED: Sequence[SheetColumn[Figure]] = (
    SheetColumn("label", Column("名称"), lambda figure: figure.label),
    SheetColumn("level", Column("级别"), lambda figure: Level(figure.level).label if figure.level else None),
    SheetColumn("organisation", Column("单位"), lambda figure: str(figure.organisation or "") or None),
    SheetColumn("amount", Column("公布", Kind.MONEY), _published_amount),
    SheetColumn("unit", Column("计量"), lambda figure: MEASURES.get(figure.unit, figure.get_unit_display())),
    SheetColumn("printed", Column("原文"), lambda figure: figure.printed),
    SheetColumn("growth", Column("增长"), lambda figure: signed_percent(figure.growth)),
    SheetColumn("share", Column("比重"), _share),
    SheetColumn("statement", Column("说明"), lambda figure: figure.statement),
    SheetColumn("paragraph", Column("来源段落"), lambda figure: figure.paragraph),
)


def _actual(row: PrintedRow) -> Cell:
    return row.amount(row.line.actual) if row.line.actual is not None else row.line.absent


def _target(row: PrintedRow) -> Cell:
    return row.amount(row.line.target) if row.line.target is not None else row.line.target_words


def _light(row: PrintedRow) -> Cell:
    return "：".join(filter(None, (row.line.light_words, row.line.light_reason)))


PRINTED: Sequence[SheetColumn[PrintedRow]] = (
    SheetColumn("label", Column("单位或范围"), lambda row: row.label),
    SheetColumn("rank", Column("名次", Kind.COUNT), lambda row: row.rank),
    SheetColumn("projects", Column("项目数", Kind.COUNT), lambda row: row.projects),
    SheetColumn("indicator", Column("指标"), lambda row: row.line.label),
    SheetColumn("unit", Column("计量"), lambda row: MEASURES.get(row.line.unit, Unit(row.line.unit).label)),
    SheetColumn("actual", Column("实际", Kind.MONEY), _actual),
    SheetColumn("target", Column("年度目标", Kind.MONEY), _target),
    SheetColumn("completion", Column("完成率"), lambda row: row.line.completion_words),
    SheetColumn("pace", Column("较时间进度（百分点）"), lambda row: row.line.pace_words),
    SheetColumn("light", Column("亮灯"), _light),
    SheetColumn("accepted", Column("列统", Kind.MONEY), lambda row: row.amount(row.line.accepted)),
    SheetColumn("source", Column("来源"), lambda row: row.line.source or "台账"),
)


def published_sheet(bulletin: Bulletin, figures: Iterable[Figure]) -> Sheet:
    source = f"来源：{bulletin.source}" if bulletin.source else "来源：重大项目台账"
    found = list(figures)
    notes, total = [*_about(bulletin), source], {"label": f"{len(found)} 个数字"}
    return table("数字", bulletin.title, PUBLISHED, found, notes, total)


def sealed_sheet(bulletin: Bulletin, printed: Printed) -> Sheet:
    """A row for each indicator, of the whole first; the percentages are those that were printed."""
    total: dict[str, Cell] = {"label": f"{len(printed.units)} 个单位"}
    if printed.counts:
        total["projects"] = printed.counts.projects
    notes = [*_about(bulletin), f"范围：{printed.scope}"]
    return table("封存的数字", printed.title, PRINTED, _printed_rows(printed), notes, total)


def _about(bulletin: Bulletin) -> list[str]:
    return [f"{bulletin.get_kind_display()}；数据截至 {day(bulletin.as_of)}", UNITS]


def _printed_rows(printed: Printed) -> Iterator[PrintedRow]:
    count = printed.counts.projects if printed.counts else None
    for line in printed.indicators:
        yield PrintedRow(printed.scope, None, count, line)
    for unit in printed.units:
        for line in unit.indicators:
            yield PrintedRow(unit.label, unit.rank, unit.projects, line)
