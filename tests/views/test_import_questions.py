"""The questions of an import on its pages: those of a sheet before it is read, those of its rows above them."""

import pytest

from projects.models import HeadingChoice, Import, Industry, Project
from tests import build
from tests.views.import_desk import page_of, pressed, sent, shown, words
from tests.workbooks.field_sheets import HEAD, PARTS, TITLE, A, B, sheet

pytestmark = pytest.mark.django_db
DOUBTS = sheet(
    ["2023年市重点项目清单"],
    HEAD,
    A,
    [None, "①一号厂房", None, "a", 4000, 400, None],
    [None, "②二号厂房", None, "b", 6000, 600, None],
    [None, "北部片区", None, None, 20500, 2000, None],
    B,
    struck=[7],
)


@pytest.fixture
def office():
    build.town("三井街道", kind="subdistrict")
    build.town("罗溪镇")
    build.industry("新能源")
    return build.browser_of(build.office())


def fields(page: str) -> list[str]:
    """The names of the controls that ask about a sheet, in their order."""
    return list(
        dict.fromkeys(part.split('"')[0] for part in page.split('name="')[1:] if part.startswith("ask_"))
    )


def test_a_sheet_asks_each_question_once_before_it_is_read(office) -> None:
    imported = sent(office, DOUBTS.content)
    page = words(office.get(page_of(imported, "headings/")))
    asked = [
        "表上的时间与所选的 2024 年 不同",
        "1 行画了删除线",
        "1 行像分段或合计",
        "1 个项目下面列了子项目",
    ]
    places = [page.index(question) for question in asked]
    assert places == sorted(places)
    assert places[-1] < page.index("前几个内容")
    assert "第 3 行 甲项目厂房 总投资（万元） 10000" in page


def test_a_question_without_an_answer_is_asked_again(office) -> None:
    imported = sent(office, DOUBTS.content)
    page = words(office.get(page_of(imported, "headings/")))
    keys = keys_of(page, Import.objects.get().layout["sheets"][0])
    response = office.post(page_of(imported, "headings/"), keys)
    assert response.status_code == 422
    assert words(response).count("请回答这个问题，或选择不读这张表。") == 4


def test_the_answers_are_kept_and_the_sheet_is_read(office) -> None:
    imported = sent(office, DOUBTS.content)
    page = words(office.get(page_of(imported, "headings/")))
    chosen = dict(zip(fields(page), ("chosen", "leave", "section", "whole"), strict=True))
    layout = Import.objects.get().layout["sheets"][0]
    office.post(page_of(imported, "headings/"), chosen | keys_of(page, layout))
    again = Import.objects.get()
    assert (again.state, again.counts["new"]) == ("preview", 1)
    assert "画了删除线的行" in shown(office, again)


def test_groups_named_after_units_are_asked_about_and_filled(office) -> None:
    rows = [["一、罗溪镇"], [1, "甲项目厂房", 100], ["二、三井街道"], [2, "乙项目厂房", 200]]
    imported = sent(office, sheet(TITLE, ["序号", "项目名称", "总投资（万元）"], *rows).content)
    page = words(office.get(page_of(imported, "headings/")))
    assert "但分组名是单位，是否按分组填入？" in page
    assert "罗溪镇 1 行" in page
    chosen = dict(zip(fields(page), ("fill",), strict=True))
    layout = Import.objects.get().layout["sheets"][0]
    office.post(page_of(imported, "headings/"), chosen | keys_of(page, layout))
    pressed(office, imported, "apply_all")
    assert list(Project.objects.order_by("pk").values_list("organisation__name", flat=True)) == [
        "罗溪镇",
        "三井街道",
    ]


def keys_of(page: str, layout) -> dict[str, str]:
    """The meanings of the headings as the page shows them."""
    names = [part.split('"')[0] for part in page.split('name="')[1:] if part.startswith("key_")]
    return dict(zip(names, (heading["key"] for heading in layout["headings"]), strict=True))


def test_words_are_asked_above_the_rows_and_remembered(office) -> None:
    layout = sheet(
        ["序号", "项目名称", "产业类别"],
        [1, "甲项目厂房", "光伏"],
        [2, "乙项目厂房", "光伏"],
        [3, "丙项目厂房", "储能"],
    )
    imported = sent(office, layout.content)
    page = shown(office, imported)
    assert "先回答 2 个问题" in page
    assert page.index("光伏 <small>2 行</small>") < page.index("逐行核对")
    pressed(office, imported, "answer", **{"answer-0": "新能源", "answer-1": "（新增）"})
    assert Import.objects.get().counts["new"] == 3
    assert list(HeadingChoice.objects.values_list("column", "heading", "key")) == [
        ("industry", "光伏", "新能源")
    ]
    assert Industry.objects.filter(name="储能").exists()
    pressed(office, imported, "apply_all")
    assert list(Project.objects.order_by("pk").values_list("industry__name", flat=True)) == [
        "新能源",
        "新能源",
        "储能",
    ]


def test_staff_choose_from_the_list_and_add_nothing() -> None:
    town = build.town("罗溪镇")
    build.industry("新能源")
    staff = build.browser_of(build.staff(town))
    layout = sheet(
        ["序号", "项目名称", "责任单位", "产业类别"],
        [1, "甲项目厂房", "罗溪镇", "光伏"],
    )
    imported = sent(staff, layout.content)
    assert "新增“光伏”" not in shown(staff, imported)
    assert "请从列出的回答中选择" in pressed(staff, imported, "answer", **{"answer-0": "（新增）"})
    assert not Industry.objects.filter(name="光伏").exists()


def test_a_cell_that_is_mended_offers_the_list_and_fills_down(office) -> None:
    layout = sheet(
        TITLE,
        ["序号", "项目名称", "产业类别", "总投资（万元）"],
        [1, "甲项目厂房", "光伏", "三亿五"],
        [2, "乙项目厂房", "新能源", "三亿五"],
        [3, "丙项目厂房", "新能源", 100],
    )
    imported = sent(office, layout.content)
    page = shown(office, imported)
    assert '<datalist id="words-industry"><option value="新能源"></option></datalist>' in page
    assert "只填数字即按万元" in page
    row = imported.rows.get(line=4)
    office.post(
        page_of(imported, f"rows/{row.pk}/"),
        {"act": "mend", "cell-total_investment": "35000", "same": "1"},
    )
    assert [each.cells["total_investment"] for each in imported.rows.order_by("position")] == [
        "35000万元",
        "35000万元",
        "100万元",
    ]


def test_the_parts_of_a_project_are_chosen_on_the_page(office) -> None:
    imported = sent(office, PARTS["circled"].content)
    page = words(office.get(page_of(imported, "headings/")))
    layout = Import.objects.get().layout["sheets"][0]
    office.post(page_of(imported, "headings/"), {fields(page)[0]: "parts"} | keys_of(page, layout))
    assert Import.objects.get().counts["new"] == 3
