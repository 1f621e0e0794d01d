"""The tables' own checks asked in plain Python: a hundred thousand rows are judged without a query for each.

The database asks them once more when the rows are written; a test holds both answers against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from operator import eq, ge, gt, le, lt
from typing import Any

from django.db.models import CheckConstraint, F, Model, Q

type Truth = bool | None
"""As SQL has it: None is unknown, and an unknown check is passed."""

_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "exact": eq,
    "gte": ge,
    "lte": le,
    "gt": gt,
    "lt": lt,
    "in": lambda value, choices: value in choices,
    "range": lambda value, ends: ends[0] <= value <= ends[1],
}
_PARTS = frozenset({"day", "month", "year"})


def broken(record: Model) -> list[str]:
    """The sentences of the checks that a record breaks, in the order of the table."""
    return [sentence for condition, sentence in _checks(type(record)) if _holds(condition, record) is False]


@cache
def _checks(model: type[Model]) -> tuple[tuple[Q, str], ...]:
    return tuple(
        (constraint.condition, str(constraint.violation_error_message))
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint) and isinstance(constraint.condition, Q)
    )


def _holds(condition: Q, record: Model) -> Truth:
    answers = [_asked(child, record) for child in condition.children]
    answer = _either(answers) if condition.connector == Q.OR else _both(answers)
    return (None if answer is None else not answer) if condition.negated else answer


def _asked(child: Any, record: Model) -> Truth:
    if isinstance(child, Q):
        return _holds(child, record)
    lookup, wanted = child
    return _answer(lookup, wanted, record)


def _both(answers: list[Truth]) -> Truth:
    if False in answers:
        return False
    return None if None in answers else True


def _either(answers: list[Truth]) -> Truth:
    if True in answers:
        return True
    return None if None in answers else False


def _answer(lookup: str, wanted: Any, record: Model) -> Truth:
    """One comparison; KeyError for one that no table of ours uses, which a test would meet."""
    name, *steps = lookup.split("__")
    value = _value(record, name)
    if steps and steps[0] in _PARTS:
        value = None if value is None else getattr(value, steps.pop(0))
    kind = steps[0] if steps else "exact"
    if kind == "isnull":
        return (value is None) is wanted
    other = _value(record, wanted.name) if isinstance(wanted, F) else wanted  # type: ignore[attr-defined]
    if value is None or other is None:
        return None
    return _COMPARED[kind](value, other)


def _value(record: Model, name: str) -> Any:
    return getattr(record, record._meta.get_field(name).attname)  # type: ignore[union-attr]
