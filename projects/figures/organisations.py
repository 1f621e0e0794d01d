"""The units, and what would happen to the projects and people of one that is closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q

from projects.models import Organisation, Participation, Problem, Project, Target, User


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit with the number of its projects and of its accounts in use; `depth` below the district."""

    unit: Organisation
    projects: int
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


def unit_lines() -> list[UnitLine]:
    """All units, those that are closed last; three queries."""
    units = Organisation.objects.select_related("parent", "successor")
    projects = dict(Project.objects.order_by().values_list("organisation").annotate(number=Count("pk")))
    accounts = User.objects.filter(is_active=True).order_by()
    people = dict(accounts.values_list("organisation").annotate(number=Count("pk")))
    return [
        UnitLine(unit, projects.get(unit.pk, 0), people.get(unit.pk, 0))
        for unit in units.order_by(F("closed_on").asc(nulls_first=True), "position", "name")
    ]


def unit_sheet(unit: Organisation) -> UnitSheet:
    """At most six queries."""
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
        helped=Participation.objects.filter(organisation=unit).count(),
    )


def _accounts(unit: Organisation) -> list[User]:
    """Its accounts in use, and those that went along when it was closed."""
    found = User.objects.filter(Q(organisation=unit) | Q(pk__in=unit.handed_people), is_active=True)
    return list(found.order_by("pk"))
