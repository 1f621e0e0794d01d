"""Who may ask, and what the API answers to a question that it refuses."""

from typing import cast

from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from projects import access
from projects.models import User


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


class FaultsPayload(serializers.Serializer[dict[str, dict[str, list[str]]]]):
    """条件有误：按参数说明原因。"""

    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class RefusalPayload(serializers.Serializer[dict[str, str]]):
    """没有登录，或没有权限。"""

    detail = serializers.CharField()
