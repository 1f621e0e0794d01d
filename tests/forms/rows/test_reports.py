"""Cells of a 月度调度表 become values, or a sentence that says what is wrong."""

from datetime import date
from typing import Any

import pytest

from projects.columns import CLEARED
from projects.forms.rows.reports import emptied, report_cells


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2024-03", date(2024, 3, 1)),
        ("2024年3月底", date(2024, 3, 1)),
        ("2024.3", date(2024, 3, 1)),
        ("2024-03-01", date(2024, 3, 1)),
        ("3月", date(2024, 3, 1)),
    ],
)
def test_a_month_as_people_write_it(text: str, month: date) -> None:
    assert report_cells(year=2024).judge({"month": text}) == ({"month": month}, {})


@pytest.mark.parametrize("text", ["2024年", "一季度", "上半年", "截至3月底"])
def test_a_longer_time_is_no_month(text: str) -> None:
    said = f"“{text}”不是一个月份，请写成 2024-09 或 2024年9月。"
    assert report_cells(year=2024).judge({"month": text}) == ({}, {"month": said})


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("invested", "300万元", 3_000_000),
        ("year_to_date", "0.5亿元", 50_000_000),
        ("unchanged", "√", True),
        ("progress", "主体\n封顶", "主体\n封顶"),
        ("invested", "（清空）", None),
        ("next_step", "清空", ""),
    ],
)
def test_a_cell_as_the_page_reads_it(key: str, text: str, value: Any) -> None:
    values, faults = report_cells(year=2024).judge({key: text})
    assert ({name: emptied(name, said) for name, said in values.items()}, faults) == ({key: value}, {})


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("invested", "300", "金额“300”没有单位，请写明元、万元或亿元"),
        ("invested", "100万美元", "这里填人民币金额；外币请填在“外资金额”一列。"),
        ("year_to_date", "（清空）", "这一列不能清空，请在页面上办理。"),
        ("progress", "长" * 2001, "确保该变量包含不超过 2000 字符 (目前字符数 2001)。"),
    ],
)
def test_what_the_page_refuses(key: str, text: str, said: str) -> None:
    assert report_cells(year=2024).judge({key: text}) == ({}, {key: said})


def test_what_says_nothing_changes_nothing() -> None:
    assert report_cells(year=2024).judge({"invested": "-", "progress": "", "organisation": "罗溪镇"}) == (
        {},
        {},
    )
    assert emptied("progress", CLEARED) == ""
