"""Backups on a schedule: the newest few are kept, nothing else is deleted; a restore is rehearsed without a change."""

import json
from pathlib import Path
from time import sleep

from django.db import connection

from tests.registers import Register

IS_SQLITE = connection.vendor == "sqlite"
PATIENCE = 120
"""Seconds that a rehearsal of another test may take."""


def test_the_newest_are_kept_and_what_is_somebodys_own_stays(register: Register, tmp_path: Path) -> None:
    below = tmp_path / "backups"
    first = register.run("backup", "--below", below, "--keep", "2")
    (made,) = below.iterdir()
    assert made.name in first
    for name in ("20240101-030000", "20240102-030000"):
        made_then = below / name
        made_then.mkdir()
        (made_then / "manifest.json").write_bytes((made / "manifest.json").read_bytes())
    for own in ("20230101-030000", "year-end"):  # one is not complete, one has a name of its own
        (below / own).mkdir()

    printed = register.run("backup", "--below", below, "--keep", "2")

    assert "已删除旧备份 20240101-030000" in printed
    assert "已删除旧备份 20240102-030000" in printed
    left = {path.name for path in below.iterdir()}
    assert {"20230101-030000", "year-end", made.name} < left
    assert len(left) == 4


def test_it_says_how_it_is_called(register: Register, tmp_path: Path) -> None:
    for words in (
        (),
        (tmp_path / "to", "--below", tmp_path),
        ("--below", tmp_path, "--keep", "0"),
        (tmp_path / "to", "--keep", "3"),
    ):
        refused = register.manage("backup", *words)
        assert (refused.returncode, list(tmp_path.glob("to"))) == (1, [])
        assert "请写备份到哪个新文件夹" in refused.stderr


def test_a_rehearsal_restores_counts_and_changes_nothing(register: Register, tmp_path: Path) -> None:
    register.run("backup", tmp_path / "taken")
    before = register.ask("SELECT COUNT(*), MAX(id) FROM projects_project")

    printed = register.run("restore", tmp_path / "taken", "--rehearse")

    assert "演练通过" in printed
    assert register.ask("SELECT COUNT(*), MAX(id) FROM projects_project") == before
    assert left_over(register) == []
    assert list(register.var.glob("rehearsal-*")) == []


def test_a_rehearsal_finds_a_total_that_is_not_the_manifests(register: Register, tmp_path: Path) -> None:
    register.run("backup", tmp_path / "taken")
    manifest = tmp_path / "taken" / "manifest.json"
    stated = json.loads(manifest.read_text())
    stated["totals"]["projects_project"]["rows"] += 1
    manifest.write_text(json.dumps(stated))

    refused = register.manage("restore", tmp_path / "taken", "--rehearse")

    assert refused.returncode == 1
    assert "数据与备份清单的合计不符" in refused.stderr
    assert "projects_project" in refused.stderr
    assert left_over(register) == []


def left_over(register: Register) -> list[str]:
    """Databases of rehearsals that stay on the server; those of a test beside this one go away in their time."""
    if IS_SQLITE:
        return []
    found: list[str] = []
    for _ in range(PATIENCE):
        rows = register.ask("SELECT datname FROM pg_database WHERE datname LIKE 'rehearsal%'")
        found = [name for (name,) in rows]
        if not found:
            break
        sleep(1)
    return found
