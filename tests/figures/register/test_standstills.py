"""A paused or terminated project is judged on the day asked: who owes a report, what is late, what stands still."""

from datetime import date

import pytest

from projects.actions import lifecycle
from projects.figures.attention import attention
from projects.figures.completion.breakdown import breakdown
from projects.figures.completion.lines import CompletionPage, Coverage
from projects.figures.completion.page import completion_page
from projects.figures.listed import listed_rows
from projects.figures.open_milestones import due_milestones
from projects.figures.register.silent import silent
from projects.figures.reporting import month_sheet
from projects.figures.scope import Scope
from projects.figures.sealed import printed_month
from projects.figures.timeline import timeline
from projects.figures.todo import silent_months, staff_desk
from projects.models import Decision, Organisation, Problem, Project
from projects.models.reach import DISTRICT, UnitAndBelow
from projects.models.standstills import stood_still
from projects.vocabulary import DelayReason, Level, SideState
from tests import build

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY, AUGUST = date(2024, 5, 31), date(2024, 6, 30), date(2024, 7, 31), date(2024, 8, 31)
PAUSED_MARCH_TO_JUNE = [["2024-03-01", "2024-07-01", "paused"]]


def listed(name: str, **facts) -> Project:
    project = build.project(name, at=facts.pop("at", None), **facts)
    build.listing(project, at="2024-01-02")
    return project


def scope(day: date, level: str = "city", known: str | None = None) -> Scope:
    units = list(Organisation.objects.all())
    moment = build.moment(known) if known else None
    return Scope(Project.objects.all(), day.year, day, level, None, moment, units, reach=DISTRICT)


def page_on(day: date, level: str = "city", known: str | None = None) -> CompletionPage:
    return completion_page(scope(day, level, known))


def owing(day: date, level: str = "city", known: str | None = None) -> tuple[int, set[str]]:
    """How many reports are missing as of the day, and whose: always as many names as the count says."""
    coverage = page_on(day, level, known).coverage
    names = [project.name for project in silent(scope(day, level, known), most=99)]
    assert len(names) == (coverage.missing if coverage else 0)
    return coverage.expected if coverage else 0, set(names)


def terminate(project: Project, on: str = "2024-08-10") -> None:
    lifecycle.turn_aside(
        project, SideState.TERMINATED, on=build.day(on), cause=DelayReason.MARKET, by=build.office()
    )


def everything(day: date) -> list[object]:
    """What the pages, the workbook and the bulletin state as of a day."""
    found = attention(scope(day), most=99)
    page = page_on(day)
    month = printed_month(scope(day), known_at=build.moment("2024-11-08"), ranked_by="invested", least=1)
    opened = breakdown(scope(day), page.line("invested"))
    due = [
        (item.project.name, item.stage, item.days_late) for side in (found.late, found.ahead) for item in side
    ]
    gaps = [(gap.label, gap.count, [(row.project.name, row.days) for row in gap.rows]) for gap in found.gaps]
    names = sorted(project.name for project in found.silent)
    rows = [(row.name, row.value, row.words, row.kind) for row in (*opened.counted, *opened.left_out)]
    states = [
        (row.facts["name"], row.state) for row in listed_rows(Project.objects.all(), year=2024, as_of=day)
    ]
    return [page.holding, page.coverage, page.funnel, due, gaps, names, rows, states, month.content]


def test_terminating_a_project_today_changes_no_number_of_last_month() -> None:
    project = listed("甲")
    build.milestone(project, "signed", "2024-01-10")
    build.milestone(project, "started", planned="2024-05-20")
    build.report(listed("乙"), "2024-07", 5)
    build.office()  # whose unit is a row of its own
    before = everything(JULY)

    terminate(project)

    assert everything(JULY) == before
    assert owing(JULY) == (2, {"甲"})
    assert owing(AUGUST) == (1, {"乙"})


