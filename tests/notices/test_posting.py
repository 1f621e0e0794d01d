"""Requests leave only to hosts on the list, never to an inner network unasked, and never hang."""

from ipaddress import ip_address
from typing import Any

import pytest

from projects.notices import posting
from projects.notices.posting import NotReached, post
from projects.rules.broken import RuleBroken
from projects.rules.outgoing import is_public, target_of
from tests.notices.listening import listening

HOSTS = {"robot.example", "inner.example:8443"}


@pytest.mark.parametrize(
    ("address", "place", "path"),
    [
        ("https://robot.example/send?key=1", "robot.example", "/send?key=1"),
        ("https://ROBOT.example:443", "robot.example", "/"),
        ("https://inner.example:8443/a", "inner.example:8443", "/a"),
    ],
)
def test_an_address_of_a_host_on_the_list(address: str, place: str, path: str) -> None:
    target = target_of(address, HOSTS)
    assert (target.place, target.path, target.is_secure) == (place, path, True)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "robot.example/send",
        "file:///etc/passwd",
        "ftp://robot.example/",
        "https://other.example/",
        "https://robot.example:8443/",
        "https://inner.example/",
        "http://robot.example/",
        "https://robot.example@other.example/",
        "https://user:word@robot.example/",
        "https://robot.example.other.example/",
        "https://robot.example:99999/",
        "https://robot.example/a b",
        "https://robot.example/\r\nHost: other.example",
        "https://robot.example/#here",
        "https://机器人.example/",
    ],
)
def test_any_other_address_is_refused(address: str) -> None:
    with pytest.raises(RuleBroken):
        target_of(address, HOSTS)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("183.232.231.172", True),
        ("2400:3200::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::ffff:10.1.2.3", False),
        ("64:ff9b::a01:203", False),
        ("2002:a01:203::1", False),
    ],
)
def test_an_inner_address(address: str, expected: bool) -> None:
    assert is_public(ip_address(address)) is expected


def test_a_name_that_leads_inside_is_refused_unless_it_is_named_twice(settings: Any) -> None:
    with listening() as listener:
        settings.OUTGOING_HOSTS = frozenset({listener.place, f"localhost:{listener.port}"})
        settings.OUTGOING_PRIVATE_HOSTS = frozenset()
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(RuleBroken, match="内部网络"):
                post(f"http://{host}:{listener.port}/", b"{}", {})
        assert listener.received == []
        settings.OUTGOING_PRIVATE_HOSTS = frozenset({listener.place})
        assert post(f"http://{listener.place}/", b"{}", {}).status == 200


def test_what_listens_without_a_certificate_is_not_told(settings: Any) -> None:
    with listening() as listener:
        settings.OUTGOING_HOSTS = settings.OUTGOING_PRIVATE_HOSTS = frozenset({listener.place})
        with pytest.raises(NotReached):
            post(f"https://{listener.place}/", b"{}", {})
        assert listener.received == []


def test_an_endless_answer_is_cut_off(settings: Any) -> None:
    with listening() as listener:
        settings.OUTGOING_HOSTS = settings.OUTGOING_PRIVATE_HOSTS = frozenset({listener.place})
        listener.answer = "x" * (posting.LONGEST_ANSWER * 4)
        assert len(post(f"http://{listener.place}/", b"{}", {}).text) == posting.LONGEST_ANSWER
