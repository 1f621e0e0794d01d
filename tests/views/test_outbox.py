"""Forms that a phone kept while it had no signal: carried out once, for who filled them in only."""

import pytest
from django.test import Client

from projects.models import Evidence, Project, SentForm
from tests import build

pytestmark = pytest.mark.django_db

KEY = "kept-on-a-phone"


@pytest.fixture
def project() -> Project:
    project = build.project("热泵", organisation=build.town())
    build.milestone(project, "topped_out", planned="2024-09-30")
    return project


def reach(client: Client, project: Project, person: object, *, key: str = KEY, on: str = "2024-03-15"):
    data = {"act": "reach", "on": on, "precision": "day", "note": "", "form_key": key}
    data["version"] = str(Project.objects.get().milestones.get().history.first().history_id)
    data["evidence"] = build.upload(build.photo())
    address = f"/projects/{project.pk}/milestones/topped_out/"
    return client.post(address, data, headers={"x-outbox": str(person)})


def test_a_form_that_is_sent_again_is_answered_as_the_first_time(project: Project) -> None:
    staff = build.staff(project.organisation)
    client = build.browser_of(staff)
    version = str(project.milestones.get().history.first().history_id)
    address = f"/projects/{project.pk}/milestones/topped_out/"
    answers = []
    for _ in range(3):
        data = {"act": "reach", "on": "2024-03-15", "precision": "day", "note": "", "version": version}
        data |= {"form_key": KEY, "evidence": build.upload(build.photo())}
        answers.append(client.post(address, data, headers={"x-outbox": str(staff.pk)}))

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.json() for answer in answers] == [{"led_to": f"/projects/{project.pk}/"}] * 3
    assert (Evidence.objects.count(), SentForm.objects.count()) == (1, 1)
    assert project.milestones.get().history.filter(history_type="~").count() == 1


def test_another_account_on_the_same_phone_sends_nothing(project: Project) -> None:
    staff, colleague = build.staff(project.organisation), build.staff(project.organisation)
    assert reach(build.browser_of(colleague), project, staff.pk).status_code == 401
    assert reach(build.browser_of(None), project, staff.pk).status_code == 401

    assert project.milestones.get().reached_on is None
    assert not SentForm.objects.exists()


def test_a_refusal_says_why_and_may_be_sent_again(project: Project) -> None:
    staff = build.staff(project.organisation)
    client = build.browser_of(staff)
    early = reach(client, project, staff.pk, on="2999-01-01")
    assert early.status_code == 422
    assert "text/html" in early["Content-Type"]

    address = f"/projects/{project.pk}/milestones/topped_out/evidence/"
    headers = {"x-outbox": str(staff.pk)}
    wrong = client.post(address, {"form_key": KEY, "evidence": build.upload(b"text")}, headers=headers)
    assert wrong.status_code == 422
    assert wrong.json()["error"].startswith("没有上传：")
    right = client.post(address, {"form_key": KEY, "evidence": build.upload(build.photo())}, headers=headers)
    assert right.json() == {"led_to": f"/projects/{project.pk}/milestones/topped_out/#evidence"}
