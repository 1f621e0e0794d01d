"""The register for other systems by an open standard: a package of projects as OC4IDS 0.9 has it."""

import json
from collections.abc import Iterator
from typing import cast

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from projects.api.asking import FIGURES
from projects.api.conditions import CONDITIONS, condition_parameters
from projects.api.refusals import FAULTY_QUESTION, NO_CONDITION, REFUSALS, Faulty, ReadsFigures
from projects.figures.oc4ids import VERSION, oc4ids_projects
from projects.forms.bodies import Faults, faults_of
from projects.models import Organisation, User
from projects.models.project import ProjectQuerySet
from projects.questions.lists import projects_question

NONE_FOUND = "没有符合条件的项目：标准要求至少一个。"


class PackageView(APIView):
    """按开放标准 OC4IDS 0.9 的项目数据：与项目清单同一条件、同一权限；不含联系人。标准表达不了的见说明。"""

    permission_classes = [ReadsFigures]

    @extend_schema(
        operation_id="oc4ids",
        summary="OC4IDS 数据包",
        tags=[FIGURES],
        parameters=condition_parameters(),
        responses={200: OpenApiTypes.OBJECT, **REFUSALS},
    )
    def get(self, request: Request) -> Response | StreamingHttpResponse:
        question = projects_question(request.query_params, cast(User, request.user))
        strange = set(request.query_params) - set(CONDITIONS)
        faults: Faults = {name: [NO_CONDITION] for name in sorted(strange)}
        if faults := faults | faults_of(question.form):
            raise Faulty(faults, FAULTY_QUESTION)
        if not question.qs.exists():
            raise NotFound(NONE_FOUND)
        pieces = _package(request.build_absolute_uri(), question.qs)
        return StreamingHttpResponse(
            pieces,
            content_type="application/json; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="oc4ids.json"'},
        )


def _package(address: str, projects: ProjectQuerySet) -> Iterator[str]:
    """The package in pieces, one project after the other."""
    root = Organisation.objects.root()
    head = {
        "uri": address,
        "version": VERSION,
        "publishedDate": timezone.localtime().isoformat(timespec="seconds"),
        "publisher": {"name": root.name if root else "未明确"},
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "projects": ['
    for number, project in enumerate(oc4ids_projects(projects, as_of=timezone.localdate())):
        yield (", " if number else "") + json.dumps(project, ensure_ascii=False)
    yield "]}"
