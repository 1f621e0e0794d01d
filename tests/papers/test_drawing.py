"""Slides drawn in this process: what becomes of each kind of shape, in the system's master and in a narrow one."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.util import Inches

from projects.papers.deck.drawing import draw
from projects.papers.deck.layouts import Faulty
from projects.papers.deck.master import own_master
from projects.papers.deck.shapes import Deck, Line, Photo, Slide, Table, Text, rates_chart
from projects.papers.fields import Fields
from tests import build

WHOLE = (0.0, 0.0, 1.0, 1.0)


def a_deck() -> Deck:
    fields = Fields()
    rate, time = fields("t_invested_r", "52.5%"), fields("t_invested_y", "75.0%")
    table = Table(WHOLE, "表", [["指标", "亮灯"], ["完成投资", "红灯"]], (3, 1), (1,))
    text = Text(
        WHOLE, [Line("为什么", 18, bold=True, colour="red"), Line(f"完成{rate}", bullet=True)]
    ).fitted()
    chart = rates_chart(WHOLE, "图", [("=投资", rate, time), ("未知", "", time)], across=True)
    assert chart is not None
    slides = [
        Slide("会", subtitle=["范围：全区", "截至9月"]),
        Slide("图表", [table, chart]),
        Slide("照片", [text, Photo((0, 0, 0.5, 0.5), "a.jpg", "现场照片")]),
    ]
    return Deck("会", "数据截至9月", slides, {"a.jpg": build.photo(size=(400, 300))})


def drawn(folder: Path, master: bytes):
    deck = a_deck()
    (folder / "deck.json").write_text(json.dumps(deck.value))
    (folder / "master.pptx").write_bytes(master)
    for name, content in deck.photos.items():
        (folder / name).write_bytes(content)
    draw(folder)
    return Presentation(str(folder / "made.pptx"))


def changed(change) -> bytes:
    presentation, saved = Presentation(BytesIO(own_master())), BytesIO()
    change(presentation)
    presentation.save(saved)
    return saved.getvalue()


def test_each_shape_is_the_office_programs_own(tmp_path: Path) -> None:
    cover, charts, photos = drawn(tmp_path, own_master()).slides

    assert [shape.text_frame.text for shape in cover.placeholders] == ["会", "范围：全区\n截至9月"]
    [table] = [shape for shape in charts.shapes if shape.has_table]
    [chart] = [shape.chart for shape in charts.shapes if shape.has_chart]
    assert (table.name, table.table.cell(1, 1).text) == ("表", "红灯")
    assert str(table.table.cell(1, 1).text_frame.paragraphs[0].runs[0].font.color.rgb) == "B3261E"
    assert {each.name: tuple(each.values) for each in chart.plots[0].series} == {
        "完成率": (0.525,), "时间进度": (0.75,),
    }  # fmt: skip
    assert list(chart.plots[0].categories) == ["=投资"]
    [picture] = [shape for shape in photos.shapes if shape.shape_type == 13]
    assert picture.width / picture.height == pytest.approx(4 / 3, abs=0.01)
    words = [shape.text_frame.text for shape in photos.shapes if shape.has_text_frame]
    assert words == ["照片", "为什么\n完成52.5%", "‹#›", "数据截至9月"]


def test_a_narrow_master_with_its_title_in_an_unusual_place(tmp_path: Path) -> None:
    def narrow(presentation) -> None:
        presentation.slide_width = Inches(10)
        presentation.slides.add_slide(presentation.slide_layouts[0])
        content = presentation.slide_layouts[1]
        for shape in list(content.placeholders):
            if shape._element.ph.get("type") == "sldNum":
                shape._element.getparent().remove(shape._element)
            else:
                shape.left, shape.top, shape.width, shape.height = map(Inches, (1, 6, 3, 1))
        for shape in list(presentation.slide_layouts[0].placeholders):
            if shape._element.ph.get("type") == "subTitle":
                shape._element.getparent().remove(shape._element)

    cover, charts, _ = drawn(tmp_path, changed(narrow)).slides

    assert [shape.text_frame.text for shape in cover.shapes] == ["会", "范围：全区\n截至9月"]
    [table] = [shape for shape in charts.shapes if shape.has_table]
    assert (table.left, table.width) == (Inches(0.5), Inches(9))
    assert table.top == Inches(1.5)


def test_a_master_without_titles_has_a_sentence(tmp_path: Path) -> None:
    def untitled(presentation) -> None:
        for layout in presentation.slide_layouts:
            for shape in list(layout.placeholders):
                shape._element.getparent().remove(shape._element)

    with pytest.raises(Faulty, match="没有带标题的版式"):
        drawn(tmp_path, changed(untitled))
