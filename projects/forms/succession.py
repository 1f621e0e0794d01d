"""Forms of a split and of a merger."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from projects.forms.fields import LONGEST_AMOUNT, DayField, reason_field
from projects.models import Project
from projects.models.project import ProjectQuerySet
from projects.rules import money
from projects.rules.broken import RuleBroken, demand_length
from projects.rules.money import MoneyUnit

PARTING = re.compile(r"[\t,，]")
"""What stands between the name of a part and its investment."""
MOST_PARTS = 20
WHY = "例如：分期建设的批文号；会进入各项目的历史"
LONGEST_NAME = Project._meta.get_field("name").max_length or 200


class SplitForm(forms.Form):
    """The parts, a line each: the name, and perhaps its total investment."""

    parts = forms.CharField(
        label="拆分为",
        max_length=MOST_PARTS * (LONGEST_NAME + LONGEST_AMOUNT),
        widget=forms.Textarea({"rows": 4, "placeholder": "某某项目一期，3.2\n某某项目二期，6000万元"}),
        help_text="一行一个：名称，总投资（亿元，可不写）",
    )
    on = DayField(label="从哪天起", help_text="原项目计到前一天，拆分出的项目从这一天起计")
    reason = reason_field("请写明原因。", help_text=WHY)

    def clean_parts(self) -> list[tuple[str, int | None]]:
        lines = [line.strip() for line in self.cleaned_data["parts"].splitlines() if line.strip()]
        if len(lines) > MOST_PARTS:
            raise ValidationError(f"一次最多拆分为 {MOST_PARTS} 个项目。")
        return [self._part(line) for line in lines]

    def _part(self, line: str) -> tuple[str, int | None]:
        name, _, amount = (part.strip() for part in _parted(line))
        if not name:
            raise ValidationError(f"“{line[:20]}”没有写项目名称。")
        try:
            demand_length(name, LONGEST_NAME, "项目名称")
            demand_length(amount, LONGEST_AMOUNT, "金额")
            read = money.parse_optional(amount, MoneyUnit.YI)
        except RuleBroken as broken:
            raise ValidationError(f"{name[:20]}：{broken}") from broken
        if read is not None and read.yuan is None:
            raise ValidationError(f"{name}：总投资请填人民币。")
        return name, None if read is None else read.yuan


def _parted(line: str) -> tuple[str, str, str]:
    found = PARTING.search(line)
    return (line[: found.start()], found.group(), line[found.end() :]) if found else (line, "", "")


class MergeForm(forms.Form):
    """The project that goes on, by its full name."""

    into = forms.CharField(label="并入哪个项目", max_length=LONGEST_NAME, help_text="写项目全称，须已登记")
    is_new = forms.BooleanField(
        label="它是为这次合并新登记的，从这一天起才计入",
        required=False,
    )
    on = DayField(label="从哪天起", help_text="本项目计到前一天，已报投资仍计入当年合计")
    reason = reason_field("请写明原因。", help_text=WHY)

    def __init__(self, *args: Any, projects: ProjectQuerySet, **options: Any) -> None:
        """`projects`: those that the user may choose from."""
        super().__init__(*args, **options)
        self.projects = projects

    def clean_into(self) -> Project:
        found = list(self.projects.filter(name=self.cleaned_data["into"])[:2])
        if not found:
            raise ValidationError("没有这个名称的项目。")
        if len(found) > 1:
            raise ValidationError("有几个项目叫这个名称，请先改名区分。")
        return found[0]


class UndoSuccessionForm(forms.Form):
    reason = reason_field("请写明原因。", help_text=WHY)
