"""调度表: every number of both files is the API's, columns stand as the layout says, telephone numbers by right."""

from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from projects.models import Project, TableLayout
from tests import build
from tests.api.test_completion import answer
from tests.papers.test_bulletin import luoxi, seal  # noqa: F401  # fixtures
from tests.papers.test_orders import _media, ask, read, values  # noqa: F401  # every file into a folder of its own

pytestmark = pytest.mark.django_db

LAYOUT = ["name", "number", "reported", "invested", "investment", "phone"]


def sheet_rows(content: bytes) -> list[tuple[object, ...]]:
    book = load_workbook(BytesIO(content))
    return list(book.active.iter_rows(min_row=4, values_only=True))


def word_rows(content: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(BytesIO(content)).tables[0].rows]


def test_the_numbers_of_both_files_are_the_apis_in_the_columns_of_the_layout(seal, luoxi) -> None:  # noqa: F811
    office, staff = build.office(), build.staff(luoxi)
    project = Project.objects.get(name="罗溪镇项目0")
    project.contact_phone = "13912345678"
    build.kept(project)
    places = {key: place for place, key in enumerate(LAYOUT, start=1)}
    saved = build.browser_of(office).post("/papers/layouts/", {"title": "小表", **places})
    assert saved.status_code == 302, saved.content.decode()
    layout = TableLayout.objects.get().pk

    for user, terms, unit, count in (
        (office, {"phones": "on"}, "", 6),
        (staff, {"organisation": luoxi.pk}, f"&organisation={luoxi.pk}", 3),
    ):
        order = ask(user, "table", "table_word", basis="ledger", layout=layout, **terms)
        heading, *rows, total = sheet_rows(read(user, order, "table"))
        told = answer(user, f"as_of=2024-09-30&basis=ledger{unit}")
        invested = next(each for each in told["indicators"] if each["code"] == "invested")
        word = word_rows(read(user, order, "table_word"))

        assert heading == (
            "项目名称", "序号", "年累计完成（亿元）", "当月完成（亿元）", "总投资（亿元）", "联系电话",
        )  # fmt: skip
        assert list(heading) == word[0]
        assert (len(rows), total[1]) == (count, count)
        assert total[2] * build.YI == invested["actual"] == sum(row[2] for row in rows) * build.YI
        assert word[-1][2] == values(order, "table")["t_reported"] == f"{total[2]:.1f}"
        assert [float(row[2]) for row in word[1:-1]] == [row[2] for row in rows]
        phone = next(row[5] for row in rows if row[0] == "罗溪镇项目0")
        assert phone == ("13912345678" if terms.get("phones") else "139****5678")
        one = order.papers.get(kind="table").fields.get(key=f"r{project.pk}_reported")
        assert (one.project_key, one.value) == (project.pk, "10.0")

    assert TableLayout.objects.get().headings.startswith("项目名称、序号、年累计完成")
    assert build.browser_of(office).post(f"/papers/layouts/{layout}/drop/").status_code == 302
    assert not TableLayout.objects.exists()


def test_a_leader_cannot_ask_for_telephone_numbers(seal) -> None:  # noqa: F811
    leader = build.leader()
    page = build.browser_of(leader).get("/papers/").content.decode()
    assert "含联系电话" not in page
    assert "调度表的版式" in page
    assert not ask(leader, "table", phones="on").with_phones
