"""Cells of a table of targets: which unit, how much."""

from datetime import date
from typing import Any

import pytest

from projects.models import Organisation, Target
from projects.vocabulary import ImportKind, Indicator, Outcome
from projects.workbooks.drafts import ImportTerms, ParsedRow, Writer
from projects.workbooks.kinds.targets import DISTRICT, StoredTargets, draft, target_cells

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


TERMS = ImportTerms(2024, date(2024, 4, 2), Writer(None, None, needs_unit=False), {}, kind=ImportKind.TARGETS)


def stored(*targets: Target, **facts: Any) -> StoredTargets:
    held = {Indicator(target.indicator): target for target in targets}
    return StoredTargets(
        **{"unit": 2, "label": "罗溪镇", "subject": 2, "level": "city", "targets": held} | facts
    )


def held(indicator: str, amount: int | None, **facts: Any) -> Target:
    return Target(
        pk=5, year=2024, level="city", indicator=indicator, organisation_id=2, amount=amount, **facts
    )


def test_what_is_new_needs_no_reason() -> None:
    row = draft(ParsedRow({"started": 12}), stored(), TERMS, reason="")

    assert (row.outcome, row.state["started"]) == (Outcome.NEW, 12)
    record = row.records[0].after
    assert (record.year, record.level, record.organisation_id, record.amount) == (2024, "city", 2, 12)


def test_an_amount_for_a_target_that_a_source_says_was_met_needs_no_reason() -> None:
    met = held("started", None, stated_met=True, source_id=1)
    row = draft(ParsedRow({"started": 12}), stored(met), TERMS, reason="")

    assert row.outcome == Outcome.CHANGED
    assert (row.records[0].after.amount, row.records[0].after.stated_met, met.amount) == (12, True, None)


def test_a_change_without_a_reason_writes_no_other_cell_either() -> None:
    row = draft(ParsedRow({"started": 12, "completed": 3}), stored(held("started", 10)), TERMS, reason=" ")

    assert row.faults == {"started": "修改或取消已有的目标，请写明原因。"}
    assert row.records == []
