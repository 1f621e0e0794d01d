"""Robots and other systems that are told: keep one, switch it, try it, send again what it has not taken.

Each step is in the history or the audit. Nothing is sent here: the worker sends (`notices/robots.py`).
"""

from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from projects.actions.auditing import note
from projects.actions.recording import record
from projects.models import Receiver, ReceiverMessage, User
from projects.models.receiver import ReceiverMessageQuerySet
from projects.rules.broken import RuleBroken
from projects.rules.receivers import new_secret
from projects.vocabulary import AuditAct, DeliveryState

ON_TRIAL = "这是一条测试消息，收到就说明已经接通。"
AGAIN = (DeliveryState.SENT, DeliveryState.GIVEN_UP)


@dataclass(frozen=True, slots=True)
class KeptReceiver:
    """`secret`: the new one of another system, which is shown once; "" where there is none."""

    receiver: Receiver
    secret: str = ""


@transaction.atomic
def keep(receiver: Receiver, *, by: User, reason: str) -> KeptReceiver:
    """Save a new one, or a change; another system gets a secret of our making with its first save."""
    secret = ""
    if not receiver.is_robot and not receiver.secret:
        receiver.secret = secret = new_secret()
    record(receiver, by=by, reason=reason)
    return KeptReceiver(receiver, secret)


@transaction.atomic
def renew_secret(receiver: Receiver, *, by: User) -> KeptReceiver:
    """Another secret from now on; RuleBroken for a robot, whose service makes its own."""
    if receiver.is_robot:
        raise RuleBroken("机器人的签名密钥由群里的机器人设置给出，请到那里更换后填进来。")
    receiver.secret = new_secret()
    record(receiver, by=by, reason="更换签名密钥")
    return KeptReceiver(receiver, receiver.secret)


@transaction.atomic
def switch(receiver: Receiver, *, on: bool, by: User) -> None:
    """While it is off it is told nothing; what waits for it is given up, so that nothing old comes out later."""
    receiver.is_on = on
    record(receiver, by=by, reason="启用" if on else "停用")
    if not on:
        waiting = ReceiverMessage.objects.to(receiver).waiting()
        waiting.update(state=DeliveryState.GIVEN_UP, answer="推送已停用，没有发。")


@transaction.atomic
def try_out(receiver: Receiver, *, by: User) -> ReceiverMessage:
    """Put a message on trial into the outbox; RuleBroken where it is switched off."""
    _demand_on(receiver)
    note(AuditAct.SETTINGS, by=by, subject=f"推送：{receiver}", detail="发测试消息")
    return ReceiverMessage.objects.create(receiver=receiver, cause=f"trial:{uuid4()}", text=ON_TRIAL)


@transaction.atomic
def send_again(messages: ReceiverMessageQuerySet, receiver: Receiver, *, by: User) -> int:
    """Put messages that have ended into the outbox once more, with the same numbers; how many."""
    _demand_on(receiver)
    ended = messages.to(receiver).filter(state__in=AGAIN)
    number = ended.update(state=DeliveryState.WAITING, due_at=timezone.now(), attempts=0, answer="")
    if number:
        note(AuditAct.SETTINGS, by=by, subject=f"推送：{receiver}", detail="重发", rows=number)
    return number


def _demand_on(receiver: Receiver) -> None:
    if not receiver.is_on:
        raise RuleBroken("推送已停用，请先启用。")
