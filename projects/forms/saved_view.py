"""What may be said about a saved view: its name, who finds it on the list, and its place."""

from django import forms

from projects.models import SavedView


class SavedViewForm(forms.ModelForm):  # type: ignore[type-arg]
    """The question itself is judged by the list's own filter."""

    class Meta:
        model = SavedView
        fields = ["name", "audience", "position"]
        labels = {"position": "排序（小的在前）"}
        help_texts = {"position": ""}


class NewViewForm(SavedViewForm):
    """Beside the list: a name and who finds it."""

    class Meta(SavedViewForm.Meta):
        fields = ["name", "audience"]
        widgets = {
            "name": forms.TextInput({"placeholder": "视图名称", "aria-label": "视图名称"}),
            "audience": forms.Select({"aria-label": "谁能看到"}),
        }
