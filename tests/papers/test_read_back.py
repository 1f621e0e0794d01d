"""Numbers of the cards and of the 调度表 read back out of their files, against the API's at the same day and basis."""

import re
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from projects.models import PaperField, Project
from projects.papers.sheets import MOST_CARDS
from projects.templatetags.formats import yi_hundredths
from tests import build
from tests.api.test_completion import answer
from tests.papers.test_bulletin import luoxi, seal  # noqa: F401  # fixtures
from tests.papers.test_orders import _media, ask, read, values  # noqa: F401  # every file into a folder of its own

pytestmark = pytest.mark.django_db

AMOUNT = re.compile(r"(总投资|20\d\d年底累计|20\d\d年计划|20\d\d年[\d—]*月?完成)(—|\d+\.\d+亿元)")
RATE = re.compile(r"完成率(—|\d+\.\d%)")


def sheets_of(user, order) -> dict[str, str]:
    """The text of each sheet by the name of its project, without blanks."""
    pages = PdfReader(BytesIO(read(user, order, "cards"))).pages
    texts = [re.sub(r"[\s\u200b]", "", page.extract_text()) for page in pages]
    found = {
        name: text
        for name in Project.objects.values_list("name", flat=True)
        for text in texts
        if name in text
    }
    assert len(found) == len(texts) <= MOST_CARDS
    return found


def api(user, address: str) -> dict:
    response = Client(headers=build.key_header(user)).get(f"/api/v1/{address}")
    assert response.status_code == 200
    return response.json()


def test_every_number_of_the_cards_is_the_apis_for_leader_and_staff(seal, luoxi) -> None:  # noqa: F811
    for project in Project.objects.all():
        build.annual_plan(project, 4 * build.YI, year=2024, invested_before=2 * build.YI)
    leader, staff = build.leader(), build.staff(luoxi)
    for user, terms, unit, count in (
        (leader, {}, "", 6),
        (staff, {"organisation": luoxi.pk}, f"&organisation={luoxi.pk}", 3),
    ):
        order = ask(user, "cards", basis="ledger", **terms)
        kept, sheets = values(order, "cards"), sheets_of(user, order)
        assert len(sheets) == count
        done_of_all = []
        for name, sheet in sheets.items():
            record = api(user, f"projects/{Project.objects.get(name=name).pk}/")
            numbers = {label: words.removesuffix("亿元") for label, words in AMOUNT.findall(sheet)}
            total, before, planned, done = numbers.values()
            own = {
                field.key.partition("_")[2]: field.value
                for field in PaperField.objects.filter(paper__order=order, project_key=record["id"])
            }
            assert own == {
                "total": total, "before": before, "planned": planned, "done": done, "rate": RATE.findall(sheet)[0],
            }  # fmt: skip
            assert total == yi_hundredths(record["total_investment"])
            assert (before, planned) == ("2.0", "4.0")
            done_of_all.append(float(done))
        told = answer(user, f"as_of=2024-09-30&basis=ledger{unit}")
        invested = next(each for each in told["indicators"] if each["code"] == "invested")
        assert sum(done_of_all) * build.YI == invested["actual"]
        assert len(kept) == 5 * count
