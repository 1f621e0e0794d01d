"""Form of the star beside a project's name."""

from django import forms


class StarForm(forms.Form):
    """`starred`: 1 to follow the project, 0 to follow it no more."""

    starred = forms.TypedChoiceField(
        label="关注", choices=[("1", "关注"), ("0", "不再关注")], coerce=lambda value: value == "1"
    )
