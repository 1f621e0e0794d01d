"""What the register knew at the moments of its seals."""

from datetime import date

import pytest

from projects.figures.forecast.knowledge import Knowledge, SealedDay, known_at_seals
from projects.figures.scope import Scope
from projects.models import Milestone, Organisation, Project
from projects.models.reach import DISTRICT
from projects.vocabulary import SideState, Stage
from tests import build

pytestmark = pytest.mark.django_db

AUGUST, SEPTEMBER = (
    SealedDay(date(2024, 8, 31), build.moment("2024-09-10")),
    SealedDay(date(2024, 9, 30), build.moment("2024-10-10")),
)


def known(**asked) -> dict[date, Knowledge]:
    units = list(Organisation.objects.all())
    scope = Scope(
        Project.objects.all(), 2024, SEPTEMBER.as_of, "city", organisations=units, reach=DISTRICT, **asked
    )
    return known_at_seals(scope, [SEPTEMBER, AUGUST])


def test_a_stage_is_known_from_the_moment_it_was_recorded() -> None:
    project = build.project(at="2024-01-05")
    build.listing(project, at="2024-01-05")
    build.milestone(project, Stage.STARTED, "2024-08-20", at="2024-09-20")

    made = known()

    assert Stage.STARTED not in made[AUGUST.as_of].steps[project.pk]
    assert made[SEPTEMBER.as_of].steps[project.pk][Stage.STARTED].reached_on == date(2024, 8, 20)


def test_what_was_deleted_is_gone_from_then_on() -> None:
    project = build.project(at="2024-01-05")
    milestone = build.milestone(project, Stage.STARTED, "2024-08-20", at="2024-08-25")
    milestone._history_date = build.moment("2024-09-20")
    milestone.delete()

    made = known()

    assert Stage.STARTED in made[AUGUST.as_of].steps[project.pk]
    assert made[SEPTEMBER.as_of].steps[project.pk] == {}
    assert not Milestone.objects.exists()


def test_a_place_counts_from_its_first_day_to_its_last() -> None:
    promoted, removed = build.project(at="2024-01-05"), build.project(at="2024-01-05")
    build.listing(promoted, listed_on="2024-09-15", at="2024-01-05")
    build.listing(removed, removed_on="2024-09-01", removed_reason="调出", at="2024-01-05")

    made = known()

    assert made[AUGUST.as_of].listed == {removed.pk}
    assert made[SEPTEMBER.as_of].listed == {promoted.pk}


def test_a_unit_has_what_it_answered_for_on_the_day_and_what_it_helps_with() -> None:
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    moved = build.project(organisation=benniu, former_units=[[luoxi.pk, "2024-09-15"]], at="2024-01-05")
    other = build.project(organisation=benniu, at="2024-01-05")
    for project in (moved, other):
        build.listing(project, at="2024-01-05")

    made = known(organisation=luoxi)

    assert made[AUGUST.as_of].listed == {moved.pk}
    assert made[SEPTEMBER.as_of].listed == frozenset()


def test_who_stands_still_does_so_from_its_day() -> None:
    project = build.project(
        side_state=SideState.PAUSED, side_state_on=date(2024, 9, 5), side_reason="market", at="2024-01-05"
    )

    made = known()

    assert made[AUGUST.as_of].stopped == {}
    assert made[SEPTEMBER.as_of].stopped == {project.pk: date(2024, 9, 5)}


def test_only_approved_amounts_of_ended_months_count() -> None:
    project = build.project(at="2024-01-05")
    build.report(project, "2024-07", 5, at="2024-08-05")
    build.report(project, "2024-08", 7, "submitted", at="2024-09-05")
    build.report(project, "2024-09", None, at="2024-10-05")
    build.annual_plan(project, 100, at="2024-01-05")

    made = known()[SEPTEMBER.as_of]

    assert made.reports == {project.pk: {date(2024, 7, 1): 5}}
    assert made.plans == {(project.pk, 2024): 100}
