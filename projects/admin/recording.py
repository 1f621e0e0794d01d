"""Base classes of all admin pages: permissions by role, a reason for every change, writing through `actions`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db import DataError, transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import DeletedObject
from simple_history.template_utils import HistoricalRecordContextHelper

from projects import access
from projects.access import Predicate
from projects.actions.guarding import CORRECTION, COUNTED
from projects.actions.recording import erase, record
from projects.admin.seen import ROWS, VERSION, SeenForm
from projects.admin.sending import SentOnce
from projects.forms.project import WHY
from projects.models import Project
from projects.rules.broken import RuleBroken
from projects.rules.typed import whole_number
from projects.templatetags import formats

UNKNOWN = "—"
WHY_NEW = f"补录已封存的月份、名单或计划时必填，以“{CORRECTION}”开头"
ERASE_REASON = "erase_reason"  # the field of the confirmation page


def demand_key(*texts: str) -> None:
    """Raise Http404 for a number that no record and no version can have."""
    if any(whole_number(text) is None for text in texts):
        raise Http404("没有这条记录。")


class KeySelect(AutocompleteSelect):
    """The choice of a record by its number; a value that is not a number chooses nothing."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        known = [key for key in value if key == "" or whole_number(str(key)) is not None]
        return super().optgroups(name, known, attrs)


class ByRole:
    """Permissions come from roles, not from Django's permission rows; a closed record can only be read."""

    may: Predicate = staticmethod(access.keeps_register)

    def is_closed(self, subject: Any) -> bool:
        """Whether the record is closed for changes."""
        return False

    def _enters(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and self.may(access.signed_in(request))

    def _writes(self, request: HttpRequest, subject: Any) -> bool:
        return self._enters(request) and not (subject is not None and self.is_closed(subject))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Treat any error of a filter parameter as an invalid filter."""
        try:
            with transaction.atomic():
                return super().get_changelist_instance(request)  # type: ignore[misc]
        except (ValueError, OverflowError, DataError) as fault:
            raise IncorrectLookupParameters(fault) from fault

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._enters(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._enters(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._enters(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._writes(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._writes(request, obj)


class ReasonedForm(forms.ModelForm):
    """A form of the admin with the reason, required for a change of an existing record."""

    change_reason = forms.CharField(label="变更原因", max_length=200, help_text=WHY)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk is not None or "change_reason" not in self.fields:
            return
        if isinstance(self.instance, COUNTED):
            self.fields["change_reason"].required = False
            self.fields["change_reason"].help_text = WHY_NEW
        else:
            del self.fields["change_reason"]


class PlainWords(HistoricalRecordContextHelper):
    """Describe changes in words, with labels instead of codes."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        choices = dict(self.model._meta.get_field(change.field).flatchoices)
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, datetime):
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        if isinstance(value, DeletedObject) and value.pk is not None:
            return f"（已删除，编号 {value.pk}）"
        if value is None or value == "" or isinstance(value, DeletedObject):
            return "（空）"
        return choices.get(value, value)


