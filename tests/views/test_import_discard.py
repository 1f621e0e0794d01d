"""An import that nobody wants goes again, with its workbook; what has written stays as the source of it."""

import pytest
from django.core.files.storage import default_storage

from projects.models import Import, Workbook
from projects.vocabulary import ImportState
from tests import build
from tests.views.import_desk import GOOD, NEW, page_of, pressed, sheet, words
from tests.workbooks.sheets_made import applied, received, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def luoxi():
    return build.staff(build.town("罗溪镇"))


def discarded(client, imported: Import):
    return client.post(page_of(imported), {"act": "discard"}, follow=True)


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (sheet(GOOD), ImportState.PREVIEW),
        (sheet(["热泵项目", 3], head=["项目名称", "总投资"]), ImportState.MAPPING),
        (b"", ImportState.FAILED),
    ],
)
def test_what_has_written_nothing_is_deleted(
    content: bytes, state: str, luoxi, django_capture_on_commit_callbacks
) -> None:
    imported = received(content, luoxi)
    assert imported.state == state
    path = imported.workbook.file.name

    with django_capture_on_commit_callbacks(execute=True):
        response = discarded(build.browser_of(luoxi), imported)

    assert response.redirect_chain == [(NEW, 302)]
    assert "已删除《清单.xlsx》的这次导入，没有写入任何内容。" in words(response)
    assert not Import.objects.exists()
    assert not Workbook.objects.exists()
    assert not default_storage.exists(path)


def test_what_has_written_stays_even_when_it_was_taken_back(luoxi) -> None:
    client = build.browser_of(luoxi)
    imported = applied(received(sheet(GOOD), luoxi), luoxi)

    assert "这次导入已写入，不能删除。" in pressed(client, imported, "discard")
    undone(imported, luoxi)
    assert "这次导入已撤销，不能删除。" in pressed(client, imported, "discard")
    assert Import.objects.get().state == ImportState.UNDONE


def test_nobody_deletes_what_a_colleague_has_sent(luoxi) -> None:
    imported = received(sheet(GOOD), luoxi)
    colleague = build.browser_of(build.staff(build.town("罗溪镇")))

    assert colleague.post(page_of(imported), {"act": "discard"}).status_code == 404
    assert Import.objects.exists()
