"""Published and sealed numbers: the newest day, and the order within one set."""

from datetime import date

import pytest

from projects.models import Bulletin, Figure
from tests import build

pytestmark = pytest.mark.django_db


def test_the_latest_day_that_numbers_speak_of():
    assert Bulletin.objects.latest_day() is None
    build.bulletin("2024-09-30")
    build.bulletin("2024-08-31", kind="sealed")
    assert Bulletin.objects.latest_day() == date(2024, 9, 30)


def test_figures_stand_in_their_order_and_answer_to_their_key():
    bulletin = build.bulletin(figures={"started": 29, "entered": 34})
    assert [figure.code for figure in bulletin.figures.all()] == ["started", "entered"]
    figure = bulletin.figures.get(code="entered")
    assert Figure.objects.get_by_natural_key(*figure.natural_key()) == figure
    assert Bulletin.objects.get_by_natural_key(*bulletin.natural_key()) == bulletin
