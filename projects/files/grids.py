"""What a workbook of any format is read into: its sheets as rows of plain values, and what the eye sees of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import overload

from projects.rules.broken import RuleBroken

type Raw = str | float | int | bool | date | datetime | time | timedelta | None
"""A cell as it is stored; None is an empty one."""

type Span = tuple[int, int, int, int]
"""Cells merged into one: first row, first column, last row, last column, counted from 1."""

ACCEPTED = "请使用 .xlsx、.xls 或 .csv 文件"
RESAVE = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传"
BROKEN = f"文件不完整或已损坏，请重新下载；若仍打不开，{RESAVE}"
LOCKED = "文件已加密，请取消密码后再上传"

MIB = 2**20

MOST_MERGED = 20_000
"""Merged cells of a sheet."""
MOST_STRUCK = 20_000
"""Cells of a sheet that are struck through."""
FIRST_ROWS, MOST_COVERED = 40, 50_000
"""The rows in which headings are looked for, and how many merged cells they may hold: more would overlap."""


class Unreadable(RuleBroken):
    """A file that is not read: the sentence says what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: 100,000 rows of 26 columns pass, and nothing may take the server's memory."""

    bytes: int = 30 * MIB
    unpacked: int = 256 * MIB
    """What the parts of an .xlsx come to, unpacked."""
    text: int = 192 * MIB
    """Bytes of text in all cells: a text that is stored once may stand in a million of them."""
    sheets: int = 50
    rows: int = 200_000
    """The number of the last row of a sheet."""
    columns: int = 256
    cells: int = 3_000_000
    """Rows by columns, of all sheets."""


class LazyRows(Sequence[Sequence[Raw]]):
    """Rows that are read from the file each time; a place in them is one of the head of a sheet."""

    __slots__ = ()

    @overload
    def __getitem__(self, place: int) -> Sequence[Raw]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[Raw]]: ...
    def __getitem__(self, place: int | slice) -> Sequence[Raw] | Sequence[Sequence[Raw]]:
        """Reads up to the place."""
        if isinstance(place, slice):
            return list(islice(iter(self), *place.indices(len(self))))
        return next(islice(iter(self), range(len(self))[place], None))


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. `rows` may be read again and again, each time from the file; it is never in memory at once."""

    name: str
    rows: Sequence[Sequence[Raw]]
    first_row: int = 1
    """The number on the sheet of the first of `rows`; the others follow without a gap."""
    first_column: int = 1
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False
    merged: tuple[Span, ...] = ()
    unevaluated: frozenset[tuple[int, int]] = frozenset()
    """Row and column of each formula that was saved without its value; its cell is None."""
    struck: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """Columns by row whose cells are struck through."""


def too_many_struck(sheet: str) -> str:
    return f"工作表“{sheet}”画了删除线的单元格超过 {MOST_STRUCK} 个，请先删除不要的行再上传"


def check_spans(sheet: str, spans: Sequence[Span], limits: Limits) -> None:
    """Raises Unreadable for more merged cells than a person can have made, or than can lie beside one another."""
    if len(spans) > MOST_MERGED:
        raise Unreadable(f"工作表“{sheet}”的合并单元格超过 {MOST_MERGED} 处，请取消合并后再上传")
    covered = sum(
        (min(bottom, FIRST_ROWS) - top + 1) * (min(right, limits.columns) - left + 1)
        for top, left, bottom, right in spans
        if top <= FIRST_ROWS and left <= limits.columns
    )
    rows = sum(min(bottom, limits.rows) - top + 1 for top, _, bottom, _ in spans)
    if rows > limits.cells or covered > MOST_COVERED:
        raise Unreadable(f"工作表“{sheet}”的合并单元格互相重叠，请取消合并后再上传")
