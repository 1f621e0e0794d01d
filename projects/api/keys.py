"""Who asks: `Authorization: Bearer hk_…`, a key of the API that acts for its account."""

from typing import cast

from axes.helpers import get_client_ip_address
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from projects.actions.api_keys import note_use
from projects.actions.auditing import asked_with
from projects.models import ApiKey, User
from projects.vocabulary import KeyState

BEARER = "Bearer"
UNKNOWN = "密钥无效。"
CLOSED = "账号已停用，密钥不再有效。"
ELSEWHERE = "这个密钥不能从这个地址使用。"
ENDED = {KeyState.REVOKED: "密钥已撤销。", KeyState.EXPIRED: "密钥已过期，请换一个新的。"}


class KeyAuthentication(BaseAuthentication):
    """The account of the key, narrowed to the key's unit; `request.auth` is the key."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """None for a request without a key; AuthenticationFailed for one that does not count."""
        kind, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != BEARER.lower():
            return None
        key = ApiKey.objects.presented(text.strip())
        if key is None:
            raise AuthenticationFailed(UNKNOWN)
        address = get_client_ip_address(request)
        owner = User.objects.with_roles().get(pk=key.owner_id)
        if refused := _refusal(key, owner, address):
            raise AuthenticationFailed(refused)
        note_use(key, at=timezone.now(), address=address)
        owner.limited_to = key.organisation
        asked_with(str(key))
        return owner, key

    def authenticate_header(self, request: Request) -> str:
        return BEARER


def _refusal(key: ApiKey, owner: User, address: str | None) -> str:
    """Why the key does not count; "" where it does."""
    if not owner.is_active or owner.is_superuser:
        return CLOSED
    if ended := ENDED.get(key.state_on(timezone.localdate())):
        return ended
    return "" if key.admits(address or "") else ELSEWHERE


def key_of(request: Request) -> ApiKey | None:
    """The key of a request; None where somebody is signed in with a browser."""
    return request.auth if isinstance(request.auth, ApiKey) else None


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes it."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return cast(
            dict[str, str],
            {"type": "http", "scheme": "bearer", "description": "接口密钥，在“我的账号 → 接口密钥”建立。"},
        )
