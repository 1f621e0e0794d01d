"""Forms of the state of a project: paused, terminated, resumed."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MinValueValidator

from projects.forms.fields import DayInput
from projects.models.constraints import FIRST_YEAR
from projects.vocabulary import DelayReason, SideState

NO_CAUSE = "暂停或终止须选择原因。"


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=DayInput(),
        validators=[MinValueValidator(date(FIRST_YEAR, 1, 1), f"日期应在 {FIRST_YEAR} 年以后。")],
    )


class AsideForm(forms.Form):
    """The project is paused or terminated from a day on, for one of the coded reasons."""

    state = forms.ChoiceField(label="改为", choices=SideState.choices, widget=forms.RadioSelect())
    on = _day("从哪天起")
    cause = forms.ChoiceField(
        label="原因", choices=[("", "请选择"), *DelayReason.choices], error_messages={"required": NO_CAUSE}
    )
    note = forms.CharField(label="说明（原因选“其他”时必填）", max_length=400, required=False)

    def __init__(self, *args: Any, paused: bool = False, **options: Any) -> None:
        """`paused`: a paused project can only be terminated."""
        super().__init__(*args, **options)
        if paused:
            field = self.fields["state"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(SideState.TERMINATED.value, SideState.TERMINATED.label)]

    def clean_state(self) -> SideState:
        return SideState(self.cleaned_data["state"])

    def clean_cause(self) -> DelayReason:
        return DelayReason(self.cleaned_data["cause"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("cause") == DelayReason.OTHER and not cleaned.get("note"):
            self.add_error("note", "原因选“其他”时，请写明具体原因。")
        return cleaned


class ResumeForm(forms.Form):
    """From a day on the project goes on."""

    on = _day("从哪天起恢复")
    reason = forms.CharField(label="原因", max_length=200, error_messages={"required": "请写明恢复的原因。"})
