"""Saved views: a question under a name; whoever opens it sees what they may see, and nothing more."""

import pytest
from django.test import Client

from projects.models import SavedView, User
from tests import build

pytestmark = pytest.mark.django_db

PAGE = "/projects/views/"
LATE = "late=1&columns=stage&columns=next&sort=name"


def keep(
    user: User, name: str = "晚点的", query: str = LATE, audience: str = "own", status: int = 302
) -> str:
    response = build.browser_of(user).post(PAGE, {"name": name, "query": query, "audience": audience})
    assert response.status_code == status
    return response["Location"] if status == 302 else " ".join(response.content.decode().split())


def chips(user: User, address: str = "/projects/") -> str:
    page = " ".join(build.browser_of(user).get(address).content.decode().split())
    return page[
        page.index('aria-label="已存视图"') : page.index("</nav>", page.index('aria-label="已存视图"'))
    ]


def text_of(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


@pytest.mark.parametrize("person", [build.leader, build.staff, build.office, build.admin])
def test_everyone_with_a_role_keeps_views_of_their_own(person) -> None:
    user = person()

    assert keep(user) == f"/projects/?{LATE}"
    view = SavedView.objects.get()
    assert (view.owner, view.query, view.audience) == (user, LATE, "own")
    assert f'href="/projects/?{LATE.replace("&", "&amp;")}"' in chips(user)
    assert 'class="chip on"' in chips(user, "/projects/?sort=name&late=1&columns=stage&columns=next&page=1")
    assert 'class="chip on"' not in chips(user, "/projects/?late=1")


def test_only_what_the_list_understands_is_kept() -> None:
    keep(build.staff(), query="q=%E7%83%AD&page=3&level=&evil=1&csrfmiddlewaretoken=x")

    assert SavedView.objects.get().query == "q=%E7%83%AD"


@pytest.mark.parametrize("query", ["level=national", "sort=drop", "columns=password", "organisation=99999"])
def test_a_question_that_the_list_refuses_is_not_kept(query: str) -> None:
    assert "列表的条件有误，不能保存为视图。" in keep(build.staff(), query=query, status=422)
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("name", "audience", "told"),
    [
        ("", "own", "必填项"),
        ("长" * 31, "own", "30"),
        ("晚点的", "everyone", "不在可用的选项中"),
        ("晚点的", "own", "您已有同名的视图。"),
    ],
)
def test_what_is_wrong_with_a_view_is_told(name: str, audience: str, told: str) -> None:
    user = build.staff()
    keep(user)

    assert told in keep(user, name, "late=1", audience, status=422)
    assert SavedView.objects.count() == 1


def test_a_view_is_shared_with_the_unit_or_with_all() -> None:
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    author, colleague, other = build.staff(luoxi), build.leader(luoxi), build.staff(benniu)
    for audience in ("own", "unit", "all"):
        keep(author, f"给{audience}", "late=1", audience)

    assert [f"给{name}" in chips(colleague) for name in ("own", "unit", "all")] == [False, True, True]
    assert [f"给{name}" in chips(other) for name in ("own", "unit", "all")] == [False, False, True]
    assert f'title="{author} 共享"' in chips(other)
    assert f'title="{author} 共享"' not in chips(author)


def test_opening_a_shared_view_applies_the_reader_s_own_rights() -> None:
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    build.project("罗溪项目", organisation=luoxi)
    build.project("奔牛项目", organisation=benniu)
    address = keep(build.office(), "全部罗溪", f"organisation={luoxi.pk}", "all")

    assert "罗溪项目" in text_of(build.browser_of(build.staff(luoxi)), address)
    foreign = text_of(build.browser_of(build.staff(benniu)), address)
    assert "0 个 · 总投资 —" in foreign
    assert "罗溪项目" not in foreign
    assert build.browser_of(None).get(address)["Location"].startswith("/accounts/login/")


def test_a_view_is_renamed_shared_moved_and_deleted_by_its_owner() -> None:
    author = build.staff()
    client = build.browser_of(author)
    keep(author)
    view = SavedView.objects.get()
    sent = {f"{view.pk}-name": "我的晚点", f"{view.pk}-audience": "all", f"{view.pk}-position": "3"}
    client.post(f"{PAGE}{view.pk}/", sent)
    view.refresh_from_db()

    assert (view.name, view.audience, view.position, view.query) == ("我的晚点", "all", 3, LATE)
    assert "已保存视图“我的晚点”。" in text_of(client, PAGE)
    page = client.post(f"{PAGE}{view.pk}/", sent | {f"{view.pk}-position": "-1"})
    assert page.status_code == 422
    client.post(f"{PAGE}{view.pk}/", {"drop": "1"})
    assert not SavedView.objects.exists()


def test_position_decides_the_order() -> None:
    user = build.staff()
    for name, position in (("乙", 1), ("甲", 2), ("丙", 0)):
        keep(user, name, "late=1")
        SavedView.objects.filter(name=name).update(position=position)

    page = chips(user)
    assert page.index(">丙<") < page.index(">乙<") < page.index(">甲<")


@pytest.mark.parametrize("sent", [{"drop": "1"}, {"name": "劫持"}])
def test_nobody_else_touches_a_view(sent: dict[str, str]) -> None:
    keep(build.staff(), audience="all")
    view = SavedView.objects.get()
    for person in (build.staff(), build.office(), build.admin()):
        assert build.browser_of(person).post(f"{PAGE}{view.pk}/", sent).status_code == 404
    assert build.browser_of(None).post(f"{PAGE}{view.pk}/", sent)["Location"].startswith("/accounts/login/")
    assert build.browser_of(build.person(None)).post(f"{PAGE}{view.pk}/", sent).status_code == 403
    assert SavedView.objects.get().name == "晚点的"


def test_the_page_needs_its_token_and_a_post_to_write() -> None:
    user = build.staff()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user, backend="projects.access.RoleBackend")

    assert strict.post(PAGE, {"name": "x", "query": "late=1", "audience": "own"}).status_code == 403
    keep(user)
    assert build.browser_of(user).get(f"{PAGE}{SavedView.objects.get().pk}/").status_code == 405


@pytest.mark.parametrize("size", [3, 30])
def test_the_list_takes_one_query_for_all_views(size: int, django_assert_max_num_queries) -> None:
    user = build.staff(build.town("罗溪镇"))
    for number in range(size):
        keep(user, f"视图{number}", "late=1", "unit")
    client = build.browser_of(user)
    with django_assert_max_num_queries(11):
        client.get("/projects/")
    with django_assert_max_num_queries(3):
        client.get(PAGE)
