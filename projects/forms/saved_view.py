"""Form of a saved view: its name, who is offered it, and its position."""

from typing import Any

from django import forms

from projects.models import SavedView

LONGEST_QUESTION = SavedView._meta.get_field("query").max_length or 0


class SavedViewForm(forms.ModelForm):  # type: ignore[type-arg]
    """The question itself is judged by the list's own filter."""

    class Meta:
        model = SavedView
        fields = ["name", "audience", "position"]
        labels = {"position": "排序（小的在前）"}
        help_texts = {"position": ""}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if len(self.instance.query) > LONGEST_QUESTION:
            self.add_error(None, "列表的条件太多，不能保存为视图。")
        return cleaned


class NewViewForm(SavedViewForm):
    """Beside the list: a name and who finds it."""

    class Meta(SavedViewForm.Meta):
        fields = ["name", "audience"]
        widgets = {
            "name": forms.TextInput({"placeholder": "视图名称", "aria-label": "视图名称"}),
            "audience": forms.Select({"aria-label": "谁能看到"}),
        }
