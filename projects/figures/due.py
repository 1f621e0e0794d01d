"""The filtered list as a calendar: what falls due in a month; days stand apart from months and quarters."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from projects.figures.paging import PAGE_SIZE, Pages
from projects.figures.timeline import UNHEARD
from projects.models import Milestone, Problem
from projects.models.project import ProjectQuerySet
from projects.rules import due, lights
from projects.rules.periods import month_end
from projects.rules.wall import later
from projects.vocabulary import Light, Precision, Stage

MOST_A_DAY = 4
"""Things that a day of the calendar shows before it is opened."""

MOST_OPENED = 200
"""Things that an opened day lists."""

VAGUE = (Precision.MONTH, Precision.QUARTER, Precision.YEAR, Precision.NOT_LATER)


class DueKind(StrEnum):
    STAGE = "stage"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class DueItem:
    """A stage of a project, or a problem, that is due; `pk` of the project or of the problem.

    `when`: by which day or period, in words. `light`: red or yellow when the day has passed, green when it is ahead,
    no light when it is done.
    """

    kind: DueKind
    pk: int
    title: str
    project: str
    unit: str
    on: date
    when: str
    light: Light
    words: str


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day of the calendar; `on` None: a day of another month. `rest`: how many items are not shown."""

    on: date | None
    is_today: bool
    items: tuple[DueItem, ...] = ()
    rest: int = 0


@dataclass(frozen=True, slots=True)
class DuePage:
    """A month of the calendar. `stages` and `problems` count what is due on its days, `vague` what is not on a day.

    `overdue`: how many projects of the set have a stage whose plan passed before the month. `opened`: a day with
    everything that it holds.
    """

    month: date
    as_of: date
    weeks: tuple[tuple[DueDay, ...], ...]
    stages: int
    problems: int
    done: int
    vague: Page[Any]
    vague_items: tuple[DueItem, ...]
    overdue: int
    opened: DueDay | None

    @property
    def before(self) -> date:
        return later(self.month, -1)

    @property
    def after(self) -> date:
        return later(self.month, 1)

    @property
    def has_days(self) -> bool:
        return bool(self.stages or self.problems)

    @property
    def numbers(self) -> Iterator[int | str]:
        return self.vague.paginator.get_elided_page_range(self.vague.number, on_each_side=2, on_ends=1)


def due_page(
    projects: ProjectQuerySet,
    *,
    month: date,
    as_of: date,
    day: date | None = None,
    number: str | int = 1,
) -> DuePage:
    """The month of the set in seven queries; who is paused or terminated on the day owes nothing.

    `day`: a day of the month to open.
    """
    going = projects.going_on(as_of).order_by()
    stages = _stages(going)
    dated = stages.filter(current_on__range=(month, month_end(month)), current_precision=Precision.DAY)
    problems = Problem.objects.filter(project__in=going, due_on__range=(month, month_end(month)))
    counts = (
        _by_day(dated, "current_on", "reached_on", as_of),
        _by_day(problems, "due_on", "resolved_on", as_of),
    )
    items = _items(dated, problems, day, as_of)
    whole = counts[0].on + counts[1].on
    vague = Pages(_vague(stages, month).values(*_STAGE), PAGE_SIZE).get_page(number)
    return DuePage(
        month=month,
        as_of=as_of,
        weeks=_weeks(month, as_of, items, whole),
        stages=counts[0].on.total(),
        problems=counts[1].on.total(),
        done=counts[0].done + counts[1].done,
        vague=vague,
        vague_items=tuple(_stage_item(row, as_of) for row in vague.object_list),
        overdue=projects.late_on(min(month, as_of)).count(),
        opened=_day(day, as_of, items, whole, most=MOST_OPENED) if day else None,
    )


def _items(dated: Any, problems: Any, day: date | None, as_of: date) -> list[DueItem]:
    """The first of each day, or all of the day that is opened; two queries."""
    stages = _first(dated, "current_on", _STAGE_ORDER, day).values(*_STAGE)
    owed = _first(problems, "due_on", _PROBLEM_ORDER, day).values(*_PROBLEM)
    return [*(_stage_item(row, as_of) for row in stages), *(_problem_item(row, as_of) for row in owed)]


_STAGE = (
    "stage", "project", "project__name", "project__organisation__short_name", "project__organisation__name",
    "current_on", "current_precision", "current_source", "reached_on",
)  # fmt: skip
_PROBLEM = (
    "pk", "text", "project__name", "organisation__short_name", "organisation__name",
    "project__organisation__short_name", "project__organisation__name", "due_on", "resolved_on",
)  # fmt: skip
_STAGE_ORDER = (F("reached_on").desc(nulls_first=True), "project__organisation__position", "project", "pk")
_PROBLEM_ORDER = (F("resolved_on").desc(nulls_first=True), "pk")


