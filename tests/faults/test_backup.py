"""`manage.py backup` and `manage.py restore`: whole or not at all, and nothing acknowledged is missing."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from pytest_django.fixtures import Settings

from projects.backup import postgres
from projects.backup.restoring import restore
from projects.backup.taking import take
from projects.models import Project
from projects.rules.broken import RuleBroken
from tests import build
from tests.registers import ROOT, Register

WRITERS, ACKNOWLEDGED = 3, 40
IS_SQLITE = connection.vendor == "sqlite"
DATABASE = "database.sqlite3" if IS_SQLITE else "database.dump"
SEAL = """
from datetime import date
from projects.management.commands.demo import seal_month
from projects.models import User
seal_month(date(2024, 9, 30), by=User.objects.order_by("pk")[0])
"""


def writer(register: Register, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.writing", name],
        cwd=ROOT,
        env=register.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def stated(backup: Path) -> dict[str, Any]:
    return json.loads((backup / "manifest.json").read_bytes())


def names(register: Register) -> set[str]:
    return {name for (name,) in register.ask("SELECT name FROM projects_project")}


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_backup_under_load_restores_with_every_acknowledged_write(
    register: Register, elsewhere: Register, tmp_path: Path
) -> None:
    register.run("shell", "-v0", "-c", SEAL)
    told: Queue[str] = Queue()
    writers = [writer(register, name) for name in "甲乙丙"[:WRITERS]]
    listeners = [
        Thread(target=lambda output: [told.put(line.strip()) for line in output], args=[each.stdout])
        for each in writers
    ]
    for listener in listeners:
        listener.start()
    before = [told.get(timeout=300) for _ in range(ACKNOWLEDGED)]

    register.run("backup", tmp_path / "taken")

    for each in writers:
        each.communicate("")
    for listener in listeners:
        listener.join()
    assert [each.returncode for each in writers] == [0] * WRITERS
    assert not told.empty(), "nobody wrote while the backup was taken"

    printed = elsewhere.run("restore", tmp_path / "taken")

    kept = {f"project {name}" for name in names(elsewhere)}
    kept |= {f"evidence {row[0]}" for row in elsewhere.ask("SELECT sha256 FROM projects_evidence")}
    kept |= {f"workbook {row[0]}" for row in elsewhere.ask("SELECT sha256 FROM projects_workbook")}
    assert set(before) - kept == set()
    assert "合计与清单一致" in printed
    assert "封存链：1 期完好" in printed
    assert "完好" in elsewhere.run("verify_seals")
    files = elsewhere.ask('SELECT "file" FROM projects_evidence UNION SELECT "file" FROM projects_workbook')
    assert files
    assert [name for (name,) in files if not (elsewhere.uploads / name).is_file()] == []
    assert stated(tmp_path / "taken")["damaged"] == []
    if IS_SQLITE:
        assert elsewhere.ask("PRAGMA integrity_check") == [("ok",)]


def test_a_backup_says_what_is_in_it_and_is_for_its_owner_alone(register: Register, tmp_path: Path) -> None:
    (register.var / "secret_key").write_text("s" * 50)
    register.uploads.mkdir()
    (register.uploads / "plan.pdf").write_bytes(b"%PDF")
    printed = register.run("backup", tmp_path / "taken")

    manifest = stated(tmp_path / "taken")
    invested = register.ask("SELECT COUNT(*), SUM(total_investment) FROM projects_project")[0]
    newest = register.ask("SELECT MAX(history_id) FROM projects_historicalproject")[0][0]
    table = manifest["totals"]["projects_project"]
    assert (table["rows"], table["sums"]["total_investment"]) == tuple(map(int, invested))
    assert manifest["totals"]["projects_historicalproject"]["newest_entry"] == newest
    histories = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "history_id" for field in model._meta.concrete_fields)
    }
    with_newest = {name for name, total in manifest["totals"].items() if "newest_entry" in total}
    assert with_newest == histories
    assert manifest["engine"] == connection.vendor
    assert "projects.0001_initial" in manifest["migrations"]
    assert set(manifest["files"]) == {DATABASE, "uploads/plan.pdf"}
    made = [tmp_path / "taken", *(tmp_path / "taken").rglob("*")]
    assert {mode(path) for path in made} == {0o600, 0o700}
    assert "不含密钥" in printed
    assert sorted(path.name for path in tmp_path.iterdir() if "taken" in path.name) == ["taken"]


def test_a_restored_register_goes_on_counting(
    register: Register, elsewhere: Register, tmp_path: Path
) -> None:
    register.run("backup", tmp_path / "taken")
    elsewhere.run("restore", tmp_path / "taken")

    elsewhere.run("migrate", "--check")
    added = "from projects.models import Organisation; print(Organisation(name='新镇', kind='town').save())"
    elsewhere.run("shell", "-v0", "-c", added)
    elsewhere.run("backup", tmp_path / "again")

    first, second = (stated(tmp_path / name)["totals"] for name in ("taken", "again"))
    assert second["projects_organisation"]["rows"] == first["projects_organisation"]["rows"] + 1
    assert second["projects_project"] == first["projects_project"]
    assert second["projects_restoration"]["rows"] == 1


def test_nothing_is_overwritten_without_being_told_to(register: Register, tmp_path: Path) -> None:
    register.uploads.mkdir()
    (register.uploads / "old.pdf").write_bytes(b"old")
    register.run("backup", tmp_path / "taken")
    again = register.manage("backup", tmp_path / "taken")
    register.ask(
        "UPDATE projects_project SET name = '后来的' WHERE id = (SELECT MIN(id) FROM projects_project)"
    )
    (register.uploads / "new.pdf").write_bytes(b"new")
    refused = register.manage("restore", tmp_path / "taken")

    assert (again.returncode, refused.returncode) == (1, 1)
    assert "已经存在，没有覆盖" in again.stderr
    assert "--replace" in refused.stderr
    assert "后来的" in names(register)

    register.run("restore", tmp_path / "taken", "--replace")
    assert "后来的" not in names(register)
    assert [path.name for path in register.uploads.iterdir()] == ["old.pdf"]

    (aside,) = register.var.glob("before-restore-*")
    register.run("restore", aside, "--replace")
    assert "后来的" in names(register)
    assert sorted(path.name for path in register.uploads.iterdir()) == ["new.pdf", "old.pdf"]


def altered(**facts: Any) -> Callable[[Path], None]:
    def alter(backup: Path) -> None:
        text = json.dumps(stated(backup) | facts)
        (backup / "manifest.json").write_text(text)

    return alter


def other_total(backup: Path) -> None:
    manifest = stated(backup)
    manifest["totals"]["projects_project"]["sums"]["total_investment"] += 1
    altered(totals=manifest["totals"])(backup)


def flipped(backup: Path) -> None:
    with (backup / DATABASE).open("r+b") as file:
        file.seek(-1000, os.SEEK_END)
        byte = file.read(1)
        file.seek(-1000, os.SEEK_END)
        file.write(bytes([byte[0] ^ 1]))


UNSOUND: dict[str, tuple[Callable[[Path], None], str]] = {
    "no manifest": (lambda backup: (backup / "manifest.json").unlink(), "不是备份"),
    "half a manifest": (lambda backup: os.truncate(backup / "manifest.json", 100), "读不出"),
    "another format": (altered(format=99), "只认 1"),
    "a file is missing": (lambda backup: (backup / "uploads/plan.pdf").unlink(), "uploads/plan.pdf 不见了"),
    "a file too many": (lambda backup: (backup / "x.txt").touch(), "x.txt 不在清单中"),
    "one bit": (flipped, f"{DATABASE} 的内容与清单不符"),
    "another sum": (other_total, "合计不符，什么也没有改动：projects_project"),
    "another engine": (altered(engine="mysql"), "只能恢复到同一种数据库"),
    "a newer program": (altered(migrations=["projects.0099_future"]), "projects.0099_future"),
    "a name that is no name": (altered(totals={'x"; DROP TABLE projects_user; --': {"sums": {}}}), "不合规"),
}


@pytest.mark.django_db(transaction=True)
def test_an_unsound_backup_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "uploads"
    settings.DEMO_MARK = tmp_path / "demonstration"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "plan.pdf").write_bytes(b"%PDF")
    build.project("从前的", total_investment=1)
    take(tmp_path / "taken", say=silent)
    build.project("后来的")
    for number, (spoil, sentence) in enumerate(UNSOUND.values()):
        backup = tmp_path / f"spoilt{number}"
        shutil.copytree(tmp_path / "taken", backup)
        spoil(backup)

        with pytest.raises(RuleBroken, match=re.escape(sentence)):
            restore(backup, replace=True, say=silent)

        assert {project.name for project in Project.objects.all()} == {"从前的", "后来的"}
        assert [path.name for path in settings.MEDIA_ROOT.iterdir()] == ["plan.pdf"]


def silent(words: str) -> None:
    """Nobody reads how far it has come."""


def test_files_that_the_register_has_lost_are_named_and_the_backup_is_written(
    register: Register, elsewhere: Register, tmp_path: Path
) -> None:
    writing = writer(register, "甲")
    assert writing.stdout is not None
    lines = [writing.stdout.readline() for _ in range(12)]
    writing.communicate("")
    assert [line for line in lines if line.startswith("evidence")]
    lost, changed = sorted((register.uploads / "evidence").rglob("*.pdf"))[:2]
    lost.unlink()
    changed.write_bytes(b"other")

    taken = register.manage("backup", tmp_path / "taken")

    assert taken.returncode == 3
    assert f"{lost.relative_to(register.uploads)} 缺失" in taken.stderr
    assert f"{changed.relative_to(register.uploads)} 与登记的摘要不符" in taken.stderr
    assert lost.name in elsewhere.run("restore", tmp_path / "taken")


def test_a_full_disk_leaves_no_half_backup(register: Register, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk."""
    place = tmp_path / "place"
    place.mkdir()
    command = f'ulimit -f 100; exec "{sys.executable}" manage.py backup "{place}/taken"'
    ended = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=register.environment, capture_output=True, text=True
    )

    assert ended.returncode == 1
    assert "没有完成" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("made_up", [True, False])