class RecordedAdmin(ByRole, SentOnce, SimpleHistoryAdmin):
    """Write through `actions.recording`, so that every change, also of inline rows, stores who and why."""

    form: type[forms.ModelForm] = ReasonedForm
    reason_field = "change_reason"
    fixed: Sequence[str] = ()  # read only once the record exists
    actions = None  # deleting many at once would ask for no reason
    list_per_page = 50
    delete_confirmation_template = "admin/delete_with_reason.html"
    object_history_list_template = "admin/history_entries.html"
    object_history_form_template = "admin/history_version.html"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        carried = (self.reason_field, VERSION, ROWS)
        names = [name for name in super().get_fields(request, obj) if name not in carried]
        if _is_version(request):  # without what only a form asks
            names = [name for name in names if self._is_fact(name)]
        has_reason = obj is not None or issubclass(self.model, COUNTED)
        if has_reason and self.has_change_permission(request, obj) and not _is_version(request):
            names.append(self.reason_field)
        return [*names, VERSION, ROWS] if self._may_be_overtaken(request, obj) else names

    def _is_fact(self, name: Any) -> bool:
        """Whether the field belongs to the record or to this page."""
        return not isinstance(name, str) or hasattr(self.model, name) or hasattr(self, name)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        if self._may_be_overtaken(request, obj):
            options["form"] = type(self.form.__name__, (SeenForm, self.form), {"below": self._tracked_rows()})
        return super().get_form(request, obj, change=change, **options)

    def _tracked_rows(self) -> tuple[type[Model], ...]:
        return tuple(inline.model for inline in self.inlines if hasattr(inline.model, "history"))

    def _may_be_overtaken(self, request: HttpRequest, obj: Any) -> bool:
        """Whether the form changes an existing record, which somebody else may have changed since it was opened."""
        tracked = hasattr(self.model, "history")
        return (
            tracked
            and obj is not None
            and self.has_change_permission(request, obj)
            and not _is_version(request)
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        names = [*super().get_readonly_fields(request, obj), *(self.fixed if obj else ())]
        return flatten_fieldsets(self.get_fieldsets(request, obj)) if _is_version(request) else names

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **options)
        except RuleBroken as broken:
            messages.error(request, f"没有保存：{broken}")
            return HttpResponseRedirect(request.get_full_path())

    def delete_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if request.method == "POST" and not request.POST.get(ERASE_REASON, "").strip():
            messages.error(request, "删除须写明原因，什么也没有删除。")
            return HttpResponseRedirect(request.get_full_path())
        try:
            return super().delete_view(request, *args, **options)
        except RuleBroken as broken:
            messages.error(request, f"没有删除：{broken}")
            return HttpResponseRedirect(request.get_full_path())

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            options["widget"] = KeySelect(db_field, self.admin_site, using=options.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **options: Any) -> HttpResponse:
        demand_key(object_id)
        return super().history_view(request, object_id, *args, **options)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, *args: Any, **options: Any
    ) -> HttpResponse:
        """A past version is read only; the library would save posted data."""
        demand_key(object_id, version_id)
        if request.method == "POST":
            raise PermissionDenied("历史版本只供查看。")
        return super().history_form_view(request, object_id, version_id, *args, **options)

    def get_historical_record_context_helper(
        self, request: HttpRequest, historical_record: Any
    ) -> PlainWords:
        return PlainWords(self.model, historical_record)

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if change and not set(form.changed_data) - {self.reason_field}:
            return  # only inline rows changed: no empty entry in the history
        record(obj, by=access.signed_in(request), reason=self._reason(form))

    def save_formset(
        self, request: HttpRequest, form: forms.ModelForm, formset: forms.BaseInlineFormSet, change: bool
    ) -> None:
        entries, reason = formset.save(commit=False), self._reason(form)
        for entry in formset.deleted_objects:
            erase(entry, by=access.signed_in(request), reason=reason)
        for entry in entries:
            record(entry, by=access.signed_in(request), reason=reason)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        erase(obj, by=access.signed_in(request), reason=request.POST[ERASE_REASON].strip())

    def _reason(self, form: forms.ModelForm) -> str:
        return form.cleaned_data.get(self.reason_field) or f"新建{self.opts.verbose_name}"


class ProjectRecordAdmin(RecordedAdmin):
    """A record whose project never changes."""

    fixed: Sequence[str] = ("project",)
    autocomplete_fields: Sequence[str] = ("project",)
    list_select_related: Sequence[str] = ("project",)
    search_fields: Sequence[str] = ("project__name", "project__enterprise")


def _is_version(request: HttpRequest) -> bool:
    """Whether the page shows a past version of a record."""
    match = request.resolver_match
    return match is not None and (match.url_name or "").endswith("_simple_history")


def lock(project: Project) -> None:
    """Lock the records of the project until the end of this request's transaction."""
    Project.objects.select_for_update().get(pk=project.pk)


def money_column(field: str, label: str) -> Any:
    """A column of a list that shows an amount of yuan in 亿元."""

    @admin.display(description=f"{label}（亿元）", ordering=field)
    def column(subject: Model) -> str | None:
        return formats.yi(getattr(subject, field)) or None

    return column
