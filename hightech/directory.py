"""The authority's directory of people (LDAP), whose passwords count here, too: off until LDAP_SERVER is set."""

from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from hightech import env
from hightech.oidc import LOOPBACK

NOT_AN_ADDRESS = (
    "LDAP_SERVER 应以 ldaps:// 或 ldap:// 开头。 LDAP_SERVER must begin with ldaps:// or ldap://."
)
NO_BASE = "设了 LDAP_SERVER 就要设 LDAP_BASE。 LDAP_SERVER needs LDAP_BASE."
NOT_INSTALLED = "设了 LDAP_SERVER，但没有装 LDAP 的库：请运行 script/bootstrap ldap。 LDAP is not installed."


@dataclass(frozen=True)
class Directory:
    """Where names and passwords are asked. `attribute`: what of an entry is the name of the account here."""

    server: str
    base: str
    account: str = ""
    """The name (DN) by which entries are looked for; "" for anonymous."""
    password: str = ""
    title: str = "统一目录"
    attribute: str = "uid"
    more: str = ""
    """A filter that entries must pass besides, such as (objectClass=person)."""
    authorities: str = ""
    """A file with the certificates that the server's is checked by; "" for those of the system."""
    creates_accounts: bool = False
    """Whether somebody without an account gets one, without role and unit. Otherwise such people are refused."""

    def __post_init__(self) -> None:
        if urlsplit(self.server).scheme not in ("ldap", "ldaps"):
            raise ImproperlyConfigured(NOT_AN_ADDRESS)
        if not self.base:
            raise ImproperlyConfigured(NO_BASE)

    @property
    def starts_tls(self) -> bool:
        """Whether the connection is encrypted before anything is said: always, but for loopback and ldaps."""
        address = urlsplit(self.server)
        return address.scheme == "ldap" and address.hostname not in LOOPBACK

    @property
    def filter(self) -> str:
        """The filter of one person, whose name stands for `%(user)s`, escaped by the library."""
        person = f"({self.attribute}=%(user)s)"
        return f"(&{person}{self.more})" if self.more else person


def directory() -> Directory | None:
    """The directory that the environment names; None where it names none."""
    server = env.text("LDAP_SERVER", "")
    if not server:
        return None
    if find_spec("django_auth_ldap") is None:
        raise ImproperlyConfigured(NOT_INSTALLED)
    return Directory(
        server,
        env.text("LDAP_BASE", ""),
        account=env.text("LDAP_BIND_DN", ""),
        password=env.text("LDAP_BIND_PASSWORD", ""),
        title=env.text("LDAP_NAME", Directory.title),
        attribute=env.text("LDAP_ATTRIBUTE", Directory.attribute),
        more=env.text("LDAP_FILTER", ""),
        authorities=env.text("LDAP_CA_FILE", ""),
        creates_accounts=env.flag("LDAP_CREATE_ACCOUNTS"),
    )
