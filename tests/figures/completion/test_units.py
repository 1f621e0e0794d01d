"""The table of units: columns, effect on the whole, movement since the last seal, the projects that explain a rate."""

from datetime import date
from fractions import Fraction

import pytest

from projects.figures.completion.lines import CompletionPage
from projects.figures.completion.page import completion_page
from projects.figures.completion.ranks import ranked
from projects.figures.completion.shortfall import ExplainedUnit, explained_units
from projects.figures.completion.units import Movement, UnitTable, chosen_columns, unit_table
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.reach import DISTRICT
from projects.rules import bulletin
from projects.vocabulary import Indicator
from tests import build

pytestmark = pytest.mark.django_db

LUOXI, XUEJIA = "罗溪镇", "薛家镇"


@pytest.fixture
def towns() -> list[Organisation]:
    """Targets of four starts each; of three projects each, one or two have started by August."""
    towns = [build.town(name) for name in (LUOXI, XUEJIA)]
    build.target("started", 8)
    for unit, starts in zip(towns, (1, 2), strict=True):
        build.target("started", 4, organisation=unit)
        for number in range(3):
            project = build.project(f"{unit}第{12 - number}个", organisation=unit)
            build.listing(project)
            reached = "2024-08-01" if number < starts else None
            build.milestone(project, "started", reached, planned="2024-06-30")
    return towns


def page(day: date = date(2024, 9, 30)) -> CompletionPage:
    units = list(Organisation.objects.all())
    return completion_page(
        Scope(Project.objects.all(), day.year, day, "city", organisations=units, reach=DISTRICT)
    )


def table(of: CompletionPage, by: str = "started", seal=None) -> UnitTable:
    return unit_table(
        of,
        ranked(of.rows, by=by, least=1),
        by=by,
        columns=chosen_columns([], of),
        sealed=bulletin.read(seal.content) if seal else None,
        least=1,
    )


def test_a_reader_chooses_indicators_and_unknown_ones_are_ignored(towns) -> None:
    assert chosen_columns(["topped_out", "moon", "invested"], page()) == ["invested", "topped_out"]
    assert chosen_columns(["moon"], page()) == ["invested", "started", "completed"]


def test_the_effects_of_the_units_are_their_part_of_the_gap(towns) -> None:
    found = table(page())

    # 9 of 12 months: 3 of 4 are due in each town
    assert {row.row.label: row.effect for row in found.rows} == {
        XUEJIA: Fraction(-1, 8),
        LUOXI: Fraction(-2, 8),
    }
    assert found.total_main is not None
    assert found.total_main.completion.pace_gap == Fraction(-3, 8)


def test_rank_and_rate_move_since_the_last_seal(towns) -> None:
    seal = build.seal("2024-08")
    for project in Project.objects.filter(organisation=towns[0]):
        milestone = project.milestones.get()
        if milestone.reached_on is None:
            milestone.reached_on, milestone.reached_precision = date(2024, 9, 10), "day"
            milestone.recorded_on = date(2024, 9, 11)
            build.kept(milestone)

    rows = {row.row.label: row.movement for row in table(page(), seal=seal).rows}

    assert rows == {LUOXI: Movement(1, Fraction(1, 2)), XUEJIA: Movement(-1, Fraction(0))}


def test_nothing_moves_where_nothing_is_sealed(towns) -> None:
    found = table(page())
    assert found.since is None
    assert {row.movement for row in found.rows} == {Movement(None, None)}


def test_joint_projects_make_the_rows_count_more_than_the_whole(towns) -> None:
    build.helper(Project.objects.first(), towns[1])

    assert table(page()).joint == 1


def explained(by: str) -> dict[str, ExplainedUnit]:
    return {unit.gap.row.label: unit for unit in explained_units(page(), by)}


def test_late_starts_explain_a_units_rate_in_the_natural_order_of_their_names(towns) -> None:
    found = explained("started")

    assert [each.row.name for each in found[LUOXI].projects] == ["罗溪镇第10个", "罗溪镇第11个"]
    assert [each.points for each in found[LUOXI].projects] == [Fraction(-1, 8)] * 2
    assert found[LUOXI].rest == 0
    assert found[LUOXI].gap.points == sum(each.points for each in found[LUOXI].projects)


def test_what_a_project_reported_less_than_its_plan_explains_investment(towns) -> None:
    build.target("invested", 80 * build.YI)
    build.target("invested", 40 * build.YI, organisation=towns[0])
    first, second, third = Project.objects.filter(organisation=towns[0]).order_by("pk")
    for project, planned, reported in ((first, 16, 4), (second, 8, 7), (third, 4, None)):
        build.annual_plan(project, planned * build.YI)
        if reported is not None:
            build.report(project, "2024-09", reported * build.YI)

    found = explained("invested")[LUOXI]

    # due by now: 12 of 16, 6 of 8, 3 of 4; the second one is ahead
    assert [(each.row.name, each.short) for each in found.projects] == [
        (first.name, 8 * build.YI),
        (third.name, 3 * build.YI),
    ]
    assert found.gap.points == Fraction(11 - 30, 80)
    assert sum(each.points for each in found.projects) + found.rest == found.gap.points


@pytest.mark.parametrize("projects", [3, 100])
def test_the_number_of_queries_is_constant(towns, projects: int, django_assert_num_queries) -> None:
    for _ in range(projects):
        project = build.project(organisation=towns[0])
        build.listing(project)
        build.milestone(project, "started", planned="2024-06-30")
    shown = page()
    with django_assert_num_queries(4):
        assert explained_units(shown, Indicator.STARTED)
