"""Accounts: the first ones of an empty installation, and what a person chooses for the own pages."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from projects.models import Organisation, User
from projects.rules.broken import RuleBroken
from projects.rules.duties import DUTIES
from projects.rules.money import MoneyUnit
from projects.vocabulary import Role

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without characters that look alike on paper
LENGTH = 16
ENTERS_ADMIN = frozenset({Role.OFFICE, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class FirstAccount:
    username: str
    password: str
    role: Role
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.username} {self.password} {self.role.value} {self.unit}".rstrip()


def create_first_accounts(path: Path | None = None, *, town: str = "") -> list[FirstAccount]:
    """Create an account for each role at the district; nothing if there is any user.

    Their passwords are temporary ones and stand nowhere: whoever calls this shows them once. For made-up data `path`
    is a file that keeps them instead, and nobody need change them. `town`: a unit's name for another staff account.
    """
    if User.objects.exists():
        return []
    district = Organisation.objects.root()
    if district is None:
        raise RuleBroken("还没有根单位（高新区），请先载入 article.json 再建立首批账号。")
    accounts = [FirstAccount(role.value, _password(), role) for role in Role]
    if town:
        accounts.append(FirstAccount("town", _password(), Role.STAFF, town))
    with _written_to(path, accounts) if path else transaction.atomic():
        for account in accounts:
            unit = Organisation.objects.get(name=account.unit) if account.unit else district
            _create(account, unit, is_temporary=path is None)
    return accounts


@transaction.atomic
def create_first_administrator() -> list[FirstAccount]:
    """Create the account of a register that begins empty, with a temporary password; nothing if there is any user.

    Where the duties are kept apart there are three: an administrator alone could let nobody in.
    """
    if User.objects.exists():
        return []
    roles = DUTIES if settings.SEPARATE_DUTIES else (Role.ADMIN,)
    accounts = [FirstAccount(role.value, _password(), role) for role in roles]
    for account in accounts:
        _create(account, None, is_temporary=True)
    return accounts


@contextmanager
def _written_to(path: Path, accounts: list[FirstAccount]) -> Iterator[None]:
    """Accounts that are created within, and their passwords in `path`: both, or neither."""
    draft = path.with_name(f"{path.name}.new")
    try:
        with transaction.atomic():
            yield
            _write_privately(draft, accounts)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    draft.replace(path)


def choose_amount_unit(user: User, unit: MoneyUnit) -> None:
    """Keep the unit that a person wants to type amounts in; it changes no record of the register."""
    user.amount_unit = unit.value
    user.save(update_fields=["amount_unit"])


def _password() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def _create(account: FirstAccount, organisation: Organisation | None, *, is_temporary: bool) -> None:
    until = timezone.now() + timedelta(days=settings.ISSUED_PASSWORD_DAYS) if is_temporary else None
    user = User.objects.create_user(
        account.username,
        password=account.password,
        first_name=account.role.label,
        organisation=organisation,
        is_staff=account.role in ENTERS_ADMIN,
        issued_until=until,
    )
    user.groups.add(Group.objects.get(name=account.role.label))


def _write_privately(path: Path, accounts: list[FirstAccount]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{account}\n" for account in accounts)
        file.flush()
        os.fsync(file.fileno())
