"""Form fields for typed values: money, days, records, lines."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from projects.models.constraints import FIRST_YEAR, LAST_YEAR
from projects.rules import money
from projects.rules.broken import RuleBroken, demand_length, shortened
from projects.rules.money import MoneyUnit
from projects.rules.typed import LONGEST_NUMBER, whole_number
from projects.vocabulary import DelayReason

OTHER_CENTURY = f"日期应在 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间。"
CUT_SHORT = "表单不完整，请刷新页面后重新填写。"
LONGEST_AMOUNT = 100
"""Most characters of an amount with its unit."""
LARGEST_KEY = 10**LONGEST_NUMBER - 1
"""The largest number that a record or a version can have."""


class ChosenField(forms.Field):
    """Project numbers in the order shown, separated by commas; each once."""

    widget = forms.HiddenInput

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else ",".join(map(str, value or ()))

    def to_python(self, value: Any) -> list[int]:
        numbers = [whole_number(number.strip()) for number in str(value or "").split(",") if number]
        known = [number for number in numbers if number is not None]
        if len(known) < len(numbers):
            raise ValidationError(CUT_SHORT)
        return list(dict.fromkeys(known))


class MoneyField(forms.Field):
    """An amount of yuan: a number without a unit is in `unit`, 600万元 and 10亿元 have their own; empty is unknown."""

    def __init__(self, *, unit: MoneyUnit = MoneyUnit.YI, **options: Any) -> None:
        self.unit = unit
        super().__init__(**options)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "placeholder": "未知则留空"})

    def prepare_value(self, value: Any) -> Any:
        """Show an amount of yuan in the field's unit, exact to the yuan."""
        return f"{money.to_unit(value, self.unit).normalize():f}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        try:
            demand_length(text := str(value or ""), LONGEST_AMOUNT, "金额")
            amount = money.parse_optional(text, self.unit)
        except RuleBroken as broken:
            raise ValidationError(str(broken)) from broken
        if amount is None:
            return None
        if amount.yuan is None:
            raise ValidationError("这里填人民币金额；外币请填在“外资金额”和“外资币种”。")
        return amount.yuan

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial if isinstance(initial, str) else self.prepare_value(initial)) != (
                self.to_python(data)
            )
        except ValidationError:
            return True


class DayField(forms.DateField):
    """A day; a year outside the register's range is refused as a typing error."""

    def __init__(self, **options: Any) -> None:
        bounds = [
            MinValueValidator(date(FIRST_YEAR, 1, 1), OTHER_CENTURY),
            MaxValueValidator(date(LAST_YEAR, 12, 31), OTHER_CENTURY),
        ]
        super().__init__(**{"widget": DayInput()} | options, validators=bounds)


class RecordsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Records by their numbers; a number that a database cannot store is invalid."""

    def _check_values(self, value: Any) -> Any:
        for number in value if isinstance(value, list | tuple) else ():
            if whole_number(str(number)) is None:
                raise ValidationError(
                    self.error_messages["invalid_pk_value"],
                    code="invalid_pk_value",
                    params={"pk": shortened(str(number))},
                )
        return super()._check_values(value)  # type: ignore[misc]


class LinesField(forms.CharField):
    """Text of several lines; the line endings of browsers are normalised."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


class VersionField(forms.IntegerField):
    """A version number of a record that a form carries along; it never counts as a change."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, label="版本", min_value=0, max_value=LARGEST_KEY)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class DayInput(forms.DateInput):
    """The browser's date picker; the value is sent as yyyy-mm-dd."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class CauseForm(forms.Form):
    """One of the coded reasons, in words where it is none of them; a form of its own states the field `cause`."""

    note = forms.CharField(label="说明（原因选“其他”时必填）", max_length=400, required=False)

    def clean_cause(self) -> DelayReason:
        return DelayReason(self.cleaned_data["cause"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("cause") == DelayReason.OTHER and not cleaned.get("note"):
            self.add_error("note", "原因选“其他”时，请写明具体原因。")
        return cleaned


def cause_field(missing: str) -> forms.ChoiceField:
    """`missing`: the sentence where no reason was chosen."""
    choices = [("", "请选择"), *DelayReason.choices]
    return forms.ChoiceField(label="原因", choices=choices, error_messages={"required": missing})


def reason_field(missing: str, *, label: str = "原因", help_text: str = "") -> forms.CharField:
    """Why something is written, for the history; `missing`: the sentence where it is empty."""
    return forms.CharField(
        label=label, max_length=200, help_text=help_text, error_messages={"required": missing}
    )


class MonthInput(forms.DateInput):
    """The browser's own calendar of months; the value travels as yyyy-mm."""

    input_type = "month"


def month_field(label: str, *, required: bool = True, help_text: str = "") -> DayField:
    """A month, read as its first day."""
    return DayField(
        label=label,
        input_formats=["%Y-%m", "%Y-%m-%d"],
        widget=MonthInput(format="%Y-%m"),
        required=required,
        help_text=help_text,
        error_messages={"invalid": "请写成 2024-09。", "required": "请选择月份。"},
    )
