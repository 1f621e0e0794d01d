"""The history of a project, read out: who, when, what from and to, why."""

from datetime import date

import pytest

from projects.actions import evidence, lifecycle, registry, reporting
from projects.figures.history import Change, history_entry, project_history
from projects.rules.entries import Entry
from projects.vocabulary import DelayReason, Precision, Stage
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db


def newest(project):
    return project_history(project)[0]


def test_a_new_project_tells_what_is_known_and_who_wrote_it() -> None:
    author = build.staff(first_name="小王")
    entry = newest(build.project("热泵", enterprise="河海", total_investment=10 * YI, by=author))

    assert (entry.subject, entry.verb, entry.who, entry.why) == ("项目", "新增", "小王", "新建项目")
    assert entry.changes == (
        Change("项目名称", "", "热泵"),
        Change("建设单位", "", "河海"),
        Change("总投资", "", "10 亿元"),
    )


def test_nobodys_write_is_the_loading() -> None:
    assert newest(build.project()).who == "系统载入"


def test_a_changed_fact_reads_from_and_to() -> None:
    author = build.office()
    project = build.project(organisation=build.town("罗溪镇"), total_investment=10 * YI, nature="new_build")
    project.organisation, project.total_investment = build.town("薛家镇"), 1_234_567_890
    project.nature = "upgrade"
    registry.amend(project, by=author, reason="核对备案")
    entry = newest(project)

    assert (entry.verb, entry.why) == ("修改", "核对备案")
    assert entry.changes == (
        Change("责任单位", "罗溪镇", "薛家镇"),
        Change("建设性质", "新建", "技改"),
        Change("总投资", "10 亿元", "12.3456789 亿元"),
    )


def test_a_stage_tells_its_days_with_their_precision() -> None:
    author, project = build.staff(), build.project()
    build.milestone(project, "completed", planned="2024-12-31", planned_precision="month")
    lifecycle.postpone(
        project,
        Stage.COMPLETED,
        to=date(2025, 2, 1),
        precision=Precision.QUARTER,
        cause=DelayReason.WEATHER,
        by=author,
        reason="台风",
    )
    entry = newest(project)

    assert (entry.subject, entry.why) == ("节点 竣工", "推迟竣工（天气）：台风")
    assert entry.changes == (
        Change("现计划", "2024年12月", "2025年第一季度"),
        Change("最近调整原因", "", "天气"),
        Change("调整说明", "", "台风"),
    )


def test_what_was_taken_back_stays() -> None:
    author, project = build.staff(), build.project()
    lifecycle.reach(project, Stage.STARTED, on=date(2024, 3, 1), precision=Precision.DAY, by=author)
    lifecycle.take_back(project, Stage.STARTED, by=author, reason="误报")
    entry = newest(project)

    assert entry.why == "撤回开工：误报"
    assert Change("实际日期", "2024年3月1日", "") in entry.changes


def test_lists_plans_and_helpers_are_told_too_even_when_erased() -> None:
    author, project = build.office(), build.project()
    listing = build.listing(project, "city", 2024, category="new")
    build.annual_plan(project, 3 * YI, 2024)
    build.helper(project, build.town("罗溪镇"))
    registry.keep_year(project, [], dropped=[listing], by=author, reason="录错")
    told = [(entry.subject, entry.verb) for entry in project_history(project)]

    assert told == [
        ("名单 2024年市重点", "删除"),
        ("协同单位 罗溪镇", "新增"),
        ("2024年度计划", "新增"),
        ("名单 2024年市重点", "新增"),
        ("项目", "新增"),
    ]


@pytest.mark.parametrize("writes", [1, 30])
def test_it_takes_a_query_a_table(writes: int, django_assert_num_queries) -> None:
    author, project = build.office(), build.project(organisation=build.town("罗溪镇"), source=build.source())
    for number in range(writes):
        project.remark = f"第{number}次"
        registry.amend(project, by=author, reason="测试")
        listing = build.listing(project, year=2020 + number, source=build.source())
        build.report(project, f"2024-{number % 12 + 1:02}" if number < 12 else f"{2013 + number}-01", YI)
        build.problem(project)
    build.evidence(build.milestone(listing.project, "started", "2024-03-01"))
    with django_assert_num_queries(11):  # documents, decisions and the questions why a stage is late, too
        project_history(project)


def test_another_projects_history_stays_out() -> None:
    project, other = build.project("甲"), build.project("乙")
    build.milestone(other, "started", "2024-03-01")

    assert [entry.changes[0].after for entry in project_history(project)] == ["甲"]


def test_reports_problems_and_photos_are_told_too() -> None:
    author, project = build.staff(), build.project()
    milestone = build.milestone(project, "started", "2024-03-01")
    build.report(project, "2024-08", YI)
    build.problem(project, "未交地", organisation=build.town("罗溪镇"))
    evidence.withdraw(build.evidence(milestone, name="现场.jpg"), by=author, reason="传错")
    told = [(entry.subject, entry.verb, entry.why) for entry in project_history(project)[:4]]

    assert told == [
        ("佐证 开工", "删除", "删除佐证：传错"),
        ("佐证 开工", "新增", "上传佐证"),
        ("问题", "新增", "测试数据"),
        ("月报 2024年8月", "新增", "测试数据"),
    ]


def test_which_entries_can_be_taken_back() -> None:
    by, project = build.staff(), build.project()
    build.problem(project)
    reporting.write(project, date(2024, 8, 1), Entry(YI), by=by)
    reporting.hand_in([project], date(2024, 8, 1), by=by)

    assert [(entry.table, entry.verb, entry.can_undo) for entry in project_history(project)] == [
        ("monthlyreport", "修改", False),  # handed in: returned elsewhere
        ("monthlyreport", "新增", True),
        ("problem", "新增", False),
        ("project", "新增", False),
    ]


def test_one_entry_is_found_by_its_table_and_number() -> None:
    project, other = build.project("甲"), build.project("乙")
    listing = build.listing(project)
    number = listing.history.get().history_id

    found = history_entry(project, "listing", number)
    assert found is not None
    assert (found.subject, found.number) == ("名单 2024年市重点", number)
    assert history_entry(other, "listing", number) is None
    assert history_entry(project, "milestone", number) is None
    assert history_entry(project, "user", 1) is None
