"""Monthly reports and problems: which count, which are open."""

from datetime import date

import pytest

from projects.models import MonthlyReport, Problem
from tests import build

pytestmark = pytest.mark.django_db


def test_only_approved_reports_are_approved():
    project = build.project()
    build.report(project, "2024-01", 1, "draft")
    build.report(project, "2024-02", 1, "submitted")
    build.report(project, "2024-03", 1, "returned")
    approved = build.report(project, "2024-04", 1)
    assert list(MonthlyReport.objects.approved()) == [approved]


def test_the_earlier_months_of_the_year_are_those_handed_in():
    project = build.project()
    for month in ("2023-12", "2024-01", "2024-09", "2024-10", "2025-01"):
        build.report(project, month, 1)
    build.report(project, "2024-02", 1, state="draft")
    build.report(project, "2024-03", 1, state="returned")
    build.report(project, "2024-04", 1, state="submitted")
    months = [f"{report.month:%Y-%m}" for report in MonthlyReport.objects.earlier_in_year(date(2024, 9, 1))]
    assert months == ["2024-04", "2024-01"]


def test_nothing_invested_is_not_nothing_reported():
    project = build.project()
    build.report(project, "2024-01", 0)
    build.report(project, "2024-02", None)
    assert [report.invested for report in MonthlyReport.objects.order_by("month")] == [0, None]


def test_open_and_overdue_problems():
    project = build.project()
    open_one = build.problem(project, raised="2024-03-01", due_on="2024-06-30")
    build.problem(project, raised="2024-03-01", resolved_on="2024-05-01", resolution="已交地")
    build.problem(project, raised="2024-08-01")
    assert list(Problem.objects.open_on(date(2024, 7, 1))) == [open_one]
    assert list(Problem.objects.overdue_on(date(2024, 7, 1))) == [open_one]
    assert not Problem.objects.overdue_on(date(2024, 6, 30)).exists()
