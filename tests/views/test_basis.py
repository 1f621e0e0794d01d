"""One basis a page: the numbers that were sealed or published, or the ledger as it stands, and a switch of both."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from projects.actions.openings import set_opening
from projects.models import MonthlyReport, Organisation
from projects.vocabulary import Stage
from tests import build

pytestmark = pytest.mark.django_db

PAGE = "/completion/?year=2024&as_of=2024-09-30&level=city"
LEDGER = f"{PAGE}&basis=ledger"


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def row_of(page: str, heading: str) -> str:
    """The cells of the first row with the heading, without their tags."""
    found = re.search(rf'<th scope="row" class="key">(?:<a [^>]*>)?{heading}.*?</tr>', page)
    assert found is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])).strip()


@pytest.fixture
def luoxi() -> Organisation:
    """Sealed with 3亿元 and a start in May; afterwards a report was corrected to 3亿元 and the start was proven."""
    luoxi = build.town("罗溪镇")
    for unit in (luoxi, luoxi, luoxi, build.town("薛家镇")):
        project = build.project(organisation=unit)
        build.listing(project)
        build.report(project, "2024-09", build.YI)
    start = build.milestone(project, Stage.STARTED, "2024-05-20")
    build.target("invested", 10 * build.YI)
    build.target("invested", 4 * build.YI, organisation=luoxi)
    build.seal("2024-09")
    corrected = MonthlyReport.objects.order_by("pk")[0]
    corrected.invested = 3 * build.YI
    build.kept(corrected, reason="更正")
    build.evidence(start)
    return luoxi


def test_a_page_of_sealed_numbers_is_sealed_in_every_row_and_says_what_moved(luoxi) -> None:
    page = text_of(build.browser_of(build.leader()), PAGE)

    assert "公布口径：按《2024年9月完成情况（市重点）》封存时的台账" in page
    assert row_of(page, "完成投资").startswith("完成投资 4.0 亿元 10.0 亿元")
    assert "6.0 亿元 公布 − 台账 −2.0" in row_of(page, "完成投资")
    assert "已佐证 0 / 待佐证 1" in row_of(page, "新开工")
    assert "3.0 / 4.0" in row_of(page, "罗溪镇")
    moved = page[page.index('id="moved"') :]
    assert moved.index("封存以后台账的变化") < moved.index("6.0") < moved.index("+2.0")


def test_the_switch_changes_all_of_it_at_once(luoxi) -> None:
    page = text_of(build.browser_of(build.leader()), LEDGER)

    assert "公布口径" not in page
    assert row_of(page, "完成投资").startswith("完成投资 6.0 亿元 10.0 亿元")
    assert "已佐证 1 / 待佐证 0" in row_of(page, "新开工")
    assert "5.0 / 4.0" in row_of(page, "罗溪镇")
    assert 'id="moved"' not in page
    assert 'basis=ledger" aria-current="page">台账</a>' in page


@pytest.mark.parametrize(("address", "number"), [(PAGE, "3.0"), (LEDGER, "5.0")])
@pytest.mark.parametrize("person", [build.leader, build.staff])
def test_a_unit_has_the_number_that_its_row_has(address: str, number: str, person, luoxi) -> None:
    reader = build.leader() if person is build.leader else build.staff(luoxi)
    client = build.browser_of(reader)

    for page in (address, address.replace("/?", "/screen/?")):
        shown = row_of(text_of(client, f"{page}&organisation={luoxi.pk}"), "完成投资")
        assert shown.startswith(f"完成投资 {number} 亿元 4.0 亿元")


def test_an_opened_number_adds_up_to_the_basis_of_its_page(luoxi) -> None:
    client = build.browser_of(build.leader())

    sealed, ledger = (text_of(client, address.replace("/?", "/invested/?")) for address in (PAGE, LEDGER))

    assert "<dt>封存时的台账合计</dt><dd>4.0 亿元</dd>" in sealed.replace("> <", "><")
    assert '4 个项目合计</th><td class="num">4.0<i class="pad" data-pad="0"></i></td>' in sealed.replace(
        "> <", "><"
    )
    assert '4 个项目合计</th><td class="num">6.0<i class="pad" data-pad="0"></i></td>' in ledger.replace(
        "> <", "><"
    )


@pytest.mark.parametrize(
    ("address", "units", "september"), [(PAGE, [3.0, 1.0, 4.0], 4.0), (LEDGER, [5.0, 1.0, 6.0], 6.0)]
)
def test_the_workbook_has_the_basis_of_its_page(
    address: str, units: list[float], september: float, luoxi
) -> None:
    response = build.browser_of(build.leader()).get(address.replace("/?", "/export.xlsx?"))
    workbook = CalamineWorkbook.from_filelike(BytesIO(response.getvalue()))

    rows = workbook.get_sheet_by_name("各单位").to_python()
    months = workbook.get_sheet_by_name("逐月").to_python()
    about = workbook.get_sheet_by_name("指标").to_python()[1][0]

    assert [row[3] for row in rows[-3:]] == units
    assert next(row for row in months if row[0] == "9月")[1] == september
    assert about.endswith("封存时的台账") is (address == PAGE)


def test_the_api_names_its_basis(luoxi) -> None:
    api = Client(headers=build.key_header(build.leader()))

    sealed, ledger = (
        api.get(address.replace("/completion/", "/api/v1/completion")).json() for address in (PAGE, LEDGER)
    )

    assert (sealed["basis"], sealed["known_at"], ledger["basis"]) == ("sealed", None, "ledger")
    assert [each["indicators"][0]["actual"] for each in (sealed, ledger)] == [4 * build.YI, 6 * build.YI]
    assert [each["units"][0]["indicators"][0]["actual"] for each in (sealed, ledger)] == [
        3 * build.YI,
        5 * build.YI,
    ]
    assert (sealed["indicators"][0]["published"], sealed["indicators"][0]["difference"]) == (
        4 * build.YI,
        -2 * build.YI,
    )


@pytest.mark.usefixtures("article")
def test_published_numbers_step_aside_for_the_ledger() -> None:
    client = build.browser_of(build.leader())

    published, ledger = text_of(client, PAGE), text_of(client, LEDGER)

    assert "110.3 亿元" in row_of(published, "完成投资")
    assert "未填报" in row_of(ledger, "完成投资")
    assert "110.3亿元" in ledger  # beside it, among what was published


def test_without_a_seal_or_a_publication_there_is_nothing_to_switch() -> None:
    build.listing(build.project())

    assert 'aria-label="口径"' not in text_of(build.browser_of(build.leader()), PAGE)


@pytest.mark.parametrize("projects", [3, 60])
def test_a_sealed_page_asks_as_much_for_many_projects(projects: int, django_assert_max_num_queries) -> None:
    unit = build.town()
    for _ in range(projects):
        project = build.project(organisation=unit)
        build.listing(project)
        build.report(project, "2024-09", 1)
    build.seal("2024-09")
    client = build.browser_of(build.leader())

    with django_assert_max_num_queries(25):
        text_of(client, PAGE)


def test_an_opening_balance_after_a_seal_is_in_the_ledger_only() -> None:
    project, office = build.project(), build.office()
    build.listing(project)
    build.report(project, "2024-09", build.YI)
    build.seal("2024-09")
    why = {"reason": "统计部门 8 月报表", "correction": "年初数漏登"}
    set_opening(project, date(2024, 8, 1), 5 * build.YI, by=office, **why)
    client = build.browser_of(build.leader())
    assert row_of(text_of(client, PAGE), "完成投资").startswith("完成投资 1.0 亿元")
    assert row_of(text_of(client, LEDGER), "完成投资").startswith("完成投资 6.0 亿元")
