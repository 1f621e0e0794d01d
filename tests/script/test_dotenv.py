"""One reader of `.env`: what the settings make of a line, `script/server` makes of it too."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hightech import dotenv, env

LINES = [
    ('VAR_DIR="/srv/x"', "/srv/x"),
    ("VAR_DIR='/srv/x'", "/srv/x"),
    ("VAR_DIR=/srv/x", "/srv/x"),
    ("VAR_DIR=/srv/x\r\n", "/srv/x"),
    ("\ufeffVAR_DIR=/srv/x", "/srv/x"),
    ("export VAR_DIR=/srv/x\n", "/srv/x"),
    ("export\tVAR_DIR=/srv/x\n", "/srv/x"),
    ("  VAR_DIR = /srv/x  \n", "/srv/x"),
    ("VAR_DIR=/srv/x   # where the data lies", "/srv/x"),
    ('VAR_DIR="/srv/x" # where the data lies', "/srv/x"),
    ("VAR_DIR=/srv/重大 项目", "/srv/重大 项目"),
    ('VAR_DIR="/srv/a=b#c d"', "/srv/a=b#c d"),
    ("VAR_DIR=/srv/a=b#c", "/srv/a=b#c"),
    ("VAR_DIR=#x", "#x"),
    (r'VAR_DIR="/srv/\"x\" \\ \n"', r'/srv/"x" \ \n'),
    (r"VAR_DIR='/srv/\\x'", r"/srv/\\x"),
    ("VAR_DIR=/srv/old\nVAR_DIR=/srv/x\n", "/srv/x"),
    ("# VAR_DIR=/srv/y\nVAR_DIR=/srv/x\n\n  # end", "/srv/x"),
    ("VAR_DIR=/srv/a\u2028b", "/srv/a\u2028b"),
    ("VAR_DIR=", None),
    ('VAR_DIR=""', None),
    ("VAR_DIR=   # nothing yet", None),
    ("MY_VAR_DIR=/srv/x", None),
]


@pytest.mark.parametrize(("text", "value"), LINES)
def test_a_line_is_read_as_a_shell_would(tmp_path: Path, text: str, value: str | None) -> None:
    (tmp_path / ".env").write_bytes(text.encode())
    assert dotenv.read(tmp_path / ".env").get("VAR_DIR") == value


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PORT=1\nVAR_DIR='/srv/x\n", ".env:2 的引号不成对"),
        (b'VAR_DIR="/srv/x" y', ".env:1 的引号不成对"),
        (b"VAR_DIR: /srv/x", ".env:1 看不懂"),
        ("VAR_DIR=项目".encode("gbk"), "不是 UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(dotenv.UnreadableEnvFile, match=said):
        dotenv.read(tmp_path / ".env")


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert dotenv.read(tmp_path / ".env") == {}
    assert dotenv.read(tmp_path) == {}


def test_the_environment_wins_unless_it_is_empty(tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("PORT=1\nHOST=::1\nVAR_DIR=x\n")
    environment = {"ENV_FILE": str(tmp_path / "settings"), "PORT": "2", "HOST": ""}

    dotenv.fill(environment)

    assert (environment["PORT"], environment["HOST"], environment["VAR_DIR"]) == ("2", "::1", "x")


def test_an_empty_setting_is_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("VAR_DIR", "HTTPS", "PORT", "DATABASE_URL", "ALLOWED_HOSTS"):
        monkeypatch.setenv(name, "")

    assert env.folder("VAR_DIR", "var") == env.ROOT / "var"
    assert env.flag("HTTPS") is False
    assert env.number("PORT", 8000) == 8000
    assert env.words("ALLOWED_HOSTS", "a,b") == ["a", "b"]
    assert env.database(tmp_path / "db.sqlite3")["NAME"] == tmp_path / "db.sqlite3"


@pytest.mark.parametrize(
    ("line", "folder"),
    [
        ('VAR_DIR="{}"', "/srv/x"),
        ("export VAR_DIR='{}'\r\n", "重大 项目"),
        ("\ufeffVAR_DIR={}   # 数据\r\n", "重大 项目"),
    ],
)
def test_server_and_settings_read_the_same(tmp_path: Path, line: str, folder: str) -> None:
    shutil.copytree(dotenv.ROOT / "script", tmp_path / "script")
    shutil.copytree(dotenv.ROOT / "hightech", tmp_path / "hightech")
    (tmp_path / ".env").write_bytes(line.format(folder).encode() + b"\nPORT=eighty")
    plain = {"PATH": os.environ["PATH"], "SECRET_KEY": "x" * 60, "LC_ALL": "C"}

    by_server = subprocess.run(
        [tmp_path / "script/server", "--demo"], env=plain, capture_output=True, check=False
    ).stdout.decode()
    by_settings = subprocess.run(
        [sys.executable, "-c", "from hightech import settings; print(settings.VAR_DIR)"],
        env=plain | {"PYTHONUTF8": "1"},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    ).stdout.decode()

    assert f"非真实项目：{folder}/demo （" in by_server
    assert by_settings.strip() == str(tmp_path / folder)
