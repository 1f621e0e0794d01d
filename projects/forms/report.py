"""What may be typed into the month's sheet: the month's amount or the year-to-date one, the other follows."""

from typing import Any

from django import forms

from projects.forms.fields import DayField, MoneyField, VersionField
from projects.forms.merging import KEEP
from projects.rules import reporting
from projects.rules.broken import RuleBroken
from projects.rules.entries import CELLS
from projects.rules.merge import Conflict, Side
from projects.rules.money import MoneyUnit
from projects.rules.reporting import Background


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
    explanation = forms.CharField(label="金额说明", max_length=200, required=False)
    seen = VersionField()
    shown = VersionField()

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
        if "invested" in cleaned and "explanation" in cleaned:
            self._demand_words(cleaned)
        return cleaned

    def _demand_words(self, cleaned: dict[str, Any]) -> None:
        """An amount that is beyond all measure is kept with a reason in words; words for an earlier amount go."""
        stood: str = self.initial.get("explanation") or ""
        if self.add_prefix("explanation") not in self.data:
            cleaned["explanation"] = stood
        if cleaned["invested"] == self.initial.get("invested"):
            return
        if why := reporting.to_explain(cleaned["invested"], self.background):
            if not cleaned["explanation"]:
                self.add_error("explanation", why)
        elif cleaned["explanation"] == stood:
            cleaned["explanation"] = ""

    @property
    def asks_words(self) -> bool:
        """Whether the amount has to be explained, or was."""
        return bool(self["explanation"].value() or self["explanation"].errors)


class MonthQuestionForm(forms.Form):
    """Which rows of the month a page shows; `only`: numbers of projects, as the page's own links word them."""

    ROWS = [
        ("", "全部"),
        ("unfilled", "未填"),
        ("doubtful", "有疑问"),
        ("returned", "被退回"),
        ("coordinated", "需协调"),
    ]

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
        widget=forms.SearchInput(
            {"placeholder": "名称、企业、代码、拼音首字母", "aria-label": "查找项目", "data-sheet": "find"}
        ),
    )
    rows = forms.ChoiceField(label="显示", choices=ROWS, required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(
        label="排列", choices=ORDERS, required=False, widget=forms.Select({"aria-label": "按什么排列"})
    )
    only = forms.RegexField(r"^[0-9]{1,18}(,[0-9]{1,18}){0,99}$", max_length=2000, required=False)

    @property
    def chosen(self) -> frozenset[int]:
        return frozenset(int(number) for number in self.cleaned_data["only"].split(",") if number)


class ReviewForm(forms.Form):
    """What the office says with its decision: why a report goes back, why a sealed month changes."""

    reason = forms.CharField(
        label="退回原因（退回时必填）",
        max_length=400,
        required=False,
        error_messages={"required": "退回须写明原因。"},
    )
    correction = forms.CharField(label="更正原因（月份已封存时必填）", max_length=200, required=False)

    def __init__(self, data: Any, *, returns: bool = False) -> None:
        """`returns`: reports go back, so a reason is needed."""
        super().__init__(data)
        self.fields["reason"].required = returns


class ReopeningForm(forms.Form):
    """Why a unit wants to write a month again."""

    reason = forms.CharField(
        label="申请原因", max_length=400, error_messages={"required": "请写明申请重开的原因。"}
    )


class ReopeningDecisionForm(forms.Form):
    """Until when a month is open again, or why it is not."""

    until = DayField(label="同意，可改至", required=False)
    answer = forms.CharField(label="不同意的理由（对方会收到）", max_length=400, required=False)

    def __init__(self, data: Any, *, key: int | None = None) -> None:
        """`key`: of the request, since a page has several of these forms."""
        super().__init__(data, auto_id=f"request{key or ''}_%s")
