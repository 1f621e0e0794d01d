"""Why one change of the history is taken back."""

from django import forms


class UndoForm(forms.Form):
    reason = forms.CharField(
        label="撤销原因",
        max_length=200,
        help_text="会作为一次新的变更进入历史记录",
        error_messages={"required": "撤销须写明原因。"},
    )
