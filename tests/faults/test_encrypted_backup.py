"""Backups for public keys: the server cannot read them, and whoever has the private key restores every row."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from projects.backup import encryption
from projects.rules.broken import RuleBroken
from tests.registers import Register

NAME = "永安精密机床厂房"
PRIVATE = "AGE-SECRET-KEY-"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return key_file(tmp_path_factory.mktemp("elsewhere") / "backup.key")


def key_file(path: Path) -> Path:
    """As `age-keygen` writes it."""
    made = pyrage.x25519.Identity.generate()
    path.write_text(f"# public key: {made.to_public()}\n{made}\n")
    return path


def public(key: Path) -> str:
    return key.read_text().splitlines()[0].removeprefix("# public key: ")


def projects(register: Register) -> list[tuple[str]]:
    return register.ask("SELECT name FROM projects_project ORDER BY id")


def left_over(register: Register) -> list[Path]:
    return [path for path in register.var.iterdir() if path.name.startswith(("backup-", "rehearsal-"))]


def test_an_encrypted_backup_says_nothing_and_restores_everything(
    register: Register, elsewhere: Register, key: Path, tmp_path: Path
) -> None:
    register.ask(
        f"UPDATE projects_project SET name = '{NAME}' WHERE id = (SELECT MIN(id) FROM projects_project)"
    )
    register.uploads.mkdir()
    (register.uploads / "evidence").mkdir()
    (register.uploads / "evidence" / "photo.jpg").write_bytes(
        NAME.encode() * 40_000
    )  # more than a pipe holds
    taken = tmp_path / "backups" / "20261128-023000"
    taken.parent.mkdir()

    printed = register.run(
        "backup", taken, BACKUP_RECIPIENTS=f"{public(key)},{public(key_file(tmp_path / 'second'))}"
    )

    assert "已为 2 把公钥加密" in printed
    assert sorted(path.name for path in taken.iterdir()) == ["backup.tar.age", "manifest.json"]
    assert sorted(json.loads((taken / "manifest.json").read_text())) == [
        "encrypted",
        "files",
        "format",
        "taken_at",
    ]
    for path in taken.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not any(
            word in path.read_bytes() for word in (NAME.encode(), b"photo.jpg", b"projects_project")
        )
    assert (taken / "backup.tar.age").read_bytes().startswith(b"age-encryption.org/v1\n")
    assert (register.var / "last_backup").read_text().strip() == json.loads(
        (taken / "manifest.json").read_text()
    )["taken_at"]
    assert left_over(register) == []

    for identity in (key, tmp_path / "second"):  # each of the two keys alone
        rehearsed = register.run("restore", taken, "--rehearse", "--identity", identity)
        assert "演练通过" in rehearsed
    assert left_over(register) == []

    assert "已恢复" in elsewhere.run("restore", taken, "--identity", key)
    assert projects(elsewhere) == projects(register)
    restored = elsewhere.uploads / "evidence" / "photo.jpg"
    assert restored.read_bytes() == NAME.encode() * 40_000
    assert left_over(elsewhere) == []


def test_a_restore_in_place_needs_the_private_key(register: Register, key: Path, tmp_path: Path) -> None:
    register.run("backup", tmp_path / "taken", BACKUP_RECIPIENTS=public(key))
    register.ask("UPDATE projects_project SET name = 'nobody' || id")
    altered = projects(register)

    for words, sentence in (
        ((), "是加密的备份：请用 --identity 写出私钥文件"),
        (("--identity", tmp_path / "none"), "打不开：No such file"),
        (("--identity", written(tmp_path / "empty", "# nothing\n")), "里没有 age 私钥"),
        (("--identity", written(tmp_path / "binary", b"\xff\xfe\x00")), "里没有 age 私钥"),
        (("--identity", written(tmp_path / "torn", f"{PRIVATE}1ABC\n")), "里的私钥读不出"),
        (("--identity", key_file(tmp_path / "other")), "这把私钥打不开"),
    ):
        refused = register.manage("restore", tmp_path / "taken", "--replace", *words)
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
        assert sentence in refused.stderr
        assert projects(register) == altered
        assert left_over(register) == []

    register.run("restore", tmp_path / "taken", "--replace", "--identity", key)
    assert ("nobody1",) not in projects(register)
    assert len(projects(register)) == len(altered)


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_what_is_altered_or_short_is_refused(register: Register, key: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    register.run("backup", taken, BACKUP_RECIPIENTS=public(key))
    archive = taken / "backup.tar.age"
    whole = archive.read_bytes()

    for harm in (whole[:-1], whole[: len(whole) // 2] + b"x" + whole[len(whole) // 2 + 1 :], None):
        archive.unlink() if harm is None else archive.write_bytes(harm)
        refused = register.manage("restore", taken, "--rehearse", "--identity", key)
        assert refused.returncode == 1
        assert "已损坏或不完整" in refused.stderr


@pytest.mark.parametrize(
    ("recipients", "sentence"),
    [("age1nonsense", "里的 age1nonsense 不是 age 公钥"), (f"{PRIVATE}1ABC", "里写的是私钥")],
)
def test_a_key_that_is_none_leaves_nothing_behind(
    recipients: str, sentence: str, register: Register, tmp_path: Path
) -> None:
    refused = register.manage("backup", tmp_path / "taken", BACKUP_RECIPIENTS=recipients)

    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert sentence in refused.stderr
    assert not (tmp_path / "taken").exists()
    assert not (register.var / "last_backup").exists()


def test_plain_and_encrypted_ones_are_kept_by_the_same_rule(
    register: Register, key: Path, tmp_path: Path
) -> None:
    below = tmp_path / "backups"
    register.run("backup", "--below", below, BACKUP_RECIPIENTS=public(key))
    (encrypted,) = below.iterdir()
    encrypted.rename(below / "20240101-030000")
    (below / "20240102-030000").mkdir()  # not complete: the archive is missing
    (below / "20240102-030000" / "manifest.json").write_bytes(
        (below / "20240101-030000" / "manifest.json").read_bytes()
    )

    printed = register.run(
        "backup", "--below", below, "--keep", "1", "--plain", BACKUP_RECIPIENTS=public(key)
    )

    assert "已删除旧备份 20240101-030000" in printed
    (kept,) = (path for path in below.iterdir() if path.name != "20240102-030000")
    assert (kept / "manifest.json").is_file()
    assert "演练通过" in register.run("restore", kept, "--rehearse")


@pytest.mark.once
class TestArchive:
    """The archive itself, without a register."""

    def test_a_damaged_stream_is_damaged_and_not_a_fault_of_the_disk(self, key: Path, tmp_path: Path) -> None:
        plain, to = tmp_path / "plain", tmp_path / "to"
        plain.mkdir()
        to.mkdir()
        (plain / "file").write_bytes(os.urandom(300_000))
        encryption.encrypt(plain, to, encryption.recipients_of([public(key)]), "2024-09-30T00:00:00+08:00")
        archive = to / encryption.ARCHIVE
        whole = archive.read_bytes()

        for cut in (10, 200, 100_000, len(whole) - 1):
            self.refused(lambda cut=cut: archive.write_bytes(whole[:cut]), to, key)

    def refused(self, harm: Callable[[], object], to: Path, key: Path) -> None:
        harm()
        stated = json.loads((to / "manifest.json").read_text())
        stated["files"][encryption.ARCHIVE] = encryption.manifests.digest(to / encryption.ARCHIVE)
        (to / "manifest.json").write_text(json.dumps(stated))
        with pytest.raises(RuleBroken, match="已损坏或不完整"), encryption.opened(to, key):
            pytest.fail("it was opened")
