"""The pages of each role as the benchmark asks for them: right numbers of projects, and sums that follow."""

from pathlib import Path

import pytest

from bench.asking import UNIT, ask
from bench.filling import fill
from bench.pages import BARE, LEADER, LIST, STOCK, Line, Visit, lines, measured, percentile
from tests.script.test_bench import TODAY


def test_ratios_are_to_the_leaders_page_the_bare_page_and_the_admin_list() -> None:
    times = {
        Visit(LIST, LEADER, "/"): [0.002, 0.004, 0.003],
        Visit(LIST, UNIT, "/"): [0.006, 0.006, 0.009],
        Visit("to-do", UNIT, "/todo/"): [0.012],
        Visit(BARE, "", "/"): [0.001],
        Visit(STOCK, "admin", "/"): [0.004],
    }

    first, second, third, *_ = lines(times)

    assert first == Line(Visit(LIST, LEADER, "/"), 3.0, 4.0, 1.0, 3.0, 0.75)
    assert (second.median, second.p95, second.to_leader) == (6.0, 9.0, 2.0)
    assert (third.to_leader, third.to_bare, third.to_stock) == (None, 12.0, 3.0)


@pytest.mark.parametrize(("share", "value"), [(0.95, 19), (0.5, 10), (1, 20)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: int) -> None:
    assert percentile(list(range(1, 21)), share) == value


@pytest.mark.django_db(transaction=True)
def test_every_page_of_every_role_finds_what_plain_counting_finds(live_server, tmp_path: Path) -> None:
    fill(20, today=TODAY, folder=tmp_path)
    asked = ask(today=TODAY, folder=tmp_path)
    visits = [Visit(**visit) for visit in asked["visits"]]

    times = measured(live_server.url, asked["people"], visits, 1)

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
        measured(live_server.url, people, [Visit(LIST, LEADER, "/projects/", 6)], 1)
