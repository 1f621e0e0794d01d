"""The form of one industry."""

from django import forms

from projects.forms.fields import reason_field
from projects.models import Industry


class IndustryForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, group and place in lists, with the reason."""

    reason = reason_field("请写明原因。", help_text="会进入历史")

    class Meta:
        model = Industry
        fields = ["name", "group", "position"]
        help_texts = {"group": "可以不填；同类的产业写同一个词", "position": "数字小的排在前面"}
