"""The page of two days side by side: what it says, who may read which units, and the same in Excel."""

import re

import pytest
from django.test import Client

from projects.models import Organisation, Project
from tests import build
from tests.views.test_exports import facts, sheet_of

pytestmark = pytest.mark.django_db

PAGE = "/completion/compare/"
ASKED = f"{PAGE}?as_of=2024-09-30&against=2024-08-31&rank_by=started"


def text_of(client: Client, address: str = ASKED, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def towns() -> tuple[Organisation, Organisation]:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    for unit, day in ((luoxi, "2024-09-10"), (xuejia, "2024-06-01")):
        for number in range(3):
            project = build.project(f"{unit.name}项目{number}", organisation=unit)
            build.listing(project)
            build.milestone(project, "started", day if number == 0 else None, planned="2024-12-31")
    return luoxi, xuejia


@pytest.mark.parametrize("person", [build.leader, build.staff, build.office, build.admin])
def test_it_names_the_projects_that_moved_the_number(person, towns) -> None:
    page = text_of(build.browser_of(person()))

    assert "2024年8月31日（台账）与 2024年9月30日（台账）" in page
    assert "哪些项目带来的 新开工 +1 个" in page
    assert "罗溪镇项目0 罗溪镇 0 1 +1" in page
    assert "薛家镇项目0" not in page


def test_a_unit_compares_its_own_numbers_only(towns) -> None:
    page = text_of(build.browser_of(build.leader(towns[1])))

    assert "两天之间没有变化" in page
    assert "罗溪镇" not in page


def test_a_unit_cannot_ask_for_another(towns) -> None:
    client = build.browser_of(build.staff(towns[1]))
    assert "罗溪镇项目0" not in text_of(client, f"{ASKED}&organisation={towns[0].pk}", status=400)


def test_an_outsider_sees_the_login() -> None:
    assert build.browser_of(None).get(PAGE).status_code == 302


def test_an_account_without_a_role_is_refused() -> None:
    text_of(build.browser_of(build.person(None)), status=403)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("as_of=2024-09-30&against=2024-09-30", "对比日应早于截至日"),
        ("as_of=2024-09-30&against=2099-01-01", "对比日不能晚于今天"),
        ("against=yesterday", "输入一个有效的日期"),
    ],
)
def test_a_faulty_question_is_answered_with_what_is_wrong(query: str, said: str) -> None:
    assert said in text_of(build.browser_of(build.leader()), f"{PAGE}?{query}", status=400)


def test_a_sealed_month_stands_as_it_was_sealed(towns) -> None:
    build.seal("2024-08")
    late = Project.objects.get(name="薛家镇项目1").milestones.get()
    late.reached_on, late.reached_precision = build.day("2024-07-01"), "day"
    late.recorded_on = build.day("2024-10-01")
    build.kept(late)
    client = build.browser_of(build.leader())

    page, ledger = (
        text_of(client, f"{PAGE}?as_of=2024-09-30&rank_by=started"),
        text_of(client, f"{ASKED}&basis=ledger"),
    )

    assert "2024年8月31日（封存）与 2024年9月30日（台账）" in page
    assert "新开工 +2 个" in page
    assert "薛家镇项目1 薛家镇 0 1 +1" in page
    assert "新开工 +1 个" in ledger


def test_the_completion_page_leads_to_it_in_one_click(towns) -> None:
    page = build.browser_of(build.leader()).get("/completion/?as_of=2024-09-30&level=city").content.decode()
    [link] = re.findall(r'href="(/completion/compare/[^"]*)"', page)

    assert "2024年8月31日（台账）与 2024年9月30日" in text_of(
        build.browser_of(build.leader()), link.replace("&amp;", "&")
    )


def test_excel_says_the_same(towns) -> None:
    client = build.browser_of(build.leader())
    address = ASKED.replace("compare/", "compare/export.xlsx")

    numbers, units, projects = (sheet_of(client, address, name) for name in ("指标", "各单位", "项目"))

    assert ["新开工", "个", 1, 2, 1] in [row[:5] for row in numbers]
    assert facts(units, "罗溪镇")["新开工（个）变化"] == 1
    assert facts(projects, "罗溪镇项目0")["变化"] == facts(projects, "合计")["变化"] == 1


@pytest.mark.parametrize("projects", [3, 60])
def test_the_number_of_queries_is_constant(projects: int, django_assert_max_num_queries) -> None:
    for _ in range(projects):
        project = build.project()
        build.listing(project)
        build.milestone(project, "started", "2024-09-10")
    client = build.browser_of(build.leader())

    with django_assert_max_num_queries(45) as found:
        text_of(client)
    assert len(found) > 20