def test_a_pause_from_march_to_june_owes_nothing_then_and_owes_again_from_july() -> None:
    listed("甲", pauses=PAUSED_MARCH_TO_JUNE)

    assert owing(date(2024, 2, 29)) == (1, {"甲"})
    for day in (date(2024, 3, 31), MAY, JUNE, date(2024, 7, 15)):  # in July June's report is the newest
        assert owing(day) == (0, set())
    assert owing(JULY) == (1, {"甲"})


def test_a_milestone_late_on_a_day_stays_late_in_the_answer_for_that_day() -> None:
    project = listed("甲")
    build.milestone(project, "started", planned="2024-05-01")
    terminate(project)

    late = {day: due_milestones(scope(day), most=9)[0] for day in (MAY, date(2024, 8, 9), AUGUST)}

    assert {day: [item.days_late for item in rows] for day, rows in late.items()} == {
        MAY: [30],
        date(2024, 8, 9): [100],
        AUGUST: [],
    }
    assert list(Project.objects.late_on(MAY)) == [project]
    assert not Project.objects.late_on(date(2024, 8, 10)).exists()


def test_what_was_known_before_the_state_was_recorded_does_not_know_it() -> None:
    project = listed("甲", at="2024-01-02")
    project.side_state, project.side_state_on, project.side_reason = "paused", date(2024, 6, 10), "market"
    build.kept(project, at="2024-08-20", reason="暂停")  # dated earlier than it was recorded

    assert owing(JULY, known="2024-08-19") == (1, {"甲"})
    assert owing(JULY, known="2024-08-21") == (0, set())
    assert owing(JULY) == owing(JUNE) == (0, set())
    assert owing(MAY) == owing(MAY, known="2024-08-21") == (1, {"甲"})


@pytest.mark.parametrize("known", [None, "2024-10-01"])
def test_a_pause_that_is_over_is_known_on_both_clocks(known: str | None) -> None:
    listed("甲", pauses=PAUSED_MARCH_TO_JUNE, at="2024-01-02")

    assert owing(MAY, known=known) == (0, set())
    assert owing(JULY, known=known) == (1, {"甲"})


def test_resumed_in_the_same_month_owes_that_month() -> None:
    listed("甲", pauses=[["2024-05-05", "2024-05-20", "paused"]])

    assert owing(MAY) == (1, {"甲"})
    assert owing(date(2024, 5, 10)) == (0, set())  # April's report is not asked for meanwhile


def test_removed_from_the_list_owes_until_its_day() -> None:
    build.listing(build.project("甲"), removed_on="2024-07-10", removed_reason="停建")

    assert owing(JUNE) == owing(JUNE, level="") == (1, {"甲"})
    assert owing(JULY) == owing(JULY, level="") == (0, set())


def test_a_report_of_a_project_that_owes_none_hides_nobody() -> None:
    """The page counted a terminated project's report against one that was missing."""
    stopped = listed("停", side_state="terminated", side_state_on=date(2024, 8, 1), side_reason="market")
    build.report(stopped, "2024-08", 7)
    listed("缺")
    unlisted = build.project("不在名单")
    build.report(unlisted, "2024-08", 7)

    assert owing(AUGUST) == owing(AUGUST, level="") == (1, {"缺"})
    assert page_on(AUGUST).coverage == Coverage(8, approved=0, unchanged=0, waiting=0, returned=0, missing=1)


def test_a_terminated_span_leaves_the_gap_lists_and_a_paused_one_stays() -> None:
    for name, state in (("暂停过", "paused"), ("终止过", "terminated")):
        project = listed(name, pauses=[["2024-03-01", "2024-07-01", state]])
        build.milestone(project, "signed", "2024-01-10")

    def standing(day: date) -> set[str]:
        return {row.project.name for row in attention(scope(day), most=9).gaps[0].rows}

    assert standing(MAY) == {"暂停过"}
    assert standing(JULY) == {"暂停过", "终止过"}


