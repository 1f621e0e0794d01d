"""The unit of money of a sheet: what a page was sent in, and what its reader wants from now on."""

from typing import Any

from django import forms

from projects.rules.money import SHEET_UNITS, MoneyUnit


class SheetUnitForm(forms.Form):
    """The unit of money of the sheet that was sent, or that is wanted from now on."""

    unit = forms.TypedChoiceField(
        label="金额单位",
        choices=[(str(unit.value), unit.symbol) for unit in SHEET_UNITS],
        coerce=lambda value: MoneyUnit(int(value)),
    )


def unit_sent(data: Any) -> MoneyUnit:
    """The unit of the amounts that a page sent: what it showed, whatever its reader has chosen on another since."""
    sent = SheetUnitForm(data)
    return sent.cleaned_data["unit"] if sent.is_valid() else MoneyUnit.YI
