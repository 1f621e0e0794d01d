"""Robots of chat groups and other systems that are told: the list, one of them, and its last messages."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions import receivers as actions
from projects.actions.receivers import KeptReceiver
from projects.figures import receivers as figures
from projects.forms.receiver import ReceiverForm
from projects.models import Receiver, ReceiverMessage, User
from projects.once import once, once_or_fault
from projects.rules.broken import RuleBroken
from projects.rules.typed import whole_number
from projects.vocabulary import DeliveryState


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.allowed(access.keeps_directories)
def receivers(request: HttpRequest) -> HttpResponse:
    """The list, and a form of a new one. The secret of a new system is in the answer, and nowhere later."""
    form = ReceiverForm(request.POST if request.method == "POST" else None)
    kept = _kept(request, form) if form.is_bound else None
    if kept and not kept.secret:
        messages.success(request, f"“{kept.receiver}”已保存，请发一条测试消息。")
        return redirect("receiver", kept.receiver.pk)
    context = {
        "form": ReceiverForm() if kept else form,
        "kept": kept,
        "lines": figures.receiver_lines(Receiver.objects.all()),
        "hosts": sorted(settings.OUTGOING_HOSTS),
    }
    failed = form.is_bound and not kept
    return render(request, "projects/receivers.html", context, status=422 if failed else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.allowed(access.keeps_directories)
def receiver(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them. `act` says what was sent: a change of the form, or one of `ACTS`."""
    one = get_object_or_404(Receiver.objects.with_audience(), pk=pk)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    form = ReceiverForm(request.POST if act == "keep" else None, instance=one)
    kept: KeptReceiver | None = None
    if form.is_bound and _kept(request, form):
        messages.success(request, "已保存。")
        return redirect("receiver", pk)
    if request.method == "POST" and not form.is_bound:
        kept = _carried_out(request, act, one)
        if kept is None:
            return redirect("receiver", pk)
    shown = figures.message_page(one, request.GET.get("page", 1))
    context: dict[str, Any] = {
        "receiver": one,
        "kinds": figures.kinds_in_words(one.kinds),
        "form": form,
        "kept": kept,
        "page": shown,
        "lines": figures.message_lines(shown),
        "entries": figures.receiver_history(one),
    }
    return render(request, "projects/receiver.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, form: ReceiverForm) -> KeptReceiver | None:
    """What was kept; None where the form says why not."""
    if not form.is_valid():
        return None
    kept = None
    with once_or_fault(request, form, resolve_url("receivers")):
        kept = actions.keep(form.instance, by=access.signed_in(request), reason=form.cleaned_data["reason"])
    return kept


def _carried_out(request: HttpRequest, act: str, one: Receiver) -> KeptReceiver | None:
    """Carry out an act with its message; a new secret is to be shown."""
    if act not in ACTS:
        raise BadRequest("不认识的操作。")
    kept = None
    try:
        with once(request, resolve_url("receiver", one.pk)):
            kept, words = ACTS[act](request, one, access.signed_in(request))
        messages.success(request, words)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    return kept


type Carried = tuple[KeptReceiver | None, str]


def _switch_on(request: HttpRequest, one: Receiver, by: User) -> Carried:
    actions.switch(one, on=True, by=by)
    return None, "已启用。"


def _switch_off(request: HttpRequest, one: Receiver, by: User) -> Carried:
    actions.switch(one, on=False, by=by)
    return None, "已停用，不再发消息。"


def _try_out(request: HttpRequest, one: Receiver, by: User) -> Carried:
    actions.try_out(one, by=by)
    return None, "测试消息已排队，一般半分钟内发出；刷新本页看结果。"


def _send_again(request: HttpRequest, one: Receiver, by: User) -> Carried:
    """`message`: the key of one message; without it all that were not taken."""
    asked = whole_number(request.POST.get("message", ""))
    ended = ReceiverMessage.objects.all()
    found = ended.filter(pk=asked) if asked else ended.filter(state=DeliveryState.GIVEN_UP)
    number = actions.send_again(found, one, by=by)
    return None, f"{number} 条已重新排队。" if number else "没有可以重发的消息。"


def _renew(request: HttpRequest, one: Receiver, by: User) -> Carried:
    return actions.renew_secret(one, by=by), "签名密钥已更换，旧的立即失效。"


ACTS: dict[str, Callable[[HttpRequest, Receiver, User], Carried]] = {
    "on": _switch_on,
    "off": _switch_off,
    "try": _try_out,
    "again": _send_again,
    "renew": _renew,
}
