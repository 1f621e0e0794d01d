"""A project is split or merged on a day: counted once on every day, its money kept, and taken back."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from projects.actions import successions
from projects.actions.successions import Part
from projects.figures.completion.breakdown import breakdown
from projects.figures.completion.page import completion_page
from projects.models import Listing, Milestone, Participation, Project, User
from projects.recount.comparing import Product
from projects.recount.counting import Basis, CountedDay
from projects.recount.refereeing import Comparison, compare_scope
from projects.recount.tables import snapshot
from projects.rules.broken import RuleBroken
from tests import build
from tests.figures.register.test_answering import scope

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY = date(2024, 5, 31), date(2024, 6, 1), date(2024, 7, 31)
PARTS = [Part("一期", 3 * build.YI), Part("二期")]


@pytest.fixture
def office() -> User:
    return build.office()


@pytest.fixture
def project() -> Project:
    """Started in March and reported 7 yuan; on the city's list, with a helper and a plan."""
    project = build.project(
        "甲",
        organisation=build.town("罗溪镇"),
        enterprise="河海",
        total_investment=9,
        contact="王芳",
        at="2024-01-02",
    )
    build.listing(project, at="2024-01-02")
    build.milestone(project, "started", "2024-03-10", at="2024-03-11")
    build.report(project, "2024-03", 7, at="2024-04-02")
    build.annual_plan(project, 50, 2024, at="2024-01-02")
    build.helper(project, build.town("薛家镇"))
    return project


def split(project: Project, office: User, **asked) -> list[Project]:
    return successions.split_project(project, PARTS, by=office, **{"on": JUNE, "reason": "分期"} | asked)


def counted(day: date, level: str = "city") -> dict[str, object]:
    """What the district shows as of the day, refereed by the recount."""
    page = completion_page(scope(day, level=level))
    comparison = Comparison()
    compare_scope(Product(), CountedDay(snapshot(None), day), Basis(day, level), comparison)
    assert list(map(str, comparison.differences)) == []
    opened = breakdown(page.scope, page.line("invested"))
    return {
        "projects": page.holding.count,
        "started": page.line("started").computed,
        "invested": [(row.name, row.value) for row in opened.counted],
        "planned": page.holding.planned,
        "owing": page.holding.owing,
    }


BEFORE = {"projects": 1, "started": 1, "invested": [("甲", 7)], "planned": 50, "owing": 1}
AFTER = {"projects": 2, "started": 2, "invested": [("甲", 7)], "planned": None, "owing": 2}


@pytest.mark.parametrize("level", ["city", ""])
def test_a_split_project_counts_until_the_day_before_and_its_parts_from_then_on(
    project, office, level
) -> None:
    split(project, office)

    assert counted(MAY, level) == BEFORE
    assert counted(JULY, level) == AFTER
    assert counted(JUNE, level) == AFTER | {
        "owing": 0
    }  # the newest ended month is May: the parts were not there


def test_parts_take_over_facts_stages_lists_and_helpers(project, office) -> None:
    first, second = split(project, office)

    project.refresh_from_db()
    assert (project.ended_on, project.began_on) == (JUNE, None)
    assert (first.name, first.total_investment, second.total_investment) == ("一期", 3 * build.YI, None)
    for part in (first, second):
        assert (part.split_from, part.began_on, part.enterprise, part.contact) == (
            project,
            JUNE,
            "河海",
            "王芳",
        )
        assert part.organisation == build.town("罗溪镇")
        assert Milestone.objects.get(project=part).reached_on == date(2024, 3, 10)
        assert str(Listing.objects.get(project=part)) == "2024 年市重点"
        assert Participation.objects.get(project=part).organisation == build.town("薛家镇")
        assert not part.annual_plans.exists()
        assert part.history.get().history_change_reason == "2024-06-01由甲拆分：分期"
    assert project.history.first().history_change_reason == "2024-06-01拆分为一期、二期：分期"


def test_a_split_is_undone_while_nobody_has_worked_on_its_parts(project, office) -> None:
    first, _ = split(project, office)
    build.report(first, "2024-06", 5)

    with pytest.raises(RuleBroken, match="一期在拆分之后又有改动，不能撤销；请先撤销后来的改动。"):
        successions.undo_succession(project, by=office, reason="误拆")
    assert Project.objects.count() == 3
    first.reports.get().delete()
    successions.undo_succession(project, by=office, reason="误拆")

    assert [each.name for each in Project.objects.all()] == ["甲"]
    assert counted(JULY) == BEFORE
    assert project.history.first().history_change_reason == "撤销拆分或合并：误拆"


