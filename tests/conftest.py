"""What every test stands on: a quick, private surrounding, and a real Chromium for the browser tests."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase, override_settings

from projects.models import DistrictSettings, append_only, index
from projects.models.district import keep_district
from tests import build, registers
from tests.registers import Register
from tests.snapshots import made_once
from tests.surroundings import settings_in

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSER_TESTS = Path(__file__).parent / "browser"
FAULT_TESTS = Path(__file__).parent / "faults"
DATABASE_FIXTURES = frozenset(
    {"db", "transactional_db", "live_server", "django_db_setup", "django_db_modify_db_settings"}
)
"""A test that has none of them, and no mark of a database, asks none: it runs on SQLite only, marked `once`."""


# Tables of expected words are made while tests are collected, without a database.
settings.DISTRICT_SETTINGS_SECONDS = 24 * 3600
keep_district(DistrictSettings(pk=1, name=build.DISTRICT))


def pytest_configure() -> None:
    """What the tests and the programs that they start inherit does not depend on who started them.

    A shell lets what it starts in the background ignore interrupts, and a child inherits that.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    os.umask(0o022)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright leaves an event loop behind in its worker.

    What the migrations brought is there again for every test that empties the tables behind it; one that let
    Django refill them by itself would leave other keys behind, and the next one could not start.
    """
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark is not None and mark.kwargs.get("transaction"):
            kept = mark.kwargs | {"serialized_rollback": True}
            item.add_marker(pytest.mark.django_db(*mark.args, **kept), append=False)
        if BROWSER_TESTS in item.path.parents:
            item.add_marker("browser")
        asks_none = mark is None and DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
        if asks_none and FAULT_TESTS not in item.path.parents:  # these bring servers on either database
            item.add_marker("once")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def emptied_tables():
    """Django empties the tables behind a test with transactions, which the audit's would refuse."""
    empties = TransactionTestCase._fixture_teardown

    def emptied(case: TransactionTestCase) -> None:
        append_only.unprotect()
        empties(case)
        append_only.protect()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory):
    """Cheap passwords, unhashed static files, and no file of this checkout's `var/`."""
    folder = tmp_path_factory.mktemp("var")
    (folder / "static").mkdir()
    with override_settings(**settings_in(folder)):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite as it runs in earnest: a file, so that each thread of a live server has its own connection."""
    default = connections["default"]
    if default.vendor == "sqlite":
        default.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("db") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Under Playwright's event loop Django opens another connection; it must know, too, what to restore."""
    default = connections["default"]
    if hasattr(default, "_test_serialized_contents"):
        type(default)._test_serialized_contents = default._test_serialized_contents


@pytest.fixture
def live_server(live_server, django_db_serialized_rollback):
    """The served application; what the migrations put into the database is there again for each test."""
    return live_server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if chromium is None:
        pytest.fail("没有 Chromium：apt-get install chromium fonts-noto-cjk (no Chromium on this machine)")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread of the test
    return browser_type_launch_args | {"executable_path": chromium, "args": CHROMIUM_SWITCHES}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return browser_context_args | {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(autouse=True)
def district_settings() -> None:
    """No test sees the names that another one set; reading them again is no query of the page that is tested."""
    keep_district(DistrictSettings(pk=1, name=build.DISTRICT))


@pytest.fixture(autouse=True)
def register_in_memory() -> None:
    """No test finds the register of another one in memory: its databases begin again with the same numbers."""
    index.forget()
    cache.clear()


@pytest.fixture(scope="session")
def article_file(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """A register in a SQLite file that holds the article, made once; a test that writes takes a copy."""
    register = registers.sqlite(tmp_path_factory.mktemp("article_file"))
    registers.fill(register)
    return register


@pytest.fixture
def article(db: None) -> None:
    """The register as the article leaves it."""
    made_once("article", lambda: call_command("loaddata", "article", verbosity=0))
