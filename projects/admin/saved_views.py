"""Saved views: created on the list of projects; here they can be renamed, hidden or deleted."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from projects.admin.recording import ByRole
from projects.admin.sending import SentOnce
from projects.models import SavedView


@admin.register(SavedView)
class SavedViewAdmin(ByRole, SentOnce, admin.ModelAdmin):
    """A saved view is no fact of the register, so it has no history and needs no reason. It is created on the list."""

    list_display = ("name", "owner", "audience", "organisation", "position", "saved_at")
    list_filter = ("audience",)
    list_select_related = ("owner", "organisation")
    fields = ("name", "owner", "audience", "organisation", "position", "saved_at")
    readonly_fields = ("owner", "organisation", "saved_at")
    search_fields = ("name",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
