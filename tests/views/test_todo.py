"""What I owe: the page of each of the cast, the number beside it, and where the front door leads."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects.actions import reporting
from projects.models import Project, User
from projects.rules import periods
from projects.rules.entries import Entry
from projects.rules.reporting import asked_month, month_before
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
MONTH = asked_month(TODAY, 5)


def text_of(client: Client, address: str = "/todo/", status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def count_of(client: Client) -> str:
    return text_of(client, "/todo/count").replace('<span class="unseen"> 项待办</span>', "")


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.fixture
def luoxi() -> Project:
    """A project on the lists of both months asked for; the month before is in order."""
    project = build.project("热泵", organisation=build.town("罗溪镇"))
    for year in {MONTH.year, month_before(MONTH).year}:
        build.listing(project, year=year)
    build.report(project, month_before(MONTH), YI)
    return project


def test_staff_find_what_their_unit_owes(luoxi: Project) -> None:
    build.milestone(luoxi, "topped_out", planned=days(-45), reason="weather")
    build.milestone(luoxi, "completed", planned=days(12))
    build.problem(luoxi, "未交地", person="王强", due_on=days(-3))
    client = build.browser_of(build.staff(luoxi.organisation))
    page = text_of(client)

    for fact in (
        "已提交 <b>0 / 1</b>",
        "未填 1",
        '已经晚了 <span class="count">2</span>',
        "封顶：热泵",
        "<b>45</b> 天",
        "天气",
    ):
        assert fact in page
    for fact in ("<b>12</b> 天后", "未交地", "<b>3</b> 天", "销号</a>"):
        assert fact in page
    assert f'href="/months/{MONTH:%Y/%m}/"'.replace(f"{MONTH:%Y/%m}", f"{MONTH:%Y-%m}") in page
    assert f'href="/projects/{luoxi.pk}/milestones/topped_out/?next=/todo/"' in page
    assert count_of(client) == '<span class="count">3</span>'  # a report, a milestone, a problem


def test_a_month_fills_up(luoxi: Project) -> None:
    staff, other = build.staff(luoxi.organisation), build.project("光伏", organisation=luoxi.organisation)
    build.listing(other, year=MONTH.year)
    client = build.browser_of(staff)
    reporting.write(luoxi, MONTH, Entry(YI), by=staff)
    assert "草稿待提交 1" in text_of(client)

    reporting.hand_in([luoxi], MONTH, by=staff)
    page = text_of(client)
    assert 'max="2" value="1" aria-label="已提交 1，共 2"' in page
    assert "未填的项目</summary>" in page
    assert "光伏</a>" in page


def test_a_returned_report_says_why(luoxi: Project) -> None:
    build.report(luoxi, MONTH, YI, "returned", return_reason="数据不符", reviewed_by=build.office())
    client = build.browser_of(build.staff(luoxi.organisation))

    assert "数据不符" in text_of(client)
    assert count_of(client) == '<span class="count">1</span>'


def test_another_units_work_is_not_mine(luoxi: Project) -> None:
    build.milestone(luoxi, "topped_out", planned=days(-45))
    client = build.browser_of(build.staff(build.town("奔牛镇")))
    page = text_of(client)

    assert "热泵" not in page
    assert "都办完了" in page
    assert count_of(client) == ""


def test_a_problem_reaches_the_unit_that_is_to_remove_it(luoxi: Project) -> None:
    department = build.town("资规分局", kind="department")
    problem = build.problem(luoxi, "未交地", due_on=days(-3), organisation=department)
    page = text_of(build.browser_of(build.staff(department)))

    assert "未交地" in page
    assert f'href="/problems/{problem.pk}/#close"' in page
    assert f'href="/projects/{luoxi.pk}/"' not in page


def test_a_month_opened_again_is_told(luoxi: Project) -> None:
    staff = build.staff(luoxi.organisation)
    asked = reporting.ask_reopening(luoxi.organisation, date(2024, 3, 1), reason="漏报", by=staff)
    reporting.decide_reopening(asked, until=days(5), by=build.office())

    assert "2024 年 3 月月报已重新开放" in text_of(build.browser_of(staff))


@pytest.mark.parametrize("person", [build.office, build.admin])
def test_the_office_finds_what_waits_for_it(luoxi: Project, person) -> None:
    staff = build.staff(luoxi.organisation)
    client = build.browser_of(person())
    page = text_of(client)
    assert "未报：1 个单位，1 个项目" in page
    assert "罗溪镇 <b>1</b>" in page
    assert count_of(client) == ""

    reporting.write(luoxi, MONTH, Entry(YI), by=staff)
    reporting.hand_in([luoxi], MONTH, by=staff)
    reporting.ask_reopening(luoxi.organisation, date(2024, 3, 1), reason="漏报设备款", by=staff)
    page = text_of(client)

    assert f'aria-label="审核 {MONTH:%Y} 年 {MONTH.month} 月月报，1 个项目"' in page
    assert f'href="/months/{MONTH:%Y-%m}/review/"' in page
    assert "漏报设备款" in page
    assert "未报：" not in page
    assert count_of(client) == '<span class="count">2</span>'


def test_what_is_owed_is_one_list_by_urgency_and_answers_come_first(luoxi: Project) -> None:
    build.milestone(luoxi, "topped_out", planned=days(-45))
    build.milestone(luoxi, "completed", planned=days(5))
    build.milestone(luoxi, "in_production", planned=days(20))
    build.problem(luoxi, "未交地", due_on=days(-60))
    build.report(luoxi, MONTH, YI, "returned", return_reason="数据不符", reviewed_by=build.office())
    page = text_of(build.browser_of(build.staff(luoxi.organisation)))

    order = ["已经晚了", "数据不符", "未交地", "封顶：热泵", "7 天内", "竣工：热泵", "以后", "投产：热泵"]
    assert sorted(order, key=page.index) == order


def test_somebody_new_is_told_what_to_do_first_until_it_is_done(luoxi: Project) -> None:
    staff = build.staff(luoxi.organisation, last_name="王", first_name="敏")
    client = build.browser_of(staff)
    assert text_of(client).count('<li class="done">') == 0

    reporting.write(luoxi, MONTH, Entry(YI), by=staff)
    build.project("光伏", organisation=luoxi.organisation, contact="王敏")
    page = text_of(client)
    assert page.count('<li class="done">') == 2
    assert "填一个月报试试" in page

    User.objects.filter(pk=staff.pk).update(date_joined=timezone.now() - timedelta(days=31))
    assert "第一次用" not in text_of(client)


def test_an_office_with_nothing_to_do_is_told_so() -> None:
    assert "没有等待审核的月报，各单位都已报齐。" in text_of(build.browser_of(build.office()))


def test_whoever_is_both_sees_both(luoxi: Project) -> None:
    user = build.office()
    user.groups.add(*build.staff().groups.all())
    page = text_of(build.browser_of(user))

    assert "未报：1 个单位" in page
    assert "已提交 <b>0 / 1</b>" in page


@pytest.mark.parametrize(("person", "status"), [(build.leader, 200), (lambda: build.person(None), 403)])
def test_it_is_for_those_who_read_the_register(person, status: int) -> None:
    for address in ("/todo/", "/todo/count"):
        text_of(build.browser_of(person()), address, status)
    assert build.browser_of(None).get("/todo/")["Location"] == "/accounts/login/?next=/todo/"


def test_the_number_is_asked_once_a_minute_and_only_by_those_who_read() -> None:
    staff, nobody = build.browser_of(build.staff()), build.browser_of(build.person(None))

    assert staff.get("/todo/count")["Cache-Control"] == "private, max-age=60"
    assert 'hx-get="/todo/count"' in text_of(staff, "/projects/")
    assert "/todo/" not in text_of(nobody, "/account/")


def test_more_than_99_is_enough(luoxi: Project) -> None:
    for number in range(100):
        build.milestone(build.project(organisation=luoxi.organisation), "started", planned=days(-number - 1))

    assert count_of(build.browser_of(build.staff(luoxi.organisation))) == '<span class="count">99+</span>'


@pytest.mark.parametrize(
    ("person", "goes_to"),
    [
        (build.leader, "/completion/"),
        (build.staff, "/todo/"),
        (build.office, "/todo/"),
        (build.admin, "/todo/"),
        (lambda: build.person(None), "/completion/"),
    ],
)
def test_where_the_front_door_leads(person, goes_to: str) -> None:
    assert build.browser_of(person()).get("/")["Location"] == goes_to


def test_a_leader_who_also_writes_begins_with_the_completion() -> None:
    user = build.leader()
    user.groups.add(*build.staff().groups.all())

    assert build.browser_of(user).get("/")["Location"] == "/completion/"


@pytest.mark.parametrize("size", [3, 30])
def test_it_takes_few_queries(luoxi: Project, size: int, django_assert_max_num_queries) -> None:
    for _ in range(size):
        project = build.project(organisation=luoxi.organisation)
        build.listing(project, year=periods.month_start(TODAY).year)
        build.milestone(project, "topped_out", planned=days(-45))
        build.problem(project, due_on=days(-3))
    for user, most in ((build.staff(luoxi.organisation), 19), (build.office(), 11)):
        client = build.browser_of(user)
        with django_assert_max_num_queries(most):
            client.get("/todo/")
        with django_assert_max_num_queries(14):
            client.get("/todo/count")
