"""Counts and sums of the register, and its rows, against known numbers."""

from datetime import date

import pytest

from projects.figures.list_sums import RegistryTotals, registry_totals
from projects.figures.registry import PAGE_SIZE, project_sheet, registry_page, registry_row
from projects.models import Project, User
from projects.rules.completion import Sum
from projects.vocabulary import Level
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

DAY = date(2024, 10, 1)


def page_of(projects=None, **options):
    named = Project.objects.all().with_order("name", year=DAY.year, by=DAY)
    projects = named.sorted_by("name", descending=False) if projects is None else projects
    return registry_page(projects, writable=Project.objects.all(), reader=User(), as_of=DAY, **options)


def totals_of(projects=None) -> RegistryTotals:
    everything = Project.objects.all() if projects is None else projects
    return registry_totals(everything, year=DAY.year, as_of=DAY)


def test_the_total_is_exact_and_says_how_many_are_missing() -> None:
    build.project(total_investment=10 * YI)
    build.project(total_investment=1)
    build.project(total_investment=0)
    build.project()
    totals = totals_of()

    assert (totals.count, totals.investment) == (4, Sum(10 * YI + 1, 3, 1))


def test_nothing_known_is_not_zero() -> None:
    build.project()

    assert totals_of().investment == Sum(None, 0, 1)


@pytest.mark.parametrize("projects", [Project.objects.none, lambda: Project.objects.filter(name="无")])
def test_an_empty_set_has_totals_too(projects) -> None:
    build.listing(build.project(), year=2023)
    totals = totals_of(projects())

    assert (totals.count, totals.investment) == (0, Sum(None, 0, 0))


def test_the_year_is_the_newest_that_has_lists() -> None:
    build.listing(build.project(), year=2023)
    build.listing(build.project(), year=2024)

    assert page_of().year == 2024
    assert page_of(Project.objects.filter(name="无")).year == 2024
    assert page_of(year=2023).year == 2023


def test_without_any_list_the_year_is_the_days() -> None:
    assert page_of().year == DAY.year


def test_a_row_shows_the_lists_of_the_year_the_highest_first() -> None:
    project = build.project()
    build.listing(project, "district", 2024)
    build.listing(project, "province", 2024)
    build.listing(project, "city", 2023)
    build.listing(project, "city", 2024, removed_on="2024-05-01", removed_reason="调整")

    assert page_of().rows[0].levels == (Level.PROVINCE, Level.DISTRICT)


def test_a_row_knows_whether_it_may_be_written() -> None:
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    build.project("甲", organisation=luoxi)
    build.project("乙", organisation=benniu)
    own = Project.objects.answered_by(luoxi)
    rows = registry_page(Project.objects.all(), writable=own, reader=User(), as_of=DAY).rows

    assert {row.project.name: row.may_write for row in rows} == {"甲": True, "乙": False}


def test_nobody_writes_with_nothing_writable() -> None:
    build.project()
    rows = registry_page(
        Project.objects.all(), writable=Project.objects.none(), reader=User(), as_of=DAY
    ).rows

    assert [row.may_write for row in rows] == [False]


@pytest.mark.parametrize(
    ("number", "first", "rows"), [(1, "项目000", 50), (3, "项目100", 20), (99, "项目100", 20)]
)
def test_pages_hold_fifty(number: int, first: str, rows: int) -> None:
    for place in range(120):
        build.project(f"项目{place:03}")
    page = page_of(number=number)

    assert (page.rows[0].project.name, len(page.rows), page.totals.count) == (first, rows, 120)


@pytest.mark.parametrize("size", [3, 60])
def test_a_page_takes_five_queries(size: int, django_assert_num_queries) -> None:
    for _ in range(size):
        project = build.project(organisation=build.town())
        build.listing(project)
        build.milestone(project, "started", "2024-03-01")
    with django_assert_num_queries(5):
        page_of(asked="测试")


def test_a_row_says_where_the_search_found_it() -> None:
    build.project(
        "热泵机组", enterprise="河海", former_names="吸收机", national_code="2412-320411-89-01-123456"
    )
    row = page_of(asked="rebeng hh 机 2412").rows[0]

    assert [part.text for part in row.found.name if part.is_hit] == ["热泵机"]
    assert [part.text for part in row.found.enterprise if part.is_hit] == ["河海"]
    assert [reason.words for reason in row.found.reasons] == ["名称", "名称拼音", "企业拼音", "项目代码"]
    assert [part.text for part in row.found.reasons[-1].parts if part.is_hit] == ["2412"]
    assert page_of().rows[0].found is None


def test_rows_that_are_passed_over_cost_no_sub_select(django_assert_num_queries) -> None:
    for _ in range(PAGE_SIZE + 1):
        build.listing(build.project())
    with django_assert_num_queries(5) as asked:
        page = registry_page(
            Project.objects.all(), writable=Project.objects.all(), reader=User(), as_of=DAY, number=2
        )
    [passing] = [query["sql"] for query in asked.captured_queries if "OFFSET" in query["sql"]]

    assert len(page.rows) == 1
    assert "(SELECT" not in passing
    assert "EXISTS" not in passing


def test_one_row_is_the_row_of_the_page(django_assert_num_queries) -> None:
    project = build.project("热泵机组", organisation=build.town())
    build.listing(project, "city", 2024)
    build.milestone(project, "started", "2024-03-01")
    whole = page_of(asked="rb").rows[0]
    with django_assert_num_queries(3):
        row = registry_row(project, writable=Project.objects.all(), reader=User(), as_of=DAY, asked="rb")

    assert (row.levels, row.may_write, row.found) == (whole.levels, whole.may_write, whole.found)
    assert row.timeline.state == whole.timeline.state


@pytest.mark.parametrize("size", [1, 10])
def test_a_sheet_takes_as_many_queries_for_many_records(size: int, django_assert_num_queries) -> None:
    project = build.project()
    for place in range(size):
        build.listing(project, year=2015 + place, source=build.source())
        build.annual_plan(project, YI, 2015 + place)
        build.helper(project, build.town(f"镇{place}"))
    for stage in ("signed", "filed", "started", "topped_out", "completed")[:size]:
        build.milestone(project, stage, planned="2024-12-01", source=build.source())
    with django_assert_num_queries(6):
        project_sheet(project, as_of=DAY)


def test_a_sheet_tells_what_is_known_and_what_is_not() -> None:
    luoxi = build.town("罗溪镇")
    project = build.project(
        total_investment=12_345_000_000, contact="张三", contact_phone="0519-1", source=build.source()
    )
    build.helper(project, luoxi)
    build.annual_plan(project, 2 * YI, 2024)
    facts = {fact.label: fact.words or fact.unknown for fact in project_sheet(project, as_of=DAY).facts}

    assert facts["总投资"] == "123.45 亿元"
    assert facts["协议投资"] == "未公布"
    assert facts["责任单位"] == "未明确"
    assert facts["挂钩领导"] == "未填报"
    assert (facts["责任人"], facts["联系电话"]) == ("张三", "0519-1")
    assert facts["协同单位"] == "罗溪镇"
    assert facts["2024 年计划投资"] == "2.0 亿元"
    assert "外资" not in facts


def test_a_foreign_amount_keeps_its_currency() -> None:
    project = build.project(foreign_amount=230_000_000, foreign_currency="USD")
    facts = {fact.label: fact.words for fact in project_sheet(project, as_of=DAY).facts}

    assert facts["外资"] == "230000000 美元"
