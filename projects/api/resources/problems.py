"""The problem ledger: its list as on the page, a new problem of a project, changing, closing and reopening it."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from projects import access
from projects.actions import problems as acts
from projects.api.conditions import parameters_of
from projects.api.records import RecordPayload
from projects.api.resources.addresses import urls_of
from projects.api.resources.describing import Act, Change, Creation, Fields, Resource
from projects.api.resources.naming import ProjectSubject, RelatedPayload, version_field
from projects.filters import ProblemFilter
from projects.forms.problem import CloseProblemForm, ProblemForm, ReopenProblemForm
from projects.models import Organisation, Problem, User
from projects.questions.lists import problems_question


class ProblemPayload(RecordPayload[Problem]):
    """问题台账中的一条。"""

    project = RelatedPayload(read_only=True)
    organisation = RelatedPayload(allow_null=True, read_only=True, help_text="责任单位；空为项目责任单位")
    version = version_field()

    class Meta:
        model = Problem
        fields = read_only_fields = [
            "id", "project", "kind", "text", "organisation", "person", "raised_on", "due_on", "resolved_on",
            "resolution", "version",
        ]  # fmt: skip


def _with_names(rows: "QuerySet[Problem]") -> "QuerySet[Problem]":
    return rows.select_related("project", "organisation")


def _start(user: User, about: dict[str, Any]) -> Problem:
    project = access.writable_project(user, about["project"])
    return Problem(project=project, raised_on=timezone.localdate())


def _form(data: QueryDict | None, problem: Problem) -> ProblemForm:
    return ProblemForm(data, instance=problem, organisations=Organisation.objects.all())


def _without_reason() -> Fields:
    return {name: field for name, field in ProblemForm.base_fields.items() if name != "reason"}


def _may_write(user: User, problem: Problem) -> bool:
    return access.may_write(user, problem.project)


def _may_close(user: User, problem: Problem) -> bool:
    return access.closable_problems(user).filter(pk=problem.pk).exists()


PROBLEMS: Resource[Problem] = Resource(
    name="problems",
    title="问题",
    payload=ProblemPayload,
    readable=access.readable_problems,
    shown=_with_names,
    question=problems_question,
    parameters=parameters_of(ProblemFilter),
    find=access.readable_problem,
    creation=Creation(
        may=access.writes_projects,
        subject=ProjectSubject,
        start=_start,
        act=Act(
            code="raise",
            title="登记",
            fields=_without_reason,
            form=lambda data, files, problem, user: _form(data, problem),
            run=lambda problem, form, user: acts.raise_problem(problem.project, form.instance, by=user),
        ),
    ),
    change=Change(
        fields=lambda: ProblemForm.base_fields,
        make=lambda problem, user, data: _form(data, problem),
        keep=lambda problem, form, user: acts.amend(problem, by=user, reason=form.cleaned_data["reason"]),
        may=_may_write,
    ),
    acts=[
        Act(
            code="close",
            title="销号",
            fields=lambda: CloseProblemForm.base_fields,
            form=lambda data, files, problem, user: CloseProblemForm(data, today=timezone.localdate()),
            run=lambda problem, form, user: acts.close(
                problem,
                on=form.cleaned_data["on"],
                resolution=form.cleaned_data["resolution"],
                by=user,
            ),
            may=_may_close,
        ),
        Act(
            code="reopen",
            title="重新打开",
            fields=lambda: ReopenProblemForm.base_fields,
            form=lambda data, files, problem, user: ReopenProblemForm(data),
            run=lambda problem, form, user: acts.reopen(problem, by=user, reason=form.cleaned_data["reason"]),
            may=_may_write,
        ),
    ],
)

urlpatterns = urls_of(PROBLEMS)
