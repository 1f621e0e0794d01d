"""The list of projects: who sees which rows, the totals of the whole set, and hostile questions."""

import pytest
from django.test import Client

from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

PAGE = "/projects/"


def text_of(client: Client, address: str = PAGE, status: int = 200, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


@pytest.fixture
def register():
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    build.project("罗溪项目", organisation=luoxi, total_investment=10 * YI)
    build.project("奔牛项目", organisation=benniu, total_investment=5 * YI)
    build.helper(build.project("罗溪主办奔牛协同", organisation=luoxi), benniu)
    build.project("单位未明项目")
    return luoxi, benniu


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize("person", [build.leader, build.staff, build.office, build.admin])
def test_it_lists_the_article_with_one_total(person) -> None:
    page = text_of(build.browser_of(person()))

    assert "94 个 · 总投资 10.0 亿元（93 个未公布）" in page
    assert "超导吸收式热泵机组生产项目" in page
    assert "报道未具名" in page
    assert "省重大" in page
    assert "<small>2024年12月</small>" in page


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("level=province", "8 个 · 总投资 10.0 亿元（7 个未公布）"),
        ("level=city", "80 个 · 总投资 未公布"),
        ("level=city&started=2024", "29 个 · 总投资 未公布"),
        ("named=yes", "7 个 · 总投资 10.0 亿元（6 个未公布）"),
        ("q=热泵", "1 个 · 总投资 10.0 亿元"),
        ("q=rbjz", "1 个 · 总投资 10.0 亿元"),
        ("q=没有这个", "0 个 · 总投资 —"),
    ],
)
def test_the_total_is_that_of_the_whole_question(query: str, total: str) -> None:
    assert f"{total} <" in text_of(build.browser_of(build.leader()), f"{PAGE}?{query}")


@pytest.mark.parametrize(
    ("person", "seen", "total"),
    [
        (lambda luoxi, benniu: build.leader(), 4, "4 个 · 总投资 15.0 亿元（2 个未公布）"),
        (lambda luoxi, benniu: build.office(), 4, "4 个 · 总投资 15.0 亿元（2 个未公布）"),
        (lambda luoxi, benniu: build.staff(), 4, "4 个 · 总投资 15.0 亿元（2 个未公布）"),
        (lambda luoxi, benniu: build.staff(luoxi), 2, "2 个 · 总投资 10.0 亿元（1 个未公布）"),
        (lambda luoxi, benniu: build.staff(benniu), 2, "2 个 · 总投资 5.0 亿元（1 个未公布）"),
    ],
)
def test_everyone_sees_their_own_rows_and_totals(register, person, seen: int, total: str) -> None:
    page = text_of(build.browser_of(person(*register)))

    assert page.count('<th scope="row"') == seen
    assert total in page


@pytest.mark.parametrize(
    ("person", "writable"),
    [
        (lambda luoxi, benniu: build.leader(), []),
        (lambda luoxi, benniu: build.office(), ["罗溪项目", "奔牛项目", "罗溪主办奔牛协同", "单位未明项目"]),
        (lambda luoxi, benniu: build.staff(luoxi), ["罗溪项目", "罗溪主办奔牛协同"]),
        (lambda luoxi, benniu: build.staff(benniu), ["奔牛项目"]),
    ],
)
def test_only_those_who_may_write_find_the_button(register, person, writable: list[str]) -> None:
    page = text_of(build.browser_of(person(*register)))

    for name in ("罗溪项目", "奔牛项目", "罗溪主办奔牛协同", "单位未明项目"):
        assert (f'aria-label="登记签约：{name}"' in page) == (name in writable)
    assert ("新建项目" in page) == bool(writable)


def test_an_outsider_sees_the_login() -> None:
    response = build.browser_of(None).get(PAGE)

    assert response["Location"] == "/accounts/login/?next=/projects/"


def test_an_account_without_a_role_is_refused(register) -> None:
    assert "罗溪项目" not in text_of(build.browser_of(build.person(None)), status=403)


@pytest.mark.parametrize("query", ["year=abc", "investment_min=很多", "organisation=9999", "level=x&sort=y"])
def test_a_wrong_condition_is_told_and_no_row_is_shown(register, query: str) -> None:
    page = text_of(build.browser_of(build.leader()), f"{PAGE}?{query}", 400)

    assert "条件有误，没有列出项目。" in page
    assert "罗溪项目" not in page


def test_an_empty_answer_says_so() -> None:
    client = build.browser_of(build.leader())

    assert "您可以查看的范围内还没有项目。" in text_of(client)
    assert "没有符合条件的项目。" in text_of(client, f"{PAGE}?q=无")


