"""Draw slides into a master, in a process of its own: `python -m projects.papers.deck.drawing FOLDER`.

FOLDER holds `master.pptx`, `deck.json` (`shapes.Deck.value`) and the photos; the process leaves `made.pptx` there, or
ends with `children.FAULTY` and a sentence. Nothing of Django is loaded here. Charts and tables are those of the office
program, to be edited there; charts are always made anew.
"""

import json
import sys
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import _BaseWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.exc import PythonPptxError
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt
from xlsxwriter import Workbook

from projects.papers.children import FAULTY, GREW, limited
from projects.papers.deck.layouts import Faulty, drop_slides, layouts, name_typefaces, role
from projects.papers.deck.master import WIDE, drop_unused
from projects.papers.deck.names import CHART, MARK

SECONDS, MEMORY, FILE = 20, 1024 * 2**20, 60 * 2**20
COLOURS = {
    "brand": "12557A", "quiet": "5A6872", "red": "B3261E", "yellow": "9A5B00", "green": "157042",
}  # fmt: skip
LIGHTS = {"红灯": "red", "黄灯": "yellow", "绿灯": "green"}
FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
NO_DECK = "这不是演示文稿（.pptx），或文件已损坏"


@contextmanager
def _open_worksheet(self: Any, file: Any) -> Any:
    """A name that begins with = stays a name, and the workbook has no moment."""
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": FIRST_DAY})
    yield book, book.add_worksheet()
    book.close()


_writer: Any = _BaseWorkbookWriter
_writer._open_worksheet = _open_worksheet


def draw(folder: Path) -> None:
    deck = json.loads((folder / "deck.json").read_text())
    presentation = Presentation(str(folder / "master.pptx"))
    drop_slides(presentation)
    drop_unused(presentation)
    name_typefaces(presentation)
    cover, content = layouts(presentation)
    pen = _Pen(presentation, folder, deck["foot"])
    for slide in deck["slides"]:
        if slide["subtitle"]:
            pen.cover(cover, slide)
        else:
            pen.content(content, slide)
    presentation.save(str(folder / "made.pptx"))


