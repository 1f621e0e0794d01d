"""The API of the year-end forecast: the numbers of its page, with the record that vouches for them."""

from typing import cast

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.asking import FIGURES, UNITS, parameter
from projects.api.conditional import IF_NONE_MATCH, NOT_MODIFIED, ConditionalReads
from projects.api.refusals import FAULTY_QUESTION, REFUSALS, Faulty, ReadsFigures
from projects.figures.forecast.page import ForecastLine, ForecastPage, PastForecast, forecast_page
from projects.forms.bodies import faults_of
from projects.forms.questions import CompletionQuestion
from projects.models import User
from projects.questions.completion import CompletionAnswer
from projects.vocabulary import Indicator, Unit

ASKED = ("year", "as_of", "level", "organisation", "town", "industry", "known_at")
"""The fields of the page's question that a forecast reads."""


def _number(source: str, words: str) -> serializers.IntegerField:
    return serializers.IntegerField(source=source, allow_null=True, help_text=words)


class PastForecastPayload(serializers.Serializer[PastForecast]):
    """以往一次同样提前期的预测与后来的实际。"""

    made_on = serializers.DateField(help_text="预测所依据的封存的截至日")
    until = serializers.DateField(help_text="预测到的那一天，后来也封存了")
    middle = serializers.IntegerField(source="spread.middle")
    low = serializers.SerializerMethodField(help_text="八成把握（P80）的下限")
    high = serializers.SerializerMethodField(help_text="八成把握（P80）的上限")
    outcome = serializers.IntegerField(help_text="同一批项目后来的实际")
    kept = serializers.BooleanField(source="is_kept", help_text="实际是否落在 P80 内")

    def get_low(self, past: PastForecast) -> int:
        return past.spread.most[0]

    def get_high(self, past: PastForecast) -> int:
        return past.spread.most[1]


RANGE = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2, "nullable": True}


class ForecastLinePayload(serializers.Serializer[ForecastLine]):
    """一项指标的年底预计；金额为元。以往不准的不给预计，原因在 refusal。"""

    code = serializers.ChoiceField(choices=Indicator.choices, source="indicator")
    label = serializers.CharField(source="indicator.label")
    unit = serializers.SerializerMethodField(help_text="金额为元，其余为个数")
    reached = _number("outlook.reached", "封存时已完成")
    target = serializers.IntegerField(allow_null=True, help_text="年度目标；按镇街、产业筛选时为空")
    middle = serializers.SerializerMethodField(help_text="年底最可能；没有预计时为空")
    half = serializers.SerializerMethodField(help_text="五成把握（P50）的下限和上限")
    most = serializers.SerializerMethodField(help_text="八成把握（P80）的下限和上限")
    refusal = serializers.CharField(help_text="为什么不给预计；给出预计时为空串")
    cases = _number("record.cases", "同样提前期的预测有几次可以核对")
    kept = _number("record.kept", "其中几次落在 P80 内")
    past = PastForecastPayload(many=True)

    @extend_schema_field(serializers.ChoiceField(choices=UNITS))
    def get_unit(self, line: ForecastLine) -> str:
        return Unit.YUAN.value if line.is_money else Unit.COUNT.value

    def get_middle(self, line: ForecastLine) -> int | None:
        return line.spread.middle if line.spread else None

    @extend_schema_field(RANGE)
    def get_half(self, line: ForecastLine) -> list[int] | None:
        return list(line.spread.half) if line.spread else None

    @extend_schema_field(RANGE)
    def get_most(self, line: ForecastLine) -> list[int] | None:
        return list(line.spread.most) if line.spread else None


class ForecastPayload(serializers.Serializer[ForecastPage]):
    """一个范围的年底预计，从最近一次封存的月份算起。"""

    year = serializers.IntegerField(source="scope.year")
    level = serializers.CharField(source="scope.level", help_text="名单；空串为全部项目")
    organisation = serializers.SerializerMethodField(help_text="单位名称；空为全区")
    sealed_as_of = serializers.DateField(
        source="seal.as_of", allow_null=True, default=None, help_text="所依据的封存的截至日；还没有封存为空"
    )
    until = serializers.DateField(allow_null=True, help_text="预计到哪一天；没有要预计的为空")
    projects = serializers.IntegerField(source="listed", help_text="封存时名单上的项目数")
    indicators = ForecastLinePayload(source="lines", many=True)

    def get_organisation(self, page: ForecastPage) -> str | None:
        return page.scope.organisation.name if page.scope.organisation else None


class ForecastView(ConditionalReads):
    """年底预计：与页面同一口径、同一权限，附以往的预测与实际。"""

    permission_classes = [ReadsFigures]

    @extend_schema(
        operation_id="forecast",
        summary="年底预计",
        tags=[FIGURES],
        parameters=[
            *(parameter(name, CompletionQuestion.base_fields[name]) for name in ASKED),
            IF_NONE_MATCH,
        ],
        responses={200: ForecastPayload, **NOT_MODIFIED, **REFUSALS},
    )
    def get(self, request: Request) -> Response:
        answer = CompletionAnswer(request.query_params, cast(User, request.user))
        if not answer.question.is_valid():
            raise Faulty(faults_of(answer.question), FAULTY_QUESTION)
        return Response(ForecastPayload(forecast_page(answer.scope)).data)
