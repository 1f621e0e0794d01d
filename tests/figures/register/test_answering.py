"""A project belongs to the unit that answered for it on the day asked: in every figure, for every reader."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.figures.attention import attention
from projects.figures.completion.breakdown import breakdown
from projects.figures.completion.page import completion_page
from projects.figures.scope import Scope
from projects.figures.sealed import printed_month
from projects.models import Organisation, Project, User
from projects.recount.comparing import Product
from projects.recount.counting import Basis, CountedDay
from projects.recount.pages import page as recounted_page
from projects.recount.refereeing import Comparison, compare_scope
from projects.recount.tables import snapshot
from tests import build

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY = date(2024, 5, 31), date(2024, 6, 1), date(2024, 7, 31)
LUOXI, XUEJIA = "罗溪镇", "薛家镇"


def moved(name: str = "甲", on: date = JUNE, at: str | None = None) -> Project:
    """Started and reported in March, late for its topping out; it goes from one town to the other."""
    luoxi, xuejia = build.town(LUOXI), build.town(XUEJIA)
    project = build.project(name, organisation=luoxi, total_investment=3, contact="王芳", at="2024-01-02")
    build.listing(project, at="2024-01-02")
    build.milestone(project, "started", "2024-03-10", at="2024-03-11")
    build.milestone(project, "topped_out", planned="2024-04-01", at="2024-03-11")
    build.report(project, "2024-03", 7, at="2024-04-02")
    project.hand_to(xuejia.pk, on=on, today=date(2024, 11, 8))
    return build.kept(project, at=at)


def scope(
    day: date,
    unit: str | None = None,
    known: str | None = None,
    reader: User | None = None,
    level: str = "city",
) -> Scope:
    units = list(Organisation.objects.all())
    asked = next((each for each in units if each.name == unit), None)
    reader = reader or build.leader()
    moment = build.moment(known) if known else None
    projects = Project.objects.counted_for(reader)
    return Scope(projects, day.year, day, level, asked, moment, units, reach=reader.reach)


def answered(day: date, unit: str, known: str | None = None, reader: User | None = None) -> list[object]:
    """Projects, investment and names behind a number, of the unit as a scope of its own."""
    of = scope(day, unit, known, reader)
    page = completion_page(of)
    opened = breakdown(of, page.line("started"))
    late = attention(of, most=9).late
    return [
        page.holding.count,
        page.line("invested").computed,
        [(row.name, row.unit) for row in opened.counted],
        [(item.project.name, str(item.project.organisation)) for item in late],
    ]


NOTHING = [0, None, [], []]


def of_unit(unit: str) -> list[object]:
    return [1, 7, [("甲", unit)], [("甲", unit)]]


def test_a_past_day_shows_the_unit_that_answered_then_with_the_whole_history() -> None:
    moved()

    assert [answered(day, LUOXI) for day in (MAY, JUNE, JULY)] == [of_unit(LUOXI), NOTHING, NOTHING]
    assert [answered(day, XUEJIA) for day in (MAY, JUNE, JULY)] == [NOTHING, of_unit(XUEJIA), of_unit(XUEJIA)]


def test_the_district_counts_a_moved_project_once_in_the_row_of_its_unit() -> None:
    moved()

    rows = {
        day: [(row.label, row.holding.count) for row in completion_page(scope(day)).rows]
        for day in (MAY, JUNE)
    }

    assert rows == {MAY: [(LUOXI, 1)], JUNE: [(XUEJIA, 1)]}


def test_what_was_known_before_the_move_was_recorded_does_not_know_it() -> None:
    moved(at="2024-09-01")

    assert answered(JULY, LUOXI, known="2024-08-01") == of_unit(LUOXI)
    assert answered(JULY, LUOXI, known="2024-09-02") == NOTHING
    assert answered(MAY, LUOXI, known="2024-09-02") == of_unit(LUOXI)


def test_the_staff_of_the_former_unit_keep_their_past_days_without_contact_and_page() -> None:
    moved()
    former, present = build.staff(build.town(LUOXI)), build.staff(build.town(XUEJIA))

    assert answered(MAY, LUOXI, reader=former) == of_unit(LUOXI)
    assert answered(JULY, LUOXI, reader=former) == NOTHING
    assert answered(MAY, XUEJIA, reader=present) == NOTHING
    assert answered(JULY, XUEJIA, reader=present) == of_unit(XUEJIA)
    (late,) = attention(scope(MAY, LUOXI, reader=former), most=9).late
    assert (late.project.pk, late.project.contact) == (None, "")
    (late,) = attention(scope(JULY, XUEJIA, reader=present), most=9).late
    assert late.project.contact == "王芳"
    assert not Project.objects.visible_to(former).exists()


def test_a_reader_of_one_unit_who_names_none_gets_no_more() -> None:
    moved()
    former = build.staff(build.town(LUOXI))

    counts = [completion_page(scope(day, reader=former)).holding.count for day in (MAY, JULY)]

    assert counts == [1, 0]


def test_what_is_known_then_names_nobody_of_a_project_that_was_handed_over() -> None:
    moved(at="2024-09-01")
    former = build.staff(build.town(LUOXI))

    (late,) = attention(scope(MAY, LUOXI, "2024-10-01", former), most=9).late

    assert (late.project.pk, late.project.contact) == (None, "")


def test_a_list_of_projects_as_of_a_day_is_of_the_units_of_that_day() -> None:
    moved()

    names = {
        (unit, day): [project.name for project in scope(day, unit).concerned]
        for unit in (LUOXI, XUEJIA)
        for day in (MAY, JUNE)
    }

    assert names == {(LUOXI, MAY): ["甲"], (LUOXI, JUNE): [], (XUEJIA, MAY): [], (XUEJIA, JUNE): ["甲"]}


def test_a_month_is_printed_with_the_units_of_its_day() -> None:
    moved()

    month = printed_month(scope(MAY), known_at=build.moment("2024-11-08"), ranked_by="invested", least=1)

    assert [(row.label, row.projects) for row in month.units] == [(LUOXI, 1)]


@pytest.mark.parametrize("known", [None, "2024-11-08"])
def test_moves_cost_no_query(known: str | None) -> None:
    moved("甲", at="2024-06-02")
    completion_page(scope(MAY, LUOXI, known))

    with CaptureQueriesContext(connection) as few:
        answered(MAY, LUOXI, known)
    for number in range(20):
        moved(f"{number}", at="2024-06-02")
    with CaptureQueriesContext(connection) as many:
        answered(MAY, LUOXI, known)

    assert len(many) == len(few)


def test_the_recount_finds_a_figure_that_forgets_the_day_of_a_move() -> None:
    project = moved()
    luoxi = project.former_units[0][0]
    at, asked = CountedDay(snapshot(None), MAY), Basis(MAY, "city", luoxi)
    agreed, differing = Comparison(), Comparison()
    compare_scope(Product(), at, asked, agreed)
    Project.objects.update(former_units=[])  # what a figure would read that knows the unit of today only
    compare_scope(Product(), at, asked, differing)

    assert recounted_page(at, asked)["项目数与投资", "项目数"] == 1
    assert agreed.differences == []
    assert any(str(each).endswith("项目数：系统 0，重算 1") for each in differing.differences)
