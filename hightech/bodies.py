"""How much a request may bring: asked before anything of it is read, by address."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from hightech.unavailable import unavailable

MIB = 2**20
PIECE = 64 * 1024
TOO_LARGE = "发送的内容太大：这个页面最多接收 {} MB。请减少文件或内容后再提交。"
NO_LENGTH = "请求没有说明内容的大小。请用浏览器重新提交。"


class BodyLimitMiddleware:
    """Refuses a body that is larger than its address takes, with 413 and a sentence.

    One that does not state its length (chunked) is read no further than that bound, and refused with 411: Django
    itself reads such a body as an empty one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _refused(request) or self.get_response(request)


def _refused(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or ""
    is_chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    if not length and not is_chunked:
        return None
    most = most_bytes(request)
    if length.isdecimal() and len(length) < 20 and int(length) <= most and not is_chunked:
        return None
    if is_chunked and not length and not _exceeds(request, most):
        return unavailable(request, NO_LENGTH, status=411, keeps_typed=False)
    return unavailable(request, TOO_LARGE.format(f"{most / MIB:g}"), status=413, keeps_typed=False)


def _exceeds(request: HttpRequest, most: int) -> bool:
    """Whether an undeclared body is larger; it is dropped while it is counted."""
    source, seen = request.META["wsgi.input"], 0
    while seen <= most and (piece := source.read(PIECE)):
        seen += len(piece)
    return seen > most


def most_bytes(request: HttpRequest) -> int:
    """What the address takes; a stranger never brings more than a form without files."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return settings.BODY_LIMIT
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return settings.BODY_LIMIT
    limits: dict[str, int] = settings.BODY_LIMITS
    return limits.get(match.view_name, settings.BODY_LIMIT)
