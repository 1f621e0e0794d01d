"""How often a program and an account may ask: counted for a minute, by all processes together."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import BaseCache, caches
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from projects.api.keys import key_of

if TYPE_CHECKING:  # the library's views read the settings, which name this module
    from rest_framework.views import APIView


class _Throttle(SimpleRateThrottle):
    """Counts in a cache of its own; where that cannot be written, nobody is stopped."""

    setting = ""

    @property
    def cache(self) -> BaseCache:
        return caches["limits"]

    def get_rate(self) -> str | None:
        """None where the setting is 0: no limit."""
        most: int = getattr(settings, self.setting)
        return f"{most}/minute" if most else None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        try:
            return bool(super().allow_request(request, view))
        except OSError:  # a full disk must not keep anybody from reading
            return True


class KeyThrottle(_Throttle):
    setting = "API_KEY_PER_MINUTE"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        key = key_of(request)
        return f"key-{key.pk}" if key else None


class AccountThrottle(_Throttle):
    """All keys of an account, and its browser."""

    setting = "API_ACCOUNT_PER_MINUTE"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        return f"account-{request.user.pk}" if request.user.is_authenticated else None
