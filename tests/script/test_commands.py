"""What `script/server` asks of `manage.py`: the article, its history, the first accounts; each once."""

import json
import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from projects.models import (
    AccountEntry,
    DistrictSettings,
    Industry,
    LightRule,
    Organisation,
    Project,
    Source,
    User,
)
from projects.vocabulary import AccountAct, Role
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def installation(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    return tmp_path


def unit(name: str, **fields: object) -> dict[str, object]:
    return {"model": "projects.organisation", "fields": {"name": name, "kind": "district"} | fields}


def write(path: Path, *records: dict[str, object]) -> str:
    path.write_text(json.dumps(records))
    return str(path)


def entries(name: str) -> list[tuple[str, str]]:
    history = Organisation.history.filter(name=name).order_by("history_id")
    return [(entry.history_type, entry.history_change_reason) for entry in history]


def test_what_is_loaded_has_a_first_history_entry(tmp_path: Path) -> None:
    file = write(tmp_path / "units.json", unit("甲区"))

    call_command("loaddata", file, verbosity=0)

    assert entries("甲区") == [("+", f"载入 {file}")]


def test_loading_again_records_only_what_differs(tmp_path: Path) -> None:
    file = write(tmp_path / "units.json", unit("甲区"), unit("乙区"))
    call_command("loaddata", file, verbosity=0)
    write(tmp_path / "units.json", unit("甲区", short_name="甲"), unit("乙区"))

    call_command("loaddata", file, verbosity=0)

    assert [kind for kind, _ in entries("甲区")] == ["+", "~"]
    assert [kind for kind, _ in entries("乙区")] == ["+"]
    assert Organisation.objects.filter(name__in=["甲区", "乙区"]).count() == 2


def test_a_deleted_record_that_is_loaded_again_begins_anew(tmp_path: Path) -> None:
    file = write(tmp_path / "units.json", unit("甲区") | {"pk": 990_001})
    call_command("loaddata", file, verbosity=0)
    Organisation.objects.get(name="甲区").delete()

    call_command("loaddata", file, verbosity=0)

    assert [kind for kind, _ in entries("甲区")] == ["+", "-", "+"]


def shown(printed: str) -> list[list[str]]:
    """The accounts that a command printed: name, password, role."""
    return [line.split() for line in printed.splitlines() if line.startswith("  ")]


def test_the_first_accounts_are_one_for_each_role(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    district = Organisation.objects.root() or Organisation.objects.create(name="甲区", kind="district")

    call_command("first_accounts")

    lines = shown(capsys.readouterr().out)
    assert [(username, role) for username, _, role in lines] == [(r.value, r.value) for r in Role]
    assert list(tmp_path.iterdir()) == []
    for username, password, role in lines:
        user = User.objects.get(username=username)
        assert user.check_password(password)
        assert user.must_change_password
        assert user.organisation == district
        assert user.roles == {Role(role)}
        assert user.is_staff == (role in {"office", "admin"})
        assert not user.is_superuser


def test_no_first_accounts_where_there_is_a_user(tmp_path: Path) -> None:
    User.objects.create_user("someone")

    call_command("first_accounts")

    assert User.objects.count() == 1
    assert list(tmp_path.iterdir()) == []


def test_no_first_accounts_without_the_district(tmp_path: Path) -> None:
    assert Organisation.objects.root() is None

    with pytest.raises(CommandError, match="还没有根单位"):
        call_command("first_accounts")

    assert not User.objects.exists()
    assert list(tmp_path.iterdir()) == []


def test_prepare_fills_an_empty_register_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("prepare")
    assert len(shown(capsys.readouterr().out)) == len(Role)
    projects = Project.objects.count()
    history = Project.history.count()

    call_command("prepare")

    assert capsys.readouterr().out == ""
    assert projects > 0
    assert (Project.objects.count(), Project.history.count()) == (projects, history)
    assert history == projects
    assert not (tmp_path / "accounts.txt").exists()


def test_prepare_fills_a_demonstration_once_and_never_with_the_article(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO, settings.DEMO_MARK, settings.DEMO_PROJECTS = True, tmp_path / "demonstration", 12
    call_command("prepare")
    assert "演示数据" in capsys.readouterr().out

    call_command("prepare")

    assert capsys.readouterr().out == ""
    assert Project.objects.count() == Project.objects.filter(name__contains="演示").count() == 12
    accounts = [line.split(" ") for line in (tmp_path / "accounts.txt").read_text().splitlines()]
    assert [account[0] for account in accounts] == [
        "leader",
        "staff",
        "office",
        "admin",
        "auditor",
        "security",
        "town",
    ]
    assert User.objects.get(username="town").organisation == Organisation.objects.get(name=accounts[6][3])


def test_prepare_says_that_the_article_is_missing(settings: Settings, tmp_path: Path) -> None:
    settings.FIXTURE_DIRS = [tmp_path / "nowhere"]

    with pytest.raises(CommandError, match=r"缺少数据文件 .*Missing .*article\.json"):
        call_command("prepare")

    assert not User.objects.exists()
    assert not Organisation.objects.exists()


def test_a_new_register_has_one_administrator_and_nothing_of_the_article(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.FIXTURE_DIRS = [tmp_path / "nowhere"]  # the article is not even looked for

    call_command("prepare", "--new")

    ((username, password, role),) = shown(capsys.readouterr().out)
    person = User.objects.get()
    assert (username, role, person.roles) == ("admin", "admin", {Role.ADMIN})
    assert person.check_password(password)
    assert person.has_issued_password
    for model in (Organisation, Project, Industry, LightRule, Source, DistrictSettings):
        assert not model.objects.exists()
    for again in (["prepare", "--new"], ["prepare"]):
        capsys.readouterr()
        call_command(*again)
        assert capsys.readouterr().out == ""
        assert (User.objects.count(), Project.objects.count()) == (1, 0)


def test_a_register_that_is_in_use_is_not_begun_anew() -> None:
    call_command("prepare")
    with pytest.raises(CommandError, match="已有登记册"):
        call_command("prepare", "--new")
    assert Project.objects.exists()


def test_a_forgotten_password_is_issued_again_at_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    admin = build.admin(username="admin")
    Authenticator.objects.create(user=admin, type="totp", data={"secret": "x"})

    call_command("new_password", "admin", "--second-factor")

    password = re.search(r"admin (\S+)", capsys.readouterr().out)
    admin.refresh_from_db()
    assert password
    assert admin.check_password(password[1])
    assert admin.must_change_password
    assert not Authenticator.objects.exists()
    entries = AccountEntry.objects.filter(person=admin).order_by("pk")
    assert [(entry.act, entry.by, entry.reason) for entry in entries] == [
        (AccountAct.PASSWORD_ISSUED, None, "在服务器上用命令重发"),
        (AccountAct.FACTOR_RESET, None, "在服务器上用命令重发"),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody"], "没有叫 nobody 的账号"),
        (["closed"], "已停用"),
        (["admin", "--second-factor"], "没有设置第二步验证"),
    ],
)
def test_a_password_that_cannot_be_issued_is_not(words: list[str], said: str) -> None:
    admin = build.admin(username="admin")
    build.leader(username="closed", is_active=False)

    with pytest.raises(CommandError, match=said):
        call_command("new_password", *words)

    admin.refresh_from_db()
    assert admin.check_password(build.PASSWORD)
