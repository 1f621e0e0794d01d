"""Forms of a unit: its name, its end, and taking that back."""

from typing import Any

from django import forms

from projects.forms.fields import LARGEST_KEY, DayField, reason_field
from projects.models import Organisation

WHY = "例如：区划调整文件号；会进入每条相关历史"


class RenameUnitForm(forms.ModelForm):  # type: ignore[type-arg]
    """Another name; the former one is kept by the action."""

    reason = reason_field("请写明原因。", help_text=WHY)

    class Meta:
        model = Organisation
        fields = ["name", "short_name"]


class CloseUnitForm(forms.Form):
    """From which day the unit is closed, and which one goes on with its projects."""

    on = DayField(label="从哪天起撤销", help_text="之前各日的数字仍归本单位")
    successor = forms.ModelChoiceField(
        label="并入",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="不并入其他单位",
        help_text="从这一天起，本单位的项目由它负责",
    )
    with_people = forms.BooleanField(label="账号一并转到并入的单位", required=False)
    with_problems = forms.BooleanField(label="待销号问题一并转到并入的单位", required=False)
    reason = reason_field("请写明原因。", help_text=WHY)
    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST_KEY)

    def __init__(self, *args: Any, unit: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["successor"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.open().exclude(pk=unit.pk)


class ReopenUnitForm(forms.Form):
    reason = reason_field("请写明原因。", help_text=WHY)
