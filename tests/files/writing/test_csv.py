"""Sheets as text: the same rows and columns, every yuan, and nothing that a program would run."""

import csv
from datetime import date, datetime
from fractions import Fraction
from io import BytesIO, StringIO

from hypothesis import given
from hypothesis import strategies as st

from projects.files.reading.read import read
from projects.files.shield import unshield
from projects.files.writing.csv import PIECE, csv_pieces
from projects.files.writing.sheets import As, Column, Kind, Sheet
from projects.rules.money import LARGEST, MoneyUnit, parse

COLUMNS = [Column("项目"), Column("总投资（亿元）", Kind.MONEY)]


def sheet(rows, columns=COLUMNS, **facts) -> Sheet:
    return Sheet("清单", "重大项目清单", columns, rows, **facts)


def lines(*sheets: Sheet) -> list[list[str]]:
    return list(csv.reader(StringIO(b"".join(csv_pieces(sheets)).decode("utf-8-sig"))))


def test_it_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    assert b"".join(csv_pieces([sheet([])])).startswith(b"\xef\xbb\xbf")


def test_it_has_the_lines_of_the_workbook() -> None:
    said = lines(
        sheet([["甲", 110_3000_0000], ["乙", None]], notes=["单位：亿元"], total=["合计", 110_3000_0000])
    )

    assert said == [
        ["重大项目清单"],
        ["单位：亿元"],
        ["项目", "总投资（亿元）"],
        ["甲", "110.3"],
        ["乙", ""],
        ["合计", "110.3"],
    ]


def test_every_kind_is_plain() -> None:
    columns = [Column(kind.name, kind) for kind in Kind]
    values = {
        Kind.TEXT: "甲",
        Kind.PROSE: "乙",
        Kind.COUNT: 34,
        Kind.PART: Fraction(75, 10),
        Kind.MONEY: 1,
        Kind.PERCENT: Fraction(1, 4),
        Kind.POINTS: Fraction(-1, 8),
        Kind.DAY: date(2024, 9, 30),
        Kind.MOMENT: datetime(2024, 9, 30, 14, 30),  # noqa: DTZ001  # a cell knows no zone
    }
    row = lines(sheet([[values[kind] for kind in Kind]], columns))[2]

    assert row == ["甲", "乙", "34", "7.5", "0.00000001", "0.25", "-12.5", "2024-09-30", "2024-09-30 14:30"]


def test_a_cell_may_be_of_another_kind_than_its_column() -> None:
    assert lines(sheet([["新入库", As(Kind.COUNT, 34)]]))[2] == ["新入库", "34"]


def test_sheets_stand_below_one_another() -> None:
    assert lines(sheet([["甲", 1]]), sheet([["乙", 2]]))[3:5] == [[], ["重大项目清单"]]


def test_rows_are_sent_as_they_come() -> None:
    asked = []

    def rows():
        for number in range(20_000):
            asked.append(number)
            yield [f"项目{number}", number]

    first = next(csv_pieces([sheet(rows())]))

    assert len(asked) < 20_000
    assert len(first) < 4 * PIECE


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_any_text_comes_back_and_none_is_a_formula(texts: list[str]) -> None:
    said = [row[1] for row in lines(sheet([["甲", text] for text in texts]))[2:]]

    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in said)
    assert [unshield(text) for text in said] == [
        text.replace("\r\n", "\n").replace("\r", "\n") for text in texts
    ]


def test_our_own_reader_takes_the_marks_off_again() -> None:
    texts = ["=1+1", "'=1+1", "-5", "@甲", "'甲", "甲"]
    content = b"".join(csv_pieces([sheet([[text, None] for text in texts])]))
    [grid] = read(BytesIO(content), "清单.csv")

    assert [row[0] for row in list(grid.rows)[2:]] == texts


@given(st.lists(st.integers(0, LARGEST), min_size=1))
def test_money_is_exact_to_the_yuan(amounts: list[int]) -> None:
    said = [row[1] for row in lines(sheet([["甲", yuan] for yuan in amounts]))[2:]]

    assert [parse(text, default_unit=MoneyUnit.YI).yuan for text in said] == amounts
