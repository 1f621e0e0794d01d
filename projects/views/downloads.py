"""Sheets on their way out: as a workbook from a file of its own, or as text, line by line."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from projects.files.writing import csv, xlsx
from projects.files.writing.sheets import Sheet

DEMO = "演示数据，非真实项目"
UNITS = "单位：亿元；空白为未知，不是零"


class Suffix:
    """`<suffix:suffix>` of an address: what the file is to be."""

    regex = "xlsx|csv"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def download(suffix: str, sheets: Iterable[Sheet], name: str) -> FileResponse | StreamingHttpResponse:
    """A file `name.suffix`; neither kind of it is ever whole in memory."""
    if settings.DEMO:  # what leaves the house says so, too
        sheets = [replace(sheet, notes=[DEMO, *sheet.notes]) for sheet in sheets]
    if suffix == "csv":
        disposition = content_disposition_header(True, f"{name}.csv") or "attachment"
        headers = {"Content-Disposition": disposition}
        return StreamingHttpResponse(csv.csv_pieces(sheets), content_type=csv.CONTENT_TYPE, headers=headers)
    return FileResponse(
        xlsx.workbook(sheets), as_attachment=True, filename=f"{name}.xlsx", content_type=xlsx.CONTENT_TYPE
    )


def moment(at: datetime) -> datetime:
    """As the clock on the wall shows it: a cell knows no zone."""
    return timezone.localtime(at).replace(tzinfo=None)
