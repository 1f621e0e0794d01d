"""Empty the outbox: one mail a person with what waits. Called by the worker.

A claim is committed before anything is sent, so two workers never send the same; a server that is down is asked again
after a growing while, and what a process left behind while sending is given up, since it may have gone out.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from projects import access
from projects.models import Delivery, Notice, User
from projects.models.district import current_district
from projects.rules.retrying import BROKEN_OFF_AFTER, MOST_ATTEMPTS, wait_after
from projects.vocabulary import DeliveryState

log = logging.getLogger(__name__)

MOST_PEOPLE = 50
"""Mails of one job; the next one goes on."""

NO_ADDRESS = "账号没有邮箱，或者邮箱不在允许的范围内。"
NOT_READABLE = "已经看过，或者现在看不到。"
MAY_HAVE_LEFT = "发送时中断，可能已经发出，不再重发。"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What one mail holds; nobody else sends it."""

    person: User
    deliveries: list[Delivery]


def is_due(now: datetime) -> bool:
    return settings.MAIL_ON and Delivery.objects.due(now).exists()


def send_due(now: datetime) -> int:
    """Send a mail to each person for whom something is due; how many mails went out."""
    lost = Delivery.objects.broken_off(now - BROKEN_OFF_AFTER)
    lost.update(state=DeliveryState.GIVEN_UP, fault=MAY_HAVE_LEFT)
    people = Delivery.objects.due(now).order_by().values_list("notice__person", flat=True).distinct()
    sent = 0
    for person in User.objects.with_roles().filter(pk__in=list(people[:MOST_PEOPLE])):
        claimed = _claim(person, now)
        sent += bool(claimed.deliveries) and _send(claimed, now)
    return sent


def may_be_mailed(address: str) -> bool:
    """Whether the domain of the address stands on the list of the settings."""
    return address.rpartition("@")[2].lower() in settings.MAIL_DOMAINS


@transaction.atomic
def _claim(person: User, now: datetime) -> Claimed:
    """Mark what is due as being sent; what the person has read, or may not see any more, is dropped."""
    due = Delivery.objects.due(now).to(person).select_for_update(of=("self",))
    deliveries = list(due.select_related("notice"))
    readable = set(access.readable_notices(person).untold().values_list("pk", flat=True))
    kept = []
    for delivery in deliveries:
        if not person.is_active or not may_be_mailed(person.email):
            _end(delivery, DeliveryState.GIVEN_UP, NO_ADDRESS)
        elif delivery.notice_id not in readable:
            _end(delivery, DeliveryState.GIVEN_UP, NOT_READABLE)
        else:
            delivery.claimed_at = now
            _end(delivery, DeliveryState.SENDING)
            kept.append(delivery)
    return Claimed(person, kept)


def _send(claimed: Claimed, now: datetime) -> bool:
    """Whether the server has taken the mail."""
    notices = [delivery.notice for delivery in claimed.deliveries]
    try:
        _message(claimed.person, notices).send()
    except SMTPRecipientsRefused as refused:
        _settle(claimed, DeliveryState.GIVEN_UP, str(refused))
        return False
    except (OSError, SMTPException) as away:
        log.warning("邮件没有发出，稍后再试（mail not sent, trying again later）：%s", away)
        _try_again(claimed, now, str(away))
        return False
    _settle(claimed, DeliveryState.SENT, sent_at=timezone.now())
    return True


def _message(person: User, notices: list[Notice]) -> EmailMessage:
    district = current_district()
    first = notices[0].text if len(notices) == 1 else f"{len(notices)} 条通知"
    context = {"person": person, "notices": notices, "district": district, "site": settings.SITE_URL}
    subject = " ".join(f"{district.product}：{first}".split())
    return EmailMessage(subject, render_to_string("mail/notices.txt", context), to=[person.email])


@transaction.atomic
def _settle(claimed: Claimed, state: DeliveryState, fault: str = "", sent_at: datetime | None = None) -> None:
    for delivery in claimed.deliveries:
        delivery.sent_at, delivery.attempts = sent_at, delivery.attempts + 1
        _end(delivery, state, fault)


@transaction.atomic
def _try_again(claimed: Claimed, now: datetime, fault: str) -> None:
    for delivery in claimed.deliveries:
        delivery.due_at = now + wait_after(delivery.attempts)
        delivery.attempts += 1
        is_over = delivery.attempts >= MOST_ATTEMPTS
        _end(delivery, DeliveryState.GIVEN_UP if is_over else DeliveryState.WAITING, fault)


def _end(delivery: Delivery, state: DeliveryState, fault: str = "") -> None:
    delivery.state, delivery.fault = state, fault[:300]
    delivery.save()
