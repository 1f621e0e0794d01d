"""Cells of a table of targets: which unit, how much."""

from typing import Any

import pytest

from projects.forms.rows.targets import DISTRICT, target_cells
from projects.models import Organisation

UNITS = [
    Organisation(pk=1, name="常州高新区", short_name="高新区本级", kind="district"),
    Organisation(pk=2, name="罗溪镇", kind="town", parent_id=1, former_names="罗溪乡"),
]


@pytest.mark.parametrize(
    ("word", "unit"),
    [
        ("全区", DISTRICT),
        ("常州高新区", DISTRICT),
        ("高新区本级", DISTRICT),
        ("高新区", DISTRICT),
        ("罗溪 镇", 2),
        ("罗溪乡", 2),
    ],
)
def test_a_unit_by_any_of_its_names(word: str, unit: int) -> None:
    assert target_cells(UNITS).judge({"organisation": word}) == ({"organisation": unit}, {})


@pytest.mark.parametrize(
    ("key", "text", "amount"),
    [
        ("invested", "647.4亿元", 64_740_000_000),
        ("signed_investment", "600万元", 6_000_000),
        ("started", "1,200个", 1200),
        ("completed", "0", 0),
    ],
)
def test_money_in_yuan_and_projects_counted(key: str, text: str, amount: Any) -> None:
    assert target_cells(UNITS).judge({key: text}) == ({key: amount}, {})


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("invested", "647.4", "金额“647.4”没有单位，请写明元、万元或亿元"),
        ("started", "100000", "确保该值小于或等于99999。"),
        ("started", "（清空）", "这一列不能清空，请在页面上办理。"),
    ],
)
def test_what_the_page_refuses(key: str, text: str, said: str) -> None:
    assert target_cells(UNITS).judge({key: text}) == ({}, {key: said})
