"""The opening balance of a project's year: up to which month, how much, and why."""

from datetime import date
from typing import Any

from django import forms

from projects.forms.fields import MoneyField, month_field, reason_field

WHY = "例如：来自统计部门 2024 年 8 月报表；会进入项目的历史"


class _CorrectingForm(forms.Form):
    """What only the office may say: why a sealed month changes."""

    reason = reason_field("请写明来源和原因。", label="来源和原因", help_text=WHY)
    correction = forms.CharField(label="更正原因（月份已封存时必填）", max_length=200, required=False)

    def __init__(self, *args: Any, is_keeper: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_keeper:
            del self.fields["correction"]


class OpeningForm(_CorrectingForm):
    month = month_field("累计到哪个月", help_text="1月至这个月的合计；这些月份不再逐月填报")
    amount = MoneyField(
        label="期初累计完成投资（亿元）",
        error_messages={"required": "请填写金额；不知道的就不登记，不要填 0。"},
        help_text="也可以写单位，如 1200万；计入全年累计，不计入任何一个月",
    )
    accepted = MoneyField(label="其中列统投资（亿元）", required=False)
    field_order = ["month", "amount", "accepted", "reason", "correction"]

    def clean_month(self) -> date:
        day: date = self.cleaned_data["month"]
        return day.replace(day=1)

    def __init__(self, *args: Any, is_keeper: bool, **options: Any) -> None:
        """`is_keeper`: the office, which alone records what the statistics accept."""
        super().__init__(*args, is_keeper=is_keeper, **options)
        del self.fields["amount"].widget.attrs["placeholder"]  # it is never left empty
        if not is_keeper:
            del self.fields["accepted"]


class WithdrawOpeningForm(_CorrectingForm):
    """Why it is taken back."""
