"""The slides: every number is the API's, read back from texts, tables and charts; the same bytes again; own masters."""

import re
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree
from openpyxl import load_workbook
from pptx import Presentation
from pptx.util import Inches

from projects.models import AuditEntry, PaperTemplate, Project
from projects.papers.deck.files import check_master, kept_deck
from projects.papers.deck.master import own_master
from projects.papers.making import frozen, made
from projects.papers.packages import packed, parts_of
from projects.rules.broken import RuleBroken
from projects.templatetags import formats
from projects.vocabulary import PaperKind
from tests import build
from tests.api.test_completion import answer
from tests.papers.test_bulletin import luoxi, seal  # noqa: F401  # fixtures
from tests.papers.test_orders import _media, ask, read, values, verify  # noqa: F401  # files into a folder of its own

pytestmark = pytest.mark.django_db


def deck_of(user, **terms):
    order = ask(user, "deck", **terms)
    return order, read(user, order, "deck")


def titles(content: bytes) -> list[str]:
    return [slide.shapes.title.text for slide in Presentation(BytesIO(content)).slides]


def words_of(content: bytes) -> list[list[str]]:
    """The texts of each slide, of tables by cell."""
    found = []
    for slide in Presentation(BytesIO(content)).slides:
        words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        tables = [shape.table for shape in slide.shapes if shape.has_table]
        found.append(words + [cell.text for table in tables for row in table.rows for cell in row.cells])
    return found


def rows_of(content: bytes, name: str) -> list[list[str]]:
    shapes = [shape for slide in Presentation(BytesIO(content)).slides for shape in slide.shapes]
    tables = [shape.table for shape in shapes if shape.has_table and shape.name == name]
    return [[cell.text for cell in row.cells] for table in tables for row in table.rows]


def charts_of(content: bytes) -> dict[str, dict[str, dict[str, float]]]:
    """By what a chart shows: its series, by category. The workbook inside says the same as the XML."""
    found = {}
    for slide in Presentation(BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_chart:
                plot = shape.chart.plots[0]
                named = {
                    each.name: dict(zip(plot.categories, each.values, strict=True)) for each in plot.series
                }
                book = load_workbook(BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob)).active
                head, *rows = book.iter_rows(values_only=True)
                inside = {
                    name: {row[0]: row[place] for row in rows} for place, name in enumerate(head) if place
                }
                assert inside == named
                found[shape._element.nvGraphicFramePr.cNvPr.get("descr")] = named
    return found


def compared(told: dict, found: dict[str, str], key: str) -> int:
    """How many numbers of a scope or unit of the API stand in the slides; each must be equal."""
    number = 0
    for each in told["indicators"]:
        is_money, own = each["unit"] == "yuan", f"{key}_{each['code']}"
        expected = {
            "a": formats.amount(each["actual"], is_money) if each["actual"] is not None else None,
            "t": formats.amount(each["target"], is_money) if each["target"] is not None else None,
            "r": f"{(Decimal(each['completion']) * 100).quantize(Decimal('0.1'))}%"
            if each["completion"]
            else None,
        }
        for part, words in expected.items():
            if words is not None and f"{own}_{part}" in found:
                assert found[f"{own}_{part}"] == words
                number += 1
    return number


