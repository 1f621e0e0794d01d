"""The unit that answered for a project on a day, in SQL: for rows of the table of projects and for rows of its history.

A project keeps the unit that answers now in `organisation`, and those before it in `former_units`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, BooleanField, F, Func, Q
from django.db.models.lookups import In


def answering_unit(day: date, *, path: str = "") -> Func:
    """The number of the unit, None where nobody was named; `path` leads from the row to the project."""
    return _AnsweringUnit(F(f"{path}organisation_id"), F(f"{path}former_units"), day)


def answered_then(units: Collection[int], day: date) -> Q:
    """The condition that a project has moved, and that one of the units answered for it on the day."""
    return ~Q(former_units=[]) & Q(In(answering_unit(day), list(units)))


def answered_before(units: Collection[int]) -> Q:
    """The condition that one of the units answered for a project once and handed it over."""
    return ~Q(former_units=[]) & Q(_AnsweredBefore(F("former_units"), units))


class _AnsweringUnit(Func):
    """The first of the former units whose last day had not come, else the unit of today.

    Most projects never moved: they are done by the comparison with the empty list. The day is part of the text, so
    that the database sees a constant.
    """

    output_field = BigIntegerField()

    def __init__(self, unit: F, former: F, day: date) -> None:
        super().__init__(unit, former)
        self.day = day.isoformat()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        (unit, of_unit), (former, of_former) = map(compiler.compile, self.source_expressions)
        later = f"FROM json_each({former}) AS span WHERE json_extract(span.value, '$[1]') > '{self.day}'"
        first = f"SELECT json_extract(span.value, '$[0]') {later} ORDER BY span.key LIMIT 1"
        sql = f"CASE WHEN {former} = '[]' THEN {unit} WHEN EXISTS (SELECT 1 {later}) THEN ({first}) ELSE {unit} END"
        return sql, (*of_former, *of_unit, *of_former, *of_former, *of_unit)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        (unit, of_unit), (former, of_former) = map(compiler.compile, self.source_expressions)
        later = f"'strict $[*] ? (@[1] > \"{self.day}\")'"
        first = f"(jsonb_path_query_first({former}, {later}) ->> 0)::bigint"
        moved = f"WHEN jsonb_path_exists({former}, {later}) THEN {first}"
        sql = f"CASE WHEN {former} = '[]'::jsonb THEN {unit} {moved} ELSE {unit} END"
        return sql, (*of_former, *of_unit, *of_former, *of_former, *of_unit)


class _AnsweredBefore(Func):
    """Whether one of the units is among the former ones."""

    output_field = BooleanField()

    def __init__(self, former: F, units: Collection[int]) -> None:
        super().__init__(former)
        self.units = sorted(units)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        former, params = compiler.compile(self.source_expressions[0])
        among = ", ".join(map(str, self.units)) or "NULL"
        unit = "json_extract(span.value, '$[0]')"
        return f"EXISTS (SELECT 1 FROM json_each({former}) AS span WHERE {unit} IN ({among}))", params  # nosec B608 # names from the models

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        former, params = compiler.compile(self.source_expressions[0])
        among = " || ".join(f"@[0] == {unit}" for unit in self.units) or "1 == 2"
        return f"jsonb_path_exists({former}, 'strict $[*] ? ({among})')", params
