"""The API of the completion page, and the OpenAPI document of all of it.

Money is in whole yuan, counts are numbers, shares decimal strings, the unknown is null. The docstrings of the payloads
stand in the OpenAPI document, so they speak to its readers.
"""

from fractions import Fraction
from typing import cast

from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema, extend_schema_field
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.asking import FIGURES, UNITS, parameter
from projects.api.conditional import IF_NONE_MATCH, NOT_MODIFIED, ConditionalReads
from projects.api.refusals import FAULTY_QUESTION, REFUSALS, Faulty, ReadsFigures
from projects.figures.completion.lines import IndicatorLine, RowLine
from projects.forms.bodies import faults_of
from projects.forms.questions import ALL_LEVELS, CompletionQuestion
from projects.models import User
from projects.questions.completion import CompletionAnswer
from projects.rules.completion import round_half_up
from projects.vocabulary import Indicator, Level, Light, Unit

PLACES = 6


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
    actual = serializers.IntegerField(
        allow_null=True, help_text="实际：有公布数时为公布数，否则为台账合计；日期只知道大概而不能确定时为空"
    )
    certain = _amount("bounds.certain", "实际至少为：截至这一天确定的；日期都确定时等于实际")
    possible = _amount(
        "bounds.possible", "实际至多为：确定的加上可能的；与 certain 不同时 actual 为空（待定）"
    )
    target = _amount("target.amount", "年度目标")
    completion = ShareField(source="completion.share", allow_null=True, help_text="完成率；待定时为空")
    completion_certain = ShareField(source="completion.lowest", allow_null=True, help_text="完成率的下限")
    completion_possible = ShareField(source="completion.highest", allow_null=True, help_text="完成率的上限")
    time_progress = ShareField(source="completion.time_share", help_text="时间进度")
    pace_gap = ShareField(source="completion.pace_gap", allow_null=True, help_text="完成率 − 时间进度")
    light = serializers.ChoiceField(choices=Light.choices)
    light_reason = serializers.CharField(
        source="why",
        help_text="除进度外使它亮灯的：开工或入库逾期的项目数、连续亮灯、比上年同期的增幅；没有则为空",
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
        source="question.asked.known_at", allow_null=True, help_text="只用这一时刻前录入的内容；空为现在所知"
    )
    basis = serializers.ChoiceField(
        choices=["sealed", "published", "ledger"],
        help_text="口径：sealed 全部按封存时的台账；published 有公布数的取公布数；ledger 现在的台账",
    )
    level = serializers.ChoiceField(choices=[*Level.values, ALL_LEVELS])
    organisation = serializers.CharField(allow_null=True, help_text="单位名称；空为全区")
    indicators = IndicatorPayload(source="page.lines", many=True)
    units = UnitPayload(source="rows", many=True)


class CompletionView(ConditionalReads):
    """完成情况：某一天、某个范围的指标完成情况，与页面同一口径、同一权限。"""

    permission_classes = [ReadsFigures]

    @extend_schema(
        operation_id="completion",
        summary="完成情况",
        tags=[FIGURES],
        parameters=[*(parameter(*item) for item in CompletionQuestion.base_fields.items()), IF_NONE_MATCH],
        responses={200: CompletionPayload, **NOT_MODIFIED, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        answer = CompletionAnswer(request.query_params, cast(User, request.user))
        if not answer.question.is_valid():
            raise Faulty(faults_of(answer.question), FAULTY_QUESTION)
        return Response(CompletionPayload(answer).data)


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, for those who may read the figures; JSON unless YAML is asked for."""

    permission_classes = [ReadsFigures]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiYamlRenderer]
