"""A form is carried out once, however often it is sent: a double click, a reload, a second attempt after a fault.

Every form carries a random key (`{% csrf_token %}` of `templatetags/form_key.py`). A view that writes does so
within `once(request)`; the key is kept in the same transaction. The same form sent again is answered with the
page that it led to, and changes nothing. A form without a key (an old page, a program) is simply carried out.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from projects import access
from projects.actions import sending
from projects.actions.sending import SentBefore
from projects.templatetags.form_key import FORM_KEY

LONGEST_KEY = 64
NOT_TYPED = frozenset({FORM_KEY, "csrfmiddlewaretoken"})
SENT_BEFORE = "这份表单刚才已经提交成功，没有重复写入。"


@dataclass(slots=True)
class Outcome:
    """`led_to`: the address of the answer; "" while the form was not carried out."""

    led_to: str


@contextmanager
def once(request: HttpRequest, led_to: str = "") -> Iterator[Outcome]:
    """One transaction for the write of a form and for its key; raises SentBefore, and writes nothing, the second time.

    `led_to`: where the answer leads; set it on what this gives where only the write tells.
    """
    outcome, digest = Outcome(led_to), _digest(request)
    if not digest:
        yield outcome
        return
    with transaction.atomic():
        entry = sending.claim(digest, by=access.signed_in(request))
        yield outcome
        sending.settle(entry, outcome.led_to)
    request._is_carried_out = bool(outcome.led_to)  # type: ignore[attr-defined]


class SentOnceMiddleware:
    """Answers a form that was carried out before with the page that it led to.

    Asked before the view, for a form that succeeded would often be refused the second time (the name is taken, the
    version is old), and once more after a view that did not carry it out: the other one may have been quicker.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_open = request.method == "POST" and not getattr(request, "_is_carried_out", False)
        return _led(request, led_to) if is_open and (led_to := _earlier(request)) else response

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponseBase | None:
        if request.method == "POST" and (led_to := _earlier(request)):
            return _led(request, led_to)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        return _led(request, exception.led_to) if isinstance(exception, SentBefore) else None


def _earlier(request: HttpRequest) -> str:
    digest = _digest(request)
    return sending.earlier(digest) if digest else ""


def _led(request: HttpRequest, led_to: str) -> HttpResponse:
    """To the page that the form led to; what a slower attempt has said meanwhile is dropped."""
    request._is_carried_out = True  # type: ignore[attr-defined]
    for _ in messages.get_messages(request):
        continue
    messages.info(request, SENT_BEFORE)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": led_to})
    return redirect(led_to)


def _digest(request: HttpRequest) -> str:
    """Of who sends what to where under which key; "" for what carries no key.

    A page that one goes back to and fills in anew has its old key: other content is another form.
    """
    key = request.POST.get(FORM_KEY, "")
    if not 0 < len(key) <= LONGEST_KEY or not request.user.is_authenticated:
        return ""
    known: str | None = getattr(request, "_form_digest", None)
    if known is None:
        known = request._form_digest = _digest_of(request, key)  # type: ignore[attr-defined]
    return known


def _digest_of(request: HttpRequest, key: str) -> str:
    digest = hashlib.sha256(repr((request.user.pk, request.get_full_path(), key)).encode())
    for name, values in sorted(request.POST.lists()):
        if name not in NOT_TYPED:
            digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()
