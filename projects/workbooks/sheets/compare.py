"""Two days side by side as a workbook: 指标, 各单位, and 项目 behind the change of one number."""

from collections.abc import Sequence

from projects.figures.completion.compare import (
    ComparedNumber,
    ComparedRow,
    Comparison,
    Contribution,
    Explanation,
    Shift,
)
from projects.files.writing.sheets import As, Cell, Column, Kind, Sheet
from projects.rules.bounds import Bounds
from projects.templatetags.formats import bounds, day, shift
from projects.workbooks.sheets.attention import about
from projects.workbooks.sheets.table import SheetColumn, table


def comparison_sheets(found: Comparison, explained: Explanation | None) -> list[Sheet]:
    sheets = [_numbers(found), _rows(found)]
    return sheets if explained is None else [*sheets, _projects(found, explained)]


def _kind(number: ComparedNumber) -> Kind:
    return Kind.MONEY if number.is_money else Kind.COUNT


def _amount(number: ComparedNumber, amount: Bounds | None) -> Cell:
    """A number, or the range of one that is known within bounds only."""
    if amount is None:
        return None
    return bounds(amount, number.is_money) if amount.is_open else As(_kind(number), amount.exact)


def _moved(number: ComparedNumber, moved: Shift | None) -> Cell:
    """How far it moved; the two ends in words where they moved differently."""
    if moved is None:
        return None
    return As(_kind(number), moved.lower) if moved.is_one else shift(moved, number.is_money)


def _notes(found: Comparison) -> list[str]:
    return about(found.now, f"对比：{day(found.then.scope.as_of)} 与 {day(found.now.scope.as_of)}")


def _title(found: Comparison) -> str:
    return f"{day(found.then.scope.as_of)}与{day(found.now.scope.as_of)}对比"


def _numbers(found: Comparison) -> Sheet:
    then, now = (day(page.scope.as_of) for page in (found.then, found.now))
    columns: Sequence[SheetColumn[ComparedNumber]] = (
        SheetColumn("indicator", Column("指标"), lambda each: each.indicator.label),
        SheetColumn("unit", Column("计量"), lambda each: each.unit_word),
        SheetColumn("then", Column(then, Kind.MONEY), lambda each: _amount(each, each.before)),
        SheetColumn("now", Column(now, Kind.MONEY), lambda each: _amount(each, each.after)),
        SheetColumn("shift", Column("变化", Kind.MONEY), lambda each: _moved(each, each.shift)),
        SheetColumn("points", Column("完成率变化（百分点）", Kind.POINTS), lambda each: each.points),
        SheetColumn("last_year", Column("去年同期", Kind.MONEY), lambda each: _amount(each, each.last_year)),
        SheetColumn("growth", Column("同比", Kind.PERCENT), lambda each: each.growth),
    )
    return table("指标", _title(found), columns, found.numbers, _notes(found))


def _rows(found: Comparison) -> Sheet:
    columns: list[SheetColumn[ComparedRow]] = [
        SheetColumn("label", Column("单位"), lambda row: row.label),
        SheetColumn("rank_then", Column("原名次", Kind.COUNT), lambda row: row.rank_then),
        SheetColumn("rank_now", Column("现名次", Kind.COUNT), lambda row: row.rank_now),
    ]
    total: dict[str, Cell] = {"label": "合计"}
    for number in found.numbers:
        columns += _row_columns(number)
        sides = (number.before, number.after)
        for key, amount in zip(("then", "now"), sides, strict=True):
            total[f"{number.indicator.value}_{key}"] = _amount(number, amount)
        total[f"{number.indicator.value}_shift"] = _moved(number, number.shift)
    return table("各单位", _title(found), columns, found.rows, _notes(found), total)


def _row_columns(number: ComparedNumber) -> tuple[SheetColumn[ComparedRow], ...]:
    """One indicator of a unit: then, now, the change, and the movement of its rate."""
    code, label, kind = number.indicator, f"{number.indicator.label}（{number.unit_word}）", _kind(number)
    return (
        SheetColumn(
            f"{code.value}_then",
            Column(f"{label}原", kind),
            lambda row: _amount(row.number(code), row.number(code).before),
        ),
        SheetColumn(
            f"{code.value}_now",
            Column(f"{label}现", kind),
            lambda row: _amount(row.number(code), row.number(code).after),
        ),
        SheetColumn(
            f"{code.value}_shift",
            Column(f"{label}变化", kind),
            lambda row: _moved(row.number(code), row.number(code).shift),
        ),
        SheetColumn(
            f"{code.value}_points",
            Column(f"{number.indicator.label}完成率变化", Kind.POINTS),
            lambda row: row.number(code).points,
        ),
    )


def _projects(found: Comparison, explained: Explanation) -> Sheet:
    number, then, now = explained.number, found.then.scope.as_of, found.now.scope.as_of
    columns: Sequence[SheetColumn[Contribution]] = (
        SheetColumn("name", Column("项目"), lambda each: each.name),
        SheetColumn("unit", Column("责任单位"), lambda each: each.unit),
        SheetColumn("then", Column(day(then), _kind(number)), lambda each: _amount(number, each.then)),
        SheetColumn("now", Column(day(now), _kind(number)), lambda each: _amount(number, each.now)),
        SheetColumn("shift", Column("变化", _kind(number)), lambda each: _moved(number, each.shift)),
        SheetColumn("words_then", Column("原来"), lambda each: each.words_then),
        SheetColumn("words_now", Column("现在"), lambda each: each.words_now),
    )
    notes = _notes(found)
    if explained.stated:
        notes.append(
            f"公布数与台账之差的变化：{shift(explained.stated, number.is_money)}{number.unit_word}，不属于任何项目"
        )
    total: dict[str, Cell] = {"name": "合计", "shift": _moved(number, number.shift)}
    title = f"{number.indicator.label}的变化来自哪些项目"
    return table("项目", title, columns, explained.contributions, notes, total)
