"""Who may say for whom a request is: the proxy named in the settings, and nobody else."""

from ipaddress import ip_network

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from hightech.proxy import ProxyMiddleware, client_address
from projects.models import Session
from tests import build
from tests.test_sign_in import PASSWORD

SAYS = {
    "X-Forwarded-For": "1.1.1.1, 192.168.3.4",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "443",
    "X-Real-IP": "1.1.1.1",
    "X-Script-Name": "/evil",
    "Forwarded": "for=1.1.1.1",
}
behind = override_settings(
    PROXY_NETWORKS=[ip_network("10.0.0.1"), ip_network("172.16.0.0/24"), ip_network("::1")],
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
)


def received(peer: str, **said: str) -> HttpRequest:
    seen: list[HttpRequest] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    ProxyMiddleware(answer)(RequestFactory().get("/", REMOTE_ADDR=peer, headers=SAYS | said))
    return seen[0]


@behind
@pytest.mark.parametrize("peer", ["10.0.0.2", "172.16.1.1", "", "unix:", "::ffff:10.0.0.2"])
def test_what_a_stranger_says_of_itself_is_dropped(peer: str) -> None:
    request = received(peer)

    assert not [name for name in SAYS if name in request.headers]
    assert not request.is_secure()
    assert client_address(request) == peer


@behind
@pytest.mark.parametrize("peer", ["10.0.0.1", "172.16.0.200", "::1", "::ffff:10.0.0.1"])
def test_what_the_proxy_says_counts(peer: str) -> None:
    request = received(peer)

    assert request.is_secure()
    assert client_address(request) == "192.168.3.4"


@behind
@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("1.1.1.1, 192.168.3.4, 172.16.0.5", "192.168.3.4"),  # through two of our own
        ("1.1.1.1, nonsense", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("172.16.0.5", "10.0.0.1"),
        ("1.1.1.1, 2001:db8::7", "2001:db8::7"),
    ],
)
def test_the_last_address_that_is_no_proxy_of_ours_is_the_client(said: str, client: str) -> None:
    assert client_address(received("10.0.0.1", **{"X-Forwarded-For": said})) == client


def test_without_a_proxy_nobody_is_believed() -> None:
    request = received("127.0.0.1")

    assert "X-Forwarded-For" not in request.headers
    assert client_address(request) == "127.0.0.1"


@pytest.mark.django_db
@behind
@pytest.mark.parametrize(("peer", "kept"), [("10.0.0.1", "192.168.3.4"), ("10.0.0.9", "10.0.0.9")])
def test_a_session_keeps_the_address_of_the_client(client, peer: str, kept: str) -> None:
    user = build.leader()
    user.set_password(PASSWORD)
    user.save()
    said = {"username": user.username, "password": PASSWORD}

    client.post(
        "/accounts/login/", said, REMOTE_ADDR=peer, headers={"X-Forwarded-For": "1.1.1.1, 192.168.3.4"}
    )

    assert Session.objects.get(user=user).address == kept
