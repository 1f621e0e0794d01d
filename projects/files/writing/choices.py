"""What a cell may say, offered as a drop-down; what is too long for the cell's own list stands on a hidden sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from projects.files.writing.sheets import Column, Sheet

SHEET = "选项"
LONGEST_LIST = 255
"""Characters that a list of a cell holds, commas counted."""

MOST_HINT, MOST_TITLE = 255, 32
KEPT = "这一列由系统使用，改动后无法按行对应。请撤销刚才的修改。"


@dataclass(frozen=True, slots=True)
class Filled:
    """A page that has been written; `last` is the last of its rows, counted from 0."""

    page: Worksheet
    sheet: Sheet
    last: int


def offer(book: Workbook, filled: Sequence[Filled]) -> None:
    """Drop-downs and hints for the rows of every sheet, and a guard over its keys."""
    lists = _lists([entry.sheet for entry in filled])
    for entry in filled:
        first = entry.sheet.heading_row + 1
        for place, column in enumerate(entry.sheet.columns):
            rule = _rule(column, lists)
            if rule and entry.last >= first:
                entry.page.data_validation(first, place, entry.last, place, rule)
    if lists:
        _write(book, lists)


def _lists(sheets: Sequence[Sheet]) -> dict[tuple[str, ...], str]:
    """Where each list that fits no cell stands; the same list stands once."""
    places: dict[tuple[str, ...], str] = {}
    for sheet in sheets:
        for column in sheet.columns:
            if column.choices and not _fits(column.choices) and column.choices not in places:
                name = xl_col_to_name(len(places))
                places[column.choices] = f"={SHEET}!${name}$1:${name}${len(column.choices)}"
    return places


def _fits(choices: tuple[str, ...]) -> bool:
    """The list of a cell is parted by commas."""
    return len(",".join(choices)) <= LONGEST_LIST and not any("," in choice for choice in choices)


def _rule(column: Column, lists: Mapping[tuple[str, ...], str]) -> dict[str, object] | None:
    if column.is_key:
        message = {"error_title": "系统列", "error_message": KEPT}
        return {"validate": "custom", "value": "=FALSE", **message}
    hint = (
        {"input_title": column.title[:MOST_TITLE], "input_message": column.hint[:MOST_HINT]}
        if column.hint
        else {}
    )
    if column.choices:
        error = {
            "error_type": "stop" if column.is_strict else "information",
            "error_title": "不在选项中",
            "error_message": "请从下拉列表中选择。"
            if column.is_strict
            else "列表中没有这个写法，请核对后继续。",
        }
        source = lists.get(column.choices) or list(column.choices)
        return {"validate": "list", "source": source, **error, **hint}
    return {"validate": "any", **hint} if hint else None


def _write(book: Workbook, lists: Mapping[tuple[str, ...], str]) -> None:
    page = book.add_worksheet(SHEET)
    for row, words in enumerate(zip_longest(*lists)):
        for place, word in enumerate(words):
            if word is not None:
                page.write_string(row, place, word)
    page.hide()
