"""一项目一档: one sheet a project whatever its texts, the numbers of the API, who may print what."""

import re
from io import BytesIO

import pytest
from django.test import Client, override_settings
from pypdf import PdfReader

from projects.models import Project
from projects.templatetags.formats import yi_hundredths
from tests import build

pytestmark = pytest.mark.django_db

ALL = "/projects/cards.pdf"
AMOUNT = re.compile(r"(\d+\.\d+)亿元")


def pages_of(user, address: str) -> list[str]:
    """The texts of the sheets, without blanks: a line break is no word."""
    response = build.browser_of(user).get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(response.content))
    return [re.sub(r"[\s\u200b]", "", page.extract_text()) for page in reader.pages]


def words_of(user, address: str, status: int) -> str:
    response = build.browser_of(user).get(address)
    assert response.status_code == status
    return response.content.decode()


def api(user, address: str) -> dict:
    response = Client(headers=build.key_header(user)).get(f"/api/v1/{address}")
    assert response.status_code == 200
    return response.json()


@pytest.fixture
def luoxi():
    return build.town("罗溪镇")


@pytest.fixture
def project(luoxi) -> Project:
    """A project of this year in 罗溪镇; another one in 薛家镇."""
    project = build.project(
        "热泵机组",
        organisation=luoxi,
        enterprise="河海新能源",
        total_investment=1_234_567_890,
        linked_leader="宋启文",
        contact="周明远",
        contact_phone="13800000000",
        content="厂房 4.2 万平方米",
    )
    build.listing(project, year=2026)
    build.annual_plan(project, 5 * build.YI, year=2026, invested_before=120_000_000)
    build.report(project, "2026-08", 6_000_000, progress="主体施工", next_step="设备进场")
    build.milestone(project, "signed", "2026-03-12", planned="2026-02-28")
    build.milestone(project, "started", planned="2026-03-31", current="2026-06-30", reason="land")
    build.problem(project, "用地指标未落实", raised="2026-08-01", due_on="2026-09-15", person="蒋琳")
    build.problem(project, "管线迁改", raised="2026-08-01", resolved_on="2026-08-02", resolution="已办")
    elsewhere = build.project("别处项目", organisation=build.town("薛家镇"), contact="钱科长")
    build.listing(elsewhere, year=2026)
    return project


@pytest.mark.parametrize("person", [build.leader, build.office, build.admin])
def test_a_sheet_has_what_the_page_has(project, person) -> None:
    (sheet,) = pages_of(person(), f"/projects/{project.pk}/card.pdf")

    for words in (
        "热泵机组", "河海新能源", "罗溪镇", "2026年市重点", "厂房4.2万平方米", "主体施工", "下一步：设备进场",
        "2026年3月12日", "2026年6月30日", "推迟91天，土地供应", "用地指标未落实", "责任：罗溪镇蒋琳",
        "挂钩领导：宋启文", "责任人：周明远138****0000",
    ):  # fmt: skip
        assert words in sheet
    assert "管线迁改" not in sheet
    assert "红灯" in sheet


@pytest.mark.parametrize("reader", [lambda _: build.leader(), build.staff])
def test_every_amount_is_the_apis(project, luoxi, reader) -> None:
    """Read back out of the paper: what was told of the project, and of a scope that it is alone in."""
    user = reader(luoxi)
    record = api(user, f"projects/{project.pk}/")
    told = api(user, f"completion?year=2026&level=all&basis=ledger&organisation={luoxi.pk}")
    invested = next(each for each in told["indicators"] if each["code"] == "invested")

    (sheet,) = pages_of(user, f"/projects/{project.pk}/card.pdf")
    total, before, planned, done, month = AMOUNT.findall(sheet.split("【")[0])

    assert total == yi_hundredths(record["total_investment"]) == "12.35"
    assert done == yi_hundredths(invested["actual"]) == "0.06"
    assert planned == yi_hundredths(invested["target"]) == "5.0"
    assert (before, month) == ("1.2", "0.06")
    assert "1.2%" in sheet
    for stage in record["stages"]:
        for day in filter(None, (stage["planned"], stage["current"], stage["reached"])):
            year, number, on = map(int, day["on"].split("-"))
            assert f"{year}年{number}月{on}日" in sheet


def test_the_unknown_is_empty_and_never_zero() -> None:
    project = build.project("空项目")

    (sheet,) = pages_of(build.leader(), f"/projects/{project.pk}/card.pdf")

    assert AMOUNT.findall(sheet) == []
    assert "没有现场照片" in sheet
    assert "还没有报过月报" in sheet
    assert "没有登记未销号的问题" in sheet
    assert "责任人：未填报" in sheet


