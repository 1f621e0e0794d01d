"""Telephone numbers: masked where they are not needed, whole where somebody calls; names stay in the history."""

import csv
from io import StringIO

import pytest
from django.db.models import ProtectedError

from projects.actions import people
from projects.models import AuditEntry, Project
from projects.models.account import PersonFacts
from projects.rules.phones import is_masked, masked
from projects.vocabulary import AuditAct, Role
from tests import build
from tests.fuzz.stranger import Stranger, content_of
from tests.workbooks.sheets_made import applied, received, xlsx

pytestmark = pytest.mark.django_db

PHONE, COVERED = "13912340000", "139****0000"
EXPORT = "/projects/export.csv"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        (PHONE, COVERED),
        ("139 1234 0000", COVERED),
        ("0519-85100000", "051****0000"),
        ("85100", "851****00"),
        ("办公室 85123456，手机 13912340000", "办公室 851****56，手机 139****0000"),
        ("转 8012", "****"),
        ("见通讯录", "****"),
        (COVERED, "****"),
    ],
)
def test_a_number_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert is_masked(shown) is bool(text)


@pytest.fixture
def project() -> Project:
    return build.project("热泵", organisation=build.town(), contact="张三", contact_phone=PHONE)


def exported(user, query: str = "") -> str:
    return content_of(Stranger(user).ask("GET", EXPORT, QUERY_STRING=query)).decode()


def test_an_export_masks_numbers_unless_they_are_asked_for(project: Project) -> None:
    staff = build.staff(project.organisation)
    assert COVERED in exported(staff)
    assert PHONE not in exported(staff)
    assert PHONE in exported(staff, "phones=on")


def test_asking_for_numbers_is_noted_and_not_for_everybody(project: Project) -> None:
    staff, leader = build.staff(project.organisation), build.leader(project.organisation)
    answer = build.browser_of(staff).get(f"{EXPORT}?phones=on")
    assert PHONE in b"".join(answer).decode()
    (entry,) = AuditEntry.objects.filter(act=AuditAct.CONTACT_READ)
    assert (entry.by, entry.subject) == (staff, "项目清单导出的联系电话")

    refused = build.browser_of(leader).get(f"{EXPORT}?phones=on")
    assert refused.status_code == 403
    assert PHONE not in refused.text
    assert "phones" in build.browser_of(staff).get("/projects/").text
    assert "phones" not in build.browser_of(leader).get("/projects/").text


def test_lists_histories_and_the_api_mask_and_the_project_does_not(project: Project) -> None:
    project.contact_phone = "13999990000"
    build.kept(project, reason="换号")
    browser = build.browser_of(build.office())
    for path in ("/projects/?columns=contact", f"/projects/{project.pk}/history/", "/api/v1/projects/"):
        page = browser.get(path).text
        assert PHONE not in page, path
        assert "13999990000" not in page, path
        assert COVERED in page, path
    assert "联系电话" in browser.get(f"/projects/{project.pk}/history/").text
    assert "13999990000" in browser.get(f"/projects/{project.pk}/").text
    assert browser.get(f"/api/v1/projects/{project.pk}/").json()["contact_phone"] == "13999990000"


def test_a_masked_number_that_comes_back_changes_nothing(project: Project) -> None:
    office = build.office()
    rows = list(csv.reader(StringIO(exported(office).lstrip("\ufeff"))))
    head = next(at for at, row in enumerate(rows) if "项目名称" in row)
    line = rows[head + 1]
    line[rows[head].index("责任人")] = "李四"
    applied(received(xlsx(rows[head], line), by=office), by=office)
    project.refresh_from_db()
    assert (project.contact, project.contact_phone) == ("李四", PHONE)


def test_a_masked_number_is_not_stored_by_a_form(project: Project) -> None:
    browser = build.browser_of(build.office())
    body = {"version": project.history.latest().pk, "reason": "改", "contact_phone": COVERED}
    answer = browser.patch(f"/api/v1/projects/{project.pk}/", body, "application/json")
    assert answer.status_code == 400
    assert "星号" in answer.text


def test_a_closed_account_keeps_its_name_in_the_history(project: Project) -> None:
    admin = build.admin()
    made = people.create(PersonFacts("王敏", "wangmin", frozenset({Role.OFFICE}), None), by=admin)
    project.remark = "变更"
    build.kept(project, by=made.person, reason="更正")
    people.close(made.person, by=admin, reason="离职")

    page = build.browser_of(admin).get(f"/projects/{project.pk}/history/").text
    assert "王敏" in page
    with pytest.raises(ProtectedError):
        made.person.delete()
