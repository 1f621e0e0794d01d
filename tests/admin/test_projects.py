"""The project and its rows in one form: the judges of the page, one reason, one writer."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.models import AnnualPlan, Listing, Milestone, Participation, Project
from tests import build
from tests.admin.desk import address, change_page, faults, furnish, newest, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return build.office()


@pytest.fixture
def client(office):
    return build.browser_of(office)


@pytest.fixture
def project():
    return furnish()


def row(prefix: str, number: int, **facts) -> dict:
    """One more row of an inline table, with the count that the browser sends along."""
    return {f"{prefix}-{number}-{name}": value for name, value in facts.items()} | {
        f"{prefix}-TOTAL_FORMS": number + 1
    }


def test_the_list_shows_money_in_yi_stage_and_lists(client, project):
    page = client.get(address(Project)).content.decode()
    for words in ("热泵", "河海", "10.0", "开工", "2024 年市重点", "总投资（亿元）"):
        assert words in page


def test_the_list_is_searched_and_filtered(client, project):
    build.project("别的项目")
    listed = client.get(address(Project), {"listings__level": "city", "listings__year": 2024})
    assert [found.name for found in listed.context["cl"].result_list] == ["热泵"]
    assert [
        found.name for found in client.get(address(Project), {"q": "别的"}).context["cl"].result_list
    ] == ["别的项目"]


@pytest.mark.parametrize("model", [Project, Milestone, Listing, AnnualPlan, Participation])
def test_a_list_asks_as_often_for_3_as_for_30(client, django_assert_num_queries, model):
    def fill(many):
        for _ in range(many):
            project = build.project(organisation=build.town(), industry=build.industry())
            build.milestone(project, "started", "2024-03-15")
            build.listing(project)
            build.annual_plan(project, 1)
            build.helper(project, build.town("奔牛镇"))

    fill(3)
    with CaptureQueriesContext(connection) as few:
        client.get(address(model))
    fill(27)
    with django_assert_num_queries(len(few)):
        client.get(address(model))
    assert len(few) <= 12


def test_a_new_project_with_its_rows_begins_one_history(client, office):
    answer = send(
        client,
        address(Project, "add"),
        name="热泵",
        total_investment="10",
        **row("milestones", 0, stage="started", current_on="2025-03-01", current_precision="month"),
        **row("listings", 0, year=2024, year_sure=2024, level="province"),
        **row("annual_plans", 0, year=2024, planned_investment="50000万元"),
        **row("participations", 0, organisation=build.town().pk),
    )
    assert answer.status_code == 302, faults(answer)
    project = Project.objects.get()
    assert project.total_investment == 10 * build.YI
    assert project.annual_plans.get().planned_investment == 5 * build.YI
    assert project.listings.get().level == "province"
    milestone = project.milestones.get()
    assert (milestone.planned_on, milestone.current_on) == (date(2025, 3, 31), date(2025, 3, 31))
    for record in (project, milestone, project.listings.get(), project.participations.get()):
        assert newest(record) == ("+", office, "新建项目")


def test_a_change_keeps_who_and_why_and_touches_nothing_else(client, office, project):
    send(client, change_page(project), total_investment="12.5", reason="企业更新了备案")
    project.refresh_from_db()
    assert project.total_investment == 1_250_000_000
    assert newest(project) == ("~", office, "企业更新了备案")
    assert project.milestones.get().history.count() == 1
    assert project.listings.get().history.count() == 1


def test_a_row_alone_leaves_the_project_as_it_was(client, office, project):
    send(
        client,
        change_page(project),
        reason="下达区级名单",
        **row("listings", 1, year=2024, year_sure=2024, level="district"),
    )
    assert newest(project.listings.get(level="district")) == ("+", office, "下达区级名单")
    assert project.history.count() == 1


def test_a_deleted_row_says_who_and_why(client, office, project):
    send(client, change_page(project), reason="误登", **{"listings-0-DELETE": "on"})
    assert not project.listings.exists()
    entry = Listing.history.filter(history_type="-").get()
    assert (entry.history_user, entry.history_change_reason) == (office, "误登")


REFUSED = [
    ({"reason": ""}, "必填项"),
    ({"total_investment": "很多"}, "看不懂金额"),
    ({"total_investment": "-1"}, "金额不能为负"),
    ({"total_investment": "1亿美元"}, "这里填人民币金额"),
    ({"foreign_amount": "100"}, "外资金额与币种应同时填写"),
    ({"credit_code": "123"}, "统一社会信用代码应为18位"),
    ({"name": ""}, "必填项"),
    ({"side_state": "paused"}, "项目状态与状态日期应同时填写"),
    (
        {"side_state": "paused", "side_state_on": "2099-01-01", "side_reason": "market"},
        "状态日期不能晚于今天",
    ),
    ({"listings-0-year": "1999"}, "年度应在 2000 到 2100 之间"),
    ({"annual_plans-0-planned_investment": "未定"}, "看不懂金额"),
    ({"organisation": "999999"}, "选择一个有效的选项"),
]


@pytest.mark.parametrize(("typed", "sentence"), REFUSED)
def test_bad_input_is_named_and_nothing_is_written(client, project, typed, sentence):
    page = send(client, change_page(project), **{"reason": "试", "remark": "改动", **typed})
    assert sentence in faults(page)
    project.refresh_from_db()
    assert (project.remark, project.history.count()) == ("", 1)


def test_a_pause_that_becomes_a_termination_here_is_kept(client, project):
    """It was overwritten: the months of the pause owed reports afterwards."""
    paused = {"side_state": "paused", "side_state_on": "2024-03-01", "side_reason": "market"}
    send(client, change_page(project), reason="暂停", **paused)
    ended = {"side_state": "terminated", "side_state_on": "2024-06-01", "side_reason": "financing"}
    send(client, change_page(project), reason="终止", **ended)
    project.refresh_from_db()
    assert project.pauses == [["2024-03-01", "2024-06-01", "paused"]]
    send(client, change_page(project), reason="更正日期", **{**ended, "side_state_on": "2024-06-03"})
    project.refresh_from_db()
    assert project.pauses == [["2024-03-01", "2024-06-01", "paused"]]


def test_a_second_list_of_the_same_year_and_level_is_refused(client, project):
    page = send(client, change_page(project), reason="试", **row("listings", 1, year=2024, level="city"))
    assert page.status_code == 200
    assert project.listings.count() == 1


def test_the_responsible_unit_is_not_its_own_helper(client, project):
    page = send(client, change_page(project), reason="试", organisation=build.town().pk)
    assert "责任单位不必再列为协同单位" in faults(page)
    assert project.history.count() == 1


# Milestones among the rows


def test_a_reached_day_is_recorded_today(client, office, project):
    send(
        client,
        change_page(project),
        reason="补登封顶",
        **row("milestones", 1, stage="topped_out", reached_on="2024-09-02", reached_precision="month"),
    )
    milestone = project.milestones.get(stage="topped_out")
    assert (milestone.reached_on, milestone.recorded_on) == (date(2024, 9, 30), timezone.localdate())
    assert newest(milestone) == ("+", office, "补登封顶")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"stage": "topped_out", "reached_on": "2024-03-14", "reached_precision": "day"},
            "封顶（2024年3月14日）早于开工（2024年3月15日）",
        ),
        (
            {
                "stage": "completed",
                "reached_on": (timezone.localdate() + timedelta(days=1)).isoformat(),
                "reached_precision": "day",
            },
            "实际日期不能晚于今天",
        ),
        ({"stage": "completed", "reached_precision": "day"}, "实际日期与准确程度应同时填写"),
        ({"stage": "completed", "reached_on": "2024-09-30"}, "实际日期与准确程度应同时填写"),
        ({"stage": "completed", "current_on": "2024-09-31", "current_precision": "day"}, "日期"),
        ({"stage": "started"}, "每个节点只登记一次"),
    ],
)
def test_a_row_that_breaks_the_rules_is_refused(client, project, facts, sentence):
    page = send(client, change_page(project), reason="试", **row("milestones", 1, **facts))
    assert sentence in faults(page)
    assert project.milestones.count() == 1
    assert Milestone.history.count() == 1


def test_two_new_rows_are_judged_against_each_other(client):
    page = send(
        client,
        address(Project, "add"),
        name="热泵",
        **row("milestones", 0, stage="started", reached_on="2024-05-01", reached_precision="day")
        | row("milestones", 1, stage="completed", reached_on="2024-04-01", reached_precision="day"),
    )
    assert "竣工（2024年4月1日）早于开工（2024年5月1日）" in faults(page)
    assert not Project.objects.exists()


def test_a_stage_does_not_turn_into_another(client, project):
    page = send(client, change_page(project), reason="试", **{"milestones-0-stage": "completed"})
    assert "不能改成另一个阶段" in faults(page)


def test_an_old_fault_among_other_stages_stops_nobody(client):
    project = build.project()
    build.milestone(project, "started", "2024-05-01")
    build.milestone(project, "topped_out", "2024-04-01")
    answer = send(
        client, change_page(project), reason="补计划", **row("milestones", 2, stage="full_capacity")
    )
    assert answer.status_code == 302
