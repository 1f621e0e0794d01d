"""Milestones of which only the bounds are known: counts, money, ranks and lights on a day between these bounds."""

from datetime import date

import pytest

from projects.figures.attention import attention
from projects.figures.completion.lines import CompletionPage, IndicatorLine
from projects.figures.completion.page import completion_page
from projects.figures.completion.ranks import ranked
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.reach import DISTRICT
from projects.rules.bounds import Bounds
from projects.vocabulary import Indicator, Light, Stage
from tests import build

pytestmark = pytest.mark.django_db

BETWEEN, LIMIT = date(2024, 9, 29), date(2024, 9, 30)


def page_of(as_of: date = BETWEEN, level: str = "city") -> CompletionPage:
    units = list(Organisation.objects.all())
    return completion_page(
        Scope(Project.objects.all(), as_of.year, as_of, level, organisations=units, reach=DISTRICT)
    )


def line_of(indicator: str, as_of: date = BETWEEN, level: str = "city") -> IndicatorLine:
    return page_of(as_of, level).line(indicator)


def listed(**facts) -> Project:
    project = build.project(**facts)
    build.listing(project)
    return project


@pytest.mark.parametrize("as_of", [date(2024, 1, 31), date(2024, 6, 30), BETWEEN])
@pytest.mark.parametrize(("indicator", "number"), [("entered", 34), ("started", 29), ("completed", 18)])
@pytest.mark.usefixtures("article")
def test_before_the_articles_day_its_counts_are_possible_and_not_zero(
    indicator: str, number: int, as_of: date
) -> None:
    line = line_of(indicator, as_of)

    assert line.register == Bounds(0, number)
    assert (line.actual, line.computed, line.is_pending) == (None, None, True)
    assert [month for month in line.by_month if month is not None] == [Bounds(0, number)] * as_of.month


@pytest.mark.usefixtures("article")
def test_on_the_articles_day_its_counts_are_certain() -> None:
    page = page_of(LIMIT)

    assert [page.line(code).computed for code in ("entered", "started", "completed")] == [34, 29, 18]
    assert page.pending == []


@pytest.mark.usefixtures("article")
def test_what_the_article_does_not_say_is_unknown() -> None:
    page = page_of(LIMIT)

    assert page.carried_over is None  # 46 of the 80 may have entered before the year or not at all
    assert [(step.stage, step.holding and step.holding.count) for step in page.funnel] == [
        (Stage.SIGNED, Bounds(47, 47)),
        (Stage.STARTED, Bounds(47, 47)),
        (Stage.TOPPED_OUT, Bounds(18, 18)),
        (Stage.COMPLETED, Bounds(18, 18)),
        (Stage.IN_PRODUCTION, None),
    ]


@pytest.mark.parametrize(
    ("as_of", "stated"),
    [(date(2024, 6, 30), False), (BETWEEN, False), (LIMIT, True), (date(2024, 12, 31), True)],
)
@pytest.mark.usefixtures("article")
def test_the_statement_that_targets_were_met_holds_from_its_own_day_on(as_of: date, stated: bool) -> None:
    page = page_of(as_of)

    assert [line.indicator for line in page.stated_met] == (
        [Indicator.INVESTED, Indicator.ENTERED, Indicator.STARTED, Indicator.COMPLETED] if stated else []
    )
    target = page.line("started").target
    assert target is not None
    assert target.amount is None


@pytest.mark.usefixtures("article")
def test_one_plan_among_ninety_four_projects_is_no_target() -> None:
    line = line_of("completed", date(2024, 12, 31), level="")

    assert line.count.planned == 1
    assert (line.target, line.light) == (None, Light.NONE)


@pytest.mark.usefixtures("article")
def test_the_articles_provincial_projects_started_in_a_year_that_nobody_knows() -> None:
    line = line_of("started", LIMIT, "province")

    assert line.register == Bounds(0, 8)
    assert line.count.ever == Bounds(8, 8)
    assert page_of(LIMIT, "province").line("completed").register is None  # one of the eight has a plan
    assert line.year_unknown == 8


