"""The units: their names, where one stands, the end of one, and taking it back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from projects import access
from projects.actions import units
from projects.actions.recording import record
from projects.figures.organisations import UnitSheet, unit_lines, unit_sheet
from projects.forms.units import (
    CloseUnitForm,
    MoveBackForm,
    MoveUnitForm,
    NewUnitForm,
    RenameUnitForm,
    ReopenUnitForm,
)
from projects.models import Organisation, User
from projects.once import once, once_or_fault
from projects.rules.broken import Overtaken, RuleBroken

ACTS = ("rename", "move", "move_back", "close", "reopen")


@require_safe
@access.allowed(access.keeps_register)
def organisations(request: HttpRequest) -> HttpResponse:
    return render(request, "projects/organisations.html", {"lines": unit_lines()})


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_directories)
def organisation_new(request: HttpRequest) -> HttpResponse:
    form = NewUnitForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with once_or_fault(request, form, resolve_url("organisations")):
            record(form.instance, by=access.signed_in(request), reason=form.cleaned_data["reason"])
        if not form.errors:
            messages.success(request, f"已新增{form.instance.name}。")
            return redirect("organisation", form.instance.pk)
    return render(
        request, "projects/organisation_new.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_register)
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """What the unit answers for, and so what closing it would move; the forms beside it."""
    unit = get_object_or_404(Organisation.objects.select_related("parent", "successor"), pk=pk)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if request.method == "POST" and act not in ACTS:
        raise BadRequest("不认识的操作。")
    sheet = unit_sheet(unit)
    offered, status = _forms(sheet, act, request.POST), 200
    if act in offered:
        status = _status_of(request, offered[act], unit, access.signed_in(request))
        if status == 302:
            return redirect("organisation", pk)
    context = {"sheet": sheet, "unit": unit, "offered": offered}
    return render(request, "projects/organisation.html", context, status=status)


def _forms(sheet: UnitSheet, act: str, sent: Any) -> dict[str, forms.BaseForm]:
    """The acts that are possible now; only the one that was sent is bound."""

    def data_of(name: str) -> dict[str, Any]:
        return {"data": sent if act == name else None, "auto_id": f"{name}_%s"}

    unit = sheet.unit
    if unit.closed_on is not None:
        return {"reopen": ReopenUnitForm(**data_of("reopen"))}
    found: dict[str, forms.BaseForm] = {
        "rename": RenameUnitForm(**data_of("rename"), instance=Organisation.objects.get(pk=unit.pk))
    }
    if not unit.is_district:
        found["move"] = MoveUnitForm(**data_of("move"), unit=unit, initial={"on": timezone.localdate()})
        if unit.former_parents:
            found["move_back"] = MoveBackForm(**data_of("move_back"))
        initial = {"on": timezone.localdate(), "expected": len(sheet.projects)}
        found["close"] = CloseUnitForm(**data_of("close"), unit=unit, initial=initial)
    return found


def _status_of(request: HttpRequest, form: forms.BaseForm, unit: Organisation, by: User) -> int:
    """302 when it was carried out; else the form says why not."""
    if not form.is_valid():
        return 422
    try:
        with once(request, resolve_url("organisation", unit.pk)):
            messages.success(request, _done(form, unit, by))
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return 409 if isinstance(broken, Overtaken) else 422
    return 302


def _done(form: forms.BaseForm, unit: Organisation, by: User) -> str:
    """Carry it out, and word what was done."""
    data = form.cleaned_data
    match form:
        case RenameUnitForm():
            renamed = units.rename_unit(unit, **data, by=by)
            return f"已更名为{renamed.name}，原名称仍能查到。"
        case MoveUnitForm():
            units.move_unit(unit, **data, by=by)
            return f"{unit}从 {data['on']} 起属于{data['parent']}。"
        case MoveBackForm():
            units.move_back(unit, **data, by=by)
            return "上级单位的调整已撤销。"
        case CloseUnitForm():
            moved = units.close_unit(unit, **data, by=by)
            successor = data["successor"]
            return f"{unit}已并入{successor}，移交 {moved} 个项目。" if successor else f"{unit}已撤销。"
    back = units.reopen_unit(unit, **data, by=by)
    return f"{unit}已恢复，{back} 个项目回到本单位。"
