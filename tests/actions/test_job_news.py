"""Who left something to the worker is told how it ended; who gets the work of a merged unit is told, too."""

from typing import Any

import pytest
from django.utils import timezone

from projects import access
from projects.actions.papers import order_papers
from projects.actions.units import close_unit
from projects.models import Notice, PaperOrder, User
from projects.papers import making
from projects.papers.sheets import NOBODY
from projects.vocabulary import ImportState, NoticeKind, PaperKind
from projects.workbooks import jobs
from tests import build
from tests.workbooks.sheets_made import received, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def staff() -> User:
    return build.staff(build.town("罗溪镇"))


def ordered(by: User) -> PaperOrder:
    return order_papers(
        [PaperKind.CARDS],
        as_of=timezone.localdate(),
        level="",
        organisation=by.organisation,
        bulletin=None,
        page_address="http://x/0/",
        by=by,
    )


def told(person: User) -> list[tuple[str, str]]:
    found = access.readable_notices(person).of_kind(NoticeKind.READY).order_by("pk")
    return [(notice.text, notice.get_absolute_url()) for notice in found]


def test_papers_that_the_worker_made_are_told_once_to_who_asked(staff: User) -> None:
    build.project("热泵", organisation=staff.organisation)
    order = ordered(staff)
    for _ in range(2):
        making.work.func(order.pk, order.attempt)
    day = f"{timezone.localdate():%Y-%m-%d}"
    assert told(staff) == [(f"会议材料已生成：{day} 罗溪镇 · 全部项目", f"/papers/{order.pk}/")]
    assert Notice.objects.count() == 1


def test_papers_that_were_refused_say_why(staff: User) -> None:
    refused, stopped = ordered(staff), ordered(staff)
    making.work.func(refused.pk, refused.attempt)
    making.set_aside(stopped.pk, stopped.attempt, making.BUSY)
    assert [text.partition("：")[0] for text, _ in told(staff)] == ["会议材料没有生成"] * 2
    assert list(Notice.objects.order_by("pk").values_list("detail", flat=True)) == [
        NOBODY,
        making.BUSY,
    ]


def test_papers_that_one_may_not_read_any_more_are_not_told(staff: User) -> None:
    build.project("热泵", organisation=staff.organisation)
    order = ordered(staff)
    making.work.func(order.pk, order.attempt)
    staff.organisation = build.town("奔牛镇")
    staff.save()
    assert told(staff) == []


def test_an_import_that_ended_in_the_background_says_how(staff: User) -> None:
    imported = received(xlsx(["项目名称", "总投资（万元）", "责任单位"], ["热泵", 12000, "罗溪镇"]), staff)
    assert told(staff) == []  # it was read while the page waited
    begun = jobs.begin(imported, ImportState.APPLYING, by=staff)
    for _ in range(2):
        jobs.work.func(begun.pk, begun.attempt)
    done = (f"导入已写入：{imported.workbook}", f"/imports/{begun.pk}/")
    assert told(staff) == [done]
    again = jobs.begin(imported, ImportState.UNDOING, by=staff)
    jobs.set_aside(again.pk, again.attempt, jobs.BUSY)
    assert told(staff) == [done, (f"导入没有做完：{imported.workbook}", f"/imports/{begun.pk}/")]


def test_a_merged_unit_is_told_to_those_who_get_its_projects_and_to_those_who_come_along(
    staff: User,
) -> None:
    old = build.town("龙虎塘街道")
    moved, stranger = build.staff(old), build.staff(build.town("奔牛镇"))
    build.project("热泵", organisation=old)
    facts = {"on": timezone.localdate(), "by": build.office(), "reason": "区划调整"}
    close_unit(old, successor=staff.organisation, with_people=True, expected=1, **facts)
    for person in (staff, moved):
        fresh = User.objects.with_roles().get(pk=person.pk)
        (notice,) = access.readable_notices(fresh)
        assert (notice.kind, notice.text) == ("assigned", "龙虎塘街道的 1 个项目由罗溪镇负责")
        assert "区划调整" in notice.detail
    assert not Notice.objects.filter(person=stranger).exists()
