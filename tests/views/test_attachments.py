"""Documents of a project: who may send, see and take them away, and which files are taken."""

from typing import Any

import pytest
from django.test import Client

from projects.models import Attachment, Project
from tests import build

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 a contract"


@pytest.fixture
def project() -> Project:
    return build.project("热泵", organisation=build.town("罗溪镇"))


@pytest.fixture
def staff(project: Project) -> Client:
    return build.browser_of(build.staff(project.organisation, last_name="王", first_name="敏"))


def send(
    client: Client, project: Project, *contents: bytes, kind: str = "contract", caption: str = ""
) -> Any:
    files = [
        build.upload(content, f"主机采购合同{number}.pdf") for number, content in enumerate(contents, start=1)
    ]
    sent = {"documents": files, "kind": kind, "caption": caption}
    return client.post(f"/projects/{project.pk}/attachments/", sent, follow=True)


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_documents_are_kept_with_their_kind_and_shown_on_the_page(staff: Client, project: Project) -> None:
    page = text_of(send(staff, project, PDF, PDF + b"2"))

    assert "已上传 2 份合同。" in page
    assert '<span class="badge">合同</span>' in page
    assert "主机采购合同1.pdf" in page
    kept = project.attachments.first()
    assert (kept.kind, kept.size, str(kept.uploaded_by)) == ("contract", len(PDF), "王敏")
    assert kept.history.get().history_change_reason == "上传附件"

    answer = staff.get(f"/attachments/{kept.pk}/")
    assert body(answer) == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "附件 合同" in text_of(staff.get(f"/projects/{project.pk}/history/"))


@pytest.mark.parametrize(
    ("contents", "kind", "told"),
    [
        ((), "contract", "请选择要上传的文件。"),
        ((PDF,), "", "请选择附件的类别。"),
        ((PDF,), "nonsense", "nonsense"),
        ((b"<script>alert(1)</script>",), "contract", "主机采购合同1.pdf：文件内容不是照片"),
        ((b"",), "contract", "主机采购合同1.pdf：文件是空的"),
        ((PDF, build.photo()[:200]), "contract", "照片已损坏"),
    ],
)
def test_the_same_checks_as_for_evidence_and_nothing_is_kept(
    staff: Client, project: Project, contents: tuple[bytes, ...], kind: str, told: str
) -> None:
    assert told in text_of(send(staff, project, *contents, kind=kind), 422)
    assert not Attachment.objects.exists()


def test_the_same_file_is_kept_once(staff: Client, project: Project) -> None:
    send(staff, project, PDF)

    assert "同一文件已经上传过" in text_of(send(staff, project, PDF), 422)
    assert Attachment.objects.count() == 1


def test_of_a_photo_readers_get_the_copy_without_its_place(staff: Client, project: Project) -> None:
    original = build.photo(size=(400, 300), exif=build.taken())
    send(staff, project, original, kind="minutes")
    kept = project.attachments.get()
    leader = build.browser_of(build.leader())

    assert body(staff.get(f"/attachments/{kept.pk}/original/")) == original
    shown = body(leader.get(f"/attachments/{kept.pk}/"))
    assert b"GPS" not in shown
    assert shown != original
    assert leader.get(f"/attachments/{kept.pk}/original/").status_code == 403


def test_rights_follow_the_project(staff: Client, project: Project) -> None:
    send(staff, project, PDF)
    kept = project.attachments.get()
    at, upload = f"/attachments/{kept.pk}/", f"/projects/{project.pk}/attachments/"
    leader, foreign = build.browser_of(build.leader()), build.browser_of(build.staff(build.town("奔牛镇")))

    assert body(leader.get(at)) == PDF
    for address in (upload, f"{at}delete/", f"{at}original/"):
        assert leader.get(address).status_code == 403
        assert foreign.get(address).status_code == 404
        assert build.browser_of(None).get(address).status_code == 302
    assert foreign.get(at).status_code == 404
    page = text_of(leader.get(f"/projects/{project.pk}/"))
    assert "主机采购合同1.pdf" in page
    assert "上传附件" not in page
    assert f"{at}delete/" not in page


def test_it_is_taken_away_with_a_reason_and_the_history_keeps_its_digest(
    staff: Client, project: Project
) -> None:
    send(staff, project, PDF)
    kept = project.attachments.get()
    address = f"/attachments/{kept.pk}/delete/"

    assert "删除附件须写明原因。" in text_of(staff.post(address, {"reason": ""}), 422)
    assert "已删除一份附件。" in text_of(staff.post(address, {"reason": "传错了"}, follow=True))
    assert not Attachment.objects.exists()
    entry = Attachment.history.filter(history_type="-").get()
    assert (entry.history_change_reason, entry.sha256) == ("删除附件：传错了", kept.sha256)
    assert staff.get(f"/attachments/{kept.pk}/").status_code == 404
