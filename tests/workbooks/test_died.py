"""A worker that is killed in the middle of writing: whole parts are written, the page says how many rows, and beginning
again writes the rest once.

Real processes on a database file of their own, as `script/server` runs them.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache.backends.filebased import FileBasedCache

ROOT = Path(__file__).resolve().parents[2]
ROWS = 3000
PATIENCE = 300
"""Seconds that a loaded machine may take; nothing here is a test of speed."""

SEND = f"""
import django; django.setup()
from projects.workbooks import jobs
from tests import build
from tests.workbooks.sheets_made import received, xlsx
build.town("罗溪镇")
office = build.office(username="office")
rows = [[f"第{{n}}号项目", f"企业{{n}}", n, "罗溪镇"] for n in range(1, {ROWS} + 1)]
imported = received(xlsx(["项目名称", "建设单位", "总投资（万元）", "责任单位"], *rows), office)
assert imported.counts["new"] == {ROWS}, imported.fault
jobs.start(jobs.begin(imported, "applying", by=office))
"""
LOOK = """
import django; django.setup()
from projects.models import User
from tests import build
client = build.browser_of(User.objects.get(username="office"))
print(client.get("/imports/1/").content.decode())
"""
REPEAT = LOOK.replace(
    'client.get("/imports/1/")', 'client.post("/imports/1/", {"act": "repeat"}, follow=True)'
)


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": "x" * 60,
        "DJANGO_SETTINGS_MODULE": "hightech.settings",
        "ALLOWED_HOSTS": "testserver",
        "IMPORT_AT_ONCE_KILOBYTES": "0",
        "IMPORT_SILENT_SECONDS": "1",
    }


def run(surroundings: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=surroundings | {"DEBUG": "1" if words[0] == "-c" else "0"},  # pages without collected files
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def until(holds: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 50):
        if holds():
            return
        time.sleep(0.02)
    pytest.fail("it never came to that")


def waits(page: str) -> bool:
    """In the queue, or, when this machine is slow, in a queue that nobody seems to empty."""
    return "正在排队" in page or "没有后台程序在处理" in page


def test_a_worker_killed_while_it_writes_doubles_nothing(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    def one(query: str) -> object:
        with sqlite3.connect(tmp_path / "db.sqlite3") as database:
            found = database.execute(query).fetchone()[0]
        database.close()
        return found

    signs = FileBasedCache(str(tmp_path / "progress"), {})
    run(surroundings, "manage.py", "migrate", "--verbosity", "0")
    run(surroundings, "-c", SEND)
    assert waits(run(surroundings, "-c", LOOK))
    worker = subprocess.Popen([sys.executable, "manage.py", "db_worker"], cwd=ROOT, env=surroundings)
    until(lambda: signs.get("import-1", (0,))[0] > 0)

    worker.send_signal(signal.SIGKILL)

    assert worker.wait() == -signal.SIGKILL
    assert one("select state from projects_import") == "applying"
    written = one("select count(*) from projects_project")
    assert written in (1000, 2000, 3000)  # parts are written whole
    assert one("select written from projects_import") == written
    time.sleep(1.2)  # so long it must be silent
    page = run(surroundings, "-c", LOOK)
    assert "处理中断了" in page
    assert f"已写入 {written} 行；重新开始会接着写入其余的行，不会重复写入" in page

    assert waits(run(surroundings, "-c", REPEAT))
    run(surroundings, "manage.py", "db_worker", "--batch")

    assert one("select state from projects_import") == "applied"
    assert one("select count(*) from projects_project") == ROWS
    assert one("select count(distinct name) from projects_project") == ROWS
    assert one("select count(*) from projects_historicalproject") == ROWS
    assert f"已写入 {ROWS} 行" in run(surroundings, "-c", LOOK)
