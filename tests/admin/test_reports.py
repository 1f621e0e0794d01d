"""Monthly reports and problems at the admin's desk."""

from datetime import date

import pytest

from projects.models import MonthlyReport, Problem
from tests import build
from tests.admin.desk import address, change_page, faults, newest, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return build.office()


@pytest.fixture
def client(office):
    return build.browser_of(office)


def test_a_report_is_typed_in_wan_and_kept_in_yuan(client, office):
    project = build.project()
    answer = send(
        client,
        address(MonthlyReport, "add"),
        project=project.pk,
        month="2024-03-01",
        invested="600",
        accepted="",
    )
    assert answer.status_code == 302, faults(answer)
    report = MonthlyReport.objects.get()
    assert (report.invested, report.accepted, report.month) == (6_000_000, None, date(2024, 3, 1))
    assert newest(report) == ("+", office, "新建月报")


def test_nothing_and_zero_stay_apart(client):
    report = build.report(build.project(), "2024-03", 1)
    send(client, change_page(report), invested="0", change_reason="当月未投资")
    report.refresh_from_db()
    assert report.invested == 0
    send(client, change_page(report), invested="", change_reason="尚未上报")
    report.refresh_from_db()
    assert report.invested is None


@pytest.mark.parametrize(
    ("state", "names"),
    [("submitted", ("submitted_by", "submitted_at")), ("approved", ("reviewed_by", "reviewed_at"))],
)
def test_who_moves_a_report_on_answers_for_it(client, office, state, names):
    report = build.report(build.project(), "2024-03", 1, "draft")
    send(client, change_page(report), state=state, change_reason="代为办理")
    report.refresh_from_db()
    assert (report.state, getattr(report, names[0])) == (state, office)
    assert getattr(report, names[1]) is not None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"state": "returned"}, "退回须写明原因"),
        ({"invested": "约五百"}, "看不懂金额"),
        ({"invested": "-5"}, "金额不能为负"),
        ({"change_reason": ""}, "必填"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(client, typed, sentence):
    report = build.report(build.project(), "2024-03", 1, "submitted")
    page = send(client, change_page(report), **{"progress": "改动", "change_reason": "试", **typed})
    assert sentence in faults(page)
    assert report.history.count() == 1


@pytest.mark.parametrize(("month", "sentence"), [("2024-03-02", "当月第一天"), ("2024-13-01", "日期")])
def test_a_month_is_its_first_day(client, month, sentence):
    page = send(client, address(MonthlyReport, "add"), project=build.project().pk, month=month)
    assert sentence in faults(page)


def test_a_second_report_of_a_month_is_refused(client):
    report = build.report(build.project(), "2024-03", 1)
    page = send(
        client, address(MonthlyReport, "add"), project=report.project.pk, month="2024-03-01", invested="1"
    )
    assert "已有这个月的月报" in faults(page)


def test_a_problem_is_closed_with_how(client, office):
    problem = build.problem(build.project())
    page = send(client, change_page(problem), resolved_on="2024-05-01", change_reason="销号")
    assert "销号须写明办理情况" in faults(page)
    send(client, change_page(problem), resolved_on="2024-05-01", resolution="已交地", change_reason="销号")
    problem.refresh_from_db()
    assert problem.resolved_on == date(2024, 5, 1)
    assert newest(problem) == ("~", office, "销号")


@pytest.mark.parametrize("model", [MonthlyReport, Problem])
def test_a_list_asks_as_often_for_30_as_for_3(client, django_assert_max_num_queries, model):
    for _ in range(30):
        project = build.project(organisation=build.town())
        build.report(project, "2024-03", 1)
        build.problem(project, organisation=build.town())
    with django_assert_max_num_queries(12):
        assert client.get(address(model)).status_code == 200
