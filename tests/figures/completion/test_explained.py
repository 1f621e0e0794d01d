"""Which units explain the gap of an indicator, and what stands behind each."""

from datetime import date
from fractions import Fraction

import pytest

from projects.figures.completion.explained import Gap, UnitBehind, gap_of, units_behind
from projects.figures.completion.page import completion_page
from projects.figures.open_milestones import due_milestones
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.reach import DISTRICT
from tests import build

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2024, 9, 30)
KNOWN = "2024-01-05"


def scope(organisation: Organisation | None = None, known_at=None) -> Scope:
    units = list(Organisation.objects.all())
    return Scope(
        Project.objects.all(), 2024, SEPTEMBER, "city", organisation, known_at, units, reach=DISTRICT
    )


def explained(indicator: str = "", **about) -> tuple[Gap, list[UnitBehind]]:
    page = completion_page(scope(**about))
    gap = gap_of(page, indicator)
    assert gap is not None
    late, _ = due_milestones(page.scope, most=10, units=[unit.organisation for unit in gap.units])
    return gap, units_behind(gap, late, page.scope.units)


@pytest.fixture
def towns() -> list[Organisation]:
    """A district with a target of 20 starts; of its five towns with a target of 4, the n-th has n − 1 starts."""
    build.target("started", 20, at=KNOWN)
    towns = [build.town(name) for name in ("孟河镇", "薛家镇", "罗溪镇", "奔牛镇", "西夏墅镇")]
    for starts, town in enumerate(towns):
        build.target("started", 4, organisation=town, at=KNOWN)
        for number in range(4):
            project = build.project(f"{town}{number}", organisation=town, contact=f"{town}的人", at=KNOWN)
            build.listing(project, at=KNOWN)
            reached = "2024-06-30" if number < starts else None
            build.milestone(project, "started", reached, planned=f"2024-0{4 + number}-30", at=KNOWN)
    return towns


def test_three_units_and_the_rest_add_up_to_the_gap(towns) -> None:
    gap, _ = explained()

    assert gap.line.indicator == "started"
    assert gap.points == Fraction(10, 20) - Fraction(3, 4)
    assert [(str(unit.row.label), unit.points) for unit in gap.units] == [
        ("孟河镇", Fraction(-3, 20)),
        ("薛家镇", Fraction(-2, 20)),
        ("罗溪镇", Fraction(-1, 20)),
    ]
    assert (gap.explained, gap.rest, gap.others) == (Fraction(-6, 20), Fraction(1, 20), 2)
    assert gap.explained + gap.rest == gap.points


def test_each_unit_names_its_late_milestones_the_longest_first_and_who_answers(towns) -> None:
    _, behind = explained()

    assert [[due.project.name for due in unit.shown] for unit in behind] == [
        ["孟河镇0", "孟河镇1", "孟河镇2"],
        ["薛家镇1", "薛家镇2", "薛家镇3"],
        ["罗溪镇2", "罗溪镇3"],
    ]
    assert [due.days_late for due in behind[0].shown] == [153, 123, 92]
    assert [unit.person for unit in behind] == ["孟河镇的人", "薛家镇的人", "罗溪镇的人"]


def test_the_open_problem_that_is_due_first_and_who_answers_for_it(towns) -> None:
    first, second = (Project.objects.get(name=name) for name in ("孟河镇0", "孟河镇1"))
    build.problem(first, text="没有期限", raised="2024-05-01", due_on=None)
    build.problem(first, text="后到期", raised="2024-05-01", due_on="2024-12-01")
    build.problem(second, text="先到期", raised="2024-05-01", due_on="2024-09-15", person="王主任")
    build.problem(
        second,
        text="解决了",
        raised="2024-05-01",
        due_on="2024-06-01",
        resolved_on="2024-06-02",
        resolution="办好了",
    )
    build.problem(second, text="还没提出", raised="2024-10-01", due_on="2024-10-02")

    _, behind = explained()

    due = behind[0].with_problem
    assert due is not None
    assert due.problem is not None
    assert (due.problem.text, due.problem.days_late, due.problem.due_on) == ("先到期", 15, date(2024, 9, 15))
    assert behind[0].person == "王主任"
    assert behind[1].with_problem is None


def test_what_was_known_at_a_moment_explains_that_moment(towns) -> None:
    project = Project.objects.get(name="孟河镇0")
    build.problem(project, text="后来登记的", raised="2024-05-01", due_on="2024-09-15", at="2024-11-05")

    _, known = explained(known_at=build.moment("2024-11-04"))

    assert known[0].with_problem is None
    assert explained()[1][0].with_problem is not None


def test_money_is_explained_by_late_milestones_of_every_stage(towns) -> None:
    build.target("invested", 1000)
    for town in towns[:2]:
        build.target("invested", 400, organisation=town)
    project = Project.objects.get(name="薛家镇0")
    build.report(project, "2024-08", 150)

    gap, behind = explained("invested")

    assert gap.points == Fraction(150, 1000) - Fraction(3, 4)
    assert [(unit.gap.row.label, unit.gap.points, unit.gap.short) for unit in behind] == [
        ("孟河镇", Fraction(-300, 1000), 300),  # nothing reported: nothing of what is due
        ("薛家镇", Fraction(-150, 1000), 150),
    ]
    assert gap.rest == Fraction(-150, 1000)
    assert [due.stage for due in behind[0].shown] == ["started"] * 3


def test_what_no_unit_answers_for_is_in_the_rest(towns) -> None:
    page = completion_page(scope(towns[0]))

    gap = gap_of(page)

    assert gap is not None
    assert (gap.units, gap.rest, gap.others) == ([], gap.points, 0)


def test_nothing_is_behind() -> None:
    build.target("started", 2)
    for name in ("甲", "乙"):
        project = build.project(name)
        build.listing(project)
        build.milestone(project, "started", "2024-06-30", planned="2024-06-30")
    page = completion_page(scope())

    assert gap_of(page) is None
    assert gap_of(page, "started") is None
    assert gap_of(page, "completed") is None  # nobody set a target
    assert gap_of(page, "nonsense") is None
    assert units_behind(None, [], page.scope.units) == []
