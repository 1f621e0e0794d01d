"""The bodies of requests in the OpenAPI document, made of the forms that judge them."""

from collections.abc import Collection
from typing import Any, cast

from django import forms

from projects.api.resources.describing import Fields
from projects.api.versions import VERSION
from projects.forms.bodies import NOT_SENT, JsonType, json_type
from projects.forms.evidence import FilesField

type Schema = dict[str, Any]

OF_TYPE: dict[JsonType, Schema] = {
    JsonType.MONEY: {"type": "integer", "nullable": True, "example": 120_000_000},
    JsonType.DECIMAL: {"type": "string", "nullable": True, "example": "119.970000"},
    JsonType.NUMBER: {"type": "integer", "nullable": True, "example": 1},
    JsonType.KEY: {"type": "integer", "nullable": True, "example": 1},
    JsonType.KEYS: {"type": "array", "items": {"type": "integer"}, "example": [1]},
    JsonType.NUMBERS: {"type": "array", "items": {"type": "integer"}, "nullable": True},
    JsonType.FLAG: {"type": "boolean", "example": False},
    JsonType.DAY: {"type": "string", "format": "date", "nullable": True, "example": "2026-09-30"},
    JsonType.TEXT: {"type": "string", "example": "示例"},
}
UNITS = {JsonType.MONEY: "金额，整数，单位为元", JsonType.KEY: "编号"}
VERSION_SCHEMA: Schema = {
    "type": "integer",
    "nullable": True,
    "description": "读取时的版本号；带了 If-Match 时不用写。还没有变更记录的为 null",
    "example": 42,
}
FILES_SCHEMA: Schema = {"type": "array", "items": {"type": "string", "format": "binary"}}


def body_schema(
    fields: Fields, *, required: Collection[str] | None = None, has_version: bool = False
) -> Schema:
    """`required`: the names that must be sent, None for what the form itself demands."""
    shown = {name: field for name, field in fields.items() if name not in NOT_SENT}
    properties = {name: _property(field) for name, field in shown.items()}
    if has_version:
        properties[VERSION] = VERSION_SCHEMA
    demanded = [name for name, field in shown.items() if field.required] if required is None else required
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if names := [name for name in properties if name in demanded]:
        schema["required"] = names
    shown_first = next(iter(properties), "") if has_version else ""
    schema["example"] = {
        name: said["example"]
        for name, said in properties.items()
        if "example" in said and name in (*demanded, VERSION, shown_first)
    }
    return schema


def _property(field: forms.Field) -> Schema:
    if isinstance(field, FilesField):
        return FILES_SCHEMA | {"description": _words(field)}
    kind = json_type(field)
    schema = OF_TYPE[kind] | {"description": _words(field)}
    if isinstance(field, forms.ModelChoiceField):
        return schema
    if isinstance(field, forms.ChoiceField):
        codes = _codes(field)
        known = [code for code in codes if code != ""]
        lines = [f"* `{code}` - {label}" for code, label in codes.items() if code != ""]
        schema["description"] = "\n\n".join([schema["description"], "\n".join(lines)])
        return schema | {"enum": [*codes], "example": known[0]}
    if isinstance(field, forms.CharField) and field.max_length:
        schema["maxLength"] = field.max_length
    return schema


def _words(field: forms.Field) -> str:
    unit = UNITS.get(json_type(field), "")
    return "；".join(str(part) for part in (field.label, unit, field.help_text) if part)


def _codes(field: forms.ChoiceField) -> dict[Any, str]:
    """The codes of a choice with their words; "" where it may stay empty."""
    codes: dict[Any, str] = {}
    for value, label in list(cast(Any, field.choices)):
        group = label if isinstance(label, list | tuple) else [(value, label)]
        codes |= {code: str(words) for code, words in group if code != ""}
    return codes if field.required else codes | {"": ""}
