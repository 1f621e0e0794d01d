"""What django-allauth asks us at a sign-in: limits, where it may lead to, and the words for a refusal."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from projects.actions.auditing import note
from projects.figures.sign_ins import last_sign_in, limited_addresses
from projects.models import User
from projects.sessions import began_at, remember_directory
from projects.signin.devices import known_device, remember_device
from projects.vocabulary import AuditAct

QUIET = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})
"""What the next page shows by itself."""

FRESH = timedelta(minutes=5)

SIGN_IN_AGAIN = "您的账号没有密码，请退出后重新登录，再修改登录方式。"
ADDRESS_LIMITED = "这个地址失败次数过多"


def is_kept_out(request: HttpRequest, name: str) -> bool:
    """Whether a stranger's browser has to wait, because too much has failed at its address."""
    address = get_client_ip_address(request) or ""
    return not known_device(request, name) and bool(limited_addresses(address))


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "用户名或密码不正确，请检查大小写后再试；忘记密码请联系项目办或管理员重发。",
        "too_many_login_attempts": (
            "这个地址登录失败的次数过多，已暂停从没有登录过的浏览器登录。"
            "请稍后再试，或在您常用的电脑上登录；急用请联系管理员在“人员”页解除。"
        ),
        "incorrect_password": "密码不正确。",
        "incorrect_code": "验证码不正确，或已经用过。请等手机上的下一个验证码。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made on the page of people."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Pages of this host only, not of every host in the settings."""
        return url_has_allowed_host_and_scheme(url, {self.request.get_host()}, self.request.is_secure())

    def is_ajax(self, request: HttpRequest) -> bool:
        """Every answer is a page, whatever the request calls itself."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return get_client_ip_address(request) or ""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse strangers from an address with too many failures, before a password is looked at."""
        name = credentials["username"]
        if is_kept_out(request, name):
            note(AuditAct.LOCKED_OUT, by=None, by_name=name, detail=ADDRESS_LIMITED)
            raise self.validation_error("too_many_login_attempts")

    def pre_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse | None:
        """Note for the session whom the directory let in; the second step forgets which backend did."""
        remember_directory(request, getattr(getattr(user, "ldap_user", None), "dn", ""))
        answer: HttpResponse | None = super().pre_login(request, user, **hooks)
        return answer

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **hooks)
        remember_device(request, response, user)
        if failed := last_sign_in(user, before=began_at(request)).failed:
            messages.warning(
                request, f"上次登录后，这个账号有 {failed} 次登录失败；不是您本人的，请改密码并告诉管理员。"
            )
        return response

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Whoever has just signed in need not type the password again."""
        is_fresh = timezone.now() - began_at(self.request) < FRESH
        return not is_fresh and bool(super().is_reauthentication_required(app=app, **more))

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Raises for an account that can confirm nothing here: it has neither a password nor a second factor."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not methods:
            raise PermissionDenied(SIGN_IN_AGAIN)
        return methods

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *rest: Any, **more: Any
    ) -> None:
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *rest, **more)

    def send_notification_mail(self, *args: Any, **context: Any) -> None:
        """The register sends no mail."""
