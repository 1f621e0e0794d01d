"""What a page costs right after a write, beside asked anew and asked again: completion, attention, to-do, and the plain
list as the yardstick.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Any

from django.core.cache import cache
from django.db import connection

from bench.measuring import ROUNDS, WARM_UPS, browser_of, in_turns, move_a_day
from projects.actions.recording import record
from projects.models import Milestone, MonthlyReport, User

LIST = "list"


@dataclass(frozen=True)
class PageTimes:
    """Medians in milliseconds: asked anew, after a milestone was written, after a report was, and asked again."""

    size: int
    engine: str
    page: str
    anew: float
    milestone: float
    report: float
    again: float


def written(size: int, year: int) -> list[dict[str, Any]]:
    day = f"as_of={year}-12-31"
    pages = {
        LIST: ("leader", "/projects/"),
        "completion, all": ("leader", f"/completion/?{day}&level=all"),
        "completion, municipal": ("leader", f"/completion/?{day}&level=city"),
        "attention, all": ("leader", f"/completion/attention/?{day}&level=all"),
        "to-do": ("office", "/todo/"),
    }
    return [asdict(_times(size, year, page, *asked)) for page, asked in pages.items()]


def _times(size: int, year: int, page: str, person: str, address: str) -> PageTimes:
    client, rounds = browser_of(person), 2 * (WARM_UPS + ROUNDS)
    milestones = cycle(Milestone.objects.filter(reached_on__year=year)[:rounds])
    reports = cycle(MonthlyReport.objects.filter(month__year=year, invested__isnull=False)[:rounds])

    def again() -> None:
        assert client.get(address, headers={"host": "localhost"}).status_code == 200

    def more() -> None:
        report = next(reports)
        report.invested = (report.invested or 0) + 1
        record(report, by=User.objects.get(username="office"), reason="更正金额")

    after: list[tuple[Callable[[], Any], ...]] = [
        (cache.clear, again),
        (lambda: move_a_day(next(milestones)), again),
        (more, again),
        (again,),
    ]
    return PageTimes(size, connection.vendor, page, *in_turns(*after))
