"""The admin obeys a sealed month as a page does: a correction says so, anything else is refused."""

from datetime import date

import pytest

from projects.models import Bulletin, Figure, MonthlyReport
from tests import build
from tests.admin.desk import address, change_page, newest, send

pytestmark = pytest.mark.django_db

SEALED = "2024年9月（全区 · 市重点）已封存"


@pytest.fixture
def office():
    return build.office()


@pytest.fixture
def client(office):
    return build.browser_of(office)


@pytest.fixture
def project():
    project = build.project("热泵", organisation=build.town())
    build.listing(project)
    build.milestone(project, "started", "2024-03-15")
    build.report(project, "2024-08", build.YI)
    return project


@pytest.fixture
def sealed(project):
    return build.seal("2024-09")


def told(client) -> str:
    return client.get("/admin/").content.decode()


@pytest.mark.usefixtures("sealed")
def test_a_counted_day_changes_as_a_correction_only(client, office, project):
    milestone = project.milestones.get()
    send(client, change_page(milestone), reached_on="2024-04-01", change_reason="笔误")
    milestone.refresh_from_db()
    assert milestone.reached_on == date(2024, 3, 15)
    assert SEALED in told(client)

    send(client, change_page(milestone), reached_on="2024-04-01", change_reason="更正：笔误")
    milestone.refresh_from_db()
    assert milestone.reached_on == date(2024, 4, 1)
    assert newest(milestone) == ("~", office, "更正：笔误")


@pytest.mark.usefixtures("sealed")
def test_the_rows_of_a_project_obey_it_too(client, project):
    typed = {"listings-0-level": "province"}
    send(client, change_page(project), reason="改级别", **typed)
    assert project.listings.get().level == "city"
    assert SEALED in told(client)

    send(client, change_page(project), reason="更正：改级别", **typed)
    assert project.listings.get().level == "province"


@pytest.mark.usefixtures("sealed")
def test_a_counted_report_is_erased_as_a_correction_only(client, project):
    page = address(MonthlyReport, project.reports.get().pk, "delete")
    client.post(page, {"post": "yes", "erase_reason": "误报"})
    assert project.reports.exists()
    assert SEALED in told(client)

    client.post(page, {"post": "yes", "erase_reason": "更正：误报"})
    assert not project.reports.exists()


@pytest.mark.usefixtures("sealed")
def test_a_late_report_is_added_as_a_correction_only(client, office, project):
    typed = {"project": project.pk, "month": "2024-09-01", "invested": "600", "state": "approved"}
    send(client, address(MonthlyReport, "add"), **typed)
    assert project.reports.count() == 1
    assert SEALED in told(client)

    send(client, address(MonthlyReport, "add"), **typed, change_reason="更正：补报9月")
    late = project.reports.get(month="2024-09-01")
    assert newest(late) == ("+", office, "更正：补报9月")


def test_without_a_seal_a_new_record_needs_no_reason(client, office, project):
    typed = {"project": project.pk, "month": "2024-09-01", "invested": "600", "state": "approved"}
    send(client, address(MonthlyReport, "add"), **typed)

    assert newest(project.reports.get(month="2024-09-01")) == ("+", office, "新建月报")


def test_a_seal_and_its_figures_are_closed(client, sealed):
    figure = Figure.objects.filter(bulletin=sealed).first()

    for record in (sealed, figure):
        assert client.post(change_page(record), {"title": "改", "amount": "9"}).status_code == 403
        deletion = address(record, record.pk, "delete")
        assert client.post(deletion, {"post": "yes", "erase_reason": "更正：删"}).status_code == 403

    assert Bulletin.objects.get().title == "2024年9月完成情况（市重点）"
