"""Cells of a table of units, by the model's own fields."""

from datetime import date
from typing import Any

import pytest

from projects.models import Organisation
from projects.vocabulary import ImportKind, Outcome
from projects.workbooks.drafts import ImportTerms, ParsedRow, Writer
from projects.workbooks.kinds.organisations.draft import draft, organisation_cells


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


TERMS = ImportTerms(
    2024, date(2024, 4, 2), Writer(None, None, needs_unit=False), {}, kind=ImportKind.ORGANISATIONS
)


def unit(pk: int, name: str, parent: Organisation | None = None) -> Organisation:
    """One as it comes from the database."""
    made = Organisation(pk=pk, name=name, kind="town", parent=parent)
    made._state.adding = False
    return made


def test_a_row_changes_the_unit_in_place_and_remembers_what_stood() -> None:
    district = unit(1, "常州高新区")
    luoxi, park = unit(2, "罗溪镇", district), unit(3, "空港园", district)

    row = draft(ParsedRow({"name": "空港产业园", "parent": 2}), park, luoxi, TERMS)

    assert (row.outcome, [change.after for change in row.records]) == (Outcome.CHANGED, [park])
    assert (park.name, park.former_names, park.parent) == ("空港产业园", "空港园", luoxi)


def test_a_row_that_is_refused_leaves_the_unit_as_it_was() -> None:
    district = unit(1, "常州高新区")
    luoxi = unit(2, "罗溪镇", district)

    row = draft(ParsedRow({"name": "罗溪街道", "parent": 2}), district, luoxi, TERMS)

    assert row.faults == {"parent": "上级单位不能是自己或自己的下级。"}
    assert (district.name, district.former_names, district.parent) == ("常州高新区", "", None)
    assert row.records == []


def test_a_new_unit_stands_under_one_that_is_new_as_well() -> None:
    town = Organisation(name="新镇", kind="town")
    row = draft(ParsedRow({"name": "新园", "kind": "park", "parent": "新镇"}), Organisation(), town, TERMS)

    assert (row.outcome, row.records[0].after.parent) == (Outcome.NEW, town)
    assert [(change.key, change.after) for change in row.changes] == [
        ("name", "新园"),
        ("kind", "园区"),
        ("parent", "新镇"),
    ]
