"""Forms of the problem ledger."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from projects.forms.fields import DayField, DayInput, LinesField, VersionField, reason_field
from projects.forms.merging import Merge
from projects.forms.project import WHY
from projects.models import Organisation, Problem
from projects.rules.merge import Conflict


class ProblemForm(forms.ModelForm):  # type: ignore[type-arg]
    """A problem. A change needs a reason; `conflict` shows what somebody else has changed."""

    conflict: Conflict | None = None
    text = LinesField(label="问题", widget=forms.Textarea({"rows": 3}))
    version = VersionField()
    seen = VersionField()
    reason = forms.CharField(label="变更原因", max_length=200, help_text=WHY)

    class Meta:
        model = Problem
        fields = ["kind", "text", "organisation", "person", "raised_on", "due_on"]
        field_classes = {"raised_on": DayField, "due_on": DayField}
        widgets = {
            "raised_on": DayInput(),
            "due_on": DayInput(),
        }

    def __init__(
        self,
        data: Any,
        *,
        instance: Problem,
        organisations: Iterable[Organisation],
        version: int | None = None,
    ) -> None:
        super().__init__(data, instance=instance, auto_id="problem_%s", initial={"version": version})
        units = [
            (unit.pk, unit.name)
            for unit in organisations
            if unit.closed_on is None or unit.pk == instance.organisation_id
        ]
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.choices = [("", "项目责任单位"), *units]
        if instance._state.adding:
            for name in ("reason", "version", "seen"):
                del self.fields[name]

    @classmethod
    def merged(
        cls, data: QueryDict, *, instance: Problem, organisations: Iterable[Organisation], version: int | None
    ) -> "ProblemForm":
        """Return the form of the sent data, merged with the current record since the base version `version`."""
        units = list(organisations)
        merge = Merge(data, instance.project)
        merge.record(cls(None, instance=instance, organisations=units), version)
        form = cls(merge.data, instance=instance, organisations=units, version=version)
        form.conflict = merge.conflict
        return form


class CloseProblemForm(forms.Form):
    """How and when the problem was solved."""

    on = DayField(label="销号日期")
    resolution = forms.CharField(
        label="办理情况",
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        error_messages={"required": "销号须写明办理情况。"},
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"on": today}, auto_id="close_%s")


class ReopenProblemForm(forms.Form):
    """The reason for reopening a closed problem."""

    reason = reason_field("重新打开须写明原因。")
