"""What needs attention, and the meeting-room screen."""

import re

import pytest
from django.test import Client

from tests import build

pytestmark = pytest.mark.django_db

PAGE, SCREEN = "/completion/attention/", "/completion/screen/"
SEPTEMBER = "?as_of=2024-09-30&level=city"


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def listed(name: str, **facts):
    project = build.project(name, **facts)
    build.listing(project)
    return project


def test_a_postponed_milestone_tells_its_ledger() -> None:
    project = listed("晚点项目", contact="张三")
    entry = build.milestone(project, "started", planned="2024-05-31", reason="land")
    for day in ("2024-07-31", "2024-08-28"):
        entry.current_on = build.day(day)
        build.kept(entry, reason="推迟")

    page = text_of(build.browser_of(build.leader()), PAGE + SEPTEMBER)

    assert "晚 33 天" in page
    assert ">2</td>" in page  # times postponed
    assert "+89 天" in page
    assert "土地供应" in page
    assert "张三" in page


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("reason", ["未说明原因 2", "土地供应 1"]),
        ("unit", ["罗溪镇 2", "薛家镇 1"]),
        ("person", ["张三 2", "责任人未登记 1"]),
        ("nonsense", []),
    ],
)
def test_late_milestones_are_grouped_the_largest_group_first(by: str, groups: list[str]) -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    for name, unit, contact, reason in (
        ("甲", luoxi, "张三", "land"),
        ("乙", luoxi, "张三", ""),
        ("丙", xuejia, "", ""),
    ):
        project = listed(name, organisation=unit, contact=contact)
        build.milestone(project, "started", planned="2024-05-31", reason=reason)

    page = text_of(build.browser_of(build.leader()), f"{PAGE}{SEPTEMBER}&group={by}")

    heads = re.findall(r'<h3 class="group">(.*?)</h3>', page, re.DOTALL)
    assert [" ".join(re.sub(r"<[^>]+>", "", head).split()) for head in heads] == groups
    late = page.split('aria-labelledby="late"')[1].split("</section>")[0]
    assert late.count("晚 122 天") == 3
    assert late.count(">未说明原因</a>") == 2


def test_who_started_this_month_does_not_stand_still_for_at_least_nought_days() -> None:
    build.milestone(listed("本月签的"), "signed", "2024-09-30", "month")

    page = text_of(build.browser_of(build.leader()), PAGE + SEPTEMBER)

    assert "刚签约" in page.split(GAPS[0])[1].split("</section>")[0]
    assert "至少 0 天" not in page


def test_a_plan_of_which_nothing_was_heard_since_its_source_is_not_called_late() -> None:
    stated = listed("报道的项目")
    build.milestone(stated, "completed", planned="2023-12-31", source=build.source())
    followed = listed("有人管的项目")
    build.milestone(followed, "completed", planned="2023-12-31")
    client = build.browser_of(build.leader())

    late = text_of(client, PAGE + SEPTEMBER).split('aria-labelledby="late"')[1].split("</section>")[0]
    page = text_of(client, f"/projects/{stated.pk}/")

    assert late.count("来源后无消息") == 1
    assert late.count("晚 274 天") == 1
    assert "竣工：来源后无消息" in page
    assert not re.search(r"晚 \d+ 天", page)
    assert text_of(client, "/projects/").count("来源后无消息") == 1


def test_the_gaps_list_who_stands_still_and_for_how_long() -> None:
    build.milestone(listed("签了没开"), "signed", "2024-09-20")
    build.milestone(listed("开了没完"), "started", "2024-01-01", "not_later")
    done = listed("完了没产")
    build.milestone(done, "completed", "2024-08-31")
    moving = listed("已经投产")
    build.milestone(moving, "signed", "2024-01-01")
    build.milestone(moving, "in_production", "2024-02-01")

    page = text_of(build.browser_of(build.leader()), PAGE + SEPTEMBER)
    signed, started, completed = (page.split(label)[1].split("</section>")[0] for label in GAPS)

    assert "签了没开" in signed
    assert "10 天" in signed
    assert "已经投产" not in signed
    assert "至少 273 天" in started
    assert "完了没产" in completed
    assert "30 天" in completed


GAPS = ("已签约未开工", "已开工未竣工", "已竣工未投产")


def test_open_problems_say_how_long_they_are_overdue() -> None:
    project = listed("难办项目")
    build.problem(project, "变电站未到位", due_on="2024-09-20", person="李四")
    build.problem(project, "已经办结", due_on="2024-09-20", resolved_on="2024-09-25", resolution="已接通")

    page = text_of(build.browser_of(build.leader()), PAGE + SEPTEMBER)

    assert "逾期 10 天" in page
    assert "变电站未到位" in page
    assert "已经办结" not in page


