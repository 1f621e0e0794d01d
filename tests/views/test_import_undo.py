"""Some rows of an import are ticked, shown with what goes with them, and taken back from the page."""

import re

import pytest
from django.test import Client

from projects.models import Import, Listing, Project, User
from tests import build
from tests.views.import_desk import HEAD, page_of, pressed, sheet, shown, words
from tests.workbooks.sheets_made import applied, received

pytestmark = pytest.mark.django_db

NAMES = ["热泵项目", "电机项目", "锂电项目"]


@pytest.fixture
def luoxi() -> User:
    return build.staff(build.town("罗溪镇"))


@pytest.fixture
def staff(luoxi: User) -> Client:
    return build.browser_of(luoxi)


def written(by: User, names: list[str] = NAMES) -> Import:
    rows = [[name, f"{name}公司", 12000, "罗溪镇", "2024-03"] for name in names]
    return applied(received(sheet(*rows, head=HEAD), by), by)


def asked(client: Client, imported: Import, status: int = 200, **typed: object) -> str:
    response = client.post(page_of(imported, "undo/"), typed)
    assert response.status_code == status
    return words(response)


def ticks(page: str) -> list[tuple[str, bool]]:
    """The key of each row that can be ticked, and whether it is."""
    return [(key, bool(tick)) for key, tick in re.findall(r'name="pk" value="(\d+)"[^>]*?( checked)?>', page)]


def keys(imported: Import) -> list[str]:
    return [str(pk) for pk in imported.rows.order_by("line").values_list("pk", flat=True)]


def hidden(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)


def test_two_of_three_rows_are_taken_back(luoxi, staff):
    imported = written(luoxi)
    first, second, third = keys(imported)
    assert f'href="{page_of(imported, "undo/")}"' in shown(staff, imported)
    page = words(staff.get(page_of(imported, "undo/")))
    assert ticks(page) == [(first, False), (second, False), (third, False)]

    page = asked(
        staff,
        imported,
        act="preview",
        shown=",".join((first, second, third)),
        pk=[first, third],
        reason="重复",
    )

    assert "将撤销 2 行" in page
    assert hidden(page, "rows")[0] == f"{first},{third}"
    assert Project.objects.count() == 3
    response = staff.post(
        page_of(imported, "undo/"), {"act": "undo", "rows": f"{first},{third}", "reason": "重复"}, follow=True
    )
    assert response.redirect_chain == [(page_of(imported), 302)]
    page = words(response)
    assert "已撤销 2 行，其余的行没有变化。" in page
    assert f"<b>已撤销 2 行</b>：{luoxi}" in page
    assert page.count('<span class="badge">已撤销</span>') == 2
    assert page.count('<span class="badge">已写入</span>') == 2  # of the import and of its row
    assert [project.name for project in Project.objects.all()] == ["电机项目"]
    assert ticks(words(staff.get(page_of(imported, "undo/")))) == [(second, False)]
    assert "已撤销，写入的内容恢复原状" in pressed(staff, imported, "undo")


def test_what_goes_with_a_row_and_what_stays_is_shown_first(luoxi, staff):
    rows = [
        [name, "河海", 12000, "罗溪镇", level]
        for name, level in (("甲", "市级"), ("甲", "省级"), ("乙", "市级"))
    ]
    content = sheet(*rows, head=["项目名称", "建设单位", "总投资（万元）", "责任单位", "级别"])
    imported = applied(received(content, luoxi), luoxi)
    first, _, third = keys(imported)
    project = Project.objects.get(name="乙")
    project.place = "兰花路"
    build.kept(project)

    page = asked(staff, imported, act="preview", pk=[first, third])

    assert "其中 1 行属于所选的行，一起撤销" in page
    assert "1 行不能撤销，保持不变" in page
    assert page.count("“乙”在导入之后又改过。") == 1
    due = hidden(page, "rows")[0]
    staff.post(page_of(imported, "undo/"), {"act": "undo", "rows": due})
    assert list(Listing.objects.values_list("project__name", flat=True)) == ["乙"]


