"""What people say about a project: read, and said by a program in the name of its account. Nothing said is changed."""

from typing import Any

from django.http import QueryDict
from django.shortcuts import get_object_or_404

from projects import access
from projects.actions import conversation
from projects.api.conditions import parameters_of
from projects.api.records import RecordPayload
from projects.api.resources.addresses import urls_of
from projects.api.resources.describing import Act, Creation, Fields, Resource
from projects.api.resources.naming import ProjectSubject, RelatedPayload, version_field
from projects.figures.conversation import took_part
from projects.filters.records import CommentFilter
from projects.forms.comment import CommentForm
from projects.models import Comment, Project, User
from projects.models.comment import CommentQuerySet


class CommentPayload(RecordPayload[Comment]):
    """一条评论。"""

    project = RelatedPayload(read_only=True)
    written_by = RelatedPayload(read_only=True)
    version = version_field()

    class Meta:
        model = Comment
        fields = read_only_fields = [
            "id", "project", "month", "text", "is_return", "written_by", "written_at", "version",
        ]  # fmt: skip


def _readable(user: User) -> CommentQuerySet:
    return Comment.objects.filter(project__in=Project.objects.visible_to(user))


def _with_names(rows: Any) -> Any:
    return rows.select_related("project", "written_by")


def _start(user: User, about: dict[str, Any]) -> Comment:
    return Comment(project=access.readable_project(user, about["project"]))


def _form(data: QueryDict, comment: Comment) -> CommentForm:
    return CommentForm(data, readers=access.readers_of(comment.project))


def _say(comment: Comment, form: CommentForm, user: User) -> Comment:
    """Who is mentioned, or has spoken about this month's report, finds it in the to-do, as from the page."""
    project, month = comment.project, form.cleaned_data["month"]
    told = [*form.mentioned, *took_part(project, month, form.readers)]
    return conversation.say(project, form.cleaned_data["text"], by=user, mentioned=told, month=month)


def _fields() -> Fields:
    return CommentForm.base_fields


COMMENTS: Resource[Comment] = Resource(
    name="comments",
    title="评论",
    payload=CommentPayload,
    readable=_readable,
    shown=_with_names,
    question=lambda data, user: CommentFilter(data, _readable(user)),
    parameters=parameters_of(CommentFilter),
    find=lambda user, pk: get_object_or_404(_readable(user), pk=pk),
    creation=Creation(
        may=access.reads_figures,
        subject=ProjectSubject,
        start=_start,
        act=Act(
            code="say",
            title="写评论",
            fields=_fields,
            form=lambda data, files, comment, user: _form(data, comment),
            run=_say,
        ),
    ),
)

urlpatterns = urls_of(COMMENTS)
