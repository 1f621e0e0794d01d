"""The units of `deploy/` call what there is, by the names that they say, and are fenced in alike."""

import configparser
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
TIMERS = sorted(UNITS.glob("*.timer"))
PYTHON = "/opt/hightech/.venv/bin/python manage.py "

pytestmark = pytest.mark.once


def lines(unit: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit.read_text(), re.MULTILINE)


def test_there_are_services_and_timers() -> None:
    assert len(SERVICES) == 7
    assert {timer.stem for timer in TIMERS} == {
        "hightech-backup",
        "hightech-check",
        "hightech-notify",
        "hightech-prune",
        "hightech-watch",
    }
    assert {timer.stem for timer in TIMERS} < {service.stem for service in SERVICES}


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_service_calls_a_command_that_there_is(unit: Path) -> None:
    called = [*lines(unit, "ExecStartPre"), *lines(unit, "ExecStart")]
    assert called
    for command in called:
        if command.startswith(PYTHON):
            assert command.removeprefix(PYTHON).split()[0] in get_commands()
        else:
            assert command == "/opt/hightech/.venv/bin/gunicorn"
            assert (ROOT / "gunicorn.conf.py").is_file()


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_service_is_fenced_in_as_the_web_server_is(unit: Path) -> None:
    fence = UNITS / "hightech-web.service"
    for name in (
        "NoNewPrivileges",
        "ProtectSystem",
        "SystemCallFilter",
        "CapabilityBoundingSet",
        "UMask",
        "User",
    ):
        assert lines(unit, name) == lines(fence, name) != []


def test_a_unit_is_read_as_systemd_reads_it() -> None:
    for unit in (*SERVICES, *TIMERS):
        parsed = configparser.RawConfigParser(strict=False, interpolation=None)
        parsed.read(unit)
        assert set(parsed.sections()) <= {"Unit", "Service", "Timer", "Install"}


def test_the_pages_for_operators_name_every_unit() -> None:
    for page in ("operations.md", "operations.zh.md"):
        text = (ROOT / "docs" / page).read_text()
        for unit in ("hightech-web", "hightech-worker", *(timer.name for timer in TIMERS)):
            assert f"`{unit}`" in text, page


def test_the_proxy_lets_in_the_largest_workbook(settings) -> None:
    (most,) = re.findall(r"client_max_body_size (\d+)m;", (ROOT / "deploy" / "nginx.conf").read_text())
    assert int(most) * 1024**2 > settings.IMPORT_LIMITS["bytes"]
