"""The table of units on the completion page: columns that are remembered, movement, and what explains each unit."""

import re

import pytest
from django.test import Client

from projects.models import Organisation
from tests import build

pytestmark = pytest.mark.django_db

PAGE = "/completion/?as_of=2024-09-30&rank_by=started"
UNITS = "/completion/units/?as_of=2024-09-30&rank_by=started"


@pytest.fixture
def towns() -> list[Organisation]:
    towns = [build.town(name) for name in ("罗溪镇", "薛家镇")]
    build.target("started", 6)
    for unit in towns:
        build.target("started", 3, organisation=unit)
        for number in range(3):
            project = build.project(f"{unit}项目{number}", organisation=unit)
            build.listing(project)
            build.milestone(project, "started", planned="2024-06-30")
    return towns


def units_of(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    table = page.split('<table class="cards units">')[1].split("</table>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", table).split())


def test_the_columns_are_in_the_address_and_are_remembered(towns) -> None:
    client = build.browser_of(build.leader())
    assert "竣工" in units_of(client, PAGE)

    chosen = units_of(client, f"{PAGE}&columns=topped_out&columns=moon")
    assert "封顶" in chosen
    assert "竣工" not in chosen
    assert "封顶" in units_of(client, PAGE)  # the address names none: those that this browser chose
    assert "投产" in units_of(client, f"{PAGE}&columns=in_production")
    assert "封顶" not in units_of(client, PAGE)


def test_movement_stands_beside_rank_and_rate_once_a_month_is_sealed(towns) -> None:
    client = build.browser_of(build.leader())
    assert "变动" not in units_of(client, PAGE)

    build.seal("2024-08", least=3)

    table = units_of(client, PAGE)
    assert "变动" in table
    assert "较 8月" in table
    assert "1 ＝ ＝ 不变 罗溪镇 3 0.0% 0.0" in table


def test_joint_projects_are_told_on_the_page(towns) -> None:
    build.helper(towns[0].projects.first(), towns[1])

    page = build.browser_of(build.leader()).get(PAGE).content.decode()

    assert "协同项目在各有关单位各计一次，合计只计一次，所以各行的项目相加比合计多 1 个。" in page


@pytest.mark.parametrize("person", [build.leader, build.staff, build.office, build.admin])
def test_each_unit_behind_names_its_projects(person, towns) -> None:
    client = build.browser_of(person())

    page = " ".join(re.sub(r"<[^>]+>", " ", client.get(UNITS).content.decode()).split())
    assert "罗溪镇 −37.5 罗溪镇项目0 −16.7" in page

    part = client.get(UNITS, headers={"HX-Request": "true"}).content.decode()
    assert f'id="short-{towns[0].pk}" hx-swap-oob="true"' in part
    assert "<html" not in part


def test_a_unit_sees_its_own_only(towns) -> None:
    page = build.browser_of(build.leader(towns[1])).get(UNITS).content.decode()
    assert "罗溪镇" not in page
    assert build.browser_of(build.person(None)).get(UNITS).status_code == 403
    assert build.browser_of(None).get(UNITS).status_code == 302
