"""Photos and permits: who may send, see and take them away, and what a browser is told about a file."""

from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from projects.models import Evidence, Milestone, Project
from tests import build

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 a permit"


@pytest.fixture
def milestone() -> Milestone:
    project = build.project("热泵", organisation=build.town("罗溪镇"))
    return build.milestone(project, "topped_out", "2024-09-30")


@pytest.fixture
def staff(milestone: Milestone) -> Client:
    return build.browser_of(build.staff(milestone.project.organisation))


def door(project: Project, stage: str = "topped_out") -> str:
    return f"/projects/{project.pk}/milestones/{stage}/evidence/"


def send(client: Client, milestone: Milestone, *contents: bytes, caption: str = "") -> str:
    """What the page says after the upload."""
    files = [build.upload(content, f"{number}.jpg") for number, content in enumerate(contents, start=1)]
    response = client.post(door(milestone.project), {"evidence": files, "caption": caption}, follow=True)
    assert response.redirect_chain == [
        (f"/projects/{milestone.project.pk}/milestones/topped_out/#evidence", 302)
    ]
    return response.content.decode()


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def status_of(client: Client, address: str) -> int:
    response = client.get(address)
    if response.streaming:
        body(response)  # read to its end, a file is closed
    return response.status_code


def test_several_photos_are_sent_at_once(staff: Client, milestone: Milestone) -> None:
    page = send(staff, milestone, build.photo(), build.photo(colour="red"), PDF, caption="主体封顶")

    assert "封顶：已上传 3 份佐证。" in page
    assert page.count('loading="lazy"') == 2
    assert "已佐证" in page
    assert [kept.caption for kept in milestone.evidence.all()] == ["主体封顶"] * 3


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        ((), "没有上传：请选择要上传的照片或证照。"),
        ((b"<script>alert(1)</script>",), "1.jpg：文件内容不是照片"),
        ((build.photo(), b""), "2.jpg：文件是空的"),
        ((build.photo()[:200],), "1.jpg：照片已损坏"),
    ],
)
def test_what_is_no_evidence_is_told_and_nothing_is_kept(
    staff: Client, milestone: Milestone, contents: tuple[bytes, ...], told: str
) -> None:
    assert told in send(staff, milestone, *contents)
    assert not Evidence.objects.exists()


def test_the_camera_of_a_phone_is_asked_for(staff: Client, milestone: Milestone) -> None:
    page = staff.get(f"/projects/{milestone.project.pk}/milestones/topped_out/").content.decode()

    assert 'accept="image/*,application/pdf"' in page
    assert "multiple" in page


def test_a_stage_without_a_record_takes_no_files(staff: Client, milestone: Milestone) -> None:
    assert staff.post(door(milestone.project, "completed"), {"evidence": [build.upload()]}).status_code == 404
    assert staff.post(door(milestone.project, "nonsense"), {"evidence": [build.upload()]}).status_code == 404
    assert (
        'id="evidence"'
        not in staff.get(f"/projects/{milestone.project.pk}/milestones/completed/").content.decode()
    )


def test_the_shown_copy_tells_nothing_and_the_original_everything(
    staff: Client, milestone: Milestone
) -> None:
    original = build.photo(size=(3000, 2000), exif=build.taken())
    kept = build.evidence(milestone, original)

    shown = staff.get(f"/evidence/{kept.pk}/")
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Cache-Control"] == "no-store, private"
    assert shown["Content-Disposition"].startswith("inline; filename*=utf-8''%E7%83%AD%E6%B3%B5")
    picture = Image.open(BytesIO(body(shown)))
    assert (picture.size, dict(picture.getexif())) == ((2048, 1365), {})

    thumbnail = Image.open(BytesIO(body(staff.get(f"/evidence/{kept.pk}/thumbnail/"))))
    assert (thumbnail.size, dict(thumbnail.getexif())) == ((360, 240), {})

    response = staff.get(f"/evidence/{kept.pk}/original/")
    assert response["Content-Disposition"].startswith("attachment; ")
    assert body(response) == original


