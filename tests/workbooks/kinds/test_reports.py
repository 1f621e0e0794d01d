"""Cells of a 月度调度表 become values, or a sentence that says what is wrong."""

from datetime import date
from typing import Any

import pytest

from projects.columns import CLEARED
from projects.models import MonthlyReport, Project
from projects.rules.entries import Entry
from projects.rules.reporting import Background
from projects.vocabulary import Outcome
from projects.workbooks.drafts import ImportTerms, ParsedRow, Writer
from projects.workbooks.kinds.reports.draft import StoredMonth, draft, emptied, report_cells


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


YI = 10**8
MARCH = date(2024, 3, 1)
TERMS = ImportTerms(2024, date(2024, 4, 2), Writer(None, None, needs_unit=False), {})


def stored(report: MonthlyReport | None = None, **facts: Any) -> StoredMonth:
    project = Project(pk=7, name="锂电隔膜")
    return StoredMonth(project, MARCH, report, **{"background": Background([YI]), "is_owing": True} | facts)


def reported(**facts: Any) -> MonthlyReport:
    return MonthlyReport(pk=3, project_id=7, month=MARCH, **facts)


def test_the_year_to_date_gives_the_month() -> None:
    row = draft(ParsedRow({"year_to_date": 3 * YI}), stored(), TERMS)

    assert (row.outcome, row.state) == (Outcome.NEW, Entry(2 * YI))
    assert [(change.after.invested, change.after.state) for change in row.records] == [(2 * YI, "draft")]


def test_an_empty_row_of_a_month_without_a_report_writes_nothing() -> None:
    row = draft(ParsedRow({}), stored(), TERMS)
    assert (row.outcome, row.records) == (Outcome.UNCHANGED, [])


def test_an_amount_takes_the_confirmed_no_change_away() -> None:
    row = draft(ParsedRow({"invested": YI}), stored(reported(unchanged=True)), TERMS)

    assert row.state == Entry(YI)
    assert [(change.before, change.after) for change in row.changes] == [("无变化", "1 亿元")]


def test_no_change_beside_an_amount_on_record_is_refused() -> None:
    row = draft(ParsedRow({"unchanged": True}), stored(reported(invested=YI)), TERMS)
    assert row.faults == {"unchanged": "填了本月完成，就不能再选“无变化”。"}


def test_nothing_invested_is_no_unknown_amount() -> None:
    row = draft(ParsedRow({"invested": 0, "unchanged": True}), stored(), TERMS)
    assert (row.outcome, row.state) == (Outcome.NEW, Entry(0, unchanged=True))


def test_a_report_that_was_handed_in_is_a_draft_again_where_the_month_is_open() -> None:
    held = reported(invested=YI, state="submitted")
    row = draft(ParsedRow({"invested": 2 * YI}), stored(held, is_reopened=True), TERMS)

    assert row.records[0].after.state == "draft"
    assert (held.invested, held.state) == (YI, "submitted")
    assert [(write.before.state, write.after.state) for write in row.writes] == [("submitted", "draft")]


def test_a_writer_without_the_project_is_told_so() -> None:
    stranger = ImportTerms(2024, TERMS.today, Writer(frozenset({8}), frozenset(), needs_unit=True), {})
    assert draft(ParsedRow({"invested": YI}), stored(), stranger).faults == {"": "您不能修改这个项目。"}
