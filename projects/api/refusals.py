"""Who may ask, and what the API answers to a question that it refuses."""

from typing import cast

from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from projects import access
from projects.api.keys import key_of
from projects.forms.amending import Faults
from projects.models import User
from projects.sessions import signed_in_as
from projects.signin.second_factor import lacks_second_factor

READ_ONLY = "这个密钥只能读，不能修改。"


class ReadsFigures(BasePermission):
    """Whoever may open the pages with figures."""

    who_may = access.reads_figures.__name__
    message = "您的账号没有这个权限。"

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        user = cast(User, request.user)
        key = key_of(request)
        user.uses_provider = key is None and bool(signed_in_as(request._request, user))
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


class FaultsPayload(serializers.Serializer[dict[str, dict[str, list[str]]]]):
    """条件有误：按参数说明原因。"""

    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class RefusalPayload(serializers.Serializer[dict[str, str]]):
    """没有登录，或没有权限。"""

    detail = serializers.CharField()


REFUSALS = {400: FaultsPayload, 401: RefusalPayload, 403: RefusalPayload, 404: RefusalPayload}


def refused(faults: Faults) -> Response:
    return Response(FaultsPayload({"errors": faults}).data, status=400)
