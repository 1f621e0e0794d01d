"""Who is told what concerns a unit: the people with an account who can act on it and may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from projects.vocabulary import Role

from .organisation import Organisation
from .person import User

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


def readers_of_seal(unit: int | None) -> list[User]:
    """Leaders and the office, to whom a sealed month is news: of the whole district, or who may see the unit."""
    roles = (Role.LEADER.label, Role.OFFICE.label, Role.ADMIN.label)
    people = User.objects.with_roles().filter(is_active=True, groups__name__in=roles).distinct()
    if unit is None:
        return [person for person in people if person.reads]
    return [person for person in people if person.covers_district or _covers(person, unit)]


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
