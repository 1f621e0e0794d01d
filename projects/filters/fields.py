"""Form fields and filters shared by several lists."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError

from projects.models.constraints import FIRST_YEAR, LAST_YEAR
from projects.rules import money
from projects.rules.broken import RuleBroken, demand_length

LONGEST_AMOUNT = 100
"""Most characters of an amount with its unit."""


class YiField(forms.Field):
    """A bound typed in 亿元 or with its own unit (6000万); the value is whole yuan."""

    def to_python(self, value: Any) -> int | None:
        try:
            demand_length(text := str(value or ""), LONGEST_AMOUNT, "金额")
            amount = money.parse_optional(text, money.MoneyUnit.YI)
        except RuleBroken as broken:
            raise ValidationError(str(broken)) from broken
        if amount is not None and amount.yuan is None:
            raise ValidationError("请填人民币金额。")
        return amount.yuan if amount else None


class YiFilter(django_filters.Filter):
    field_class = YiField


class YearFilter(django_filters.Filter):
    field_class = forms.IntegerField

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, **options)


class ChoiceFilter(django_filters.ChoiceFilter):
    """Choices with “all” first, which includes the name of the filter: 级别：全部."""

    def __init__(self, *, label: str, **options: Any) -> None:
        super().__init__(label=label, empty_label=f"{label}：全部", **options)


class ColumnsFilter(django_filters.MultipleChoiceFilter):
    """The columns that the list shows; it does not filter."""

    def filter(self, qs: Any, value: Any) -> Any:
        return qs
