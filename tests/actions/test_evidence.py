"""Evidence: judged by its bytes, kept with its digest, and never twice."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.actions import evidence
from projects.actions.evidence import attach
from projects.models import Evidence
from projects.rules.broken import RuleBroken
from tests import build

pytestmark = pytest.mark.django_db

JPG = b"\xff\xd8\xff\xe0 a photo of the site"


@pytest.fixture
def milestone():
    return build.milestone(build.project(), "topped_out", "2024-09-30")


def test_attach_keeps_the_file_its_digest_and_who(milestone):
    office = build.office()
    kept = attach(milestone, SimpleUploadedFile("封顶.jpg", JPG), caption="主体封顶", by=office)

    kept.refresh_from_db()
    with kept.file.open() as file:
        assert file.read() == JPG
    assert (kept.sha256, kept.caption) == (hashlib.sha256(JPG).hexdigest(), "主体封顶")
    assert kept.uploaded_by == office
    entry = kept.history.get()
    assert (entry.history_user, entry.history_change_reason) == (office, "上传佐证")


def test_without_a_caption_it_goes_by_the_name_it_came_with(milestone):
    kept = attach(milestone, SimpleUploadedFile("封顶照片.jpg", JPG), by=build.office())
    assert str(kept) == "封顶照片.jpg"


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (JPG, ".jpg"),
        (b"\x89PNG\r\n\x1a\n0000", ".png"),
        (b"RIFF0000WEBPVP8 ", ".webp"),
        (b"%PDF-1.7 a permit", ".pdf"),
        (b"\x00\x00\x00\x18ftypheic0000", ".heic"),
    ],
)
def test_its_bytes_and_not_its_name_say_what_it_is(milestone, content, extension):
    kept = attach(milestone, SimpleUploadedFile("../许可.html", content), by=build.office())
    assert kept.file.name.startswith("evidence/")
    assert kept.file.name.endswith(extension)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"<html><script>alert(1)</script>", "无法作为佐证"),
        (b"MZ\x90\x00 a program", "无法作为佐证"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "无法作为佐证"),
        (b"\x00\x00\x00\x18ftypisom0000", "无法作为佐证"),
    ],
)
def test_what_is_no_photo_or_permit_is_refused(milestone, content, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        attach(milestone, SimpleUploadedFile("照片.jpg", content), by=build.office())
    assert not Evidence.objects.exists()
    assert not Evidence.history.exists()


def test_what_is_too_large_is_refused(milestone, monkeypatch):
    monkeypatch.setattr(evidence, "LARGEST", len(JPG) - 1)
    with pytest.raises(RuleBroken, match="文件过大"):
        attach(milestone, SimpleUploadedFile("照片.jpg", JPG), by=build.office())
    assert not Evidence.objects.exists()


def test_the_limit_is_20_megabytes():
    assert evidence.LARGEST == 20 * 1024 * 1024


def test_the_same_file_is_kept_once_for_a_milestone(milestone):
    attach(milestone, SimpleUploadedFile("一.jpg", JPG), by=build.office())
    with pytest.raises(RuleBroken, match="同一文件已经上传过"):
        attach(milestone, SimpleUploadedFile("二.jpg", JPG), by=build.office())
    attach(
        build.milestone(milestone.project, "started", "2024-03-01"),
        SimpleUploadedFile("三.jpg", JPG),
        by=build.office(),
    )
    assert Evidence.objects.count() == 2
