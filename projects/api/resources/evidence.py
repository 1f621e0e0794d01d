"""Photos and permits of a stage: sent one by one, judged as on the page, withdrawn with a reason."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers

from projects import access
from projects.actions import evidence as acts
from projects.api.conditions import parameters_of
from projects.api.records import RecordPayload
from projects.api.resources.addresses import urls_of
from projects.api.resources.describing import Act, Creation, Resource
from projects.api.resources.naming import ProjectSubject, RelatedPayload, version_field
from projects.filters.records import EvidenceFilter
from projects.forms.evidence import EvidenceForm, WithdrawEvidenceForm
from projects.models import Evidence, Project, User
from projects.vocabulary import Stage

ONE = "一次请上传一个文件。"


class EvidencePayload(RecordPayload[Evidence]):
    """一份佐证材料。"""

    project = RelatedPayload(source="milestone.project", read_only=True)
    stage = serializers.ChoiceField(choices=Stage.choices, source="milestone.stage", read_only=True)
    is_photo = serializers.BooleanField(read_only=True)
    uploaded_by = RelatedPayload(allow_null=True, read_only=True)
    version = version_field()

    class Meta:
        model = Evidence
        fields = read_only_fields = [
            "id", "project", "stage", "caption", "is_photo", "sha256", "taken_at", "latitude", "longitude",
            "uploaded_by", "uploaded_at", "version",
        ]  # fmt: skip


class StageSubject(ProjectSubject):
    """The stage that a file proves."""

    stage = forms.ChoiceField(label="节点", choices=Stage.choices)


class OneFileForm(EvidenceForm):
    """One file, so that the answer is one record."""

    def clean_evidence(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["evidence"]
        if len(files) > 1:
            raise forms.ValidationError(ONE)
        return files


def _readable(user: User) -> "QuerySet[Evidence]":
    return Evidence.objects.of_projects(Project.objects.visible_to(user))


def _with_facts(rows: "QuerySet[Evidence]") -> "QuerySet[Evidence]":
    return rows.select_related("milestone__project", "uploaded_by")


def _start(user: User, about: dict[str, Any]) -> Evidence:
    project = access.writable_project(user, about["project"])
    milestone = project.milestones.filter(stage=about["stage"]).first()
    if milestone is None:
        raise Http404("这个节点还没有记录。")
    return Evidence(milestone=milestone)


def _upload(new: Evidence, form: OneFileForm, user: User) -> Evidence:
    data = form.cleaned_data
    (kept,) = acts.keep_all(new.milestone, data["evidence"], caption=data["caption"], by=user)
    return kept


def _withdraw(kept: Evidence, form: WithdrawEvidenceForm, user: User) -> Evidence:
    acts.withdraw(kept, by=user, reason=form.cleaned_data["reason"])
    return kept


def _may_write(user: User, kept: Evidence) -> bool:
    return access.may_write(user, kept.milestone.project)


EVIDENCE: Resource[Evidence] = Resource(
    name="evidence",
    title="佐证",
    payload=EvidencePayload,
    readable=_readable,
    shown=_with_facts,
    question=lambda data, user: EvidenceFilter(data, _readable(user)),
    parameters=parameters_of(EvidenceFilter),
    find=access.readable_evidence,
    creation=Creation(
        may=access.writes_projects,
        subject=StageSubject,
        start=_start,
        act=Act(
            code="upload",
            title="上传",
            fields=lambda: OneFileForm.base_fields,
            form=lambda data, files, kept, user: OneFileForm(data, files),
            run=_upload,
        ),
    ),
    acts=[
        Act(
            code="withdraw",
            title="删除",
            fields=lambda: WithdrawEvidenceForm.base_fields,
            form=lambda data, files, kept, user: WithdrawEvidenceForm(data),
            run=_withdraw,
            may=_may_write,
            ends=True,
        )
    ],
)

urlpatterns = urls_of(EVIDENCE)
