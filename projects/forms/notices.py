"""How one wants to be told."""

from collections.abc import Iterator, Sequence
from datetime import time
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundWidget

from projects.vocabulary import NoticeKind


class NoticeSettingsForm(forms.Form):
    """Kinds that ring, kinds that are mailed, and the hours in which nothing is sent."""

    page = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label="铃上提醒")
    mail = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label="邮件")
    quiet_from = forms.TimeField(
        required=False, label="不打扰，从", widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        required=False, label="到", widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    is_weekly = forms.BooleanField(required=False, label="邮件每周一汇总成一封，没有未读的不发")

    def __init__(self, *args: Any, kinds: Sequence[NoticeKind], **options: Any) -> None:
        """`kinds`: those that the person may be told of."""
        super().__init__(*args, **options)
        self.labels = [kind.label for kind in kinds]
        for name in ("page", "mail"):
            cast(forms.MultipleChoiceField, self.fields[name]).choices = [
                (kind.value, kind.label) for kind in kinds
            ]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        ends: list[time | None] = [data.get("quiet_from"), data.get("quiet_until")]
        if ends.count(None) == 1:
            raise forms.ValidationError("不打扰的时段须写明从几点到几点。")
        return data

    @property
    def kinds(self) -> Iterator[tuple[str, BoundWidget, BoundWidget]]:
        """Each kind with its boxes for the bell and for mail."""
        for label, page, mail in zip(self.labels, self["page"], self["mail"], strict=True):
            yield str(label), page, mail
