"""The search from anywhere: what each of the cast finds, in which groups, and how many."""

import re
from datetime import date

import pytest
from django.test import Client

from projects.models import Organisation
from tests import build

pytestmark = pytest.mark.django_db


def page_of(client: Client, words: str, status: int = 200, **headers: str) -> str:
    response = client.get("/search/", {"q": words}, headers=headers)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def groups(page: str) -> dict[str, int]:
    """How many of each kind the page says."""
    return {label: int(number) for label, number in re.findall(r"<h2>\s*(\S+) <small>(\d+)</small>", page)}


def titles(page: str) -> list[str]:
    return [re.sub("<.*?>", "", title).strip() for title in re.findall(r"<a [^>]*> <span>(.*?)</span>", page)]


@pytest.fixture
def luoxi() -> Organisation:
    """A town with two projects of an enterprise, one of them with a problem; another town has one more."""
    unit = build.town("罗溪镇", former_names="河海街道")
    project = build.project("超导热泵机组", enterprise="常州河海集团", organisation=unit)
    build.project("空气源热泵", enterprise="常州河海集团", organisation=unit, total_investment=build.YI)
    build.project("热泵阀门", enterprise="河海阀门", organisation=build.town("奔牛镇"))
    build.problem(project, "土地未交付", person="王强")
    return unit


SEEN = [
    # person, what “河海” finds
    (lambda: build.leader(), {"项目": 3, "企业": 2, "单位": 1, "问题": 1}),
    (lambda: build.office(), {"项目": 3, "企业": 2, "单位": 1, "问题": 1}),
    (lambda: build.admin(), {"项目": 3, "企业": 2, "单位": 1, "问题": 1}),
    (lambda: build.staff(build.town("罗溪镇")), {"项目": 2, "企业": 1, "单位": 1, "问题": 1}),
    (lambda: build.leader(build.town("罗溪镇")), {"项目": 2, "企业": 1, "单位": 1, "问题": 1}),
    (lambda: build.staff(build.town("奔牛镇")), {"项目": 1, "企业": 1}),
    (lambda: build.staff(build.town("孟河镇")), {}),
]


@pytest.mark.parametrize(("person", "found"), SEEN)
def test_each_finds_what_one_may_see(luoxi, person, found: dict[str, int]) -> None:
    page = page_of(build.browser_of(person()), "河海")
    assert groups(page) == found
    assert ("没有找到“河海”" in page) == (not found)


def test_who_may_read_nothing_is_told_whom_to_ask(luoxi) -> None:
    build.office(last_name="周", first_name="岚")
    page = page_of(build.browser_of(build.person(None)), "河海", 403)
    assert "还没有角色" in page
    assert "周岚" in page
    assert build.browser_of(None).get("/search/?q=河海").status_code == 302


def test_words_of_enterprise_and_project_in_any_order(luoxi) -> None:
    client = build.browser_of(build.leader())
    for words in ("热泵河海", "河海热泵", "河海集团热泵", "热泵 河海集团", "rebeng 河海集团"):
        assert {"超导热泵机组", "空气源热泵"} <= set(titles(page_of(client, words))), words
    assert groups(page_of(client, "热泵河海")) == {"项目": 3, "企业": 2, "问题": 1}
    assert groups(page_of(client, "hhjt")) == {"项目": 2, "企业": 1}
    assert groups(page_of(client, "lxz")) == {"单位": 1}


def test_a_line_leads_on_and_says_where_it_was_found(luoxi) -> None:
    page = page_of(build.browser_of(build.leader()), "河海集团")
    assert "常州<mark>河海集团</mark> </span> <small> 2 个项目" in page
    assert '<a href="/projects/?q=%E5%B8%B8%E5%B7%9E%E6%B2%B3%E6%B5%B7%E9%9B%86%E5%9B%A2">' in page
    assert '<a href="/projects/?q=%E6%B2%B3%E6%B5%B7%E9%9B%86%E5%9B%A2">清单里看全部</a>' in page
    units = page_of(build.browser_of(build.leader()), "河海街道")
    assert f'<a href="/projects/?organisation={luoxi.pk}">' in units
    assert "2 个项目 · 曾用名 河海街道" in units
    problems = page_of(build.browser_of(build.leader()), "土地 王强")
    assert groups(problems) == {"问题": 1}
    assert "<mark>土地</mark>未交付" in problems


def test_the_numbers_are_those_of_the_lists_that_open(luoxi) -> None:
    build.project(
        "热泵旧厂", enterprise="河海旧厂", ended_on=date(2024, 1, 1)
    )  # split: the list leaves it out
    client = build.browser_of(build.leader())
    page = page_of(client, "热泵")
    assert groups(page)["项目"] == 3
    assert client.get("/projects/?q=热泵").context["page"].totals.count == 3
    district = build.district()
    assert f"{district.name} </span> <small> {district.get_kind_display()} · 3 个项目" in re.sub(
        "</?mark>", "", page_of(client, district.name)
    )


def test_six_of_a_group_are_shown_and_all_are_counted() -> None:
    for number in range(9):
        build.project(f"热泵{number}")
    page = page_of(build.browser_of(build.leader()), "热泵")
    assert groups(page) == {"项目": 9}
    assert len(titles(page)) == 6


def test_the_part_of_the_dialog_is_no_page_of_its_own(luoxi) -> None:
    client = build.browser_of(build.leader())
    part = page_of(client, "河海", **{"HX-Request": "true"})
    assert groups(part) == {"项目": 3, "企业": 2, "单位": 1, "问题": 1}
    assert "<html" not in part
    assert "拼音首字母也行" in page_of(client, "", **{"HX-Request": "true"})


def test_what_is_too_long_is_said(luoxi) -> None:
    client = build.browser_of(build.leader())
    assert "最多 100 个字" in page_of(client, "热" * 101, 400)
    assert "最多 100 个字" in page_of(client, "热" * 101, **{"HX-Request": "true"})


def test_as_many_queries_for_thirty_as_for_three(django_assert_num_queries, luoxi) -> None:
    client = build.browser_of(build.staff(luoxi))
    for number in range(3):
        build.problem(build.project(f"热泵{number}", enterprise=f"河海{number}", organisation=luoxi), "河海")
    page_of(client, "河海")
    with django_assert_num_queries(14) as few:
        page_of(client, "河海")
    for number in range(27):
        build.problem(
            build.project(f"热泵机{number}", enterprise=f"河海机{number}", organisation=luoxi), "河海"
        )
    with django_assert_num_queries(len(few)):
        page_of(client, "河海")


@pytest.mark.parametrize(
    ("role", "has"), [("leader", True), ("staff", True), ("office", True), (None, False)]
)
def test_the_masthead_offers_it_to_those_who_may_read(role: str | None, has: bool) -> None:
    page = build.browser_of(build.person(role)).get("/account/").content.decode()
    assert ('<a class="find" href="/search/"' in page) is has
    assert ('<dialog id="palette"' in page) is has
    assert '<dialog id="keys"' in page
