"""What needs attention: due milestones and their ledger, gaps, problems, changes; on both clocks."""

from datetime import date

import pytest

from projects.actions.recording import erase
from projects.figures.attention import Attention, attention
from projects.figures.open_milestones import due_milestones
from projects.figures.scope import Scope
from projects.models import Organisation, Project, User
from projects.models.reach import DISTRICT
from projects.rules.bounds import Bounds
from projects.vocabulary import Stage
from tests import build

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2024, 9, 30)


def scope(level: str = "city", *, unit=None, known: str | None = None, reader: User | None = None) -> Scope:
    projects = Project.objects.visible_to(reader) if reader else Project.objects.all()
    known_at = build.moment(known) if known else None
    units = list(Organisation.objects.all())
    return Scope(
        projects, 2024, SEPTEMBER, level, unit, known_at, units, reach=reader.reach if reader else DISTRICT
    )


def asked(level: str = "city", most: int = 50, **about) -> Attention:
    return attention(scope(level, **about), most=most)


def listed(name: str, at: str = "2024-01-05", **facts) -> Project:
    project = build.project(name, at=at, **facts)
    build.listing(project, at=at)
    return project


def names(rows) -> list[str]:
    return [row.project.name for row in rows]


def gap(found: Attention, reached: Stage):
    return next(gap for gap in found.gaps if gap.reached == reached)


def test_the_longest_overdue_first_and_the_nearest_ahead_first() -> None:
    for name, planned in (
        ("晚", "2024-08-31"),
        ("更晚", "2024-05-31"),
        ("后", "2024-12-31"),
        ("先", "2024-09-30"),
    ):
        build.milestone(listed(name), "started", planned=planned)
    build.milestone(listed("到了"), "started", "2024-09-15", planned="2024-08-31")
    build.milestone(listed("没有计划"), "started")

    late, ahead = due_milestones(scope(), most=10)

    assert [(item.project.name, item.days_late) for item in late] == [("更晚", 122), ("晚", 30)]
    assert [(item.project.name, item.days_to_go) for item in ahead] == [("先", 0), ("后", 92)]
    assert [names(side) for side in due_milestones(scope(), most=1)] == [["更晚"], ["先"]]


@pytest.mark.parametrize("state", ["paused", "terminated"])
def test_who_stands_still_owes_nothing(state: str) -> None:
    project = listed("停", side_state=state, side_state_on=SEPTEMBER, side_reason="market")
    build.milestone(project, "started", planned="2024-08-31")

    assert due_milestones(scope(), most=10) == ([], [])


def test_another_list_another_unit_and_another_reader_see_their_own() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    shared = listed("协同", organisation=luoxi)
    build.helper(shared, xuejia)
    for project in (shared, listed("罗溪", organisation=luoxi)):
        build.milestone(project, "started", planned="2024-08-31")
    build.milestone(build.project("不在名单", organisation=xuejia), "started", planned="2024-08-31")

    assert sorted(names(asked("province").late)) == []
    assert sorted(names(asked(unit=luoxi).late)) == ["协同", "罗溪"]
    assert sorted(names(asked(unit=xuejia).late)) == ["协同"]
    assert sorted(names(asked("", reader=build.staff(xuejia)).late)) == ["不在名单", "协同"]


# On the other clock


def test_a_plan_moved_later_is_late_as_it_was_known() -> None:
    project = listed("晚点项目", organisation=build.town("罗溪镇"))
    entry = build.milestone(project, "started", planned="2024-06-30", at="2024-01-05")
    for moved, at in (("2024-08-31", "2024-07-02"), ("2024-12-31", "2024-10-20")):
        entry.current_on = build.day(moved)
        entry.reason = "land"
        build.kept(entry, at=at, reason="推迟")

    [then], [now] = asked(known="2024-10-01").late, asked().ahead

    assert (then.planned, then.days_late, then.moved, then.moves) == ("2024年8月31日", 30, 62, 1)
    assert (now.planned, now.moves) == ("2024年12月31日", 2)
    assert asked(known="2024-01-04").late == []


def test_what_was_reached_but_not_yet_recorded_was_still_open() -> None:
    project = listed("补录项目")
    entry = build.milestone(project, "started", planned="2024-06-30", at="2024-01-05")
    build.milestone(project, "signed", "2024-02-01", at="2024-02-05")
    entry.reached_on, entry.reached_precision, entry.recorded_on = date(2024, 6, 28), "day", date(2024, 10, 8)
    build.kept(entry, at="2024-10-08", reason="补录")

    then, now = asked(known="2024-10-01"), asked()

    assert (names(then.late), names(now.late)) == (["补录项目"], [])
    assert (names(gap(then, Stage.SIGNED).rows), names(gap(now, Stage.SIGNED).rows)) == (["补录项目"], [])
    assert gap(then, Stage.STARTED).count is None  # no project was known to have started
    assert gap(now, Stage.STARTED).count == Bounds.exactly(1)


