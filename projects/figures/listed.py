"""The rows of an exported project list: each project with its lists and plan of a year, for any number of rows.

Read as plain values in chunks of constant cost. Versions are read before the records, see `models.versions`.
"""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import batched
from typing import Any, NamedTuple

from django.db.models.expressions import RawSQL

from projects.columns import PROJECTS, Record, stored_in
from projects.figures.timeline import ENDED, ORDER, project_state
from projects.models import AnnualPlan, Listing, Milestone, Participation, Project
from projects.models.keys import among, day_of, plain_rows
from projects.models.project import ProjectQuerySet
from projects.models.standstills import standstills_of
from projects.models.versions import versions_in_sheet
from projects.rules import lifecycle
from projects.rules.lifecycle import Step
from projects.rules.versions import ProjectVersion
from projects.vocabulary import Category, Level, Precision, Stage

CHUNK = 1000
"""Projects that an export holds at a time."""


_STORED = stored_in(Record.PROJECT, PROJECTS)
_FIELDS = {column.key: f"{column.key}__name" if column.links else column.key for column in _STORED}
del _FIELDS["foreign"]
_STATE = ("side_state", "side_state_on", "pauses", "ended_on")
_FOREIGN = ("foreign_amount", "foreign_currency")
_KEYS = ("key", *_FIELDS, *_FOREIGN, *_STATE)
_COLUMNS = ("pk", *_FIELDS.values(), *_FOREIGN, *_STATE)
"""Fields that are read, in the order of `_KEYS`."""

type Facts = dict[str, Any]
"""What the project stores, by column key; units and industry by their full names."""


class Listed(NamedTuple):
    """That the project stands on a list."""

    level: Level
    category: Category | None
    completes: bool
    number: int | None
    listed: tuple[date, Precision] | None = None
    """Its first day on the list, where the list states one."""
    other_year: int | None = None
    """Its year, where that is not the year of the rows."""


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One project as of a day; `furthest` None before the first stage.

    `listings`: its lists of the year of the rows, the highest first; `listed`: those that it was asked for by.
    """

    facts: Facts
    listings: tuple[Listed, ...]
    listed: tuple[Listed, ...]
    invested_before: int | None
    planned_investment: int | None
    steps: dict[Stage, Step]
    furthest: Stage | None
    state: str
    version: ProjectVersion
    helpers: tuple[str, ...] = ()
    """The full names of the units that take part, in the order of the units."""

    def agreed(self, name: str) -> Any:
        """The value that all lists have, None where they differ: one cell has room for one value."""
        values = {getattr(listing, name) for listing in self.listings}
        return values.pop() if len(values) == 1 else None


def listed_rows(
    projects: ProjectQuerySet, *, year: int | None, level: str = "", as_of: date
) -> Iterator[ListedRow]:
    """Every row of the set in its order; nine queries for each chunk. `level`: of that list only.

    `year` None: lists and plan are of this year, and `listed` tells each project's own list year.

    Keys first, eight bytes each: what is read of a chunk depends on nothing that is read later.
    """
    keys = array("q", projects.values_list("pk", flat=True).iterator(chunk_size=10 * CHUNK))
    for chunk in batched(keys, CHUNK):
        yield from _rows(chunk, year, level, as_of)


def _rows(keys: Collection[int], asked: int | None, level: str, as_of: date) -> Iterator[ListedRow]:
    year, these = asked or as_of.year, among(keys)
    versions = versions_in_sheet(keys, year)
    found = Project.objects.filter(pk__in=these).order_by().values_list(*_COLUMNS)
    facts = {values[0]: dict(zip(_KEYS, values, strict=True)) for values in found}
    listings, plans, steps = _listings(these, asked, level, as_of), _plans(these, year), _steps(these, as_of)
    helpers = _helpers(these)
    for pk in keys:
        if pk in facts:  # else deleted a moment ago
            listed = listings.get(pk, ())
            row = _row(facts[pk], listed, plans.get(pk), steps.get(pk, {}), versions[pk], as_of)
            yield replace(row, helpers=tuple(helpers[pk])) if pk in helpers else row


def _row(
    facts: Facts,
    listed: tuple[Listed, ...],
    plan: tuple[int | None, int | None] | None,
    steps: dict[Stage, Step],
    version: ProjectVersion,
    as_of: date,
) -> ListedRow:
    standstills = standstills_of(facts["pauses"], facts["side_state"], facts["side_state_on"])
    ended = facts["ended_on"] is not None and facts["ended_on"] <= as_of
    return ListedRow(
        facts,
        listings=tuple(listing for listing in listed if listing.other_year is None),
        listed=listed,
        invested_before=plan[0] if plan else None,
        planned_investment=plan[1] if plan else None,
        steps=steps,
        furthest=lifecycle.furthest(steps.values()),
        state=(ENDED if ended else project_state(standstills, steps, as_of=as_of)).words,
        version=version,
    )


def _listings(keys: RawSQL, asked: int | None, level: str, as_of: date) -> dict[int, tuple[Listed, ...]]:
    """The lists of the year asked for, or of each project's own list year, on which it still stands."""
    entries = Listing.objects.asked_for(asked, as_of=as_of).filter(project__in=keys)
    if level:
        entries = entries.filter(level=level)
    by_project: dict[int, dict[Level, Listed]] = defaultdict(dict)
    columns = ("project_id", "year", "level", "category", "completes", "number")
    days = ("listed_on", "listed_precision")
    for pk, year, code, category, completes, number, on, precise in entries.order_by().values_list(
        *columns, *days
    ):
        kind = _CATEGORIES.get(category)
        other = None if year == (asked or as_of.year) else year
        first = None if on is None else (on, _PRECISIONS[precise])
        by_project[pk][_LEVELS[code]] = Listed(_LEVELS[code], kind, completes, number, first, other)
    return {pk: tuple(of[level] for level in Level if level in of) for pk, of in by_project.items()}


