"""Projects as a list names them, as they stand or as they were known."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from projects.figures.register.tables import Register, Rows, project_column
from projects.figures.scope import Scope
from projects.models import Organisation, Participation, Project
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


def subject_of(
    row: Any, scope: Scope, *, present: Organisation | None = None, is_there: bool = True
) -> Subject:
    """From a row of the table or of its history, which has the same columns. `present`: its unit of today.

    Whoever is in charge of a project that the reader's unit has handed over is not named.
    """
    unit = unit_on(row.former_units, row.organisation_id, scope.as_of)
    has_left = scope.has_left(unit, row.organisation_id)
    return Subject(
        row.id if is_there and not has_left else None,
        row.name,
        present if unit == row.organisation_id and present else scope.units.by_id.get(unit or 0),
        "" if has_left else row.contact,
        row.total_investment,
        standstills_of(row.pauses, row.side_state, row.side_state_on),
    )


def subjects(register: Register, scope: Scope, ids: Iterable[int]) -> dict[int, Subject]:
    """The projects of these ids on the register's clock, by id; two queries where they are of the past, else one."""
    wanted = set(ids)
    rows = register.table(Project).filter(id__in=wanted)
    there = wanted
    if register.known_at is not None:
        there = set(scope.visible.filter(pk__in=wanted).values_list("pk", flat=True))
    return {row.id: subject_of(row, scope, is_there=row.id in there) for row in rows}


def in_scope(rows: Rows, register: Register, scope: Scope) -> Rows:
    """What the unit answered for on the day, and what a unit of it helps with; the root answers for everything, the
    unknown too.
    """
    units, top = scope.units, scope.narrowed_to
    if top is None or top in units.path(None):
        return rows
    below = units.below(top)
    helped = register.table(Participation).filter(organisation_id__in=below).values("project_id")
    rows = register.beside(rows, "holder")
    return rows.filter(Q(holder__in=below) | Q((f"{project_column(rows)}__in", helped)))
