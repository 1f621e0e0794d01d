"""What was chosen, and what a batch does, as the pages show it."""

from datetime import date

import pytest

from projects.access import writable_projects
from projects.actions.batches import running
from projects.actions.batches.acts import Assign
from projects.figures.batches import Verdict, batch_sheet, chosen
from projects.models import Batch, Project, User
from projects.vocabulary import Stage
from tests import build

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 31)


@pytest.fixture
def office() -> User:
    return build.office()


@pytest.fixture
def three() -> list[Project]:
    """One that is led by 张 already, one that another unit helps with, one without anything."""
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    led = build.project("甲", organisation=xuejia, linked_leader="张")
    helped = build.project("乙", organisation=luoxi)
    build.helper(helped, xuejia)
    return [led, helped, build.project("丙", organisation=luoxi)]


def previewed(three: list[Project], office: User) -> Batch:
    act = Assign({"organisation": build.town("薛家镇"), "linked_leader": "张"})
    return running.preview(act, three, writable=writable_projects(office), by=office, reason="试")


def verdicts(batch: Batch) -> list[tuple[int, str, bool]]:
    return [(line.number, line.verdict, line.changed_since) for line in batch_sheet(batch).lines]


def seen_by(user: User) -> list[Project]:
    return list(Project.objects.marked(writable_projects(user)).facts().order_by("pk"))


def test_the_likely_stage_is_what_comes_next_for_most(three, office):
    for project in three[:2]:
        build.milestone(project, "land", "2024-01-05")
    picked = chosen(seen_by(office), as_of=TODAY)
    assert picked.likely_stage is Stage.STARTED
    assert [line.timeline.furthest for line in picked.lines] == [Stage.LAND, Stage.LAND, None]


def test_nothing_chosen_is_no_fault():
    picked = chosen([], as_of=TODAY)
    assert (picked.lines, picked.likely_stage, picked.read_only) == ((), None, 0)


def test_what_one_may_only_read_is_counted(three):
    assert chosen(seen_by(build.staff(build.town("罗溪镇"))), as_of=TODAY).read_only == 1


def test_refused_rows_stand_first_under_their_own_number(three, office):
    sheet = batch_sheet(previewed(three, office))

    assert [(line.number, line.verdict) for line in sheet.lines] == [
        (2, Verdict.REFUSED),
        (1, Verdict.STANDS),
        (3, Verdict.CHANGES),
    ]
    assert (sheet.changes, sheet.stands, sheet.refused, sheet.is_whole) == (1, 1, 1, False)


def test_a_preview_shows_what_was_changed_since_as_refused(three, office):
    batch = previewed(three, office)
    three[2].contact = "王芳"
    build.kept(three[2])
    assert verdicts(batch) == [(2, "refused", False), (3, "refused", True), (1, "stands", False)]


def test_afterwards_it_shows_what_was_changed_since_until_it_is_undone(three, office):
    batch = running.apply_good(previewed(three, office), writable=writable_projects(office), by=office)
    assert batch_sheet(batch).changed_since == 0
    moved = Project.objects.get(pk=three[2].pk)
    moved.contact = "王芳"
    build.kept(moved)

    assert verdicts(batch) == [(2, "refused", False), (1, "stands", False), (3, "changes", True)]
    assert batch_sheet(batch).changed_since == 1


@pytest.mark.parametrize("count", [3, 30])
def test_a_sheet_takes_one_query(count, office, django_assert_num_queries):
    projects = [build.project(f"项目{number}") for number in range(count)]
    batch = Batch.objects.get(pk=previewed(projects, office).pk)
    with django_assert_num_queries(1):
        batch_sheet(batch)
    seen = seen_by(office)
    with django_assert_num_queries(1):
        chosen(seen, as_of=TODAY)
