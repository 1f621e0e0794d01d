"""Sign-in with the password of the authority's directory (LDAP), by django-auth-ldap.

`settings.LDAP` names the directory. It says who knows a password and nothing else: roles, unit, locks and second
factor are those of the account here, which has the same name. A password of the account's own is asked first.
"""

import logging
from functools import cached_property
from typing import Any, NoReturn

import ldap
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django_auth_ldap.backend import LDAPBackend, ldap_error
from django_auth_ldap.config import LDAPSearch, LDAPSettings

from projects.access import RoleBackend
from projects.actions import people
from projects.models import User
from projects.rules.broken import RuleBroken

log = logging.getLogger(__name__)

SILENT_SECONDS = 5  # for so long the directory may be silent
FULL_NAMES = ("displayName", "cn")
DOWN = "{}现在连不上，请稍后再试。"


def _directory() -> Any:
    """The one of the settings (`hightech.directory.Directory`), without which nothing calls this backend."""
    return settings.LDAP


class Unreachable(Exception):
    """The directory is away, or refuses to be asked."""


class DirectoryBackend(LDAPBackend):
    @cached_property
    def settings(self) -> LDAPSettings:
        """What django-auth-ldap wants to know; nothing of an entry is copied to the account."""
        directory = _directory()
        options = {
            ldap.OPT_REFERRALS: 0,
            ldap.OPT_NETWORK_TIMEOUT: SILENT_SECONDS,
            ldap.OPT_TIMEOUT: SILENT_SECONDS,
            ldap.OPT_X_TLS_REQUIRE_CERT: ldap.OPT_X_TLS_DEMAND,
        }
        if directory.authorities:
            options[ldap.OPT_X_TLS_CACERTFILE] = directory.authorities
        names = [directory.attribute, *FULL_NAMES]
        return LDAPSettings(
            "AUTH_LDAP_",
            {
                "SERVER_URI": directory.server,
                "START_TLS": directory.starts_tls,
                "BIND_DN": directory.account,
                "BIND_PASSWORD": directory.password,
                "CONNECTION_OPTIONS": options
                | {ldap.OPT_X_TLS_NEWCTX: 0},  # last: it takes what was set before
                "USER_SEARCH": LDAPSearch(
                    directory.base, ldap.SCOPE_SUBTREE, directory.filter, attrlist=names
                ),
                "ALWAYS_UPDATE_USER": False,
            },
        )

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> User | None:
        """The account whose name and password the directory knows.

        Raises ValidationError where the directory does not answer, but for an account with a password of its own:
        that one was wrong, and counts as such.
        """
        try:
            person: User | None = super().authenticate(request, username, password, **more)
        except Unreachable as fault:
            own = User.objects.filter(username=username).first()
            if own is not None and own.has_usable_password():
                return None
            raise ValidationError(DOWN.format(_directory().title)) from fault
        return person

    def get_user(self, user_id: int) -> User | None:
        return RoleBackend().get_user(user_id)

    def get_or_build_user(self, username: str, ldap_user: Any) -> tuple[User, bool]:
        """The account of exactly this name: a directory takes capital letters and blanks for the same, failed sign-ins
        are counted by the name as it was typed."""
        if _first(ldap_user.attrs, _directory().attribute) != username:
            raise ldap_user.AuthenticationFailed("the directory spells the name otherwise")
        person = User.objects.filter(username=username).first() or _admitted(username, ldap_user)
        if not person.is_active:
            raise ldap_user.AuthenticationFailed("the account is closed")
        return person, False


def _admitted(username: str, ldap_user: Any) -> User:
    """A new account for somebody without one, where the settings say so."""
    if not _directory().creates_accounts:
        raise ldap_user.AuthenticationFailed("the register has no such account")
    name = next((name for each in FULL_NAMES if (name := _first(ldap_user.attrs, each))), "")
    try:
        return people.admit(username, name=name)
    except RuleBroken as broken:
        raise ldap_user.AuthenticationFailed(f"no account: {broken}") from broken


def _first(attributes: Any, name: str) -> str:
    """The first value of an attribute of an entry; "" for none."""
    return str(next(iter((attributes or {}).get(name, [])), ""))


def on_fault(sender: type, exception: ldap.LDAPError, **signal: object) -> NoReturn:
    """django-auth-ldap would take a directory that is away for a wrong password."""
    log.warning("directory: %s", type(exception).__name__)
    raise Unreachable from exception


ldap_error.connect(on_fault, sender=DirectoryBackend, dispatch_uid="directory")