def test_a_unit_prints_its_own_only(project, luoxi) -> None:
    staff = build.staff(luoxi)
    elsewhere = Project.objects.get(name="别处项目")

    sheets = pages_of(staff, ALL)

    assert len(sheets) == 1
    assert "别处项目" not in sheets[0]
    assert "钱科长" not in words_of(staff, f"/projects/{elsewhere.pk}/card.pdf", status=404)


def test_an_outsider_and_an_account_without_a_role_print_nothing(project) -> None:
    for address in (ALL, f"/projects/{project.pk}/card.pdf"):
        assert build.browser_of(None).get(address)["Location"].startswith("/accounts/login/")
        assert "没有" in words_of(build.person(None), address, status=403)


def test_the_filters_of_the_list_choose_the_sheets(project) -> None:
    assert len(pages_of(build.leader(), ALL)) == 2
    (sheet,) = pages_of(build.leader(), f"{ALL}?q=别处")
    assert "别处项目" in sheet
    assert "没有符合条件的项目" in words_of(build.leader(), f"{ALL}?q=不存在", status=400)
    assert "条件有误" in words_of(build.leader(), f"{ALL}?organisation=x", status=400)


def test_too_many_are_refused_with_what_to_do(project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projects.views.cards.MOST_CARDS", 1)

    assert "有 2 个项目，一次最多打 1 页" in words_of(build.leader(), ALL, status=400)


LONG = {
    "prose": "建设内容很长，" * 600,
    "latin": "Sustainable-Superconducting-Absorption-Heat-Pump" * 40,
    "lines": "第一行\n" * 200,
}


@pytest.mark.parametrize("kind", LONG)
def test_a_project_is_one_page_whatever_the_length_of_its_texts(kind: str, luoxi) -> None:
    words = LONG[kind]
    project = build.project(
        words.replace("\n", "")[:200], organisation=luoxi, enterprise=words.replace("\n", "")[:200],
        content=words[:2000], contact=words.replace("\n", "")[:50], place=words.replace("\n", "")[:200],
        total_investment=999_999 * build.YI,
    )  # fmt: skip
    build.report(project, "2026-09", build.YI, progress=words, next_step=words, needs_coordination=words)
    for number in range(9):
        build.problem(project, f"{words[:900]}{number}", raised="2026-08-01", due_on="2026-09-15")
    for stage in ("negotiating", "signed", "registered", "filed", "land", "started", "topped_out", "entered"):
        build.milestone(project, stage, "2026-03-12", "not_later", planned="2025-02-28", note=words[:400])
    milestone = project.milestones.get(stage="started")
    build.evidence(milestone, build.photo(size=(40, 900)))
    build.project("下一个")

    sheets = pages_of(build.leader(), ALL)

    assert len(sheets) == 2
    assert "下一个" in sheets[1]
    first = sheets[sheets.index(next(sheet for sheet in sheets if "未完，全文扫码看" in sheet))]
    assert "……（未完，全文扫码看）" in first.split("问题【用地拆迁】", 1)[1].split("联系", 1)[0]
    assert "扫码登录后看最新" in first


def test_the_code_leads_to_the_page_of_the_project(project) -> None:
    response = build.browser_of(build.leader()).get(f"/projects/{project.pk}/card.pdf")

    assert f"二维码：http://testserver/projects/{project.pk}/" in _alternatives(response.content)


def _alternatives(content: bytes) -> str:
    """The words that stand for the pictures."""
    found = []
    for item in PdfReader(BytesIO(content)).trailer["/Root"]["/StructTreeRoot"]["/K"]:
        waiting = [item.get_object()]
        while waiting:
            node = waiting.pop()
            if hasattr(node, "get"):
                found.append(str(node.get("/Alt", "")))
                below = node.get("/K", [])
                waiting += [each.get_object() for each in (below if isinstance(below, list) else [below])]
    return " ".join(found)


def test_a_lost_photo_leaves_its_place_empty(project) -> None:
    evidence = build.evidence(project.milestones.get(stage="signed"))
    assert "没有现场照片" not in pages_of(build.leader(), f"/projects/{project.pk}/card.pdf")[0]
    evidence.shown.storage.delete(evidence.shown.name)

    assert "没有现场照片" in pages_of(build.leader(), f"/projects/{project.pk}/card.pdf")[0]


def test_without_a_chinese_font_a_page_says_what_to_do(project, tmp_path) -> None:
    with override_settings(FONTS_DIR=str(tmp_path)):
        page = words_of(build.leader(), f"/projects/{project.pk}/card.pdf", status=503)

    assert "没有中文字体" in page
    assert "FONTS_DIR" in page


def test_the_pages_lead_to_the_sheets(project) -> None:
    assert f"/projects/{project.pk}/card.pdf" in words_of(build.leader(), f"/projects/{project.pk}/", 200)
    assert "/projects/cards.pdf?level=city" in words_of(build.leader(), "/projects/?level=city", 200)
