"""All plans of a project on one form: what is written, what is refused, what others wrote meanwhile."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from projects.actions import lifecycle
from projects.forms.plans import NO_CAUSE, NOT_EMPTY
from projects.models import Milestone, Project
from projects.vocabulary import DelayReason, Precision, Stage
from tests import build
from tests.views.test_project_edit import as_shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = build.project("热泵", organisation=build.town("罗溪镇"))
    build.milestone(project, "signed", "2024-03-18", planned="2024-03-18")
    build.milestone(project, "completed", planned="2024-09-30", planned_precision="month")
    build.milestone(project, "topped_out", skipped=True)
    return project


def address(project: Project) -> str:
    return f"/projects/{project.pk}/plans/"


def shown(client: Client, project: Project) -> dict[str, Any]:
    """What a browser would send back untouched."""
    form = client.get(address(project)).context["form"]
    return {field.html_name: field.value() for field in form if field.value() not in (None, "")}


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def plans(project: Project) -> dict[str, tuple[date | None, str]]:
    found = project.milestones.values_list("stage", "current_on", "current_precision")
    return {stage: (on, precision) for stage, on, precision in found if on}


def test_it_asks_for_open_stages_only(project: Project) -> None:
    sent = shown(build.browser_of(build.staff(project.organisation)), project)

    assert sent["on_completed"] == "2024年9月"
    assert "on_signed" not in sent
    assert "on_topped_out" not in sent
    page = text_of(build.browser_of(build.office()).get(address(project)))
    assert 'name="on_started"' in page
    assert 'name="on_signed"' not in page
    assert 'name="on_topped_out"' not in page
    assert 'name="on_negotiating"' not in page  # seldom, and nothing on record


@pytest.mark.parametrize(("person", "status"), [(build.leader, 403), (build.office, 200), (build.staff, 200)])
def test_whoever_writes_the_project_opens_it(project: Project, person, status: int) -> None:
    assert build.browser_of(person()).get(address(project)).status_code == status


def test_a_foreign_unit_finds_no_project(project: Project) -> None:
    assert build.browser_of(build.staff(build.town("奔牛镇"))).get(address(project)).status_code == 404


def test_several_are_written_as_people_write_them(project: Project) -> None:
    client = build.browser_of(build.office())
    sent = shown(client, project) | {
        "on_land": "2024.4",
        "on_started": "2024年二季度",
        "on_full_capacity": "2026年",
    }
    response = client.post(address(project), sent, follow=True)

    assert "已保存 3 个节点的计划。" in text_of(response)
    assert plans(project) == {
        "signed": (date(2024, 3, 18), "day"),
        "completed": (date(2024, 9, 30), "month"),
        "land": (date(2024, 4, 30), "month"),
        "started": (date(2024, 6, 30), "quarter"),
        "full_capacity": (date(2026, 12, 31), "year"),
    }
    started = project.milestones.get(stage="started")
    assert (started.planned_on, started.history.get().history_change_reason) == (
        date(2024, 6, 30),
        "计划开工",
    )


def test_untouched_it_writes_nothing(project: Project) -> None:
    client, before = build.browser_of(build.office()), Milestone.history.count()
    response = client.post(address(project), shown(client, project), follow=True)

    assert "没有改动，未写入记录。" in text_of(response)
    assert Milestone.history.count() == before


def test_a_later_plan_needs_a_reason_and_one_for_all_will_do(project: Project) -> None:
    build.milestone(project, "in_production", planned="2024-12-31")
    client = build.browser_of(build.office())
    sent = shown(client, project) | {"on_completed": "2025-03", "on_in_production": "2025-06-30"}

    refused = client.post(address(project), sent)
    assert refused.status_code == 422
    assert text_of(refused).count(NO_CAUSE) == 2
    assert 'value="2025-03"' in text_of(refused)

    client.post(
        address(project), sent | {"cause": "equipment", "note": "主机", "cause_in_production": "weather"}
    )
    completed, production = (project.milestones.get(stage=stage) for stage in ("completed", "in_production"))
    assert (completed.current_on, completed.reason, completed.reason_note) == (
        date(2025, 3, 31),
        "equipment",
        "主机",
    )
    assert completed.planned_on == date(2024, 9, 30)
    assert production.reason == "weather"
    page = text_of(client.get(f"/projects/{project.pk}/"))
    assert "推迟 182 天" in page


def test_other_needs_words_of_its_own(project: Project) -> None:
    client = build.browser_of(build.office())
    sent = shown(client, project) | {"on_completed": "2025-03", "cause_completed": "other"}

    assert "请写明具体原因" in text_of(client.post(address(project), sent))
    client.post(address(project), sent | {"note_completed": "图纸改版"})
    assert project.milestones.get(stage="completed").reason_note == "图纸改版"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [("", NOT_EMPTY), ("不知道", "看不懂日期“不知道”"), ("不晚于2025年3月", "计划请写到日、月、季或年")],
)
def test_what_is_no_plan_is_refused_beside_its_field(project: Project, typed: str, fault: str) -> None:
    client = build.browser_of(build.office())
    response = client.post(address(project), shown(client, project) | {"on_completed": typed})

    assert response.status_code == 422
    assert fault in text_of(response)


def test_the_wrong_order_is_refused_and_nothing_is_written(project: Project) -> None:
    client = build.browser_of(build.office())
    sent = shown(client, project) | {"on_started": "2024-11", "on_land": "2024-04"}
    response = client.post(address(project), sent)

    assert response.status_code == 422
    assert "竣工（2024年9月）早于开工（2024年11月），次序不对" in text_of(response)
    assert not project.milestones.filter(stage="land").exists()


def test_what_somebody_else_wrote_in_another_line_stays(project: Project) -> None:
    client = build.browser_of(build.office())
    sent = shown(client, project) | {"on_started": "2024-05"}
    lifecycle.plan(
        project, Stage.COMPLETED, on=date(2024, 8, 1), precision=Precision.MONTH, by=build.office()
    )

    assert client.post(address(project), sent).status_code == 302
    assert plans(project)["completed"] == (date(2024, 8, 31), "month")
    assert plans(project)["started"] == (date(2024, 5, 31), "month")


def test_the_same_line_is_shown_with_both_before_mine_is_written(project: Project) -> None:
    client = build.browser_of(build.office())
    sent = shown(client, project) | {"on_completed": "2025-06", "cause_completed": "land"}
    lifecycle.postpone(
        project,
        Stage.COMPLETED,
        to=date(2025, 1, 31),
        precision=Precision.MONTH,
        cause=DelayReason.WEATHER,
        by=build.staff(project.organisation, last_name="王", first_name="敏"),
    )
    response = client.post(address(project), sent)

    assert response.status_code == 409
    page = text_of(response)
    for fact in ("王敏", "2025年1月", "2025年6月", "天气", "仍按我的保存"):
        assert fact in page
    assert plans(project)["completed"][0] == date(2025, 1, 31)

    form = response.context["form"]
    again = {field.html_name: field.value() for field in form if field.value() not in (None, "")}
    assert client.post(address(project), again).status_code == 302
    assert plans(project)["completed"][0] == date(2025, 6, 30)


def test_a_new_project_comes_with_its_plans() -> None:
    client = build.browser_of(build.office())
    sent = as_shown(client, "/projects/new/") | {
        "name": "储能",
        "on_signed": "2026-05",
        "on_started": "2026年9月",
    }
    client.post("/projects/new/", sent)

    assert plans(Project.objects.get(name="储能")) == {
        "signed": (date(2026, 5, 31), "month"),
        "started": (date(2026, 9, 30), "month"),
    }


def test_a_new_project_with_plans_in_the_wrong_order_is_not_made() -> None:
    client = build.browser_of(build.office())
    sent = as_shown(client, "/projects/new/") | {
        "name": "储能",
        "on_signed": "2026-05",
        "on_started": "2026-01",
    }
    response = client.post("/projects/new/", sent)

    assert response.status_code == 422
    assert "次序不对" in text_of(response)
    assert not Project.objects.exists()
    assert client.post("/projects/new/", sent | {"on_started": "2026-06"}).status_code == 302
    assert plans(Project.objects.get())["started"] == (date(2026, 6, 30), "month")


@pytest.mark.parametrize("stages", [1, 6])
def test_the_page_takes_the_same_queries_for_any_number_of_stages(
    stages: int, django_assert_max_num_queries
) -> None:
    project = build.project("热泵")
    for stage in ("signed", "filed", "land", "started", "completed", "in_production")[:stages]:
        build.milestone(project, stage, planned="2024-09-30")
    client = build.browser_of(build.office())
    with django_assert_max_num_queries(6):
        client.get(address(project))


def previewed(client: Client, project: Project, typed: dict[str, str]) -> str:
    answer = client.post(f"{address(project)}preview/", shown(client, project) | typed)
    assert answer.status_code == 200
    return text_of(answer)


def test_what_saving_would_do_is_told_and_nothing_is_written(project: Project) -> None:
    client, before = build.browser_of(build.office()), Milestone.history.count()
    page = previewed(
        client, project, {"on_completed": "2024-12", "cause_completed": "weather", "on_started": "2024-05"}
    )

    assert "2 处改动，还没有保存" in page
    assert "要先改好" not in page
    assert "2024年9月 → 2024年12月，推迟 92 天，记入推迟台账" in page
    assert "定为 2024年5月，作为原计划，以后不变" in page
    assert '<span id="moved-completed"><b>推迟 92 天</b>' in page
    assert Milestone.history.count() == before


def test_a_plan_that_moves_again_is_measured_from_the_original(project: Project) -> None:
    lifecycle.postpone(
        project,
        Stage.COMPLETED,
        to=date(2024, 10, 31),
        precision=Precision.MONTH,
        cause=DelayReason.WEATHER,
        by=build.office(),
    )
    client = build.browser_of(build.office())
    page = previewed(client, project, {"on_completed": "2024-12", "cause_completed": "weather"})
    assert "2024年10月 → 2024年12月，推迟 61 天，记入推迟台账；比原计划共推迟 92 天" in page
    page = previewed(client, project, {"on_completed": "2024-08"})
    assert "2024年10月 → 2024年8月，提前 61 天；比原计划共提前 30 天" in page


def test_the_preview_says_beside_each_field_what_would_be_refused(project: Project) -> None:
    client = build.browser_of(build.office())
    page = previewed(client, project, {"on_completed": "2025-03", "on_started": "2025-06", "on_land": "?"})

    assert "3 处要先改好" in page
    assert "竣工（2025年3月）早于开工（2025年6月），次序不对" in page
    assert NO_CAUSE in page
    assert "看不懂日期“?”" in page


@pytest.mark.parametrize(("person", "status"), [(build.leader, 403), (build.office, 200), (build.staff, 200)])
def test_whoever_writes_the_project_is_told_what_saving_would_do(
    project: Project, person, status: int
) -> None:
    assert build.browser_of(person()).post(f"{address(project)}preview/").status_code == status


def test_the_preview_of_a_foreign_project_is_not_found(project: Project) -> None:
    client = build.browser_of(build.staff(build.town("奔牛镇")))
    assert client.post(f"{address(project)}preview/").status_code == 404
