"""The bulletin as .docx: every number that of the API and of the seal, the same bytes again, each reader's own part."""

import re
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from lxml import etree

from projects.models import Bulletin, Project
from projects.papers.document import kept_paper
from projects.papers.packages import packed, unpacked
from projects.templatetags import formats
from projects.vocabulary import Stage
from tests import build
from tests.api.test_completion import answer

pytestmark = pytest.mark.django_db

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def luoxi():
    return build.town("罗溪镇")


@pytest.fixture
def seal(luoxi) -> Bulletin:
    """Two units with three projects each, a late start, a problem, two sealed months between which ranks changed."""
    xuejia = build.town("薛家镇")
    for unit, august in ((luoxi, 1), (xuejia, 2)):
        for number in range(3):
            project = build.project(f"{unit}项目{number}", organisation=unit, total_investment=10 * build.YI)
            build.listing(project)
            build.report(project, "2024-08", august * build.YI)
            build.milestone(project, Stage.STARTED, planned="2024-06-30", reason="land")
            build.milestone(project, Stage.COMPLETED, planned="2024-10-20")
        build.target("invested", 20 * build.YI, organisation=unit)
    build.problem(project, "用地 & <指标> 未落实", raised="2024-08-01", due_on="2024-09-10")
    build.target("invested", 40 * build.YI)
    build.target("started", 6)
    build.light_rule()
    build.seal("2024-08")
    for unit, september in ((luoxi, 9), (xuejia, 3)):
        build.report(Project.objects.get(name=f"{unit}项目0"), "2024-09", september * build.YI)
    return build.seal("2024-09")


def paper_of(user, seal: Bulletin) -> bytes:
    response = build.browser_of(user).get(f"/bulletins/{seal.pk}/paper.docx")
    assert response.status_code == 200
    assert response["Content-Type"] == DOCX
    return response.content


def lines_of(content: bytes) -> list[str]:
    root = etree.fromstring(ZipFile(BytesIO(content)).read("word/document.xml"))
    return ["".join(node.text or "" for node in each.iter(f"{W}t")) for each in root.iter(f"{W}p")]


def fields_of(content: bytes) -> dict[str, str]:
    return {key: texts[0] for key, texts in kept_paper(content).found.items()}


def test_the_whole_bulletin_of_the_district(seal) -> None:
    words = "\n".join(lines_of(paper_of(build.leader(), seal)))

    for line in (
        "关于2024年9月完成情况（市重点）的通报",
        "全区市重点项目共6个，总投资60.0亿元。",
        "2024年1—9月，全区市重点项目完成投资21.0亿元，完成年度目标的52.5%，落后时间进度22.5个百分点。",
        "9月应报月报6个，已审核2个；未报4个，均未计入完成投资。",
        "按完成投资完成率排名，变动比2024年8月。",
        "罗溪镇：新开工",
        "（罗溪镇）：计划2024年6月30日开工，晚92天，土地供应。",
        "（薛家镇）：用地 & <指标> 未落实（用地拆迁；期限2024年9月10日，逾期20天）。",
        "：2024年10月20日竣工。",
    ):
        assert line in words
    assert "号" in words
    assert "〔\u3000\u3000\u3000\u3000〕" in words
    assert "{" not in words


def test_ranks_move_against_the_seal_before(seal, luoxi) -> None:
    found = fields_of(paper_of(build.leader(), seal))

    xuejia = build.town("薛家镇")
    assert (found[f"u{luoxi.pk}_k"], found[f"u{luoxi.pk}_m"]) == ("1", "升1")
    assert (found[f"u{xuejia.pk}_k"], found[f"u{xuejia.pk}_m"]) == ("2", "降1")


def test_every_number_is_the_apis_for_a_leader(seal) -> None:
    leader = build.leader()
    told = answer(leader, "as_of=2024-09-30")
    found = fields_of(paper_of(leader, seal))

    assert told["basis"] == "sealed"
    compared = 0
    for each in told["indicators"]:
        is_money = each["unit"] == "yuan"
        if each["actual"] is not None:
            assert found[f"t_{each['code']}_a"] == formats.amount(each["actual"], is_money)
            compared += 1
        if each["target"] is not None:
            assert found[f"t_{each['code']}_t"] == formats.amount(each["target"], is_money)
    assert compared >= 2
    units = {build.town(row["organisation"]).pk: row for row in told["units"]}
    for pk, row in units.items():
        invested = next(each for each in row["indicators"] if each["code"] == "invested")
        assert found[f"u{pk}_invested_a"] == formats.yi(invested["actual"])
        assert found[f"u{pk}_invested_t"] == formats.yi(invested["target"])


def test_staff_of_a_unit_have_their_own_part(seal, luoxi) -> None:
    staff = build.staff(luoxi)
    content = paper_of(staff, seal)
    words, found = "\n".join(lines_of(content)), fields_of(content)

    told = answer(staff, "as_of=2024-09-30")
    invested = next(each for each in told["indicators"] if each["code"] == "invested")
    assert found[f"u{luoxi.pk}_invested_a"] == formats.yi(invested["actual"]) == "12.0"
    assert "薛家镇" not in words
    assert "21.0" not in words
    assert "逾期" not in words.replace("项目开工逾期", "")
    assert "一、总体情况" not in words  # what is left out has no heading either


