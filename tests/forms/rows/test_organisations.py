"""Cells of a table of units, by the model's own fields."""

from typing import Any

import pytest

from projects.forms.rows.organisations import organisation_cells


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("name", "罗溪镇", "罗溪镇"),
        ("kind", "街道办事处", "subdistrict"),
        ("kind", "项目办", "office"),
        ("parent", "高新区本级", "高新区本级"),
        ("position", "12", 12),
    ],
)
def test_a_cell_as_the_admin_reads_it(key: str, text: str, value: Any) -> None:
    assert organisation_cells().judge({key: text}) == ({key: value}, {})


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("short_name", "简" * 31, "确保该变量包含不超过 30 字符 (目前字符数 31)。"),
        ("kind", "街到", "没有“街到”这个单位类型，是否“街道”？"),
        ("position", "-1", "确保该值大于或等于0。"),
        ("parent", "（清空）", "这一列不能清空，请在页面上办理。"),
    ],
)
def test_what_the_admin_refuses(key: str, text: str, said: str) -> None:
    assert organisation_cells().judge({key: text}) == ({}, {key: said})
