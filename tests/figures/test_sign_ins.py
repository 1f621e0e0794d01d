"""Which accounts and addresses are locked, and what the account page says of the last sign-in."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from projects.actions.auditing import asking, note
from projects.figures.sign_ins import failures_of_locked, last_sign_in, limited_addresses
from projects.models import User
from projects.vocabulary import AuditAct
from tests import build

pytestmark = pytest.mark.django_db


def failed(name: str, number: int, address: str = "10.0.0.1", minutes_ago: int = 1) -> None:
    attempt = AccessAttempt.objects.create(
        username=name, ip_address=address, user_agent="x", failures_since_start=number
    )
    attempt.attempt_time = timezone.now() - timedelta(minutes=minutes_ago)
    attempt.save()


def test_an_account_is_locked_where_one_browser_failed_often_enough() -> None:
    limit = settings.AXES_FAILURE_LIMIT
    failed("wang", limit)
    failed("wang#0a1b", limit + 2, "10.0.0.2")
    failed("li", limit - 1)
    failed("zhao#ffff", limit)
    failed("chen", limit, minutes_ago=settings.AXES_COOLOFF_TIME.total_seconds() // 60 + 1)

    assert failures_of_locked() == {"wang": limit + 2, "zhao": limit}


def test_an_address_is_limited_for_the_failures_of_all_names() -> None:
    limit = settings.SIGN_IN_ADDRESS_FAILURES
    failed("wang", limit - 3)
    failed("li", 3)
    failed("zhao", limit - 1, "10.0.0.2")
    failed("chen", limit + 9, "10.0.0.3")

    assert [(one.address, one.failures) for one in limited_addresses()] == [
        ("10.0.0.3", limit + 9),
        ("10.0.0.1", limit),
    ]
    assert [one.failures for one in limited_addresses("10.0.0.1")] == [limit]
    assert limited_addresses("10.0.0.2") == []


def heard(act: AuditAct, person: User, address: str) -> None:
    with asking(address):
        note(act, by=person)


def test_the_last_sign_in_and_what_failed_since() -> None:
    wang, li = build.leader(), build.leader()
    heard(AuditAct.SIGN_IN_FAILED, wang, "10.0.0.9")
    heard(AuditAct.SIGNED_IN, wang, "10.0.0.1")
    heard(AuditAct.SIGN_IN_FAILED, wang, "10.0.0.2")
    heard(AuditAct.LOCKED_OUT, wang, "10.0.0.2")
    heard(AuditAct.SIGN_IN_FAILED, li, "10.0.0.2")
    now = timezone.now()
    heard(AuditAct.SIGNED_IN, wang, "10.0.0.3")

    last = last_sign_in(wang, before=now)

    assert (last.address, last.failed) == ("10.0.0.1", 2)
    assert last.at is not None
    first = last_sign_in(li, before=now)
    assert (first.at, first.address, first.failed) == (None, "", 1)
