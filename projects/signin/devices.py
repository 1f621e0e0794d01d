"""Browsers in which an account was used before.

Wrong passwords from such a browser are counted apart from those of strangers, even at the same address: whoever types
wrong passwords for a colleague on purpose locks himself out, not the colleague at the usual computer.
"""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from projects.models import User
from projects.rules.sign_ins import counted_as

COOKIE = "device"
KEPT = timedelta(days=180)
MARK_BYTES = 8
MOST_ACCOUNTS = 8
"""Accounts that a shared computer remembers, the newest last."""


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Tell the browser, after a whole sign-in, that this account was used in it."""
    mark, accounts = _read(request) or (secrets.token_hex(MARK_BYTES), [])
    own = _sign_of(user.username)
    kept = [account for account in accounts if account != own][1 - MOST_ACCOUNTS :]
    response.set_cookie(
        COOKIE,
        signing.dumps([mark, [*kept, own]], salt=COOKIE),
        max_age=KEPT,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        path=settings.SESSION_COOKIE_PATH,
    )


def known_device(request: HttpRequest, username: str) -> str:
    """The mark of the browser where the account was used in it, "" otherwise."""
    mark, accounts = _read(request) or ("", [])
    return mark if _sign_of(username) in accounts else ""


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """For django-axes: what a failure of this request is counted under."""
    name = (credentials or request.POST).get("username")
    return counted_as(name, known_device(request, name)) if name else name


def _read(request: HttpRequest) -> tuple[str, list[str]] | None:
    """What the browser was told; None where nothing, or nothing of ours."""
    try:
        mark, accounts = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=KEPT)
    except signing.BadSignature:
        return None
    return mark, accounts


def _sign_of(username: str) -> str:
    """Stands for the account in the cookie, which others at the same computer can read."""
    return salted_hmac(COOKIE, username, algorithm="sha256").hexdigest()[:16]
