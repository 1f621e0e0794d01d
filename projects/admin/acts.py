"""What only actions write: requests to write a month again, questions about a delay, batches. Here to be read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from projects import access
from projects.admin.recording import ByRole, RecordedAdmin
from projects.models import Batch, Inquiry, Reopening
from projects.models.batch import BatchRow


class OnlyRead:
    """Nobody adds, changes or deletes such a record here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Reopening)
class ReopeningAdmin(OnlyRead, RecordedAdmin):
    """Asked for on the month's sheet, decided on its review page."""

    list_display = (
        "organisation",
        "month_column",
        "reason",
        "requested_by",
        "requested_at",
        "outcome",
        "until",
    )
    list_filter = ("granted", ("decided_at", admin.EmptyFieldListFilter), "organisation")
    list_select_related = ("organisation", "requested_by")
    date_hierarchy = "month"
    fields = (
        "organisation",
        "month",
        "reason",
        "requested_by",
        "requested_at",
        "granted",
        "decided_by",
        "decided_at",
        "until",
    )

    @admin.display(description="月份", ordering="month")
    def month_column(self, reopening: Reopening) -> str:
        return f"{reopening.month:%Y-%m}"

    @admin.display(description="审批", ordering="decided_at")
    def outcome(self, reopening: Reopening) -> str:
        if reopening.decided_at is None:
            return "等待审批"
        return "同意" if reopening.granted else "不同意"


@admin.register(Inquiry)
class InquiryAdmin(OnlyRead, RecordedAdmin):
    """Asked on the pages of figures and of a project; answered on the page of the milestone. May be withdrawn here."""

    list_display = ("milestone", "asked_by", "asked_at")
    list_select_related = ("milestone__project", "asked_by")
    date_hierarchy = "asked_at"
    fields = ("milestone", "asked_by", "asked_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return RecordedAdmin.has_delete_permission(self, request, obj)


@admin.register(Batch)
class BatchAdmin(OnlyRead, ByRole, admin.ModelAdmin):
    """Previewed, carried out and undone on the pages of many at once; the facts keep the history."""

    list_display = ("act_column", "state", "changed", "created_by", "created_at", "applied_at", "undone_by")
    list_filter = ("act", "state")
    list_select_related = ("created_by", "undone_by")
    list_per_page = 50
    actions = None
    search_fields = ("reason",)
    date_hierarchy = "created_at"
    fields = readonly_fields = (
        "act_column",
        "reason",
        "state",
        "changed",
        "created_by",
        "created_at",
        "applied_at",
        "undone_by",
        "undone_at",
        "outcome_column",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Batch]:
        """What somebody only looked at is nobody else's."""
        return super().get_queryset(request) & Batch.objects.visible_to(access.signed_in(request))

    @admin.display(description="操作", ordering="act")
    def act_column(self, batch: Batch) -> str:
        return str(batch)

    @admin.display(description="项目")
    def outcome_column(self, batch: Batch) -> SafeString:
        return format_html_join("", "<p>{}</p>", ((_words(row),) for row in batch.rows))


def _words(row: BatchRow) -> str:
    """热泵：阶段 开工 → 封顶, or why it was refused."""
    changes = "，".join(f"{change.label} {change.before or '空'} → {change.after}" for change in row.changes)
    return f"{row.name}：{row.fault or changes or '没有变化'}"
