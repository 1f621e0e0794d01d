"""Sessions in the database that know their person (`SESSION_ENGINE`): Django's own store with columns of ours.

What a session is told at the sign-in (`remember`) goes into the columns each time it is saved.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone

from projects.models.account import Session
from projects.models.person import User
from projects.rules.typed import whole_number

PROGRAM, ADDRESS, BEGAN_AT, DIRECTORY = "program", "address", "began_at", "directory"
LONGEST_PROGRAM = Session._meta.get_field("program").max_length or 0


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    seen_at: datetime | None = None
    """When the session was last used before this request; None for one that is not stored."""

    def _get_session_from_db(self) -> Session | None:
        session: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        self.seen_at = session.seen_at if session else None
        return session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session: Session = super().create_model_instance(data)  # type: ignore[assignment]
        session.user_id = whole_number(str(data.get(SESSION_KEY, "")))
        session.program = str(data.get(PROGRAM, ""))
        session.address = data.get(ADDRESS)
        session.seen_at = timezone.now()
        if began_at := data.get(BEGAN_AT):
            session.began_at = datetime.fromisoformat(began_at)
        return session


def remember(sender: object, request: HttpRequest | None, user: User, **signal: object) -> None:
    """Note at a sign-in which program at which address it came from."""
    if request is None:
        return
    request.session[PROGRAM] = request.META.get("HTTP_USER_AGENT", "")[:LONGEST_PROGRAM]
    request.session[ADDRESS] = get_client_ip_address(request)
    request.session[BEGAN_AT] = timezone.now().isoformat()


def why_ended(request: HttpRequest) -> str:
    """Why the session of whoever is signed in has ended, "" where it goes on."""
    if timezone.now() - began_at(request) > timedelta(seconds=settings.SESSION_COOKIE_AGE):
        return "登录时间已到"
    seen_at = getattr(request.session, "seen_at", None)
    is_idle = settings.SESSION_IDLE and seen_at and timezone.now() - seen_at > settings.SESSION_IDLE
    return "长时间没有操作" if is_idle else ""


def touch(request: HttpRequest) -> None:
    """Note that the session is in use, ten times within the time that it may be idle; reading goes on where that
    cannot be written."""
    seen_at = getattr(request.session, "seen_at", None)
    if not settings.SESSION_IDLE or seen_at is None:
        return
    now = timezone.now()
    if now - seen_at > settings.SESSION_IDLE / 10:
        with suppress(DatabaseError):
            Session.objects.filter(session_key=request.session.session_key).update(seen_at=now)


def began_at(request: HttpRequest) -> datetime:
    """When somebody signed in here; now, for a session that was not begun by a sign-in."""
    said = request.session.get(BEGAN_AT)
    return datetime.fromisoformat(said) if said else timezone.now()


def remember_directory(request: HttpRequest, name: str) -> None:
    """Note at a sign-in as whom the directory knows the person; "" where it was not the directory that let them in."""
    request.session[DIRECTORY] = name


def way_in(request: HttpRequest, user: User) -> str:
    """By whom the person is known who did not come in by a password of the register, such as 经统一认证（7c5e）; else
    "".
    """
    if name := request.session.get(DIRECTORY):
        return f"经统一目录（{name}）"
    records = get_authentication_records(request, user)
    found = (one.get("uid") for one in records if one["method"] == "socialaccount")
    return next((f"经统一认证（{name}）" for name in found), "")
