"""A source stays with what it stated: whoever changes a value takes its source off, or names another.

By the page, the row of the list, many at once, the admin, the API, a workbook, and the way back from each.
"""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from projects.actions import lifecycle, registry, targets
from projects.models import Milestone, Project, Source, User
from projects.vocabulary import DelayReason, Indicator, Precision, Stage
from tests import build
from tests.admin.desk import change_page, send
from tests.workbooks.sheets_made import applied, received, undone, xlsx

pytestmark = pytest.mark.django_db

PRINTED = "来源：报道"
DAY = date(2024, 12, 26)


@pytest.fixture
def article() -> Source:
    return build.source("一篇报道")


@pytest.fixture
def project(article: Source) -> Project:
    """Completion planned by the article, which also says why."""
    project = build.project(
        "热泵", enterprise="河海", organisation=build.town(), total_investment=10**9, source=article
    )
    build.milestone(
        project,
        "completed",
        planned="2024-12-31",
        note="计划12月底竣工",
        source=article,
        source_paragraph="¶2",
    )
    return project


@pytest.fixture
def staff(project: Project) -> User:
    return build.staff(project.organisation)


def completion() -> Milestone:
    return Milestone.objects.get(stage="completed")


def sources(milestone: Milestone) -> dict[str, str]:
    """Which of the values still names the article's paragraph."""
    named = {
        which: getattr(milestone, f"{which}_paragraph") for which in ("planned", "current", "reached", "note")
    }
    for which, paragraph in named.items():
        assert (getattr(milestone, f"{which}_source") is not None) == bool(paragraph)
    return {which: paragraph for which, paragraph in named.items() if paragraph}


ALL = {"planned": "¶2", "current": "¶2", "note": "¶2"}


def version() -> int:
    return completion().history.latest("history_id").history_id


def reach_on_page(browser: Client, project: Project) -> None:
    sent = {"act": "reach", "on": DAY, "precision": "day", "note": "验收", "version": version()}
    assert browser.post(f"/projects/{project.pk}/milestones/completed/", sent).status_code == 302


def reach_in_row(browser: Client, project: Project) -> None:
    sent = {"act": "reach", "on": DAY, "precision": "day", "note": "验收", "version": version()}
    address = f"/projects/{project.pk}/milestones/completed/update/"
    assert "已登记" in browser.post(address, sent, headers={"HX-Request": "true"}).content.decode()


def reach_in_bulk(browser: Client, project: Project) -> None:
    sent = {"act": "move", "projects": project.pk, "stage": "completed", "on": DAY, "precision": "day"}
    preview = browser.post("/projects/bulk/", sent | {"days": "", "reason": "验收"})["Location"]
    browser.post(preview, {"act": "apply_all"})


@pytest.mark.parametrize("reach", [reach_on_page, reach_in_row, reach_in_bulk])
def test_a_recorded_day_has_no_source_and_the_plan_keeps_its_own_and_its_note(project, staff, reach) -> None:
    reach(build.browser_of(staff), project)

    milestone = completion()
    assert (milestone.reached_on, sources(milestone)) == (DAY, ALL)
    assert (milestone.note, milestone.reached_note) == ("计划12月底竣工", "验收")


def test_a_postponed_plan_has_no_source_and_the_note_stays(project, staff) -> None:
    lifecycle.postpone(
        project, Stage.COMPLETED, to=date(2025, 3, 31), precision=Precision.DAY,
        cause=DelayReason.WEATHER, by=staff, reason="连雨",
    )  # fmt: skip

    milestone = completion()
    assert sources(milestone) == {"planned": "¶2", "note": "¶2"}
    assert (milestone.note, milestone.reason_note) == ("计划12月底竣工", "连雨")
    lifecycle.reach(project, Stage.COMPLETED, on=DAY, precision=Precision.DAY, by=staff)
    milestone = completion()
    assert (milestone.note, milestone.reason_note, milestone.reached_note) == ("计划12月底竣工", "连雨", "")


def test_an_earlier_plan_and_a_skipped_stage_lose_the_source_of_the_plan(project, staff) -> None:
    lifecycle.plan(project, Stage.COMPLETED, on=date(2024, 11, 30), precision=Precision.DAY, by=staff)
    assert sources(completion()) == {"planned": "¶2", "note": "¶2"}
    lifecycle.undo(project, Stage.COMPLETED, version=version(), by=staff)
    assert sources(completion()) == ALL  # what stands again is what the article stated
    lifecycle.skip(project, Stage.COMPLETED, by=staff, reason="无厂房")
    assert sources(completion()) == {"planned": "¶2", "note": "¶2"}


def test_taking_back_a_day_of_the_article_takes_its_source_off(project, staff, article) -> None:
    build.milestone(project, "started", "2024-03-15", source=article, source_paragraph="¶3")
    lifecycle.take_back(project, Stage.STARTED, by=staff, reason="误登")
    lifecycle.reach(project, Stage.STARTED, on=date(2024, 3, 18), precision=Precision.DAY, by=staff)

    started = project.milestones.get(stage="started")
    assert (started.reached_on, sources(started)) == (date(2024, 3, 18), {})


def test_a_day_corrected_in_the_admin_loses_its_source_or_names_another(project, article) -> None:
    started = build.milestone(project, "started", "2024-03-15", source=article, source_paragraph="¶3")
    browser = build.browser_of(build.office())
    send(browser, change_page(started), reached_on="2024-03-18", change_reason="更正日期")
    started.refresh_from_db()
    assert (started.reached_on, sources(started)) == (date(2024, 3, 18), {})

    permit = build.source("施工许可证")
    send(
        browser, change_page(started), reached_on="2024-03-20", reached_source=permit.pk,
        reached_paragraph="第1页", change_reason="按许可证",
    )  # fmt: skip
    started.refresh_from_db()
    assert (started.reached_source, sources(started)) == (permit, {"reached": "第1页"})


