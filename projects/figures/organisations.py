"""The units, and what would happen to the projects and people of one that is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q

from projects.models import Bulletin, Organisation, Participation, Problem, Project, Target, User

SEALS = 3
"""Sealed months that are named."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit with the number of its projects, of those that stand in it as their park, and of its accounts in use."""

    unit: Organisation
    projects: int
    located: int
    people: int


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """What a unit answers for today. `coming_back`: of a closed one, what undoing the closing would bring back."""

    unit: Organisation
    projects: Sequence[Project]
    coming_back: Sequence[Project]
    people: Sequence[User]
    years: Sequence[int]
    """Of which years it has targets."""
    problems: Sequence[Problem]
    """Problems that it is to remove and that are open."""
    helped: int
    below: Sequence[Organisation]
    """The units below it, which a move takes along."""
    moving: int
    """The projects that it and the units below it answer for."""
    former_parents: Sequence[tuple[str, date]]
    """What it stood under before, each with its last day; the newest first."""
    sealed: Sequence[Bulletin]
    """The newest months that are sealed: a move before their day changes what the register says of them."""


def unit_lines() -> list[UnitLine]:
    """All units, those that are closed last; four queries."""
    units = Organisation.objects.select_related("parent", "successor")
    projects = dict(Project.objects.order_by().values_list("organisation").annotate(number=Count("pk")))
    located = dict(Project.objects.order_by().values_list("park").annotate(number=Count("pk")))
    accounts = User.objects.filter(is_active=True).order_by()
    people = dict(accounts.values_list("organisation").annotate(number=Count("pk")))
    return [
        UnitLine(unit, projects.get(unit.pk, 0), located.get(unit.pk, 0), people.get(unit.pk, 0))
        for unit in units.order_by(F("closed_on").asc(nulls_first=True), "position", "name")
    ]


def unit_sheet(unit: Organisation) -> UnitSheet:
    """At most ten queries."""
    targets = Target.objects.filter(organisation=unit).order_by("year")
    back: list[Project] = []
    if unit.successor is not None and unit.closed_on is not None:
        back = unit.successor.projects.order_by("pk").last_handed_over_by(unit, unit.closed_on)
    return UnitSheet(
        unit=unit,
        projects=list(unit.projects.order_by("pk")),
        coming_back=back,
        people=_accounts(unit),
        years=sorted(set(targets.values_list("year", flat=True))),
        problems=list(
            Problem.objects.filter(organisation=unit, resolved_on=None)
            .select_related("project")
            .order_by("pk")
        ),
        helped=Participation.objects.helping().filter(organisation=unit).count(),
        below=list(Organisation.objects.within(unit).exclude(pk=unit.pk)),
        moving=Project.objects.answered_by(unit).count(),
        former_parents=_former_parents(unit),
        sealed=list(Bulletin.objects.seals_from(date.min)[:SEALS]),
    )


def _former_parents(unit: Organisation) -> list[tuple[str, date]]:
    named = Organisation.objects.in_bulk([above for above, _ in unit.former_parents if above])
    return [
        (str(named.get(above, "最上一级")), date.fromisoformat(until) - timedelta(days=1))
        for above, until in reversed(unit.former_parents)
    ]


def _accounts(unit: Organisation) -> list[User]:
    """Its accounts in use, and those that went along when it was closed."""
    found = User.objects.filter(Q(organisation=unit) | Q(pk__in=unit.handed_people), is_active=True)
    return list(found.order_by("pk"))
