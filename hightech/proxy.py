"""The reverse proxy in front: only its addresses (`PROXY_ADDRESSES`) may say who asks, how, and under which path.

gunicorn takes the scheme and SCRIPT_NAME from the same addresses only (`gunicorn.conf.py`).
"""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_",
    "HTTP_X_REAL_IP",
    "HTTP_X_SCRIPT_NAME",
    "HTTP_SCRIPT_NAME",
)
"""What a proxy says about a request, as names or beginnings of names in `META`."""


class ProxyMiddleware:
    """Drop what only a proxy may say from requests of anybody else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not came_through_proxy(request):
            for name in [name for name in request.META if name.startswith(FORWARDED)]:
                del request.META[name]
        return self.get_response(request)


def came_through_proxy(request: HttpRequest) -> bool:
    """Whether the other end of the connection is a proxy of ours, which may say things about the request."""
    return _is_proxy(_parsed(request.META.get("REMOTE_ADDR", "")))


def client_address(request: HttpRequest) -> str:
    """The last address of X-Forwarded-For that is no proxy of ours; readers can forge those before it.

    Without a proxy, or where it says nothing that is an address: the other end of the connection.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    if not _is_proxy(_parsed(peer)):
        return str(peer)
    for said in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        address = _parsed(said.strip())
        if address is None:
            break
        if not _is_proxy(address):
            return str(address)
    return str(peer)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_proxy(address: IPv4Address | IPv6Address | None) -> bool:
    return address is not None and any(address in network for network in settings.PROXY_NETWORKS)