def _plans(keys: RawSQL, year: int) -> dict[int, tuple[int | None, int | None]]:
    plans = AnnualPlan.objects.filter(project__in=keys, year=year).order_by()
    columns = ("project_id", "invested_before", "planned_investment")
    return {pk: (before, planned) for pk, before, planned in plans.values_list(*columns)}


def _helpers(keys: RawSQL) -> dict[int, list[str]]:
    """By project, the names of its helping units; none for most."""
    found: dict[int, list[str]] = defaultdict(list)
    helping = Participation.objects.helping().filter(project__in=keys)
    ordered = helping.order_by("organisation__position", "organisation__name")
    for pk, name in ordered.values_list("project_id", "organisation__name"):
        found[pk].append(name)
    return found


_LEVELS = {level.value: level for level in Level}
_CATEGORIES = {category.value: category for category in Category}
_STAGES = {stage.value: stage for stage in ORDER}
_PRECISIONS = {precision.value: precision for precision in Precision}
_STEP = (
    "project_id",
    "stage",
    "current_on",
    "current_precision",
    "reached_on",
    "reached_precision",
    "skipped",
    "current_source_id",
)


def _steps(keys: RawSQL, as_of: date) -> dict[int, dict[Stage, Step]]:
    """Stages of each as of the day, without the first plan, which no sheet shows; a hundred thousand projects have
    a million of them, so these are plain values."""
    by_project: dict[int, dict[Stage, Step]] = defaultdict(dict)
    precise = _PRECISIONS.get
    rows = plain_rows(Milestone.objects.filter(project__in=keys).order_by().values_list(*_STEP))
    for pk, code, planned, by_now, day, by_reached, skipped, source in rows:
        stage, now, reached = _STAGES[code], day_of(planned), day_of(day)
        if reached is not None and reached > as_of:
            reached, by_reached = None, ""
        by_project[pk][stage] = Step(
            stage,
            None,
            None,
            now,
            precise(by_now),
            reached,
            precise(by_reached),
            bool(skipped),
            source is not None,
        )
    return by_project
