"""An import at the door: who may send a workbook, what its job tells, writing, taking back, hostile input."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from projects.models import Import, Project, User
from projects.vocabulary import ImportState
from projects.workbooks import jobs
from tests import build
from tests.views.import_desk import GOOD, HEAD, NEW, file, page_of, pressed, sent, sheet, shown, words
from tests.workbooks.sheets_made import applied, received, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def luoxi() -> User:
    return build.staff(build.town("罗溪镇"))


@pytest.fixture
def staff(luoxi: User) -> Client:
    return build.browser_of(luoxi)


# Who may


def test_leaders_and_accounts_without_a_role_are_refused(luoxi):
    imported = received(sheet(GOOD), luoxi)
    doors = (NEW, *(page_of(imported, tail) for tail in ("", "headings/", "workbook/", "faulty.xlsx")))
    why = "没有这个页面的权限"
    refused = (
        (build.leader(), why),
        (build.leader(build.town("罗溪镇")), why),
        (build.person(None), "还没有角色"),
    )
    for person, sentence in refused:
        client = build.browser_of(person)
        for door in (*doors, page_of(imported, f"rows/{imported.rows.get().pk}/")):
            response = client.get(door)
            assert response.status_code == 403
            assert sentence in words(response)
        assert client.post(page_of(imported), {"act": "apply_all"}).status_code == 403
        assert "导入</a>" not in words(client.get("/projects/"))
    assert not Project.objects.exists()


def test_an_outsider_sees_the_login():
    for door in (NEW, "/imports/1/", "/imports/1/workbook/"):
        assert build.browser_of(None).get(door)["Location"] == f"/accounts/login/?next={door}"


def test_a_preview_is_ones_own_and_the_office_sees_what_was_applied(luoxi, staff):
    content = sheet(GOOD)
    imported = received(content, luoxi)
    colleague, xuejia = build.staff(build.town("罗溪镇")), build.staff(build.town("薛家镇"))
    office = build.office()
    for other in (colleague, xuejia, office):
        client = build.browser_of(other)
        for tail in ("", "headings/", "workbook/", "faulty.xlsx", f"rows/{imported.rows.get().pk}/"):
            assert client.get(page_of(imported, tail)).status_code == 404
        assert client.post(page_of(imported), {"act": "apply_all"}).status_code == 404
        assert "清单.xlsx" not in words(client.get(NEW))
    applied(imported, luoxi)

    assert build.browser_of(colleague).get(page_of(imported)).status_code == 404
    assert "已写入 1 行" in shown(build.browser_of(office), imported)
    assert build.browser_of(office).get(page_of(imported, "workbook/")).getvalue() == content
    assert "清单.xlsx" in words(build.browser_of(office).get(NEW))


def test_each_is_offered_what_they_may_import():
    offered = re.compile(r'<option value="(\w+)"[^>]*>(?:项目清单|月报|年度目标|单位)<')
    for person, kinds in (
        (build.staff(build.town("罗溪镇")), ["projects", "reports"]),
        (build.office(), ["projects", "reports", "targets"]),
        (build.admin(), ["projects", "reports", "targets", "organisations"]),
    ):
        assert offered.findall(words(build.browser_of(person).get(NEW))) == kinds


def test_each_kind_has_a_template_to_begin_with():
    client = build.browser_of(build.admin())
    links = re.findall(r'href="(/imports/template/\w+\.xlsx[^"]*)"', words(client.get(NEW)))
    assert len(links) == 4
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        assert answer.getvalue().startswith(b"PK")


def test_a_kind_that_is_not_ones_own_is_refused_at_every_door(luoxi, staff):
    response = staff.post(NEW, {"kind": "targets", "year": "2024", "file": file()})
    assert response.status_code == 422
    assert not Import.objects.exists()
    foreign = build.imported(by=luoxi, kind="organisations", state="preview")

    response = staff.get(page_of(foreign))

    assert response.status_code == 403
    assert "您的账号不能导入单位。" in words(response)


# Sending


def test_the_address_fills_in_the_form(staff):
    page = words(staff.get(f"{NEW}?kind=reports&year=2023&level=city&month=2024-09"))
    assert '<option value="reports" selected>' in page
    assert 'name="year" value="2023"' in page
    assert '<option value="city" selected>' in page
    assert 'value="2024-09"' in page


@pytest.mark.parametrize(
    "query", ["kind=moon", "year=abc", "level=all", "month=9", "kind[]=%01", "year=99999"]
)
def test_an_address_that_asks_nonsense_shows_the_plain_form(staff, query):
    response = staff.get(f"{NEW}?{query}")
    assert response.status_code == 200
    assert "上传并核对" in words(response)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"file": ""}, "请选择要导入的工作簿。"),
        ({"year": ""}, "请填写是哪一年的。"),
        ({"year": "19"}, "2000"),
        ({"kind": "reports"}, "请填写是哪个月的月报。"),
        ({"kind": "reports", "month": "九月"}, "请写成 2024-09。"),
        ({"kind": "moon"}, "moon"),
        ({"level": "moon"}, "moon"),
        ({"reason": "长" * 201}, "200"),
    ],
)
def test_what_is_sent_is_judged(staff, typed, said):
    response = staff.post(NEW, {"kind": "projects", "year": "2024", "file": file(), **typed})
    assert response.status_code == 422
    assert said in words(response)
    assert not Import.objects.exists()


def test_a_file_that_is_too_large_is_not_kept(staff, settings):
    settings.IMPORT_LIMITS = {"bytes": 100, "rows": 10}
    response = staff.post(NEW, {"kind": "projects", "year": "2024", "file": file()})
    assert response.status_code == 422
    assert "请拆分后上传" in words(response)


def test_a_file_that_cannot_be_read_says_why_and_what_to_do(staff):
    imported = sent(staff, b"MZ\x90\x00", file=file(b"%PDF-1.7", "清单.xlsx"))
    page = shown(staff, imported)
    assert "不是表格" in page
    assert "没有改动任何数据" in page
    assert "重新上传" in page
    assert "不是表格" in pressed(staff, imported, "read")


def test_a_hostile_name_is_only_a_name(staff):
    imported = sent(staff, file=file(name='../../<script>alert(1)</script>"; x=".xlsx'))
    assert "/" not in imported.workbook.name
    assert re.fullmatch(r"workbooks/\d{4}/\d\d/[0-9a-f]{32}(_\w+)?\.bin", imported.workbook.file.name)
    page = shown(staff, imported)
    assert "<script>alert" not in page
    assert "&lt;/script" not in page  # all before the last slash is a folder, not a name
    response = staff.get(page_of(imported, "workbook/"))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    assert response.getvalue() == imported.workbook.file.read()
    imported.workbook.file.close()


@pytest.mark.parametrize(
    "name",
    ["..xlsx", "𠮷" * 150 + ".xlsx", "长" * 190 + ".xlsx", "a\tb\n.xlsx", "‮xslx.清单.xlsx", "con.xlsx"],
)
def test_a_name_of_any_kind_is_kept_and_given_back(staff, name):
    imported = sent(staff, file=file(name=name))
    assert "热泵项目" in shown(staff, imported, "?outcome=new")
    response = staff.get(page_of(imported, "workbook/"))
    assert response.getvalue()
    assert "\n" not in response["Content-Disposition"]


# A job


def at_work(luoxi: User, *, is_waiting: bool = False, seconds: int = 0) -> Import:
    """An import that is being written; its job has said nothing for so many seconds."""
    begun = jobs.begin(received(sheet(GOOD, GOOD), luoxi), ImportState.APPLYING, by=luoxi)
    at = timezone.now() - timedelta(seconds=seconds)
    Import.objects.filter(pk=begun.pk).update(begun_at=at)
    caches["progress"].set(f"import-{begun.pk}", (1, at, is_waiting))
    return begun


def test_a_job_at_work_shows_how_far_it_has_come(luoxi, staff):
    imported = at_work(luoxi)
    page = shown(staff, imported)
    assert "正在写入" in page
    assert "1 / 2 行，50%" in page
    assert '<meta http-equiv="refresh" content="5">' in page

    poll = staff.get(page_of(imported), headers={"HX-Request": "true", "HX-Target": "progress"})

    assert words(poll).startswith('<div id="progress"')
    jobs.perform(imported)
    poll = staff.get(page_of(imported), headers={"HX-Request": "true", "HX-Target": "progress"})
    assert poll["HX-Refresh"] == "true"


def test_a_job_that_waits_says_so_and_after_a_while_that_no_worker_is_there(luoxi, staff):
    assert "正在排队" in shown(staff, at_work(luoxi, is_waiting=True))
    assert "没有后台程序在处理" in shown(staff, at_work(luoxi, is_waiting=True, seconds=600))


def test_a_job_that_died_says_so_and_is_begun_again(luoxi, staff):
    alive = at_work(luoxi)
    assert "不能重复操作" in pressed(staff, alive, "repeat")
    imported = at_work(luoxi, seconds=600)
    page = shown(staff, imported)
    assert "处理中断了" in page
    assert "every 2s" not in page

    assert "已写入" in pressed(staff, imported, "repeat")
    assert Project.objects.count() == 1


def test_the_same_bytes_are_asked_about_before_they_are_read_again(luoxi, staff):
    content = sheet(GOOD)
    first = applied(received(content, luoxi), luoxi)

    again = sent(staff, content)

    page = shown(staff, again)
    assert "这份文件已经写入过" in page
    assert f'href="{page_of(first)}"' in page
    assert not again.rows.exists()
    assert "无改动 <b>1</b>" in pressed(staff, again, "read")


def test_the_number_of_a_sheet_may_be_the_number_on_the_list(staff):
    content = sheet(["7", *GOOD], head=["序号", *HEAD])
    imported = sent(staff, content, level="city", number_is_list="on")
    assert imported.rows.get().cells["list_number"] == "7"
    assert "list_number" not in sent(staff, content, level="city").rows.get().cells


def test_entry_points_lead_here_with_what_one_was_looking_at():
    client = build.browser_of(build.office())
    build.project("甲项目")
    assert f'href="{NEW}?kind=projects"' in words(client.get("/projects/"))
    assert f'href="{NEW}?kind=reports&amp;month=2024-09"' in words(client.get("/months/2024-09/"))
    assert f'href="{NEW}?kind=targets&amp;year=2024' in words(client.get("/targets/?year=2024"))


# Writing and taking back


def test_all_is_written_shown_and_taken_back(staff):
    imported = sent(staff, sheet(GOOD), reason="市里的名单")
    page = pressed(staff, imported, "apply_all")

    project = Project.objects.get(name="热泵项目")
    assert "已写入 1 行。" in page
    assert f'href="/projects/{project.pk}/">热泵项目</a>' in page
    assert imported.workbook.sha256 in page
    assert project.source.note.endswith(imported.workbook.sha256)
    assert "不能重复操作" in pressed(staff, imported, "apply_all")

    assert "已撤销，写入的内容恢复原状" in pressed(staff, imported, "undo", reason="发错了")
    assert not Project.objects.exists()
    assert "不能重复操作" in pressed(staff, imported, "undo")


def test_what_is_open_stops_all_and_the_good_rows_go_alone(staff):
    imported = sent(staff, sheet(GOOD, ["坏项目", "河海", "约3亿", "罗溪镇", None]))
    page = pressed(staff, imported, "apply_all")
    assert "还有 1 行有错误或待选择" in page
    assert not Project.objects.exists()

    assert "已写入 1 行。" in pressed(staff, imported, "apply_good")
    assert [project.name for project in Project.objects.all()] == ["热泵项目"]


def test_an_undo_that_is_refused_says_whose_write_is_in_the_way(luoxi, staff):
    imported = applied(received(sheet(GOOD), luoxi), luoxi)
    project = Project.objects.get()
    project.place = "兰花路"
    build.kept(project)

    page = pressed(staff, imported, "undo")

    assert "没有撤销：1 条项目在导入之后又改过" in page
    assert "撤销这次导入" in page
    assert Project.objects.exists()


def test_the_faulty_rows_leave_and_come_back(luoxi, staff):
    imported = sent(staff, sheet(GOOD, ["坏项目", "河海", "约3亿", "罗溪镇", "2024-03"]))
    response = staff.get(page_of(imported, "faulty.xlsx"))
    left = b"".join(response.streaming_content)

    again = received(left, luoxi)

    row = again.rows.get()
    assert row.cells == imported.rows.get(line=3).cells
    assert row.faults == imported.rows.get(line=3).faults
    unread = [heading["title"] for heading in again.layout["sheets"][0]["headings"] if not heading["key"]]
    assert unread == ["原表行号", "错误原因"]
    none_left = received(sheet(GOOD), luoxi)
    assert staff.get(page_of(none_left, "faulty.xlsx")).status_code == 404


# Hostile input


def test_nothing_that_is_typed_breaks_a_page(luoxi, staff):
    imported = received(sheet(GOOD), luoxi)
    row = page_of(imported, f"rows/{imported.rows.get().pk}/")
    for address, typed, status in (
        (page_of(imported), {"act": "moon"}, 400),
        (page_of(imported), {}, 400),
        (page_of(imported), {"act": "repeat"}, 302),
        (row, {"act": "moon"}, 400),
        (row, {"act": "mend", "cell-name": "长" * 4001}, 302),
        (row, {"act": "mend", "cell-name": "a\0b", "shown": "a,b"}, 302),
        (row, {"act": "decide", "subject": "x"}, 302),
        (row, {"act": "settle", "keep-name": "x"}, 302),
        (page_of(imported, "rows/999999/"), {"act": "mend"}, 404),
        ("/imports/999999/", {"act": "undo"}, 404),
        ("/imports/99999999999999999999/", {"act": "undo"}, 404),
        (page_of(imported, "rows/99999999999999999999/"), {"act": "mend"}, 404),
    ):
        assert staff.post(address, typed).status_code == status, (address, typed)
    for bad in ("shown=1,2,x", "shown=" + ",".join(["9" * 30] * 3)):
        response = staff.post(
            row + "?" + bad, {"act": "reopen", "shown": bad[6:]}, headers={"HX-Request": "true"}
        )
        assert response.status_code == 200


def test_a_cell_is_shown_and_never_run(luoxi, staff):
    imported = received(sheet(["<img src=x onerror=alert(1)>", "=1+1", "约3亿", "罗溪镇", None]), luoxi)
    page = shown(staff, imported)
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_undone_is_undone_for_all_to_see(luoxi, staff):
    imported = undone(applied(received(sheet(GOOD), luoxi), luoxi), luoxi, "发错了")
    page = shown(staff, imported)
    assert "已撤销，写入的内容恢复原状" in page
    assert "撤销这次导入" not in page
