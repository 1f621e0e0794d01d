"""Undo an import: everything that it has written, in one transaction."""

from itertools import chain

from django.db import transaction
from django.utils import timezone

from projects.actions import change_sets
from projects.actions.change_sets import WrittenRecord
from projects.actions.guarding import explained, share_register
from projects.models import Import, User
from projects.vocabulary import ImportState
from projects.workbooks import progress
from projects.workbooks.apply import locked_import


@transaction.atomic
def undo(imported: Import, *, by: User, reason: str = "") -> Import:
    """Undo all that the import has written, as new changes; all of it or, with RuleBroken, nothing."""
    locked = locked_import(imported, ImportState.UNDOING)
    share_register()
    of_rows = locked.rows.exclude(written=[]).order_by("position").values_list("written", flat=True)
    written = [WrittenRecord(**entry) for entry in chain.from_iterable(of_rows)]
    why = explained(f"撤销导入《{locked.workbook.name}》", reason)
    change_sets.undo(written, why, by=by, alive=lambda: progress.store(locked, 0))
    locked.state, locked.undone_by, locked.undone_at = ImportState.UNDONE, by, timezone.now()
    locked.save()
    return locked
