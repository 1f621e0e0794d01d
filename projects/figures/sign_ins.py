"""Failed sign-ins: which accounts and addresses are locked because of them, and what an account's last ones were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from projects.models import AuditEntry, User
from projects.rules.sign_ins import account_of
from projects.vocabulary import AuditAct


@dataclass(frozen=True, slots=True)
class LimitedAddress:
    """An address from which only known browsers may sign in."""

    address: str
    failures: int


@dataclass(frozen=True, slots=True)
class LastSignIn:
    """The sign-in before the present one; None and "" for none. `failed`: how many failed since."""

    at: datetime | None
    address: str
    failed: int


def limited_addresses(address: str | None = None) -> Sequence[LimitedAddress]:
    """Addresses with too many failures, whatever names were tried, the most first; one query. `address`: only this."""
    attempts = AccessAttempt.objects.filter(attempt_time__gt=_since(), ip_address__isnull=False)
    if address is not None:
        attempts = attempts.filter(ip_address=address)
    sums = attempts.order_by().values("ip_address").annotate(failures=Sum("failures_since_start"))
    found = sums.filter(failures__gte=settings.SIGN_IN_ADDRESS_FAILURES).order_by("-failures", "ip_address")
    return [LimitedAddress(*one) for one in found.values_list("ip_address", "failures")]


def failures_of_locked() -> dict[str, int]:
    """By the name of each account that is locked somewhere: how many wrong passwords; one query."""
    attempts = AccessAttempt.objects.filter(
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gt=_since()
    )
    found: dict[str, int] = {}
    for counted, failures in attempts.values_list("username", "failures_since_start"):
        name = account_of(counted or "")
        found[name] = max(failures, found.get(name, 0))
    return found


def last_sign_in(person: User, *, before: datetime) -> LastSignIn:
    """What the audit says of the account's last sign-in before the moment at which this session began; two queries."""
    entries = AuditEntry.objects.filter(by=person, at__lt=before)
    last = entries.filter(act=AuditAct.SIGNED_IN).newest()
    failed = entries.filter(act__in=[AuditAct.SIGN_IN_FAILED, AuditAct.LOCKED_OUT])
    if last is not None:
        failed = failed.filter(number__gt=last.number)
    return LastSignIn(last.at if last else None, (last.address or "") if last else "", failed.count())


def _since() -> datetime:
    return timezone.now() - settings.AXES_COOLOFF_TIME
