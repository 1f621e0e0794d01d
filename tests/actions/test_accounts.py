"""The first accounts of an empty installation."""

import stat

import pytest
from django.contrib.auth import authenticate

from projects.actions.accounts import create_first_accounts
from projects.models import User
from projects.rules.broken import RuleBroken
from projects.vocabulary import Role
from tests import build

pytestmark = pytest.mark.django_db


def test_one_account_for_each_role_at_the_district(tmp_path, rf):
    district = build.district()
    accounts = create_first_accounts()

    assert list(tmp_path.iterdir()) == []
    assert [account.role for account in accounts] == list(Role)
    for account in accounts:
        user = authenticate(rf.post("/"), username=account.username, password=account.password)
        assert (user.roles, user.organisation) == ({account.role}, district)
        assert user.is_staff is (account.role in {Role.OFFICE, Role.ADMIN})
        assert not user.is_superuser
        assert user.must_change_password


def test_passwords_of_made_up_data_are_kept_for_the_owner_only(tmp_path):
    build.district()
    path = tmp_path / "accounts.txt"
    accounts = create_first_accounts(path)
    assert len({account.password for account in accounts}) == len(Role)
    assert path.read_text().splitlines() == [str(account) for account in accounts]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not any(user.must_change_password for user in User.objects.all())


def test_nothing_happens_once_there_is_a_user(tmp_path):
    build.staff()
    assert create_first_accounts(tmp_path / "accounts.txt") == []
    assert not (tmp_path / "accounts.txt").exists()
    assert User.objects.count() == 1


def test_without_a_root_unit_nobody_is_made(tmp_path):
    with pytest.raises(RuleBroken, match="根单位"):
        create_first_accounts(tmp_path / "accounts.txt")
    assert not User.objects.exists()


def test_accounts_that_cannot_be_written_down_are_not_made(tmp_path):
    build.district()
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        create_first_accounts(tmp_path / "file" / "accounts.txt")
    assert not User.objects.exists()
