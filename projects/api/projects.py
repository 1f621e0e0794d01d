"""Endpoints of the register for other systems: the list by the page's question, one record, and changing its facts."""

from collections.abc import Mapping
from typing import Any, cast

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
from projects.api.conditions import CONDITIONS, LOOKS, condition_parameters
from projects.api.keys import by_key
from projects.api.records import (
    AmendmentPayload,
    Collision,
    CollisionPayload,
    ProjectPagePayload,
    ProjectPayload,
)
from projects.api.refusals import REFUSALS, ReadsFigures, refused
from projects.audit import Export, mark_contacts, mark_export
from projects.figures.paging import PAGE_SIZE
from projects.forms.amending import Amendment, Faults, faults_of
from projects.forms.merging import ATTEMPTS
from projects.forms.questions import LARGEST_PAGE, PageQuestion
from projects.models import Project, User
from projects.questions import projects_question
from projects.rules.broken import Overtaken, RuleBroken

WHOLE = "__all__"
BUSY = "很多人正在修改这个项目，请稍后再提交。"


class ProjectPagination(PageNumberPagination):
    page_size = PAGE_SIZE
    max_page_size = LARGEST_PAGE
    page_size_query_param = "page_size"
    invalid_page_message = "没有这一页。"


def _parameters() -> list[OpenApiParameter]:
    pages = PageQuestion.base_fields.items()
    return [
        *condition_parameters(),
        *(OpenApiParameter(name, OpenApiTypes.INT, description=str(field.label)) for name, field in pages),
    ]


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
            return refused(faults)
        paginator = ProjectPagination()
        found = paginator.paginate_queryset(question.qs.records(), request, view=self)
        answer = cast(
            Response,
            paginator.get_paginated_response(
                ProjectPayload(found, many=True, context={"masks_phones": True}).data
            ),
        )
        mark_export(answer, Export("接口：项目清单", len(found or ())))
        return answer


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
            return refused({WHOLE: ["请求的内容应为一个 JSON 对象。"]})
        refusal = _amend(project, body, request)
        return refusal or self._record(request, pk)

    @staticmethod
    def _record(request: Request, pk: int) -> Response:
        visible = Project.objects.visible_to(cast(User, request.user))
        found = get_object_or_404(visible.records(), pk=pk)
        if found.contact_phone:
            mark_contacts(request._request, f"项目：{found.name}")
        return Response(ProjectPayload(found).data)


def _amend(project: Project, body: Mapping[str, Any], request: Request) -> Response | None:
    """Write what was sent; the answer when it was not written."""
    user = cast(User, request.user)
    organisations = access.assignable_organisations(user)
    for _ in range(ATTEMPTS):
        amendment = Amendment(body, project, organisations=organisations)
        if amendment.faults:
            return refused(amendment.faults)
        if amendment.conflict:
            return _collided(amendment, _words(amendment))
        try:
            registry.keep(
                project,
                helpers=amendment.helpers,
                helped_on=amendment.handed_on,
                versions=amendment.versions,
                by=user,
                reason=by_key(amendment.reason, request),
            )
        except Overtaken:
            continue
        except RuleBroken as broken:
            return refused({WHOLE: [str(broken)]})
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
