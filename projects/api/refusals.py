"""Who may ask, and what the API answers to a request that it refuses: problem details as RFC 9457 words them.

A view refuses by raising; `problem` is the one place that makes an answer of it.
"""

from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from projects import access
from projects.api.keys import key_of
from projects.forms.bodies import Faults
from projects.models import User
from projects.rules.broken import Overtaken, RuleBroken
from projects.rules.problem_details import PROBLEM_JSON, problem_details
from projects.sessions import way_in
from projects.signin.second_factor import lacks_second_factor

READ_ONLY = "这个密钥只能读，不能修改。"
WHOLE = "__all__"
FAULTY = "有内容填写有误，没有写入；errors 按字段说明原因。"
FAULTY_QUESTION = "条件有误；errors 按参数说明原因。"
NO_CONDITION = "没有这个条件。"
NOT_FOUND = "没有这条记录，或者您的账号看不到它。"


class Refusal(APIException):
    """A request is refused; `members` stand in the problem beside its sentence."""

    def __init__(self, status: int, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status_code, self.members = status, members


class Faulty(Refusal):
    """Fields or conditions that are wrong, each with its sentences."""

    def __init__(self, faults: Faults, detail: str = FAULTY) -> None:
        super().__init__(400, detail, errors=faults)


def problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The handler of exceptions of all endpoints; None for a fault of ours."""
    known = _known(error)
    response = exception_handler(known, cast(dict[str, Any], context))
    if response is None:
        return None
    detail = _sentence(error, response.data)
    members = known.members if isinstance(known, Refusal) else {}
    response.data = problem_details(response.status_code, detail, **members)
    response.content_type = PROBLEM_JSON
    return response


def _known(error: Exception) -> Exception:
    """What actions raise, as refusals."""
    match error:
        case Overtaken():
            return Refusal(409, str(error))
        case RuleBroken():
            return Faulty({WHOLE: [str(error)]})
        case _:
            return error


def _sentence(error: Exception, data: Any) -> str:
    if isinstance(error, Http404):
        return NOT_FOUND  # Django's own words are English, and name the table
    if isinstance(error, PermissionDenied) and error.args:
        return str(error)
    return str(data.get("detail", "")) if isinstance(data, dict) else ""


class ReadsFigures(BasePermission):
    """Whoever may open the pages with figures."""

    who_may = access.reads_figures.__name__
    message = "您的账号没有这个权限。"

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        user = cast(User, request.user)
        key = key_of(request)
        user.uses_provider = key is None and bool(way_in(request._request, user))
        if user.must_change_password if key is None else user.has_issued_password:
            self.message = "请先在网页登录，把密码改成自己的新密码。"
            return False
        if key is None and lacks_second_factor(request._request):
            self.message = "请先在网页登录，设置第二步验证。"
            return False
        if user.lacks_unit or user.lacks_role:
            self.message = access.refusal(user)
        if key is not None and not key.may_write and request.method not in SAFE_METHODS:
            self.message = READ_ONLY
            return False
        return access.reads_figures(user)


class RefusalPayload(serializers.Serializer[dict[str, Any]]):
    """没有办成的请求（RFC 9457，application/problem+json）。"""

    type = serializers.CharField(help_text="问题的种类；about:blank 表示由 status 说明")
    title = serializers.CharField(help_text="问题的种类，用中文写")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="这一次的原因，可以直接给用户看")


class FaultsPayload(RefusalPayload):
    """填写有误：按字段或参数说明原因。"""

    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="字段或参数 → 原因；不属于某个字段的写在 __all__",
    )


def _problems(*statuses: int) -> dict[tuple[int, str], type[RefusalPayload]]:
    return {(status, PROBLEM_JSON): FaultsPayload if status == 400 else RefusalPayload for status in statuses}


REFUSALS = _problems(400, 401, 403, 404, 406, 429)
WRITE_REFUSALS = REFUSALS | _problems(413, 415, 422, 428)
