"""Two at one record of the admin: theirs, mine and before are told, and nothing is silently overwritten."""

import pytest

from projects.models import MonthlyReport, Project
from tests import build
from tests.admin.desk import change_page, faults, filled, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return build.project("热泵", enterprise="河海", total_investment=10 * build.YI)


def meanwhile(project: Project) -> None:
    """李四 changes the total investment and the person in charge."""
    theirs = Project.objects.get(pk=project.pk)
    theirs.total_investment, theirs.contact = 12 * build.YI, "王五"
    build.kept(theirs, by=build.office(last_name="李", first_name="四"), reason="企业来函")


def test_the_second_is_told_and_the_next_save_keeps_what_the_form_shows(project: Project) -> None:
    browser, address = build.browser_of(build.office()), change_page(project)
    opened = filled(browser.get(address)) | {"total_investment": "13", "place": "黄河路", "reason": "核对"}
    meanwhile(project)

    refused = browser.post(address, opened)
    told = faults(refused)
    for words in ("李四", "企业来函", "总投资（亿元）：原来 10，对方改为 12，您填的是 13"):
        assert words in told
    project.refresh_from_db()
    assert (project.total_investment, project.place) == (12 * build.YI, "")

    assert browser.post(address, filled(refused)).status_code == 302
    project.refresh_from_db()
    assert (project.total_investment, project.contact, project.place) == (13 * build.YI, "王五", "黄河路")
    assert project.history.count() == 3


def test_a_record_of_its_own_is_held_too(project: Project) -> None:
    report = build.report(project, "2024-03", build.YI, state="draft")
    browser, address = build.browser_of(build.office()), change_page(report)
    opened = filled(browser.get(address)) | {"invested": "30000", "change_reason": "核对"}
    report.invested = 2 * build.YI
    build.kept(report, by=build.staff(username="罗溪"))

    assert "罗溪" in faults(browser.post(address, opened))
    assert MonthlyReport.objects.get().invested == 2 * build.YI


def test_nobody_else_means_no_question(project: Project) -> None:
    browser = build.browser_of(build.office())
    assert send(browser, change_page(project), place="黄河路", reason="核对").status_code == 302
    assert send(browser, change_page(project), place="长江路", reason="核对").status_code == 302


def test_a_row_below_that_somebody_changed_is_not_set_back(project: Project) -> None:
    milestone = build.milestone(project, "started", planned="2024-03-31")
    browser, address = build.browser_of(build.office()), change_page(project)
    opened = filled(browser.get(address)) | {"place": "黄河路", "reason": "核对"}
    milestone.current_on = build.day("2024-06-30")
    build.kept(milestone, by=build.staff())

    refused = browser.post(address, opened)
    assert "这一页下面的表格刚刚被别人改过" in faults(refused)
    assert "这一页下面的表格刚刚被别人改过" in faults(browser.post(address, filled(refused)))
    milestone.refresh_from_db()
    assert str(milestone.current_on) == "2024-06-30"
    assert send(browser, address, place="黄河路", reason="核对").status_code == 302