def test_the_whole_deck_of_the_district(seal, luoxi) -> None:  # noqa: F811
    project = Project.objects.get(name="罗溪镇项目0")
    started = project.milestones.get(stage="started")
    taken = {"exif": build.taken("2024:09:20 10:30:00"), "size": (400, 300)}
    build.evidence(started, build.photo(**taken), name="九月.jpg")
    build.evidence(started, build.photo(colour="#ff0000"), name="后来的.jpg")  # its day is that of its upload
    order, content = deck_of(build.leader(), basis="ledger")

    assert titles(content) == [
        "2024年9月完成情况（市重点）", "总体情况", "各项指标：实际、目标与时间进度",
        "各单位排名：按完成投资完成率，变动比2024年8月", "罗溪镇：亮红灯", "薛家镇：亮红灯",
        "逾期项目", "逾期项目", "存在问题",
        "下月到期节点",
    ]  # fmt: skip
    words = ["\n".join(slide) for slide in words_of(content)]
    assert "范围：全区 · 市重点" in words[0]
    assert "2024年1—9月，全区市重点项目完成投资21.0亿元，完成年度目标的52.5%" in words[1]
    assert (
        "用地 & <指标> 未落实（责任" in words[5]
        or "用地 & <指标> 未落实（期限2024年9月10日，逾期20天）" in words[5]
    )
    assert "新开工：到年度目标还差3个" in words[5]
    assert "计划2024年6月30日开工，晚92天，土地供应" in words[5]
    assert "数据截至2024年9月30日，按台账计算" in words[6]
    ranks = rows_of(content, "各单位排名")
    assert ranks[0][:4] == ["名次", "单位", "项目数", "完成投资（亿元）"]
    assert [row[:3] + row[6:7] for row in ranks[1:]] == [
        ["1", "罗溪镇", "3", "升1"],
        ["2", "薛家镇", "3", "降1"],
    ]
    pictures = [
        shape
        for slide in Presentation(BytesIO(content)).slides
        for shape in slide.shapes
        if shape.shape_type == 13
    ]
    assert [each._element.nvPicPr.cNvPr.get("descr") for each in pictures] == ["现场照片：开工，九月.jpg"]
    assert order.papers.get().name == "幻灯片-全区-市重点项目-2024-09-30.pptx"


def test_every_number_of_tables_and_charts_is_the_apis(seal, luoxi) -> None:  # noqa: F811
    leader, staff = build.leader(), build.staff(luoxi)
    for user, terms, unit in (
        (leader, {}, ""),
        (staff, {"organisation": luoxi.pk}, f"&organisation={luoxi.pk}"),
    ):
        for basis, asked in (("sealed", ""), ("ledger", "&basis=ledger")):
            order, content = deck_of(user, basis=basis, **terms)
            texts = kept_deck(content).found
            found = {key: words[0] for key, words in texts.items()}
            told = answer(user, f"as_of=2024-09-30{asked}{unit}")

            assert all(len(set(words)) == 1 for words in texts.values())
            assert found == values(order, "deck")
            number = compared(told, found, "t") + sum(
                compared(row, found, f"u{build.town(row['organisation']).pk}") for row in told["units"]
            )
            if user == staff:
                number += compared(told, found, f"u{luoxi.pk}")
            assert number >= (12 if user == leader else 3)
            if user == staff:
                assert "薛家镇" not in "".join(map("".join, words_of(content)))
            for series in charts_of(content).values():
                assert set(series) == {"完成率", "时间进度"}
            if user == leader:
                rates = charts_of(content)["各单位的完成率与时间进度"]["完成率"]
                api = {row["organisation"]: row["indicators"] for row in told["units"]}
                for name, share in rates.items():
                    invested = next(each for each in api[name] if each["code"] == "invested")
                    assert share == pytest.approx(float(invested["completion"]), abs=0.0005)
                assert len(rates) == 2


def test_each_number_in_the_text_of_a_slide_is_a_field(seal) -> None:  # noqa: F811
    """Digits outside of fields are only in names, titles and the words of the register."""
    content = deck_of(build.leader())[1]
    allowed = {"2024年9月完成情况（市重点）", "各单位排名：按完成投资完成率，变动比2024年8月"}
    loose = set()
    for slide in Presentation(BytesIO(content)).slides:
        for run in slide._element.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}r"):
            text = run.findtext("{http://schemas.openxmlformats.org/drawingml/2006/main}t")
            if run[0].get("bmk") is None and re.search(
                r"\d", re.sub(r"(罗溪|薛家)镇项目\d|^\d\. ", "", text)
            ):
                loose.add(text)
    assert loose <= allowed