def test_the_list_and_the_project_page_word_the_state_of_the_day() -> None:
    project = listed("甲", pauses=[["2024-03-01", "2024-07-01", "terminated"]])

    assert timeline(project, [], as_of=MAY).state.words == "终止"
    assert timeline(project, [], as_of=JULY).state.words != "终止"
    rows = {day: next(listed_rows(Project.objects.all(), year=2024, as_of=day)).state for day in (MAY, JULY)}
    assert (rows[MAY], rows[JULY] == "终止") == ("终止", False)


def test_the_month_sheet_is_judged_at_the_months_end_and_the_to_do_today() -> None:
    unit = build.town("罗溪镇")
    project = listed("甲", organisation=unit)
    terminate(project, "2024-08-03")
    today = date(2024, 8, 4)

    def rows(month: date) -> int:
        return len(month_sheet(Project.objects.all(), month, today=today, days_after=5).rows)

    assert (rows(date(2024, 7, 1)), rows(date(2024, 8, 1))) == (1, 0)
    desk = staff_desk(
        Project.objects.all(),
        Problem.objects.all(),
        Decision.objects.all(),
        reach=UnitAndBelow(unit),
        today=today,
        days_after=5,
    )
    assert desk.months == ()
    assert silent_months(Project.objects.all(), today=today, days_after=5) == ()
    assert silent_months(Project.objects.all(), today=date(2024, 8, 2), days_after=5)[0].missing == 1


@pytest.mark.parametrize("level", ["", *Level])
def test_the_number_and_the_names_come_from_one_figure(level: str) -> None:
    """Every mixture of a state, a list, a report and a helping unit."""
    xuejia = build.town("薛家镇")
    pauses = ([], PAUSED_MARCH_TO_JUNE, [["2024-08-01", "2024-08-31", "paused"]])
    for number in range(48):
        project = build.project(f"{number}", organisation=build.town("罗溪镇"), pauses=pauses[number % 3])
        if number % 5:
            build.listing(project, list(Level)[number % 3])
            build.listing(project, "district", 2023)
        if number % 7 == 0:
            project.side_state, project.side_state_on = "paused", date(2024, 8, 1 + number % 31)
            project.side_reason = "land"
            build.kept(project)
        if number % 4:
            build.report(project, "2024-08", 1, ("draft", "approved", "submitted", "returned")[number % 4])
        if number % 6 == 0:
            build.helper(project, xuejia)

    for day in (JUNE, date(2024, 8, 15), AUGUST, date(2024, 9, 10)):
        expected, names = owing(day, level)
        assert expected >= len(names)
        units = list(Organisation.objects.all())
        unit_scope = Scope(
            Project.objects.all(), 2024, day, level, xuejia, organisations=units, reach=DISTRICT
        )
        coverage = completion_page(unit_scope).coverage
        assert len(silent(unit_scope, most=99)) == (coverage.missing if coverage else 0)


@pytest.mark.parametrize(
    ("day", "states", "found"),
    [
        ("2024-02-29", SideState, ""),
        ("2024-03-01", SideState, "ab"),
        ("2024-06-30", [SideState.PAUSED], "a"),
        ("2024-06-30", [SideState.TERMINATED], "b"),
        ("2024-07-01", SideState, ""),  # the day it goes on is a working day
        ("2024-09-01", SideState, "c"),
        ("2024-09-01", [SideState.TERMINATED], ""),
    ],
)
def test_the_condition_in_sql_says_what_the_rule_says(day: str, states, found: str) -> None:
    build.project("a", pauses=[["2024-03-01", "2024-07-01"]])  # without a state it was a pause
    build.project(
        "b", pauses=[["2023-01-01", "2023-02-01", "paused"], ["2024-03-01", "2024-07-01", "terminated"]]
    )
    build.project("c", side_state="paused", side_state_on=date(2024, 9, 1), side_reason="market")
    on = build.day(day)
    assert on is not None

    still = Project.objects.filter(stood_still(on, states=list(states)))

    assert "".join(sorted(project.name for project in still)) == found
    in_rule = [
        project.name
        for project in Project.objects.all()
        if any(span.covers(on) and span.state in states for span in project.standstills)
    ]
    assert "".join(sorted(in_rule)) == found
