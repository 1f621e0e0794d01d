"""Saved views: kept from the list by whoever uses it; here to be renamed, taken out of sight, or removed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from projects.admin.recording import ByRole
from projects.admin.sending import SentOnce
from projects.models import SavedView


@admin.register(SavedView)
class SavedViewAdmin(ByRole, SentOnce, admin.ModelAdmin):
    """No facts, so no history and no reason; a new one is kept from the list, where its question is judged."""

    list_display = ("name", "owner", "audience", "organisation", "position", "saved_at")
    list_filter = ("audience",)
    list_select_related = ("owner", "organisation")
    fields = ("name", "owner", "audience", "organisation", "position", "saved_at")
    readonly_fields = ("owner", "organisation", "saved_at")
    search_fields = ("name",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
