"""When a message that comes in the quiet hours may be sent."""

from datetime import UTC, datetime, time

import pytest

from projects.rules.quiet import next_loud


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "hours", "found"),
    [
        (at(28, 21, 59), (22, 7), at(28, 21, 59)),
        (at(28, 22), (22, 7), at(29, 7)),
        (at(28, 6, 59), (22, 7), at(28, 7)),
        (at(28, 7), (22, 7), at(28, 7)),
        (at(28, 12, 30), (12, 14), at(28, 14)),
        (at(28, 11, 59), (12, 14), at(28, 11, 59)),
        (at(28, 12), (12, 12), at(28, 12)),
    ],
    ids=str,
)
def test_the_end_of_the_quiet_hours(moment: datetime, hours: tuple[int, int], found: datetime) -> None:
    assert next_loud(moment, *(time(hour) for hour in hours)) == found
