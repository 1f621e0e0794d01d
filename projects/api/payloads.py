"""Figures as JSON: money in whole yuan, counts as numbers, shares as decimal strings, the unknown as null.

The docstrings of the payloads stand in the OpenAPI document, so they speak to its readers.
"""

from fractions import Fraction

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.figures.completion.lines import IndicatorLine, RowLine
from projects.forms.questions import ALL_LEVELS
from projects.questions import CompletionAnswer
from projects.rules.completion import round_half_up
from projects.vocabulary import Indicator, Level, Light, Unit

PLACES = 6
UNITS = [(Unit.YUAN.value, Unit.YUAN.label), (Unit.COUNT.value, Unit.COUNT.label)]


@extend_schema_field({"type": "string", "pattern": r"^-?\d+\.\d{6}$", "example": "0.971578"})
class ShareField(serializers.Field):
    """A share of 1, unrounded but for its sixth place."""

    def to_representation(self, value: Fraction) -> str:
        return f"{round_half_up(value, PLACES):f}"


def _amount(source: str, words: str) -> serializers.IntegerField:
    return serializers.IntegerField(source=source, allow_null=True, help_text=words)


class IndicatorPayload(serializers.Serializer[IndicatorLine]):
    """一项指标。"""

    code = serializers.ChoiceField(choices=Indicator.choices, source="indicator")
    label = serializers.CharField(source="indicator.label")
    unit = serializers.SerializerMethodField(help_text="金额为元，其余为个数")
    actual = serializers.IntegerField(allow_null=True, help_text="实际：有公布数时为公布数，否则为台账合计")
    target = _amount("target.amount", "年度目标")
    completion = ShareField(source="completion.share", allow_null=True, help_text="完成率")
    time_progress = ShareField(source="completion.time_share", help_text="时间进度")
    pace_gap = ShareField(source="completion.pace_gap", allow_null=True, help_text="完成率 − 时间进度")
    light = serializers.ChoiceField(choices=Light.choices)
    light_reason = serializers.CharField(
        source="overdue.words",
        default="",
        help_text="除进度外使它亮灯的项目：开工或入库逾期的个数和月数；没有则为空",
    )
    published = _amount("published.amount", "公布数")
    difference = serializers.IntegerField(allow_null=True, help_text="公布数 − 台账合计")
    reported = _amount("coverage.approved", "最近一个结束月份已审核的月报数，即计入合计的")
    expected = _amount("coverage.expected", "这个月应报的项目数")

    @extend_schema_field(serializers.ChoiceField(choices=UNITS))
    def get_unit(self, line: IndicatorLine) -> str:
        return Unit.YUAN.value if line.is_money else Unit.COUNT.value


class UnitPayload(serializers.Serializer[RowLine]):
    """范围内的一个单位（by=industry 时为一个产业）。"""

    organisation = serializers.CharField(source="label", help_text="单位名称；按产业分组时为产业名称")
    rank = serializers.IntegerField(allow_null=True, help_text="名次；项目太少或没有完成率的不排名")
    indicators = IndicatorPayload(source="lines", many=True)


class CompletionPayload(serializers.Serializer[CompletionAnswer]):
    """一个范围到某一天的完成情况。"""

    year = serializers.IntegerField(source="page.scope.year")
    as_of = serializers.DateField(source="page.scope.as_of", help_text="截至日")
    known_at = serializers.DateTimeField(
        source="page.scope.known_at", allow_null=True, help_text="只用这一时刻前录入的内容；空为现在所知"
    )
    level = serializers.ChoiceField(choices=[*Level.values, ALL_LEVELS])
    organisation = serializers.CharField(allow_null=True, help_text="单位名称；空为全区")
    indicators = IndicatorPayload(source="page.lines", many=True)
    units = UnitPayload(source="rows", many=True)


class FaultsPayload(serializers.Serializer[dict[str, dict[str, list[str]]]]):
    """条件有误：按参数说明原因。"""

    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class RefusalPayload(serializers.Serializer[dict[str, str]]):
    """没有登录，或没有权限。"""

    detail = serializers.CharField()
