"""The opening balance in the figures: in the year's sum from its month on, in no month of its own."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from projects.figures.completion.breakdown import breakdown
from projects.figures.completion.curve import month_curve
from projects.figures.completion.page import completion_page
from projects.figures.register.silent import silent
from projects.figures.reporting import month_sheet
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.reach import WholeDistrict
from projects.vocabulary import Indicator
from tests import build

pytestmark = pytest.mark.django_db
YI = build.YI


@pytest.fixture
def project() -> Project:
    project = build.project("甲项目", at="2024-01-01")
    build.listing(project, "city", 2024, at="2024-01-01")
    build.report(project, "2024-08", None, opening=5 * YI, accepted=4 * YI)
    build.report(project, "2024-09", YI)
    return project


def asked(day: date, known_at: datetime | None = None) -> Scope:
    return Scope(
        Project.objects.all(),
        day.year,
        day,
        "city",
        known_at=known_at,
        organisations=list(Organisation.objects.all()),
        reach=WholeDistrict(),
    )


def line_on(day: date):
    return completion_page(asked(day)).line(Indicator.INVESTED)


@pytest.mark.parametrize(
    ("day", "amount"), [(date(2024, 8, 30), None), (date(2024, 8, 31), 5 * YI), (date(2024, 9, 30), 6 * YI)]
)
def test_it_counts_from_the_end_of_its_month_on(project, day: date, amount: int | None) -> None:
    assert line_on(day).actual == amount


def test_no_month_has_it_as_its_own(project) -> None:
    line = line_on(date(2024, 9, 30))
    assert [each and each.exact for each in line.by_month[:9]] == [*[None] * 7, 5 * YI, 6 * YI]
    assert (line.opening, line.accepted) == (5 * YI, 4 * YI)
    curve = month_curve(asked(date(2024, 9, 30)), line)
    assert curve is not None
    assert [month.least for month in curve.months[6:10]] == [None, 5 * YI, 6 * YI, None]


def test_the_drill_down_has_a_line_of_its_own_and_no_gap_before_it(project) -> None:
    found = breakdown(asked(date(2024, 9, 30)), line_on(date(2024, 9, 30)))
    assert [(row.value, row.words) for row in found.counted] == [(5 * YI, "期初累计（1—8月）"), (YI, "9月")]
    assert (found.total, found.left_out) == (6 * YI, [])


def test_one_that_waits_is_named_as_what_is_left_out(project) -> None:
    project.reports.filter(opening__isnull=False).update(state="submitted")
    found = breakdown(asked(date(2024, 9, 30)), line_on(date(2024, 9, 30)))
    assert [(row.value, row.words, row.kind) for row in found.left_out] == [
        (5 * YI, "期初累计（1—8月）待审核", "待审核")
    ]


def test_no_report_is_owed_of_the_months_that_it_holds(project) -> None:
    assert line_on(date(2024, 5, 31)).coverage is None
    assert silent(asked(date(2024, 5, 31)), most=9) == []
    owing = Project.objects.owing_reports(date(2024, 5, 1), today=timezone.localdate())
    assert not owing.exists()
    august = line_on(date(2024, 8, 31)).coverage
    assert (august.expected, august.approved, august.missing) == (1, 1, 0)


def test_before_it_was_recorded_the_months_were_missing(project) -> None:
    known_at = build.moment("2024-06-30")
    page = completion_page(asked(date(2024, 5, 31), known_at))
    assert page.coverage.missing == 1


def test_the_sheet_of_a_month_counts_it_in_the_year_to_date(project) -> None:
    sheet = month_sheet(Project.objects.all(), date(2024, 9, 1), today=timezone.localdate(), days_after=5)
    (row,) = sheet.rows
    assert (row.background.year_before, row.year_to_date, row.opened.opening_words) == (
        5 * YI,
        6 * YI,
        "期初累计（1—8月）",
    )
