"""Questions: the address parameters of a page, validated like a form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from projects.forms.fields import DayField
from projects.models import Industry, Organisation
from projects.models.constraints import FIRST_YEAR, LAST_YEAR
from projects.models.reach import DISTRICT, Reach, UnitAndBelow
from projects.rules.periods import wording
from projects.vocabulary import Indicator, Level, OrganisationKind, Precision, level_choices

ALL_LEVELS = "all"
BY_UNIT, BY_INDUSTRY = "organisation", "industry"
AS_PUBLISHED, LEDGER = "published", "ledger"
LARGEST_PAGE = 200
TOWN_KINDS = (OrganisationKind.TOWN, OrganisationKind.SUBDISTRICT)


def level_or_all_choices() -> list[tuple[str, str]]:
    """One of the lists, or all projects."""
    return [*level_choices(), (ALL_LEVELS, "全部项目")]


@dataclass(frozen=True, slots=True)
class Asked:
    """A valid completion question. `as_of` None: the newest day with published numbers."""

    year: int | None
    as_of: date | None
    level: str
    organisation: Organisation | None
    whose: Reach
    town: Organisation | None
    industry: Industry | None
    known_at: datetime | None
    by: str
    rank_by: str
    basis: str


class CompletionQuestion(forms.Form):
    """`?year=&as_of=&level=&organisation=&town=&industry=&known_at=&by=&rank_by=&basis=`; all are optional."""

    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    as_of = DayField(label="截至", required=False)
    level = forms.ChoiceField(label="范围", choices=level_or_all_choices, required=False)
    organisation = forms.TypedChoiceField(label="单位", coerce=int, empty_value=None, required=False)
    town = forms.TypedChoiceField(label="镇街", coerce=int, empty_value=None, required=False)
    industry = forms.ModelChoiceField(
        label="产业", queryset=Industry.objects.all(), required=False, empty_label="全部"
    )
    known_at = DayField(label="当时所知", required=False, help_text="只用这一天结束前录入的内容")
    by = forms.ChoiceField(
        label="分组", choices=[(BY_UNIT, "按单位"), (BY_INDUSTRY, "按产业")], required=False
    )
    rank_by = forms.ChoiceField(label="排名依据", choices=Indicator.choices, required=False)
    basis = forms.ChoiceField(
        label="口径",
        choices=[(AS_PUBLISHED, "公布"), (LEDGER, "台账")],
        required=False,
        help_text="公布：截至日已封存或公布的，按封存时的数字；台账：按现在的台账",
    )

    main: tuple[str, ...] = ("year", "as_of", "level", "organisation")

    def __init__(self, data: Any, *, readable: Sequence[Organisation], reach: Reach, today: date) -> None:
        """`readable`: units that the reader may request. `reach`: the scope when no unit is named."""
        super().__init__(data)
        self.readable, self.reach, self.today = readable, reach, today
        self.home = reach.unit if isinstance(reach, UnitAndBelow) else None
        self.units = {unit.pk: unit for unit in readable}
        self.offered = [unit for unit in readable if not unit.is_district]
        below = [(unit.pk, unit.name) for unit in self.offered]
        towns = [(unit.pk, unit.name) for unit in readable if unit.kind in TOWN_KINDS]
        self._choose("organisation", [("", "全区"), *below] if reach == DISTRICT else below)
        self._choose("town", [("", "全部"), *towns])

    def _choose(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        year, as_of = cleaned.get("year"), cleaned.get("as_of")
        if year and as_of and year != as_of.year:
            self.add_error("as_of", f"截至日应在 {year} 年内。")
        if as_of and as_of > self.today:
            self.add_error("as_of", f"截至日不能晚于今天（{_words(self.today)}），以后的日期只有计划。")
        elif year and year > self.today.year:
            self.add_error("year", f"{year} 年还没有开始，最晚只能看到今天（{_words(self.today)}）。")
        if (known := cleaned.get("known_at")) and known > self.today:
            self.add_error("known_at", f"“当时所知”不能晚于今天（{_words(self.today)}）。")
        return cleaned

    @property
    def asked(self) -> Asked:
        cleaned = self.cleaned_data
        level, as_of = cleaned["level"] or Level.CITY, cleaned["as_of"]
        organisation = self.units.get(cleaned["organisation"], self.home)
        return Asked(
            year=cleaned.get("year") or (as_of.year if as_of else None),
            as_of=as_of,
            level="" if level == ALL_LEVELS else level,
            organisation=organisation,
            whose=self.reach if organisation is None else UnitAndBelow(organisation),
            town=self.units.get(cleaned["town"]),
            industry=cleaned["industry"],
            known_at=_end_of(cleaned["known_at"]),
            by=cleaned["by"] or BY_UNIT,
            rank_by=cleaned["rank_by"] or Indicator.INVESTED,
            basis=cleaned["basis"] or AS_PUBLISHED,
        )

    def shown(self, year: int, as_of: date, **days: date) -> "CompletionQuestion":
        """The question with its defaults filled in, as the controls of the page show it; `days`: others by field."""
        asked = self.asked
        filled = {
            **{name: value for name, value in self.data.items() if name in self.fields and value},
            "year": year,
            "as_of": as_of.isoformat(),
            "level": asked.level or ALL_LEVELS,
            "organisation": asked.organisation.pk if asked.organisation else "",
            "by": asked.by,
            "rank_by": asked.rank_by,
            "basis": asked.basis,
            **{name: day.isoformat() for name, day in days.items()},
        }
        return type(self)(filled, readable=self.readable, reach=self.reach, today=self.today)

    @property
    def main_controls(self) -> list[forms.BoundField]:
        return [self[name] for name in self.main]

    @property
    def more_controls(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.main]

    @property
    def faults_unseen(self) -> list[str]:
        """Errors of conditions that only the full form shows."""
        return [str(fault) for field in self.more_controls for fault in field.errors]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters outside the main controls, for a form that shows only those."""
        return [(field.name, field.data) for field in self.more_controls if field.data]


