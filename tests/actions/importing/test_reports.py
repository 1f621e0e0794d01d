"""A row laid upon one project's month, without a file."""

from datetime import date
from typing import Any

from projects.actions.importing.drafts import Said, Terms, Writer
from projects.actions.importing.reports import MonthStanding, draft
from projects.models import MonthlyReport, Project
from projects.rules.entries import Entry
from projects.rules.reporting import Background
from projects.vocabulary import Outcome

YI = 10**8
MARCH = date(2024, 3, 1)
TERMS = Terms(2024, date(2024, 4, 2), Writer(None, None, needs_unit=False), {})


def standing(report: MonthlyReport | None = None, **facts: Any) -> MonthStanding:
    project = Project(pk=7, name="锂电隔膜")
    return MonthStanding(project, MARCH, report, **{"background": Background([YI]), "is_owing": True} | facts)


def reported(**facts: Any) -> MonthlyReport:
    return MonthlyReport(pk=3, project_id=7, month=MARCH, **facts)


def test_the_year_to_date_gives_the_month() -> None:
    row = draft(Said({"year_to_date": 3 * YI}), standing(), TERMS)

    assert (row.outcome, row.state) == (Outcome.NEW, Entry(2 * YI))
    assert [(record.invested, record.state) for record in row.records] == [(2 * YI, "draft")]


def test_an_empty_row_of_a_month_without_a_report_writes_nothing() -> None:
    row = draft(Said({}), standing(), TERMS)
    assert (row.outcome, row.records) == (Outcome.UNCHANGED, [])


def test_an_amount_takes_the_confirmed_no_change_away() -> None:
    row = draft(Said({"invested": YI}), standing(reported(unchanged=True)), TERMS)

    assert row.state == Entry(YI)
    assert [(change.before, change.after) for change in row.changes] == [("无变化", "1 亿元")]


def test_no_change_beside_an_amount_on_record_is_refused() -> None:
    row = draft(Said({"unchanged": True}), standing(reported(invested=YI)), TERMS)
    assert row.faults == {"unchanged": "填了本月完成，就不能再选“无变化”。"}


def test_nothing_invested_is_no_unknown_amount() -> None:
    row = draft(Said({"invested": 0, "unchanged": True}), standing(), TERMS)
    assert (row.outcome, row.state) == (Outcome.NEW, Entry(0, unchanged=True))


def test_a_report_that_was_handed_in_is_a_draft_again_where_the_month_is_open() -> None:
    held = reported(invested=YI, state="submitted")
    row = draft(Said({"invested": 2 * YI}), standing(held, is_reopened=True), TERMS)

    assert row.records[0].state == "draft"
    assert (held.invested, held.state) == (YI, "submitted")
    assert [(write.before.state, write.after.state) for write in row.writes] == [("submitted", "draft")]


def test_a_writer_without_the_project_is_told_so() -> None:
    stranger = Terms(2024, TERMS.today, Writer(frozenset({8}), frozenset(), needs_unit=True), {})
    assert draft(Said({"invested": YI}), standing(), stranger).faults == {"": "您不能修改这个项目。"}
