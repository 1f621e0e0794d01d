"""What the sheets that one types into have in common: the unit of money is their reader's own, and is remembered."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from projects.actions.accounts import choose_amount_unit
from projects.forms.sheet import SheetUnitForm
from projects.models import User

UNIT = "unit"
"""The act of a form that chooses the unit."""


def choose_unit(request: HttpRequest, user: User) -> HttpResponse:
    """Remember the unit, and show the same page in it."""
    chosen = SheetUnitForm(request.POST)
    if chosen.is_valid():
        choose_amount_unit(user, chosen.cleaned_data["unit"])
    else:
        messages.error(request, "请选择金额单位。")
    return redirect(request.get_full_path())
