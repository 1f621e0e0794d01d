"""Forms of two rules of the office: until when a month is reported, and which stages ask for evidence."""

from django import forms

from projects.forms.fields import reason_field
from projects.models.district import EARLIEST_DEADLINE, LATEST_DEADLINE
from projects.vocabulary import Stage


class ReportingWindowForm(forms.Form):
    days_after = forms.IntegerField(
        label="月末后第几天截止",
        min_value=EARLIEST_DEADLINE,
        max_value=LATEST_DEADLINE,
        help_text="5：次月 5 日；0：当月最后一天；-5：月末前 5 天",
        error_messages={"required": "请填天数。", "invalid": "请填整数。"},
    )
    reason = reason_field("请写明修改的原因。", label="修改原因", help_text="例如：文件号；会进入历史")


class StageRulesForm(forms.Form):
    proven = forms.TypedMultipleChoiceField(
        label="须有佐证的节点",
        choices=Stage.choices,
        coerce=Stage,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = reason_field("请写明修改的原因。", label="修改原因", help_text="例如：文件号；会进入历史")
