"""What the index reads of a project: one row of plain values, by the same querysets as the pages'."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper

from projects.models.existing import exists_on
from projects.models.project import Project
from projects.vocabulary import Level

CHUNK = 5_000
LEVELS = tuple(f"on_{level}" for level in Level)


class Facts(NamedTuple):
    """A project as of a day; amounts in yuan, of the year of the day."""

    pk: int
    organisation_id: int | None
    industry_id: int | None
    town_id: int | None
    side_state: str
    named: bool
    furthest: int | None
    urgency: int
    late_since: date | None
    next_plan: date | None
    investment: int | None
    planned: int | None
    reported: int | None
    exists: bool
    """That it counts on the day: begun, and neither split nor merged into another."""
    called: int
    """A hash of the texts that it is sorted by: another one means that its place among them may be another."""
    on_lists: tuple[bool, ...]
    """Whether it stands on each list of `Level`, in its own list year."""


_COLUMNS = (
    *("pk", "organisation_id", "industry_id", "town_id", "side_state", "named", "furthest", "urgency"),
    *("late_since", "next_plan", "total_investment", "planned", "reported", "exists"),
)
_TEXTS = ("pinyin", "name", "contact")


def facts(day: date, keys: Collection[int] | None = None) -> Iterator[Facts]:
    """Of every project, or of those with one of the keys; one query."""
    projects: Any = Project.objects.order_by().with_furthest(by=day).with_urgency(day)
    projects = projects.with_levels(None, as_of=day).with_amounts(day.year, by=day)
    projects = projects.annotate(exists=ExpressionWrapper(exists_on(day), output_field=BooleanField()))
    if keys is not None:
        projects = projects.filter(pk__in=keys)
    texts, lists = len(_COLUMNS), len(_COLUMNS) + len(_TEXTS)
    for row in projects.values_list(*_COLUMNS, *_TEXTS, *LEVELS).iterator(chunk_size=CHUNK):
        yield Facts._make((*row[:texts], hash(row[texts:lists]), tuple(map(bool, row[lists:]))))
