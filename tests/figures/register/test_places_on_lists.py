"""A place on a list counts from its first day on, in every figure and on both clocks."""

from datetime import date

import pytest

from projects.actions import registry
from projects.figures.attention import attention
from projects.figures.completion.breakdown import breakdown
from projects.figures.completion.lines import CompletionPage
from projects.figures.completion.page import completion_page
from projects.figures.listed import listed_rows
from projects.figures.register.silent import silent
from projects.figures.reporting import month_sheet
from projects.figures.scope import Scope
from projects.figures.sealed import printed_month
from projects.figures.todo import silent_months
from projects.models import Listing, Organisation, Project
from projects.models.reach import DISTRICT
from projects.rules.bounds import Bounds
from projects.rules.broken import RuleBroken
from tests import build

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY, AUGUST, SEPTEMBER = (
    date(2024, 5, 31),
    date(2024, 6, 30),
    date(2024, 7, 31),
    date(2024, 8, 31),
    date(2024, 9, 30),
)


def scope(day: date, level: str, known: str | None = None) -> Scope:
    units = list(Organisation.objects.all())
    moment = build.moment(known) if known else None
    return Scope(Project.objects.all(), day.year, day, level, None, moment, units, reach=DISTRICT)


def page_on(day: date, level: str, known: str | None = None) -> CompletionPage:
    return completion_page(scope(day, level, known))


@pytest.fixture(autouse=True)
def district() -> Organisation:
    return build.district()


@pytest.fixture
def promoted() -> Project:
    """On the municipal list all year, on the provincial one from 10 July; started in May, with reports."""
    project = build.project("晋级", at="2024-01-02")
    build.listing(project, at="2024-01-02")
    build.listing(project, "province", listed_on="2024-07-10", at="2024-07-12")
    build.milestone(project, "signed", "2024-01-10", at="2024-01-12")
    build.milestone(project, "started", "2024-05-03", at="2024-05-04")
    build.milestone(project, "completed", planned="2024-05-20", at="2024-01-12")
    build.report(project, "2024-05", 3 * build.YI, at="2024-06-01")
    return project


@pytest.mark.parametrize("known", [None, "2024-10-01"])
@pytest.mark.usefixtures("promoted")
def test_a_promotion_in_july_is_not_in_the_provincial_list_as_of_may(known: str | None) -> None:
    for day, projects in ((MAY, 0), (JUNE, 0), (date(2024, 7, 9), 0), (date(2024, 7, 10), 1), (JULY, 1)):
        page = page_on(day, "province", known)
        found = attention(scope(day, "province", known), most=9)
        counted = breakdown(scope(day, "province", known), page.line("started"))
        assert page.holding.count == projects, day
        assert (page.line("started").computed, page.line("invested").computed) == (
            (1, 3 * build.YI) if projects else (None, None)
        )
        assert [row.name for row in counted.counted] == ["晋级"] * projects
        assert len(found.late) == projects
        assert found.gaps[1].count == (Bounds.exactly(1) if projects else None)
        assert page_on(day, "city", known).holding.count == page_on(day, "", known).holding.count == 1


@pytest.mark.usefixtures("promoted")
def test_the_list_and_its_sheet_know_the_day() -> None:
    def on_province(day: date) -> int:
        return Project.objects.listed_in(2024, level="province", as_of=day).count()

    rows = {
        day: next(listed_rows(Project.objects.all(), year=2024, as_of=day)).listings for day in (MAY, JULY)
    }
    (first,) = page_on(JULY, "province").rows

    assert (on_province(MAY), on_province(JULY)) == (0, 1)
    assert [len(listings) for listings in rows.values()] == [1, 2]
    assert rows[JULY][0].listed == (date(2024, 7, 10), "day")
    assert first.holding.count == 1


def test_a_report_is_owed_from_the_first_month_whose_end_the_project_was_listed_on() -> None:
    project = build.project("增补")
    build.listing(project, listed_on="2024-07-10")

    def owing(day: date) -> int:
        coverage = page_on(day, "city").coverage
        named = silent(scope(day, "city"), most=9)
        assert len(named) == (coverage.missing if coverage else 0)
        return len(named)

    sheets = {
        month: len(month_sheet(Project.objects.all(), month, today=SEPTEMBER, days_after=5).rows)
        for month in (date(2024, 6, 1), date(2024, 7, 1))
    }
    opened = breakdown(scope(AUGUST, "city"), page_on(AUGUST, "city").line("invested"))

    assert [owing(day) for day in (MAY, JUNE, date(2024, 7, 30), JULY, AUGUST)] == [0, 0, 0, 1, 1]
    assert list(sheets.values()) == [0, 1]
    assert opened.left_out[0].words == "1—6月没有月报（不在当年名单上）；7—8月没有月报"


def test_who_has_left_the_lists_since_is_asked_by_nobody() -> None:
    build.listing(build.project("调出"), removed_on="2024-08-03", removed_reason="停建")

    def asked(today: date) -> tuple[int, int]:
        months = silent_months(Project.objects.all(), today=today, days_after=5)
        return sum(month.missing for month in months), len(silent(scope(today, "city"), most=9))

    assert asked(date(2024, 8, 2)) == (2, 1)  # July and June; the page speaks of July
    assert asked(date(2024, 8, 4)) == (0, 0)


def test_a_project_listed_after_the_seal_is_an_ordinary_entry_from_its_day_on() -> None:
    build.listing(build.project("早"))
    seal = build.seal("2024-09")
    late, staff = build.project("晚"), build.office()
    milestone = build.milestone(late, "started", "2024-05-03")

    with pytest.raises(RuleBroken, match="2024年9月（全区 · 市重点）已封存"):
        registry.keep_year(late, [Listing(year=2024, level="city")], by=staff, reason="列入")
    listing = Listing(year=2024, level="city", listed_on=date(2024, 10, 8), listed_precision="day")
    registry.keep_year(late, [listing], by=staff, reason="列入")

    month = printed_month(scope(SEPTEMBER, "city"), known_at=seal.sealed_at, ranked_by="invested", least=1)
    assert listing.history.get().history_change_reason == "列入"
    assert page_on(SEPTEMBER, "city").holding.count == 1
    assert page_on(date(2024, 10, 31), "city").holding.count == 2
    assert month.content == seal.content
    milestone.reached_on = date(2024, 5, 4)  # of a project that the seal does not speak of
    registry.record(milestone, by=staff, reason="改开工日期")
    assert (
        page_on(SEPTEMBER, "city").line("started").computed
        == page_on(SEPTEMBER, "city", "2024-10-01").line("started").computed
    )


@pytest.mark.parametrize("projects", [3, 60])
def test_the_number_of_queries_does_not_depend_on_the_data(projects: int, django_assert_num_queries) -> None:
    for _ in range(projects):
        build.listing(build.project(), listed_on="2024-07-10")
    asked = scope(JULY, "city")

    with django_assert_num_queries(7):
        assert completion_page(asked).holding.count == projects
