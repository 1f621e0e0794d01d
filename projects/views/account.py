"""One's own account: how one is called and reached, the password, and where one is signed in."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions import accounts, people
from projects.figures.people import own_sessions, person_line
from projects.figures.sign_ins import last_sign_in
from projects.forms.people import OwnFactsForm, OwnPasswordForm
from projects.models import User
from projects.once import once, once_or_fault
from projects.rules.money import MoneyUnit
from projects.sessions import began_at

ACTS = ("facts", "end")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.allowed(access.has_account)
def account(request: HttpRequest) -> HttpResponse:
    user = access.signed_in(request)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if request.method == "POST" and act not in ACTS:
        raise BadRequest("不认识的操作。")
    if act == "end":
        ended = people.end_sessions(user, but=request.session.session_key, named=request.POST.get("name", ""))
        messages.success(request, f"已退出 {ended} 处登录。" if ended else "没有别处的登录。")
        return redirect("account")
    own = User.objects.with_roles().get(pk=user.pk)
    form, status = OwnFactsForm(request.POST if act == "facts" else None, instance=own), 200
    if form.is_bound:
        if _kept(request, form, user):
            messages.success(request, "已保存。")
            return redirect("account")
        status = 422
    context = {
        "form": form,
        "line": person_line(user, may_change=False),
        "last": last_sign_in(user, before=began_at(request)),
        "sessions": own_sessions(user, request.session.session_key),
        "has_keys": access.has_keys(user),
        "keepers": User.objects.keepers()[: access.NAMED],
    }
    return render(request, "projects/account.html", context, status=status)


def _kept(request: HttpRequest, form: OwnFactsForm, user: User) -> bool:
    if not form.is_valid():
        return False
    data = form.cleaned_data
    with once_or_fault(request, form, resolve_url("account")):
        people.change_own(user, name=data["name"], phone=data["phone"], email=data["email"])
        accounts.choose_amount_unit(user, MoneyUnit(data["amount_unit"]))
    return not form.errors


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.allowed(access.has_account)
def password_change(request: HttpRequest) -> HttpResponse:
    """Also where somebody with a temporary or an old password is led first. Every other session of the person ends."""
    user = access.signed_in(request)
    form = OwnPasswordForm(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with once(request, resolve_url("home" if user.must_change_password else "account")) as outcome:
            form.save()
            people.own_password(user)
            people.end_sessions(user, but=request.session.session_key)
        update_session_auth_hash(request, user)
        messages.success(request, "密码已更改，别处的登录已退出。")
        return redirect(outcome.led_to)
    context = {"form": form, "issued": user.has_issued_password, "must_change": user.must_change_password}
    return render(
        request, "registration/password_change_form.html", context, status=422 if form.is_bound else 200
    )
