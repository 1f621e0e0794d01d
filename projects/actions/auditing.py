"""Add entries to the audit, each chained to the one before, and take away those that are older than the rule.

Where a request is answered, its address and key are known by `asking`, so that an action need not be told them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from projects.models import AuditEntry, User
from projects.models.append_only import protect, unprotect
from projects.vocabulary import AuditAct

SHORTEST_DAYS = 183
"""The law asks for six months; a shorter setting is read as this."""
_LOCK = 0x41554449  # of no other lock of the database: two entries may not follow the same one
_SUBJECT = AuditEntry._meta.get_field("subject").max_length or 0
_NAME = AuditEntry._meta.get_field("by_name").max_length or 0


@dataclass(slots=True)
class Asking:
    """From where the present request comes. `key`: the key of the API that it uses, in words, "" for none."""

    address: str | None
    key: str = ""


_asking: ContextVar[Asking | None] = ContextVar("asking", default=None)


@contextmanager
def asking(address: str | None) -> Iterator[Asking]:
    """The request that is answered within."""
    request = Asking(address)
    token = _asking.set(request)
    try:
        yield request
    finally:
        _asking.reset(token)


def asked_with(key: str) -> None:
    """The present request uses this key of the API: what is written from now on says so."""
    if (request := _asking.get()) is not None:
        request.key = key


def with_key(reason: str) -> str:
    """A reason for the history, which says whether a program has written with a key."""
    request = _asking.get()
    return f"{reason}（经接口密钥：{request.key}）" if request is not None and request.key else reason


@transaction.atomic
def note(
    act: AuditAct,
    *,
    by: User | None,
    subject: str = "",
    detail: str = "",
    rows: int | None = None,
    by_name: str = "",
) -> AuditEntry:
    """Add an entry. In a longer transaction it is the last step: others wait for it with theirs."""
    if connection.vendor == "postgresql":  # SQLite has one writer at a time anyhow
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    request = _asking.get()
    if request is not None and request.key:
        detail = "；".join(filter(None, (detail, f"经接口密钥：{request.key}")))
    entry = AuditEntry(
        act=act,
        by=by,
        by_name=(by_name or (by.username if by else ""))[:_NAME],
        address=request.address if request else None,
        subject=subject[:_SUBJECT],
        detail=detail,
        rows=rows,
    )
    entry.follow(AuditEntry.objects.newest())
    entry.save(force_insert=True)
    return entry


@transaction.atomic
def trim(*, now: datetime, by: User | None = None) -> int:
    """Take away entries older than `AUDIT_DAYS`, and say so in the chain; how many. 0 days: nothing is ever old."""
    if not settings.AUDIT_DAYS:
        return 0
    oldest = now - timedelta(days=max(settings.AUDIT_DAYS, SHORTEST_DAYS))
    last = AuditEntry.objects.filter(at__lt=oldest).newest()
    if last is None:
        return 0
    gone = AuditEntry.objects.filter(number__lte=last.number)
    if gone.filter(at__gte=oldest).exists():  # a clock that was set back: nothing young goes
        return 0
    unprotect()
    count, _ = gone.delete()
    protect()
    note(AuditAct.TRIMMED, by=by, subject=f"1—{last.number}", detail=last.digest, rows=count)
    return count
