"""`manage.py loaddata`, which also writes the history that the library skips when it loads raw rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializedObject
from django.db.models import Model
from simple_history.exceptions import NotHistoricalModelError
from simple_history.utils import get_history_manager_for_model

from projects.models import Project


class Command(loaddata.Command):
    """What a file adds or changes gets an entry with the file's name; loaded again, it leaves none."""

    def loaddata(self, fixture_labels: Sequence[str]) -> None:
        self.loaded: defaultdict[tuple[type[Model], str], set[Any]] = defaultdict(set)
        super().loaddata(fixture_labels)
        for (model, label), keys in self.loaded.items():
            self.record(model, keys, reason=f"载入 {label}")

    def load_label(self, fixture_label: str) -> None:
        self.label = fixture_label
        super().load_label(fixture_label)

    def save_obj(self, obj: DeserializedObject) -> bool:
        if isinstance(obj.object, Project):
            obj.object.make_findable()  # raw rows are not cleaned
        saved = super().save_obj(obj)
        if saved:
            self.loaded[type(obj.object), self.label].add(obj.object.pk)
        return saved

    def record(self, model: type[Model], keys: set[Any], *, reason: str) -> None:
        try:
            history = get_history_manager_for_model(model)
        except NotHistoricalModelError:
            return
        key = model._meta.pk.attname
        entries = history.filter(**{f"{key}__in": keys}).latest_of_each()
        last = {getattr(entry, key): entry for entry in entries if entry.history_type != "-"}
        rows = model._base_manager.in_bulk(keys).values()
        fields = [field.attname for field in history.model.tracked_fields]
        new = [row for row in rows if row.pk not in last]
        changed = [row for row in rows if row.pk in last and differ(row, last[row.pk], fields)]
        history.bulk_history_create(new, default_change_reason=reason)
        history.bulk_history_create(changed, update=True, default_change_reason=reason)


def differ(row: Model, entry: Model, fields: Iterable[str]) -> bool:
    return any(getattr(row, field) != getattr(entry, field) for field in fields)