class ComparisonQuestion(CompletionQuestion):
    """`?against=` besides: the earlier day. The year is that of each day. `rank_by`: the number to be explained."""

    against = DayField(label="对比", required=False, help_text="留空为上次封存的月份，没有封存的为上月末")

    main = ("level", "organisation", "against", "as_of")

    def __init__(self, data: Any, *, readable: Sequence[Organisation], reach: Reach, today: date) -> None:
        super().__init__(data, readable=readable, reach=reach, today=today)
        del self.fields["year"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        against, as_of = cleaned.get("against"), cleaned.get("as_of")
        if against and against > self.today:
            self.add_error("against", f"对比日不能晚于今天（{_words(self.today)}）。")
        elif against and as_of and against >= as_of:
            self.add_error("against", "对比日应早于截至日。")
        return cleaned


class RegisterQuestion(CompletionQuestion):
    """`?as_of=&known_at=&level=&organisation=&town=&industry=&q=` of the register as it was; today where no day is."""

    q = forms.CharField(
        label="名称、企业",
        max_length=100,
        required=False,
        widget=forms.SearchInput({"placeholder": "名称、企业"}),
    )

    main = ("as_of", "known_at", "level", "organisation", "industry", "q")

    def __init__(self, data: Any, *, readable: Sequence[Organisation], reach: Reach, today: date) -> None:
        super().__init__(data, readable=readable, reach=reach, today=today)
        del self.fields["year"]

    @property
    def asked(self) -> Asked:
        """Of all projects unless a list is named, and of the register, whatever was sealed of the day."""
        asked = super().asked
        level = asked.level if self.cleaned_data["level"] else ""
        return replace(asked, level=level, as_of=asked.as_of or self.today, year=None, basis=LEDGER)


class PageQuestion(forms.Form):
    """`?page=&page_size=` of a list for other systems."""

    page = forms.IntegerField(label="第几页", min_value=1, required=False)
    page_size = forms.IntegerField(label="每页多少", min_value=1, max_value=LARGEST_PAGE, required=False)


def _words(day: date) -> str:
    return wording(day, Precision.DAY)


def _end_of(day: date | None) -> datetime | None:
    """The last moment of the day."""
    return None if day is None else timezone.make_aware(datetime.combine(day, time.max))
