"""What several kinds of records have in common: related records with their names, the project they belong to."""

from typing import Any

from django import forms
from django.db.models import Model
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from projects.forms.fields import LARGEST_KEY

VERSION_WORDS = "版本号；修改时放进 If-Match 送回。还没有变更记录的为 null"


class RelatedPayload(serializers.Serializer[Model]):
    """编号和名称。"""

    id = serializers.IntegerField(source="pk")
    name = serializers.SerializerMethodField()

    def get_name(self, record: Model) -> str:
        return getattr(record, "name", "") or str(record)


def version_field() -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=True, read_only=True, help_text=VERSION_WORDS)


def key_field(label: str, *, required: bool = True) -> forms.IntegerField:
    """The number of the record that a new one belongs to."""
    return forms.IntegerField(label=label, min_value=1, max_value=LARGEST_KEY, required=required)


class ProjectSubject(forms.Form):
    """The project that a new record belongs to."""

    project = key_field("项目（编号）")


def condition(name: str, field: forms.Field) -> OpenApiParameter:
    """A condition of a list as a parameter of the address."""
    kind = OpenApiTypes.INT if isinstance(field, forms.IntegerField) else OpenApiTypes.STR
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    offered = [value for value, _ in list(choices) if value != ""]
    return OpenApiParameter(name, kind, description=str(field.label), enum=offered or None)
