"""Redirects when a session has ended: to the sign-in page, and from there back to the page that the user was on, also
when the request came from a script or a sent form.

Called by Django: the middleware of every page, and the view of a refused form token.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from projects.models import User
from projects.sessions import touch, way_in, why_ended
from projects.signin.second_factor import lacks_second_factor

HOME = "/"
WITHOUT_OWN_PASSWORD = frozenset({"password_change", "account_logout"})
WITHOUT_SECOND_FACTOR = WITHOUT_OWN_PASSWORD | {"mfa_activate_totp", "account_reauthenticate"}
LONGEST_ADDRESS = 2000
EXPIRED = "页面已过期：可能已在别的窗口重新登录。这次没有保存，数据没有改动；请刷新页面后再提交。"

NO_ADMIN = "您的账号不能进入后台：后台只供项目办和管理员使用。"


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's own middleware, but it leads back to the page instead of to the address of a partial or a sent form."""

    def handle_no_permission(  # type: ignore[override]  # htmx is told by a header instead
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        return to_sign_in(request)


class SessionEndMiddleware:
    """Sign out whose session is too old or was idle for too long; the request goes on as nobody's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *rest: object) -> None:
        """Pages for everybody are left alone, without a query: `/healthz` answers without a database. Views of the API
        (`cls`) take sessions, too, though they refuse by themselves."""
        takes_session = getattr(view, "login_required", True) or hasattr(view, "cls")
        if not takes_session or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return
        if not request.user.is_authenticated:
            return
        if why := why_ended(request):
            request.session_ended = why  # type: ignore[attr-defined]  # for the audit
            logout(request)
        else:
            touch(request)


class FirstStepsMiddleware:
    """Whoever signed in with a temporary or an old password changes it before any other page opens; then whoever needs
    a second factor sets it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *rest: object) -> HttpResponse | None:
        """Pages for everybody are left alone, without a query; the API refuses by itself."""
        match = request.resolver_match
        if not getattr(view, "login_required", True) or match is None or not isinstance(request.user, User):
            return None
        request.user.uses_provider = bool(way_in(request, request.user))
        if request.user.must_change_password:
            return _first(request, "password_change", but=WITHOUT_OWN_PASSWORD)
        request.user.lacks_second_factor = lacks_second_factor(request)
        if request.user.lacks_second_factor:
            return _first(request, "mfa_activate_totp", but=WITHOUT_SECOND_FACTOR)
        return None


def _first(request: HttpRequest, step: str, *, but: frozenset[str]) -> HttpResponse | None:
    """Lead to the page of the step; None for those pages that open before it is done."""
    if request.resolver_match is not None and request.resolver_match.view_name in but:
        return None
    to = resolve_url(step)
    if _is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return redirect(to)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to the sign-in page; htmx gets a header, because it would insert that page into the current one."""
    to = redirect_to_login(page_of(request), settings.LOGIN_URL)
    if not _is_htmx(request):
        return to
    return HttpResponse(status=204, headers={"HX-Redirect": to.url})


@login_not_required
def admin_sign_in(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """In place of the admin's own sign-in, which asks no second factor: lead to the one of the site.

    Whoever is signed in and still came here has no right to the admin.
    """
    said = request.GET.get(REDIRECT_FIELD_NAME, "")
    there = own_path(request, request.build_absolute_uri(said)) if said.startswith("/") else ""
    if not request.user.is_authenticated:
        return redirect_to_login(there or resolve_url("admin:index"), settings.LOGIN_URL)
    if not admin.site.has_permission(request):
        raise PermissionDenied(NO_ADMIN)
    return redirect("admin:index")


def admin_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """In place of the admin's own page for one's password, which knows neither history nor age."""
    return redirect("password_change")


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
