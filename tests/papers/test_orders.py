"""会议材料: papers of a frozen day, basis and scope; who may have them, what they hold, how long they are kept."""

import hashlib
from datetime import timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pypdf import PdfReader

from projects.models import Paper, PaperOrder, Project
from projects.papers.document import kept_paper
from projects.papers.making import frozen, made, set_aside
from projects.templatetags import formats
from tests import build
from tests.api.test_completion import answer
from tests.papers.test_bulletin import luoxi, seal  # noqa: F401  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def ask(user, *kinds: str, **terms: object) -> PaperOrder:
    terms = {"as_of": "2024-09-30", "basis": "sealed", "level": "city", "organisation": ""} | terms
    response = build.browser_of(user).post("/papers/", {"kinds": kinds or ["bulletin"], **terms})
    assert response.status_code == 302, response.content.decode()
    return PaperOrder.objects.get(pk=int(response["Location"].split("/")[2]))


def read(user, order: PaperOrder, kind: str) -> bytes:
    response = build.browser_of(user).get(f"/papers/{order.pk}/{kind}/")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def verify(*files) -> list[str]:
    """Every line that the command prints."""
    told = StringIO()
    try:
        call_command("verify_papers", *files, stdout=told, stderr=told)
    except CommandError as faulty:
        told.write(f"{faulty}\n")
    return told.getvalue().splitlines()


def values(order: PaperOrder, kind: str) -> dict[str, str]:
    return dict(order.papers.get(kind=kind).fields.values_list("key", "value"))


def test_a_sealed_months_papers_hold_the_apis_numbers_and_stay_the_same_bytes(seal, luoxi) -> None:  # noqa: F811
    leader = build.leader()
    order = ask(leader, "bulletin", "cards")
    told = answer(leader, "as_of=2024-09-30")

    word = read(leader, order, "bulletin")
    kept, document = values(order, "bulletin"), kept_paper(word).found
    for each in told["indicators"]:
        if each["actual"] is not None:
            shown = formats.amount(each["actual"], each["unit"] == "yuan")
            assert kept[f"t_{each['code']}_a"] == shown
            assert set(document[f"t_{each['code']}_a"]) == {shown}
    one = order.papers.get(kind="bulletin").fields.get(key=f"u{luoxi.pk}_invested_a")
    assert (one.indicator, one.organisation_key, one.value) == ("invested", luoxi.pk, "12.0")

    first = Project.objects.get(name="罗溪镇项目0")
    sheets = "".join(page.extract_text() for page in PdfReader(BytesIO(read(leader, order, "cards"))).pages)
    assert values(order, "cards")[f"p{first.pk}_done"] == "10.0"
    assert "10.0" in sheets

    first.total_investment = 99 * build.YI
    build.kept(first)
    build.report(first, "2024-07", 5 * build.YI)
    again = frozen(PaperOrder.objects.get(pk=order.pk))
    for paper in order.papers.all():
        content, fields = made(paper, again)
        assert hashlib.sha256(content).hexdigest() == paper.sha256
        assert fields == values(order, paper.kind)


def test_the_ledger_is_frozen_at_the_moment_of_asking_and_verified(
    seal,  # noqa: F811
    luoxi,  # noqa: F811
    settings,
    tmp_path,
) -> None:
    office = build.office()
    order = ask(office, basis="ledger", as_of="2024-09-15", organisation=luoxi.pk)
    build.report(Project.objects.get(name="罗溪镇项目1"), "2024-06", 7 * build.YI)

    asked = f"as_of=2024-09-15&basis=ledger&organisation={luoxi.pk}"
    invested = next(each for each in answer(office, asked)["indicators"] if each["code"] == "invested")
    assert invested["actual"] == 10 * build.YI
    assert values(order, "bulletin")["t_invested_a"] == "3.0"
    assert made(order.papers.get(), frozen(order))[1] == values(order, "bulletin")

    file = tmp_path / "通报.docx"
    file.write_bytes(read(office, order, "bulletin"))
    kept = f"第 {order.pk} 号 {order.papers.get().name}"
    count = len(values(order, "bulletin"))
    assert verify() == [f"相符 {kept}：{count} 个数字"]
    assert verify(file) == [f"相符 通报.docx：{count} 个数字"]
    order.papers.get().fields.filter(key="t_invested_a").update(value="9.9")
    stored = settings.MEDIA_ROOT / order.papers.get().file.name
    lying = stored.read_bytes()
    stored.write_bytes(lying + b" ")
    assert verify()[0] == f"{kept} 文件读不出：加密它的密钥不在，或内容被改动"
    stored.write_bytes(file.read_bytes() + b" ")
    assert verify() == [
        f"{kept} 文件与登记的摘要不符",
        f"{kept} 登记的数字与摘要不符",
        f"{kept} t_invested_a：材料里为“9.9”，应为“3.0”",
        "1 个文件与封存或台账不一致。",
    ]


