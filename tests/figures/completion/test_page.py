"""The completion page's numbers: the article's, and golden cases of published bulletins."""

from datetime import date
from fractions import Fraction

import pytest

from projects.actions import lifecycle
from projects.figures.completion.lines import CompletionPage, IndicatorLine
from projects.figures.completion.page import completion_page
from projects.figures.completion.published import newest_published
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.reach import DISTRICT
from projects.rules.bounds import Bounds
from projects.vocabulary import Indicator, Light, Precision, Stage
from tests import build

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2024, 9, 30)
DECEMBER = date(2024, 12, 31)


def page_of(level: str = "city", as_of: date = SEPTEMBER, organisation=None, known_at=None) -> CompletionPage:
    units = list(Organisation.objects.all())
    scope = Scope(
        Project.objects.all(), as_of.year, as_of, level, organisation, known_at, units, reach=DISTRICT
    )
    return completion_page(scope, newest_published(as_of.year, scope.whose, by=as_of).figures)


def line_of(page: CompletionPage, indicator: str) -> IndicatorLine:
    return next(line for line in page.lines if line.indicator == indicator)


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize(
    ("indicator", "actual", "computed", "difference"),
    [
        ("invested", 11_030_000_000, None, None),  # no project has reported: the sum is unknown, not 0
        ("entered", 34, 34, 0),
        ("started", 29, 29, 0),
        ("completed", 18, 18, 0),
        ("topped_out", None, None, None),  # nobody follows it
    ],
)
def test_article_city(
    indicator: str, actual: int | None, computed: int | None, difference: int | None
) -> None:
    line = line_of(page_of(), indicator)

    assert (line.actual, line.computed, line.difference) == (actual, computed, difference)


@pytest.mark.usefixtures("article")
def test_article_targets_are_met_but_unknown() -> None:
    page = page_of()

    assert [line.indicator for line in page.stated_met] == ["invested", "entered", "started", "completed"]
    line = line_of(page, "invested")
    assert line.target is not None
    assert line.target.amount is None
    assert line.completion.share is None
    assert line.light == Light.NONE


@pytest.mark.usefixtures("article")
def test_article_province_is_started_in_an_unknown_year() -> None:
    page = page_of("province")
    line = line_of(page, "started")

    assert page.holding.count == 8
    assert (line.actual, line.count.reached, line.year_unknown) == (None, 8, 8)


@pytest.mark.usefixtures("article")
def test_levels_are_counted_side_by_side() -> None:
    counts = {level: page_of(level).holding.count for level in ("", "province", "city", "district")}

    assert counts == {"": 94, "province": 8, "city": 80, "district": 0}


@pytest.mark.usefixtures("article")
def test_each_published_figure_stands_beside_the_register() -> None:
    figures = {(figure.code, figure.level): figure for figure in page_of().published}

    assert figures["projects", "province"].computed == 8
    assert figures["started_total", "province"].difference == 0
    assert figures["gdp", ""].amount == 158_537_000_000
    assert figures["gdp", ""].computed is None
    assert {figure.paragraph for figure in figures.values()} >= {"¶3", "¶6", "¶11", "导语"}


@pytest.mark.usefixtures("article")
def test_a_milestone_counts_from_its_day_on() -> None:
    hehai = Project.objects.get(enterprise="河海新能源集团")
    day = date(2024, 12, 26)
    lifecycle.reach(hehai, Stage.COMPLETED, on=day, precision=Precision.DAY, by=build.staff())

    assert line_of(page_of("province"), "completed").actual is None  # of the other seven nobody knows
    assert line_of(page_of("province", DECEMBER), "completed").actual == 1


@pytest.mark.usefixtures("article")
def test_published_numbers_speak_of_their_own_day_only() -> None:
    line = line_of(page_of("city", DECEMBER), "invested")

    assert line.published is None
    assert line.actual is None


def test_golden_investment_to_october() -> None:
    project = build.project()
    build.listing(project)
    build.report(project, "2024-10", 62_900_000_000)
    build.target("invested", 64_740_000_000)
    build.light_rule()

    line = line_of(page_of(as_of=date(2024, 10, 31)), "invested")

    assert line.completion.share == Fraction(6290, 6474)
    assert line.completion.pace_gap == Fraction(6290, 6474) - Fraction(10, 12)
    assert line.light == Light.GREEN


@pytest.mark.parametrize(
    ("invested", "light"),
    [(75, Light.GREEN), (74, Light.UNDEFINED), (65, Light.YELLOW), (45, Light.YELLOW), (44, Light.RED)],
)
def test_lights_at_the_edges_of_the_points_rule(invested: int, light: Light) -> None:
    project = build.project()
    build.listing(project)
    build.report(project, "2024-09", invested * build.YI)
    build.target("invested", 100 * build.YI)
    build.light_rule()

    assert line_of(page_of(), "invested").light == light


