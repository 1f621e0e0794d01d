"""Redirects when a session has ended: to the sign-in page, and from there back to the page that the user was on, also
when the request came from a script or a sent form.

Called by Django: the middleware of every page, and the view of a refused form token.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

HOME = "/"
LONGEST_ADDRESS = 2000
EXPIRED = "页面已过期：可能已在别的窗口重新登录。这次没有保存，数据没有改动；请刷新页面后再提交。"


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's own middleware, but it leads back to the page instead of to the address of a partial or a sent form."""

    def handle_no_permission(  # type: ignore[override]  # htmx is told by a header instead
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        return to_sign_in(request)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to the sign-in page; htmx gets a header, because it would insert that page into the current one."""
    to = redirect_to_login(page_of(request), settings.LOGIN_URL)
    if not _is_htmx(request):
        return to
    return HttpResponse(status=204, headers={"HX-Redirect": to.url})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form with the token of another session: redirect to the sign-in page, or ask to open the page again."""
    signs_in = request.path == settings.LOGIN_URL
    if not request.user.is_authenticated and not signs_in:
        return to_sign_in(request)
    if _is_htmx(request):
        headers = {"X-Expired": "1"}
        return HttpResponse(EXPIRED, status=403, headers=headers, content_type="text/plain; charset=utf-8")
    return render(request, "403_csrf.html", {"sentence": EXPIRED}, status=403)


def page_of(request: HttpRequest) -> str:
    """The page of the request: its address, or for a partial or a sent form the page that contains it."""
    if _is_htmx(request):
        return own_path(request, request.headers.get("HX-Current-URL", "")) or HOME
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return own_path(request, request.headers.get("Referer", "")) or request.get_full_path()


def own_path(request: HttpRequest, address: str) -> str:
    """Path and query of an address from a header, if it is one of our pages; "" otherwise."""
    hosts = {request.get_host()}
    if len(address) > LONGEST_ADDRESS or not url_has_allowed_host_and_scheme(address, hosts):
        return ""
    parts = urlsplit(address)
    path = urlunsplit(("", "", parts.path, parts.query, ""))
    if not url_has_allowed_host_and_scheme(path, None) or not path.startswith("/"):
        return ""
    return "" if parts.path == settings.LOGIN_URL else path


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
