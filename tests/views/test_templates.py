"""Templates to fill in: headings that the import knows, drop-downs of what it takes, keys that cannot be changed."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from projects.columns import COLUMNS
from projects.files.reading.read import read
from projects.files.recognise.layout import tables
from projects.files.terms import SheetTerms
from projects.vocabulary import ImportKind
from tests import build

pytestmark = pytest.mark.django_db

EXPLAINED = "填写说明"


def content_of(kind: str, person=build.admin) -> bytes:
    response = build.browser_of(person()).get(f"/imports/template/{kind}.xlsx")
    assert response.status_code == 200
    return response.getvalue()


def part(content: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    return ZipFile(BytesIO(content)).read(name).decode()


def cells(content: bytes, sheet: str) -> list[list]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(sheet).to_python()


def rule(page: str, column: str) -> str:
    """The validation of a column, by its letters."""
    rules = re.findall(r"<dataValidation .*?</dataValidation>|<dataValidation [^>]*/>", page)
    return next(found for found in rules if re.search(rf'sqref="{column}\d', found))


def letters(content: bytes, sheet: str, title: str) -> str:
    headings = next(row for row in cells(content, sheet) if title in row)
    place = headings.index(title)
    return (chr(ord("A") + place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


@pytest.fixture
def register() -> None:
    project = build.project("热泵", organisation=build.town("罗溪镇"), enterprise="河海")
    build.listing(project, year=timezone.localdate().year)
    build.park("综合保税区")
    build.industry("新能源")


@pytest.mark.parametrize("kind", ImportKind)
def test_our_own_import_knows_every_heading(kind: ImportKind, register) -> None:
    grids = read(BytesIO(content_of(kind)), "模板.xlsx")
    table = tables(grids, COLUMNS[kind])[0]

    assert [heading.title for heading in table.headings if not heading.key] == []
    assert {column.key for column in COLUMNS[kind] if column.required} <= {
        heading.key for heading in table.headings
    }
    assert next(said for said in map(SheetTerms.read, table.notes) if said).kind == kind


@pytest.mark.parametrize("kind", ImportKind)
def test_it_is_protected_without_a_password_and_open_where_it_is_filled_in(
    kind: ImportKind, register
) -> None:
    content = content_of(kind)
    [protection] = re.findall(r"<sheetProtection [^>]*/>", part(content))

    assert 'sheet="1"' in protection
    assert "password" not in protection
    assert "hashValue" not in protection
    assert '<protection locked="0"/>' in part(content, "xl/styles.xml")


@pytest.mark.parametrize("kind", ImportKind)
def test_a_sheet_explains_each_column(kind: ImportKind, register) -> None:
    rows = cells(content_of(kind), EXPLAINED)
    explained = {row[0]: row for row in rows[3:]}

    assert set(explained) == {column.title for column in COLUMNS[kind]}
    for column in COLUMNS[kind]:
        assert (explained[column.title][1] == "必填") == column.required
    assert "（清空）" in rows[1][0]


def test_words_of_few_are_chosen_from_a_list(register) -> None:
    content = content_of("projects")
    page = part(content)

    offered = {
        "所属镇街": "罗溪镇",
        "所在园区": "综合保税区",
        "产业类别": "新能源",
        "建设性质": "新建,扩建,改建,改扩建,迁建,恢复,技改,设备",
        "年度类别": "新建,续建,储备",
        "是否计划竣工": "是,否",
    }
    for title, words in offered.items():
        assert f'<formula1>"{words}"</formula1>' in rule(page, letters(content, "项目清单", title))
    level = rule(page, letters(content, "项目清单", "名单级别"))
    assert 'errorStyle="information"' in level
    assert "省重大,市重点,区重点" in level


def test_a_long_list_of_units_stands_on_a_hidden_sheet(register) -> None:
    for number in range(40):
        build.town(f"第{number}个很长的镇名")
    content = content_of("projects")

    assert "<formula1>选项!$" in rule(part(content), letters(content, "项目清单", "责任单位"))
    assert 'name="选项"' in part(content, "xl/workbook.xml")
    assert 'state="hidden"' in part(content, "xl/workbook.xml")


def test_staff_are_offered_the_units_that_they_may_name(register) -> None:
    luoxi = build.town("罗溪镇")
    build.town("薛家镇")
    content = content_of("projects", lambda: build.staff(luoxi))

    assert '<formula1>"罗溪镇"</formula1>' in rule(part(content), letters(content, "项目清单", "责任单位"))


def test_the_template_of_the_month_holds_the_persons_projects(register) -> None:
    build.listing(build.project("隔膜", organisation=build.town("薛家镇")), year=timezone.localdate().year)
    content = content_of("reports", lambda: build.staff(build.town("罗溪镇")))
    said = str(cells(content, "月报"))

    assert "热泵" in said
    assert "隔膜" not in said
    assert '"是"' in rule(part(content), letters(content, "月报", "无变化"))


def test_keys_cannot_be_typed_over(register) -> None:
    content = content_of("targets")

    for title in ("系统编号", "系统版本"):
        guard = rule(part(content), letters(content, "年度目标", title))
        assert 'type="custom"' in guard
        assert "<formula1>FALSE</formula1>" in guard


@pytest.mark.parametrize(
    ("person", "kinds"),
    [
        (build.staff, {"projects", "reports"}),
        (build.office, {"projects", "reports", "targets"}),
        (build.admin, {"projects", "reports", "targets", "organisations"}),
        (build.leader, set()),
    ],
)
def test_each_gets_the_templates_of_what_they_may_import(person, kinds: set[str], register) -> None:
    client = build.browser_of(person())
    given = set()
    for kind in ImportKind.values:
        response = client.get(f"/imports/template/{kind}.xlsx")
        if response.status_code == 200:
            given.add(kind)
            response.getvalue()

    assert given == kinds


def test_there_is_no_template_for_anything_else() -> None:
    assert build.browser_of(build.admin()).get("/imports/template/people.xlsx").status_code == 404
    assert build.browser_of(None).get("/imports/template/projects.xlsx").status_code == 302


def test_the_terms_of_a_project_list_name_this_year(register) -> None:
    [table] = tables(read(BytesIO(content_of("projects")), "模板.xlsx")[:1], COLUMNS[ImportKind.PROJECTS])
    said = next(said for said in map(SheetTerms.read, table.notes) if said)

    assert said == SheetTerms(ImportKind.PROJECTS, timezone.localdate().year)