def test_another_field_in_the_admin_leaves_the_sources(project) -> None:
    send(
        build.browser_of(build.office()), change_page(completion()), reason_note="补记", change_reason="补记"
    )
    assert sources(completion()) == ALL


def test_a_workbook_is_the_source_of_what_it_changes_and_of_nothing_else(project) -> None:
    office = build.office()
    book = xlsx(["项目名称", "建设单位", "竣工实际"], ["热泵", "河海", DAY])
    imported = applied(received(book, office), office)

    milestone = completion()
    assert milestone.reached_on == DAY
    assert sources(milestone) == ALL | {"reached": "第2行"}
    assert milestone.reached_source.title.startswith("清单.xlsx")
    undone(imported, office, "传错了")
    assert sources(completion()) == ALL


@pytest.mark.parametrize("changed", [{"category": "continuing"}, {"number": 7}])
def test_a_changed_place_on_a_list_loses_its_source(project, staff, article, changed) -> None:
    listing = build.listing(project, source=article, source_paragraph="¶3")
    for name, value in changed.items():
        setattr(listing, name, value)
    registry.keep_year(project, [listing], by=staff, reason="更正")
    listing.refresh_from_db()
    assert (listing.source, listing.source_paragraph) == (None, "")


def test_a_list_that_the_article_stated_keeps_it_when_the_project_leaves_it(project, staff, article) -> None:
    listing = build.listing(project, source=article, source_paragraph="¶3")
    listing.removed_on, listing.removed_reason = date(2024, 6, 1), "终止"
    registry.keep_year(project, [listing], by=staff, reason="调出")
    page = build.browser_of(staff).get(f"/projects/{project.pk}/").content.decode()
    assert page.index(f"{PRINTED} ¶3") < page.index("2024年6月1日调出")


def test_a_typed_target_loses_its_source(article) -> None:
    target = build.target("started", 60, source=article, source_paragraph="¶3")
    targets.set_targets(2024, "city", {(None, Indicator.STARTED): (60, 55)}, by=build.office(), reason="调整")
    target.refresh_from_db()
    assert (target.amount, target.source, target.source_paragraph) == (55, None, "")


def test_a_target_that_a_source_calls_met_keeps_it_for_that_and_says_so(article) -> None:
    office = build.office()
    target = build.target("started", None, source=article, source_paragraph="¶3")
    targets.set_targets(2024, "city", {(None, Indicator.STARTED): (None, 55)}, by=office)
    target.refresh_from_db()
    assert (target.amount, target.source) == (55, article)
    page = " ".join(build.browser_of(office).get(f"/targets/{target.pk}/").content.decode().split())
    assert page.count(PRINTED) == 1
    assert page.index("称已提前完成") < page.index(PRINTED)


def test_facts_that_staff_changed_or_filled_in_are_named_beside_the_source(project, staff) -> None:
    browser = build.browser_of(staff)
    assert "不出自这一来源" not in browser.get(f"/projects/{project.pk}/").content.decode()
    project.total_investment, project.contact = 2 * 10**9, "张三"
    registry.amend(project, by=staff, reason="企业来函")

    page = browser.get(f"/projects/{project.pk}/").content.decode()

    assert "后来登记或改动、不出自这一来源的：总投资、责任人" in page
    assert f"{PRINTED}（2 项除外）" in page
    project.total_investment = 10**9
    registry.amend(project, by=staff, reason="改回")
    assert "不出自这一来源的：责任人<" in browser.get(f"/projects/{project.pk}/").content.decode()


def test_a_fact_changed_by_the_api_is_named_too(project) -> None:
    browser = build.browser_of(build.office())
    number = project.history.latest("history_id").history_id
    sent = {"version": number, "reason": "来函", "contact": "李四"}
    answer = browser.patch(f"/api/v1/projects/{project.pk}/", sent, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert "不出自这一来源的：责任人" in browser.get(f"/projects/{project.pk}/").content.decode()


def test_each_day_shows_its_own_source(project, staff) -> None:
    lifecycle.reach(project, Stage.COMPLETED, on=DAY, precision=Precision.DAY, by=staff, reason="验收")
    page = " ".join(
        build.browser_of(staff).get(f"/projects/{project.pk}/milestones/completed/").content.decode().split()
    )

    def fact(label: str) -> str:
        return page.split(f"<dt>{label}</dt>", 1)[1].split("</div>", 1)[0]

    assert all(f"{PRINTED} ¶2" in fact(label) for label in ("原计划", "现计划", "说明"))
    assert "2024年12月26日" in fact("实际")
    assert PRINTED not in fact("实际")
    assert "验收" in fact("登记说明")


@pytest.mark.parametrize(
    "address",
    [
        "/projects/{}/",
        "/projects/{}/milestones/completed/",
        "/projects/{}/milestones/completed/update/?act=reach",
    ],
)
def test_the_day_offered_for_an_overdue_stage_is_today(project, staff, address: str) -> None:
    page = build.browser_of(staff).get(
        address.format(project.pk), headers={"HX-Request": "true"} if "update" in address else {}
    )
    assert f'name="on" value="{timezone.localdate()}"' in page.content.decode()


def test_the_day_offered_in_bulk_is_today(project, staff) -> None:
    page = build.browser_of(staff).get(f"/projects/bulk/?pk={project.pk}").content.decode()
    assert f'name="on" value="{timezone.localdate()}"' in page
