"""Records as JSON: money in whole yuan, days with how exact they are, text as it is stored, the unknown as null.

The docstrings of the payloads stand in the OpenAPI document, so they speak to its readers.
"""

from typing import Any

from django.db.models import Model, TextChoices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.figures.timeline import ORDER
from projects.forms.project import FACTS
from projects.models import Listing, Milestone, Project
from projects.rules.phones import masked
from projects.vocabulary import Category, Currency, DelayReason, Nature, Precision, SideState, Stage

VERSION = "项目要素的版本号；修改时原样送回。还没有变更记录的项目为 null"
PLACES = {stage: place for place, stage in enumerate(ORDER)}


class NamedPayload(serializers.Serializer[Any]):
    """单位或产业。"""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class RecordPayload[M: Model](serializers.ModelSerializer[M]):
    """Describes a record; what the table asks of its rows is for the form and the table to judge."""

    def get_uniqueness_extra_kwargs(self, field_names: Any, declared_fields: Any, extra_kwargs: Any) -> Any:
        return extra_kwargs, {}


def _code(words: type[TextChoices]) -> serializers.ChoiceField:
    """A code that may be unknown, which is an empty text."""
    return serializers.ChoiceField(choices=words.choices, allow_blank=True, read_only=True)


class DayPayload(serializers.Serializer[dict[str, Any]]):
    """一个日期和它的准确程度；日期是可能的最后一天。"""

    on = serializers.DateField()
    precision = serializers.ChoiceField(choices=Precision.choices)


@extend_schema_field(DayPayload(allow_null=True))
class MilestoneDayField(serializers.Field):
    """One of the days of a record with its precision."""

    def __init__(self, prefix: str, **options: Any) -> None:
        super().__init__(source="*", read_only=True, **options)
        self.prefix = prefix

    def to_representation(self, value: Milestone | Listing) -> dict[str, str] | None:
        on = getattr(value, f"{self.prefix}_on")
        if on is None:
            return None
        return {"on": on.isoformat(), "precision": getattr(value, f"{self.prefix}_precision")}


class ListingPayload(RecordPayload[Listing]):
    """列入某一年度、某一级别的名单。"""

    category = _code(Category)
    listed = MilestoneDayField("listed", help_text="列入日期；空为名单未写日期，全年有效")

    class Meta:
        model = Listing
        fields = read_only_fields = [
            "year", "level", "category", "completes", "number", "listed", "removed_on", "removed_reason",
        ]  # fmt: skip


class StagePayload(serializers.Serializer[Milestone]):
    """一个节点。"""

    code = serializers.ChoiceField(choices=Stage.choices, source="stage")
    label = serializers.CharField(source="get_stage_display")
    skipped = serializers.BooleanField(help_text="不设此节点")
    planned = MilestoneDayField("planned", help_text="原计划")
    current = MilestoneDayField("current", help_text="现计划")
    reached = MilestoneDayField("reached", help_text="实际")


class ProjectPayload(RecordPayload[Project]):
    """一个项目。"""

    nature, foreign_currency = _code(Nature), _code(Currency)
    side_state, side_reason = _code(SideState), _code(DelayReason)
    town = NamedPayload(allow_null=True, read_only=True)
    park = NamedPayload(allow_null=True, read_only=True)
    organisation = NamedPayload(allow_null=True, read_only=True, help_text="责任单位；空为全区本级")
    industry = NamedPayload(allow_null=True, read_only=True)
    listings = ListingPayload(many=True, read_only=True, help_text="各年度名单，新的在前")
    contact_phone = serializers.SerializerMethodField(
        help_text="联系电话；列表中遮盖中间几位，单个项目中完整"
    )
    stages = serializers.SerializerMethodField(help_text="有记录的节点，按先后")
    version = serializers.IntegerField(allow_null=True, read_only=True, help_text=VERSION)

    class Meta:
        model = Project
        fields = read_only_fields = [
            "id", *FACTS, "side_state", "side_state_on", "side_reason", "listings", "stages", "version",
        ]  # fmt: skip

    def get_contact_phone(self, project: Project) -> str:
        phone = project.contact_phone
        return masked(phone) if self.context.get("masks_phones") else phone

    @extend_schema_field(StagePayload(many=True))
    def get_stages(self, project: Project) -> list[dict[str, Any]]:
        milestones = sorted(project.milestones.all(), key=lambda entry: PLACES[Stage(entry.stage)])
        return list(StagePayload(milestones, many=True).data)


class ProjectPagePayload(serializers.Serializer[Any]):
    """一页项目。带了 cursor 的没有 count。"""

    count = serializers.IntegerField(required=False, help_text="符合条件的项目数")
    next = serializers.URLField(allow_null=True, help_text="下一页的地址")
    previous = serializers.URLField(allow_null=True, help_text="上一页的地址")
    results = ProjectPayload(many=True)
