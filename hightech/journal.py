"""The log: one line for each event, in words or as JSON (`LOG_FORMAT`), each with the request that it belongs to.

A line holds the local time with its zone, the level, the logger, the number of the request and of the account.
It holds no personal data: addresses are written without what was asked in them, people by the number of their account.
"""

import json
import logging
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from hightech.proxy import came_through_proxy

access_log = logging.getLogger("hightech.access")

ACCESS = ("method", "path", "status", "milliseconds")
"""What a line of the access log says of a request."""
REQUEST_ID = "X-Request-ID"
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by monitors: logged only when they fail."""
_FORM = re.compile(r"[A-Za-z0-9._-]{8,64}")

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_user_id: ContextVar[int | None] = ContextVar("user_id", default=None)


class JournalMiddleware:
    """The first middleware: numbers the request, answers with the number, and logs what was answered in what time.

    A proxy of ours may bring the number with it (`X-Request-ID`), so that its log and this one can be held together.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        numbered = _request_id.set(_number_of(request))
        nobody = _user_id.set(None)
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            _user_id.set(_account_of(request))
            response[REQUEST_ID] = _request_id.get()
            if request.path not in QUIET or response.status_code >= 400:
                passed = round((time.perf_counter() - begun) * 1000, 1)
                said = (request.method, request.path, response.status_code, passed)
                access_log.info("%s %s %s %s ms", *said, extra=dict(zip(ACCESS, said, strict=True)))
            return response
        finally:
            _user_id.reset(nobody)
            _request_id.reset(numbered)


def _number_of(request: HttpRequest) -> str:
    brought = request.headers.get(REQUEST_ID, "") if came_through_proxy(request) else ""
    return brought if _FORM.fullmatch(brought) else token_hex(8)


def _account_of(request: HttpRequest) -> int | None:
    """Only where somebody has asked for the account already: the log asks the database nothing."""
    user = request.__dict__.get("_cached_user")
    return getattr(user, "pk", None)


class RequestFilter(logging.Filter):
    """Gives each record the numbers of its request and account; "-" outside a request and for a stranger."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get() or "-"
        record.user_id = _user_id.get() or "-"
        return True


class LineFormatter(logging.Formatter):
    """Words in one line; a traceback follows in lines of its own."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {request_id} {user_id} {message}", style="{")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return _moment(record)


class JsonFormatter(logging.Formatter):
    """One JSON object a line, a traceback in it as text."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "user_id": getattr(record, "user_id", "-"),
            "message": record.getMessage(),
        }
        said |= {name: record.__dict__[name] for name in ACCESS if name in record.__dict__}
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
