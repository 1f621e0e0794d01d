"""Milestones and their evidence; the forms validate as `actions.lifecycle` does."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from projects import access
from projects.actions.evidence import attach, judge_all
from projects.admin.recording import UNKNOWN, ProjectRecordAdmin, ReasonedForm, RecordedAdmin, lock
from projects.models import Evidence, Milestone, StageRule
from projects.rules import lifecycle, periods
from projects.rules.broken import RuleBroken
from projects.rules.lifecycle import Step
from projects.templatetags import formats
from projects.vocabulary import DelayReason, Precision, Stage


class MilestoneRowForm(forms.ModelForm):
    """One stage of one project, validated without the other rows."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.errors:
            return self.cleaned_data
        if self.instance.pk and "stage" in self.changed_data:
            self.add_error("stage", "节点不能改成另一个阶段；登错了请删除后另建。")
        try:
            self._settle_reached()
            self._keep_plan()
        except RuleBroken as broken:
            self.add_error(None, str(broken))
        return self.cleaned_data

    def _settle_reached(self) -> None:
        """Store the last possible day of the reached period, as of today."""
        if not {"reached_on", "reached_precision"} & set(self.changed_data):
            return
        on, precision, today = self._day("reached"), self._precision("reached"), timezone.localdate()
        if on and precision:
            self.cleaned_data["reached_on"] = periods.settled(on, precision, today)
        self.instance.recorded_on = today if on else None

    def _keep_plan(self) -> None:
        """Keep the first plan as the original one; a later plan needs a coded reason."""
        was_on = self.instance.current_on
        if self.cleaned_data.get("skipped"):
            self.cleaned_data |= {"current_on": None, "current_precision": ""}
            return
        if not {"current_on", "current_precision"} & set(self.changed_data):
            return
        if self.instance.reached_on and self._day("reached"):
            raise RuleBroken("已登记实际日期，不能再改计划；如有误请先撤回。")
        on, precision = self._day("current"), self._precision("current")
        if was_on and not on:
            raise RuleBroken("现计划不能清空：请推迟、改为不设此节点，或删除这个节点。")
        if not on or not precision:
            return  # one without the other: the model says so
        on = periods.last_day(on, precision)
        if was_on and on > was_on:
            self._check_cause()
        if self.instance.planned_on is None:
            self.instance.planned_on, self.instance.planned_precision = on, precision

    def _check_cause(self) -> None:
        if not self.cleaned_data.get("reason"):
            raise RuleBroken("推迟计划必须选择原因。")
        if self.cleaned_data["reason"] == DelayReason.OTHER and not self.cleaned_data.get("reason_note"):
            raise RuleBroken("原因选“其他”时，请在说明中写明（填“调整说明”）。")

    def _day(self, name: str) -> Any:
        return self.cleaned_data.get(f"{name}_on")

    def _precision(self, name: str) -> Precision | None:
        code = self.cleaned_data.get(f"{name}_precision")
        return Precision(code) if code else None


class MilestoneFormSet(forms.BaseInlineFormSet):
    """All stages of one project: validates the order of their recorded days."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form not in self.deleted_forms and form.instance.stage]
        changed = {Stage(form.instance.stage) for form in kept if form.has_changed()}
        if faults := _order_faults((form.instance.as_step() for form in kept), changed):
            raise ValidationError(faults)


class MilestoneForm(ReasonedForm, MilestoneRowForm):
    """A milestone on its own page, validated together with the other stages of its project."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.errors:
            return self.cleaned_data
        project = self.cleaned_data.get("project") or self.instance.project
        stage = Stage(self.cleaned_data.get("stage") or self.instance.stage)
        lock(project)
        others = [entry.as_step() for entry in project.milestones.all() if entry.stage != stage]
        reached_on, precision = self._day("reached"), self._precision("reached")
        step = Step(stage, reached_on=reached_on, reached_precision=precision)
        for fault in _order_faults([*others, step], {stage}):
            self.add_error(None, fault)
        return self.cleaned_data


