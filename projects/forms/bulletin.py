"""Form for sealing: the month and the list."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from projects.forms.questions import ALL_LEVELS, level_or_all_choices
from projects.models.constraints import FIRST_YEAR, LAST_YEAR
from projects.rules import periods
from projects.vocabulary import Indicator, Level

MONTHS = [(month, f"{month}月") for month in range(1, 13)]


@dataclass(frozen=True, slots=True)
class MonthAsked:
    """A month by its last day, and a list ("" = all projects)."""

    as_of: date
    level: str
    rank_by: str


class SealForm(forms.Form):
    """A month that has ended. `seen`: the fingerprint of the preview that the office has seen; `word`: what has to be
    typed to seal it.
    """

    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    month = forms.TypedChoiceField(label="月份", choices=MONTHS, coerce=int)
    level = forms.ChoiceField(label="范围", choices=level_or_all_choices)
    rank_by = forms.ChoiceField(label="排名依据", choices=Indicator.choices, required=False)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput())
    word = forms.CharField(label="确认", max_length=40, required=False)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    @classmethod
    def for_preview(cls, asked: Any, *, today: date) -> "SealForm":
        """The question of the preview; defaults are the newest month that has ended and the municipal list."""
        ended = today.replace(day=1) - timedelta(days=1)
        usual = {
            "year": ended.year,
            "month": ended.month,
            "level": Level.CITY.value,
            "rank_by": Indicator.INVESTED.value,
        }
        return cls({**usual, **{name: value for name, value in asked.items() if value}}, today=today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self._last_day(cleaned) >= self.today:
            raise ValidationError(f"{cleaned['year']}年{cleaned['month']}月还没有结束，不能封存。")
        if cleaned.get("rank_by") in _SIGNING and cleaned.get("level") != ALL_LEVELS:
            self.add_error("rank_by", "签约只在“全部项目”中统计，请换一个排名依据。")
        return cleaned

    @property
    def password(self) -> str:
        """What the writer types, so that nobody seals by one click: 封存2026年10月."""
        return f"封存{self.cleaned_data['year']}年{self.cleaned_data['month']}月"

    def check_word(self) -> bool:
        if "".join(self.cleaned_data["word"].split()) == self.password:
            return True
        self.add_error("word", f"请输入“{self.password}”，确认封存。")
        return False

    @staticmethod
    def _last_day(cleaned: dict[str, Any]) -> date:
        return periods.month_end(date(cleaned["year"], cleaned["month"], 1))

    @property
    def asked(self) -> MonthAsked:
        cleaned = self.cleaned_data
        level = cleaned["level"]
        return MonthAsked(
            as_of=self._last_day(cleaned),
            level="" if level == ALL_LEVELS else level,
            rank_by=cleaned["rank_by"] or Indicator.INVESTED,
        )

    def check_seen(self, fingerprint: str) -> bool:
        """Whether the numbers are still those of the preview; otherwise the form gets an error."""
        seen = self.cleaned_data["seen"]
        if seen and seen != fingerprint:
            self.add_error(None, "预览以后台账有了改动，下面是新的数字。请核对后再封存。")
        return not self.errors

    @property
    def controls(self) -> list[forms.BoundField]:
        return [self[name] for name in ("year", "month", "level", "rank_by")]


_SIGNING = (Indicator.SIGNED, Indicator.SIGNED_INVESTMENT)
