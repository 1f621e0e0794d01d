"""Monthly reports and the problem ledger."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from projects import access
from projects.admin.recording import ProjectRecordAdmin, ReasonedForm, money_column
from projects.forms.fields import MoneyField
from projects.models import MonthlyReport, Problem
from projects.rules.money import MoneyUnit
from projects.vocabulary import ReportState


class MonthlyReportForm(ReasonedForm):
    """Money is typed in 万元, as units report it, or with its own unit."""

    invested = MoneyField(label="当月完成投资（万元）", unit=MoneyUnit.WAN, required=False)
    accepted = MoneyField(label="列统投资（万元）", unit=MoneyUnit.WAN, required=False)
    opening = MoneyField(
        label="期初累计（万元）",
        unit=MoneyUnit.WAN,
        required=False,
        help_text="1月至本月合计，以前各月没有在本系统填报；填了就不填当月完成",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        names = ("project", "month", "invested", "opening", "unchanged")
        stated = {name: cleaned[name] for name in names if name in cleaned}
        stored = {name: getattr(self.instance, name) for name in ("project", "month") if self.instance.pk}
        if {"project", "month"} <= {*stated, *stored} and (
            fault := MonthlyReport(**stored | stated).overlap()
        ):
            self.add_error("opening", fault)
        return cleaned


@admin.register(MonthlyReport)
class MonthlyReportAdmin(ProjectRecordAdmin):
    form = MonthlyReportForm
    fixed = ("project", "month")
    list_display = (
        "project",
        "month_column",
        money_column("invested", "当月完成投资"),
        money_column("accepted", "列统投资"),
        money_column("opening", "期初累计"),
        "unchanged",
        "state",
        "submitted_by",
        "reviewed_by",
    )
    list_filter = ("state", "unchanged")
    list_select_related = ("project", "submitted_by", "reviewed_by")
    date_hierarchy = "month"
    readonly_fields = ("submitted_by", "submitted_at", "reviewed_by", "reviewed_at")
    fields = (
        "project",
        "month",
        "invested",
        "accepted",
        "opening",
        "unchanged",
        "progress",
        "next_step",
        "needs_coordination",
        "state",
        "return_reason",
        *readonly_fields,
    )

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """Store who changed the state of a report."""
        if "state" in form.changed_data:
            user, now = access.signed_in(request), timezone.now()
            if obj.state == ReportState.SUBMITTED:
                obj.submitted_by, obj.submitted_at = user, now
            elif obj.state in {ReportState.APPROVED, ReportState.RETURNED}:
                obj.reviewed_by, obj.reviewed_at = user, now
        super().save_model(request, obj, form, change)

    @admin.display(description="月份", ordering="month")
    def month_column(self, report: MonthlyReport) -> str:
        return f"{report.month:%Y-%m}"


@admin.register(Problem)
class ProblemAdmin(ProjectRecordAdmin):
    list_display = ("project", "kind", "text", "organisation", "person", "raised_on", "due_on", "resolved_on")
    list_filter = ("kind", "organisation", ("resolved_on", admin.EmptyFieldListFilter))
    list_select_related = ("project", "organisation")
    search_fields = (*ProjectRecordAdmin.search_fields, "text", "person")
    date_hierarchy = "raised_on"
    fields = (
        "project",
        "kind",
        "text",
        "organisation",
        "person",
        "raised_on",
        "due_on",
        "resolved_on",
        "resolution",
    )
