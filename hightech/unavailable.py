"""Answers while the database is down, locked or full: a sentence, and everything that was typed.

`OutageMiddleware` catches what a view raises; `server_error`, the handler of 500, what a middleware raises, such as
the one that reads the session. Neither may ask the database again, so the page is rendered without a request.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.defaults import bad_request as plain_bad_request
from django.views.defaults import page_not_found as plain_not_found
from django.views.defaults import server_error as plain_server_error

from hightech.trouble import Trouble, trouble_of
from projects.models.district import current_district
from projects.rules.problem_details import PROBLEM_JSON, problem_details

log = logging.getLogger(__name__)

RETRY_AFTER = 5
"""Seconds."""
NOT_SAVED = "刚才的内容还没有保存。"
SAVED = "刚才的操作已经保存，只是页面没有打开。请不要重复提交，稍后刷新查看。"
FAULT = "系统出错，请把时间和操作告诉系统管理员。"
NO_ADDRESS = "接口没有这个地址。"
MALFORMED = "服务器看不懂这个请求，没有改动任何数据。"
TOO_MANY = "发送的内容太多，请减少文件或内容后再提交。"
TITLES = {
    409: "没有写入",
    411: "请求有误",
    413: "内容太大",
    500: "系统出错",
    503: "暂时不能使用",
    507: "磁盘已满",
}
SECRET = ("password", "token", "secret", "csrf")
_WRITES = ("INSERT", "UPDATE", "DELETE")


class OutageMiddleware:
    """Stands before all that may write, so that it sees every write of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def saved() -> None:
            request.has_saved = True  # type: ignore[attr-defined]

        def noting(execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
            result = execute(sql, *rest)
            if str(sql)[:20].lstrip().upper().startswith(_WRITES):
                connection.on_commit(saved)  # at once, outside a transaction; never, where it is rolled back
            return result

        with connection.execute_wrapper(noting):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        trouble = trouble_of(error)
        return _answered(request, trouble, error) if trouble else None


def is_api(request: HttpRequest) -> bool:
    """Whether the answer has to be JSON."""
    return request.path_info == "/api" or request.path_info.startswith("/api/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """The handler of 404; programs that ask for an unknown address read JSON, too."""
    return _worded(NO_ADDRESS, 404) if is_api(request) else plain_not_found(request, exception)


def _worded(sentence: str, status: int) -> JsonResponse:
    return JsonResponse(
        problem_details(status, sentence),
        status=status,
        content_type=PROBLEM_JSON,
        json_dumps_params={"ensure_ascii": False},
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """The handler of 500: an outage is answered with 503. Says whether anything was written."""
    error = sys.exception()
    if trouble := trouble_of(error):
        return _answered(request, trouble, error)
    if getattr(request, "has_saved", False) or is_api(request):
        return unavailable(request, FAULT, status=500)
    return plain_server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """The handler of 400: distinguishes too many files or fields from a malformed request."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return unavailable(request, TOO_MANY, status=413, keeps_typed=False)
    return _worded(MALFORMED, 400) if is_api(request) else plain_bad_request(request, exception)


def _answered(request: HttpRequest, trouble: Trouble, error: BaseException | None) -> HttpResponse:
    log.error("%s: %s", request.path, error, exc_info=error)
    return unavailable(request, trouble.sentence, status=trouble.status)


def unavailable(
    request: HttpRequest, sentence: str, *, status: int = 503, keeps_typed: bool = True
) -> HttpResponse:
    """A page with the sentence that carries the posted form, a line for htmx, JSON for the API.

    `keeps_typed`: False where the body may not be read.
    """
    response = _answer(request, str(sentence), status, keeps_typed=keeps_typed)
    response.status_code = status
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


def _answer(request: HttpRequest, sentence: str, status: int, *, keeps_typed: bool) -> HttpResponse:
    has_saved = getattr(request, "has_saved", False)
    outcome = "" if request.method in ("GET", "HEAD") else SAVED if has_saved else NOT_SAVED
    if is_api(request):
        return _worded(sentence + outcome, status)
    if request.path in ("/healthz", "/readyz"):
        return JsonResponse({"detail": sentence + outcome}, json_dumps_params={"ensure_ascii": False})
    if request.headers.get("HX-Request"):  # the page stays as it is and shows the sentence: site.js
        again = "" if has_saved else "内容还在页面上，请稍后再试。"
        notice = json.dumps({"notice": sentence + outcome + again})
        return HttpResponse(
            sentence + outcome, content_type="text/plain; charset=utf-8", headers={"HX-Trigger": notice}
        )
    fields, has_files = ([], False) if has_saved or not keeps_typed else _posted(request)
    context = {
        "title": TITLES[status],
        "sentence": sentence,
        "outcome": outcome,
        "fields": fields,
        "has_files": has_files,
        "has_saved": has_saved,
        "address": request.get_full_path(),
        "back": _back(request),
        "demo": settings.DEMO,
        "district": current_district(),  # as last read, where the database does not answer
        "csrf_token": get_token(request),
    }
    return HttpResponse(loader.get_template("503.html").render(context))


def _back(request: HttpRequest) -> str:
    """The address of the page; after a sent form, the page of the form if the browser names one of ours."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    try:
        is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    except SuspiciousOperation:
        is_ours = False
    return came_from if is_ours else "/"


def _posted(request: HttpRequest) -> tuple[list[tuple[str, str]], bool]:
    """Names and values of the posted form, and whether it had files; empty when our own page did not post it.

    A form with a secret is not repeated: the user fills it in again.
    """
    if request.method != "POST":
        return [], False
    try:
        if not _is_ours(request) or any(_is_secret(name) for name in _names(request)):
            return [], False
        fields = [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken"
            for value in values
        ]
        return fields, bool(request.FILES)
    except (UnreadablePostError, SuspiciousOperation, RequestDataTooBig, OSError, ValueError):
        return [], False


class _Token(CsrfViewMiddleware):
    """Checks the token only: Django's page for a refused one reads the user, and the database may be down."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


def _is_ours(request: HttpRequest) -> bool:
    """Whether the request has our token: no other site may make us show a form with a button."""
    check = _Token(lambda _: HttpResponse())
    check.process_request(request)
    return check.process_view(request, server_error, (), {}) is None


def _names(request: HttpRequest) -> Iterator[str]:
    yield from (name for name in request.POST if name != "csrfmiddlewaretoken")


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET)
