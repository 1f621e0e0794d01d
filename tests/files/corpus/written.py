"""Workbooks as programs write them: formulas with and without values, error values, XML of other shapes."""

from datetime import date

from projects.files.writing.xlsx import Column, Kind, Sheet, workbook
from tests.files.corpus.making import (
    SHEET,
    WORKBOOK,
    Book,
    Formula,
    Page,
    operated,
    package,
    parts,
    with_rows,
    xlsx,
)


def formulas_with_values() -> Book:
    """A formula is its stored value, a text too; nothing is evaluated, and an empty result is an empty cell."""
    rows = [
        ["项目名称", "总投资（亿元）", "备注"],
        ["恒启储能基地", Formula("=100+1", 110.3), Formula('="甲"&"乙"', "丙")],
    ]
    empty = b'</row><row r="3"><c r="C3" t="str"><f>C9&amp;""</f><v></v></c></row></sheetData>'
    content = operated(xlsx(Page(rows)), SHEET, b"</row></sheetData>", empty)
    return Book("公式.xlsx", content)


def formulas_without_values() -> Book:
    """A formula that was saved without its value is empty and is listed, however the writer leaves the value out."""
    rows = [
        ["项目名称", "总投资（亿元）"],
        ["甲", Formula("=1+1", None)],
        ["乙", Formula("=2+2", None)],
        ["丙", 3],
    ]
    content = operated(xlsx(Page(rows)), SHEET, b"<f>1+1</f><v></v>", b"<f>1+1</f>")
    return Book("没有结果的公式.xlsx", content)


def formulas_of_programs() -> Book:
    """A program that leaves its formulas to Excel stores 0 beside each: that is no result, and it is listed."""
    rows = [["项目名称", "总投资（亿元）"], ["甲", Formula("=1+1", 0)], ["乙", 0], ["丙", Formula("=2+2", 4)]]
    return Book("程序的公式.xlsx", xlsx(Page(rows)))


def formulas_that_are_nought() -> Book:
    """The same 0 in a workbook that Excel has calculated is a result."""
    content = parts(formulas_of_programs().content)
    return Book("零.xlsx", operated(package(content), WORKBOOK, b' fullCalcOnLoad="1"', b""))


def error_of_another_kind() -> Book:
    """An error value that the reader does not know is named with its cell."""
    rows = [["项目名称", "总投资（亿元）"], ["恒启储能基地", Formula("=NA()", "#N/A")]]
    return Book("新错误值.xlsx", operated(xlsx(Page(rows)), SHEET, b"#N/A", b"#SPILL!"))


def error_values() -> Book:
    """#REF! and #N/A are read as these texts, never as empty cells."""
    rows = [
        ["项目名称", "总投资（亿元）", "年度计划投资（亿元）"],
        ["恒启储能基地", Formula("=Sheet9!A1", "#REF!"), Formula("=NA()", "#N/A")],
        ["衡朔机床扩建", 6.05, Formula("=1/0", "#DIV/0!")],
    ]
    return Book("错误值.xlsx", xlsx(Page(rows)))


def prefixed_xml() -> Book:
    """Every tag with a prefix, as some .NET libraries write: the same values, hidden rows and merged cells."""
    page = Page(
        [["项目名称", "总投资（亿元）"], ["甲", 1.5], ["乙", 2]], hidden_rows=[3], merged=[("A5:B5", "注")]
    )
    contents = parts(xlsx(page))
    xml = contents[SHEET].replace(b"<worksheet xmlns=", b"<x:worksheet xmlns:x=")
    for tag in (b"sheetData", b"row", b"c", b"v", b"worksheet", b"mergeCells", b"mergeCell"):
        for mark in (b" ", b">", b"/"):
            xml = xml.replace(b"<%b%b" % (tag, mark), b"<x:%b%b" % (tag, mark))
        xml = xml.replace(b"</%b>" % tag, b"</x:%b>" % tag)
    return Book("前缀.xlsx", package(contents | {SHEET: xml}))


def unusual_xml() -> Book:
    """Single quotes, line breaks in tags, cells without a place: as valid, and read alike."""
    rows = """<row r='1'><c
        t='inlineStr'  r = 'A1'><is><t>项目名称</t></is></c><c t="inlineStr"><is><t>备注</t></is></c></row>
        <row><c t="inlineStr"><is><t>甲</t></is></c></row>""".encode()
    return Book("少见写法.xlsx", with_rows(rows))


def lying_dimension() -> Book:
    """A dimension of A1:XFD1048576 that the cells do not bear out is not believed."""
    content = xlsx(Page([["项目名称", "备注"], ["甲", "乙"]]))
    return Book("虚报范围.xlsx", operated(content, SHEET, b'ref="A1:B2"', b'ref="A1:XFD1048576"'))


def as_others_save_it() -> Book:
    """A workbook that we wrote ourselves is read back: what leaves comes back in."""
    columns = [Column("项目名称"), Column("总投资（亿元）", Kind.MONEY), Column("开工计划", Kind.DAY)]
    sheet = Sheet(
        "清单",
        "重大项目清单",
        columns,
        [["=恒启储能基地", 110_3000_0000, date(2024, 3, 1)]],
        notes=["截至2024年9月底"],
    )
    with workbook([sheet]) as file:
        return Book("导出.xlsx", file.read())
