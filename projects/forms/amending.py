"""Changes of a record by another system through the API: the named fields, validated by the form of the page.

Conflicts are found by the page's own `Merge`; a field that is left out keeps its current value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.db.models import Field, Model
from django.forms.models import model_to_dict
from django.http import QueryDict

from projects.forms import bodies
from projects.forms.bodies import faults_of, type_faults
from projects.forms.merging import CARRIED, Merge, as_sent
from projects.models.versions import version_of
from projects.rules.merge import Conflict

type Make = Callable[[QueryDict | None], "forms.ModelForm[Any]"]
"""The form of the record: of what was sent, or of its stored values."""


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that both sides changed, as stored values; a related record is its key, found in `related`."""

    field: str
    label: str
    before: Any
    theirs: Any
    mine: Any
    related: type[Model] | None


class Amendment:
    """Changed fields of a record, merged with what others have stored since a version.

    Nothing may be written while there are `faults` or a `conflict`.
    """

    def __init__(
        self,
        body: Mapping[str, Any],
        record: Model,
        make: Make,
        *,
        version: int | None,
        current: int | None,
    ) -> None:
        """`version`: what the writer has read, `current`: the newest, read before `record`."""
        self.record = record
        self.conflict: Conflict | None = None
        self.form = make(None)
        self.theirs = model_to_dict(record)
        self.before = self._read(version)
        self.faults = type_faults(body, self.form.fields)
        if not self.faults:
            merge = Merge(self._sent(body, version))
            stored = make(None)
            stored.fields = {name: field for name, field in stored.fields.items() if name in body}
            merge.record(stored, current)
            self.conflict = merge.conflict
            self.form = make(merge.data)
            self.faults = faults_of(self.form)
            self._restore(self._names - set(body))

    @property
    def conflicts(self) -> list[FieldConflict]:
        """The conflicts of a body without faults."""
        return [self._conflict(line.name) for line in self.conflict.differences] if self.conflict else []

    @property
    def _names(self) -> set[str]:
        """The fields that are values of the record."""
        return {name for name in self.form.fields if name not in CARRIED}

    def _conflict(self, name: str) -> FieldConflict:
        column, mine = self._column(name), self.form.cleaned_data[name]
        return FieldConflict(
            field=name,
            label=str(column.verbose_name),
            before=self.before.get(name) if self.before else None,
            theirs=self.theirs[name],
            mine=getattr(mine, "pk", mine),
            related=column.related_model,
        )

    def _read(self, version: int | None) -> dict[str, Any] | None:
        """The values at the base version; None when the version does not belong to the record."""
        entry = version_of(self.record, version)
        return None if entry is None else model_to_dict(entry)

    def _sent(self, body: Mapping[str, Any], version: int | None) -> QueryDict:
        """The body as a browser would send it, with the current values of the fields that were left out."""
        sent = QueryDict(mutable=True)
        for name, field in self.form.fields.items():
            if name in body:
                bodies.put(sent, name, field, body[name])
            elif isinstance(field, forms.MultiValueField):
                bodies.put(sent, name, field, self.theirs[name])
            elif name in self._names and (value := as_sent(field, self.theirs[name])):
                sent[name] = value
        sent["version"] = "" if version is None else str(version)
        return sent

    def _restore(self, left_out: set[str]) -> None:
        """Restore values that the form would change, such as trailing spaces, for fields that were left out."""
        for name in left_out:
            setattr(self.record, self._column(name).attname, self.theirs[name])

    def _column(self, name: str) -> "Field[Any, Any]":
        return cast("Field[Any, Any]", type(self.record)._meta.get_field(name))
