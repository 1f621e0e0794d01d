"""The tables' own checks asked in plain Python: a hundred thousand rows are judged without a query for each.

The database asks them once more when the rows are written; a test holds both answers against each other. Each
condition is made into a function once, since every row asks every check.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from operator import attrgetter, eq, ge, gt, le, lt
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Field, Model, Q

type Truth = bool | None
"""As SQL has it: None is unknown, and an unknown check is passed."""
type Test = Callable[[Any], Truth]

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "exact": eq,
    "gte": ge,
    "lte": le,
    "gt": gt,
    "lt": lt,
    "in": lambda value, choices: value in choices,
    "range": lambda value, ends: ends[0] <= value <= ends[1],
}
_PARTS = {"day_of_month": attrgetter("day")}


type CheckedFields = tuple[tuple[str, bool, Field[Any, Any]], ...]
"""The attribute of each field, whether it may be blank, and the field."""


def checked_fields(model: type[Model], *, except_for: Collection[str] = ()) -> CheckedFields:
    """The fields that `clean_stated` checks."""
    fields = (field for field in model._meta.fields if field.name not in except_for)
    return tuple((field.attname, bool(field.blank), field) for field in fields if not field.primary_key)


def clean_stated(record: Model, fields: CheckedFields) -> None:
    """As `clean_fields`, which spends its time on the many fields that state nothing. Raises ValidationError."""
    values, faults = record.__dict__, dict[str, Any]()
    for attribute, is_optional, field in fields:
        value = values[attribute]
        if is_optional and (value is None or value == "" or value in field.empty_values):
            continue
        try:
            values[attribute] = field.clean(value, record)
        except ValidationError as fault:
            faults[field.name] = fault.error_list
    if faults:
        raise ValidationError(faults)


def broken(record: Model) -> list[str]:
    """The sentences of the checks that a record breaks, in the order of the table."""
    return [sentence for holds, sentence in _checks(type(record)) if holds(record) is False]


@cache
def _checks(model: type[Model]) -> tuple[tuple[Test, str], ...]:
    return tuple(
        (_test(constraint.condition, model), str(constraint.violation_error_message))
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint) and isinstance(constraint.condition, Q)
    )


def _test(condition: Any, model: type[Model]) -> Test:
    if not isinstance(condition, Q):
        lookup, wanted = condition
        return _comparison(lookup, wanted, model)
    tests = [_test(child, model) for child in condition.children]
    joined = tests[0] if len(tests) == 1 else _joined(tests, decides=condition.connector == Q.OR)
    return _negated(joined) if condition.negated else joined


def _joined(tests: list[Test], *, decides: bool) -> Test:
    """OR is decided by the first that holds, AND by the first that does not; else an unknown one leaves it open."""

    def test(record: Any) -> Truth:
        answer: Truth = not decides
        for each in tests:
            result = each(record)
            if result is decides:
                return decides
            if result is None:
                answer = None
        return answer

    return test


def _negated(test: Test) -> Test:
    def negated(record: Any) -> Truth:
        result = test(record)
        return None if result is None else not result

    return negated


def _comparison(lookup: str, wanted: Any, model: type[Model]) -> Test:
    """One comparison; KeyError for one that no table of ours uses, which a test would meet."""
    name, *steps = lookup.split("__")
    value_of = _value(model, name, steps.pop(0) if steps and steps[0] in _PARTS else "")
    kind = steps[0] if steps else "exact"
    if kind == "isnull" or wanted is None:  # Django asks IS NULL for both
        is_null = wanted is None or wanted
        return lambda record: (value_of(record) is None) is is_null
    compared = _COMPARED[kind]
    other_of = _value(model, wanted.name, "") if isinstance(wanted, F) else lambda record: wanted  # type: ignore[attr-defined]

    def test(record: Any) -> Truth:
        value, other = value_of(record), other_of(record)
        return None if value is None or other is None else compared(value, other)

    return test


def _value(model: type[Model], name: str, part: str) -> Callable[[Any], Any]:
    column = attrgetter(model._meta.get_field(name).attname)  # type: ignore[union-attr]
    if not part:
        return column
    part_of = _PARTS[part]

    def value(record: Any) -> Any:
        day = column(record)
        return None if day is None else part_of(day)

    return value
