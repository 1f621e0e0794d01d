"""The year's targets: the grid, and one target with its versions."""

from copy import copy
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions import targets as acts
from projects.figures.targets import TargetGrid, TargetSheet, sums_with, target_sheet
from projects.forms.questions import ALL_LEVELS
from projects.forms.sheet import unit_sent
from projects.forms.target import TargetForm, TargetGridForm, WithdrawForm
from projects.models import Target, User
from projects.once import once_or_fault
from projects.questions.targets import targets_of, targets_question
from projects.rules.money import SHEET_UNITS, MoneyUnit
from projects.views.sheets import UNIT, choose_unit
from projects.vocabulary import MONEY_INDICATORS, Indicator

AMEND, WITHDRAW, SUMS = "amend", "withdraw", "sums"
READ_ONLY = "您的账号不能修改年度目标。"
UNCHANGED = "没有改动，未写入记录。"


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def targets(request: HttpRequest) -> HttpResponse:
    user = access.signed_in(request)
    question = targets_question(request.GET, user)
    if not question.is_valid():
        return render(request, "projects/targets.html", {"controls": question}, status=400)
    if request.method == "POST" and request.POST.get("act") == UNIT:
        return choose_unit(request, user)
    year, level = question.cleaned_data["year"], question.level_code
    grid = targets_of(user, year, level)
    form = _grid_form(request, grid, user)
    unit = form.measure if form else MoneyUnit(user.amount_unit)
    if form and request.POST.get("act") == SUMS:
        return _show_sums(request, grid, form)
    if request.method == "POST" and _saved(request, grid, form, user):
        return redirect(_grid_address(year, level))
    context = {
        "controls": question,
        "grid": grid,
        "form": form,
        "unit": unit,
        "units": SHEET_UNITS,
        "rows": [
            (row, [(cell, form.cell(row.unit, cell.indicator) if form else None) for cell in row.cells])
            for row in grid.rows
        ],
        "indicators": list(Indicator),
        "money": MONEY_INDICATORS,
        "address": _grid_address(year, level),
    }
    return render(request, "projects/targets.html", context, status=422 if request.method == "POST" else 200)


def _grid_form(request: HttpRequest, grid: TargetGrid, user: User) -> TargetGridForm | None:
    """The form of whoever keeps the targets; the others read."""
    sent = request.POST if request.method == "POST" else None
    if access.keeps_targets(user):
        unit = MoneyUnit(user.amount_unit) if sent is None else unit_sent(sent)
        return TargetGridForm(sent, units=grid.units, amounts=grid.amounts, measure=unit)
    if sent is not None:
        raise PermissionDenied(READ_ONLY)
    return None


def _show_sums(request: HttpRequest, grid: TargetGrid, form: TargetGridForm) -> HttpResponse:
    """The foot of the grid as it would be with what is typed; nothing is written."""
    amounts = grid.amounts if form.non_field_errors() else form.wanted
    context = {"grid": sums_with(grid, amounts), "unit": form.measure}
    return render(request, "projects/targets.html#sums", context)


def _saved(request: HttpRequest, grid: TargetGrid, form: TargetGridForm | None, user: User) -> bool:
    """Whether the grid was written; if not, the form says why."""
    if form is None or not form.is_valid():
        return False
    with once_or_fault(request, form, _grid_address(grid.year, grid.level)):
        written = acts.set_targets(
            grid.year, grid.level, form.changes, by=user, reason=form.cleaned_data["reason"]
        )
    if form.errors:
        return False
    messages.success(request, f"已保存 {len(written)} 项目标。" if written else UNCHANGED)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def target(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    readable = Target.objects.visible_to(user).select_related("organisation", "source")
    sheet = target_sheet(get_object_or_404(readable, pk=pk))
    if access.keeps_targets(user):
        return _kept_target(request, sheet, user)
    if request.method == "POST":
        raise PermissionDenied(READ_ONLY)
    return render(request, "projects/target.html", {"sheet": sheet})


def _kept_target(request: HttpRequest, sheet: TargetSheet, user: User) -> HttpResponse:
    """The page of one target with its two forms: change the terms, or take the target back."""
    sent = request.POST if request.method == "POST" else None
    act = sent.get("act") if sent is not None else None
    if sent is not None and act not in (AMEND, WITHDRAW):
        raise BadRequest("不认识的操作。")
    subject = copy(sheet.target)  # the form writes into it, also what is refused
    form = TargetForm(sent if act == AMEND else None, instance=subject, version=sheet.version)
    leaving = WithdrawForm(
        sent if act == WITHDRAW else None, initial={"version": sheet.version}, auto_id="withdraw_%s"
    )
    if act == AMEND and _amended(request, form, user):
        return redirect("target", subject.pk)
    if act == WITHDRAW and _withdrawn(request, leaving, subject, user):
        return redirect(_grid_address(subject.year, subject.level))
    context = {"sheet": sheet, "form": form, "leaving": leaving}
    return render(request, "projects/target.html", context, status=200 if sent is None else 422)


def _amended(request: HttpRequest, form: TargetForm, user: User) -> bool:
    """Whether there is nothing left to do; if there is, the form says why."""
    if not form.is_valid():
        return False
    if not form.changes_terms:
        messages.success(request, UNCHANGED)
        return True
    data = form.cleaned_data
    with once_or_fault(request, form, resolve_url("target", form.instance.pk)):
        acts.amend(form.instance, seen=data["version"], by=user, reason=data["reason"])
    if form.errors:
        return False
    messages.success(request, "已保存。")
    return True


def _withdrawn(request: HttpRequest, form: WithdrawForm, subject: Target, user: User) -> bool:
    if not form.is_valid():
        return False
    data, name = form.cleaned_data, str(subject)
    with once_or_fault(request, form, _grid_address(subject.year, subject.level)):
        acts.withdraw(subject, seen=data["version"], by=user, reason=data["reason"])
    if form.errors:
        return False
    messages.success(request, f"{name}：已取消，历史保留。")
    return True


def _grid_address(year: int, level: str) -> str:
    return f"{resolve_url('targets')}?{urlencode({'year': year, 'level': level or ALL_LEVELS})}"
