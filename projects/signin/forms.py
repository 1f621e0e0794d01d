"""The form of the sign-in page: what no account can be is refused before anybody looks it up."""

from typing import Any

from allauth.account.forms import LoginForm
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from projects.models import User

LONGEST_NAME = User._meta.get_field("username").max_length or 0
LONGEST_PASSWORD = 4096
NO_SUCH_NAME = f"用户名最多 {LONGEST_NAME} 个字。"
NO_SUCH_PASSWORD = f"密码最多 {LONGEST_PASSWORD} 个字。"
PASSWORD_EXPIRED = "临时密码已过有效期，请联系项目办或管理员重发。"
UNREADABLE = "填写的内容里有无法识别的字符。"


class SignInForm(LoginForm):
    """django-allauth's form with our words. The lock-out writes every failed attempt down, so texts are bounded."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        name, password = self.fields["login"], self.fields["password"]
        name.label, password.label = "用户名", "密码"
        name.error_messages["max_length"] = NO_SUCH_NAME
        for field in (name, password):
            del field.widget.attrs["placeholder"]

    @property
    def provider_name(self) -> str:
        """Of single sign-on, for a button beside the form; "" where there is none."""
        return settings.OIDC.name if settings.OIDC else ""

    @property
    def directory_name(self) -> str:
        """Of the directory whose passwords count, too; "" where there is none."""
        return settings.LDAP.title if settings.LDAP else ""

    def add_prefix(self, field_name: str) -> str:
        """The page calls the name `username`, as browsers that keep passwords know it."""
        return str(super().add_prefix("username" if field_name == "login" else field_name))

    def clean(self) -> dict[str, Any]:
        """Raises for a temporary password after its last day, which only who knows it is told."""
        sent = self.data.dict() if hasattr(self.data, "dict") else self.data
        if any("\0" in f"{field}{value}" for field, value in sent.items()):
            raise ValidationError(UNREADABLE)
        if len(self.cleaned_data.get("password") or "") > LONGEST_PASSWORD:
            raise ValidationError({"password": NO_SUCH_PASSWORD})
        cleaned: dict[str, Any] = super().clean()
        until = getattr(self.user, "issued_until", None)
        if until is not None and until < timezone.now():
            raise ValidationError(PASSWORD_EXPIRED)
        return cleaned
