"""Single sign-on by OpenID Connect: which answers of the provider count, and whom they let in.

django-allauth takes the steps and calls these classes; `settings.OIDC` names the provider. The account is the one that
a claim names, asked anew at each sign-in: nothing links the two for good, so what is closed or renamed here or there
counts at once. Its roles, unit, locks and second factor are those of every other sign-in.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError, ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.shortcuts import redirect, resolve_url
from requests import RequestException

from projects.actions import people
from projects.actions.auditing import note
from projects.models import User
from projects.rules.broken import RuleBroken
from projects.signin.adapter import ADDRESS_LIMITED, AccountAdapter, is_kept_out
from projects.signin.forms import LONGEST_NAME
from projects.vocabulary import AuditAct

log = logging.getLogger(__name__)

NUMBER = "oidc"
"""What django-allauth calls the one provider."""
FAULTS = (ProviderException, OAuth2Error, RequestException)
"""What a provider that is away, or answers nonsense, raises."""

DOWN = "{}现在连不上，请稍后再试，或者输入用户名和密码登录。"
UNUSABLE = "{}的回答无法核对，没有登录。请再试一次；仍不行请告诉系统管理员。"
CANCELLED = "{}没有确认您的身份，没有登录。"
STALE = "这次{}登录已过期，或不是从这个浏览器开始的，请重新登录。"
NAMELESS = "{}没有给出您的账号名，请告诉系统管理员。"
UNKNOWN = "{}确认了您的身份，但本系统没有账号“{}”。请联系项目办或管理员开通。"
CLOSED = "账号“{}”已停用，请联系项目办或管理员。"
LOCKED = "账号“{}”连续登录失败，已暂停从这个浏览器登录。请稍后再试，急用请联系管理员在“人员”页解锁。"


@contextmanager
def read_with_care() -> Iterator[None]:
    """ProviderException in place of what Python raises where an answer has not the shape that the standard asks for."""
    try:
        yield
    except (AttributeError, ImproperlyConfigured, LookupError, TypeError, ValueError) as fault:
        if isinstance(fault, RequestException):
            raise
        raise ProviderException("malformed answer") from fault


class StrictOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    """The exchange of django-allauth, which also holds the provider to its name, its signature and one subject."""

    @property
    def openid_config(self) -> dict[str, Any]:
        with read_with_care():
            config: dict[str, Any] = super().openid_config
            if config["issuer"] != self.get_provider().app.settings["issuer"]:
                raise ProviderException("another issuer answers")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(resolve_url("single_sign_on_return"))

    def get_client(self, request: HttpRequest, app: SocialApp) -> OAuth2Client:
        with read_with_care():
            return super().get_client(request, app)

    def get_access_token_data(self, *args: Any, **more: Any) -> dict[str, Any]:
        with read_with_care():
            data: dict[str, Any] = super().get_access_token_data(*args, **more)
        self.did_fetch_access_token = False  # else the signature is not looked at
        return data

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **more: Any) -> SocialLogin:
        with read_with_care():
            login = super().complete_login(request, app, token, **more)
            answers = login.account.extra_data
            if answers["userinfo"]["sub"] != answers["id_token"]["sub"]:
                raise ProviderException("two subjects in one sign-in")
        return login


class StrictProvider(OpenIDConnectProvider):
    oauth2_adapter_class = StrictOAuth2Adapter


class ProviderAdapter(DefaultSocialAccountAdapter):
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The provider of the settings: no row of the database opens another way in."""
        if settings.OIDC is None:
            return []
        oidc = settings.OIDC
        return [
            SocialApp(
                provider=StrictProvider.id,
                provider_id=NUMBER,
                name=oidc.name,
                client_id=oidc.client_id,
                secret=oidc.client_secret,
                settings={
                    "server_url": f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration",
                    "scope": list(oidc.scopes),
                    "oauth_pkce_enabled": True,
                    "issuer": oidc.issuer,
                    "claim": oidc.claim,
                    "creates_accounts": oidc.creates_accounts,
                },
            )
        ]

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> StrictProvider:
        return StrictProvider(request, app=self.get_app(request, provider))

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """What the provider says of a person fills nothing in; `pre_social_login` names the account."""
        person: User = sociallogin.user
        return person

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: StrictProvider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        """Back to the sign-in page with one sentence. What a provider answered is for the log, and for the audit where
        it was an answer that could not be believed."""
        if exception is None:
            failed = error == AuthError.CANCELLED or "error" in request.GET
            _refuse(request, (CANCELLED if failed else STALE).format(provider.name))
        log.warning("single sign-on: %s", exception, exc_info=exception)
        if isinstance(exception, RequestException):
            _refuse(request, DOWN.format(provider.name))
        note(AuditAct.SIGN_IN_FAILED, by=None, detail=f"{provider.name}的回答无法核对")
        _refuse(request, UNUSABLE.format(provider.name))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in the account that the claim names, where it may come in."""
        provider, answers = sociallogin.provider, sociallogin.account.extra_data
        claims = answers["id_token"] | answers["userinfo"]
        name = _text(claims.get(provider.app.settings["claim"]))
        if not name:
            note(AuditAct.SIGN_IN_FAILED, by=None, detail=f"{provider.name}没有给出账号名")
            _refuse(request, NAMELESS.format(provider.name))
        person = User.objects.filter(username=name).first()
        _refuse_locked(request, provider, name, person)
        if person is None:
            person = _admitted(request, provider, name, _text(claims.get("name")))
        if not person.is_active:
            note(AuditAct.SIGN_IN_FAILED, by=person, detail=f"经{provider.name}，账号已停用")
            _refuse(request, CLOSED.format(name))
        sociallogin.user = person


def _text(claim: object) -> str:
    """A claim that can be a name of an account; "" for every other."""
    text = str(claim).strip() if isinstance(claim, str | int) and not isinstance(claim, bool) else ""
    return text if text.isprintable() and len(text) <= LONGEST_NAME else ""


def _refuse_locked(request: HttpRequest, provider: StrictProvider, name: str, person: User | None) -> None:
    """What is locked for passwords is locked for this way, too."""
    if is_kept_out(request, name):
        note(AuditAct.LOCKED_OUT, by=person, by_name=name, detail=ADDRESS_LIMITED)
        _refuse(request, AccountAdapter.error_messages["too_many_login_attempts"])
    if not AxesProxyHandler.is_allowed(request, {"username": name}):
        note(AuditAct.LOCKED_OUT, by=person, by_name=name, detail=f"经{provider.name}")
        _refuse(request, LOCKED.format(name))


def _admitted(request: HttpRequest, provider: StrictProvider, username: str, name: str) -> User:
    """A new account for somebody without one, where the settings say so."""
    if provider.app.settings["creates_accounts"]:
        try:
            return people.admit(username, name=name)
        except RuleBroken as broken:
            log.warning("single sign-on: no account for %r: %s", username, broken)
    note(AuditAct.SIGN_IN_FAILED, by=None, by_name=username, detail=f"{provider.name}确认的人没有账号")
    _refuse(request, UNKNOWN.format(provider.name, username))


def _refuse(request: HttpRequest, sentence: str) -> NoReturn:
    messages.error(request, sentence)
    raise ImmediateHttpResponse(redirect(settings.LOGIN_URL))
