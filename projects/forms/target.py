"""What may be written about targets: the grid of a year, and one target with its month, curve and reason."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from projects.forms.fields import LARGEST_KEY, MoneyField, reason_field
from projects.forms.project import INCOMPLETE
from projects.forms.questions import ALL_LEVELS, level_or_all_choices
from projects.models import Target
from projects.models.constraints import FIRST_YEAR, LAST_YEAR
from projects.models.target import MONTHS
from projects.rules.money import MoneyUnit
from projects.vocabulary import MONEY_INDICATORS, Indicator, Level

MOST_PROJECTS = 99_999
WHY_CHANGED = "例如：区委常委会调整年度任务；会进入历史记录"

type Cell = tuple[int | None, Indicator]
"""A place in the grid: the unit (None = the district) and the indicator."""

type Change = tuple[int | None, int | None]
"""The amount that the writer saw and the one that was typed; None is no target, or one of unknown amount."""


def amount_field(indicator: str, *, unit: MoneyUnit = MoneyUnit.YI, **options: Any) -> forms.Field:
    """Money in `unit` or with its own, otherwise a whole number of projects; empty is no amount, never 0."""
    if indicator in MONEY_INDICATORS:
        return MoneyField(unit=unit, required=False, **options)
    numeric = forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(min_value=0, max_value=MOST_PROJECTS, required=False, widget=numeric, **options)


class TargetsQuestion(forms.Form):
    """`?year=&level=`; what is left out is the `year` given and the municipal list."""

    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    level = forms.ChoiceField(label="范围", choices=level_or_all_choices, required=False)

    def __init__(self, data: Mapping[str, Any], *, year: int) -> None:
        asked = {name: value for name, value in data.items() if value}
        super().__init__({"year": year, "level": Level.CITY.value, **asked})

    @property
    def level_code(self) -> str:
        """The level as it is stored: "" for all projects."""
        level: str = self.cleaned_data["level"]
        return "" if level == ALL_LEVELS else level


class TargetGridForm(forms.Form):
    """One field for each unit and indicator; every cell carries, hidden, the amount that its writer saw."""

    reason = forms.CharField(label="变更原因", max_length=200, required=False, help_text=WHY_CHANGED)

    def __init__(
        self,
        data: Any,
        *,
        units: Mapping[int | None, str],
        amounts: Mapping[Cell, int | None],
        measure: MoneyUnit = MoneyUnit.YI,
    ) -> None:
        """`units`: names of the rows. `amounts`: values of the cells. `measure`: of money typed bare."""
        super().__init__(data)
        self.measure = measure
        self.cells: dict[str, Cell] = {}
        for unit, label in units.items():
            for indicator in Indicator:
                self._add_cell((unit, indicator), label, amounts.get((unit, indicator)))

    def _add_cell(self, cell: Cell, label: str, amount: int | None) -> None:
        unit, indicator = cell
        name = f"{unit or 0}-{indicator}"
        symbol = self.measure.symbol if indicator in MONEY_INDICATORS else "个"
        words = f"{label} {indicator.label}（{symbol}）"
        field = amount_field(indicator, unit=self.measure, label=words, initial=amount)
        field.show_hidden_initial = True
        field.widget.attrs |= {"aria-label": field.label, "placeholder": ""}
        self.fields[name] = field
        self.cells[name] = cell

    def cell(self, unit: int | None, indicator: Indicator) -> forms.BoundField:
        return self[f"{unit or 0}-{indicator}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if any(seen is not None for seen, _ in self.changes.values()) and not cleaned.get("reason"):
            self.add_error("reason", "修改或取消已有的目标，请写明原因。")
        return cleaned

    @property
    def changes(self) -> dict[Cell, Change]:
        """The cells whose amount is another than the writer saw; of sound cells only."""
        return {
            cell: (self._seen(name), self.cleaned_data[name])
            for name, cell in self.cells.items()
            if name in self.data and name in self.changed_data and name in self.cleaned_data
        }

    @property
    def wanted(self) -> dict[Cell, int | None]:
        """What the cells are to hold: what was typed, where it is sound, else what stands there."""
        stands = {cell: self.fields[name].initial for name, cell in self.cells.items()}
        return stands | {cell: wanted for cell, (_, wanted) in self.changes.items()}

    def _seen(self, name: str) -> int | None:
        try:
            seen: int | None = self.fields[name].clean(self.data.get(self[name].html_initial_name))
        except ValidationError as fault:
            raise ValidationError(INCOMPLETE["missing_management_form"]) from fault
        return seen


class CurveInput(forms.MultiWidget):
    """Twelve cells; a template that walks through them gives each its label."""

    def subwidgets(self, name: str, value: Any, attrs: Any = None) -> Iterator[dict[str, Any]]:
        yield from self.get_context(name, value, attrs)["widget"]["subwidgets"]

    def decompress(self, value: Any) -> list[Any]:
        return [""] * MONTHS


class CurveField(forms.MultiValueField):
    """The sum to the end of each month, twelve amounts; all or none."""

    def __init__(self, indicator: str, **options: Any) -> None:
        months = [amount_field(indicator) for _ in range(MONTHS)]
        for month in months:
            month.widget.attrs["placeholder"] = ""
        widget = CurveInput([month.widget for month in months])
        super().__init__(months, widget=widget, required=False, require_all_fields=False, **options)

    def prepare_value(self, value: Any) -> Any:
        """Stored numbers as their cells show them; what was typed stays."""
        if not isinstance(value, list):
            return value
        return [month.prepare_value(amount) for month, amount in zip(self.fields, value, strict=True)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def compress(self, data_list: Sequence[int | None]) -> list[int] | None:
        known = [amount for amount in data_list if amount is not None]
        if known and len(known) < MONTHS:
            raise ValidationError("逐月累计计划须填满十二个月，或全部留空。")
        return known or None


class TargetForm(forms.ModelForm):  # type: ignore[type-arg]
    """One target: how much, by when, from which source, and the reason that takes its light away."""

    reason = forms.CharField(label="变更原因", max_length=200, required=False, help_text=WHY_CHANGED)
    version = forms.IntegerField(min_value=0, max_value=LARGEST_KEY, widget=forms.HiddenInput())

    class Meta:
        model = Target
        fields = [
            "amount",
            "due_month",
            "curve",
            "stated_met",
            "source",
            "source_paragraph",
            "accepted_reason",
        ]
        widgets = {"accepted_reason": forms.Textarea({"rows": 2})}

    def __init__(self, data: Any, *, instance: Target, version: int) -> None:
        """`version`: the base version, a history entry."""
        super().__init__(data, instance=instance, initial={"version": version}, auto_id="target_%s")
        kind = instance.indicator
        measure = "亿元" if kind in MONEY_INDICATORS else "个"
        self.fields["amount"] = amount_field(kind, label=f"年度目标（{measure}）")
        self.fields["curve"] = CurveField(kind, label=f"逐月累计计划（{measure}）")
        self.fields["due_month"] = forms.TypedChoiceField(
            label="应完成月份",
            coerce=int,
            choices=[(month, f"{month}月底前") for month in range(1, MONTHS + 1)],
            help_text="没有逐月计划时，序时进度按这个月完成计算",
        )

    @property
    def changes_terms(self) -> bool:
        return bool(set(self.changed_data) - {"reason", "version"})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.changes_terms and not cleaned.get("reason"):
            self.add_error("reason", "修改目标，请写明原因。")
        return cleaned


class WithdrawForm(forms.Form):
    """A target is taken back."""

    reason = reason_field("取消目标，请写明原因。", label="取消原因")
    version = forms.IntegerField(min_value=0, max_value=LARGEST_KEY, widget=forms.HiddenInput())
