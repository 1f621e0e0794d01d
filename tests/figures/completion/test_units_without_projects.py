"""A unit with a target and no project has its row: nothing of the target is done, and everybody can see it."""

from datetime import date

import pytest

from projects.figures.completion.lines import CompletionPage
from projects.figures.completion.page import completion_page
from projects.figures.completion.ranks import ranked
from projects.figures.scope import Scope
from projects.figures.sealed import printed_month
from projects.models import Organisation, Project
from projects.models.reach import DISTRICT, Reach, UnitAndBelow
from projects.vocabulary import Light
from tests import build

pytestmark = pytest.mark.django_db

JUNE = date(2024, 6, 30)


@pytest.fixture
def xuejia() -> Organisation:
    """薛家镇 has targets and no project, 罗溪镇 one project and no target."""
    build.district()
    project = build.project(organisation=build.town("罗溪镇"))
    build.listing(project)
    build.report(project, "2024-05", 3 * build.YI)
    unit = build.town("薛家镇")
    build.target("invested", 40 * build.YI, organisation=unit)
    build.target("started", 2, organisation=unit)
    build.light_rule()
    return unit


def scope(organisation: Organisation | None = None, level: str = "city", reach: Reach = DISTRICT) -> Scope:
    units = list(Organisation.objects.all())
    return Scope(Project.objects.all(), 2024, JUNE, level, organisation, organisations=units, reach=reach)


def shown(page: CompletionPage, label: str) -> list[tuple[int | None, int | None, Light]]:
    row = next(row for row in page.rows if row.label == label)
    return [
        (line.actual, line.target.amount if line.target else None, line.light)
        for line in (row.line("invested"), row.line("started"))
    ]


def test_it_stands_at_nothing_of_its_target(xuejia: Organisation) -> None:
    page = completion_page(scope())

    assert [row.label for row in page.rows] == ["罗溪镇", "薛家镇"]
    assert shown(page, "薛家镇") == [(0, 40 * build.YI, Light.RED), (0, 2, Light.RED)]
    assert next(row for row in page.rows if row.label == "薛家镇").holding.count == 0
    assert shown(page, "罗溪镇")[1] == (None, None, Light.NONE)  # nobody recorded a start there: unknown
    assert [row.rank for row in ranked(page.rows, by="invested", least=3)] == [None, None]


def test_opened_by_itself_it_says_the_same(xuejia: Organisation) -> None:
    row = next(row for row in completion_page(scope()).rows if row.label == "薛家镇")
    page = completion_page(scope(xuejia))

    assert [(line.indicator, line.actual) for line in page.lines] == [
        (line.indicator, line.actual) for line in row.lines
    ]


def test_on_a_list_without_a_target_it_has_no_row(xuejia: Organisation) -> None:
    assert completion_page(scope(level="province")).rows == []


def test_a_unit_further_down_or_elsewhere_has_no_row(xuejia: Organisation) -> None:
    village = build.town("薛家村", parent=xuejia)
    build.target("started", 1, organisation=village)

    assert [row.label for row in completion_page(scope()).rows] == ["罗溪镇", "薛家镇"]
    assert [row.label for row in completion_page(scope(xuejia)).rows] == ["薛家村"]


def test_whoever_sees_one_unit_sees_no_target_of_another(xuejia: Organisation) -> None:
    luoxi = Organisation.objects.get(name="罗溪镇")

    assert [row.label for row in completion_page(scope(reach=UnitAndBelow(luoxi))).rows] == ["罗溪镇"]
    page = build.browser_of(build.leader(luoxi)).get("/completion/?as_of=2024-06-30").content.decode()
    assert "薛家镇" not in page


def test_page_workbook_screen_bulletin_and_api_name_it(xuejia: Organisation) -> None:
    leader = build.leader()
    client, query = build.browser_of(leader), "?as_of=2024-06-30&rank_by=invested"
    told = client.get(f"/api/v1/completion{query}", headers=build.key_header(leader)).json()
    csv = b"".join(client.get(f"/completion/export.csv{query}").streaming_content).decode()  # type: ignore[attr-defined]
    screen = client.get(f"/completion/screen/{query}&organisation={xuejia.pk}").content.decode()

    assert f'organisation={xuejia.pk}">薛家镇</a>' in client.get(f"/completion/{query}").content.decode()
    assert [(unit["organisation"], unit["indicators"][0]["actual"]) for unit in told["units"]][-1] == (
        "薛家镇",
        0,
    )
    assert "薛家镇" in csv
    assert '<span class="big">0<' in screen
    month = printed_month(scope(), known_at=build.moment("2024-07-05"), ranked_by="invested", least=1)
    assert [(row.label, row.projects, row.indicators[0].actual) for row in month.units][-1] == (
        "薛家镇",
        0,
        0,
    )
