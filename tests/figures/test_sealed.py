"""What a seal prints: the article's numbers, golden rates, coverage, and who has not reported."""

import json
from datetime import date

import pytest
from django.utils import timezone

from projects.figures.register.silent import silent
from projects.figures.scope import Scope
from projects.figures.sealed import printed_month
from projects.models import Organisation, Project
from projects.models.reach import DISTRICT
from projects.rules.bulletin import Printed, read
from tests import build

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2024, 9, 30)
OCTOBER = date(2024, 10, 31)


def scope(level: str = "city", as_of: date = SEPTEMBER, organisation=None) -> Scope:
    units = list(Organisation.objects.all())
    return Scope(
        Project.objects.all(), as_of.year, as_of, level, organisation, organisations=units, reach=DISTRICT
    )


def printed(level: str = "city", as_of: date = SEPTEMBER, organisation=None, least: int = 1) -> Printed:
    known_at = build.moment("2024-11-08")
    return printed_month(
        scope(level, as_of, organisation), known_at=known_at, ranked_by="invested", least=least
    )


def line(bulletin: Printed, code: str):
    return next(line for line in bulletin.indicators if line.code == code)


@pytest.mark.usefixtures("article")
def test_the_article_is_printed_with_its_source() -> None:
    month = printed()

    assert (month.title, month.scope) == ("2024年9月完成情况（市重点）", "全区 市重点项目")
    invested = line(month, "invested")
    assert (invested.actual, invested.computed) == (11_030_000_000, None)
    assert invested.source.endswith("¶3")
    assert (invested.target, invested.target_words) == (None, "目标值未公布，来源称已完成")
    assert line(month, "topped_out").absent == "未登记"
    assert month.counts is not None
    assert month.counts.projects == 80


def test_a_rate_is_printed_from_the_exact_value() -> None:
    project = build.project()
    build.listing(project)
    build.report(project, "2024-10", 62_900_000_000)
    build.target("invested", 64_740_000_000)
    build.light_rule()

    invested = line(printed(as_of=OCTOBER), "invested")

    assert (invested.completion, invested.completion_words) == ("0.971579", "97.2%")
    assert (invested.time_progress, invested.time_words) == ("0.833333", "83.3%")
    assert (invested.pace_gap, invested.pace_words) == ("0.138245", "+13.8")
    assert (invested.light, invested.light_words) == ("green", "正常")


def test_the_text_holds_no_float_and_no_invented_number() -> None:
    def no_float(text: str) -> None:
        raise AssertionError(text)

    build.listing(build.project())
    build.target("invested", 7)
    data = json.loads(printed().content, parse_float=no_float)

    invested = data["indicators"][0]
    assert (invested["actual"], invested["completion"], invested["pace_gap"]) == (None, None, None)
    assert data["known_at"] == "2024-11-08T12:00:00+08:00"
    assert data["light_rule"] is None


def test_the_rule_of_the_lights_is_kept() -> None:
    build.light_rule(yellow="10", red="30", since="2024-01-01")
    build.light_rule(yellow="20", red="40", since="2024-10-01")

    rule = printed().light_rule

    assert rule is not None
    assert (rule.yellow, rule.red, rule.applies_from) == ("10", "30", "2024-01-01")


def test_units_are_ranked_and_the_small_listed_without_rank() -> None:
    for name, count, invested in (("罗溪镇", 2, 9), ("薛家镇", 2, 5), ("孟河镇", 1, 10)):
        unit = build.town(name)
        for number in range(count):
            project = build.project(organisation=unit)
            build.listing(project)
            build.report(project, "2024-09", invested * build.YI if number == 0 else 0)
        build.target("invested", 10 * build.YI, organisation=unit)

    month = printed(least=2)

    assert [(row.label, row.rank) for row in month.units] == [("罗溪镇", 1), ("薛家镇", 2), ("孟河镇", None)]
    assert month.units[0].indicators[0].completion_words == "90.0%"


def test_what_no_unit_answers_for_is_a_row_of_its_own() -> None:
    build.listing(build.project(organisation=build.district()))
    build.listing(build.project())

    row = printed().units[0]

    assert (row.label, row.own, row.projects) == ("未明确单位", True, 2)


def test_coverage_is_kept_for_the_whole_and_each_unit() -> None:
    luoxi = build.town("罗溪镇")
    for state in ("approved", "submitted", None):
        project = build.project(organisation=luoxi)
        build.listing(project)
        if state:
            build.report(project, "2024-09", 1, state=state)

    month = printed()

    assert month.coverage is not None
    assert (month.coverage.expected, month.coverage.approved, month.coverage.waiting) == (3, 1, 1)
    assert month.coverage.missing == 1
    assert month.units[0].coverage == month.coverage


def test_the_silent_are_named() -> None:
    luoxi = build.town("罗溪镇")
    for name, state in (("沉默", None), ("草稿", "draft"), ("已报", "approved"), ("待审", "submitted")):
        project = build.project(name, organisation=luoxi)
        build.listing(project)
        if state:
            build.report(project, "2024-09", 1, state=state)
    paused = build.project("暂停", side_state="paused", side_state_on=SEPTEMBER, side_reason="land")
    build.listing(paused)
    build.project("不在名单")
    off = build.project("调出")
    build.listing(off, removed_on="2024-08-01", removed_reason="停建")

    assert {project.name for project in silent(scope(), most=9)} == {"沉默", "草稿"}
    assert {project.name for project in silent(scope(""), most=9)} == {"沉默", "草稿"}


def test_another_seal_is_not_printed_as_published() -> None:
    luoxi = build.town("罗溪镇")
    project = build.project(organisation=luoxi)
    build.listing(project)
    milestone = build.milestone(project, "started", "2024-05-01")
    build.seal("2024-09")  # keeps figures of the unit, too
    milestone.reached_on = date(2024, 10, 1)
    build.kept(milestone)

    assert line(printed(organisation=luoxi), "started").actual == 0


def test_a_month_known_earlier_is_printed_as_it_was_known() -> None:
    project = build.project(at="2024-01-05")
    build.listing(project, at="2024-01-05")
    build.milestone(project, "started", "2024-08-15", at="2024-10-20")
    known_at = build.moment("2024-10-08")
    units = list(Organisation.objects.all())
    then = Scope(Project.objects.all(), 2024, SEPTEMBER, "city", None, known_at, units, reach=DISTRICT)

    month = printed_month(then, known_at=known_at, ranked_by="invested", least=1)

    assert line(month, "started").actual is None
    assert line(printed(), "started").actual == 1


def test_the_seal_reads_back_as_it_was_printed() -> None:
    build.listing(build.project(organisation=build.town()))
    bulletin = build.seal("2024-09")

    sealed = read(bulletin.content)

    assert sealed is not None
    assert sealed.content == bulletin.content
    assert sealed.moment == bulletin.sealed_at


@pytest.mark.parametrize("projects", [3, 30])
def test_the_number_of_queries_does_not_depend_on_the_data(projects: int, django_assert_num_queries) -> None:
    for number in range(projects):
        project = build.project(organisation=build.town(f"{number}号镇"))
        build.listing(project)
        build.milestone(project, "started", "2024-05-01")
    asked = scope()

    with django_assert_num_queries(8):
        printed_month(asked, known_at=timezone.now(), ranked_by="invested", least=1)
