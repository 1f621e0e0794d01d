"""What the screen for meetings is asked besides the conditions of the completion page."""

from django import forms

LARGEST_PART = 1000


class ScreenForm(forms.Form):
    """`?mode=ranking&part=2`; anything else is the first page."""

    mode = forms.CharField(required=False, max_length=20)
    part = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_PART)

    @property
    def asked(self) -> tuple[str, int]:
        """The mode and the part; what makes no sense is the first page."""
        self.is_valid()
        return self.cleaned_data.get("mode") or "", self.cleaned_data.get("part") or 1