def test_htmx_gets_the_results_alone_with_the_totals(register) -> None:
    client = build.browser_of(build.leader())
    part = text_of(client, f"{PAGE}?q=罗溪", **{"HX-Request": "true"})

    assert "<html" not in part
    assert 'id="totals" hx-swap-oob="true"> 2 个 · 总投资 10.0 亿元（1 个未公布）' in part
    assert "条件有误" in text_of(client, f"{PAGE}?year=x", **{"HX-Request": "true"})
    whole = text_of(client, PAGE, **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in whole
    assert "hx-swap-oob" not in whole
    assert "HX-Request" in client.get(PAGE)["Vary"]


def test_the_conditions_survive_sort_page_and_link() -> None:
    for number in range(60):
        build.project(f"连续{number:02}")
    page = text_of(build.browser_of(build.office()), f"{PAGE}?q=%E8%BF%9E%E7%BB%AD&sort=name")

    assert 'href="?q=%E8%BF%9E%E7%BB%AD&amp;sort=-name"' in page
    assert 'href="?q=%E8%BF%9E%E7%BB%AD&amp;sort=name&amp;page=2"' in page
    assert "next=%2Fprojects%2F%3Fq%3D%25E8%25BF%259E%25E7%25BB%25AD%26sort%3Dname" in page
    assert 'name="sort" value="name" form="conditions"' in page


@pytest.mark.usefixtures("article")
def test_a_row_says_why_it_was_found() -> None:
    client = build.browser_of(build.leader())

    assert "超导吸收式 <mark>热泵机组</mark> 生产项目" in text_of(client, f"{PAGE}?q=rbjz").replace(
        "<mark>", " <mark>"
    ).replace("</mark>", "</mark> ")
    assert '<small class="found">符合：名称拼音</small>' in text_of(client, f"{PAGE}?q=rbjz")
    assert '<small class="found">符合：名称</small>' in text_of(client, f"{PAGE}?q=热泵")
    assert "符合：" not in text_of(client)


def test_a_row_shows_the_former_name_or_the_code_that_was_found() -> None:
    build.project("热泵", former_names="吸收式<b>机组", national_code="2412-320411-89-01-123456")
    client = build.browser_of(build.leader())

    assert "符合：曾用名 吸收式&lt;b&gt;<mark>机组</mark>" in text_of(client, f"{PAGE}?q=机组")
    assert "符合：项目代码 2412-<mark>320411</mark>-89-01-123456" in text_of(client, f"{PAGE}?q=３２０４１１")


def test_chosen_columns_keep_the_conditions_and_the_other_way_round(register) -> None:
    page = text_of(
        build.browser_of(build.leader()), f"{PAGE}?q=%E7%BD%97%E6%BA%AA&columns=contact&columns=town"
    )

    assert page.count('<th scope="row"') == 2
    assert "<span>所属镇街</span>" in page
    assert "总投资</a>" not in page
    assert '<input type="hidden" name="columns" value="contact" form="conditions">' in page
    assert '<input type="hidden" name="q" value="罗溪">' in page
    assert 'href="?q=%E7%BD%97%E6%BA%AA&amp;columns=contact&amp;columns=town&amp;sort=name"' in page
    assert page.count(" checked") == 2


def test_what_a_user_typed_is_never_markup() -> None:
    build.project("<script>alert(1)</script>")

    assert "<script>alert" not in text_of(build.browser_of(build.leader()), f"{PAGE}?q=<script>alert")


@pytest.mark.parametrize("size", [3, 60])
@pytest.mark.parametrize("query", ["", "?level=city&stage=started&late=1&sort=next&q=测试&organisation=none"])
@pytest.mark.parametrize("in_town", [False, True])
def test_it_takes_few_queries(size: int, query: str, in_town: bool, django_assert_max_num_queries) -> None:
    luoxi = build.town("罗溪镇")
    build.industry()
    for _ in range(size):
        project = build.project(organisation=luoxi if in_town else None)
        build.listing(project)
        build.milestone(project, "started", "2024-03-01")
        build.milestone(project, "completed", planned="2024-06-30")
    client = build.browser_of(build.staff(luoxi) if in_town else build.staff())
    facets = 1 + ("level" in query) * 4  # their counts, and once more for each that is set
    with django_assert_max_num_queries((12 if in_town else 11) + facets):  # a unit's: its keys, too
        client.get(f"{PAGE}{query}")
