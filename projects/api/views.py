"""The API of the completion page and its OpenAPI document."""

from typing import Any, cast

from django import forms
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from projects import access
from projects.api.payloads import CompletionPayload, FaultsPayload, RefusalPayload
from projects.forms.questions import CompletionQuestion
from projects.models import User
from projects.questions import CompletionAnswer


class ReadsFigures(BasePermission):
    """Whoever may open the pages with figures."""

    message = "您的账号没有这个权限。"

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        user = cast(User, request.user)
        if user.lacks_unit:
            self.message = access.NO_UNIT
        return access.reads_figures(user)


def _parameter(name: str, field: forms.Field) -> OpenApiParameter:
    """A field of the page's question as a parameter of the address."""
    kinds = {forms.IntegerField: OpenApiTypes.INT, forms.DateField: OpenApiTypes.DATE}
    kind, words, offered = kinds.get(type(field), OpenApiTypes.STR), str(field.label), None
    if isinstance(field, forms.TypedChoiceField | forms.ModelChoiceField):  # chosen by its id
        kind, words = OpenApiTypes.INT, f"{words}（编号）"
    elif isinstance(field, forms.ChoiceField):
        offered = [value for value, _ in list(cast(Any, field.choices))]
    return OpenApiParameter(name, kind, description=f"{words}。{field.help_text}", enum=offered)


class CompletionView(APIView):
    """完成情况：某一天、某个范围的指标完成情况，与页面同一口径、同一权限。"""

    permission_classes = [ReadsFigures]

    @extend_schema(
        operation_id="completion",
        parameters=[_parameter(*item) for item in CompletionQuestion.base_fields.items()],
        responses={200: CompletionPayload, 400: FaultsPayload, 401: RefusalPayload, 403: RefusalPayload},
    )
    def get(self, request: Request) -> Response:
        answer = CompletionAnswer(request.query_params, cast(User, request.user))
        if not answer.question.is_valid():
            faults = {name: list(messages) for name, messages in answer.question.errors.items()}
            return Response(FaultsPayload({"errors": faults}).data, status=400)
        return Response(CompletionPayload(answer).data)


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, for those who may read the figures; JSON unless YAML is asked for."""

    permission_classes = [ReadsFigures]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiYamlRenderer]
