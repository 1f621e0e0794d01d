"""People, groups, units, industries and sources."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from projects import access
from projects.actions.accounts import ENTERS_ADMIN
from projects.actions.people import described, note_change
from projects.admin.recording import ByRole, RecordedAdmin
from projects.admin.sending import SentOnce
from projects.forms.account import AccountForm, NewAccountForm
from projects.forms.fields import RecordsField
from projects.models import DistrictSettings, Industry, Organisation, Project, Source, User
from projects.models.district import forget_district

admin.site.unregister(Group)
IN_ADMIN = "在后台修改"


@admin.register(User)
class PersonAdmin(ByRole, SentOnce, UserAdmin):
    """Accounts. Roles are groups and decide who may use the admin. An account is closed, not deleted."""

    may = staticmethod(access.keeps_accounts)
    actions = None
    add_form = NewAccountForm
    form = AccountForm
    list_display = ("username", "person", "organisation", "role_column", "is_active", "last_login")
    list_filter = ("is_active", "groups", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("username", "first_name", "last_name")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("个人信息", {"fields": ("last_name", "first_name", "phone", "email")}),
        ("角色与单位", {"fields": ("organisation", "groups", "is_active")}),
        ("记录", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "last_name",
                    "first_name",
                    "organisation",
                    "groups",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Without superusers, which are managed on the command line: an administrator cannot become one here."""
        people = super().get_queryset(request).prefetch_related("groups")
        return people if access.signed_in(request).is_superuser else people.exclude(is_superuser=True)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Users cannot remove their own rights."""
        own = ("groups", "is_active") if obj is not None and obj.pk == request.user.pk else ()
        return (*super().get_readonly_fields(request, obj), *own)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # the history names them

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "groups":
            options |= {
                "form_class": RecordsField,
                "widget": forms.CheckboxSelectMultiple,
                "help_text": "权限随角色，范围随所属单位。",
            }
        return super().formfield_for_manytomany(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if "groups" in form.cleaned_data:
            names = {group.name for group in form.cleaned_data["groups"]}
            obj.is_staff = obj.is_superuser or any(role.label in names for role in ENTERS_ADMIN)
        if not change:  # whoever types a password for somebody else gives a temporary one
            obj.issued_until = timezone.now() + timedelta(days=settings.ISSUED_PASSWORD_DAYS)
        stored = User.objects.filter(pk=obj.pk).first()
        obj.described_before = described(stored) if stored else {}  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Roles are saved last: what the account was before was noted by `save_model`."""
        super().save_related(request, form, formsets, change)
        note_change(
            form.instance, form.instance.described_before, by=access.signed_in(request), reason=IN_ADMIN
        )

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """A temporary password is given on the account's own page, with a reason, and must be changed."""
        person = self.get_object(request, id)
        if person is None:
            raise Http404
        return redirect("person", person.pk)

    @admin.display(description="姓名", ordering="last_name")
    def person(self, user: User) -> str:
        return f"{user.last_name}{user.first_name}"

    @admin.display(description="角色")
    def role_column(self, user: User) -> str:
        return "、".join(group.name for group in user.groups.all())


@admin.register(Group)
class RoleAdmin(ByRole, GroupAdmin):
    """The roles of `access`: read only."""

    may = staticmethod(access.keeps_directories)
    actions = None
    list_display = ("name", "people")
    fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(people=Count("user"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    @admin.display(description="人数", ordering="people")
    def people(self, group: Any) -> int:
        return group.people


@admin.register(Organisation)
class OrganisationAdmin(RecordedAdmin):
    may = staticmethod(access.keeps_directories)
    list_display = (
        "name",
        "short_name",
        "kind",
        "parent",
        "former_names",
        "closed_on",
        "successor",
        "position",
    )
    list_filter = ("kind", ("closed_on", admin.EmptyFieldListFilter))
    list_select_related = ("parent", "successor")
    search_fields = ("name", "short_name", "former_names")
    fields = ("name", "short_name", "kind", "parent", "former_names", "position", "closed_on", "successor")
    readonly_fields = ("closed_on", "successor")  # closing moves projects: it has a page of its own

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Another unit above it counts from today on; its own page asks for the day."""
        if change and "parent" in form.changed_data:
            today, above = timezone.localdate(), obj.parent_id
            obj.parent_id = Organisation.objects.values_list("parent_id", flat=True).get(pk=obj.pk)
            obj.move_under(above, on=today, today=today)
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        """A unit that has answered for a project stays, closed or not: past days name it."""
        if obj is not None and Project.objects.once_answered_by([obj.pk]).exists():
            return False
        return super().has_delete_permission(request, obj)


@admin.register(DistrictSettings)
class DistrictSettingsAdmin(RecordedAdmin):
    """The only row; it is created by the first change on its page (`/settings/district/`), which also has the logo."""

    may = staticmethod(access.keeps_directories)
    list_display = ("name", "product", "province_list", "city_list", "district_list")
    fields = ("name", "product", "province_list", "city_list", "district_list", "report_days_after")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_delete_permission = has_add_permission

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(forget_district)


@admin.register(Industry)
class IndustryAdmin(RecordedAdmin):
    may = staticmethod(access.keeps_directories)
    list_display = ("name", "group", "position")
    list_filter = ("group",)
    search_fields = ("name", "group")
    fields = ("name", "group", "position")


@admin.register(Source)
class SourceAdmin(RecordedAdmin):
    list_display = ("title", "publisher", "published_on", "address")
    search_fields = ("title", "publisher", "note")
    date_hierarchy = "published_on"
    fields = ("title", "publisher", "published_on", "address", "note")