def _order_faults(steps: Iterable[Step], changed: set[Stage]) -> list[str]:
    """Faults of the changed stages; faults among the others existed before."""
    return [
        fault.sentence for fault in lifecycle.order_faults(steps) if changed & {fault.earlier, fault.later}
    ]


@admin.register(Milestone)
class MilestoneAdmin(ProjectRecordAdmin):
    form = MilestoneForm
    fixed = ("project", "stage")
    list_display = (
        "project",
        "stage",
        "plan_column",
        "current_column",
        "reached_column",
        "reason",
        "skipped",
    )
    list_filter = ("stage", "skipped", "reason", "reached_precision")
    date_hierarchy = "reached_on"
    readonly_fields = ("plan_column", "recorded_on")
    fields = (
        "project",
        "stage",
        "plan_column",
        ("planned_source", "planned_paragraph"),
        ("current_on", "current_precision"),
        ("current_source", "current_paragraph"),
        ("reached_on", "reached_precision"),
        ("reached_source", "reached_paragraph"),
        "recorded_on",
        "skipped",
        ("reason", "reason_note"),
        "note",
        ("note_source", "note_paragraph"),
        "reached_note",
    )

    @admin.display(description="原计划", ordering="planned_on")
    def plan_column(self, milestone: Milestone) -> str:
        return formats.period(milestone.planned_on, milestone.planned_precision) or UNKNOWN

    @admin.display(description="现计划", ordering="current_on")
    def current_column(self, milestone: Milestone) -> str:
        return formats.period(milestone.current_on, milestone.current_precision) or UNKNOWN

    @admin.display(description="实际", ordering="reached_on")
    def reached_column(self, milestone: Milestone) -> str:
        return formats.period(milestone.reached_on, milestone.reached_precision) or UNKNOWN


class EvidenceAdminForm(ReasonedForm):
    def clean_file(self) -> Any:
        try:
            judge_all([self.cleaned_data["file"]])
        except RuleBroken as broken:
            raise ValidationError(str(broken)) from broken
        return self.cleaned_data["file"]


@admin.register(Evidence)
class EvidenceAdmin(RecordedAdmin):
    """A file is added once and never changed; uploads have no public address, so none is linked."""

    form = EvidenceAdminForm
    fixed = (
        "milestone",
        "file_name",
        "file_size",
        "sha256",
        "taken_at",
        "latitude",
        "longitude",
        "uploaded_by",
        "uploaded_at",
    )
    autocomplete_fields = ("milestone",)
    list_display = ("__str__", "milestone", "file_name", "uploaded_by", "uploaded_at")
    list_filter = ("milestone__stage",)
    list_select_related = ("milestone__project", "uploaded_by")
    search_fields = ("caption", "milestone__project__name", "sha256")
    date_hierarchy = "uploaded_at"

    def get_fields(self, request: HttpRequest, obj: Evidence | None = None) -> list[str]:
        self.fields = ("milestone", "file", "caption") if obj is None else ("caption", *self.fixed)
        return super().get_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        cleaned = form.cleaned_data
        kept = attach(
            cleaned["milestone"], cleaned["file"], caption=cleaned["caption"], by=access.signed_in(request)
        )
        obj.pk = kept.pk
        obj.refresh_from_db()

    @admin.display(description="文件名", ordering="file")
    def file_name(self, evidence: Evidence) -> str:
        return PurePath(str(evidence.file)).name

    @admin.display(description="大小")
    def file_size(self, evidence: Evidence) -> str:
        try:
            return filesizeformat(evidence.file.size)
        except OSError:
            return "文件已不在存储中"


@admin.register(StageRule)
class StageRuleAdmin(RecordedAdmin):
    """The stages that need evidence."""

    fixed = ("stage",)
    list_display = ("stage", "evidence_required")
    fields = ("stage", "evidence_required")
