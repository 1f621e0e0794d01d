"""Two days side by side: known numbers, and contributions that add up to the change whatever was recorded."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.figures.completion.breakdown import breakdown
from projects.figures.completion.compare import Explanation, Shift, compare, explain
from projects.figures.completion.lines import CompletionPage
from projects.figures.completion.page import completion_page
from projects.figures.completion.ranks import ranked
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.reach import DISTRICT
from projects.rules.bounds import Bounds
from projects.vocabulary import Indicator
from tests import build
from tests.figures.completion.test_properties import SCOPES, District, district  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db

AUGUST, SEPTEMBER = date(2024, 8, 31), date(2024, 9, 30)


def page(day: date, unit: Organisation | None = None, **asked) -> CompletionPage:
    units = list(Organisation.objects.all())
    scope = Scope(
        Project.objects.all(), day.year, day, "city", unit, organisations=units, reach=DISTRICT, **asked
    )
    return completion_page(scope)


def explained(then: CompletionPage, now: CompletionPage, indicator: str) -> Explanation | None:
    number = compare(then, now).number(indicator)
    if number.then is None or number.now is None:
        return None
    return explain(number, breakdown(then.scope, number.then), breakdown(now.scope, number.now))


@pytest.fixture
def luoxi() -> Organisation:
    """Three projects: one starts in September, one reports, one is split off the list."""
    unit = build.town("罗溪镇")
    build.target("started", 4, organisation=unit)
    for name in ("甲", "乙", "丙"):
        build.listing(build.project(name, organisation=unit))
    first, second, third = Project.objects.order_by("pk")
    build.milestone(first, "started", "2024-09-10", planned="2024-06-30")
    build.milestone(second, "started", "2024-03-10")
    build.report(second, "2024-08", 3 * build.YI)
    build.report(second, "2024-09", 4 * build.YI)
    build.report(third, "2024-08", build.YI)
    listing = third.listings.get()
    listing.removed_on, listing.removed_reason = date(2024, 9, 15), "停建"
    build.kept(listing)
    return unit


def test_a_start_and_a_report_account_for_the_change(luoxi: Organisation) -> None:
    then, now = page(AUGUST), page(SEPTEMBER)

    started, invested = (explained(then, now, each) for each in ("started", "invested"))

    assert started is not None
    assert invested is not None
    assert [(each.name, each.shift, each.words_now) for each in started.contributions] == [
        ("甲", Shift(1, 1), "2024年9月10日")
    ]
    assert [(each.name, each.shift, each.words_now) for each in invested.contributions] == [
        ("乙", Shift(4 * build.YI, 4 * build.YI), "8—9月"),
        ("丙", Shift(-build.YI, -build.YI), "不在范围内"),
    ]
    assert invested.number.shift == invested.total == Shift(3 * build.YI, 3 * build.YI)
    assert invested.stated == Shift(0, 0)


def test_a_rate_and_a_rank_move(luoxi: Organisation) -> None:
    build.target("started", 1, organisation=build.town("薛家镇"))
    for name in ("丁", "戊"):
        build.listing(build.project(name, organisation=build.town("薛家镇")))
    build.milestone(Project.objects.get(name="丁"), "started", planned="2024-12-31")

    then, now = page(AUGUST), page(SEPTEMBER)
    ranks = tuple(ranked(each.rows, by="started", least=1) for each in (then, now))
    rows = {row.label: row for row in compare(then, now, rows=ranks).rows}

    number = rows["罗溪镇"].number(Indicator.STARTED)
    assert (number.before, number.after) == (Bounds.exactly(1), Bounds.exactly(2))
    assert number.points == pytest.approx(0.25)
    assert (rows["罗溪镇"].rank_then, rows["罗溪镇"].climbed) == (1, 0)


def test_growth_is_against_the_same_day_of_last_year(luoxi: Organisation) -> None:
    earlier = build.project("前年", organisation=luoxi)
    build.listing(earlier, year=2023)
    build.report(earlier, "2023-09", 2 * build.YI)

    found = compare(page(AUGUST), page(SEPTEMBER), page(date(2023, 9, 30))).number("invested")

    assert found.last_year == Bounds.exactly(2 * build.YI)
    assert found.growth == pytest.approx(2.5)  # 7 against 2
    assert compare(page(AUGUST), page(SEPTEMBER)).number("invested").growth is None


def test_a_number_that_one_day_does_not_have_is_not_explained(luoxi: Organisation) -> None:
    found = compare(page(date(2024, 1, 31)), page(SEPTEMBER))

    assert found.number("invested").shift is None
    assert explained(page(date(2024, 1, 31)), page(SEPTEMBER), "invested") is None


def test_a_published_number_leaves_a_remainder_that_belongs_to_no_project(luoxi: Organisation) -> None:
    bulletin = build.bulletin(SEPTEMBER, figures={"invested": 9 * build.YI})
    now = completion_page(page(SEPTEMBER).scope, list(bulletin.figures.select_related("bulletin__source")))

    found = explained(page(AUGUST), now, "invested")

    assert found is not None
    assert found.number.shift == Shift(5 * build.YI, 5 * build.YI)
    assert found.total + found.stated == found.number.shift
    assert found.stated == Shift(2 * build.YI, 2 * build.YI)


@settings(max_examples=20, deadline=None)
@given(asked=SCOPES, earlier=st.dates(date(2023, 1, 1), date(2025, 12, 31)))
def test_contributions_add_up_to_the_change_of_any_two_days(
    district: District,  # noqa: F811
    asked: dict,
    earlier: date,
) -> None:
    now, then = district.page(**asked), district.page(**(asked | {"as_of": earlier}))

    for line in now.lines:
        found = explained(then, now, line.indicator)
        if found is not None:
            assert found.stated == Shift(0, 0)
            assert found.total == found.number.shift


def test_the_district_moves(district: District) -> None:  # noqa: F811
    """What holds of nothing would prove nothing."""
    asked = {"level": "", "unit": 0, "reader": 0}
    then, now = (district.page(as_of=day, **asked) for day in (date(2024, 3, 31), SEPTEMBER))

    for indicator in (Indicator.STARTED, Indicator.INVESTED, Indicator.SIGNED_INVESTMENT):
        found = explained(then, now, indicator)
        assert found is not None
        assert len(found.contributions) >= 2
