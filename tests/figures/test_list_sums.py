"""The amounts of the list: the same as those of the completion page, for a row, for a group and for the whole."""

from datetime import date
from fractions import Fraction

import pytest

from projects.figures.completion.breakdown import breakdown
from projects.figures.completion.page import completion_page
from projects.figures.list_sums import group_names, grouped_totals, registry_totals
from projects.figures.registry import registry_page
from projects.figures.scope import Scope
from projects.models import Organisation, Project, User
from projects.models.reach import DISTRICT
from projects.models.sorting import GROUPS
from projects.rules.completion import Sum
from projects.vocabulary import Indicator
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

DAY = date(2024, 10, 15)
YEAR = {"year": 2024, "as_of": DAY}


@pytest.fixture
def register() -> dict[str, Project]:
    """Reports that count (approved, of months that have ended, an opening balance) and all kinds that do not."""
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    pump = build.project(
        "热泵", organisation=luoxi, total_investment=10 * YI, industry=build.industry("新能源")
    )
    acid = build.project("苹果酸", organisation=benniu, total_investment=5 * YI)
    bare = build.project("轴承")
    for project in (pump, acid, bare):
        build.listing(project, "city", 2024)
    build.listing(pump, "province", 2024)
    build.annual_plan(pump, 4 * YI)
    build.annual_plan(acid, 2 * YI)
    build.milestone(pump, "started", "2024-03-01")
    build.milestone(acid, "started", planned="2024-09-30")
    build.report(pump, "2024-06", None, opening=YI, progress="主体封顶")
    build.report(pump, "2024-07", invested=YI, progress="内装修")
    build.report(pump, "2024-10", invested=3 * YI)  # has not ended
    build.report(pump, "2023-12", invested=7 * YI)
    build.report(acid, "2024-08", invested=0)
    build.report(acid, "2024-09", state="submitted", invested=YI, progress="打桩")
    build.report(bare, "2024-09", state="draft", invested=YI, progress="草稿")
    return {"pump": pump, "acid": acid, "bare": bare}


def invested(unit: Organisation | None = None) -> int | None:
    """What the page of completion counts, and what its opened number adds up to."""
    scope = Scope(
        Project.objects.all(), 2024, DAY, "", unit, organisations=Organisation.objects.all(), reach=DISTRICT
    )
    page = completion_page(scope)
    line = next(line for line in page.lines if line.indicator == Indicator.INVESTED)
    opened = breakdown(scope, line)
    assert line.actual == opened.total
    return opened.total


def listed(**options):
    projects = Project.objects.all().with_order("name", year=2024, by=DAY)
    group = options.get("group", "")
    projects = projects.with_group(group, year=2024, by=DAY).sorted_by("name", descending=False, group=group)
    return registry_page(
        projects, writable=Project.objects.all(), reader=User(), as_of=DAY, year=2024, **options
    )


def test_the_sum_is_that_of_the_completion_page(register) -> None:
    totals = registry_totals(Project.objects.all(), **YEAR)

    assert totals.reported == Sum(2 * YI, 2, 1)
    assert totals.reported.value == invested()
    assert totals.planned == Sum(6 * YI, 2, 1)
    assert totals.investment == Sum(15 * YI, 2, 1)
    assert totals.time_share == Fraction(9, 12)


def test_each_units_sum_is_that_of_its_completion_page(register) -> None:
    projects = Project.objects.filter(organisation__isnull=False)
    totals = grouped_totals(projects, "organisation", **YEAR)

    for unit in Organisation.objects.filter(projects__isnull=False):
        assert totals[unit.pk].reported.value == invested(unit)


def test_a_row_has_the_amounts_the_rate_and_the_newest_words(register) -> None:
    rows = {row.project.name: row for row in listed().rows}

    pump = rows["热泵"]
    assert (pump.completion.actual, pump.completion.target) == (2 * YI, 4 * YI)
    assert pump.completion.share == Fraction(1, 2)
    assert (pump.progress.month, pump.progress.words) == (date(2024, 7, 1), "内装修")
    assert (rows["苹果酸"].completion.actual, rows["苹果酸"].completion.share) == (0, 0)
    assert rows["苹果酸"].progress.words == "打桩"
    assert (rows["轴承"].completion.actual, rows["轴承"].progress) == (None, None)


def test_a_group_without_a_plan_of_each_project_has_no_rate(register) -> None:
    whole = registry_totals(Project.objects.all(), **YEAR)
    planned = registry_totals(Project.objects.filter(annual_plans__isnull=False), **YEAR)

    assert whole.completion.share is None
    assert planned.completion.share == Fraction(2 * YI, 6 * YI)


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("organisation", ["奔牛镇", "罗溪镇", "责任单位未明确"]),
        ("industry", ["新能源", "产业未明确"]),
        ("stage", ["开工", "尚无节点"]),
        ("level", ["省重大", "市重点"]),
    ],
)
def test_groups_add_up_to_the_whole(register, group: str, names: list[str]) -> None:
    page = listed(group=group)
    lines = [part.line for part in page.parts]

    assert sorted(line.name for line in lines) == sorted(names)
    assert [line.name for line in lines][-1] == names[-1]  # what is unknown stands last
    for column in ("investment", "planned", "reported"):
        sums = [getattr(line.totals, column) for line in lines]
        whole = getattr(page.totals, column)
        assert sum(each.value or 0 for each in sums) == whole.value
        assert sum(each.missing for each in sums) == whole.missing
    assert sum(line.totals.count for line in lines) == len(page.rows) == 3


def test_a_group_that_began_on_the_page_before_says_so() -> None:
    town = build.town()
    for number in range(60):
        build.project(f"项目{number:02}", organisation=town if number < 55 else None)

    assert [part.continued for part in listed(group="organisation").parts] == [False]
    assert [part.continued for part in listed(group="organisation", number=2).parts] == [True, False]


def test_an_empty_set_has_no_groups() -> None:
    for group in GROUPS:
        assert listed(group=group).parts == ()
        assert group_names(group, []) == {}


@pytest.mark.parametrize("size", [3, 60])
@pytest.mark.parametrize("group", ["", *GROUPS])
def test_it_takes_as_many_queries_for_any_number_of_projects(
    size: int, group: str, django_assert_max_num_queries
) -> None:
    town, industry = build.town(), build.industry()
    for number in range(size):
        project = build.project(organisation=town, industry=industry)
        build.listing(project, "city", 2024)
        build.annual_plan(project, number)
        build.milestone(project, "started", "2024-03-01")
        build.report(project, "2024-07", invested=number, progress="内装修")
    with django_assert_max_num_queries(
        5 + (2 if group in ("organisation", "industry") else 1 if group else 0)
    ):
        listed(group=group)
