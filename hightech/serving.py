"""The worker class of the web server: a thread gets a request only when it is complete. Used by `gunicorn.conf.py`.

gunicorn's own threads wait for a client's next bytes without a limit, so that as many incomplete requests as there
are threads stop a site. Here the main loop collects the bytes of all connections, and a connection that sends nothing,
or takes longer than its size allows, is closed. TLS is left to the proxy in front.
"""

import re
import selectors
import socket
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from gunicorn import http
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

SILENT_SECONDS = 10
"""Seconds without a byte in the middle of a request after which the connection is closed."""
SLOWEST = 16 * 1024
"""The lowest average rate of a body, in bytes per second."""
STALLED_SECONDS = 30
"""Seconds that a thread waits for a client to receive the answer, or to send what was not collected."""
LONGEST_HEAD = 64 * 1024
"""A longer head is given to the parser, which refuses it."""
MOST_COLLECTED = 64 * 1024 * 1024
"""A longer body is not collected: the application refuses it by its length."""
MOST_COLLECTED_AT_ONCE = 256 * 1024 * 1024
IN_MEMORY = 512 * 1024
"""A longer body is collected on disk."""
READ_AT_ONCE = 256 * 1024

_END_OF_HEAD = b"\r\n\r\n"
_END_OF_CHUNKS = b"\r\n0\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Arriving:
    """A request that is being received: its head, then as much of its body as is collected."""

    def __init__(self, conn: TConn, *, most: int) -> None:
        """`most`: a longer body is read by the thread."""
        self.conn = conn
        self.most = most
        self.begun_at = self.heard_at = time.monotonic()
        self.head = bytearray()
        self.body: IO[bytes] | None = None  # None: the head is not complete yet
        self.wanted = 0
        self.received = 0
        self.is_chunked = False
        self.end = b""

    def take(self, data: bytes) -> bool:
        """Add received bytes. Return whether the request is complete, or invalid and ready for the parser to refuse."""
        self.heard_at = time.monotonic()
        if self.body is None:
            looked = max(0, len(self.head) - len(_END_OF_HEAD))
            self.head += data
            end = self.head.find(_END_OF_HEAD, looked)
            if end < 0:
                return len(self.head) > LONGEST_HEAD
            end += len(_END_OF_HEAD)
            data = bytes(self.head[end:])
            del self.head[end:]
            self._expect_body()
        return self._add_to_body(data)

    def _expect_body(self) -> None:
        found = _LENGTH.search(self.head)
        length = int(found[1]) if found else 0
        self.wanted = length if length <= self.most else 0
        self.is_chunked = bool(_CHUNKED.search(self.head))
        self.end = b"\r\n"  # so that a body of nothing but the last chunk ends as any other
        self.body = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by whoever reads it

    def _add_to_body(self, data: bytes) -> bool:
        assert self.body is not None
        self.body.write(data)
        self.received += len(data)
        if not self.is_chunked:
            return self.received >= self.wanted
        self.end = (self.end + data)[-len(_END_OF_CHUNKS) :]
        return self.end == _END_OF_CHUNKS or self.received > self.most

    @property
    def waits_to_be_asked(self) -> bool:
        return self.body is not None and self.received == 0 and bool(_EXPECTS.search(self.head))

    def is_overdue(self, now: float) -> bool:
        allowed = SILENT_SECONDS + max(self.wanted, self.received) / SLOWEST
        return now - self.heard_at > SILENT_SECONDS or now - self.begun_at > allowed


class Collected(SocketUnreader):
    """The parser's input: first the collected bytes, then, for a limited time, the socket."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self.body: IO[bytes] | None = None
        self.deadline = 0.0

    def provide(self, arrived: Arriving) -> None:
        self.unread(bytes(arrived.head))
        self.body = arrived.body
        if self.body is not None:
            self.body.seek(0)

    def chunk(self, size_hint: int | None = None) -> bytes:
        if data := self._from_body(max(size_hint or 0, self.mxchunk)):
            return data
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        limit = self.sock.gettimeout()
        self.sock.settimeout(left if limit is None else min(left, limit))
        return bytes(super().chunk(size_hint))

    def _from_body(self, size: int) -> bytes:
        if self.body is None:
            return b""
        data = self.body.read(size)
        if not data:
            self.body.close()
            self.body = None
        return data

    def take_surplus(self) -> bytes:
        """The beginning of the next request, when it was received together with this one."""
        return bytes(self.take_buffered()) + self._from_body(-1)


class PatientWorker(ThreadWorker):
    """gunicorn's thread worker, whose threads get complete requests only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving: set[Arriving] = set()

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection and start to receive its first request."""
        try:
            sock, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another process took it, or it has gone again
        self.nr_conns += 1
        self._await(TConn(self.cfg, sock, client, listener.getsockname()))

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Start to receive the next request of a kept connection."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await(conn)

    def _await(self, conn: TConn) -> Arriving:
        collecting = sum(arriving.wanted for arriving in self.arriving)
        arriving = Arriving(conn, most=min(MOST_COLLECTED, max(0, MOST_COLLECTED_AT_ONCE - collecting)))
        self.arriving.add(arriving)
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_arriving, arriving))
        return arriving

    def _on_arriving(self, arriving: Arriving, sock: socket.socket) -> None:
        try:
            data = sock.recv(READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._take(arriving, data)
        else:
            self._drop(arriving)

    def _take(self, arriving: Arriving, data: bytes) -> None:
        if arriving.take(data):
            conn = self._released(arriving)
            if conn.parser is None:
                conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
                conn.parser.unreader = Collected(conn.sock)
            conn.parser.unreader.provide(arriving)
            conn.data_ready = True
            self.enqueue_req(conn)
        elif arriving.waits_to_be_asked:
            self._send(arriving, _CONTINUE)

    def _released(self, arriving: Arriving) -> TConn:
        self.arriving.discard(arriving)
        self.poller.unregister(arriving.conn.sock)
        return arriving.conn

    def _drop(self, arriving: Arriving) -> None:
        conn = self._released(arriving)
        if arriving.body is not None:
            arriving.body.close()
        self.nr_conns -= 1
        conn.close()

    def _send(self, arriving: Arriving, words: bytes) -> None:
        with suppress(OSError):  # the client has gone; its socket says so at the next look
            arriving.conn.sock.send(words)

    def murder_pending(self) -> None:
        """Called at least once a second: close connections that time out. A stopping worker also closes idle ones."""
        super().murder_pending()
        now = time.monotonic()
        for arriving in list(self.arriving):
            if arriving.is_overdue(now) or not (self.alive or arriving.head):
                if arriving.head:
                    self._send(arriving, _TIMED_OUT)
                self._drop(arriving)

    def handle(self, conn: TConn) -> Any:
        """In a thread: handle the request with timeouts for sending the answer and for reading the rest."""
        conn.parser.unreader.deadline = time.monotonic() + STALLED_SECONDS
        return super().handle(conn)

    def handle_request(self, req: Any, conn: TConn) -> Any:
        conn.sock.settimeout(STALLED_SECONDS)
        return super().handle_request(req, conn)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """In the main loop again: continue with a request that was received together with the last one."""
        goes_on = not fs.cancelled() and fs.exception() is None and fs.result() is True
        if goes_on and (surplus := conn.parser.unreader.take_surplus()):
            self._take(self._await(conn), surplus)
        else:
            super().finish_request(conn, fs)
