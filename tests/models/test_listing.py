"""A place on a list: from its first day on, known to a precision, until it is taken off."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from projects.models import Listing
from projects.models.listing import stands_on
from projects.vocabulary import Precision
from tests import build

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "precision", "stored", "words"),
    [
        ("2024-07-10", "day", date(2024, 7, 10), "2024年7月10日"),
        ("2024-07-10", "month", date(2024, 7, 31), "2024年7月"),
        ("2024-07-10", "quarter", date(2024, 9, 30), "2024年第三季度"),
        ("2023-12-28", "day", date(2023, 12, 28), "2023年12月28日"),
    ],
)
def test_the_first_day_is_kept_as_the_last_possible_one(day, precision, stored, words) -> None:
    listing = build.listing(build.project(), listed_on=day, listed_precision=precision)

    assert (listing.listed_on, listing.listed_words) == (stored, words)
    assert listing.listed_period == (stored, Precision(precision))


def test_a_list_without_a_day_belongs_to_its_whole_year() -> None:
    listing = build.listing(build.project())

    assert (listing.listed_on, listing.listed_precision, listing.listed_words) == (None, "", "")
    assert listing.counts_from == date(2024, 1, 1)
    assert listing.stands(date(2024, 1, 1))


def test_a_day_after_the_year_of_the_list_is_refused() -> None:
    listing = Listing(project=build.project(), year=2024, level="city")
    listing.listed_period = (date(2025, 1, 1), Precision.DAY)

    with pytest.raises(ValidationError, match="不能晚于 2024 年"):
        listing.full_clean()


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        (date(2024, 5, 31), False),
        (date(2024, 7, 9), False),
        (date(2024, 7, 10), True),
        (date(2024, 10, 31), True),
        (date(2024, 11, 1), False),
    ],
)
def test_it_counts_from_its_first_day_until_it_is_taken_off(day: date, stands: bool) -> None:
    listing = build.listing(
        build.project(), listed_on="2024-07-10", removed_on="2024-11-01", removed_reason="停建"
    )

    assert listing.stands(day) is Listing.objects.filter(stands_on(day)).exists() is stands
    assert listing.counts_from == date(2024, 7, 10)