def test_a_merged_project_counts_until_the_day_before(project, office) -> None:
    other = build.project("乙", organisation=build.town("薛家镇"), at="2024-01-02")
    build.listing(other, at="2024-01-02")

    successions.merge_project(project, other, on=JUNE, by=office, reason="整合")

    assert counted(MAY) == BEFORE | {"projects": 2, "owing": 2}
    assert counted(JULY) == {
        "projects": 1,
        "started": None,
        "invested": [("甲", 7)],
        "planned": None,
        "owing": 1,
    }
    successions.undo_succession(project, by=office, reason="误并")
    assert counted(JULY) == BEFORE | {"projects": 2, "owing": 2}


def test_a_project_that_was_registered_for_a_merger_counts_from_its_day(project, office) -> None:
    other = build.project("新整合项目", organisation=build.town("罗溪镇"))
    build.listing(other)

    successions.merge_project(project, other, on=JUNE, is_new=True, by=office, reason="整合")

    assert [counted(day)["projects"] for day in (MAY, JUNE)] == [1, 1]
    other.refresh_from_db()
    assert other.began_on == JUNE
    successions.undo_succession(project, by=office, reason="误并")
    other.refresh_from_db()
    assert other.began_on is None


def test_the_row_of_a_unit_with_a_target_keeps_the_money_of_a_project_that_went(project, office) -> None:
    build.target("invested", 100, organisation=build.town("罗溪镇"))
    other = build.project("乙", organisation=build.town("薛家镇"))
    build.listing(other)

    successions.merge_project(project, other, on=JUNE, by=office, reason="整合")

    rows = {row.label: row for row in completion_page(scope(JULY)).rows}
    (line,) = (line for line in rows["罗溪镇"].lines if line.indicator == "invested")
    assert (rows["罗溪镇"].holding.count, line.computed) == (0, 7)
    assert counted(JULY)["invested"] == [("甲", 7)]


def test_what_was_known_before_does_not_know_the_split(project, office) -> None:
    split(project, office)

    page = completion_page(scope(JULY, known="2024-08-01"))

    assert page.holding.count == 1


def test_the_list_of_today_has_the_parts(project, office) -> None:
    split(project, office)

    names = lambda query: [  # noqa: E731
        row.project.name for row in build.browser_of(office).get(f"/projects/{query}").context["page"].rows
    ]
    assert sorted(names("")) == ["一期", "二期"]
    assert names("?state=succeeded") == ["甲"]
    assert {each.name for each in Project.objects.owing_reports(date(2024, 7, 1), today=JULY)} == {
        "一期",
        "二期",
    }


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"on": timezone.localdate() + timedelta(days=1)}, "拆分、合并的日期不能晚于今天。"),
        ({"on": JUNE, "parts": [Part("一期")]}, "拆分至少要有两个项目，一行一个。"),
        ({"on": JUNE, "parts": [Part("一期"), Part("一期")]}, "同一建设单位已有同名项目。"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(project, office, asked, sentence) -> None:
    parts = asked.pop("parts", PARTS)

    with pytest.raises(RuleBroken) as refused:
        successions.split_project(project, parts, by=office, reason="分期", **asked)

    assert str(refused.value) == sentence
    project.refresh_from_db()
    assert (project.ended_on, Project.objects.count()) == (None, 1)


def test_a_project_ends_once_and_not_into_itself_or_into_one_that_ended(project, office) -> None:
    other = build.project("乙")
    with pytest.raises(RuleBroken, match="不能并入自己。"):
        successions.merge_project(project, project, on=JUNE, by=office, reason="整合")
    successions.merge_project(project, other, on=JUNE, by=office, reason="整合")

    with pytest.raises(RuleBroken, match="项目已于 2024-06-01 拆分或合并。"):
        split(project, office)
    with pytest.raises(RuleBroken, match="甲已于 2024-06-01 拆分或合并，请选择现在的项目。"):
        successions.merge_project(other, project, on=JULY, by=office, reason="整合")
    with pytest.raises(RuleBroken, match="项目没有拆分或合并，无需撤销。"):
        successions.undo_succession(other, by=office, reason="误并")


def test_a_split_on_a_sealed_day_is_a_correction(project, office) -> None:
    build.seal("2024-06")

    with pytest.raises(RuleBroken, match="2024年6月（全区 · 市重点）已封存"):
        split(project, office)
    assert len(split(project, office, reason="更正：批文五月已下")) == 2


def test_a_split_after_the_sealed_day_is_none(project, office) -> None:
    build.seal("2024-05")

    assert len(split(project, office)) == 2
