"""Wall, board and calendar: the question and the rights of the list, facts for every role, links between them."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects.vocabulary import Stage
from tests import build

pytestmark = pytest.mark.django_db

PAGES = ("wall", "board", "calendar")


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


@pytest.fixture
def luoxi():
    """A project in 罗溪镇 that is due today, and one in 薛家镇 that is late."""
    luoxi, today = build.town("罗溪镇"), timezone.localdate()
    ours = build.project("热泵机组", organisation=luoxi, total_investment=10 * build.YI, contact="王工")
    theirs = build.project("电机总成", organisation=build.town("薛家镇"), total_investment=4 * build.YI)
    for project, due in ((ours, today), (theirs, today - timedelta(days=40))):
        build.milestone(project, Stage.STARTED, today - timedelta(days=200))
        build.milestone(project, Stage.COMPLETED, planned=due)
    return luoxi


@pytest.mark.parametrize("page", ["wall", "board"])
@pytest.mark.parametrize("person", [build.leader, build.staff, build.office, build.admin])
def test_every_role_sees_both_projects_and_who_is_late(person, page: str, luoxi) -> None:
    text = text_of(build.browser_of(person()), f"/projects/{page}/")

    assert "热泵机组" in text
    assert "竣工晚 40 天" in text
    assert '<b class="late">晚 1 个</b>' in text


@pytest.mark.parametrize("page", PAGES)
def test_a_unit_sees_its_own_projects_only(page: str, luoxi) -> None:
    text = text_of(build.browser_of(build.staff(luoxi)), f"/projects/{page}/")

    assert "热泵机组" in text
    assert "电机总成" not in text
    assert "晚 1 个" not in text


@pytest.mark.parametrize("page", PAGES)
def test_outsiders_see_the_login_and_accounts_without_a_role_are_refused(page: str) -> None:
    address = f"/projects/{page}/"
    assert build.browser_of(None).get(address)["Location"] == f"/accounts/login/?next={address}"
    assert "还没有角色" in text_of(build.browser_of(build.person(None)), address, 403)


@pytest.mark.parametrize("page", PAGES)
def test_the_conditions_of_the_list_hold(page: str, luoxi) -> None:
    text = text_of(build.browser_of(build.leader()), f"/projects/{page}/?organisation={luoxi.pk}")

    assert "热泵机组" in text
    assert "电机总成" not in text


@pytest.mark.parametrize("page", PAGES)
def test_the_views_of_a_list_lead_to_each_other_with_its_conditions(page: str, luoxi) -> None:
    text = text_of(build.browser_of(build.leader()), f"/projects/{page}/?q=热泵&page=1")

    found = re.findall(r'<a href="(/projects/(?:\w+/)?)\?q=%E7%83%AD%E6%B3%B5"', text)
    assert found[:4] == ["/projects/", "/projects/wall/", "/projects/board/", "/projects/calendar/"]


def test_the_list_leads_to_its_other_views(luoxi) -> None:
    client = build.browser_of(build.leader())

    assert '<a href="/projects/wall/?late=1">挂图</a>' in text_of(client, "/projects/?late=1")
    part = client.get("/projects/?late=1", headers={"HX-Request": "true"}).content.decode()
    assert '<a href="/projects/board/?late=1">按阶段</a>' in part


@pytest.mark.parametrize("page", PAGES)
def test_a_saved_view_opens_in_the_same_way(page: str, luoxi) -> None:
    leader = build.leader()
    build.saved_view(leader, "晚点的", "late=1")

    text = text_of(build.browser_of(leader), f"/projects/{page}/")

    assert f'href="/projects/{page}/?late=1"' in text
    assert "晚点的" in text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("wall/?since=soon", "请写成 2024-09 这样的年月"),
        ("wall/?since=1890-01", "年份应在 2000 到 2100 之间"),
        ("wall/?level=moon", "级别"),
        ("board/?lane=moon", "列"),
        ("calendar/?month=13", "请写成 2024-09 这样的年月"),
        ("calendar/?month=2024-09&day=2024-10-01", "日期应在所选的月份内"),
    ],
)
def test_a_faulty_question_is_answered_with_what_is_wrong(address: str, words: str, luoxi) -> None:
    text = text_of(build.browser_of(build.leader()), f"/projects/{address}", 400)

    assert words in text.split('role="alert"')[1]
    assert "热泵机组" not in text


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_hold_no_style_and_no_script_of_their_own(page: str, luoxi) -> None:
    main = text_of(build.browser_of(build.leader()), f"/projects/{page}/").split("<main")[1]

    assert "style=" not in main
    assert "<script" not in main
    assert "<style" not in main


def test_the_wall_prints_marks_where_the_figure_puts_them(luoxi) -> None:
    text = text_of(build.browser_of(build.leader()), "/projects/wall/")
    row = text.split("热泵机组</text>")[1].split("</g>")[0]
    marks = re.findall(r'<use href="#shape-(\w+)" class="mark-(\w+)" x="([\d.]+)" y="([\d.]+)"', row)
    today = re.findall(r'<line class="today" x1="([\d.]+)"', text)

    assert [(shape, fill) for shape, fill, _, _ in marks] == [("started", "done"), ("completed", "now")]
    assert float(marks[0][2]) < float(marks[1][2]) == float(today[0])
    assert marks[0][3] == marks[1][3]


def test_the_board_states_its_sums(luoxi) -> None:
    text = text_of(build.browser_of(build.leader()), "/projects/board/")

    assert "2 个项目，总投资 14.0 亿元" in text
    assert "各列相加是 2 个、14.0 亿元" in text
    assert '已开工未封顶 <span class="quiet">2</span>' in text


def test_a_lane_opens(luoxi) -> None:
    text = text_of(build.browser_of(build.leader()), "/projects/board/?lane=building")

    assert "回到看板" in text
    assert text.index("电机总成") < text.index("热泵机组")


def test_the_calendar_names_the_month_and_leads_to_what_is_late(luoxi) -> None:
    today = timezone.localdate()
    text = text_of(build.browser_of(build.leader()), "/projects/calendar/")

    assert f"{today.year} 年 {today.month} 月到期" in text
    assert "此前已有 1 个项目到期未到" in text
    assert '<a href="/projects/?late=1">' in text


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("wall", "另有 30 个项目没有登记任何节点日期，没有画"),
        ("board", "阶段未登记"),
        ("calendar", "没有定到哪一天的节点，也没有问题到期"),
    ],
)
def test_the_articles_sparse_register_says_what_it_does_not_know(page: str, words: str) -> None:
    assert words in text_of(build.browser_of(build.leader()), f"/projects/{page}/")


@pytest.mark.parametrize(
    ("page", "words"),
    [("wall", "还没有项目"), ("board", "还没有项目"), ("calendar", "没有只定到")],
)
def test_an_empty_register_says_so(page: str, words: str) -> None:
    assert words in text_of(build.browser_of(build.leader()), f"/projects/{page}/")


def test_conditions_that_nothing_meets_can_be_cleared(luoxi) -> None:
    text = text_of(build.browser_of(build.leader()), "/projects/wall/?q=没有这个")

    assert "没有符合条件的项目" in text
    assert '<a href="/projects/wall/">清除全部条件</a>' in text
