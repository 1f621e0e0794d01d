"""Send one request to another system and read its answer: no redirect, no proxy, no address of an inner network.

The name is resolved once and the connection goes to an address that was checked, so that an answer of the name
server cannot change in between.
"""

import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from threading import Timer

from django.conf import settings

from projects.rules.broken import RuleBroken
from projects.rules.outgoing import Target, is_public, target_of

STEP_SECONDS = 10
"""For connecting, and for each part of the answer."""
WHOLE_SECONDS = 30
"""For a request and its answer; a server that answers letter by letter does not hold the worker."""
LONGEST_ANSWER = 64 * 1024


class NotReached(Exception):
    """The request did not arrive: it may be sent again."""


class Unanswered(Exception):
    """The request may have arrived, but no answer came."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str


class _Connection(HTTPConnection):
    """To an address that was checked, whatever the name would lead to now."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=STEP_SECONDS)
        self.address = address
        self.context = ssl.create_default_context() if target.is_secure else None

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), STEP_SECONDS)
        try:
            self.sock = self.context.wrap_socket(plain, server_hostname=self.host) if self.context else plain
        except OSError:
            plain.close()
            raise


def post(address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """The answer, whatever it says. Raises RuleBroken for an address that is not allowed, NotReached, Unanswered."""
    target = target_of(address, settings.OUTGOING_HOSTS)
    connection = _connected(target)
    with closing(connection):
        timer = Timer(WHOLE_SECONDS, _cut, [connection.sock])
        timer.start()
        try:
            return _exchange(connection, target, body, headers)
        finally:
            timer.cancel()


def _exchange(connection: _Connection, target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    try:
        connection.request("POST", target.path, body, {"Content-Type": "application/json"} | dict(headers))
    except OSError as error:
        raise NotReached(f"没有发到：{error}") from error
    try:
        response = connection.getresponse()
        return Answer(response.status, response.read(LONGEST_ANSWER).decode(errors="replace"))
    except (OSError, HTTPException) as error:
        raise Unanswered(f"没有等到答复：{error or type(error).__name__}") from error


def _connected(target: Target) -> _Connection:
    fault: OSError | None = None
    for address in _addresses(target):
        connection = _Connection(target, address)
        try:
            connection.connect()
        except OSError as error:
            fault = error
        else:
            return connection
    raise NotReached(f"连接不上：{fault}") from fault


def _addresses(target: Target) -> list[str]:
    """The addresses of the host; RuleBroken where one of them is not allowed."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotReached(f"找不到主机 {target.host}：{error}") from error
    addresses = [str(address[0]) for *_, address in found]
    is_inner = target.place in settings.OUTGOING_PRIVATE_HOSTS
    for each in map(ip_address, addresses):
        if not is_inner and not is_public(each):
            raise RuleBroken(f"{target.place} 在内部网络（{each}），不在 OUTGOING_PRIVATE_HOSTS 里，不发。")
        if not target.is_secure and not (is_inner and each.is_loopback):
            raise RuleBroken("只用 https:// 发往别的机器。")
    return addresses


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
