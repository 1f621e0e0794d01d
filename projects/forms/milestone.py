"""Forms of a stage: reached, planned, postponed, taken back, skipped."""

from django import forms

from projects.forms.evidence import ACCEPT, FilesField, FilesInput
from projects.forms.fields import CauseForm, DayField, cause_field, reason_field
from projects.vocabulary import Precision

NO_DAY = "请填写日期：只有准确程度、没有日期无法登记。"
PLAN_PRECISIONS = [(item.value, item.label) for item in Precision if item is not Precision.NOT_LATER]


def _day(label: str) -> forms.DateField:
    return DayField(label=label, error_messages={"required": NO_DAY})


class ReachForm(forms.Form):
    """The stage was reached: a day and its precision."""

    on = _day("实际日期")
    precision = forms.ChoiceField(label="准确到", choices=Precision.choices, initial=Precision.DAY)
    note = forms.CharField(label="说明（可选）", max_length=400, required=False)
    evidence = FilesField(
        label="照片或证照（可选）", required=False, widget=FilesInput({"accept": ACCEPT}), max_length=200
    )

    def clean_precision(self) -> Precision:
        return Precision(self.cleaned_data["precision"])


class PlanForm(forms.Form):
    """The stage is planned to be reached by the end of a period."""

    on = _day("计划日期")
    precision = forms.ChoiceField(label="准确到", choices=PLAN_PRECISIONS, initial=Precision.MONTH)
    note = forms.CharField(label="依据（可选）", max_length=400, required=False)

    def clean_precision(self) -> Precision:
        return Precision(self.cleaned_data["precision"])


class PostponeForm(CauseForm, PlanForm):
    """The plan moves to a later day, for one of the coded reasons."""

    on = _day("推迟到")
    cause = cause_field("推迟计划必须选择原因。")
    field_order = ["on", "precision", "cause", "note"]


class ExplainForm(CauseForm):
    """Why the stage is late, by one of the coded reasons; the plan stays."""

    cause = cause_field("请选择晚于计划的原因。")
    field_order = ["cause", "note"]


class WhyForm(forms.Form):
    """A change that needs only a reason: take back, skip."""

    reason = reason_field("请写明原因。")


def _correction() -> forms.CharField:
    """The field of the office for the reason of changing a sealed month."""
    return forms.CharField(
        label="更正原因",
        max_length=200,
        required=False,
        help_text="只在改动已封存的月份时填写；会写入历史记录",
    )


class ReachCorrectionForm(ReachForm):
    correction = _correction()


class WhyCorrectionForm(WhyForm):
    correction = _correction()
