"""Tokens for other systems: created and withdrawn by an administrator, each with the permissions of one account."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest
from rest_framework.authtoken.admin import TokenAdmin
from rest_framework.authtoken.models import TokenProxy

from projects import access
from projects.admin.recording import ByRole
from projects.admin.sending import SentOnce
from projects.models import User

admin.site.unregister(TokenProxy)


@admin.register(TokenProxy)
class AccessTokenAdmin(ByRole, SentOnce, TokenAdmin):
    """A token is never changed, only replaced."""

    may = staticmethod(access.keeps_directories)
    list_select_related = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "user":  # a superuser is kept on the command line, keys too
            options["queryset"] = User.objects.filter(is_active=True, is_superuser=False, auth_token=None)
        return super().formfield_for_foreignkey(db_field, request, **options)
