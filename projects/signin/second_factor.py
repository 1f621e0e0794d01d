"""The second factor: who needs one, how its secret is stored, and codes that count once.

django-allauth calls the adapter; its forms are extended here so that wrong codes count as wrong passwords do.
"""

import hashlib
from base64 import urlsafe_b64encode
from functools import cache
from typing import Any

import segno
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from axes.handlers.proxy import AxesProxyHandler
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from projects.actions import people
from projects.models import AuditEntry, User
from projects.models.district import current_district
from projects.vocabulary import AccountAct, AuditAct

PASSED = "second_factor"
"""Marks a session of somebody who has a second factor, so that no page asks the database again."""
WRONG_CODE = "验证码不正确"
MOST_WRONG_CODES = 20
"""Of one account, from whatever addresses, within the time of a lock: only who knows the password gets that far."""
LOCKED = "验证码连续错误，已暂停验证。请稍后再试；手机丢失请用恢复码，或请管理员重置第二步验证。"
UNREADABLE = "第二步验证的密钥无法读取，请联系管理员重置。"


def is_required(user: User) -> bool:
    """Whether a role of the account asks for a second factor."""
    roles = settings.SECOND_FACTOR_ROLES
    return bool(roles) and (user.is_superuser or any(role.value in roles for role in user.roles))


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether whoever is signed in must set up a second factor first; asks the database until there is one.

    With one set up nobody is signed in without it: setting it up ends all other sessions.
    """
    user = request.user
    if not isinstance(user, User) or not is_required(user) or request.session.get(PASSED):
        return False
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        return True
    request.session[PASSED] = True
    return False


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "验证码不正确，或已经用过：请等手机上的下一个验证码，并检查手机的时间。",
        "cannot_delete_authenticator": "您的角色必须有第二步验证，不能关闭；换手机请联系管理员重置。",
        "cannot_generate_recovery_codes": "请先设置验证器。",
    }

    def get_totp_label(self, user: User) -> str:
        return user.username

    def get_totp_issuer(self) -> str:
        return f"{current_district()}重大项目"

    def build_totp_svg(self, url: str) -> str:
        """Without a style and without a size of its own: the content policy allows neither."""
        code = segno.make(url, error="m")
        return str(code.svg_inline(omitsize=True, svgclass="qr", lineclass=None))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_required(authenticator.user)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as fault:
            raise ValidationError(UNREADABLE) from fault

    def send_notification_mail(self, *args: Any, **context: Any) -> None:
        """The register sends no mail."""


def _cipher() -> MultiFernet:
    """By a key outside of the database, made of SECRET_KEY; former ones still decrypt."""
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@cache
def _fernet(key: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"second factor").derive(key.encode())
    return Fernet(urlsafe_b64encode(derived))


class _CountedForm(BaseAuthenticateForm):
    """A wrong code counts as a wrong password does, and a right one counts once."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _word_code(self)

    def clean_code(self) -> str:
        """Raises where code or account are locked, and where the code is wrong or was used."""
        credentials = {"username": self.user.username}
        if not AxesProxyHandler.is_allowed(context.request, credentials) or _has_too_many(self.user):
            raise ValidationError(LOCKED)
        try:
            code = str(super().clean_code())
            if not _first_use(self.authenticator, code):
                raise SecondFactorAdapter().validation_error("incorrect_code")
        except ValidationError:
            user_login_failed.send(
                sender=__name__, credentials=credentials, request=context.request, detail=WRONG_CODE
            )
            raise
        return code


class CodeForm(_CountedForm, AuthenticateForm):
    """The second step of a sign-in."""


class CodeAgainForm(_CountedForm, ReauthenticateForm):
    """Before the second factor is changed."""


class ActivationForm(ActivateTOTPForm):
    """The first code of a new authenticator."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _word_code(self)


def _word_code(form: BaseAuthenticateForm | ActivateTOTPForm) -> None:
    code = form.fields["code"]
    code.label, code.max_length = "验证码", 30
    del code.widget.attrs["placeholder"]
    code.widget.attrs |= {"inputmode": "numeric", "maxlength": 30}


def _has_too_many(user: User) -> bool:
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    wrong = AuditEntry.objects.filter(by=user, act=AuditAct.SIGN_IN_FAILED, detail=WRONG_CODE, at__gt=since)
    return wrong.count() >= MOST_WRONG_CODES


@transaction.atomic
def _first_use(authenticator: Authenticator, code: str) -> bool:
    """Whether the code was not used before. django-allauth marks used ones in a cache, which each process has apart;
    so they stand in the record, as many as are valid at a time."""
    locked = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    if locked.type != Authenticator.Type.TOTP:
        return True  # a recovery code is crossed out by django-allauth
    digest = hashlib.sha256(code.strip().encode()).hexdigest()
    used = locked.data.get("used", [])
    if digest in used:
        return False
    locked.data["used"] = [*used, digest][-1 - 2 * settings.MFA_TOTP_TOLERANCE :]
    locked.save(update_fields=["data"])
    return True


# What django-allauth says of changes


def on_added(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **more: Any
) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        people.note_second_factor(user, AccountAct.FACTOR_ADDED, by=user)
        people.end_sessions(user, but=request.session.session_key)


def on_removed(sender: object, user: User, authenticator: Authenticator, **more: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        people.note_second_factor(user, AccountAct.FACTOR_REMOVED, by=user)


def on_reset(sender: object, user: User, **more: Any) -> None:
    people.note_second_factor(user, AccountAct.CODES_MADE, by=user)


def on_used(sender: object, user: User, authenticator: Authenticator, **more: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        people.note_second_factor(user, AccountAct.CODE_USED, by=user)
