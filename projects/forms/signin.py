"""The sign-in, on the site and in the admin: what no account can be is refused before anybody looks it up."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from projects.models import User

LONGEST_NAME = User._meta.get_field("username").max_length or 0
LONGEST_PASSWORD = 4096
NO_SUCH_NAME = f"用户名最多 {LONGEST_NAME} 个字。"
NO_SUCH_PASSWORD = f"密码最多 {LONGEST_PASSWORD} 个字。"
UNREADABLE = "填写的内容里有无法识别的字符。"


class _Bounded(AuthenticationForm):
    """The lock-out writes every failed attempt down: the table of attempts takes no more than this."""

    def clean(self) -> dict[str, Any]:
        name, password = self.cleaned_data.get("username") or "", self.cleaned_data.get("password") or ""
        if len(name) > LONGEST_NAME:
            raise ValidationError({"username": NO_SUCH_NAME})
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError({"password": NO_SUCH_PASSWORD})
        sent = self.data.dict() if hasattr(self.data, "dict") else self.data
        if any("\0" in f"{field}{value}" for field, value in sent.items()):
            raise ValidationError(UNREADABLE)
        return super().clean()


class SignInForm(_Bounded):
    """The page of the site."""


class AdminSignInForm(_Bounded, AdminAuthenticationForm):
    """The admin's own page."""
