"""Validators of new passwords beside Django's own: kinds of characters, and no return of a former password."""

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from projects.models import FormerPassword, User

CLASSES = {
    "小写字母": str.islower,
    "大写字母": str.isupper,
    "数字": str.isdigit,
    "汉字": lambda sign: sign.isalpha() and sign.upper() == sign.lower(),
    "符号": lambda sign: not sign.isalnum(),
}


class ClassesValidator:
    """At least so many kinds of characters."""

    def __init__(self, least: int) -> None:
        self.least = least

    def validate(self, password: str, user: User | None = None) -> None:
        found = sum(any(map(is_of, password)) for is_of in CLASSES.values())
        if found < self.least:
            raise ValidationError(f"密码里要有{self._words}。", code="password_few_classes")

    def get_help_text(self) -> str:
        return f"密码里要有{self._words}。" if self.least > 1 else "可以用字母、数字、汉字和符号。"

    @property
    def _words(self) -> str:
        return f"{'、'.join(CLASSES)}中的至少 {self.least} 种"


class HistoryValidator:
    """None of the last so many passwords again; Django calls `password_changed` with each one that is saved."""

    def __init__(self, kept: int) -> None:
        self.kept = kept

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None or not self.kept:
            return
        former = FormerPassword.objects.newest_of(user)[: self.kept]
        if any(check_password(password, one.password) for one in former):
            raise ValidationError(f"不能用最近 {self.kept} 次用过的密码。", code="password_used_before")

    def password_changed(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None or not self.kept:
            return
        FormerPassword.objects.create(user=user, password=user.password)
        FormerPassword.objects.newest_of(user).forget_all_but(self.kept)

    def get_help_text(self) -> str:
        return f"不能用最近 {self.kept} 次用过的密码。" if self.kept > 1 else "不能和现在的密码相同。"
