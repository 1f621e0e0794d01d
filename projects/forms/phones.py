"""Whether an export shall hold telephone numbers."""

from django import forms


class PhonesForm(forms.Form):
    """`?phones=on`: they are masked unless they are asked for."""

    phones = forms.BooleanField(label="含联系电话（会留下记录）", required=False)
