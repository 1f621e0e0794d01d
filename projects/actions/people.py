"""Accounts of people: create them, change their facts and rights, give temporary passwords, lift locks, close them.

Each act leaves an `AccountEntry` with who, when and why. What rights the one who acts needs is the caller's to check
(`access.manageable_people`, `access.grantable_roles`).
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from projects.actions.accounts import ENTERS_ADMIN, LETTERS
from projects.actions.api_keys import revoke_all
from projects.actions.auditing import note
from projects.actions.calendar_feeds import end_feed
from projects.actions.recording import refusals_worded, validate
from projects.models import AccountEntry, Session, User
from projects.models.account import PersonFacts
from projects.rules.broken import RuleBroken
from projects.rules.duties import duties_fault
from projects.rules.phones import masked
from projects.rules.sign_ins import DEVICE_SIGN
from projects.vocabulary import AccountAct, AuditAct, Role, role_words

GROUPS, GROUP_LENGTH = 3, 4
"""A temporary password is read out and typed: three groups of four letters, 59 bits."""
NOTHING = "无"
PHONE = "电话"


@dataclass(frozen=True, slots=True)
class Issued:
    """An account with its temporary password, which is stored nowhere else and shown once."""

    person: User
    password: str


def create(facts: PersonFacts, *, by: User, reason: str = "") -> Issued:
    """Create an account; RuleBroken where its name is taken or a fact is not valid."""
    (issued,) = create_all([facts], by=by, reason=reason)
    return issued


@transaction.atomic
def create_all(people: Sequence[PersonFacts], *, by: User, reason: str = "") -> list[Issued]:
    """Create accounts, all of them or none."""
    made = []
    for facts in people:
        person = User(username=facts.username, is_staff=_enters_admin(facts.roles))
        _put(person, facts)
        password = _give_password(person)
        validate(person)
        with refusals_worded():
            person.save()
        _set_roles(person, facts.roles)
        words = "；".join(
            f"{label}：{_shown(label, after)}"
            for label, after in _described(facts).items()
            if after != NOTHING
        )
        _note(person, AccountAct.CREATED, words, by=by, reason=reason)
        made.append(Issued(person, password))
    return made


@transaction.atomic
def admit(username: str, *, name: str) -> User:
    """Create the account of somebody whom single sign-on lets in for the first time, without role, unit and password.
    RuleBroken where it is not valid."""
    facts = PersonFacts(name, username, frozenset(), None)
    person = User(username=username)
    _put(person, facts)
    person.set_unusable_password()
    validate(person)
    with refusals_worded():
        person.save()
    words = f"姓名：{name or NOTHING}；账号：{username}"
    _note(person, AccountAct.CREATED, words, by=None, reason="统一认证首次登录")
    return person


@transaction.atomic
def change(person: User, facts: PersonFacts, *, by: User, reason: str) -> bool:
    """Change facts and rights of an account; False where nothing changes. Users keep their own roles."""
    locked = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    before = described(locked)
    if locked.pk == by.pk and facts.roles != locked.roles:
        raise RuleBroken("不能修改自己的角色，请由另一位管理员办理。")
    locked.username, locked.is_staff = facts.username, locked.is_superuser or _enters_admin(facts.roles)
    _put(locked, facts)
    words = differences(before, _described(facts))
    if not words:
        return False
    validate(locked)
    with refusals_worded():
        locked.save()
    _set_roles(locked, facts.roles)
    _note(locked, AccountAct.CHANGED, words, by=by, reason=reason)
    return True


@transaction.atomic
def change_own(person: User, *, name: str, phone: str, email: str) -> bool:
    """People correct how they are called and reached; False where nothing changes."""
    locked = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    own = PersonFacts(name, locked.username, locked.roles, locked.organisation, phone, email)
    return change(locked, own, by=person, reason="本人修改")


@transaction.atomic
def issue_password(person: User, *, by: User | None, reason: str) -> str:
    """Give a new temporary password and end the person's sessions; the former password no longer lets in."""
    locked = _locked(person)
    if not locked.is_active:
        raise RuleBroken(f"{locked}已停用，请先启用。")
    password = _give_password(locked)
    locked.save(update_fields=["password", "password_set_at", "issued_until"])
    end_sessions(locked)
    _forget_failures(locked)
    _note(locked, AccountAct.PASSWORD_ISSUED, "", by=by, reason=reason)
    return password


@transaction.atomic
def own_password(person: User) -> None:
    """The person has changed the password: a temporary one has done its work. Called after the change."""
    User.objects.filter(pk=person.pk).update(issued_until=None)
    person.issued_until = None
    _note(person, AccountAct.PASSWORD_CHANGED, "", by=person, reason="")


@transaction.atomic
def unlock(person: User, *, by: User, reason: str) -> None:
    """Lift the lock after wrong passwords; RuleBroken where there is none."""
    if not _forget_failures(person):
        raise RuleBroken(f"{person}没有被锁定。")
    _note(person, AccountAct.UNLOCKED, "", by=by, reason=reason)


@transaction.atomic
def reset_second_factor(person: User, *, by: User | None, reason: str) -> None:
    """Take away a second factor that was lost, and end the sessions; RuleBroken where there is none.

    Where a role asks for one, the next sign-in sets up a new one."""
    if by is not None and by.pk == person.pk:
        raise RuleBroken("不能重置自己的第二步验证，请由另一位管理员办理。")
    _, by_table = Authenticator.objects.filter(user=person).delete()
    if not by_table:
        raise RuleBroken(f"{person}没有设置第二步验证。")
    end_sessions(person)
    _note(person, AccountAct.FACTOR_RESET, "", by=by, reason=reason)


