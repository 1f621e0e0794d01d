"""Process each sent form once, however often it is sent: double clicks, reloads, retries after a fault.

Every form has a random key (`{% csrf_token %}` of `templatetags/form_key.py`). A view that writes does so
within `once(request)`, which stores the key in the same transaction. When the same form is sent again, the answer
is a redirect to the page of the first answer, and nothing changes. A form without a key (an old page, a program)
is processed each time. Called by views and the admin.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from projects import access
from projects.actions import sending
from projects.actions.sending import SentBefore
from projects.rules.broken import RuleBroken
from projects.templatetags.form_key import FORM_KEY

OUTBOX = "X-Outbox"
"""Header of a form that the browser keeps until it was carried out (`outbox.js`): the number of who filled it in."""
LONGEST_KEY = 64
NOT_TYPED = frozenset({FORM_KEY, "csrfmiddlewaretoken"})
SENT_BEFORE = "这份表单刚才已经提交成功，没有重复写入。"


@dataclass(slots=True)
class SubmissionOutcome:
    """The result of a form. `led_to`: the address of the answer; "" while the form was not processed."""

    led_to: str


@contextmanager
def once(request: HttpRequest, led_to: str = "") -> Iterator[SubmissionOutcome]:
    """Write the changes of a form and its key in one transaction. Raises SentBefore, writing nothing, the second time.

    `led_to`: the address of the answer. Set it on the result where it is known only after the write.
    """
    outcome, digest = SubmissionOutcome(led_to), _digest(request)
    if not digest:
        yield outcome
        return
    with transaction.atomic():
        entry = sending.claim(digest, by=access.signed_in(request))
        yield outcome
        sending.settle(entry, outcome.led_to)
    request._is_carried_out = bool(outcome.led_to)  # type: ignore[attr-defined]


@contextmanager
def once_or_fault(request: HttpRequest, form: BaseForm, led_to: str = "") -> Iterator[SubmissionOutcome]:
    """As `once`, for a form that is valid: a broken rule undoes the write and becomes an error of the form."""
    try:
        with once(request, led_to) as outcome:
            yield outcome
    except RuleBroken as broken:
        form.add_error(None, str(broken))


class SentOnceMiddleware:
    """Answer a form that was processed before with a redirect to the page of the first answer.

    Checked before the view, because a form that succeeded would often be refused the second time (the name is taken,
    the version is old), and again after a view that did not process it: a parallel request may have been faster.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if OUTBOX in request.headers and request.headers[OUTBOX] != str(request.user.pk):
            return HttpResponse("请用填写时的账号登录。", status=401)
        response = self.get_response(request)
        is_open = request.method == "POST" and not getattr(request, "_is_carried_out", False)
        if is_open and (led_to := _earlier(request)):
            response = _led(request, led_to)
        return _told(request, response) if OUTBOX in request.headers else response

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
    """Redirect to the page of the first answer; messages of the slower request are dropped."""
    request._is_carried_out = True  # type: ignore[attr-defined]
    for _ in messages.get_messages(request):
        continue
    messages.info(request, SENT_BEFORE)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": led_to})
    return redirect(led_to)


def _told(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer to a script: a redirect is where the form has led, or was refused with a message; a page stays one."""
    if not 300 <= response.status_code < 400:
        return response
    if getattr(request, "_is_carried_out", False):
        return JsonResponse({"led_to": response["Location"]})
    said = " ".join(str(message) for message in messages.get_messages(request))
    return JsonResponse({"error": said}, status=422)


def _digest(request: HttpRequest) -> str:
    """Digest of user, key and content; "" for a form without a key.

    A form that was sent from the place of a row may be sent again to the page of its stage, so the address is no part
    of it. A page opened with the back button and filled in again has its old key, so the content is.
    """
    key = request.POST.get(FORM_KEY, "")
    if not 0 < len(key) <= LONGEST_KEY or not request.user.is_authenticated:
        return ""
    known: str | None = getattr(request, "_form_digest", None)
    if known is None:
        known = request._form_digest = _digest_of(request, key)  # type: ignore[attr-defined]
    return known


def _digest_of(request: HttpRequest, key: str) -> str:
    digest = hashlib.sha256(repr((request.user.pk, key)).encode())
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
