"""Who may read `/metrics`: a program at one of the addresses of the settings that brings the token."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import constant_time_compare

from hightech import env

SHORTEST_TOKEN = 32
TOO_SHORT = (
    f"METRICS_TOKEN 至少要 {SHORTEST_TOKEN} 个字符。"
    f" METRICS_TOKEN must have at least {SHORTEST_TOKEN} characters."
)
_SCHEME = "Bearer "


@dataclass(frozen=True, slots=True)
class MetricsAccess:
    """Without a token nothing is measured and the address does not exist."""

    token: str
    networks: tuple[IPv4Network | IPv6Network, ...]

    @property
    def is_on(self) -> bool:
        return bool(self.token)

    def admits_address(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        return self.is_on and any(parsed in network for network in self.networks)

    def admits_token(self, authorization: str) -> bool:
        """`authorization`: the header of the request. The comparison takes as long for every wrong token."""
        brought = authorization.removeprefix(_SCHEME) if authorization.startswith(_SCHEME) else ""
        return self.is_on and constant_time_compare(brought, self.token)


def metrics_access() -> MetricsAccess:
    token = env.text("METRICS_TOKEN", "")
    if token and len(token) < SHORTEST_TOKEN:
        raise ImproperlyConfigured(TOO_SHORT)
    return MetricsAccess(token, tuple(env.networks("METRICS_ADDRESSES", env.LOOPBACK)))
