"""After every write the index in memory is the one that would be made anew, and nothing is read twice."""

from collections.abc import Callable
from datetime import date
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from projects.models import Industry, Listing, Milestone, Organisation, Project, Restoration
from projects.models.index import RegisterIndex, forget, register_index
from projects.models.index.facts import facts
from projects.models.index.keeping import _kept
from projects.models.sorting import ORDERS
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2024, 10, 15)


@pytest.fixture
def register() -> None:
    """Three projects, and an index that knows them and every order."""
    town, industry = build.town("罗溪镇"), build.industry("新能源")
    for place, name in enumerate(("甲", "乙", "丙")):
        project = build.project(name, organisation=town, industry=industry, total_investment=place or None)
        build.listing(project, "city", 2024)
        build.milestone(project, "started", "2024-03-01")
        build.milestone(project, "completed", planned="2024-09-01")
        build.annual_plan(project, 100 + place)
        build.report(project, "2024-07", invested=10 * place)
    ordered(register_index(DAY))


def ordered(index: RegisterIndex) -> dict[tuple[str, bool], list[int]]:
    return {
        (key, descending): index.in_order(index.everything, key, descending=descending, start=0, stop=10**6)
        for key in ORDERS
        for descending in (False, True)
    }


def in_the_database() -> dict[tuple[str, bool], list[int]]:
    return {
        (key, descending): list(
            Project.objects.with_order(key, year=DAY.year, by=DAY)
            .sorted_by(key, descending=descending)
            .values_list("pk", flat=True)
        )
        for key in ORDERS
        for descending in (False, True)
    }


def found(index: RegisterIndex) -> dict:
    return {value: members for value, members in index.sets.items() if members}


def add() -> None:
    build.listing(build.project("一", total_investment=7, contact="王工"), "province", 2024)


def reach() -> None:
    milestone = Milestone.objects.filter(stage="completed").latest("pk")
    milestone.reached_on, milestone.reached_precision = date(2024, 10, 1), "day"
    milestone.recorded_on = date(2024, 10, 2)
    milestone.save()


def rename() -> None:
    project = Project.objects.get(name="丙")
    project.name = "啊"
    project.make_findable()
    project.save()


def report() -> None:
    build.report(Project.objects.get(name="甲"), "2024-08", invested=5)


def take_off() -> None:
    listing = Listing.objects.latest("pk")
    listing.removed_on, listing.removed_reason = date(2024, 5, 1), "调整"
    listing.save()


def delete() -> None:
    Project.objects.get(name="乙").delete()


def pause() -> None:
    project = Project.objects.get(name="甲")
    project.side_state, project.side_state_on, project.side_reason = "paused", date(2024, 1, 1), "land"
    project.save()


def move() -> None:
    project = Project.objects.get(name="甲")
    project.organisation = build.town("奔牛镇")
    project.save()


def rename_unit() -> None:
    build.project("二", organisation=build.town("奔牛镇"), industry=build.industry("阿"))
    for directory, name in ((Organisation, "罗溪镇"), (Industry, "新能源")):
        record = directory.objects.get(name=name)
        record.position = 10**4
        record.save()


WRITES = [add, reach, rename, report, take_off, delete, pause, move, rename_unit]


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("write", WRITES)
def test_after_a_write_it_is_the_index_that_would_be_made_anew(write: Callable[[], None]) -> None:
    write()

    index, anew = register_index(DAY), RegisterIndex.of(DAY, facts(DAY))

    assert found(index) == found(anew)
    for name, column in anew.columns.items():
        assert list(index.columns[name][: len(column)]) == list(column)
    assert ordered(index) == ordered(anew) == in_the_database()


@pytest.mark.usefixtures("register")
def test_who_asks_again_costs_one_query_and_a_write_two_more(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        before = register_index(DAY)
    report()
    with django_assert_num_queries(3):  # the new entries, and what is known of their projects
        after = register_index(DAY)
    with django_assert_num_queries(1):
        assert register_index(DAY) is after
    assert before is not after


@pytest.mark.usefixtures("register")
def test_a_state_that_was_handed_out_does_not_change() -> None:
    index = register_index(DAY)
    before = found(index), ordered(index)
    add()
    register_index(DAY)

    assert (found(index), ordered(index)) == before


@pytest.mark.usefixtures("register")
def test_inside_a_transaction_nothing_is_kept() -> None:
    kept = register_index(DAY)
    with transaction.atomic():
        add()
        assert register_index(DAY).everything.bit_count() == 4
        transaction.set_rollback(True)

    assert register_index(DAY) is kept


@pytest.mark.usefixtures("register")
def test_another_day_and_a_restored_register_make_it_anew() -> None:
    first = register_index(DAY)
    assert register_index(date(2024, 8, 1)).day == date(2024, 8, 1)
    again = register_index(DAY)
    assert again is not first
    Restoration.objects.create(
        restored_at="2024-10-15T00:00:00Z", taken_at="2024-10-14T00:00:00Z", manifest_digest="0"
    )

    assert register_index(DAY) is not again
    forget()
    assert not _kept


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("is_made_meanwhile", [False, True])
def test_an_entry_that_appears_below_a_newer_one_is_read(is_made_meanwhile: bool) -> None:
    """On PostgreSQL the one who wrote first may be the last to commit; on SQLite one waits for the other."""
    has_written, may_commit = Event(), Event()

    def write_slowly() -> None:
        with transaction.atomic():
            report()
            has_written.set()
            may_commit.wait(20)
        connection.close()

    writer = Thread(target=write_slowly)
    if connection.vendor == "sqlite":
        may_commit.set()
    writer.start()
    has_written.wait(20)
    if connection.vendor == "sqlite":
        writer.join()
    build.report(Project.objects.get(name="乙"), "2024-08", invested=6)
    if is_made_meanwhile:
        forget()
    register_index(DAY)
    may_commit.set()
    writer.join()

    index = register_index(DAY)

    assert index.added_up("reported", index.everything) == (10 + 20 + 5 + 6, 3)
    assert ordered(index) == in_the_database()
