"""A change of keys: what the former one has encrypted is read, and encrypted again; what no key reads is not lost."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from projects.models.encrypted import UNREADABLE
from projects.rules.phones import is_masked
from projects.upkeep.checks import data_checks
from projects.upkeep.reencrypting import reencrypt
from tests import build

pytestmark = pytest.mark.django_db

PHONE = "13912340000"


def test_a_change_of_keys(settings: Settings) -> None:
    settings.CONTACT_KEYS = ["old"]
    project = build.project("热泵", contact_phone=PHONE)
    settings.CONTACT_KEYS = ["new", "old"]
    project.refresh_from_db()
    assert project.contact_phone == PHONE

    said = StringIO()
    call_command("reencrypt", stdout=said)
    assert said.getvalue().strip() == "改用新密钥加密 2 项。"  # the record and its history
    settings.CONTACT_KEYS = ["new"]
    project.refresh_from_db()
    assert (project.contact_phone, project.history.get().contact_phone) == (PHONE, PHONE)
    assert reencrypt().rows == 0


def test_without_its_key_a_number_is_not_shown_and_not_lost(settings: Settings) -> None:
    settings.CONTACT_KEYS = ["old"]
    project = build.project("热泵", contact_phone=PHONE, remark="")
    settings.CONTACT_KEYS = ["new"]
    project.refresh_from_db()
    assert project.contact_phone == UNREADABLE
    assert is_masked(project.contact_phone)
    project.remark = "别的改动"
    build.kept(project, reason="改备注")
    (check,) = [check for check in data_checks() if check.title == "加密内容"]
    assert "3 项加密内容读不出" in check.faults[0]
    with pytest.raises(CommandError, match="3 项读不出"):
        call_command("reencrypt", stdout=StringIO())

    settings.CONTACT_KEYS = ["new", "old"]
    project.refresh_from_db()
    assert (project.contact_phone, project.remark) == (PHONE, "别的改动")
