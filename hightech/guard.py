"""Refuse malformed requests before they reach a view, the session or the database.

These are: a NUL in an address or a header, which PostgreSQL cannot store; a header that should be an address and is
not; a session cookie with characters that Django does not use. A refusal without a text gets one.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

NUL = "\0"
API = "/api/"
CURRENT_PAGE = "HTTP_HX_CURRENT_URL"
UNREADABLE = "请求里有无法识别的字符。"
WRONG_METHOD = "这个地址不接受 {} 请求。"
_SESSION_KEY = re.compile(r"[0-9a-z]{8,40}")

type Answer = Callable[[HttpRequest], HttpResponseBase]


class GuardMiddleware:
    """Refuse or correct requests that no browser sends; see the module."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_unreadable(request):
            return _refused(request, UNREADABLE, status=400)
        _forget_nonsense(request)
        response = self.get_response(request)
        if response.status_code == 405 and isinstance(response, HttpResponse) and not response.content:
            worded = _refused(request, WRONG_METHOD.format(request.method), status=405)
            worded["Allow"] = response.get("Allow", "")
            return worded
        return response


def _is_unreadable(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    if NUL in request.path or NUL in query or "%00" in query:
        return True
    if any(NUL in value for name, value in request.META.items() if name.startswith("HTTP_")):
        return True
    return not _is_charset((request.content_params or {}).get("charset", "utf-8"))


def _is_charset(name: str) -> bool:
    """Whether it is an encoding of text: Python also has codecs of bytes."""
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return False
    return True


def _forget_nonsense(request: HttpRequest) -> None:
    """Ignore malformed headers that are optional."""
    if not _is_address(request.META.get(CURRENT_PAGE, "")):
        del request.META[CURRENT_PAGE]
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if key is not None and not _SESSION_KEY.fullmatch(key):
        del request.COOKIES[settings.SESSION_COOKIE_NAME]


def _is_address(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


def _refused(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    if request.path.startswith(API):
        return JsonResponse({"detail": sentence}, status=status, json_dumps_params={"ensure_ascii": False})
    return render(None, "400.html", {"sentence": sentence}, status=status)
