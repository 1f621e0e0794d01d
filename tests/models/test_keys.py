"""Rows past the ORM are the ORM's rows."""

from datetime import date

import pytest

from projects.models import Milestone, Project
from projects.models.keys import among, day_of, plain_rows
from tests import build

pytestmark = pytest.mark.django_db


def test_keys_as_one_parameter_find_what_a_list_of_them_finds() -> None:
    first, _, third = (build.project(name) for name in "甲乙丙")

    assert set(Project.objects.filter(pk__in=among([first.pk, third.pk]))) == {first, third}
    assert not Project.objects.filter(pk__in=among([])).exists()


def test_plain_rows_have_the_values_of_the_orm() -> None:
    project = build.project()
    build.milestone(project, "started", "2024-03-01")
    build.milestone(project, "completed", planned="2024-09-01")
    values = Milestone.objects.order_by("pk").values_list("stage", "current_on", "reached_on", "skipped")

    rows = [(stage, day_of(now), day_of(on), bool(skipped)) for stage, now, on, skipped in plain_rows(values)]

    assert rows == list(values)
    assert rows[0][2] == date(2024, 3, 1)
    assert plain_rows(Milestone.objects.none().values_list("pk")) == []
