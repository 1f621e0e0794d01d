"""The filtered list as a wall chart: projects by unit on an axis of months, fifty rows on a sheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched, groupby
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Exists, F, Max, OuterRef, Q

from projects.figures.paging import PAGE_SIZE, Pages
from projects.figures.timeline import Timeline, timeline
from projects.models import Milestone, Organisation, Project
from projects.models.project import ProjectQuerySet
from projects.rules import lifecycle, money, periods
from projects.rules.lifecycle import Standstill, Step
from projects.rules.wall import (
    ALWAYS,
    MONTHS,
    WIDTH,
    WallAxis,
    WallDrawing,
    WallPlace,
    axis_of,
    drawing,
    label_at,
    later,
    layout,
)
from projects.vocabulary import Precision, Stage

UNKNOWN_UNIT = "未明确单位"
LONGEST_NAME, LONGEST_CONTACT = 24, 8
"""Characters of a name and of a contact that fit before the axis."""


@dataclass(frozen=True, slots=True)
class WallRow:
    """One project: what stands left of the axis, its stages on it, and a word about it.

    `words`: how late it is, or that it stands still. `before`: its last stage, where the axis shows no stage of it.
    """

    pk: int
    name: str
    title: str
    investment: str
    contact: str
    place: WallPlace
    stages: WallDrawing
    words: str
    is_late: bool
    before: str


@dataclass(frozen=True, slots=True)
class WallUnit:
    """The heading of a unit: how many of its projects the wall shows on all sheets, and how many are late."""

    name: str
    count: int
    late: int
    continued: bool
    place: WallPlace


@dataclass(frozen=True, slots=True)
class WallSheet:
    """What stands on one sheet of paper; `first` and `last` count the rows of the whole wall."""

    number: int
    first: int
    last: int
    units: tuple[WallUnit, ...]
    rows: tuple[WallRow, ...]
    bottom: float
    height: float


@dataclass(frozen=True, slots=True)
class WallPage:
    """The wall of a set of projects as of a day.

    `undated`: projects of the set without any day of a stage, which the wall leaves out. `late`: of those it shows.
    """

    as_of: date
    count: int
    undated: int
    late: int
    axis: WallAxis
    sheets: tuple[WallSheet, ...]
    page: Page[int]
    label_x: float
    label_anchor: str

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def shapes(self) -> tuple[Stage, ...]:
        """The stages that have a shape of their own, for the legend."""
        return ALWAYS

    @property
    def today_x(self) -> float | None:
        """Where the day stands; None outside of the axis."""
        return self.axis.x(self.as_of) if self.axis.shows(self.as_of) else None

    @property
    def earlier(self) -> date:
        """The first month of the axis that lies half of its width before this one."""
        return later(self.axis.first, -MONTHS // 2)

    @property
    def later(self) -> date:
        return later(self.axis.first, MONTHS // 2)

    @property
    def numbers(self) -> Iterator[int | str]:
        return self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)


def wall_page(
    projects: ProjectQuerySet, *, as_of: date, first: date | None = None, number: str | int = 1
) -> WallPage:
    """A sheet of the set, or all of them for paper; seven queries, eight where the axis goes back to what is known.

    `first`: the first month of the axis; None: the months around the day, or those of the newest day on record where
    nothing of the set lies around it.
    """
    dated = _dated(projects)
    units = _units(dated, as_of)
    paginator = Pages(_by_unit(dated).values_list("pk", flat=True), PAGE_SIZE)
    paginator.count = count = sum(unit.count for unit in units.values())  # known already
    page = paginator.get_page(number)
    keys = list(page.object_list) if count else []
    axis = WallAxis(first) if first else _axis(dated, as_of)
    found = _loaded(keys)
    present = [found[pk] for pk in keys if pk in found]  # else deleted a moment ago
    x, anchor = label_at(axis, as_of)
    return WallPage(
        as_of=as_of,
        count=count,
        undated=projects.order_by().count() - count,
        late=sum(unit.late for unit in units.values()),
        axis=axis,
        sheets=tuple(_sheets(present, units, axis, as_of, start=page.start_index())),
        page=page,
        label_x=x,
        label_anchor=anchor,
    )


def _dated(projects: ProjectQuerySet) -> ProjectQuerySet:
    """Projects of which the day of a stage is on record, planned or reached."""
    days = Q(planned_on__isnull=False) | Q(current_on__isnull=False) | Q(reached_on__isnull=False)
    known = Milestone.objects.filter(days, project=OuterRef("pk"), skipped=False)
    return projects.filter(Exists(known))


def _by_unit(projects: ProjectQuerySet) -> ProjectQuerySet:
    """By unit, and in the order of the list within each."""
    units = (F(f"organisation__{name}").asc(nulls_last=True) for name in ("position", "name"))
    return projects.order_by(*units, "organisation", *projects.query.order_by)


@dataclass(frozen=True, slots=True)
class _UnitCount:
    """How many projects a unit has on the wall; `start`: how many rows of other units come before."""

    count: int
    late: int
    start: int


def _units(projects: ProjectQuerySet, as_of: date) -> dict[int | None, _UnitCount]:
    """By the key of the unit, in the order of the wall; two queries."""
    late = dict(_counted(projects.late_on(as_of)))
    units: dict[int | None, _UnitCount] = {}
    start = 0
    for unit, count in _counted(projects):
        units[unit] = _UnitCount(count, late.get(unit, 0), start)
        start += count
    return units


def _counted(projects: ProjectQuerySet) -> list[tuple[int | None, int]]:
    ordered = _by_unit(projects.order_by())
    rows = ordered.values("organisation").annotate(number=Count("pk"))
    return [(row["organisation"], row["number"]) for row in rows]


def _axis(projects: ProjectQuerySet, as_of: date) -> WallAxis:
    """The months around the day; where none of the set's days lies in them, those around its newest day."""
    usual = axis_of(as_of)
    milestones = Milestone.objects.filter(
        project__in=projects.order_by(), skipped=False, stage__in=ALWAYS
    ).order_by()
    span = (usual.first, usual.last)
    if milestones.filter(Q(current_on__range=span) | Q(reached_on__range=span)).exists():
        return usual
    newest = milestones.aggregate(current=Max("current_on"), reached=Max("reached_on"))
    days = [day for day in newest.values() if day is not None]
    return axis_of(max(days)) if days else usual


