"""Accounts of people: the list, new ones from a form or a sheet, and one account with its acts."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions import people as actions
from projects.actions.people import Issued
from projects.audit import mark_contacts
from projects.figures.people import PersonLine, entries_of, people_page, person_line, staffed_units
from projects.figures.sign_ins import limited_addresses
from projects.forms.people import (
    ChangedPersonForm,
    LiftAddressForm,
    NewPersonForm,
    PastedPeopleForm,
    PeopleQuestionForm,
    WhyForm,
)
from projects.models import User
from projects.once import once
from projects.rules.broken import RuleBroken
from projects.vocabulary import AccountState

WRITES: dict[str, Callable[..., str | None]] = {
    "issue": actions.issue_password,
    "unlock": actions.unlock,
    "factor": actions.reset_second_factor,
    "close": actions.close,
    "open": actions.open_again,
}
DONE = {
    "unlock": "已解锁。",
    "factor": "第二步验证已重置，登录中的已退出。",
    "close": "已停用，登录中的已退出。",
}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.allowed(access.manages_people)
def people(request: HttpRequest) -> HttpResponse:
    """The accounts, and a form for a new one; a temporary password is shown once, in the answer to it."""
    user = access.signed_in(request)
    mark_contacts(request, "人员")
    question = PeopleQuestionForm(request.GET)
    asked = question.cleaned_data if question.is_valid() else {}
    form = NewPersonForm(
        request.POST if request.method == "POST" else None, grantable=access.grantable_roles(user)
    )
    issued, status = None, 200
    if form.is_bound:
        issued = _created(request, form, user)
        status = 200 if issued else 422
        form = form if issued is None else NewPersonForm(grantable=access.grantable_roles(user))
    context = {
        "page": people_page(access.manageable_people(user), **asked),
        "question": question,
        "asked": asked,
        "units": staffed_units(),
        "limited": limited_addresses(),
        "may_lift": access.keeps_directories(user),
        "form": form,
        "issued": [issued] if issued else [],
    }
    return render(request, "projects/people.html", context, status=status)


def _created(request: HttpRequest, form: NewPersonForm, by: User) -> Issued | None:
    """The account with its password; None where the form says why not."""
    if not form.is_valid():
        return None
    try:
        with once(request, resolve_url("people")):
            return actions.create(form.facts, by=by)
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return None


@require_http_methods(["POST"])
@access.allowed(access.keeps_directories)
def people_address(request: HttpRequest) -> HttpResponse:
    """Lift the limit of an address from which too many sign-ins failed."""
    form = LiftAddressForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(fault) for faults in form.errors.values() for fault in faults))
        return redirect("people")
    address = form.cleaned_data["address"]
    try:
        with once(request, resolve_url("people")):
            actions.lift_address(address, by=access.signed_in(request), reason=form.cleaned_data["reason"])
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, f"{address} 可以照常登录了。")
    return redirect("people")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.allowed(access.manages_people)
def people_paste(request: HttpRequest) -> HttpResponse:
    """Several people copied from a sheet: judged line by line first, then created together."""
    user = access.signed_in(request)
    sent = request.POST if request.method == "POST" else None
    form = PastedPeopleForm(sent, grantable=access.grantable_roles(user))
    issued: list[Issued] = []
    status = 200
    if form.is_bound:
        valid = form.is_valid()
        if valid and form.is_ready and request.POST.get("act") == "create":
            try:
                with once(request, resolve_url("people")):
                    issued = actions.create_all(form.people, by=user, reason=form.cleaned_data["reason"])
            except RuleBroken as broken:
                form.add_error(None, str(broken))
        status = 200 if issued or (valid and request.POST.get("act") != "create") else 422
    return render(request, "projects/people_paste.html", {"form": form, "issued": issued}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.allowed(access.manages_people)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its facts and rights, what keeps the person out and the remedy, and what was done to it."""
    user = access.signed_in(request)
    found = get_object_or_404(User.objects.with_roles().filter(is_superuser=False), pk=pk)
    if found.phone:
        mark_contacts(request, f"账号：{found.username}")
    may_change = access.manageable_people(user).filter(pk=pk).exists()
    if request.method == "POST" and not may_change:
        raise PermissionDenied("项目办的账号由管理员管理。")
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if request.method == "POST" and act not in {"change", *WRITES}:
        raise BadRequest("不认识的操作。")
    form = ChangedPersonForm(
        request.POST if act == "change" else None,
        instance=User.objects.with_roles().get(pk=pk),
        grantable=access.grantable_roles(user),
    )
    why = WhyForm(request.POST if act in WRITES else None, auto_id="act_%s")
    issued: list[Issued] = []
    status = 200
    if act:
        done, password = _carried_out(request, act, found, form, why, user)
        if done and password is None:
            return redirect("person", pk)
        issued, status = ([Issued(found, password)], 200) if password else ([], 422)
        found = User.objects.with_roles().get(pk=pk)
    context = {
        "line": person_line(found, may_change=may_change),
        "form": form,
        "why": why if not issued else WhyForm(auto_id="act_%s"),
        "acts": _acts(person_line(found, may_change=may_change), user),
        "entries": entries_of(found),
        "issued": issued,
    }
    return render(request, "projects/person.html", context, status=status)


def _carried_out(
    request: HttpRequest, act: str, found: User, form: ChangedPersonForm, why: WhyForm, by: User
) -> tuple[bool, str | None]:
    """Whether it was done, and a new temporary password; where not, the form that was sent says why."""
    sent = form if act == "change" else why
    if not sent.is_valid():
        return False, None
    reason = sent.cleaned_data["reason"]
    try:
        with once(request, resolve_url("person", found.pk)):
            if act == "change":
                changed = actions.change(found, form.facts, by=by, reason=reason)
                messages.success(request, "已保存。" if changed else "没有改动。")
                return True, None
            password = WRITES[act](found, by=by, reason=reason)
    except RuleBroken as broken:
        sent.add_error(None, str(broken))
        return False, None
    if password is None:
        messages.success(request, DONE[act])
    return True, password


def _acts(line: PersonLine, user: User) -> dict[str, str]:
    """The acts that are possible now, by the word of the button; the remedy of the state first."""
    if line.state == AccountState.CLOSED:
        return {"open": "启用，给临时密码"}
    acts = {"unlock": "解锁"} if line.state == AccountState.LOCKED else {}
    acts["issue"] = "重发临时密码"
    if line.has_second_factor and line.person.pk != user.pk:
        acts["factor"] = "重置第二步验证"
    return acts if line.person.pk == user.pk else acts | {"close": "停用"}
