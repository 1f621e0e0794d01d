"""Files that are not what their name says, or not for us."""

from tests.files.corpus.making import Book, Page, package, parts, xlsx
from tests.files.corpus.old import book, saved

TIDY = Page([["项目名称", "备注"], ["甲", "乙"]])


def xls_named_xlsx() -> Book:
    """The content decides, and the user is told which name is right."""
    return Book("清单.xlsx", saved(book()))


def xlsx_named_csv() -> Book:
    """A workbook named .csv."""
    return Book("清单.csv", xlsx(TIDY))


def html_named_xls() -> Book:
    """A web page that some system calls .xls."""
    return Book("导出.xls", "<html><body><table><tr><td>项目名称</td></tr></table></body></html>".encode())


def xml_named_xls() -> Book:
    """The XML of Excel 2003, named .xls."""
    return Book(
        "导出.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    )


def text_named_xls() -> Book:
    """Cells parted by tabs, named .xls by some system: rename it .csv."""
    return Book("导出.xls", "项目名称\t备注\n甲\t乙\n".encode("gb18030"))


def picture_named_xlsx() -> Book:
    """A photo of the sheet."""
    return Book("照片.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(100))


def empty_file() -> Book:
    """Nothing at all."""
    return Book("空.xlsx", b"")


def xlsm() -> Book:
    """The name of a workbook with macros."""
    return Book("宏.xlsm", xlsx(TIDY))


def macros_named_xlsx() -> Book:
    """A workbook with a project of macros, whatever it is called."""
    return Book("宏.xlsx", package(parts(xlsx(TIDY)) | {"xl/vbaProject.bin": b"\0"}))


def binary_workbook() -> Book:
    """.xlsb: the accepted formats are named."""
    return Book("清单.xlsb", package({"xl/workbook.bin": b"\0"}))


def binary_workbook_named_xlsx() -> Book:
    """An .xlsb by another name."""
    return Book("清单.xlsx", package({"xl/workbook.bin": b"\0"}))


def open_document() -> Book:
    """.ods: the accepted formats are named."""
    return Book(
        "清单.ods",
        package({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}),
    )


def wps_format() -> Book:
    """.et of WPS: save it as .xlsx."""
    return Book("清单.et", saved(book()))


def word_document_named_xlsx() -> Book:
    """A Word document by another name."""
    return Book("方案.xlsx", package({"word/document.xml": b"<w/>"}))


def archive_of_workbooks() -> Book:
    """An archive of workbooks by another name: unpack it first, we do not look inside."""
    return Book("打包.xlsx", package({"省重大.xlsx": xlsx(TIDY), "市重点.xlsx": xlsx(TIDY)}))


def unknown_bytes() -> Book:
    """Bytes of nothing known, named .csv."""
    return Book("数据.csv", bytes(range(256)) * 20)
