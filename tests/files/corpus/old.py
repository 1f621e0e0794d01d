"""Workbooks of Excel 97 to 2003."""

from datetime import date
from io import BytesIO

from xlwt import Workbook, easyxf
from xlwt.CompoundDoc import XlsDoc

from tests.files.corpus.making import Book

HEADINGS = ["序号", "项目名称", "总投资（万元）", "开工计划", "责任单位"]
LOCKED = b"\x2f\x00\x36\x00" + bytes(54)
"""The record that says that all after it is encrypted."""


def book() -> Workbook:
    made = Workbook()
    sheet = made.add_sheet("项目清单")
    sheet.write_merge(0, 0, 0, 4, "2024年重大项目清单")
    rows = [
        HEADINGS,
        [1, "恒启储能基地", 1_103_000, date(2024, 3, 1), None],
        [2, "衡朔机床扩建", 60_500, "2025年底", None],
    ]
    day = easyxf(num_format_str="YYYY-MM-DD")
    for line, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(line, column, value, day if isinstance(value, date) else easyxf())
    sheet.write_merge(2, 3, 4, 4, "三井街道")
    return made


def saved(made: Workbook) -> bytes:
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def xls_as_offices_save_it() -> Book:
    """Title, merged cells, days and numbers of an .xls."""
    return Book("清单.xls", saved(book()))


def xls_hidden_and_rough() -> Book:
    """Hidden row, column and sheet of an .xls, an error value, a day that is shown as its month."""
    made = book()
    sheet = made.get_sheet(0)
    sheet.row(3).hidden = True
    sheet.col(0).hidden = True
    sheet.write(4, 1, "祺澜酶制剂")
    sheet.row(4).set_cell_error(2, "#REF!")
    sheet.write(4, 3, date(2024, 3, 1), easyxf(num_format_str='yyyy"年"m"月"'))
    made.add_sheet("底稿").write(0, 0, "项目名称")
    made.get_sheet(1).visibility = 1
    return Book("隐藏.xls", saved(made))


def xls_encrypted() -> Book:
    """An .xls with a password says that it is encrypted."""
    stream = book().get_biff_data()
    length = int.from_bytes(stream[2:4], "little") + 4
    return Book("加密.xls", compound(stream[:length] + LOCKED + stream[length:]))


def xls_with_macros() -> Book:
    """An .xls with a storage of macros is refused."""
    content = saved(book())
    place = content.index(directory_name("Workbook")) + 128
    name = directory_name("_VBA_PROJECT_CUR")
    entry = name.ljust(64, b"\0") + len(name).to_bytes(2, "little") + b"\x01\x00" + b"\xff" * 12
    return Book("宏.xls", content[:place] + entry + content[place + len(entry) :])


def xls_truncated() -> Book:
    """Half an .xls is said to be damaged."""
    content = saved(book())
    return Book("半截.xls", content[: len(content) // 2])


def xls_of_blanks() -> Book:
    """Millions of formatted blanks in 25 MB are refused before they are laid out."""
    stream = Workbook()
    stream.add_sheet("项目清单").write(0, 0, "项目名称")
    data = stream.get_biff_data()
    at = data.rindex(b"\x0a\x00\x00\x00")
    blanks = b"".join(
        b"\xbe\x00"
        + (518).to_bytes(2, "little")
        + row.to_bytes(2, "little")
        + bytes(2)
        + b"\x0f\x00" * 256
        + b"\xff\x00"
        for row in range(1, 48_000)
    )
    return Book("空格.xls", compound(data[:at] + blanks + data[at:]))


def compound(stream: bytes) -> bytes:
    """The stream as the workbook of a compound file."""
    file = BytesIO()
    XlsDoc().save(file, stream)
    return file.getvalue()


def directory_name(name: str) -> bytes:
    return (name + "\0").encode("utf-16-le")


def xlsx_encrypted() -> Book:
    """An .xlsx with a password is a compound file, and says that it is encrypted and not that it is mislabelled."""
    content = compound(bytes(8192))
    old, new = directory_name("Workbook"), directory_name("EncryptedPackage")
    place = content.index(old)
    entry = new.ljust(64, b"\0") + len(new).to_bytes(2, "little")
    return Book("加密.xlsx", content[:place] + entry + content[place + 66 :])
