"""Named checks that several tables share, each with the sentence a user reads when it is broken."""

from django.db.models import CheckConstraint, F, Q

FIRST_YEAR, LAST_YEAR = 2000, 2100


def not_negative(field: str, label: str) -> CheckConstraint:
    """An unknown amount is empty; a known one is zero or more."""
    return CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0}),
        name=f"%(class)s_{field}_not_negative",
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
        condition=Q(**{f"{field}__day": 1}),
        name=f"%(class)s_{field}_is_first_day",
        violation_error_message="月份应记为当月第一天。",
    )


def together(first: str, second: str, message: str) -> CheckConstraint:
    """Two columns that mean something only together: `second` is text, empty when `first` is."""
    return CheckConstraint(
        condition=Q(**{f"{first}__isnull": True, second: ""})
        | (Q(**{f"{first}__isnull": False}) & ~Q(**{second: ""})),
        name=f"%(class)s_{first}_with_{second}",
        violation_error_message=message,
    )


def not_after(first: str, second: str, message: str) -> CheckConstraint:
    """`first` lies on or before `second`; an unknown `first` breaks nothing."""
    return CheckConstraint(
        condition=Q(**{f"{first}__isnull": True}) | Q(**{f"{first}__lte": F(second)}),
        name=f"%(class)s_{first}_not_after_{second}",
        violation_error_message=message,
    )
