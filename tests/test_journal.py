"""The log: what stands in a line, in words and as JSON, and what never does."""

import json
import logging
import re
import sys
from ipaddress import ip_network

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from hightech import env
from hightech.journal import JournalMiddleware, JsonFormatter, LineFormatter, RequestFilter
from projects.models import User

MOMENT = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00"


class Kept(logging.Handler):
    """Keeps the lines that a formatter makes."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.addFilter(RequestFilter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def lines_of(
    caller: HttpRequest, formatter: logging.Formatter, *, status: int = 200
) -> tuple[str, list[str]]:
    """The number that the answer carries, and the lines of a request whose view logs one of its own."""
    kept, view_log, access = (
        Kept(formatter),
        logging.getLogger("projects.test"),
        logging.getLogger("hightech.access"),
    )
    level = access.level
    for logger in (view_log, access):
        logger.addHandler(kept)
    access.setLevel(logging.INFO)

    def view(request: HttpRequest) -> HttpResponse:
        request.__dict__["_cached_user"] = User(pk=7, username="zhang.san")
        view_log.warning("读不了 %s", "清单.xlsx")
        return HttpResponse(status=status)

    try:
        return JournalMiddleware(view)(caller)["X-Request-ID"], kept.lines
    finally:
        access.setLevel(level)
        for logger in (view_log, access):
            logger.removeHandler(kept)


def asked(path: str = "/projects/?q=13900000000", **said: str) -> HttpRequest:
    return RequestFactory().get(path, REMOTE_ADDR="10.0.0.1", headers=said)


def test_each_line_of_a_request_carries_its_number_and_the_account() -> None:
    number, (own, access) = lines_of(asked(), JsonFormatter())

    assert json.loads(own) | {"time": ""} == {
        "time": "", "level": "WARNING", "logger": "projects.test", "request_id": number, "user_id": "-",
        "message": "读不了 清单.xlsx",
    }  # fmt: skip
    told = json.loads(access)
    assert (told["request_id"], told["user_id"]) == (number, 7)
    assert (told["method"], told["path"], told["status"]) == ("GET", "/projects/", 200)
    assert told["milliseconds"] >= 0


def test_no_line_says_what_was_asked_or_who_by_name() -> None:
    for formatter in (JsonFormatter(), LineFormatter()):
        _, lines = lines_of(asked(), formatter)
        assert len(lines) == 2
        assert not [line for line in lines if "13900000000" in line or "zhang" in line or "10.0.0.1" in line]


def test_a_line_in_words_has_the_local_time_with_its_zone() -> None:
    number, (own, access) = lines_of(asked(), LineFormatter())

    assert re.fullmatch(rf"{MOMENT} WARNING projects\.test {number} - 读不了 清单\.xlsx", own)
    assert re.fullmatch(rf"{MOMENT} INFO hightech\.access {number} 7 GET /projects/ 200 [\d.]+ ms", access)


@pytest.mark.parametrize("status", [200, 503])
def test_a_monitor_is_logged_only_when_it_is_answered_badly(status: int) -> None:
    _, lines = lines_of(asked("/readyz"), LineFormatter(), status=status)
    assert len(lines) == (1 if status == 200 else 2)


@override_settings(PROXY_NETWORKS=[ip_network("10.0.0.1")])
@pytest.mark.parametrize(
    ("brought", "taken"),
    [("a1b2c3d4-e5", True), ("short", False), ("x" * 65, False), ("a b c d e f g h", False)],
)
def test_a_proxy_brings_the_number_where_it_has_the_form_of_one(brought: str, taken: bool) -> None:
    number, _ = lines_of(asked(**{"X-Request-ID": brought}), LineFormatter())
    assert (number == brought) is taken


@override_settings(PROXY_NETWORKS=[])
def test_nobody_else_does() -> None:
    assert lines_of(asked(**{"X-Request-ID": "a1b2c3d4-e5"}), LineFormatter())[0] != "a1b2c3d4-e5"


def test_a_fault_stands_in_one_object_with_its_traceback() -> None:
    try:
        raise ValueError("坏")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "出错", (), sys.exc_info())
    RequestFilter().filter(record)
    line = JsonFormatter().format(record)

    assert "\n" not in line
    assert "ValueError: 坏" in json.loads(line)["traceback"]
    assert json.loads(line)["request_id"] == "-"


def test_an_unknown_form_is_refused_when_the_settings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", "xml")
    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT 应是 line、json 之一"):
        env.choice("LOG_FORMAT", "line", "json")