def test_the_lists_answer_on_both_clocks() -> None:
    project = build.project("补录项目", at="2024-01-05")
    build.listing(project, at="2024-01-05")
    entry = build.milestone(project, "started", planned="2024-06-30", at="2024-01-05")
    entry.reached_on, entry.reached_precision = build.day("2024-06-28"), "day"
    entry.recorded_on = build.day("2024-10-08")
    build.kept(entry, at="2024-10-08", reason="补录")
    client = build.browser_of(build.leader())

    now, then = (text_of(client, f"{PAGE}{SEPTEMBER}{known}") for known in ("", "&known_at=2024-10-01"))

    assert "晚 92 天" not in now
    assert "晚 92 天" in then
    assert "只用 2024年10月1日 前录入的内容" in then
    assert 'name="known_at" value="2024-10-01"' in then  # another unit is asked on the same clock


def test_who_has_not_reported_is_named_and_who_confirmed_no_change_is_not() -> None:
    luoxi = build.town("罗溪镇")
    for name, facts in (("报了", {}), ("没变", {"unchanged": True}), ("沉默", None)):
        project = listed(name, organisation=luoxi)
        if facts is not None:
            build.report(project, "2024-09", 0, **facts)
    client = build.browser_of(build.leader())

    page = text_of(client, "/completion/" + SEPTEMBER)
    named = text_of(client, PAGE + SEPTEMBER).split('id="silent"')[1].split("</section>")[0]

    assert "应报 3 个，已审核 2 个（其中确认无变化 1 个），<b>缺报 1 个</b>" in page
    assert "/completion/attention/?as_of=2024-09-30&amp;level=city#silent" in page
    assert "沉默" in named
    assert "没变" not in named


@pytest.mark.parametrize("address", ["/completion/", PAGE])
def test_what_moved_since_the_last_seal_is_told(address: str) -> None:
    project = listed("项目", organisation=build.town("罗溪镇"))
    build.report(project, "2024-08", 3 * build.YI)
    client = build.browser_of(build.leader())
    assert "上次封存以来</h2>" not in text_of(client, address + SEPTEMBER)
    seal = build.seal("2024-08")
    build.report(project, "2024-09", 2 * build.YI)
    build.milestone(project, "started", "2024-09-10")

    moved = text_of(client, address + SEPTEMBER).split('id="since"')[1].split("</section>")[0]

    assert f'href="/bulletins/{seal.pk}/"' in moved
    assert "+2.0" in moved
    assert "新开工" in moved
    assert "竣工" not in moved  # only what did move
    assert 'id="since"' not in text_of(client, f"{address}{SEPTEMBER}&town={build.town('罗溪镇').pk}")


@pytest.mark.parametrize("address", [PAGE, SCREEN])
def test_a_unit_sees_its_own(address: str) -> None:
    luoxi = build.town("罗溪镇")
    build.milestone(listed("罗溪项目", organisation=luoxi), "started", planned="2024-05-31")
    build.milestone(listed("别处项目", organisation=build.town("薛家镇")), "started", planned="2024-05-31")

    page = text_of(build.browser_of(build.leader(luoxi)), address + SEPTEMBER)

    assert "别处项目" not in page
    assert "薛家镇" not in page


@pytest.mark.parametrize("address", [PAGE, SCREEN])
def test_doors(address: str) -> None:
    assert build.browser_of(None).get(address).status_code == 302
    assert build.browser_of(build.person(None)).get(address).status_code == 403
    assert "输入一个有效的日期" in text_of(build.browser_of(build.leader()), f"{address}?as_of=x", status=400)


def test_the_screen_goes_through_its_pages_and_the_units_that_have_projects() -> None:
    first, last = build.town("孟河镇", position=1), build.town("奔牛镇", position=2)
    empty = build.town("空镇", position=3)
    for unit in (first, last):
        listed(f"{unit}项目", organisation=unit)
    client = build.browser_of(build.leader())

    page, shown = text_of(client, SCREEN + SEPTEMBER), []
    assert '<noscript><meta http-equiv="refresh"' in page
    for _ in range(12):
        address = re.search(r'rel="next" href="([^"]+)"', page).group(1).replace("&amp;", "&")
        shown += re.findall(r"organisation=([0-9]+)", address)
        page = text_of(client, address)

    assert list(dict.fromkeys(shown)) == [str(first.pk), str(last.pk)]
    assert str(empty.pk) not in shown


@pytest.mark.parametrize("projects", [3, 60])
def test_attention_asks_the_same_queries(projects: int, django_assert_max_num_queries) -> None:
    for number in range(projects):
        project = listed(f"项目{number}")
        build.milestone(project, "signed", "2024-01-01")
        build.milestone(project, "started", planned="2024-06-30")
        build.problem(project)
    client = build.browser_of(build.leader())

    with django_assert_max_num_queries(28):
        text_of(client, PAGE + SEPTEMBER)


def test_a_list_that_is_cut_says_so_on_paper_and_lists_all() -> None:
    for number in range(51):
        build.milestone(listed(f"项目{number}"), "started", planned="2024-05-31")
    client = build.browser_of(build.leader())

    cut, whole = text_of(client, PAGE + SEPTEMBER), text_of(client, f"{PAGE}{SEPTEMBER}&all=1")

    assert cut.count("晚 122 天") == 50
    assert "打印的各表只有前 50 或" in cut
    assert 'all=1">各表列出全部（可打印）</a>' in cut
    assert whole.count("晚 122 天") == 51
    assert "各表列出全部" not in whole
