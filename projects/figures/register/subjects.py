"""Projects as a list names them, as they stand or as they were known."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from projects.figures.register.tables import Register
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.reach import UnitAndBelow
from projects.models.standstills import standstills_of
from projects.rules.answering import unit_on
from projects.rules.lifecycle import Standstill


@dataclass(frozen=True, slots=True)
class Subject:
    """A project in a row of a list, with the unit that answered on the day.

    `pk` None: there is no page to open, since it has been deleted, or answers to a unit that the reader may not see.
    """

    pk: int | None
    name: str
    organisation: Organisation | None
    contact: str
    total_investment: int | None
    standstills: tuple[Standstill, ...]


def subject_of(row: Any, scope: Scope, *, present: Organisation | None = None, opens: bool = True) -> Subject:
    """From a row of the table or of its history, which has the same columns. `present`: its unit of today.

    `opens`: the reader may open its page. Whoever is in charge of a project that the reader's unit answered for or
    helped with on that day only is not named.
    """
    unit = unit_on(row.former_units, row.organisation_id, scope.as_of)
    names_people = opens or not isinstance(scope.reach, UnitAndBelow)
    return Subject(
        row.id if opens else None,
        row.name,
        present if unit == row.organisation_id and present else scope.units.by_id.get(unit or 0),
        row.contact if names_people else "",
        row.total_investment,
        standstills_of(row.pauses, row.side_state, row.side_state_on),
    )


def subjects(register: Register, scope: Scope, ids: Iterable[int]) -> dict[int, Subject]:
    """The projects of these ids on the register's clock, by id; a query, and that of `opens_among`."""
    wanted = set(ids)
    rows = register.table(Project).filter(id__in=wanted)
    opening = scope.opens_among(wanted)
    return {row.id: subject_of(row, scope, opens=row.id in opening) for row in rows}
