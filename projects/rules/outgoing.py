"""Addresses that the program may send to: `https://host[:port]/…`, of hosts that are on the list, without a login."""

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_network
from urllib.parse import urlsplit

from projects.rules.broken import RuleBroken

PORTS = {"https": 443, "http": 80}
TRANSLATED = ip_network("64:ff9b::/96")
"""Addresses of IPv6 that a gateway turns into any address of IPv4."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. `place`: as it stands on the list of hosts, host or host:port."""

    is_secure: bool
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        return self.host if self.port == PORTS["https"] else f"{self.host}:{self.port}"


def target_of(address: str, hosts: Collection[str]) -> Target:
    """The parts of an address; RuleBroken where it may not be sent to. `hosts`: the list of the settings."""
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise RuleBroken("地址写得不对，请整段复制。") from error
    if not port or not parts.hostname or not address.isascii() or not address.isprintable() or " " in address:
        raise RuleBroken("地址应以 https:// 开头，请整段复制。")
    if parts.username is not None or parts.fragment:
        raise RuleBroken("地址里不能有用户名、密码或 # 号。")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme == "https", parts.hostname, port, path)
    if target.place not in hosts:
        raise RuleBroken(f"{target.place} 不在允许发往的主机名单里，请系统管理员加进 OUTGOING_HOSTS。")
    return target


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address of the network belongs to nobody's inner network, also when it only wraps another one."""
    if isinstance(address, IPv6Address):
        wraps = address.ipv4_mapped or address.sixtofour or address.teredo
        if wraps or address in TRANSLATED:
            return False
    return address.is_global and not address.is_multicast
