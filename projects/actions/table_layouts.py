"""Keep layouts of the 调度表 under a name; they are nobody's facts, so no history and no reason."""

from collections.abc import Sequence

from django.db import transaction

from projects.models import TableLayout, User


@transaction.atomic
def save_layout(name: str, columns: Sequence[str], *, by: User) -> TableLayout:
    """Of the same name the one before is replaced; orders keep the columns that they were asked with."""
    TableLayout.objects.filter(name=name).delete()
    return TableLayout.objects.create(name=name, columns=list(columns), saved_by=by)


@transaction.atomic
def drop_layout(layout: TableLayout) -> None:
    layout.delete()
