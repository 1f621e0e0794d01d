"""The benchmark compares equal numbers: every form of the hand-written SQL says what the figure layer says."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from bench import handwritten
from bench.exporting import WAYS, export
from bench.filling import fill, measured_year
from bench.handwritten import FORMS, Asked
from bench.measuring import LEVELS, answered, figures_of
from projects.models import Milestone, MonthlyReport, Project

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


@pytest.fixture
def filled(tmp_path: Path) -> int:
    fill(40, today=TODAY, folder=tmp_path)
    return measured_year(TODAY)


def test_it_fills_what_it_measures(filled: int) -> None:
    assert Project.objects.count() == Project.history.count() == 40
    assert Milestone.objects.count() == 40 * 8
    months = set(MonthlyReport.objects.values_list("month", flat=True))
    assert months == {date(filled, month, 1) for month in range(1, 13)}


@pytest.mark.parametrize("level", LEVELS.values())
@pytest.mark.parametrize("place", range(3))
def test_the_page_and_every_form_of_the_sql_agree(filled: int, level: str, place: int) -> None:
    asked = Asked(filled, level, connection.vendor == "postgresql")
    rows = {name: answered(asked, forms[place % len(forms)]) for name, forms in FORMS.items()}

    by_hand = handwritten.added_up(asked, **rows)

    assert by_hand.known() == figures_of(filled, level).known()
    assert by_hand.cells[None, "holding count"] > 0
    assert by_hand.due


@pytest.mark.parametrize("way", WAYS)
def test_an_export_is_measured_in_every_way(filled: int, way: str) -> None:
    taken = export(40, way)

    assert (taken["size"], taken["what"]) == (40, way)
    assert taken["bytes"] > 0
    assert taken["busy"] > 0
