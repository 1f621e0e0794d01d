"""What a file is by its first bytes, whatever its name says; what we do not read is refused with what to do."""

from io import StringIO
from pathlib import PurePath
from typing import BinaryIO, NamedTuple

from xlrd.compdoc import CompDoc

from projects.files.grids import ACCEPTED, BROKEN, LOCKED, MIB, RESAVE, Limits, Unreadable

XLSX, XLS, CSV = ".xlsx", ".xls", ".csv"
TEXTS = (CSV, ".txt", ".tsv")
ZIP, OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
MACROS = (".xlsm", ".xltm", ".xlam", ".xla")

HEAD = 4096


class Other(NamedTuple):
    start: bytes
    what: str


_OTHERS = (
    Other(b"\x89PNG", "PNG 图片"),
    Other(b"\xff\xd8\xff", "JPEG 图片"),
    Other(b"GIF8", "GIF 图片"),
    Other(b"%PDF", "PDF 文件"),
    Other(b"Rar!", "RAR 压缩包"),
    Other(b"7z\xbc\xaf", "7z 压缩包"),
    Other(b"\x1f\x8b", "gzip 压缩包"),
    Other(b"{\\rtf", "RTF 文档"),
)
_FORMATS = {
    ".xlsb": "Excel 二进制工作簿",
    ".ods": "OpenDocument 表格",
    ".et": "WPS 表格专用格式",
    ".ett": "WPS 表格专用格式",
    ".numbers": "Numbers 表格",
    ".doc": "Word 文档",
    ".docx": "Word 文档",
    ".pdf": "PDF 文件",
}


def format_of(file: BinaryIO, name: str, limits: Limits) -> str:
    """XLSX, XLS or CSV; the file stands at its beginning afterwards. Raises Unreadable for everything else."""
    suffix = PurePath(name).suffix.lower()
    _refuse_name(suffix)
    _refuse_size(file, limits)
    head = file.read(HEAD)
    file.seek(0)
    found = _content(head)
    if suffix in TEXTS and found == CSV:
        return CSV
    if found == XLS:
        _check_compound(file)
    if suffix != found:
        raise Unreadable(_mislabelled(suffix, found))
    return found


def _refuse_name(suffix: str) -> None:
    if suffix in MACROS:
        raise Unreadable(f"不接受含宏的文件（{suffix}），请另存为不含宏的 .xlsx 后再上传")
    if suffix in _FORMATS:
        raise Unreadable(f"不支持 {_FORMATS[suffix]}（{suffix}），只接受 .xlsx、.xls 和 .csv：{RESAVE}")
    if suffix not in (XLSX, XLS, *TEXTS):
        raise Unreadable(
            f"不支持扩展名为“{suffix}”的文件，{ACCEPTED}" if suffix else f"文件没有扩展名，{ACCEPTED}"
        )


def _refuse_size(file: BinaryIO, limits: Limits) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise Unreadable("文件是空的，请检查后重新上传")
    if size > limits.bytes:
        raise Unreadable(f"文件有 {size / MIB:.1f} MB，超过 {limits.bytes / MIB:g} MB 的上限，请拆分后上传")


def _content(head: bytes) -> str:
    """XLSX for any archive and XLS for any compound file: which of them it is, its reader says."""
    if head.startswith(ZIP):
        return XLSX
    if head.startswith(OLE):
        return XLS
    for other in _OTHERS:
        if head.startswith(other.start):
            raise Unreadable(f"文件内容是 {other.what}，不是表格，{ACCEPTED}")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<style")):
        raise Unreadable(f"文件内容是网页（HTML），只是改了扩展名，{RESAVE}")
    if text.startswith(b"<?xml") or b"urn:schemas-microsoft-com:office" in text:
        raise Unreadable(f"文件内容是 XML，只是改了扩展名，{RESAVE}")
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(f"认不出文件的内容，可能已损坏或不是表格，{ACCEPTED}")
    return CSV


def _mislabelled(suffix: str, found: str) -> str:
    if found == CSV:
        return f"扩展名是 {suffix}，内容却是纯文本，请把扩展名改为 .csv，或{RESAVE.removeprefix('请')}"
    return f"扩展名是 {suffix}，内容却是 {found} 格式，请把扩展名改为 {found} 后再上传"


def _check_compound(file: BinaryIO) -> None:
    """A compound file may be many things: a locked .xlsx, a Word document, a workbook with macros."""
    try:
        names = {entry.name for entry in CompDoc(file.read(), logfile=StringIO()).dirlist}
    except Exception:  # it lets errors of every class through
        raise Unreadable(BROKEN) from None
    finally:
        file.seek(0)
    if "EncryptedPackage" in names:
        raise Unreadable(LOCKED)
    if names & {"_VBA_PROJECT_CUR", "VBA", "Macros"}:
        raise Unreadable("文件含有宏，请另存为不含宏的 .xlsx 后再上传")
    if not names & {"Workbook", "Book"}:
        raise Unreadable(f"文件内容不是 Excel 工作簿，{RESAVE}")
