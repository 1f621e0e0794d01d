"""A workbook at the door: who may send one, what its page shows, what its buttons do, what hostile input gets."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from projects.imports import running
from projects.models import HeadingChoice, Import, Project, User
from projects.models.versions import versions_in_sheet
from projects.vocabulary import ImportState
from tests import build
from tests.imports.sheets import applied, received, undone, xlsx

pytestmark = pytest.mark.django_db

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
    for person in (build.leader(), build.leader(build.town("罗溪镇")), build.person(None)):
        client = build.browser_of(person)
        for door in (*doors, page_of(imported, f"rows/{imported.rows.get().pk}/")):
            response = client.get(door)
            assert response.status_code == 403
            assert "没有这个页面的权限" in words(response)
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
    "query", ["kind=moon", "year=abc", "level=all", "month=9", "kind[]=%00", "year=99999"]
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
    response.close()


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
    begun = running.begin(received(sheet(GOOD, GOOD), luoxi), ImportState.APPLYING, by=luoxi)
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
    running.perform(imported)
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


# Headings


def test_what_is_not_clear_is_asked_and_read_again(luoxi, staff):
    content = sheet(["热泵项目", 12000, "李明"], head=["工程名", "总投资", "项目名称备注"])
    imported = sent(staff, content)
    assert staff.get(page_of(imported))["Location"] == page_of(imported, "headings/")
    page = words(staff.get(page_of(imported, "headings/")))
    assert "工程名" in page
    assert "<span>热泵项目</span>" in page
    assert "没有认出必需的列：项目名称" in page
    assert "表头和表上方都没有写单位" in page

    response = staff.post(page_of(imported, "headings/"), {})
    assert response.status_code == 422
    assert "所有工作表都不读" in words(response)

    names = controls(page)
    response = staff.post(page_of(imported, "headings/"), {names["“工程名”的含义"]: "place"})
    assert response.status_code == 422
    assert "请指定哪一列是“项目名称”" in words(response)

    said = {names["“工程名”的含义"]: "name", names["“总投资”的含义"]: "total_investment"}
    response = staff.post(page_of(imported, "headings/"), said)
    assert response.status_code == 422
    assert "请选择这一列金额的单位。" in words(response)

    said[names["“总投资”的单位"]] = "WAN"
    response = staff.post(page_of(imported, "headings/"), said, follow=True)

    assert "预览：清单.xlsx" in words(response)
    row = imported.rows.get()
    assert row.cells == {"name": "热泵项目", "total_investment": "12000万元"}
    remembered = HeadingChoice.objects.get()
    assert (remembered.heading, remembered.key, remembered.organisation) == (
        "工程名",
        "name",
        luoxi.organisation,
    )
    again = sent(staff, content)
    assert "按以前的选择" in words(staff.get(page_of(again, "headings/")))


def controls(page: str) -> dict[str, str]:
    """The names of the controls by their labels."""
    return {label: name for name, label in re.findall(r'for="id_((?:key|unit)_\w+)">([^<]+)</label>', page)}


def test_a_heading_of_another_year_is_asked_until_it_is_said(staff):
    content = sheet(["热泵项目", "罗溪镇", 12000], head=["项目名称", "责任单位", "2023年计划投资（万元）"])
    imported = sent(staff, content)
    page = words(staff.get(page_of(imported, "headings/")))
    assert "表头写的是 2023 年" in page
    names = controls(page)
    said = {
        name: {"“项目名称”的含义": "name", "“责任单位”的含义": "organisation"}.get(label, "")
        for label, name in names.items()
    }
    assert staff.post(page_of(imported, "headings/"), said).status_code == 422

    said[names["“2023年计划投资（万元）”的含义"]] = "planned_investment"
    staff.post(page_of(imported, "headings/"), said)

    assert imported.rows.get().cells["planned_investment"] == "12000万元"


def test_a_sheet_that_is_not_wanted_is_left_out(staff):
    imported = sent(staff, sheet(["罗溪镇", "13900000000"], head=["责任单位", "联系电话"]))
    page = words(staff.get(page_of(imported, "headings/")))
    skip = re.search(r'name="(skip_\w+)"', page)
    response = staff.post(page_of(imported, "headings/"), {skip[1]: "on"})
    assert response.status_code == 422
    assert "所有工作表都不读" in words(response)


def test_one_column_is_not_said_twice(staff):
    imported = sent(staff, sheet(["甲", "乙", "罗溪镇"], head=["工程一", "工程二", "责任单位"]))
    names = controls(words(staff.get(page_of(imported, "headings/"))))
    said = {names["“工程一”的含义"]: "name", names["“工程二”的含义"]: "name"}
    response = staff.post(page_of(imported, "headings/"), said)
    assert response.status_code == 422
    assert "“项目名称”已指定给另一列：工程一。" in words(response)


def test_headings_can_be_changed_from_the_preview(staff):
    imported = sent(staff, sheet([*GOOD, "盛大"], head=[*HEAD, "老板"]))
    assert "F 列“老板”：没有认出，不导入" in shown(staff, imported)
    page = words(staff.get(page_of(imported, "headings/")))
    assert "重新读取整个工作簿" in page
    names = controls(page)
    said = {
        name: {
            "项目名称": "name",
            "建设单位": "enterprise",
            "总投资": "total_investment",
            "责任单位": "organisation",
            "开工实际": "started_reached",
            "老板": "linked_leader",
        }[label.split("”")[0].strip("“").split("（")[0]]
        for label, name in names.items()
    }
    staff.post(page_of(imported, "headings/"), said)
    assert imported.rows.get().cells["linked_leader"] == "盛大"


# The preview


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
    assert "总投资：<del>100万元</del> → <ins>250万元</ins>" in changed or "<del>" in changed
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


@pytest.mark.parametrize("query", ["?outcome=moon", "?page=abc", "?page=99999", "?outcome=%00&page=-1"])
def test_an_address_that_asks_nonsense_shows_the_first_page(luoxi, staff, query):
    assert "热泵项目" in shown(staff, received(sheet(GOOD), luoxi), query)


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
