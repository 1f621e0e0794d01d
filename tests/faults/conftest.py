"""Registers of their own for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from tests import registers
from tests.registers import Register


@pytest.fixture(scope="session")
def article_register(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings: None,
) -> Iterator[Register]:
    """Migrated and filled once; tests work on copies."""
    folder = tmp_path_factory.mktemp("article")
    on_sqlite = connections["default"].vendor == "sqlite"
    made = (
        registers.copied(request.getfixturevalue("article_file"), folder)
        if on_sqlite
        else registers.prepared(folder)
    )
    with made as register:
        register.run("first_accounts")
        yield register


@pytest.fixture
def register(article_register: Register, tmp_path: Path) -> Iterator[Register]:
    with registers.copied(article_register, tmp_path / "register") as copy:
        yield copy


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Register]:
    """An empty register, as on a new machine."""
    with registers.empty(tmp_path / "elsewhere") as fresh:
        yield fresh
