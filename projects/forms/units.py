"""Forms of a unit: its name, its place in the tree, its end, and taking these back."""

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


class NewUnitForm(forms.ModelForm):  # type: ignore[type-arg]
    """A unit, a town or a park that the register did not have."""

    reason = reason_field("请写明原因。", help_text=WHY)

    class Meta:
        model = Organisation
        fields = ["name", "short_name", "kind", "parent"]
        help_texts = {
            "short_name": "可以不填；页面上显示的叫法",
            "kind": "园区可以在项目里填作“所在园区”，和责任单位分开",
            "parent": "上级单位看得到它的项目",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["parent"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, field.required = Organisation.objects.open(), True


class MoveUnitForm(forms.Form):
    """From which day the unit stands under another one."""

    parent = forms.ModelChoiceField(
        label="新的上级单位", queryset=Organisation.objects.none(), empty_label="请选择"
    )
    on = DayField(label="从哪天起", help_text="之前各日的数字仍归原上级单位")
    reason = reason_field("请写明原因。", help_text=WHY)

    def __init__(self, *args: Any, unit: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["parent"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.open().exclude(pk__in=[*unit.units, unit.parent_id])


class MoveBackForm(forms.Form):
    reason = reason_field("请写明原因。", help_text=WHY)


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
