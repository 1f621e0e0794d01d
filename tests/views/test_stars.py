"""Whose projects the list shows: of the own unit, in the own charge, followed by a star; for the reader alone."""

import pytest
from django.test import Client

from projects.models import Project, Star
from tests import build

pytestmark = pytest.mark.django_db

PAGE = "/projects/"


def text_of(client: Client, address: str = PAGE) -> str:
    return " ".join(client.get(address).content.decode().split())


def names(client: Client, query: str) -> list[str]:
    return [row.project.name for row in client.get(f"{PAGE}?{query}").context["page"].rows]


def counts(client: Client, query: str = "") -> dict[str, int]:
    return {tab.label: tab.count for tab in client.get(f"{PAGE}?{query}").context["tabs"]}


@pytest.fixture
def register() -> dict[str, Project]:
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    mine = build.project("热泵", organisation=luoxi, contact="王敏")
    other = build.project("储能", organisation=luoxi, contact="何苗")
    helped = build.project("轴承", organisation=benniu, contact="王敏")
    build.helper(helped, luoxi)
    far = build.project("电机", organisation=benniu)
    return {"mine": mine, "other": other, "helped": helped, "far": far}


def clerk(register: dict[str, Project]):
    return build.staff(register["mine"].organisation, last_name="王", first_name="敏")


def test_a_clerk_has_the_own_units_the_own_and_the_followed_ones(register) -> None:
    user = clerk(register)
    client = build.browser_of(user)
    client.post(f"/projects/{register['helped'].pk}/star/", {"starred": "1"})

    assert counts(client) == {"全部": 3, "我单位的": 2, "我负责的": 2, "我关注的": 1}
    assert names(client, "mine=unit&sort=name") == ["储能", "热泵"]
    assert set(names(client, "mine=charge")) == {"热泵", "轴承"}
    assert names(client, "mine=starred") == ["轴承"]
    assert counts(client, "q=热泵&mine=starred") == {"全部": 1, "我单位的": 1, "我负责的": 1, "我关注的": 0}


def test_who_sees_the_whole_district_has_no_unit_of_their_own(register) -> None:
    assert "我单位的" not in counts(build.browser_of(build.office()))
    assert "我单位的" not in counts(build.browser_of(build.leader()))


def test_a_star_shows_no_project_that_one_may_not_read(register) -> None:
    user = clerk(register)
    Star.objects.create(user=user, project=register["far"])
    client = build.browser_of(user)

    assert names(client, "mine=starred") == []
    assert counts(client)["我关注的"] == 0
    assert client.post(f"/projects/{register['far'].pk}/star/", {"starred": "0"}).status_code == 404
    assert Star.objects.count() == 1


@pytest.mark.parametrize("person", [build.leader, build.staff, build.office, build.admin])
def test_everyone_follows_for_themselves(register, person) -> None:
    client, pk = build.browser_of(person()), register["mine"].pk
    build_other = build.browser_of(build.staff(username="别人"))
    answer = client.post(f"/projects/{pk}/star/", {"starred": "1", "next": "/projects/?q=1"})

    assert answer["Location"] == "/projects/?q=1"
    assert 'aria-pressed="true" aria-label="关注热泵"' in text_of(client)
    assert 'aria-pressed="true" aria-label="关注热泵"' in text_of(client, f"/projects/{pk}/")
    assert 'aria-pressed="true" aria-label="关注' not in text_of(build_other)
    assert client.post(f"/projects/{pk}/star/", {"starred": "0"})["Location"] == f"/projects/{pk}/"
    assert not Star.objects.exists()


def test_htmx_gets_the_button_and_a_second_star_changes_nothing(register) -> None:
    client, address = build.browser_of(build.office()), f"/projects/{register['mine'].pk}/star/"
    for _ in range(2):
        answer = client.post(address, {"starred": "1"}, headers={"HX-Request": "true"})
    button = " ".join(answer.content.decode().split())

    assert button.startswith('<button class="star"')
    assert 'value="0"' in button
    assert Star.objects.count() == 1


@pytest.mark.parametrize("said", [{}, {"starred": "2"}])
def test_an_unclear_star_is_refused(register, said: dict[str, str]) -> None:
    client = build.browser_of(build.office())

    assert client.post(f"/projects/{register['mine'].pk}/star/", said).status_code == 400
    assert client.get(f"/projects/{register['mine'].pk}/star/").status_code == 405


def test_a_followed_project_can_be_deleted(register) -> None:
    office = build.admin()
    Star.objects.create(user=office, project=register["far"])
    register["far"].delete()

    assert not Star.objects.exists()


def test_the_other_views_of_the_list_keep_whose_it_is(register) -> None:
    client = build.browser_of(clerk(register))

    for name in ("wall", "board", "calendar"):
        page = text_of(client, f"/projects/{name}/?mine=charge")
        assert '<input type="hidden" name="mine" value="charge">' in page
    assert "与我有关：我负责的" in text_of(client, "/projects/wall/?mine=charge")
