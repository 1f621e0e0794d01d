"""Word documents measured as GB/T 9704-2012 asks: page, 22 lines of 28 signs, fonts with fallbacks, page numbers.

Used for the bulletin's own template. Twips: 1 mm is 56.7; half points: `sz` 32 is 三号. LibreOffice counts 22 lines of
28 signs with these values.
"""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

FANGSONG, KAITI, HEITI, XIAOBIAOSONG, SONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
FALLBACKS = {FANGSONG: "仿宋", KAITI: "楷体", XIAOBIAOSONG: "宋体"}
"""Written as `altName` into the table of fonts: what a machine without the prescribed font takes."""
LINE, THREE, TWO, FOUR, SMALL = 579, 32, 44, 28, 24
PAGE = {"w": 11906, "h": 16838}
MARGINS = {
    "top": 2098,
    "left": 1587,
    "right": 1474,
    "bottom": 1984,
    "header": 851,
    "footer": 1423,
    "gutter": 0,
}
WIDTH = PAGE["w"] - MARGINS["left"] - MARGINS["right"]

TITLE, BODY, PLAIN, SIGNED = "公文标题", "公文正文", "公文无缩进", "公文署名"
FIRST, SECOND, THIRD, CELL, HEADING = "公文一级", "公文二级", "公文三级", "公文表格", "公文表头"


class Gongwen:
    """A document under construction: paragraphs and tables in its styles."""

    def __init__(self) -> None:
        self.document = Document()
        body = self.document.element.body
        for child in list(body):
            if child.tag != qn("w:sectPr"):
                body.remove(child)
        _page(self.document)
        _styles(self.document)
        _page_numbers(self.document)

    def add(self, words: str, style: str) -> Any:
        paragraph = self.document.add_paragraph(style=style)
        paragraph.add_run(words)
        return paragraph

    def table(
        self, headings: Sequence[str], cells: Sequence[str], widths: Sequence[int], loop: tuple[str, str]
    ) -> None:
        """A table with a head that is repeated on each page, and one row in a loop of the template.

        `loop`: the tags that begin and end it, each in a row of its own. `widths`: parts of the whole width.
        """
        table = self.document.add_table(rows=4, cols=len(headings))
        table.autofit = False
        table.style = "Table Grid"
        whole = sum(widths)
        sizes = [WIDTH * width // whole for width in widths]
        for column, size in zip(table.columns, sizes, strict=True):
            column.width = size * 635  # twips in EMU
            for cell in column.cells:
                cell.width = size * 635
        rows = ((headings, HEADING), ((loop[0],), CELL), (cells, CELL), ((loop[1],), CELL))
        for row, (words, style) in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, words, strict=False):
                cell.paragraphs[0].style = self.document.styles[style]
                cell.paragraphs[0].add_run(text)
            for cell in row.cells[len(words) :]:
                cell.paragraphs[0].style = self.document.styles[style]
            properties = row._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _page(document: Any) -> None:
    section = document.element.body.find(qn("w:sectPr"))
    for child in list(section):
        section.remove(child)
    size = " ".join(f'w:{name}="{value}"' for name, value in PAGE.items())
    margins = " ".join(f'w:{name}="{value}"' for name, value in MARGINS.items())
    for tag in (
        f"<w:pgSz {nsdecls('w')} {size}/>",
        f"<w:pgMar {nsdecls('w')} {margins}/>",
        f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{LINE}"/>',
    ):
        section.append(parse_xml(tag))
    settings = document.settings.element
    settings.insert(0, parse_xml(f"<w:evenAndOddHeaders {nsdecls('w')}/>"))


