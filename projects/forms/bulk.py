"""Forms of changes to many projects at once: which projects, which stage and when, which facts, which list."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from projects.columns import PROJECTS
from projects.forms.fields import OTHER_CENTURY, ChosenField
from projects.forms.milestone import NO_DAY, ReachForm
from projects.forms.project import (
    FACTS,
    HANDED_ON,
    WHY,
    HandedOnField,
    ListingForm,
    ProjectForm,
)
from projects.models import Listing
from projects.models.constraints import FIRST_YEAR, LAST_YEAR
from projects.models.organisation import OrganisationQuerySet
from projects.rules import periods
from projects.rules.broken import RuleBroken
from projects.vocabulary import Level, Precision, Stage

_SHARED = frozenset(column.key for column in PROJECTS if column.shared)
ASSIGNED = ("organisation", "industry", "town", *(name for name in FACTS if name in _SHARED))
UNCHANGED = "不改"
NO_LINE = "没有填日期。"
LONGEST_COLUMN = 40_000

type Period = tuple[date, Precision]


class ChosenForm(forms.Form):
    """The projects that the page is about."""

    projects = ChosenField()


def _reason(*, required: bool = True) -> forms.CharField:
    label = "变更原因" if required else "说明（可选）"
    return forms.CharField(
        label=label,
        max_length=200,
        required=required,
        help_text=WHY if required else "会进入每个项目的历史记录",
    )


class MoveForm(forms.Form):
    """The projects reached a stage: all on one day, or each on its own day, pasted as a column."""

    stage = forms.ChoiceField(label="移动到", choices=Stage.choices)
    on = ReachForm.base_fields["on"]
    precision = ReachForm.base_fields["precision"]
    days = forms.CharField(
        label="或粘贴一列日期",
        max_length=LONGEST_COLUMN,
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 3, "placeholder": "2024-03-15\n2024年3月\n2024年一季度"}),
        help_text="从 Excel 复制，一行一个，按下面的次序；粘贴后不用上面的日期",
    )
    reason = _reason(required=False)

    def __init__(self, *args: Any, count: int, today: date, **options: Any) -> None:
        """`count`: number of projects. `today`: its year is used for lines without a year."""
        super().__init__(*args, **options)
        self.fields["on"].required = False
        self.count, self.today = count, today

    def clean_stage(self) -> Stage:
        return Stage(self.cleaned_data["stage"])

    def clean_precision(self) -> Precision:
        return Precision(self.cleaned_data["precision"])

    def clean_days(self) -> list[Period | str]:
        """The day of each project; faults name the line that cannot be read. Empty when nothing was pasted."""
        pasted = self.cleaned_data["days"]
        if not pasted.strip():
            return []
        lines = pasted.splitlines()
        while len(lines) > self.count and not lines[-1].strip():
            lines.pop()
        if len(lines) != self.count:
            raise ValidationError(f"共 {self.count} 个项目，粘贴了 {len(lines)} 行，请逐行对应。")
        return [self._read(line) for line in lines]

    def _read(self, line: str) -> Period | str:
        if not line.strip():
            return NO_LINE
        try:
            on, precision = periods.parse_period(line, year=self.today.year)
        except RuleBroken as broken:
            return str(broken)
        return (on, precision) if FIRST_YEAR <= on.year <= LAST_YEAR else OTHER_CENTURY

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("days") == [] and "on" in cleaned and not cleaned["on"]:
            self.add_error("on", NO_DAY)
        return cleaned

    @property
    def periods(self) -> Sequence[Period | str]:
        """The period of each project."""
        data = self.cleaned_data
        return data["days"] or [(data["on"], data["precision"])] * self.count


class AssignForm(forms.Form):
    """Facts to set for many projects; an empty field leaves them unchanged."""

    handed_on = HandedOnField()
    reason = _reason()

    def __init__(self, *args: Any, organisations: OrganisationQuerySet, **options: Any) -> None:
        """`organisations`: the units that the user may assign."""
        super().__init__(*args, **options)
        judged = ProjectForm(organisations=organisations).fields
        for name in ASSIGNED:
            field = judged[name]
            field.required, field.help_text = False, ""
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = UNCHANGED
            self.fields[name] = field
        self.order_fields(["organisation", HANDED_ON, *ASSIGNED, "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.values:
            self.add_error(None, "请至少填写一项。")
        if cleaned.get(HANDED_ON) and not cleaned.get("organisation"):
            self.add_error(HANDED_ON, "没有换责任单位，不用填变更日期。")
        return cleaned

    @property
    def values(self) -> Mapping[str, Model | str]:
        """The filled-in values by field."""
        return {name: self.cleaned_data[name] for name in ASSIGNED if self.cleaned_data.get(name)}


class EnlistForm(ListingForm):
    """Put the projects on the list of a year."""

    reason = _reason()

    class Meta(ListingForm.Meta):
        model = Listing
        fields = ["year", "level", "category", "listed_on"]

    def clean_level(self) -> Level:
        return Level(self.cleaned_data["level"])