def _loaded(keys: Sequence[int]) -> dict[int, Project]:
    if not keys:
        return {}
    projects = Project.objects.filter(pk__in=keys).order_by().select_related("organisation")
    return {project.pk: project for project in projects.prefetch_related("milestones")}


def _sheets(
    projects: Sequence[Project],
    units: dict[int | None, _UnitCount],
    axis: WallAxis,
    as_of: date,
    *,
    start: int,
) -> Iterator[WallSheet]:
    """`start`: the place of the first project on the whole wall, counted from 1."""
    for part in batched(projects, PAGE_SIZE):
        groups = [(unit, list(group)) for unit, group in groupby(part, key=lambda each: each.organisation)]
        places = layout(len(group) for _, group in groups)
        headings, at = [], start
        for (unit, group), place in zip(groups, places.units, strict=True):
            headings.append(_heading(unit, units, place, at))
            at += len(group)
        yield WallSheet(
            number=-(-start // PAGE_SIZE),
            first=start,
            last=start + len(part) - 1,
            units=tuple(headings),
            rows=tuple(_row(each, axis, as_of, at) for each, at in zip(part, places.rows, strict=True)),
            bottom=places.bottom,
            height=places.height,
        )
        start += len(part)


def _heading(
    unit: Organisation | None, units: dict[int | None, _UnitCount], place: WallPlace, at: int
) -> WallUnit:
    """`at`: the place of the unit's first row on this sheet, counted from 1."""
    counts = units.get(unit.pk if unit else None, _UnitCount(0, 0, at - 1))
    continued = at - 1 > counts.start
    return WallUnit(str(unit) if unit else UNKNOWN_UNIT, counts.count, counts.late, continued, place)


def _row(project: Any, axis: WallAxis, as_of: date, place: WallPlace) -> WallRow:
    line = timeline(project, project.milestones.all(), as_of=as_of)
    steps = {mark.stage: mark.step for mark in line.records}
    ended = (Standstill(project.ended_on, date.max),) if line.has_ended else ()
    stages = drawing(steps, axis, as_of, (*project.standstills, *ended))
    still = lifecycle.side_state_on(project.standstills, as_of) is not None or line.has_ended
    return WallRow(
        pk=project.pk,
        name=_short(project.name, LONGEST_NAME),
        title=project.name,
        investment=money.show(project.total_investment, money.MoneyUnit.YI, 1),
        contact=_short(project.contact, LONGEST_CONTACT),
        place=place,
        stages=stages,
        words=line.state.sentence if line.state.days_late or still else "",
        is_late=bool(line.state.days_late),
        before="" if stages.marks or stages.bars else _elsewhere(line, steps, axis),
    )


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _elsewhere(line: Timeline, steps: Mapping[Stage, Step], axis: WallAxis) -> str:
    """What is known of a project of which the axis shows nothing: its last stage, else the plan that comes next."""
    reached = [step for step in steps.values() if step.reached_on]
    if reached:
        last = steps[line.furthest] if line.furthest else reached[-1]
        return f"{last.reached_words}{last.stage.label}"
    planned = [step for step in steps.values() if step.current_on and step.current_on > axis.last]
    if not planned:
        return "图内月份没有节点"
    step = min(planned, key=lambda each: each.current_on or date.max)
    words = periods.wording(step.current_on or axis.last, step.current_precision or Precision.DAY)
    return f"计划 {words}{step.stage.label}"