def test_who_may_not_read_makes_no_paper(seal) -> None:
    for address in (f"/bulletins/{seal.pk}/paper.docx", f"/bulletins/{seal.pk}/paper/"):
        assert build.browser_of(None).get(address)["Location"].startswith("/accounts/login/")
        assert build.browser_of(build.person(None)).get(address).status_code == 403
    published = build.bulletin("2024-07-31")
    assert build.browser_of(build.leader()).get(f"/bulletins/{published.pk}/paper.docx").status_code == 404


def test_made_again_it_is_the_same_bytes_whatever_was_written_since(seal, luoxi) -> None:
    leader = build.leader()
    first = paper_of(leader, seal)
    late = build.project("补登", organisation=luoxi, total_investment=99 * build.YI)
    build.listing(late)
    build.report(late, "2024-09", 99 * build.YI)

    assert paper_of(leader, seal) == first


def test_demonstration_data_says_so_in_the_file(seal) -> None:
    with override_settings(DEMO=True):
        words = lines_of(paper_of(build.leader(), seal))

    assert "关于2024年9月完成情况（市重点）的通报（演示数据，非真实项目）" in words


# Verification


def verified(*papers: bytes, folder: Path) -> tuple[str, str]:
    """What the command says of papers that differ nowhere, and of those that do."""
    out, fault = StringIO(), StringIO()
    files = []
    for number, content in enumerate(papers):
        files.append(folder / f"{number}.docx")
        files[-1].write_bytes(content)
    try:
        call_command("verify_papers", *map(str, files), stdout=out, stderr=fault)
    except CommandError as refused:
        fault.write(str(refused))
    return out.getvalue(), fault.getvalue()


def edited(content: bytes, change) -> bytes:
    parts = unpacked(content)
    parts["word/document.xml"] = change(parts["word/document.xml"].decode()).encode()
    return packed(parts)


@pytest.mark.parametrize("reader", ["leader", "staff"])
def test_a_paper_as_it_was_made_agrees(seal, luoxi, tmp_path: Path, reader: str) -> None:
    content = paper_of(build.leader() if reader == "leader" else build.staff(luoxi), seal)

    said, fault = verified(content, folder=tmp_path)

    assert re.fullmatch(r"相符 0\.docx：\d+ 个数字\n", said)
    assert fault == ""
    assert len(kept_paper(content).keys) > 5


def test_a_changed_number_is_named(seal, tmp_path: Path) -> None:
    content = edited(paper_of(build.leader(), seal), lambda xml: xml.replace(">21.0<", ">29.0<", 1))

    said, fault = verified(content, folder=tmp_path)

    assert said == ""
    assert "t_invested_a：文中为“29.0”，应为“21.0”" in fault
    assert "1 个文件与封存或台账不一致" in fault


def test_a_number_typed_over_as_a_whole_is_missed(seal, tmp_path: Path) -> None:
    def without_bookmarks(xml: str) -> str:
        return re.sub(r'<w:bookmarkStart [^>]*w:name="hp_t_n_\d+"[^>]*/>', "", xml)

    _, fault = verified(edited(paper_of(build.leader(), seal), without_bookmarks), folder=tmp_path)

    assert "t_n：书签没有了，应为“6”" in fault


def test_a_paper_of_no_seal_and_a_file_that_is_none_are_named(seal, tmp_path: Path) -> None:
    paper = paper_of(build.leader(), seal)
    parts = unpacked(paper)
    parts["docProps/custom.xml"] = parts["docProps/custom.xml"].replace(seal.digest.encode(), b"f" * 64)

    _, fault = verified(packed(parts), b"no package", folder=tmp_path)

    assert "找不到这个文件所依据的封存" in fault
    assert "这不是 Word 文档" in fault
    assert "2 个文件" in fault


def test_an_altered_seal_makes_no_paper(seal, tmp_path: Path) -> None:
    leader = build.leader()
    paper = paper_of(leader, seal)
    Bulletin.objects.filter(pk=seal.pk).update(content=seal.content.replace("2100000000", "2900000000"))

    assert build.browser_of(leader).get(f"/bulletins/{seal.pk}/paper.docx").status_code == 404
    assert "改动" in verified(paper, folder=tmp_path)[1]


# The page


def test_the_page_and_the_bulletin_lead_to_the_file(seal) -> None:
    browser = build.browser_of(build.leader())

    assert f"/bulletins/{seal.pk}/paper/" in browser.get(f"/bulletins/{seal.pk}/").content.decode()
    page = browser.get(f"/bulletins/{seal.pk}/paper/").content.decode()
    assert f"/bulletins/{seal.pk}/paper.docx" in page
    assert "/bulletins/paper-template.docx" in page
    assert re.search(r"\d+ 个数字都记着出处", page)


def test_nothing_known_leaves_no_sentence() -> None:
    content = paper_of(build.leader(), build.seal("2024-09"))
    words = "\n".join(lines_of(content))

    assert "一、总体情况" not in words
    assert "亮灯" not in words.replace("亮灯", "", 1)
    assert f"数据截至{formats.day(date(2024, 9, 30))}" in words
