"""The page, the figure layer and the hand-written SQL, one after the other in turns, on one scratch database."""

import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import cycle
from time import perf_counter
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client

from bench import handwritten
from bench.handwritten import FORMS, Asked, Form, Rows
from bench.numbers import Numbers, of_page
from projects.actions.recording import record
from projects.figures.completion.page import completion_page
from projects.figures.completion.published import newest_published
from projects.figures.open_milestones import due_milestones
from projects.figures.scope import Scope
from projects.models import Milestone, Organisation, Project, User
from projects.models.reach import DISTRICT
from projects.views.completion import MOST_DUE
from projects.vocabulary import Precision

WARM_UPS, ROUNDS = 2, 7
LEVELS = {"全部": "", "市重点": "city"}


@dataclass(frozen=True)
class Times:
    """Medians in milliseconds: of a page asked anew, of its figures alone, of the SQL, of the page asked again, and of
    the page asked after a milestone was written.
    """

    size: int
    engine: str
    level: str
    page: float
    figures: float
    sql: float
    again: float
    written: float


def measured(size: int, year: int) -> list[dict[str, Any]]:
    """Both questions: every project, and the municipal list, which is the page's own default."""
    return [asdict(_measured(size, year, words, level)) for words, level in LEVELS.items()]


def _measured(size: int, year: int, words: str, level: str) -> Times:
    asked = Asked(year, level, connection.vendor == "postgresql")
    fastest = {name: _fastest(asked, forms) for name, forms in FORMS.items()}
    client = browser_of("leader")
    address = f"/completion/?as_of={year}-12-31&level={level or 'all'}"

    def page() -> Any:
        cache.clear()
        return client.get(address, headers={"host": "localhost"})

    def figures() -> Numbers:
        cache.clear()
        return figures_of(year, level)

    def again() -> Any:
        return client.get(address, headers={"host": "localhost"})

    milestones = cycle(Milestone.objects.filter(reached_on__year=year)[: WARM_UPS + ROUNDS])

    def write() -> None:
        move_a_day(next(milestones))

    def sql() -> Numbers:
        return handwritten.added_up(asked, **{name: answered(asked, form) for name, form in fastest.items()})

    compare(figures(), sql())
    assert page().status_code == 200
    names = ("page", "again", "figures", "sql", "written")
    medians = in_turns(page, again, figures, sql, (page, write, again))
    return Times(size, connection.vendor, words, **dict(zip(names, medians, strict=True)))


def ledger(year: int) -> dict[str, float]:
    """Milliseconds of the hand-written statements over the ledger that the completion page needs, by question."""
    times = {}
    for words, level in LEVELS.items():
        asked = Asked(year, level, connection.vendor == "postgresql")
        fastest = {name: _fastest(asked, forms) for name, forms in FORMS.items()}
        (times[f"completion, {words}"],) = in_turns(
            lambda asked=asked, fastest=fastest: [answered(asked, form) for form in fastest.values()]
        )
    return times


def move_a_day(milestone: Milestone) -> None:
    """Write a milestone with its history: the day on which it was reached, and back again the next time."""
    assert milestone.reached_on is not None
    there = milestone.reached_on.day > 1
    milestone.reached_on += timedelta(days=-1 if there else 1)
    milestone.reached_precision = Precision.DAY
    record(milestone, by=User.objects.get(username="office"), reason="更正日期")


def in_turns(*works: Callable[[], Any] | Sequence[Callable[[], Any]]) -> list[float]:
    """The median of each in milliseconds, of the last of several; whatever disturbs the machine disturbs them alike."""
    times: list[list[float]] = [[] for _ in works]
    for turn in range(WARM_UPS + ROUNDS):
        for steps, taken in zip(works, times, strict=True):
            *before, work = steps if isinstance(steps, Sequence) else [steps]
            for step in before:
                step()
            began = perf_counter()
            work()
            if turn >= WARM_UPS:
                taken.append((perf_counter() - began) * 1000)
    return [statistics.median(taken) for taken in times]


def _fastest(asked: Asked, forms: tuple[Form, ...]) -> Form:
    """Of several forms of one statement the one to compare with."""

    def seconds(form: Form) -> float:
        taken = []
        for _ in range(3 if len(forms) > 1 else 0):
            began = perf_counter()
            answered(asked, form)
            taken.append(perf_counter() - began)
        return min(taken, default=0)

    return min(forms, key=seconds)


def answered(asked: Asked, form: Form) -> Rows:
    return form.rows(asked, fetched(form.text(asked)))


def fetched(text: str) -> Rows:
    """Over the driver's own cursor: no layer of ours between."""
    connection.ensure_connection()
    cursor = connection.connection.cursor()
    cursor.execute(text)
    rows = cursor.fetchall()
    cursor.close()
    return rows


def figures_of(year: int, level: str) -> Numbers:
    last = date(year, 12, 31)
    scope = Scope(
        Project.objects.all(),
        year,
        last,
        level,
        organisations=list(Organisation.objects.all()),
        reach=DISTRICT,
    )
    published = newest_published(year, DISTRICT, by=last).figures
    return of_page(completion_page(scope, published), due_milestones(scope, most=MOST_DUE))


def browser_of(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username), backend="projects.access.RoleBackend")
    return client


def compare(ours: Numbers, by_hand: Numbers) -> None:
    """Numbers that differ are no comparison."""
    (cells, due), (expected, expected_due) = ours.known(), by_hand.known()
    wrong = [key for key in cells.keys() | expected.keys() if cells.get(key) != expected.get(key)]
    for key in sorted(wrong, key=str)[:20]:
        print(f"{key}: 页面 {cells.get(key)}，SQL {expected.get(key)}", file=sys.stderr)  # noqa: T201
    if wrong or due != expected_due:
        sys.exit("页面的数字与手写 SQL 不一致。 The page's numbers differ from the hand-written SQL.")
