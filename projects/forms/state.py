"""Forms of the state of a project: paused, terminated, resumed."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MinValueValidator

from projects.forms.fields import CauseForm, DayInput, cause_field, reason_field
from projects.models.constraints import FIRST_YEAR
from projects.vocabulary import SideState


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=DayInput(),
        validators=[MinValueValidator(date(FIRST_YEAR, 1, 1), f"日期应在 {FIRST_YEAR} 年以后。")],
    )


class AsideForm(CauseForm):
    """The project is paused or terminated from a day on, for one of the coded reasons."""

    state = forms.ChoiceField(label="改为", choices=SideState.choices, widget=forms.RadioSelect())
    on = _day("从哪天起")
    cause = cause_field("暂停或终止须选择原因。")
    field_order = ["state", "on", "cause", "note"]

    def __init__(self, *args: Any, paused: bool = False, **options: Any) -> None:
        """`paused`: a paused project can only be terminated."""
        super().__init__(*args, **options)
        if paused:
            field = self.fields["state"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(SideState.TERMINATED.value, SideState.TERMINATED.label)]

    def clean_state(self) -> SideState:
        return SideState(self.cleaned_data["state"])


class ResumeForm(forms.Form):
    """From a day on the project goes on."""

    on = _day("从哪天起恢复")
    reason = reason_field("请写明恢复的原因。")