def test_money_of_what_was_perhaps_signed_is_a_range() -> None:
    build.milestone(build.project(total_investment=2 * build.YI), Stage.SIGNED, "2024-02-01")
    build.milestone(build.project(total_investment=12 * build.YI), Stage.SIGNED, "2024-12-31", "year")
    build.milestone(build.project(), Stage.SIGNED, "2024-12-31", "quarter")

    page = page_of(level="")

    assert page.line("signed").register == Bounds(1, 2)  # the fourth quarter has not begun
    assert page.line("signed_investment").register == Bounds(2 * build.YI, 14 * build.YI)
    sizes = page.line("signed").sizes
    assert sizes is not None
    assert (sizes.over_1bn, sizes.over_10bn) == (Bounds(0, 1), Bounds(0, 0))


def test_the_funnel_and_the_entries_are_ranges_with_their_money() -> None:
    project = listed(total_investment=3 * build.YI)
    build.milestone(project, Stage.STARTED, "2024-03-01")
    build.milestone(project, Stage.COMPLETED, "2024-12-31", "year")
    build.milestone(project, Stage.ENTERED, "2024-12-31", "not_later")

    page = page_of()
    funnel = {step.stage: step for step in page.funnel}

    completed = funnel[Stage.COMPLETED].holding
    assert completed is not None
    assert (completed.count, completed.investment) == (Bounds(0, 1), Bounds(0, 3 * build.YI))
    assert (funnel[Stage.COMPLETED].width, funnel[Stage.COMPLETED].possible_width) == (0, 1)
    assert page.carried_over is not None
    assert page.newly_entered is not None
    assert (page.carried_over.count, page.newly_entered.count) == (Bounds(0, 1), Bounds(0, 1))


def test_what_perhaps_happened_is_neither_due_nor_late() -> None:
    project = listed()
    build.milestone(project, Stage.STARTED, "2024-12-31", "year", planned="2024-03-31")
    build.light_rule("start_overdue", "1", "3")

    page, late = page_of(), page_of(date(2024, 9, 29)).line("started").count

    assert (late.due, late.overdue, late.perhaps) == (0, 0, 1)
    assert page.line("started").overdue is None
    assert attention(page.scope, most=10, rules=page.rules).late == []
    assert not Project.objects.late_on(BETWEEN).exists()


def test_rates_ranks_and_lights_wait_where_the_ends_differ() -> None:
    build.light_rule("points_behind", "10", "30")
    for name, certain, perhaps in (("罗溪镇", 3, 0), ("薛家镇", 0, 3), ("奔牛镇", 2, 0)):
        unit = build.town(name)
        build.target("started", 4, organisation=unit)
        for number in range(3):
            project = listed(organisation=unit)
            if number < certain:
                build.milestone(project, Stage.STARTED, "2024-03-01")
            elif number < certain + perhaps:
                build.milestone(project, Stage.STARTED, "2024-12-31", "year")

    rows = ranked(page_of().rows, by=Indicator.STARTED, least=3)

    found = {row.label: (row.rank, row.is_rank_pending, row.line("started").light) for row in rows}
    assert found == {
        "罗溪镇": (1, False, Light.GREEN),
        "薛家镇": (None, True, Light.PENDING),
        "奔牛镇": (None, True, Light.YELLOW),
    }
    assert [row.label for row in rows] == ["罗溪镇", "奔牛镇", "薛家镇"]


@pytest.mark.parametrize("projects", [3, 60])
def test_bounds_cost_no_query_more(projects: int, django_assert_num_queries) -> None:
    for _ in range(projects):
        build.milestone(listed(organisation=None), Stage.STARTED, "2024-12-31", "year")

    with django_assert_num_queries(8):
        page_of()


@pytest.mark.usefixtures("article")
def test_between_two_stages_some_perhaps_stand_still() -> None:
    gaps = [
        {gap.label: gap.count for gap in attention(page_of(day).scope, most=1).gaps}
        for day in (BETWEEN, LIMIT)
    ]

    assert gaps == [
        {"已签约未开工": None, "已开工未竣工": Bounds(0, 29), "已竣工未投产": Bounds(0, 18)},
        {"已签约未开工": None, "已开工未竣工": Bounds(29, 29), "已竣工未投产": Bounds(18, 18)},
    ]
