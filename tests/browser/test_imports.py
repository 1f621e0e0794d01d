"""A workbook in a real browser: sent with its faults, explained, mended in the preview, written, taken back."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Page, expect

from projects.models import Import, Project
from tests import build
from tests.workbooks.sheets_made import xlsx

pytestmark = [pytest.mark.django_db(transaction=True)]

HEAD = ["工程名", "建设单位", "总投资", "责任单位", "开工实际", "计划竣工", "老板"]
ROWS = [
    ["热泵机组项目", "河海", 12000, "罗溪镇", "2024-03", "2025年12月", "盛大"],
    ["电机项目", "河海", "约3亿", "罗溪镇", "2024-03", "2025年12月", ""],
    ["机器人项目", "盛大", 5000, "罗西镇", "上周", "", ""],
    ["新能源车项目", "比邻新能源", 80000, "罗溪镇", "", "", ""],
    ["合计", "", 97001, "", "", "", ""],
]


def book() -> FilePayload:
    content = xlsx(["2024年重大项目清单"], HEAD, *ROWS)
    return FilePayload(
        name="重大项目清单.xlsx",
        mimeType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        buffer=content,
    )


@pytest.fixture
def desk(sign_in) -> Page:
    luoxi = build.town("罗溪镇")
    build.project("新能源车项目", organisation=luoxi, enterprise="比邻", total_investment=700 * 10**6)
    return sign_in(build.staff(luoxi), "/projects/")


def send(page: Page) -> None:
    page.get_by_role("link", name="导入", exact=True).click()
    page.get_by_label("工作簿").set_input_files(book())
    page.get_by_label("年份").fill("2024")
    page.get_by_label("说明（可选）").fill("市里下发的名单")
    page.get_by_role("button", name="上传并核对").click()


def explain(page: Page) -> None:
    expect(page.get_by_text("没有认出必需的列：项目名称")).to_be_visible()
    page.get_by_label("“工程名”的含义").select_option(label="项目名称")
    page.get_by_label("“总投资”的单位").select_option(label="万元")
    page.get_by_role("button", name="按这样读取").click()
    expect(page.get_by_role("heading", name="预览：重大项目清单.xlsx")).to_be_visible()


def undo_one_row_and_then_the_rest(desk: Page, width: int, tmp_path: Path) -> None:
    desk.get_by_role("link", name="只撤销几行").click()
    desk.get_by_role("checkbox", name="电机项目").check()
    desk.get_by_label("撤销原因（可选）").fill("重复登记")
    assert faults(desk, width, tmp_path / "ticked") == []
    desk.get_by_role("button", name="看会撤销什么").click()
    expect(desk.get_by_role("heading", name="将撤销 1 行")).to_be_visible()
    assert faults(desk, width, tmp_path / "undoing") == []
    desk.get_by_role("button", name="撤销这 1 行").click()
    expect(desk.get_by_text("，重复登记")).to_be_visible()
    assert not Project.objects.filter(name="电机项目").exists()
    desk.get_by_label("撤销原因（可选）").fill("发错了")
    desk.get_by_role("button", name="撤销其余各行").click()
    expect(desk.get_by_role("heading", name="已撤销，写入的内容恢复原状")).to_be_visible()


@pytest.mark.parametrize("width", [1360, 390])
def test_a_faulty_sheet_is_explained_mended_written_and_taken_back(
    desk: Page, width: int, tmp_path: Path
) -> None:
    desk.set_viewport_size({"width": width, "height": 900})
    send(desk)
    assert faults(desk, width, tmp_path / "headings") == []
    explain(desk)
    assert faults(desk, width, tmp_path / "preview") == []
    expect(desk.get_by_role("link", name="有错误 2")).to_be_visible()

    desk.get_by_label("C4 总投资").fill("3亿元")
    desk.get_by_role("button", name="改好第 4 行").click()
    expect(desk.get_by_text("C4 总投资 已修改：约3亿 → 3亿元")).to_be_visible()
    desk.get_by_label("D5 责任单位").fill("罗溪镇")
    desk.get_by_label("E5 开工实际").fill("2024-05")
    desk.get_by_role("button", name="改好第 5 行").click()
    expect(desk.get_by_text("E5 开工实际 已修改：上周 → 2024-05")).to_be_visible()
    expect(desk.get_by_text("C4 总投资 已修改：约3亿 → 3亿元")).to_be_visible()  # it stays where it was
    assert faults(desk, width, tmp_path / "mended") == []

    desk.get_by_role("link", name="疑似已有 1").click()
    desk.get_by_role("radio", name="是新项目").check()
    assert faults(desk, width, tmp_path / "alike") == []
    desk.get_by_role("button", name="确定第 6 行").click()
    expect(desk.get_by_role("button", name="全部写入（4 行）")).to_be_visible()
    assert faults(desk, width, tmp_path / "ready") == []
    assert Project.objects.count() == 1

    desk.get_by_role("button", name="全部写入（4 行）").click()
    expect(desk.get_by_role("heading", name="已写入 4 行")).to_be_visible()
    assert Project.objects.count() == 5
    assert Project.objects.get(name="电机项目").total_investment == 3 * build.YI
    assert faults(desk, width, tmp_path / "written") == []
    desk.get_by_role("link", name="电机项目").click()
    expect(desk.get_by_role("heading", name="电机项目")).to_be_visible()
    desk.go_back()
    undo_one_row_and_then_the_rest(desk, width, tmp_path)
    assert [project.name for project in Project.objects.all()] == ["新能源车项目"]


def test_the_office_does_the_same_by_keyboard_alone(sign_in) -> None:
    build.town("罗溪镇")
    desk = sign_in(build.office(), "/projects/import/?year=2024")
    desk.get_by_label("工作簿").set_input_files(book())  # the file dialog is the system's
    tab_to(desk, "上传并核对")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("没有认出必需的列：项目名称")).to_be_visible()
    choose(desk, "“工程名”的含义", "项目名称")
    choose(desk, "“总投资”的单位", "万元")
    tab_to(desk, "按这样读取")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="预览：重大项目清单.xlsx")).to_be_visible()
    tab_to(desk, "C4 总投资")
    desk.keyboard.press("Control+A")
    desk.keyboard.type("3亿元")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("C4 总投资 已修改：约3亿 → 3亿元")).to_be_visible()
    tab_to(desk, "只写入可以的 3 行")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="已写入 3 行")).to_be_visible()

    assert Project.objects.count() == 3


def test_the_page_of_the_form_and_of_a_refused_file(sign_in, tmp_path: Path) -> None:
    page = sign_in(build.admin(), "/projects/import/")
    for width in (1360, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert faults(page, width, tmp_path / "new") == []
    expect(page.get_by_label("月份")).not_to_be_visible()
    page.get_by_label("导入什么").select_option("reports")
    expect(page.get_by_label("月份")).to_be_visible()
    expect(page.get_by_label("年份")).not_to_be_visible()
    page.get_by_label("导入什么").select_option("projects")
    page.get_by_label("工作簿").set_input_files(
        FilePayload(name="清单.xlsx", mimeType="application/octet-stream", buffer=b"%PDF-1.7")
    )
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("heading", name="未能读取，没有改动任何数据")).to_be_visible()
    assert faults(page, 390, tmp_path / "failed") == []


def test_without_scripts_the_same_pages_do(browser, live_server, sign_in) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    user = build.staff(build.town("罗溪镇"))
    page.goto(f"{live_server.url}/accounts/login/?next=/projects/import/")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(build.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("工作簿").set_input_files(book())
    page.get_by_label("年份").fill("2024")
    page.get_by_role("button", name="上传并核对").click()
    explain(page)
    page.get_by_label("C4 总投资").fill("3亿元")
    page.get_by_role("button", name="改好第 4 行").click()
    expect(page.get_by_text("第 4 行：新增。")).to_be_visible()
    page.get_by_role("button", name="只写入可以的 3 行").click()
    expect(page.get_by_role("heading", name="已写入 3 行")).to_be_visible()
    context.close()

    assert Import.objects.get().written == 3


def choose(page: Page, name: str, label: str) -> None:
    """Arrow down in a list until it says so."""
    tab_to(page, name)
    for _ in range(90):
        if page.evaluate("document.activeElement.selectedOptions[0].label") == label:
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"{name} offers no {label}")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what a screen reader calls `name`."""
    for _ in range(90):
        page.keyboard.press("Tab")
        called = page.evaluate(
            """() => { const at = document.activeElement;
            return (at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || "").trim(); }"""
        )
        if called == name:
            return
    pytest.fail(f"the keyboard does not reach {name}")


def faults(page: Page, width: int, picture: Path) -> list[str]:
    """What a screen reader or a narrow screen would suffer from; the page is kept as a picture beside."""
    page.screenshot(
        path=f"{picture}-{width}.png", full_page=True, caret="initial"
    )  # a hidden one is inline style
    found = [
        f"{fault['id']}: {fault['help']}: {[node['html'][:120] for node in fault['nodes'][:3]]}"
        for fault in Axe().run(page).response["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return found + ([f"{wide} px wide"] if wide > width else [])
