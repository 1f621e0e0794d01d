"""The leaders' page: facts for every member of the cast, and hostile questions."""

import re

import pytest
from django.test import Client

from tests import build

pytestmark = pytest.mark.django_db

PAGE = "/completion/"


def text_of(client: Client, address: str = PAGE, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize("person", [build.leader, build.staff, build.office, build.admin])
def test_it_shows_the_articles_figures_with_their_paragraph(person) -> None:
    page = text_of(build.browser_of(person()))

    assert "110.3" in page
    assert "目标值未公布 · 已提前完成" in page
    assert "报道 ¶3" in page
    assert "1585.37亿元" in page
    assert "截至 2024年9月30日" in page


def test_an_outsider_sees_the_login() -> None:
    response = build.browser_of(None).get(PAGE)

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/completion/"


def test_an_account_without_a_role_is_refused() -> None:
    assert "没有" in text_of(build.browser_of(build.person(None)), status=403)


@pytest.mark.usefixtures("article")
def test_a_unit_sees_its_own_numbers_only() -> None:
    luoxi = build.town("罗溪镇")
    project = build.project("罗溪自有项目", organisation=luoxi)
    build.listing(project)
    build.milestone(project, "completed", planned="2024-08-01")
    build.milestone(
        build.project("别处项目", organisation=build.town("薛家镇")), "started", planned="2024-08-01"
    )

    page = text_of(build.browser_of(build.staff(luoxi)))

    assert "罗溪自有项目" in page
    assert "别处项目" not in page
    assert "110.3" not in page
    assert "市重点项目 1 个" in page


@pytest.mark.usefixtures("article")
def test_a_unit_cannot_ask_for_another() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")

    page = text_of(build.browser_of(build.leader(luoxi)), f"{PAGE}?organisation={xuejia.pk}", status=400)

    assert "薛家镇" not in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("as_of=2024-13-01", "输入一个有效的日期"),
        ("year=abc", "输入整数"),
        ("year=1066", "2000"),
        ("level=moon", "moon 不在可用的选项中"),
        ("year=2023&as_of=2024-01-31", "截至日应在 2023 年内"),
        ("organisation=1%20OR%201=1", "选择一个有效的选项"),
    ],
)
def test_a_faulty_question_is_answered_with_what_is_wrong(query: str, said: str) -> None:
    assert said in text_of(build.browser_of(build.leader()), f"{PAGE}?{query}", status=400)


@pytest.mark.usefixtures("article")
def test_the_next_milestones_are_named() -> None:
    page = text_of(build.browser_of(build.leader()), f"{PAGE}?level=province")

    assert "超导吸收式热泵机组生产项目" in page
    assert "还有 92 天" in page


def test_a_late_milestone_says_how_late_and_why() -> None:
    project = build.project("晚点项目")
    build.listing(project)
    build.milestone(project, "started", planned="2024-06-30", current="2024-08-28", reason="land")
    build.target()

    page = text_of(build.browser_of(build.leader()), f"{PAGE}?as_of=2024-09-30")

    assert "晚 33 天" in page
    assert "土地供应" in page
    assert "比原计划推迟 59 天" in page


def test_each_count_says_how_much_of_it_is_proven() -> None:
    for number in range(3):
        project = build.project()
        build.listing(project)
        milestone = build.milestone(project, "started", "2024-05-01")
        if number:
            build.evidence(milestone)
    client = build.browser_of(build.leader())

    assert "已佐证 2 / 待佐证 1" in text_of(client, f"{PAGE}?as_of=2024-09-30")
    assert "已佐证 2 个" in text_of(client, f"{PAGE}started/?as_of=2024-09-30")
    assert "已佐证" not in text_of(client, f"{PAGE}?as_of=2024-04-30")  # nothing is counted, nothing is split


@pytest.mark.usefixtures("article")
def test_the_large_among_the_signed_are_told() -> None:
    page = text_of(build.browser_of(build.leader()), f"{PAGE}?level=all")

    assert "≥10亿元或1亿美元 17 个，≥100亿元 2 个" in page


def test_the_headline_has_a_sentence_for_each_rate_and_none_without() -> None:
    project = build.project()
    build.listing(project)
    build.report(project, "2024-09", 66 * build.YI)
    client, question = build.browser_of(build.leader()), f"{PAGE}?as_of=2024-09-30"
    assert 'class="note headline"' not in text_of(client, question)

    build.target("invested", 100 * build.YI)

    [headline] = re.findall(r'class="note headline">(.*?)</p>', text_of(client, question), re.DOTALL)
    words = re.sub(r"<[^>]+>|\s+", "", headline)
    assert words == "完成投资66.0亿元，完成年度目标的66.0%，较时间进度−9.0个百分点。"


@pytest.mark.usefixtures("article")
def test_the_headline_never_says_nought() -> None:
    """The one provincial project that has plans means to be done in December: nothing to tell in September.

    That all eight started is no news of the year, whose number lies between none and eight.
    """
    page = text_of(build.browser_of(build.leader()), f"{PAGE}?level=province")

    assert "<b>待定</b>：新开工 0–8 个、封顶 0–1 个，日期只知道大概" in re.sub(r"\s+(?=[个，、])", " ", page)
    assert "已完成全年" not in page
    assert "<b>落后</b>" not in page
    assert "红灯" not in page


def test_a_post_is_not_a_question() -> None:
    assert build.browser_of(build.leader()).post(PAGE).status_code == 405


@pytest.mark.parametrize("projects", [3, 60])
def test_the_page_asks_at_most_thirteen_queries(projects: int, django_assert_max_num_queries) -> None:
    for _ in range(projects):
        project = build.project()
        build.listing(project)
        build.milestone(project, "started", planned="2024-06-30")
    client = build.browser_of(build.leader())

    with django_assert_max_num_queries(13):
        text_of(client)


def test_csp_is_strict() -> None:
    policy = build.browser_of(build.leader()).get(PAGE)["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_units_are_ranked_by_a_printed_rate_and_the_others_stand_apart() -> None:
    for town, started in (("罗溪镇", 3), ("薛家镇", 3), ("奔牛镇", 1)):
        unit = build.town(town)
        build.target("started", 4, organisation=unit)
        for number in range(3 if town != "奔牛镇" else 1):
            project = build.project(f"{town}{number}", organisation=unit)
            build.listing(project)
            build.milestone(project, "started", "2024-06-30" if number < started else None)

    page = text_of(build.browser_of(build.leader()), f"{PAGE}?as_of=2024-09-30&rank_by=started")

    units = page.split('aria-labelledby="units"')[1].split("</section>")[0]
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in units.split("<tr")[2:-1]]
    assert [row.split("新开工")[0].split(">", 1)[1].strip()[:16] for row in rows] == [
        "1 ＝ 罗溪镇 3 75.0% ",
        "1 ＝ 薛家镇 3 75.0% ",
        "不排名：不足 3 个项目，或没有",
        "— 奔牛镇 1 25.0% 1 ",
    ]
