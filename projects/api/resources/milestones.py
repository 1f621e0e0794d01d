"""The stages of a project, each at an address of its own, whether anything is on record of it or not."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from rest_framework import serializers

from projects import access
from projects.actions import evidence
from projects.api.conditions import parameters_of
from projects.api.records import MilestoneDayField, RecordPayload
from projects.api.resources.addresses import urls_of
from projects.api.resources.describing import Act, Fields, Files, Resource
from projects.api.resources.naming import RelatedPayload, version_field
from projects.filters.records import MilestoneFilter
from projects.models import Milestone, Project, User
from projects.stage_acts import ACTS
from projects.stage_acts import Act as StageAct
from projects.vocabulary import Stage


class MilestonePayload(RecordPayload[Milestone]):
    """项目的一个节点；还没有任何记录的，id 和 version 为 null。"""

    id = serializers.IntegerField(source="pk", allow_null=True, read_only=True)
    project = RelatedPayload(read_only=True)
    label = serializers.CharField(source="get_stage_display", read_only=True)
    planned = MilestoneDayField("planned", help_text="原计划")
    current = MilestoneDayField("current", help_text="现计划")
    reached = MilestoneDayField("reached", help_text="实际")
    version = version_field()

    class Meta:
        model = Milestone
        fields = read_only_fields = [
            "id", "project", "stage", "label", "skipped", "planned", "current", "reached", "reason",
            "reason_note", "reached_note", "version",
        ]  # fmt: skip


def _readable(user: User) -> "QuerySet[Milestone]":
    return Milestone.objects.filter(project__in=Project.objects.visible_to(user))


def _with_project(rows: "QuerySet[Milestone]") -> "QuerySet[Milestone]":
    return rows.select_related("project")


def _find(user: User, pk: int, stage: str) -> Milestone:
    if stage not in Stage.values:
        raise Http404
    project = access.readable_project(user, pk)
    found = project.milestones.filter(stage=stage).first() or Milestone(stage=stage)
    found.project = project
    return found


def _lock(milestone: Milestone) -> None:
    Project.objects.select_for_update().get(pk=milestone.project_id)


def _may_write(user: User, milestone: Milestone) -> bool:
    return access.may_write(user, milestone.project)


def _run(act: StageAct, milestone: Milestone, form: Any, user: User) -> Milestone:
    """The act with its photos, all or nothing."""
    data = form.cleaned_data
    done = act.run(milestone.project, Stage(milestone.stage), data, user)
    evidence.keep_all(done, data.get("evidence", []), by=user, reason=f"{act.title}时上传")
    return done


def _act(act: StageAct) -> Act[Milestone]:
    def fields() -> Fields:
        return (act.office_form or act.form).base_fields

    def form(data: QueryDict, files: Files, milestone: Milestone, user: User) -> Any:
        return act.filled(data, files, user)

    return Act(
        code=act.code,
        title=act.title,
        fields=fields,
        form=form,
        run=partial(_run, act),
        may=_may_write,
    )


MILESTONES: Resource[Milestone] = Resource(
    name="milestones",
    title="节点",
    payload=MilestonePayload,
    readable=_readable,
    shown=_with_project,
    question=lambda data, user: MilestoneFilter(data, _readable(user)),
    parameters=parameters_of(MilestoneFilter),
    route="projects/<key:pk>/milestones/<slug:stage>/",
    find=_find,
    lock=_lock,
    acts=[_act(act) for act in ACTS.values()],
)

urlpatterns = urls_of(MILESTONES)
