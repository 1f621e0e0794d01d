"""A stage recorded from its row on the list: the form in place, the changed row, the way back."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from projects.models import Evidence, Milestone, Project
from tests import build

pytestmark = pytest.mark.django_db

LIST = "http://testserver/projects/?q=%E7%83%AD&columns=stage&columns=next&sort=name"


@pytest.fixture
def project() -> Project:
    """Topped out; completion planned for the end of 2024, and long overdue."""
    project = build.project("热泵", organisation=build.town("罗溪镇"))
    build.listing(project, "province", 2024)
    build.milestone(project, "topped_out", "2024-11-30")
    build.milestone(project, "completed", planned="2024-12-31", planned_precision="month")
    return project


@pytest.fixture
def staff(project: Project) -> Client:
    return build.browser_of(
        build.staff(project.organisation, username="zhang", last_name="张", first_name="三")
    )


def address(project: Project, stage: str = "completed", door: str = "update") -> str:
    return f"/projects/{project.pk}/milestones/{stage}/{door}/"


HTMX = {"HX-Request": "true", "HX-Current-URL": LIST}


def ask(client: Client, project: Project, act: str = "reach", stage: str = "completed") -> str:
    return words(client.get(address(project, stage), {"act": act}, headers=HTMX))


def send(client: Client, project: Project, stage: str = "completed", **sent) -> str:
    sent = {"act": "reach", "on": "2024-12-26", "precision": "day", "version": version(project, stage)} | sent
    return words(client.post(address(project, stage), sent, headers=HTMX))


def undo(client: Client, project: Project, stage: str = "completed", **sent) -> str:
    sent = {"version": version(project, stage)} | sent
    return words(client.post(address(project, stage, "undo"), sent, headers=HTMX))


def words(response: HttpResponse) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def line(form: str, label: str) -> list[str]:
    """What a conflict says of one field: before, theirs, mine."""
    cells = re.findall(rf"{label}</th>((?: <td[^>]*>[^<]*</td>)+)", form)
    return re.findall(r">([^<]*)</td>", cells[0])


def version(project: Project, stage: str = "completed") -> int | str:
    found = project.milestones.filter(stage=stage).first()
    return found.history.latest("history_id").history_id if found else ""


def stands(project: Project, stage: str = "completed") -> Milestone:
    return project.milestones.get(stage=stage)


def photo(colour: str = "red") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{colour}.jpg", build.photo(colour=colour), "image/jpeg")


def test_the_row_offers_the_next_stage_and_to_postpone_it(staff: Client, project: Project) -> None:
    page = words(staff.get("/projects/"))

    assert f'hx-get="{address(project)}?act=reach"' in page
    assert 'aria-label="登记竣工：热泵">登记竣工</a>' in page
    assert f'hx-get="{address(project)}?act=postpone"' in page
    # without JavaScript the same button is a link to the page of the stage
    assert f'href="/projects/{project.pk}/milestones/completed/?next=%2Fprojects%2F"' in page


def test_a_stage_without_a_plan_cannot_be_postponed(staff: Client, project: Project) -> None:
    Milestone.objects.filter(stage="completed").update(current_on=None, current_precision="")

    assert "推迟竣工" not in words(staff.get("/projects/"))


def test_the_form_stands_in_the_row_with_its_day_and_the_focus(staff: Client, project: Project) -> None:
    form = ask(staff, project)

    assert form.startswith('<tr class="editing"')
    assert 'colspan="4"' in form  # the two chosen columns, the name and the buttons
    assert f'value="{timezone.localdate()}"' in form  # the plan has gone by, and says nothing of the day
    assert "2024-12-31" not in form
    assert form.count("autofocus") == 1
    assert 'type="file"' in form
    assert 'name="act" value="reach"' in form
    assert "推迟到" in ask(staff, project, "postpone")


def test_a_stage_planned_for_later_offers_today(staff: Client, project: Project) -> None:
    later = date(timezone.localdate().year + 1, 1, 1)
    Milestone.objects.filter(stage="completed").update(current_on=later)

    assert f'value="{timezone.localdate().isoformat()}"' in ask(staff, project)


def test_saving_changes_the_row_in_place_and_offers_the_way_back(staff: Client, project: Project) -> None:
    row = send(staff, project, note="验收合格")

    assert row.startswith(f'<tr id="row-{project.pk}"')
    assert row.count("<td") == 3  # as the list shows it: two columns and the buttons
    assert "<mark>热</mark>泵" in row
    assert "竣工已登记" in row
    assert f'hx-post="{address(project, door="undo")}"' in row
    assert 'aria-label="登记投产：热泵"' in row
    assert "next=%2Fprojects%2F%3Fq%3D%25E7%2583%25AD%26columns%3Dstage" in row
    entry = stands(project).history.latest()
    assert (str(entry.reached_on), entry.reached_note) == ("2024-12-26", "验收合格")
    assert (entry.history_user.username, entry.history_change_reason) == ("zhang", "验收合格")


def test_photos_come_with_the_stage_all_or_nothing(staff: Client, project: Project) -> None:
    bad = SimpleUploadedFile("照片.jpg", b"not a photo", "image/jpeg")

    assert "照片.jpg：文件内容不是" in send(staff, project, evidence=[photo(), bad])
    assert stands(project).reached_on is None
    assert not Evidence.objects.exists()

    send(staff, project, evidence=[photo("red"), photo("blue")])
    assert [kept.caption for kept in stands(project).evidence.all()] == ["red.jpg", "blue.jpg"]
    assert Evidence.history.latest("pk").history_change_reason == "登记完成时上传"


def test_undo_is_a_new_change_that_says_who_and_why(staff: Client, project: Project) -> None:
    send(staff, project)
    row = undo(staff, project)

    assert "竣工：已撤销" in row
    assert 'aria-label="登记竣工：热泵"' in row
    milestone = stands(project)
    assert (milestone.reached_on, str(milestone.current_on)) == (None, "2024-12-31")
    entries = milestone.history.order_by("history_id")
    assert [str(entry.reached_on) for entry in entries] == ["None", "2024-12-26", "None"]
    assert entries.last().history_user.username == "zhang"
    assert entries.last().history_change_reason.endswith("从项目清单撤销")


def test_undo_of_a_stage_that_nobody_had_planned(staff: Client, project: Project) -> None:
    send(staff, project)
    send(staff, project, "in_production", on="2025-01-10")
    undo(staff, project, "in_production")
    assert not project.milestones.filter(stage="in_production").exists()

    send(staff, project, "in_production", on="2025-01-10", evidence=[photo()])
    assert "投产：已撤销" in undo(staff, project, "in_production")
    kept = stands(project, "in_production")
    assert (kept.reached_on, kept.evidence.count()) == (None, 1)


def test_postponing_in_the_row_keeps_the_original_plan_and_is_undone(staff: Client, project: Project) -> None:
    row = send(staff, project, act="postpone", on="2025-03-01", precision="month", cause="weather")

    assert "竣工已推迟" in row
    moved = stands(project)
    assert (str(moved.planned_on), str(moved.current_on), moved.reason) == (
        "2024-12-31",
        "2025-03-31",
        "weather",
    )
    undo(staff, project)
    back = stands(project)
    assert (str(back.current_on), back.reason) == ("2024-12-31", "")


def test_what_is_wrong_is_told_in_the_row_with_what_was_typed(staff: Client, project: Project) -> None:
    written = Milestone.history.count()
    form = send(staff, project, on="2024-10-01", note="验收")

    assert "次序不对" in form
    assert 'value="验收"' in form
    assert f'name="version" value="{version(project)}"' in form
    assert "请填写日期" in send(staff, project, on="")
    assert "推迟计划必须选择原因" in send(staff, project, act="postpone", on="2025-03-01", cause="")
    assert Milestone.history.count() == written


def test_the_second_of_two_sees_what_the_first_wrote(staff: Client, project: Project) -> None:
    seen = version(project)
    office = build.browser_of(build.office(last_name="李", first_name="四"))
    send(office, project, act="postpone", on="2025-03-01", precision="month", cause="weather", note="连雨")
    form = send(staff, project, note="验收", version=seen)

    assert "李四" in form
    assert "推迟竣工（天气）：连雨" in form
    assert line(form, "现计划") == ["2024年12月", "2025年3月", "（不改）"]
    assert line(form, "实际日期") == ["（空）", "（空）", "2024年12月26日"]
    assert line(form, "调整说明") == ["（空）", "连雨", "（不改）"]
    assert line(form, "登记说明") == ["（空）", "（空）", "验收"]
    assert stands(project).reached_on is None

    # seen and sent again, it is saved; what they wrote stays in the history
    assert f'name="version" value="{version(project)}"' in form
    send(staff, project, note="验收")
    assert str(stands(project).reached_on) == "2024-12-26"


def test_undo_leaves_what_somebody_wrote_since(staff: Client, project: Project) -> None:
    send(staff, project)
    mine = version(project)
    office = build.browser_of(build.office())
    undo(office, project)
    send(office, project, on="2024-12-30")

    assert "没有撤销：竣工刚刚被别人改过" in undo(staff, project, version=mine)
    assert str(stands(project).reached_on) == "2024-12-30"


def test_without_htmx_the_doors_lead_to_the_pages(staff: Client, project: Project) -> None:
    assert staff.get(address(project))["Location"] == f"/projects/{project.pk}/milestones/completed/"
    assert staff.get(f"/projects/{project.pk}/row/")["Location"] == f"/projects/{project.pk}/"
    send(staff, project)
    sent = {"version": version(project)}
    assert staff.post(address(project, door="undo"), sent)["Location"] == f"/projects/{project.pk}/"
    assert stands(project).reached_on is None


def test_cancel_brings_the_row_back(staff: Client, project: Project) -> None:
    row = words(staff.get(f"/projects/{project.pk}/row/", headers=HTMX))

    assert row.startswith(f'<tr id="row-{project.pk}"')
    assert "撤销" not in row


@pytest.mark.parametrize("sent", [{"act": "skip"}, {"act": ""}, {"act": "drop"}])
def test_a_forged_act_is_refused(staff: Client, project: Project, sent: dict[str, str]) -> None:
    assert staff.get(address(project), sent, headers=HTMX).status_code == 400
    assert staff.post(address(project), sent, headers=HTMX).status_code == 400
    assert staff.post(address(project, door="undo"), sent, headers=HTMX).status_code == 400
    assert staff.get(address(project, "removed"), sent, headers=HTMX).status_code == 404


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (lambda: build.leader(), 403),
        (lambda: build.leader(build.town("罗溪镇")), 403),
        (lambda: build.staff(build.town("奔牛镇")), 404),
        (lambda: build.person(None), 403),
    ],
)
def test_who_may_not_write_changes_nothing(project: Project, person, status: int) -> None:
    client = build.browser_of(person())
    sent = {"act": "reach", "on": "2024-12-26", "precision": "day", "version": version(project)}

    assert client.get(address(project), {"act": "reach"}, headers=HTMX).status_code == status
    assert client.post(address(project), sent, headers=HTMX).status_code == status
    assert client.post(address(project, door="undo"), sent, headers=HTMX).status_code == status
    assert stands(project).reached_on is None


def test_an_outsider_is_sent_to_the_login(project: Project) -> None:
    for door in ("update", "undo"):
        response = build.browser_of(None).post(address(project, door=door))
        assert response["Location"].startswith("/accounts/login/")


def test_a_row_takes_few_queries(staff: Client, project: Project, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(7):
        ask(staff, project)
    with django_assert_max_num_queries(8):
        staff.get(f"/projects/{project.pk}/row/", headers=HTMX)
