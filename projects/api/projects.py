"""Endpoints of the register for other systems: the list by the page's question, one record, and changing its facts."""

from collections.abc import Mapping
from typing import Any, cast

import django_filters
from django import forms
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from projects import access
from projects.actions import registry
from projects.api.records import (
    AmendmentPayload,
    Collision,
    CollisionPayload,
    ProjectPagePayload,
    ProjectPayload,
)
from projects.api.refusals import FaultsPayload, ReadsFigures, RefusalPayload
from projects.figures.paging import PAGE_SIZE
from projects.filters import ProjectFilter
from projects.forms.amending import Amendment, Faults, faults_of
from projects.forms.merging import ATTEMPTS
from projects.forms.questions import LARGEST_PAGE, PageQuestion
from projects.models import Project, User
from projects.questions import projects_question
from projects.rules.broken import Overtaken, RuleBroken

LOOKS = frozenset({"columns"})
"""What the page's question says about the page alone."""
CONDITIONS = [name for name in ProjectFilter.base_filters if name not in LOOKS]
WHOLE = "__all__"
BUSY = "很多人正在修改这个项目，请稍后再提交。"
REFUSALS = {400: FaultsPayload, 401: RefusalPayload, 403: RefusalPayload, 404: RefusalPayload}


class ProjectPagination(PageNumberPagination):
    page_size = PAGE_SIZE
    max_page_size = LARGEST_PAGE
    page_size_query_param = "page_size"
    invalid_page_message = "没有这一页。"


def _condition(name: str, condition: django_filters.Filter) -> OpenApiParameter:
    """A condition of the list as a parameter of the address."""
    kind = OpenApiTypes.INT if condition.field_class is forms.IntegerField else OpenApiTypes.STR
    choices = condition.extra.get("choices", ())
    offered = [value for value, _ in (choices() if callable(choices) else choices)]
    words = str(condition.label)
    if name in {"organisation", "town", "industry"}:
        words += "（编号；none 为未明确）"
    return OpenApiParameter(name, kind, description=words, enum=offered or None)


def _parameters() -> list[OpenApiParameter]:
    pages = PageQuestion.base_fields.items()
    return [
        *(_condition(name, ProjectFilter.base_filters[name]) for name in CONDITIONS),
        *(OpenApiParameter(name, OpenApiTypes.INT, description=str(field.label)) for name, field in pages),
    ]


def _refused(faults: Faults) -> Response:
    return Response(FaultsPayload({"errors": faults}).data, status=400)


class ProjectsView(APIView):
    """项目清单：与页面同一条件、同一权限。"""

    permission_classes = [ReadsFigures]

    @extend_schema(
        operation_id="projects", parameters=_parameters(), responses={200: ProjectPagePayload, **REFUSALS}
    )
    def get(self, request: Request) -> Response:
        question = projects_question(request.query_params, cast(User, request.user))
        pages = PageQuestion(request.query_params)
        strange = set(request.query_params) - {*CONDITIONS, *LOOKS, *pages.fields}
        faults: Faults = {name: ["没有这个条件。"] for name in sorted(strange)}
        if faults := faults | faults_of(question.form) | faults_of(pages):
            return _refused(faults)
        paginator = ProjectPagination()
        found = paginator.paginate_queryset(question.qs.records(), request, view=self)
        return cast(Response, paginator.get_paginated_response(ProjectPayload(found, many=True).data))


class ProjectView(APIView):
    """一个项目。"""

    permission_classes = [ReadsFigures]

    @extend_schema(operation_id="project", responses={200: ProjectPayload, **REFUSALS})
    def get(self, request: Request, pk: int) -> Response:
        return self._record(request, pk)

    @extend_schema(
        operation_id="project_amend",
        request=AmendmentPayload,
        responses={200: ProjectPayload, 409: CollisionPayload, **REFUSALS},
    )
    def patch(self, request: Request, pk: int) -> Response:
        """修改项目要素：与页面同一套校验。别人只改了别的字段时双方的改动都保留；同一字段双方都改过时返回 409。"""
        user = cast(User, request.user)
        project = access.writable_project(user, pk)
        try:
            body = request.data
        except (ParseError, RecursionError):
            body = None
        if not isinstance(body, Mapping):
            return _refused({WHOLE: ["请求的内容应为一个 JSON 对象。"]})
        refusal = _amend(project, body, user)
        return refusal or self._record(request, pk)

    @staticmethod
    def _record(request: Request, pk: int) -> Response:
        visible = Project.objects.visible_to(cast(User, request.user))
        return Response(ProjectPayload(get_object_or_404(visible.records(), pk=pk)).data)


def _amend(project: Project, body: Mapping[str, Any], user: User) -> Response | None:
    """Write what was sent; the answer when it was not written."""
    organisations = access.assignable_organisations(user)
    for _ in range(ATTEMPTS):
        amendment = Amendment(body, project, organisations=organisations)
        if amendment.faults:
            return _refused(amendment.faults)
        if amendment.conflict:
            return _collided(amendment, _words(amendment))
        try:
            registry.keep(
                project,
                helpers=amendment.helpers,
                versions=amendment.versions,
                by=user,
                reason=amendment.reason,
            )
        except Overtaken:
            continue
        except RuleBroken as broken:
            return _refused({WHOLE: [str(broken)]})
        return None
    return _collided(amendment, BUSY)


def _collided(amendment: Amendment, detail: str) -> Response:
    collision = Collision(detail, amendment.conflicts, amendment.versions.project)
    return Response(CollisionPayload(collision).data, status=409)


def _words(amendment: Amendment) -> str:
    conflict = amendment.conflict
    assert conflict is not None
    last = "，".join(filter(None, (conflict.who, conflict.why)))
    return f"这个项目被别人改过（最近一次：{last}），有字段双方都改了，什么都没有写入。请核对后带新的 version 再提交。"
