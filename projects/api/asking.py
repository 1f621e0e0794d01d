"""What the views of figures have in common: the parameters of their addresses, and the units of their numbers."""

from typing import Any, cast

from django import forms
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from projects.vocabulary import Unit

FIGURES = "数字"
"""The kind of record that the document names for them."""
UNITS = [(Unit.YUAN.value, Unit.YUAN.label), (Unit.COUNT.value, Unit.COUNT.label)]


def parameter(name: str, field: forms.Field) -> OpenApiParameter:
    """A field of the page's question as a parameter of the address."""
    kinds = {forms.IntegerField: OpenApiTypes.INT, forms.DateField: OpenApiTypes.DATE}
    kind, words, offered = kinds.get(type(field), OpenApiTypes.STR), str(field.label), None
    if isinstance(field, forms.TypedChoiceField | forms.ModelChoiceField):  # chosen by its id
        kind, words = OpenApiTypes.INT, f"{words}（编号）"
    elif isinstance(field, forms.ChoiceField):
        offered = [value for value, _ in list(cast(Any, field.choices))]
    return OpenApiParameter(name, kind, description=f"{words}。{field.help_text}", enum=offered)
