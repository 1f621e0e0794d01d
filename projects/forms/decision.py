"""Forms of the ledger of decisions (督办)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from projects.forms.attachment import DocumentsInput
from projects.forms.evidence import ACCEPT, FilesField
from projects.forms.fields import DayField, DayInput, LinesField
from projects.models import Decision, Organisation
from projects.vocabulary import DecisionSource


class DecisionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new decision: what is to be done, by which unit, until when."""

    text = LinesField(label="督办事项", widget=forms.Textarea({"rows": 3}), max_length=1000)

    class Meta:
        model = Decision
        fields = ["text", "organisation", "person", "due_on", "source", "occasion"]
        field_classes = {"due_on": DayField}
        widgets = {"due_on": DayInput()}
        help_texts = {"occasion": "例如：10 月调度会；可以不填"}

    def __init__(self, data: Any, *, instance: Decision, organisations: Iterable[Organisation]) -> None:
        super().__init__(data, instance=instance, auto_id="decision_%s")
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Organisation.objects.filter(pk__in=[unit.pk for unit in organisations])
        choice.empty_label = "请选择"
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)
        source.choices = [(code.value, code.label) for code in DecisionSource if code != DecisionSource.RULE]


class SubjectForm(forms.Form):
    """What a new decision is given for: parameters of the address."""

    project = forms.IntegerField(required=False, min_value=1)
    problem = forms.IntegerField(required=False, min_value=1)
    whole = forms.IntegerField(required=False, min_value=1)
    number = forms.CharField(required=False, max_length=500)


class AnswerForm(forms.Form):
    """What was done, with files where the decision belongs to a project."""

    text = LinesField(label="办理情况", widget=forms.Textarea({"rows": 3}), max_length=2000)
    documents = FilesField(
        label="佐证（可选）",
        widget=DocumentsInput({"accept": ACCEPT}),
        help_text="PDF 或照片，存为项目的附件",
        max_length=200,
        required=False,
        allow_empty_file=True,
    )

    def __init__(self, data: Any = None, files: Any = None, *, act: str, has_project: bool) -> None:
        super().__init__(data, files, auto_id=f"{act}_%s")
        if not has_project:
            del self.fields["documents"]


class JudgeForm(forms.Form):
    """Why a decision is closed or sent back."""

    text = LinesField(label="说明", widget=forms.Textarea({"rows": 2}), max_length=2000)

    def __init__(self, data: Any = None, *, act: str) -> None:
        super().__init__(data, auto_id=f"{act}_%s")


class ExtendForm(forms.Form):
    """A later deadline and why."""

    due_on = DayField(label="延期到", widget=DayInput())
    text = LinesField(label="原因", widget=forms.Textarea({"rows": 2}), max_length=2000)

    def __init__(self, data: Any = None, *, now: date) -> None:
        """`now`: the present deadline."""
        super().__init__(data, auto_id="extend_%s")
        self.fields["due_on"].widget.attrs["min"] = now.isoformat()
