"""What may be typed into the month's sheet: the month's amount or the year-to-date one, the other follows."""

from datetime import date
from typing import Any

from django import forms

from projects.forms.fields import LARGEST_KEY, DayField, MoneyField
from projects.rules import reporting
from projects.rules.broken import RuleBroken
from projects.rules.entries import CELLS
from projects.rules.merge import Conflict, Side
from projects.rules.money import SHEET_UNITS, MoneyUnit
from projects.rules.reporting import Background

KEEP = "keep-"
"""Before the name of a cell: whose value was chosen for it."""


class ReportRowForm(forms.Form):
    """One project's month; amounts in the sheet's unit or with their own, kept in whole yuan.

    `seen`, `shown`: the versions that the row was typed upon and that a choice was made upon.
    """

    invested = MoneyField(label="本月完成", required=False)
    year_to_date = MoneyField(label="年累计", required=False)
    unchanged = forms.BooleanField(label="无变化", required=False)
    progress = forms.CharField(label="形象进度", max_length=2000, required=False)
    next_step = forms.CharField(label="下一步打算", max_length=2000, required=False)
    needs_coordination = forms.CharField(label="需要协调", max_length=2000, required=False)
    seen = forms.IntegerField(required=False, max_value=LARGEST_KEY, widget=forms.HiddenInput)
    shown = forms.IntegerField(required=False, max_value=LARGEST_KEY, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, background: Background, unit: MoneyUnit = MoneyUnit.YI, **options: Any
    ) -> None:
        """`unit`: of amounts that are typed without one, and of those that are shown."""
        super().__init__(*args, **options)
        self.background = background
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                field.unit = unit
        self.conflict: Conflict | None = None

    @property
    def choices(self) -> dict[str, str]:
        """By cell whose value was chosen."""
        sent = {name: self.data.get(self.add_prefix(f"{KEEP}{name}")) for name in CELLS}
        return {name: choice for name, choice in sent.items() if choice in (Side.MINE, Side.THEIRS)}

    def contest(self, conflict: Conflict, version: int | None) -> None:
        """Show what there is to choose from; the next choice is made upon `version`."""
        self.conflict = conflict
        self.data = {
            **dict(self.data.items()),
            self.add_prefix("shown"): "" if version is None else str(version),
        }

    def clean(self) -> dict[str, Any]:
        """Month and year-to-date agree: typing one is enough, typing both must be the same fact."""
        cleaned = super().clean() or self.cleaned_data
        typed, year = cleaned.get("invested"), cleaned.get("year_to_date")
        if year is not None:
            try:
                cleaned["invested"] = reporting.month_amount(typed, year, self.background)
            except RuleBroken as broken:
                self.add_error("year_to_date", str(broken))
        if cleaned.get("unchanged") and cleaned.get("invested"):
            self.add_error("unchanged", reporting.UNCHANGED_WITH_AMOUNT)
        return cleaned


class MonthUnitForm(forms.Form):
    """The unit of money of the sheet that was sent, or that is wanted from now on."""

    unit = forms.TypedChoiceField(
        label="金额单位",
        choices=[(str(unit.value), unit.symbol) for unit in SHEET_UNITS],
        coerce=lambda value: MoneyUnit(int(value)),
    )


class MonthQuestionForm(forms.Form):
    """Which rows of the month a page shows; `only`: numbers of projects, as the page's own links word them."""

    ROWS = [("", "全部项目"), ("unfilled", "未填的"), ("doubtful", "有疑问的"), ("returned", "被退回的")]

    ORDERS = [
        ("", "按单位"),
        ("name", "按名称拼音"),
        ("total", "按总投资"),
        ("last", "按上月完成"),
        ("invested", "按本月完成"),
        ("year", "按年累计"),
    ]

    q = forms.CharField(
        label="查找项目",
        max_length=100,
        required=False,
        widget=forms.SearchInput({"placeholder": "名称、企业、代码、拼音首字母", "aria-label": "查找项目"}),
    )
    rows = forms.ChoiceField(
        label="显示", choices=ROWS, required=False, widget=forms.Select({"aria-label": "显示哪些项目"})
    )
    sort = forms.ChoiceField(
        label="排列", choices=ORDERS, required=False, widget=forms.Select({"aria-label": "按什么排列"})
    )
    only = forms.RegexField(r"^[0-9]{1,18}(,[0-9]{1,18}){0,99}$", max_length=2000, required=False)

    @property
    def chosen(self) -> frozenset[int]:
        return frozenset(int(number) for number in self.cleaned_data["only"].split(",") if number)


class ReviewForm(forms.Form):
    """What the office says with its decision: why a report goes back, why a sealed month changes."""

    reason = forms.CharField(label="退回原因（退回时必填）", max_length=400, required=False)
    correction = forms.CharField(label="更正原因（月份已封存时必填）", max_length=200, required=False)


class ReopeningForm(forms.Form):
    """Why a unit wants to write a month again."""

    reason = forms.CharField(
        label="申请原因", max_length=400, error_messages={"required": "请写明申请重开的原因。"}
    )


class ReopeningDecisionForm(forms.Form):
    """Until when a month is open again; empty refuses."""

    until = DayField(label="开放至（不同意则留空）", required=False)

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        return until
