"""Somebody who asks the site for whatever; each request is taken back, so that all meet one register."""

import json
import re
from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.http import HttpResponse
from django.test import Client

from projects.models import User
from tests import build

CHINESE = re.compile(r"[一-鿿]")


class Stranger:
    """Somebody who sends requests; each is taken back. `faults`: what was answered wrongly."""

    def __init__(self, user: User | None, **headers: str) -> None:
        self.cookies = build.browser_of(user).cookies
        self.headers = headers
        self.faults: list[str] = []

    def ask(self, method: str, path: str, **sent: Any) -> HttpResponse:
        client = Client(raise_request_exception=False, headers=self.headers)
        client.cookies.update(self.cookies)
        with transaction.atomic():
            answer = client.generic(method, path, **sent)
            if answer.streaming:
                answer.sent = b"".join(answer)
                close(answer)
            if method != "HEAD" and (fault := fault_of(answer)):
                self.faults.append(f"{method} {path[:200]} {str(sent)[:400]}: {fault}")
            transaction.set_rollback(True)
        return answer


def close(answer: HttpResponse) -> None:
    """Let go of the file behind an answer, and not of the connection."""
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)


def content_of(answer: HttpResponse) -> bytes:
    """What was sent, also of an answer that was streamed and is closed."""
    return answer.sent if answer.streaming else answer.content


def fault_of(answer: HttpResponse) -> str:
    """What is wrong with an answer; "" for a good one."""
    if answer.status_code >= 500:
        kind, why, _ = getattr(answer, "exc_info", None) or (None, "", None)
        return f"{answer.status_code} {kind.__name__ if kind else ''} {str(why)[:200]}"
    if answer.status_code < 400 or CHINESE.search(content := content_of(answer).decode()):
        return ""
    return "" if is_json(content) else f"{answer.status_code} without a text: {content[:100]}"


def is_json(content: str) -> bool:
    try:
        return isinstance(json.loads(content), dict)
    except ValueError:
        return False
