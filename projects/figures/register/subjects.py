"""Projects as a list names them, as they stand or as they were known."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from projects.figures.register.tables import Register
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.standstills import standstills_of
from projects.rules.lifecycle import Standstill


@dataclass(frozen=True, slots=True)
class Subject:
    """A project in a row of a list; `pk` None: it has been deleted since, so there is no page to open."""

    pk: int | None
    name: str
    organisation: Organisation | None
    contact: str
    total_investment: int | None
    standstills: tuple[Standstill, ...]


def subject_of(row: Any, organisation: Organisation | None, *, is_there: bool = True) -> Subject:
    """From a row of the table or of its history, which has the same columns."""
    return Subject(
        row.id if is_there else None,
        row.name,
        organisation,
        row.contact,
        row.total_investment,
        standstills_of(row.pauses, row.side_state, row.side_state_on),
    )


def subjects(register: Register, scope: Scope, ids: Iterable[int]) -> dict[int, Subject]:
    """The projects of these ids on the register's clock, by id; two queries where they are of the past, else one."""
    wanted = set(ids)
    rows = register.table(Project).filter(id__in=wanted)
    there = wanted
    if register.known_at is not None:
        there = set(scope.projects.filter(pk__in=wanted).values_list("pk", flat=True))
    units = scope.units.by_id
    return {row.id: subject_of(row, units.get(row.organisation_id), is_there=row.id in there) for row in rows}
