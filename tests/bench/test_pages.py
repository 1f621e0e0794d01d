"""The pages of each role as the benchmark asks for them: right numbers of projects, and sums that follow."""

import os
import re
import time
from pathlib import Path

import pytest
from django.test import override_settings

from bench.asking import UNIT, ask
from bench.filling import fill
from bench.pages import BARE, LEADER, LIST, STOCK_LIST, Line, Taken, Visit, lines, measured, percentile
from bench.serving import OURS, STOCK, Server
from bench.stock import settings as stock
from projects.models import Project, User
from tests import build
from tests.script.test_bench import TODAY


def test_ratios_are_to_the_own_list_the_stock_list_and_the_bare_page() -> None:
    times = {
        Visit(LIST, LEADER, "/"): took(2, 4, 3),
        Visit(LIST, UNIT, "/"): took(6, 6, 9),
        Visit("to-do", UNIT, "/todo/"): took(12),
        Visit(BARE, "", "/"): took(1),
        Visit(STOCK_LIST, LEADER, "/", None, STOCK): took(4),
    }

    first, second, third, *_, stock = lines(times)

    assert first == Line(Visit(LIST, LEADER, "/"), 3.0, 4.0, 1.5, 1.0, 0.75, 3.0, 0.75)
    assert (second.median, second.p95, second.to_own_list) == (6.0, 9.0, 1.0)
    assert (third.to_own_list, third.to_bare, third.to_stock) == (2.0, 12.0, 3.0)
    assert (stock.to_own_list, stock.to_stock) == (None, 1.0)


def took(*milliseconds: int) -> list[Taken]:
    """So long by the clock, and half of it on the processor."""
    return [Taken(number / 1000, number / 2000) for number in milliseconds]


@pytest.mark.parametrize(("share", "value"), [(0.95, 19), (0.5, 10), (1, 20)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: int) -> None:
    assert percentile(list(range(1, 21)), share) == value


def here(live_server) -> dict[str, Server]:
    """The server of the test, in this process."""
    return {OURS: Server(live_server.url, os.getpid())}


@pytest.mark.django_db(transaction=True)
def test_every_page_of_every_role_finds_what_plain_counting_finds(live_server, tmp_path: Path) -> None:
    fill(20, today=TODAY, folder=tmp_path)
    asked = ask(today=TODAY, folder=tmp_path)
    visits = [visit for visit in (Visit(**visit) for visit in asked["visits"]) if visit.server == OURS]

    times = measured(here(live_server), asked["people"], visits, 1)

    assert {len(taken) for taken in times.values()} == {1}
    counts = {(visit.name, visit.role): visit.count for visit in visits}
    assert counts[LIST, LEADER] == 20
    assert 0 < counts[LIST, UNIT] < 20
    assert counts["search, two signs", LEADER] > 0
    assert counts["search, initials", LEADER] > 0


@pytest.mark.django_db(transaction=True)
def test_a_page_that_finds_another_number_ends_the_run(live_server, tmp_path: Path) -> None:
    fill(5, today=TODAY, folder=tmp_path)
    people = ask(today=TODAY, folder=tmp_path)["people"]

    with pytest.raises(SystemExit, match="页面 5 个，应为 6 个"):
        measured(here(live_server), people, [Visit(LIST, LEADER, "/projects/", 6)], 1)


@pytest.mark.django_db
def test_the_yardstick_has_the_rows_of_our_list(tmp_path: Path) -> None:
    fill(20, today=TODAY, folder=tmp_path)
    leader = User.objects.get(username="leader")
    with override_settings(
        ROOT_URLCONF=stock.ROOT_URLCONF, MIDDLEWARE=stock.MIDDLEWARE, TEMPLATES=stock.TEMPLATES
    ):
        by_stock = build.browser_of(leader).get("/projects/").content.decode()
    ours = build.browser_of(leader).get("/projects/").content.decode()

    names = list(Project.objects.order_by("-total_investment", "pk").values_list("name", flat=True))
    assert "20 个" in by_stock
    assert re.findall(r'<a href="/projects/\d+/">([^<]+)</a>', by_stock) == names
    assert re.findall(r'<a href="/projects/\d+/">([^<]+)</a>', ours) == names


def test_processor_time_and_memory_of_a_process_are_read() -> None:
    server = Server("", os.getpid())
    before, begun = server.busy, time.process_time()
    # The kernel books processor time by ticks of up to 10 ms, so the work is more than one of them.
    while time.process_time() - begun < 0.1:
        sum(range(200_000))

    assert server.busy > before
    assert 1 < server.mebibytes < 10_000
