"""An OpenID Connect provider in earnest, made with Authlib, in a thread on loopback; where a test asks, it lies."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import oidc_provider_mock
import requests
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Response

from hightech.oidc import Provider


@dataclass
class Running:
    port: int
    lies: dict[str, tuple[int, object]] = field(default_factory=dict)
    """By path: the status and the JSON that are answered in place of the provider's own."""

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def settings(self, **facts: Any) -> Provider:
        return Provider(**{"issuer": self.issuer, "client_id": "hightech", "client_secret": "s3cret"} | facts)

    def knows(self, subject: str, **claims: object) -> None:
        """The provider has somebody of these claims."""
        url = f"{self.issuer}/users/{subject}"
        requests.put(url, json=claims, timeout=60).raise_for_status()

    def own_answer(self, path: str) -> Any:
        return requests.get(f"{self.issuer}{path}", timeout=60).json()

    def confirms(self, address: str, subject: str, *, action: str = "") -> str:
        """Whoever was sent there says who they are; the address that the browser is sent back to."""
        sent = {"sub": subject} | ({"action": action} if action else {})
        answer = requests.post(address, data=sent, allow_redirects=False, timeout=60)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@contextmanager
def served() -> Iterator[Running]:
    app = oidc_provider_mock.app()
    running = Running(0)

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        lie = running.lies.get(environ["PATH_INFO"])
        if lie is None:
            return app(environ, start)
        status, content = lie
        return Response(json.dumps(content), status, content_type="application/json")(environ, start)

    server: BaseWSGIServer = make_server("localhost", 0, answer, threaded=True)
    running.port = server.server_port
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
