"""What `manage.py notify` tells on its day: what is due, overdue or to be reported, to each unit, once."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from projects.models import Notice, Organisation, User
from projects.notices.dated import band, notify
from projects.rules.reporting import asked_month, deadline
from tests import build
from tests.build import YI

TODAY = timezone.localdate()


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("left", "found"), [(8, None), (7, 7), (5, 7), (3, 3), (1, 3), (0, 0), (-1, None)], ids=str
)
def test_the_day_that_has_been_reached(left: int, found: int | None) -> None:
    assert band(left) == found


@pytest.fixture
def unit(db: None) -> Organisation:
    return build.town("罗溪镇")


@pytest.fixture
def staff(unit: Organisation) -> User:
    return build.staff(unit)


def told(person: User) -> set[tuple[str, str]]:
    return set(Notice.objects.filter(person=person).values_list("kind", "text"))


def test_deadlines_reach_who_can_act(unit: Organisation, staff: User) -> None:
    project, leader, elsewhere = (
        build.project("甲", organisation=unit),
        build.leader(),
        build.staff(build.town("薛家镇")),
    )
    build.milestone(project, "completed", planned=days(3))
    build.milestone(project, "topped_out", planned=days(-40))  # in the to-do for long
    build.milestone(project, "in_production", planned=days(20))
    build.problem(project, "未交地", due_on=days(0))
    build.decision(unit, "用电", due=days(-2), given_on=days(-9), by=leader)
    Notice.objects.all().delete()

    notify(TODAY, days_after=5)
    dated = {
        ("due", "还有 3 天到期：竣工，甲"),
        ("due", "今天到期：问题，未交地"),
        ("overdue", "逾期 2 天：督办，用电"),
    }
    assert dated <= told(staff)
    assert told(leader) == {("overdue", "逾期 2 天：督办，用电")}
    assert told(elsewhere) == set()
    assert not any("封顶" in text or "投产" in text for _, text in told(staff))


def test_asked_again_nothing_is_told_twice_and_a_moved_deadline_is_new(
    unit: Organisation, staff: User
) -> None:
    project = build.project("甲", organisation=unit)
    problem = build.problem(project, "未交地", due_on=days(7))
    first = notify(TODAY, days_after=5)
    assert [notice.text for notice in first] == ["还有 7 天到期：问题，未交地"]
    assert notify(TODAY, days_after=5) == []
    assert notify(days(1), days_after=5) == []
    assert [notice.text for notice in notify(days(4), days_after=5)] == ["还有 3 天到期：问题，未交地"]

    problem.due_on = days(8)
    build.kept(problem)
    assert [notice.text for notice in notify(days(5), days_after=5)] == ["还有 3 天到期：问题，未交地"]


def test_the_reporting_window_opens_closes_and_is_over(unit: Organisation, staff: User) -> None:
    month = asked_month(date(2024, 10, 1), 5)
    closes_on = deadline(month, 5)
    done, open_ = build.project("甲", organisation=unit), build.project("乙", organisation=unit)
    for project in (done, open_):
        build.listing(project, year=2024)
    build.report(done, month, YI)
    told_on = [
        [notice.text for notice in notify(closes_on + timedelta(days=after), days_after=5)]
        for after in (-10, -9, -3, 0, 1, 2)
    ]
    assert told_on == [
        ["2024年9月月报开始填报，2024-10-05 截止"],
        [],
        ["2024年9月月报还有 3 天截止，1 个项目未报"],
        ["2024年9月月报今天截止，1 个项目未报"],
        ["2024年9月月报已截止，1 个项目未报"],
        [],
    ]
    build.report(open_, month, YI, state="submitted")
    Notice.objects.all().delete()
    assert notify(closes_on, days_after=5) == []


def test_the_command_says_how_many(unit: Organisation, staff: User) -> None:
    build.problem(build.project("甲", organisation=unit), due_on=days(0))
    out = StringIO()
    call_command("notify", stdout=out)
    assert out.getvalue() == "写了 1 条通知，给 1 个人。\n"
