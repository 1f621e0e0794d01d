"""A workbook at the door as a browser sends it: sheets, the form, the buttons of an import and of its rows."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from projects.models import Import
from tests.workbooks.sheets_made import xlsx

NEW = "/projects/import/"
HEAD = ["项目名称", "建设单位", "总投资（万元）", "责任单位", "开工实际"]
GOOD = ["热泵项目", "河海", 12000, "罗溪镇", "2024-03"]


def sheet(*rows: list[Any], head: list[str] | None = None) -> bytes:
    """The same bytes for the same rows."""
    return xlsx(head or HEAD, *rows)


def file(content: bytes | None = None, name: str = "清单.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, sheet(GOOD) if content is None else content)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page_of(imported: Import, tail: str = "") -> str:
    return f"/imports/{imported.pk}/{tail}"


def shown(client: Client, imported: Import, query: str = "", status: int = 200) -> str:
    response = client.get(page_of(imported) + query)
    assert response.status_code == status
    return words(response)


def sent(client: Client, content: bytes | None = None, **typed: Any) -> Import:
    """What is sent leads to the page of a new import."""
    said = {"kind": "projects", "year": "2024", "file": file(content), **typed}
    response = client.post(NEW, said)
    assert response.status_code == 302, words(response)
    imported = Import.objects.latest("pk")
    assert response["Location"] == page_of(imported)
    return imported


def pressed(client: Client, imported: Import, act: str, **typed: str) -> str:
    response = client.post(page_of(imported), {"act": act, **typed}, follow=True)
    assert response.redirect_chain[0] == (page_of(imported), 302)
    return words(response)


def at_row(client: Client, imported: Import, act: str, line: int, *, htmx: bool = False, **typed: str) -> str:
    row = imported.rows.get(line=line)
    headers = {"HX-Request": "true"} if htmx else {}
    address = page_of(imported, f"rows/{row.pk}/?outcome={row.outcome}")
    response = client.post(address, {"act": act, "shown": str(row.pk), **typed}, follow=True, headers=headers)
    assert response.status_code == 200
    return words(response)