def note_second_factor(person: User, act: AccountAct, *, by: User) -> None:
    """Keep an entry for what people did to their own second factor."""
    _note(person, act, "", by=by, reason="")


@transaction.atomic
def lift_address(address: str, *, by: User, reason: str) -> None:
    """Let strangers' browsers at the address sign in again; RuleBroken where nothing had failed there."""
    failures, _ = AccessAttempt.objects.filter(ip_address=address).delete()
    if not failures:
        raise RuleBroken(f"{address} 没有被限制。")
    note(AuditAct.ACCOUNT, by=by, subject=f"解除地址限制：{address}", detail=reason)


@transaction.atomic
def close(person: User, *, by: User, reason: str) -> None:
    """Close an account and end its sessions and keys; history and past acts keep naming the person."""
    locked = _locked(person)
    if locked.pk == by.pk:
        raise RuleBroken("不能停用自己的账号。")
    if not locked.is_active:
        raise RuleBroken(f"{locked}已经停用。")
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    end_sessions(locked)
    _note(locked, AccountAct.CLOSED, "", by=by, reason=reason)
    revoke_all(locked, by=by, reason="账号停用")
    end_feed(locked, by=by, reason="账号停用")


@transaction.atomic
def open_again(person: User, *, by: User, reason: str) -> str:
    """Open a closed account with a new temporary password: the old one may have been forgotten, or known too widely."""
    locked = _locked(person)
    if locked.is_active:
        raise RuleBroken(f"{locked}没有停用。")
    locked.is_active = True
    password = _give_password(locked)
    locked.save(update_fields=["is_active", "password", "password_set_at", "issued_until"])
    _note(locked, AccountAct.OPENED, "", by=by, reason=reason)
    return password


def end_sessions(person: User, *, but: str | None = None, named: str = "") -> int:
    """End where the person is signed in; how many. `but`: the key of the session that goes on; `named`: only this."""
    sessions = Session.objects.filter(user=person).exclude(session_key=but)
    keys = [session.session_key for session in sessions if not named or session.name == named]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def described(person: User) -> dict[str, str]:
    """The facts and rights of an account in words, by label."""
    facts = PersonFacts(
        f"{person.last_name}{person.first_name}",
        person.username,
        person.roles,
        person.organisation,
        person.phone,
        person.email,
    )
    return _described(facts) | {"状态": "在用" if person.is_active else "停用"}


def differences(before: dict[str, str], after: dict[str, str]) -> str:
    """What changed from what to what, "" for nothing."""
    return "；".join(
        f"{label}：{_shown(label, before.get(label, NOTHING))} → {_shown(label, words)}"
        for label, words in after.items()
        if words != before.get(label, NOTHING)
    )


def _shown(label: str, words: str) -> str:
    """Words for the entries of the account and the audit, which are kept in clear: a telephone number is masked."""
    return masked(words) if label == PHONE and words != NOTHING else words


def note_change(person: User, before: dict[str, str], *, by: User, reason: str) -> None:
    """Keep an entry for a change that was saved elsewhere, as in the admin; `before`: from `described`, empty for a
    new account."""
    fresh = User.objects.get(pk=person.pk)
    if words := differences(before, described(fresh)):
        _note(fresh, AccountAct.CHANGED if before else AccountAct.CREATED, words, by=by, reason=reason)
    if not fresh.is_active:
        revoke_all(fresh, by=by, reason="账号停用")
        end_feed(fresh, by=by, reason="账号停用")


def _described(facts: PersonFacts) -> dict[str, str]:
    return {
        "姓名": facts.name or NOTHING,
        "账号": facts.username,
        "角色": role_words(facts.roles) or NOTHING,
        "单位": facts.organisation.name if facts.organisation else NOTHING,
        PHONE: facts.phone or NOTHING,
        "邮箱": facts.email or NOTHING,
    }


def _put(person: User, facts: PersonFacts) -> None:
    if facts.name != f"{person.last_name}{person.first_name}":
        person.last_name, person.first_name = "", facts.name
    person.organisation, person.phone, person.email = facts.organisation, facts.phone, facts.email


def _set_roles(person: User, roles: Collection[Role]) -> None:
    """RuleBroken for roles that one account may not hold together."""
    if fault := duties_fault(roles, separate=settings.SEPARATE_DUTIES):
        raise RuleBroken(fault)
    person.groups.set(Group.objects.filter(name__in=[role.label for role in roles]))
    person.__dict__.pop("roles", None)
    person.__dict__.pop("role_names", None)


def _enters_admin(roles: Collection[Role]) -> bool:
    return not ENTERS_ADMIN.isdisjoint(roles)


def _give_password(person: User) -> str:
    """Set a temporary password, not saved."""
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    person.set_password(password)
    person.issued_until = timezone.now() + timedelta(days=settings.ISSUED_PASSWORD_DAYS)
    return password


def _note(person: User, act: AccountAct, words: str, *, by: User | None, reason: str) -> None:
    AccountEntry.objects.create(person=person, act=act, changes=words, reason=reason, by=by)
    said = "；".join(filter(None, (words, reason)))
    note(AuditAct.ACCOUNT, by=by, subject=f"{act.label}：{person.username}", detail=said)


def _forget_failures(person: User) -> bool:
    """Forget the failed sign-ins of the account, in unknown browsers and known ones; whether there were any."""
    in_known = Q(username__startswith=f"{person.username}{DEVICE_SIGN}")
    forgotten, _ = AccessAttempt.objects.filter(Q(username=person.username) | in_known).delete()
    return bool(forgotten)


def _locked(person: User) -> User:
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)
