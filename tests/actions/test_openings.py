"""The opening balance of a year: recorded, corrected, taken back, and never counted beside its months."""

from datetime import date

import pytest

from projects.actions import openings, reporting
from projects.actions.undoing import undo
from projects.models import MonthlyReport
from projects.rules.broken import RuleBroken
from projects.rules.entries import Entry
from projects.vocabulary import ReportState
from tests import build

pytestmark = pytest.mark.django_db
AUGUST = date(2024, 8, 1)


def opened(project, amount: int = 5 * build.YI, month: date = AUGUST, **options) -> MonthlyReport:
    options = {"by": build.office(), "reason": "统计部门 8 月报表"} | options
    return openings.set_opening(project, month, amount, **options)


def test_the_office_records_it_and_it_counts_at_once_with_a_history() -> None:
    report = opened(build.project(), accepted=4 * build.YI)
    assert (report.state, report.invested, report.opening, report.accepted) == (
        ReportState.APPROVED,
        None,
        5 * build.YI,
        4 * build.YI,
    )
    assert report.history.get().history_change_reason == "登记期初累计（1—8月）：统计部门 8 月报表"


def test_what_a_unit_records_waits_and_is_approved_with_the_month_after_it() -> None:
    unit = build.town()
    project, staff = build.project(organisation=unit), build.staff(unit)
    assert opened(project, by=staff).state == ReportState.SUBMITTED
    month = date(2024, 9, 1)
    reporting.write(project, month, Entry(build.YI), by=staff)
    reports = reporting.hand_in([project], month, by=staff)
    assert reporting.approve(reports, by=build.office()) == 1
    assert set(project.reports.values_list("state", flat=True)) == {ReportState.APPROVED}


def test_a_unit_cannot_change_what_it_has_handed_in() -> None:
    unit = build.town()
    project, staff = build.project(organisation=unit), build.staff(unit)
    opened(project, by=staff)
    with pytest.raises(RuleBroken, match="已提交，不能再改"):
        opened(project, 1, by=staff)


def test_a_correction_to_another_month_moves_it() -> None:
    project = build.project()
    opened(project)
    opened(project, 4 * build.YI, date(2024, 7, 1), reason="8 月另有月报")
    assert [(each.month, each.opening) for each in project.reports.all()] == [
        (date(2024, 7, 1), 4 * build.YI)
    ]
    assert MonthlyReport.history.filter(history_type="-").get().history_change_reason == (
        "改为期初累计（1—7月）：8 月另有月报"
    )


def test_it_is_taken_back_with_a_reason_and_that_can_be_undone() -> None:
    project, office = build.project(), build.office()
    opened(project)
    openings.withdraw_opening(project, 2024, by=office, reason="各月补报")
    assert not project.reports.exists()
    gone = MonthlyReport.history.get(history_type="-")
    build.report(project, "2024-05", build.YI)
    with pytest.raises(RuleBroken, match="2024年5月的月报"):
        undo(project, "monthlyreport", gone.history_id, units=(), by=office, reason="撤错了")


@pytest.mark.parametrize(
    ("month", "says"), [("2024-05", "已登记2024年5月的月报"), ("2024-08", "8月已有月报")]
)
def test_months_that_were_reported_are_not_counted_twice(month: str, says: str) -> None:
    project = build.project()
    build.report(project, month, build.YI, "draft")
    with pytest.raises(RuleBroken, match=says):
        opened(project)


def test_a_month_that_it_holds_is_not_reported_on_its_own() -> None:
    project = build.project()
    opened(project)
    with pytest.raises(RuleBroken, match="2024年5月已含在期初累计（1—8月）中"):
        reporting.write(project, date(2024, 5, 1), Entry(build.YI), by=build.office())


def test_it_needs_a_reason_and_a_month_that_has_begun() -> None:
    with pytest.raises(RuleBroken, match="须写明来源和原因"):
        opened(build.project(), reason=" ")
    with pytest.raises(RuleBroken, match="还没有开始"):
        opened(build.project("乙项目"), month=date(2099, 1, 1))


@pytest.mark.parametrize("month", ["2024-09", "2024-05"])
def test_a_sealed_month_needs_a_correction(month: str) -> None:
    project = build.project()
    build.listing(project, "city", 2024)
    build.seal(month, level="city")
    with pytest.raises(RuleBroken, match="已封存"):
        opened(project)
    assert opened(project, correction="年初数漏登").opening == 5 * build.YI
