"""Two people edit one project: what each has changed since they opened it, and what is left for one to choose."""

from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Model
from django.forms.models import BaseInlineFormSet, model_to_dict
from django.http import QueryDict

from projects.forms.fields import LARGEST_KEY
from projects.models import Problem, Project
from projects.models.versions import Version, helpers_at, last_version, newest_version, version_of
from projects.rules.conflicts import Clash, Line, Side, merged, side
from projects.rules.typed import whole_number

CARRIED = frozenset(
    {"version", "seen", "helpers_version", "helpers", "reason", "id", "project", "DELETE", "year_sure"}
)
"""What a form carries besides the facts of its record."""
EMPTY = ""
KEEP = "keep-"
MOST_ROWS = 1000
SYSTEM = "系统"


class VersionField(forms.IntegerField):
    """The version of a record that a form was made from; it travels along and is never a change."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, label="版本", min_value=0, max_value=LARGEST_KEY)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class Merge:
    """Brings what was sent up to date with what stands now.

    A field that one side changed takes that side's value; one that both changed is a line to choose from, until
    a choice (`keep-<field>`) comes with the version that was shown.
    """

    def __init__(self, sent: QueryDict, project: Project) -> None:
        self.data = sent.copy()
        self.project = project
        self.lines: list[Line] = []
        self.newer: list[Version] = []

    @property
    def clash(self) -> Clash | None:
        if not self.lines:
            return None
        newest = max(self.newer, key=lambda entry: entry.history_date, default=None)
        if newest is None:
            return Clash(SYSTEM, None, "", tuple(self.lines))
        who, why = str(newest.history_user or SYSTEM), newest.history_change_reason or ""
        return Clash(who, newest.history_date, why, tuple(self.lines))

    def record(self, form: "forms.ModelForm[Any]", now: int | None) -> None:
        """One record; `form` shows it as it stands, under the names that were sent."""
        version, seen = self._number(form, "version"), self._number(form, "seen")
        if version == now:
            return
        record = form.instance
        if (newest := newest_version(type(record), record.pk)) is not None:
            self.newer.append(newest)
        label = "" if isinstance(record, Project | Problem) else f"{record} · "
        if self.data.get(form.add_prefix("DELETE")):
            if seen != now:
                self.lines.append(Line(f"{label}整行", "", "已修改", "删除"))
        else:
            before = version_of(record, version)
            values = None if before is None else model_to_dict(before)
            for bound in form:
                if bound.name not in CARRIED:
                    self._field(bound, values, label, may_choose=seen == now)
        self.data[form.add_prefix("seen")] = str(now)

    def rows(self, formset: "BaseInlineFormSet[Any, Any, Any]", versions: dict[int, int]) -> None:
        """The rows of one table, as they stand; a row that somebody has deleted is dropped, or becomes a new one."""
        prefix = formset.prefix or ""
        counts = self._counts(prefix)
        if counts is None:
            return  # the form itself says that it is torn
        total, initial = counts
        standing = {form.instance.pk: form for form in formset.initial_forms}
        dropped: list[int] = []
        for place in range(initial):
            pk = _whole(self.data.get(f"{prefix}-{place}-id"))
            form = standing.get(pk) if pk else None
            if form is not None:
                form.prefix = f"{prefix}-{place}"
                self.record(form, versions.get(form.instance.pk))
            elif pk and self._is_gone(formset, place, pk):
                dropped.append(place)
        if dropped:
            self._renumber(prefix, total, initial, dropped)

    def helpers(self, now: frozenset[int]) -> None:
        """The helping units: what each side added is in, what each took out is out."""
        before = helpers_at(self.project, _whole(self.data.get("helpers_version")))
        sent = self.data.getlist("helpers")
        mine = [pk for value in sent if (pk := _whole(value)) is not None]
        if now != before and len(mine) == len(sent):
            self.data.setlist("helpers", [str(pk) for pk in sorted(merged(before, now, mine))])

    def _field(
        self, bound: forms.BoundField, before: dict[str, Any] | None, label: str, *, may_choose: bool
    ) -> None:
        field, name, theirs = bound.field, bound.html_name, bound.initial
        mine = field.widget.value_from_datadict(self.data, {}, name)
        was = before.get(bound.name) if before is not None else None
        decided = side(
            mine_changed=before is None or field.has_changed(was, mine),
            theirs_changed=before is None or was != theirs,
            same=not field.has_changed(theirs, mine),
        )
        if decided == Side.OPEN:
            choice = self.data.get(f"{KEEP}{name}") if may_choose else None
            if choice not in (Side.MINE, Side.THEIRS):
                first, second, third = (_words(field, value) for value in (was, theirs, mine))
                self.lines.append(Line(f"{label}{bound.label}", first, second, third, name))
                return
            decided = Side(choice)
        if decided == Side.THEIRS:
            self._put(name, field, theirs)

    def _put(self, name: str, field: forms.Field, value: Any) -> None:
        """As a browser would send it."""
        if isinstance(field, forms.BooleanField) and not value:
            self.data.pop(name, None)
        else:
            self.data[name] = as_sent(field, value)

    def _is_gone(self, formset: "BaseInlineFormSet[Any, Any, Any]", place: int, pk: int) -> bool:
        """Whether the row was deleted by somebody else; what I changed in it becomes a new row."""
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
            and bound.field.has_changed(
                values.get(bound.name), bound.field.widget.value_from_datadict(self.data, {}, bound.html_name)
            )
        ]
        if (newest := newest_version(model, pk)) is not None:
            self.newer.append(newest)
        if changed and not self.data.get(f"{prefix}-DELETE"):
            self.data[f"{prefix}-id"] = self.data[f"{prefix}-version"] = ""
            self.data[f"{prefix}-year_sure"] = str(values.get("year", ""))  # it stood there in that year
            self.lines.append(Line(f"{before.instance} · 整行", "", "已删除", "保留，列为新的一行"))
        return True

    def _renumber(self, prefix: str, total: int, initial: int, dropped: list[int]) -> None:
        """The rows again from 0, without those dropped; a row that lost its key comes last, as a new one."""
        again = [place for place in dropped if self.data.get(f"{prefix}-{place}-id") == ""]
        standing = [place for place in range(initial) if place not in dropped]
        order = [*standing, *range(initial, total), *again]
        rows = [self._taken(f"{prefix}-{place}-") for place in range(total)]
        for new, place in enumerate(order):
            for name, values in rows[place].items():
                self.data.setlist(f"{prefix}-{new}-{name}", values)
        self.data[f"{prefix}-TOTAL_FORMS"] = str(len(order))
        self.data[f"{prefix}-INITIAL_FORMS"] = str(len(standing))

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
    """A stored or a sent value as a reader says it."""
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