def test_a_units_staff_gets_its_own_part_and_nobody_anothers(seal, luoxi) -> None:  # noqa: F811
    staff, other = build.staff(luoxi), build.staff(build.town("薛家镇"))
    order = ask(staff, "bulletin", organisation=luoxi.pk)
    words = read(staff, order, "bulletin")

    browser = build.browser_of(staff)
    refused = browser.post(
        "/papers/", {"kinds": "bulletin", "as_of": "2024-09-30", "basis": "sealed", "level": "city"}
    )
    foreign = browser.post(
        "/papers/",
        {
            "kinds": "bulletin", "as_of": "2024-09-30", "basis": "sealed", "level": "city",
            "organisation": other.organisation.pk,
        },
    )  # fmt: skip
    assert (refused.status_code, foreign.status_code) == (422, 422)
    assert {key.split("_")[0] for key in kept_paper(words).found if key[0] == "u"} == {f"u{luoxi.pk}"}
    assert "t_invested_a" not in kept_paper(words).found
    for path in ("", "bulletin/", "pack.zip"):
        assert build.browser_of(other).get(f"/papers/{order.pk}/{path}").status_code == 404
        assert build.browser_of(build.leader()).get(f"/papers/{order.pk}/{path}").status_code == 404
    assert read(build.office(), order, "bulletin") == words

    staff.organisation = other.organisation
    staff.save()
    assert build.browser_of(staff).get(f"/papers/{order.pk}/bulletin/").status_code == 404


def test_the_pack_holds_every_file_with_its_digest(seal) -> None:  # noqa: F811
    leader = build.leader()
    order = ask(leader, "bulletin", "cards")
    browser = build.browser_of(leader)
    content = browser.get(f"/papers/{order.pk}/pack.zip").content

    assert content == browser.get(f"/papers/{order.pk}/pack.zip").content
    with ZipFile(BytesIO(content)) as pack:
        sums = dict(reversed(line.split("  ")) for line in pack.read("SHA256SUMS").decode().splitlines())
        assert sums == {
            "通报-全区-市重点项目-2024-09-30.docx": hashlib.sha256(
                read(leader, order, "bulletin")
            ).hexdigest(),
            "一项目一档-全区-市重点项目-2024-09-30.pdf": hashlib.sha256(
                read(leader, order, "cards")
            ).hexdigest(),
        }
        for name, digest in sums.items():
            assert hashlib.sha256(pack.read(name)).hexdigest() == digest
        manifest = pack.read("清单.txt").decode()
    assert f"封存《{seal.title}》，摘要 {seal.digest}" in manifest
    assert "数据截至：2024年9月30日" in manifest


def test_what_cannot_be_made_says_why(seal, luoxi) -> None:  # noqa: F811
    browser = build.browser_of(build.office())
    page = browser.post(
        "/papers/", {"kinds": "bulletin", "as_of": "2024-07-31", "basis": "sealed", "level": "city"}
    )
    assert "2024年7月31日的市重点项目没有封存，请改选台账，或选已封存的：2024年9月30日、2024年8月31日。" in (
        page.content.decode()
    )
    order = ask(build.office(), "cards", level="province", basis="ledger")
    told = build.browser_of(order.asked_by).get(f"/papers/{order.pk}/").content.decode()
    assert "没有全部生成：这个范围在这一天没有项目，没有可打的页。" in told
    assert "重新生成没有完成的" in told


def test_long_papers_are_left_to_the_worker(seal, settings, django_capture_on_commit_callbacks) -> None:  # noqa: F811
    settings.PAPERS_AT_ONCE_PROJECTS = 5
    leader = build.leader()
    with django_capture_on_commit_callbacks() as queued:
        order = ask(leader, "bulletin", "cards")
    browser, path = build.browser_of(leader), f"/papers/{order.pk}/"
    waiting = browser.get(path, headers={"HX-Request": "true"}).content.decode()

    assert "共 2 份，已生成 0 份" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert browser.get(f"{path}pack.zip").status_code == 404
    set_aside(order.pk, order.attempt, "生成超过 15 分钟")
    assert "没有全部生成：生成超过 15 分钟" in browser.get(path).content.decode()
    with django_capture_on_commit_callbacks() as queued_again:
        browser.post(path)
    queued[-1]()  # in tests the queue works at once; this attempt is over, so it makes nothing
    assert not order.papers.exclude(made_at=None).exists()
    queued_again[-1]()
    done = browser.get(path).content.decode()
    assert "every 2s" not in done
    assert "全部下载（.zip）" in done


def test_housekeeping_removes_old_papers_with_their_files(
    seal,  # noqa: F811
    settings,
    django_capture_on_commit_callbacks,
) -> None:
    old, new = ask(build.leader()), ask(build.leader())
    days = settings.KEEP_PAPERS_DAYS
    PaperOrder.objects.filter(pk=old.pk).update(asked_at=timezone.now() - timedelta(days=days + 1))
    lost = settings.MEDIA_ROOT / old.papers.get().file.name

    with django_capture_on_commit_callbacks(execute=True):
        call_command("prune", verbosity=0)
    assert list(Paper.objects.values_list("order", flat=True)) == [new.pk]
    assert new.papers.get().file.storage.exists(new.papers.get().file.name)
    assert not lost.exists()
