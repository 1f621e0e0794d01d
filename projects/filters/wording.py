"""The conditions of a filter in words, for an exported sheet."""

from collections.abc import Container

from django import forms

from projects.filters.fields import YiField
from projects.rules import money

NOTHING_ASKED = "全部"


def in_words(form: forms.Form, *, without: Container[str] = ()) -> str:
    """Return 级别：市重点；总投资不少于（亿元）：10, or 全部 without conditions. The form must be valid."""
    parts = [
        f"{form.fields[name].label}：{_word(form.fields[name], value)}"
        for name, value in form.cleaned_data.items()
        if name not in without and value not in (None, "", [])
    ]
    return "；".join(parts) or NOTHING_ASKED


def _word(field: forms.Field, value: object) -> str:
    if isinstance(field, YiField) and isinstance(value, int):
        return f"{money.to_unit(value, money.MoneyUnit.YI).normalize():f}"
    choices = field.choices if isinstance(field, forms.ChoiceField) else ()
    return next((str(label) for code, label in choices if code == value), str(value))  # type: ignore[union-attr]
