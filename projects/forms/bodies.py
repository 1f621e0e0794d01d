"""JSON bodies of the API, given to the forms of the pages: which JSON a field takes, and the text that a browser
would send for it. The form then judges the text as it judges what a person types.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from django import forms
from django.http import QueryDict

from projects.forms.fields import MoneyField, RecordsField

type Faults = dict[str, list[str]]

MISSING = "请填写。"
NO_SUCH_FIELD = "没有这个字段，或者不能在这里修改。"
UNSAVEABLE = "含有无法保存的字符。"
NOT_SENT = frozenset({"version", "seen", "shown", "helpers_version", "id", "DELETE"})
"""Fields with which a page carries its version along; the API says its version itself."""


class JsonType(Enum):
    """What a field takes as JSON; the value is the sentence for anything else."""

    MONEY = "请填整数，单位为元；未知填 null。"
    DECIMAL = '请填写成文字的数，如 "119.97"；未知填 null。'
    NUMBER = "请填整数；未知填 null。"
    KEY = "请填编号（整数）；未知填 null。"
    KEYS = "请填编号（整数）的列表。"
    NUMBERS = "请填十二个整数的列表；没有填 null。"
    FLAG = "请填 true 或 false。"
    DAY = "请填日期，如 2024-09-30；未知填 null。"
    TEXT = "请填文字；未知填空文字。"


def json_type(field: forms.Field) -> JsonType:
    kinds = (
        (MoneyField, JsonType.MONEY),
        (RecordsField, JsonType.KEYS),
        (forms.ModelChoiceField, JsonType.KEY),
        (forms.TypedChoiceField, JsonType.TEXT if _has_texts(field) else JsonType.NUMBER),
        (forms.DecimalField, JsonType.DECIMAL),
        (forms.IntegerField, JsonType.NUMBER),
        (forms.BooleanField, JsonType.FLAG),
        (forms.MultiValueField, JsonType.NUMBERS),
        (forms.DateField, JsonType.DAY),
    )
    return next((kind for cls, kind in kinds if isinstance(field, cls)), JsonType.TEXT)


def faults_of(form: forms.BaseForm) -> Faults:
    return {name: [str(message) for message in messages] for name, messages in form.errors.items()}


def type_faults(body: Mapping[str, Any], fields: Mapping[str, forms.Field]) -> Faults:
    """Faults of unknown fields and of wrong JSON types; the form judges the rest."""
    faults = {}
    for name, value in body.items():
        field = None if name in NOT_SENT else fields.get(name)
        if fault := NO_SUCH_FIELD if field is None else _misfit(json_type(field), value):
            faults[name] = [fault]
    return faults


def put(sent: QueryDict, name: str, field: forms.Field, value: Any) -> None:
    """Add a value of the right JSON type as a browser would send it."""
    match json_type(field):
        case JsonType.KEYS:
            sent.setlist(name, [str(key) for key in value])
        case JsonType.NUMBERS:
            for place, number in enumerate(value or ()):
                sent[f"{name}_{place}"] = _typed(field.fields[place], number)  # type: ignore[attr-defined]
        case JsonType.FLAG:
            if value:
                sent[name] = "on"
        case _:
            sent[name] = _typed(field, value)


def as_form_data(body: Mapping[str, Any], fields: Mapping[str, forms.Field]) -> QueryDict:
    """A body without `type_faults` as a browser would send it."""
    sent = QueryDict(mutable=True)
    for name, value in body.items():
        put(sent, name, fields[name], value)
    return sent


def is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _has_texts(field: forms.Field) -> bool:
    """Whether the codes of a choice are texts; `coerce` of the others makes numbers."""
    return getattr(field, "coerce", None) is not int


def _misfit(kind: JsonType, value: Any) -> str:
    """The sentence that says why the type of a value is wrong; "" when it is right."""
    match kind:
        case JsonType.MONEY | JsonType.NUMBER | JsonType.KEY:
            fits = value is None or is_whole(value)
        case JsonType.KEYS:
            fits = isinstance(value, list) and all(map(is_whole, value))
        case JsonType.NUMBERS:
            fits = value is None or (
                isinstance(value, list) and len(value) == 12 and all(map(is_whole, value))
            )
        case JsonType.FLAG:
            fits = isinstance(value, bool)
        case JsonType.DECIMAL:
            fits = value is None or is_whole(value) or isinstance(value, str)
        case JsonType.DAY:
            fits = value is None or isinstance(value, str)
        case JsonType.TEXT:
            fits = isinstance(value, str)
    if not fits:
        return kind.value
    return "" if not isinstance(value, str) or _can_be_stored(value) else UNSAVEABLE


def _typed(field: forms.Field, value: Any) -> str:
    """A valid value as a person would type it: an amount with its unit, 元."""
    if value is None:
        return ""
    return f"{value}元" if isinstance(field, MoneyField) else str(value)


def _can_be_stored(text: str) -> bool:
    """Whether a database can store the text: JSON can contain half a character (a lone surrogate)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
