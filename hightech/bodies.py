"""Limits on the size of request bodies, by address, checked before the body is read."""

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
    """Refuse a body that is larger than the limit of its address, with 413 and a sentence.

    A body without a stated length (chunked) is read up to the limit only and refused with 411, because Django
    would read it as an empty one.
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
    """Whether a body without a stated length exceeds the limit; it is discarded while it is counted."""
    source, seen = request.META["wsgi.input"], 0
    while seen <= most and (piece := source.read(PIECE)):
        seen += len(piece)
    return seen > most


def most_bytes(request: HttpRequest) -> int:
    """The limit of the address; a user who is not signed in may only send a form without files."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return settings.BODY_LIMIT
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return settings.BODY_LIMIT
    limits: dict[str, int] = settings.BODY_LIMITS
    return limits.get(match.view_name, settings.BODY_LIMIT)
