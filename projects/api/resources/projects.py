"""Projects: the list by the page's question, one record, registering one, changing its facts."""

from typing import Any, cast

from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from projects import access
from projects.actions import registry
from projects.api.conditions import CONDITIONS, LOOKS, condition_parameters
from projects.api.paging import CURSOR, NO_PAGE
from projects.api.records import ProjectPagePayload, ProjectPayload
from projects.api.refusals import FAULTY_QUESTION, NO_CONDITION, Faulty
from projects.api.resources.addresses import urls_of
from projects.api.resources.describing import Act, Change, Creation, Fields, Resource
from projects.api.resources.views import ListView
from projects.audit import Export, mark_contacts, mark_export
from projects.figures.paging import PAGE_SIZE
from projects.forms.bodies import Faults, faults_of
from projects.forms.project import FACTS, HANDED_ON, ProjectForm
from projects.forms.questions import LARGEST_PAGE, PageQuestion
from projects.models import Project, User
from projects.models.project import ProjectQuerySet
from projects.questions.lists import projects_question

PAGE = OpenApiParameter("page", OpenApiTypes.INT, description=str(PageQuestion.base_fields["page"].label))


class ProjectPagination(PageNumberPagination):
    page_size = PAGE_SIZE
    max_page_size = LARGEST_PAGE
    page_size_query_param = "page_size"
    invalid_page_message = NO_PAGE


class ProjectListView(ListView):
    """The list in the order of the page and with a count; with a cursor as any other list."""

    def get(self, request: Request) -> Response:
        if CURSOR in request.query_params:
            return super().get(request)
        question = projects_question(request.query_params, self.user)
        pages = PageQuestion(request.query_params)
        strange = set(request.query_params) - {*CONDITIONS, *LOOKS, *pages.fields}
        faults: Faults = {name: [NO_CONDITION] for name in sorted(strange)}
        if faults := faults | faults_of(question.form) | faults_of(pages):
            raise Faulty(faults, FAULTY_QUESTION)
        paginator = ProjectPagination()
        found = paginator.paginate_queryset(question.qs.records(), request, view=self)
        shown = ProjectPayload(found, many=True, context={"masks_phones": True}).data
        answer = cast(Response, paginator.get_paginated_response(shown))
        mark_export(answer, Export("接口：项目清单", len(found or ())))
        return answer


def _facts() -> Fields:
    return {name: ProjectForm.base_fields[name] for name in FACTS}


def _facts_and_reason() -> Fields:
    fields = ProjectForm.base_fields
    return {name: fields[name] for name in (*FACTS, HANDED_ON, "reason")}


def _form(data: QueryDict | None, project: Project, user: User) -> ProjectForm:
    return ProjectForm(data, instance=project, organisations=access.assignable_organisations(user))


def _register(project: Project, form: ProjectForm, user: User) -> Project:
    return registry.register(form.instance, by=user)


def _keep(project: Project, form: ProjectForm, user: User) -> Project:
    """A unit that helped until now, and answers from the day on, helps no more."""
    helping = project.participations.helping().select_related("organisation")
    return registry.keep(
        project,
        helpers=[entry.organisation for entry in helping],
        helped_on=form.cleaned_data[HANDED_ON] or timezone.localdate(),
        by=user,
        reason=form.cleaned_data["reason"],
    )


def _records(rows: Any) -> Any:
    return cast(ProjectQuerySet, rows).records()


def _note_contacts(request: Request, project: Project) -> None:
    if project.contact_phone:
        mark_contacts(request._request, f"项目：{project.name}")


PROJECTS: Resource[Project] = Resource(
    name="projects",
    title="项目",
    payload=ProjectPayload,
    page_payload=ProjectPagePayload,
    readable=Project.objects.visible_to,
    shown=_records,
    question=projects_question,
    parameters=[*condition_parameters(), PAGE],
    find=access.readable_project,
    creation=Creation(
        may=access.writes_projects,
        start=lambda user, about: Project(),
        act=Act(
            code="register",
            title="新建",
            fields=_facts,
            form=lambda data, files, project, user: _form(data, project, user),
            run=_register,
        ),
    ),
    change=Change(
        fields=_facts_and_reason,
        make=lambda project, user, data: _form(data, project, user),
        keep=_keep,
        may=access.may_write,
    ),
    on_read=_note_contacts,
)

urlpatterns = urls_of(PROJECTS, list_view=ProjectListView)
