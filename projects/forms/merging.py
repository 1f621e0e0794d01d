"""Merge a form that was sent with what others have stored since its base version.

Used by the page of a project, the problems, the API (`forms/amending.py`) and the admin (`admin/seen.py`).
"""

from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Model
from django.forms.models import BaseInlineFormSet, model_to_dict
from django.http import QueryDict

from projects.models import Problem, Project
from projects.models.versions import Version, helpers_at, last_version, newest_version, version_of
from projects.rules.merge import Conflict, FieldDifference, merge, merge_sets
from projects.rules.typed import whole_number

CARRIED = frozenset(
    {"version", "seen", "helpers_version", "helpers", "reason", "id", "project", "DELETE", "year_sure"}
    | {"handed_on"}
)
"""Fields of a form that are not values of its record."""
ATTEMPTS = 3
"""How often a form is merged again with what others write at the same moment."""
EMPTY = ""
KEEP = "keep-"
"""Before the name of a field: whose value was chosen for it."""
MOST_ROWS = 1000
SYSTEM = "系统"


class Merge:
    """Merges what was sent (`data`) with the stored values, by `rules.merge`.

    Where both sides changed a field, `conflict` offers a choice. A choice (`keep-<field>`) counts when it comes with
    the current version (`seen`); otherwise somebody has written again and the user has to choose anew.
    """

    def __init__(self, sent: QueryDict, project: Project | None = None) -> None:
        """`project`: whose helpers or rows are merged; a record alone needs none."""
        self.data = sent.copy()
        self.project = project
        self.differences: list[FieldDifference] = []
        self.newer: list[Version] = []

    @property
    def conflict(self) -> Conflict | None:
        """Who wrote last after the base version, and the differences that are left to choose; None without one."""
        if not self.differences:
            return None
        newest = max(self.newer, key=lambda entry: entry.history_date, default=None)
        if newest is None:
            return Conflict(SYSTEM, None, "", tuple(self.differences))
        who, why = str(newest.history_user or SYSTEM), newest.history_change_reason or ""
        return Conflict(who, newest.history_date, why, tuple(self.differences))

    def record(self, form: "forms.ModelForm[Any]", current: int | None) -> None:
        """Merge one record; `form` holds its stored values under the names that were sent, `current` its version."""
        base_version, chosen_at = self._number(form, "version"), self._number(form, "seen")
        if base_version == current:
            return
        record = form.instance
        if (newest := newest_version(type(record), record.pk)) is not None:
            self.newer.append(newest)
        label = "" if isinstance(record, Project | Problem) else f"{record} · "
        if self.data.get(form.add_prefix("DELETE")):
            if chosen_at != current:
                self.differences.append(FieldDifference(f"{label}整行", "", "已修改", "删除"))
        else:
            self._fields(form, version_of(record, base_version), label, may_choose=chosen_at == current)
        self.data[form.add_prefix("seen")] = str(current)

    def rows(self, formset: "BaseInlineFormSet[Any, Any, Any]", versions: dict[int, int]) -> None:
        """Merge the rows of one table; a row that somebody else deleted is dropped, or becomes a new one."""
        prefix = formset.prefix or ""
        counts = self._counts(prefix)
        if counts is None:
            return  # the formset itself reports that it is incomplete
        total, initial = counts
        stored = {form.instance.pk: form for form in formset.initial_forms}
        dropped: list[int] = []
        for place in range(initial):
            pk = _whole(self.data.get(f"{prefix}-{place}-id"))
            form = stored.get(pk) if pk else None
            if form is not None:
                form.prefix = f"{prefix}-{place}"
                self.record(form, versions.get(form.instance.pk))
            elif pk and self._is_gone(formset, place, pk):
                dropped.append(place)
        if dropped:
            self._renumber(prefix, total, initial, dropped)

    def helpers(self, current: frozenset[int]) -> None:
        """Merge the helping units."""
        assert self.project is not None
        before = helpers_at(self.project, _whole(self.data.get("helpers_version")))
        sent = self.data.getlist("helpers")
        mine = [pk for value in sent if (pk := _whole(value)) is not None]
        if current != before and len(mine) == len(sent):
            self.data.setlist("helpers", [str(pk) for pk in sorted(merge_sets(before, current, mine))])

    def _fields(
        self, form: "forms.ModelForm[Any]", base: Version | None, label: str, *, may_choose: bool
    ) -> None:
        """Merge the fields of one record; `base`: the record at the base version."""
        fields = {bound.name: bound for bound in form if bound.name not in CARRIED}
        stored = None if base is None else model_to_dict(base)
        before = None if stored is None else {name: stored.get(name) for name in fields}
        theirs = {name: bound.initial for name, bound in fields.items()}
        mine = {name: self._sent(bound) for name, bound in fields.items()}
        choices = {name: self.data.get(f"{KEEP}{bound.html_name}") for name, bound in fields.items()}

        def same(name: str, sent: Any, stored: Any) -> bool:
            return not fields[name].field.has_changed(stored, sent)

        merged = merge(before, theirs, mine, choices if may_choose else {}, same=same)
        for name in merged.theirs:
            self._put(fields[name].html_name, fields[name].field, theirs[name])
        for name in merged.open:
            bound = fields[name]
            sides = ((before or {}).get(name), theirs[name], mine[name])
            was, theirs_in_words, mine_in_words = (_words(bound.field, value) for value in sides)
            self.differences.append(
                FieldDifference(f"{label}{bound.label}", was, theirs_in_words, mine_in_words, bound.html_name)
            )

    def _sent(self, bound: forms.BoundField) -> Any:
        return bound.field.widget.value_from_datadict(self.data, {}, bound.html_name)

    def _put(self, name: str, field: forms.Field, value: Any) -> None:
        """Set a stored value in `data`, as a browser would send it."""
        if isinstance(field, forms.BooleanField) and not value:
            self.data.pop(name, None)
        elif isinstance(field, forms.MultiValueField):
            for place, cell in enumerate(field.prepare_value(value) or [EMPTY] * len(field.fields)):
                self.data[f"{name}_{place}"] = str(cell)
        else:
            self.data[name] = as_sent(field, value)

    def _is_gone(self, formset: "BaseInlineFormSet[Any, Any, Any]", place: int, pk: int) -> bool:
        """Whether somebody else deleted the row; with changes of mine it becomes a new row."""
        assert self.project is not None
        prefix = f"{formset.prefix}-{place}"
        model = cast("type[Model]", formset.model)
        before = last_version(model, self.project, pk, _whole(self.data.get(f"{prefix}-version")))
        if before is None:
            return False
        form, values = formset.empty_form, model_to_dict(before)
        form.prefix = prefix
        changed = [
            bound.name
            for bound in form
            if bound.name not in CARRIED
            and bound.field.has_changed(values.get(bound.name), self._sent(bound))
        ]
        if (newest := newest_version(model, pk)) is not None:
            self.newer.append(newest)
        if changed and not self.data.get(f"{prefix}-DELETE"):
            self.data[f"{prefix}-id"] = self.data[f"{prefix}-version"] = ""
            self.data[f"{prefix}-year_sure"] = str(values.get("year", ""))  # it stood there in that year
            self.differences.append(
                FieldDifference(f"{before.instance} · 整行", "", "已删除", "保留，列为新的一行")
            )
        return True

    def _renumber(self, prefix: str, total: int, initial: int, dropped: list[int]) -> None:
        """The rows again from 0, without those dropped; a row that lost its key comes last, as a new one."""
        again = [place for place in dropped if self.data.get(f"{prefix}-{place}-id") == ""]
        kept = [place for place in range(initial) if place not in dropped]
        order = [*kept, *range(initial, total), *again]
        rows = [self._taken(f"{prefix}-{place}-") for place in range(total)]
        for new, place in enumerate(order):
            for name, values in rows[place].items():
                self.data.setlist(f"{prefix}-{new}-{name}", values)
        self.data[f"{prefix}-TOTAL_FORMS"] = str(len(order))
        self.data[f"{prefix}-INITIAL_FORMS"] = str(len(kept))

    def _taken(self, start: str) -> dict[str, list[str]]:
        names = [name for name in self.data if name.startswith(start)]
        return {name.removeprefix(start): self.data.pop(name) for name in names}

    def _counts(self, prefix: str) -> tuple[int, int] | None:
        """How many rows were sent, and how many of them stood there before; None when nonsense was."""
        total = _whole(self.data.get(f"{prefix}-TOTAL_FORMS"))
        initial = _whole(self.data.get(f"{prefix}-INITIAL_FORMS"))
        if total is None or initial is None or not initial <= total <= MOST_ROWS:
            return None
        return total, initial

    def _number(self, form: "forms.ModelForm[Any]", name: str) -> int | None:
        return _whole(self.data.get(form.add_prefix(name)))


def _whole(value: Any) -> int | None:
    return whole_number(value) if isinstance(value, str) else None


def as_sent(field: forms.Field, value: Any) -> str:
    """A stored value as a browser would send it."""
    if value is None or value is False:
        return EMPTY
    if isinstance(value, date):
        return value.isoformat()
    return "on" if value is True else str(field.prepare_value(value))


def _words(field: forms.Field, value: Any) -> str:
    """A stored or a sent value as text for the reader."""
    if isinstance(field, forms.BooleanField):
        return "是" if value else "否"
    if isinstance(field, forms.ModelChoiceField) and value:
        assert field.queryset is not None  # a choice of records has some to choose from
        model = field.queryset.model
        pk = whole_number(str(value))
        found = model._default_manager.filter(pk=pk).first() if pk is not None else None
        return str(found or EMPTY)
    if isinstance(field, forms.ChoiceField):
        offered: Any = field.choices
        return str(dict(offered).get(value, value)) if value else EMPTY
    return value if isinstance(value, str) else as_sent(field, value)
