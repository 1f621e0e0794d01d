"""Single sign-on at an OpenID Connect provider of the authority: off until OIDC_ISSUER is set (`.env.example`)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from hightech import env

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NO_CLIENT = "设了 OIDC_ISSUER 就要设 OIDC_CLIENT_ID 和 OIDC_CLIENT_SECRET。 OIDC_ISSUER needs both of them."
NOT_HTTPS = (
    "OIDC_ISSUER 应以 https:// 开头。 OIDC_ISSUER must begin with https://, but for a test on loopback."
)


@dataclass(frozen=True)
class Provider:
    """Where people sign in instead. `claim`: what of its answer names the account here."""

    issuer: str
    client_id: str
    client_secret: str
    name: str = "统一认证"
    claim: str = "preferred_username"
    scopes: tuple[str, ...] = ("openid", "profile")
    creates_accounts: bool = False
    """Whether somebody without an account gets one, without role and unit. Otherwise such people are refused."""

    def __post_init__(self) -> None:
        address = urlsplit(self.issuer)
        if address.scheme != "https" and address.hostname not in LOOPBACK:
            raise ImproperlyConfigured(NOT_HTTPS)
        if not (self.client_id and self.client_secret):
            raise ImproperlyConfigured(NO_CLIENT)


def provider() -> Provider | None:
    """The provider that the environment names; None where it names none."""
    issuer = env.text("OIDC_ISSUER", "")
    if not issuer:
        return None
    return Provider(
        issuer,
        env.text("OIDC_CLIENT_ID", ""),
        env.text("OIDC_CLIENT_SECRET", ""),
        name=env.text("OIDC_NAME", Provider.name),
        claim=env.text("OIDC_CLAIM", Provider.claim),
        scopes=tuple(env.text("OIDC_SCOPES", " ".join(Provider.scopes)).split()),
        creates_accounts=env.flag("OIDC_CREATE_ACCOUNTS"),
    )
