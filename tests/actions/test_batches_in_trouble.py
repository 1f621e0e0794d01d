"""A batch whose server is killed in the middle, and one that meets another: all of it or nothing, really."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.conf import settings as now
from django.db import connection

from projects.access import writable_projects
from projects.actions.batches import running
from projects.actions.batches.acts import Move
from projects.models import Batch, Milestone, Project, User
from projects.rules.broken import RuleBroken
from projects.vocabulary import BatchState, Precision, Stage
from tests import build

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("甲", "乙", "丙", "丁", "戊")
DIES_AFTER = 3

SERVER = """
import os, signal, sys
import django
django.setup()
from projects.access import writable_projects
from projects.actions import change_sets
from projects.actions.batches import running
from projects.models import Batch, Milestone, User

record_all, before_death = change_sets.record_all, int(sys.argv[1])

def record_some_then_die(records, **options):
    if records and before_death:
        record_all(records[:before_death], **options)
        assert Milestone.objects.count() == before_death
        os.kill(os.getpid(), signal.SIGKILL)
    return record_all(records, **options)

change_sets.record_all = record_some_then_die
batch = Batch.objects.get()
by = User.objects.with_roles().get(pk=batch.created_by_id)
running.apply_all(batch, writable=writable_projects(by), by=by)
"""


def address_of_the_test_database() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    password = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    return f"postgres://{settings['USER']}{password}@{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}"


def carried_out_by_a_server(dies_after: int) -> int:
    """The exit code of a process of its own that carries out the only batch."""
    surroundings = os.environ | {
        "DATABASE_URL": address_of_the_test_database(),
        "DJANGO_SETTINGS_MODULE": "hightech.settings",
        "SECRET_KEY": now.SECRET_KEY,  # it decrypts what a batch says
        "ENV_FILE": os.devnull,
        "PYTHONPATH": str(ROOT),
    }
    server = [sys.executable, "-c", SERVER, str(dies_after)]
    return subprocess.run(server, env=surroundings, timeout=60, check=False).returncode


@pytest.fixture
def staff() -> User:
    return build.staff(build.town("罗溪镇"))


def previewed(staff: User, *names: str) -> Batch:
    """That these projects started in March; the first batch of them enters them on the register."""
    present = {project.name: project for project in Project.objects.all()}
    projects = [present.get(name) or build.project(name, organisation=staff.organisation) for name in names]
    act = Move(Stage.STARTED, ((date(2024, 3, 15), Precision.DAY),) * len(projects))
    return running.preview(act, projects, writable=writable_projects(staff), by=staff)


def test_a_killed_server_leaves_nothing_and_the_next_one_carries_all_of_it_out(staff):
    previewed(staff, *NAMES)
    connection.close()  # the other process must see it, and have the file to itself

    assert carried_out_by_a_server(DIES_AFTER) == -signal.SIGKILL

    assert not Milestone.objects.exists()
    assert not Milestone.history.exists()
    assert Batch.objects.get().state == BatchState.PREVIEW
    connection.close()

    assert carried_out_by_a_server(dies_after=0) == 0

    assert Milestone.objects.filter(reached_on=date(2024, 3, 15)).count() == len(NAMES)
    batch = Batch.objects.get()
    assert (batch.state, batch.changed) == (BatchState.APPLIED, len(NAMES))


def test_of_two_batches_at_the_same_moment_one_is_carried_out(staff):
    batches = [previewed(staff, *NAMES), previewed(staff, *reversed(NAMES))]
    together, said = Barrier(len(batches)), []

    def carry_out(batch: Batch) -> None:
        try:
            together.wait()
            said.append(str(running.apply_all(batch, writable=writable_projects(staff), by=staff).changed))
        except RuleBroken as broken:
            said.append(str(broken))
        finally:
            connection.close()

    threads = [Thread(target=carry_out, args=[batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    won, lost = sorted(said, key=len)
    assert won == "5"
    assert lost.startswith("没有写入任何改动：5 个项目不能改：")
    assert lost.count("预览之后被改过") == len(NAMES)
    assert Milestone.history.count() == len(NAMES)
    assert sorted(Batch.objects.values_list("state", flat=True)) == ["applied", "preview"]
