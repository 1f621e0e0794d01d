"""One project on one page, and its history: facts for each of the cast, and nothing to outsiders."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects.models import Project
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


@pytest.fixture
def heat_pump(article) -> Project:
    return Project.objects.get(name="超导吸收式热泵机组生产项目")


@pytest.mark.parametrize("person", [build.leader, build.staff, build.office])
def test_it_shows_what_the_article_says(heat_pump: Project, person) -> None:
    page = text_of(build.browser_of(person()), f"/projects/{heat_pump.pk}/")

    assert "河海新能源集团" in page
    assert "10.0 亿元" in page
    assert "2024年（不晚于11月30日）" in page
    assert "计划 2024年12月" in page
    assert "日期未公布" in page
    assert "来源：报道 ¶2" in page
    assert "奋发“项”上" in page
    assert "未明确" in page
    assert "2024 年" in page
    assert "省重大" in page


def test_an_unnamed_project_says_so(article) -> None:
    unnamed = Project.objects.filter(named=False).first()

    assert '<span class="badge">报道未具名</span>' in text_of(
        build.browser_of(build.leader()), f"/projects/{unnamed.pk}/"
    )


@pytest.mark.parametrize(
    ("person", "writes"), [(build.leader, False), (build.staff, True), (build.office, True)]
)
def test_only_writers_find_the_form(heat_pump: Project, person, writes: bool) -> None:
    page = text_of(build.browser_of(person()), f"/projects/{heat_pump.pk}/")

    assert ("登记竣工</button>" in page) == writes
    assert ("/edit/" in page) == writes


def test_the_form_is_for_the_next_stage_or_the_one_asked_for(heat_pump: Project) -> None:
    client, address = build.browser_of(build.staff()), f"/projects/{heat_pump.pk}/"

    assert f'action="{address}milestones/completed/"' in text_of(client, address)
    assert f'action="{address}milestones/entered/"' in text_of(client, f"{address}?stage=entered")
    assert f'action="{address}milestones/completed/"' in text_of(client, f"{address}?stage=nonsense")
    assert f'action="{address}milestones/completed/"' in text_of(client, f"{address}?stage=started")


@pytest.mark.parametrize("page", ["", "history/"])
def test_a_foreign_unit_cannot_guess_the_address(page: str) -> None:
    project = build.project("奔牛的", organisation=build.town("奔牛镇"))

    text = text_of(build.browser_of(build.staff(build.town("罗溪镇"))), f"/projects/{project.pk}/{page}", 404)
    assert "奔牛的" not in text
    assert "奔牛的" in text_of(
        build.browser_of(build.staff(build.town("奔牛镇"))), f"/projects/{project.pk}/{page}"
    )


@pytest.mark.parametrize("page", ["", "history/"])
def test_outsiders_and_accounts_without_a_role_see_nothing(page: str) -> None:
    address = f"/projects/{build.project('甲').pk}/{page}"

    assert build.browser_of(None).get(address)["Location"] == f"/accounts/login/?next={address}"
    assert "甲" not in text_of(build.browser_of(build.person(None)), address, 403)


def test_a_helping_unit_reads_and_does_not_write() -> None:
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    project = build.project("合办", organisation=luoxi)
    build.helper(project, benniu)
    page = text_of(build.browser_of(build.staff(benniu)), f"/projects/{project.pk}/")

    assert "合办" in page
    assert "更新节点" not in page


@pytest.mark.parametrize("pk", [999_999, 2**63, 2**80])
def test_no_such_project(pk: int) -> None:
    assert "没有这个页面" in text_of(build.browser_of(build.leader()), f"/projects/{pk}/", 404)


def test_a_postponed_stage_shows_three_dates_and_why() -> None:
    project = build.project()
    build.milestone(
        project, "completed", planned="2024-06-30", current="2024-09-30", reason="weather", reason_note="台风"
    )
    page = text_of(build.browser_of(build.leader()), f"/projects/{project.pk}/")

    for fact in ("2024年6月30日", "2024年9月30日", "92", "天气：台风"):
        assert fact in page


def test_a_paused_project_says_since_when_and_why() -> None:
    project = build.project(
        side_state="paused", side_state_on=build.day("2024-06-01"), side_reason="market", side_note="停产"
    )
    page = text_of(build.browser_of(build.leader()), f"/projects/{project.pk}/")

    assert "暂停：2024年6月1日起，原因：市场变化，停产" in page


def test_lists_and_plans_are_shown_by_year() -> None:
    project = build.project()
    build.listing(project, "city", 2023, number=12, category="new")
    build.listing(project, "province", 2024, removed_on="2024-05-01", removed_reason="调整")
    build.annual_plan(project, 3 * YI, 2024)
    page = text_of(build.browser_of(build.leader()), f"/projects/{project.pk}/")

    for fact in ("2023 年", "名单第 12 号", "2024年5月1日调出：调整", "2024 年计划投资 <b>3.0 亿元</b>"):
        assert fact in page


def test_money_comes_first_and_agrees_with_its_plan() -> None:
    project = build.project(total_investment=10 * YI)
    build.annual_plan(project, 4 * YI, 2024, invested_before=2 * YI)
    build.report(project, "2024-01", YI, progress="桩基施工", next_step="主体")
    build.report(project, "2024-02", YI // 2, "submitted", progress="主体一层")
    page = text_of(build.browser_of(build.leader()), f"/projects/{project.pk}/")

    for fact in (
        "累计完成 <small>到 2024 年底</small>",
        "占总投资 30.0%",
        "完成率 <b>25.0%</b> · 较序时 <b>−75.0</b>",
        "另有 0.5 亿元待审核",
        "形象进度 · 2024 年 2 月",
        "主体一层",
        'aria-label="完成投资逐月累计（亿元），数字见下表"',
    ):
        assert fact in page
    assert (
        page.index("累计完成")
        < page.index("主体一层")
        < page.index('id="milestones"')
        < page.index('id="facts"')
    )


def test_the_newest_photos_come_first() -> None:
    project = build.project()
    stage = build.milestone(project, "started", "2024-03-01")
    kept = [build.evidence(stage, build.photo(size=(40 + number, 30))) for number in range(4)]
    page = text_of(build.browser_of(build.leader()), f"/projects/{project.pk}/")
    strip = page[page.index('aria-label="最近的照片"') : page.index("全部佐证")]

    assert [f"/evidence/{item.pk}/thumbnail/" in strip for item in kept] == [False, True, True, True]


def test_what_was_postponed_and_what_is_late_are_two_numbers_of_one_rule() -> None:
    today = timezone.localdate()
    project = build.project()
    planned, current = today - timedelta(days=90), today - timedelta(days=30)
    build.milestone(project, "completed", planned=planned, current=current, reason="weather")
    page = text_of(build.browser_of(build.leader()), f"/projects/{project.pk}/")

    assert "推迟 60 天" in page
    assert page.count("晚 30 天") == 3  # in the head, on the track and in the table
    assert "竣工晚 30 天" in page


@pytest.mark.parametrize("size", [3, 60])
def test_it_takes_fifteen_queries(size: int, django_assert_max_num_queries) -> None:
    luoxi = build.town("罗溪镇")
    for _ in range(size):
        project = build.project(organisation=luoxi, source=build.source())
    for stage in ("signed", "filed", "land", "started", "topped_out", "completed", "entered"):
        build.milestone(project, stage, "2024-03-01", source=build.source())
    build.listing(project, source=build.source())
    build.annual_plan(project, YI)
    build.helper(project, build.town("奔牛镇"))
    for number in range(min(size, 10)):
        build.problem(project, f"第{number}个")
        build.evidence(project.milestones.first(), build.photo(size=(40 + number, 30)))
    for person in (build.leader(), build.office(), build.staff(luoxi)):
        client = build.browser_of(person)
        with django_assert_max_num_queries(15):
            client.get(f"/projects/{project.pk}/")


def test_the_history_reads_from_and_to_in_pages(django_assert_max_num_queries) -> None:
    project = build.project("甲")
    author = build.office(first_name="小李")
    for number in range(60):
        project.remark = f"第{number}次"
        build.kept(project, by=author, reason=f"改{number}")
    client = build.browser_of(build.leader())
    with django_assert_max_num_queries(14):  # a table each, whatever is in it
        page = text_of(client, f"/projects/{project.pk}/history/")

    assert "61 条记录" in page
    assert "改59" in page
    assert "小李" in page
    assert "<del>第58次</del> → <ins>第59次</ins>" in page
    assert "新建项目" not in page
    assert "新建项目" in text_of(client, f"/projects/{project.pk}/history/?page=2")


def test_the_newest_entries_come_after_the_page_and_say_no_more_than_twelve(heat_pump: Project) -> None:
    client, address = build.browser_of(build.leader()), f"/projects/{heat_pump.pk}/talk/"
    for number in range(14):
        heat_pump.remark = f"第{number}次"
        build.kept(heat_pump, reason=f"改{number}")
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()

    assert f'hx-get="{address}"' in text_of(client, f"/projects/{heat_pump.pk}/")
    assert "<html" not in part
    assert ("改13" in part, "改2<" in part, "改1<" in part) == (True, True, False)
    assert "系统载入" in part


def test_photos_problems_and_proof_stand_on_the_page() -> None:
    project = build.project(organisation=build.town("罗溪镇"))
    started = build.milestone(project, "started", "2024-03-01")
    build.milestone(project, "topped_out", "2024-06-01")
    photo = build.evidence(started, build.photo(exif=build.taken()), name="现场.jpg")
    build.problem(project, "未交地", person="王强", due_on="2024-04-01")
    page = text_of(build.browser_of(build.leader()), f"/projects/{project.pk}/")

    for fact in ("已佐证", "待佐证", "现场.jpg", "拍摄于 2024-11-20 10:30", "位置 31.808333，119.937500"):
        assert fact in page
    assert f'src="/evidence/{photo.pk}/thumbnail/"' in page
    for fact in ("未交地", "王强", "超期", "2024-04-01 前办结"):
        assert fact in page
    for writers in ("/original/", "/delete/", "登记问题", "销号</a>"):
        assert writers not in page
        assert writers in text_of(
            build.browser_of(build.staff(project.organisation)), f"/projects/{project.pk}/"
        )
