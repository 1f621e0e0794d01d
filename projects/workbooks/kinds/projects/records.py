"""The stored records of a project for a year, as values by column key, to compare with a row of a project list."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import Model

from projects.columns import PROJECTS, KnownColumn, Record, by_key, plan_key, reached_key, stored_in
from projects.models import AnnualPlan, Listing, Milestone, Participation, Project
from projects.models.copies import copied
from projects.rules.versions import ProjectVersion
from projects.vocabulary import Level, Precision, Stage

OF_PROJECT = by_key(stored_in(Record.PROJECT, PROJECTS))
PLANNED = by_key(stored_in(Record.PLAN, PROJECTS))
OF_LISTS = by_key(stored_in(Record.LISTING, PROJECTS))
LISTED = {key: column for key, column in OF_LISTS.items() if key != "level"}
"""The columns that a place on a list stores; its level says which list it is."""

UNKNOWN: dict[str, Any] = (
    dict.fromkeys([*PLANNED, *LISTED])
    | {"level": frozenset()}
    | dict.fromkeys(key(stage) for stage in Stage for key in (plan_key, reached_key))
)
"""The values of a project without a list, a plan and stages."""
_facts_of = attrgetter(*(column.attribute for column in OF_PROJECT.values()))
"""All of them in one call, for this runs for each row of a file."""

type Period = tuple[date, Precision]


@dataclass(slots=True)
class ProjectRecords:
    """One project with its lists, its plan and its stages. A draft changes a copy of them."""

    project: Project
    listings: dict[Level, Listing] = field(default_factory=dict)
    plan: AnnualPlan | None = None
    milestones: dict[Stage, Milestone] = field(default_factory=dict)
    helpers: frozenset[int] = frozenset()
    """Units that take part; read only where a row names some."""

    def copy(self, *, keeps_project: bool = False) -> "ProjectRecords":
        """A copy whose records may be changed. `keeps_project`: the project itself is not copied, because it is
        not written yet and every row about it must mean the same object."""
        return ProjectRecords(
            self.project if keeps_project else copied(self.project),
            {level: copied(listing) for level, listing in self.listings.items()},
            copied(self.plan) if self.plan else None,
            {stage: copied(milestone) for stage, milestone in self.milestones.items()},
            self.helpers,
        )

    def values(self) -> dict[str, Any]:
        """By column key; what is unknown is None, or the empty text."""
        values = UNKNOWN | dict(zip(OF_PROJECT, _facts_of(self.project), strict=True))
        if self.plan is not None:
            values |= {key: column.get(self.plan) for key, column in PLANNED.items()}
        listed = {level: listing for level, listing in self.listings.items() if listing.removed_on is None}
        if listed:
            values["level"] = frozenset(listed)
            values |= {key: _agreed(listed.values(), column) for key, column in LISTED.items()}
        for stage, milestone in self.milestones.items():
            values[plan_key(stage)] = _period(milestone, "current")
            values[reached_key(stage)] = _period(milestone, "reached")
        return values


def current_records(pks: Collection[int], year: int) -> dict[int, ProjectRecords]:
    """The records of these projects as they are now, by project; four queries, however many."""
    found = {pk: ProjectRecords(project) for pk, project in Project.objects.in_bulk(list(pks)).items()}
    for listing in Listing.objects.filter(project__in=found, year=year):
        found[listing.project_id].listings[Level(listing.level)] = listing
    for plan in AnnualPlan.objects.filter(project__in=found, year=year):
        found[plan.project_id].plan = plan
    for milestone in Milestone.objects.filter(project__in=found):
        found[milestone.project_id].milestones[Stage(milestone.stage)] = milestone
    for records in found.values():
        for milestone in records.milestones.values():
            milestone.project = records.project  # so that reading it needs no query
    return found


def add_helpers(found: Mapping[int, ProjectRecords]) -> None:
    """Set the units that take part in the projects; one query."""
    helpers: dict[int, set[int]] = defaultdict(set)
    helping = Participation.objects.helping().filter(project__in=found)
    for project, unit in helping.values_list("project_id", "organisation_id"):
        helpers[project].add(unit)
    for pk, units in helpers.items():
        found[pk].helpers = frozenset(units)


def records_at(versions: Mapping[int, ProjectVersion], year: int) -> dict[int, ProjectRecords]:
    """The records of these projects as they were at the versions, by project; four queries, however many."""
    numbers = [version.project for version in versions.values()]
    found = {
        entry.id: ProjectRecords(entry.instance) for entry in Project.history.filter(history_id__in=numbers)
    }
    for entry in _entries(Listing, versions, "listings", year=year):
        found[entry.project_id].listings[Level(entry.level)] = entry.instance
    for entry in _entries(AnnualPlan, versions, "plan", year=year):
        found[entry.project_id].plan = entry.instance
    for entry in _entries(Milestone, versions, "milestones"):
        found[entry.project_id].milestones[Stage(entry.stage)] = entry.instance
    return found


def _entries(
    model: type[Model], versions: Mapping[int, ProjectVersion], part: str, **narrowed: Any
) -> list[Any]:
    """The newest history entry of each record at the version; none for a record that was deleted by then."""
    newest: dict[int, Any] = {}
    history: Any = model.history  # type: ignore[attr-defined]
    for entry in history.filter(project__in=list(versions), **narrowed).order_by("history_id"):
        if entry.history_id <= getattr(versions[entry.project_id], part):
            newest[entry.id] = entry
    return [entry for entry in newest.values() if entry.history_type != "-"]


def _agreed(listed: Iterable[Listing], column: KnownColumn) -> Any:
    """The value that all lists of the project have; None where they differ, or where there is no list."""
    values = {column.get(listing) for listing in listed}
    return values.pop() if len(values) == 1 else None


def _period(milestone: Milestone, which: str) -> Period | None:
    day = getattr(milestone, f"{which}_on")
    return None if day is None else (day, Precision(getattr(milestone, f"{which}_precision")))
