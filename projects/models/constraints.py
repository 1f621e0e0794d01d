"""Named checks that several tables share, each with the sentence a user reads when it is broken.

Every check is plain SQL, so that SQLite's own tools can check and dump the register without Django. A name has
30 characters at most, so that databases with short names take it (`tests/models/test_names.py`).
"""

import operator
from collections.abc import Collection
from functools import cache, reduce
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BaseConstraint, CheckConstraint, DateField, F, IntegerField, Q, Transform
from django.db.models.sql.compiler import SQLCompiler

FIRST_YEAR, LAST_YEAR = 2000, 2100


@DateField.register_lookup
class DayOfMonth(Transform):
    """The day of a date as a number. Django's own `__day` calls a Python function on SQLite."""

    lookup_name = "day_of_month"
    output_field = IntegerField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        template = "CAST(strftime('%%%%d', %(expressions)s) AS integer)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="EXTRACT(day FROM %(expressions)s)", **context)


def not_negative(field: str, label: str, *, short: str = "") -> CheckConstraint:
    """An unknown amount is empty; a known one is zero or more. `short`: in the name in place of a long field."""
    return CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0}),
        name=f"%(class)s_{short or field}_min_0",
        violation_error_message=f"{label}不能为负数。",
    )


def sane_year(field: str = "year") -> CheckConstraint:
    return CheckConstraint(
        condition=Q(**{f"{field}__gte": FIRST_YEAR, f"{field}__lte": LAST_YEAR}),
        name=f"%(class)s_{field}_in_range",
        violation_error_message=f"年度应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。",
    )


def first_of_month(field: str) -> CheckConstraint:
    return CheckConstraint(
        condition=Q(**{f"{field}__day_of_month": 1}),
        name=f"%(class)s_{field}_first_day",
        violation_error_message="月份应记为当月第一天。",
    )


def together(first: str, second: str, message: str) -> CheckConstraint:
    """Two columns that mean something only together: `second` is text, empty when `first` is."""
    return CheckConstraint(
        condition=Q(**{f"{first}__isnull": True, second: ""})
        | (Q(**{f"{first}__isnull": False}) & ~Q(**{second: ""})),
        name=f"%(class)s_{first}_whole",
        violation_error_message=message,
    )


def not_after(first: str, second: str, message: str) -> CheckConstraint:
    """`first` lies on or before `second`; an unknown `first` breaks nothing."""
    return CheckConstraint(
        condition=Q(**{f"{first}__isnull": True}) | Q(**{f"{first}__lte": F(second)}),
        name=f"%(class)s_{first}_in_order",
        violation_error_message=message,
    )


class ValidatedAtOnce(models.Model):
    """Asks the database once for all checks of a record; Django asks once for each, in a savepoint of its own.

    Only a record that breaks one is validated constraint by constraint, for the sentence of each.
    """

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        # Fields of a form that are excluded take their constraints along: Django knows which.
        if exclude or not self._keeps_all_constraints():
            super().validate_constraints(exclude)

    def _keeps_all_constraints(self) -> bool:
        try:
            for constraint in _with_joined_checks(type(self)):
                constraint.validate(type(self), self)
        except ValidationError:
            return False
        return True


@cache
def _with_joined_checks(model: type[models.Model]) -> list[BaseConstraint]:
    """The constraints of `model`, with one check in place of all its checks."""
    checks = [each.condition for each in model._meta.constraints if isinstance(each, CheckConstraint)]
    others = [each for each in model._meta.constraints if not isinstance(each, CheckConstraint)]
    if not checks:
        return others
    joined = reduce(operator.and_, (Q(check) for check in checks))
    return [CheckConstraint(condition=joined, name="all_checks"), *others]
