"""Optimistic locking in the admin: whoever saves second is told what the first has changed, and chooses."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import _get_foreign_key
from django.http import QueryDict
from django.utils import timezone

from projects.forms.fields import VersionField
from projects.forms.merging import SYSTEM, Merge
from projects.models.versions import newest_version
from projects.rules.merge import FieldDifference

VERSION, ROWS = "version", "rows_version"
ROWS_CHANGED = "这一页下面的表格刚刚被别人改过，您的改动没有保存；请记下您填的内容，重新打开本页再改。"
EMPTY = "（空）"


class SeenForm(forms.ModelForm):
    """Base of the forms of records: carries the base version of the record and of the rows below it.

    When somebody else has written since, nothing is saved. The form then shows what they alone changed, and says
    for each field that both changed what was stored before, theirs and mine. Saving again keeps what the form shows.
    """

    version = VersionField()
    rows_version = VersionField()
    below: tuple[type[Model], ...] = ()
    """The tables whose rows the page shows below the record."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields[ROWS].initial = self._rows_version()
        newest = newest_version(type(self.instance), self.instance.pk)
        self.fields[VERSION].initial = newest.history_id if newest else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        record, base_version = self.instance, cleaned.get(VERSION)
        # Nobody else writes it until this request is done; in no order, since one by a relation would join its table.
        type(record)._base_manager.select_for_update().filter(pk=record.pk).order_by().first()
        if self.below and cleaned.get(ROWS) != self._rows_version():
            raise ValidationError(ROWS_CHANGED)
        newest = newest_version(type(record), record.pk)
        if newest is None or base_version == newest.history_id:
            return cleaned
        merge = Merge(cast(QueryDict, self.data), record)
        merge.record(type(self)(instance=record), newest.history_id)
        self.data = merge.data
        self.data[self.add_prefix(VERSION)] = str(newest.history_id)
        raise ValidationError([_headline(newest), *map(_words, merge.differences)])

    def _rows_version(self) -> int | None:
        """The newest entry of any row below; it grows with whatever somebody writes there."""
        entries = [
            model.history.filter(**{_get_foreign_key(type(self.instance), model).name: self.instance.pk})  # type: ignore[attr-defined]
            for model in self.below
        ]
        newest = [found.history_id for table in entries if (found := table.order_by("-history_id").first())]
        return sum(newest) if newest else None


def _headline(newest: Any) -> str:
    moment = timezone.localtime(newest.history_date)
    who = newest.history_user or SYSTEM
    why = newest.history_change_reason or "未写原因"
    return (
        f"{who} 在 {moment:%m-%d %H:%M} 也改了这条记录（{why}），您的改动还没有保存。"
        "只有对方改过的内容已换成对方的；核对后再保存一次，即按表单上的写入。"
    )


def _words(field: FieldDifference) -> str:
    before, theirs, mine = (words or EMPTY for words in (field.before, field.theirs, field.mine))
    return f"{field.label}：原来 {before}，对方改为 {theirs}，您填的是 {mine}"
