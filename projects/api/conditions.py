"""The conditions of lists as parameters of the API."""

from collections.abc import Container

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
        words += "（编号）"
    return OpenApiParameter(name, kind, description=words, enum=offered or None)


def parameters_of(
    question: type[django_filters.FilterSet], *, without: Container[str] = ()
) -> list[OpenApiParameter]:
    """The conditions of a page's question."""
    filters = question.base_filters.items()
    return [_condition(name, condition) for name, condition in filters if name not in without]


def condition_parameters() -> list[OpenApiParameter]:
    """Those of the list of projects."""
    parameters = parameters_of(ProjectFilter, without=LOOKS)
    for parameter in parameters:
        if parameter.name in {"organisation", "town", "industry"}:
            parameter.description = f"{parameter.description}；none 为未明确"
    return parameters
