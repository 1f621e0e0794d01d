"""The preview of an import: what each row would do, and what is said of it in its place."""

import pytest
from django.test import Client

from projects.models import Import, Project, User
from projects.models.versions import versions_in_sheet
from tests import build
from tests.views.import_desk import GOOD, HEAD, NEW, at_row, file, page_of, pressed, sent, sheet, shown, words
from tests.workbooks.sheets_made import received, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def luoxi() -> User:
    return build.staff(build.town("罗溪镇"))


@pytest.fixture
def staff(luoxi: User) -> Client:
    return build.browser_of(luoxi)


def test_the_preview_counts_names_and_sums(luoxi, staff):
    build.project("旧项目", organisation=luoxi.organisation, enterprise="河海", total_investment=100 * 10**4)
    imported = sent(
        staff,
        xlsx(
            HEAD,
            GOOD,
            ["旧项目", "河海", 250, None, None],
            ["坏项目", "河海", "约3亿", "罗溪镇", "上周"],
            ["合计", None, 12000, None, None],
        ),
    )
    page = shown(staff, imported)
    assert '有错误 <b class="late">1</b>' in page
    assert "新增 <b>1</b>" in page
    assert "<b>C4</b> 总投资" in page
    assert "<b>E4</b> 开工实际" in page
    assert 'value="约3亿"' in page
    assert "只写入可以的 2 行" in page
    assert 'value="apply_all"' not in page
    assert "<b>12250</b>" in page  # 12000 and 250, exactly; one cell cannot be read
    assert "不符" in page
    changed = shown(staff, imported, "?outcome=changed")
    assert "总投资：<del>0.01亿元</del> → <ins>0.025亿元</ins>" in changed
    assert "项目清单 第 3 行" in changed


def test_a_faulty_cell_is_mended_in_its_place(staff):
    imported = sent(staff, sheet(["坏项目", "河海", 12000, "罗溪镇", "上周"], GOOD))
    assert "请刷新页面后再改" in at_row(staff, imported, "mend", 2, **{"cell-key": "1"})
    page = at_row(staff, imported, "mend", 2, htmx=True, **{"cell-started_reached": "2024-04"})

    assert page.startswith('<div id="preview"')
    assert "开工实际 已修改：<del>上周</del> → <ins>2024-04</ins>" in page
    assert "全部写入（2 行）" in page
    row = imported.rows.get(line=2)
    assert (row.cells["started_reached"], row.origin) == ("2024-04", {"started_reached": "上周"})
    assert "没有改动。" in at_row(staff, imported, "mend", 2, **{"cell-started_reached": "2024-04"})


def test_every_cell_of_a_row_can_be_changed_on_a_page_of_its_own(staff):
    imported = sent(staff, sheet(GOOD))
    row = imported.rows.get()
    page = words(staff.get(page_of(imported, f"rows/{row.pk}/")))
    assert 'name="cell-total_investment" value="12000万元"' in page
    after = at_row(
        staff, imported, "mend", 2, **{"cell-total_investment": "1.3亿元", "cell-name": "热泵项目"}
    )
    assert "第 2 行：新增。" in after
    assert imported.rows.get().origin == {"total_investment": "12000万元"}


def test_a_look_alike_is_decided_and_asked_again(luoxi, staff):
    old = build.project("热泵机组项目", organisation=luoxi.organisation, enterprise="河海")
    imported = sent(staff, sheet(["热泵机组项目", "河海新能源", 12000, "罗溪镇", None]))
    page = shown(staff, imported)
    assert "热泵机组项目</a> · 河海（同名，建设单位不同）" in page
    assert "其余疑似全部按新项目（1 行）" in page
    assert "请从列出的项目中选择" in at_row(staff, imported, "decide", 2, subject="999999")

    assert "第 2 行：有改动。" in at_row(staff, imported, "decide", 2, subject=str(old.pk))
    assert "收回选择" in shown(staff, imported)
    assert '疑似已有 <b class="late">1</b>' in at_row(staff, imported, "reopen", 2, htmx=True)
    assert "已把 1 行疑似按新项目处理。" in pressed(staff, imported, "all_new")
    assert "新增 <b>1</b>" in shown(staff, imported)


def test_a_cell_that_somebody_else_changed_is_shown_three_ways_and_settled(luoxi, staff):
    project = build.project("热泵项目", organisation=luoxi.organisation, place="旧址")
    version = str(versions_in_sheet([project.pk], 2024)[project.pk])
    content = sheet(
        [project.pk, version, "热泵项目", "兰花路"], head=["系统编号", "系统版本", "项目名称", "建设地点"]
    )
    project.place = "桂花路"
    build.kept(project)
    imported = sent(staff, content)
    page = shown(staff, imported)
    assert '他人改过 <b class="late">1</b>' in page
    assert "旧址" in page
    assert "建设地点：请选择保留谁的。" in at_row(staff, imported, "settle", 2)

    page = at_row(staff, imported, "settle", 2, htmx=True, **{"keep-place": "mine"})

    assert "全部写入（1 行）" in page
    pressed(staff, imported, "apply_all")
    assert Project.objects.get().place == "兰花路"


def test_the_month_that_was_written_is_one_step_away(luoxi, staff):
    project = build.project("热泵项目", organisation=luoxi.organisation)
    build.listing(project)
    content = sheet(["热泵项目", 150], head=["项目名称", "本月完成投资（万元）"])
    response = staff.post(NEW, {"kind": "reports", "month": "2024-03", "file": file(content)})
    imported = Import.objects.get()
    assert response["Location"] == page_of(imported)
    assert "将新增 <b>1</b> 条月报" in shown(staff, imported)
    assert 'href="/months/2024-03/"' in pressed(staff, imported, "apply_all")


def test_another_reason_judges_again(luoxi, staff):
    imported = sent(staff, sheet(GOOD))
    page = pressed(staff, imported, "reword", reason="市里的名单")
    assert "已核对" in page
    assert "市里的名单" in page
    assert "200" in pressed(staff, imported, "reword", reason="长" * 201)


def test_pages_hold_fifty_rows_and_as_many_queries_for_all(luoxi, staff, django_assert_max_num_queries):
    few = received(sheet(*([f"项目{n}", "河海", n, "罗溪镇", None] for n in range(1, 4))), luoxi)
    many = received(sheet(*([f"工程{n}号", f"企业{n}", n, "罗溪镇", None] for n in range(1, 101))), luoxi)
    counted = []
    for imported in (few, many):
        with django_assert_max_num_queries(20) as queries:
            page = shown(staff, imported, "?outcome=new")
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert page.count('<li id="row-') == 50
    assert "outcome=new&amp;page=2" in page
    assert "第 101 行" in shown(staff, many, "?outcome=new&page=2")


@pytest.mark.parametrize("query", ["?outcome=moon", "?page=abc", "?page=99999", "?outcome=%01&page=-1"])
def test_an_address_that_asks_nonsense_shows_the_first_page(luoxi, staff, query):
    assert "热泵项目" in shown(staff, received(sheet(GOOD), luoxi), query)
