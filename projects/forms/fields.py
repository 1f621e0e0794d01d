"""Fields that read what people type: money in 亿元 or with its unit."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from projects.rules import money
from projects.rules.broken import RuleBroken
from projects.rules.money import MoneyUnit


class MoneyField(forms.Field):
    """An amount of yuan: a bare number counts in `unit`, 600万元 and 10亿元 say their own; empty is unknown."""

    def __init__(self, *, unit: MoneyUnit = MoneyUnit.YI, **options: Any) -> None:
        self.unit = unit
        super().__init__(**options)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "placeholder": "未知则留空"})

    def prepare_value(self, value: Any) -> Any:
        """What is stored in yuan is shown in the field's unit, exact to the yuan."""
        return f"{money.to_unit(value, self.unit).normalize():f}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        try:
            amount = money.parse_optional(str(value or ""), self.unit)
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


class LinesField(forms.CharField):
    """Text of several lines; a browser ends them in its own way, which is no change."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


class DayInput(forms.DateInput):
    """The browser's own calendar; the value travels as yyyy-mm-dd."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
