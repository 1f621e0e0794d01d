"""One cell: the text that it is judged by, and its name."""

from datetime import date, datetime, time, timedelta

import pytest

from projects.files.cells import cell_name, column_name, column_number, period_text, text_of
from projects.rules.broken import RuleBroken


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (None, ""),
        ("　恒启　储能 ", "恒启 储能"),
        ("１２号ＡＢ", "12号AB"),
        ("（一期）：①㎡", "（一期）：①㎡"),
        ("甲\u200b乙\ufeff", "甲乙"),
        ("甲\r\n乙\r丙", "甲\n乙\n丙"),
        ("007", "007"),
        (12.0, "12"),
        (12, "12"),
        (110.30000000000001, "110.3"),
        (0.1 + 0.2, "0.3"),
        (1e20, "100000000000000000000"),
        (3.20411e17, "320411000000000000"),
        (123456789012345.0, "123456789012345"),
        (1e-5, "0.00001"),
        (-1.5, "-1.5"),
        (0.0, "0"),
        (True, "是"),
        (False, "否"),
        (date(2024, 9, 30), "2024-09-30"),
        (datetime.fromisoformat("2024-09-30"), "2024-09-30"),
        (datetime.fromisoformat("2024-09-30T08:30"), "2024-09-30 08:30"),
        (time(8, 30), "08:30"),
        (timedelta(hours=36), "1 day, 12:00:00"),
        ("#REF!", "#REF!"),
    ],
)
def test_the_text_of_a_cell(raw, text: str) -> None:
    assert text_of(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (2024.9, "2024.9"),
        (2024.12, "2024.12"),
        (2024.0, "2024"),
        (202409.0, "202409"),
        (20240930.0, "20240930"),
        ("2024.1", "2024.1"),
        (date(2024, 9, 30), "2024-09-30"),
        (None, ""),
    ],
)
def test_a_period_as_it_is_parsed(raw, text: str) -> None:
    assert period_text(raw) == text


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (2024.1, "看不出是1月还是10月"),
        (1999.1, "1999年10月"),
        (45383.0, "日期的序列号"),
        (45383.5, "日期的序列号"),
        (45383, "日期的序列号"),
    ],
)
def test_a_number_that_says_two_things_is_no_period(raw, said: str) -> None:
    with pytest.raises(RuleBroken, match=said):
        period_text(raw)


@pytest.mark.parametrize(
    ("column", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16_384, "XFD")]
)
def test_columns_have_names(column: int, name: str) -> None:
    assert (column_name(column), column_number(name)) == (name, column)


def test_a_cell_has_the_name_that_the_sheet_shows() -> None:
    assert cell_name(14, 7) == "G14"
