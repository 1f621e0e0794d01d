"""Published and sealed numbers: the order within one set."""

import pytest

from projects.models import Bulletin, Figure
from tests import build

pytestmark = pytest.mark.django_db


def test_figures_stand_in_their_order_and_answer_to_their_key():
    bulletin = build.bulletin(figures={"started": 29, "entered": 34})
    assert [figure.code for figure in bulletin.figures.all()] == ["started", "entered"]
    figure = bulletin.figures.get(code="entered")
    assert Figure.objects.get_by_natural_key(*figure.natural_key()) == figure
    assert Bulletin.objects.get_by_natural_key(*bulletin.natural_key()) == bulletin
