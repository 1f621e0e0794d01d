"""The question to the manual."""

from django import forms


class ManualQuestionForm(forms.Form):
    """`?words=`."""

    words = forms.CharField(
        label="查找",
        max_length=100,
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": "如：退回、粘贴、锁定", "aria-label": "在手册里查找"}
        ),
    )