def test_a_permit_is_handed_out_as_it_is(staff: Client, milestone: Milestone) -> None:
    kept = build.evidence(milestone, PDF)
    response = staff.get(f"/evidence/{kept.pk}/")

    assert (response["Content-Type"], body(response)) == ("application/pdf", PDF)
    assert response["Content-Disposition"].startswith("attachment; ")
    assert staff.get(f"/evidence/{kept.pk}/thumbnail/").status_code == 404


def test_a_file_that_was_lost_is_not_found(staff: Client, milestone: Milestone) -> None:
    kept = build.evidence(milestone)
    kept.shown.storage.delete(kept.shown.name)

    assert staff.get(f"/evidence/{kept.pk}/").status_code == 404


PAGES = ("", "thumbnail/", "original/", "delete/")


@pytest.mark.parametrize(
    ("person", "answers"),
    [
        (lambda: build.leader(), (200, 200, 403, 403)),
        (lambda: build.staff(build.town("罗溪镇")), (200, 200, 200, 200)),
        (lambda: build.office(), (200, 200, 200, 200)),
        (lambda: build.staff(build.town("薛家镇")), (200, 200, 403, 403)),  # helps, so reads
        (lambda: build.staff(build.town("奔牛镇")), (404, 404, 404, 404)),
        (lambda: build.leader(build.town("奔牛镇")), (404, 404, 404, 404)),
        (lambda: build.person(None), (403, 403, 403, 403)),
        (lambda: None, (302, 302, 302, 302)),
    ],
)
def test_a_file_is_for_those_who_may_see_the_project(milestone: Milestone, person, answers) -> None:
    build.helper(milestone.project, build.town("薛家镇"))
    kept, client = build.evidence(milestone), build.browser_of(person())

    assert tuple(status_of(client, f"/evidence/{kept.pk}/{page}") for page in PAGES) == answers
    client.post(f"/evidence/{kept.pk}/delete/", {"reason": "传错"})
    assert Evidence.objects.exists() == (answers[-1] != 200)


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (lambda: build.leader(), 403),
        (lambda: build.staff(build.town("奔牛镇")), 404),
        (lambda: build.staff(build.town("薛家镇")), 403),
        (lambda: None, 302),
    ],
)
def test_who_may_not_write_sends_nothing(milestone: Milestone, person, status: int) -> None:
    build.helper(milestone.project, build.town("薛家镇"))
    response = build.browser_of(person()).post(door(milestone.project), {"evidence": [build.upload()]})

    assert response.status_code == status
    assert not Evidence.objects.exists()


def test_it_is_taken_away_with_a_reason(staff: Client, milestone: Milestone) -> None:
    kept = build.evidence(milestone, name="现场.jpg")
    address = f"/evidence/{kept.pk}/delete/"

    assert "现场.jpg" in staff.get(address).content.decode()
    refused = staff.post(address, {"reason": " "})
    assert refused.status_code == 422
    assert "删除佐证须写明原因。" in refused.content.decode()

    assert staff.post(address, {"reason": "传错项目"})["Location"] == f"/projects/{milestone.project.pk}/"
    assert not Evidence.objects.exists()
    assert Evidence.history.first().history_change_reason == "删除佐证：传错项目"
    told = staff.get(f"/projects/{milestone.project.pk}/history/").content.decode()
    assert "删除佐证：传错项目" in told


def test_the_form_needs_its_token(milestone: Milestone) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(build.office(), backend="projects.access.RoleBackend")

    assert client.post(door(milestone.project), {"evidence": [build.upload()]}).status_code == 403
    assert not Evidence.objects.exists()


def test_it_is_not_fetched_by_get(staff: Client, milestone: Milestone) -> None:
    assert staff.get(door(milestone.project)).status_code == 405
