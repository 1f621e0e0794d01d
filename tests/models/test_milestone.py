"""What the ledger of milestones can be asked."""

from datetime import date

import pytest

from projects.models import Milestone
from projects.vocabulary import Precision, Stage
from tests import build

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2024, 9, 30)


def test_reached_in_the_year_and_year_unknown_part_the_rows():
    certain = build.milestone(build.project(), "started", "2024-09-01", "month")
    perhaps = build.milestone(build.project(), "started", "2024-09-30", "not_later")
    build.milestone(build.project(), "started", "2023-09-30")
    assert list(Milestone.objects.reached_in(2024, by=SEPTEMBER)) == [certain]
    assert list(Milestone.objects.year_unknown(2024, by=SEPTEMBER)) == [perhaps]


@pytest.mark.parametrize(
    ("day", "precision", "stored"),
    [
        ("2024-12-05", "day", date(2024, 12, 5)),
        ("2024-12-05", "month", date(2024, 12, 31)),
        ("2024-11-05", "quarter", date(2024, 12, 31)),
        ("2024-01-01", "year", date(2024, 12, 31)),
    ],
)
def test_plans_are_kept_as_their_last_possible_day(day, precision, stored):
    milestone = build.milestone(build.project(), "started", planned=day, planned_precision=precision)
    milestone.refresh_from_db()
    assert (milestone.planned_on, milestone.current_on) == (stored, stored)


def test_as_step_says_the_same_in_plain_values():
    step = build.milestone(build.project(), "started", "2024-09-30", "month", planned="2024-08-31").as_step()
    assert (step.stage, step.planned_on, step.reached_on) == (Stage.STARTED, date(2024, 8, 31), SEPTEMBER)
    assert (step.planned_precision, step.reached_precision) == (Precision.DAY, Precision.MONTH)


def test_natural_key():
    milestone = build.milestone(build.project("甲", enterprise="乙公司"), "started")
    assert Milestone.objects.get_by_natural_key(*milestone.natural_key()) == milestone
