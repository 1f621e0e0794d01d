"""Who is told what concerns a unit: the people with an account who can act on it and may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import models

from projects.vocabulary import Role

from .decision import Decision
from .organisation import Organisation
from .person import User
from .problem import Problem
from .project import Project
from .receiver import Receiver, ReceiverMessage

type Audience = Mapping[int, list[User]]


def staff_of(units: Iterable[int | None]) -> Audience:
    """By unit, the staff who write for it: its own, or else those of the nearest unit above that has any.

    Two queries, however many units. A unit that nobody writes for has an empty list.
    """
    wanted = {unit for unit in units if unit is not None}
    if not wanted:
        return {}
    parents = dict(Organisation.objects.values_list("pk", "parent_id"))
    chains = {unit: _upwards(unit, parents) for unit in wanted}
    by_unit: dict[int, list[User]] = {}
    staff = User.objects.filter(is_active=True, groups__name=Role.STAFF.label)
    for person in staff.filter(organisation__in={each for chain in chains.values() for each in chain}):
        by_unit.setdefault(person.organisation_id or 0, []).append(person)
    return {
        unit: next((by_unit[each] for each in chain if each in by_unit), []) for unit, chain in chains.items()
    }


def staff_of_one(unit: int | None) -> list[User]:
    return [] if unit is None else staff_of([unit])[unit]


def office() -> list[User]:
    """The office of the district, which answers what units ask for; administrators where there is no office."""
    people = User.objects.filter(is_active=True, groups__name=Role.OFFICE.label)
    return list(people) or list(User.objects.keepers())


def administrators() -> list[User]:
    """Who looks after the installation."""
    return list(User.objects.filter(is_active=True, groups__name=Role.ADMIN.label))


def readers_of_seal(unit: int | None) -> list[User]:
    """Leaders and the office, to whom a sealed month is news: of the whole district, or who may see the unit."""
    roles = (Role.LEADER.label, Role.OFFICE.label, Role.ADMIN.label)
    people = User.objects.with_roles().filter(is_active=True, groups__name__in=roles).distinct()
    if unit is None:
        return [person for person in people if person.reads]
    return [person for person in people if person.covers_district or _covers(person, unit)]


def audible(receiver: Receiver, messages: Sequence[ReceiverMessage]) -> list[ReceiverMessage]:
    """Those about what the receiver's audience answers for; at most four queries.

    What a unit only helps with is left out, and what is about no unit goes to the whole district alone.
    """
    unit = receiver.audience
    if unit is None or unit.is_district:
        return list(messages)
    mine: dict[str, Collection[int]] = {
        "project_id": _among(Project.objects.answered_by(unit), messages, "project_id"),
        "problem_id": _among(Problem.objects.answered_by(unit), messages, "problem_id"),
        "decision_id": _among(Decision.objects.answered_by(unit), messages, "decision_id"),
        "organisation_id": set(unit.units),
    }
    return [each for each in messages if each.is_about_only(mine)]


def _among[M: models.Model](
    found: models.QuerySet[M], messages: Sequence[ReceiverMessage], field: str
) -> set[int]:
    """The keys in the field that are found; no query where the field is empty in all of them."""
    wanted = {getattr(message, field) for message in messages} - {None}
    return set(found.filter(pk__in=wanted).order_by().values_list("pk", flat=True)) if wanted else set()


def _covers(person: User, unit: int) -> bool:
    return person.reads and person.organisation is not None and unit in person.organisation.units


def _upwards(unit: int, parents: Mapping[int, int | None]) -> list[int]:
    """The unit and those above it, the nearest first."""
    chain: list[int] = []
    at: int | None = unit
    while at is not None and at not in chain:
        chain.append(at)
        at = parents.get(at)
    return chain