def test_made_again_of_a_seal_it_is_the_same_bytes(seal, luoxi) -> None:  # noqa: F811
    leader = build.leader()
    order, content = deck_of(leader)
    late = build.project("补登", organisation=luoxi, total_investment=99 * build.YI)
    build.listing(late)
    build.report(late, "2024-09", 99 * build.YI)
    build.milestone(late, "started", planned="2024-05-31")
    build.evidence(Project.objects.get(name="薛家镇项目1").milestones.get(stage="started"))

    again, fields = made(order.papers.get(), frozen(order))
    assert again == content
    assert fields == values(order, "deck")
    assert {info.date_time for info in ZipFile(BytesIO(content)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_name_that_looks_like_a_formula_stays_a_name(seal, luoxi) -> None:  # noqa: F811
    luoxi.name = luoxi.short_name = "=1+1"
    build.kept(luoxi)
    chart = charts_of(deck_of(build.leader(), basis="ledger")[1])["各单位的完成率与时间进度"]
    assert "=1+1" in chart["完成率"]


def test_without_data_there_is_one_slide(luoxi) -> None:  # noqa: F811
    assert titles(deck_of(build.leader(), basis="ledger")[1]) == ["2024年9月完成情况（市重点）"]


# Verified


@pytest.mark.parametrize("basis", ["sealed", "ledger"])
@pytest.mark.parametrize("reader", ["leader", "staff"])
def test_slides_are_verified_and_a_changed_number_is_named(
    seal,  # noqa: F811
    luoxi,  # noqa: F811
    tmp_path,
    reader: str,
    basis: str,
) -> None:
    terms = {"organisation": luoxi.pk} if reader == "staff" else {}
    user = build.staff(luoxi) if reader == "staff" else build.leader()
    order, content = deck_of(user, basis=basis, **terms)
    file, count = tmp_path / "会.pptx", len(values(order, "deck"))
    file.write_bytes(content)
    assert verify(file) == [f"相符 会.pptx：{count} 个数字"]
    assert verify() == [f"相符 第 {order.pk} 号 {order.papers.get().name}：{count} 个数字"]

    parts = parts_of(content)
    chart = next(name for name in sorted(parts) if re.fullmatch(r"ppt/charts/chart\d+\.xml", name))
    value = re.search(rb"<c:val>.*?<c:v>([\d.]+)</c:v>", parts[chart], re.DOTALL)[1]
    parts[chart] = parts[chart].replace(b"<c:v>" + value + b"</c:v>", b"<c:v>0.999</c:v>")
    key = f"u{luoxi.pk}_invested_a" if f"u{luoxi.pk}_invested_a" in values(order, "deck") else "t_invested_a"
    slide = next(name for name in sorted(parts) if f'"hp_{key}"'.encode() in parts[name])
    root = etree.fromstring(parts[slide])
    run = next(run for run in root.iter("{*}r") if run[0].get("bmk") == f"hp_{key}")
    run[1].text = "99.9"
    file.write_bytes(packed(parts | {slide: etree.tostring(root)}))
    told = verify(file)
    assert f"会.pptx {key}：文中为“99.9”，应为“{values(order, 'deck')[key]}”" in told
    assert any("_r：文中为“99.9%”，应为“" in each for each in told)


def test_slides_of_another_origin_are_named(seal, tmp_path) -> None:  # noqa: F811
    parts = parts_of(deck_of(build.leader())[1])
    file = tmp_path / "会.pptx"
    for before, after, said in (
        (seal.digest.encode(), b"f" * 64, "找不到这个文件所依据的封存"),
        (b"hp_unit", b"xx_unit", "日期或范围被改动过"),
    ):
        custom = parts["docProps/custom.xml"].replace(before, after)
        file.write_bytes(packed(parts | {"docProps/custom.xml": custom}))
        assert said in "".join(verify(file))


# The office's own master


def master(change=None, **parts: bytes) -> bytes:
    presentation = Presentation(BytesIO(own_master()))
    if change is not None:
        change(presentation)
    saved = BytesIO()
    presentation.save(saved)
    return packed(
        parts_of(saved.getvalue()) | {name.replace("__", "/"): content for name, content in parts.items()}
    )


def send(user, content: bytes, **terms: str):
    sent = {"template": build.upload(content, "我办的母版.pptx"), "reason": "换成我办的版式"} | terms
    return build.browser_of(user).post("/papers/masters/", sent)


def narrow(presentation) -> None:
    """4:3, with a sample slide, a section and a layout of its own name."""
    presentation.slide_width = Inches(10)
    presentation.slides.add_slide(presentation.slide_layouts[0]).shapes.title.text = "示例"
    presentation.slide_layouts[1]._element.cSld.set("name", "我办")


def test_an_offices_master_is_in_force_from_its_upload_on(seal) -> None:  # noqa: F811
    office = build.office()
    before = ask(office, "deck")
    content = master(narrow)
    answered = send(office, content)
    after = ask(office, "deck")

    assert answered.status_code == 302, answered.content.decode()
    made_then = Presentation(BytesIO(read(office, after, "deck")))
    assert made_then.slide_width == Inches(10)
    assert {slide.slide_layout.name for slide in made_then.slides} == {"封面", "我办"}
    assert "示例" not in titles(read(office, after, "deck"))
    assert values(office and after, "deck") == values(before, "deck")
    assert Presentation(BytesIO(read(office, before, "deck"))).slide_width == Inches(13.333)
    [version] = PaperTemplate.objects.all()
    assert (version.kind, version.number, after.papers.get().template) == (PaperKind.DECK, 1, version)
    assert AuditEntry.objects.get(subject="幻灯片母版").detail == "第 1 版 我办的母版.pptx；换成我办的版式"
    browser = build.browser_of(office)
    assert browser.get("/papers/masters/1/").content == content
    assert browser.get("/papers/masters/system.pptx").content == own_master()
    assert browser.get("/papers/templates/1/").status_code == 404
    assert ask(office, "bulletin").papers.get().template is None
    assert browser.post("/papers/masters/system/", {"system_reason": "不用了"}).status_code == 302
    assert Presentation(BytesIO(read(office, ask(office, "deck"), "deck"))).slide_width == Inches(13.333)


def untitled(presentation) -> None:
    for layout in presentation.slide_layouts:
        for shape in list(layout.placeholders):
            shape._element.getparent().remove(shape._element)


def typed(presentation) -> None:
    presentation.slide_layouts[1].placeholders[0].text_frame.text = "完成 5 亿元"


def linked(presentation) -> None:
    presentation.slide_master.part.relate_to("http://example.org/", "http://x/hyperlink", is_external=True)


def potx(content: bytes) -> bytes:
    types = parts_of(content)["[Content_Types].xml"].replace(b"presentation.main+xml", b"template.main+xml")
    return packed(parts_of(content) | {"[Content_Types].xml": types})


REFUSED = [
    (b"no package", "这不是演示文稿（.pptx）。"),
    (packed({"word/document.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}), "这不是演示文稿（.pptx）。"),
    (potx(own_master()), "模板文件（.potx）请先另存为 .pptx。"),
    (master(**{"ppt__vbaProject.bin": b"x"}), "宏或嵌入的对象"),
    (master(**{"ppt__embeddings__a.xlsx": b"x"}), "宏或嵌入的对象（图表也是）"),
    (master(linked), "指向外部的链接"),
    (master(typed), "母版里直接写了数字“5 亿元”"),
    (master(untitled), "用这个母版做不出幻灯片：母版里没有带标题的版式"),
    (
        master(**{"ppt__presentation.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "这不是演示文稿（.pptx）。",
    ),
    (master(**{"ppt__presentation.xml": b"<a/>"}), "用这个母版做不出幻灯片：这不是演示文稿"),
]


def test_a_faulty_master_is_refused_with_a_sentence() -> None:
    office = build.office()
    for content, sentence in REFUSED:
        answered = send(office, content)
        assert answered.status_code == 422
        assert sentence in answered.content.decode()
    assert "请写明为什么换母版。" in send(office, own_master(), reason="").content.decode()
    assert not PaperTemplate.objects.exists()


def test_a_master_that_grows_too_large_is_refused() -> None:
    for content, said in (
        (b"x" * 11_000_000, "模板过大，最多 10 MB"),
        (packed({"ppt/presentation.xml": b"0" * 70_000_000}), "解开后过大"),
    ):
        with pytest.raises(RuleBroken, match=said):
            check_master(content)


def test_only_the_office_changes_the_master() -> None:
    for user in (build.leader(), build.staff(build.town())):
        assert send(user, own_master()).status_code == 403
        assert build.browser_of(user).get("/papers/masters/").status_code == 403


def test_the_systems_master_is_the_same_every_time_and_names_its_typefaces() -> None:
    before = own_master()
    own_master.cache_clear()
    assert own_master() == before
    check_master(before)
    theme = etree.fromstring(parts_of(before)["ppt/theme/theme1.xml"])
    fonts = [font for kind in ("{*}majorFont", "{*}minorFont") for font in theme.iter(kind)]
    assert len(fonts) == 2
    for font in fonts:
        for script in ("{*}latin", "{*}ea"):
            assert (font.find(script).get("typeface"), font.find(script).get("panose")) == (
                "微软雅黑", "020B0503020204020204",
            )  # fmt: skip
