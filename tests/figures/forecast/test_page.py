"""The forecast of a year, made at a seal, and its record."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.figures.completion.page import completion_page
from projects.figures.forecast.page import ForecastPage, forecast_page
from projects.figures.scope import Scope
from projects.models import Bulletin, Organisation, Project
from projects.models.reach import DISTRICT
from projects.rules.forecast import TrackRecord
from projects.vocabulary import Indicator, Stage
from tests import build

pytestmark = pytest.mark.django_db

MONTHS = ("06", "07", "08", "09")


def scope(as_of: str = "2024-09-30", **asked) -> Scope:
    units = list(Organisation.objects.all())
    day = date.fromisoformat(as_of)
    return Scope(Project.objects.all(), day.year, day, "city", organisations=units, reach=DISTRICT, **asked)


def forecast(**asked) -> ForecastPage:
    return forecast_page(scope(**asked))


def sealed(*months: str) -> None:
    for month in months:
        day = date.fromisoformat(f"2024-{month}-28")
        end = (day + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        after = build.moment((end + timedelta(days=10)).isoformat())
        stated = {
            "title": f"2024 年 {month} 月",
            "year": 2024,
            "as_of": end,
            "level": "city",
            "sealed_at": after,
        }
        build.kept(Bulletin(kind="sealed", digest="0" * 64, content="{}", **stated))


def register(past: int = 24, waiting: int = 6) -> None:
    """Past projects took 60 to 175 days from land to start; the waiting ones got their land in June."""
    for number in range(past):
        project = build.project(at="2023-01-05")
        land = date(2023, 1, 10)
        started = land + timedelta(days=60 + 5 * number)
        build.milestone(project, Stage.LAND, land, at="2023-01-11")
        build.milestone(project, Stage.STARTED, started, at=started.isoformat())
    for number in range(waiting):
        project = build.project(at="2024-01-05")
        build.listing(project, at="2024-01-05")
        build.milestone(project, Stage.LAND, "2024-06-10", at="2024-06-11")
        day = f"2024-{8 + number // 3:02}-{10 + number}"
        build.milestone(project, Stage.STARTED, day, at=day)


def test_without_a_seal_nothing_is_forecast() -> None:
    register()

    page = forecast()

    assert (page.seal, page.until, page.lines) == (None, None, ())


def test_the_last_month_of_the_year_leaves_nothing_to_come() -> None:
    sealed("12")

    assert forecast(as_of="2024-12-31").until is None


def test_it_is_made_at_the_newest_seal_by_the_day() -> None:
    register()
    sealed(*MONTHS)

    page = forecast(as_of="2024-08-31")

    assert page.seal is not None
    assert (page.seal.as_of, page.until, page.ahead) == (date(2024, 8, 31), date(2024, 12, 31), 4)
    assert page.listed == 6


def test_a_seal_that_came_after_the_moment_is_not_known() -> None:
    register()
    sealed(*MONTHS)

    page = forecast(known_at=build.moment("2024-09-20"))

    assert page.seal is not None
    assert page.seal.as_of == date(2024, 8, 31)


def test_what_was_reached_is_the_number_of_the_sealed_page() -> None:
    register()
    sealed(*MONTHS)

    page = forecast()

    assert page.seal is not None
    on_page = completion_page(scope(known_at=page.seal.known_at)).line(Indicator.STARTED)
    [line] = [line for line in page.lines if line.indicator == Indicator.STARTED]
    assert on_page.register is not None
    assert line.outlook.reached == on_page.register.certain == 6


def test_the_past_is_held_against_what_was_sealed_later() -> None:
    """Seen from the end of June, with three months to go as now; the same projects had all started by September."""
    register()
    sealed(*MONTHS)

    [line] = [line for line in forecast().lines if line.indicator == Indicator.STARTED]

    [past] = line.past
    assert (past.made_on, past.until, past.outcome) == (date(2024, 6, 30), date(2024, 9, 30), 6)
    assert past.spread.most[0] < 6
    assert line.record == TrackRecord(1, past.spread.holds(6))


def test_a_short_record_shows_no_forecast_and_says_so() -> None:
    register()
    sealed(*MONTHS)

    [line] = [line for line in forecast().lines if line.indicator == Indicator.STARTED]

    assert line.outlook.spread is not None
    assert (line.spread, line.rates) == (None, None)
    assert line.refusal == "历史不足：同样提前期的预测只有 1 次可以核对"


def test_stages_that_few_went_through_are_named() -> None:
    register(past=3)
    sealed("07", "08")

    [line] = [line for line in forecast(as_of="2024-07-31").lines if line.indicator == Indicator.STARTED]

    assert line.refusal == "历史不足：从供地到开工的经历不到 20 例"


def test_a_correction_after_the_seal_changes_no_forecast() -> None:
    register()
    sealed(*MONTHS)
    before = forecast().lines

    late = build.project(at="2024-11-20")
    build.listing(late, at="2024-11-20")
    build.milestone(late, Stage.STARTED, "2024-09-01", at="2024-11-20")

    assert forecast().lines == before


def test_the_target_is_the_one_that_was_known() -> None:
    register()
    build.target("started", 9, at="2024-01-10")
    sealed(*MONTHS)

    [line] = [line for line in forecast().lines if line.indicator == Indicator.STARTED]

    assert line.target == 9


def test_the_queries_are_as_many_for_one_seal_as_for_four(django_assert_max_num_queries) -> None:
    def queries() -> int:

        with CaptureQueriesContext(
            connection,
        ) as found:
            forecast()
        return len(found)

    register(past=3)
    sealed("09")
    few = queries()
    register(past=20)
    sealed("06", "07", "08")

    assert queries() == few
