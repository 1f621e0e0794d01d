"""Every address of the site states who may open it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.views.decorators.http import require_safe

from projects import access
from tests import build

EVERYBODY = "everybody"
ADMIN = "admin"
"""Django's own site of the admin asks for itself; what it answers to whom stands in the matrix."""


def who_may(view: Callable[..., Any], *, of_admin: bool = False) -> str:
    """What a view states: the name of a test of `access`, `everybody`, or "" for nothing."""
    if hasattr(view, "cls") and hasattr(view.cls, "permission_classes"):  # of the API, which asks by itself
        stated = {getattr(permission, "who_may", "") for permission in view.cls.permission_classes}
        return "" if "" in stated else " and ".join(sorted(stated))
    if getattr(view, "login_required", True) is False:
        return EVERYBODY
    if of_admin:
        return ADMIN
    return getattr(view, "who_may", "")


def entries(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from entries(entry, before + str(entry.pattern))
        else:
            yield before + str(entry.pattern), entry


def silent(resolver: URLResolver) -> list[str]:
    """Addresses that state nothing."""
    return [
        shape
        for shape, entry in entries(resolver)
        if not who_may(entry.callback, of_admin=shape.startswith("admin/"))
    ]


@pytest.mark.once
def test_every_address_states_who_may_open_it() -> None:
    assert silent(get_resolver()) == []


@pytest.mark.django_db
def test_what_is_stated_is_a_test_of_access() -> None:
    stated = {
        who_may(entry.callback) for shape, entry in entries(get_resolver()) if not shape.startswith("admin/")
    }
    user = build.office()
    for name in stated - {EVERYBODY}:
        assert isinstance(getattr(access, name)(user), bool)


@pytest.mark.once
def test_few_addresses_are_for_everybody() -> None:
    """Signing in and out, what monitors ask, and what a browser asks before anybody has signed in."""
    public = {shape for shape, entry in entries(get_resolver()) if who_may(entry.callback) == EVERYBODY}
    assert public == {
        "accounts/login/",
        "accounts/logout/",
        "accounts/oidc/",
        "accounts/oidc/return/",
        "accounts/second-factor/authenticate/",
        "admin/login/",
        "calendar/feed.ics",  # with a key (tests/views/test_calendar_feeds.py)
        "favicon.ico",
        "healthz",
        "metrics",  # to a listed address with a token (tests/test_metrics.py)
        "readyz",
        "manifest.webmanifest",
        "settings/district/logo.png",
    }


@require_safe
def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class Urls:
    urlpatterns = [
        path("open/", forgotten),
        path("kept/", require_safe(access.allowed(access.has_account)(forgotten))),
    ]


@pytest.mark.once
def test_a_view_that_states_nothing_is_found() -> None:
    assert silent(get_resolver(Urls)) == ["open/"]