def test_a_project_is_named_as_it_was_and_leads_nowhere_once_it_is_gone() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    project = listed("旧名", organisation=luoxi, contact="张三")
    build.milestone(project, "started", planned="2024-06-30", at="2024-01-05")
    project.name, project.organisation, project.contact = "新名", xuejia, "李四"
    build.kept(project, at="2024-08-01", reason="划转")
    pk = project.pk
    erase(Project.objects.get(), by=None, reason="重复")

    [before], [after] = asked(known="2024-07-01").late, asked(known="2024-09-01").late

    assert (before.project.name, before.project.organisation, before.project.contact) == (
        "旧名",
        luoxi,
        "张三",
    )
    assert (after.project.name, after.project.organisation, after.project.pk) == ("新名", xuejia, None)
    assert names(asked(unit=luoxi, known="2024-07-01").late) == ["旧名"]
    assert names(asked(unit=luoxi, known="2024-09-01").late) == []
    assert (asked().late, pk is not None) == ([], True)


def test_a_pause_recorded_later_did_not_yet_stop_the_clock() -> None:
    project = listed("停建项目")
    build.milestone(project, "started", planned="2024-06-30", at="2024-01-05")
    project.side_state, project.side_state_on, project.side_reason = "paused", date(2024, 8, 1), "market"
    build.kept(project, at="2024-10-01", reason="暂停")

    assert names(asked(known="2024-09-30").late) == ["停建项目"]
    assert asked(known="2024-10-02").late == asked().late == []


def test_a_problem_closed_later_was_open_as_it_was_known() -> None:
    project = listed("难办项目")
    problem = build.problem(project, "变电站未到位", due_on="2024-09-20", at="2024-03-01", person="李四")
    problem.resolved_on, problem.resolution = date(2024, 9, 25), "已接通"
    build.kept(problem, at="2024-10-10", reason="销号")

    [then] = asked(known="2024-10-01").problems

    assert (then.text, then.days_late, then.person, then.kind) == ("变电站未到位", 10, "李四", "用地拆迁")
    assert asked().problems == []
    assert asked(known="2024-02-01").problems == []


def test_the_silent_are_named_as_it_was_known() -> None:
    luoxi = build.town("罗溪镇")
    late, silent = listed("补报", organisation=luoxi), listed("沉默", organisation=luoxi)
    build.report(late, "2024-09", 1, at="2024-10-12")
    build.report(silent, "2024-09", 1, "draft", at="2024-10-01")

    def missing(known: str | None = None) -> list[str]:
        return [project.name for project in asked(known=known).silent]

    assert missing() == ["沉默"]
    assert missing("2024-10-10") == ["补报", "沉默"]
    assert [project.name for project in asked(unit=build.town("薛家镇")).silent] == []
    assert (
        attention(
            Scope(Project.objects.all(), 2024, date(2024, 1, 15), "city", reach=DISTRICT), most=9
        ).silent
        == []
    )


def test_changes_are_those_since_the_last_seal_of_the_scope_that_was_known() -> None:
    project = listed("项目")
    entry = build.milestone(project, "started", planned="2024-10-31")
    august = build.seal("2024-08")
    build.seal("2024-09")  # of the day itself: the page stands beside it
    entry.current_on = build.day("2024-11-30")
    build.kept(entry, by=build.office(last_name="王", first_name="芳"), reason="推迟：供地")

    found = asked()

    assert found.seal == august
    assert [(item.project.name, item.by, item.why) for item in found.changes] == [
        ("项目", "王芳", "推迟：供地")
    ]
    assert asked("province").seal is None
    assert asked(known="2024-10-05").seal is None


@pytest.mark.parametrize("known", [None, "2024-12-31"])
@pytest.mark.parametrize("projects", [3, 40])
def test_as_many_queries_for_many_projects(
    projects: int, known: str | None, django_assert_max_num_queries
) -> None:
    build.seal("2024-08")
    for number in range(projects):
        project = listed(f"项目{number}", organisation=build.town(f"镇{number % 5}"))
        build.milestone(project, "signed", "2024-01-01", at="2024-01-05")
        build.milestone(project, "started", planned="2024-06-30", at="2024-01-05")
        build.problem(project)
    about = scope(known=known)

    with django_assert_max_num_queries(18):
        attention(about, most=50)
