"""The shell doors say in two languages what is wrong, before they do any work."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the scripts with nothing installed beside them."""
    shutil.copytree(ROOT / "script", tmp_path / "script")
    shutil.copytree(ROOT / "hightech", tmp_path / "hightech")  # it reads .env
    for name in ("requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def run(script: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(script.parent)} | environment
    return subprocess.run(
        [script, *arguments], env=surroundings, capture_output=True, text=True, timeout=20, check=False
    )


def test_it_says_which_python_is_missing(checkout: Path) -> None:
    nowhere = checkout / "nowhere"
    nowhere.mkdir()

    result = run(checkout / "script/bootstrap", PATH=str(nowhere), PYTHON="")

    assert result.returncode == 1
    assert "需要 Python 3.12" in result.stderr
    assert "apt-get install python3 python3-venv" in result.stderr
    assert "Python 3.12 or newer" in result.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_that_is_too_old_is_not_taken(checkout: Path) -> None:
    old = checkout / "old"
    old.mkdir()
    python = old / "python3"
    python.write_text("#!/bin/bash\nexit 1\n")
    python.chmod(0o755)

    result = run(checkout / "script/bootstrap", PATH=str(old), PYTHON=str(python))

    assert result.returncode == 1
    assert "需要 Python 3.12" in result.stderr


@pytest.mark.parametrize("script", ["bootstrap", "server"])
def test_an_unknown_argument_is_refused(checkout: Path, script: str) -> None:
    result = run(checkout / "script" / script, "--nonsense")

    assert result.returncode == 1
    assert "不认识的参数：--nonsense" in result.stderr
    assert "unknown argument: --nonsense" in result.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_port_in_use_is_told_before_any_work(checkout: Path, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run(checkout / "script/server", HOST=host, PORT=port)

    assert result.returncode == 1
    assert f"端口 {port} 已被占用" in result.stderr
    assert f"port {port} is in use" in result.stderr
    assert not (checkout / ".venv").exists()
    assert not (checkout / "var").exists()


def test_a_port_may_stand_in_the_file_of_settings(checkout: Path) -> None:
    (checkout / ".env").write_text("PORT=eighty\n")

    result = run(checkout / "script/server")

    assert result.returncode == 1
    assert "端口应是数字：PORT=eighty" in result.stderr
    assert not (checkout / "var").exists()


def test_a_second_bootstrap_of_the_same_lock_does_nothing(checkout: Path) -> None:
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").symlink_to("/bin/true")
    stamp = subprocess.run(
        ["sha256sum", "requirements.lock"], cwd=checkout, capture_output=True, text=True, check=True
    ).stdout
    (checkout / ".venv/.lock-stamp").write_text(stamp)

    result = run(checkout / "script/bootstrap")

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_demonstration_refuses_a_servers_database(checkout: Path) -> None:
    result = run(checkout / "script/server", "--demo", DATABASE_URL="postgres://127.0.0.1/register")

    assert result.returncode == 1
    assert "请先去掉 DATABASE_URL" in result.stderr
    assert "unset DATABASE_URL first" in result.stderr
    assert not (checkout / "var").exists()


def test_the_demonstration_says_at_once_what_it_is(checkout: Path) -> None:
    result = run(checkout / "script/server", "--demo", PORT="eighty")

    assert "演示数据，非真实项目：var/demo" in result.stdout
    assert "no real project" in result.stdout


@pytest.mark.parametrize("arguments", [[], ["nonsense"]])
def test_the_benchmark_says_what_it_can_measure(checkout: Path, arguments: list[str]) -> None:
    result = run(checkout / "script/bench", *arguments)

    assert result.returncode == 1
    assert "script/bench completion" in result.stderr
