"""Imported workbooks and their rows, read only, and the stored meanings of headings."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from projects import access
from projects.admin.acts import OnlyRead
from projects.admin.recording import ByRole
from projects.admin.sending import SentOnce
from projects.columns import COLUMNS, by_key
from projects.models import HeadingChoice, Import, ImportRow, Workbook
from projects.models.workbook import ImportQuerySet
from projects.vocabulary import ImportKind


class ReadOnlyAdmin(OnlyRead, ByRole, admin.ModelAdmin):
    list_per_page = 50
    actions = None


def seen_by(request: HttpRequest) -> ImportQuerySet:
    """Imports that the user may see: a preview belongs to the user who made it."""
    return Import.objects.visible_to(access.signed_in(request))


@admin.register(Workbook)
class WorkbookAdmin(ReadOnlyAdmin):
    """The file as it was sent; it is downloaded from the page of its import, which checks permissions."""

    list_display = ("name", "size", "uploaded_by", "uploaded_at", "short_digest")
    list_select_related = ("uploaded_by",)
    search_fields = ("name", "sha256")
    date_hierarchy = "uploaded_at"
    fields = readonly_fields = (
        "name",
        "size",
        "sha256",
        "uploaded_by",
        "uploaded_at",
        "source",
        "imports_column",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Workbook]:
        return super().get_queryset(request).filter(pk__in=seen_by(request).values("workbook"))

    @admin.display(description="SHA-256", ordering="sha256")
    def short_digest(self, workbook: Workbook) -> str:
        return workbook.sha256[:12]

    @admin.display(description="导入")
    def imports_column(self, workbook: Workbook) -> SafeString:
        links = (
            (reverse("imported", args=[each.pk]), each.pk, each.get_state_display())
            for each in workbook.imports.all()
        )
        return format_html_join("", '<p><a href="{}">第 {} 号</a>：{}</p>', links)


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    list_display = (
        "workbook",
        "kind",
        "state",
        "written",
        "created_by",
        "created_at",
        "applied_by",
        "applied_at",
        "undone_by",
    )
    list_filter = ("kind", "state")
    list_select_related = ("workbook", "created_by", "applied_by", "undone_by")
    search_fields = ("workbook__name", "reason")
    date_hierarchy = "created_at"
    fields = readonly_fields = (
        "page_column",
        "workbook",
        "kind",
        "terms_column",
        "reason",
        "state",
        "fault",
        "counts_column",
        "written",
        "created_by",
        "created_at",
        "applied_by",
        "applied_at",
        "undone_by",
        "undone_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        return super().get_queryset(request) & seen_by(request)

    @admin.display(description="页面")
    def page_column(self, imported: Import) -> SafeString:
        return format_html('<a href="{}">打开这次导入</a>', reverse("imported", args=[imported.pk]))

    @admin.display(description="约定")
    def terms_column(self, imported: Import) -> str:
        stated = (imported.year, imported.month, imported.level)
        return "，".join(str(value) for value in stated if value) or "无"

    @admin.display(description="核对结果")
    def counts_column(self, imported: Import) -> str:
        return imported.in_words


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnlyAdmin):
    list_display = ("parent", "sheet", "line", "label", "outcome")
    list_filter = ("outcome",)
    list_select_related = ("parent__workbook",)
    search_fields = ("label",)
    show_full_result_count = False  # hundreds of thousands of rows
    fields = readonly_fields = (
        "parent",
        "sheet",
        "line",
        "label",
        "outcome",
        "cells_column",
        "faults_column",
        "changes_column",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRow]:
        return super().get_queryset(request).filter(parent__in=seen_by(request))

    @admin.display(description="内容")
    def cells_column(self, row: ImportRow) -> SafeString:
        known = by_key(COLUMNS[ImportKind(row.parent.kind)])
        shown_cells = ((known[key].title if key in known else key, text) for key, text in row.cells.items())
        return format_html_join("", "<p>{}：{}</p>", shown_cells)

    @admin.display(description="错误")
    def faults_column(self, row: ImportRow) -> SafeString:
        return format_html_join("", "<p>{}</p>", ((sentence,) for sentence in row.faults.values()))

    @admin.display(description="改动")
    def changes_column(self, row: ImportRow) -> SafeString:
        changes = ((change["label"], change["before"] or "空", change["after"]) for change in row.changes)
        return format_html_join("", "<p>{}：{} → {}</p>", changes)


@admin.register(HeadingChoice)
class HeadingChoiceAdmin(ByRole, SentOnce, admin.ModelAdmin):
    """Chosen on the page of an import; a wrong one is deleted here, and the import asks again."""

    list_display = ("heading", "meaning_column", "kind", "organisation", "chosen_by", "chosen_at")
    list_filter = ("kind", "organisation")
    list_select_related = ("organisation", "chosen_by")
    list_per_page = 50
    search_fields = ("heading",)
    fields = readonly_fields = (
        "heading",
        "meaning_column",
        "kind",
        "organisation",
        "chosen_by",
        "chosen_at",
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="含义", ordering="key")
    def meaning_column(self, choice: HeadingChoice) -> str:
        return choice.meaning
