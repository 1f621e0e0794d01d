"""The page that splits and merges a project: it asks first, then writes, and the project's page shows both ways."""

import re

import pytest
from django.test import Client

from projects.models import Project
from tests import build

pytestmark = pytest.mark.django_db

SPLIT = {"act": "split", "parts": "一期，3.2\n二期\t6000万元\n\n三期", "on": "2024-06-01", "reason": "分期"}


@pytest.fixture
def project() -> Project:
    project = build.project("甲", organisation=build.town("罗溪镇"))
    build.listing(project)
    build.report(project, "2024-03", 2 * build.YI)
    build.annual_plan(project, 50, 2024)
    return project


@pytest.fixture
def office() -> Client:
    return build.browser_of(build.office())


def page_of(project: Project) -> str:
    return f"/projects/{project.pk}/succession/"


def words(response, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("role", ["leader", "staff"])
def test_others_do_not_enter(project, role: str) -> None:
    client = build.browser_of(build.person(role, organisation=build.town("罗溪镇")))

    assert client.get(page_of(project)).status_code == 403
    assert client.post(page_of(project), SPLIT | {"confirmed": "1"}).status_code == 403
    assert Client().get(page_of(project)).status_code == 302
    assert Project.objects.count() == 1


def test_a_split_is_shown_before_it_is_written(project, office) -> None:
    page = words(office.post(page_of(project), SPLIT))

    assert "核对后再确认</h2><small>还没有写入" in page
    assert "2024 年已审核投资：2.0 亿元，仍计入当年合计" in page
    assert "沿用本项目的责任单位、协同单位、0 个节点和名单（2024 年市重点）" in page
    assert "本项目 2024 年的计划投资从这一天起不再计入" in page
    assert "一期，3.2" in page
    assert Project.objects.count() == 1


def test_a_split_is_written_linked_both_ways_and_undone(project, office) -> None:
    page = words(office.post(page_of(project), SPLIT | {"confirmed": "1"}, follow=True))

    parts = list(project.parts.order_by("pk"))
    assert [(part.name, part.total_investment) for part in parts] == [
        ("一期", 320_000_000),
        ("二期", 60_000_000),
        ("三期", None),
    ]
    assert "已拆分为 3 个项目。" in page
    assert f'2024-06-01 起拆分出<a href="/projects/{parts[0].pk}/">一期</a>' in page
    back = words(office.get(f"/projects/{parts[0].pk}/"))
    assert f'2024-06-01 起拆分自<a href="/projects/{project.pk}/">甲</a>' in back

    page = words(office.post(page_of(project), {"act": "undo", "reason": "误拆"}, follow=True))
    assert "已撤销，项目继续计入。" in page
    assert Project.objects.count() == 1


def test_a_merger_names_the_other_project(project, office) -> None:
    other = build.project("乙", organisation=build.town("薛家镇"))
    sent = {"act": "merge", "into": "乙", "on": "2024-06-01", "reason": "整合"}

    page = words(office.post(page_of(project), sent))
    assert "本项目的 0 个节点和名单（2024 年市重点）不再计入" in page
    page = words(office.post(page_of(project), sent | {"confirmed": "1"}, follow=True))

    assert "已并入乙。" in page
    assert f'2024-06-01 起并入<a href="/projects/{other.pk}/">乙</a>' in page
    assert f'2024-06-01 起合并了<a href="/projects/{project.pk}/">甲</a>' in words(
        office.get(f"/projects/{other.pk}/")
    )


def test_a_project_of_another_unit_is_named_without_a_link(project, office) -> None:
    build.project("乙", organisation=build.town("薛家镇"))
    sent = {"act": "merge", "into": "乙", "on": "2024-06-01", "reason": "整合", "confirmed": "1"}
    office.post(page_of(project), sent)

    page = words(build.browser_of(build.staff(build.town("罗溪镇"))).get(f"/projects/{project.pk}/"))

    assert "2024-06-01 起并入乙" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"parts": "一期，很多"}, "一期：看不懂金额“很多”"),
        ({"parts": "一期，1亿美元"}, "一期：总投资请填人民币。"),
        ({"parts": "，3"}, "“，3”没有写项目名称。"),
        ({"parts": "一期"}, "拆分至少要有两个项目，一行一个。"),
        ({"parts": "\n".join(str(number) for number in range(21))}, "一次最多拆分为 20 个项目。"),
        ({"on": "2999-01-01"}, "日期应在 2000 年到 2100 年之间。"),
        ({"reason": ""}, "请写明原因。"),
        ({"act": "merge", "into": "没有的"}, "没有这个名称的项目。"),
        ({"act": "merge", "into": "甲"}, "没有这个名称的项目。"),
        ({"act": "merge", "into": "同名"}, "有几个项目叫这个名称，请先改名区分。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(project, office, typed, sentence) -> None:
    build.project("同名", enterprise="河海"), build.project("同名", enterprise="江海")

    page = words(office.post(page_of(project), SPLIT | typed | {"confirmed": "1"}), 422)

    assert sentence in page
    assert Project.objects.count() == 3
    assert Project.objects.filter(ended_on__isnull=False).count() == 0


def test_an_unknown_act_is_a_bad_request(project, office) -> None:
    assert office.post(page_of(project), {"act": "sell"}).status_code == 400


def test_a_page_of_an_ordinary_project_asks_for_no_links(project, office) -> None:
    assert "links" not in office.get(f"/projects/{project.pk}/").context


def test_what_has_ended_awaits_nothing_and_is_not_late(project, office) -> None:
    """Its planned start has passed: the successors go on."""
    build.milestone(project, "started", planned="2024-05-01")
    before = words(office.get(f"/projects/{project.pk}/"))
    assert "更新节点" in before
    assert "开工晚" in before

    office.post(page_of(project), SPLIT | {"confirmed": "1"})

    page = words(office.get(f"/projects/{project.pk}/"))
    assert "更新节点" not in page
    assert "开工晚" not in page
    assert "已拆分或合并" in page
    listed = words(office.get("/projects/?state=succeeded"))
    assert "登记开工" not in listed
    wall = words(office.get("/projects/wall/?state=succeeded"))
    assert re.search(r"晚 \d+ 天", wall) is None
    assert "甲" in wall


@pytest.mark.parametrize(("on", "status"), [("2024-05-20", 302), ("2024-06-01", 422)])
def test_a_stage_before_the_end_may_still_be_recorded(project, office, on, status) -> None:
    office.post(page_of(project), SPLIT | {"confirmed": "1"})

    sent = {"act": "reach", "on": on, "precision": "day", "version": ""}
    response = office.post(f"/projects/{project.pk}/milestones/started/", sent)

    assert response.status_code == status
    assert project.milestones.filter(stage="started").exists() == (status == 302)
