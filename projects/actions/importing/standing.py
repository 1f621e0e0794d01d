"""What stands in the register of a project for a year, as the values that a row of a 项目清单 says."""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from projects.excel.columns import plan_key, reached_key
from projects.models import AnnualPlan, Listing, Milestone, Project
from projects.rules.money import Amount
from projects.rules.versions import ProjectVersion
from projects.vocabulary import Currency, Level, Precision, Stage

TEXTS = (
    "name",
    "enterprise",
    "national_code",
    "credit_code",
    "former_names",
    "place",
    "content",
    "nature",
    "contact",
    "contact_phone",
    "linked_leader",
    "remark",
)
LINKS = ("town", "park", "organisation", "industry")
AMOUNTS = ("total_investment", "contract_amount")
PLANNED = ("invested_before", "planned_investment")
LISTED = {"category": "category", "completes": "completes", "list_number": "number"}
"""Columns that a place on a list has, with its field."""

FACTS = frozenset({*TEXTS, *LINKS, *AMOUNTS, "foreign"})

type Period = tuple[date, Precision]


@dataclass(slots=True)
class Standing:
    """One project with its lists, plan and stages; a draft works on a copy of it."""

    project: Project
    listings: dict[Level, Listing] = field(default_factory=dict)
    plan: AnnualPlan | None = None
    milestones: dict[Stage, Milestone] = field(default_factory=dict)

    def copied(self, *, keeps_project: bool = False) -> "Standing":
        """One whose records may be changed; of a project that is yet to be written there is only one."""
        return Standing(
            self.project if keeps_project else copy(self.project),
            {level: copy(listing) for level, listing in self.listings.items()},
            copy(self.plan) if self.plan else None,
            {stage: copy(milestone) for stage, milestone in self.milestones.items()},
        )

    def values(self) -> dict[str, Any]:
        """By column key; what is not on record is None, or the empty text."""
        said: dict[str, Any] = {key: getattr(self.project, key) for key in (*TEXTS, *AMOUNTS)}
        said |= {key: getattr(self.project, f"{key}_id") for key in LINKS}
        said |= {key: getattr(self.plan, key) if self.plan else None for key in PLANNED}
        said["foreign"] = _foreign(self.project)
        listed = {level: listing for level, listing in self.listings.items() if listing.removed_on is None}
        said["level"] = frozenset(listed)
        said |= {key: _agreed(listed.values(), name) for key, name in LISTED.items()}
        for stage in Stage:
            milestone = self.milestones.get(stage)
            said[plan_key(stage)] = _period(milestone, "current")
            said[reached_key(stage)] = _period(milestone, "reached")
        return said


def standings(pks: Collection[int], year: int) -> dict[int, Standing]:
    """Of these projects as they stand now; four queries, however many."""
    found = {pk: Standing(project) for pk, project in Project.objects.in_bulk(list(pks)).items()}
    for listing in Listing.objects.filter(project__in=found, year=year):
        found[listing.project_id].listings[Level(listing.level)] = listing
    for plan in AnnualPlan.objects.filter(project__in=found, year=year):
        found[plan.project_id].plan = plan
    for milestone in Milestone.objects.filter(project__in=found):
        found[milestone.project_id].milestones[Stage(milestone.stage)] = milestone
    for standing in found.values():
        _join(standing.project, standing.milestones.values())
    return found


def standings_at(versions: Mapping[int, ProjectVersion], year: int) -> dict[int, Standing]:
    """By project as it stood when its sheet was made; four queries, however many."""
    numbers = [version.project for version in versions.values()]
    found = {entry.id: Standing(entry.instance) for entry in Project.history.filter(history_id__in=numbers)}
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
    """Of each record the entry that was its newest when the sheet was made; what was deleted by then has none."""
    newest: dict[int, Any] = {}
    history: Any = model.history  # type: ignore[attr-defined]
    for entry in history.filter(project__in=list(versions), **narrowed).order_by("history_id"):
        if entry.history_id <= getattr(versions[entry.project_id], part):
            newest[entry.id] = entry
    return [entry for entry in newest.values() if entry.history_type != "-"]


def _agreed(listed: Iterable[Listing], name: str) -> Any:
    """What all lists of the project say alike; None where they differ, or where it stands on none."""
    said = {getattr(listing, name) for listing in listed}
    return said.pop() if len(said) == 1 else None


def _join(project: Project, milestones: Iterable[Milestone]) -> None:
    """Each milestone knows its project without a query."""
    for milestone in milestones:
        milestone.project = project


def _foreign(project: Project) -> Amount | None:
    if project.foreign_amount is None:
        return None
    return Amount(foreign=project.foreign_amount, currency=Currency(project.foreign_currency))


def _period(milestone: Milestone | None, which: str) -> Period | None:
    day = getattr(milestone, f"{which}_on") if milestone else None
    return None if day is None else (day, Precision(getattr(milestone, f"{which}_precision")))
