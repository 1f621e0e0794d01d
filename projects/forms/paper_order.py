"""Form that asks for papers: day, list, unit, basis, and which papers."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from projects.forms.fields import DayField
from projects.forms.questions import ALL_LEVELS, LEDGER, level_or_all_choices
from projects.models import Bulletin, Organisation
from projects.models.reach import DISTRICT, Reach
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
    kinds = forms.MultipleChoiceField(
        label="要哪些材料",
        choices=PaperKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一种材料。"},
    )

    def __init__(self, data: Any, *, readable: Sequence[Organisation], reach: Reach, today: date) -> None:
        """`readable`: units that one may ask for; `reach`: whether one may ask for the district."""
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
        }

    @property
    def controls(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "kinds"]
