"""调度表 as .xlsx and .docx: the same rows and columns, with every number as a field."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from projects.figures.scope import Scope
from projects.files.writing import xlsx
from projects.files.writing.sheets import Cell, Column, Kind, Sheet
from projects.papers.document import CORE, core_properties
from projects.papers.fields import plain
from projects.papers.gongwen import FANGSONG, HEITI, XIAOBIAOSONG
from projects.papers.packages import packed, parts_of
from projects.rules.completion import Amount, Sum
from projects.rules.layouts import COLUMNS
from projects.rules.phones import masked
from projects.templatetags import formats

if TYPE_CHECKING:
    from projects.figures.dispatch import DispatchRow
    from projects.figures.list_sums import RegistryTotals

MONEY = ("investment", "planned", "invested", "reported")
WIDE = {"number": 2, "name": 7, "content": 8, "progress": 8, "next_step": 7, "needs": 7, "phone": 5}
"""Parts of the width of a Word table; any other column has four."""
CENTRED = ("number", "rate", "stage", "state")


class DispatchTable:
    """The rows of a scope. `columns`: keys of `rules.layouts`; `with_phones`: whole numbers, else masked ones."""

    def __init__(
        self,
        scope: Scope,
        rows: Sequence["DispatchRow"],
        totals: "RegistryTotals",
        *,
        columns: Sequence[str],
        notes: Sequence[str],
        with_phones: bool,
    ) -> None:
        self.columns = columns
        self.title = f"{scope.as_of:%Y年%-m月}重大项目调度表"
        self.notes = notes
        self.rows, self.totals = rows, totals
        self.with_phones = with_phones

    @property
    def fields(self) -> dict[str, str]:
        """The known numbers by key, as printed in 亿元: r12_reported of project 12, t_reported of all."""
        found = {f"t_{key}": self.shown_total(key) for key in (*MONEY, "rate") if key in self.columns}
        for row in self.rows:
            if row.past.pk is not None:
                numbers = [key for key in (*MONEY, "rate") if key in self.columns]
                found |= {f"r{row.past.pk}_{key}": self.shown(row, key, 0) for key in numbers}
        return {key: value for key, value in found.items() if value}

    def cell(self, row: "DispatchRow", key: str, number: int) -> Cell:
        if key == "number":
            return number
        if key == "phone" and not self.with_phones:
            return masked(row.phone)
        return CELLS[key](row)

    def shown(self, row: "DispatchRow", key: str, number: int) -> str:
        value = self.cell(row, key, number)
        if key in MONEY:
            return formats.yi_hundredths(value) if isinstance(value, int) else ""
        return "" if value is None else str(value)

    @cached_property
    def line_of_totals(self) -> dict[str, Cell]:
        totals, reported = self.totals, [row.invested for row in self.rows if row.invested is not None]
        missing = totals.investment.missing
        return {
            "number": totals.count,
            "name": "个项目合计" + (f"（{missing} 个总投资未公布）" if missing else ""),
            "investment": _whole(totals.investment),
            "planned": _whole(totals.planned),
            "invested": sum(reported) if reported else None,
            "reported": _whole(totals.reported),
            "rate": formats.percent(totals.completion.share),
        }

    def total(self, key: str) -> Cell:
        return self.line_of_totals.get(key)

    def shown_total(self, key: str) -> str:
        value = self.total(key)
        if key in MONEY:
            return formats.yi_hundredths(value) if isinstance(value, int) else ""
        return "" if value is None else str(value)

    def xlsx(self, at: datetime) -> bytes:
        """The same bytes for the same rows and moment."""
        sheet = Sheet(
            "调度表",
            self.title,
            [Column(_heading(key), _kind(key)) for key in self.columns],
            [[self.cell(row, key, place) for key in self.columns] for place, row in enumerate(self.rows, 1)],
            self.notes,
            [self.total(key) for key in self.columns],
            2,
        )
        with xlsx.workbook([sheet]) as file:
            parts = parts_of(file.read())
        return packed(parts | {CORE: core_properties(at)})

    def docx(self, at: datetime) -> bytes:
        """A4 across; the head of the table on every page."""
        document = Document()
        section = document.sections[0]
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
        section.left_margin = section.right_margin = Mm(15)
        section.top_margin = section.bottom_margin = Mm(18)
        title = document.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(title, self.title, XIAOBIAOSONG, 22)
        for note in self.notes:
            _write(document.add_paragraph(), note, FANGSONG, 10.5)
        texts = [[_heading(key) for key in self.columns]]
        texts += [
            [self.shown(row, key, place) for key in self.columns] for place, row in enumerate(self.rows, 1)
        ]
        texts += [[self.shown_total(key) for key in self.columns]]
        self._fill(document, texts)
        saved = BytesIO()
        document.save(saved)
        return packed(parts_of(saved.getvalue()) | {CORE: core_properties(at)})

    def _fill(self, document: Any, texts: list[list[str]]) -> None:
        table = document.add_table(rows=len(texts), cols=len(self.columns), style="Table Grid")
        table.autofit = False
        parts = [WIDE.get(key, 4) for key in self.columns]
        widths = [Mm(267 * part / sum(parts)) for part in parts]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for place, (row, words) in enumerate(zip(table.rows, texts, strict=True)):
            properties = row._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if place == 0:
                properties.append(OxmlElement("w:tblHeader"))
            is_head = place in (0, len(texts) - 1)
            for cell, key, width, text in zip(row.cells, self.columns, widths, words, strict=True):
                cell.width = width
                _cell(cell, key, text, is_head=place == 0, font=HEITI if is_head else FANGSONG)


def _cell(cell: Any, key: str, text: str, *, is_head: bool, font: str) -> None:
    paragraph = cell.paragraphs[0]
    if is_head or key in CENTRED:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif key in MONEY:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _write(paragraph, text, font, 9)


def _write(paragraph: Any, text: str, font: str, size: float) -> None:
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)


def _heading(key: str) -> str:
    return f"{COLUMNS[key]}（亿元）" if key in MONEY else COLUMNS[key]


def _kind(key: str) -> Kind:
    if key in MONEY:
        return Kind.MONEY
    return Kind.COUNT if key == "number" else Kind.TEXT


def _yuan(amount: Amount | None) -> int | None:
    return None if amount is None else int(amount)


def _whole(total: Sum) -> int | None:
    return None if total.value is None else int(total.value)


CELLS: dict[str, Callable[["DispatchRow"], Cell]] = {
    "name": lambda row: plain(row.past.name),
    "unit": lambda row: plain(str(row.past.unit or "")),
    "enterprise": lambda row: plain(row.past.enterprise),
    "levels": lambda row: "、".join(map(formats.list_name, row.past.levels)),
    "content": lambda row: plain(row.content),
    "investment": lambda row: row.past.investment,
    "planned": lambda row: _yuan(row.past.completion.target),
    "invested": lambda row: row.invested,
    "reported": lambda row: _yuan(row.past.completion.actual),
    "rate": lambda row: formats.percent(row.past.completion.share),
    "stage": lambda row: row.past.furthest.label if row.past.furthest else "",
    "state": lambda row: row.past.state.words,
    "progress": lambda row: plain(row.progress),
    "next_step": lambda row: plain(row.next_step),
    "needs": lambda row: plain(row.needs),
    "leader": lambda row: plain(row.leader),
    "contact": lambda row: plain(row.contact),
    "phone": lambda row: plain(row.phone),
}
