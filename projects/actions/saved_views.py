"""Keeping questions to the list under a name; they are nobody's facts, so no history and no reason."""

from django.db import transaction
from django.utils import timezone

from projects.actions.recording import record
from projects.models import SavedView, User


@transaction.atomic
def save_view(view: SavedView, *, by: User) -> SavedView:
    """Keep a new or a changed view; sharing with the unit means the unit of the owner as it is now."""
    if view._state.adding:
        view.owner = by
    view.organisation = by.organisation
    view.saved_at = timezone.now()
    record(view, by=by, reason="保存视图")
    return view


@transaction.atomic
def drop_view(view: SavedView) -> None:
    view.delete()