class _Pen:
    def __init__(self, presentation: Any, folder: Path, foot: list[list[str]]) -> None:
        self.presentation, self.folder, self.foot = presentation, folder, foot
        self.width, self.height = int(presentation.slide_width), int(presentation.slide_height)
        self.scale = max(0.7, min(1.0, self.width / int(WIDE)))
        self.charts = 0

    def cover(self, layout: Any, slide: dict[str, Any]) -> None:
        made = self.presentation.slides.add_slide(layout)
        self._title(made, slide["title"])
        holder = next((shape for shape in made.placeholders if role(shape) in ("subTitle", "body")), None)
        if holder is None:
            room = self._room(made)
            holder = made.shapes.add_textbox(room[0], room[1], room[2], room[3] // 2)
        _without(made, holder)
        frame = holder.text_frame
        frame.word_wrap = True
        for place, line in enumerate(slide["subtitle"]):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            self._runs(paragraph, line, 20 if place == 0 else 16)

    def content(self, layout: Any, slide: dict[str, Any]) -> None:
        made = self.presentation.slides.add_slide(layout)
        self._title(made, slide["title"])
        _without(made, None)
        room = self._room(made)
        for shape in slide["shapes"]:
            getattr(self, f"_{shape['kind']}")(made, shape, _within(room, shape["box"]))
        self._foot(made, layout, room)

    def _title(self, slide: Any, words: list[list[str]]) -> None:
        self._runs(slide.shapes.title.text_frame.paragraphs[0], words, None)

    def _room(self, slide: Any) -> tuple[int, int, int, int]:
        """Below the title, as wide as it is; a title in an unusual place leaves the usual room."""
        title = slide.shapes.title
        left, width = int(title.left), int(title.width)
        top = int(title.top + title.height) + self.height // 40
        if width < self.width * 0.6:
            left, width = self.width // 20, self.width * 9 // 10
        if top > self.height * 0.4:
            top = self.height // 5
        return left, top, width, int(self.height * 0.925) - top

    def _foot(self, slide: Any, layout: Any, room: tuple[int, int, int, int]) -> None:
        number = next((shape for shape in layout.placeholders if role(shape) == "sldNum"), None)
        if number is not None:
            slide.shapes._spTree.append(deepcopy(number._element))
            number = slide.shapes[-1]._element
            number.nvSpPr.cNvPr.set("id", str(max(shape.shape_id for shape in slide.shapes) + 1))
        top = int(self.height * 0.93)
        box = slide.shapes.add_textbox(room[0], top, room[2] * 85 // 100, int(self.height * 0.05))
        box.text_frame.word_wrap = True
        self._runs(box.text_frame.paragraphs[0], self.foot, 10, colour="quiet")

    def _runs(
        self,
        paragraph: Any,
        words: list[list[str]],
        size: float | None,
        *,
        bold: bool = False,
        colour: str = "",
    ) -> None:
        """The words; a number carries its key, which an editing save leaves."""
        for text, key in words:
            run = paragraph.add_run()
            run.text = text
            properties = run._r.get_or_add_rPr()
            properties.set("lang", "zh-CN")
            properties.set("altLang", "en-US")
            if size is not None:
                run.font.size = Pt(round(size * self.scale * 2) / 2)
            if bold:
                run.font.bold = True
            if shade := colour or LIGHTS.get(text, ""):
                run.font.color.rgb = RGBColor.from_string(COLOURS[shade])
            if key:
                properties.set("bmk", f"{MARK}{key}")

    def _text(self, slide: Any, shape: dict[str, Any], box: tuple[int, int, int, int]) -> None:
        frame = slide.shapes.add_textbox(*box).text_frame
        frame.word_wrap = True
        for place, line in enumerate(shape["lines"]):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(line["size"] / 3)
            if line["bullet"]:
                _bullet(paragraph, line["size"])
            self._runs(paragraph, line["words"], line["size"], bold=line["bold"], colour=line["colour"])

    def _table(self, slide: Any, shape: dict[str, Any], box: tuple[int, int, int, int]) -> None:
        rows, widths, size = shape["rows"], shape["widths"], shape["size"]
        height = Pt(size * 1.35 + 9)
        frame = slide.shapes.add_table(len(rows), len(widths), box[0], box[1], box[2], height * len(rows))
        frame.name = shape["name"]
        table = frame.table
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Emu(int(box[2] * width / sum(widths)))
        for place, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
            row.height = height
            for column, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                cell.margin_left = cell.margin_right = Pt(5)
                cell.margin_top = cell.margin_bottom = Pt(3)
                paragraph = cell.text_frame.paragraphs[0]
                if column in shape["centred"]:
                    paragraph.alignment = PP_ALIGN.CENTER
                self._runs(paragraph, words, size, bold=place == 0)

    def _chart(self, slide: Any, shape: dict[str, Any], box: tuple[int, int, int, int]) -> None:
        data = CategoryChartData(number_format="0.0%")
        data.categories = shape["categories"]
        for name, values in zip(shape["series"], shape["values"], strict=True):
            data.add_series(
                name, [None if value is None else round(float(value) / 100, 9) for value in values]
            )
        kind = XL_CHART_TYPE.BAR_CLUSTERED if shape["across"] else XL_CHART_TYPE.COLUMN_CLUSTERED
        frame = slide.shapes.add_chart(kind, *box, data)
        self.charts += 1
        frame.name = f"{CHART}{self.charts}"
        frame._element.nvGraphicFramePr.cNvPr.set("descr", shape["name"])
        is_small = box[2] < self.width * 0.6
        self._dress_chart(frame.chart, is_across=shape["across"], size=9 if is_small else 11)

    def _dress_chart(self, chart: Any, *, is_across: bool, size: float) -> None:
        chart.font.size = Pt(size * self.scale)
        chart.has_title = False
        chart.has_legend = True
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        values = chart.value_axis
        values.has_major_gridlines, values.minimum_scale = False, 0
        values.tick_label_position = XL_TICK_LABEL_POSITION.NONE
        values.format.line.fill.background()
        chart.category_axis.reverse_order = is_across
        plot = chart.plots[0]
        plot.gap_width, plot.overlap = 60, 0
        plot.has_data_labels = True
        labels = plot.data_labels
        labels.number_format, labels.number_format_is_linked = "0.0%", False
        labels.font.size = Pt((size - 1) * self.scale)
        labels.position = XL_LABEL_POSITION.OUTSIDE_END

    def _photo(self, slide: Any, shape: dict[str, Any], box: tuple[int, int, int, int]) -> None:
        """As large as its place lets it be, at the top of it and in the middle."""
        picture = slide.shapes.add_picture(str(self.folder / shape["file"]), box[0], box[1])
        share = min(box[2] / picture.width, box[3] / picture.height)
        picture.width, picture.height = int(picture.width * share), int(picture.height * share)
        picture.left = box[0] + (box[2] - picture.width) // 2
        picture._element.nvPicPr.cNvPr.set("descr", shape["alt"])


def _within(room: tuple[int, int, int, int], box: list[float]) -> tuple[int, int, int, int]:
    left, top, width, height = room
    return (
        left + int(width * box[0]), top + int(height * box[1]), int(width * box[2]), int(height * box[3]),
    )  # fmt: skip


def _without(slide: Any, kept: Any) -> None:
    """No empty placeholders: they would ask to be filled."""
    for shape in list(slide.placeholders):
        if role(shape) not in ("title", "ctrTitle") and (kept is None or shape._element is not kept._element):
            shape._element.getparent().remove(shape._element)


def _bullet(paragraph: Any, size: float) -> None:
    properties = paragraph._p.get_or_add_pPr()
    indent = int(Pt(size))
    properties.set("marL", str(indent))
    properties.set("indent", str(-indent))
    mark = etree.SubElement(properties, qn("a:buChar"))
    mark.set("char", "•")


def main(folder: Path) -> int:
    limited(SECONDS, MEMORY, FILE)
    try:
        draw(folder)
    except Faulty as fault:
        sys.stderr.write(str(fault))
        return FAULTY
    except (PythonPptxError, BadZipFile, etree.LxmlError, KeyError, ValueError, AttributeError, TypeError):
        sys.stderr.write(NO_DECK)
        return FAULTY
    except MemoryError:
        return GREW
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