def _stages(projects: ProjectQuerySet) -> Any:
    planned = Milestone.objects.filter(project__in=projects, skipped=False, current_on__isnull=False)
    return planned.order_by()


@dataclass(frozen=True, slots=True)
class _DueCount:
    """How much is due on each day of a month, and how much of all that is done."""

    on: Counter[date]
    done: int


def _by_day(rows: Any, column: str, done_column: str, as_of: date) -> _DueCount:
    done = Q((f"{done_column}__lte", as_of))
    counted = rows.order_by().values(column).annotate(number=Count("pk"), done=Count("pk", filter=done))
    found = list(counted)
    on = Counter({row[column]: row["number"] for row in found})
    return _DueCount(on, sum(row["done"] for row in found))


def _first(rows: Any, column: str, order: Iterable[Any], opened: date | None) -> Any:
    """The first rows of each day, and more of the opened one; open ones before those that are done."""
    place = Window(RowNumber(), partition_by=[F(column)], order_by=list(order))
    shown = Q(place__lte=MOST_A_DAY)
    if opened is not None:
        shown |= Q((column, opened), place__lte=MOST_OPENED)
    return rows.annotate(place=place).filter(shown).order_by(column, "place")


def _vague(stages: Any, month: date) -> Any:
    """Plans that concern the month without a day, and are still open; the nearest end first."""
    concerned = Q()
    for precision in VAGUE:
        concerned |= Q(current_precision=precision, current_on__range=due.vague_span(month, precision))
    still_open = stages.filter(concerned, reached_on=None)
    return still_open.order_by("current_on", "project__organisation__position", "project", "pk")


def _weeks(
    month: date, as_of: date, items: list[DueItem], counts: Counter[date]
) -> tuple[tuple[DueDay, ...], ...]:
    return tuple(
        tuple(_day(on, as_of, items, counts, most=MOST_A_DAY) if on else DueDay(None, False) for on in week)
        for week in due.Weeks.of(month).rows
    )


def _day(on: date, as_of: date, items: list[DueItem], counts: Counter[date], *, most: int) -> DueDay:
    """The day with its most pressing items; `counts` says how many it has."""
    of_day = sorted((item for item in items if item.on == on), key=_pressing)[:most]
    return DueDay(on, on == as_of, tuple(of_day), counts[on] - len(of_day))


def _pressing(item: DueItem) -> tuple[int, str]:
    """What is late comes first, what is done last; problems before stages."""
    order = [Light.RED, Light.YELLOW, Light.GREEN, Light.NONE]
    return order.index(item.light), item.kind


def _stage_item(row: dict[str, Any], as_of: date) -> DueItem:
    on, precision = row["current_on"], Precision(row["current_precision"])
    light, words = _state(on, row["reached_on"], as_of, done="已到达")
    if light in (Light.RED, Light.YELLOW) and row["current_source"]:
        light, words = Light.NONE, UNHEARD
    return DueItem(
        kind=DueKind.STAGE,
        pk=row["project"],
        title=Stage(row["stage"]).label,
        project=row["project__name"],
        unit=_unit(row, "project__organisation"),
        on=on,
        when=due.by_when(on, precision),
        light=light,
        words=words,
    )


def _problem_item(row: dict[str, Any], as_of: date) -> DueItem:
    light, words = _state(row["due_on"], row["resolved_on"], as_of, done="已销号")
    return DueItem(
        kind=DueKind.PROBLEM,
        pk=row["pk"],
        title=row["text"],
        project=row["project__name"],
        unit=_unit(row, "organisation") or _unit(row, "project__organisation"),
        on=row["due_on"],
        when=due.by_when(row["due_on"], Precision.DAY),
        light=light,
        words=words,
    )


def _state(on: date, done_on: date | None, as_of: date, *, done: str) -> tuple[Light, str]:
    """How a day stands as of another one, as a light with its words."""
    if done_on is not None and done_on <= as_of:
        return Light.NONE, done
    days = (as_of - on).days
    if days > 0:
        return lights.of_days_late(days), f"晚 {days} 天"
    return Light.GREEN, f"还有 {-days} 天" if days else "今天到期"


def _unit(row: dict[str, Any], path: str) -> str:
    return row[f"{path}__short_name"] or row[f"{path}__name"] or ""
