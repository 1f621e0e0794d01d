"""A change of keys: what the former one has encrypted is read, and encrypted again; what no key reads is not lost."""

from hashlib import sha256
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from projects.models import Workbook
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


def sent() -> Workbook:
    """A workbook that holds nothing but a telephone number."""
    digest = sha256(PHONE.encode()).hexdigest()
    workbook = Workbook(name="镇报.xlsx", sha256=digest, size=len(PHONE), uploaded_by=build.office())
    workbook.file.save("a.bin", ContentFile(PHONE.encode()))
    return workbook


def test_files_are_encrypted_again_under_another_name(
    settings: Settings, tmp_path, django_capture_on_commit_callbacks
) -> None:
    settings.MEDIA_ROOT, settings.CONTACT_KEYS = tmp_path, ["old"]
    workbook = sent()
    before = workbook.file.name
    settings.CONTACT_KEYS = ["new", "old"]

    with django_capture_on_commit_callbacks(execute=True):
        reencrypt()

    settings.CONTACT_KEYS = ["new"]
    workbook.refresh_from_db()
    assert workbook.file.name != before
    assert workbook.file.open("rb").read() == PHONE.encode()
    assert not (tmp_path / before).exists()
    (files,) = [check for check in data_checks() if check.title == "文件"]
    assert (files.checked, files.faults) == ("1 个", [])
    with django_capture_on_commit_callbacks(execute=True):
        assert reencrypt().rows == 0


def test_a_file_whose_key_is_not_there_is_named_and_kept(settings: Settings, tmp_path) -> None:
    settings.MEDIA_ROOT, settings.CONTACT_KEYS = tmp_path, ["old"]
    workbook = sent()
    settings.CONTACT_KEYS = ["new"]

    assert reencrypt().unreadable == 1

    (files,) = [check for check in data_checks() if check.title == "文件"]
    assert files.faults == [f"{workbook.file.name} 读不出：加密它的密钥不在，或内容被改动"]
    settings.CONTACT_KEYS = ["old"]
    assert workbook.file.open("rb").read() == PHONE.encode()