def test_ticks_stay_while_one_searches_and_turns_pages(luoxi, staff, monkeypatch):
    monkeypatch.setattr("projects.views.import_undo.PAGE_SIZE", 2)
    imported = written(luoxi)
    first, second, third = keys(imported)

    page = asked(staff, imported, act="choose", page="2", shown=f"{first},{second}", pk=[second])
    assert ticks(page) == [(third, False)]
    assert hidden(page, "rows") == [second]
    page = asked(staff, imported, act="choose", page="1", shown=third, rows=second, pk=[third])
    assert ticks(page) == [(first, False), (second, True)]
    page = asked(
        staff, imported, act="choose", shown=f"{first},{second}", rows=f"{second},{third}", pk=[first]
    )
    assert ticks(page) == [(first, True), (second, False)]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("电机", [3]),
        ("3", [3]),
        ("2-3", [2, 3]),
        ("２、4", [2, 4]),
        ("3至9", [3, 4]),
        ("没有", []),
        ("", [2, 3, 4]),
    ],
)
def test_rows_are_found_by_name_and_by_line(luoxi, staff, sought, found):
    imported = written(luoxi)
    page = asked(staff, imported, act="choose", q=sought)
    lines = [int(line) for line in re.findall(r"第 (\d+) 行</span>", page)]
    assert lines == found


def test_nothing_is_taken_back_without_a_tick_or_twice(luoxi, staff):
    imported = written(luoxi)
    assert "请先勾选要撤销的行。" in asked(staff, imported, 422, act="preview")
    assert "请先勾选要撤销的行。" in asked(staff, imported, 422, act="undo")
    assert "表单不完整" in asked(staff, imported, 422, act="undo", rows="x")
    assert "200" in asked(staff, imported, 422, act="preview", pk=keys(imported), reason="长" * 201)
    first = keys(imported)[0]
    for _ in range(2):
        response = staff.post(page_of(imported, "undo/"), {"act": "undo", "rows": first}, follow=True)
    assert words(response).count("选中的行里有已经撤销的，请重新选择。") == 1
    assert Project.objects.count() == 2
    assert staff.post(page_of(imported, "undo/"), {"act": "moon", "pk": first}).status_code == 400


def test_rows_of_another_import_are_not_touched(luoxi, staff):
    imported, other = written(luoxi, ["甲"]), written(luoxi, ["乙"])
    staff.post(page_of(imported, "undo/"), {"act": "undo", "rows": keys(other)[0]})
    assert Project.objects.count() == 2
    page = asked(staff, imported, act="preview", rows=keys(other)[0])
    assert "没有可以撤销的行" in page


def test_it_is_for_those_who_may_undo_the_import(luoxi):
    imported = written(luoxi)
    address = page_of(imported, "undo/")
    typed = {"act": "undo", "rows": keys(imported)[0]}
    assert build.browser_of(build.staff(build.town("薛家镇"))).post(address, typed).status_code == 404
    assert build.browser_of(build.leader()).post(address, typed).status_code == 403
    assert "/accounts/login/" in build.browser_of(None).post(address, typed)["Location"]
    assert Project.objects.count() == 3
    build.browser_of(build.office()).post(address, typed)
    assert Project.objects.count() == 2


def test_there_is_nothing_to_choose_before_it_is_written_and_after_it_is_undone(luoxi, staff):
    waiting = received(sheet(["甲", "河海", 12000, "罗溪镇", "2024-03"]), luoxi)
    assert staff.get(page_of(waiting, "undo/"))["Location"] == page_of(waiting)


def test_a_refusal_of_the_whole_is_told_once(luoxi, staff):
    imported = written(luoxi, ["甲"])
    project = Project.objects.get()
    project.place = "兰花路"
    build.kept(project)
    assert pressed(staff, imported, "undo").count("没有撤销：1 条项目在导入之后又改过") == 1