def test_made_up_data_says_so_wherever_it_is_restored(
    register: Register, elsewhere: Register, tmp_path: Path, made_up: bool
) -> None:
    (register if made_up else elsewhere).var.joinpath("demonstration").touch()
    register.run("backup", tmp_path / "taken")
    elsewhere.run("restore", tmp_path / "taken")

    assert elsewhere.var.joinpath("demonstration").exists() is made_up


def test_a_place_that_does_not_serve_is_refused(register: Register, tmp_path: Path) -> None:
    refused = [
        register.manage("backup", tmp_path / "none" / "taken"),
        register.manage("backup", register.uploads / "taken"),
    ]

    assert [ended.returncode for ended in refused] == [1, 1]
    assert "不存在，请先建立" in refused[0].stderr


def test_a_register_that_does_not_exist_is_no_backup(elsewhere: Register, tmp_path: Path) -> None:
    ended = elsewhere.manage("backup", tmp_path / "taken")

    assert (ended.returncode, "登记册" in ended.stderr) == (1, True)
    assert not (tmp_path / "taken").exists()


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        ("", "没有 pg_dump"),
        ("pg_dump (PostgreSQL) 12.22 (Debian)", "版本是 12，低于数据库的 15"),
        ("something else", "版本是 未知"),
    ],
)
def test_a_missing_or_old_tool_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, printed: str, sentence: str
) -> None:
    if printed:
        tool = tmp_path / "pg_dump"
        tool.write_text(f"#!/bin/sh\necho '{printed}'\n")
        tool.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(RuleBroken, match=sentence):
        postgres.tool_for("pg_dump", 15)


def test_a_tool_of_the_server_s_age_or_newer_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "pg_dump"
    tool.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 17.2'\n")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert postgres.tool_for("pg_dump", 15) == str(tool)
