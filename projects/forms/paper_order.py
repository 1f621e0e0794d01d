"""Form that asks for papers: day, list, unit, basis, and which papers."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from projects.forms.fields import DayField
from projects.forms.questions import ALL_LEVELS, LEDGER, level_or_all_choices
from projects.models import Bulletin, Organisation, TableLayout
from projects.models.reach import DISTRICT, Reach
from projects.rules.layouts import COLUMNS, USUAL
from projects.templatetags.formats import day, level_name
from projects.vocabulary import Level, PaperKind

SEALED = "sealed"
NOT_SEALED = "{}的{}没有封存，请改选台账，或选已封存的：{}。"
NOTHING_SEALED = "这个范围还没有封存过月份，请改选台账。"
OFFERED = 6
"""Sealed days that a refusal names."""


class PaperOrderForm(forms.Form):
    """`asked` of a valid form are the terms of `actions.papers.order_papers`."""

    as_of = DayField(label="截至", help_text="选月末，就是那个月的材料")
    basis = forms.ChoiceField(
        label="口径",
        choices=[(SEALED, "封存"), (LEDGER, "台账")],
        help_text="封存：用那个月封存的数字；台账：用现在的台账，数字定在提交的这一刻",
    )
    level = forms.ChoiceField(label="范围", choices=level_or_all_choices)
    organisation = forms.TypedChoiceField(label="单位", coerce=int, empty_value=None, required=False)
    layout = forms.ModelChoiceField(
        label="调度表的版式", queryset=TableLayout.objects.all(), required=False, empty_label="常用的列"
    )
    phones = forms.BooleanField(
        label="含联系电话",
        required=False,
        help_text="版式里有“联系电话”一列时写全号码，会留下记录；不选则只写一部分",
    )
    kinds = forms.MultipleChoiceField(
        label="要哪些材料",
        choices=PaperKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一种材料。"},
    )

    def __init__(
        self, data: Any, *, readable: Sequence[Organisation], reach: Reach, today: date, takes_phones: bool
    ) -> None:
        """`readable`: units that one may ask for; `reach`: whether one may ask for the district;
        `takes_phones`: whether one may ask for telephone numbers."""
        seal = Bulletin.objects.month_seals(Level.CITY, by=today).first()
        ended = today.replace(day=1) - timedelta(days=1)
        super().__init__(
            data,
            initial={
                "as_of": (seal.as_of if seal else ended).isoformat(),
                "basis": SEALED if seal else LEDGER,
                "level": Level.CITY.value,
                "kinds": [PaperKind.BULLETIN],
            },
        )
        self.today, self.units = today, {unit.pk: unit for unit in readable if not unit.is_district}
        offered: list[tuple[Any, str]] = [(unit.pk, unit.name) for unit in self.units.values()]
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全区"), *offered] if reach == DISTRICT else offered
        field.required = reach != DISTRICT
        if not takes_phones:
            del self.fields["phones"]
        self.bulletin: Bulletin | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        as_of = cleaned.get("as_of")
        if as_of and as_of > self.today:
            self.add_error("as_of", f"截至日不能晚于今天（{day(self.today)}）。")
        elif as_of and cleaned.get("basis") == SEALED and "level" in cleaned:
            self._find_seal(as_of, self._level(cleaned))
        return cleaned

    def _find_seal(self, as_of: date, level: str) -> None:
        seals = Bulletin.objects.month_seals(level, by=self.today)
        self.bulletin = seals.filter(as_of=as_of).first()
        if self.bulletin is None:
            days = [day(seal.as_of) for seal in seals.defer("content")[:OFFERED]]
            fault = NOT_SEALED.format(day(as_of), level_name(level), "、".join(days))
            self.add_error("basis", fault if days else NOTHING_SEALED)

    @staticmethod
    def _level(cleaned: dict[str, Any]) -> str:
        level: str = cleaned["level"]
        return "" if level == ALL_LEVELS else level

    @property
    def asked(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "kinds": [PaperKind(kind) for kind in cleaned["kinds"]],
            "as_of": cleaned["as_of"],
            "level": self._level(cleaned),
            "organisation": self.units.get(cleaned["organisation"]),
            "bulletin": self.bulletin,
            "columns": cleaned["layout"].columns if cleaned["layout"] else [],
            "with_phones": cleaned.get("phones", False),
        }

    @property
    def controls(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "kinds"]


class LayoutForm(forms.Form):
    """A title, and for each column its place; a column without a place is left out."""

    title = forms.CharField(
        label="版式的名称", max_length=30, error_messages={"required": "请写版式的名称。"}
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for key, heading in COLUMNS.items():
            self.fields[key] = forms.IntegerField(
                label=heading,
                min_value=1,
                max_value=99,
                required=False,
                initial=USUAL.index(key) + 1 if key in USUAL else None,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.columns:
            self.add_error(None, "请至少给一列写上顺序。")
        return cleaned

    @property
    def columns(self) -> list[str]:
        """The keys by their places; of equal places the usual order decides."""
        placed = [key for key in COLUMNS if self.cleaned_data.get(key)]
        return sorted(placed, key=lambda key: int(self.cleaned_data[key]))
