"""What a writer is told who changed what somebody else has changed, too."""

from dataclasses import dataclass
from typing import Any, Self

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.api.refusals import Refusal, RefusalPayload
from projects.forms.amending import Amendment, FieldConflict
from projects.rules.problem_details import PROBLEM_JSON


@dataclass(frozen=True, slots=True)
class Collision:
    """Why nothing was written: what others wrote meanwhile. `version`: the present one."""

    detail: str
    conflicts: list[FieldConflict]
    version: int | None

    @classmethod
    def of(cls, amendment: Amendment, version: int | None) -> Self:
        conflict = amendment.conflict
        assert conflict is not None
        last = "，".join(filter(None, (conflict.who, conflict.why)))
        what = amendment.record._meta.verbose_name
        detail = (
            f"这个{what}被别人改过（最近一次：{last}），有字段双方都改了，什么都没有写入。"
            "请核对后带新的 version 再提交。"
        )
        return cls(detail, amendment.conflicts, version)


@extend_schema_field(OpenApiTypes.ANY)
class SideField(serializers.Field):
    """A value of a conflict as the record shows it: a related record with its name."""

    def to_representation(self, value: Any) -> Any:
        return value

    def get_attribute(self, instance: FieldConflict) -> Any:
        value = getattr(instance, str(self.field_name))
        if instance.related is None or value is None:
            return value
        found = instance.related._base_manager.filter(pk=value).first()
        return {"id": value, "name": getattr(found, "name", "") or str(found or "")}


class ConflictPayload(serializers.Serializer[FieldConflict]):
    """双方都改过的一个字段。"""

    field = serializers.CharField()
    label = serializers.CharField()
    before = SideField(allow_null=True, help_text="您读取时的值；版本号不是这条记录的时为 null")
    theirs = SideField(allow_null=True, help_text="现在的值")
    mine = SideField(allow_null=True, help_text="您要写的值")


class CollisionPayload(RefusalPayload):
    """您读取之后别人改过同一字段，什么都没有写入；核对后带新的 version 再提交，即以您的为准。"""

    conflicts = ConflictPayload(many=True)
    version = serializers.IntegerField(allow_null=True, help_text="现在的版本号")


CONFLICTS = {(409, PROBLEM_JSON): CollisionPayload}


def collided(collision: Collision) -> Refusal:
    lines = ConflictPayload(collision.conflicts, many=True).data
    return Refusal(409, collision.detail, conflicts=lines, version=collision.version)
