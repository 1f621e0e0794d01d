"""Where a unit stands, and which units help, on the day asked: in every figure, for every reader, on both clocks."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from projects.figures.attention import attention
from projects.figures.completion.breakdown import breakdown
from projects.figures.completion.page import completion_page
from projects.figures.register.silent import silent
from projects.figures.scope import Scope
from projects.models import Organisation, Participation, Project, User
from tests import build

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY = date(2024, 5, 31), date(2024, 6, 1), date(2024, 7, 31)
LUOXI, XUEJIA, VILLAGE = "罗溪镇", "薛家镇", "龙王村"


def scope(day: date, unit: str | None = None, known: str | None = None, reader: User | None = None) -> Scope:
    units = list(Organisation.objects.all())
    asked = next((each for each in units if each.name == unit), None)
    reader = reader or build.leader()
    projects = Project.objects.counted_for(reader)
    moment = build.moment(known) if known else None
    return Scope(projects, day.year, day, "city", asked, moment, units, reach=reader.reach)


def rows(day: date, unit: str | None = None, known: str | None = None, reader: User | None = None) -> dict:
    """By row: projects, and the investment of the year."""
    page = completion_page(scope(day, unit, known, reader))
    return {
        row.label: (
            row.holding.count,
            next(each.computed for each in row.lines if each.indicator == "invested"),
        )
        for row in page.rows
    }


def numbers(day: date, unit: str, known: str | None = None, reader: User | None = None) -> tuple:
    """Projects, the investment, the names behind the number, who owes a report, who is late."""
    of = scope(day, unit, known, reader)
    page = completion_page(of)
    return (
        page.holding.count,
        page.line("invested").computed,
        [row.name for row in breakdown(of, page.line("started")).counted],
        [project.name for project in silent(of, most=9)],
        [item.project.name for item in attention(of, most=9).late],
    )


def active(organisation: Organisation, name: str = "甲") -> Project:
    """Started and reported in March, late for its topping out, silent since."""
    project = build.project(
        name, organisation=organisation, total_investment=3, contact="王芳", at="2024-01-02"
    )
    build.listing(project, at="2024-01-02")
    build.milestone(project, "started", "2024-03-10", at="2024-03-11")
    build.milestone(project, "topped_out", planned="2024-04-01", at="2024-03-11")
    build.report(project, "2024-03", 7, at="2024-04-02")
    return project


NOTHING = (0, None, [], [], [])
ACTIVE = (1, 7, ["甲"], ["甲"], ["甲"])


def moved_village(on: date = JUNE, at: str | None = "2024-08-15") -> Organisation:
    """A village with a project goes from one town to the other."""
    towns = [build.town(name, at="2024-01-01") for name in (LUOXI, XUEJIA)]
    village = build.town(VILLAGE, kind="department", parent=towns[0], at="2024-01-01")
    active(village)
    village.move_under(towns[1].pk, on=on, today=timezone.localdate())
    return build.kept(village, at=at)


def test_a_unit_is_counted_where_it_stood_on_the_day() -> None:
    moved_village()

    assert [numbers(day, LUOXI) for day in (MAY, JUNE)] == [ACTIVE, NOTHING]
    assert [numbers(day, XUEJIA) for day in (MAY, JUNE)] == [NOTHING, ACTIVE]
    assert rows(MAY) == {LUOXI: (1, 7)}
    assert rows(JULY) == {XUEJIA: (1, 7)}
    assert numbers(MAY, VILLAGE) == numbers(JUNE, VILLAGE) == ACTIVE


def test_what_was_known_before_the_move_was_recorded_does_not_know_it() -> None:
    moved_village(at="2024-08-15")

    assert rows(JULY, known="2024-08-01") == {LUOXI: (1, 7)}
    assert rows(JULY, known="2024-08-16") == {XUEJIA: (1, 7)}
    assert rows(MAY, known="2024-08-16") == {LUOXI: (1, 7)}


def test_staff_keep_the_past_days_of_a_unit_that_was_below_theirs_and_open_nothing() -> None:
    village = moved_village()
    former, present = build.staff(build.town(LUOXI)), build.staff(build.town(XUEJIA))

    assert rows(MAY, LUOXI, reader=former) == {VILLAGE: (1, 7)}
    assert numbers(JULY, LUOXI, reader=former) == NOTHING
    assert numbers(MAY, XUEJIA, reader=present) == NOTHING
    assert numbers(JULY, XUEJIA, reader=present) == ACTIVE
    (late,) = attention(scope(MAY, LUOXI, reader=former), most=9).late
    assert (late.project.pk, late.project.contact) == (None, "")
    (row,) = breakdown(scope(MAY, LUOXI, reader=former), completion_page(scope(MAY)).line("started")).counted
    assert row.project is None
    with pytest.raises(PermissionDenied):  # rights are of today
        scope(MAY, VILLAGE, reader=former)
    assert scope(MAY, VILLAGE, reader=present).organisation == village


def test_a_target_of_the_moved_unit_has_its_row_where_it_stood() -> None:
    village = moved_village()
    Project.objects.all().delete()
    build.target("started", 3, year=2024, level="city", organisation=village)

    assert [rows(day, LUOXI) for day in (MAY, JULY)] == [{VILLAGE: (0, 0)}, {}]
    assert [rows(day, XUEJIA) for day in (MAY, JULY)] == [{}, {VILLAGE: (0, 0)}]


def helped(**days: date) -> Participation:
    return build.helper(active(build.town(LUOXI)), build.town(XUEJIA), **days)


def test_a_unit_helps_from_a_day_on_and_until_a_day() -> None:
    helped(began_on=date(2024, 4, 1), ended_on=JUNE)

    assert numbers(date(2024, 3, 31), XUEJIA)[:3] == NOTHING[:3]
    assert numbers(MAY, XUEJIA) == ACTIVE
    assert numbers(JUNE, XUEJIA) == NOTHING
    assert rows(MAY) == {LUOXI: (1, 7), XUEJIA: (1, 7)}
    assert rows(JUNE) == {LUOXI: (1, 7)}


def test_without_a_first_day_a_unit_has_always_helped() -> None:
    helped()

    assert numbers(MAY, XUEJIA) == numbers(JULY, XUEJIA) == ACTIVE


def test_staff_of_a_unit_that_helps_no_more_keep_its_past_days_without_page_and_contact() -> None:
    entry = helped(ended_on=JUNE)
    reader = build.staff(build.town(XUEJIA))

    assert numbers(MAY, XUEJIA, reader=reader) == ACTIVE
    assert numbers(JULY, XUEJIA, reader=reader) == NOTHING
    assert list(Project.objects.visible_to(reader)) == []
    (late,) = attention(scope(MAY, XUEJIA, reader=reader), most=9).late
    assert (late.project.pk, late.project.contact) == (None, "")
    assert entry.project in Project.objects.visible_to(build.staff(build.town(LUOXI)))
