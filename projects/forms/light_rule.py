"""Form of a version of a light rule."""

from django import forms

from projects.forms.fields import DayInput, reason_field
from projects.models import LightRule

FIELDS = ("family", "yellow", "red", "applies_from", "red_after", "until_green", "steps", "note")


class LightRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new version, or the correction of one, with the reason."""

    reason = reason_field("请写明修改的原因。", label="修改原因", help_text="例如：文件号；会进入规则的历史")

    class Meta:
        model = LightRule
        fields = FIELDS
        widgets = {"applies_from": DayInput()}
