"""What the audit hears of requests: sign-ins, refusals, files that are taken along, contact data that is read.

The middleware and the signals of Django call this; what actions change, they note themselves (`actions/auditing.py`).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from projects.actions.auditing import asking, note
from projects.models import AuditEntry, User
from projects.sessions import way_in
from projects.vocabulary import AuditAct

REFUSALS = frozenset({401, 403})


class Rows[R]:
    """Rows of an export that are counted while they are written."""

    def __init__(self) -> None:
        self.count = 0

    def counted(self, rows: Iterable[R]) -> Iterator[R]:
        for row in rows:
            self.count += 1
            yield row


class Export:
    """What an answer takes along: `name` in words, and how many rows."""

    def __init__(self, name: str, rows: int | None = None) -> None:
        self.name = name
        self.counted: Rows[Any] | None = None
        self._rows = rows

    @property
    def rows(self) -> int | None:
        return self.counted.count if self.counted else self._rows


def mark_export(response: HttpResponseBase, export: Export) -> None:
    """The answer takes this along; the middleware notes it."""
    response.export = export  # type: ignore[attr-defined]


def mark_contacts(request: HttpRequest, subject: str) -> None:
    """The page shows phone numbers of this; the middleware notes it once a day for each reader."""
    request.contacts_of = subject  # type: ignore[attr-defined]


class AuditMiddleware:
    """Note what an answer says about the request: refused, taken along, contact data read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with asking(get_client_ip_address(request)):
            response = self.get_response(request)
            if response.status_code in REFUSALS:
                _note_refusal(request, response)
            elif response.status_code < 300:
                _note_export(request, response)
                _note_contacts(request)
        return response


def _person(request: HttpRequest) -> User | None:
    """Who asks. It may ask the database, so only what is noted asks it: `/healthz` answers without one."""
    return request.user if isinstance(request.user, User) else None


def _note_refusal(request: HttpRequest, response: HttpResponseBase) -> None:
    """Without a key or an account nothing is refused: whoever asks is asked to sign in."""
    user = _person(request)
    if user is None and not request.headers.get("Authorization"):
        return
    words = str(getattr(response, "data", {}).get("detail", "")) if hasattr(response, "data") else ""
    note(AuditAct.REFUSED, by=user, subject=f"{request.method} {request.get_full_path()}", detail=words)


def _note_export(request: HttpRequest, response: HttpResponseBase) -> None:
    export: Export | None = getattr(response, "export", None)
    disposition = response.get("Content-Disposition", "")
    if export is None and disposition.startswith("attachment"):
        export = Export(unquote(disposition.rpartition("''")[2]) or request.path)
    if export is None:
        return
    path, user = request.get_full_path(), _person(request)
    if isinstance(response, StreamingHttpResponse) and export.counted and not _is_file(response):
        response.streaming_content = _until_sent(
            response.streaming_content, export, user, path, get_client_ip_address(request)
        )
    else:
        note(AuditAct.EXPORTED, by=user, subject=export.name, detail=path, rows=export.rows)


def _is_file(response: StreamingHttpResponse) -> bool:
    """A file was written before it is sent, so its rows are known."""
    return hasattr(response, "file_to_stream")


def _until_sent(
    pieces: Any, export: Export, user: User | None, path: str, address: str | None
) -> Iterator[bytes]:
    """The pieces; in the end, or where the reader went away, how many rows were sent."""
    try:
        yield from pieces
    finally:
        with asking(address):
            note(AuditAct.EXPORTED, by=user, subject=export.name, detail=path, rows=export.rows)


def _note_contacts(request: HttpRequest) -> None:
    subject = getattr(request, "contacts_of", "")
    user = _person(request) if subject else None
    if user is None:
        return
    act, today = AuditAct.CONTACT_READ, timezone.localdate()
    if not AuditEntry.objects.said_today(act, by=user, subject=subject, today=today):
        note(act, by=user, subject=subject, detail=request.path)


# What Django says of sign-ins


def on_signed_in(sender: object, request: HttpRequest | None, user: User, **signal: object) -> None:
    if request is not None:
        program = request.META.get("HTTP_USER_AGENT", "")[:300]
        note(AuditAct.SIGNED_IN, by=user, detail="；".join(filter(None, (way_in(request, user), program))))


def on_signed_out(sender: object, request: HttpRequest, user: User | None, **signal: object) -> None:
    if user is not None:
        note(AuditAct.SIGNED_OUT, by=user, detail=getattr(request, "session_ended", ""))


def on_sign_in_failed(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **signal: object
) -> None:
    """The name that was tried; the account, where there is one, in whatever case it was typed."""
    if request is None:
        return
    name = str(credentials.get("username", ""))
    is_locked = getattr(request, "axes_locked_out", False)
    act = AuditAct.LOCKED_OUT if is_locked else AuditAct.SIGN_IN_FAILED
    note(
        act,
        by=User.objects.filter(username=name).first(),
        by_name=name.replace("\0", ""),
        detail=str(signal.get("detail", "")),
    )
