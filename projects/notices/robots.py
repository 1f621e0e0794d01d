"""Empty the outbox of robots and other systems, called by the worker.

A claim is committed before anything is sent. A robot gets what waits for it in one message; another system gets each
event by itself. Whether a robot has taken a message that nobody answered is not known, so it is not sent again by
itself: nothing is sent twice. Another system tells doubles by their number, so it is sent them again.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from projects.models import Organisation, Receiver, ReceiverMessage
from projects.models.audience import audible
from projects.models.district import current_district
from projects.notices.posting import Answer, NotReached, Unanswered, post
from projects.notices.services import Outcome, Request, fitting, robot_request, verdict, webhook_request
from projects.rules.broken import RuleBroken
from projects.rules.retrying import BROKEN_OFF_AFTER, MOST_ATTEMPTS, wait_after
from projects.vocabulary import DeliveryState, ReceiverService

log = logging.getLogger(__name__)

MOST_REQUESTS = 15
"""Requests to one receiver in one job: services take some twenty a minute. The next job goes on."""
MOST_LINES = 20
LONGEST_BODY = 1700
"""Bytes of the lines of one message; 企业微信 takes 2,048."""
NOT_FOR_AUDIENCE = "不归看的单位负责了，没有发。"
MAY_HAVE_LEFT = "可能已经发出，没有自动重发。"
BROKEN_OFF = f"发送时中断，{MAY_HAVE_LEFT}"


def is_due(now: datetime) -> bool:
    return bool(settings.OUTGOING_HOSTS) and ReceiverMessage.objects.due(now).exists()


def send_due(now: datetime) -> int:
    """Send what is due to each receiver that is switched on; how many requests were taken."""
    if not settings.OUTGOING_HOSTS:
        return 0
    _settle_broken_off(now)
    waiting = ReceiverMessage.objects.due(now).order_by().values("receiver")
    taken = 0
    for receiver in Receiver.objects.with_audience().filter(pk__in=waiting):
        for _ in range(MOST_REQUESTS):
            claimed = _claim(receiver, now)
            if not claimed or not _send(receiver, claimed, now):
                break
            taken += 1
    return taken


def _settle_broken_off(now: datetime) -> None:
    lost = ReceiverMessage.objects.broken_off(now - BROKEN_OFF_AFTER)
    lost.filter(receiver__service=ReceiverService.WEBHOOK).update(state=DeliveryState.WAITING, due_at=now)
    lost.update(state=DeliveryState.GIVEN_UP, answer=BROKEN_OFF)


@transaction.atomic
def _claim(receiver: Receiver, now: datetime) -> list[ReceiverMessage]:
    """Mark as being sent what fits into one request; what its audience may not hear any more is dropped."""
    due = ReceiverMessage.objects.due(now).to(receiver).select_for_update(of=("self",))
    found = list(due[: MOST_LINES if receiver.is_robot else 1])
    kept = audible(receiver, found)
    heard = {message.pk for message in kept}
    for message in found:
        if message.pk not in heard:
            _end(message, DeliveryState.GIVEN_UP, NOT_FOR_AUDIENCE)
    if not kept and found:
        return _claim(receiver, now)
    claimed = kept[: fitting([_line(each) for each in kept], LONGEST_BODY)]
    for message in claimed:
        message.claimed_at = now
        _end(message, DeliveryState.SENDING)
    return claimed


def _send(receiver: Receiver, claimed: Sequence[ReceiverMessage], now: datetime) -> bool:
    """Whether the service has taken them, or has refused these alone, so that the next ones may be tried."""
    try:
        request = _request(receiver, claimed)
        outcome, words = verdict(receiver, _posted(request))
    except RuleBroken as broken:
        outcome, words = Outcome.REFUSED, str(broken)
    except NotReached as away:
        outcome, words = Outcome.AGAIN, str(away)
    except Unanswered as silent:
        if receiver.is_robot:
            outcome, words = Outcome.REFUSED, f"{silent}；{MAY_HAVE_LEFT}"
        else:
            outcome, words = Outcome.AGAIN, str(silent)
    match outcome:
        case Outcome.TAKEN:
            _settle(claimed, DeliveryState.SENT, words)
        case Outcome.REFUSED:
            _settle(claimed, DeliveryState.GIVEN_UP, words)
        case Outcome.AGAIN:
            _try_again(receiver, claimed, now, words)
    if outcome is not Outcome.TAKEN:
        log.warning("推送没有发出（not taken by %s）：%s", receiver.name, words)
    return outcome is Outcome.TAKEN


def _posted(request: Request) -> Answer:
    return post(request.address, request.body, request.headers)


def _request(receiver: Receiver, claimed: Sequence[ReceiverMessage]) -> Request:
    at = timezone.now()
    if not receiver.is_robot:
        return webhook_request(receiver, claimed[0], _data(claimed[0]), at=at)
    head = f"{current_district().product}：{len(claimed)} 条"
    return robot_request(receiver, "\n".join([head, *map(_line, claimed)]), at=at)


def _line(message: ReceiverMessage) -> str:
    kind = f"【{message.get_kind_display()}】" if message.kind else ""
    unit = _unit(message)
    whose = f"（{unit}）" if unit and unit.name not in message.text else ""
    link = f"\n{settings.SITE_URL}{message.path}" if settings.SITE_URL and message.path else ""
    return f"{kind}{message.text}{whose}{link}"


def _unit(message: ReceiverMessage) -> Organisation | None:
    """Who answers for what it is about."""
    if message.decision:
        return message.decision.organisation
    if message.problem:
        return message.problem.organisation or message.problem.project.organisation
    return message.organisation or (message.project.organisation if message.project else None)


def _data(message: ReceiverMessage) -> dict[str, Any]:
    unit = _unit(message)
    return {
        "text": message.text,
        "url": f"{settings.SITE_URL}{message.path}" if settings.SITE_URL and message.path else None,
        "project": message.project_id,
        "problem": message.problem_id,
        "decision": message.decision_id,
        "organisation": unit.name if unit else None,
    }


@transaction.atomic
def _settle(claimed: Sequence[ReceiverMessage], state: DeliveryState, words: str) -> None:
    for message in claimed:
        message.sent_at = timezone.now() if state == DeliveryState.SENT else None
        message.attempts += 1
        _end(message, state, words)


@transaction.atomic
def _try_again(receiver: Receiver, claimed: Sequence[ReceiverMessage], now: datetime, words: str) -> None:
    """The others that wait for the same service wait as long: one attempt asks for all of them."""
    due_at = now + wait_after(claimed[0].attempts)
    for message in claimed:
        message.due_at, message.attempts = due_at, message.attempts + 1
        is_over = message.attempts >= MOST_ATTEMPTS
        _end(message, DeliveryState.GIVEN_UP if is_over else DeliveryState.WAITING, words)
    ReceiverMessage.objects.due(now).to(receiver).update(due_at=due_at)


def _end(message: ReceiverMessage, state: DeliveryState, words: str = "") -> None:
    message.state, message.answer = state, words[:300]
    message.save()
