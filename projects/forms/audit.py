"""What the page of the audit can be asked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from projects.forms.fields import DayField
from projects.vocabulary import AuditAct


class AuditQuestionForm(forms.Form):
    """`?words=&act=&since=&until=` of the audit."""

    words = forms.CharField(
        label="查找",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "姓名、登录名、地址、对象、内容"}),
    )
    act = forms.ChoiceField(label="类别", choices=[("", "全部类别"), *AuditAct.choices], required=False)
    since = DayField(label="从", required=False)
    until = DayField(label="到", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            raise ValidationError("“从”应不晚于“到”。")
        return cleaned
