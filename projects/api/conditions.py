"""The conditions of the list of projects as parameters of the API."""

import django_filters
from django import forms
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from projects.filters import ProjectFilter

LOOKS = frozenset({"columns"})
"""What the page's question says about the page alone."""
CONDITIONS = [name for name in ProjectFilter.base_filters if name not in LOOKS]


def _condition(name: str, condition: django_filters.Filter) -> OpenApiParameter:
    """A condition of the list as a parameter of the address."""
    kind = OpenApiTypes.INT if condition.field_class is forms.IntegerField else OpenApiTypes.STR
    choices = condition.extra.get("choices", ())
    offered = [value for value, _ in (choices() if callable(choices) else choices)]
    words = str(condition.label)
    if name in {"organisation", "town", "industry"}:
        words += "（编号；none 为未明确）"
    return OpenApiParameter(name, kind, description=words, enum=offered or None)


def condition_parameters() -> list[OpenApiParameter]:
    return [_condition(name, ProjectFilter.base_filters[name]) for name in CONDITIONS]
