"""Answers are remembered until something is written, and for nobody who may see something else."""

from datetime import date, datetime

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import lifecycle, problems
from projects.figures.completion.page import completion_page
from projects.figures.open_milestones import due_milestones
from projects.figures.scope import Scope
from projects.models import Organisation, Project, Restoration, User
from projects.vocabulary import Precision, Stage
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2024, 9, 30)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    cache.clear()


def page_of(reader: User, known_at: datetime | None = None):
    units = list(Organisation.objects.all())
    return completion_page(
        Scope(Project.objects.visible_to(reader), 2024, DAY, "", None, known_at, units, reach=reader.reach)
    )


def queries_of(reader: User, known_at: datetime | None = None) -> int:
    person = User.objects.with_roles().get(pk=reader.pk)
    with CaptureQueriesContext(connection) as asked:
        page_of(person, known_at)
    return len(asked)


def started_by(reader: User) -> int:
    return page_of(reader).line("started").count.in_year


def test_what_was_asked_before_is_not_counted_again() -> None:
    build.milestone(build.project(), Stage.STARTED, "2024-05-01")
    leader = build.leader()

    first, second = queries_of(leader), queries_of(leader)

    assert (first, second) == (10, 4)
    assert started_by(leader) == 1


def test_a_write_is_seen_at_once() -> None:
    project, leader = build.project(), build.leader()
    assert started_by(leader) == 0

    lifecycle.reach(project, Stage.STARTED, on=date(2024, 5, 1), precision=Precision.DAY, by=build.office())
    assert started_by(leader) == 1

    lifecycle.take_back(project, Stage.STARTED, by=build.office(), reason="填错")
    assert started_by(leader) == 0


def test_what_was_known_at_a_moment_is_kept_until_something_is_written_for_a_time_before_it() -> None:
    build.milestone(build.project(at="2024-03-01"), Stage.STARTED, "2024-05-01", at="2024-06-01")
    leader, moment = build.leader(), build.moment("2024-10-08")
    assert (queries_of(leader, moment), queries_of(leader, moment)) == (10, 4)

    build.milestone(build.project(), Stage.STARTED, "2024-05-01")
    assert queries_of(leader, moment) == 4
    assert page_of(leader, moment).line("started").count.in_year == 1

    late = build.project(at="2024-07-01")
    build.milestone(late, Stage.STARTED, "2024-05-01", at="2024-07-01")
    assert page_of(leader, moment).line("started").count.in_year == 2


def test_late_milestones_and_their_problems_are_remembered_until_one_is_written() -> None:
    town = build.town("罗溪镇")
    project, leader = build.project("河海热泵", organisation=town), build.leader()
    build.milestone(project, Stage.STARTED, planned="2024-05-01")

    def late() -> tuple[int, list[str]]:
        units = list(Organisation.objects.all())
        scope = Scope(Project.objects.visible_to(leader), 2024, DAY, organisations=units, reach=leader.reach)
        with CaptureQueriesContext(connection) as asked:
            found, _ = due_milestones(scope, most=10, units=[town])
        return len(asked), [due.problem.text if due.problem else "" for due in found]

    assert [late(), late()] == [(7, [""]), (1, [""])]

    raised = build.problem(project, "土地尚未交付")
    assert [late(), late()] == [(3, ["土地尚未交付"]), (1, ["土地尚未交付"])]

    problems.close(raised, on=date(2024, 9, 1), resolution="已交付", by=build.office())
    assert late() == (3, [""])

    lifecycle.reach(project, Stage.STARTED, on=date(2024, 5, 1), precision=Precision.DAY, by=build.office())
    assert late() == (7, [])


def test_a_restored_register_answers_for_itself() -> None:
    """Its history has the numbers of another time: what was answered under the same numbers is not its answer."""
    build.milestone(build.project(), Stage.STARTED, "2024-05-01")
    leader = build.leader()
    queries_of(leader)
    now = timezone.now()

    Restoration.objects.create(restored_at=now, taken_at=now, manifest_digest="0" * 64)

    assert (queries_of(leader), queries_of(leader)) == (10, 4)


def test_readers_of_different_units_never_share() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    for unit, number in ((luoxi, 2), (xuejia, 1)):
        for _ in range(number):
            build.milestone(build.project(organisation=unit), Stage.STARTED, "2024-05-01")

    readers = [build.leader(), build.staff(luoxi), build.staff(xuejia)]

    assert [started_by(reader) for reader in readers] == [3, 2, 1]
    assert [started_by(reader) for reader in readers] == [3, 2, 1]


def test_readers_of_the_same_projects_share() -> None:
    build.milestone(build.project(), Stage.STARTED, "2024-05-01")
    queries_of(build.leader())

    assert queries_of(build.office()) == 4


def test_a_moved_unit_is_seen_at_once() -> None:
    luoxi, village = build.town("罗溪镇"), build.town("龙王村")
    build.project(organisation=village)
    leader = build.leader()
    assert [row.label for row in page_of(leader).rows] == ["龙王村"]

    village.parent = luoxi
    build.kept(village)

    assert [row.label for row in page_of(leader).rows] == ["罗溪镇"]


def test_what_a_transaction_takes_back_was_never_remembered() -> None:
    project, leader = build.project(), build.leader()

    with transaction.atomic():
        build.milestone(project, Stage.STARTED, "2024-05-01")
        assert started_by(leader) == 1
        transaction.set_rollback(True)
    build.milestone(project, Stage.SIGNED, "2024-05-01")

    assert started_by(leader) == 0


def test_while_another_writes_nothing_is_kept_where_entries_may_overtake_each_other() -> None:
    build.project()
    leader = build.leader()
    other = connection.copy()

    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE projects_project SET remark = 'half written'")
        first, second = queries_of(leader), queries_of(leader)
        cursor.execute("ROLLBACK")
    other.close()

    overtaking = connection.vendor == "postgresql"
    assert (second == first) == overtaking


def test_the_page_asks_at_most_eighteen_queries_and_fewer_the_second_time() -> None:
    build.listing(build.project())
    client = build.browser_of(build.leader())

    with CaptureQueriesContext(connection) as first:
        client.get("/completion/")
    with CaptureQueriesContext(connection) as second:
        client.get("/completion/")

    assert len(first) <= 18
    assert len(second) <= len(first) - 6
