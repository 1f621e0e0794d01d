"""The projects whose report of the newest ended month is missing, or is as far as asked for, by name."""

from django.db.models import BigIntegerField, Value
from django.db.models.functions import Coalesce

from projects.figures.register.first_rows import Ordered, first_rows
from projects.figures.register.grouping import asked_of, in_scope
from projects.figures.register.missing_reports import Owed, newest_month, with_owed
from projects.figures.register.subjects import Subject, subjects
from projects.figures.register.tables import EVERY_LEVEL, Register, Rows
from projects.figures.scope import Scope


def silent(scope: Scope, *, most: int, owed: Owed = Owed.SILENT) -> list[Subject]:
    """At most so many of them, or of those whose report is `owed`, by unit; two queries, of the past three."""
    register = Register(scope.projects, scope.year, scope.as_of, scope.known_at)
    if newest_month(register) is None:
        return []
    owing = Ordered(lambda register: _owing(register, scope, owed), "unit_or_none")
    rows = first_rows(register, ("owing", *asked_of(scope), owed), {"owing": owing}, most=most)["owing"]
    named = subjects(register, scope, (row.project for row in rows))
    return sorted((named[row.project] for row in rows), key=_by_unit)


def _owing(register: Register, scope: Scope, owed: Owed) -> Rows:
    """The projects that `Coverage` counts as this far: `missing`, `waiting` or `returned`."""
    rows = with_owed(register.projects("holder"), register).filter(owed=owed)
    rows = register.listed(rows, {scope.level or EVERY_LEVEL})
    unit = Coalesce("holder", Value(0), output_field=BigIntegerField())
    return in_scope(rows.annotate(unit_or_none=unit), register, scope)


def _by_unit(project: Subject) -> tuple[int, str]:
    """Those that nobody is named for first."""
    unit = project.organisation
    return (unit.position, unit.name) if unit else (-1, "")
