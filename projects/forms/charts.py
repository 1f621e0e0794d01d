"""What the wall, the board and the calendar are asked besides the conditions of the list."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from projects.models.constraints import FIRST_YEAR, LAST_YEAR
from projects.vocabulary import Lane


class MonthField(forms.DateField):
    """A month as `2024-09`; its first day, None where none is asked for."""

    def __init__(self, **options: Any) -> None:
        messages = {"invalid": "请写成 2024-09 这样的年月。"}
        super().__init__(input_formats=["%Y-%m"], required=False, error_messages=messages, **options)

    def to_python(self, value: Any) -> date | None:
        month = super().to_python(value)
        return _of_sane_year(month)


class WallForm(forms.Form):
    """`?since=2024-01`: the first month of the axis."""

    since = MonthField(label="起始月份")


class BoardForm(forms.Form):
    """`?lane=building`: one lane, whole."""

    lane = forms.ChoiceField(label="列", required=False, choices=Lane)


class CalendarForm(forms.Form):
    """`?month=2024-09&day=2024-09-30`: the month, and a day of it to open."""

    month = MonthField(label="月份")
    day = forms.DateField(label="日期", required=False, input_formats=["%Y-%m-%d"])

    def clean_day(self) -> date | None:
        return _of_sane_year(self.cleaned_data["day"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, month = cleaned.get("day"), cleaned.get("month")
        if day and month and (day.year, day.month) != (month.year, month.month):
            self.add_error("day", "日期应在所选的月份内。")
        return cleaned


def _of_sane_year(day: date | None) -> date | None:
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。")
    return day
