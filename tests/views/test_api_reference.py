"""The page that says what the API reads and writes."""

import pytest

from tests import build
from tests.admin.desk import Reader

pytestmark = pytest.mark.django_db

ADDRESS = "/account/keys/reference/"


def test_it_says_what_the_document_says_without_a_script_of_its_own() -> None:
    browser = build.browser_of(build.staff(build.town("罗溪镇")))
    document = browser.get("/api/v1/schema").json()

    page = browser.get(ADDRESS)

    read, content = Reader(page), page.content.decode()
    assert read.inline == []
    operations = [
        each for item in document["paths"].values() for each in item.values() if "operationId" in each
    ]
    shown = [key for key in (each["operationId"] for each in operations) if f'id="{key}"' in content]
    assert len(shown) == len(operations)
    words = " ".join(read.words)
    for said in (
        "/api/v1/problems/{id}/close/",
        "用地拆迁",
        "If-Match",
        "销号日期",
        "没有写明版本",
        "年底预计",
    ):
        assert said in words, said
    assert "`" not in words


def test_only_who_may_have_a_key_opens_it() -> None:
    assert build.browser_of(build.auditor()).get(ADDRESS).status_code == 403
