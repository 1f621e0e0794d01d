"""Evidence: judged by its bytes, kept with its digest, and never twice."""

import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from projects.actions import evidence
from projects.actions.evidence import attach, attach_all, withdraw
from projects.models import Evidence, Milestone
from projects.rules.broken import RuleBroken
from tests import build
from tests.files.test_photos import bomb

pytestmark = pytest.mark.django_db

JPG = build.photo()
HEIC = Path(__file__).parents[1] / "files" / "iphone.heic"


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
        (build.photo(kind="PNG"), ".png"),
        (build.photo(kind="WEBP"), ".webp"),
        (b"%PDF-1.7 a permit", ".pdf"),
        (HEIC.read_bytes(), ".heic"),
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


def test_the_original_keeps_its_bytes_and_the_shown_copies_tell_nothing(milestone):
    original = build.photo(size=(900, 600), exif=build.taken())
    kept = attach(milestone, build.upload(original), by=build.office())

    kept.refresh_from_db()
    with kept.file.open() as file:
        assert file.read() == original
    assert (kept.latitude, kept.longitude) == (Decimal("31.808333"), Decimal("119.937500"))
    assert kept.taken_at == datetime(2024, 11, 20, 2, 30, tzinfo=UTC)  # the camera's clock is ours
    for copy, longest in ((kept.shown, 900), (kept.thumbnail, 360)):
        with copy.open() as file:
            shown = Image.open(BytesIO(file.read()))
        assert (shown.format, max(shown.size), dict(shown.getexif())) == ("JPEG", longest, {})


def test_a_permit_has_no_copy(milestone):
    kept = attach(milestone, build.upload(b"%PDF-1.7 a permit", "许可证.pdf"), by=build.office())

    assert (kept.is_photo, kept.thumbnail.name, kept.taken_at, kept.latitude) == (False, "", None, None)


def test_several_at_once_are_all_kept_or_none(milestone):
    by = build.office()
    whole = [build.upload(build.photo(colour=colour), f"{colour}.jpg") for colour in ("red", "green")]

    assert [item.caption for item in attach_all(milestone, whole, by=by)] == ["red.jpg", "green.jpg"]
    with pytest.raises(RuleBroken, match=r"坏.jpg：照片已损坏"):
        attach_all(
            milestone, [build.upload(build.photo(colour="blue")), build.upload(JPG[:300], "坏.jpg")], by=by
        )
    assert milestone.evidence.count() == 2


def test_a_photo_that_is_chosen_twice_is_kept_once(milestone):
    assert len(attach_all(milestone, [build.upload(), build.upload(name="副本.jpg")], by=build.office())) == 1


def test_twenty_files_are_the_most(milestone):
    with pytest.raises(RuleBroken, match="一次最多上传 20 个文件"):
        attach_all(milestone, [build.upload() for _ in range(21)], by=build.office())


def test_what_is_withdrawn_leaves_who_and_why_and_its_digest(milestone):
    office = build.office()
    kept = build.evidence(milestone)
    withdraw(kept, by=office, reason=" 传错项目 ")

    assert not Evidence.objects.exists()
    entry = Evidence.history.first()
    assert (entry.history_type, entry.history_user) == ("-", office)
    assert (entry.history_change_reason, entry.sha256) == (
        "删除佐证：传错项目",
        hashlib.sha256(JPG).hexdigest(),
    )


def test_nothing_is_withdrawn_without_a_reason(milestone):
    kept = build.evidence(milestone)
    with pytest.raises(RuleBroken, match="删除佐证须写明原因"):
        withdraw(kept, by=build.office(), reason=" ")
    assert Evidence.objects.exists()


def test_a_stage_is_claimed_until_it_is_proven(milestone):
    planned = build.milestone(milestone.project, "completed", planned="2024-12-31")
    unasked = build.milestone(milestone.project, "signed", "2024-01-01")

    def proofs() -> dict[str, str | None]:
        return {item.stage: item.proof for item in Milestone.objects.with_proof()}

    assert proofs() == {"topped_out": "claimed", planned.stage: None, unasked.stage: None}
    build.evidence(milestone)
    assert proofs()["topped_out"] == "verified"


def test_photos_are_added_up_before_any_is_decoded(milestone):
    """Six headers that claim 49 million pixels each; nothing follows them that could be decoded."""
    claims = [build.upload(bomb(7000, 7000), f"{number}.png") for number in range(6)]
    with pytest.raises(RuleBroken, match="照片像素合计过多：一次最多 25000 万像素"):
        attach_all(milestone, claims, by=build.office())
    with pytest.raises(RuleBroken, match="已损坏"):
        attach_all(milestone, claims[:5], by=build.office())
