"""The month's report of a project, at an address of its own whether it was begun or not: written, handed in, judged.

A report is merged by cells, as the month's sheet merges it: amount, “no change” and explanation are one cell.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone
from rest_framework import serializers

from projects import access
from projects.actions import reporting
from projects.api.conditions import parameters_of
from projects.api.records import RecordPayload
from projects.api.refusals import WHOLE, Faulty
from projects.api.resources.addresses import urls_of
from projects.api.resources.conflicts import Collision, collided
from projects.api.resources.describing import Act, Change, Fields, Resource
from projects.api.resources.naming import RelatedPayload, version_field
from projects.api.resources.views import RecordView
from projects.figures.reporting import SheetRow, month_sheet
from projects.filters.records import ReportFilter
from projects.forms.amending import FieldConflict
from projects.forms.bodies import as_form_data, faults_of, type_faults
from projects.forms.report import ReportRowForm, ReviewForm
from projects.models import MonthlyReport, Project, User
from projects.models.district import report_days_after
from projects.models.versions import version_of
from projects.month_rows import row_form, written
from projects.rules.entries import CELLS, Entry, entry_of
from projects.rules.money import MoneyUnit

CELL_OF_AMOUNT = ("invested", "year_to_date", "unchanged", "explanation")
NOT_OWED = "这个项目这个月没有要填的月报。"


class ReportPayload(RecordPayload[MonthlyReport]):
    """项目一个月的月报；还没有填写的，id 和 version 为 null。"""

    id = serializers.IntegerField(source="pk", allow_null=True, read_only=True)
    project = RelatedPayload(read_only=True)
    submitted_by = RelatedPayload(allow_null=True, read_only=True)
    reviewed_by = RelatedPayload(allow_null=True, read_only=True)
    version = version_field()

    class Meta:
        model = MonthlyReport
        fields = read_only_fields = [
            "id", "project", "month", "state", "invested", "unchanged", "opening", "progress", "next_step",
            "needs_coordination", "explanation", "return_reason", "submitted_by", "submitted_at", "reviewed_by",
            "reviewed_at", "version",
        ]  # fmt: skip


class ReportRecordView(RecordView):
    def _amended(
        self,
        change: Change[Any],
        record: Model,
        said: Mapping[str, Any],
        version: int | None,
        current: int | None,
    ) -> bool:
        """Written by the action of the month's sheet, which merges and locks by itself."""
        assert isinstance(record, MonthlyReport)
        row = _row(record, self.user)
        fields = change.fields()
        if faults := type_faults(said, fields):
            raise Faulty(faults)
        form = row_form(row, MoneyUnit.YUAN, _sent(said, fields, row, version))
        if not form.is_valid():
            raise Faulty(faults_of(form))
        draft = written(row, form)
        try:
            reporting.write_all([draft], record.month, by=self.user)
        except reporting.Refused as refused:
            fault = refused.faults[record.project_id]
            if isinstance(fault, reporting.Contested):
                raise _contested(fault, record, draft.entry, version) from fault
            raise fault from None
        return True


def _sent(said: Mapping[str, Any], fields: Fields, row: SheetRow, version: int | None) -> QueryDict:
    """What the sheet would send: cells that were left out hold what stands there now."""
    stands = {name: getattr(entry_of(row.report), name) for name in fields if name != "year_to_date"}
    left_out = {
        name: value
        for name, value in stands.items()
        if name not in said and not (name in CELL_OF_AMOUNT and set(said) & set(CELL_OF_AMOUNT))
    }
    sent = as_form_data(left_out | dict(said), fields)
    sent["seen"] = "" if version is None else str(version)
    return sent


def _contested(
    fault: reporting.Contested, report: MonthlyReport, mine: Entry, version: int | None
) -> Exception:
    before, theirs = entry_of(version_of(report, version)), entry_of(report)
    lines = [
        FieldConflict(
            field=name,
            label=CELLS[name],
            before=getattr(before, name),
            theirs=getattr(theirs, name),
            mine=getattr(mine, name),
            related=None,
        )
        for name in (line.name for line in fault.conflict.differences)
    ]
    return collided(Collision(str(fault), lines, fault.version))


def _row(report: MonthlyReport, user: User) -> SheetRow:
    """The project's line of the month's sheet, as the user may write it."""
    sheet = month_sheet(
        access.writable_projects(user).filter(pk=report.project_id),
        report.month,
        today=timezone.localdate(),
        days_after=report_days_after(),
    )
    row = next(iter(sheet.rows), None)
    if row is None:
        raise Faulty({WHOLE: [NOT_OWED]})
    return row


def _readable(user: User) -> "QuerySet[MonthlyReport]":
    return MonthlyReport.objects.of_projects(Project.objects.visible_to(user))


def _with_names(rows: "QuerySet[MonthlyReport]") -> "QuerySet[MonthlyReport]":
    return rows.select_related("project", "submitted_by", "reviewed_by")


def _find(user: User, pk: int, month: str) -> MonthlyReport:
    try:
        on = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404 from None
    if on > timezone.localdate():
        raise Http404
    project = access.readable_project(user, pk)
    found = project.reports.filter(month=on).first() or MonthlyReport(month=on)
    found.project = project
    return found


def _lock(report: MonthlyReport) -> None:
    Project.objects.select_for_update().get(pk=report.project_id)


def _may_write(user: User, report: MonthlyReport) -> bool:
    return access.may_write(user, report.project)


def _may_judge(user: User, report: MonthlyReport) -> bool:
    return report.pk is not None and access.keeps_targets(user)


def _fields() -> Fields:
    return {name: field for name, field in ReportRowForm.base_fields.items() if name not in ("seen", "shown")}


def _submit(report: MonthlyReport, form: forms.Form, user: User) -> MonthlyReport:
    reporting.hand_in([report.project], report.month, by=user)
    return report


def _approve(report: MonthlyReport, form: Any, user: User) -> MonthlyReport:
    reporting.approve([report], by=user, correction=form.cleaned_data["correction"])
    return report


def _return(report: MonthlyReport, form: Any, user: User) -> MonthlyReport:
    data = form.cleaned_data
    reporting.send_back([report], reason=data["reason"], by=user, correction=data["correction"])
    return report


def _unused(data: Any) -> Any:
    """A report is judged by the row of its sheet, which needs the reports before."""
    raise NotImplementedError


REPORTS: Resource[MonthlyReport] = Resource(
    name="reports",
    title="月报",
    payload=ReportPayload,
    readable=_readable,
    shown=_with_names,
    question=lambda data, user: ReportFilter(data, _readable(user)),
    parameters=parameters_of(ReportFilter),
    route="projects/<key:pk>/reports/<slug:month>/",
    find=_find,
    lock=_lock,
    change=Change(
        fields=_fields,
        make=lambda report, user, data: _unused(data),
        keep=lambda report, form, user: _unused(form),
        may=_may_write,
    ),
    acts=[
        Act(
            code="submit",
            title="提交",
            fields=dict,
            form=lambda data, files, report, user: forms.Form(data),
            run=_submit,
            may=_may_write,
        ),
        Act(
            code="approve",
            title="通过",
            fields=lambda: {"correction": ReviewForm.base_fields["correction"]},
            form=lambda data, files, report, user: ReviewForm(data),
            run=_approve,
            may=_may_judge,
        ),
        Act(
            code="return",
            title="退回",
            fields=lambda: ReviewForm({}, returns=True).fields,
            form=lambda data, files, report, user: ReviewForm(data, returns=True),
            run=_return,
            may=_may_judge,
        ),
    ],
)

urlpatterns = urls_of(REPORTS, record_view=ReportRecordView)