def _styles(document: Any) -> None:
    styles = document.styles.element
    for style in list(styles.findall(qn("w:style"))):
        if style.get(qn("w:styleId")) not in {"Normal", "TableNormal", "TableGrid", "DefaultParagraphFont"}:
            styles.remove(style)
    normal = next(style for style in styles.findall(qn("w:style")) if style.get(qn("w:styleId")) == "Normal")
    styles.replace(normal, _style("Normal", "Normal", FANGSONG, THREE, _line(LINE), is_default=True))
    indent = '<w:ind w:firstLineChars="200" w:firstLine="630"/>'
    own = (
        ("GwTitle", TITLE, XIAOBIAOSONG, TWO, f'{_line(700)}<w:jc w:val="center"/>'),
        ("GwBody", BODY, FANGSONG, THREE, _line(LINE) + indent),
        ("GwPlain", PLAIN, FANGSONG, THREE, _line(LINE)),
        ("GwFirst", FIRST, HEITI, THREE, f'<w:keepNext/>{_line(LINE)}{indent}<w:outlineLvl w:val="0"/>'),
        ("GwSecond", SECOND, KAITI, THREE, f'<w:keepNext/>{_line(LINE)}{indent}<w:outlineLvl w:val="1"/>'),
        ("GwThird", THIRD, FANGSONG, THREE, f'{_line(LINE)}{indent}<w:outlineLvl w:val="2"/>'),
        ("GwCell", CELL, FANGSONG, SMALL, f'<w:snapToGrid w:val="0"/>{_line(360)}<w:jc w:val="center"/>'),
        ("GwHead", HEADING, HEITI, SMALL, f'<w:snapToGrid w:val="0"/>{_line(360)}<w:jc w:val="center"/>'),
        ("GwSigned", SIGNED, FANGSONG, THREE, f'{_line(LINE)}<w:ind w:right="630"/><w:jc w:val="right"/>'),
    )
    for name, label, font, size, layout in own:
        styles.append(_style(name, label, font, size, layout))


def _line(height: int) -> str:
    return f'<w:spacing w:before="0" w:after="0" w:line="{height}" w:lineRule="exact"/>'


_ORDER = ("keepNext", "overflowPunct", "snapToGrid", "spacing", "ind", "jc", "outlineLvl")


def _style(name: str, label: str, font: str, size: int, layout: str, *, is_default: bool = False) -> Any:
    """A paragraph style with all four fonts, the language, and the spacing that gives 28 signs a line."""
    fonts = " ".join(f'w:{script}="{font}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    spacing = '<w:spacing w:val="-5"/>' if size == THREE else ""
    kind = f'w:type="paragraph" w:styleId="{name}"' + (' w:default="1"' if is_default else "")
    based = "" if is_default else '<w:basedOn w:val="Normal"/>'
    made = parse_xml(
        f"<w:style {nsdecls('w')} {kind}>"
        f'<w:name w:val="{label}"/>{based}<w:qFormat/>'
        f'<w:pPr>{layout}<w:overflowPunct w:val="0"/></w:pPr>'
        f"<w:rPr><w:rFonts {fonts}/>{spacing}"
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:style>'
    )
    layout_of = made.find(qn("w:pPr"))
    for child in sorted(layout_of, key=lambda child: _ORDER.index(child.tag.split("}")[1])):
        layout_of.append(child)
    return made


def _page_numbers(document: Any) -> None:
    """四号半角宋体, between dashes: outside right on odd pages, left on even ones, one sign in."""
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]._p
        for child in list(paragraph):
            paragraph.remove(child)
        paragraph.append(
            parse_xml(
                f'<w:pPr {nsdecls("w")}><w:snapToGrid w:val="0"/><w:ind w:{side}="280"/><w:jc w:val="{side}"/></w:pPr>'
            )
        )
        for content in ("<w:t>— </w:t>", *_field(), "<w:t> —</w:t>"):
            paragraph.append(_footer_run(content))


def _field() -> tuple[str, ...]:
    return (
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )


def _footer_run(content: str) -> Any:
    fonts = " ".join(f'w:{script}="{SONG}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    content = content.replace("<w:t>", '<w:t xml:space="preserve">')
    size = f'<w:sz w:val="{FOUR}"/><w:szCs w:val="{FOUR}"/>'
    looks = f'<w:rPr><w:rFonts {fonts}/><w:spacing w:val="0"/>{size}</w:rPr>'
    return parse_xml(f"<w:r {nsdecls('w')}>{looks}{content}</w:r>")


def with_fallbacks(fonts: Any) -> Any:
    """The table of fonts with the prescribed ones and what to take instead of each."""
    made = deepcopy(fonts)
    for child in list(made):
        made.remove(child)
    for name in (FANGSONG, KAITI, HEITI, XIAOBIAOSONG, SONG):
        font = OxmlElement("w:font")
        font.set(qn("w:name"), name)
        if name in FALLBACKS:
            other = OxmlElement("w:altName")
            other.set(qn("w:val"), FALLBACKS[name])
            font.append(other)
        made.append(font)
    return made