def test_only_approved_reports_of_ended_months_count() -> None:
    project, other = build.project(), build.project()
    for each in (project, other):
        build.listing(each)
    build.report(project, "2024-08", 3)
    build.report(project, "2024-09", 4)
    build.report(other, "2024-08", 5, state="submitted")

    line = line_of(page_of(as_of=date(2024, 9, 29)), "invested")

    assert (line.computed, line.coverage.expected, line.coverage.approved, line.coverage.waiting) == (
        3,
        2,
        1,
        1,
    )


def test_nothing_invested_is_not_nothing_reported() -> None:
    project = build.project()
    build.listing(project)
    assert line_of(page_of(), "invested").computed is None

    build.report(project, "2024-09", 0)
    assert line_of(page_of(), "invested").computed == 0


def test_a_unit_counts_what_it_answers_for_and_helps_with() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    for position in range(3):
        project = build.project(organisation=luoxi)
        build.listing(project)
        build.milestone(project, Stage.STARTED, "2024-05-01")
        if position == 0:
            build.helper(project, xuejia)

    assert line_of(page_of(organisation=luoxi), "started").actual == 3
    assert line_of(page_of(organisation=xuejia), "started").actual == 1
    assert line_of(page_of(), "started").actual == 3


def test_funnel_counts_whoever_passed_a_stage() -> None:
    for stage in (Stage.SIGNED, Stage.TOPPED_OUT, Stage.IN_PRODUCTION):
        project = build.project(total_investment=build.YI)
        build.listing(project)
        build.milestone(project, stage, "2024-05-01")

    funnel = {step.stage: step.holding.count.exact for step in page_of().funnel if step.holding}

    assert funnel == {
        Stage.SIGNED: 3,
        Stage.STARTED: 2,
        Stage.TOPPED_OUT: 2,
        Stage.COMPLETED: 1,
        Stage.IN_PRODUCTION: 1,
    }


def test_signing_is_counted_with_its_money() -> None:
    for investment in (build.YI, None):
        build.milestone(build.project(total_investment=investment), Stage.SIGNED, "2024-02-01")

    page = page_of("")

    assert line_of(page, Indicator.SIGNED).actual == 2
    assert line_of(page, Indicator.SIGNED_INVESTMENT).actual == build.YI


@pytest.mark.parametrize("projects", [3, 60])
def test_the_number_of_queries_does_not_depend_on_the_data(projects: int, django_assert_num_queries) -> None:
    unit = build.town()
    for _ in range(projects):
        project = build.project(organisation=unit)
        build.listing(project)
        build.milestone(project, Stage.STARTED, "2024-05-01")

    with django_assert_num_queries(9):
        page_of()


@pytest.mark.usefixtures("article")
def test_the_article_says_how_many_of_the_signed_are_large() -> None:
    sizes = line_of(page_of(""), "signed").sizes
    assert sizes is not None
    assert (sizes.over_1bn, sizes.over_10bn) == (Bounds.exactly(17), Bounds.exactly(2))


def test_the_register_says_how_many_of_the_signed_are_large() -> None:
    for facts in (
        {"total_investment": 100 * build.YI},
        {"total_investment": 10 * build.YI},
        {"total_investment": 9 * build.YI, "foreign_amount": 10**8, "foreign_currency": "USD"},
        {"total_investment": 9 * build.YI, "foreign_amount": 10**8, "foreign_currency": "EUR"},
        {},
    ):
        build.milestone(build.project(**facts), Stage.SIGNED, "2024-05-01")

    sizes = line_of(page_of(""), "signed").sizes

    assert sizes is not None
    assert (sizes.over_1bn, sizes.over_10bn) == (Bounds.exactly(3), Bounds.exactly(1))
    assert line_of(page_of(""), "started").sizes is None


@pytest.mark.parametrize("known_at", [None, "2099-01-01"])
@pytest.mark.parametrize(("units", "months"), [(1, 1), (1, 9), (12, 9)])
def test_as_many_queries_for_many_units_and_months(
    units: int, months: int, known_at: str | None, django_assert_num_queries
) -> None:
    for number in range(units):
        unit = build.town(f"镇{number}")
        project = build.project(organisation=unit)
        build.listing(project)
        build.milestone(project, "started", "2024-05-01")
        build.target("started", 3, organisation=unit)
        for month in range(1, months + 1):
            build.report(project, f"2024-{month:02}", build.YI)
    everywhere = list(Organisation.objects.all())
    known = build.moment(known_at) if known_at else None
    scope = Scope(Project.objects.all(), 2024, SEPTEMBER, "city", None, known, everywhere, reach=DISTRICT)

    with django_assert_num_queries(7 if known is None else 8):  # what was known of the tree of units
        page = completion_page(scope)

    assert len(page.rows) == units
    assert page.line("invested").computed == units * months * build.YI
