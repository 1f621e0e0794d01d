"""How each service is spoken to: the body and the signature of a request, and what its answer means."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any
from urllib.parse import quote

from projects.models import Receiver, ReceiverMessage
from projects.notices.posting import Answer
from projects.rules.receivers import SECRET_MARK
from projects.vocabulary import ReceiverService

BUSY = frozenset({-1, 45009, 45033, 130101, 410100, 9499, 11232})
"""Codes that say “too many, or not now”: the message is sent again later."""
AGAIN_STATUS = frozenset({408, 425, 429})


class Outcome(Enum):
    TAKEN = auto()
    REFUSED = auto()
    AGAIN = auto()


@dataclass(frozen=True, slots=True)
class Request:
    address: str
    body: bytes
    headers: Mapping[str, str]


def robot_request(receiver: Receiver, text: str, *, at: datetime) -> Request:
    """One message for a group."""
    seconds = int(at.timestamp())
    match receiver.service:
        case ReceiverService.DINGTALK:
            content: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
            return Request(_signed_address(receiver, seconds * 1000), _json(content), {})
        case ReceiverService.FEISHU:
            content = {"msg_type": "text", "content": {"text": text}}
            if receiver.secret:
                sign = _hmac(f"{seconds}\n{receiver.secret}".encode(), b"")
                content |= {"timestamp": str(seconds), "sign": sign}
            return Request(receiver.address, _json(content), {})
        case _:
            return Request(receiver.address, _json({"msgtype": "text", "text": {"content": text}}), {})


def webhook_request(
    receiver: Receiver, message: ReceiverMessage, data: Mapping[str, Any], *, at: datetime
) -> Request:
    """One event, signed as the specification “Standard Webhooks” says."""
    body = _json({"type": message.kind or "test", "timestamp": message.made_at.isoformat(), "data": data})
    number, seconds = f"msg_{message.number.hex}", str(int(at.timestamp()))
    signed = b".".join([number.encode(), seconds.encode(), body])
    signature = _hmac(b64decode(receiver.secret.removeprefix(SECRET_MARK)), signed)
    headers = {
        "webhook-id": number,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }
    return Request(receiver.address, body, headers)


def verdict(receiver: Receiver, answer: Answer) -> tuple[Outcome, str]:
    """What the answer means, and its words for the page. Robots refuse with HTTP 200 and a code in the body."""
    status = f"HTTP {answer.status}"
    if not 200 <= answer.status < 300:
        is_passing = answer.status in AGAIN_STATUS or answer.status >= 500 or not receiver.is_robot
        words = f"{status}，转到别处，不跟随" if 300 <= answer.status < 400 else status
        return (Outcome.AGAIN if is_passing else Outcome.REFUSED), words
    if not receiver.is_robot:
        return Outcome.TAKEN, status
    try:
        content = json.loads(answer.text)
        code = next(content[key] for key in ("errcode", "code", "StatusCode") if key in content)
    except (ValueError, TypeError, StopIteration):
        return Outcome.AGAIN, f"{status}，看不懂的答复：{answer.text[:80]}"
    said = next((str(content[key]) for key in ("errmsg", "msg", "StatusMessage") if key in content), "")
    if code == 0:
        return Outcome.TAKEN, f"{code} {said}".strip()
    return (Outcome.AGAIN if code in BUSY else Outcome.REFUSED), f"{code} {said}".strip()


def _signed_address(receiver: Receiver, milliseconds: int) -> str:
    if not receiver.secret:
        return receiver.address
    sign = _hmac(receiver.secret.encode(), f"{milliseconds}\n{receiver.secret}".encode())
    joint = "&" if "?" in receiver.address else "?"
    return f"{receiver.address}{joint}timestamp={milliseconds}&sign={quote(sign, safe='')}"


def _hmac(key: bytes, content: bytes) -> str:
    return b64encode(hmac.digest(key, content, hashlib.sha256)).decode()


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def fitting(lines: Sequence[str], most: int) -> int:
    """How many of the lines, at least one, have no more than so many bytes together."""
    length = 0
    for number, line in enumerate(lines):
        length += len(line.encode()) + 1
        if length > most:
            return max(number, 1)
    return len(lines)
